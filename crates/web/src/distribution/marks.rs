//! Lists and relations of officers: the cards on the pages of officer and customer, the officer's own, and their forms.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use jiff::{Timestamp, tz::TimeZone};
use maud::{Markup, html};
use muster_app::{
    Failure,
    distribution::{self, MarkRow, Marks, NewMark},
};
use muster_domain::{
    access::Actor,
    distribution::{MarkSort, mark_label},
    id::{CustomerId, MarkId, OfficerId},
    refusal::FieldErrors,
};

use crate::{
    Ctx,
    again::{Again, mistakes, why},
    failure::PageFailure,
    fields::{Fields, Reader, Sent},
    given::{Given, Id},
    parts::{
        Tone, button, card, card_head, dialog, empty, error_summary, field, flush_card, form, form_actions,
        link_button, list, list_row, page_head, tag,
    },
    times,
};

/// Whose page a card or a form belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The office's page of an officer.
    Officer(OfficerId),
    /// The office's page of a customer.
    Customer(CustomerId),
    /// The officer's own page.
    Own,
}

impl Place {
    fn page(self) -> String {
        match self {
            Self::Officer(id) => format!("/officers/{id}"),
            Self::Customer(id) => format!("/customers/{id}"),
            Self::Own => "/standing".to_owned(),
        }
    }

    fn here(self) -> &'static str {
        match self {
            Self::Officer(_) => "officers",
            Self::Customer(_) => "customers",
            Self::Own => "schedule",
        }
    }

    fn may_end(self, one: &MarkRow) -> bool {
        self != Self::Own || one.declared
    }
}

fn period(one: &MarkRow, zone: &TimeZone) -> String {
    let day = |at: Timestamp| times::full_day(zone.to_datetime(at).date());
    let last = one.ends_at.map(|until| day(until - jiff::SignedDuration::from_secs(1)));
    match last {
        Some(last) if last == day(one.starts_at) => last,
        Some(last) => format!("{} \u{2013} {last}", day(one.starts_at)),
        None => format!("since {}", day(one.starts_at)),
    }
}

fn row(ctx: &Ctx, marks: &Marks, one: &MarkRow, place: Place, may: bool, zone: &TimeZone) -> Markup {
    let (now, label) = (ctx.now(), mark_label(&one.word));
    let title = if matches!(place, Place::Customer(_)) { format!("{}: {label}", one.name) } else { label.clone() };
    let kind = one.job_kind.as_ref().map(|code| {
        marks.kinds.iter().find(|(known, _)| known == code).map_or_else(|| code.clone(), |(_, name)| name.clone())
    });
    let (open, ends) = (one.is_open(now), format!("end-{}", one.id));
    let ending = may && open && place.may_end(one);
    let base = if place == Place::Own { "/standing/marks" } else { "/marks" };
    html! {
        (list_row(title).sub(html! {
            @if !matches!(place, Place::Customer(_)) {
                @match &one.customer { Some((_, name)) => (name), None => "Every customer" } " \u{b7} "
            }
            @if let Some(kind) = &kind { "only " (kind) " \u{b7} " }
            (period(one, zone))
            @if open { br; (mark_label(marks.words.meaning(one.sort, &one.word))) }
            @if !one.reason.is_empty() { br; (one.reason) }
            br; @if one.declared { "Declared" } @else { "Written down" } " by " (one.added_by)
            @if one.ended_at.is_some() { br; "Ended by " (one.ended_by) @if !one.end_reason.is_empty() { ": " (one.end_reason) } }
        }).end(html! {
            @if !open { (tag(Tone::Neutral, "archive", "Over")) }
            @else if now < one.starts_at { (tag(Tone::Info, "calendar-clock", "To come")) }
            @else { (tag(Tone::Warn, "circle-check", "Stands")) }
            @if ending { (button("End").small().opens(&ends)) }
        }))
        @if ending {
            (dialog(&ends, &format!("End: {label}?"), html! {
                p { "It stays on record. Booked work is judged again." }
                (why_field(place, &Fields::default(), &FieldErrors::default()))
                @match place {
                    Place::Officer(id) => { input type="hidden" name="officer" value=(id); }
                    Place::Customer(id) => { input type="hidden" name="customer" value=(id); }
                    Place::Own => {}
                }
            }).sends(&format!("{base}/{}/end", one.id), &ctx.word(), button("End").primary()))
        }
    }
}

fn why_field(place: Place, fields: &Fields, errors: &FieldErrors) -> Markup {
    let hint = "The officer and the auditor will read it";
    if place == Place::Own {
        html! { (field("reason", "Why").lines(2).value(fields.get("reason")).errors(errors).optional().max_length(500)) }
    } else {
        why(hint, fields, errors)
    }
}

/// The card on the page of an officer or of a customer; `may` says whether the reader may change it.
pub(crate) fn marks_card(ctx: &Ctx, marks: &Marks, place: Place, may: bool, zone: &TimeZone) -> Markup {
    let now = ctx.now();
    let (open, over): (Vec<&MarkRow>, Vec<&MarkRow>) = marks.rows.iter().partition(|one| one.is_open(now));
    let (title, empty) = match place {
        Place::Customer(_) => {
            ("Officers not sent here", "No officer stands on a list or in a relation for this customer.")
        }
        Place::Officer(_) => ("Lists and relations", "On no list, and no relation to a customer on record."),
        Place::Own => ("Lists and relations", "You are on no list, and no relation to a customer is on record."),
    };
    let new = |sort: MarkSort| match place {
        Place::Own => format!("/standing/marks/new?sort={}", sort.code()),
        other => format!("{}/marks/new?sort={}", other.page(), sort.code()),
    };
    let lists = place != Place::Own || own_lists(marks).next().is_some();
    html! { (flush_card(html! {
        (card_head(title).icon("users-round").aside(open.len()))
        @if marks.rows.is_empty() { p.card-note.muted { (empty) } } @else {
            (list(html! { @for one in open.iter().chain(&over) { (row(ctx, marks, one, place, may, zone)) } }))
        }
        @if may { div.card-actions {
            @if lists { (link_button(if place == Place::Own { "Join a list" } else { "Put on a list" }, &new(MarkSort::List)).small().icon("plus")) }
            (link_button("Relation to a customer", &new(MarkSort::Relation)).small().icon("plus"))
        } }
    })) }
}

/// The lists that an officer may put himself on.
fn own_lists(marks: &Marks) -> impl Iterator<Item = &str> {
    let own = marks.words.lists.iter().filter(|(word, _)| marks.words.may_declare(MarkSort::List, word));
    own.map(|(word, _)| word.as_str())
}

/// The form of a new entry.
struct NewForm<'a> {
    place: Place,
    sort: MarkSort,
    fields: &'a Fields,
    errors: &'a FieldErrors,
}

impl NewForm<'_> {
    fn title(&self) -> &'static str {
        match (self.sort, self.place) {
            (MarkSort::Relation, _) => "A relation to a customer",
            (MarkSort::List, Place::Own) => "Join a list",
            (MarkSort::List, _) => "Put an officer on a list",
        }
    }

    fn words(&self, marks: &Marks) -> Vec<(String, String)> {
        let named = |word: &str| (word.to_owned(), mark_label(word));
        match (self.sort, self.place) {
            (MarkSort::Relation, _) => marks.words.relations.iter().map(|word| named(word)).collect(),
            (MarkSort::List, Place::Own) => own_lists(marks).map(named).collect(),
            (MarkSort::List, _) => marks.words.lists.iter().map(|(word, _)| named(word)).collect(),
        }
    }

    fn draw(&self, ctx: &Ctx, marks: &Marks) -> Markup {
        let (fields, errors) = (self.fields, self.errors);
        let words = self.words(marks);
        let options: Vec<(&str, &str)> = words.iter().map(|(word, label)| (word.as_str(), label.as_str())).collect();
        let mut kinds = vec![("", "Every kind of job")];
        kinds.extend(marks.kinds.iter().map(|(code, name)| (code.as_str(), name.as_str())));
        let names: Vec<&str> = marks.customers.iter().map(String::as_str).collect();
        let list = self.sort == MarkSort::List;
        let customer = field("customer", "Customer").value(fields.get("customer")).errors(errors).proposals(&names);
        let (label, hint) = if list {
            ("List", "The agency\u{2019}s rules say what it does")
        } else {
            ("Relation", "The agency\u{2019}s rules say whether it bars work")
        };
        if options.is_empty() {
            let words = "The agency\u{2019}s rules know no list that you put yourself on.";
            let back = html! { (link_button("Back", &self.place.page())) };
            return card(empty("users-round", "No list to join", words, back));
        }
        html! {
            (error_summary(errors))
            (card(html! { (form(&format!("{}/marks", self.place.page()), &ctx.word(), html! {
                input type="hidden" name="sort" value=(self.sort.code());
                @if matches!(self.place, Place::Customer(_)) {
                    (field("badge", "Badge number of the officer").value(fields.get("badge")).errors(errors).required().narrow())
                }
                (field("word", label).select(&options).value(fields.get("word")).errors(errors).hint(hint))
                @if !matches!(self.place, Place::Customer(_)) {
                    @if list { (customer.optional().hint("As it is named on the job; leave empty for every customer")) }
                    @else { (customer.required().hint("As it is named on the job")) }
                }
                @if list {
                    (field("job_kind", "Kind of job").select(&kinds).value(fields.get("job_kind")).errors(errors))
                    div.row-form {
                        (field("from", "From").date().value(fields.get("from")).errors(errors).hint("Leave empty to begin now"))
                        (field("until", "Until").date().value(fields.get("until")).errors(errors).hint("The last day; leave empty if it stays"))
                    }
                }
                (why_field(self.place, fields, errors))
                (form_actions(html! { (link_button("Back", &self.place.page())) (button("Save").primary()) }))
            })) }))
        }
    }
}

async fn draw_new(given: &Given, place: Place, fields: &Fields, errors: &FieldErrors) -> Result<Response, PageFailure> {
    let sort = wanted(fields);
    let marks = given
        .read(move |tx, who, now| match place {
            Place::Officer(id) => distribution::load_marks(tx, who, id, now),
            Place::Customer(id) => distribution::load_marks_to(tx, who, id, now),
            Place::Own => distribution::load_marks(tx, who, own(who)?, now),
        })
        .await?;
    let drawn = NewForm { place, sort, fields, errors };
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let body = html! { (page_head(drawn.title())) (drawn.draw(&given.ctx, &marks)) };
    let back = place.page();
    Ok(given.page(drawn.title(), place.here()).back(&back).status(status).draw(body))
}

/// Which of the two the form is for.
fn wanted(fields: &Fields) -> MarkSort {
    MarkSort::from_code(fields.get("sort")).unwrap_or(MarkSort::List)
}

fn own(who: &Actor) -> Result<OfficerId, Failure> {
    who.officer.ok_or(Failure::Missing("officer"))
}

async fn create(given: &Given, place: Place, sent: &Sent) -> Result<Response, PageFailure> {
    let fields = &sent.fields;
    let mut reader = Reader::new(fields);
    let (from, until) = (reader.optional_date("from"), reader.optional_date("until"));
    let read = reader.finish();
    let sort = wanted(fields);
    let customer = match place {
        Place::Customer(id) => id.to_string(),
        _ => fields.get("customer").to_owned(),
    };
    let (word, job_kind) = (fields.get("word").to_owned(), fields.get("job_kind").to_owned());
    let (reason, badge) = (fields.get("reason").to_owned(), fields.get("badge").to_owned());
    let done = given.act(sent, move |tx, who, now| {
        read.clone()?;
        let officer = match place {
            Place::Officer(id) => id,
            Place::Customer(id) => distribution::find_badge(tx, who, id, &badge)?,
            Place::Own => own(who)?,
        };
        let new = NewMark {
            officer,
            sort,
            word: word.clone(),
            customer: customer.clone(),
            job_kind: job_kind.clone(),
            from,
            until,
            reason: reason.clone(),
        };
        distribution::add_mark(tx, who, &new, now)
    });
    match done.await {
        Ok(_) => Ok(Redirect::to(&format!("{}?done=marked", place.page())).into_response()),
        Err(failure) => draw_new(given, place, fields, &mistakes(failure)?).await,
    }
}

async fn end(given: &Given, id: MarkId, place: Place, sent: &Sent) -> Result<Response, PageFailure> {
    let reason = sent.fields.get("reason").to_owned();
    match given.act(sent, move |tx, who, now| distribution::end_mark(tx, who, id, &reason, now)).await {
        Ok(()) => Ok(Redirect::to(&format!("{}?done=mark_ended", place.page())).into_response()),
        Err(failure) => {
            let base = if place == Place::Own { "/standing/marks" } else { "/marks" };
            let again = Again {
                title: "End this entry?",
                here: place.here(),
                action: format!("{base}/{id}/end"),
                back: place.page(),
                send: button("End").primary(),
            };
            again.draw(given, failure, |errors| {
                html! {
                    (why_field(place, &sent.fields, errors))
                    @for name in ["officer", "customer"] {
                        @if !sent.fields.get(name).is_empty() { input type="hidden" name=(name) value=(sent.fields.get(name)); }
                    }
                }
            })
        }
    }
}

/// The form for an officer.
pub async fn new_for_officer(given: Given, Id(id): Id<OfficerId>, query: Fields) -> Result<Response, PageFailure> {
    draw_new(&given, Place::Officer(id), &query, &FieldErrors::default()).await
}

/// Puts an officer on a list, or writes down a relation.
pub async fn create_for_officer(given: Given, Id(id): Id<OfficerId>, sent: Sent) -> Result<Response, PageFailure> {
    create(&given, Place::Officer(id), &sent).await
}

/// The form for a customer.
pub async fn new_for_customer(given: Given, Id(id): Id<CustomerId>, query: Fields) -> Result<Response, PageFailure> {
    draw_new(&given, Place::Customer(id), &query, &FieldErrors::default()).await
}

/// Puts an officer on a list for one customer, or writes down his relation to it.
pub async fn create_for_customer(given: Given, Id(id): Id<CustomerId>, sent: Sent) -> Result<Response, PageFailure> {
    create(&given, Place::Customer(id), &sent).await
}

/// The officer's own form.
pub async fn new_own(given: Given, query: Fields) -> Result<Response, PageFailure> {
    draw_new(&given, Place::Own, &query, &FieldErrors::default()).await
}

/// The officer joins a list or declares a relation.
pub async fn create_own(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    create(&given, Place::Own, &sent).await
}

/// The office ends an entry.
pub async fn end_mark(given: Given, Id(id): Id<MarkId>, sent: Sent) -> Result<Response, PageFailure> {
    let customer = sent.fields.get("customer").parse().ok().map(Place::Customer);
    let officer = sent.fields.get("officer").parse().ok().map(Place::Officer);
    let place = customer.or(officer).ok_or_else(PageFailure::missing)?;
    end(&given, id, place, &sent).await
}

/// The officer ends what he declared.
pub async fn end_own(given: Given, Id(id): Id<MarkId>, sent: Sent) -> Result<Response, PageFailure> {
    end(&given, id, Place::Own, &sent).await
}
