//! The rule editor: a draft of the rules as sentences with places to fill in.
//!
//! Each change is a form of its own that is kept at once; the page comes back with it. Scripts swap the page in place
//! (`ui/ts/editor.ts`); without them every form works by itself.

mod adoption;
mod condition;
mod page;
mod preview;
mod slots;
mod source;

use axum::{
    Extension,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use muster_app::{
    Failure,
    rates::{
        self, SeenRules,
        editing::{self, Desk, Edit},
    },
};
use muster_domain::{access::Action, id::RuleSetId};

use crate::{
    Ctx,
    failure::PageFailure,
    fields::{Fields, Reader, Sent},
    headers::Nonce,
    routes::{Guard, Routes},
    signed_in::SignedIn,
};

/// The editor's routes.
pub(super) fn routes(all: Routes) -> Routes {
    let draft = Guard::On(Action::DraftRules);
    let adopt = Guard::On(Action::EditRules);
    all.post("/rules/drafts", draft, begin)
        .get("/rules/drafts/{id}", draft, show)
        .post("/rules/drafts/{id}/undo", draft, undo)
        .post("/rules/drafts/{id}/rules", draft, add_rule)
        .post("/rules/drafts/{id}/rules/{place}", draft, fill)
        .post("/rules/drafts/{id}/rules/{place}/condition", draft, set_condition)
        .post("/rules/drafts/{id}/rules/{place}/rows", draft, change_rows)
        .post("/rules/drafts/{id}/rules/{place}/removal", draft, remove_rule)
        .post("/rules/drafts/{id}/removal", draft, discard)
        .get("/rules/drafts/{id}/source", draft, source::show)
        .post("/rules/drafts/{id}/source", draft, source::keep)
        .get("/rules/drafts/{id}/adoption", adopt, adoption::show)
        .post("/rules/drafts/{id}/adoption", adopt, adoption::adopt)
}

/// Begins a draft with the version in force.
async fn begin(State(ctx): State<Ctx>, who: SignedIn, sent: Sent) -> Result<Response, PageFailure> {
    let actor = who.actor.clone();
    let id = ctx.act(&who.actor, &sent, move |tx, now| editing::begin_draft(tx, &actor, now)).await?;
    Ok(Redirect::to(&format!("/rules/drafts/{id}?done=begun")).into_response())
}

async fn load(ctx: &Ctx, who: &SignedIn, id: RuleSetId) -> Result<Desk, Failure> {
    let actor = who.actor.clone();
    ctx.read(move |tx, now| editing::open_draft(tx, &actor, id, now)).await
}

fn parse(id: &str) -> Result<RuleSetId, PageFailure> {
    id.parse().map_err(|_| PageFailure::missing())
}

/// The sample in the address, without what only says how the page was reached.
fn kept(uri: &Uri) -> (Fields, String) {
    let mut fields = Fields::parse(uri.query().unwrap_or_default().as_bytes());
    fields.0.retain(|(name, _)| !matches!(name.as_str(), "done" | "new"));
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(&fields.0);
    let query = query.finish();
    (fields, if query.is_empty() { query } else { format!("?{query}") })
}

async fn show(
    State(ctx): State<Ctx>,
    Extension(nonce): Extension<Nonce>,
    who: SignedIn,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, PageFailure> {
    let desk = load(&ctx, &who, parse(&id)?).await?;
    let query = Fields::parse(uri.query().unwrap_or_default().as_bytes());
    Ok(page::draw((&ctx, &nonce, &who), &desk, &query, &kept(&uri).1, None))
}

/// What a change needs to be carried out and to come back to the page.
struct Change {
    ctx: Ctx,
    nonce: Nonce,
    who: SignedIn,
    id: RuleSetId,
    uri: Uri,
    sent: Sent,
}

impl Change {
    /// Carries the change out; the page comes back at the rule, or with what was wrong beside it.
    async fn run(self, place: &str, edit: Edit, done: &str) -> Result<Response, PageFailure> {
        let Self { ctx, nonce, who, id, uri, sent } = self;
        let mut reader = Reader::new(&sent.fields);
        let seen = SeenRules { id, version: reader.number("version", 0, i64::MAX) };
        let read = reader.finish();
        let actor = who.actor.clone();
        let outcome = ctx
            .act(&who.actor, &sent, move |tx, now| {
                read.clone()?;
                editing::change_draft(tx, &actor, seen, &edit, now)
            })
            .await;
        let (fields, search) = kept(&uri);
        match outcome {
            Ok(came) => {
                let new = came.map(|place| slots::word_of(&place));
                let at = new.clone().unwrap_or_else(|| slots::word_of(place)).replace('.', "-");
                let mut query = form_urlencoded::Serializer::new(String::new());
                query.extend_pairs(&fields.0);
                query.extend_pairs(new.iter().map(|new| ("new", new)));
                query.extend_pairs((!done.is_empty()).then_some(("done", done)));
                let mark = if at.is_empty() { String::new() } else { format!("#r-{at}") };
                let query = query.finish();
                let query = if query.is_empty() { query } else { format!("?{query}") };
                Ok(Redirect::to(&format!("/rules/drafts/{id}{query}{mark}")).into_response())
            }
            Err(Failure::Invalid(errors)) => {
                let desk = load(&ctx, &who, id).await?;
                let came = page::Came { place: place.to_owned(), fields: &sent.fields, errors: &errors };
                Ok(page::draw((&ctx, &nonce, &who), &desk, &fields, &search, Some(&came)))
            }
            Err(failure) => Err(failure.into()),
        }
    }
}

/// The place of a rule in an address.
fn place_of(word: &str) -> String {
    word.replace('.', "/")
}

async fn undo(
    State(ctx): State<Ctx>,
    Extension(nonce): Extension<Nonce>,
    who: SignedIn,
    Path(id): Path<String>,
    uri: Uri,
    sent: Sent,
) -> Result<Response, PageFailure> {
    let change = Change { ctx, nonce, who, id: parse(&id)?, uri, sent };
    change.run("", Edit::Undo, "undone").await
}

async fn add_rule(
    State(ctx): State<Ctx>,
    Extension(nonce): Extension<Nonce>,
    who: SignedIn,
    Path(id): Path<String>,
    uri: Uri,
    sent: Sent,
) -> Result<Response, PageFailure> {
    let edit = Edit::Add { template: sent.fields.get("template").to_owned() };
    Change { ctx, nonce, who, id: parse(&id)?, uri, sent }.run("", edit, "added").await
}

async fn fill(
    State(ctx): State<Ctx>,
    Extension(nonce): Extension<Nonce>,
    who: SignedIn,
    Path((id, word)): Path<(String, String)>,
    uri: Uri,
    sent: Sent,
) -> Result<Response, PageFailure> {
    let place = place_of(&word);
    let edit = Edit::Fill { place: place.clone(), values: slots::values(&sent.fields) };
    Change { ctx, nonce, who, id: parse(&id)?, uri, sent }.run(&place, edit, "").await
}

async fn set_condition(
    State(ctx): State<Ctx>,
    Extension(nonce): Extension<Nonce>,
    who: SignedIn,
    Path((id, word)): Path<(String, String)>,
    uri: Uri,
    sent: Sent,
) -> Result<Response, PageFailure> {
    let place = place_of(&word);
    let path = sent.fields.get("path").to_owned();
    let edit = Edit::Condition { place: place.clone(), path, rows: condition::rows(&sent.fields) };
    Change { ctx, nonce, who, id: parse(&id)?, uri, sent }.run(&place, edit, "").await
}

async fn change_rows(
    State(ctx): State<Ctx>,
    Extension(nonce): Extension<Nonce>,
    who: SignedIn,
    Path((id, word)): Path<(String, String)>,
    uri: Uri,
    sent: Sent,
) -> Result<Response, PageFailure> {
    let place = place_of(&word);
    let path = sent.fields.get("path").to_owned();
    let edit = match sent.fields.get("remove") {
        "" => Edit::AddRow { place: place.clone(), path },
        at => Edit::RemoveRow { place: place.clone(), path, at: at.parse().unwrap_or(usize::MAX) },
    };
    Change { ctx, nonce, who, id: parse(&id)?, uri, sent }.run(&place, edit, "").await
}

async fn remove_rule(
    State(ctx): State<Ctx>,
    Extension(nonce): Extension<Nonce>,
    who: SignedIn,
    Path((id, word)): Path<(String, String)>,
    uri: Uri,
    sent: Sent,
) -> Result<Response, PageFailure> {
    let edit = Edit::Remove { place: place_of(&word) };
    Change { ctx, nonce, who, id: parse(&id)?, uri, sent }.run("", edit, "removed").await
}

/// Gives the draft up.
async fn discard(
    State(ctx): State<Ctx>,
    who: SignedIn,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, PageFailure> {
    let mut reader = Reader::new(&sent.fields);
    let seen = SeenRules { id: parse(&id)?, version: reader.number("version", 0, i64::MAX) };
    let read = reader.finish();
    // What is not there is missing, whatever else the form lacks.
    load(&ctx, &who, seen.id).await?;
    let actor = who.actor.clone();
    ctx.act(&who.actor, &sent, move |tx, now| {
        read.clone()?;
        rates::discard_draft(tx, &actor, seen, now)
    })
    .await?;
    Ok(Redirect::to("/rules?done=discarded").into_response())
}
