//! The draft as its source: the whole text, with mistakes by line.

use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::html;
use muster_app::{
    Failure,
    rates::{
        SeenRules,
        editing::{self, Desk, Edit},
    },
};
use muster_domain::refusal::FieldErrors;

use super::{load, parse};
use crate::{
    Ctx,
    failure::PageFailure,
    fields::{Fields, Reader, Sent},
    frame::Page,
    headers::Nonce,
    parts::{button, card, error_summary, field, form, form_actions, link_button, page_head},
    signed_in::SignedIn,
};

/// The text to write in.
pub(super) async fn show(
    State(ctx): State<Ctx>,
    Extension(nonce): Extension<Nonce>,
    who: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, PageFailure> {
    let desk = load(&ctx, &who, parse(&id)?).await?;
    let fields = Fields::default().with("document", &desk.document).with("version", desk.draft.version);
    Ok(draw(&ctx, &nonce, &who, &desk, &fields, &FieldErrors::default()))
}

fn draw(ctx: &Ctx, nonce: &Nonce, who: &SignedIn, desk: &Desk, fields: &Fields, errors: &FieldErrors) -> Response {
    let back = format!("/rules/drafts/{}", desk.draft.id);
    let action = format!("{back}/source");
    let body = html! {
        (page_head("Source of the draft").sub("The same rules as text (YAML). Comments and order stay as you write them."))
        (error_summary(errors))
        (card(html! { (form(&action, &ctx.word(), html! {
            input type="hidden" name="version" value=(fields.get("version"));
            (field("document", "Rules and rates").lines(34).value(fields.raw("document")).errors(errors).required()
                .hint("Mistakes are listed with their line; nothing is kept while there is one."))
            (form_actions(html! { (link_button("Back to the sentences", &back)) (button("Keep").primary().icon("check")) }))
        }).guarded()) }))
    };
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Page::new(ctx, who, nonce, "Source of the draft", "rules").back(&back).status(status).draw(body)
}

/// Keeps the text.
pub(super) async fn keep(
    State(ctx): State<Ctx>,
    Extension(nonce): Extension<Nonce>,
    who: SignedIn,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, PageFailure> {
    let id = parse(&id)?;
    let mut reader = Reader::new(&sent.fields);
    let seen = SeenRules { id, version: reader.number("version", 0, i64::MAX) };
    let read = reader.finish();
    // Untrimmed: the lines of mistakes count from the first line as typed.
    let edit = Edit::Source { document: sent.fields.raw("document").to_owned() };
    let actor = who.actor.clone();
    let done = ctx
        .act(&who.actor, &sent, move |tx, now| {
            read.clone()?;
            editing::change_draft(tx, &actor, seen, &edit, now)
        })
        .await;
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/rules/drafts/{id}?done=source")).into_response()),
        Err(Failure::Invalid(errors)) => {
            let desk = load(&ctx, &who, id).await?;
            Ok(draw(&ctx, &nonce, &who, &desk, &sent.fields, &errors))
        }
        Err(failure) => Err(failure.into()),
    }
}
