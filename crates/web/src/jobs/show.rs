//! The page of a job: its shifts with who works them, its posting, what happened.

use axum::response::Response;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use muster_app::{
    Failure,
    jobs::{self, JobPage, Seated, ShiftShown},
    requests,
};
use muster_domain::{
    access::{Action, Reach, reach},
    counted,
    id::JobId,
    jobs::{JobState, ShiftState},
    policy::{Judgement, Outcome, Point},
    refusal::FieldErrors,
};

use super::changing::{seats_fields, times_fields};
use crate::{
    Ctx,
    distribution::{
        approvals,
        assign::{order_by_rules, plan_field},
    },
    failure::PageFailure,
    fields::Fields,
    given::{Given, Id},
    parts::{
        Fact, StoryEntry, Tone, banner, button, card, card_head, dialog, facts, field, flush_card, link_button, list,
        list_row, opens, page_head, pressed, tag, timeline,
    },
    signed_in::SignedIn,
    times,
};

const DONE: &[(&str, &str)] = &[
    ("posted", "The shifts are posted."),
    ("posting", "The posting was changed."),
    ("changed", "The job was changed."),
    ("moved", "The shift was moved."),
    ("seats", "The number of seats was changed."),
    (
        "seats_against",
        "The number of seats was changed. A rule of the agency objects; the page of the request says which.",
    ),
    ("seat_approved", "Approved. The officer has the seat and was told."),
    ("seat_declined", "Declined. The officer was told why."),
    ("removed", "The officer was taken off and told."),
    ("cancelled", "Cancelled. The officers and the customer have been told."),
];

/// What the reader may do here.
#[derive(Clone, Copy)]
struct May {
    edit: bool,
    fill: bool,
    cancel: bool,
}

/// One job.
pub async fn show_job(given: Given, Id(id): Id<JobId>, query: Fields) -> Result<Response, PageFailure> {
    let page = given.read(move |tx, who, _| jobs::load_job(tx, who, id)).await?;
    let gaps = crew_gaps(&given.ctx, &given.who, &page).await?;
    let zone = times::zone(&given.who.shown.zone);
    let active = page.job.state == JobState::Active;
    let may = May {
        edit: active && reach(given.who.actor.role, Action::EditJob) != Reach::Nobody,
        fill: active && reach(given.who.actor.role, Action::FillJob) != Reach::Nobody,
        cancel: active
            && reach(given.who.actor.role, Action::CancelWork) != Reach::Nobody
            && page
                .shifts
                .iter()
                .any(|one| one.listed.state != ShiftState::Cancelled && one.listed.span.ends_at() > given.ctx.now()),
    };
    let title = format!("#{} {}", page.job.number, page.job.title);
    let by_rules = if may.fill { order_by_rules(&given, id, None).await? } else { None };
    let body = html! {
        (page_head(&title).sub(&page.customer.name).actions(html! { (actions(&given.ctx, &page, by_rules.as_deref(), may)) }))
        @for gap in &gaps { (banner(Tone::Warn, "users", html! { "Below a rule of the crew. " (gap) "." })) }
        (about(&page))
        (approvals::waiting(&given.ctx, given.who.actor.role, &page.asked, &zone))
        @for shift in &page.shifts { (shift_card(&given.ctx, &page, shift, &zone, may)) }
        (decisions(&page, &zone))
        @if !page.story.is_empty() { (card(html! { (card_head("What happened").icon("scroll-text").aside(with_details(&given.who, id))) (story(&page, &zone)) })) }
    };
    Ok(given.page(&title, "jobs").back("/jobs").done(query.get("done"), DONE).draw(body))
}

/// The crew rules that the coming shifts do not keep, for those who can mend it.
async fn crew_gaps(ctx: &Ctx, who: &SignedIn, page: &JobPage) -> Result<Vec<String>, PageFailure> {
    if page.job.state != JobState::Active || reach(who.actor.role, Action::EditJob) == Reach::Nobody {
        return Ok(Vec::new());
    }
    let (actor, id) = (who.actor.clone(), page.job.id);
    match ctx.read(move |tx, now| requests::list_crew_gaps(tx, &actor, id, now)).await {
        // Without rules in force there is nothing to fall below; the job is shown all the same.
        Err(Failure::Refused(_)) => Ok(Vec::new()),
        gaps => Ok(gaps?),
    }
}

fn actions(ctx: &Ctx, page: &JobPage, by_rules: Option<&str>, may: May) -> Markup {
    let id = page.job.id;
    let now = ctx.now();
    let to_post = page
        .shifts
        .iter()
        .filter(|one| {
            matches!(one.listed.state, ShiftState::Draft | ShiftState::Closed) && one.listed.span.starts_at() > now
        })
        .count();
    html! {
        @if page.job.state == JobState::Cancelled { (tag(Tone::Bad, "ban", "Cancelled")) }
        @if may.fill && to_post > 0 {
            (button(&format!("Post {}", counted(to_post, "shift", "shifts"))).primary().icon("send").opens("post"))
            (dialog("post", "Post the shifts", plan_field(by_rules, &Fields::default(), &FieldErrors::default()))
                .sends(&format!("/jobs/{id}/posting"), &ctx.word(), button("Post").primary()))
        }
        @if may.edit {
            (link_button("Edit", &format!("/jobs/{id}/edit")).icon("pencil"))
        }
        @if may.cancel { (link_button("Cancel job", &format!("/jobs/{id}/cancellation")).danger()) }
    }
}

fn about(page: &JobPage) -> Markup {
    let details = &page.job.details;
    let site = page.site.as_ref();
    let contact = [details.contact_name.as_str(), details.contact_phone.as_str()]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(" \u{b7} ");
    let mut marks = Vec::new();
    if details.alcohol {
        marks.push("alcohol is served");
    }
    if details.traffic {
        marks.push("officers direct traffic");
    }
    let expected =
        details.attendance.map_or("Attendance not said".to_owned(), |people| counted(people, "person", "people"));
    html! {
        (facts(&[
            Fact { icon: "map-pin", label: "Where", value: site.map_or("", |site| site.name.as_str()), note: site.map_or("", |site| site.address.as_str()) },
            Fact { icon: "phone", label: "Contact at the site", value: if contact.is_empty() { "none" } else { &contact }, note: "" },
            Fact { icon: "users", label: "Expected", value: &expected, note: &marks.join(", ") },
        ]))
        @if !details.resources.is_empty() {
            p { strong { "Vehicles and equipment: " } (details.resources.iter().map(muster_domain::requests::ResourceWanted::words).collect::<Vec<_>>().join(", ")) }
        }
        @if !details.instructions.is_empty() { p.prose { (details.instructions) } }
        @if !page.job.state_reason.is_empty() { p.reason { "Cancelled: " (page.job.state_reason) } }
    }
}

fn shift_card(ctx: &Ctx, page: &JobPage, shift: &ShiftShown, zone: &TimeZone, may: May) -> Markup {
    let listed = &shift.listed;
    let open = listed.state != ShiftState::Cancelled && listed.span.ends_at() > ctx.now();
    flush_card(html! {
        (card_head(times::shift(listed.span, zone)).icon("calendar-days").aside(state_tags(shift)))
        (list(html! {
            @for seat in shift.seated.iter().filter(|seat| seat.is_booked()) { (seat_row(ctx, page, seat, zone, may.fill && open)) }
            @for (role, empty) in empty_seats(shift) {
                (list_row(counted(empty, "empty seat", "empty seats")).sub(role))
            }
        }))
        @if open && (may.edit || may.fill || may.cancel) { (shift_actions(ctx, page, shift, may, zone)) }
    })
}

fn state_tags(shift: &ShiftShown) -> Markup {
    let listed = &shift.listed;
    let stage =
        shift.posting.as_ref().filter(|row| !row.posting.closed).and_then(|row| row.plan.stages.get(row.posting.stage));
    html! {
        @match listed.state {
            ShiftState::Cancelled => (tag(Tone::Bad, "ban", "Cancelled")),
            ShiftState::Draft => (tag(Tone::Warn, "pencil", "Not posted")),
            _ if listed.booked >= listed.seats => (tag(Tone::Ok, "circle-check", "Filled")),
            ShiftState::Posted => (tag(Tone::Info, "send", &stage.map_or("Posted".to_owned(), |stage| format!("Posted: {}", stage.name)))),
            ShiftState::Closed => (tag(Tone::Neutral, "lock", "Closed")),
        }
        " " span.sub { (listed.booked) "\u{a0}/\u{a0}" (listed.seats) }
        @if listed.on_site > 0 { " " (tag(Tone::Ok, "log-in", &format!("{} on site", listed.on_site))) }
    }
}

fn empty_seats(shift: &ShiftShown) -> Vec<(&'static str, i64)> {
    shift
        .positions
        .iter()
        .filter_map(|position| {
            let held = shift.seated.iter().filter(|seat| seat.is_booked() && seat.position == position.id).count();
            let empty = position.seats - i64::try_from(held).unwrap_or(0);
            (empty > 0).then_some((position.role.label(), empty))
        })
        .collect()
}

fn seat_row(ctx: &Ctx, page: &JobPage, seat: &Seated, zone: &TimeZone, may_remove: bool) -> Markup {
    let id = format!("remove-{}", seat.assignment);
    let came = seat.clocked_in_at.map(|at| times::clock(at, zone));
    let left = seat.clocked_out_at.map(|at| times::clock(at, zone));
    html! {
        (list_row(seat.name.as_str()).person(&seat.name)
            .sub(html! { (seat.role.label()) " \u{b7} badge " (seat.badge) " \u{b7} " (seat.how) @if !seat.reason.is_empty() { " \u{b7} " (seat.reason) } })
            .end(html! {
                @match (&came, &left) {
                    (Some(came), Some(left)) => (tag(Tone::Ok, "log-out", &format!("{came}\u{2013}{left}"))),
                    (Some(came), None) => (tag(Tone::Ok, "log-in", &format!("On site since {came}"))),
                    _ if may_remove => (opens(&id, "Take off", "user-minus")),
                    _ => {},
                }
            }))
        @if may_remove && came.is_none() {
            (dialog(&id, &format!("Take {} off the shift?", seat.name), html! {
                input type="hidden" name="job" value=(page.job.id);
                (field("reason", "Why").lines(2).required().max_length(500).hint("The officer reads it"))
            }).cancel("Keep").sends(&format!("/assignments/{}/removal", seat.assignment), &ctx.word(), button("Take off").danger()))
        }
    }
}

fn shift_actions(ctx: &Ctx, page: &JobPage, shift: &ShiftShown, may: May, zone: &TimeZone) -> Markup {
    let id = shift.listed.id;
    let (times_id, seats_id) = (format!("times-{id}"), format!("seats-{id}"));
    let wall = |at| zone.to_datetime(at);
    let span = shift.listed.span;
    let clock = |at| wall(at).strftime("%H:%M").to_string();
    let now = Fields::default()
        .with("job", page.job.id)
        .with("on", wall(span.starts_at()).date())
        .with("from", clock(span.starts_at()))
        .with("to", clock(span.ends_at()))
        .with("more", 1);
    let none = FieldErrors::default();
    html! {
        div.card-actions {
            @if may.fill { (link_button("Assign", &format!("/shifts/{id}/assign")).small().icon("user-plus")) (posting_buttons(ctx, page, shift)) }
            @if may.edit {
                (button("Time").small().icon("clock").opens(&times_id))
                (button("Seats").small().icon("users").opens(&seats_id))
                }
            @if may.cancel { (link_button("Cancel shift", &format!("/shifts/{id}/cancellation")).small().danger()) }
        }
        @if may.edit {
            (dialog(&times_id, "Move the shift", times_fields(&now, &none))
                .sends(&format!("/shifts/{id}/times"), &ctx.word(), button("Move").primary()))
            (dialog(&seats_id, "Change the seats", seats_fields(&shift.positions, &now, &none)).sends(&format!("/shifts/{id}/seats"), &ctx.word(), button("Change").primary()))
        }
    }
}

/// Passing a posting on to its next stage, and closing it.
fn posting_buttons(ctx: &Ctx, page: &JobPage, shift: &ShiftShown) -> Markup {
    let running = shift.posting.as_ref().filter(|row| !row.posting.closed && shift.listed.state == ShiftState::Posted);
    html! { @if let Some(row) = running {
        form.press method="post" action={ "/shifts/" (shift.listed.id) "/posting" } data-once {
            (pressed(&ctx.word()))
            input type="hidden" name="job" value=(page.job.id);
            @if row.posting.stage + 1 < row.plan.stages.len() { (button("Pass on").small().icon("arrow-right").sends("do", "pass_on")) }
            (button("Stop offering").small().icon("lock").sends("do", "close"))
        }
    } }
}

/// What the rules said of whoever took, asked for or was given a seat.
fn decisions(page: &JobPage, zone: &TimeZone) -> Markup {
    html! { @if !page.decisions.is_empty() { (flush_card(html! {
        (card_head("What the rules said").icon("scale").aside(page.decisions.len()))
        (list(html! { @for one in &page.decisions {
            @let shift = page.shifts.iter().find(|shift| shift.listed.id == one.shift);
            (list_row(one.officer_name.as_str()).lead(verdict_icon(one.judgement.outcome))
                .sub(html! {
                    (point_words(one.judgement.point, one.refused)) @if let Some(shift) = shift { ", " (times::shift(shift.listed.span, zone)) } " \u{b7} " (times::moment(one.decided_at, zone))
                    @for rule in one.judgement.decisions.iter().filter(|rule| !rule.passed) {
                        br; (rule.words()) @if let Some(cite) = &rule.cite { " (" (cite) ")" }
                        @if one.refused && !rule.remedy.is_empty() { ". " (rule.remedy) }
                        @if let Some(aside) = &rule.overridden { ": set aside by " (aside.who) " as " (aside.by.replace('_', " ")) @if !aside.reason.is_empty() { ", \u{201c}" (aside.reason) "\u{201d}" } }
                    }
                })
                .end(if one.refused { tag(Tone::Bad, "ban", "Refused") } else { verdict_tag(&one.judgement) }))
        } }))
    })) } }
}

fn verdict_icon(outcome: Outcome) -> Markup {
    crate::parts::icon(match outcome {
        Outcome::Allowed => "circle-check",
        Outcome::Warned => "triangle-alert",
        Outcome::NeedsApproval => "hourglass",
        Outcome::Blocked | Outcome::Hidden => "ban",
    })
}

fn verdict_tag(judgement: &Judgement) -> Markup {
    let aside = judgement.decisions.iter().any(|one| one.overridden.is_some());
    match judgement.outcome {
        _ if aside => tag(Tone::Warn, "gavel", "Set aside"),
        Outcome::Allowed => tag(Tone::Ok, "circle-check", "Allowed"),
        Outcome::Warned => tag(Tone::Warn, "triangle-alert", "Warned"),
        Outcome::NeedsApproval => tag(Tone::Warn, "hourglass", "Needs approval"),
        Outcome::Blocked | Outcome::Hidden => tag(Tone::Bad, "ban", "Not allowed"),
    }
}

fn point_words(point: Point, refused: bool) -> &'static str {
    match (point, refused) {
        (Point::Award, true) => "Refused when given a seat",
        (Point::Award, false) => "Given a seat",
        (Point::RosterChange, _) => "Booked work asked again",
        (_, true) => "Refused when signing up",
        (_, false) => "Signed up",
    }
}

/// A link to the same story with the facts behind each entry, for people who may read the audit log.
fn with_details(who: &SignedIn, id: JobId) -> Markup {
    let may = reach(who.actor.role, Action::ViewAudit) != Reach::Nobody;
    html! { @if may { a href={ "/audit/stories/" (id) } { "With details" } } }
}

fn story(page: &JobPage, zone: &TimeZone) -> Markup {
    let shown: Vec<(String, String)> =
        page.story.iter().map(|one| (times::moment(one.made_at, zone), one.made_at.to_string())).collect();
    let entries: Vec<StoryEntry<'_>> = page
        .story
        .iter()
        .zip(&shown)
        .map(|(one, (when, instant))| StoryEntry {
            icon: "check",
            tone: Tone::Neutral,
            words: html! { strong { (one.actor) } " " (one.words) },
            when,
            instant,
            note: html! {},
        })
        .collect();
    timeline(&entries)
}
