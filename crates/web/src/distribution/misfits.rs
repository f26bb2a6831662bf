//! Booked work that no longer fits: the coordinator's list, and the officer's answer.

use axum::response::{IntoResponse, Redirect, Response};
use jiff::tz::TimeZone;
use maud::{Markup, html};
use muster_app::distribution::{self, Misfit, MisfitAnswer, RefusedRow, SaidNo};
use muster_domain::{
    access::{Action, Reach, reach},
    id::{FindingId, ShiftId},
    policy::Outcome,
};

use crate::{
    Ctx,
    again::{Again, why},
    failure::PageFailure,
    fields::{Fields, Sent},
    given::{Given, Id},
    parts::{
        Tone, banner, button, card, card_head, chip_link, dialog, empty, field, flush_card, icon, list, list_row,
        opens, page_head, pager, tag,
    },
    times,
};

const DONE: &[(&str, &str)] = &[
    ("kept", "The seat is kept; the officer has been told."),
    ("removed", "The officer is off the shift and has been told."),
    ("asked", "The officer was asked; the answer comes to your notices and stands here."),
];

/// Booked work that no longer fits, or with `show=settled` what became of it.
pub async fn list_misfits(given: Given, query: Fields) -> Result<Response, PageFailure> {
    let settled = query.get("show") == "settled";
    let page: i64 = query.get("page").parse().unwrap_or(1);
    let found = given.read(move |tx, who, now| distribution::list_misfits(tx, who, settled, page, now)).await?;
    let zone = times::zone(&given.who.shown.zone);
    let decides = reach(given.who.actor.role, Action::FillJob) != Reach::Nobody;
    let address = if settled { "/booked-work?show=settled" } else { "/booked-work" };
    let body = html! {
        (page_head("Booked work that no longer fits").sub("Seats that the rules would not give today, since a schedule, a status or the rules changed"))
        (tabs(if settled { "settled" } else { "open" }))
        @if found.rows.is_empty() {
            (card(empty("circle-check", if settled { "Nothing settled yet" } else { "All booked work fits the rules" },
                "Muster looks again whenever a schedule, a status, a rank, a certification or the rules change, and once a day.", html! {})))
        }
        div.stack { @for one in &found.rows { (misfit_card(&given.ctx, one, &zone, decides)) } }
        (pager(address, found.number, found.total))
    };
    Ok(given.page("Booked work", "booked-work").done(query.get("done"), DONE).draw(body))
}

/// The lists of what the rules found: booked work, and offences.
pub(super) fn tabs(now: &str) -> Markup {
    html! {
        div.chips role="group" aria-label="Which" {
            (chip_link("/booked-work", "To decide", "", None, now == "open"))
            (chip_link("/booked-work?show=settled", "Settled", "", None, now == "settled"))
            (chip_link("/offences", "Offenses", "gavel", None, now == "offences"))
            (chip_link("/permits", "Permits", "badge-check", None, now == "permits"))
            (chip_link("/duty-reports", "Reports", "clipboard-list", None, now == "reports"))
        }
    }
}

fn misfit_card(ctx: &Ctx, one: &Misfit, zone: &TimeZone, decides: bool) -> Markup {
    let row = &one.row;
    let (keep, remove, ask) = (format!("keep-{}", row.id), format!("remove-{}", row.id), format!("ask-{}", row.id));
    let to = |what: &str| format!("/booked-work/{}/{what}", row.id);
    card(html! {
        (card_head(row.name.as_str()).icon("user").aside(state_tag(&row.state)))
        p {
            a href={ "/officers/" (row.officer) } { "Badge " (row.badge) } " \u{b7} "
            a href={ "/jobs/" (row.job) } { "Job " (row.number) " \u{201c}" (row.title) "\u{201d}" } " \u{b7} " (times::shift(row.span, zone))
        }
        ul { @for reason in &one.reasons { li { (reason) } } }
        @if !one.remedy.is_empty() { p { strong { "What would make it pass: " } (one.remedy) } }
        @if !row.answer.is_empty() { (banner(Tone::Info, "send", html! { strong { "The officer answered: " } (row.answer) })) }
        p.hint {
            "Found " (times::moment(row.found_at, zone))
            @if row.state == "asked" { " \u{b7} asked: " (row.reason) }
            @if let Some(at) = row.settled_at { " \u{b7} " (row.settled_by) ", " (times::moment(at, zone)) @if !row.reason.is_empty() { ": " (row.reason) } }
        }
        @if decides && row.is_open() {
            div.card-actions {
                @if one.may_keep { (button("Keep").small().icon("shield-check").opens(&keep)) }
                (button("Ask the officer").small().icon("send").opens(&ask))
                (button("Take off").small().danger().opens(&remove))
            }
            @if !one.may_keep { p.hint { "A rule in the way may not be set aside by you." } }
            @if one.may_keep {
                (dialog(&keep, &format!("Keep {} on the shift?", row.name), html! {
                    ul { @for reason in &one.reasons { li { (reason) } } }
                    (field("reason", "Why").lines(3).required().max_length(500).hint("The officer and the auditor will read it"))
                }).sends(&to("keeping"), &ctx.word(), button("Keep").primary()))
            }
            (dialog(&ask, &format!("Ask {}?", row.name), html! {
                (field("reason", "Question").lines(3).required().max_length(500).value("Can you give this shift back, or is there a reason to keep it?"))
            }).sends(&to("question"), &ctx.word(), button("Ask").primary().icon("send")))
            (dialog(&remove, &format!("Take {} off the shift?", row.name), html! {
                (field("reason", "Why").lines(2).required().max_length(500).hint("The officer reads it"))
            }).cancel("Not now").sends(&to("removal"), &ctx.word(), button("Take off").danger()))
        }
    })
}

fn state_tag(state: &str) -> Markup {
    match state {
        "asked" => tag(Tone::Info, "send", "Officer asked"),
        "kept" => tag(Tone::Ok, "shield-check", "Kept"),
        "removed" => tag(Tone::Bad, "user-minus", "Taken off"),
        "passed" => tag(Tone::Ok, "circle-check", "Fits again"),
        "ended" => tag(Tone::Neutral, "circle-x", "No longer booked"),
        _ => tag(Tone::Warn, "triangle-alert", "To decide"),
    }
}

/// What a coordinator does about one.
pub async fn keep(given: Given, Id(id): Id<FindingId>, sent: Sent) -> Result<Response, PageFailure> {
    decide(&given, id, &sent, Doing::Keep).await
}

/// Takes the officer off.
pub async fn remove(given: Given, Id(id): Id<FindingId>, sent: Sent) -> Result<Response, PageFailure> {
    decide(&given, id, &sent, Doing::Remove).await
}

/// Asks the officer.
pub async fn ask(given: Given, Id(id): Id<FindingId>, sent: Sent) -> Result<Response, PageFailure> {
    decide(&given, id, &sent, Doing::Ask).await
}

#[derive(Clone, Copy)]
enum Doing {
    Keep,
    Remove,
    Ask,
}

async fn decide(given: &Given, id: FindingId, sent: &Sent, doing: Doing) -> Result<Response, PageFailure> {
    let reason = sent.fields.get("reason").to_owned();
    let done = given.act(sent, move |tx, who, now| match doing {
        Doing::Keep => distribution::keep_misfit(tx, who, id, &reason, now),
        Doing::Remove => distribution::remove_misfit(tx, who, id, &reason, now),
        Doing::Ask => distribution::ask_about_misfit(tx, who, id, &reason, now),
    });
    let (title, noun, word, send) = match doing {
        Doing::Keep => ("Keep the officer on the shift?", "keeping", "kept", button("Keep").primary()),
        Doing::Remove => ("Take the officer off the shift?", "removal", "removed", button("Take off").danger()),
        Doing::Ask => ("Ask the officer?", "question", "asked", button("Ask").primary()),
    };
    match done.await {
        Ok(()) => Ok(Redirect::to(&format!("/booked-work?done={word}")).into_response()),
        Err(failure) => {
            let action = format!("/booked-work/{id}/{noun}");
            let again = Again { title, here: "booked-work", action, back: "/booked-work".to_owned(), send };
            again.draw(given, failure, |errors| why("The officer reads it", &sent.fields, errors))
        }
    }
}

/// An officer answers; what he sends comes back when it lacks words.
pub async fn answer(given: Given, Id(id): Id<FindingId>, sent: Sent) -> Result<Response, PageFailure> {
    let shift: Option<ShiftId> = sent.fields.get("shift").parse().ok();
    let back = shift.map_or_else(|| "/my-shifts".to_owned(), |shift| format!("/shifts/{shift}"));
    let gives_back = sent.fields.get("do") == "give_back";
    let reply = MisfitAnswer { gives_back, words: sent.fields.get("reason").to_owned() };
    match given.act(&sent, move |tx, who, now| distribution::answer_misfit(tx, who, id, &reply, now)).await {
        Ok(()) if gives_back => Ok(Redirect::to("/my-shifts?done=withdrawn").into_response()),
        Ok(()) => Ok(Redirect::to(&format!("{back}?done=answered")).into_response()),
        Err(failure) => {
            let again = Again {
                title: "Answer the coordinator",
                here: "open-shifts",
                action: format!("/booked-work/{id}/answer"),
                back,
                send: button("Send").primary(),
            };
            again.draw(&given, failure, |errors| {
                html! {
                    input type="hidden" name="shift" value=(sent.fields.get("shift"));
                    input type="hidden" name="do" value=(sent.fields.get("do"));
                    (why("The coordinator reads it", &sent.fields, errors))
                }
            })
        }
    }
}

/// What an officer sees on the page of his shift while it no longer fits.
pub(super) fn own_banner(ctx: &Ctx, one: &Misfit) -> Markup {
    let row = &one.row;
    let to = format!("/booked-work/{}/answer", row.id);
    html! {
        (banner(Tone::Warn, "triangle-alert", html! {
            strong { "This shift no longer fits the agency\u{2019}s rules." }
            ul { @for reason in &one.reasons { li { (reason) } } }
            @if !one.remedy.is_empty() { p { (one.remedy) } }
            @if row.state == "asked" { p { strong { "The coordinator asks: " } (row.reason) } }
            @if row.answer.is_empty() { p { "You keep the seat until the coordinator decides." } } @else { p { "You answered: " (row.answer) } }
        }))
        div.cluster {
            (button("Say why I should keep it").small().opens("misfit-keep"))
            (opens("misfit-back", "Give it back", "undo-2"))
        }
        (dialog("misfit-keep", "Why should you keep the shift?", html! {
            input type="hidden" name="shift" value=(row.shift);
            (field("reason", "To the coordinator").lines(3).required().max_length(500))
        }).sends(&to, &ctx.word(), button("Send").primary().icon("send")))
        (dialog("misfit-back", "Give the shift back?", html! {
            input type="hidden" name="shift" value=(row.shift);
            input type="hidden" name="do" value="give_back";
            p { "The seat opens for other officers at once. The cut-off does not hold here: the rules no longer allow the work." }
            (field("reason", "To the coordinator").lines(2).optional().max_length(500))
        }).cancel("Keep it").sends(&to, &ctx.word(), button("Give it back").danger()))
    }
}

/// The rules' noes of one officer: refused sign-ups and awards, and booked work that no longer fitted.
pub(crate) fn said_no(said: &SaidNo, zone: &TimeZone) -> Markup {
    html! {
        @if !said.misfits.is_empty() { (flush_card(html! {
            (card_head("Booked work that did not fit").icon("triangle-alert").aside(said.misfits.len()))
            (list(html! { @for one in &said.misfits {
                (list_row(one.row.title.as_str()).href(format!("/shifts/{}", one.row.shift))
                    .sub(html! { (times::shift(one.row.span, zone)) @for reason in &one.reasons { br; (reason) } @if !one.row.reason.is_empty() { br; (one.row.reason) } })
                    .end(state_tag(&one.row.state)))
            } }))
        })) }
        @if !said.refused.is_empty() { (flush_card(html! {
            (card_head("Refused by the rules").icon("ban").aside(said.refused.len()))
            (list(html! { @for one in &said.refused { (refused_row(one, zone)) } }))
        })) }
    }
}

fn refused_row(one: &RefusedRow, zone: &TimeZone) -> Markup {
    let broken: Vec<_> =
        one.judgement.plain_objections().into_iter().filter(|rule| rule.result > Outcome::Warned).collect();
    html! {
        (list_row(format!("Refused: {}", one.title)).href(format!("/shifts/{}", one.shift)).lead(icon("ban"))
            .sub(html! {
                (times::shift(one.span, zone)) " \u{b7} asked " (times::moment(one.decided_at, zone))
                @for rule in &broken {
                    br; (rule.words()) @if let Some(cite) = &rule.cite { " (" (cite) ")" } "."
                    @if !rule.remedy.is_empty() { " " (rule.remedy) }
                }
            }))
    }
}
