//! What the rules say on the page of a request: words for the customer, a table for the office, the path of approvals,
//! documents seen and facts written down.

use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use muster_app::{
    Failure, Tx,
    requests::{self, ApprovalRow, DocumentShown, LevelDecision, RequestRecord, Subject},
};
use muster_domain::{
    access::{Action, Actor, Reach, may_speak_for, reach},
    counted,
    id::{ApprovalId, RequestId},
    policy::{Decision, Outcome},
    refusal::FieldErrors,
    requests::{Kept, RequestRuling},
};

use super::crew::capital;
use crate::{
    Ctx,
    again::Again,
    failure::PageFailure,
    fields::{Fields, Reader, Sent},
    given::{Given, Id, Ids},
    parts::{
        Check, Column, Row, Tone, banner, button, card, card_head, checks, data_table, dialog, field, flush_card, list,
        list_row, opens, tag,
    },
    signed_in::SignedIn,
    times,
};

/// What the rules said last: now for an open request, else when it was decided.
fn ruling(record: &RequestRecord) -> Option<&RequestRuling> {
    record.rules.now.as_ref().or_else(|| record.rules.rulings.first().map(|row| &row.ruling))
}

/// The cards of the rules, for whoever looks.
pub(super) fn cards(who: &SignedIn, record: &RequestRecord, zone: &jiff::tz::TimeZone) -> Markup {
    let office = !who.actor.role.is_customer();
    html! {
        (path(who, record, zone))
        @if let Some(ruling) = ruling(record).filter(|ruling| !ruling.decisions.is_empty()) {
            @if office { (table(ruling)) } @else { (in_words(ruling)) }
        }
        @if office { (documents(who, record)) }
    }
}

fn in_words(ruling: &RequestRuling) -> Markup {
    let told: Vec<(String, String)> = ruling
        .objections()
        .into_iter()
        // The path of approvals stands in a card of its own.
        .filter(|one| one.result >= Outcome::Warned && one.kind != "approval")
        .map(|one| (capital(&ruling.words(one)), one.remedy.clone()))
        .collect();
    let all: Vec<Check<'_>> = told.iter().map(|(words, note)| Check { met: None, words, note }).collect();
    html! {
        @if !all.is_empty() {
            (card(html! { (card_head("What the agency's rules say").icon("scale")) (checks(&all)) }))
        }
    }
}

fn table(ruling: &RequestRuling) -> Markup {
    let columns = [
        Column { label: "Rule", ..Column::default() },
        Column { label: "Says", ..Column::default() },
        Column { label: "Result", ..Column::default() },
        Column { label: "To pass", ..Column::default() },
    ];
    let (kept, mut told): (Vec<&Decision>, Vec<&Decision>) = ruling.decisions.iter().partition(|one| one.passed);
    told.sort_by_key(|one| std::cmp::Reverse(one.result));
    let rows: Vec<Row<'_>> = told
        .iter()
        .map(|one| Row {
            cells: vec![
                named(one),
                html! { (capital(&ruling.words(one))) },
                result(one),
                html! {
                    @if let Some(aside) = &one.overridden {
                        (capital(&aside.by.replace('_', " "))) ": " (aside.who)
                        @if !aside.reason.is_empty() { div.note { (aside.reason) } }
                    } @else { (one.remedy) }
                },
            ],
            ..Row::default()
        })
        .collect();
    let met: Vec<(String, String)> = kept.iter().map(|one| (capital(&ruling.words(one)), source(one))).collect();
    let met: Vec<Check<'_>> = met.iter().map(|(words, note)| Check { met: Some(true), words, note }).collect();
    html! {
        @if !rows.is_empty() {
            (flush_card(html! {
                (card_head("Rules that object").icon("scale"))
                (data_table("Rules that object to this request", &columns, &rows))
            }))
        }
        @if !met.is_empty() {
            (card(html! { details.more open[rows.is_empty()] {
                summary { (counted(met.len(), "rule is", "rules are")) " kept" }
                (checks(&met))
            } }))
        }
    }
}

fn named(decision: &Decision) -> Markup {
    html! { (plain(&decision.rule)) @if let Some(cite) = &decision.cite { div.note { (cite) } } }
}

fn source(decision: &Decision) -> String {
    let cite = decision.cite.as_ref().map_or_else(String::new, |cite| format!(", {cite}"));
    format!("{}{cite}", plain(&decision.rule))
}

/// A rule's name as people read it.
fn plain(rule: &str) -> String {
    capital(&rule.replace(['_', '-'], " "))
}

/// What is still missing before it can be approved, in the dialog that approves.
pub(super) fn missing(record: &RequestRecord) -> Markup {
    let waits: Vec<String> = record.rules.waits.iter().map(muster_domain::requests::Waits::words).collect();
    html! {
        @if !waits.is_empty() { (banner(Tone::Warn, "hourglass", html! { "Still missing: " (waits.join("; ")) "." })) }
    }
}

fn result(decision: &Decision) -> Markup {
    if decision.overridden.is_some() {
        return tag(Tone::Info, "gavel", "Agreed");
    }
    match decision.result {
        _ if decision.passed => tag(Tone::Ok, "circle-check", "Kept"),
        Outcome::Allowed => tag(Tone::Neutral, "eye", "Noted"),
        Outcome::Warned => tag(Tone::Warn, "triangle-alert", "Warning"),
        Outcome::NeedsApproval => tag(Tone::Warn, "hourglass", "Needs approval"),
        Outcome::Blocked | Outcome::Hidden if decision.kind == "approval" => {
            tag(Tone::Warn, "hourglass", "Needs approval")
        }
        Outcome::Blocked | Outcome::Hidden => tag(Tone::Bad, "ban", "Not allowed"),
    }
}

fn decides(who: &SignedIn, record: &RequestRecord) -> bool {
    record.request.state.is_open() && reach(who.actor.role, Action::DecideRequest) != Reach::Nobody
}

/// Who has agreed, who is next, what is missing.
fn path(who: &SignedIn, record: &RequestRecord, zone: &jiff::tz::TimeZone) -> Markup {
    let rules = &record.rules;
    let missing: Vec<String> =
        rules.waits.iter().flat_map(|one| one.documents.iter().map(|document| document.replace('_', " "))).collect();
    let staff = !who.actor.role.is_customer();
    let next = next(&rules.path);
    html! {
        @if !rules.path.is_empty() || !missing.is_empty() {
            (card(html! {
                (card_head("Approvals").icon("gavel"))
                (list(html! {
                    @for row in &rules.path {
                        @let own = decides(who, record) && row.state == "asked" && may_speak_for(who.actor.role, &row.level) && next.contains(&row.id);
                        (list_row(capital(&row.level.replace('_', " ")))
                            .sub(level_words(row, zone, staff))
                            .end(html! {
                                (level_tag(row, next.contains(&row.id)))
                                @if own { (opens(&format!("level-{}", row.id), "Record", "gavel")) }
                                @if row.spoken && staff && may_speak_for(who.actor.role, &row.level) { (opens(&format!("form-{}", row.id), "Form came", "file-text")) }
                            }))
                    }
                    @for document in &missing {
                        (list_row(capital(document)).sub("Document to be shown to the agency").end(tag(Tone::Warn, "file-text", "Missing")))
                    }
                }))
            }))
        }
    }
}

/// The levels whose turn it is.
fn next(path: &[ApprovalRow]) -> Vec<muster_domain::id::ApprovalId> {
    use muster_domain::policy::kinds::LevelOrder;
    let waits = |row: &&ApprovalRow| row.state == "asked";
    let first = |row: &&ApprovalRow| {
        let before = |one: &ApprovalRow| one.rule == row.rule && one.state == "asked" && one.step < row.step;
        row.terms.order != LevelOrder::InOrder || !path.iter().any(before)
    };
    path.iter().filter(waits).filter(first).map(|row| row.id).collect()
}

fn level_words(row: &ApprovalRow, zone: &jiff::tz::TimeZone, staff: bool) -> Markup {
    html! {
        @match row.state.as_str() {
            "asked" => { "For the rule " (row.rule.replace(['_', '-'], " ")) @if row.terms.silence_denies { "; no answer until the work begins is a no" } },
            _ => {
                @if staff && !row.decided_by.is_empty() { (row.decided_by) ", " }
                @if let Some(at) = row.decided_at { (times::moment(at, zone)) }
                @if row.spoken { "; spoken, the form is still to come" }
                @if let Some(until) = row.valid_until { "; holds until " (times::moment(until, zone)) }
                @if staff && !row.reason.is_empty() { span.note { (row.reason) } }
            },
        }
    }
}

fn level_tag(row: &ApprovalRow, next: bool) -> Markup {
    match row.state.as_str() {
        "approved" if row.spoken => tag(Tone::Info, "phone", "Agreed by word"),
        "approved" => tag(Tone::Ok, "circle-check", "Agreed"),
        "declined" => tag(Tone::Bad, "circle-x", "Said no"),
        "withdrawn" => tag(Tone::Neutral, "undo-2", "Not needed"),
        _ if next => tag(Tone::Warn, "hourglass", "Next"),
        _ => tag(Tone::Neutral, "clock", "Later"),
    }
}

fn documents(who: &SignedIn, record: &RequestRecord) -> Markup {
    let rules = &record.rules;
    let of = |subject: &str| {
        if subject == record.request.customer.to_string() {
            record.customer.name.as_str()
        } else if subject == record.request.site.to_string() {
            record.site.name.as_str()
        } else {
            "This request"
        }
    };
    html! {
        @if decides(who, record) || !rules.documents.is_empty() {
            (card(html! {
                (card_head("Documents and facts for the rules").icon("file-text"))
                @if rules.documents.is_empty() { p.muted { "No document has been seen." } }
                @else { (list(html! {
                    @for seen in &rules.documents {
                        (list_row(format!("{}: {}", capital(&seen.document.replace('_', " ")), seen.name)).sub(html! {
                            (of(&seen.subject)) @if let Some(on) = seen.dated_on { ", of " (times::full_day(on)) }
                            @if let Some(until) = seen.valid_until { ", valid until " (times::full_day(until)) } "; seen by " (seen.seen_by)
                        }))
                    }
                })) }
                (kept(&record.customer.name, &rules.customer, false))
                (kept(&record.site.name, &rules.venue, true))
                @if decides(who, record) {
                    div.cluster {
                        (opens("document", "Record a document", "file-plus"))
                        (opens("facts-customer", "About the customer", "building-2"))
                        (opens("facts-site", "About the place", "map-pin"))
                    }
                }
            }))
        }
    }
}

fn kept(name: &str, kept: &Kept, place: bool) -> Markup {
    let mut parts: Vec<String> = kept.labels.iter().map(|label| label.replace('_', " ")).collect();
    if place {
        if !kept.class.is_empty() {
            parts.insert(0, kept.class.replace('_', " "));
        }
        parts.extend(kept.alcohol_percent.map(|share| format!("{share} % of revenue from alcohol")));
        parts.extend(kept.inside_city.map(|yes| if yes { "inside the city" } else { "outside the city" }.to_owned()));
    }
    html! { @if !parts.is_empty() { p { strong { (name) } ": " (parts.join(", ")) } } }
}

/// The dialogs that belong to the cards.
pub(super) fn dialogs(ctx: &Ctx, who: &SignedIn, record: &RequestRecord) -> Markup {
    let none = FieldErrors::default();
    let to = |what: &str| format!("/requests/{}/{what}", record.request.id);
    html! {
        @for row in record.rules.path.iter().filter(|row| row.spoken || row.state == "asked") {
            @if row.state == "asked" && decides(who, record) {
                (dialog(&format!("level-{}", row.id), &format!("Approval of {}", row.level.replace('_', " ")),
                    level_fields(&Fields::default().with("answer", "yes"), &none, row.terms.verbal_first))
                    .sends(&to(&format!("approvals/{}", row.id)), &ctx.word(), button("Record").primary().icon("gavel")))
            }
            @if row.spoken && !who.actor.role.is_customer() {
                (dialog(&format!("form-{}", row.id), "The written form came", form_fields(&Fields::default(), &none))
                    .sends(&to(&format!("approvals/{}/form", row.id)), &ctx.word(), button("Record").primary()))
            }
        }
        @if decides(who, record) {
            (dialog("document", "Record a document", document_fields(&wanted(record), &none, &record.rules.document_kinds))
                .sends(&to("documents"), &ctx.word(), button("Record").primary().icon("file-plus")))
            (dialog("facts-customer", "What the rules ask of the customer", fact_fields(&sheet(&record.rules.customer, "customer"), &none))
                .sends(&to("facts"), &ctx.word(), button("Save").primary()))
            (dialog("facts-site", "What the rules ask of the place", fact_fields(&sheet(&record.rules.venue, "site"), &none))
                .sends(&to("facts"), &ctx.word(), button("Save").primary()))
        }
    }
}

/// The form for a document, begun with the first that is missing.
fn wanted(record: &RequestRecord) -> Fields {
    let missing = record.rules.waits.iter().flat_map(|one| &one.documents).next();
    let first = missing.or(record.rules.document_kinds.first());
    Fields::default().with("document", first.map_or("", String::as_str)).with("about", "request")
}

fn level_fields(fields: &Fields, errors: &FieldErrors, verbal: bool) -> Markup {
    html! {
        (field("answer", "Answer").segmented(&[("yes", "Agrees"), ("no", "Says no")]).value(fields.get("answer").to_owned()))
        (field("said_by", "Who said it").value(fields.get("said_by").to_owned()).errors(errors).optional().max_length(120)
            .hint("Leave empty when it is you"))
        @if verbal || fields.ticked("spoken") {
            (field("spoken", "By word of mouth; the form follows").switch().on(fields.ticked("spoken")).errors(errors))
        }
        (field("reason", "Reason or note").lines(3).value(fields.get("reason").to_owned()).errors(errors).max_length(500)
            .hint("Needed for a no; the customer reads it").optional())
    }
}

fn form_fields(fields: &Fields, errors: &FieldErrors) -> Markup {
    html! { (field("reason", "Number, date or place of the form").value(fields.get("reason").to_owned()).errors(errors).required().max_length(500)) }
}

fn document_fields(fields: &Fields, errors: &FieldErrors, kinds: &[String]) -> Markup {
    let words: Vec<&str> = kinds.iter().map(String::as_str).collect();
    html! {
        (field("document", "Document").value(fields.get("document").to_owned()).errors(errors).proposals(&words).required().max_length(80)
            .hint("By the word of the rules"))
        (field("about", "It belongs to").select(&[("request", "This request"), ("customer", "The customer, for later requests too"), ("site", "The place, for later requests too")])
            .value(fields.get("about").to_owned()).errors(errors))
        (field("name", "Name or number").value(fields.get("name").to_owned()).errors(errors).required().max_length(200))
        div.row-form {
            (field("dated_on", "Dated").date().value(fields.get("dated_on").to_owned()).errors(errors).optional())
            (field("valid_until", "Valid until").date().value(fields.get("valid_until").to_owned()).errors(errors).optional())
        }
    }
}

fn sheet(kept: &Kept, about: &str) -> Fields {
    let city = kept.inside_city.map_or("", |inside| if inside { "yes" } else { "no" });
    let share = kept.alcohol_percent.map(|share| share.to_string()).unwrap_or_default();
    Fields::default()
        .with("about", about)
        .with("labels", kept.labels.join(", "))
        .with("class", &kept.class)
        .with("alcohol_percent", share)
        .with("inside_city", city)
}

fn fact_fields(fields: &Fields, errors: &FieldErrors) -> Markup {
    html! {
        input type="hidden" name="about" value=(fields.get("about"));
        (field("labels", "Labels").value(fields.get("labels").replace('_', " ")).errors(errors).optional()
            .hint("Words that rules bar or hold, parted by commas, for example bail bonds"))
        @if fields.get("about") == "site" {
            (field("class", "Class of the place").value(fields.get("class").replace('_', " ")).errors(errors).optional().placeholder("night club"))
            (field("alcohol_percent", "Revenue from alcohol").number().limits("0", "100", "1").unit("%").value(fields.get("alcohol_percent").to_owned()).errors(errors).optional().narrow())
            (field("inside_city", "Inside the agency's territory").select(&[("", "Not known"), ("yes", "Yes"), ("no", "No")]).value(fields.get("inside_city").to_owned()))
        }
    }
}

/// Carries out a change; a form with mistakes is given back filled.
async fn change(
    given: &Given,
    (id, address, title): (RequestId, &str, &str),
    sent: Sent,
    case: impl Fn(&mut Tx<'_>, &Actor, jiff::Timestamp) -> Result<(), Failure> + Send + Sync + 'static,
    fields: impl FnOnce(&Fields, &FieldErrors) -> Markup,
) -> Result<Response, PageFailure> {
    match given.act(&sent, case).await {
        Ok(()) => Ok(Redirect::to(&format!("/requests/{id}?done=recorded")).into_response()),
        Err(failure) => {
            let (action, back) = (format!("/requests/{id}/{address}"), format!("/requests/{id}"));
            let again = Again { title, here: "requests", action, back, send: button("Record").primary() };
            again.draw(given, failure, |errors| fields(&sent.fields, errors))
        }
    }
}

/// Records what a level said.
pub async fn create_level(
    given: Given,
    Ids(id, approval): Ids<RequestId, ApprovalId>,
    sent: Sent,
) -> Result<Response, PageFailure> {
    let said = LevelDecision {
        agrees: sent.fields.get("answer") != "no",
        said_by: sent.fields.get("said_by").to_owned(),
        spoken: sent.fields.ticked("spoken"),
        reason: sent.fields.get("reason").to_owned(),
    };
    let address = format!("approvals/{}", approval);
    let case = move |tx: &mut Tx<'_>, who: &Actor, now| requests::decide_level(tx, who, (id, approval), &said, now);
    change(&given, (id, &address, "Record an approval"), sent, case, |fields, errors| {
        level_fields(fields, errors, false)
    })
    .await
}

/// Records that the form of a spoken approval came.
pub async fn create_form(
    given: Given,
    Ids(id, approval): Ids<RequestId, ApprovalId>,
    sent: Sent,
) -> Result<Response, PageFailure> {
    let note = sent.fields.get("reason").to_owned();
    let address = format!("approvals/{}/form", approval);
    let case = move |tx: &mut Tx<'_>, who: &Actor, now| requests::confirm_form(tx, who, (id, approval), &note, now);
    change(&given, (id, &address, "The written form came"), sent, case, form_fields).await
}

/// Records a document.
pub async fn create_document(given: Given, Id(id): Id<RequestId>, sent: Sent) -> Result<Response, PageFailure> {
    let mut reader = Reader::new(&sent.fields);
    let shown = DocumentShown {
        about: Subject::from_code(sent.fields.get("about")),
        document: sent.fields.get("document").to_owned(),
        name: sent.fields.get("name").to_owned(),
        dated_on: reader.optional_date("dated_on"),
        valid_until: reader.optional_date("valid_until"),
    };
    let errors = reader.errors;
    let case = move |tx: &mut Tx<'_>, who: &Actor, now| {
        errors.clone().or(())?;
        requests::record_document(tx, who, id, &shown, now).map(drop)
    };
    change(&given, (id, "documents", "Record a document"), sent, case, |fields, errors| {
        document_fields(fields, errors, &[])
    })
    .await
}

/// Writes down what the rules ask of a customer or place.
pub async fn create_facts(given: Given, Id(id): Id<RequestId>, sent: Sent) -> Result<Response, PageFailure> {
    let mut reader = Reader::new(&sent.fields);
    let words = sent.fields.get("labels").split(',');
    let plain = |word: &str| word.trim().to_lowercase().replace([' ', '-'], "_");
    let facts = Kept {
        class: plain(sent.fields.get("class")),
        labels: words.map(plain).filter(|word| !word.is_empty()).collect(),
        inside_city: match sent.fields.get("inside_city") {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
        alcohol_percent: reader.optional_number("alcohol_percent", 0, 100),
    };
    let errors = reader.errors;
    let about = Subject::from_code(sent.fields.get("about")).unwrap_or(Subject::Request);
    let case = move |tx: &mut Tx<'_>, who: &Actor, now| {
        errors.clone().or(())?;
        requests::write_facts(tx, who, id, (about, &facts), now)
    };
    change(&given, (id, "facts", "What the rules ask"), sent, case, fact_fields).await
}
