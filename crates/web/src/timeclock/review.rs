//! The time review: scheduled beside clocked, discrepancies first.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use maud::{Markup, html};
use muster_app::{
    Failure, ledger,
    timeclock::{self, Missing, Reviewed, TimeChange},
};
use muster_domain::{
    access::{Action, Reach, reach},
    id::{AssignmentId, TimeEntryId},
    refusal::{FieldErrors, Refusal},
    time::Span,
    timeclock::{Discrepancy, EntryState, Punch, Verdict},
};

use super::{pages::state_tag, price::price_card};
use crate::{
    Ctx,
    again::Again,
    failure::PageFailure,
    fields::{Fields, Sent},
    given::{Given, Id},
    parts::{
        Align, Column, Fact, Row, StoryEntry, Tone, banner, button, card, card_head, chip_link, data_table, dialog,
        empty, error_summary, facts, field, flush_card, form, form_actions, link_button, opens, page_head, tag,
        timeline,
    },
    signed_in::SignedIn,
    times,
};

const DONE: &[(&str, &str)] = &[
    ("adjusted", "The time was adjusted; the officer has been told."),
    ("entered", "The time was entered; the officer has been told."),
    ("approved", "Approved, priced and posted."),
];

fn may_approve(who: &SignedIn) -> bool {
    reach(who.actor.role, Action::ApproveTime) != Reach::Nobody
}

/// The entries of a state.
pub async fn show_review(given: Given, query: Fields) -> Result<Response, PageFailure> {
    let state = EntryState::from_code(query.get("state")).unwrap_or(EntryState::ToReview);
    let review = given.read(move |tx, who, now| timeclock::load_review(tx, who, state, now)).await?;
    let zone = times::zone(&given.who.shown.zone);
    let body = html! {
        (page_head("Time review").sub(format!("{} {}", muster_domain::counted(review.count, "entry", "entries"), state.label().to_lowercase())))
        div.chips role="group" aria-label="State" {
            @for one in [EntryState::ToReview, EntryState::OnSite, EntryState::Approved] {
                (chip_link(&format!("/time?state={}", one.code()), one.label(), "", None, one == state))
            }
        }
        @if !review.missing.is_empty() { (missing_card(&given.ctx, &review.missing, &zone, may_approve(&given.who))) }
        @if review.entries.is_empty() {
            (card(empty("clipboard-check", "Nothing here", "Time appears when officers clock in and out.", html! {})))
        } @else {
            @if state == EntryState::ToReview && may_approve(&given.who) {
                (form("/time/approvals", &given.ctx.word(), html! {
                    (flush_card(table(&review.entries, &zone, true)))
                    (form_actions(html! { (button("Approve the chosen").primary().icon("check")) }))
                }).id("approvals"))
            } @else { (flush_card(table(&review.entries, &zone, false))) }
            @if review.count > 500 { p.hint { "The latest 500 are shown. They are ranked among themselves." } }
        }
    };
    Ok(given.page("Time review", "time").done(query.get("done"), DONE).draw(body))
}

fn table(entries: &[Reviewed], zone: &TimeZone, choose: bool) -> Markup {
    let ids: Vec<String> = entries.iter().map(|one| one.listed.entry.id.to_string()).collect();
    let columns = [
        Column { label: "Officer", ..Column::default() },
        Column { label: "Job", ..Column::default() },
        Column { label: "Scheduled", ..Column::default() },
        Column { label: "Clocked", ..Column::default() },
        Column { label: "Time", align: Align::End, ..Column::default() },
        Column { label: "To look at", ..Column::default() },
    ];
    let rows: Vec<Row<'_>> = entries
        .iter()
        .zip(&ids)
        .map(|(one, id)| {
            let entry = &one.listed.entry;
            Row {
                value: id,
                name: &one.listed.officer_name,
                cells: vec![
                    html! { a href={ "/time/" (entry.id) } { (one.listed.officer_name) } },
                    html! { "#" (one.listed.number) " " (one.listed.title) },
                    html! { (times::shift(one.listed.scheduled, zone)) },
                    clocked(entry.clocked_in_at, entry.clocked_out_at, zone),
                    html! { @if let Some(settled) = entry.settled { (settled.minutes()) } },
                    found(&one.found),
                ],
            }
        })
        .collect();
    let table = data_table("Time entries", &columns, &rows);
    html! { (if choose { table.selects("entry", "approvals") } else { table }) }
}

fn clocked(came: Option<Timestamp>, left: Option<Timestamp>, zone: &TimeZone) -> Markup {
    let show = |at: Option<Timestamp>| at.map_or("\u{2014}".to_owned(), |at| times::clock(at, zone));
    html! { (show(came)) "\u{2013}" (show(left)) }
}

fn found(all: &[Discrepancy]) -> Markup {
    html! {
        @if all.is_empty() { (tag(Tone::Ok, "circle-check", "As scheduled")) }
        @for one in all.iter().take(3) {
            @let tone = if one.sort.weight() >= 60 { Tone::Bad } else if one.sort.weight() >= 20 { Tone::Warn } else { Tone::Neutral };
            div { (tag(tone, "triangle-alert", &one.words)) }
        }
    }
}

fn missing_card(ctx: &Ctx, missing: &[Missing], zone: &TimeZone, may: bool) -> Markup {
    let columns = [
        Column { label: "Never clocked in", ..Column::default() },
        Column { label: "Job", ..Column::default() },
        Column { label: "Scheduled", ..Column::default() },
        Column { label: "", ..Column::default() },
    ];
    let rows: Vec<Row<'_>> = missing
        .iter()
        .map(|one| {
            let id = format!("enter-{}", one.assignment);
            Row {
                cells: vec![
                    html! { (one.officer_name) },
                    html! { "#" (one.number) " " (one.title) },
                    html! { (times::shift(one.scheduled, zone)) },
                    html! { @if may {
                        (opens(&id, "Enter time", "pencil"))
                        (dialog(&id, "Enter the time by hand", times_fields(one.scheduled, zone, &Fields::default(), &FieldErrors::default()))
                            .sends(&format!("/assignments/{}/time", one.assignment), &ctx.word(), button("Enter").primary()))
                    } },
                ],
                ..Row::default()
            }
        })
        .collect();
    flush_card(html! { (data_table("Seats without any time", &columns, &rows)) })
}

fn times_fields(span: Span, zone: &TimeZone, fields: &Fields, errors: &FieldErrors) -> Markup {
    let wall = |at: Timestamp| zone.to_datetime(at).strftime("%Y-%m-%dT%H:%M").to_string();
    if errors.0.is_empty() && fields.get("from").is_empty() {
        let proposed = Fields::default().with("from", wall(span.starts_at())).with("to", wall(span.ends_at()));
        return typed_times(&proposed.with("reason", fields.get("reason")), errors);
    }
    typed_times(fields, errors)
}

/// The times as they were typed.
fn typed_times(fields: &Fields, errors: &FieldErrors) -> Markup {
    html! {
        (field("from", "From").date_time().value(fields.get("from")).errors(errors).required())
        (field("to", "Until").date_time().value(fields.get("to")).errors(errors).required())
        (field("reason", "Why").lines(2).value(fields.get("reason")).errors(errors).required().max_length(500).hint("The officer and the auditor will read it"))
    }
}

/// Reads two wall-clock times of the agency's zone and a reason.
fn read_change(fields: &Fields, zone: &TimeZone) -> Result<TimeChange, FieldErrors> {
    let mut errors = FieldErrors::default();
    let mut read = |name: &str| {
        let wall: Option<DateTime> = fields.get(name).parse().ok();
        let at = wall.and_then(|wall| muster_domain::time::instant(zone, wall.date(), wall.time()).ok());
        if at.is_none() {
            errors.add(name, "Choose a date and a time that the clocks show, for example 2026-11-21 18:30.");
        }
        at.unwrap_or(Timestamp::UNIX_EPOCH)
    };
    let (from, to) = (read("from"), read("to"));
    let reason = fields.get("reason").to_owned();
    errors.require_text(&reason, "reason", 500);
    let span = Span::new(from, to);
    if errors.of("from").is_none() && errors.of("to").is_none() && span.is_none() {
        errors.add("to", "The end is not after the start.");
    }
    match (span, errors.or(())) {
        (Some(settled), Ok(())) => Ok(TimeChange { settled, reason }),
        (_, Err(errors)) => Err(errors),
        (None, Ok(())) => Err(FieldErrors::default()),
    }
}

/// One entry with its presses.
pub async fn show_entry(given: Given, Id(id): Id<TimeEntryId>, query: Fields) -> Result<Response, PageFailure> {
    draw(&given, id, &query, FieldErrors::default(), None).await
}

/// A reviewer settles other times.
pub async fn adjust(given: Given, Id(id): Id<TimeEntryId>, sent: Sent) -> Result<Response, PageFailure> {
    let change = match read_change(&sent.fields, &times::zone(&given.who.shown.zone)) {
        Ok(change) => change,
        Err(errors) => return draw(&given, id, &sent.fields, errors, None).await,
    };
    match given.act(&sent, move |tx, who, now| timeclock::adjust_time(tx, who, id, &change, now)).await {
        Ok(()) => Ok(Redirect::to(&format!("/time/{id}?done=adjusted")).into_response()),
        Err(Failure::Refused(refusal)) => draw(&given, id, &sent.fields, FieldErrors::default(), Some(refusal)).await,
        Err(failure) => Err(failure.into()),
    }
}

/// A reviewer enters the time of an officer who never clocked in.
pub async fn enter(given: Given, Id(id): Id<AssignmentId>, sent: Sent) -> Result<Response, PageFailure> {
    let zone = times::zone(&given.who.shown.zone);
    let outcome = match read_change(&sent.fields, &zone).map_err(Failure::from) {
        Ok(change) => given.act(&sent, move |tx, who, now| timeclock::enter_time(tx, who, id, &change, now)).await,
        Err(failure) => Err(failure),
    };
    match outcome {
        Ok(_) => Ok(Redirect::to("/time?done=entered").into_response()),
        Err(failure) => {
            let again = Again {
                title: "Enter the time by hand",
                here: "time",
                action: format!("/assignments/{id}/time"),
                back: "/time".to_owned(),
                send: button("Enter").primary(),
            };
            again.draw(&given, failure, |errors| typed_times(&sent.fields, errors))
        }
    }
}

/// Approves one time: it is priced and posted.
pub async fn approve(given: Given, Id(id): Id<TimeEntryId>, sent: Sent) -> Result<Response, PageFailure> {
    match given.act(&sent, move |tx, who, now| ledger::approve_time(tx, who, id, now).map(|charge| charge.id)).await {
        Ok(_) => Ok(Redirect::to(&format!("/time/{id}?done=approved")).into_response()),
        Err(Failure::Refused(refusal)) => {
            draw(&given, id, &Fields::default(), FieldErrors::default(), Some(refusal)).await
        }
        Err(failure) => Err(failure.into()),
    }
}

/// At most so many times are approved at once.
const MOST_AT_ONCE: usize = 200;

/// Approves the chosen times, all or none.
pub async fn approve_many(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let ids: Vec<TimeEntryId> = sent.fields.all("entry").filter_map(|id| id.parse().ok()).take(MOST_AT_ONCE).collect();
    if ids.is_empty() {
        let words = "No time was chosen.";
        return Err(Failure::from(Refusal::new("nothing_chosen", words, "Tick the times to approve first.")).into());
    }
    given
        .act(&sent, move |tx, who, now| ids.iter().try_for_each(|id| ledger::approve_time(tx, who, *id, now).map(drop)))
        .await?;
    Ok(Redirect::to("/time?done=approved").into_response())
}

async fn draw(
    given: &Given,
    id: TimeEntryId,
    fields: &Fields,
    errors: FieldErrors,
    refused: Option<Refusal>,
) -> Result<Response, PageFailure> {
    let reviews = may_approve(&given.who);
    let (one, price) = given
        .read(move |tx, who, _| {
            let one = timeclock::load_entry(tx, who, id)?;
            Ok((one, if reviews { ledger::load_time_price(tx, who, id)? } else { None }))
        })
        .await?;
    let zone = times::zone(&given.who.shown.zone);
    let entry = &one.listed.entry;
    let open = matches!(entry.state, EntryState::OnSite | EntryState::ToReview) && may_approve(&given.who);
    let body = html! {
        @if let Some(refusal) = &refused { (banner(Tone::Bad, "ban", html! { strong { (refusal.message) } " " (refusal.remedy) })) }
        (page_head(&one.listed.officer_name).above(state_tag(entry.state))
            .sub(format!("#{} {} \u{b7} {}", one.listed.number, one.listed.title, times::shift(one.listed.scheduled, &zone))))
        (error_summary(&errors))
        (beside(&one, &zone))
        (found(&one.found))
        (card(html! { (card_head("Presses of the clock").icon("clock")) (presses(&one.punches, &zone)) }))
        @if let Some(price) = &price { (price_card(price)) }
        @if open && entry.settled.is_some() && entry.state == EntryState::ToReview {
            (form(&format!("/time/{id}/approval"), &given.ctx.word(), html! { (form_actions(html! { (button("Approve").primary().icon("check")) })) }))
        }
        @if open {
            (card(html! {
                (card_head("Other times than were clocked").icon("pencil"))
                (form(&format!("/time/{id}/adjustment"), &given.ctx.word(), html! {
                    (times_fields(entry.settled.unwrap_or(one.listed.scheduled), &zone, fields, &errors))
                    (form_actions(html! { (link_button("Back", "/time")) (button("Adjust").primary()) }))
                }))
            }))
        }
    };
    let status =
        if errors.0.is_empty() && refused.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(given.page("Time", "time").back("/time").done(fields.get("done"), DONE).status(status).draw(body))
}

fn beside(one: &Reviewed, zone: &TimeZone) -> Markup {
    let entry = &one.listed.entry;
    let scheduled = times::hours(one.listed.scheduled, zone);
    let length = one.listed.scheduled.minutes().to_string();
    let clocked = clocked(entry.clocked_in_at, entry.clocked_out_at, zone).into_string();
    let (settled, settled_length) = entry.settled.map_or(("nothing yet".to_owned(), String::new()), |span| {
        (times::hours(span, zone), span.minutes().to_string())
    });
    let verified = if entry.verified { "verified by the officer's presses" } else { "not verified" };
    facts(&[
        Fact { icon: "calendar-days", label: "Scheduled", value: &scheduled, note: &length },
        Fact { icon: "clock", label: "Clocked", value: &clocked, note: verified },
        Fact { icon: "clipboard-check", label: "Counts", value: &settled, note: &settled_length },
        Fact { icon: "map-pin", label: "Where", value: &one.listed.site_name, note: &one.listed.customer_name },
    ])
}

fn presses(punches: &[Punch], zone: &TimeZone) -> Markup {
    if punches.is_empty() {
        return html! { p.hint { "None." } };
    }
    let shown: Vec<(String, String)> =
        punches.iter().map(|one| (times::moment(one.pressed_at, zone), one.pressed_at.to_string())).collect();
    let entries: Vec<StoryEntry<'_>> = punches
        .iter()
        .zip(&shown)
        .map(|(one, (when, instant))| StoryEntry {
            icon: if one.kind == muster_domain::timeclock::Kind::In { "log-in" } else { "log-out" },
            tone: match one.measured.verdict {
                Verdict::Inside => Tone::Ok,
                Verdict::Outside => Tone::Bad,
                Verdict::Unknown => Tone::Warn,
            },
            words: html! {
                (one.kind.label()) ", " (one.measured.verdict.label().to_lowercase())
                @if let Some(metres) = one.measured.distance_m { " (" (metres) " m from the pin)" }
                @if one.source == muster_domain::timeclock::Source::Timer { ", closed by the timer" }
            },
            when,
            instant,
            note: html! { (one.reason) },
        })
        .collect();
    timeline(&entries)
}
