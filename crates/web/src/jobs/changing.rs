//! Forms that change a job or the seats of a shift.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use muster_app::{
    Failure,
    jobs::{self, JobChange},
};
use muster_domain::{
    id::{JobId, PositionId, ShiftId},
    jobs::Position,
    refusal::FieldErrors,
};

use crate::{
    again::Again,
    failure::PageFailure,
    fields::{Fields, Reader, Sent, address},
    given::{Given, Id},
    parts::{button, card, error_summary, field, form, form_actions, link_button, page_head},
};

/// The form with a job's words.
pub async fn edit_job(given: Given, Id(id): Id<JobId>) -> Result<Response, PageFailure> {
    let page = given.read(move |tx, who, _| jobs::load_job(tx, who, id)).await?;
    let details = &page.job.details;
    let fields = Fields::default()
        .with("title", &page.job.title)
        .with("instructions", &details.instructions)
        .with("contact_name", &details.contact_name)
        .with("contact_phone", &details.contact_phone)
        .with("version", page.job.version);
    Ok(draw(&given, id, &fields, &FieldErrors::default()))
}

fn draw(given: &Given, id: JobId, fields: &Fields, errors: &FieldErrors) -> Response {
    let value = |name: &str| fields.get(name).to_owned();
    let back = format!("/jobs/{id}");
    let body = html! {
        (page_head("Edit the job").sub("Times and seats are changed at each shift"))
        (error_summary(errors))
        (card(html! { (form(&back, &given.ctx.word(), html! {
            input type="hidden" name="version" value=(fields.get("version"));
            (field("title", "Title").value(value("title")).errors(errors).required().max_length(120))
            (field("instructions", "For the officers").lines(6).value(value("instructions")).errors(errors).optional().max_length(4000))
            (field("contact_name", "Who meets them").value(value("contact_name")).errors(errors).optional().max_length(120))
            (field("contact_phone", "Their phone").kind("tel").value(value("contact_phone")).errors(errors).optional().max_length(40))
            (form_actions(html! { (link_button("Cancel", &back)) (button("Save").primary()) }))
        }).guarded()) }))
    };
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    given.page("Edit the job", "jobs").back(&back).status(status).draw(body)
}

/// Changes a job's words.
pub async fn change_job(given: Given, Id(id): Id<JobId>, sent: Sent) -> Result<Response, PageFailure> {
    let value = |name: &str| sent.fields.get(name).to_owned();
    let change = JobChange {
        title: value("title"),
        instructions: value("instructions"),
        contact_name: value("contact_name"),
        contact_phone: value("contact_phone"),
        version: sent.fields.get("version").parse().unwrap_or(0),
    };
    match given.act(&sent, move |tx, who, now| jobs::change_job(tx, who, id, &change, now)).await {
        Ok(()) => Ok(Redirect::to(&format!("/jobs/{id}?done=changed")).into_response()),
        Err(Failure::Invalid(errors)) => Ok(draw(&given, id, &sent.fields, &errors)),
        Err(failure) => Err(failure.into()),
    }
}

/// The job's page when the form said which job it was, otherwise the shift's.
pub(crate) fn back(job: Option<JobId>, shift: ShiftId, done: &str) -> String {
    let page = job.map_or_else(|| format!("/shifts/{shift}"), |job| format!("/jobs/{job}"));
    address(&page, &[("done", done)])
}

/// Where a shift is moved to; the dialog on the job's page and the form that comes back have the same.
pub(crate) fn times_fields(fields: &Fields, errors: &FieldErrors) -> Markup {
    html! {
        input type="hidden" name="job" value=(fields.get("job"));
        (field("on", "Date").date().value(fields.get("on")).errors(errors).required())
        (field("from", "From").time().value(fields.get("from")).errors(errors).required())
        (field("to", "Until").time().value(fields.get("to")).errors(errors).required().hint("On the next day when not after the start"))
    }
}

/// Adds or takes away seats.
pub async fn change_seats(given: Given, Id(id): Id<ShiftId>, sent: Sent) -> Result<Response, PageFailure> {
    let mut reader = Reader::new(&sent.fields);
    let position: Option<PositionId> = reader.id("position");
    let more = reader.number("more", -500, 500);
    let job: Option<JobId> = sent.fields.get("job").parse().ok();
    let read = reader.finish().map_err(Failure::from);
    let outcome = match (read, position) {
        (Ok(()), Some(position)) => {
            given.act(&sent, move |tx, who, now| jobs::add_shift_seats(tx, who, id, position, more, now)).await
        }
        (read, _) => read.map(|()| Vec::new()),
    };
    let failure = match outcome {
        Ok(objections) => {
            let done = if objections.is_empty() { "seats" } else { "seats_against" };
            return Ok(Redirect::to(&back(job, id, done)).into_response());
        }
        // Officers hold them, or did: what that costs is shown first.
        Err(Failure::Refused(refusal)) if refusal.code == "seats_held" => {
            let (position, seats) = (sent.fields.get("position"), (-more).to_string());
            let page = address(&format!("/shifts/{id}/cancellation"), &[("position", position), ("seats", &seats)]);
            return Ok(Redirect::to(&page).into_response());
        }
        Err(failure) => failure,
    };
    let choices = given.read(move |tx, who, _| jobs::list_positions(tx, who, id)).await?;
    let again = Again {
        title: "Change the seats",
        here: "jobs",
        action: format!("/shifts/{id}/seats"),
        back: back(job, id, ""),
        send: button("Change").primary(),
    };
    again.draw(&given, failure, |errors| seats_fields(&choices, &sent.fields, errors))
}

/// Which post gets how many more seats.
pub(super) fn seats_fields(positions: &[Position], fields: &Fields, errors: &FieldErrors) -> Markup {
    let words: Vec<(String, String)> = positions
        .iter()
        .map(|one| {
            (
                one.id.to_string(),
                format!("{} ({})", one.role.label(), muster_domain::counted(one.seats, "seat", "seats")),
            )
        })
        .collect();
    let choices: Vec<(&str, &str)> = words.iter().map(|(id, words)| (id.as_str(), words.as_str())).collect();
    html! {
        input type="hidden" name="job" value=(fields.get("job"));
        (field("position", "Post").select(&choices).value(fields.get("position")).errors(errors))
        (field("more", "How many more").number().value(fields.get("more")).errors(errors).required().hint("A negative number takes seats away; what that costs is shown first"))
    }
}
