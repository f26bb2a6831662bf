//! An agency with rules, a customer with a site, officers, and jobs to give out.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use muster_app::{Db, Failure, Tx, distribution, jobs};
use muster_domain::{
    access::{Action, Actor, Role, Target, authorise},
    distribution::Preset,
    id::{
        AccountId, AgencyId, AssignmentId, CustomerId, Id, JobId, JobTypeId, OfficerId, PersonId, PositionId, RankId,
        RuleSetId, ShiftId, SiteId,
    },
    jobs::{JobDetails, NewJob, NewShift},
    requests::{PositionWanted, PostRole, Requirements},
    time::{Span, shift_span},
};
use muster_store::Error;

pub const RULES: &str = "
agency: test
version: '1'
effective_from: 2020-01-01
zone: America/New_York
policy:
  - { id: week-cap, kind: cap, max: 20 h, count: [detail], window: { rolling: 168 h }, cite: { book: General Order 4, article: '2' } }
  - { id: rest, kind: rest_gap, min: 8 h, after: [on_duty], before: [detail], override: { by: [coordinator] } }
  - { id: no-overlap, kind: no_overlap, with: [on_duty, overtime, court, training, detail] }
  - { id: alcohol, kind: approval, object: officer_job, levels: [chief], when: { job.alcohol: true }, effect: { approve: chief } }
  - { id: traffic, kind: approval, object: officer_job, levels: [coordinator], when: { job.traffic: true }, effect: { approve: coordinator } }
  - { id: active, kind: status_block, statuses: [suspended] }
  - { id: injured, kind: status_block, statuses: [injured], booked: remove }
  - { id: held, kind: status_block, statuses: [hold], booked: keep }
  - { id: conduct, kind: penalty, events: [no_show, late_cancel, late], ladder: [14 d, 30 d], look_back: 365 d, appeal_days: 7, late_cancel_notice: 48 h, late_after: 15 min }
  - { id: back, kind: give_up, when: { job.attendance: { over: 5000 } }, zones: [{ notice: 5 d, then: free }, { notice: 0 min, then: replacement_needed }], replacement: officer }
rates:
  base_rate:
    - { id: rate, name: Rate, amount: 50 }
";

/// The instant at which every story begins: Monday, June 1, 08:00 in New York.
pub fn start() -> Timestamp {
    at("2026-06-01T12:00:00Z")
}

pub fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

pub fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

pub fn zone() -> TimeZone {
    TimeZone::get("America/New_York").expect("zone data is bundled or installed")
}

/// An agency that works.
pub struct World {
    pub db: Db,
    pub agency: AgencyId,
    pub customer: CustomerId,
    pub site: SiteId,
    pub job_type: JobTypeId,
    pub rank: RankId,
}

impl World {
    pub fn new(db: &Db, slug: &str) -> Self {
        Self::with_rules(db, slug, RULES)
    }

    /// An agency with a book of its own.
    pub fn with_rules(db: &Db, slug: &str, rules: &str) -> Self {
        let (slug, rules) = (slug.to_owned(), rules.to_owned());
        let db = db.clone();
        let ids = db.housekeep_blocking(move |tx| rows(tx, &slug, &rules)).expect("the rows can be written");
        Self { db, agency: ids.0, customer: ids.1, site: ids.2, job_type: ids.3, rank: ids.4 }
    }

    /// Does something as a use case would: in one transaction that must be audited.
    pub fn act<T: Send + 'static>(
        &self,
        case: impl Fn(&mut Tx<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        self.db.write_blocking(case)
    }

    pub fn read<T: Send + 'static>(&self, case: impl Fn(&mut Tx<'_>) -> Result<T, Failure> + Send + 'static) -> T {
        self.db.read_blocking(case).expect("it can be read")
    }

    /// The same where a refusal may come of it.
    pub fn look<T: Send + 'static>(
        &self,
        case: impl Fn(&mut Tx<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        self.db.read_blocking(case)
    }

    /// A number from the database, to check by SQL what the use cases promise.
    pub fn number(&self, sql: &'static str) -> i64 {
        self.db.read_blocking::<_, Error, _>(move |tx| tx.one(sql, &[], |row| row.get(0))).expect("a number")
    }

    pub fn coordinator(&self) -> Actor {
        self.person(Role::Coordinator)
    }

    pub fn person(&self, role: Role) -> Actor {
        Actor {
            account: AccountId::from_uuid(uuid::Uuid::from_u128(role as u128 + 1)),
            name: format!("The {}", role.label()),
            role,
            agency: Some(self.agency),
            officer: None,
            customer: None,
            unit: None,
        }
    }

    pub fn officer(&self, badge: &str) -> Actor {
        let (agency, rank, badge) = (self.agency, self.rank, badge.to_owned());
        let name = badge.clone();
        let id: OfficerId = self
            .db
            .housekeep_blocking::<_, Error, _>(move |tx| {
                let (id, person): (OfficerId, PersonId) = (tx.id(start()), tx.id(start()));
                tx.execute(
                    "INSERT INTO officers (agency_id, id, person_id, badge, first_name, last_name, hired_on, senior_since, rank_id, status, created_at) \
                     VALUES ($1, $2, $3, $4, 'Sam', $5, '2015-01-01', '2015-01-01', $6, 'active', 0)",
                    &[&agency, &id, &person, &badge, &badge, &rank],
                )?;
                tx.execute(
                    "INSERT INTO officer_ranks (agency_id, officer_id, held_from, rank_id) VALUES ($1, $2, '2015-01-01', $3)",
                    &[&agency, &id, &rank],
                )?;
                Ok(id)
            })
            .expect("an officer");
        Actor { officer: Some(id), name, ..self.person(Role::Officer) }
    }

    /// A line in an officer's ledger that is not a detail.
    pub fn on_duty(&self, who: &Actor, from: Timestamp, to: Timestamp) {
        let (agency, officer) = (self.agency, who.officer.expect("an officer"));
        self.db
            .housekeep_blocking::<_, Error, _>(move |tx| {
                let id: muster_domain::id::WorkId = tx.id(start());
                tx.execute(
                    "INSERT INTO work (agency_id, id, officer_id, person_id, class, state, starts_at, ends_at, source) \
                     SELECT agency_id, $1, id, person_id, 'on_duty', 'booked', CAST($2 AS BIGINT), CAST($3 AS BIGINT), 'schedule' \
                     FROM officers WHERE agency_id = $4 AND id = $5",
                    &[&id, &from, &to, &agency, &officer],
                )
            })
            .expect("a tour");
    }

    /// A job with one shift of so many seats; not posted.
    pub fn job(&self, span: Span, seats: i64) -> (JobId, ShiftId) {
        self.job_with(JobDetails::default(), span, seats)
    }

    /// The same with more to say about it.
    pub fn job_with(&self, details: JobDetails, span: Span, seats: i64) -> (JobId, ShiftId) {
        let (job, shifts) = self.job_of_days(details, &[span], seats);
        (job, shifts[0])
    }

    /// The same with several shifts.
    pub fn job_of_days(&self, details: JobDetails, spans: &[Span], seats: i64) -> (JobId, Vec<ShiftId>) {
        let wanted = PositionWanted { role: PostRole::Officer, seats, requirements: Requirements::default() };
        let new = NewJob {
            request: None,
            customer: self.customer,
            site: self.site,
            job_type: self.job_type,
            title: "Road works".to_owned(),
            details,
            shifts: spans
                .iter()
                .map(|span| NewShift { span: *span, worked_on: zone().to_datetime(span.starts_at()).date() })
                .collect(),
            positions: vec![wanted],
        };
        let (who, agency) = (self.coordinator(), self.agency);
        let job = self
            .act(move |tx| {
                let permit = authorise(&who, Action::DecideRequest, &Target::agency(agency))?;
                jobs::create_job(tx, &permit, &new, start())
            })
            .expect("a job");
        let who = self.coordinator();
        let page = self.read(move |tx| jobs::load_job(tx, &who, job));
        (job, page.shifts.iter().map(|shift| shift.listed.id).collect())
    }

    /// The same, posted to everybody.
    pub fn posted(&self, span: Span, seats: i64) -> ShiftId {
        let (job, shift) = self.job(span, seats);
        self.post(job, Preset::Open, start()).expect("posted");
        shift
    }

    pub fn post(&self, job: JobId, preset: Preset, now: Timestamp) -> Result<usize, Failure> {
        let who = self.coordinator();
        self.act(move |tx| {
            distribution::post_shifts(tx, &who, job, None, &distribution::Offering::Plan(preset.plan()), now)
        })
        .map(|posted| posted.len())
    }

    pub fn accept(&self, who: &Actor, shift: ShiftId, now: Timestamp) -> Result<AssignmentId, Failure> {
        let who = who.clone();
        self.act(move |tx| distribution::accept_shift(tx, &who, shift, None, now))
    }
}

/// Four hours from a wall-clock hour on a day of June 2026.
pub fn june(day: i8, hour: i8) -> Span {
    let date = Date::constant(2026, 6, day);
    let time = |hour: i8| jiff::civil::time(hour, 0, 0, 0);
    shift_span(&zone(), date, time(hour), time((hour + 4) % 24)).expect("a span")
}

/// The code of a refusal; anything else fails the story.
pub fn refused<T: std::fmt::Debug>(answer: Result<T, Failure>) -> &'static str {
    match answer {
        Err(Failure::Refused(refusal)) => refusal.code,
        other => panic!("expected a refusal, found {other:?}"),
    }
}

type Ids = (AgencyId, CustomerId, SiteId, JobTypeId, RankId);

fn rows(tx: &mut Tx<'_>, slug: &str, document: &str) -> Result<Ids, Error> {
    let now = start();
    let ids: Ids = (tx.id(now), tx.id(now), tx.id(now), tx.id(now), tx.id(now));
    let (agency, customer, site, job_type, rank) = ids;
    tx.execute(
        "INSERT INTO agencies (id, name, slug, zone, pay_mode, terms_days, created_at) VALUES ($1, $2, $3, 'America/New_York', 'weekly_by_operator', 30, 0)",
        &[&agency, &slug, &slug],
    )?;
    tx.execute(
        "INSERT INTO ranks (agency_id, id, code, name, short, level) VALUES ($1, $2, 'officer', 'Officer', 'Ofc.', 1)",
        &[&agency, &rank],
    )?;
    tx.execute(
        "INSERT INTO job_types (agency_id, id, code, name) VALUES ($1, $2, 'construction', 'Construction')",
        &[&agency, &job_type],
    )?;
    tx.execute(
        "INSERT INTO customers (agency_id, id, name, state, created_at) VALUES ($1, $2, 'Builders', 'approved', 0)",
        &[&agency, &customer],
    )?;
    tx.execute(
        "INSERT INTO sites (agency_id, id, customer_id, name, address, lat_e6, lon_e6, radius_m) VALUES ($1, $2, $3, 'Main Street', '1 Main Street', 42360000, -71058000, 150)",
        &[&agency, &site, &customer],
    )?;
    let rules: RuleSetId = tx.id(now);
    tx.execute(
        "INSERT INTO rule_sets (agency_id, id, number, title, document, digest, state, in_force_from, created_at) VALUES ($1, $2, 1, 'Rules', $3, $4, 'in_force', 0, 0)",
        &[&agency, &rules, &document, &format!("test-field-{}", document.len())],
    )?;
    Ok(ids)
}

/// Any position id, for a shift that has another.
pub fn no_position() -> PositionId {
    PositionId::from_uuid(uuid::Uuid::from_u128(9))
}
