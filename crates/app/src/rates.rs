//! The agency's rule book: stored versions, and the one in force for a shift, read once and kept.

mod comparing;
mod drafts;
pub mod editing;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use jiff::{
    Timestamp,
    civil::{Date, Time},
};
use muster_domain::{
    access::{Action, Actor, Denied, Permit, Reach, Role, Target, authorise, reach},
    audit::Entry,
    id::{AgencyId, RuleSetId},
    notices::Message,
    refusal::{FieldErrors, Refusal},
    rules::RuleBook,
    time::instant,
};
pub use muster_store::rates::{RuleSet, SeenRules};
use muster_store::{self as store, Tx};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{
    Failure, agencies, audit,
    notices::{self, To},
    officers::touched,
};
pub use comparing::{Comparison, compare_rules};
pub use drafts::{adopt_draft, discard_draft, draft_rules, revise_draft};

/// The rules that apply to a shift, with the stored version they come from.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The stored version; kept with each quote, decision and charge.
    pub id: RuleSetId,
    /// Its number in the agency.
    pub number: i64,
    /// Policy, rates and calendar.
    pub book: Arc<RuleBook>,
}

/// Everything that the page of the rules shows.
#[derive(Debug, Clone)]
pub struct RulesPage {
    /// The version shown: the one asked for, else the one in force now; `None` while the agency has none.
    pub shown: Option<(RuleSet, String, Arc<RuleBook>)>,
    /// The id of the version in force now.
    pub in_force: Option<RuleSetId>,
    /// Every version, the newest first; drafts only for those who may write rules.
    pub versions: Vec<RuleSet>,
    /// The date at the agency.
    pub today: Date,
}

/// Books already read, by the digest of their text. A book never changes, so a kept one is never stale.
static READ: OnceLock<Mutex<HashMap<String, Arc<RuleBook>>>> = OnceLock::new();
const MOST_KEPT: usize = 256;

fn kept(digest: &str) -> Option<Arc<RuleBook>> {
    let books = READ.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    books.get(digest).cloned()
}

fn keep(digest: &str, book: &Arc<RuleBook>) {
    let mut books = READ.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    if books.len() >= MOST_KEPT {
        books.clear();
    }
    books.insert(digest.to_owned(), Arc::clone(book));
}

/// The rules that apply to a shift that starts at `at`.
///
/// # Errors
/// Refused when the agency has no rules in force at that time.
pub fn load_rules(tx: &mut Tx<'_>, agency: AgencyId, at: Timestamp) -> Result<Rules, Failure> {
    let (id, number, digest) = store::rates::name_in_force(tx, agency, at)?.ok_or_else(|| {
        Refusal::new(
            "no_rules_in_force",
            "The agency has no rules and rates in force at that time.",
            "Ask the agency's administrator to put rules in force on the page Rules and rates.",
        )
    })?;
    Ok(Rules { id, number, book: read_book(tx, agency, id, &digest)? })
}

/// The rules of one stored version, for example the one that a charge was priced by.
///
/// # Errors
/// Missing.
pub fn load_version(tx: &mut Tx<'_>, agency: AgencyId, id: RuleSetId) -> Result<Rules, Failure> {
    let set = store::rates::find_rule_set(tx, agency, id)?.ok_or(Failure::Missing("rule set"))?;
    let book = load_book(tx, agency, &set)?;
    Ok(Rules { id: set.id, number: set.number, book })
}

fn load_book(tx: &mut Tx<'_>, agency: AgencyId, set: &RuleSet) -> Result<Arc<RuleBook>, Failure> {
    read_book(tx, agency, set.id, &set.digest)
}

fn read_book(tx: &mut Tx<'_>, agency: AgencyId, id: RuleSetId, digest: &str) -> Result<Arc<RuleBook>, Failure> {
    if let Some(book) = kept(digest) {
        return Ok(book);
    }
    let document = store::rates::load_document(tx, agency, id)?;
    let book = RuleBook::read(&document).map_err(|mistakes| unreadable(id, &mistakes))?;
    let book = Arc::new(book);
    keep(digest, &book);
    Ok(book)
}

/// A stored document was checked before it was stored: a later version of the program no longer reads it.
fn unreadable(id: RuleSetId, mistakes: &[muster_domain::rules::RuleMistake]) -> Failure {
    let first = mistakes.first().map(ToString::to_string).unwrap_or_default();
    Failure::Broken(store::Error::Broken(format!("the stored rules {id} cannot be read: {first}").into()))
}

/// The page of the rules; `version` is the one to show, else the one in force.
///
/// # Errors
/// Denied; missing.
pub fn load_page(
    tx: &mut Tx<'_>,
    who: &Actor,
    version: Option<RuleSetId>,
    now: Timestamp,
) -> Result<RulesPage, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ViewRules, &Target::agency(agency))?;
    load_versions(tx, agency, version, sees_drafts(who), now)
}

/// Drafts are the business of those who write rules.
fn sees_drafts(who: &Actor) -> bool {
    reach(who.role, Action::DraftRules) != Reach::Nobody
}

/// A version that the person may see.
fn find_visible(tx: &mut Tx<'_>, agency: AgencyId, id: RuleSetId, drafts: bool) -> Result<RuleSet, Failure> {
    store::rates::find_rule_set(tx, agency, id)?
        .filter(|set| drafts || set.state == "in_force")
        .ok_or(Failure::Missing("rule set"))
}

/// The same for the agency's public page, where anybody may read what is in force.
///
/// # Errors
/// Missing.
pub(crate) fn load_open_page(tx: &mut Tx<'_>, agency: AgencyId, now: Timestamp) -> Result<RulesPage, Failure> {
    load_versions(tx, agency, None, false, now)
}

fn load_versions(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    version: Option<RuleSetId>,
    drafts: bool,
    now: Timestamp,
) -> Result<RulesPage, Failure> {
    let in_force = store::rates::find_in_force(tx, agency, now)?;
    let wanted = match version {
        Some(id) => Some(find_visible(tx, agency, id, drafts)?),
        None => in_force.clone(),
    };
    let shown = match wanted {
        Some(set) => {
            let book = load_book(tx, agency, &set)?;
            let document = store::rates::load_document(tx, agency, set.id)?;
            Some((set, document, book))
        }
        None => None,
    };
    Ok(RulesPage {
        shown,
        in_force: in_force.map(|set| set.id),
        versions: store::rates::list_rule_sets(tx, agency, drafts)?,
        today: agencies::today(tx, agency, now)?,
    })
}

/// Stores a document and puts it in force for shifts that start on or after `from_on`. A version already in force is
/// never edited: prices and decisions made by it stay as they are.
///
/// # Errors
/// Denied; invalid with every mistake of the document by its line, or when the date lies in the past (the agency's first
/// version may reach back).
pub fn put_in_force(
    tx: &mut Tx<'_>,
    who: &Actor,
    document: &str,
    from_on: Date,
    now: Timestamp,
) -> Result<RuleSetId, Failure> {
    let agency = who.scope()?.agency();
    let permit = authorise(who, Action::EditRules, &Target::agency(agency))?;
    let book = read(document)?;
    let number = store::rates::draw_number(tx, agency)?;
    let from = first_start(tx, agency, from_on, now)?;
    let set = RuleSet {
        in_force_from: Some(from),
        approved_by: who.name.clone(),
        state: "in_force".to_owned(),
        ..written(tx, who, (document, &book), number, now)
    };
    store::rates::add_rule_set(tx, agency, &set, document)?;
    keep(&set.digest, &Arc::new(book));
    announce(tx, &permit, &set, from_on, now)?;
    Ok(set.id)
}

/// The text as a draft that the person wrote now.
fn written(tx: &mut Tx<'_>, who: &Actor, (document, book): (&str, &RuleBook), number: i64, now: Timestamp) -> RuleSet {
    RuleSet {
        id: tx.id(now),
        digest: digest(document),
        number,
        title: title(book),
        state: "draft".to_owned(),
        in_force_from: None,
        approved_by: String::new(),
        created_at: now,
        version: 0,
        based_on: None,
        written_by: who.name.clone(),
        written_at: now,
        tried: false,
    }
}

fn title(book: &RuleBook) -> String {
    if book.name.is_empty() {
        format!("Version {}", book.version)
    } else {
        format!("{}, version {}", book.name, book.version)
    }
}

/// The agency's midnight from which a version counts. Past days are closed, but for an agency without rules in force.
fn first_start(tx: &mut Tx<'_>, agency: AgencyId, from_on: Date, now: Timestamp) -> Result<Timestamp, Failure> {
    let zone = agencies::load_agency(tx, agency)?.zone;
    let today = now.to_zoned(zone.clone()).date();
    let first = store::rates::find_in_force(tx, agency, now)?.is_none();
    let mut errors = FieldErrors::default();
    errors.require(
        first || from_on >= today,
        "from_on",
        "Rules cannot be put in force for days that have passed. Choose today or later.",
    );
    errors.require((1990..=2100).contains(&from_on.year()), "from_on", "Enter a year between 1990 and 2100.");
    errors.or(())?;
    let midnight = instant(&zone, from_on, Time::midnight())
        .or_else(|_| instant(&zone, from_on, Time::constant(1, 0, 0, 0)))
        .map_err(|error| Refusal::new("no_such_day", error.to_string(), "Choose another day."))?;
    Ok(midnight)
}

/// Tells those who plan, and the audit log, that a version counts from a day on.
fn announce(tx: &mut Tx<'_>, permit: &Permit, set: &RuleSet, from_on: Date, now: Timestamp) -> Result<(), Failure> {
    let agency = permit.agency().ok_or(Denied::NoAgency)?;
    for role in [Role::Coordinator, Role::AgencyAdmin] {
        let message = Message {
            kind: "rules_in_force",
            title: format!("New rules and rates from {from_on}"),
            body: format!("{} put \u{201c}{}\u{201d} in force for shifts from {from_on}.", set.approved_by, set.title),
            link: "/rules".to_owned(),
        };
        notices::tell(tx, agency, To::Role(role), &message, now)?;
    }
    touched::touched_all(tx, agency, now, now)?;
    let words = format!("put the rules \u{201c}{}\u{201d} (number {}) in force from {from_on}", set.title, set.number);
    let facts = json!({ "number": set.number, "digest": set.digest, "from_on": from_on });
    audit::record(tx, permit, Entry::new("put_rules_in_force", words).about(set.id).about(agency).with(facts), now)
}

fn read(document: &str) -> Result<RuleBook, FieldErrors> {
    RuleBook::read(document).map_err(|mistakes| {
        let mut errors = FieldErrors::default();
        for mistake in mistakes.iter().take(50) {
            errors.add("document", mistake.to_string());
        }
        errors
    })
}

/// SHA-256 as hex.
fn digest(document: &str) -> String {
    Sha256::digest(document).iter().map(|byte| format!("{byte:02x}")).collect()
}
