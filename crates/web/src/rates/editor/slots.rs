//! The places of a sentence as inputs inside it, and what they send.

use maud::{Markup, html};
use muster_domain::{
    refusal::FieldErrors,
    rules::editing::{Choice, Input, Part, Slot},
};

use crate::{fields::Fields, parts::icon};

/// A form of one rule that came back with mistakes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Returned<'a> {
    pub(super) fields: &'a Fields,
    pub(super) errors: &'a FieldErrors,
}

/// Where a slot stands on the page: the rule's id, the form it belongs to, and what that form sent when it came back.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) rule: &'a str,
    pub(super) form: &'a str,
    pub(super) returned: Option<Returned<'a>>,
}

/// `policy/3` as part of an id or an address.
pub(super) fn word_of(place: &str) -> String {
    place.replace('/', ".")
}

/// An id that CSS and scripts can name.
pub(super) fn id_of(rule: &str, path: &str) -> String {
    format!("s-{rule}-{path}").replace(|c: char| !c.is_ascii_alphanumeric(), "-")
}

/// What stays on the line of the place that it follows.
const STOPS: [char; 4] = [',', ';', ':', '.'];

/// A sentence with its inputs.
pub(super) fn sentence(parts: &[Part], at: At<'_>) -> Markup {
    let piece = |(n, part): (usize, &Part)| match part {
        Part::Words(words) => {
            let follows = n > 0 && matches!(parts[n - 1], Part::Slot(_));
            let words = words.strip_prefix(STOPS).filter(|_| follows).unwrap_or(words).trim();
            html! { @if !words.is_empty() { span { (words) } } }
        }
        Part::Slot(slot) => match parts.get(n + 1) {
            Some(Part::Words(words)) if words.starts_with(STOPS) => {
                html! { div.with-stop { (input(slot, at)) span { (&words[..1]) } } }
            }
            _ => input(slot, at),
        },
    };
    html! { @for piece in parts.iter().enumerate().map(piece) { (piece) } }
}

/// One input inside a sentence, with its mistake below.
pub(super) fn input(slot: &Slot, at: At<'_>) -> Markup {
    let id = id_of(at.rule, &slot.path);
    let error = at.returned.and_then(|returned| returned.errors.of(&slot.path));
    let described = error.map(|_| format!("{id}-error"));
    let shown = at
        .returned
        .map_or_else(|| slot.clone(), |returned| Slot { value: typed(slot, returned.fields), ..slot.clone() });
    let draw =
        Draw { slot: &shown, id: &id, form: at.form, invalid: error.map(|_| "true"), described: described.as_deref() };
    html! {
        div.slot .invalid[error.is_some()] {
            input type="hidden" name="p" value=(slot.path) form=(at.form);
            (draw.control())
            @if let Some(error) = error { span.slot-error id=[described.as_deref()] { (icon("circle-alert")) (error) } }
        }
    }
}

/// What a form sent for a place, as it came.
fn typed(slot: &Slot, fields: &Fields) -> String {
    if fields.all("p").any(|path| path == slot.path) { value_of(fields, &slot.path) } else { slot.value.clone() }
}

/// The places that a form sent, with their values.
pub(super) fn values(fields: &Fields) -> Vec<(String, String)> {
    fields.all("p").map(|path| (path.to_owned(), value_of(fields, path))).collect()
}

fn value_of(fields: &Fields, path: &str) -> String {
    let sent: Vec<&str> =
        fields.0.iter().filter(|(name, _)| *name == format!("s.{path}")).map(|(_, value)| value.trim()).collect();
    let more = fields.get(&format!("o.{path}"));
    let unit = fields.get(&format!("u.{path}"));
    match sent.as_slice() {
        ["approve"] if path == "effect" => format!("approve:{more}"),
        [_] if path == "effect" => sent.concat(),
        [number] if !unit.is_empty() && !number.is_empty() => with_unit(number, unit),
        _ => sent.iter().copied().chain([more]).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", "),
    }
}

/// A number and its unit; parts of an hour as minutes, a number that has its own unit as it is.
fn with_unit(number: &str, unit: &str) -> String {
    if number.contains(' ') {
        return number.to_owned();
    }
    let halves = number.split_once('.').filter(|_| unit == "h").and_then(|(whole, part)| {
        let scale = 10_i64.checked_pow(u32::try_from(part.len()).ok().filter(|digits| *digits < 5)?)?;
        let minutes = whole.parse::<i64>().ok()?.checked_mul(60)?;
        let part = part.parse::<i64>().ok()? * 60;
        (part % scale == 0).then_some(minutes + part / scale)
    });
    halves.map_or_else(|| format!("{number} {unit}"), |minutes| format!("{minutes} min"))
}

struct Draw<'a> {
    slot: &'a Slot,
    id: &'a str,
    form: &'a str,
    invalid: Option<&'a str>,
    described: Option<&'a str>,
}

const TIMES: &[(&str, &str)] = &[("h", "hours"), ("min", "minutes"), ("d", "days")];
const AMOUNTS: &[(&str, &str)] =
    &[("h", "hours"), ("min", "minutes"), ("jobs", "jobs"), ("days", "days"), ("applications", "applications")];

impl Draw<'_> {
    fn name(&self, letter: char) -> String {
        format!("{letter}.{}", self.slot.path)
    }

    fn control(&self) -> Markup {
        match &self.slot.input {
            Input::Length => self.measured(TIMES),
            Input::Amount => self.measured(AMOUNTS),
            Input::Count(unit) => {
                html! { (self.text("number", "numeric", "short")) @if !unit.is_empty() { span.unit { (unit) } } }
            }
            Input::Money(unit) => {
                html! { span.unit { "$" } (self.text("number", "decimal", "short")) @if !unit.is_empty() { span.unit { (unit) } } }
            }
            Input::Percent | Input::Factor => self.text("number", "decimal", "short"),
            Input::Time => self.text("time", "time", "medium"),
            Input::Date => self.text("date", "date", "medium"),
            Input::Text => self.text("text", "text", "long"),
            Input::Flag => self.select(&[Choice::new("true", "yes"), Choice::new("false", "no")]),
            Input::Choice(all) | Input::Window(all) => self.select(all),
            Input::RanksFrom(ranks) => {
                let all: Vec<Choice> = ranks
                    .iter()
                    .map(|rank| Choice::new(rank.value.clone(), format!("{} and above", rank.words)))
                    .collect();
                self.select(&all)
            }
            Input::Words { known, open } => self.words(known, *open),
            Input::Effect => self.effect(),
        }
    }

    fn text(&self, kind: &str, mode: &str, width: &str) -> Markup {
        self.named(&self.name('s'), self.id, &self.slot.value, (kind, mode, width))
    }

    fn named(&self, name: &str, id: &str, value: &str, (kind, mode, width): (&str, &str, &str)) -> Markup {
        // Numbers are typed as text: a browser drops from a number what it cannot read, and the mistake could not be shown.
        let kind = if kind == "number" { "text" } else { kind };
        html! {
            input.(width) type=(kind) name=(name) id=(id) value=(value) form=(self.form) inputmode=(mode) aria-label=(self.slot.label)
                aria-invalid=[self.invalid] aria-describedby=[self.described] autocomplete="off";
        }
    }

    /// A number beside its unit; a length of two units stays one text.
    fn measured(&self, units: &[(&str, &str)]) -> Markup {
        let value = self.slot.value.trim();
        let (number, unit) = value.split_once(' ').unwrap_or((value, ""));
        let unit = match unit {
            "job" => "jobs",
            "day" => "days",
            "application" => "applications",
            unit => unit,
        };
        if !unit.is_empty() && !units.iter().any(|(known, _)| *known == unit) {
            return self.text("text", "text", "medium");
        }
        let unit = if unit.is_empty() { units[0].0 } else { unit };
        html! {
            (self.named(&self.name('s'), self.id, number, ("number", "decimal", "short")))
            select name=(self.name('u')) id={ (self.id) "-unit" } form=(self.form) aria-label={ (self.slot.label) ", unit" } {
                @for (value, words) in units { option value=(value) selected[*value == unit] { (words) } }
            }
        }
    }

    fn select(&self, all: &[Choice]) -> Markup {
        let value = self.slot.value.as_str();
        let known = all.iter().any(|choice| choice.value == value);
        html! {
            select name=(self.name('s')) id=(self.id) form=(self.form) aria-label=(self.slot.label) aria-invalid=[self.invalid] aria-describedby=[self.described] {
                @if self.slot.optional { option value="" selected[value.is_empty()] { "not said" } }
                @else if !known { option value=(value) selected { (value) } }
                @for choice in all { option value=(choice.value) selected[choice.value == value] { (choice.words) } }
            }
        }
    }

    /// Several words as ticks behind one button, so that the sentence stays short.
    fn words(&self, known: &[Choice], open: bool) -> Markup {
        let chosen: Vec<&str> = self.slot.value.split(',').map(str::trim).filter(|word| !word.is_empty()).collect();
        let other: Vec<&str> =
            chosen.iter().copied().filter(|word| !known.iter().any(|choice| choice.value == *word)).collect();
        let name_of = |word: &str| {
            known
                .iter()
                .find(|choice| choice.value == word)
                .map_or_else(|| word.replace('_', " "), |choice| choice.words.clone())
        };
        let shown = chosen.iter().map(|word| name_of(word)).collect::<Vec<_>>().join(", ");
        if known.is_empty() {
            return self.named(&self.name('o'), self.id, &self.slot.value, ("text", "text", "long"));
        }
        html! {
            details.pick id={ (self.id) "-pick" } {
                summary id=(self.id) aria-describedby=[self.described] {
                    span.vh { (self.slot.label) ": " }
                    @if shown.is_empty() { "choose" } @else { (shown) }
                    (icon("chevron-down"))
                }
                fieldset.pick-list {
                    legend.vh { (self.slot.label) }
                    @for (at, choice) in known.iter().enumerate() {
                        label.choice {
                            input type="checkbox" name=(self.name('s')) value=(choice.value) id={ (self.id) "-" (at) } form=(self.form) checked[chosen.contains(&choice.value.as_str())];
                            span { (choice.words) }
                        }
                    }
                    @if open {
                        label.other { span { "Others, with commas" }
                            input type="text" name=(self.name('o')) id={ (self.id) "-other" } value=(other.join(", ")) form=(self.form) autocomplete="off"; }
                    } @else if !other.is_empty() {
                        input type="hidden" name=(self.name('o')) value=(other.join(", ")) form=(self.form);
                    }
                }
            }
        }
    }

    fn effect(&self) -> Markup {
        let (word, level) = self.slot.value.split_once(':').unwrap_or((&self.slot.value, ""));
        let all = [
            ("block", "it is refused"),
            ("approve", "somebody must approve"),
            ("warn", "it warns"),
            ("hide", "it is not shown"),
            ("review", "a supervisor looks at it"),
            ("record", "it is kept on record"),
        ];
        html! {
            select name=(self.name('s')) id=(self.id) form=(self.form) aria-label=(self.slot.label) aria-invalid=[self.invalid] aria-describedby=[self.described] {
                @for (value, words) in all { option value=(value) selected[value == word] { (words) } }
            }
            span.level data-show-with=(self.id) data-show-value="approve" {
                (self.named(&self.name('o'), &format!("{}-level", self.id), level, ("text", "text", "medium")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_units_become_lengths() {
        for (number, unit, written) in [
            ("24", "h", "24 h"),
            ("1.5", "h", "90 min"),
            ("0.25", "h", "15 min"),
            ("16 h 35 min", "h", "16 h 35 min"),
            ("0.3333", "h", "0.3333 h"),
            ("3", "jobs", "3 jobs"),
            ("", "h", " h"),
        ] {
            assert_eq!(with_unit(number, unit), written);
        }
    }

    #[test]
    fn a_form_sends_places_and_values() {
        let fields = Fields::parse(b"p=max&s.max=24&u.max=h&p=count&s.count=detail&s.count=court&o.count=k9&p=effect&s.effect=approve&o.effect=chief&p=from&s.from=");
        let values = values(&fields);
        let expected = [("max", "24 h"), ("count", "detail, court, k9"), ("effect", "approve:chief"), ("from", "")];
        assert_eq!(values, expected.map(|(path, value)| (path.to_owned(), value.to_owned())));
    }
}
