//! The pages of the rule book.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use muster_app::{
    Failure,
    rates::{self, RulesPage},
};
use muster_domain::{
    access::{Action, Reach, reach},
    id::RuleSetId,
    policy::explain,
    rates::Chapter,
    refusal::FieldErrors,
    rules::RuleBook,
};

use crate::{
    Ctx,
    failure::PageFailure,
    fields::{Fields, Reader, Sent},
    given::{Given, Id},
    parts::{
        Tone, banner, button, card, card_head, empty, error_summary, field, form, form_actions, icon_button,
        link_button, list, list_row, page_head, press, pressed, tag,
    },
    signed_in::SignedIn,
    times,
};

const DONE: &[(&str, &str)] = &[
    ("stored", "The new rules are stored. They apply to shifts from their first day on."),
    ("discarded", "The draft is given up. Nothing has changed for anybody."),
];

/// The version in force.
pub async fn show_rules(given: Given, query: Fields) -> Result<Response, PageFailure> {
    show(&given, None, query).await
}

/// Any version.
pub async fn show_version(given: Given, Id(id): Id<RuleSetId>, query: Fields) -> Result<Response, PageFailure> {
    show(&given, Some(id), query).await
}

async fn show(given: &Given, version: Option<RuleSetId>, query: Fields) -> Result<Response, PageFailure> {
    let shown = given.read(move |tx, who, now| rates::load_page(tx, who, version, now)).await?;
    let (ctx, who) = (&given.ctx, &given.who);
    let may_edit = reach(who.actor.role, Action::EditRules) != Reach::Nobody;
    let may_draft = reach(who.actor.role, Action::DraftRules) != Reach::Nobody;
    // Officers read sentences, on a phone; how they are written down is for the office.
    let plain = who.actor.officer.is_some();
    let body = html! {
        (page_head("Rules and rates").sub("Who may work, and what it costs").actions(html! {
            @if may_edit { (link_button("Enter a document", "/rules/new").icon("file-plus")) }
            @if may_draft { (press("/rules/drafts", &ctx.word(), button("Edit the rules").primary().icon("pencil"))) }
        }))
        @if may_draft { (drafts(ctx, &shown)) }
        @match &shown.shown {
            None => (card(empty("scale", "No rules in force", "Requests cannot be priced and shifts cannot be judged until rules are in force.", html! {
                @if may_edit { (link_button("Enter a document", "/rules/new")) }
            }))),
            Some((set, document, book)) => {
                @if set.state == "draft" { (banner(Tone::Info, "pencil", html! { "This is a draft and binds nobody." }).action(html! { (link_button("Edit it", &format!("/rules/drafts/{}", set.id))) })) }
                @else if shown.in_force != Some(set.id) { (banner(Tone::Warn, "history", html! { "This is not the version in force today." }).action(html! { (link_button("Show it", "/rules")) })) }
                div.columns {
                    div.stack {
                        (sentences(book))
                        @if !plain { (card(html! { details.more { summary { "Source (YAML)" } pre.source tabindex="0" aria-label="Source" { (document) } } })) }
                    }
                    div.stack {
                        (about(&set.title, book))
                        (versions(&shown, who))
                        @if shown.versions.len() > 1 { (link_button("What changed between versions", &format!("/rules/{}/differences", set.id)).icon("history")) }
                    }
                }
            }
        }
    };
    Ok(given.page("Rules and rates", "rules").done(query.get("done"), DONE).draw(body))
}

/// Drafts that are being written.
fn drafts(ctx: &Ctx, shown: &RulesPage) -> Markup {
    let drafts: Vec<_> = shown.versions.iter().filter(|set| set.state == "draft").collect();
    html! {
        @if !drafts.is_empty() {
            (card(html! {
                (card_head("Drafts").icon("pencil"))
                (list(html! { @for set in &drafts {
                    (list_row(format!("{}. {}", set.number, set.title)).href(format!("/rules/drafts/{}", set.id))
                        .sub(html! { "written by " (set.written_by) })
                        .end(html! {
                            form.press method="post" action={ "/rules/drafts/" (set.id) "/removal" } data-once {
                                (pressed(&ctx.word()))
                                input type="hidden" name="version" value=(set.version);
                                (icon_button("trash-2", &format!("Give up the draft {}", set.number)).quiet())
                            }
                        }))
                } }))
            }))
        }
    }
}

fn sentences(book: &RuleBook) -> Markup {
    let (policy, rates) = (explain(&book.policy), book.rates.chapters());
    html! {
        (card(html! {
            (card_head("Who may work").icon("shield-check"))
            @if policy.is_empty() { p.muted { "No rule: everybody on the roster may work everything." } }
            ol.prose { @for words in &policy { li { (words) } } }
        }))
        (card(html! {
            (card_head("What it costs").icon("banknote"))
            @if rates.is_empty() { p.muted { "No rate: nothing can be priced." } }
            (chapters(&rates))
        }))
        @if !book.open_questions.is_empty() {
            (card(html! { (card_head("Left open by the source").icon("circle-help")) ul.prose { @for words in &book.open_questions { li { (words) } } } }))
        }
    }
}

/// The rates in sentences under their headings.
pub(crate) fn chapters(rates: &[Chapter]) -> Markup {
    html! {
        @for chapter in rates {
            h3 { (chapter.title) }
            ul.prose { @for words in &chapter.sentences { li { (words) } } }
        }
    }
}

fn about(title: &str, book: &RuleBook) -> Markup {
    html! {
        (card(html! {
            (card_head(title.to_owned()).icon("book-open"))
            p { "Version " strong { (book.version) } }
            @if !book.source.is_empty() { p.muted { (book.source) } }
        }))
    }
}

fn versions(shown: &RulesPage, who: &SignedIn) -> Markup {
    let zone = times::zone(&who.shown.zone);
    html! {
        (card(html! {
            (card_head("Versions").icon("history"))
            (list(html! { @for set in shown.versions.iter().filter(|set| set.state != "draft") {
                @let from = set.in_force_from.map_or_else(String::new, |at| format!("from {}", times::full_day(at.to_zoned(zone.clone()).date())));
                (list_row(format!("{}. {}", set.number, set.title)).href(format!("/rules/{}", set.id))
                    .sub(html! { (from) @if !set.approved_by.is_empty() { ", by " (set.approved_by) } })
                    .end(html! { @if shown.in_force == Some(set.id) { (tag(Tone::Ok, "circle-check", "In force")) } }))
            } }))
        }))
    }
}

/// The form of a new version, filled with the one in force.
pub async fn new_version(given: Given) -> Result<Response, PageFailure> {
    let page = given.read(move |tx, who, now| rates::load_page(tx, who, None, now)).await?;
    let document = page.shown.map_or_else(String::new, |(_, document, _)| document);
    let fields = Fields::default().with("document", document).with("from_on", page.today);
    Ok(draw(&given, &fields, &FieldErrors::default()))
}

fn draw(given: &Given, fields: &Fields, errors: &FieldErrors) -> Response {
    let body = html! {
        (page_head("New version of the rules").sub("A version in force is never edited: a new one follows it from a day on"))
        (error_summary(errors))
        (card(html! { (form("/rules", &given.ctx.word(), html! {
            (field("from_on", "In force from").date().value(fields.get("from_on")).errors(errors).required().hint("For shifts that start on this day or later"))
            (field("document", "Rules and rates (YAML)").lines(28).value(fields.get("document")).errors(errors).required()
                .hint("Mistakes are listed with their line; nothing is stored while there is one"))
            (form_actions(html! { (link_button("Cancel", "/rules")) (button("Put in force").primary().icon("check")) }))
        }).guarded()) }))
    };
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    given.page("New version of the rules", "rules").back("/rules").status(status).draw(body)
}

/// Stores a version.
pub async fn create_version(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let mut reader = Reader::new(&sent.fields);
    let from_on = reader.date("from_on");
    // Untrimmed: the lines of mistakes count from the first line as typed.
    let document =
        sent.fields.0.iter().find(|(name, _)| name == "document").map_or_else(String::new, |(_, text)| text.clone());
    let read = reader.finish();
    let done = given
        .act(&sent, move |tx, who, now| {
            read.clone()?;
            rates::put_in_force(tx, who, &document, from_on, now)
        })
        .await;
    match done {
        Ok(_) => Ok(Redirect::to("/rules?done=stored").into_response()),
        Err(Failure::Invalid(errors)) => Ok(draw(&given, &sent.fields, &errors)),
        Err(failure) => Err(failure.into()),
    }
}
