//! What also comes by e-mail: a person's own choice, as a page and as JSON.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::html;
use muster_app::notices;
use muster_domain::notices::Topic;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    failure::{ApiFailure, PageFailure},
    fields::{Fields, Sent},
    given::Given,
    json::{body, mistake},
    parts::{button, card, form, form_actions, link_button, page_head},
};

const DONE: &[(&str, &str)] = &[("saved", "Your choice of e-mails is saved.")];

/// The choice as a form.
pub async fn show_emails(given: Given, query: Fields) -> Result<Response, PageFailure> {
    let choices = given.read(move |tx, who, _| notices::list_email_choices(tx, who)).await?;
    let body = html! {
        (page_head("E-mails").sub("Your inbox here gets every notice. Choose what also comes by e-mail."))
        (card(html! { (form("/notices/emails", &given.ctx.word(), html! {
            div.choice-list role="group" aria-label="Topics" {
                @for (topic, wanted) in &choices {
                    label.choice { input type="checkbox" name=(topic.code()) checked[*wanted]; span { (topic.label()) } }
                }
            }
            p.hint { "Messages about your sign-in always come." }
            (form_actions(html! { (link_button("Cancel", "/account")) (button("Save").primary()) }))
        })) }))
    };
    Ok(given.page("E-mails", "account").back("/account").done(query.get("done"), DONE).draw(body))
}

/// Keeps the choice.
pub async fn choose_emails(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    sent.key()?;
    let wanted: Vec<Topic> = Topic::ALL.into_iter().filter(|topic| sent.fields.ticked(topic.code())).collect();
    given.ctx.housekeep(move |tx, _| notices::choose_emails(tx, &given.who.actor, &wanted)).await?;
    Ok(Redirect::to("/notices/emails?done=saved").into_response())
}

/// Which notices also come by e-mail.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailChoice {
    /// Any of `shifts`, `time`, `pay`, `requests`, `invoices` and `office`; those that do not concern your role are left alone.
    pub topics: Vec<String>,
}

/// The topics that you get e-mails about.
#[utoipa::path(get, path = "/api/v1/notices/emails", tag = "notices", responses((status = 200, body = EmailChoice)))]
pub async fn get_choice(given: Given) -> Result<Json<EmailChoice>, ApiFailure> {
    let choices = given.read(move |tx, who, _| notices::list_email_choices(tx, who)).await?;
    let wanted = choices.into_iter().filter(|(_, wanted)| *wanted).map(|(topic, _)| topic.code().to_owned());
    Ok(Json(EmailChoice { topics: wanted.collect() }))
}

/// Sets the topics that you get e-mails about.
#[utoipa::path(put, path = "/api/v1/notices/emails", tag = "notices", request_body = EmailChoice, responses((status = 204)))]
pub async fn put_choice(given: Given, sent: Sent) -> Result<StatusCode, ApiFailure> {
    sent.key()?;
    let asked: EmailChoice = body(&sent)?;
    let wanted: Option<Vec<Topic>> = asked.topics.iter().map(|code| Topic::from_code(code)).collect();
    let wanted =
        wanted.ok_or_else(|| mistake("topics", "topics: use shifts, time, pay, requests, invoices and office."))?;
    given.ctx.housekeep(move |tx, _| notices::choose_emails(tx, &given.who.actor, &wanted)).await?;
    Ok(StatusCode::NO_CONTENT)
}
