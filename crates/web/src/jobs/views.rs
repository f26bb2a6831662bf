//! What the list, the board and the week have in common: the same choices in the same address.

use maud::{Markup, html};
use muster_app::jobs::{JobChoices, JobFilter, JobWhen};

use crate::{
    fields::Fields,
    parts::{chip_link, field, icon},
};

/// Three ways to look at the same jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    List,
    Board,
    Week,
}

impl View {
    const ALL: [Self; 3] = [Self::List, Self::Board, Self::Week];

    /// The view that an address names; the list without a known word.
    pub(super) fn of(query: &Fields) -> Self {
        Self::ALL.into_iter().find(|view| view.code() == query.get("view")).unwrap_or(Self::List)
    }

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Board => "board",
            Self::Week => "week",
        }
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::List => ("List", "list"),
            Self::Board => ("Board", "layout-dashboard"),
            Self::Week => ("Week", "calendar-days"),
        }
    }
}

/// What stays when the view changes; a page, a column and a week belong to one view alone.
const SHARED: [&str; 3] = ["q", "customer", "type"];
const OWN: [&str; 6] = ["view", "when", "from_on", "to_on", "lane", "on"];

/// This view's address with one choice made anew; the page begins again.
pub(super) fn address(query: &Fields, name: &str, value: &str) -> String {
    write(query, SHARED.into_iter().chain(OWN), name, value)
}

fn write<'a>(query: &Fields, kept: impl Iterator<Item = &'a str>, name: &str, value: &str) -> String {
    let mut parts = form_urlencoded::Serializer::new(String::new());
    for kept in kept {
        if kept != name && !query.get(kept).is_empty() {
            parts.append_pair(kept, query.get(kept));
        }
    }
    if !value.is_empty() {
        parts.append_pair(name, value);
    }
    let text = parts.finish();
    if text.is_empty() { "/jobs".to_owned() } else { format!("/jobs?{text}") }
}

/// List, board, week, each with the choices made so far.
pub(super) fn views(query: &Fields, here: View) -> Markup {
    html! {
        nav.button-group #job-views aria-label="How jobs are shown" {
            @for view in View::ALL {
                @let code = if view == View::List { "" } else { view.code() };
                a.button href=(write(query, SHARED.into_iter(), "view", code)) aria-current=[(view == here).then_some("page")] {
                    (icon(view.words().1)) span { (view.words().0) }
                }
            }
        }
    }
}

/// Upcoming, unfilled, over: only the list of jobs is cut so.
pub(super) fn when_chips(query: &Fields, filter: &JobFilter) -> Markup {
    html! {
        div.chips role="group" aria-label="Which jobs" #job-whens {
            @for when in JobWhen::ALL { (chip_link(&address(query, "when", when.code()), when.label(), "", None, when == filter.when)) }
        }
    }
}

/// The two selects that every view has.
pub(super) fn selects(query: &Fields, choices: &JobChoices) -> Markup {
    let customers = options("Every customer", choices.customers.iter().map(|(id, name)| (id.to_string(), name)));
    let kinds = options("Every kind", choices.job_types.iter().map(|(id, name)| (id.to_string(), name)));
    html! {
        @if customers.len() > 1 { (field("customer", "Customer").select(&pairs(&customers)).value(query.get("customer").to_owned())) }
        (field("type", "Kind").select(&pairs(&kinds)).value(query.get("type").to_owned()))
    }
}

fn options<'a>(any: &str, all: impl Iterator<Item = (String, &'a String)>) -> Vec<(String, String)> {
    let all = all.map(|(id, name)| (id, name.clone()));
    std::iter::once((String::new(), any.to_owned())).chain(all).collect()
}

fn pairs(all: &[(String, String)]) -> Vec<(&str, &str)> {
    all.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_view_keeps_what_both_understand() {
        let query = Fields::parse(b"view=board&customer=cus_1&type=jty_1&lane=open&page=3&q=a+b");
        assert_eq!(View::of(&query), View::Board);
        let shown = views(&query, View::Board).into_string();
        assert!(shown.contains("/jobs?q=a+b&amp;customer=cus_1&amp;type=jty_1&amp;view=week"), "{shown}");
        assert!(!shown.contains("lane=") && !shown.contains("page="), "{shown}");
        assert_eq!(address(&query, "page", ""), "/jobs?q=a+b&customer=cus_1&type=jty_1&view=board&lane=open");
        assert_eq!(View::of(&Fields::parse(b"view=nonsense")), View::List);
    }
}
