//! The rule editor: a draft as sentences, and each change of it.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use muster_domain::{
    access::{Action, Actor, Target, authorise},
    agencies::Rank,
    id::RuleSetId,
    officers::Status,
    refusal::{FieldErrors, Refusal},
    rules::{
        RuleBook,
        editing::{self, Choice, ConditionRows, Vocabulary},
    },
};
use muster_store::{self as store, Tx};

use super::{RuleSet, SeenRules};
use crate::{Failure, agencies};

/// A draft on the desk: its text, the agency's words, and what is in force beside it.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The draft.
    pub draft: RuleSet,
    /// Its text.
    pub document: String,
    /// Its book.
    pub book: Arc<RuleBook>,
    /// The agency's words.
    pub words: Vocabulary,
    /// The agency's ranks, the highest first.
    pub ranks: Vec<Rank>,
    /// True when the last change can be taken back.
    pub can_undo: bool,
    /// The version in force today with its book.
    pub in_force: Option<(RuleSet, Arc<RuleBook>)>,
    /// The date at the agency.
    pub today: Date,
}

/// Opens a draft for editing.
///
/// # Errors
/// Denied; missing; refused when it is no draft any more.
pub fn open_draft(tx: &mut Tx<'_>, who: &Actor, id: RuleSetId, now: Timestamp) -> Result<Desk, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::DraftRules, &Target::agency(agency))?;
    let draft = store::rates::find_rule_set(tx, agency, id)?.ok_or(Failure::Missing("rule set"))?;
    if draft.state != "draft" {
        let title = draft.title;
        return Err(Refusal::new(
            "no_draft_any_more",
            format!("\u{201c}{title}\u{201d} is no draft any more."),
            "Begin a new draft on the page Rules and rates.",
        )
        .into());
    }
    let book = super::load_book(tx, agency, &draft)?;
    let document = store::rates::load_document(tx, agency, id)?;
    let previous = store::rates::load_previous_document(tx, agency, id)?;
    let in_force = match store::rates::find_in_force(tx, agency, now)? {
        Some(set) => {
            let book = super::load_book(tx, agency, &set)?;
            Some((set, book))
        }
        None => None,
    };
    let ranks = store::agencies::list_ranks(tx, agency)?;
    let words = words(tx, who, &ranks)?.with_book(&book);
    let can_undo = !previous.is_empty() && previous != document;
    Ok(Desk { draft, document, book, words, ranks, can_undo, in_force, today: agencies::today(tx, agency, now)? })
}

/// The words of the agency's settings and its roster.
fn words(tx: &mut Tx<'_>, who: &Actor, ranks: &[Rank]) -> Result<Vocabulary, Failure> {
    let agency = who.scope()?.agency();
    let kinds = store::agencies::list_job_types(tx, agency)?;
    let barring =
        [Status::Hold, Status::LightDuty, Status::Injured, Status::Leave, Status::Suspended, Status::Separated];
    Ok(Vocabulary {
        ranks: ranks.iter().rev().map(|rank| Choice::new(rank.code.clone(), rank.name.clone())).collect(),
        certifications: store::officers::list_certification_kinds(tx, agency)?
            .iter()
            .map(|kind| Choice::plain(kind))
            .collect(),
        job_kinds: kinds
            .iter()
            .filter(|kind| !kind.retired)
            .map(|kind| Choice::new(kind.code.clone(), kind.name.clone()))
            .collect(),
        statuses: barring.iter().map(|status| Choice::new(status.code(), status.label().to_lowercase())).collect(),
        levels: ["supervisor", "commander", "chief"].into_iter().map(Choice::plain).collect(),
        holidays: Vec::new(),
    })
}

/// One change of a draft.
#[derive(Debug, Clone)]
pub enum Edit {
    /// Places of one rule filled in: paths with their values.
    Fill {
        /// The rule.
        place: String,
        /// What was entered.
        values: Vec<(String, String)>,
    },
    /// The condition of a rule.
    Condition {
        /// The rule.
        place: String,
        /// `when` or `that`.
        path: String,
        /// What was entered.
        rows: ConditionRows,
    },
    /// A rule of a template.
    Add {
        /// The template's name.
        template: String,
    },
    /// A rule taken out.
    Remove {
        /// The rule.
        place: String,
    },
    /// An item more in a list of a rule.
    AddRow {
        /// The rule.
        place: String,
        /// The list.
        path: String,
    },
    /// An item less.
    RemoveRow {
        /// The rule.
        place: String,
        /// The list.
        path: String,
        /// Which, from 0.
        at: usize,
    },
    /// The whole text.
    Source {
        /// As typed.
        document: String,
    },
    /// The last change taken back.
    Undo,
}

/// Changes a draft as it was seen; answers where a rule that came stands.
///
/// # Errors
/// Those of [`super::revise_draft`]; invalid with the mistakes of the places that were filled in.
pub fn change_draft(
    tx: &mut Tx<'_>,
    who: &Actor,
    seen: SeenRules,
    edit: &Edit,
    now: Timestamp,
) -> Result<Option<String>, Failure> {
    let desk = open_draft(tx, who, seen.id, now)?;
    if desk.draft.version != seen.version {
        return Err(super::drafts::CHANGED);
    }
    let text = desk.document.as_str();
    let mut came = None;
    let changed = match edit {
        Edit::Fill { place, values } => editing::fill(text, &desk.words, place, values)?,
        Edit::Condition { place, path, rows } => editing::set_condition(text, place, path, rows)?,
        Edit::Add { template } => {
            let (changed, place) = editing::add_rule(text, &desk.words, template)?;
            came = Some(place);
            changed
        }
        Edit::Remove { place } => editing::remove_rule(text, place)?,
        Edit::AddRow { place, path } => editing::add_row(text, &desk.words, place, path)?,
        Edit::RemoveRow { place, path, at } => editing::remove_row(text, place, path, *at)?,
        Edit::Source { document } => document.replace("\r\n", "\n"),
        Edit::Undo => {
            let agency = who.scope()?.agency();
            let previous = store::rates::load_previous_document(tx, agency, seen.id)?;
            if previous.is_empty() {
                let mut errors = FieldErrors::default();
                errors.add("", "There is no change to take back.");
                return Err(errors.into());
            }
            previous
        }
    };
    super::revise_draft(tx, who, seen, &changed, now)?;
    Ok(came)
}

/// A draft that begins with the version in force, under a version name of its own; an empty book where none is in force.
///
/// # Errors
/// Denied.
pub fn begin_draft(tx: &mut Tx<'_>, who: &Actor, now: Timestamp) -> Result<RuleSetId, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::DraftRules, &Target::agency(agency))?;
    let today = agencies::today(tx, agency, now)?;
    let next = store::rates::list_rule_sets(tx, agency, true)?.first().map_or(1, |set| set.number + 1);
    let version = format!("{}-{next}", today.year());
    let Some(set) = store::rates::find_in_force(tx, agency, now)? else {
        let loaded = agencies::load_agency(tx, agency)?;
        let zone = loaded.zone.iana_name().unwrap_or("America/New_York");
        let document = format!("agency: {}\nversion: {version}\neffective_from: {today}\nzone: {zone}\n", loaded.slug);
        return super::draft_rules(tx, who, &document, None, now);
    };
    let document = store::rates::load_document(tx, agency, set.id)?;
    let named = editing::fill(&document, &Vocabulary::default(), "book", &[("version".to_owned(), version)]);
    super::draft_rules(tx, who, &named.unwrap_or(document), Some(set.id), now)
}
