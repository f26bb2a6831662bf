//! The pages behind links that work once: first operator, invitation, new password.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::html;
use muster_app::{
    Failure,
    access::{self, LinkView, Purpose},
};
use muster_domain::{access::password, refusal::FieldErrors};

use super::hashing;
use crate::{
    Ctx,
    failure::PageFailure,
    fields::{Fields, Sent},
    frame,
    headers::Nonce,
    parts::{button, error_summary, field, form, form_actions, link_button, page_head},
};

/// The form behind a link.
pub async fn show_link(
    State(ctx): State<Ctx>,
    nonce: Nonce,
    Path(token): Path<String>,
) -> Result<Response, PageFailure> {
    let asked = token.clone();
    match ctx.read(move |tx, now| access::view_link(tx, &asked, now)).await {
        Ok(view) => Ok(link_page(&ctx, &nonce, &token, &view, (&Fields::default(), &FieldErrors::default()))),
        Err(Failure::Missing(_)) => Ok(dead_link(&ctx, &nonce)),
        Err(failure) => Err(failure.into()),
    }
}

fn link_page(
    ctx: &Ctx,
    nonce: &Nonce,
    token: &str,
    view: &LinkView,
    (fields, errors): (&Fields, &FieldErrors),
) -> Response {
    let (title, sub) = match view.purpose {
        Purpose::FirstOperator => {
            ("Welcome to Muster", "You are about to become the first operator of this installation.")
        }
        Purpose::Invitation => ("Welcome to Muster", "Choose a password to take up your invitation."),
        Purpose::Reset => ("Choose a new password", "All sessions that are open now will end."),
    };
    let hint = if view.second_factor {
        "At least 8 characters."
    } else {
        "At least 15 characters: four or five unrelated words do well."
    };
    let body = html! {
        (page_head(title).sub(sub))
        (error_summary(errors))
        (form(&format!("/links/{token}"), &ctx.word(), html! {
            @if view.purpose == Purpose::FirstOperator {
                (field("name", "Your name").value(fields.get("name")).errors(errors).autocomplete("name").required().focused())
                (field("email", "E-mail address").email().value(fields.get("email")).errors(errors).autocomplete("username").required())
            } @else {
                input type="hidden" name="username" autocomplete="username" value=(view.email);
                p { strong { (view.name) } " \u{b7} " (view.email) }
            }
            (field("password", "New password").password().autocomplete("new-password").hint(hint).errors(errors).required())
            (field("password_again", "The same once more").password().autocomplete("new-password").errors(errors).required())
            (form_actions(html! { (button("Set the password").primary().wide()) }))
        }))
    };
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    frame::plain(ctx, nonce, status, title, body)
}

fn dead_link(ctx: &Ctx, nonce: &Nonce) -> Response {
    let body = html! {
        (page_head("This link does not work any more"))
        p { "Each link works once and only for a while. Perhaps you used it already, or a newer one was sent." }
        p { "Ask for a new password, or ask the person who invited you to send the invitation again." }
        (form_actions(html! { (link_button("Sign in", "/sign-in")) (link_button("Ask for a new password", "/forgot").primary()) }))
    };
    frame::plain(ctx, nonce, StatusCode::NOT_FOUND, "Link", body)
}

/// Sets the password.
pub async fn use_link(
    State(ctx): State<Ctx>,
    nonce: Nonce,
    Path(token): Path<String>,
    sent: Sent,
) -> Result<Response, PageFailure> {
    let (asked, fields) = (token.clone(), sent.fields);
    let view = match ctx.read(move |tx, now| access::view_link(tx, &asked, now)).await {
        Ok(view) => view,
        Err(Failure::Missing(_)) => return Ok(dead_link(&ctx, &nonce)),
        Err(failure) => return Err(failure.into()),
    };
    let outcome = match check_new_password(&fields, &view) {
        Ok(()) => set_password(&ctx, &token, &view, &fields).await,
        Err(errors) => Err(Failure::Invalid(errors)),
    };
    match outcome {
        Ok(to) => Ok(Redirect::to(to).into_response()),
        Err(Failure::Invalid(errors)) => Ok(link_page(&ctx, &nonce, &token, &view, (&fields, &errors))),
        Err(Failure::Missing(_)) => Ok(dead_link(&ctx, &nonce)),
        Err(failure) => Err(failure.into()),
    }
}

fn check_new_password(fields: &Fields, view: &LinkView) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    let mut context: Vec<&str> = view.context.iter().map(String::as_str).collect();
    if view.purpose == Purpose::FirstOperator {
        errors.require_text(fields.get("name"), "name", 100);
        errors.require(
            access::is_address(&fields.get("email").to_lowercase()),
            "email",
            "Enter an e-mail address, for example r.tran@example.gov.",
        );
        context.extend([fields.get("name"), fields.get("email")]);
    }
    password::check(&mut errors, "password", fields.raw("password"), &context, view.second_factor);
    let same = fields.raw("password") == fields.raw("password_again");
    errors.require(same, "password_again", "This is not the same password. Type it again.");
    errors.or(())
}

async fn set_password(ctx: &Ctx, token: &str, view: &LinkView, fields: &Fields) -> Result<&'static str, Failure> {
    let hash = hashing::hash(ctx, fields.raw("password").to_owned()).await?;
    let token = token.to_owned();
    if view.purpose == Purpose::FirstOperator {
        let (name, email) = (fields.get("name").to_owned(), fields.get("email").to_owned());
        ctx.change(move |tx, now| access::create_first_operator(tx, &token, (&name, &email), &hash, now)).await?;
        return Ok("/sign-in?done=operator");
    }
    ctx.change(move |tx, now| access::set_password_by_link(tx, &token, &hash, now)).await?;
    Ok("/sign-in?done=password")
}
