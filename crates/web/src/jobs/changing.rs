//! Forms that change or cancel a job or a shift.

use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::html;
use muster_app::{
    Failure,
    jobs::{self, JobChange, ShiftChange},
};
use muster_domain::{
    id::{JobId, PositionId, ShiftId},
    refusal::FieldErrors,
    time::shift_span,
};

use crate::{
    Ctx,
    failure::PageFailure,
    fields::{Fields, Reader, Sent},
    frame::Page,
    headers::Nonce,
    parts::{button, card, error_summary, field, form, form_actions, link_button, page_head},
    signed_in::SignedIn,
    times,
};

/// The form with a job's words.
pub async fn edit_job(
    State(ctx): State<Ctx>,
    Extension(nonce): Extension<Nonce>,
    who: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, PageFailure> {
    let id: JobId = id.parse().map_err(|_| PageFailure::missing())?;
    let actor = who.actor.clone();
    let page = ctx.read(move |tx, _| jobs::load_job(tx, &actor, id)).await?;
    let details = &page.job.details;
    let fields = Fields::default()
        .with("title", &page.job.title)
        .with("instructions", &details.instructions)
        .with("contact_name", &details.contact_name)
        .with("contact_phone", &details.contact_phone)
        .with("version", page.job.version);
    Ok(draw(&ctx, &nonce, &who, id, &fields, &FieldErrors::default()))
}

fn draw(ctx: &Ctx, nonce: &Nonce, who: &SignedIn, id: JobId, fields: &Fields, errors: &FieldErrors) -> Response {
    let value = |name: &str| fields.get(name).to_owned();
    let back = format!("/jobs/{id}");
    let body = html! {
        (page_head("Edit the job").sub("Times and seats are changed at each shift"))
        (error_summary(errors))
        (card(html! { (form(&back, &ctx.word(), html! {
            input type="hidden" name="version" value=(fields.get("version"));
            (field("title", "Title").value(value("title")).errors(errors).required().max_length(120))
            (field("instructions", "For the officers").lines(6).value(value("instructions")).errors(errors).optional().max_length(4000))
            (field("contact_name", "Who meets them").value(value("contact_name")).errors(errors).optional().max_length(120))
            (field("contact_phone", "Their phone").kind("tel").value(value("contact_phone")).errors(errors).optional().max_length(40))
            (form_actions(html! { (link_button("Cancel", &back)) (button("Save").primary()) }))
        }).guarded()) }))
    };
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Page::new(ctx, who, nonce, "Edit the job", "jobs").back(&back).status(status).draw(body)
}

/// Changes a job's words.
pub async fn change_job(
    State(ctx): State<Ctx>,
    Extension(nonce): Extension<Nonce>,
    who: SignedIn,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, PageFailure> {
    let id: JobId = id.parse().map_err(|_| PageFailure::missing())?;
    let value = |name: &str| sent.fields.get(name).to_owned();
    let change = JobChange {
        title: value("title"),
        instructions: value("instructions"),
        contact_name: value("contact_name"),
        contact_phone: value("contact_phone"),
        version: sent.fields.get("version").parse().unwrap_or(0),
    };
    let actor = who.actor.clone();
    match ctx.act(&who.actor, &sent, move |tx, now| jobs::change_job(tx, &actor, id, &change, now)).await {
        Ok(()) => Ok(Redirect::to(&format!("/jobs/{id}?done=changed")).into_response()),
        Err(Failure::Invalid(errors)) => Ok(draw(&ctx, &nonce, &who, id, &sent.fields, &errors)),
        Err(failure) => Err(failure.into()),
    }
}

/// Cancels a job.
pub async fn cancel_job(
    State(ctx): State<Ctx>,
    who: SignedIn,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, PageFailure> {
    let id: JobId = id.parse().map_err(|_| PageFailure::missing())?;
    let reason = sent.fields.get("reason").to_owned();
    let actor = who.actor.clone();
    ctx.act(&who.actor, &sent, move |tx, now| jobs::cancel_job(tx, &actor, id, &reason, now)).await?;
    Ok(Redirect::to(&format!("/jobs/{id}?done=cancelled")).into_response())
}

/// Cancels a shift.
pub async fn cancel_shift(
    State(ctx): State<Ctx>,
    who: SignedIn,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, PageFailure> {
    let id: ShiftId = id.parse().map_err(|_| PageFailure::missing())?;
    let reason = sent.fields.get("reason").to_owned();
    let actor = who.actor.clone();
    let job = ctx.act(&who.actor, &sent, move |tx, now| jobs::cancel_shift(tx, &actor, id, &reason, now)).await?;
    Ok(Redirect::to(&format!("/jobs/{job}?done=cancelled")).into_response())
}

/// Moves a shift to another time of the agency's clocks.
pub async fn change_shift(
    State(ctx): State<Ctx>,
    who: SignedIn,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, PageFailure> {
    let id: ShiftId = id.parse().map_err(|_| PageFailure::missing())?;
    let mut reader = Reader::new(&sent.fields);
    let (on, from, to) = (reader.date("on"), reader.time("from"), reader.time("to"));
    let job: Option<JobId> = reader.id("job");
    let span = shift_span(&times::zone(&who.shown.zone), on, from, to);
    if let Err(error) = &span {
        reader.errors.add("from", error.to_string());
    }
    reader.finish().map_err(Failure::from)?;
    let (Ok(span), Some(job)) = (span, job) else {
        return Err(PageFailure::missing());
    };
    let change = ShiftChange { span, worked_on: on };
    let actor = who.actor.clone();
    ctx.act(&who.actor, &sent, move |tx, now| jobs::change_shift(tx, &actor, id, &change, now)).await?;
    Ok(Redirect::to(&format!("/jobs/{job}?done=moved")).into_response())
}

/// Adds or takes away seats.
pub async fn change_seats(
    State(ctx): State<Ctx>,
    who: SignedIn,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, PageFailure> {
    let id: ShiftId = id.parse().map_err(|_| PageFailure::missing())?;
    let mut reader = Reader::new(&sent.fields);
    let position: Option<PositionId> = reader.id("position");
    let more = reader.number("more", -500, 500);
    let job: Option<JobId> = reader.id("job");
    reader.finish().map_err(Failure::from)?;
    let (Some(position), Some(job)) = (position, job) else {
        return Err(PageFailure::missing());
    };
    let actor = who.actor.clone();
    ctx.act(&who.actor, &sent, move |tx, now| jobs::add_shift_seats(tx, &actor, id, position, more, now)).await?;
    Ok(Redirect::to(&format!("/jobs/{job}?done=seats")).into_response())
}
