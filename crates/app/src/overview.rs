//! The coordinator's overview: what is going on now and what needs a hand.

use jiff::{SignedDuration, Timestamp, civil::Date};
use muster_domain::{
    access::{Action, Actor, Target, authorise},
    requests::RequestState,
};
use muster_store::{self as store, Tx, requests::RequestFilter};
pub use muster_store::{
    distribution::Asked,
    overview::{Begun, Posted, Unfilled},
    requests::Listed as WaitingRequest,
};

use crate::{Failure, agencies};

/// Empty seats count when they are needed within this.
const SOON: SignedDuration = SignedDuration::from_hours(72);
/// Weeks in the chart.
const WEEKS: usize = 12;

/// Where an officer stands with a shift of today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// The shift began and the grace is over without a clock-in.
    Late,
    /// Clocked in outside the fence.
    Outside,
    /// Clocked in.
    OnSite,
    /// Starts within the hour, or began a moment ago.
    Due,
    /// Clocked out before the end.
    Left,
}

/// What the overview shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Overview {
    /// Officers on shifts now, those who need a look first.
    pub posted: Vec<(Standing, Posted)>,
    /// Shifts with empty seats within 72 hours, soonest first.
    pub unfilled: Vec<Unfilled>,
    /// Requests that wait for a decision, the soonest start first; at most 50.
    pub requests: Vec<WaitingRequest>,
    /// Officers who wait for somebody's approval of a seat, the soonest shift first; at most 200.
    pub asked: Vec<Asked>,
    /// How many wait in all.
    pub requests_waiting: i64,
    /// Time entries that wait for a reviewer.
    pub to_review: i64,
    /// First day and scheduled hours of the last twelve weeks, this one last.
    pub weeks: Vec<(Date, i64)>,
    /// The date at the agency.
    pub today: Date,
    /// How far a new agency has come.
    pub begun: Begun,
}

impl Overview {
    /// How many officers have this standing.
    #[must_use]
    pub fn count(&self, standing: Standing) -> usize {
        self.posted.iter().filter(|(found, _)| *found == standing).count()
    }

    /// Empty seats within 72 hours.
    #[must_use]
    pub fn empty_seats(&self) -> i64 {
        self.unfilled.iter().map(|shift| shift.seats - shift.booked).sum()
    }
}

/// The overview as of `now`.
///
/// # Errors
/// Denied.
pub fn load_overview(tx: &mut Tx<'_>, who: &Actor, now: Timestamp) -> Result<Overview, Failure> {
    let id = who.scope()?.agency();
    authorise(who, Action::ViewOverview, &Target::agency(id))?;
    let agency = agencies::load_agency(tx, id)?;
    let grace = SignedDuration::from_mins(agency.settings.late_after_minutes.max(0));
    let mut posted: Vec<(Standing, Posted)> = store::overview::list_posted(tx, id, now)?
        .into_iter()
        .map(|posted| (standing(&posted, grace, now), posted))
        .collect();
    posted.sort_by_key(|(standing, _)| *standing);
    let waiting = RequestFilter { state: Some(RequestState::Submitted), by_start: true, ..RequestFilter::default() };
    let requests = store::requests::list_requests(tx, id, &waiting, 1)?;
    let today = now.to_zoned(agency.zone.clone()).date();
    Ok(Overview {
        posted,
        unfilled: store::overview::list_unfilled(tx, id, now, now + SOON)?,
        asked: store::distribution::list_waiting(tx, id, None)?,
        requests_waiting: requests.total,
        requests: requests.rows,
        to_review: store::overview::count_to_review(tx, id)?,
        weeks: load_weeks(tx, &agency, today, now)?,
        today,
        begun: store::overview::load_begun(tx, id)?,
    })
}

/// Where an officer stands at `now`, when one is late after `grace`.
fn standing(posted: &Posted, grace: SignedDuration, now: Timestamp) -> Standing {
    match (posted.on_site, posted.clocked_in_at) {
        (true, _) if posted.outside => Standing::Outside,
        (true, _) => Standing::OnSite,
        (false, Some(_)) => Standing::Left,
        (false, None) if now > posted.scheduled.starts_at() + grace => Standing::Late,
        (false, None) => Standing::Due,
    }
}

fn load_weeks(
    tx: &mut Tx<'_>,
    agency: &muster_domain::agencies::Agency,
    today: Date,
    now: Timestamp,
) -> Result<Vec<(Date, i64)>, Failure> {
    let (this_week, _) = agency.settings.pay_week(today);
    let weeks: Vec<Date> = (0..WEEKS)
        .rev()
        .map(|back| this_week.saturating_sub(jiff::Span::new().weeks(i64::try_from(back).unwrap_or(0))))
        .collect();
    // A day more at each end than the twelve weeks can take, whatever the zone; the dates decide.
    let from = now - SignedDuration::from_hours(24 * 7 * 13);
    let days = store::overview::list_minutes_by_day(tx, agency.id, from, now + SignedDuration::from_hours(24 * 8))?;
    let minutes = |week: Date| -> i64 {
        let next = week.saturating_add(jiff::Span::new().weeks(1));
        days.iter().filter(|(day, _)| (week..next).contains(day)).map(|(_, minutes)| minutes).sum()
    };
    Ok(weeks.into_iter().map(|week| (week, minutes(week) / 60)).collect())
}

/// A number that grows with every change at the agency; as long as it stays, only time can change the overview.
///
/// # Errors
/// Denied.
pub fn change_number(tx: &mut Tx<'_>, who: &Actor) -> Result<i64, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ViewOverview, &Target::agency(agency))?;
    Ok(store::audit::find_head(tx, &agency.to_string())?.map_or(0, |(seq, _)| seq))
}

#[cfg(test)]
mod tests {
    use muster_domain::{
        id::{AssignmentId, Id, JobId, OfficerId, ShiftId},
        time::Span,
    };

    use super::*;

    fn posted(on_site: bool, clocked_in: bool, outside: bool) -> Posted {
        let nil = uuid::Uuid::nil();
        let at = |second| Timestamp::from_second(second).expect("in range");
        Posted {
            assignment: AssignmentId::from_uuid(nil),
            shift: ShiftId::from_uuid(nil),
            officer: OfficerId::from_uuid(nil),
            name: String::new(),
            job: JobId::from_uuid(nil),
            title: String::new(),
            site: String::new(),
            point: None,
            scheduled: Span::new(at(1000), at(9000)).expect("a span"),
            on_site,
            clocked_in_at: clocked_in.then(|| at(990)),
            outside,
            clocked_in_point: None,
        }
    }

    #[test]
    fn late_begins_when_the_grace_is_over() {
        let grace = SignedDuration::from_mins(10);
        for (posted, second, wanted) in [
            (posted(false, false, false), 0, Standing::Due),
            (posted(false, false, false), 1600, Standing::Due),
            (posted(false, false, false), 1601, Standing::Late),
            (posted(true, true, false), 5000, Standing::OnSite),
            (posted(true, true, true), 5000, Standing::Outside),
            (posted(false, true, false), 5000, Standing::Left),
        ] {
            let now = Timestamp::from_second(second).expect("in range");
            assert_eq!(standing(&posted, grace, now), wanted, "at {second}");
        }
    }
}
