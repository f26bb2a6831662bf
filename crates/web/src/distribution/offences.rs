//! Offences: the office's list and forms, and the officer's own standing.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use jiff::{Timestamp, tz::TimeZone};
use maud::{Markup, html};
use muster_app::{
    Failure, Tx,
    distribution::{self, Conduct, EVENTS, NewOffence, OffenceFilter, OffenceRow, event_label, may_decide_appeal},
};
use muster_domain::{
    access::{Action, Actor, Reach, reach},
    id::{OffenceId, OfficerId, ShiftId},
    refusal::FieldErrors,
};

use super::{
    marks::{Place, marks_card},
    misfits::{said_no, tabs},
};
use crate::{
    Ctx,
    again::{Again, mistakes, why},
    failure::PageFailure,
    fields::{Fields, Reader, Sent, address},
    given::{Given, Id},
    parts::{
        Tone, banner, button, card, card_head, dialog, empty, error_summary, field, filters, flush_card, form,
        form_actions, link_button, list, list_row, opens, page_head, pager, search_box, tag,
    },
    signed_in::SignedIn,
    times,
};

const DONE: &[(&str, &str)] = &[
    ("recorded", "Recorded; the officer has been told."),
    ("decided", "Done; the officer has been told."),
    ("marked", "On record. Muster has told the coordinator."),
    ("mark_ended", "Ended. Muster has told the coordinator."),
    ("appealed", "Your appeal is on its way. Somebody else than who recorded it decides."),
];

/// The offences of a list's address.
pub(super) fn read_filter(query: &Fields) -> OffenceFilter {
    let some = |name: &str| Some(query.get(name).to_owned()).filter(|text| !text.is_empty());
    OffenceFilter {
        state: some("state"),
        event: some("event"),
        appealed: query.get("appealed") == "yes",
        search: query.get("q").to_owned(),
        page: query.get("page").parse().unwrap_or(1),
    }
}

/// The agency's offences, by filter.
pub async fn list_offences(given: Given, query: Fields) -> Result<Response, PageFailure> {
    let filter = read_filter(&query);
    let found = given.read(move |tx, who, _| distribution::list_offences(tx, who, &filter)).await?;
    let zone = times::zone(&given.who.shown.zone);
    let mut events = vec![("", "Everything")];
    events.extend(EVENTS);
    let states = [("", "Every state"), ("candidate", "To confirm"), ("counted", "Counted"), ("excused", "Excused")];
    let appeals = [("", "With and without appeal"), ("yes", "Appeal waits")];
    let kept = ["q", "event", "state", "appealed"].map(|name| (name, query.get(name)));
    let body = html! {
        (page_head("Offenses").sub("No-shows, late cancellations and what else the rules have penalties for"))
        (tabs("offences"))
        (filters("/offences", "#list", html! {
            (search_box("q", "Name or badge", query.get("q")))
            (field("event", "What").select(&events).value(query.get("event")).label_hidden().narrow())
            (field("state", "State").select(&states).value(query.get("state")).label_hidden().narrow())
            (field("appealed", "Appeal").select(&appeals).value(query.get("appealed")).label_hidden().narrow())
        }))
        div.stack #list {
            @if found.rows.is_empty() {
                (card(empty("circle-check", "Nothing here", "Muster records missed and late starts and late cancellations itself where the rules have a penalty for them. Record other things on the page of the officer.", html! {})))
            } @else {
                (flush_card(list(html! { @for one in &found.rows { (offence_row(&given.ctx, &given.who, one, &zone)) } })))
                (pager(&address("/offences", &kept), found.number, found.total))
            }
        }
    };
    Ok(given.page("Offenses", "booked-work").done(query.get("done"), DONE).draw(body))
}

fn state_tags(one: &OffenceRow) -> Markup {
    html! {
        @match (one.state.as_str(), one.appeal_state.as_str()) {
            ("candidate", _) => (tag(Tone::Warn, "clock-alert", "To confirm")),
            (_, "asked") => (tag(Tone::Warn, "scale", "Appeal waits")),
            ("excused", _) => (tag(Tone::Ok, "circle-check", "Excused")),
            (_, "dismissed") => (tag(Tone::Bad, "gavel", "Appeal dismissed")),
            _ => (tag(Tone::Bad, "gavel", "Counted")),
        }
    }
}

fn words(one: &OffenceRow, zone: &TimeZone) -> Markup {
    html! {
        (times::moment(one.happened_at, zone)) " \u{b7} recorded by " (one.recorded_by)
        br; (one.reason)
        @if !one.decided_by.is_empty() { br; (one.decided_by) @if !one.decision.is_empty() { ": " (one.decision) } }
        @if !one.appeal.is_empty() { br; "Appeal: " (one.appeal) }
        @if !one.appeal_by.is_empty() { br; (one.appeal_by) ": " (one.appeal_answer) }
    }
}

fn offence_row(ctx: &Ctx, who: &SignedIn, one: &OffenceRow, zone: &TimeZone) -> Markup {
    let may = |action| reach(who.actor.role, action) != Reach::Nobody;
    let edit = may(Action::EditOfficer) && one.state != "excused" && one.appeal_state != "asked";
    let appeal = may(Action::ApproveSeat) && may_decide_appeal(&who.actor, one);
    let (excuse, confirm, uphold) =
        (format!("excuse-{}", one.id), format!("confirm-{}", one.id), format!("appeal-{}", one.id));
    let to = |what: &str| format!("/offences/{}/{what}", one.id);
    html! {
        (list_row(format!("{}: {}", one.name, event_label(&one.event))).person(&one.name).sub(words(one, zone))
            .end(html! {
                (state_tags(one))
                @if edit || appeal { div.button-pair {
                    @if edit && one.state == "candidate" { (button("Confirm").small().primary().opens(&confirm)) }
                    @if edit { (opens(&excuse, "Excuse", "circle-check")) }
                    @if appeal { (button("Decide").small().primary().opens(&uphold)) }
                } }
            }))
        @if edit && one.state == "candidate" {
            (dialog(&confirm, &format!("Confirm: {}?", event_label(&one.event)), html! {
                p { (one.reason) }
                p { "It counts, the penalties of the rules follow, and " (one.name) " is told and may appeal." }
                (field("reason", "Note for the record").lines(2).optional().max_length(500))
            }).sends(&to("confirmation"), &ctx.word(), button("Confirm").danger()))
        }
        @if edit {
            (dialog(&excuse, &format!("Excuse {}?", one.name), html! {
                p { (one.reason) }
                (field("reason", "Why").lines(2).required().max_length(500).hint("The officer and the auditor will read it"))
            }).sends(&to("excuse"), &ctx.word(), button("Excuse").primary()))
        }
        @if appeal {
            (dialog(&uphold, &format!("Appeal of {}", one.name), html! {
                p { (one.reason) }
                p { strong { "The officer: " } (one.appeal) }
                (appeal_fields(&Fields::default(), &FieldErrors::default()))
            }).sends(&to("appeal/decision"), &ctx.word(), button("Decide").primary()))
        }
    }
}

fn appeal_fields(fields: &Fields, errors: &FieldErrors) -> Markup {
    let answers = [("uphold", "Uphold: the offense is excused"), ("dismiss", "Dismiss: it counts")];
    html! {
        (field("do", "Decision").radio(&answers).value(if fields.get("do").is_empty() { "uphold" } else { fields.get("do") }).errors(errors))
        (why("The officer and the auditor will read it", fields, errors))
    }
}

/// Sends a small form about an offence; one with mistakes comes back filled.
async fn send(
    given: &Given,
    sent: &Sent,
    id: OffenceId,
    (title, noun, back): (&str, &str, &str),
    case: impl Fn(&mut Tx<'_>, &Actor, Timestamp) -> Result<(), Failure> + Send + 'static,
) -> Result<Response, PageFailure> {
    match given.act(sent, case).await {
        Ok(()) => {
            let done = if noun == "appeal" { "appealed" } else { "decided" };
            Ok(Redirect::to(&format!("{back}?done={done}")).into_response())
        }
        Err(failure) => {
            let again = Again {
                title,
                here: if back == "/standing" { "availability" } else { "booked-work" },
                action: format!("/offences/{id}/{noun}"),
                back: back.to_owned(),
                send: button("Send").primary(),
            };
            again.draw(given, failure, |errors| {
                if noun == "appeal/decision" {
                    appeal_fields(&sent.fields, errors)
                } else {
                    why("The others read it", &sent.fields, errors)
                }
            })
        }
    }
}

/// Confirms a candidate.
pub async fn confirm(given: Given, Id(id): Id<OffenceId>, sent: Sent) -> Result<Response, PageFailure> {
    let reason = sent.fields.get("reason").to_owned();
    send(&given, &sent, id, ("Confirm it?", "confirmation", "/offences"), move |tx, who, now| {
        distribution::decide_offence(tx, who, id, true, &reason, now)
    })
    .await
}

/// Excuses an offence.
pub async fn excuse(given: Given, Id(id): Id<OffenceId>, sent: Sent) -> Result<Response, PageFailure> {
    let reason = sent.fields.get("reason").to_owned();
    send(&given, &sent, id, ("Excuse it?", "excuse", "/offences"), move |tx, who, now| {
        distribution::decide_offence(tx, who, id, false, &reason, now)
    })
    .await
}

/// An officer appeals.
pub async fn appeal(given: Given, Id(id): Id<OffenceId>, sent: Sent) -> Result<Response, PageFailure> {
    let words = sent.fields.get("reason").to_owned();
    send(&given, &sent, id, ("Appeal", "appeal", "/standing"), move |tx, who, now| {
        distribution::appeal_offence(tx, who, id, &words, now)
    })
    .await
}

/// Somebody else decides the appeal.
pub async fn decide_appeal(given: Given, Id(id): Id<OffenceId>, sent: Sent) -> Result<Response, PageFailure> {
    let (reason, upheld) = (sent.fields.get("reason").to_owned(), sent.fields.get("do") == "uphold");
    let form = ("Decide the appeal", "appeal/decision", "/offences");
    send(&given, &sent, id, form, move |tx, who, now| distribution::decide_appeal(tx, who, id, upheld, &reason, now))
        .await
}

/// The form that records an offence of an officer.
pub async fn new_offence(given: Given, Id(id): Id<OfficerId>) -> Result<Response, PageFailure> {
    let today = times::zone(&given.who.shown.zone).to_datetime(given.ctx.now()).date();
    let fields = Fields::default().with("on", today);
    draw_new(&given, id, &fields, &FieldErrors::default()).await
}

async fn draw_new(
    given: &Given,
    id: OfficerId,
    fields: &Fields,
    errors: &FieldErrors,
) -> Result<Response, PageFailure> {
    let conduct = given.read(move |tx, who, now| distribution::load_conduct(tx, who, id, now)).await?;
    let back = format!("/officers/{id}");
    let body = html! {
        (page_head("Record an offense"))
        (error_summary(errors))
        (card(html! { (form(&format!("/officers/{id}/offences"), &given.ctx.word(), html! {
            (field("event", "What happened").select(&EVENTS).value(fields.get("event")).errors(errors))
            (field("on", "On").date().value(fields.get("on")).errors(errors).required())
            (field("reason", "In words").lines(3).value(fields.get("reason")).errors(errors).required().max_length(500).hint("The officer and the auditor will read it"))
            @if !conduct.rules.is_empty() { ul.hint { @for rule in &conduct.rules { li { (rule) } } } }
            (form_actions(html! { (link_button("Back", &back)) (button("Record").danger()) }))
        })) }))
    };
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(given.page("Record an offense", "officers").back(&back).status(status).draw(body))
}

/// Records an offence.
pub async fn create_offence(given: Given, Id(id): Id<OfficerId>, sent: Sent) -> Result<Response, PageFailure> {
    let mut reader = Reader::new(&sent.fields);
    let new = NewOffence {
        officer: id,
        event: sent.fields.get("event").to_owned(),
        on: reader.date("on"),
        shift: sent.fields.get("shift").parse::<ShiftId>().ok(),
        reason: reader.text("reason", 500),
    };
    let done = match reader.finish() {
        Ok(()) => given.act(&sent, move |tx, who, now| distribution::record_offence(tx, who, &new, now)).await,
        Err(errors) => Err(errors.into()),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/officers/{id}?done=recorded")).into_response()),
        Err(failure) => draw_new(&given, id, &sent.fields, &mistakes(failure)?).await,
    }
}

/// How the officer who asks stands: bars, offences with appeal, what the rules refused.
pub async fn show_standing(given: Given, query: Fields) -> Result<Response, PageFailure> {
    let id = given.who.actor.officer.ok_or_else(PageFailure::missing)?;
    let (conduct, said, marks) = given
        .read(move |tx, who, now| {
            Ok((
                distribution::load_conduct(tx, who, id, now)?,
                distribution::load_said_no(tx, who, id)?,
                distribution::load_marks(tx, who, id, now)?,
            ))
        })
        .await?;
    let zone = times::zone(&given.who.shown.zone);
    let body = html! {
        (page_head("My standing"))
        (super::mine::tabs("standing"))
        div.stack {
            (bars(&conduct, "You are"))
            @if !conduct.offences.is_empty() { (flush_card(html! {
                (card_head("On my record").icon("gavel").aside(conduct.offences.len()))
                (list(html! { @for one in &conduct.offences { (own_row(&given.ctx, &conduct, one, &zone)) } }))
            })) }
            (marks_card(&given.ctx, &marks, Place::Own, true, &zone))
            (said_no(&said, &zone))
            @if !conduct.rules.is_empty() { (card(html! {
                (card_head("What the rules say").icon("scale"))
                ul { @for rule in &conduct.rules { li { (rule) } } }
            })) }
        }
    };
    Ok(given.page("My standing", "schedule").done(query.get("done"), DONE).draw(body))
}

/// The bars that hold now, or that there is none.
pub(crate) fn bars(conduct: &Conduct, who: &str) -> Markup {
    html! {
        @if conduct.bars.is_empty() { @if !conduct.rules.is_empty() { (banner(Tone::Ok, "circle-check", "No penalty bars from work now.")) } }
        @for bar in &conduct.bars {
            (banner(Tone::Bad, "ban", html! {
                strong { (who) " " (bar.words) "." } " " (event_label(&bar.event)) ", step " (bar.step) "."
                @if let Some(cite) = &bar.cite { " (" (cite) ")" }
            }))
        }
    }
}

fn own_row(ctx: &Ctx, conduct: &Conduct, one: &OffenceRow, zone: &TimeZone) -> Markup {
    let id = format!("appeal-{}", one.id);
    let until = conduct.appeal_until(one, ctx.now());
    html! {
        (list_row(event_label(&one.event)).sub(html! {
            (words(one, zone))
            @if let Some(until) = until { br; "You may appeal until " (times::moment(until, zone)) "." }
        }).end(html! {
            (state_tags(one))
            @if until.is_some() { (button("Appeal").small().opens(&id)) }
        }))
        @if until.is_some() {
            (dialog(&id, "Appeal", html! {
                p { (one.reason) }
                (field("reason", "Why it should not count").lines(4).required().max_length(500).hint("Somebody else than who recorded it decides"))
            }).sends(&format!("/offences/{}/appeal", one.id), &ctx.word(), button("Send").primary().icon("send")))
        }
    }
}

/// The office's card on the page of an officer.
pub(crate) fn office_card(conduct: &Conduct, officer: OfficerId, edit: bool, zone: &TimeZone) -> Markup {
    html! {
        @if edit || !conduct.offences.is_empty() { (flush_card(html! {
            (card_head("Conduct").icon("gavel").aside(conduct.offences.len()))
            @for bar in &conduct.bars { p.note { (tag(Tone::Bad, "ban", "Barred")) " " (bar.words) } }
            @if conduct.offences.is_empty() { p.card-note.muted { "Nothing on record." } } @else {
                (list(html! { @for one in &conduct.offences {
                    (list_row(event_label(&one.event)).sub(words(one, zone)).end(state_tags(one)))
                } }))
            }
            @if edit { div.card-actions { (link_button("Record an offense", &format!("/officers/{officer}/offences/new")).small().icon("plus")) } }
        })) }
    }
}
