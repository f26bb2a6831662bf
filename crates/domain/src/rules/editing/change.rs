//! Changes of the text, each checked: the document reads, and nothing else changed.

use super::{
    ConditionRows, Input, LISTS, Part, Sheet, Slot, TEMPLATES, Vocabulary, rewrite, slot::Change, template, tree::Node,
};
use crate::{
    policy::{Kind, amount::Length},
    predicate::Predicate,
    refusal::FieldErrors,
    rules::{RuleBook, RuleMistake},
};

/// Where the paths of an entry's slots begin: the two entries about the whole book have paths from the root.
fn root_of(place: &str) -> &str {
    if matches!(place, "questions" | "book") { "" } else { place }
}

pub(super) fn join(place: &str, path: &str) -> String {
    let place = root_of(place);
    [place, path].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("/")
}

/// A refusal for a place that pieces cannot change.
const IN_SOURCE: &str =
    "This is written in a way that can only be changed in the source. Open the tab Source and change it there.";

fn mistake(field: &str, message: impl Into<String>) -> FieldErrors {
    let mut errors = FieldErrors::default();
    errors.add(field, message);
    errors
}

/// The document as a whole does not read: the form's own mistake.
fn unread(mistakes: &[RuleMistake]) -> FieldErrors {
    let mut errors = FieldErrors::default();
    for one in mistakes.iter().take(20) {
        errors.add("document", one.to_string());
    }
    errors
}

fn sheet(text: &str) -> Result<Sheet<'_>, FieldErrors> {
    Sheet::read(text).map_err(|mistakes| unread(&mistakes))
}

/// Believes a changed text when it reads and differs from the old one in that place alone.
fn checked(before: &Sheet<'_>, after: String, place: &str, field: &str) -> Result<String, FieldErrors> {
    let book = RuleBook::read(&after).map_err(|mistakes| {
        let first = mistakes.first().map_or_else(String::new, |one| one.message.clone());
        mistake(field, first)
    })?;
    if differs_elsewhere(&before.book, &book, place) { Err(mistake(field, IN_SOURCE)) } else { Ok(after) }
}

/// True when the books differ outside of the place.
fn differs_elsewhere(before: &RuleBook, after: &RuleBook, place: &str) -> bool {
    let without = |book: &RuleBook| {
        let mut value = serde_json::to_value(book).unwrap_or_default();
        match place {
            "questions" => drop(value.pointer_mut("/rates/switches").map(serde_json::Value::take)),
            "book" => {
                for key in
                    ["/version", "/name", "/source", "/effective_from", "/calendar/week_starts", "/rates/version"]
                {
                    drop(value.pointer_mut(key).map(serde_json::Value::take));
                }
                if let Some(calendar) = value.pointer_mut("/calendar").and_then(serde_json::Value::as_object_mut) {
                    calendar.remove("week_starts");
                }
                return value.as_object().map(|all| {
                    let mut all = all.clone();
                    all.retain(|key, value| {
                        !matches!(key.as_str(), "name" | "source")
                            && (key != "calendar" || value.as_object().is_some_and(|map| !map.is_empty()))
                    });
                    serde_json::Value::Object(all)
                });
            }
            rule => drop(value.pointer_mut(&format!("/{rule}")).map(serde_json::Value::take)),
        }
        if place == "questions" {
            value.get_mut("rates").and_then(serde_json::Value::as_object_mut).map(|rates| rates.remove("switches"));
            if value.get("rates").and_then(serde_json::Value::as_object).is_some_and(serde_json::Map::is_empty) {
                value.as_object_mut().map(|all| all.remove("rates"));
            }
        }
        Some(value)
    };
    without(before) != without(after)
}

/// Fills in places of one rule: paths with their new values. Values that are the same change nothing.
///
/// # Errors
/// For each value that does not fit, under its path.
pub fn fill(text: &str, words: &Vocabulary, place: &str, values: &[(String, String)]) -> Result<String, FieldErrors> {
    let before = sheet(text)?;
    let entries = before.entries(words);
    let entry = entries.iter().find(|entry| entry.place == place).ok_or_else(|| gone(place))?;
    let mut errors = FieldErrors::default();
    let mut changed = text.to_owned();
    let mut last = String::new();
    for (path, value) in values {
        let Some(slot) = entry.slots().find(|slot| slot.path == *path) else { continue };
        let change = match slot.change(value) {
            Ok(change) => change,
            Err(message) => {
                errors.add(path.clone(), message);
                continue;
            }
        };
        let root = Node::read(&changed).ok_or_else(|| mistake(path, IN_SOURCE))?;
        let next = match &change {
            Change::Nothing => continue,
            Change::Put(at, token) => rewrite::put(&changed, &root, &join(place, at), token),
            Change::Take(at) if root.at(&join(place, at)).is_none() => continue,
            Change::Take(at) => rewrite::take(&changed, &root, &join(place, at)),
        };
        match next {
            Some(next) => changed = next,
            None => errors.add(path.clone(), IN_SOURCE),
        }
        last.clone_from(path);
    }
    errors.or(())?;
    if changed == text { Ok(changed) } else { checked(&before, changed, place, &last) }
}

fn gone(place: &str) -> FieldErrors {
    mistake("", format!("There is no rule at {place} any more. Reload the page and try again."))
}

/// Sets a condition of one rule, by its path as [`Condition`](super::Condition) has it; no rows take it away.
///
/// # Errors
/// For each row that does not fit, under `rows.N`.
pub fn set_condition(text: &str, place: &str, path: &str, rows: &ConditionRows) -> Result<String, FieldErrors> {
    let before = sheet(text)?;
    let token = rows.token().map_err(|wrong| {
        let mut errors = FieldErrors::default();
        wrong.into_iter().for_each(|(at, message)| errors.add(format!("rows.{at}"), message));
        errors
    })?;
    let is = before.current_condition(place, path).ok_or_else(|| gone(place))?;
    let at = join(place, path);
    if rows.predicate().as_ref() == Some(&is) {
        return Ok(text.to_owned());
    }
    let changed = match (token.is_empty(), path) {
        (true, "that") => {
            return Err(mistake("", "A rule that asks for something must say what. Add a row, or remove the rule."));
        }
        (true, _) => rewrite::take(text, &before.root, &at),
        (false, _) => rewrite::put(text, &before.root, &at, &token),
    };
    checked(&before, changed.ok_or_else(|| mistake("", IN_SOURCE))?, place, "")
}

impl Sheet<'_> {
    fn current_condition(&self, place: &str, path: &str) -> Option<Predicate> {
        let (list, at) = place.rsplit_once('/')?;
        let at = at.parse::<usize>().ok()?;
        if list == "policy" {
            let rule = self.book.policy.rules.get(at)?;
            let stage = || path.strip_prefix("stages/")?.strip_suffix("/who")?.parse::<usize>().ok();
            return match (&rule.kind, path) {
                (_, "when") => Some(rule.when.clone()),
                (Kind::Require(require), "that") => Some(require.that.clone()),
                (Kind::GiveUp(give_up), "who") => Some(give_up.who.clone()),
                (Kind::ReleaseStage(release), _) => Some(release.stages.get(stage()?)?.who.clone()),
                _ => None,
            };
        }
        if path != "when" {
            return None;
        }
        self.book.rates.rule_in_words(list.strip_prefix("rates/")?, at).map(|(_, when)| when.clone())
    }
}

/// Adds a rule of a template; answers the text and where the rule stands.
///
/// # Errors
/// When there is no such template, or the document cannot take it.
pub fn add_rule(text: &str, words: &Vocabulary, template: &str) -> Result<(String, String), FieldErrors> {
    let before = sheet(text)?;
    let template = TEMPLATES
        .iter()
        .find(|one| one.name == template)
        .ok_or_else(|| mistake("template", "Choose a rule from the list."))?;
    let item = template.item(words, &before.taken());
    let count = before.count(template.list);
    let changed =
        rewrite::push(text, &before.root, template.list, &item).ok_or_else(|| mistake("template", IN_SOURCE))?;
    let after = sheet(&changed)?;
    if after.count(template.list) != count + 1 {
        return Err(mistake("template", IN_SOURCE));
    }
    drop(after);
    Ok((changed, format!("{}/{count}", template.list)))
}

impl Sheet<'_> {
    /// The short names that rules have.
    fn taken(&self) -> Vec<String> {
        let rules = LISTS.iter().filter_map(|list| self.root.at(list)).flat_map(Node::items);
        rules.filter_map(|rule| rule.child("id")).filter_map(Node::word).map(str::to_owned).collect()
    }
}

/// Removes a rule with its lines.
///
/// # Errors
/// When it is not there or the rest needs it.
pub fn remove_rule(text: &str, place: &str) -> Result<String, FieldErrors> {
    let before = sheet(text)?;
    let (list, at) = place.rsplit_once('/').ok_or_else(|| gone(place))?;
    if !LISTS.contains(&list) || at.parse::<usize>().map_or(true, |at| at >= before.count(list)) {
        return Err(gone(place));
    }
    let mut changed = rewrite::take(text, &before.root, place).ok_or_else(|| mistake("", IN_SOURCE))?;
    // A card whose last list went has nothing left to hold.
    if let Some(root) = Node::read(&changed)
        && root.at("rates").is_some_and(|rates| rates.word() == Some(""))
    {
        changed = rewrite::take(&changed, &root, "rates").ok_or_else(|| mistake("", IN_SOURCE))?;
    }
    RuleBook::read(&changed).map(|_| changed).map_err(|mistakes| unread(&mistakes))
}

/// Adds an item to a list inside a rule.
///
/// # Errors
/// When there is no such list.
pub fn add_row(text: &str, words: &Vocabulary, place: &str, path: &str) -> Result<String, FieldErrors> {
    let before = sheet(text)?;
    let entries = before.entries(words);
    let entry = entries.iter().find(|entry| entry.place == place).ok_or_else(|| gone(place))?;
    let list = entry.lists.iter().find(|list| list.path == path && !list.add.is_empty()).ok_or_else(|| gone(place))?;
    let lengths = list.rows.last().into_iter().flatten().filter_map(|part| match part {
        Part::Slot(Slot { input: Input::Length, value, .. }) => value.parse::<Length>().ok(),
        _ => None,
    });
    let longest = lengths.map(|length| length.minutes().0).max().unwrap_or_default();
    let item = template::row(entry.group, &list.path, list.rows.len(), longest, words).ok_or_else(|| gone(place))?;
    let changed = rewrite::push(text, &before.root, &join(place, path), &item).ok_or_else(|| mistake("", IN_SOURCE))?;
    checked(&before, changed, place, "")
}

/// Removes an item of a list inside a rule.
///
/// # Errors
/// When it is not there or the rule needs it.
pub fn remove_row(text: &str, place: &str, path: &str, at: usize) -> Result<String, FieldErrors> {
    let before = sheet(text)?;
    let at = join(place, &format!("{path}/{at}"));
    if before.root.at(&at).is_none() {
        return Err(gone(place));
    }
    let changed = rewrite::take(text, &before.root, &at).ok_or_else(|| mistake("", IN_SOURCE))?;
    checked(&before, changed, place, "")
}
