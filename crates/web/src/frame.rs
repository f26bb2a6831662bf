//! The frame around a signed-in person's page: the navigation of each role, who is signed in, a message after an action.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use muster_domain::access::{Action, Reach, Role, reach};

use crate::{
    Ctx,
    headers::Nonce,
    parts::{Flash, Frame, FrameBanner, Ground, NavItem, Tone, Viewer, link_button, page as draw_page, plain_page},
    signed_in::SignedIn,
    told,
};

/// One entry of the navigation and the action that it needs.
struct Entry(&'static str, &'static str, &'static str, &'static str, Action);

const OFFICER: &[Entry] = &[
    Entry("open-shifts", "/open-shifts", "Open shifts", "briefcase", Action::ViewOpenShifts),
    Entry("schedule", "/schedule", "Schedule", "calendar-days", Action::TakeShift),
    Entry("clock", "/clock", "Clock", "clock", Action::Clock),
    Entry("pay", "/pay", "Pay", "wallet", Action::ViewPay),
    Entry("availability", "/availability", "Availability", "calendar-off", Action::EditUnavailability),
    Entry("rules", "/rules", "Rules", "scale", Action::ViewRules),
];

const CUSTOMER: &[Entry] = &[
    Entry("requests", "/requests", "Requests", "inbox", Action::ViewRequest),
    Entry("jobs", "/jobs", "Jobs", "briefcase", Action::ViewJob),
    Entry("invoices", "/invoices", "Invoices", "receipt", Action::ViewInvoice),
    Entry("customers", "/company", "Company", "building-2", Action::ViewCustomer),
    Entry("people", "/people", "People", "user-cog", Action::ManagePeople),
];

const STAFF: &[Entry] = &[
    Entry("overview", "/overview", "Overview", "layout-dashboard", Action::ViewOverview),
    Entry("requests", "/requests", "Requests", "inbox", Action::ViewRequest),
    Entry("jobs", "/jobs", "Jobs", "briefcase", Action::ViewJob),
    Entry("time", "/time", "Time review", "clipboard-check", Action::ViewTime),
    Entry("booked-work", "/booked-work", "Booked work", "triangle-alert", Action::ViewOverview),
    Entry("officers", "/officers", "Officers", "users", Action::ListOfficers),
    Entry("customers", "/customers", "Customers", "building-2", Action::ListCustomers),
    Entry("rules", "/rules", "Rules and rates", "scale", Action::ViewRules),
    Entry("invoices", "/invoices", "Invoices", "receipt", Action::ViewInvoice),
    Entry("pay-runs", "/pay-runs", "Pay runs", "banknote", Action::ViewPay),
    Entry("ledger", "/ledger", "Ledger", "book-open", Action::ViewLedger),
    Entry("audit", "/audit", "Audit log", "scroll-text", Action::ViewAudit),
    Entry("people", "/people", "People", "user-cog", Action::ManagePeople),
    Entry("settings", "/settings", "Settings", "settings", Action::ViewAgency),
];

/// What a role finds in its navigation, as (key, address, label, icon).
fn navigation(role: Role, agency_chosen: bool) -> Vec<NavItem<'static>> {
    let entries = match role {
        Role::Officer => OFFICER,
        role if role.is_customer() => CUSTOMER,
        _ => STAFF,
    };
    let open = entries.iter().filter(|entry| agency_chosen && reach(role, entry.4) != Reach::Nobody);
    let mut items: Vec<NavItem<'static>> =
        open.map(|&Entry(key, href, label, icon, _)| NavItem { key, href, label, icon, count: 0 }).collect();
    if role.is_operator() {
        items.push(NavItem { key: "agencies", href: "/agencies", label: "Agencies", icon: "landmark", count: 0 });
    }
    items
}

/// A link to what happened to a thing, for people who may read the audit log.
pub fn story_link(who: &SignedIn, subject: impl ToString) -> Markup {
    let href = format!("/audit/stories/{}", subject.to_string());
    let may = reach(who.actor.role, Action::ViewAudit) != Reach::Nobody;
    html! { @if may { (link_button("What happened", &href).icon("history")) } }
}

/// The page where a role begins.
#[must_use]
pub fn home(who: &SignedIn) -> &'static str {
    match who.actor.role {
        Role::Officer => "/open-shifts",
        role if role.is_customer() => "/requests",
        _ if who.actor.agency.is_none() => "/agencies",
        _ => "/overview",
    }
}

/// A page under construction; draws itself with [`Page::draw`].
pub struct Page<'a> {
    ctx: &'a Ctx,
    who: &'a SignedIn,
    nonce: &'a Nonce,
    title: &'a str,
    here: &'a str,
    flash: Option<Flash>,
    back: Option<&'a str>,
    status: StatusCode,
}

impl<'a> Page<'a> {
    /// A page with a title, under the navigation entry `here`.
    #[must_use]
    pub fn new(ctx: &'a Ctx, who: &'a SignedIn, nonce: &'a Nonce, title: &'a str, here: &'a str) -> Self {
        Self { ctx, who, nonce, title, here, flash: None, back: None, status: StatusCode::OK }
    }

    /// The message for the word that an action left in the address (`?done=word`); other words say nothing.
    #[must_use]
    pub fn done(self, word: &str, sentences: &[(&str, &str)]) -> Self {
        let flash = sentences.iter().find(|(known, _)| *known == word).map(|(_, sentence)| Flash::done(*sentence));
        Self { flash: flash.or(self.flash), ..self }
    }

    /// The list that this page was opened from.
    #[must_use]
    pub fn back(self, href: &'a str) -> Self {
        Self { back: Some(href), ..self }
    }

    /// Another status than 200: 422 for a form that came back with mistakes.
    #[must_use]
    pub fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The whole answer.
    pub fn draw(self, body: Markup) -> Response {
        let SignedIn { actor, shown, .. } = self.who;
        let nav = navigation(actor.role, actor.agency.is_some());
        let organisation = match (shown.customer.as_str(), shown.agency.as_str()) {
            ("", "") => "All agencies",
            ("", agency) => agency,
            (customer, _) => customer,
        };
        let id = actor.account.to_string();
        let viewer = Viewer {
            name: &actor.name,
            subtitle: actor.role.label(),
            organisation,
            nav: &nav,
            unread: u32::try_from(shown.unread).unwrap_or(0),
            signed_in: true,
            id: &id,
            search: if actor.agency.is_some() { "/search" } else { "" },
            ..Viewer::default()
        };
        let ground = self.ground();
        let told = Some(shown.told.as_str()).filter(|words| !words.is_empty());
        let flash = told.map(Flash::refused).or(self.flash);
        let frame = Frame {
            title: self.title,
            viewer,
            here: self.here,
            flash,
            nonce: &self.nonce.0,
            banner: self.ctx.settings().demo.then_some(DEMO),
            back: self.back,
            ground,
            keep: if actor.role == Role::Officer { KEPT_ON_PHONES } else { &[] },
        };
        let page = (self.status, draw_page(&frame, body));
        if told.is_some() { ([told::forget()], page).into_response() } else { page.into_response() }
    }
}

impl<'a> Page<'a> {
    fn ground(&self) -> Ground<'a> {
        let settings = self.ctx.settings();
        match &settings.tiles {
            Some(tiles) => Ground::Tiles(tiles),
            None if settings.demo => Ground::Town,
            None => Ground::Grid,
        }
    }
}

/// What an officer's phone shows without a signal.
const KEPT_ON_PHONES: &[&str] = &["/open-shifts", "/schedule", "/clock"];

const DEMO: FrameBanner<'static> = FrameBanner {
    tone: Tone::Accent,
    icon: "sparkles",
    words: "Demonstration with invented people. Nothing here is real.",
    link: Some(("/demo", "Be somebody else")),
};

/// A page without navigation, for people who are not signed in.
pub fn plain(ctx: &Ctx, nonce: &Nonce, status: StatusCode, title: &str, body: Markup) -> Response {
    plain_with(ctx, nonce, status, title, (body, Some(("/demo", "Choose a persona"))))
}

/// The page where a persona of the demonstration is chosen; its banner does not lead to itself.
pub fn personas(ctx: &Ctx, nonce: &Nonce, body: Markup) -> Response {
    plain_with(ctx, nonce, StatusCode::OK, "Demonstration", (body, None))
}

fn plain_with(
    ctx: &Ctx,
    nonce: &Nonce,
    status: StatusCode,
    title: &str,
    (body, link): (Markup, Option<(&str, &str)>),
) -> Response {
    let banner = ctx.settings().demo.then_some(FrameBanner { link, ..DEMO });
    let frame = Frame { title, nonce: &nonce.0, banner, ..Frame::default() };
    (status, plain_page(&frame, body)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_finds_only_what_it_may_open() {
        let keys = |role| navigation(role, true).iter().map(|item| item.key).collect::<Vec<_>>();
        assert_eq!(keys(Role::Officer), ["open-shifts", "schedule", "clock", "pay", "availability", "rules"]);
        assert_eq!(keys(Role::CustomerBilling), ["requests", "jobs", "invoices", "customers"]);
        assert!(!keys(Role::Coordinator).contains(&"people"));
        assert!(keys(Role::AgencyAdmin).contains(&"settings") && !keys(Role::AgencyAdmin).contains(&"agencies"));
        assert!(keys(Role::OperatorAdmin).contains(&"agencies"));
        assert_eq!(navigation(Role::Dispatcher, false).len(), 1, "without an agency there is only the choice of one");
    }
}
