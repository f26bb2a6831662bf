//! The forms of an officer: adding, changing, rank, status, groups, certifications, availability.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use jiff::Timestamp;
use maud::{Markup, html};
use muster_app::{
    Failure, Tx,
    officers::{self, NewCertification, NewUnavailability, OfficerFacts, RosterFilter, Sort},
};
use muster_domain::{
    access::Actor,
    agencies::{Rank, Unit},
    id::{CertificationId, OfficerId, RankId, WorkId},
    officers::{RankHeld, Status, StatusHeld},
    refusal::FieldErrors,
};

use super::record;
use crate::{
    Ctx,
    again::Again,
    failure::{PageFailure, as_errors},
    fields::{Fields, Reader, Sent},
    given::{Given, Id, Ids},
    parts::{button, card, error_summary, field, form, form_actions, link_button, page_head},
    signed_in::SignedIn,
};

struct OfficerForm<'a> {
    title: &'a str,
    action: &'a str,
    back: &'a str,
    ranks: &'a [Rank],
    units: &'a [Unit],
    new: bool,
}

fn draw(given: &Given, shown: &OfficerForm<'_>, fields: &Fields, errors: &FieldErrors) -> Response {
    let body = html! {
        (page_head(shown.title))
        (error_summary(errors))
        (card(html! { (form(shown.action, &given.ctx.word(), officer_fields(shown, fields, errors))) }))
    };
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    given.page(shown.title, "officers").back(shown.back).status(status).draw(body)
}

fn officer_fields(shown: &OfficerForm<'_>, fields: &Fields, errors: &FieldErrors) -> Markup {
    let ranks: Vec<(String, &str)> = shown.ranks.iter().map(|one| (one.id.to_string(), one.name.as_str())).collect();
    let mut rank_options = vec![("", "Choose ...")];
    rank_options.extend(ranks.iter().map(|(id, name)| (id.as_str(), *name)));
    let units: Vec<(String, &str)> = shown.units.iter().map(|one| (one.id.to_string(), one.name.as_str())).collect();
    let mut unit_options = vec![("", "None")];
    unit_options.extend(units.iter().map(|(id, name)| (id.as_str(), *name)));
    let text = |name: &'static str, label: &'static str| field(name, label).value(fields.get(name)).errors(errors);
    html! {
        input type="hidden" name="version" value=(fields.get("version"));
        div.row-form { (text("first_name", "Given name").required()) (text("last_name", "Family name").required()) }
        div.row-form {
            (text("badge", "Badge number").required().narrow())
            @if shown.new { (text("rank", "Rank").select(&rank_options).required()) }
            (text("unit", "Unit").select(&unit_options))
        }
        div.row-form { (text("hired_on", "Hired on").date().required()) (text("senior_since", "Seniority counts from").date().hint("Empty: the date of hire")) }
        div.row-form { (text("email", "E-mail").email().optional()) (text("phone", "Phone").kind("tel").optional()) }
        (form_actions(html! { (link_button("Cancel", shown.back)) (button(if shown.new { "Add officer" } else { "Save" }).primary().icon("check")) }))
    }
}

fn read_facts(fields: &Fields) -> (OfficerFacts, Option<RankId>, FieldErrors) {
    let mut reader = Reader::new(fields);
    let hired_on = reader.date("hired_on");
    let facts = OfficerFacts {
        badge: reader.text("badge", 20),
        first_name: reader.text("first_name", 80),
        last_name: reader.text("last_name", 80),
        email: reader.optional_text("email", 200).to_lowercase(),
        phone: reader.optional_text("phone", 40),
        hired_on,
        senior_since: reader.optional_date("senior_since").unwrap_or(hired_on),
        unit: reader.optional_id("unit"),
    };
    (facts, fields.get("rank").parse().ok(), reader.errors)
}

async fn lists(ctx: &Ctx, who: &SignedIn) -> Result<(Vec<Rank>, Vec<Unit>), Failure> {
    let actor = who.actor.clone();
    let roster = ctx
        .read(move |tx, now| officers::list_roster(tx, &actor, &RosterFilter::default(), Sort::Name, 1, now))
        .await?;
    Ok((roster.ranks, roster.units))
}

/// The form of a new officer.
pub async fn new_officer(given: Given) -> Result<Response, PageFailure> {
    let (ranks, units) = lists(&given.ctx, &given.who).await?;
    let shown = OfficerForm {
        title: "Add an officer",
        action: "/officers",
        back: "/officers",
        ranks: &ranks,
        units: &units,
        new: true,
    };
    Ok(draw(&given, &shown, &Fields::default(), &FieldErrors::default()))
}

/// Adds an officer.
pub async fn create_officer(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let (facts, rank, mut errors) = read_facts(&sent.fields);
    errors.require(rank.is_some(), "rank", "Choose a rank.");
    let done = match rank {
        Some(rank) if errors.0.is_empty() => {
            given.act(&sent, move |tx, who, now| officers::add_officer(tx, who, &facts, rank, now)).await
        }
        _ => Err(Failure::Invalid(errors)),
    };
    let errors = match done {
        Ok(id) => return Ok(Redirect::to(&format!("/officers/{id}?done=added")).into_response()),
        Err(Failure::Invalid(errors)) => errors,
        Err(Failure::Refused(refusal)) => as_errors(&refusal),
        Err(failure) => return Err(failure.into()),
    };
    let (ranks, units) = lists(&given.ctx, &given.who).await?;
    let shown = OfficerForm {
        title: "Add an officer",
        action: "/officers",
        back: "/officers",
        ranks: &ranks,
        units: &units,
        new: true,
    };
    Ok(draw(&given, &shown, &sent.fields, &errors))
}

/// The form of an officer's facts.
pub async fn edit_officer(given: Given, Id(id): Id<OfficerId>) -> Result<Response, PageFailure> {
    let record = given.read(move |tx, who, now| officers::load_record(tx, who, id, now)).await?;
    let officer = &record.officer;
    let fields = Fields::default()
        .with("version", officer.version)
        .with("badge", &officer.badge)
        .with("first_name", &officer.first_name)
        .with("last_name", &officer.last_name)
        .with("email", &officer.email)
        .with("phone", &officer.phone)
        .with("hired_on", officer.hired_on)
        .with("senior_since", officer.senior_since)
        .with("unit", officer.unit.map_or_else(String::new, |unit| unit.to_string()));
    let (action, back) = (format!("/officers/{id}"), format!("/officers/{id}"));
    let shown = OfficerForm {
        title: "Change the record",
        action: &action,
        back: &back,
        ranks: &record.ranks,
        units: &record.units,
        new: false,
    };
    Ok(draw(&given, &shown, &fields, &FieldErrors::default()))
}

/// Saves an officer's facts.
pub async fn save_officer(given: Given, Id(id): Id<OfficerId>, sent: Sent) -> Result<Response, PageFailure> {
    let (facts, _, errors) = read_facts(&sent.fields);
    let version: i64 = sent.fields.get("version").parse().unwrap_or(0);
    let done = if errors.0.is_empty() {
        given.act(&sent, move |tx, who, now| officers::edit_officer(tx, who, id, version, &facts, now)).await
    } else {
        Err(Failure::Invalid(errors))
    };
    let errors = match done {
        Ok(()) => return Ok(Redirect::to(&format!("/officers/{id}?done=saved")).into_response()),
        Err(Failure::Invalid(errors)) => errors,
        Err(Failure::Refused(refusal)) => as_errors(&refusal),
        Err(failure) => return Err(failure.into()),
    };
    let (ranks, units) = lists(&given.ctx, &given.who).await?;
    let (action, back) = (format!("/officers/{id}"), format!("/officers/{id}"));
    let shown = OfficerForm {
        title: "Change the record",
        action: &action,
        back: &back,
        ranks: &ranks,
        units: &units,
        new: false,
    };
    Ok(draw(&given, &shown, &sent.fields, &errors))
}

/// Runs one change of the officer's page; with mistakes the page comes back with everything that was typed.
async fn change(
    given: &Given,
    id: OfficerId,
    sent: &Sent,
    read: Result<(), FieldErrors>,
    case: impl Fn(&mut Tx<'_>, &Actor, Timestamp) -> Result<(), Failure> + Send + 'static,
) -> Result<Response, PageFailure> {
    let done = match read {
        Ok(()) => given.act(sent, case).await,
        Err(errors) => Err(Failure::Invalid(errors)),
    };
    match done {
        Ok(()) if given.who.actor.officer == Some(id) => Ok(Redirect::to("/availability?done=saved").into_response()),
        Ok(()) => Ok(Redirect::to(&format!("/officers/{id}?done=saved")).into_response()),
        Err(Failure::Invalid(errors)) => record::draw(given, id, &sent.fields, &errors).await,
        Err(Failure::Refused(refusal)) => record::draw(given, id, &sent.fields, &as_errors(&refusal)).await,
        Err(failure) => Err(failure.into()),
    }
}

/// Sets a rank from a day on.
pub async fn create_rank(given: Given, Id(id): Id<OfficerId>, sent: Sent) -> Result<Response, PageFailure> {
    let mut reader = Reader::new(&sent.fields);
    let held_from = reader.date("held_from");
    let rank: Option<RankId> = reader.id("rank");
    change(&given, id, &sent, reader.finish(), move |tx, who, now| {
        let rank = rank.ok_or(Failure::Missing("rank"))?;
        officers::set_rank(tx, who, id, &RankHeld { held_from, rank }, now)
    })
    .await
}

/// Sets whom the officer reports to from a day on.
pub async fn set_superior(given: Given, Id(id): Id<OfficerId>, sent: Sent) -> Result<Response, PageFailure> {
    let mut reader = Reader::new(&sent.fields);
    let badge = reader.optional_text("superior", 20);
    let from_on = reader.date("reports_from");
    change(&given, id, &sent, reader.finish(), move |tx, who, now| {
        officers::set_superior(tx, who, id, &badge, from_on, now)
    })
    .await
}

/// Sets a status with its dates.
pub async fn create_status(given: Given, Id(id): Id<OfficerId>, sent: Sent) -> Result<Response, PageFailure> {
    let mut reader = Reader::new(&sent.fields);
    let status = reader.choice("status", &Status::ALL.map(|status| (status.code(), status))).unwrap_or(Status::Active);
    let held = StatusHeld {
        from_on: reader.date("from_on"),
        to_on: reader.optional_date("to_on"),
        status,
        reason: reader.optional_text("reason", 500),
    };
    change(&given, id, &sent, reader.finish(), move |tx, who, now| officers::set_status(tx, who, id, &held, now)).await
}

/// Removes a line of the status history.
pub async fn remove_status(given: Given, Id(id): Id<OfficerId>, sent: Sent) -> Result<Response, PageFailure> {
    let mut reader = Reader::new(&sent.fields);
    let from_on = reader.date("from_on");
    change(&given, id, &sent, reader.finish(), move |tx, who, now| officers::remove_status(tx, who, id, from_on, now))
        .await
}

/// Puts the officer into exactly the ticked groups.
pub async fn save_groups(given: Given, Id(id): Id<OfficerId>, sent: Sent) -> Result<Response, PageFailure> {
    let groups: Vec<_> = sent.fields.all("groups").filter_map(|group| group.parse().ok()).collect();
    change(&given, id, &sent, Ok(()), move |tx, who, now| officers::set_groups(tx, who, id, &groups, now)).await
}

/// Adds a certification.
pub async fn create_certification(given: Given, Id(id): Id<OfficerId>, sent: Sent) -> Result<Response, PageFailure> {
    let mut reader = Reader::new(&sent.fields);
    let new = NewCertification {
        kind: reader.text("kind", 60),
        number: reader.optional_text("number", 60),
        issued_on: reader.date("issued_on"),
        expires_on: reader.optional_date("expires_on"),
    };
    change(&given, id, &sent, reader.finish(), move |tx, who, now| {
        officers::add_certification(tx, who, id, &new, now).map(drop)
    })
    .await
}

/// Removes a certification.
pub async fn remove_certification(
    given: Given,
    Ids(id, certification): Ids<OfficerId, CertificationId>,
    sent: Sent,
) -> Result<Response, PageFailure> {
    change(&given, id, &sent, Ok(()), move |tx, who, now| {
        officers::remove_certification(tx, who, id, certification, now)
    })
    .await
}

/// Notes that the officer cannot work.
pub async fn create_unavailability(given: Given, Id(id): Id<OfficerId>, sent: Sent) -> Result<Response, PageFailure> {
    let mut reader = Reader::new(&sent.fields);
    let new = NewUnavailability {
        from_on: reader.date("away_from_on"),
        from: reader.time("away_from"),
        to_on: reader.date("away_to_on"),
        to: reader.time("away_to"),
        label: reader.optional_text("label", 120),
    };
    change(&given, id, &sent, reader.finish(), move |tx, who, now| {
        officers::add_unavailability(tx, who, id, &new, now).map(drop).map_err(|failure| match failure {
            Failure::Invalid(errors) => Failure::Invalid(away(errors)),
            other => other,
        })
    })
    .await
}

/// The names that the fields have on the page.
fn away(errors: FieldErrors) -> FieldErrors {
    FieldErrors(
        errors
            .0
            .into_iter()
            .map(|mut error| {
                if ["from", "to", "from_on", "to_on"].contains(&error.field.as_str()) {
                    error.field = format!("away_{}", error.field);
                }
                error
            })
            .collect(),
    )
}

/// Removes such a note.
pub async fn remove_unavailability(
    given: Given,
    Ids(id, work): Ids<OfficerId, WorkId>,
    sent: Sent,
) -> Result<Response, PageFailure> {
    change(&given, id, &sent, Ok(()), move |tx, who, now| officers::remove_unavailability(tx, who, id, work, now)).await
}

/// Adds a group.
pub async fn create_group(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let name = sent.fields.get("name").to_owned();
    match given.act(&sent, move |tx, who, now| officers::add_group(tx, who, &name, now)).await {
        Ok(id) => Ok(Redirect::to(&format!("/officers?group={id}")).into_response()),
        Err(failure) => {
            let again = Again {
                title: "Add a group",
                here: "officers",
                action: "/officer-groups".to_owned(),
                back: "/officers".to_owned(),
                send: button("Add group").primary(),
            };
            again.draw(&given, failure, |errors| record::group_field(&sent.fields, errors))
        }
    }
}
