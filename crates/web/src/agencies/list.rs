//! The operator's agencies: list, new one, the one to work in.

use axum::{
    extract::Query,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use muster_app::{
    Failure,
    access::{self, Invitation},
    agencies,
};
use muster_domain::{
    access::{Actor, Role},
    agencies::NewAgency,
    id::AgencyId,
    refusal::FieldErrors,
};
use serde::Deserialize;

use super::zones::ZONES;
use crate::{
    failure::PageFailure,
    fields::{Fields, Reader, Sent},
    given::{Given, Id},
    parts::{
        Tone, button, card, empty, error_summary, field, fieldset, filters, flush_card, form, form_actions,
        link_button, list, list_row, page_head, pager, press, search_box, tag,
    },
};

/// Which agencies to show.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    page: String,
}

/// The agencies, a page of 50, each to be chosen. Everybody but the operator's staff has one agency and goes home.
pub async fn list_agencies(given: Given, Query(asked): Query<Asked>) -> Result<Response, PageFailure> {
    if !given.who.actor.role.is_operator() {
        return Err(PageFailure::missing());
    }
    let words = asked.q.chars().take(100).collect::<String>();
    let page: i64 = asked.page.parse().unwrap_or(1).clamp(1, 100_000);
    let (found, total) = given.read(move |tx, who, _| agencies::list_agencies(tx, who, &words, page)).await?;
    let key = given.ctx.word();
    let may_add = given.who.actor.role == Role::OperatorAdmin;
    let add = html! { @if may_add { (link_button("New agency", "/agencies/new").primary().icon("plus")) } };
    let query: String = form_urlencoded::byte_serialize(asked.q.as_bytes()).collect();
    let body = html! {
        (page_head("Agencies").sub("Choose the one to work in; you can change at any time.").actions(add.clone()))
        (filters("/agencies", "#agencies", html! { (search_box("q", "Find an agency", &asked.q)) }))
        div #agencies {
            @if found.is_empty() {
                @let why = if asked.q.is_empty() { "The first one begins with the usual ranks and kinds of job." } else { "There is no agency with this name." };
                (empty("landmark", if asked.q.is_empty() { "No agency yet" } else { "No agency found" }, why, add))
            } @else {
                (flush_card(list(html! {
                    @for agency in &found {
                        @let choice = format!("/agencies/{}/choice", agency.id);
                        @let now = given.who.actor.agency == Some(agency.id);
                        (list_row(agency.name.as_str()).person(&agency.name)
                            .sub(html! { (agency.zone) " \u{b7} " (muster_domain::counted(agency.people, "person", "people")) " \u{b7} " (agency.slug) })
                            .end(html! { @if now { (tag(Tone::Ok, "circle-check", "Now")) } (press(&choice, &key, button("Choose").small())) }))
                    }
                })))
                (pager(&format!("/agencies?q={query}"), page, total))
            }
        }
    };
    Ok(given.page("Agencies", "agencies").draw(body))
}

/// Lets the session work in an agency.
pub async fn choose_agency(given: Given, Id(id): Id<AgencyId>) -> Result<Response, PageFailure> {
    given.ctx.housekeep(move |tx, _| access::choose_agency(tx, (&given.who.actor, given.who.session), id)).await?;
    Ok(Redirect::to("/overview").into_response())
}

/// The form for a new agency.
pub async fn new_agency(given: Given) -> Response {
    agency_page(&given, &Fields::default(), &FieldErrors::default())
}

fn agency_page(given: &Given, fields: &Fields, errors: &FieldErrors) -> Response {
    let body = html! {
        (page_head("New agency").sub("It begins with the usual ranks and kinds of job; its administrator changes them."))
        (error_summary(errors))
        (card(html! { (form("/agencies", &given.ctx.word(), html! {
            (identity_fields(fields, errors))
            (fieldset("First administrator", html! {
                (field("admin_name", "Name").value(fields.get("admin_name")).errors(errors).autocomplete("off").required())
                (field("admin_email", "E-mail address").kind("email").value(fields.get("admin_email")).errors(errors).autocomplete("off").required()
                    .hint("Gets a link to choose a password."))
            }))
            (form_actions(html! { (link_button("Cancel", "/agencies")) (button("Make the agency").primary()) }))
        })) }))
    };
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    given.page("New agency", "agencies").back("/agencies").status(status).draw(body)
}

/// Name, public word and zone; also on the settings page.
pub(super) fn identity_fields(fields: &Fields, errors: &FieldErrors) -> Markup {
    html! {
        (field("name", "Name").value(fields.get("name")).errors(errors).max_length(100).required())
        (field("slug", "Word in public addresses").value(fields.get("slug")).errors(errors).max_length(40)
            .hint("Lower-case letters, digits and hyphens, for example brookhaven-pd.").required())
        (field("zone", "Time zone").value(fields.get("zone")).errors(errors).proposals(ZONES)
            .hint("All times of this agency are shown and entered in it.").required())
    }
}

/// Makes an agency and invites its first administrator.
pub async fn create_agency(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let mut reader = Reader::new(&sent.fields);
    let new =
        NewAgency { name: reader.text("name", 100), slug: reader.text("slug", 40), zone: reader.text("zone", 60) };
    let (name, email) = (reader.text("admin_name", 100), reader.text("admin_email", 254));
    let right = access::is_address(&email.to_lowercase());
    reader.errors.require(
        right || email.is_empty(),
        "admin_email",
        "Enter an e-mail address, for example r.tran@example.gov.",
    );
    let outcome = match reader.finish() {
        Ok(()) => {
            let base_url = given.ctx.settings().base_url.clone();
            let admin = Invitation { email, name, role: Role::AgencyAdmin, unit: None, officer: None, customer: None };
            given
                .act(&sent, move |tx, who, now| {
                    let agency = agencies::create_agency(tx, who, &new, now)?;
                    let acting = Actor { agency: Some(agency), ..who.clone() };
                    access::invite_person(tx, &acting, &admin, &base_url, now)?;
                    Ok(agency)
                })
                .await
        }
        Err(errors) => Err(Failure::Invalid(errors)),
    };
    match outcome {
        Ok(_) => Ok(Redirect::to("/agencies").into_response()),
        Err(Failure::Invalid(errors)) => Ok(agency_page(&given, &sent.fields, &errors)),
        Err(Failure::Refused(refusal)) if refusal.code == "code_taken" => {
            let mut errors = FieldErrors::default();
            errors.add("slug", "Another agency has this word. Choose another one.");
            Ok(agency_page(&given, &sent.fields, &errors))
        }
        Err(failure) => Err(failure.into()),
    }
}
