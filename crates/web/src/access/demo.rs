//! The start page, and the personas of the demonstration.

use axum::{
    extract::{Path, Query, State},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use maud::html;
use muster_app::access;
use muster_domain::{access::Role, id::AccountId};
use serde::Deserialize;

use super::cookie;
use crate::{
    Ctx,
    failure::PageFailure,
    frame,
    headers::Nonce,
    parts::{button, list, list_row, page_head, press},
    signed_in::SignedIn,
};

/// Which personas to show.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    role: String,
}

/// Everybody's first page.
pub async fn start(State(ctx): State<Ctx>, who: Option<axum::Extension<SignedIn>>) -> Response {
    let home = match &who {
        Some(who) => frame::home(who),
        None if ctx.settings().demo => "/demo",
        None => "/sign-in",
    };
    Redirect::to(home).into_response()
}

/// The people that a visitor of the demonstration can be.
pub async fn list_personas(
    State(ctx): State<Ctx>,
    nonce: Nonce,
    Query(asked): Query<Asked>,
) -> Result<Response, PageFailure> {
    if !ctx.settings().demo {
        return Err(PageFailure::missing());
    }
    let mut personas = ctx.read(|tx, _| access::list_demo_personas(tx)).await?;
    let asked = Role::from_code(&asked.role);
    if personas.iter().any(|persona| Some(persona.role) == asked) {
        personas.retain(|persona| Some(persona.role) == asked);
    } else {
        personas.dedup_by_key(|persona| persona.role);
    }
    let key = ctx.word();
    let body = html! {
        (page_head("Who would you like to be?").sub("Everything here is invented. Choose a person and look around; you can change at any time."))
        (list(html! {
            @for persona in &personas {
                @let action = format!("/demo/{}/session", persona.account);
                @let place = if persona.place.is_empty() { "Runs the platform" } else { &persona.place };
                (list_row(persona.name.as_str()).person(&persona.name).sub(html! { (persona.role.label()) " \u{b7} " (place) })
                    .end(press(&action, &key, button("Sign in").small().named(&format!("Sign in as {}, {}, {place}", persona.name, persona.role.label())))))
            }
        }))
        @if asked.is_some() { p.sub { a href="/demo" { "Show everybody" } } }
    };
    Ok(frame::personas(&ctx, &nonce, body))
}

/// Signs in as a persona.
pub async fn create_session(
    State(ctx): State<Ctx>,
    Path(account): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageFailure> {
    let account: AccountId = account.parse().map_err(|_| PageFailure::missing())?;
    if !ctx.settings().demo {
        return Err(PageFailure::missing());
    }
    let device = cookie::device(&headers);
    let token = ctx.housekeep(move |tx, now| access::open_demo_session(tx, account, &device, now)).await?;
    Ok(([cookie::set(&token)], Redirect::to("/")).into_response())
}
