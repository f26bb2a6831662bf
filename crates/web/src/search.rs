//! The search in the page's head.

use axum::{Extension, extract::State, http::Uri, response::Response};
use maud::{Markup, html};
use muster_app::search::{self, Found};

use crate::{
    Ctx,
    failure::PageFailure,
    fields::Fields,
    frame::Page,
    headers::Nonce,
    parts::{button, card, card_head, empty, flush_card, kind_mark, list, list_row, page_head, search_box},
    routes::{Guard, Routes},
    signed_in::SignedIn,
    times,
};

/// The route.
#[must_use]
pub fn routes() -> Routes {
    Routes::new().get("/search", Guard::SignedIn, find_anything)
}

async fn find_anything(
    State(ctx): State<Ctx>,
    Extension(nonce): Extension<Nonce>,
    who: SignedIn,
    uri: Uri,
) -> Result<Response, PageFailure> {
    let query = Fields::parse(uri.query().unwrap_or_default().as_bytes());
    let text: String = query.get("q").chars().take(100).collect();
    let (actor, wanted) = (who.actor.clone(), text.clone());
    let found = ctx.read(move |tx, now| search::find_anything(tx, &actor, &wanted, now)).await?;
    let zone = times::zone(&who.shown.zone);
    let body = html! {
        (page_head("Search"))
        form.filters method="get" action="/search" role="search" aria-label="Everything" {
            (search_box("q", "Job, officer or customer", &text))
            (button("Search").primary().icon("search"))
        }
        @if text.is_empty() {
            (card(empty("search", "What are you looking for?", "A job's number or title, an officer's name or badge, a customer's name.", html! {})))
        } @else if found.is_empty() {
            (card(empty("search", "Nothing found", "Nothing that you may see has these letters. Try fewer of them.", html! {})))
        } @else {
            (results(&found, &zone))
        }
    };
    Ok(Page::new(&ctx, &who, &nonce, "Search", "search").draw(body))
}

fn results(found: &Found, zone: &jiff::tz::TimeZone) -> Markup {
    html! {
        @if !found.jobs.is_empty() {
            (flush_card(html! {
                (card_head("Jobs").icon("briefcase").aside(found.jobs.len()))
                (list(html! {
                    @for job in &found.jobs {
                        (list_row(format!("#{} {}", job.number, job.title)).lead(kind_mark(&job.type_code)).href(format!("/jobs/{}", job.id))
                            .sub(html! { (job.customer_name) " \u{b7} " (job.site_name) @if let Some(at) = job.next_at.or(job.first_at) { " \u{b7} " (times::moment(at, zone)) } }))
                    }
                }))
            }))
        }
        @if !found.officers.is_empty() {
            (flush_card(html! {
                (card_head("Officers").icon("users").aside(found.officers.len()))
                (list(html! {
                    @for (id, name, badge) in &found.officers {
                        (list_row(name.as_str()).person(name).sub(html! { "Badge " (badge) }).href(format!("/officers/{id}")))
                    }
                }))
            }))
        }
        @if !found.customers.is_empty() {
            (flush_card(html! {
                (card_head("Customers").icon("building-2").aside(found.customers.len()))
                (list(html! { @for (id, name) in &found.customers { (list_row(name.as_str()).person(name).href(format!("/customers/{id}"))) } }))
            }))
        }
    }
}
