//! Rows that most stories begin with. Written straight to the tables: how they come to be is the subject of other stories.

use jiff::Timestamp;
use muster_domain::{
    access::{Actor, Role},
    id::{AccountId, AgencyId, JobTypeId, OfficerId, RankId},
};
use muster_store::{Db, Error};

const AGENCY: &str = "INSERT INTO agencies (id, name, slug, zone, phone, pay_mode, terms_days, created_at) \
     VALUES ($1, $2, $3, 'America/New_York', '555-0100', 'weekly_by_operator', 30, $4)";
const RANK: &str = "INSERT INTO ranks (agency_id, id, code, name, short, level) VALUES ($1, $2, $3, $4, $5, $6)";
const JOB_TYPE: &str = "INSERT INTO job_types (agency_id, id, code, name) VALUES ($1, $2, $3, $4)";

/// An agency with three ranks and four job types.
#[derive(Debug, Clone)]
pub struct AgencyRows {
    /// The tenant.
    pub id: AgencyId,
    /// Officer, sergeant, lieutenant.
    pub ranks: [RankId; 3],
    /// Traffic, event, security, construction.
    pub job_types: [JobTypeId; 4],
}

/// Writes an agency in New York's zone; `slug` is also its name.
///
/// # Panics
/// When the database fails.
#[must_use]
pub fn agency(db: &Db, slug: &str, now: Timestamp) -> AgencyRows {
    let slug = slug.to_owned();
    db.housekeep_blocking(move |tx| -> Result<AgencyRows, Error> {
        let id: AgencyId = tx.id(now);
        tx.execute(AGENCY, &[&id, &slug, &slug, &now])?;
        let mut ranks = Vec::new();
        for (code, name, short, level) in [
            ("officer", "Officer", "Ofc.", 1),
            ("sergeant", "Sergeant", "Sgt.", 2),
            ("lieutenant", "Lieutenant", "Lt.", 3),
        ] {
            let rank: RankId = tx.id(now);
            tx.execute(RANK, &[&id, &rank, &code, &name, &short, &level])?;
            ranks.push(rank);
        }
        let mut job_types = Vec::new();
        for (code, name) in
            [("traffic", "Traffic"), ("event", "Event"), ("security", "Security"), ("construction", "Construction")]
        {
            let job_type: JobTypeId = tx.id(now);
            tx.execute(JOB_TYPE, &[&id, &job_type, &code, &name])?;
            job_types.push(job_type);
        }
        Ok(AgencyRows {
            id,
            ranks: ranks.try_into().expect("three were written"),
            job_types: job_types.try_into().expect("four were written"),
        })
    })
    .expect("the rows can be written")
}

/// Somebody of a role at an agency.
#[must_use]
pub fn actor(agency: AgencyId, role: Role) -> Actor {
    use muster_domain::id::Id;
    let account = AccountId::from_uuid(uuid::Uuid::from_u128(1 + role as u128));
    Actor {
        account,
        name: format!("A {}", role.label()),
        role,
        agency: Some(agency),
        officer: None,
        customer: None,
        unit: None,
    }
}

/// The person who is this officer.
#[must_use]
pub fn as_officer(agency: AgencyId, officer: OfficerId) -> Actor {
    Actor { officer: Some(officer), ..actor(agency, Role::Officer) }
}
