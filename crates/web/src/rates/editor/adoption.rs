//! Putting a draft in force: what changes, in sentences, and the day.

use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::html;
use muster_app::{
    Failure,
    rates::{self, SeenRules, editing::Desk},
};
use muster_domain::{refusal::FieldErrors, rules::differences};

use super::{load, parse};
use crate::{
    Ctx,
    failure::PageFailure,
    fields::{Fields, Reader, Sent},
    frame::Page,
    headers::Nonce,
    parts::{button, card, card_head, error_summary, field, form, form_actions, link_button, page_head},
    signed_in::SignedIn,
};

/// What would change, and from when.
pub(super) async fn show(
    State(ctx): State<Ctx>,
    Extension(nonce): Extension<Nonce>,
    who: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, PageFailure> {
    let desk = load(&ctx, &who, parse(&id)?).await?;
    let fields = Fields::default().with("from_on", desk.today).with("version", desk.draft.version);
    Ok(draw(&ctx, &nonce, &who, &desk, &fields, &FieldErrors::default()))
}

fn draw(ctx: &Ctx, nonce: &Nonce, who: &SignedIn, desk: &Desk, fields: &Fields, errors: &FieldErrors) -> Response {
    let back = format!("/rules/drafts/{}", desk.draft.id);
    let action = format!("{back}/adoption");
    let changes = desk.in_force.as_ref().map(|(_, book)| differences(book, &desk.book));
    let body = html! {
        (page_head("Put the draft in force").sub("What is in force is never edited: this version follows it from a day on"))
        (error_summary(errors))
        (card(html! {
            @match &changes {
                None => { (card_head("These are the first rules").icon("file-diff")) p { "The agency has no rules in force yet." } },
                Some(changes) if changes.is_empty() => { (card_head("Nothing changes").icon("file-diff")) p { "The draft says the same as the rules in force." } },
                Some(changes) => {
                    (card_head("What changes").icon("file-diff").aside(changes.len().to_string()))
                    ul.prose { @for one in changes { li { (one.words) } } }
                },
            }
        }))
        (card(html! { (form(&action, &ctx.word(), html! {
            input type="hidden" name="version" value=(fields.get("version"));
            (field("from_on", "In force from").date().value(fields.get("from_on")).errors(errors).required()
                .hint("For shifts that start on this day or later. Coordinators and administrators are told.").narrow())
            (form_actions(html! { (link_button("Back to the draft", &back)) (button("Put in force").primary().icon("check")) }))
        })) }))
    };
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Page::new(ctx, who, nonce, "Put the draft in force", "rules").back(&back).status(status).draw(body)
}

/// Puts the draft in force.
pub(super) async fn adopt(
    State(ctx): State<Ctx>,
    Extension(nonce): Extension<Nonce>,
    who: SignedIn,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, PageFailure> {
    let id = parse(&id)?;
    let mut reader = Reader::new(&sent.fields);
    let seen = SeenRules { id, version: reader.number("version", 0, i64::MAX) };
    let from_on = reader.date("from_on");
    let read = reader.finish();
    let actor = who.actor.clone();
    let done = ctx
        .act(&who.actor, &sent, move |tx, now| {
            read.clone()?;
            rates::adopt_draft(tx, &actor, seen, from_on, now)
        })
        .await;
    match done {
        Ok(()) => Ok(Redirect::to("/rules?done=stored").into_response()),
        Err(Failure::Invalid(errors)) => {
            let desk = load(&ctx, &who, id).await?;
            Ok(draw(&ctx, &nonce, &who, &desk, &sent.fields, &errors))
        }
        Err(failure) => Err(failure.into()),
    }
}
