//! What an officer may take, what he may not and why, and the page of one shift.

use std::{
    collections::HashMap,
    sync::{Mutex, OnceLock, PoisonError},
};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use muster_domain::{
    access::{Action, Actor, Target, authorise},
    distribution::{Method, OpenPosition},
    id::{AgencyId, AssignmentId, JobId, OfficerId, PositionId, RuleSetId, ShiftId},
    money::Cents,
    policy::{Outcome, Point},
    rates::{PricedWork, price},
    time::Span,
};
use muster_store::{
    self as store, Tx,
    distribution::{Asked, Glance, OfficerRecord, ReportRow, ShiftFacts},
    jobs::Seated,
};

use super::{
    accept::{fill_levels, pick, zone},
    among::Company,
    eligibility::{Offer, Subject, count_applications, priced_facts, reach, reasons},
    expecting::expected_earlier,
    leaving::Leaving,
};
use crate::{
    Failure, agencies,
    rates::{self, Rules},
};

/// What the list of open shifts is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenFilter {
    /// The code of a kind of job; all when empty.
    pub kind: String,
    /// Only on this date.
    pub on: Option<Date>,
    /// Only of this job.
    pub job: Option<JobId>,
    /// Also what the officer may not take, with the reasons.
    pub all: bool,
}

/// A shift on an officer's list.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenShift {
    /// The shift.
    pub shift: ShiftFacts,
    /// Seats free.
    pub free: i64,
    /// What the officer would earn.
    pub pay: Option<Cents>,
    /// What the rules say.
    pub outcome: Outcome,
    /// Why he may not take it, or what he should know; filled only when asked for.
    pub reasons: Vec<String>,
}

/// An officer's list of open shifts.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenShifts {
    /// Those that he may take, and with [`OpenFilter::all`] the others too, in order of time.
    pub shifts: Vec<OpenShift>,
    /// How many he may not take.
    pub others: usize,
    /// The codes of the kinds on the whole list.
    pub kinds: Vec<String>,
    /// The date at the agency.
    pub today: Date,
}

/// The posted shifts as one officer sees them.
///
/// # Errors
/// Denied; refused while the agency has no rules in force.
pub fn list_open_shifts(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &OpenFilter,
    now: Timestamp,
) -> Result<OpenShifts, Failure> {
    let agency = who.scope()?.agency();
    let officer = who.officer.ok_or(muster_domain::access::Denied::NotAllowed(Action::TakeShift))?;
    authorise(who, Action::TakeShift, &Target::officer(agency, officer))?;
    let zone = agencies::load_agency(tx, agency)?.zone;
    let today = zone.to_datetime(now).date();
    let kind = (!filter.kind.is_empty()).then_some(filter.kind.as_str());
    let mut posted = store::distribution::list_open_shifts(tx, agency, officer, kind, filter.on, now)?;
    posted.retain(|shift| filter.job.is_none_or(|job| job == shift.job));
    let mut list = OpenShifts { shifts: Vec::new(), others: 0, kinds: Vec::new(), today };
    let (Some(first), Some(last)) = (posted.first(), posted.last()) else {
        return Ok(list);
    };
    let all = Span::new(first.span.starts_at(), last.span.ends_at().max(first.span.ends_at())).unwrap_or(first.span);
    let mut positions = open_positions(tx, agency, now, last.span.starts_at())?;
    let mut record = store::distribution::find_record(tx, agency, officer)?.ok_or(Failure::Missing("officer"))?;
    let person = record.person.ok_or(Failure::Missing("officer"))?;
    let books = Books::load(tx, agency, all)?;
    count_applications(tx, (agency, officer), &books.first.book.policy, &mut record, now)?;
    let work = store::distribution::list_work_of_person(tx, person, reach(&books.first.book.policy, all))?;
    let subject = Subject::new(officer, &record, &work, &zone);
    for shift in posted {
        if !list.kinds.contains(&shift.type_code) {
            list.kinds.push(shift.type_code.clone());
        }
        let open = positions.remove(&shift.id).unwrap_or_default();
        let rules = books.at(tx, agency, shift.span.starts_at())?;
        let seen = Seen { subject: &subject, record: &record, rules: &rules, zone: &zone };
        match seen.open(shift, &open, filter.all, now) {
            // What needs an approval stands among what he may take: he may ask for it.
            Some(one) if one.outcome <= Outcome::NeedsApproval => list.shifts.push(one),
            Some(one) => {
                list.others += 1;
                if filter.all {
                    list.shifts.push(one);
                }
            }
            None => {}
        }
    }
    Ok(list)
}

/// The rules for a list of shifts: looked up for the first and the last, and for each between only where those differ.
struct Books {
    first: Rules,
    same: bool,
}

impl Books {
    fn load(tx: &mut Tx<'_>, agency: AgencyId, all: Span) -> Result<Self, Failure> {
        let first = rates::load_rules(tx, agency, all.starts_at())?;
        let same = rates::load_rules(tx, agency, all.ends_at())?.id == first.id;
        Ok(Self { first, same })
    }

    fn at(&self, tx: &mut Tx<'_>, agency: AgencyId, at: Timestamp) -> Result<Rules, Failure> {
        if self.same { Ok(self.first.clone()) } else { rates::load_rules(tx, agency, at) }
    }
}

fn open_positions(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    now: Timestamp,
    last: Timestamp,
) -> Result<HashMap<ShiftId, Vec<OpenPosition>>, Failure> {
    let rows = store::distribution::list_open_positions(tx, agency, now, last)?;
    let mut ids = Vec::with_capacity(rows.len());
    let mut positions: Vec<OpenPosition> = Vec::with_capacity(rows.len());
    for row in rows {
        ids.push(row.shift);
        positions.push(row.open);
    }
    fill_levels(tx, agency, &mut positions)?;
    let mut by_shift: HashMap<ShiftId, Vec<OpenPosition>> = HashMap::new();
    for (id, position) in ids.into_iter().zip(positions) {
        by_shift.entry(id).or_default().push(position);
    }
    Ok(by_shift)
}

/// The eyes of one officer.
struct Seen<'a> {
    subject: &'a Subject<'a>,
    record: &'a OfficerRecord,
    rules: &'a Rules,
    zone: &'a TimeZone,
}

impl Seen<'_> {
    /// A posted shift as this officer sees it; `None` when it is full, his already, not open to him, or hidden by a rule.
    fn open(&self, shift: ShiftFacts, positions: &[OpenPosition], explain: bool, now: Timestamp) -> Option<OpenShift> {
        let free: i64 = positions.iter().map(|one| one.seats - one.booked).sum();
        let stage = shift.stage().filter(|stage| stage.method == Method::Open)?;
        if shift.mine || free <= 0 {
            return None;
        }
        let level = self.subject.level_on(shift.worked_on);
        let position = pick(positions, level)?;
        let book = &self.rules.book;
        let offer = Offer { shift: &shift, position: &position, assignment: None, calendar: &book.calendar };
        if !self.subject.is_audience(stage, offer) {
            return None;
        }
        let mut outcome = self.subject.verdict(&book.policy, offer, Point::List, now);
        if outcome == Outcome::Hidden {
            return None;
        }
        let mut reasons_found = Vec::new();
        if position.least_level.is_some_and(|least| level < least) {
            outcome = outcome.max(Outcome::Blocked);
            reasons_found.push("this post needs a higher rank than you hold on that day".to_owned());
        }
        if outcome == Outcome::Warned || (explain && outcome > Outcome::Warned) {
            reasons_found.extend(reasons(&self.subject.judge(&book.policy, offer, Point::List, now)));
        }
        let pay = if outcome <= Outcome::NeedsApproval || explain { self.pay(&shift, &position) } else { None };
        Some(OpenShift { free, pay, outcome, reasons: reasons_found, shift })
    }

    /// What the officer would earn by the schedule. Prices are pure, so each is worked out once per rank.
    fn pay(&self, shift: &ShiftFacts, position: &OpenPosition) -> Option<Cents> {
        let rank = self.record.rank_on(shift.worked_on).map_or("", |(code, ..)| code);
        let key = (self.rules.id, position.position, shift.version, rank.to_owned());
        let book = &self.rules.book;
        let earlier = expected_earlier(book, self.zone, self.subject.work(), shift, rank);
        let kept = PRICES.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
        if let Some(pay) = kept.filter(|_| earlier.is_nothing()) {
            return pay;
        }
        let offer = Offer { shift, position, assignment: None, calendar: &book.calendar };
        let pay = self.subject.asked(offer, |candidate, proposal| {
            let facts = priced_facts(proposal, candidate.facts);
            let work = PricedWork {
                requested_at: shift.details.requested_at,
                earlier,
                ..PricedWork::scheduled(self.zone, shift.span, facts)
            };
            price(&book.rates, &work).ok().map(|priced| priced.officer_cents)
        });
        if !earlier.is_nothing() {
            return pay;
        }
        let mut prices = PRICES.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
        if prices.len() >= MOST_PRICES {
            prices.clear();
        }
        prices.insert(key, pay);
        pay
    }
}

type PriceKey = (RuleSetId, PositionId, i64, String);
static PRICES: OnceLock<Mutex<HashMap<PriceKey, Option<Cents>>>> = OnceLock::new();
const MOST_PRICES: usize = 20_000;

/// A position as the page of a shift shows it to an officer.
#[derive(Debug, Clone, PartialEq)]
pub struct PositionSeen {
    /// The position with its free seat.
    pub open: OpenPosition,
    /// What the officer would earn; `None` for other readers or without a price.
    pub pay: Option<Cents>,
    /// What the rules say to this officer.
    pub outcome: Outcome,
    /// Why not, or what to know.
    pub reasons: Vec<String>,
}

/// The page of a shift.
#[derive(Debug, Clone, PartialEq)]
pub struct ShiftPage {
    /// The shift.
    pub glance: Glance,
    /// Its positions.
    pub positions: Vec<PositionSeen>,
    /// The reader's own seat, while he holds one.
    pub mine: Option<AssignmentId>,
    /// Who else works it. Other officers' seats are shown to everybody on the shift and to the agency.
    pub crew: Vec<Seated>,
    /// The stage that runs is open to the reader.
    pub may_take: bool,
    /// A post that the reader may ask for, with the levels that must approve.
    pub may_ask: Option<(PositionId, Vec<String>)>,
    /// The reader's last wish for this shift.
    pub asked: Option<Asked>,
    /// Until when the reader may give his seat back.
    pub withdraw_until: Timestamp,
    /// What the rules say about giving the reader's seat back now.
    pub leaving: Leaving,
    /// Reports of the reader about this shift.
    pub reports: Vec<ReportRow>,
}

/// The page of one shift for an officer.
///
/// # Errors
/// Denied; missing, also while the shift was never posted and is not his.
pub fn load_shift_page(tx: &mut Tx<'_>, who: &Actor, id: ShiftId, now: Timestamp) -> Result<ShiftPage, Failure> {
    let agency = who.scope()?.agency();
    let glance = store::distribution::find_open_shift(tx, agency, id, who.officer)?.ok_or(Failure::Missing("shift"))?;
    authorise(who, Action::ViewOpenShifts, &Target::agency(agency))?;
    let mut open = store::distribution::list_positions_with_seats(tx, agency, id)?;
    fill_levels(tx, agency, &mut open)?;
    let crew = store::jobs::list_seated_on_shift(tx, agency, id)?;
    let own = |seat: &&Seated| Some(seat.officer) == who.officer;
    let asked = match who.officer {
        Some(officer) => store::distribution::find_own_asked(tx, agency, id, officer)?,
        None => None,
    };
    let known = asked.is_some() || crew.iter().any(|seat| own(&seat));
    if who.officer.is_some() && glance.shift.posting.is_none() && !known {
        return Err(Failure::Missing("shift"));
    }
    let mine = crew.iter().filter(own).find(|seat| seat.is_booked()).map(|seat| seat.assignment);
    let cut_off = jiff::SignedDuration::from_mins(glance.settings.withdraw_cut_off_minutes.max(0));
    let withdraw_until = glance.shift.span.starts_at() - cut_off;
    let positions = Vec::new();
    let held = match mine {
        Some(mine) => store::distribution::find_assignment(tx, agency, mine)?,
        None => None,
    };
    let leaving = match &held {
        Some(held) => super::leaving::look(tx, agency, held, &glance, now)?,
        None => Leaving::default(),
    };
    let reports = match who.officer.filter(|_| held.is_some()) {
        Some(officer) => store::distribution::list_reports_of(tx, agency, officer, Some(id))?,
        None => Vec::new(),
    };
    let mut page = ShiftPage {
        reports,
        positions,
        mine,
        crew,
        may_take: false,
        may_ask: None,
        asked,
        withdraw_until,
        leaving,
        glance,
    };
    match who.officer {
        Some(officer) => see_positions(tx, agency, officer, &mut page, open, now)?,
        None => {
            let plain = |open| PositionSeen { open, pay: None, outcome: Outcome::Allowed, reasons: Vec::new() };
            page.positions = open.into_iter().map(plain).collect();
        }
    }
    page.crew.retain(|seat| seat.is_booked() && (who.officer.is_none() || page.mine.is_some()));
    Ok(page)
}

fn see_positions(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    officer: OfficerId,
    page: &mut ShiftPage,
    open: Vec<OpenPosition>,
    now: Timestamp,
) -> Result<(), Failure> {
    let shift = &page.glance.shift;
    let zone = zone(&page.glance.zone)?;
    let mut record = store::distribution::find_record(tx, agency, officer)?.ok_or(Failure::Missing("officer"))?;
    let person = record.person.ok_or(Failure::Missing("officer"))?;
    let rules = rates::load_rules(tx, agency, shift.span.starts_at())?;
    count_applications(tx, (agency, officer), &rules.book.policy, &mut record, now)?;
    let work = store::distribution::list_work_of_person(tx, person, reach(&rules.book.policy, shift.span))?;
    let company = Company::load(tx, agency, &rules.book.policy, shift, None)?;
    let subject = Subject::new(officer, &record, &work, &zone).among(company.seen());
    let seen = Seen { subject: &subject, record: &record, rules: &rules, zone: &zone };
    let level = subject.level_on(shift.worked_on);
    let mut may_take = false;
    for position in open {
        let offer = Offer { shift, position: &position, assignment: page.mine, calendar: &rules.book.calendar };
        let judgement = subject.judge(&rules.book.policy, offer, Point::SignUp, now);
        let stage = shift.stage().filter(|stage| stage.method == Method::Open);
        let fits = position.least_level.is_none_or(|least| level >= least);
        let takes = stage.is_some_and(|stage| subject.is_audience(stage, offer)) && fits && judgement.is_allowed();
        let asks = stage.is_some_and(|stage| subject.is_audience(stage, offer))
            && fits
            && judgement.outcome == Outcome::NeedsApproval
            && position.free.is_some()
            && page.mine.is_none()
            && shift.span.starts_at() > now;
        if asks && page.may_ask.is_none() {
            page.may_ask = Some((position.position, judgement.approvals_needed()));
        }
        may_take |= takes && position.free.is_some() && page.mine.is_none() && shift.span.starts_at() > now;
        let mut words = reasons(&judgement);
        if !fits {
            words.push("this post needs a higher rank than you hold on that day".to_owned());
        }
        let outcome = if fits { judgement.outcome } else { Outcome::Blocked };
        let pay = seen.pay(shift, &position);
        page.positions.push(PositionSeen { open: position, pay, outcome, reasons: words });
    }
    page.may_take = may_take;
    Ok(())
}
