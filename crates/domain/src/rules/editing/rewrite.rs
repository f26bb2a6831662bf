//! Changing one place of a text and nothing else: comments, order and style of everything around it stay.
//!
//! Every function answers the whole new text, or none where the place cannot be changed by pieces (a value that is
//! shared with another place, a form that nobody writes by hand). The caller reads the result before it is believed.

use super::tree::{Node, Value};

/// An item of a list, written over several lines in a list of lines and in one line inside brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    /// A single value as written.
    One(String),
    /// Keys with their values as written.
    Map(Vec<(String, String)>),
}

impl Item {
    /// In one line.
    pub(super) fn inline(&self) -> String {
        match self {
            Self::One(token) => token.clone(),
            Self::Map(entries) => {
                let all: Vec<String> = entries.iter().map(|(key, token)| format!("{key}: {token}")).collect();
                format!("{{ {} }}", all.join(", "))
            }
        }
    }

    /// Below each other, after a dash that stands at `indent`.
    fn lines(&self, indent: usize) -> String {
        match self {
            Self::One(token) => format!("{}- {token}", " ".repeat(indent)),
            Self::Map(entries) => {
                let pad = " ".repeat(indent);
                let line = |(at, (key, token)): (usize, &(String, String))| {
                    format!("{pad}{} {key}: {token}", if at == 0 { "-" } else { " " })
                };
                entries.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
            }
        }
    }
}

/// Puts a value as written at a path, in the place of what is there or as a new key.
pub(super) fn put(text: &str, root: &Node, path: &str, token: &str) -> Option<String> {
    let steps: Vec<&str> = path.split('/').filter(|step| !step.is_empty()).collect();
    let (mut node, mut key, mut known) = (root, None, 0);
    while let Some(step) = steps.get(known) {
        if node.shared {
            return None;
        }
        let Some((next_key, next)) = step_into(node, step) else { break };
        (node, key, known) = (next, next_key.or(key), known + 1);
    }
    if node.is_shared() {
        return None;
    }
    let missing = &steps[known..];
    let Some((first, deeper)) = missing.split_first() else {
        return Some(replace(text, node, key?, token));
    };
    let nested = deeper.iter().rev().fold(token.to_owned(), |inner, step| format!("{{ {step}: {inner} }}"));
    insert_key(text, node, key, first, &nested)
}

/// Takes a key or an item of a list away, with its lines. A list of lines goes with its last item.
pub(super) fn take(text: &str, root: &Node, path: &str) -> Option<String> {
    let (parent_path, last) = path.rsplit_once('/').unwrap_or(("", path));
    let parent = root.at(parent_path)?;
    if parent.is_shared() {
        return None;
    }
    match &parent.value {
        Value::Map { entries, flow } => {
            let at = entries.iter().position(|(key, _)| key.word() == Some(last))?;
            let (key, value) = &entries[at];
            let spans = entries
                .iter()
                .map(|(key, value)| (key.span.start, value.span.end.max(key.span.end)))
                .collect::<Vec<_>>();
            if *flow {
                Some(cut_between(text, &spans, at))
            } else {
                cut_lines(
                    text,
                    key.span.start,
                    value_end(text, key, value),
                    entries.get(at + 1).map(|(key, _)| key.span.start),
                )
            }
        }
        Value::List { items, flow } => {
            let at: usize = last.parse().ok()?;
            let item = items.get(at)?;
            if *flow {
                let spans = items.iter().map(|item| (item.span.start, item.span.end)).collect::<Vec<_>>();
                return Some(cut_between(text, &spans, at));
            }
            if items.len() == 1 {
                return take(text, root, parent_path);
            }
            cut_lines(text, dash(text, parent, item)?, item.span.end, None)
        }
        Value::Word(_) | Value::Alias(_) => None,
    }
}

/// Adds an item at the end of a list; the list is made where it is missing.
pub(super) fn push(text: &str, root: &Node, path: &str, item: &Item) -> Option<String> {
    let Some(list) = root.at(path) else { return begin_list(text, root, path, item) };
    if list.is_shared() {
        return None;
    }
    match &list.value {
        Value::List { items, flow: true } => {
            let Some(last) = items.last() else {
                return Some(splice(text, list.span.clone(), &format!("[{}]", item.inline())));
            };
            Some(splice(text, last.span.end..last.span.end, &format!(", {}", item.inline())))
        }
        Value::List { items, flow: false } => {
            let column = column(text, dash(text, list, items.first()?)?);
            let end = line_end(text, items.last()?.span.end);
            Some(splice(text, end..end, &format!("\n{}", item.lines(column))))
        }
        Value::Word(word) if word.is_empty() => put(text, root, path, &format!("[{}]", item.inline())),
        // One value where a list may stand: it becomes the first of the list.
        Value::Word(_) => {
            let one = text.get(list.span.clone())?;
            Some(splice(text, list.span.clone(), &format!("[{one}, {}]", item.inline())))
        }
        Value::Map { .. } | Value::Alias(_) => None,
    }
}

/// A list that is not there yet, under a map that is or is not there yet.
fn begin_list(text: &str, root: &Node, path: &str, item: &Item) -> Option<String> {
    let (parent_path, key) = path.rsplit_once('/').unwrap_or(("", path));
    match root.at(parent_path) {
        Some(Node { value: Value::Map { entries, flow: false }, .. }) => {
            let (first, _) = entries.first()?;
            let (last_key, last) = entries.last()?;
            let indent = column(text, first.span.start);
            let end = line_end(text, value_end(text, last_key, last));
            let lines = format!("\n{}{key}:\n{}", " ".repeat(indent), item.lines(indent + 2));
            Some(splice(text, end..end, &lines))
        }
        Some(_) => put(text, root, path, &format!("[{}]", item.inline())),
        None => {
            let Value::Map { entries, flow: false } = &root.value else { return None };
            let (last_key, last) = entries.last()?;
            let end = line_end(text, value_end(text, last_key, last));
            Some(splice(text, end..end, &format!("\n{parent_path}:\n  {key}:\n{}", item.lines(4))))
        }
    }
}

fn step_into<'a>(node: &'a Node, step: &str) -> Option<(Option<&'a Node>, &'a Node)> {
    match &node.value {
        Value::Map { entries, .. } => {
            entries.iter().find(|(key, _)| key.word() == Some(step)).map(|(key, value)| (Some(key), value))
        }
        Value::List { items, .. } => items.get(step.parse::<usize>().ok()?).map(|item| (None, item)),
        Value::Word(_) | Value::Alias(_) => None,
    }
}

fn splice(text: &str, range: std::ops::Range<usize>, with: &str) -> String {
    format!("{}{with}{}", &text[..range.start], &text[range.end..])
}

/// A value in the place of another; one over several lines comes to stand behind its key.
fn replace(text: &str, node: &Node, key: &Node, token: &str) -> String {
    let is_block = match &node.value {
        Value::Map { flow, .. } | Value::List { flow, .. } => !flow,
        Value::Word(word) => word.is_empty() && node.span.is_empty(),
        Value::Alias(_) => false,
    };
    if !is_block || node.span.start < key.span.end {
        return splice(text, node.span.clone(), token);
    }
    let colon = text[key.span.end..].find(':').map_or(key.span.end, |at| key.span.end + at + 1);
    let end = if node.span.is_empty() { colon } else { node.span.end };
    splice(text, colon..end, &format!(" {token}"))
}

fn insert_key(text: &str, node: &Node, key_of: Option<&Node>, key: &str, token: &str) -> Option<String> {
    match &node.value {
        Value::Map { entries, flow } => {
            let Some((last_key, last)) = entries.last() else {
                return flow.then(|| splice(text, node.span.clone(), &format!("{{ {key}: {token} }}")));
            };
            if *flow {
                let end = last.span.end.max(last_key.span.end);
                return Some(splice(text, end..end, &format!(", {key}: {token}")));
            }
            let indent = column(text, entries.first()?.0.span.start);
            let end = line_end(text, value_end(text, last_key, last));
            Some(splice(text, end..end, &format!("\n{}{key}: {token}", " ".repeat(indent))))
        }
        Value::Word(word) if word.is_empty() => Some(replace(text, node, key_of?, &format!("{{ {key}: {token} }}"))),
        _ => None,
    }
}

/// Where a value ends; an empty one ends with its colon.
fn value_end(text: &str, key: &Node, value: &Node) -> usize {
    if value.span.end > key.span.end && !value.span.is_empty() {
        return value.span.end;
    }
    text[key.span.end..].find(':').map_or(key.span.end, |at| key.span.end + at + 1)
}

/// One of several that are parted by commas; the comma beside it goes too.
fn cut_between(text: &str, spans: &[(usize, usize)], at: usize) -> String {
    let range = match (at.checked_sub(1).and_then(|before| spans.get(before)), spans.get(at + 1)) {
        (Some(before), _) => before.1..spans[at].1,
        (None, Some(after)) => spans[at].0..after.0,
        (None, None) => spans[at].0..spans[at].1,
    };
    splice(text, range, "")
}

/// The lines from `start` to `end`. Where something else begins the first line, what follows moves up to it.
fn cut_lines(text: &str, start: usize, end: usize, next: Option<usize>) -> Option<String> {
    let line = line_start(text, start);
    if !text[line..start].trim().is_empty() {
        return next.map(|next| splice(text, start..next, ""));
    }
    let end = line_end(text, end);
    Some(match text.as_bytes().get(end) {
        Some(_) => splice(text, line..end + 1, ""),
        None => splice(text, line.saturating_sub(1)..end, ""),
    })
}

/// Where the dash of an item stands: in the column of the list's first one.
fn dash(text: &str, list: &Node, item: &Node) -> Option<usize> {
    let wanted = column(text, list.span.start);
    let mut line = line_start(text, item.span.start);
    loop {
        let at = line + wanted;
        let before = text.get(line..at).is_some_and(|before| before.trim_matches([' ', '-']).is_empty());
        if before && at < item.span.end && text.as_bytes().get(at) == Some(&b'-') {
            return Some(at);
        }
        line = line_start(text, line.checked_sub(1)?);
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |found| found + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |found| at + found)
}

fn column(text: &str, at: usize) -> usize {
    at - line_start(text, at)
}
