//! The condition of a rule in words, and the rows that change it.

use maud::{Markup, html};
use muster_domain::{
    predicate::{Field, FieldKind},
    rules::editing::{
        COMPARISONS, Condition, ConditionRow, ConditionRows, Vocabulary, comparisons, example, plain_label,
    },
};

use super::slots::{At, id_of};
use crate::{
    fields::Fields,
    parts::{button, icon},
};

/// Facts that most conditions ask, first in the list.
const COMMON: &[&str] = &[
    "job.alcohol",
    "job.attendance",
    "job.kind",
    "job.traffic",
    "job.length",
    "job.officers",
    "officer.rank",
    "officer.certifications",
    "moment.time",
    "moment.weekday",
    "moment.holiday",
    "moment.notice",
    "customer.class",
];

const SECTIONS: &[(&str, &str)] = &[
    ("job.", "The job"),
    ("officer.", "The officer"),
    ("position.", "The post"),
    ("customer.", "The customer"),
    ("venue.", "The place"),
    ("crew.", "The crew"),
    ("moment.", "The time"),
    ("earlier.", "Work before"),
];

/// What a form sent as rows; a row without a fact is not there.
pub(super) fn rows(fields: &Fields) -> ConditionRows {
    let row = |at: usize| {
        let get = |name: &str| fields.get(&format!("rows.{at}.{name}"));
        let (field, flag) = get("field").split_once('=').unwrap_or((get("field"), ""));
        if field.is_empty() {
            return None;
        }
        let (compare, value) = if flag.is_empty() { (get("compare"), get("value")) } else { (flag, "") };
        Some(ConditionRow { field: field.to_owned(), compare: compare.to_owned(), value: value.to_owned() })
    };
    ConditionRows { any: fields.get("join") == "any", rows: (0..fields.rows("rows").min(40)).filter_map(row).collect() }
}

/// The condition in words with its rows one click away. `hidden` are the fields that every form of the draft sends.
pub(super) fn show(condition: &Condition, words: &Vocabulary, at: At<'_>, action: &str, hidden: &Markup) -> Markup {
    let lead = &condition.lead;
    let none = if condition.path.ends_with("who") { "everybody" } else { "always" };
    let returned = at.returned.filter(|returned| returned.fields.get("path") == condition.path);
    let id = id_of(at.rule, &condition.path);
    html! {
        div.rule-when {
            span.lead { (lead) }
            span.when-words { (if condition.words == "always" { none } else { condition.words.as_str() }) }
            @match &condition.rows {
                None => span.muted.small { "This condition is changed in the source." },
                Some(rows) => details.when-editor id=(id) open[returned.is_some()] {
                    summary { (icon("pencil")) @if rows.rows.is_empty() { "Add a condition" } @else { "Change" } span.vh { " " (lead) } }
                    (editor(condition, rows, words, returned.map(|returned| (returned.fields, returned.errors)), &id, action, hidden))
                },
            }
        }
    }
}

fn editor(
    condition: &Condition,
    rows: &ConditionRows,
    words: &Vocabulary,
    returned: Option<(&Fields, &muster_domain::refusal::FieldErrors)>,
    id: &str,
    action: &str,
    hidden: &Markup,
) -> Markup {
    let sent = returned.map(|(fields, _)| self::rows(fields));
    let rows = sent.as_ref().unwrap_or(rows);
    let error = |at: usize| returned.and_then(|(_, errors)| errors.of(&format!("rows.{at}"))).unwrap_or_default();
    let general = returned.and_then(|(_, errors)| errors.of("")).unwrap_or_default();
    let lists = lists(words);
    html! {
        form.condition method="post" action=(action) data-edit data-explicit id={ (id) "-form" } {
            (hidden)
            input type="hidden" name="path" value=(condition.path);
            @if !general.is_empty() { p.slot-error { (icon("circle-alert")) (general) } }
            label.join { span { (if condition.path.ends_with("who") { "Officers of whom" } else { "It counts when" }) }
                select name="join" id={ (id) "-join" } {
                    option value="all" selected[!rows.any] { "all of these hold" }
                    option value="any" selected[rows.any] { "one of these holds" }
                }
            }
            // One empty row more than there are: it works without scripts, and an empty row says nothing.
            @for at in 0..=rows.rows.len() { (row(at, rows.rows.get(at), error(at), id, &lists)) }
            div.condition-actions { (button("Set the condition").primary().small()) }
            @for (name, options) in &lists { datalist id={ (id) "-" (name) } { @for word in options { option value=(word) {} } } }
        }
    }
}

/// Suggestions by the name of a list.
fn lists(words: &Vocabulary) -> Vec<(&'static str, Vec<String>)> {
    [
        ("officer-rank", "officer.rank"),
        ("officer-certifications", "officer.certifications"),
        ("job-kind", "job.kind"),
        ("moment-holiday", "moment.holiday"),
    ]
    .into_iter()
    .map(|(name, field)| (name, words.of_field(field).iter().map(|choice| choice.value.clone()).collect::<Vec<_>>()))
    .filter(|(_, all)| !all.is_empty())
    .collect()
}

fn row(at: usize, row: Option<&ConditionRow>, error: &str, id: &str, lists: &[(&'static str, Vec<String>)]) -> Markup {
    let (field, compare, value) = row.map_or(("", "is", ""), |row| (&*row.field, &*row.compare, &*row.value));
    let kind = Field::named(field).map(|field| field.kind());
    let is_flag = matches!(compare, "yes" | "no") && kind == Some(FieldKind::Flag);
    let name = |part: &str| format!("rows.{at}.{part}");
    let list = lists.iter().find(|(name, _)| name.replace('-', ".") == field).map(|(name, _)| format!("{id}-{name}"));
    let said = |kind: FieldKind| comparisons(kind).join(" ");
    html! {
        div.condition-row data-condition .invalid[!error.is_empty()] {
            select name=(name("field")) id={ (id) "-" (at) "-field" } aria-label={ "Fact " (at + 1) } {
                option value="" { @if row.is_some() { "(nothing: leave this out)" } @else { "Choose a fact" } }
                optgroup label="Often asked" { @for path in COMMON { (options(path, field, compare)) } }
                @for (prefix, title) in SECTIONS {
                    optgroup label=(title) {
                        @for (path, ..) in Field::ALL.iter().filter(|(path, ..)| path.starts_with(prefix) && !COMMON.contains(path)) { (options(path, field, compare)) }
                    }
                }
                @if field.contains(".attributes.") { option value=(field) selected data-fits=(said(FieldKind::Free)) data-example=(example(FieldKind::Free)) { (field) } }
            }
            select name=(name("compare")) id={ (id) "-" (at) "-compare" } aria-label={ "Comparison " (at + 1) } hidden[is_flag] data-compare {
                @for (word, words) in COMPARISONS { option value=(word) selected[*word == compare] { (words) } }
            }
            input type="text" name=(name("value")) id={ (id) "-" (at) "-value" } value=(value) aria-label={ "Value " (at + 1) } hidden[is_flag] list=[list]
                placeholder=(kind.map_or("", example)) autocomplete="off" aria-invalid=[(!error.is_empty()).then_some("true")] data-value;
            @if !error.is_empty() { span.slot-error { (icon("circle-alert")) (error) } }
        }
    }
}

/// The options of one fact: of a yes-or-no fact both its phrases.
fn options(path: &str, chosen: &str, compare: &str) -> Markup {
    let Some(field) = Field::named(path) else { return html! {} };
    let kind = field.kind();
    let label = field.label();
    match (kind, label.split_once('|')) {
        (FieldKind::Flag, Some((yes, no))) => html! {
            option value={ (path) "=yes" } selected[path == chosen && compare == "yes"] { (yes) }
            option value={ (path) "=no" } selected[path == chosen && compare == "no"] { (no) }
        },
        _ => html! {
            option value=(path) selected[path == chosen] data-fits=(comparisons(kind).join(" ")) data-example=(example(kind)) data-list=(path.replace('.', "-")) { (plain_label(&field)) }
        },
    }
}
