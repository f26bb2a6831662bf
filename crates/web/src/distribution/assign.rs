//! Posting shifts and filling them by hand.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use muster_app::{
    Failure,
    distribution::{self, Answer, AssignOrder, AssignPage, Offering, Ranked},
};
use muster_domain::{
    distribution::{Event, Preset},
    id::{AssignmentId, JobId, ShiftId},
    policy::Outcome,
    refusal::{FieldErrors, Refusal},
};

use crate::{
    Ctx,
    again::{Again, why},
    failure::PageFailure,
    fields::{Fields, Reader, Sent},
    given::{Given, Id},
    parts::{
        Align, Column, Row, Tone, banner, button, card, data_table, dialog, empty, field, filters, flush_card, opens,
        page_head, search_box, tag,
    },
    times,
};

const DONE: &[(&str, &str)] = &[("assigned", "The officer has the seat and was told.")];

/// Posts the shifts of a job, or one of them, under a named plan.
pub async fn post_job(given: Given, Id(id): Id<JobId>, sent: Sent) -> Result<Response, PageFailure> {
    let presets = Preset::ALL.iter().map(|preset| (preset.code(), Some(*preset)));
    let choices: Vec<(&str, Option<Preset>)> = presets.chain([(BY_RULES, None)]).collect();
    let mut reader = Reader::new(&sent.fields);
    let preset = reader.choice("plan", &choices).flatten();
    let only: Option<ShiftId> = reader.optional_id("shift");
    let outcome = match reader.finish().map_err(Failure::from) {
        Ok(()) => {
            let offering = preset.map_or(Offering::Rules, |preset| Offering::Plan(preset.plan()));
            given.act(&sent, move |tx, who, now| distribution::post_shifts(tx, who, id, only, &offering, now)).await
        }
        Err(failure) => Err(failure),
    };
    match outcome {
        Ok(_) => Ok(Redirect::to(&format!("/jobs/{id}?done=posted")).into_response()),
        Err(failure) => {
            let again = Again {
                title: "Post the shifts",
                here: "jobs",
                action: format!("/jobs/{id}/posting"),
                back: format!("/jobs/{id}"),
                send: button("Post").primary(),
            };
            let by_rules = order_by_rules(&given, id, only).await?;
            again.draw(&given, failure, |errors| plan_field(by_rules.as_deref(), &sent.fields, errors))
        }
    }
}

/// Closes a posting or passes it on by hand.
pub async fn change_posting(given: Given, Id(id): Id<ShiftId>, sent: Sent) -> Result<Response, PageFailure> {
    let event = if sent.fields.get("do") == "pass_on" { Event::PassedOn } else { Event::Closed };
    let job: Option<JobId> = sent.fields.get("job").parse().ok();
    given.act(&sent, move |tx, who, now| distribution::change_posting(tx, who, id, event, now)).await?;
    let to = job.map_or_else(|| format!("/shifts/{id}"), |job| format!("/jobs/{job}?done=posting"));
    Ok(Redirect::to(&to).into_response())
}

/// Who could work a shift, ranked.
pub async fn show_assign(given: Given, Id(id): Id<ShiftId>, query: Fields) -> Result<Response, PageFailure> {
    draw(&given, id, &query, None).await
}

/// Gives an officer a seat.
pub async fn assign(given: Given, Id(id): Id<ShiftId>, sent: Sent) -> Result<Response, PageFailure> {
    let mut reader = Reader::new(&sent.fields);
    let officer = reader.id("officer");
    let position = reader.optional_id("position");
    let reason = reader.optional_text("reason", 500);
    let outcome = match (reader.finish().map_err(Failure::from), officer) {
        (Ok(()), Some(officer)) => Ok(officer),
        (Err(failure), _) => Err(failure),
        (Ok(()), None) => Err(Failure::Missing("officer")),
    };
    let officer = match outcome {
        Ok(officer) => officer,
        Err(failure) => {
            let again = Again {
                title: "Assign an officer",
                here: "jobs",
                action: format!("/shifts/{id}/assignments"),
                back: format!("/shifts/{id}/assign"),
                send: button("Set aside and assign").danger(),
            };
            return again.draw(&given, failure, |errors| assign_fields(&sent.fields, errors));
        }
    };
    let order = AssignOrder { shift: id, officer, position, reason };
    match given
        .act(&sent, move |tx, who, now| distribution::award_seat(tx, who, &order, now))
        .await
        .and_then(Answer::settled)
    {
        Ok(_) => Ok(Redirect::to(&format!("/shifts/{id}/assign?done=assigned")).into_response()),
        Err(Failure::Refused(refusal)) => draw(&given, id, &sent.fields, Some(refusal)).await,
        Err(failure) => Err(failure.into()),
    }
}

/// Takes an officer off a shift.
pub async fn remove(given: Given, Id(id): Id<AssignmentId>, sent: Sent) -> Result<Response, PageFailure> {
    let reason = sent.fields.get("reason").to_owned();
    let job: Option<JobId> = sent.fields.get("job").parse().ok();
    match given.act(&sent, move |tx, who, now| distribution::remove_officer(tx, who, id, &reason, now)).await {
        Ok(shift) => {
            let to = job.map_or_else(|| format!("/shifts/{shift}/assign"), |job| format!("/jobs/{job}?done=removed"));
            Ok(Redirect::to(&to).into_response())
        }
        Err(failure) => {
            let again = Again {
                title: "Take the officer off the shift?",
                here: "jobs",
                action: format!("/assignments/{id}/removal"),
                back: job.map_or_else(|| "/jobs".to_owned(), |job| format!("/jobs/{job}")),
                send: button("Take off").danger(),
            };
            again.draw(&given, failure, |errors| {
                html! { input type="hidden" name="job" value=(sent.fields.get("job")); (why("The officer reads it", &sent.fields, errors)) }
            })
        }
    }
}

async fn draw(given: &Given, id: ShiftId, query: &Fields, refused: Option<Refusal>) -> Result<Response, PageFailure> {
    let search = query.get("q").to_owned();
    let page = given.read(move |tx, who, now| distribution::load_assign_page(tx, who, id, &search, now)).await?;
    let shift = &page.glance.shift;
    let zone = times::zone(&page.glance.zone);
    let address = format!("/shifts/{id}/assign");
    let body = html! {
        @if let Some(refusal) = &refused {
            (banner(Tone::Bad, "ban", html! { strong { (refusal.message) } " " (refusal.remedy) }))
        }
        (page_head("Assign officers").sub(format!("{} \u{b7} {} \u{b7} {} of {} taken", shift.title, times::shift(shift.span, &zone), shift.booked, muster_domain::counted(shift.seats, "seat", "seats"))))
        (filters(&address, "candidates", html! { (search_box("q", "Name or badge", query.get("q"))) }))
        div.stack #candidates {
            @if page.ranked.is_empty() {
                (card(empty("users", "Nobody found", "Search for another name or badge.", html! {})))
            } @else {
                p.hint { "Officers whom the rules allow come first, then those with the fewest hours in the last 28 days." }
                (flush_card(table(&given.ctx, &page)))
            }
        }
    };
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let back = format!("/jobs/{}", shift.job);
    Ok(given.page("Assign officers", "jobs").back(&back).done(query.get("done"), DONE).status(status).draw(body))
}

/// The officer and why; given back when the reason does not fit.
fn assign_fields(fields: &Fields, errors: &FieldErrors) -> Markup {
    html! {
        input type="hidden" name="officer" value=(fields.get("officer"));
        input type="hidden" name="position" value=(fields.get("position"));
        (why("The officer and the auditor will read it", fields, errors))
    }
}

/// The choice that leaves the order of offering to the rules.
const BY_RULES: &str = "rules";

/// What the rules say about the order of offering, as a choice; none when they say nothing.
pub(crate) async fn order_by_rules(given: &Given, id: JobId, only: Option<ShiftId>) -> Result<Option<String>, Failure> {
    given.read(move |tx, who, now| distribution::find_order_by_rules(tx, who, id, only, now)).await
}

/// How shifts are offered; the dialog on the job's page and the form that comes back have the same. What the rules say
/// comes first and is chosen.
pub(crate) fn plan_field(by_rules: Option<&str>, fields: &Fields, errors: &FieldErrors) -> Markup {
    let presets = Preset::ALL.iter().map(|preset| (preset.code(), preset.label()));
    let plans: Vec<(&str, &str)> = by_rules.map(|words| (BY_RULES, words)).into_iter().chain(presets).collect();
    let chosen = match fields.get("plan") {
        "" => plans[0].0,
        chosen => chosen,
    };
    html! {
        @if !fields.get("shift").is_empty() { input type="hidden" name="shift" value=(fields.get("shift")); }
        (field("plan", "Who is offered them").radio(&plans).value(chosen).errors(errors))
    }
}

fn table(ctx: &Ctx, page: &AssignPage) -> Markup {
    let columns = [
        Column { label: "Officer", ..Column::default() },
        Column { label: "Last 28 days", align: Align::End, ..Column::default() },
        Column { label: "Rules", ..Column::default() },
        Column { label: "", ..Column::default() },
    ];
    let full = page.glance.shift.booked >= page.glance.shift.seats;
    let rows: Vec<Row<'_>> = page
        .ranked
        .iter()
        .take(100)
        .map(|one| Row {
            cells: vec![
                html! { strong { (one.name) } " " span.sub { "badge " (one.badge) } },
                html! { (one.lately) },
                verdict(one),
                html! { @if !full { (give(ctx, page, one)) } },
            ],
            ..Row::default()
        })
        .collect();
    html! { (data_table("Officers", &columns, &rows)) }
}

fn verdict(one: &Ranked) -> Markup {
    html! {
        @match one.outcome {
            Outcome::Allowed => (tag(Tone::Ok, "circle-check", "May work")),
            Outcome::Warned => (tag(Tone::Warn, "triangle-alert", "Warning")),
            Outcome::NeedsApproval => (tag(Tone::Warn, "hourglass", "Needs approval")),
            Outcome::Blocked | Outcome::Hidden => (tag(Tone::Bad, "ban", "Blocked")),
        }
        @for reason in one.reasons.iter().take(3) { div.sub { (reason) } }
    }
}

fn give(ctx: &Ctx, page: &AssignPage, one: &Ranked) -> Markup {
    let action = format!("/shifts/{}/assignments", page.glance.shift.id);
    let officer = one.officer.to_string();
    if one.outcome <= Outcome::Warned {
        return html! {
            form method="post" action=(action) data-once {
                input type="hidden" name="_key" value=(ctx.word());
                input type="hidden" name="officer" value=(officer);
                (button("Assign").small().primary())
            }
        };
    }
    if !one.may_set_aside {
        return html! {};
    }
    let id = format!("aside-{officer}");
    html! {
        (opens(&id, "Set the rule aside", "shield-alert"))
        (dialog(&id, &format!("Assign {} against the rules?", one.name), html! {
            input type="hidden" name="officer" value=(officer);
            ul { @for reason in &one.reasons { li { (reason) } } }
            (field("reason", "Why").lines(3).required().max_length(500).hint("The officer and the auditor will read it"))
        }).sends(&action, &ctx.word(), button("Set aside and assign").danger()))
    }
}
