//! The rules at a request: judged when it is sent and when it is approved, with documents and facts that they ask for.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use muster_domain::{
    access::{Action, Actor, Target, authorise, may_speak_for},
    audit::Entry,
    customers::Customer,
    id::{DocumentId, RequestId, RuleSetId},
    policy::{Kind, PolicyBook, SetAside, kinds::VenueBar},
    refusal::{FieldErrors, Refusal},
    requests::{Asked, Kept, Request, RequestRuling, Waits, judge_asked},
    rules::RuleBook,
};
use muster_store::{
    self as store, Tx,
    requests::{ApprovalRow, DocumentSeen, RulingRow},
};
use serde_json::json;

use super::{
    deciding::to_change,
    standing::{About, load_standing},
};
use crate::{Failure, agencies, audit, rates};

/// What the rules say of a request now.
pub(super) struct Judged {
    pub ruling: RequestRuling,
    pub rule_set: RuleSetId,
    pub book: Arc<RuleBook>,
}

impl Judged {
    pub fn waits(&self) -> Vec<Waits> {
        self.ruling.waits(&self.book.policy)
    }
}

/// Asks the rules in force for the first shift about a stored request, with what it holds now.
pub(super) fn judge_stored(
    tx: &mut Tx<'_>,
    request: &Request,
    customer: &Customer,
    now: Timestamp,
) -> Result<Judged, Failure> {
    let agency = agencies::load_agency(tx, request.agency)?;
    let job_types = store::agencies::list_job_types(tx, agency.id)?;
    let job_type = job_types.iter().find(|one| one.id == request.job_type).ok_or(Failure::Missing("job type"))?;
    let ranks = store::agencies::list_ranks(tx, agency.id)?;
    let rules = rates::load_rules(tx, agency.id, request.first_starts_at)?;
    // The dates were checked when the request came.
    let shifts = request.details.shifts(&agency.zone, Timestamp::MIN)?;
    let about =
        About { agency: &agency, customer: Some(customer), site: Some(request.site), request: Some(request.id) };
    let kept = load_standing(tx, &about, &rules.book.policy, now)?;
    let asked = Asked {
        details: &request.details,
        shifts: &shifts,
        customer: Some(customer),
        site: Some(request.site),
        job_type,
        ranks: &ranks,
        zone: &agency.zone,
        at: request.submitted_at,
        standing: &kept.standing,
    };
    let mut ruling = judge_asked(&rules.book, &asked, now);
    kept.agreed.iter().for_each(|agreed| ruling.agree(agreed));
    if let Some(last) = store::requests::list_rulings(tx, agency.id, request.id)?.first() {
        // What the office set aside when it entered the request stays set aside.
        for before in last.ruling.decisions.iter().filter_map(|one| one.overridden.as_ref()) {
            ruling.keep_aside(before);
        }
    }
    Ok(Judged { ruling, rule_set: rules.id, book: rules.book })
}

/// Sets aside what stands in the way and somebody of this role may set aside, when a reason is given.
pub(super) fn set_aside(
    ruling: &mut RequestRuling,
    who: &Actor,
    reason: &str,
    now: Timestamp,
) -> Result<Vec<String>, Failure> {
    if reason.trim().is_empty() || who.role.is_customer() {
        return Ok(Vec::new());
    }
    crate::check_reason(reason)?;
    let (rule, by) = (String::new(), String::new());
    let aside = SetAside { rule, by, who: who.name.clone(), reason: reason.trim().to_owned(), at: now };
    Ok(ruling.set_aside(&aside, |level| may_speak_for(who.role, level)))
}

/// The code of a refusal by the rules.
pub(super) const BLOCKS: &str = "rule_blocks_request";

/// Refuses what a rule forbids, with every rule in the way.
pub(super) fn must_not_stop(ruling: &RequestRuling) -> Result<(), Refusal> {
    let (mut words, mut remedies): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for one in ruling.stops() {
        let cite = one.cite.as_ref().map_or_else(String::new, |cite| format!(" ({cite})"));
        words.push(format!("{}{cite}", ruling.words(one)));
        remedies.push(one.remedy.clone());
        if let Some(may) = &one.override_by {
            let by = may.by.join(" or ").replace('_', " ");
            remedies.push(format!("The agency may set this rule aside ({by}) with a reason."));
        }
    }
    if words.is_empty() {
        return Ok(());
    }
    let message = format!("A rule of the agency does not allow this: {}.", words.join("; "));
    Err(Refusal::new(BLOCKS, message, remedies.join(" ")))
}

/// Refuses while somebody must still agree or a document is still to be seen.
pub(super) fn must_be_agreed(judged: &Judged) -> Result<(), Refusal> {
    let waits = judged.waits();
    if waits.is_empty() {
        return Ok(());
    }
    let missing: Vec<String> = waits.iter().map(Waits::words).collect();
    let message = format!("The request still needs {}.", missing.join("; "));
    Err(Refusal::new("approval_missing", message, "Record it on the page of the request, then approve."))
}

/// What a document or a fact is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// This request alone.
    Request,
    /// The customer, for later requests too.
    Customer,
    /// The place, for later requests too.
    Site,
}

impl Subject {
    /// The subject with this word: `request`, `customer` or `site`.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "request" => Some(Self::Request),
            "customer" => Some(Self::Customer),
            "site" => Some(Self::Site),
            _ => None,
        }
    }

    fn id_of(self, request: &Request) -> String {
        let [of_request, customer, site] = store::requests::subjects(request.id, request.customer, request.site);
        match self {
            Self::Request => of_request,
            Self::Customer => customer,
            Self::Site => site,
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Request => "the request",
            Self::Customer => "the customer",
            Self::Site => "the place",
        }
    }
}

/// A document that was shown to the agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentShown {
    /// Whose it is; nothing where what was sent is no word for one.
    pub about: Option<Subject>,
    /// By the rule book's word.
    pub document: String,
    /// Its own name or number.
    pub name: String,
    /// Its date.
    pub dated_on: Option<Date>,
    /// Last day on which it holds.
    pub valid_until: Option<Date>,
}

/// Records that a document was seen.
///
/// # Errors
/// Denied; missing; invalid with every mistake.
pub fn record_document(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: RequestId,
    shown: &DocumentShown,
    now: Timestamp,
) -> Result<DocumentId, Failure> {
    let (request, permit) = to_change(tx, who, id, Action::DecideRequest)?;
    let mut errors = FieldErrors::default();
    errors.require_text(&shown.document, "document", 80);
    errors.require_text(&shown.name, "name", 200);
    let ordered = shown.dated_on.zip(shown.valid_until).is_none_or(|(dated, until)| dated <= until);
    errors.require(shown.about.is_some(), "about", "Use request, customer or site.");
    errors.require(ordered, "valid_until", "The last valid day lies before the date of the document.");
    errors.or(())?;
    let about = shown.about.unwrap_or(Subject::Request);
    let seen = DocumentSeen {
        id: tx.id(now),
        subject: about.id_of(&request),
        document: shown.document.trim().to_owned(),
        name: shown.name.trim().to_owned(),
        dated_on: shown.dated_on,
        valid_until: shown.valid_until,
        seen_by: who.name.clone(),
        seen_at: now,
    };
    store::requests::add_document(tx, request.agency, &seen)?;
    let words = format!(
        "saw the {} \u{201c}{}\u{201d} for {} of request {}",
        seen.document.replace('_', " "),
        seen.name,
        about.noun(),
        request.number
    );
    let facts = json!({ "document": seen.document, "name": seen.name, "dated_on": seen.dated_on, "valid_until": seen.valid_until, "about": seen.subject });
    let entry = Entry::new("saw_document", words).about(id).about(request.customer).about(request.site).with(facts);
    audit::record(tx, &permit, entry, now)?;
    Ok(seen.id)
}

/// Writes down what the rules ask of a customer or a place: labels, class, share of alcohol, inside the city.
///
/// # Errors
/// Denied; missing; invalid with every mistake.
pub fn write_facts(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: RequestId,
    (about, facts): (Subject, &Kept),
    now: Timestamp,
) -> Result<(), Failure> {
    let (request, permit) = to_change(tx, who, id, Action::DecideRequest)?;
    authorise(who, Action::DecideRequest, &Target::customer(request.agency, request.customer))?;
    let mut errors = FieldErrors::default();
    let plain = |word: &String| {
        !word.is_empty()
            && word.len() <= 60
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    errors.require(
        facts.labels.len() <= 20 && facts.labels.iter().all(plain),
        "labels",
        "Write labels as words such as night_club, parted by commas; at most twenty.",
    );
    errors.require(facts.class.is_empty() || plain(&facts.class), "class", "Write one word such as night_club.");
    errors.require(
        facts.alcohol_percent.is_none_or(|share| (0..=100).contains(&share)),
        "alcohol_percent",
        "Enter a number from 0 to 100, or leave it empty.",
    );
    errors.require(about != Subject::Request, "about", "Choose the customer or the place.");
    errors.or(())?;
    let subject = about.id_of(&request);
    let before = store::requests::find_facts(tx, request.agency, &subject)?;
    store::requests::save_facts(tx, request.agency, (&subject, facts), &who.name, now)?;
    let words = format!("wrote down for the rules what {} of request {} is", about.noun(), request.number);
    let entry = Entry::new("wrote_rule_facts", words).about(id).about(request.customer).about(request.site);
    audit::record(tx, &permit, entry.with(json!({ "before": before, "after": facts, "about": subject })), now)
}

/// What the page of a request shows of the rules.
#[derive(Debug, Clone, Default)]
pub struct RequestRules {
    /// What they say now, while it is open.
    pub now: Option<RequestRuling>,
    /// What is still missing, while it is open.
    pub waits: Vec<Waits>,
    /// What they said before, the newest first.
    pub rulings: Vec<RulingRow>,
    /// The approval path: every level that was asked for.
    pub path: Vec<ApprovalRow>,
    /// Documents seen.
    pub documents: Vec<DocumentSeen>,
    /// Documents that rules of the book speak of.
    pub document_kinds: Vec<String>,
    /// Labels that rules of the book bar, and lists that hold accounts.
    pub labels: Vec<String>,
    /// Written down of the customer.
    pub customer: Kept,
    /// Written down of the place.
    pub venue: Kept,
}

/// Everything that the page of a request shows of the rules; a request whose rules cannot be read any more shows the rest.
pub(super) fn load_rules_of(
    tx: &mut Tx<'_>,
    request: &Request,
    customer: &Customer,
    now: Timestamp,
) -> Result<RequestRules, Failure> {
    let (agency, subjects) = (request.agency, store::requests::subjects(request.id, request.customer, request.site));
    let mut shown = RequestRules {
        rulings: store::requests::list_rulings(tx, agency, request.id)?,
        path: store::requests::list_approvals(tx, agency, request.id)?,
        documents: store::requests::list_documents(tx, agency, &subjects)?,
        customer: store::requests::find_facts(tx, agency, &subjects[1])?,
        venue: store::requests::find_facts(tx, agency, &subjects[2])?,
        ..RequestRules::default()
    };
    if request.state.is_open() {
        match judge_stored(tx, request, customer, now) {
            Ok(judged) => {
                shown.waits = judged.waits();
                (shown.document_kinds, shown.labels) = words_of(&judged.book.policy);
                shown.now = Some(judged.ruling);
            }
            Err(Failure::Refused(_)) => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(shown)
}

/// Documents and labels that the book's rules speak of.
fn words_of(book: &PolicyBook) -> (Vec<String>, Vec<String>) {
    let (mut documents, mut labels): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for rule in &book.rules {
        match &rule.kind {
            Kind::Approval(path) => documents.extend(path.documents.iter().cloned()),
            Kind::VenueBar(VenueBar { bar, proof, .. }) => {
                labels.extend(bar.iter().cloned());
                documents.extend(proof.iter().cloned());
            }
            Kind::List(list) => labels.push(list.list.clone()),
            _ => {}
        }
    }
    documents.sort();
    documents.dedup();
    labels.sort();
    labels.dedup();
    (documents, labels)
}
