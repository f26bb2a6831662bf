//! Signing in and out, the second factor, asking for a new password.

use axum::{
    Extension,
    extract::{Query, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use muster_app::{
    Failure,
    access::{self, Attempt, Candidate, SignInStep},
};
use muster_domain::refusal::FieldErrors;
use serde::Deserialize;

use super::{cookie, hashing};
use crate::{
    Ctx,
    failure::PageFailure,
    fields::{Fields, Sent},
    frame,
    headers::Nonce,
    parts::{Tone, banner, button, error_summary, field, form, form_actions, link_button, page_head},
    signed_in::SignedIn,
};

/// What may follow the address of the sign-in page.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    next: String,
    #[serde(default)]
    done: String,
}

/// The sign-in page.
pub async fn show_sign_in(
    State(ctx): State<Ctx>,
    nonce: Nonce,
    who: Option<Extension<SignedIn>>,
    Query(asked): Query<Asked>,
) -> Response {
    if who.is_some() {
        return Redirect::to(cookie::safe_next(&asked.next)).into_response();
    }
    let fields = Fields::default().with("next", cookie::safe_next(&asked.next));
    let note = match asked.done.as_str() {
        "out" => "You are signed out.",
        "password" => "Your password is set. Sign in with it now.",
        "operator" => "You are the first operator. Sign in with your new password now.",
        _ => "",
    };
    sign_in_page(&ctx, &nonce, StatusCode::OK, &fields, &FieldErrors::default(), note)
}

fn sign_in_page(
    ctx: &Ctx,
    nonce: &Nonce,
    status: StatusCode,
    fields: &Fields,
    errors: &FieldErrors,
    note: &str,
) -> Response {
    let body = html! {
        (page_head("Sign in"))
        @if !note.is_empty() { (banner(Tone::Ok, "circle-check", note)) }
        (error_summary(errors))
        (form("/sign-in", &ctx.word(), html! {
            input type="hidden" name="next" value=(fields.get("next"));
            (field("email", "E-mail address").email().autocomplete("username").value(fields.get("email")).errors(errors).required().focused())
            (field("password", "Password").password().autocomplete("current-password").errors(errors).required())
            (form_actions(html! { (button("Sign in").primary().wide()) }))
        }))
        p.sub { a href="/forgot" { "I forgot my password" } }
    };
    frame::plain(ctx, nonce, status, "Sign in", body)
}

/// Checks the password and opens a session.
pub async fn create_session(
    State(ctx): State<Ctx>,
    nonce: Nonce,
    connected: cookie::Connected,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, PageFailure> {
    let fields = sent.fields;
    let attempt = Attempt {
        email: fields.get("email").to_owned(),
        network: cookie::network(&ctx, &headers, &connected),
        old_token: cookie::token(&headers),
        device: cookie::device(&headers),
    };
    match check(&ctx, attempt, fields.raw("password").to_owned()).await {
        Ok(step) => Ok(go_on(&step, cookie::safe_next(fields.get("next")))),
        Err(Failure::Refused(refusal)) => {
            let mut errors = FieldErrors::default();
            errors.add("email", format!("{} {}", refusal.message, refusal.remedy));
            let status = match refusal.code {
                "too_many_attempts" => StatusCode::TOO_MANY_REQUESTS,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            Ok(sign_in_page(&ctx, &nonce, status, &fields, &errors, ""))
        }
        Err(Failure::Invalid(errors)) => {
            Ok(sign_in_page(&ctx, &nonce, StatusCode::UNPROCESSABLE_ENTITY, &fields, &errors, ""))
        }
        Err(failure) => Err(failure.into()),
    }
}

async fn check(ctx: &Ctx, attempt: Attempt, password: String) -> Result<SignInStep, Failure> {
    let counted = attempt.clone();
    let candidate = ctx.housekeep(move |tx, now| access::begin_sign_in(tx, &counted, now)).await?;
    if !hashing::verify(password.clone(), candidate.password_hash.clone()).await? {
        return Err(access::not_recognised().into());
    }
    let found = candidate.clone();
    let step = ctx.housekeep(move |tx, now| access::finish_sign_in(tx, &found, &attempt, now)).await?;
    if access::is_outdated(&candidate.password_hash) {
        // The person is signed in whether or not the stronger hash can be kept now.
        if let Err(failure) = strengthen(ctx, candidate, password).await {
            tracing::warn!(%failure, "an outdated password hash could not be renewed");
        }
    }
    Ok(step)
}

/// Hashes the password that was just found right once more, at today's cost.
async fn strengthen(ctx: &Ctx, candidate: Candidate, password: String) -> Result<(), Failure> {
    let fresh = hashing::hash(ctx, password).await?;
    ctx.housekeep(move |tx, _| access::renew_hash(tx, &candidate, &fresh)).await?;
    Ok(())
}

/// The answer to a step that succeeded: the new cookie and the next page.
fn go_on(step: &SignInStep, next: &str) -> Response {
    let query: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    let (token, to) = match step {
        SignInStep::SecondFactor(token) => (token, format!("/second-factor?next={query}")),
        SignInStep::Done { token, several: true } => (token, "/roles".to_owned()),
        SignInStep::Done { token, several: false } => (token, next.to_owned()),
    };
    ([cookie::set(token)], Redirect::to(&to)).into_response()
}

/// Asks for the code.
pub async fn show_second_factor(
    State(ctx): State<Ctx>,
    nonce: Nonce,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, PageFailure> {
    let Some(token) = cookie::token(&headers) else { return Ok(Redirect::to("/sign-in").into_response()) };
    let pending = ctx.read(move |tx, now| access::find_pending(tx, &token, now)).await?;
    if pending.is_none() {
        return Ok(Redirect::to("/sign-in").into_response());
    }
    let next = cookie::safe_next(&asked.next);
    Ok(second_factor_page(&ctx, &nonce, StatusCode::OK, next, &FieldErrors::default()))
}

fn second_factor_page(ctx: &Ctx, nonce: &Nonce, status: StatusCode, next: &str, errors: &FieldErrors) -> Response {
    let body = html! {
        (page_head("Second factor").sub("Type the six digits that your code generator shows, or one of your recovery codes."))
        (error_summary(errors))
        (form("/second-factor", &ctx.word(), html! {
            input type="hidden" name="next" value=(next);
            (field("code", "Code").autocomplete("one-time-code").inputmode("text").max_length(24).errors(errors).required().focused())
            (form_actions(html! { (button("Continue").primary().wide()) }))
        }))
        p.sub { "No phone and no recovery code? An administrator of your organization can confirm who you are and invite you anew." }
    };
    frame::plain(ctx, nonce, status, "Second factor", body)
}

/// Checks the code and opens the full session.
pub async fn create_second_factor(
    State(ctx): State<Ctx>,
    nonce: Nonce,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, PageFailure> {
    let Some(token) = cookie::token(&headers) else { return Ok(Redirect::to("/sign-in").into_response()) };
    let (device, code) = (cookie::device(&headers), sent.fields.get("code").to_owned());
    let next = cookie::safe_next(sent.fields.get("next")).to_owned();
    let answered = ctx.housekeep(move |tx, now| access::answer_second_factor(tx, &token, &code, &device, now)).await;
    let mut errors = FieldErrors::default();
    match answered {
        Ok(Some(step)) => return Ok(go_on(&step, &next)),
        Ok(None) => {
            errors.add("code", "This code is not right, or was used before. Wait for the next one and try again.")
        }
        Err(Failure::Refused(refusal)) => errors.add("code", refusal.message),
        Err(Failure::Missing(_)) => return Ok(Redirect::to("/sign-in").into_response()),
        Err(failure) => return Err(failure.into()),
    }
    Ok(second_factor_page(&ctx, &nonce, StatusCode::UNPROCESSABLE_ENTITY, &next, &errors))
}

/// Ends the session. The dead token stays in the browser: it opens nothing, and lets its owner past a stranger's guesses.
pub async fn sign_out(State(ctx): State<Ctx>, who: SignedIn) -> Result<Response, PageFailure> {
    if let Some(session) = who.session {
        let actor = who.actor;
        ctx.housekeep(move |tx, now| match access::end_own_session(tx, &actor, session, now) {
            Err(Failure::Missing(_)) => Ok(()),
            other => other,
        })
        .await?;
    }
    let clear = (HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(([clear], Redirect::to("/sign-in?done=out")).into_response())
}

/// Asks for the address to send a reset link to.
pub async fn show_forgot(State(ctx): State<Ctx>, nonce: Nonce) -> Response {
    forgot_page(
        &ctx,
        &nonce,
        html! {
            (page_head("Forgot your password?").sub("We send a link to choose a new one. It works for an hour."))
            (form("/forgot", &ctx.word(), html! {
                (field("email", "E-mail address").email().autocomplete("username").required().focused())
                (form_actions(html! { (link_button("Back", "/sign-in")) (button("Send the link").primary()) }))
            }))
        },
    )
}

/// Sends a reset link if the address has an account. The answer is the same and takes as long if not.
pub async fn create_reset(State(ctx): State<Ctx>, nonce: Nonce, sent: Sent) -> Response {
    let (email, background) = (sent.fields.get("email").to_owned(), ctx.clone());
    // Beside the request, so that its time says nothing.
    tokio::spawn(async move {
        let base_url = background.settings().base_url.clone();
        let case = move |tx: &mut muster_app::Tx<'_>, now| access::request_reset(tx, &email, &base_url, now);
        if let Err(failure) = background.housekeep(case).await {
            tracing::warn!(%failure, "a reset link could not be sent");
        }
    });
    forgot_page(
        &ctx,
        &nonce,
        html! {
            (page_head("Look into your mailbox"))
            p { "If there is an account with this address, a link to choose a new password is on its way. It works for an hour, once." }
            p { "Nothing there after some minutes? Look into the spam folder, or check the address." }
            (form_actions(html! { (link_button("Back to sign-in", "/sign-in").primary()) }))
        },
    )
}

fn forgot_page(ctx: &Ctx, nonce: &Nonce, body: Markup) -> Response {
    frame::plain(ctx, nonce, StatusCode::OK, "Forgot your password", body)
}
