//! The editor's page: the rules of a draft as sentences by group, what is there to add, and the sample beside them.

use axum::{http::StatusCode, response::Response};
use maud::{Markup, html};
use muster_app::rates::editing::Desk;
use muster_domain::{
    access::{Action, Reach, reach},
    policy::{Effect, Kind},
    refusal::FieldErrors,
    rules::{
        Difference, differences,
        editing::{Entry, Group, Sheet, TEMPLATES},
    },
};

use super::{
    condition, preview,
    slots::{At, Returned, input, sentence, word_of},
};
use crate::{
    Ctx,
    fields::Fields,
    frame::Page,
    headers::Nonce,
    parts::{Tone, button, capital, error_summary, icon, link_button, page_head, press, tag},
    signed_in::SignedIn,
};

/// What the address leaves as a message.
pub(super) const DONE: &[(&str, &str)] = &[
    ("begun", "A draft that begins with the rules in force. Nothing changes for anybody until it is put in force."),
    ("added", "The rule is added. Fill in its numbers."),
    ("removed", "The rule is removed. Undo brings it back."),
    ("undone", "The last change is taken back. Undo again repeats it."),
    ("source", "The source is kept."),
];

/// A form of one rule that came back.
pub(super) struct Came<'a> {
    pub(super) place: String,
    pub(super) fields: &'a Fields,
    pub(super) errors: &'a FieldErrors,
}

/// The page.
pub(super) fn draw(
    (ctx, nonce, who): (&Ctx, &Nonce, &SignedIn),
    desk: &Desk,
    query: &Fields,
    search: &str,
    came: Option<&Came<'_>>,
) -> Response {
    let sheet = Sheet::read(&desk.document);
    let entries = sheet.as_ref().map(|sheet| sheet.entries(&desk.words)).unwrap_or_default();
    let address = format!("/rules/drafts/{}", desk.draft.id);
    let changes = desk.in_force.as_ref().map(|(_, book)| differences(book, &desk.book)).unwrap_or_default();
    let (panel, strip) = preview::panel(desk, query, &address);
    let desk_of = Drawing { ctx, desk, address: &address, search, came, new: query.get("new") };
    let whole = came.filter(|came| came.place.is_empty());
    let may_adopt = reach(who.actor.role, Action::EditRules) != Reach::Nobody;
    let body = html! {
        div.stack #desk {
            (page_head("Edit the rules")
                .above(html! { (tag(Tone::Info, "pencil", "Draft")) span.muted.small { "Number " (desk.draft.number) ", version " (desk.book.version) } })
                .sub("Fill in the numbers. What you change is kept as a draft and binds nobody until it is put in force.")
                .actions(html! {
                    @if desk.can_undo { (press(&desk_of.to("/undo"), &ctx.word(), button("Undo").icon("undo-2").sends("version", &desk.draft.version.to_string()))) }
                    (link_button("Source", &desk_of.to("/source")).icon("code-xml"))
                    @if may_adopt { (link_button("Try on the past", &format!("/rules/{}/trial", desk.draft.id)).icon("flask-conical")) }
                    @if may_adopt { (link_button("Put in force", &desk_of.to("/adoption")).primary().icon("check")) }
                }))
            @if let Some(whole) = whole { (error_summary(whole.errors)) }
            div.editor {
                nav.rule-index aria-label="Parts of the book" {
                    (strip)
                    ol { @for group in Group::ALL {
                        @let count = entries.iter().filter(|entry| entry.group == *group && entry.removable).count();
                        li { a href={ "#g-" (group.word()) } { span { (group.title()) } @if count > 0 { span.count-of { (count) } } } }
                    } }
                }
                div.stack.rule-groups {
                    (changed(&changes, desk, &address))
                    @for group in Group::ALL { (desk_of.group(*group, &entries)) }
                }
                (panel)
            }
        }
    };
    let status = if came.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Page::new(ctx, who, nonce, "Edit the rules", "rules")
        .back("/rules")
        .done(query.get("done"), DONE)
        .status(status)
        .draw(body)
}

/// What the draft says differently from the rules in force.
fn changed(changes: &[Difference], desk: &Desk, address: &str) -> Markup {
    let Some((set, _)) = &desk.in_force else { return html! {} };
    let compare = format!("/rules/{}/differences?from={}", desk.draft.id, set.id);
    let _ = address;
    html! {
        details.card.changes #changes {
            summary {
                (icon("file-diff"))
                @match changes.len() { 0 => "Says the same as the rules in force", 1 => "1 change to the rules in force", number => { (number) " changes to the rules in force" } }
            }
            @if !changes.is_empty() {
                ul.prose { @for one in changes.iter().take(12) { li { (one.words) } } }
                @if changes.len() > 12 { p.muted { "And " (changes.len() - 12) " more." } }
                p { a href=(compare) { "Compare rule by rule" } }
            }
        }
    }
}

struct Drawing<'a> {
    ctx: &'a Ctx,
    desk: &'a Desk,
    address: &'a str,
    search: &'a str,
    came: Option<&'a Came<'a>>,
    new: &'a str,
}

impl Drawing<'_> {
    /// An address below the draft's, with the sample kept.
    fn to(&self, path: &str) -> String {
        format!("{}{path}{}", self.address, self.search)
    }

    /// What every form of the draft sends.
    fn hidden(&self) -> Markup {
        html! {
            input type="hidden" name="_key" value=(self.ctx.word());
            input type="hidden" name="version" value=(self.desk.draft.version);
        }
    }

    fn group(&self, group: Group, entries: &[Entry]) -> Markup {
        let rules: Vec<&Entry> = entries.iter().filter(|entry| entry.group == group).collect();
        let word = group.word();
        html! {
            section.card.flush.rule-group id={ "g-" (word) } aria-labelledby={ "t-" (word) } {
                header.card-head {
                    h2 id={ "t-" (word) } { (icon(icon_of(group))) (group.title()) }
                    @if rules.is_empty() { span.aside.small { "No rule yet" } }
                }
                @for entry in rules { (self.rule(entry)) }
                (self.adding(group))
            }
        }
    }

    fn adding(&self, group: Group) -> Markup {
        let offered: Vec<_> = TEMPLATES.iter().filter(|template| template.group == group).collect();
        html! {
            @if !offered.is_empty() {
                details.adding id={ "add-" (group.word()) } {
                    summary { (icon("plus")) "Add a rule" span.vh { " to " (group.title()) } }
                    form method="post" action=(self.to("/rules")) data-edit id={ "add-" (group.word()) "-form" } {
                        (self.hidden())
                        ul { @for template in offered {
                            li { button.template type="submit" name="template" value=(template.name) { strong { (template.title) } span { (template.example) } } }
                        } }
                    }
                }
            }
        }
    }

    fn rule(&self, entry: &Entry) -> Markup {
        let word = word_of(&entry.place);
        let css = word.replace('.', "-");
        let came = self.came.filter(|came| came.place == entry.place);
        let returned = came.map(|came| Returned { fields: came.fields, errors: came.errors });
        let form = format!("f-{css}");
        let action = self.to(&format!("/rules/{word}"));
        let at = At { rule: &entry.place, form: &form, returned };
        let is_new = !self.new.is_empty() && self.new == word;
        html! {
            article.rule id={ "r-" (css) } data-new[is_new] aria-label=[(!entry.id.is_empty()).then_some(&entry.id)] {
                form method="post" action=(action) data-edit id=(form) { (self.hidden()) noscript { (button("Keep").small()) } }
                @if let Some(message) = came.and_then(|came| came.errors.of("").or_else(|| came.errors.of("document"))) { p.slot-error { (icon("circle-alert")) (message) } }
                @if entry.sentence.is_empty() { (settings_grid(entry, at)) } @else {
                    p.rule-name { (name_of(entry)) }
                    div.sentence { (sentence(&entry.sentence, at)) span.stop { "." } }
                    (self.lists(entry, at, &word))
                    @for one in &entry.conditions {
                        (condition::show(one, &self.desk.words, At { form: "", ..at }, &self.to(&format!("/rules/{word}/condition")), &self.hidden()))
                    }
                    (self.foot(entry, at, &word))
                }
            }
        }
    }

    fn lists(&self, entry: &Entry, at: At<'_>, word: &str) -> Markup {
        html! {
            @for list in &entry.lists {
                @if !list.rows.is_empty() || !list.add.is_empty() {
                    @let action = self.to(&format!("/rules/{word}/rows"));
                    form.rule-rows method="post" action=(action) data-edit id={ "rows-" (word.replace('.', "-")) "-" (list.path.replace('/', "-")) } {
                        (self.hidden())
                        input type="hidden" name="path" value=(list.path);
                        ul aria-label=(list.title) {
                            @for (number, row) in list.rows.iter().enumerate() {
                                li {
                                    div.sentence { (sentence(row, at)) }
                                    @if !list.add.is_empty() { button.button.icon-button.quiet.sm type="submit" name="remove" value=(number) aria-label={ "Remove line " (number + 1) } title="Remove this line" { (icon("x")) } }
                                }
                            }
                        }
                        @if !list.add.is_empty() { button.link type="submit" name="add" value="1" { (icon("plus")) span { (list.add) } } }
                    }
                }
            }
        }
    }

    fn foot(&self, entry: &Entry, at: At<'_>, word: &str) -> Markup {
        let open = at.returned.is_some_and(|returned| {
            returned.errors.0.iter().any(|error| entry.settings.iter().any(|slot| slot.path == error.field))
        });
        html! {
            div.rule-foot {
                details.more.rule-more id={ "more-" (word.replace('.', "-")) } open[open] {
                    summary { (self.summary(entry)) }
                    (settings_grid(entry, at))
                    p.muted.small { "In full: " (entry.words) }
                }
                @if entry.removable {
                    form method="post" action=(self.to(&format!("/rules/{word}/removal"))) data-edit id={ "rm-" (word.replace('.', "-")) } {
                        (self.hidden())
                        button.button.icon-button.quiet.sm type="submit" aria-label={ "Remove the rule " (entry.id) } title="Remove this rule" { (icon("trash-2")) }
                    }
                }
            }
        }
    }

    /// What a breach does and where the rule comes from, in one line.
    fn summary(&self, entry: &Entry) -> Markup {
        let policy = entry
            .place
            .strip_prefix("policy/")
            .and_then(|at| self.desk.book.policy.rules.get(at.parse::<usize>().ok()?));
        html! {
            @match policy {
                Some(rule) => {
                    @match &rule.effect {
                        // An order of giving out is not broken.
                        _ if matches!(rule.kind, Kind::ReleaseStage(_) | Kind::GiveUp(_)) => (tag(Tone::Neutral, "file-text", "Details")),
                        Effect::Block => (tag(Tone::Bad, "ban", "Refused when broken")),
                        Effect::Hide => (tag(Tone::Bad, "eye-off", "Hidden when broken")),
                        Effect::Approve(level) => (tag(Tone::Warn, "user-check", &format!("{} approves", level.replace('_', " ")))),
                        Effect::Warn => (tag(Tone::Warn, "triangle-alert", "Warns")),
                        Effect::Review => (tag(Tone::Info, "user-check", "Supervisor looks")),
                        Effect::Record => (tag(Tone::Neutral, "file-text", "Recorded")),
                    }
                    @if let Some(cite) = &rule.cite { span.cite { (cite) } }
                },
                None => span.cite { "Name, source, dates" },
            }
        }
    }
}

/// What the rule is called: its words on the bill, else its short name.
fn name_of(entry: &Entry) -> String {
    let named =
        entry.settings.iter().find(|slot| slot.path == "name").map(|slot| slot.value.as_str()).unwrap_or_default();
    capital(if named.is_empty() { entry.id.replace('-', " ") } else { named.to_owned() }.as_str())
}

fn settings_grid(entry: &Entry, at: At<'_>) -> Markup {
    html! {
        div.settings {
            @for slot in &entry.settings {
                div.setting { span.setting-label { (slot.label) } (input(slot, at)) }
            }
        }
    }
}

const fn icon_of(group: Group) -> &'static str {
    match group {
        Group::Hours => "timer",
        Group::Rest => "moon",
        Group::Who => "badge-check",
        Group::Where => "map-pin-off",
        Group::Crew => "users",
        Group::Approvals => "user-check",
        Group::Duties => "gavel",
        Group::Rates => "banknote",
        Group::Minimums => "hourglass",
        Group::Premiums => "trending-up",
        Group::Fees => "percent",
        Group::Cancellation => "calendar-x",
        Group::Payment => "wallet",
        Group::Questions => "circle-help",
        Group::Book => "book-open",
    }
}
