//! The histories of rank, superiors and status, and certifications.

use jiff::civil::Date;
use muster_domain::{
    id::{AgencyId, CertificationId, OfficerId, RankId},
    officers::{Certification, RankHeld, Status, StatusHeld, SuperiorHeld},
};

use super::status;
use crate::{Error, Row, Tx};

const RANKS: &str = "SELECT held_from, rank_id FROM officer_ranks WHERE agency_id = $1 AND officer_id = $2 ORDER BY held_from DESC LIMIT 200";
const PUT_RANK: &str = "INSERT INTO officer_ranks (agency_id, officer_id, held_from, rank_id) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (agency_id, officer_id, held_from) DO UPDATE SET rank_id = excluded.rank_id";
const SUPERIORS: &str = "SELECT from_on, superior_id FROM officer_superiors WHERE agency_id = $1 AND officer_id = $2 \
     ORDER BY from_on DESC LIMIT 200";
const SUPERIOR_ON: &str = "SELECT superior_id FROM officer_superiors WHERE agency_id = $1 AND officer_id = $2 AND from_on <= $3 \
     ORDER BY from_on DESC LIMIT 1";
const PUT_SUPERIOR: &str = "INSERT INTO officer_superiors (agency_id, officer_id, from_on, superior_id) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (agency_id, officer_id, from_on) DO UPDATE SET superior_id = excluded.superior_id";
const STATUSES: &str = "SELECT from_on, to_on, status, reason FROM officer_statuses WHERE agency_id = $1 AND officer_id = $2 \
     ORDER BY from_on DESC LIMIT 200";
const PUT_STATUS: &str = "INSERT INTO officer_statuses (agency_id, officer_id, from_on, to_on, status, reason) VALUES ($1, $2, $3, $4, $5, $6) \
     ON CONFLICT (agency_id, officer_id, from_on) DO UPDATE SET to_on = excluded.to_on, status = excluded.status, reason = excluded.reason";
const REMOVE_STATUS: &str = "DELETE FROM officer_statuses WHERE agency_id = $1 AND officer_id = $2 AND from_on = $3";
const STANDING: &str = "SELECT COALESCE(\
         (SELECT h.rank_id FROM officer_ranks h WHERE h.agency_id = o.agency_id AND h.officer_id = o.id AND h.held_from <= $1 \
          ORDER BY h.held_from DESC LIMIT 1), \
         (SELECT h.rank_id FROM officer_ranks h WHERE h.agency_id = o.agency_id AND h.officer_id = o.id ORDER BY h.held_from LIMIT 1), \
         o.rank_id), \
     COALESCE((SELECT s.status FROM officer_statuses s WHERE s.agency_id = o.agency_id AND s.officer_id = o.id AND s.from_on <= $1 \
         AND (s.to_on IS NULL OR s.to_on >= $1) ORDER BY s.from_on DESC LIMIT 1), 'active') \
     FROM officers o WHERE o.agency_id = $2 AND o.id = $3";
const CERTIFICATIONS: &str = "SELECT id, kind, number, issued_on, expires_on FROM certifications WHERE agency_id = $1 AND officer_id = $2 \
     ORDER BY kind, issued_on DESC LIMIT 200";
const CERTIFICATION_KINDS: &str =
    "SELECT DISTINCT kind FROM certifications WHERE agency_id = $1 ORDER BY kind LIMIT 200";
const FIND_CERTIFICATION: &str = "SELECT id, kind, number, issued_on, expires_on FROM certifications WHERE agency_id = $1 AND officer_id = $2 AND id = $3";
const ADD_CERTIFICATION: &str = "INSERT INTO certifications (agency_id, id, officer_id, kind, number, issued_on, expires_on) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const REMOVE_CERTIFICATION: &str = "DELETE FROM certifications WHERE agency_id = $1 AND officer_id = $2 AND id = $3";

/// Every rank held, the newest first.
///
/// # Errors
/// When the database fails.
pub fn list_ranks(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId) -> Result<Vec<RankHeld>, Error> {
    tx.query(RANKS, &[&agency, &officer], |row| Ok(RankHeld { held_from: row.get(0)?, rank: row.get(1)? }))
}

/// Writes a rank held from a day on; the same day is overwritten.
///
/// # Errors
/// When the database fails.
pub fn put_rank(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId, held: &RankHeld) -> Result<(), Error> {
    tx.execute(PUT_RANK, &[&agency, &officer, &held.held_from, &held.rank])?;
    Ok(())
}

/// Everybody whom the officer reported to, the newest first.
///
/// # Errors
/// When the database fails.
pub fn list_superiors(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId) -> Result<Vec<SuperiorHeld>, Error> {
    tx.query(SUPERIORS, &[&agency, &officer], |row| Ok(SuperiorHeld { from_on: row.get(0)?, superior: row.get(1)? }))
}

/// Whom the officer reports to on a day.
///
/// # Errors
/// When the database fails.
pub fn superior_on(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    officer: OfficerId,
    day: Date,
) -> Result<Option<OfficerId>, Error> {
    Ok(tx.find(SUPERIOR_ON, &[&agency, &officer, &day], |row| row.get(0))?.flatten())
}

/// Writes whom the officer reports to from a day on; the same day is overwritten.
///
/// # Errors
/// `officer_superiors_other` when it is the officer himself.
pub fn put_superior(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId, held: &SuperiorHeld) -> Result<(), Error> {
    tx.execute(PUT_SUPERIOR, &[&agency, &officer, &held.from_on, &held.superior])?;
    Ok(())
}

/// Every status, the newest first.
///
/// # Errors
/// When the database fails.
pub fn list_statuses(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId) -> Result<Vec<StatusHeld>, Error> {
    tx.query(STATUSES, &[&agency, &officer], |row| {
        Ok(StatusHeld {
            from_on: row.get(0)?,
            to_on: row.get(1)?,
            status: status(&row.get::<String>(2)?)?,
            reason: row.get(3)?,
        })
    })
}

/// Writes a status from a day on; the same day is overwritten.
///
/// # Errors
/// `officer_statuses_span` when the last day lies before the first.
pub fn put_status(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId, held: &StatusHeld) -> Result<(), Error> {
    tx.execute(PUT_STATUS, &[&agency, &officer, &held.from_on, &held.to_on, &held.status.code(), &held.reason])?;
    Ok(())
}

/// Takes a line out of the status history.
///
/// # Errors
/// When the database fails.
pub fn remove_status(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId, from_on: Date) -> Result<u64, Error> {
    tx.execute(REMOVE_STATUS, &[&agency, &officer, &from_on])
}

/// Rank and status on a day: the rank that began last (the first ever for days before), the status that began last and
/// still holds (active when none does).
///
/// # Errors
/// When the database fails or the officer is not of this agency.
pub fn standing_on(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    officer: OfficerId,
    day: Date,
) -> Result<Option<(RankId, Status)>, Error> {
    tx.find(STANDING, &[&day, &agency, &officer], |row| Ok((row.get(0)?, status(&row.get::<String>(1)?)?)))
}

/// Every certification, by kind.
///
/// # Errors
/// When the database fails.
pub fn list_certifications(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId) -> Result<Vec<Certification>, Error> {
    tx.query(CERTIFICATIONS, &[&agency, &officer], certification)
}

/// The kinds of certification that anybody of the agency has.
///
/// # Errors
/// When the database fails.
pub fn list_certification_kinds(tx: &mut Tx<'_>, agency: AgencyId) -> Result<Vec<String>, Error> {
    tx.query(CERTIFICATION_KINDS, &[&agency], |row| row.get(0))
}

/// One certification of an officer.
///
/// # Errors
/// When the database fails.
pub fn find_certification(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    officer: OfficerId,
    id: CertificationId,
) -> Result<Option<Certification>, Error> {
    tx.find(FIND_CERTIFICATION, &[&agency, &officer, &id], certification)
}

fn certification(row: &Row<'_>) -> Result<Certification, Error> {
    Ok(Certification {
        id: row.get(0)?,
        kind: row.get(1)?,
        number: row.get(2)?,
        issued_on: row.get(3)?,
        expires_on: row.get(4)?,
    })
}

/// Adds a certification.
///
/// # Errors
/// `certifications_span` when it expires before it is issued.
pub fn add_certification(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    officer: OfficerId,
    c: &Certification,
) -> Result<(), Error> {
    tx.execute(ADD_CERTIFICATION, &[&agency, &c.id, &officer, &c.kind, &c.number, &c.issued_on, &c.expires_on])?;
    Ok(())
}

/// Takes a certification away; the number of rows that were there.
///
/// # Errors
/// When the database fails.
pub fn remove_certification(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    officer: OfficerId,
    id: CertificationId,
) -> Result<u64, Error> {
    tx.execute(REMOVE_CERTIFICATION, &[&agency, &officer, &id])
}
