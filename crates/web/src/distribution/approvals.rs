//! Asking for a seat that needs an approval, and giving or refusing it.

use axum::response::{IntoResponse, Redirect, Response};
use jiff::tz::TimeZone;
use maud::{Markup, html};
use muster_app::{
    Failure,
    distribution::{self, Asked},
};
use muster_domain::{
    access::{Action, Reach, Role, reach},
    id::{ApprovalId, JobId, PositionId, ShiftId},
    policy::Outcome,
};

use super::shift;
use crate::{
    Ctx,
    again::Again,
    failure::PageFailure,
    fields::Sent,
    given::{Given, Id},
    parts::{Field, Tone, button, card_head, dialog, field, flush_card, list, list_row, opens, tag},
    times,
};

/// An officer asks. A refusal is shown on the shift's own page.
pub async fn ask(given: Given, Id(id): Id<ShiftId>, sent: Sent) -> Result<Response, PageFailure> {
    let position: Option<PositionId> = sent.fields.get("position").parse().ok();
    let answer = given.act(&sent, move |tx, who, now| distribution::wish_for_shift(tx, who, id, position, now)).await;
    match answer.and_then(distribution::Answer::settled) {
        Ok(_) => Ok(Redirect::to(&format!("/shifts/{id}?done=asked")).into_response()),
        Err(Failure::Refused(refusal)) => shift::draw(&given, id, Some(refusal), "").await,
        Err(failure) => Err(failure.into()),
    }
}

/// An officer no longer asks.
pub async fn take_back(given: Given, Id(id): Id<ApprovalId>, sent: Sent) -> Result<Response, PageFailure> {
    let shift = given.act(&sent, move |tx, who, now| distribution::take_back_asked(tx, who, id, now)).await?;
    Ok(Redirect::to(&format!("/shifts/{shift}?done=taken_back")).into_response())
}

/// Somebody agrees.
pub async fn approve(given: Given, Id(id): Id<ApprovalId>, sent: Sent) -> Result<Response, PageFailure> {
    decide(&given, id, &sent, true).await
}

/// Somebody says no.
pub async fn decline(given: Given, Id(id): Id<ApprovalId>, sent: Sent) -> Result<Response, PageFailure> {
    decide(&given, id, &sent, false).await
}

async fn decide(given: &Given, id: ApprovalId, sent: &Sent, agrees: bool) -> Result<Response, PageFailure> {
    let reason = sent.fields.get("reason").to_owned();
    let done = given.act(sent, move |tx, who, now| match agrees {
        true => distribution::approve_asked(tx, who, id, &reason, now).map(drop),
        false => distribution::decline_asked(tx, who, id, &reason, now),
    });
    let job: Option<JobId> = sent.fields.get("job").parse().ok();
    let back = job.map_or_else(|| "/overview".to_owned(), |job| format!("/jobs/{job}"));
    let (title, noun, word, send) = if agrees {
        ("Approve the officer for this shift?", "approval", "seat_approved", button("Approve").primary())
    } else {
        ("Decline the officer?", "decline", "seat_declined", button("Decline").danger())
    };
    match done.await {
        Ok(()) => Ok(Redirect::to(&if job.is_some() { format!("{back}?done={word}") } else { back }).into_response()),
        Err(failure) => {
            let again = Again { title, here: "jobs", action: format!("/shift-approvals/{id}/{noun}"), back, send };
            again.draw(given, failure, |errors| {
                html! {
                    input type="hidden" name="job" value=(sent.fields.get("job"));
                    (reason_field(agrees).value(sent.fields.get("reason")).errors(errors))
                }
            })
        }
    }
}

/// Why; the dialogs and the form that comes back have the same.
fn reason_field(agrees: bool) -> Field<'static> {
    if agrees {
        field("reason", "Note for the record").lines(2).optional().max_length(500)
    } else {
        field("reason", "Why").lines(2).required().max_length(500).hint("The officer reads it")
    }
}

/// `chief and deputy chief`.
pub(crate) fn levels(asked: &[String]) -> String {
    asked.join(" and ").replace('_', " ")
}

/// The officers of a job who wait for an approval, with what can be done; nothing when none waits.
pub(crate) fn waiting(ctx: &Ctx, role: Role, all: &[Asked], zone: &TimeZone) -> Markup {
    html! {
        @if !all.is_empty() {
            (flush_card(html! {
                (card_head("Waiting for approval").icon("hand").aside(all.len()))
                (list(html! { @for one in all { (row(ctx, role, one, zone)) } }))
            }))
        }
    }
}

fn row(ctx: &Ctx, role: Role, one: &Asked, zone: &TimeZone) -> Markup {
    let (yes, no) = (format!("approve-{}", one.id), format!("decline-{}", one.id));
    let by = levels(&one.levels);
    let decides = reach(role, Action::ApproveSeat) != Reach::Nobody && distribution::may_decide(role, &one.levels);
    let reasons: Vec<String> = one
        .judgement
        .objections()
        .into_iter()
        .filter(|decision| decision.result == Outcome::NeedsApproval)
        .map(muster_domain::policy::Decision::words)
        .collect();
    let to = |what: &str| format!("/shift-approvals/{}/{what}", one.id);
    html! {
        (list_row(one.name.as_str()).person(&one.name)
            .sub(html! {
                (times::shift(one.span, zone)) " \u{b7} " (one.role.label()) " \u{b7} asked " (times::moment(one.asked_at, zone))
                @for reason in &reasons { br; (reason) }
            })
            .end(html! {
                @if decides {
                    div.button-pair { (button("Approve").primary().small().opens(&yes)) (opens(&no, "Decline", "x")) }
                } @else { (tag(Tone::Warn, "hourglass", &format!("Approval by {by}"))) }
            }))
        @if decides {
            (dialog(&yes, &format!("Approve {} for this shift?", one.name), html! {
                input type="hidden" name="job" value=(one.job);
                p { "Your approval counts as that of " strong { (by) } ". The rules are asked again, and the officer is told." }
                (reason_field(true))
            }).sends(&to("approval"), &ctx.word(), button("Approve").primary().icon("check")))
            (dialog(&no, &format!("Decline {}?", one.name), html! {
                input type="hidden" name="job" value=(one.job);
                (reason_field(false))
            }).cancel("Not now").sends(&to("decline"), &ctx.word(), button("Decline").danger()))
        }
    }
}
