//! The agency's public page: rates, policy in sentences, a quote, registration. No sign-in needed.

use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use muster_app::{
    Failure, customers,
    requests::{self, PublicAgency, QuoteFor},
};
use muster_domain::{access::Actor, refusal::FieldErrors};

use super::{
    form::{Rules, positions, quote_panel, still_missing, when},
    pages::answer,
    read::read_details,
};
use crate::{
    Ctx,
    customers::{read_registration, registration_fields},
    failure::{PageFailure, as_errors},
    fields::{Fields, Reader, Sent},
    frame,
    headers::Nonce,
    parts::{button, card, card_head, error_summary, field, form, form_actions, link_button, page_head},
    rates::chapters,
};

async fn load(ctx: &Ctx, slug: String) -> Result<PublicAgency, PageFailure> {
    Ok(ctx.read(move |tx, now| requests::load_public(tx, &slug, now)).await?)
}

/// The page.
pub async fn show_agency(
    State(ctx): State<Ctx>,
    Extension(nonce): Extension<Nonce>,
    Path(slug): Path<String>,
) -> Result<Response, PageFailure> {
    let shown = load(&ctx, slug).await?;
    let agency = &shown.agency;
    let register = format!("/p/{}/register", agency.slug);
    let body = html! {
        (page_head(&agency.name).sub("Off-duty officers for your event, site or road work").actions(html! {
            (link_button("Sign in", "/sign-in").icon("log-in"))
            (link_button("Request an officer", &register).primary().icon("plus"))
        }))
        @if !agency.about.is_empty() { p.prose { (agency.about) } }
        div.columns.wide-card {
            div.stack {
                (calculator(&ctx, &shown))
                (rules(&shown))
            }
            div.stack {
                (quote_panel(None, "", Rules::Told))
                (card(html! {
                    (card_head("How it works").icon("list-ordered"))
                    ol.prose {
                        li { "Register your organization: " a href=(register) { "two minutes" } "." }
                        li { "Ask for officers: dates, times, how many. The price stands beside the form." }
                        li { "The agency answers. You see who comes and when, and pay for the time worked." }
                    }
                    @if !agency.phone.is_empty() { p { "Questions: " (agency.phone) @if !agency.email.is_empty() { ", " (agency.email) } } }
                }))
            }
        }
    };
    Ok(frame::plain(&ctx, &nonce, StatusCode::OK, &agency.name, body))
}

fn calculator(ctx: &Ctx, shown: &PublicAgency) -> Markup {
    let (fields, errors) = (Fields::default(), FieldErrors::default());
    let types: Vec<(String, &str)> =
        shown.job_types.iter().map(|one| (one.id.to_string(), one.name.as_str())).collect();
    let options: Vec<(&str, &str)> = types.iter().map(|(id, name)| (id.as_str(), *name)).collect();
    let address = format!("/p/{}/quote", shown.agency.slug);
    html! {
        (form(&address, &ctx.word(), html! {
            (card(html! {
                (card_head("What would it cost?").icon("receipt-text"))
                (field("job_type", "Job type").select(&options))
                div.row-form {
                    (field("attendance", "People expected").number().limits("0", "1000000", "1").optional().narrow())
                    (field("alcohol", "Alcohol is served").switch())
                    (field("traffic", "Officers direct traffic").switch())
                }
            }))
            (when(&fields, &errors))
            (positions(&fields, &errors, &[]))
            noscript { (form_actions(html! { (button("Show the price")) })) }
        }).live(&address, "#quote"))
    }
}

fn rules(shown: &PublicAgency) -> Markup {
    html! {
        @if let Some(version) = &shown.version {
            (card(html! {
                (card_head("Rates and rules").icon("scale"))
                (chapters(&shown.rates))
                @if !shown.policy.is_empty() { h3 { "Rules" } ul.prose { @for words in &shown.policy { li { (words) } } } }
                p.muted { "Version " (version) ", in force now." }
            }))
        }
    }
}

/// The quote of what is filled in on the public page.
pub async fn show_quote(State(ctx): State<Ctx>, Path(slug): Path<String>, sent: Sent) -> Result<Response, PageFailure> {
    let shown = load(&ctx, slug).await?;
    let mut reader = Reader::new(&sent.fields);
    let details = read_details(&mut reader, &sent.fields);
    let job_type = reader.id("job_type");
    let job_type = match (job_type, reader.finish()) {
        (Some(job_type), Ok(())) => job_type,
        (_, Err(errors)) => return Ok(quote_panel(None, &still_missing(&errors), Rules::Told).into_response()),
        (None, Ok(())) => return Ok(quote_panel(None, "", Rules::Told).into_response()),
    };
    let asked = QuoteFor { customer: None, site: None, job_type, details };
    let quoted = ctx.read(move |tx, now| requests::quote_public(tx, shown.agency.id, &asked, now)).await;
    Ok(answer(quoted, Rules::Told)?.into_response())
}

/// The registration form.
pub async fn new_registration(
    State(ctx): State<Ctx>,
    Extension(nonce): Extension<Nonce>,
    Path(slug): Path<String>,
) -> Result<Response, PageFailure> {
    let shown = load(&ctx, slug).await?;
    Ok(draw(&ctx, &nonce, &shown, &Fields::default(), &FieldErrors::default()))
}

fn draw(ctx: &Ctx, nonce: &Nonce, shown: &PublicAgency, fields: &Fields, errors: &FieldErrors) -> Response {
    let agency = &shown.agency;
    let title = format!("Register with {}", agency.name);
    let back = format!("/p/{}", agency.slug);
    let body = html! {
        (page_head(&title).sub("The agency looks at it and invites you by e-mail"))
        (error_summary(errors))
        (card(html! { (form(&format!("/p/{}/register", agency.slug), &ctx.word(), html! {
            (registration_fields(fields, errors))
            (form_actions(html! { (link_button("Back", &back)) (button("Register").primary().icon("send")) }))
        })) }))
        p { "Registered already? " a href="/sign-in" { "Sign in" } "." }
    };
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    frame::plain(ctx, nonce, status, &title, body)
}

/// Takes a registration.
pub async fn create_registration(
    State(ctx): State<Ctx>,
    Extension(nonce): Extension<Nonce>,
    Path(slug): Path<String>,
    sent: Sent,
) -> Result<Response, PageFailure> {
    let shown = load(&ctx, slug.clone()).await?;
    let new = read_registration(&sent.fields);
    // Nobody is signed in: the key of the form is kept under the product's own name.
    let nobody = Actor::system(shown.agency.id);
    match ctx.act(&nobody, &sent, move |tx, now| customers::register_customer(tx, &slug, &new, now)).await {
        Ok(_) => {
            let body = html! {
                (page_head("Thank you").sub(&shown.agency.name))
                (card(html! { p { "Your registration is with " (shown.agency.name) ". You get an e-mail as soon as it is approved." }
                    p { (link_button("Back to the agency's page", &format!("/p/{}", shown.agency.slug))) } }))
            };
            Ok(frame::plain(&ctx, &nonce, StatusCode::OK, "Thank you", body))
        }
        Err(Failure::Invalid(errors)) => Ok(draw(&ctx, &nonce, &shown, &sent.fields, &errors)),
        Err(Failure::Refused(refusal)) => Ok(draw(&ctx, &nonce, &shown, &sent.fields, &as_errors(&refusal))),
        Err(failure) => Err(failure.into()),
    }
}
