//! Reads the forms and links of a page, and fills forms in. Our own pages are well-formed with every attribute in double quotes, so a small
//! reader does.

use std::borrow::Cow;

/// One input of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// What it is sent as.
    pub name: String,
    /// `text`, `hidden`, `select`, `textarea`, `radio`, `checkbox`, `date` ...; `unticked` for a box without a tick.
    pub kind: String,
    /// What it holds.
    pub value: String,
}

/// A form that changes something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Where it is sent.
    pub action: String,
    /// Whether it sends files.
    pub multipart: bool,
    /// In the order of the page.
    pub inputs: Vec<Input>,
    /// The id that buttons elsewhere name.
    pub id: String,
}

/// A page as far as tests care.
#[derive(Debug, Default)]
pub struct Read {
    /// Those that change something.
    pub forms: Vec<Form>,
    /// Parameter names of GET forms.
    pub asked: Vec<String>,
    /// Addresses of links.
    pub links: Vec<String>,
    /// Texts outside of tags, joined by blanks.
    pub words: String,
    /// Of whatever element has one.
    pub ids: Vec<String>,
}

struct Tag<'a> {
    name: &'a str,
    closing: bool,
    /// Values as they are written.
    attributes: Vec<(&'a str, &'a str)>,
}

impl Tag<'_> {
    fn get(&self, name: &str) -> Cow<'_, str> {
        self.attributes
            .iter()
            .find(|(known, _)| *known == name)
            .map_or(Cow::Borrowed(""), |(_, value)| unescaped(value))
    }

    fn has(&self, name: &str) -> bool {
        self.attributes.iter().any(|(known, _)| *known == name)
    }
}

fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
}

fn read_tag(inside: &str) -> Tag<'_> {
    let closing = inside.starts_with('/');
    // Every other piece is a value.
    let mut pieces = inside.trim_start_matches('/').split('"');
    let mut words = pieces.next().unwrap_or_default().split_ascii_whitespace();
    let mut tag = Tag { name: words.next().unwrap_or_default(), closing, attributes: Vec::new() };
    loop {
        let mut last = None;
        for word in words {
            let key = word.strip_suffix('=');
            tag.attributes.push((key.unwrap_or(word), ""));
            last = key;
        }
        let Some(value) = pieces.next() else { return tag };
        if let Some((_, empty)) = tag.attributes.last_mut().filter(|_| last.is_some()) {
            *empty = value;
        }
        words = pieces.next().unwrap_or_default().split_ascii_whitespace();
    }
}

/// Reads a page.
pub fn read(page: &str) -> Read {
    let mut found = Read::default();
    let (mut open, mut area): (Option<Form>, Option<Input>) = (None, None);
    let (mut select, mut getting): (Option<(Input, bool)>, bool) = (None, false);
    let mut skip = false;
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        let text = &rest[..at];
        match &mut area {
            Some(area) => area.value.push_str(&unescaped(text)),
            None if !skip && !text.trim().is_empty() => {
                found.words.push(' ');
                found.words.push_str(&unescaped(text.trim()));
            }
            None => {}
        }
        let end = end_of_tag(&rest[at..]) + at;
        let tag = read_tag(&rest[at + 1..end]);
        rest = rest.get(end + 1..).unwrap_or("");
        if tag.has("id") {
            found.ids.push(tag.get("id").into_owned());
        }
        let mut input = None;
        match (tag.name, tag.closing) {
            ("head" | "script" | "template", closing) => skip = !closing,
            ("a", false) => found.links.push(tag.get("href").into_owned()),
            ("form", false) => {
                getting = tag.get("method") != "post";
                open = (!getting).then(|| Form {
                    action: tag.get("action").into_owned(),
                    multipart: tag.has("enctype"),
                    inputs: Vec::new(),
                    id: tag.get("id").into_owned(),
                });
            }
            ("form", true) => {
                found.forms.extend(open.take());
                getting = false;
            }
            ("input", false) => {
                let (name, value) = (tag.get("name").into_owned(), tag.get("value").into_owned());
                let kind = match tag.get("type") {
                    kind if kind.is_empty() => Cow::Borrowed("text"),
                    kind if ["radio", "checkbox"].contains(&&*kind) && !tag.has("checked") => Cow::Borrowed("unticked"),
                    kind => kind,
                };
                if !tag.has("disabled") {
                    input = Some(Input { name, kind: kind.into_owned(), value });
                }
            }
            ("textarea", false) => {
                area =
                    Some(Input { name: tag.get("name").into_owned(), kind: "textarea".into(), value: String::new() });
            }
            ("textarea", true) => input = area.take(),
            ("select", false) => {
                let kind = "select".to_owned();
                select = Some((Input { name: tag.get("name").into_owned(), kind, value: String::new() }, false));
            }
            ("option", false) => {
                if let Some((select, chosen)) = &mut select {
                    let wanted = tag.has("selected") && !tag.get("value").is_empty();
                    if wanted || select.value.is_empty() && !*chosen {
                        select.value = tag.get("value").into_owned();
                        *chosen |= wanted;
                    }
                }
            }
            ("select", true) => input = select.take().map(|(input, _)| input),
            _ => {}
        }
        if let Some(input) = input.filter(|input| !input.name.is_empty() && !skip) {
            match &mut open {
                Some(form) => form.inputs.push(input),
                None if getting => found.asked.push(input.name),
                None => {}
            }
        }
    }
    found
}

/// Where the tag that begins here ends; a quoted `>` does not end it.
fn end_of_tag(text: &str) -> usize {
    let is_end = |at: &usize| text[..*at].matches('"').count().is_multiple_of(2);
    text.match_indices('>').map(|(at, _)| at).find(is_end).unwrap_or(text.len() - 1)
}

/// A plausible value for an input that the page leaves empty.
fn plausible(input: &Input) -> String {
    if !input.value.is_empty() && input.kind != "unticked" {
        return input.value.clone();
    }
    let last = input.name.rsplit('.').next().unwrap_or_default();
    let value = match (input.kind.as_str(), last) {
        ("hidden" | "select", _) => "",
        ("date", _) => "2026-12-05",
        ("time", "away_to") => "22:00",
        ("time", _) => "18:00",
        ("datetime-local", _) => "2026-11-20T18:00",
        ("email", _) => "somebody@new.example",
        ("tel", _) => "(555) 010-7000",
        (_, "lat") => "44.3",
        (_, "lon") => "-93.9",
        (_, "level" | "seats" | "attendance" | "days" | "terms_days") => "7",
        (_, "slug") => "another-word",
        (_, "code") => "another_word",
        (_, "zone") => "America/Chicago",
        (_, "kind") => "first_aid",
        _ => "Plain words",
    };
    value.to_owned()
}

/// The fields as a person would send them: one button of each group of radio buttons.
pub fn filled(form: &Form) -> Vec<Input> {
    let mut fields: Vec<Input> = Vec::new();
    for input in &form.inputs {
        let radio = input.kind == "unticked" && input.value != "on";
        let chosen = form.inputs.iter().any(|other| other.name == input.name && other.kind != "unticked");
        if radio && (chosen || fields.iter().any(|field| field.name == input.name))
            || input.kind == "unticked" && !radio
        {
            continue;
        }
        let value = if radio { input.value.clone() } else { plausible(input) };
        fields.push(Input { value, ..input.clone() });
    }
    fields
}

/// The body with one field replaced by a text that is encoded already.
pub fn body(fields: &[Input], key: usize, broken: Option<(&str, &str)>) -> String {
    let plain = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let mut parts = vec![format!("_key=bad-input-{key:08}")];
    for field in fields.iter().filter(|field| field.name != "_key") {
        let value = match broken {
            Some((name, value)) if name == field.name => value.to_owned(),
            _ => plain(&field.value),
        };
        parts.push(format!("{}={value}", plain(&field.name)));
    }
    parts.join("&")
}
