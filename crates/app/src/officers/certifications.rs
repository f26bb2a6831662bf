//! Certifications of an officer.

use jiff::{Timestamp, civil::Date};
use muster_domain::{
    access::Actor,
    audit::Entry,
    id::{CertificationId, OfficerId},
    officers::Certification,
    refusal::FieldErrors,
};
use muster_store::{self as store, Tx};
use serde_json::json;

use super::{to_edit, touched::touched};
use crate::{Failure, audit};

/// What a form says about a certification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCertification {
    /// The word that rules use: lower-case letters, digits and underscores.
    pub kind: String,
    /// Number on the card; may be empty.
    pub number: String,
    /// First valid day.
    pub issued_on: Date,
    /// Last valid day; never expires when `None`.
    pub expires_on: Option<Date>,
}

/// Adds a certification.
///
/// # Errors
/// Denied; missing; invalid.
pub fn add_certification(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: OfficerId,
    new: &NewCertification,
    now: Timestamp,
) -> Result<CertificationId, Failure> {
    let (officer, permit) = to_edit(tx, who, id)?;
    let kind = new.kind.trim().to_lowercase().replace([' ', '-'], "_");
    let mut errors = FieldErrors::default();
    errors.require_text(&kind, "kind", 60);
    let plain = kind.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    errors.require(plain, "kind", "Use letters, digits and spaces only, for example traffic control.");
    if !new.number.is_empty() {
        errors.require_text(&new.number, "number", 60);
    }
    let in_order = new.expires_on.is_none_or(|last| last >= new.issued_on);
    errors.require(in_order, "expires_on", "It would expire before it was issued. Check both dates.");
    errors.or(())?;
    let certification = Certification {
        id: tx.id(now),
        kind,
        number: new.number.clone(),
        issued_on: new.issued_on,
        expires_on: new.expires_on,
    };
    store::officers::add_certification(tx, officer.agency, id, &certification)?;
    touched(tx, officer.agency, id, now)?;
    let until = new.expires_on.map_or_else(String::new, |last| format!(", valid until {last}"));
    let words = format!("noted the certification {} of {}{until}", certification.kind, officer.full_name());
    let facts = json!({ "kind": certification.kind, "number": new.number, "issued_on": new.issued_on, "expires_on": new.expires_on });
    let entry = Entry::new("added_certification", words).about(id).about(certification.id).with(facts);
    audit::record(tx, &permit, entry, now)?;
    Ok(certification.id)
}

/// Takes a certification away.
///
/// # Errors
/// Denied; missing.
pub fn remove_certification(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: OfficerId,
    certification: CertificationId,
    now: Timestamp,
) -> Result<(), Failure> {
    let (officer, permit) = to_edit(tx, who, id)?;
    let found = store::officers::find_certification(tx, officer.agency, id, certification)?
        .ok_or(Failure::Missing("certification"))?;
    store::officers::remove_certification(tx, officer.agency, id, certification)?;
    touched(tx, officer.agency, id, now)?;
    let words = format!("removed the certification {} of {}", found.kind, officer.full_name());
    let facts = json!({ "kind": found.kind, "number": found.number, "issued_on": found.issued_on, "expires_on": found.expires_on });
    let entry = Entry::new("removed_certification", words).about(id).about(certification).with(facts);
    audit::record(tx, &permit, entry, now)
}
