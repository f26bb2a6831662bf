//! Standing permits of officers: his own page, the office's list of what waits, the page of one officer's permits.

use axum::response::{IntoResponse, Redirect, Response};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use maud::{Markup, html};
use muster_app::{
    Failure,
    distribution::{self, PermitDecision, PermitRow, PermitSeen, PermitWaiting, may_decide},
    officers,
    requests::LevelDecision,
};
use muster_domain::{
    access::{Action, Reach, reach},
    distribution::PermitStanding,
    id::{ApprovalId, OfficerId},
    policy::kinds::Renewal,
    refusal::FieldErrors,
};

use super::misfits::tabs;
use crate::{
    Ctx,
    again::{Again, why},
    failure::PageFailure,
    fields::{Fields, Reader, Sent},
    given::{Given, Id},
    parts::{
        Tone, button, capital, card, card_head, dialog, empty, field, flush_card, list, list_row, opens, page_head, tag,
    },
    signed_in::SignedIn,
    times,
};

const DONE: &[(&str, &str)] = &[
    ("asked", "You asked for the permit. You will be told as soon as it is decided."),
    ("decided", "Recorded; the officer is told when every level has answered."),
    ("ended", "The permit is ended; the officer has been told, and his booked work is judged again."),
];

/// The permits of the officer who asks.
pub async fn list_my_permits(given: Given, query: Fields) -> Result<Response, PageFailure> {
    let id = given.who.actor.officer.ok_or_else(PageFailure::missing)?;
    let permits = given.read(move |tx, who, now| distribution::load_permits(tx, who, id, now)).await?;
    let zone = times::zone(&given.who.shown.zone);
    let body = html! {
        (page_head("My permits").sub("What the rules want somebody to agree to before you work details"))
        (super::mine::tabs("permits"))
        div.stack {
            @if permits.is_empty() { (card(empty("circle-check", "No permit is needed", "The rules in force ask for none.", html! {}))) }
            @for (at, one) in permits.iter().enumerate() { (own_card(&given.ctx, one, at, &zone)) }
        }
    };
    Ok(given.page("My permits", "schedule").done(query.get("done"), DONE).draw(body))
}

fn standing_tag(standing: &PermitStanding, zone: &TimeZone) -> Markup {
    match standing {
        PermitStanding::Missing => tag(Tone::Bad, "ban", "Missing"),
        PermitStanding::Asked(levels) => {
            tag(Tone::Warn, "hourglass", &format!("Waits for {}", levels.join(", ").replace('_', " ")))
        }
        PermitStanding::Held(None) => tag(Tone::Ok, "circle-check", "Holds"),
        PermitStanding::Held(Some(until)) => {
            tag(Tone::Ok, "circle-check", &format!("Holds to {}", last_day(*until, zone)))
        }
        PermitStanding::Expired(at) => tag(Tone::Bad, "clock-alert", &format!("Ended {}", last_day(*at, zone))),
    }
}

/// The last day on which a permit holds that ends at this instant.
fn last_day(until: Timestamp, zone: &TimeZone) -> String {
    times::full_day(zone.to_datetime(until - SignedDuration::from_secs(1)).date())
}

fn own_card(ctx: &Ctx, one: &PermitSeen, at: usize, zone: &TimeZone) -> Markup {
    let id = format!("ask-{at}");
    let renews = matches!(one.standing, PermitStanding::Held(_));
    let ask = if renews { "Renew it" } else { "Ask for it" };
    html! {
        (card(html! {
            (head(one, zone))
            @if one.may_ask {
                div.card-actions { (button(ask).primary().icon("hand").opens(&id)) }
                (dialog(&id, ask, html! {
                    input type="hidden" name="rule" value=(one.rule);
                    p { (one.words) "." }
                    (field("words", "A word to whoever decides").lines(3).optional().max_length(500))
                }).sends("/my-permits", &ctx.word(), button("Ask").primary().icon("send")))
            }
        }))
    }
}

fn head(one: &PermitSeen, zone: &TimeZone) -> Markup {
    html! {
        (card_head(capital(&one.rule.replace(['_', '-'], " "))).icon("badge-check").aside(standing_tag(&one.standing, zone)))
        p { (one.words) "." @if let Some(cite) = &one.cite { " (" (cite) ")" } }
        @if matches!(one.standing, PermitStanding::Missing | PermitStanding::Expired(_)) { p { strong { "Without it you cannot take work that the rule is about." } } }
        @if !one.levels.is_empty() { ul.hint { @for row in &one.levels { li {
            (capital(&row.level.level.replace('_', " "))) ": " (said(row, zone))
        } } } }
    }
}

/// What a level said, in words.
fn said(row: &PermitRow, zone: &TimeZone) -> String {
    let at = row.decided_at.map_or_else(String::new, |at| times::moment(at, zone));
    let reason = if row.reason.is_empty() { String::new() } else { format!(": {}", row.reason) };
    let spoken = if row.spoken { " by word of mouth, the form follows" } else { "" };
    match row.level.state.as_str() {
        "asked" => format!("asked {}", times::moment(row.asked_at, zone)),
        "approved" => format!("agreed {at}{spoken}, by {}{reason}", row.decided_by),
        "declined" => format!("said no {at}, by {}{reason}", row.decided_by),
        _ => format!("ended {at}{reason}"),
    }
}

/// The officer asks for a permit.
pub async fn ask(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let (rule, words) = (sent.fields.get("rule").to_owned(), sent.fields.get("words").to_owned());
    match given.act(&sent, move |tx, who, now| distribution::ask_for_permit(tx, who, &rule, &words, now)).await {
        Ok(()) => Ok(Redirect::to("/my-permits?done=asked").into_response()),
        Err(failure) => {
            let again = Again {
                title: "Ask for the permit",
                here: "schedule",
                action: "/my-permits".to_owned(),
                back: "/my-permits".to_owned(),
                send: button("Ask").primary(),
            };
            again.draw(&given, failure, |errors| html! {
                input type="hidden" name="rule" value=(sent.fields.get("rule"));
                (field("words", "A word to whoever decides").lines(3).value(sent.fields.get("words")).errors(errors).optional().max_length(500))
            })
        }
    }
}

/// The permits that somebody has still to answer.
pub async fn list_waiting(given: Given, query: Fields) -> Result<Response, PageFailure> {
    let waiting = given.read(distribution::list_permits_waiting).await?;
    let zone = times::zone(&given.who.shown.zone);
    let body = html! {
        (page_head("Permits to decide").sub("Officers who ask to work details, or for the renewal of a permit"))
        (tabs("permits"))
        @if waiting.is_empty() {
            (card(empty("circle-check", "Nobody waits", "Officers ask under My permits; the rules say who decides.", html! {})))
        } @else {
            (flush_card(list(html! { @for one in &waiting { (waiting_row(&given.ctx, &given.who, one, &zone)) } })))
        }
    };
    Ok(given.page("Permits", "booked-work").done(query.get("done"), DONE).draw(body))
}

fn decides(who: &SignedIn, row: &PermitRow) -> bool {
    reach(who.actor.role, Action::ApproveSeat) != Reach::Nobody
        && may_decide(who.actor.role, std::slice::from_ref(&row.level.level))
}

fn waiting_row(ctx: &Ctx, who: &SignedIn, one: &PermitWaiting, zone: &TimeZone) -> Markup {
    let row = &one.row;
    let id = format!("decide-{}", row.id);
    let level = row.level.level.replace('_', " ");
    html! {
        (list_row(row.name.as_str()).person(&row.name).href(format!("/officers/{}/permits", row.officer))
            .sub(html! {
                (capital(&row.rule.replace(['_', '-'], " "))) " \u{b7} " (level) " \u{b7} asked " (times::moment(row.asked_at, zone))
                @if !row.words.is_empty() { br; (row.words) }
            })
            .end(html! { @if decides(who, row) { (button("Decide").small().icon("gavel").opens(&id)) } @else { (tag(Tone::Warn, "hourglass", &format!("Decided by {level}"))) } }))
        @if decides(who, row) {
            (dialog(&id, &format!("Permit of {}", row.name), html! {
                p { "Your answer counts as that of the " strong { (level) } ". The officer\u{2019}s booked work is judged again." }
                (decision_fields(one, &Fields::default(), &FieldErrors::default()))
            }).sends(&format!("/permits/{}/decision", row.id), &ctx.word(), button("Record").primary()))
        }
    }
}

/// The documents that are ticked, by the rule book's words.
fn documents(fields: &Fields) -> Vec<String> {
    let ticked = (0..20).map(|at| fields.get(&format!("document-{at}")).to_owned());
    ticked.filter(|document| !document.is_empty()).collect()
}

fn decision_fields(one: &PermitWaiting, fields: &Fields, errors: &FieldErrors) -> Markup {
    let row = &one.row;
    let shown = documents(fields);
    let answers = [("yes", "Agrees"), ("no", "Says no")];
    let chosen = if fields.get("agrees").is_empty() { "yes" } else { fields.get("agrees") };
    let by_birth = matches!(row.terms.renew, Renewal::BirthMonth | Renewal::Birthday);
    html! {
        (field("agrees", "Answer").radio(&answers).value(chosen).errors(errors))
        (field("said_by", "Said by").value(fields.get("said_by")).errors(errors).optional().max_length(120).hint("If not by you"))
        @if row.terms.verbal_first { (field("spoken", "By word of mouth; the form follows").checkbox().value("yes").on(fields.get("spoken") == "yes").errors(errors)) }
        @if by_birth { (field("born_on", "Born on").date().value(fields.get("born_on")).errors(errors).hint("The permit ends by the birthday; leave empty if it is on record")) }
        @for (at, document) in one.missing.iter().enumerate() {
            @let words = format!("I have seen: {}", document.replace('_', " "));
            @let wrong = errors.of("documents").filter(|_| at == 0).unwrap_or_default();
            (field(format!("document-{at}"), words).checkbox().value(document).on(shown.contains(document)).error(wrong))
        }
        (field("reason", "Note or reason").lines(2).value(fields.get("reason")).errors(errors).max_length(500).hint("A no needs one; the officer reads it"))
    }
}

/// Records what a level said.
pub async fn decide(given: Given, Id(id): Id<ApprovalId>, sent: Sent) -> Result<Response, PageFailure> {
    let mut reader = Reader::new(&sent.fields);
    let agrees = reader.choice("agrees", &[("yes", true), ("no", false)]);
    let born_on = reader.optional_date("born_on");
    let documents = documents(&sent.fields);
    let said = LevelDecision {
        agrees: agrees.unwrap_or(false),
        said_by: sent.fields.get("said_by").to_owned(),
        spoken: sent.fields.get("spoken") == "yes",
        reason: sent.fields.get("reason").to_owned(),
    };
    let decision = PermitDecision { said, born_on, documents };
    let done = match reader.finish() {
        Ok(()) => given.act(&sent, move |tx, who, now| distribution::decide_permit(tx, who, id, &decision, now)).await,
        Err(errors) => Err(Failure::Invalid(errors)),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/permits?done=decided").into_response()),
        Err(failure) => {
            let waiting = given.read(distribution::list_permits_waiting).await?;
            let one = waiting.into_iter().find(|one| one.row.id == id);
            if one.is_none() && matches!(failure, Failure::Invalid(_)) {
                return Err(PageFailure::missing());
            }
            let again = Again {
                title: "Decide the permit",
                here: "booked-work",
                action: format!("/permits/{id}/decision"),
                back: "/permits".to_owned(),
                send: button("Record").primary(),
            };
            again.draw(&given, failure, |errors| {
                html! {
                    @if let Some(one) = &one { (decision_fields(one, &sent.fields, errors)) }
                }
            })
        }
    }
}

/// One officer's permits, for the office.
pub async fn show_permits(given: Given, Id(id): Id<OfficerId>, query: Fields) -> Result<Response, PageFailure> {
    let (permits, name) = given
        .read(move |tx, who, now| {
            let permits = distribution::load_permits(tx, who, id, now)?;
            Ok((permits, officers::load_record(tx, who, id, now)?.officer.full_name()))
        })
        .await?;
    let title = format!("Permits of {name}");
    let zone = times::zone(&given.who.shown.zone);
    let ends = reach(given.who.actor.role, Action::ApproveSeat) != Reach::Nobody;
    let body = html! {
        (page_head(&title))
        div.stack {
            @if permits.is_empty() { (card(empty("circle-check", "No permit is needed", "The rules in force ask for none.", html! {}))) }
            @for one in &permits { (card(html! {
                (head(one, &zone))
                @let last = one.levels.iter().find(|row| matches!(row.level.state.as_str(), "asked" | "approved"));
                @if let (true, Some(row)) = (ends, last) {
                    @let dialog_id = format!("end-{}", row.id);
                    div.card-actions { (opens(&dialog_id, "End the permit", "ban")) }
                    (dialog(&dialog_id, "End the permit?", html! {
                        p { "The officer is told, and his booked work is judged again." }
                        (field("reason", "Why").lines(2).required().max_length(500).hint("The officer reads it"))
                    }).sends(&format!("/permits/{}/end", row.id), &given.ctx.word(), button("End it").danger()))
                }
            })) }
        }
    };
    let officer = format!("/officers/{id}");
    let page = given.page(&title, "officers").back(&officer);
    Ok(page.done(query.get("done"), DONE).draw(body))
}

/// Ends a permit.
pub async fn end(given: Given, Id(id): Id<ApprovalId>, sent: Sent) -> Result<Response, PageFailure> {
    let reason = sent.fields.get("reason").to_owned();
    match given.act(&sent, move |tx, who, now| distribution::revoke_permit(tx, who, id, &reason, now)).await {
        Ok(()) => Ok(Redirect::to("/permits?done=ended").into_response()),
        Err(failure) => {
            let again = Again {
                title: "End the permit",
                here: "booked-work",
                action: format!("/permits/{id}/end"),
                back: "/permits".to_owned(),
                send: button("End it").danger(),
            };
            again.draw(&given, failure, |errors| why("The officer reads it", &sent.fields, errors))
        }
    }
}
