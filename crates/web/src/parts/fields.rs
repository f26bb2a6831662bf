//! One input with its label, hint and mistake. The value given is always shown back.

use std::borrow::Cow;

use maud::{Markup, Render, html};
use muster_domain::refusal::FieldErrors;

use super::icon;

#[derive(Debug, Clone, Copy)]
enum Input<'a> {
    Plain(&'a str),
    Money,
    Lines(u8),
    Select(&'a [(&'a str, &'a str)]),
    Radio(&'a [(&'a str, &'a str)]),
    Segmented(&'a [(&'a str, &'a str)]),
    Check { switch: bool },
}

/// A field of a form; draws itself.
#[derive(Debug, Clone)]
pub struct Field<'a> {
    name: Cow<'a, str>,
    label: Cow<'a, str>,
    hint: Cow<'a, str>,
    error: Cow<'a, str>,
    value: Cow<'a, str>,
    input: Input<'a>,
    on: bool,
    required: bool,
    optional: bool,
    disabled: bool,
    focus: bool,
    label_hidden: bool,
    limits: [Option<Cow<'a, str>>; 3],
    autocomplete: Option<&'a str>,
    inputmode: Option<&'a str>,
    placeholder: Option<&'a str>,
    max_length: Option<u32>,
    list: Option<&'a [&'a str]>,
    unit: &'a str,
    width: &'a str,
}

/// A line of text; the methods make it any other kind.
#[must_use]
pub fn field<'a>(name: impl Into<Cow<'a, str>>, label: impl Into<Cow<'a, str>>) -> Field<'a> {
    Field {
        name: name.into(),
        label: label.into(),
        hint: Cow::Borrowed(""),
        error: Cow::Borrowed(""),
        value: Cow::Borrowed(""),
        input: Input::Plain("text"),
        on: false,
        required: false,
        optional: false,
        disabled: false,
        focus: false,
        label_hidden: false,
        limits: [None, None, None],
        autocomplete: None,
        inputmode: None,
        placeholder: None,
        max_length: None,
        list: None,
        unit: "",
        width: "",
    }
}

impl<'a> Field<'a> {
    /// What is in it now, as the person typed it.
    #[must_use]
    pub fn value(self, value: impl Into<Cow<'a, str>>) -> Self {
        Self { value: value.into(), ..self }
    }
    /// Help below the input.
    #[must_use]
    pub fn hint(self, hint: impl Into<Cow<'a, str>>) -> Self {
        Self { hint: hint.into(), ..self }
    }
    /// A mistake in words.
    #[must_use]
    pub fn error(self, error: impl Into<Cow<'a, str>>) -> Self {
        Self { error: error.into(), ..self }
    }
    /// Takes the mistake noted under its own name.
    #[must_use]
    pub fn errors(self, errors: &'a FieldErrors) -> Self {
        let error = errors.of(&self.name).map_or(Cow::Borrowed(""), Cow::Borrowed);
        Self { error, ..self }
    }
    /// Must be filled in; the server says so, the label marks the others as optional.
    #[must_use]
    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }
    /// Says "optional" after the label.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { optional: true, ..self }
    }
    /// Shown, not changeable, not sent.
    #[must_use]
    pub fn disabled(self) -> Self {
        Self { disabled: true, ..self }
    }
    /// Has the cursor when the page opens.
    #[must_use]
    pub fn focused(self) -> Self {
        Self { focus: true, ..self }
    }
    /// The label is for screen readers only.
    #[must_use]
    pub fn label_hidden(self) -> Self {
        Self { label_hidden: true, ..self }
    }
    /// A type of HTML input: `email`, `tel`, `url`, `password`, `search`, `month`, `week`, `file`.
    #[must_use]
    pub fn kind(self, kind: &'a str) -> Self {
        Self { input: Input::Plain(kind), ..self }
    }
    /// An e-mail address.
    #[must_use]
    pub fn email(self) -> Self {
        Self { autocomplete: Some("email"), ..self.kind("email") }
    }
    /// A password; its value is never shown back.
    #[must_use]
    pub fn password(self) -> Self {
        self.kind("password")
    }
    /// A date, ISO.
    #[must_use]
    pub fn date(self) -> Self {
        Self { width: "narrow", ..self.kind("date") }
    }
    /// A time of day, 24 h.
    #[must_use]
    pub fn time(self) -> Self {
        Self { width: "narrow", ..self.kind("time") }
    }
    /// A date and a time of day in the agency's zone.
    #[must_use]
    pub fn date_time(self) -> Self {
        self.kind("datetime-local")
    }
    /// A whole number; text with a number keypad, so that a mistyped value comes back as typed.
    #[must_use]
    pub fn number(self) -> Self {
        Self { inputmode: Some("numeric"), width: "narrow", ..self.kind("text") }
    }
    /// Dollars and cents, typed as `1250.00`.
    #[must_use]
    pub fn money(self) -> Self {
        Self { input: Input::Money, inputmode: Some("decimal"), width: "narrow", ..self }
    }
    /// Several lines.
    #[must_use]
    pub fn lines(self, rows: u8) -> Self {
        Self { input: Input::Lines(rows), ..self }
    }
    /// One of a list: `(value, words)`.
    #[must_use]
    pub fn select(self, options: &'a [(&'a str, &'a str)]) -> Self {
        Self { input: Input::Select(options), ..self }
    }
    /// One of a few, all in sight.
    #[must_use]
    pub fn radio(self, options: &'a [(&'a str, &'a str)]) -> Self {
        Self { input: Input::Radio(options), ..self }
    }
    /// One of two to four short words, side by side.
    #[must_use]
    pub fn segmented(self, options: &'a [(&'a str, &'a str)]) -> Self {
        Self { input: Input::Segmented(options), ..self }
    }
    /// Yes or no as a box; sends `on` (or the value given) when ticked.
    #[must_use]
    pub fn checkbox(self) -> Self {
        Self { input: Input::Check { switch: false }, ..self }
    }
    /// Yes or no as a switch; sends like a checkbox.
    #[must_use]
    pub fn switch(self) -> Self {
        Self { input: Input::Check { switch: true }, ..self }
    }
    /// Whether the box is ticked.
    #[must_use]
    pub fn on(self, on: bool) -> Self {
        Self { on, ..self }
    }
    /// Lowest, highest and step for dates, times and ranges; empty texts are left out.
    #[must_use]
    pub fn limits(
        self,
        min: impl Into<Cow<'a, str>>,
        max: impl Into<Cow<'a, str>>,
        step: impl Into<Cow<'a, str>>,
    ) -> Self {
        let limits = [min.into(), max.into(), step.into()].map(|limit| (!limit.is_empty()).then_some(limit));
        Self { limits, ..self }
    }
    /// What browsers may fill in, for example `current-password`.
    #[must_use]
    pub fn autocomplete(self, what: &'a str) -> Self {
        Self { autocomplete: Some(what), ..self }
    }
    /// The keypad of a phone: `numeric`, `decimal`, `tel`.
    #[must_use]
    pub fn inputmode(self, mode: &'a str) -> Self {
        Self { inputmode: Some(mode), ..self }
    }
    /// An example inside; never the label.
    #[must_use]
    pub fn placeholder(self, example: &'a str) -> Self {
        Self { placeholder: Some(example), ..self }
    }
    /// At most this many characters.
    #[must_use]
    pub fn max_length(self, most: u32) -> Self {
        Self { max_length: Some(most), ..self }
    }
    /// Proposals while typing.
    #[must_use]
    pub fn proposals(self, list: &'a [&'a str]) -> Self {
        Self { list: Some(list), ..self }
    }
    /// A unit after the input, for example `min`.
    #[must_use]
    pub fn unit(self, unit: &'a str) -> Self {
        Self { unit, ..self }
    }
    /// No wider than a number or a date.
    #[must_use]
    pub fn narrow(self) -> Self {
        Self { width: "narrow", ..self }
    }

    fn id(&self) -> String {
        format!("f-{}", self.name.replace(|c: char| !c.is_ascii_alphanumeric(), "-"))
    }

    fn described_by(&self, id: &str) -> Option<String> {
        let mut ids = Vec::new();
        if !self.error.is_empty() {
            ids.push(format!("{id}-error"));
        }
        if !self.hint.is_empty() {
            ids.push(format!("{id}-hint"));
        }
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn words(&self, id: &str) -> Markup {
        html! {
            @if !self.error.is_empty() { p.field-error id={ (id) "-error" } { (icon("circle-alert")) span { (self.error) } } }
            @if !self.hint.is_empty() { p.hint id={ (id) "-hint" } { (self.hint) } }
        }
    }

    fn optional_word(&self) -> Markup {
        html! { @if self.optional { " " span.optional { "(optional)" } } }
    }

    fn input(&self, id: &str, kind: &str) -> Markup {
        let described = self.described_by(id);
        let invalid = (!self.error.is_empty()).then_some("true");
        let list_id = self.list.map(|_| format!("{id}-list"));
        let value = (kind != "password" && kind != "file").then_some(&*self.value);
        html! {
            input id=(id) name=(self.name) type=(kind) value=[value] min=[self.limits[0].as_deref()] max=[self.limits[1].as_deref()]
                step=[self.limits[2].as_deref()] maxlength=[self.max_length] autocomplete=[self.autocomplete]
                inputmode=[self.inputmode] placeholder=[self.placeholder] list=[list_id.as_deref()]
                aria-describedby=[described] aria-invalid=[invalid] aria-required=[self.required.then_some("true")]
                autofocus[self.focus] disabled[self.disabled];
            @if let (Some(list), Some(list_id)) = (self.list, &list_id) {
                datalist id=(list_id) { @for proposal in list { option value=(proposal) {} } }
            }
        }
    }

    fn choices(&self, id: &str, options: &[(&str, &str)], segmented: bool) -> Markup {
        let described = self.described_by(id);
        html! {
            fieldset.field.choices id=(id) tabindex="-1" aria-describedby=[described] disabled[self.disabled] .invalid[!self.error.is_empty()] {
                legend.vh[self.label_hidden] { (self.label) (self.optional_word()) }
                (self.words(id))
                div.segmented[segmented] .choice-list[!segmented] {
                    @for (value, words) in options {
                        label.choice {
                            input type="radio" name=(self.name) value=(value) checked[*value == self.value];
                            span { (words) }
                        }
                    }
                }
            }
        }
    }

    fn check(&self, id: &str, switch: bool) -> Markup {
        let described = self.described_by(id);
        let value = if self.value.is_empty() { "on" } else { &*self.value };
        html! {
            div.field.check .invalid[!self.error.is_empty()] {
                label.choice .switch[switch] {
                    input id=(id) type="checkbox" role=[switch.then_some("switch")] name=(self.name) value=(value)
                        checked[self.on] disabled[self.disabled] aria-describedby=[described];
                    span { (self.label) }
                }
                (self.words(id))
            }
        }
    }
}

impl Render for Field<'_> {
    fn render(&self) -> Markup {
        let id = self.id();
        match self.input {
            Input::Radio(options) => return self.choices(&id, options, false),
            Input::Segmented(options) => return self.choices(&id, options, true),
            Input::Check { switch } => return self.check(&id, switch),
            Input::Plain(_) | Input::Money | Input::Lines(_) | Input::Select(_) => {}
        }
        let described = self.described_by(&id);
        let invalid = (!self.error.is_empty()).then_some("true");
        html! {
            div.field .narrow[self.width == "narrow"] .invalid[!self.error.is_empty()] {
                label for=(id) .vh[self.label_hidden] { (self.label) (self.optional_word()) }
                @match self.input {
                    Input::Money => div.affix { span aria-hidden="true" { "$" } (self.input(&id, "text")) },
                    Input::Lines(rows) => textarea id=(id) name=(self.name) rows=(rows) maxlength=[self.max_length]
                        placeholder=[self.placeholder] aria-describedby=[described] aria-invalid=[invalid]
                        aria-required=[self.required.then_some("true")] autofocus[self.focus] disabled[self.disabled] { (self.value) },
                    Input::Select(options) => div.select {
                        select id=(id) name=(self.name) aria-describedby=[described] aria-invalid=[invalid]
                            aria-required=[self.required.then_some("true")] disabled[self.disabled] {
                            @for (value, words) in options { option value=(value) selected[*value == self.value] { (words) } }
                        }
                        (icon("chevron-down"))
                    },
                    Input::Plain(kind) if !self.unit.is_empty() =>
                        div.affix.after { (self.input(&id, kind)) span { (self.unit) } },
                    Input::Plain(kind) => (self.input(&id, kind)),
                    Input::Radio(_) | Input::Segmented(_) | Input::Check { .. } => {},
                }
                (self.words(&id))
            }
        }
    }
}
