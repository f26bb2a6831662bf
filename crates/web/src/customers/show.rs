//! The record of a customer: facts, contacts, sites, terms, the agency's decision.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use muster_app::{
    Failure, Tx, access,
    customers::{self, CompanyFacts, ContactFacts, CustomerDecision, CustomerRecord, Terms},
    distribution,
};
use muster_domain::{
    access::{Action, Actor, Reach, reach},
    customers::{ContactKind, CustomerState},
    id::{ContactId, CustomerId},
    refusal::FieldErrors,
};

use super::{
    degrees,
    pages::{KINDS, kind_label, state_tag},
};
use crate::{
    Ctx,
    access::signs_in::{Record, signs_in},
    again::Again,
    distribution::marks::{Place, marks_card},
    failure::{PageFailure, as_errors},
    fields::{Fields, Reader, Sent},
    frame::story_link,
    given::{Given, Id, Ids},
    parts::{
        MapPoint, Tone, banner, button, card, card_head, dialog, error_summary, field, form, form_actions, link_button,
        list, list_row, map, opens, page_head, press, tag,
    },
    signed_in::SignedIn,
    times,
};

const DONE: &[(&str, &str)] = &[
    ("added", "The customer is added and approved."),
    ("saved", "Saved."),
    ("invited", "The invitation is on its way."),
    ("site", "The site is saved."),
    ("contact", "The contacts are saved."),
    ("marked", "On record; the officer has been told."),
    ("mark_ended", "Ended; the officer has been told."),
    ("approve", "The customer is approved and may ask for officers."),
    ("decline", "The customer is declined and told why."),
    ("hold", "The customer is on hold and told why."),
];

fn may(who: &SignedIn, action: Action) -> bool {
    reach(who.actor.role, action) != Reach::Nobody
}

/// The customer's own page.
pub async fn show_company(given: Given, query: Fields) -> Result<Response, PageFailure> {
    let id = given.who.actor.customer.ok_or_else(PageFailure::missing)?;
    draw(&given, id, &query, FieldErrors::default()).await
}

/// A customer's page for the office.
pub async fn show_customer(given: Given, Id(id): Id<CustomerId>, query: Fields) -> Result<Response, PageFailure> {
    draw(&given, id, &query, FieldErrors::default()).await
}

async fn draw(given: &Given, id: CustomerId, fields: &Fields, errors: FieldErrors) -> Result<Response, PageFailure> {
    let sees_officers = may(&given.who, Action::ListOfficers);
    let (record, people, marks) = given
        .read(move |tx, who, now| {
            let marks = if sees_officers { Some(distribution::load_marks_to(tx, who, id, now)?) } else { None };
            Ok((customers::load_record(tx, who, id)?, access::list_people_of_customer(tx, who, id)?, marks))
        })
        .await?;
    let customer = &record.customer;
    let sub = format!("{}{}", kind_label(&customer.kind), if customer.tax_exempt { " \u{b7} tax exempt" } else { "" });
    let body = html! {
        (page_head(&customer.name).above(html! { (state_tag(customer.state)) }).sub(&sub).actions(html! {
            (story_link(&given.who, id))
            @if may(&given.who, Action::DecideCustomer) {
                @if customer.state == CustomerState::Pending { (opens("decline", "Decline", "x")) }
                @if customer.state == CustomerState::Approved { (opens("hold", "Put on hold", "pause")) }
                @if customer.state != CustomerState::Approved { (button("Approve").primary().icon("check").opens("approve")) }
            }
            @if customer.state == CustomerState::Approved && may(&given.who, Action::SubmitRequest) {
                (link_button("Request officers", &format!("/requests/new?customer={id}")).primary().icon("plus"))
            }
        }))
        @if !customer.state_reason.is_empty() { (banner(Tone::Warn, "info", html! { (customer.state_reason) })) }
        (error_summary(&errors))
        div.columns {
            div.stack {
                (sites(&record, &given.who))
                (contacts(&given.ctx, &record, &given.who, fields, &errors))
                @if let Some(marks) = &marks {
                    (marks_card(&given.ctx, marks, Place::Customer(id), may(&given.who, Action::EditOfficer), &times::zone(&given.who.shown.zone)))
                }
                @if !given.who.actor.role.is_customer() { (signs_in(&given.ctx, &given.who, Record::Customer(id), &people)) }
            }
            div.stack {
                (company(&given.ctx, &record, &given.who, fields, &errors))
                @if may(&given.who, Action::DecideCustomer) { (terms(&given.ctx, &record, fields, &errors)) }
            }
        }
        (dialogs(&given.ctx, &record, &given.who))
    };
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = given.page(&customer.name, "customers").status(status).done(fields.get("done"), DONE);
    let page = if given.who.actor.role.is_customer() { page } else { page.back("/customers") };
    Ok(page.draw(body))
}

fn sites(record: &CustomerRecord, who: &SignedIn) -> Markup {
    let id = record.customer.id;
    let edit = may(who, Action::EditCustomer);
    let points: Vec<(String, String, String)> = record
        .sites
        .iter()
        .filter(|site| !site.retired)
        .filter_map(|site| {
            site.point.map(|p| (degrees(p.lat_e6), degrees(p.lon_e6), format!("/customers/{id}/sites/{}", site.id)))
        })
        .collect();
    let named = record.sites.iter().filter(|site| !site.retired && site.point.is_some());
    let marks: Vec<MapPoint<'_>> = named
        .zip(&points)
        .map(|(site, (lat, lon, href))| MapPoint {
            lat,
            lon,
            name: &site.name,
            words: &site.address,
            tone: Tone::Info,
            radius_m: u32::try_from(site.radius_m).unwrap_or(0),
            href: if edit { href } else { "" },
        })
        .collect();
    html! {
        (card(html! {
            (card_head("Sites").icon("map-pin").aside(html! { @if edit { (link_button("Add a site", &format!("/customers/{id}/sites/new")).small().icon("plus")) } }))
            @if !marks.is_empty() { (map("site-points", "Sites on a map", &marks)) }
            @if record.sites.is_empty() { p.muted { "No site yet. A site is a place where officers work." } } @else {
                (list(html! { @for site in &record.sites {
                    @let row = list_row(&*site.name).sub(html! { (site.address) " \u{b7} fence " (site.radius_m) " m" })
                        .end(html! { @if site.retired { (tag(Tone::Neutral, "archive", "Not in use")) } @else if site.point.is_none() { (tag(Tone::Warn, "map-pin-off", "No point")) } });
                    @if edit { (row.href(format!("/customers/{id}/sites/{}", site.id))) } @else { (row) }
                } }))
            }
        }))
    }
}

fn contacts(ctx: &Ctx, record: &CustomerRecord, who: &SignedIn, fields: &Fields, errors: &FieldErrors) -> Markup {
    let id = record.customer.id;
    let edit = may(who, Action::EditCustomer);
    let kinds = ContactKind::ALL.map(|kind| (kind.code(), kind.label()));
    html! {
        (card(html! {
            (card_head("Contacts").icon("users"))
            (list(html! { @for contact in &record.contacts {
                (list_row(&*contact.name).person(&contact.name)
                    .sub(html! { (contact.kind.label()) @if !contact.phone.is_empty() { " \u{b7} " (contact.phone) } @if !contact.email.is_empty() { " \u{b7} " (contact.email) } })
                    .end(html! { @if edit { (press(&format!("/customers/{id}/contacts/{}/removal", contact.id), &ctx.word(), button("Remove").small().quiet())) } }))
            } }))
            @if edit {
                details.more open[errors.of("name").is_some()] {
                    summary { "Add a contact" }
                    (form(&format!("/customers/{id}/contacts"), &ctx.word(), html! {
                        (field("contact_kind", "For").select(&kinds).value(fields.get("contact_kind")).errors(errors))
                        (field("name", "Name").value(fields.get("name")).errors(errors).required())
                        div.row-form {
                            (field("email", "E-mail").email().value(fields.get("email")).errors(errors))
                            (field("phone", "Phone").kind("tel").value(fields.get("phone")).errors(errors))
                        }
                        (form_actions(html! { (button("Add contact").icon("plus")) }))
                    }))
                }
            }
        }))
    }
}

fn company(ctx: &Ctx, record: &CustomerRecord, who: &SignedIn, fields: &Fields, errors: &FieldErrors) -> Markup {
    let customer = &record.customer;
    let name = if fields.get("company").is_empty() { &customer.name } else { fields.get("company") };
    let billing = if fields.get("billing_address").is_empty() {
        &customer.billing_address
    } else {
        fields.get("billing_address")
    };
    html! {
        (card(html! {
            (card_head("Company").icon("building-2"))
            @if may(who, Action::EditCustomer) {
                (form(&format!("/customers/{}", customer.id), &ctx.word(), html! {
                    input type="hidden" name="version" value=(customer.version);
                    (field("company", "Name").value(name).errors(errors).required())
                    (field("billing_address", "Billing address").lines(3).value(billing).errors(errors).optional())
                    (form_actions(html! { (button("Save")) }))
                }))
            } @else {
                p { (customer.billing_address) }
            }
            @if who.actor.role.is_customer() && customer.tax_exempt { p.muted { "Tax exempt, certificate " (customer.tax_certificate) } }
        }))
    }
}

fn terms(ctx: &Ctx, record: &CustomerRecord, fields: &Fields, errors: &FieldErrors) -> Markup {
    let customer = &record.customer;
    let sent = !fields.get("terms").is_empty();
    let days = customer.terms_days.map_or_else(String::new, |days| days.to_string());
    let value = |name: &'static str, stored: &str| if sent { fields.get(name).to_owned() } else { stored.to_owned() };
    let mut kinds: Vec<(&str, &str)> = KINDS.to_vec();
    if !kinds.iter().any(|(code, _)| *code == customer.kind) {
        kinds.push((&customer.kind, &customer.kind));
    }
    html! {
        (card(html! {
            (card_head("Terms and tax").icon("receipt"))
            (form(&format!("/customers/{}/terms", customer.id), &ctx.word(), html! {
                input type="hidden" name="terms" value="1";
                (field("kind", "Kind").select(&kinds).value(value("kind", &customer.kind)).hint("Rules and rates may ask for it"))
                (field("terms_days", "Days to pay").number().limits("0", "120", "1").value(value("terms_days", &days)).errors(errors).hint("Empty: the agency's own terms").narrow())
                (field("tax_exempt", "Exempt from sales tax").switch().on(if sent { fields.ticked("tax_exempt") } else { customer.tax_exempt }))
                (field("tax_certificate", "Number of the certificate").value(value("tax_certificate", &customer.tax_certificate)).errors(errors))
                (form_actions(html! { (button("Save terms")) }))
            }))
        }))
    }
}

/// Why; the dialogs and the form that comes back have the same.
fn decision_fields(fields: &Fields, errors: &FieldErrors) -> Markup {
    let decision = fields.get("decision");
    let reason = field("reason", "Reason").lines(3).hint("The customer reads it").max_length(1000);
    let reason = reason.value(fields.get("reason")).errors(errors);
    html! {
        input type="hidden" name="decision" value=(decision);
        @if decision == "approve" { (reason.optional()) } @else { (reason.required()) }
    }
}

fn dialogs(ctx: &Ctx, record: &CustomerRecord, who: &SignedIn) -> Markup {
    let to = format!("/customers/{}/decision", record.customer.id);
    let body = |decision: &str| decision_fields(&Fields::default().with("decision", decision), &FieldErrors::default());
    html! {
        @if may(who, Action::DecideCustomer) {
            (dialog("approve", "Approve this customer", body("approve")).sends(&to, &ctx.word(), button("Approve").primary().icon("check")))
            (dialog("decline", "Decline this customer", body("decline")).sends(&to, &ctx.word(), button("Decline").danger()))
            (dialog("hold", "Put this customer on hold", body("hold")).sends(&to, &ctx.word(), button("Put on hold").danger()))
        }
    }
}

async fn change(
    given: &Given,
    id: CustomerId,
    sent: &Sent,
    done: &str,
    case: impl Fn(&mut Tx<'_>, &Actor, jiff::Timestamp) -> Result<(), Failure> + Send + 'static,
) -> Result<Response, PageFailure> {
    match given.act(sent, case).await {
        Ok(()) if given.who.actor.role.is_customer() => {
            Ok(Redirect::to(&format!("/company?done={done}")).into_response())
        }
        Ok(()) => Ok(Redirect::to(&format!("/customers/{id}?done={done}")).into_response()),
        Err(Failure::Invalid(errors)) => {
            let errors = FieldErrors(errors.0.into_iter().collect());
            draw(given, id, &sent.fields, errors).await
        }
        Err(Failure::Refused(refusal)) => draw(given, id, &sent.fields, as_errors(&refusal)).await,
        Err(failure) => Err(failure.into()),
    }
}

/// Saves name and billing address.
pub async fn save_company(given: Given, Id(id): Id<CustomerId>, sent: Sent) -> Result<Response, PageFailure> {
    let version: i64 = sent.fields.get("version").parse().unwrap_or(0);
    let facts = CompanyFacts {
        name: sent.fields.get("company").to_owned(),
        billing_address: sent.fields.get("billing_address").to_owned(),
    };
    change(&given, id, &sent, "saved", move |tx, who, now| customers::edit_company(tx, who, id, version, &facts, now))
        .await
}

/// Saves terms and tax exemption.
pub async fn save_terms(given: Given, Id(id): Id<CustomerId>, sent: Sent) -> Result<Response, PageFailure> {
    let fields = &sent.fields;
    let mut reader = Reader::new(fields);
    let terms = Terms {
        kind: fields.get("kind").to_owned(),
        terms_days: reader.optional_number("terms_days", 0, 120),
        tax_exempt: fields.ticked("tax_exempt"),
        tax_certificate: fields.get("tax_certificate").to_owned(),
    };
    let read = reader.finish();
    change(&given, id, &sent, "saved", move |tx, who, now| {
        read.clone()?;
        customers::set_terms(tx, who, id, &terms, now)
    })
    .await
}

/// Approves, declines or holds.
pub async fn create_decision(given: Given, Id(id): Id<CustomerId>, sent: Sent) -> Result<Response, PageFailure> {
    let word = sent.fields.get("decision").to_owned();
    let decision = CustomerDecision::from_code(&word).ok_or_else(PageFailure::missing)?;
    let base_url = given.ctx.settings().base_url.clone();
    let reason = sent.fields.get("reason").to_owned();
    let decided = given.act(&sent, move |tx, who, now| {
        customers::decide_customer(tx, who, id, decision, &reason, now)?;
        if decision == CustomerDecision::Approve {
            customers::invite_primary(tx, who, id, &base_url, now)?;
        }
        Ok(())
    });
    match decided.await {
        Ok(()) => Ok(Redirect::to(&format!("/customers/{id}?done={word}")).into_response()),
        Err(failure) => {
            let (title, send) = match decision {
                CustomerDecision::Approve => ("Approve this customer", button("Approve").primary()),
                CustomerDecision::Decline => ("Decline this customer", button("Decline").danger()),
                CustomerDecision::Hold => ("Put this customer on hold", button("Put on hold").danger()),
            };
            let (action, back) = (format!("/customers/{id}/decision"), format!("/customers/{id}"));
            let again = Again { title, here: "customers", action, back, send };
            again.draw(&given, failure, |errors| decision_fields(&sent.fields, errors))
        }
    }
}

/// Adds a contact.
pub async fn create_contact(given: Given, Id(id): Id<CustomerId>, sent: Sent) -> Result<Response, PageFailure> {
    let fields = &sent.fields;
    let kind = ContactKind::from_code(fields.get("contact_kind"));
    let facts = ContactFacts {
        kind: kind.unwrap_or(ContactKind::Primary),
        name: fields.get("name").to_owned(),
        email: fields.get("email").to_lowercase(),
        phone: fields.get("phone").to_owned(),
    };
    change(&given, id, &sent, "contact", move |tx, who, now| {
        let mut errors = FieldErrors::default();
        errors.require(kind.is_some(), "contact_kind", "Choose one from the list.");
        errors.or(())?;
        customers::add_contact(tx, who, id, &facts, now).map(drop)
    })
    .await
}

/// Removes a contact.
pub async fn remove_contact(
    given: Given,
    Ids(id, contact): Ids<CustomerId, ContactId>,
    sent: Sent,
) -> Result<Response, PageFailure> {
    change(&given, id, &sent, "contact", move |tx, who, now| customers::remove_contact(tx, who, id, contact, now)).await
}
