//! Drawing the request form and the quote beside it.

use maud::{Markup, html};
use muster_app::requests::FormChoices;
use muster_domain::{
    refusal::FieldErrors,
    requests::{PostRole, Quote, QuoteLine},
};

use super::crew;
use crate::{
    fields::Fields,
    parts::{
        button, card, card_head, error_summary, fence_editor, field, fieldset, form, form_actions, link_button, money,
        rows_of, shown_if,
    },
    times,
};

/// The whole form with the quote's place beside it.
pub(super) fn draw(choices: &FormChoices, fields: &Fields, errors: &FieldErrors, key: &str, own: bool) -> Markup {
    html! {
        (error_summary(errors))
        // On a phone the price stands before the button that sends.
        (form("/requests", key, html! {
            div.columns.quoted {
                div.stack {
                    @if !own { (customer(choices, fields, errors)) }
                    @if choices.customer.is_some() || own {
                        (where_and_what(choices, fields, errors))
                        (when(fields, errors))
                        (who(choices, fields, errors))
                        (more(choices, fields, errors))
                        @if !own { (aside(fields, errors)) }
                    }
                }
                (quote_panel(None, "", Rules::TakenOver))
                @if choices.customer.is_some() || own {
                    (form_actions(html! { (link_button("Cancel", "/requests")) (button("Send request").primary().icon("send")) }))
                } @else {
                    (form_actions(html! { (button("Continue").primary().icon("arrow-right").sends("add", "customer")) }))
                }
            }
        }).id(crew::FORM).live("/requests/quote", "#quote"))
    }
}

fn customer(choices: &FormChoices, fields: &Fields, errors: &FieldErrors) -> Markup {
    let all: Vec<(String, &str)> = choices.customers.iter().map(|(id, name)| (id.to_string(), name.as_str())).collect();
    let mut options = vec![("", "Choose ...")];
    options.extend(all.iter().map(|(id, name)| (id.as_str(), *name)));
    html! {
        (card(html! {
            (card_head("Customer").icon("building-2"))
            (field("customer", "Who asks").select(&options).value(fields.get("customer")).errors(errors).required()
                .hint("Enter the form for a caller; the customer's own sites appear after you continue."))
            @if choices.customer.is_some() {
                div { (button("Use this customer").small().quiet().sends("add", "customer")) }
            }
        }))
    }
}

fn where_and_what(choices: &FormChoices, fields: &Fields, errors: &FieldErrors) -> Markup {
    let sites = choices.customer.as_ref().map(|(_, sites, _)| sites.as_slice()).unwrap_or_default();
    let known: Vec<(String, String)> =
        sites.iter().map(|site| (site.id.to_string(), format!("{} \u{b7} {}", site.name, site.address))).collect();
    let mut options: Vec<(&str, &str)> = known.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect();
    options.push(("new", "Another place ..."));
    let chosen = match fields.get("site") {
        "" if known.is_empty() => "new",
        "" => known.first().map_or("new", |(id, _)| id.as_str()),
        other => other,
    };
    let types: Vec<(String, &str)> =
        choices.job_types.iter().map(|one| (one.id.to_string(), one.name.as_str())).collect();
    let mut type_options = vec![("", "Choose ...")];
    type_options.extend(types.iter().map(|(id, name)| (id.as_str(), *name)));
    let start = sites.iter().find_map(|site| site.point).map_or(("39.8".to_owned(), "-98.6".to_owned()), |point| {
        (crate::customers::degrees(point.lat_e6), crate::customers::degrees(point.lon_e6))
    });
    html! {
        (card(html! {
            (card_head("What and where").icon("map-pin"))
            (field("title", "What is it").value(fields.get("title")).errors(errors).required().max_length(120)
                .hint("For example: Home game, lane closure on Elm Street"))
            (field("job_type", "Job type").select(&type_options).value(fields.get("job_type")).errors(errors).required())
            (field("site", "Place").radio(&options).value(chosen).errors(errors).required())
            (shown_if("site", "new", html! {
                    (field("site_name", "Short name").value(fields.get("site_name")).errors(errors).hint("Needed only for another place"))
                    (field("site_address", "Street address").value(fields.get("site_address")).errors(errors))
                    (fence_editor(fields.get("lat"), fields.get("lon"), or(fields.get("radius_m"), "150"), (&start.0, &start.1)))
                    (field("site_instructions", "Standing instructions for officers").lines(2).value(fields.get("site_instructions")).errors(errors).optional())
            }))
        }))
    }
}

fn or<'a>(value: &'a str, default: &'a str) -> &'a str {
    if value.is_empty() { default } else { value }
}

const WEEKDAYS: [(&str, &str); 7] =
    [("1", "Mon"), ("2", "Tue"), ("3", "Wed"), ("4", "Thu"), ("5", "Fri"), ("6", "Sat"), ("7", "Sun")];

/// The part about dates and times, also on the public page.
pub(crate) fn when(fields: &Fields, errors: &FieldErrors) -> Markup {
    let date_row = |at: usize, name: &str| {
        let value = fields.get(&format!("dates.{at}.on")).to_owned();
        html! { (field(name.to_owned(), "Date").date().value(value).errors(errors)) }
    };
    let count = fields.rows("dates").clamp(1, 60) + usize::from(fields.get("add") == "dates");
    let rows: Vec<Markup> = (0..count).map(|at| date_row(at, &format!("dates.{at}.on"))).collect();
    let blank = html! { (field("dates.__i__.on", "Date").date()) };
    html! {
        (card(html! {
            (card_head("When").icon("calendar-days"))
            (field("when", "Dates").segmented(&[("given", "One or more dates"), ("weekly", "Every week")]).value(or(fields.get("when"), "given")))
            (shown_if("when", "given", rows_of("dates", "Add a date", &rows, &blank)))
            (shown_if("when", "weekly", html! {
                    div.row-form {
                        (field("from_on", "First date").date().value(fields.get("from_on")).errors(errors))
                        (field("to_on", "Last date").date().value(fields.get("to_on")).errors(errors).hint("At most one year"))
                    }
                    (fieldset("On these weekdays", html! {
                        div.chips {
                            @for (value, word) in WEEKDAYS {
                                label.chip { input type="checkbox" name="weekdays" value=(value) checked[fields.all("weekdays").any(|day| day == value)]; span { (word) } }
                            }
                        }
                        @if let Some(message) = errors.of("weekdays") { p.error id="f-weekdays" { (message) } }
                    }))
            }))
            div.row-form {
                (field("from", "From").time().value(fields.get("from")).errors(errors).required())
                (field("to", "To").time().value(fields.get("to")).errors(errors).required().hint("An end at or before the start is on the next day"))
            }
        }))
    }
}

fn who(choices: &FormChoices, fields: &Fields, errors: &FieldErrors) -> Markup {
    let ranks: Vec<(String, &str)> =
        choices.ranks.iter().map(|rank| (rank.id.to_string(), rank.name.as_str())).collect();
    let mut rank_options = vec![("", "Any")];
    rank_options.extend(ranks.iter().map(|(id, name)| (id.as_str(), *name)));
    positions(fields, errors, &rank_options)
}

/// The part about officers, also on the public page.
pub(crate) fn positions(fields: &Fields, errors: &FieldErrors, ranks: &[(&str, &str)]) -> Markup {
    let roles = PostRole::ALL.map(|role| (role.code(), role.label()));
    let row = |at: &str, filled: bool| {
        let name = |part: &str| format!("positions.{at}.{part}");
        let value = |part: &str| if filled { fields.get(&name(part)).to_owned() } else { String::new() };
        let seats = value("seats");
        html! {
            (field(name("role"), "Role").select(&roles).value(value("role")).errors(errors).narrow())
            (field(name("seats"), "How many").number().limits("1", "500", "1").value(if seats.is_empty() { "1".to_owned() } else { seats }).errors(errors).narrow())
            @if !ranks.is_empty() {
                (field(name("least_rank"), "This rank or above").select(ranks).value(value("least_rank")).errors(errors).narrow())
                (field(name("certifications"), "Certifications").value(value("certifications").replace('_', " ")).errors(errors).optional()
                    .placeholder("traffic control"))
            }
        }
    };
    let count = fields.rows("positions").clamp(1, 12) + usize::from(fields.get("add") == "positions");
    let rows: Vec<Markup> = (0..count).map(|at| row(&at.to_string(), true)).collect();
    html! {
        (card(html! {
            (card_head("Officers").icon("users"))
            (rows_of("positions", "Add another role", &rows, &row("__i__", false)))
        }))
    }
}

fn more(choices: &FormChoices, fields: &Fields, errors: &FieldErrors) -> Markup {
    let contacts = choices.customer.as_ref().map(|(_, _, contacts)| contacts.as_slice()).unwrap_or_default();
    let names: Vec<&str> = contacts.iter().map(|contact| contact.name.as_str()).collect();
    html! {
        (card(html! {
            (card_head("More about it").icon("info"))
            (field("attendance", "People expected").number().limits("0", "1000000", "1").value(fields.get("attendance")).errors(errors).optional().narrow())
            (field("alcohol", "Alcohol is served").switch().on(fields.ticked("alcohol")))
            (field("traffic", "Officers direct traffic").switch().on(fields.ticked("traffic")))
            (resources(&choices.resources, fields, errors))
            div.row-form {
                (field("contact_name", "Who meets the officers").value(fields.get("contact_name")).errors(errors).proposals(&names).optional())
                (field("contact_phone", "Phone").kind("tel").value(fields.get("contact_phone")).errors(errors).optional())
            }
            (field("instructions", "Instructions for the officers").lines(4).value(fields.get("instructions")).errors(errors).optional())
        }))
    }
}

/// How many of each thing that the agency's rates charge for.
fn resources(words: &[String], fields: &Fields, errors: &FieldErrors) -> Markup {
    let asked = |word: &str| {
        let at = (0..fields.rows("resources")).find(|at| fields.get(&format!("resources.{at}.resource")) == word);
        at.map_or(String::new(), |at| fields.get(&format!("resources.{at}.count")).to_owned())
    };
    html! {
        @if !words.is_empty() {
            (fieldset("Vehicles and equipment", html! {
                div.row-form {
                    @for (at, word) in words.iter().enumerate() {
                        input type="hidden" name={ "resources." (at) ".resource" } value=(word);
                        (field(format!("resources.{at}.count"), crew::capital(&word.replace('_', " "))).number().limits("0", "100", "1")
                            .value(asked(word)).errors(errors).optional().narrow())
                    }
                }
                p.hint { "On each shift. What the agency's rules need is added by itself." }
            }))
        }
    }
}

/// Where the office says why a rule that stands in the way does not count this time.
fn aside(fields: &Fields, errors: &FieldErrors) -> Markup {
    html! {
        (card(html! {
            (card_head("A rule stands in the way?").icon("gavel"))
            (field("set_aside", "Why it may be set aside").lines(2).value(fields.get("set_aside")).errors(errors).optional().max_length(500)
                .hint("Only where the rule names somebody you may speak for; kept with the decision"))
        }))
    }
}

/// What a quote shows of the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rules {
    /// All, with a button that puts the positions they want into the form.
    TakenOver,
    /// All.
    Told,
    /// Nothing: they stand elsewhere on the page.
    Elsewhere,
}

/// The quote as it stands, or the words for why there is none yet.
pub(crate) fn quote_panel(quote: Option<&Quote>, why_not: &str, rules: Rules) -> Markup {
    html! {
        aside.card.quote id="quote" aria-live="polite" aria-label="Quote" {
            (card_head("Quote").icon("receipt-text"))
            @match quote {
                None => p.muted { @if why_not.is_empty() { "The price appears here as you fill in date, time and officers." } @else { (why_not) } },
                Some(quote) => (quote_body(quote, rules)),
            }
        }
    }
}

/// What the form still needs before it has a price, in words.
pub(super) fn still_missing(errors: &FieldErrors) -> String {
    let named = [
        ("job_type", "the job type"),
        ("from_on", "the first date"),
        ("to_on", "the last date"),
        ("weekdays", "the weekdays"),
        ("dates", "the date"),
        ("from", "the start"),
        ("to", "the end"),
        ("positions", "the officers"),
        ("attendance", "the number of people"),
    ];
    let mut missing: Vec<&str> = Vec::new();
    for error in &errors.0 {
        let name = named.iter().find(|(start, _)| error.field.starts_with(start)).map(|(_, words)| *words);
        missing.extend(name.filter(|words| !missing.contains(words)));
    }
    match missing.split_last() {
        None => String::new(),
        Some((last, [])) => format!("The price appears here with {last}."),
        Some((last, others)) => format!("The price appears here with {} and {last}.", others.join(", ")),
    }
}

/// `24 h at $46.00`; for what does not go by the hour, quantity times rate.
fn how(line: &QuoteLine) -> String {
    if line.kind == "Labour" {
        format!("{} h at {}", line.quantity, line.rate.price())
    } else {
        format!("{}: {} \u{d7} {}", line.kind, line.quantity, line.rate)
    }
}

/// Total, rules, lines and assumptions of a quote.
pub(super) fn quote_body(quote: &Quote, rules: Rules) -> Markup {
    let dates = quote.shifts.len();
    html! {
        p.split { strong.big { (money(quote.total)) } span.muted { (dates) @if dates == 1 { " date" } @else { " dates" } ", " (quote.paid_minutes) " paid" } }
        @if rules != Rules::Elsewhere {
            (crew::advice(quote, rules == Rules::TakenOver))
            (crew::remarks(quote))
        }
        ul.lines {
            @for line in &quote.lines {
                li.split {
                    span { strong { (line.position) } " \u{b7} " (line.words)
                        span.note { (how(line)) } }
                    (money(line.cents))
                }
            }
        }
        @if dates > 1 {
            details.more {
                summary { "By date" }
                ul.lines { @for shift in &quote.shifts { li.split { span { (times::day(shift.worked_on)) } (money(shift.cents)) } } }
            }
        }
        @if !quote.assumptions.is_empty() {
            details.more {
                summary { "What this assumes" }
                ul { @for words in &quote.assumptions { li { (words) } } }
            }
        }
        p.muted { "By the agency's rates, version " (quote.version) ". Billed by the time that is worked." }
    }
}
