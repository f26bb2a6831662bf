//! The list of customers, and the forms of a new customer and of a site.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use muster_app::{
    Failure,
    customers::{self, ContactFacts, CustomerFilter, Registration, SiteFacts},
};
use muster_domain::{
    access::{Action, Reach, reach},
    customers::{ContactKind, CustomerState, Site},
    id::{CustomerId, SiteId},
    refusal::FieldErrors,
};

use super::{degrees, read_point};
use crate::{
    Ctx,
    failure::{PageFailure, as_errors},
    fields::{Fields, Reader, Sent, address},
    given::{Given, Id, Ids},
    parts::{
        Align, Column, Row, Tone, button, capital, card, chip, chips, data_table, empty, error_summary, fence_editor,
        field, filters, flush_card, form, form_actions, link_button, page_head, pager, search_box, tag,
    },
    signed_in::SignedIn,
};

/// The mark of a customer's state.
pub(super) fn state_tag(state: CustomerState) -> Markup {
    match state {
        CustomerState::Pending => tag(Tone::Warn, "hourglass", state.label()),
        CustomerState::Approved => tag(Tone::Ok, "circle-check", state.label()),
        CustomerState::Declined => tag(Tone::Bad, "circle-x", state.label()),
        CustomerState::OnHold => tag(Tone::Warn, "circle-pause", state.label()),
    }
}

/// The kinds that a form offers; rules may know more.
pub(super) const KINDS: &[(&str, &str)] = &[
    ("business", "Business"),
    ("contractor", "Contractor"),
    ("utility", "Utility"),
    ("school", "School"),
    ("venue", "Venue"),
    ("nonprofit", "Non-profit"),
    ("city", "City or public body"),
    ("person", "Private person"),
];

/// How a kind of customer is called; kinds that only the rules know by their own word.
pub(super) fn kind_label(kind: &str) -> String {
    KINDS.iter().find(|(code, _)| *code == kind).map_or_else(|| capital(kind), |(_, label)| (*label).to_owned())
}

/// The customers by name.
pub async fn list_customers(given: Given, query: Fields) -> Result<Response, PageFailure> {
    let kind = query.get("kind");
    let filter = CustomerFilter {
        search: query.get("q").to_owned(),
        state: CustomerState::from_code(query.get("state")),
        kind: (!kind.is_empty()).then(|| kind.to_owned()),
        newest_first: query.get("sort") == "newest",
    };
    let page: i64 = query.get("page").parse().unwrap_or(1);
    let (listed, kinds) = given.read(move |tx, who, _| customers::list_customers(tx, who, &filter, page)).await?;
    let may_add = reach(given.who.actor.role, Action::DecideCustomer) != Reach::Nobody;
    let columns = [
        Column { label: "Customer", ..Column::default() },
        Column { label: "Kind", desk: true, ..Column::default() },
        Column { label: "Contact", ..Column::default() },
        Column { label: "Sites", align: Align::End, desk: true, ..Column::default() },
        Column { label: "State", ..Column::default() },
    ];
    let rows: Vec<Row<'_>> = listed
        .rows
        .iter()
        .map(|one| Row {
            cells: vec![
                html! { a href={ "/customers/" (one.id) } { (one.name) } },
                html! { (kind_label(&one.kind)) @if one.tax_exempt { " " (tag(Tone::Neutral, "", "Tax exempt")) } },
                html! { (one.contact.0) @if !one.contact.2.is_empty() { div.sub { (one.contact.2) } } },
                html! { (one.sites) },
                state_tag(one.state),
            ],
            ..Row::default()
        })
        .collect();
    let state = query.get("state");
    let base =
        address("/customers", &[("q", query.get("q")), ("state", state), ("kind", kind), ("sort", query.get("sort"))]);
    let mut kind_options: Vec<(&str, &str)> = vec![("", "Every kind")];
    kind_options.extend(kinds.iter().map(|kind| (kind.as_str(), kind.as_str())));
    let body = html! {
        (page_head("Customers").sub(format!("{} in all", listed.total)).actions(html! {
            @if may_add { (link_button("Add customer", "/customers/new").primary().icon("plus")) }
        }))
        (filters("/customers", "#list", html! {
            (search_box("q", "Name", query.get("q")))
            (field("kind", "Kind").select(&kind_options).value(kind).label_hidden().narrow())
            (chips("State", html! {
                (chip("state", "", "All", "", state.is_empty()))
                @for one in CustomerState::ALL { (chip("state", one.code(), one.label(), "", state == one.code())) }
            }))
        }))
        div id="list" {
            @if listed.rows.is_empty() {
                (card(empty("building-2", "No customers here", "Customers register on your public page, or you add them.", html! {
                    @if may_add { (link_button("Add customer", "/customers/new").icon("plus")) }
                })))
            } @else {
                (flush_card(html! { (data_table("Customers", &columns, &rows)) }))
                (pager(&base, listed.number, listed.total))
            }
        }
    };
    Ok(given.page("Customers", "customers").draw(body))
}

/// Name, kind, contact and address: the same for registering and for adding.
pub(crate) fn registration_fields(fields: &Fields, errors: &FieldErrors) -> Markup {
    let kind = if fields.get("kind").is_empty() { "business" } else { fields.get("kind") };
    html! {
        (field("company", "Name of the company or organization").value(fields.get("company")).errors(errors).required().autocomplete("organization").max_length(120))
        (field("kind", "Kind").select(KINDS).value(kind).errors(errors))
        (field("name", "Your contact's name").value(fields.get("name")).errors(errors).required().autocomplete("name").max_length(120))
        div.row-form {
            (field("email", "E-mail").email().value(fields.get("email")).errors(errors).autocomplete("email"))
            (field("phone", "Phone").kind("tel").value(fields.get("phone")).errors(errors).autocomplete("tel"))
        }
        (field("billing_address", "Billing address").lines(3).value(fields.get("billing_address")).errors(errors).optional())
    }
}

/// What those fields say.
pub(crate) fn read_registration(fields: &Fields) -> Registration {
    Registration {
        name: fields.get("company").to_owned(),
        kind: if fields.get("kind").is_empty() { "business".to_owned() } else { fields.get("kind").to_owned() },
        contact: ContactFacts {
            kind: ContactKind::Primary,
            name: fields.get("name").to_owned(),
            email: fields.get("email").to_lowercase(),
            phone: fields.get("phone").to_owned(),
        },
        billing_address: fields.get("billing_address").to_owned(),
    }
}

/// The form of a new customer.
pub async fn new_customer(given: Given) -> Response {
    draw_new(&given, &Fields::default(), &FieldErrors::default())
}

fn draw_new(given: &Given, fields: &Fields, errors: &FieldErrors) -> Response {
    let body = html! {
        (page_head("Add a customer").sub("Approved at once"))
        (error_summary(errors))
        (card(html! { (form("/customers", &given.ctx.word(), html! {
            (registration_fields(fields, errors))
            (form_actions(html! { (link_button("Cancel", "/customers")) (button("Add customer").primary().icon("check")) }))
        })) }))
    };
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    given.page("Add a customer", "customers").back("/customers").status(status).draw(body)
}

/// Adds a customer.
pub async fn create_customer(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let new = read_registration(&sent.fields);
    let base_url = given.ctx.settings().base_url.clone();
    match given
        .act(&sent, move |tx, who, now| {
            let id = customers::add_customer(tx, who, &new, now)?;
            customers::invite_primary(tx, who, id, &base_url, now)?;
            Ok(id)
        })
        .await
    {
        Ok(id) => Ok(Redirect::to(&format!("/customers/{id}?done=added")).into_response()),
        Err(Failure::Invalid(errors)) => Ok(draw_new(&given, &sent.fields, &errors)),
        Err(Failure::Refused(refusal)) => Ok(draw_new(&given, &sent.fields, &as_errors(&refusal))),
        Err(failure) => Err(failure.into()),
    }
}

fn read_site(fields: &Fields) -> Result<SiteFacts, FieldErrors> {
    let mut reader = Reader::new(fields);
    let facts = SiteFacts {
        name: reader.text("name", 120),
        address: reader.text("address", 300),
        point: read_point(&mut reader, fields),
        radius_m: if fields.get("radius_m").is_empty() { 150 } else { reader.number("radius_m", 20, 5000) },
        instructions: reader.optional_text("instructions", 4000),
        retired: fields.ticked("retired"),
    };
    reader.finish().map(|()| facts)
}

struct SiteForm<'a> {
    title: &'a str,
    action: String,
    back: String,
    fields: &'a Fields,
    errors: FieldErrors,
    start: (String, String),
    known: bool,
}

fn draw_site(given: &Given, site: &SiteForm<'_>) -> Response {
    let (fields, errors) = (site.fields, &site.errors);
    let radius = if fields.get("radius_m").is_empty() { "150" } else { fields.get("radius_m") };
    let body = html! {
        (page_head(site.title))
        (error_summary(errors))
        (card(html! { (form(&site.action, &given.ctx.word(), html! {
            input type="hidden" name="version" value=(fields.get("version"));
            (field("name", "Short name").value(fields.get("name")).errors(errors).required().max_length(120))
            (field("address", "Street address").value(fields.get("address")).errors(errors).required().max_length(300))
            (fence_editor(fields.get("lat"), fields.get("lon"), radius, (&site.start.0, &site.start.1)))
            @for name in ["lat", "lon", "radius_m"] { @if let Some(message) = errors.of(name) { p.error { (message) } } }
            (field("instructions", "Standing instructions for officers").lines(4).value(fields.get("instructions")).errors(errors).optional())
            @if site.known { (field("retired", "No longer used for new requests").switch().on(fields.ticked("retired"))) }
            (form_actions(html! { (link_button("Cancel", &site.back)) (button("Save").primary().icon("check")) }))
        })) }))
    };
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    given.page(site.title, "customers").back(&site.back).status(status).draw(body)
}

async fn start_point(ctx: &Ctx, who: &SignedIn, id: CustomerId) -> Result<(Vec<Site>, (String, String)), Failure> {
    let actor = who.actor.clone();
    let record = ctx.read(move |tx, _| customers::load_record(tx, &actor, id)).await?;
    let point = record.sites.iter().find_map(|site| site.point);
    let start = point.map_or(("39.8".to_owned(), "-98.6".to_owned()), |p| (degrees(p.lat_e6), degrees(p.lon_e6)));
    Ok((record.sites, start))
}

/// The form of a new site.
pub async fn new_site(given: Given, Id(id): Id<CustomerId>) -> Result<Response, PageFailure> {
    let (_, start) = start_point(&given.ctx, &given.who, id).await?;
    let site = SiteForm {
        title: "New site",
        action: format!("/customers/{id}/sites"),
        back: format!("/customers/{id}"),
        fields: &Fields::default(),
        errors: FieldErrors::default(),
        start,
        known: false,
    };
    Ok(draw_site(&given, &site))
}

/// Adds a site.
pub async fn create_site(given: Given, Id(id): Id<CustomerId>, sent: Sent) -> Result<Response, PageFailure> {
    let done = match read_site(&sent.fields) {
        Ok(facts) => given.act(&sent, move |tx, who, now| customers::add_site(tx, who, id, &facts, now)).await,
        Err(errors) => Err(Failure::Invalid(errors)),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/customers/{id}?done=site")).into_response()),
        Err(Failure::Invalid(errors)) => {
            let (_, start) = start_point(&given.ctx, &given.who, id).await?;
            let site = SiteForm {
                title: "New site",
                action: format!("/customers/{id}/sites"),
                back: format!("/customers/{id}"),
                fields: &sent.fields,
                errors,
                start,
                known: false,
            };
            Ok(draw_site(&given, &site))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// The form of a site.
pub async fn edit_site(given: Given, Ids(id, site): Ids<CustomerId, SiteId>) -> Result<Response, PageFailure> {
    let (sites, start) = start_point(&given.ctx, &given.who, id).await?;
    let Some(stored) = sites.into_iter().find(|one| one.id == site) else { return Err(PageFailure::missing()) };
    let fields = Fields::default()
        .with("version", stored.version)
        .with("name", &stored.name)
        .with("address", &stored.address)
        .with("lat", stored.point.map_or_else(String::new, |p| degrees(p.lat_e6)))
        .with("lon", stored.point.map_or_else(String::new, |p| degrees(p.lon_e6)))
        .with("radius_m", stored.radius_m)
        .with("instructions", &stored.instructions)
        .with("retired", if stored.retired { "on" } else { "" });
    let form = SiteForm {
        title: "Site",
        action: format!("/customers/{id}/sites/{site}"),
        back: format!("/customers/{id}"),
        fields: &fields,
        errors: FieldErrors::default(),
        start,
        known: true,
    };
    Ok(draw_site(&given, &form))
}

/// Saves a site.
pub async fn save_site(
    given: Given,
    Ids(id, site): Ids<CustomerId, SiteId>,
    sent: Sent,
) -> Result<Response, PageFailure> {
    let version: i64 = sent.fields.get("version").parse().unwrap_or(0);
    let done = match read_site(&sent.fields) {
        Ok(facts) => {
            given.act(&sent, move |tx, who, now| customers::edit_site(tx, who, site, version, &facts, now)).await
        }
        Err(errors) => Err(Failure::Invalid(errors)),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/customers/{id}?done=site")).into_response()),
        Err(Failure::Invalid(errors)) => {
            let (_, start) = start_point(&given.ctx, &given.who, id).await?;
            let form = SiteForm {
                title: "Site",
                action: format!("/customers/{id}/sites/{site}"),
                back: format!("/customers/{id}"),
                fields: &sent.fields,
                errors,
                start,
                known: true,
            };
            Ok(draw_site(&given, &form))
        }
        Err(failure) => Err(failure.into()),
    }
}
