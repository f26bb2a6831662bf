//! Where in a document's text each value stands.

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, Span, StructureStyle};

/// Values inside values, at most.
const DEPTH: usize = 60;

/// A value of the document with its place in the text, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::rules) struct Node {
    /// From its first to behind its last character, comments and blanks after it left out.
    pub(in crate::rules) span: Range<usize>,
    pub(in crate::rules) value: Value,
    /// It has a name that another place repeats, or repeats one itself: not changed by pieces.
    pub(super) shared: bool,
    /// The name by which other places repeat it; 0 for none.
    pub(in crate::rules) anchor: usize,
    /// Written without quotes, so that it may be a number, true or nothing.
    pub(in crate::rules) plain: bool,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::rules) enum Value {
    /// A word or number, read as it is meant.
    Word(String),
    /// A list; `flow` when written in brackets.
    List { items: Vec<Node>, flow: bool },
    /// A map, in the order written; `flow` when written in braces.
    Map { entries: Vec<(Node, Node)>, flow: bool },
    /// A repetition of the place with that name.
    Alias(usize),
}

impl Node {
    /// Reads the first document of a text. None when it cannot be read, which [`super::RuleBook::read`] explains better.
    pub(in crate::rules) fn read(text: &str) -> Option<Self> {
        let mut reader = Reader { text, events: Parser::new_from_str(text) };
        loop {
            match reader.next()? {
                (Event::StreamStart | Event::DocumentStart(..), _) => {}
                (event, span) => return reader.node(event, span, DEPTH),
            }
        }
    }

    /// The value at the end of a path such as `window/rolling` or `ladder/0/at`; the node itself for an empty path.
    pub(in crate::rules) fn at(&self, path: &str) -> Option<&Self> {
        path.split('/').filter(|step| !step.is_empty()).try_fold(self, |node, step| node.child(step))
    }

    /// One step down.
    pub(in crate::rules) fn child(&self, step: &str) -> Option<&Self> {
        match &self.value {
            Value::Map { entries, .. } => {
                entries.iter().find(|(key, _)| key.word() == Some(step)).map(|(_, value)| value)
            }
            Value::List { items, .. } => items.get(step.parse::<usize>().ok()?),
            Value::Word(_) | Value::Alias(_) => None,
        }
    }

    /// The text of a single value.
    pub(in crate::rules) fn word(&self) -> Option<&str> {
        if let Value::Word(word) = &self.value { Some(word) } else { None }
    }

    /// The items of a list; a single value counts as a list of one.
    pub(super) fn items(&self) -> &[Self] {
        match &self.value {
            Value::List { items, .. } => items,
            Value::Word(word) if !word.is_empty() => std::slice::from_ref(self),
            _ => &[],
        }
    }

    /// The keys of a map, in order.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        let entries: &[(Self, Self)] = if let Value::Map { entries, .. } = &self.value { entries } else { &[] };
        entries.iter().filter_map(|(key, _)| key.word())
    }

    /// True when this value or one inside it is shared with another place.
    pub(super) fn is_shared(&self) -> bool {
        self.shared
            || match &self.value {
                Value::Alias(_) => true,
                Value::Word(_) => false,
                Value::List { items, .. } => items.iter().any(Self::is_shared),
                Value::Map { entries, .. } => entries.iter().any(|(key, value)| key.is_shared() || value.is_shared()),
            }
    }
}

struct Reader<'a> {
    text: &'a str,
    events: Parser<'a, granit_parser::StrInput<'a>>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<(Event<'a>, Span)> {
        loop {
            match self.events.next_event()?.ok()? {
                (Event::Comment(..), _) => {}
                other => return Some(other),
            }
        }
    }

    /// The bytes of an event without the blanks and comments that the reader counts to it.
    fn bytes(&self, span: Span) -> Option<Range<usize>> {
        let range = span.byte_range()?;
        let text = self.text.get(range.clone())?;
        Some(range.start..range.start + text.trim_end().len())
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Option<Node> {
        let depth = depth.checked_sub(1)?;
        let own = self.bytes(span)?;
        match event {
            Event::Scalar(word, style, anchor, _) => {
                // Nothing written is nothing, whatever the reader calls it.
                let word = if own.is_empty() { String::new() } else { word.into_owned() };
                let plain = style == ScalarStyle::Plain;
                Some(Node { span: own, value: Value::Word(word), shared: anchor != 0, anchor, plain })
            }
            Event::Alias(name) => {
                Some(Node { span: own, value: Value::Alias(name), shared: true, anchor: 0, plain: true })
            }
            Event::SequenceStart(style, anchor, _) => {
                let (mut items, mut end) = (Vec::new(), own.end);
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, span) => {
                            end = if style == StructureStyle::Flow { self.bytes(span)?.end } else { end };
                            break;
                        }
                        (event, span) => {
                            let item = self.node(event, span, depth)?;
                            end = item.span.end.max(own.start);
                            items.push(item);
                        }
                    }
                }
                let flow = style == StructureStyle::Flow;
                Some(Node {
                    span: own.start..end.max(own.start),
                    value: Value::List { items, flow },
                    shared: anchor != 0,
                    anchor,
                    plain: true,
                })
            }
            Event::MappingStart(style, anchor, _) => {
                let (mut entries, mut end) = (Vec::new(), own.end);
                loop {
                    let (event, span) = self.next()?;
                    if event == Event::MappingEnd {
                        end = if style == StructureStyle::Flow { self.bytes(span)?.end } else { end };
                        break;
                    }
                    let key = self.node(event, span, depth)?;
                    let (event, span) = self.next()?;
                    let value = self.node(event, span, depth)?;
                    end = value.span.end.max(key.span.end);
                    entries.push((key, value));
                }
                let flow = style == StructureStyle::Flow;
                let start = if flow { own.start } else { entries.first().map_or(own.start, |(key, _)| key.span.start) };
                let value = Value::Map { entries, flow };
                Some(Node { span: start..end.max(start), value, shared: anchor != 0, anchor, plain: true })
            }
            _ => None,
        }
    }
}
