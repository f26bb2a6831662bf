//! How an agency's settings are drawn.

use axum::{extract::Query, http::StatusCode, response::Response};
use maud::{Markup, html};
use muster_app::{
    Failure,
    agencies::{self, Lists},
};
use muster_domain::{
    access::{Action, Reach, reach},
    agencies::{JobType, Rank},
    refusal::FieldErrors,
};

use super::list::identity_fields;
use crate::{
    access::Done,
    failure::PageFailure,
    fields::Fields,
    given::Given,
    parts::{
        Tone, banner, button, card, card_head, dialog, empty, error_summary, field, flush_card, form, form_actions,
        list, list_row, page_head, press, tag,
    },
};

const SAID: &[(&str, &str)] = &[("saved", "Saved."), ("added", "Added."), ("removed", "Removed.")];

const PAY_MODES: &[(&str, &str)] = &[
    ("weekly_by_operator", "Weekly by the operator, whether or not the customer has paid"),
    ("payroll_export", "By the municipality's own payroll, from an exported file"),
];

const WEEKDAYS: &[(&str, &str)] = &[
    ("1", "Monday"),
    ("2", "Tuesday"),
    ("3", "Wednesday"),
    ("4", "Thursday"),
    ("5", "Friday"),
    ("6", "Saturday"),
    ("7", "Sunday"),
];

/// A section that came back with mistakes, for example `identity`, `rank-new` or `rank-rnk_...`.
pub struct Mistaken<'a> {
    /// Which section.
    pub section: &'a str,
    /// What was typed.
    pub fields: &'a Fields,
    /// What was wrong.
    pub errors: &'a FieldErrors,
}

struct View<'a> {
    lists: &'a Lists,
    mistaken: Option<Mistaken<'a>>,
    key: String,
    edits: bool,
    none: FieldErrors,
}

impl View<'_> {
    /// What the fields of a section hold: what was typed, or what is stored.
    fn fields(&self, section: &str, stored: Fields) -> Fields {
        let typed = self.mistaken.as_ref().filter(|mistaken| mistaken.section == section);
        typed.map_or(stored, |mistaken| mistaken.fields.clone())
    }

    fn errors(&self, section: &str) -> &FieldErrors {
        self.mistaken.as_ref().filter(|mistaken| mistaken.section == section).map_or(&self.none, |found| found.errors)
    }

    fn is_open(&self, section: &str) -> bool {
        self.mistaken.as_ref().is_some_and(|mistaken| mistaken.section == section)
    }
}

/// The settings of the agency.
pub async fn show_settings(given: Given, Query(done): Query<Done>) -> Result<Response, PageFailure> {
    draw(&given, &done.done, None).await.map_err(PageFailure::from)
}

/// Draws the page, perhaps with a section that came back.
pub async fn draw(given: &Given, done: &str, mistaken: Option<Mistaken<'_>>) -> Result<Response, Failure> {
    let lists = given.read(agencies::view_settings).await?;
    let status = if mistaken.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let edits = reach(given.who.actor.role, Action::EditAgency) != Reach::Nobody;
    let view = View { lists: &lists, mistaken, key: given.ctx.word(), edits, none: FieldErrors::default() };
    let body = html! {
        (page_head("Settings").sub(lists.agency.name.as_str()))
        @if !edits { (banner(Tone::Info, "eye", "You can look at these settings; an agency administrator changes them.")) }
        @if let Some(mistaken) = &view.mistaken { (error_summary(mistaken.errors)) }
        (identity(&view))
        (work(&view))
        (money(&view))
        (ranks(&view))
        (job_types(&view))
        (units(&view))
        (holidays(&view))
    };
    Ok(given.page("Settings", "settings").done(done, SAID).status(status).draw(body))
}

fn section(view: &View<'_>, action: &str, title: &str, icon: &str, inside: Markup) -> Markup {
    card(html! {
        (card_head(title).icon(icon))
        (form(action, &view.key, html! {
            input type="hidden" name="version" value=(view.lists.agency.version);
            fieldset.fieldset disabled[!view.edits] { legend.vh { (title) } (inside) }
            @if view.edits { (form_actions(html! { (button("Save").primary()) })) }
        }))
    })
}

fn identity(view: &View<'_>) -> Markup {
    let agency = &view.lists.agency;
    let stored = Fields::default()
        .with("name", &agency.name)
        .with("slug", &agency.slug)
        .with("zone", agency.zone.iana_name().unwrap_or_default())
        .with("phone", &agency.phone)
        .with("email", &agency.email)
        .with("about", &agency.about);
    let (fields, errors) = (view.fields("identity", stored), view.errors("identity"));
    section(
        view,
        "/settings/identity",
        "Agency",
        "landmark",
        html! {
            (identity_fields(&fields, errors))
            (field("phone", "Telephone for customers").kind("tel").value(fields.get("phone")).errors(errors).optional())
            (field("email", "E-mail for customers").kind("email").value(fields.get("email")).errors(errors).optional())
            (field("about", "For the public page").lines(4).value(fields.get("about")).errors(errors).optional()
                .hint("A few sentences: who may ask for officers, and how."))
        },
    )
}

fn work(view: &View<'_>) -> Markup {
    let settings = &view.lists.agency.settings;
    let automatic = if settings.approve_automatically { "on" } else { "" };
    let stored = Fields::default()
        .with("early_clock_in_minutes", settings.early_clock_in_minutes)
        .with("late_after_minutes", settings.late_after_minutes)
        .with("forgotten_clock_out_minutes", settings.forgotten_clock_out_minutes)
        .with("withdraw_cut_off_minutes", settings.withdraw_cut_off_minutes)
        .with("approve_automatically", automatic);
    let (fields, errors) = (view.fields("work", stored), view.errors("work"));
    let minutes = |name: &'static str, label: &'static str, hint: &'static str| {
        html! { (field(name, label).number().unit("min").value(fields.get(name)).errors(errors).hint(hint)) }
    };
    section(
        view,
        "/settings/work",
        "Clock and shifts",
        "clock",
        html! {
            (minutes("early_clock_in_minutes", "Earliest clock-in", "Before the start of the shift."))
            (minutes("late_after_minutes", "Late after", "An officer who has not clocked in by then is shown as late."))
            (minutes("forgotten_clock_out_minutes", "Forgotten clock-out", "Closed as unverified this long after the scheduled end."))
            (minutes("withdraw_cut_off_minutes", "Last withdrawal", "Until this long before the start an officer may withdraw alone."))
            (field("approve_automatically", "Approve requests that break no rule without a person").switch().on(fields.ticked("approve_automatically")))
        },
    )
}

fn money(view: &View<'_>) -> Markup {
    let agency = &view.lists.agency;
    let stored = Fields::default()
        .with("pay_mode", agency.pay_mode.code())
        .with("terms_days", agency.terms_days)
        .with("pay_week_starts", agency.settings.pay_week_starts);
    let (fields, errors) = (view.fields("money", stored), view.errors("money"));
    section(
        view,
        "/settings/money",
        "Pay and terms",
        "banknote",
        html! {
            (field("pay_mode", "How officers are paid").radio(PAY_MODES).value(fields.get("pay_mode")).errors(errors))
            (field("pay_week_starts", "The pay week begins on").select(WEEKDAYS).value(fields.get("pay_week_starts")).errors(errors).narrow())
            (field("terms_days", "Customers pay within").number().unit("days").value(fields.get("terms_days")).errors(errors)
                .hint("Unless agreed otherwise with a customer."))
        },
    )
}

/// A list with a dialog for each row and one for a new row.
fn list_card(view: &View<'_>, title: &'static str, icon: &'static str, new: &'static str, rows: Markup) -> Markup {
    let add = button("Add").small().icon("plus").opens(new);
    flush_card(html! {
        (card_head(title).icon(icon).aside(html! { @if view.edits { (add) } }))
        (rows)
    })
}

fn ranks(view: &View<'_>) -> Markup {
    html! {
        (list_card(view, "Ranks", "badge", "rank-new", list(html! {
            @for rank in &view.lists.ranks {
                @let dialog_id = format!("rank-{}", rank.id);
                (list_row(rank.name.as_str()).sub(html! { (rank.short) " \u{b7} level " (rank.level) " \u{b7} " code { (rank.code) } })
                    .end(html! { @if view.edits { (button("Change").small().opens(&dialog_id)) } }))
            }
        })))
        @if view.edits {
            (rank_dialog(view, None))
            @for rank in &view.lists.ranks { (rank_dialog(view, Some(rank))) }
        }
    }
}

fn rank_dialog(view: &View<'_>, rank: Option<&Rank>) -> Markup {
    let (id, action) = rank.map_or_else(
        || ("rank-new".to_owned(), "/settings/ranks".to_owned()),
        |rank| (format!("rank-{}", rank.id), format!("/settings/ranks/{}", rank.id)),
    );
    let stored = rank.map_or_else(Fields::default, |rank| {
        Fields::default().with("name", &rank.name).with("short", &rank.short).with("level", rank.level)
    });
    let (fields, errors) = (view.fields(&id, stored), view.errors(&id));
    let title = if rank.is_some() { "Change the rank" } else { "New rank" };
    let inside = html! {
        (field("name", "Name").value(fields.get("name")).errors(errors).placeholder("Sergeant").required())
        (field("short", "Before a name").value(fields.get("short")).errors(errors).placeholder("Sgt.").narrow().required())
        (field("level", "Level").number().value(fields.get("level")).errors(errors).hint("A higher level outranks a lower.").required())
        @if rank.is_none() {
            (field("code", "Word for rules").value(fields.get("code")).errors(errors).placeholder("sergeant").hint("Cannot be changed later.").required())
        }
    };
    html! { (dialog(&id, title, inside).sends(&action, &view.key, button("Save").primary()).open(view.is_open(&id))) }
}

fn job_types(view: &View<'_>) -> Markup {
    html! {
        (list_card(view, "Kinds of job", "briefcase", "job-type-new", list(html! {
            @for kind in &view.lists.job_types {
                @let dialog_id = format!("job-type-{}", kind.id);
                (list_row(kind.name.as_str()).sub(html! { code { (kind.code) } })
                    .end(html! {
                        @if kind.retired { (tag(Tone::Neutral, "archive", "No longer offered")) }
                        @if view.edits { (button("Change").small().opens(&dialog_id)) }
                    }))
            }
        })))
        @if view.edits {
            (job_type_dialog(view, None))
            @for kind in &view.lists.job_types { (job_type_dialog(view, Some(kind))) }
        }
    }
}

fn job_type_dialog(view: &View<'_>, kind: Option<&JobType>) -> Markup {
    let (id, action) = kind.map_or_else(
        || ("job-type-new".to_owned(), "/settings/job-types".to_owned()),
        |kind| (format!("job-type-{}", kind.id), format!("/settings/job-types/{}", kind.id)),
    );
    let stored = kind.map_or_else(Fields::default, |kind| {
        Fields::default().with("name", &kind.name).with("retired", if kind.retired { "on" } else { "" })
    });
    let (fields, errors) = (view.fields(&id, stored), view.errors(&id));
    let title = if kind.is_some() { "Change the kind of job" } else { "New kind of job" };
    let inside = html! {
        (field("name", "Name").value(fields.get("name")).errors(errors).placeholder("Traffic").required())
        @if kind.is_some() {
            (field("retired", "No longer offered for new requests").switch().on(fields.ticked("retired")))
        } @else {
            (field("code", "Word for rules").value(fields.get("code")).errors(errors).placeholder("traffic").hint("Cannot be changed later.").required())
        }
    };
    html! { (dialog(&id, title, inside).sends(&action, &view.key, button("Save").primary()).open(view.is_open(&id))) }
}

fn units(view: &View<'_>) -> Markup {
    let one = |id: &str, action: &str, title: &'static str, stored: Fields| {
        let (fields, errors) = (view.fields(id, stored), view.errors(id));
        let inside = html! { (field("name", "Name").value(fields.get("name")).errors(errors).placeholder("District 4").required()) };
        html! { (dialog(id, title, inside).sends(action, &view.key, button("Save").primary()).open(view.is_open(id))) }
    };
    html! {
        (list_card(view, "Units", "layers", "unit-new", html! {
            @if view.lists.units.is_empty() {
                (empty("layers", "No units", "Districts, bureaus or divisions: coordinators can be limited to one.", html! {}))
            } @else {
                (list(html! {
                    @for unit in &view.lists.units {
                        @let dialog_id = format!("unit-{}", unit.id);
                        (list_row(unit.name.as_str()).end(html! { @if view.edits { (button("Rename").small().opens(&dialog_id)) } }))
                    }
                }))
            }
        }))
        @if view.edits {
            (one("unit-new", "/settings/units", "New unit", Fields::default()))
            @for unit in &view.lists.units {
                (one(&format!("unit-{}", unit.id), &format!("/settings/units/{}", unit.id), "Rename the unit", Fields::default().with("name", &unit.name)))
            }
        }
    }
}

fn holidays(view: &View<'_>) -> Markup {
    let (fields, errors) = (view.fields("holiday-new", Fields::default()), view.errors("holiday-new"));
    let inside = html! {
        (field("held_on", "Day").date().value(fields.get("held_on")).errors(errors).required())
        (field("name", "Name").value(fields.get("name")).errors(errors).placeholder("Thanksgiving").required())
    };
    html! {
        (list_card(view, "Holidays", "calendar-days", "holiday-new", html! {
            @if view.lists.holidays.is_empty() {
                (empty("calendar-days", "No holidays", "Rates may pay more on these days.", html! {}))
            } @else {
                (list(html! {
                    @for holiday in &view.lists.holidays {
                        @let action = format!("/settings/holidays/{}/removal", holiday.held_on);
                        (list_row(holiday.name.as_str()).sub(holiday.held_on.strftime("%a, %b %-d, %Y").to_string())
                            .end(html! { @if view.edits { (press(&action, &view.key, button("Remove").small())) } }))
                    }
                }))
            }
        }))
        @if view.edits {
            (dialog("holiday-new", "New holiday", inside).sends("/settings/holidays", &view.key, button("Add").primary()).open(view.is_open("holiday-new")))
        }
    }
}
