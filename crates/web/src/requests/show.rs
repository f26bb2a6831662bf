//! The page of one request, and what may be done with it.

use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use muster_app::{
    Failure,
    requests::{self, RequestRecord},
};
use muster_domain::{
    access::{Action, Reach, reach},
    counted,
    id::RequestId,
    requests::{Dates, RequestState, carried},
};

use super::{
    form::{Rules, quote_body},
    pages::state_tag,
    rules,
};
use crate::{
    Ctx,
    again::Again,
    failure::PageFailure,
    fields::{Fields, Sent},
    given::{Given, Id},
    parts::{
        Fact, StoryEntry, Tone, banner, button, card, card_head, dialog, facts, field, form, form_actions, link_button,
        opens, page_head, timeline,
    },
    signed_in::SignedIn,
    times,
};

const DONE: &[(&str, &str)] = &[
    ("sent", "The request is sent. You will hear from the agency here and by e-mail."),
    ("approved", "The request is approved; the job is made and can be posted."),
    ("declined", "The request is declined and the customer told."),
    ("asked", "The question is sent to the customer."),
    ("answered", "Your answer is sent."),
    ("withdrawn", "The request is withdrawn."),
    ("recorded", "It is recorded."),
];

/// The page.
pub async fn show_request(given: Given, Id(id): Id<RequestId>, query: Fields) -> Result<Response, PageFailure> {
    let record = given.read(move |tx, who, now| requests::load_request(tx, who, id, now)).await?;
    let zone = times::zone(&given.who.shown.zone);
    let request = &record.request;
    let title = format!("Request {}", request.number);
    let body = html! {
        (page_head(&request.title).above(html! { (state_tag(request.state)) })
            .sub(format!("#{} \u{b7} {} \u{b7} asked {}", request.number, record.customer.name, times::moment(request.submitted_at, &zone)))
            .actions(actions(&given.who, &record)))
        @if let Some((job, number)) = record.job {
            (banner(Tone::Ok, "briefcase", html! { "This request is job " (number) "." }).action(html! { (link_button("Open the job", &format!("/jobs/{job}"))) }))
        }
        div.columns {
            div.stack {
                (asked(&record))
                (rules::cards(&given.who, &record, &zone))
                (story(&record, &zone))
                @if request.state.is_open() && may(&given.who, Action::SubmitRequest) { (answer_form(&given.ctx, &record)) }
            }
            aside.card.quote { (card_head("Quote").icon("receipt-text"))
                @match &record.quote { Some(quote) => (quote_body(quote, Rules::Elsewhere)), None => p { "Quoted " (request.quoted) "." } }
            }
        }
        (dialogs(&given.ctx, &given.who, &record))
        (rules::dialogs(&given.ctx, &given.who, &record))
    };
    Ok(given.page(&title, "requests").back("/requests").done(query.get("done"), DONE).draw(body))
}

fn may(who: &SignedIn, action: Action) -> bool {
    reach(who.actor.role, action) != Reach::Nobody
}

fn actions(who: &SignedIn, record: &RequestRecord) -> Markup {
    let open = record.request.state.is_open();
    html! {
        @if open && may(who, Action::DecideRequest) {
            (opens("ask", "Ask", "circle-help"))
            (opens("decline", "Decline", "x"))
            (button("Approve").primary().icon("check").opens("approve"))
        }
        @if open && may(who, Action::SubmitRequest) { (opens("withdraw", "Withdraw", "undo-2")) }
        // What has become a job is cancelled as a job, at the price that its page shows.
        @if let Some((job, _)) = record.job && may(who, Action::CancelWork) {
            (link_button("Cancel", &format!("/jobs/{job}/cancellation")).icon("ban"))
        }
    }
}

fn asked(record: &RequestRecord) -> Markup {
    let details = &record.request.details;
    let dates = match &details.dates {
        Dates::Given { on } => on.iter().map(|date| times::day(*date)).collect::<Vec<_>>().join(", "),
        Dates::Weekly { from_on, to_on, .. } => {
            format!(
                "Every week, {} to {}: {}",
                times::full_day(*from_on),
                times::full_day(*to_on),
                counted(details.dates.list().len(), "date", "dates")
            )
        }
    };
    let clock = format!("{}\u{2013}{}", details.from.strftime("%H:%M"), details.to.strftime("%H:%M"));
    let people = details
        .attendance
        .map_or_else(|| "Attendance not given".to_owned(), |n| format!("{} expected", counted(n, "person", "people")));
    let signs = match (details.alcohol, details.traffic) {
        (true, true) => "Alcohol is served; officers direct traffic",
        (true, false) => "Alcohol is served",
        (false, true) => "Officers direct traffic",
        (false, false) => "No alcohol, no traffic",
    };
    let contact = if details.contact_name.is_empty() { "No contact given" } else { &details.contact_name };
    html! {
        (card(html! {
            (card_head("What is asked for").icon("clipboard-list"))
            (facts(&[
                Fact { icon: "calendar-days", label: "Dates", value: &dates, note: &clock },
                Fact { icon: "map-pin", label: "Place", value: &record.site.name, note: &record.site.address },
                Fact { icon: "tag", label: "Job type", value: &record.job_type.name, note: signs },
                Fact { icon: "users", label: "People", value: &people, note: "" },
                Fact { icon: "phone", label: "Contact", value: contact, note: &details.contact_phone },
            ]))
            ul.lines {
                @let advice = record.quote.as_ref().map(|quote| quote.crew.clone()).unwrap_or_default();
                @for thing in carried(&details.resources, &advice) { li { strong { (thing.words()) } span.note { "on each shift" } } }
                @for wanted in &details.positions {
                    @let least = wanted.requirements.least_rank.and_then(|id| record.ranks.iter().find(|rank| rank.id == id));
                    li { strong { (wanted.seats) " \u{d7} " (wanted.role.label()) }
                        @if let Some(rank) = least { span.note { (rank.name) " or above" } }
                        @if !wanted.requirements.certifications.is_empty() { span.note { "Certified: " (wanted.requirements.certifications.join(", ").replace('_', " ")) } }
                    }
                }
            }
            @if !details.instructions.is_empty() { p.prose { (details.instructions) } }
        }))
    }
}

fn story(record: &RequestRecord, zone: &jiff::tz::TimeZone) -> Markup {
    let request = &record.request;
    let moments: Vec<(String, String)> =
        record.notes.iter().map(|note| (times::moment(note.written_at, zone), note.written_at.to_string())).collect();
    let begun = (times::moment(request.submitted_at, zone), request.submitted_at.to_string());
    let mut entries = vec![StoryEntry {
        icon: "inbox",
        tone: Tone::Info,
        words: html! { strong { (record.customer.name) } " asked for officers" },
        when: &begun.0,
        instant: &begun.1,
        note: html! {},
    }];
    for (note, moment) in record.notes.iter().zip(&moments) {
        let asks = note.side == "agency";
        entries.push(StoryEntry {
            icon: if asks { "circle-help" } else { "message-square" },
            tone: if asks { Tone::Warn } else { Tone::Neutral },
            words: html! { strong { (note.author) } @if asks { " wrote for the agency" } @else { " wrote" } },
            when: &moment.0,
            instant: &moment.1,
            note: html! { (note.body) },
        });
    }
    if matches!(request.state, RequestState::Approved | RequestState::Declined | RequestState::Withdrawn) {
        let (icon, tone) = match request.state {
            RequestState::Approved => ("circle-check", Tone::Ok),
            RequestState::Declined => ("circle-x", Tone::Bad),
            _ => ("undo-2", Tone::Neutral),
        };
        entries.push(StoryEntry {
            icon,
            tone,
            words: html! { (request.state.label()) },
            when: "",
            instant: "",
            note: html! { (request.state_reason) },
        });
    }
    card(html! { (card_head("Story").icon("history")) (timeline(&entries)) })
}

fn answer_form(ctx: &Ctx, record: &RequestRecord) -> Markup {
    let questioned = record.request.state == RequestState::Questioned;
    let address = format!("/requests/{}/answer", record.request.id);
    html! {
        (card(html! {
            (card_head(if questioned { "Answer the question" } else { "Write about it" }).icon("message-square"))
            (form(&address, &ctx.word(), html! {
                (field("body", "Your words").lines(3).required().max_length(2000))
                (form_actions(html! { (button("Send").primary().icon("send")) }))
            }))
        }))
    }
}

fn dialogs(ctx: &Ctx, who: &SignedIn, record: &RequestRecord) -> Markup {
    let to = |what: &str| format!("/requests/{}/{what}", record.request.id);
    let reason = |label: &str, hint: &str, needed: bool| {
        let one = field("reason", label.to_owned()).lines(3).hint(hint.to_owned()).max_length(2000);
        html! { @if needed { (one.required()) } @else { (one.optional()) } }
    };
    html! {
        @if record.request.state.is_open() {
            @if may(who, Action::DecideRequest) {
                (dialog("approve", "Approve this request", html! {
                    p { "It becomes a job with " (counted(record.request.details.dates.list().len(), "shift", "shifts")) " that you can post." }
                    (rules::missing(record))
                    (reason("Note for the record", "Kept with the decision; sets a rule aside where it names you", false))
                }).sends(&to("approval"), &ctx.word(), button("Approve").primary().icon("check")))
                (dialog("decline", "Decline this request", reason("Reason", "The customer reads it", true))
                    .sends(&to("decline"), &ctx.word(), button("Decline").danger()))
                (dialog("ask", "Ask the customer", html! { (field("body", "Question").lines(3).required().max_length(2000)) })
                    .sends(&to("question"), &ctx.word(), button("Send").primary().icon("send")))
            }
            @if may(who, Action::SubmitRequest) {
                (dialog("withdraw", "Withdraw this request", reason("Reason", "The agency reads it", false))
                    .sends(&to("withdrawal"), &ctx.word(), button("Withdraw").danger()))
            }
        }
    }
}

/// A decision or a message about a request, as its dialog asks for it.
struct Step {
    /// The last word of the address that the form is sent to.
    address: &'static str,
    title: &'static str,
    send: &'static str,
    field: &'static str,
    label: &'static str,
    done: &'static str,
}

const APPROVAL: Step = Step {
    address: "approval",
    title: "Approve this request",
    send: "Approve",
    field: "reason",
    label: "Note for the record",
    done: "approved",
};
const DECLINE: Step = Step {
    address: "decline",
    title: "Decline this request",
    send: "Decline",
    field: "reason",
    label: "Reason",
    done: "declined",
};
const QUESTION: Step = Step {
    address: "question",
    title: "Ask the customer",
    send: "Send",
    field: "body",
    label: "Question",
    done: "asked",
};
const ANSWER: Step = Step {
    address: "answer",
    title: "Write about the request",
    send: "Send",
    field: "body",
    label: "Your words",
    done: "answered",
};
const WITHDRAWAL: Step = Step {
    address: "withdrawal",
    title: "Withdraw this request",
    send: "Withdraw",
    field: "reason",
    label: "Reason",
    done: "withdrawn",
};

async fn change(
    given: &Given,
    id: RequestId,
    sent: Sent,
    step: Step,
    case: fn(
        &mut muster_app::Tx<'_>,
        &muster_domain::access::Actor,
        RequestId,
        &str,
        jiff::Timestamp,
    ) -> Result<(), Failure>,
) -> Result<Response, PageFailure> {
    let words = sent.fields.get(step.field).to_owned();
    let Step { address, title, send, field: name, label, done } = step;
    match given.act(&sent, move |tx, who, now| case(tx, who, id, &words, now)).await {
        Ok(()) => Ok(Redirect::to(&format!("/requests/{id}?done={done}")).into_response()),
        Err(failure) => {
            let again = Again {
                title,
                here: "requests",
                action: format!("/requests/{id}/{address}"),
                back: format!("/requests/{id}"),
                send: button(send).primary(),
            };
            again.draw(given, failure, |errors| {
                html! { (field(name, label).lines(4).value(sent.fields.get(name)).errors(errors).max_length(2000)) }
            })
        }
    }
}

/// Approves.
pub async fn create_approval(given: Given, Id(id): Id<RequestId>, sent: Sent) -> Result<Response, PageFailure> {
    change(&given, id, sent, APPROVAL, |tx, who, id, words, now| {
        requests::approve_request(tx, who, id, words, now).map(drop)
    })
    .await
}

/// Declines.
pub async fn create_decline(given: Given, Id(id): Id<RequestId>, sent: Sent) -> Result<Response, PageFailure> {
    change(&given, id, sent, DECLINE, requests::decline_request).await
}

/// Asks the customer.
pub async fn create_question(given: Given, Id(id): Id<RequestId>, sent: Sent) -> Result<Response, PageFailure> {
    change(&given, id, sent, QUESTION, requests::ask_question).await
}

/// Answers the agency.
pub async fn create_answer(given: Given, Id(id): Id<RequestId>, sent: Sent) -> Result<Response, PageFailure> {
    change(&given, id, sent, ANSWER, requests::answer_question).await
}

/// Withdraws.
pub async fn create_withdrawal(given: Given, Id(id): Id<RequestId>, sent: Sent) -> Result<Response, PageFailure> {
    change(&given, id, sent, WITHDRAWAL, requests::withdraw_request).await
}
