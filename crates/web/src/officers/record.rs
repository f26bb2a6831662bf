//! The record of an officer.

use axum::{http::StatusCode, response::Response};
use maud::{Markup, html};
use muster_app::{
    access,
    distribution::{self, LimitUsed},
    officers::{self, OfficerRecord},
};
use muster_domain::{
    access::{Action, Reach, reach},
    id::{OfficerId, RankId},
    officers::Status,
    refusal::FieldErrors,
};

use super::pages::{expiry_tag, status_tag};
use crate::{
    Ctx,
    access::signs_in::{Record, signs_in},
    distribution::{
        marks::{Place, marks_card},
        misfits::said_no,
        offences::office_card,
    },
    failure::PageFailure,
    fields::Fields,
    frame::story_link,
    given::{Given, Id},
    parts::{
        Fact, Tone, button, capital, card, card_head, error_summary, facts, field, form, form_actions, link_button,
        list, list_row, page_head, press, share_bar, tag,
    },
    signed_in::SignedIn,
    times,
};

const DONE: &[(&str, &str)] = &[
    ("added", "The officer is on the roster."),
    ("saved", "Saved."),
    ("recorded", "Recorded; the officer has been told."),
    ("marked", "On record; the officer has been told."),
    ("mark_ended", "Ended; the officer has been told."),
    ("invited", "The invitation is on its way."),
];

/// The office's page of an officer; an officer's own page as well.
pub async fn show_officer(given: Given, Id(id): Id<OfficerId>, query: Fields) -> Result<Response, PageFailure> {
    draw(&given, id, &query, &FieldErrors::default()).await
}

/// An officer's own availability.
pub async fn show_own(given: Given, query: Fields) -> Result<Response, PageFailure> {
    let id = given.who.actor.officer.ok_or_else(PageFailure::missing)?;
    draw(&given, id, &query, &FieldErrors::default()).await
}

pub(super) async fn draw(
    given: &Given,
    id: OfficerId,
    fields: &Fields,
    errors: &FieldErrors,
) -> Result<Response, PageFailure> {
    let (record, people, limits, said, conduct, marks) = given
        .read(move |tx, who, now| {
            Ok((
                officers::load_record(tx, who, id, now)?,
                access::list_people_of_officer(tx, who, id)?,
                distribution::load_limits(tx, who, id, now)?,
                distribution::load_said_no(tx, who, id)?,
                distribution::load_conduct(tx, who, id, now)?,
                distribution::load_marks(tx, who, id, now)?,
            ))
        })
        .await?;
    let officer = &record.officer;
    let own = given.who.actor.officer == Some(id);
    let edit = reach(given.who.actor.role, Action::EditOfficer) != Reach::Nobody;
    let name = officer.full_name();
    let (title, here) = if own { ("My availability", "availability") } else { (name.as_str(), "officers") };
    let body = html! {
        (page_head(title).above(status_tag(record.status)).sub(format!("Badge {} \u{b7} {}", officer.badge, rank_name(&record, record.rank)))
            .actions(html! { (story_link(&given.who, id)) @if edit { (link_button("Change the record", &format!("/officers/{id}/edit")).icon("pencil")) } }))
        (error_summary(errors))
        div.columns {
            div.stack {
                (coming(&given.ctx, &record, &given.who, fields, errors))
                (certifications(&given.ctx, &record, edit, fields, errors))
                @if own { p { (link_button("My standing: lists, relations, penalties, refusals", "/standing").icon("gavel")) } } @else {
                    (office_card(&conduct, id, edit, &times::zone(&given.who.shown.zone)))
                    (marks_card(&given.ctx, &marks, Place::Officer(id), edit, &times::zone(&given.who.shown.zone)))
                    (said_no(&said, &times::zone(&given.who.shown.zone)))
                }
            }
            div.stack {
                (limits_card(&limits))
                (about(&record))
                @if !own { (signs_in(&given.ctx, &given.who, Record::Officer(id, &name, &officer.email), &people)) }
                (statuses(&given.ctx, &record, edit, fields, errors))
                (ranks(&given.ctx, &record, edit, fields, errors))
                (reports_to(&given.ctx, &record, edit, fields, errors))
                (groups(&given.ctx, &record, edit))
            }
        }
    };
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = given.page(title, here).status(status).done(fields.get("done"), DONE);
    Ok(if own { page } else { page.back("/officers") }.draw(body))
}

/// How much of each limit on hours is used.
fn limits_card(limits: &[LimitUsed]) -> Markup {
    html! { @if !limits.is_empty() { (card(html! {
        (card_head("Limits used").icon("gauge"))
        @for one in limits {
            @let label = one.cite.as_ref().map_or_else(|| one.period.clone(), |cite| format!("{} \u{b7} {cite}", one.period));
            (share_bar(&capital(&label), one.used.0, one.limit.0, &format!("{} of {}", one.used, one.limit)))
        }
    })) } }
}

fn rank_name(record: &OfficerRecord, id: RankId) -> &str {
    record.ranks.iter().find(|rank| rank.id == id).map_or("", |rank| rank.name.as_str())
}

fn about(record: &OfficerRecord) -> Markup {
    let officer = &record.officer;
    let unit = officer
        .unit
        .and_then(|id| record.units.iter().find(|unit| unit.id == id))
        .map_or("No unit", |unit| unit.name.as_str());
    let (hired, senior) = (times::full_day(officer.hired_on), times::full_day(officer.senior_since));
    let or = |text: &'static str, value: &str| if value.is_empty() { text.to_owned() } else { value.to_owned() };
    let (email, phone) = (or("No e-mail", &officer.email), or("No phone", &officer.phone));
    html! { (card(html! {
        (card_head("Facts").icon("info"))
        (facts(&[
            Fact { icon: "building", label: "Unit", value: unit, note: "" },
            Fact { icon: "calendar", label: "Hired", value: &hired, note: "hired" },
            Fact { icon: "history", label: "Seniority", value: &senior, note: "seniority" },
            Fact { icon: "mail", label: "E-mail", value: &email, note: "" },
            Fact { icon: "phone", label: "Phone", value: &phone, note: "" },
        ]))
    })) }
}

fn coming(ctx: &Ctx, record: &OfficerRecord, who: &SignedIn, fields: &Fields, errors: &FieldErrors) -> Markup {
    let id = record.officer.id;
    let zone = times::zone(&who.shown.zone);
    let may = reach(who.actor.role, Action::EditUnavailability) != Reach::Nobody;
    let class = |class: &str| match class {
        "detail" => tag(Tone::Accent, "briefcase", "Detail"),
        "on_duty" => tag(Tone::Info, "shield", "On duty"),
        "unavailable" => tag(Tone::Neutral, "calendar-off", "Not available"),
        other => tag(Tone::Warn, "calendar-clock", &capital(other)),
    };
    html! { (card(html! {
        (card_head("The next four weeks").icon("calendar-days"))
        @if record.work.is_empty() { p.muted { "Nothing is scheduled." } } @else {
            (list(html! { @for row in &record.work {
                (list_row(times::shift(row.span, &zone)).sub(html! { (row.label) }).end(html! {
                    (class(&row.class))
                    @if may && row.source == "officer" { (press(&format!("/officers/{id}/unavailability/{}/removal", row.id), &ctx.word(), button("Remove").small().quiet())) }
                }))
            } }))
        }
        @if may {
            details.more open[errors.0.iter().any(|error| error.field.starts_with("away_"))] {
                summary { "Not available from ... to ..." }
                (form(&format!("/officers/{id}/unavailability"), &ctx.word(), html! {
                    div.row-form {
                        (field("away_from_on", "From").date().value(fields.get("away_from_on")).errors(errors))
                        (field("away_from", "At").time().value(fields.get("away_from")).errors(errors).narrow())
                    }
                    div.row-form {
                        (field("away_to_on", "To").date().value(fields.get("away_to_on")).errors(errors))
                        (field("away_to", "At").time().value(fields.get("away_to")).errors(errors).narrow())
                    }
                    (field("label", "Why").value(fields.get("label")).errors(errors).optional().max_length(120))
                    (form_actions(html! { (button("Save").primary().icon("calendar-off")) }))
                }))
            }
        }
    })) }
}

fn certifications(ctx: &Ctx, record: &OfficerRecord, edit: bool, fields: &Fields, errors: &FieldErrors) -> Markup {
    let id = record.officer.id;
    html! { (card(html! {
        (card_head("Certifications").icon("badge-check"))
        @if record.certifications.is_empty() { p.muted { "None on file." } } @else {
            (list(html! { @for one in &record.certifications {
                (list_row(capital(&one.kind)).sub(html! { @if !one.number.is_empty() { (one.number) " \u{b7} " } "since " (times::full_day(one.issued_on)) }).end(html! {
                    (expiry_tag(one.expires_on, record.today))
                    @if edit { (press(&format!("/officers/{id}/certifications/{}/removal", one.id), &ctx.word(), button("Remove").small().quiet())) }
                }))
            } }))
        }
        @if edit {
            details.more open[errors.of("kind").is_some() || errors.of("expires_on").is_some() || errors.of("issued_on").is_some()] {
                summary { "Add a certification" }
                (form(&format!("/officers/{id}/certifications"), &ctx.word(), html! {
                    (field("kind", "Kind").value(fields.get("kind")).errors(errors).required().placeholder("traffic control").hint("The words that the rules use"))
                    (field("number", "Number").value(fields.get("number")).errors(errors).optional())
                    div.row-form {
                        (field("issued_on", "Valid from").date().value(fields.get("issued_on")).errors(errors).required())
                        (field("expires_on", "Valid until").date().value(fields.get("expires_on")).errors(errors).hint("Empty: does not expire"))
                    }
                    (form_actions(html! { (button("Add").icon("plus")) }))
                }))
            }
        }
    })) }
}

fn statuses(ctx: &Ctx, record: &OfficerRecord, edit: bool, fields: &Fields, errors: &FieldErrors) -> Markup {
    let id = record.officer.id;
    let options = Status::ALL.map(|status| (status.code(), status.label()));
    html! { (card(html! {
        (card_head("Status").icon("activity"))
        @if record.statuses.is_empty() { p.muted { "Active since the beginning." } } @else {
            (list(html! { @for one in &record.statuses {
                @let until = one.to_on.map_or_else(|| "open".to_owned(), times::full_day);
                (list_row(one.status.label()).sub(html! { (times::full_day(one.from_on)) " \u{2013} " (until) @if !one.reason.is_empty() { " \u{b7} " (one.reason) } }).end(html! {
                    @if edit { form method="post" action={ "/officers/" (id) "/status/removal" } data-once {
                        input type="hidden" name="_key" value=(ctx.word());
                        input type="hidden" name="from_on" value=(one.from_on);
                        (button("Remove").small().quiet())
                    } }
                }))
            } }))
        }
        @if edit {
            details.more open[["status", "from_on", "to_on", "reason"].iter().any(|name| errors.of(name).is_some())] {
                summary { "Set a status" }
                (form(&format!("/officers/{id}/status"), &ctx.word(), html! {
                    (field("status", "Status").select(&options).value(fields.get("status")).errors(errors))
                    div.row-form {
                        (field("from_on", "From").date().value(fields.get("from_on")).errors(errors).required())
                        (field("to_on", "To").date().value(fields.get("to_on")).errors(errors).hint("Last day; empty: open"))
                    }
                    (field("reason", "Reason").value(fields.get("reason")).errors(errors).optional())
                    (form_actions(html! { (button("Save")) }))
                }))
            }
        }
    })) }
}

fn ranks(ctx: &Ctx, record: &OfficerRecord, edit: bool, fields: &Fields, errors: &FieldErrors) -> Markup {
    let all: Vec<(String, &str)> = record.ranks.iter().map(|one| (one.id.to_string(), one.name.as_str())).collect();
    let options: Vec<(&str, &str)> = all.iter().map(|(id, name)| (id.as_str(), *name)).collect();
    html! { (card(html! {
        (card_head("Ranks held").icon("badge"))
        (list(html! { @for one in &record.ranks_held { (list_row(rank_name(record, one.rank).to_owned()).sub(html! { "from " (times::full_day(one.held_from)) })) } }))
        @if edit {
            details.more open[errors.of("held_from").is_some() || errors.of("rank").is_some()] {
                summary { "Set a rank" }
                (form(&format!("/officers/{}/rank", record.officer.id), &ctx.word(), html! {
                    (field("rank", "Rank").select(&options).value(fields.get("rank")).errors(errors))
                    (field("held_from", "From").date().value(fields.get("held_from")).errors(errors).required().hint("The rank on the day of the job counts"))
                    (form_actions(html! { (button("Save")) }))
                }))
            }
        }
    })) }
}

/// The chain of command: some rules keep a coordinator from giving work to those who command him.
fn reports_to(ctx: &Ctx, record: &OfficerRecord, edit: bool, fields: &Fields, errors: &FieldErrors) -> Markup {
    html! { (card(html! {
        (card_head("Reports to").icon("layers"))
        @if record.reports_to.is_empty() { p.muted { "Nobody on file." } } @else {
            (list(html! { @for one in &record.reports_to {
                @let from = html! { "from " (times::full_day(one.from_on)) };
                @match &one.superior {
                    Some((id, name)) if edit => (list_row(name).sub(from).href(format!("/officers/{id}"))),
                    Some((_, name)) => (list_row(name).sub(from)),
                    None => (list_row("Nobody").sub(from)),
                }
            } }))
        }
        @if edit {
            details.more open[errors.of("superior").is_some() || errors.of("reports_from").is_some()] {
                summary { "Set whom he or she reports to" }
                (form(&format!("/officers/{}/superior", record.officer.id), &ctx.word(), html! {
                    (field("superior", "Badge number of the superior").value(fields.get("superior")).errors(errors).max_length(20).hint("Empty: nobody from that day on"))
                    (field("reports_from", "From").date().value(fields.get("reports_from")).errors(errors).required().hint("Who commands on the day of the job counts"))
                    (form_actions(html! { (button("Save")) }))
                }))
            }
        }
    })) }
}

/// The name of a new group.
pub(super) fn group_field(fields: &Fields, errors: &FieldErrors) -> Markup {
    html! { (field("name", "Name").value(fields.get("name")).errors(errors).required().max_length(80)) }
}

fn groups(ctx: &Ctx, record: &OfficerRecord, edit: bool) -> Markup {
    let mine = |id| record.groups.iter().any(|group| group.id == id);
    html! { (card(html! {
        (card_head("Groups").icon("users-round"))
        @if edit && !record.all_groups.is_empty() {
            (form(&format!("/officers/{}/groups", record.officer.id), &ctx.word(), html! {
                div.chips { @for group in &record.all_groups {
                    label.chip { input type="checkbox" name="groups" value=(group.id) checked[mine(group.id)]; span { (group.name) } }
                } }
                (form_actions(html! { (button("Save")) }))
            }))
        } @else if record.groups.is_empty() { p.muted { "In no group." } }
        @else { p { @for group in &record.groups { (tag(Tone::Neutral, "", &group.name)) " " } } }
        @if edit {
            details.more { summary { "Add a group" }
                (form("/officer-groups", &ctx.word(), html! { (group_field(&Fields::default(), &FieldErrors::default())) (form_actions(html! { (button("Add group")) })) }))
            }
        }
    })) }
}
