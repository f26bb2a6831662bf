//! Punches and time entries as JSON. `POST /api/v1/punches` is what the officer's phone sends, perhaps days later.

use axum::{Json, http::StatusCode};
use jiff::{SignedDuration, Timestamp};
use muster_app::{
    ledger,
    timeclock::{self, EntryListed, Press, TimeChange},
};
use muster_domain::{
    customers::Point,
    id::{AssignmentId, PunchId, TimeEntryId},
    time::Span,
    timeclock::{EntryState, Fix, Kind, Source, Verdict},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    failure::ApiFailure,
    fields::{Fields, Sent},
    given::{Given, Id},
    json::{Made, body, mistake},
};

/// A press of the clock.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPunch {
    /// A UUID made on the phone: the same press counts once.
    pub id: String,
    /// The assignment's id.
    pub assignment: String,
    /// `in` or `out`.
    pub kind: String,
    /// When it was pressed by the phone's clock, RFC 3339.
    pub pressed_at: String,
    /// Degrees north.
    #[serde(default)]
    pub lat: Option<f64>,
    /// Degrees east.
    #[serde(default)]
    pub lon: Option<f64>,
    /// By how much the position may be wrong, in metres.
    #[serde(default)]
    pub accuracy_m: Option<f64>,
    /// The server's clock minus the phone's, as learned at the last contact, in milliseconds.
    #[serde(default)]
    pub offset_ms: i64,
    /// Why, when away from the site.
    #[serde(default)]
    pub reason: String,
}

/// What became of a press.
#[derive(Debug, Serialize, ToSchema)]
pub struct PunchTaken {
    /// The time entry's id.
    pub entry: String,
    /// `inside`, `outside` or `unknown`.
    pub verdict: String,
    /// Metres to the site's point, when known.
    pub distance_m: Option<i64>,
    /// For the person.
    pub words: String,
}

/// A phone's clock is corrected by its known offset, but never by more than a day: more is a broken clock.
const MOST_OFFSET_MS: i64 = 24 * 3600 * 1000;

impl NewPunch {
    fn press(&self) -> Result<Press, ApiFailure> {
        let plain = self.id.replace('-', "").to_lowercase();
        let id: PunchId =
            format!("pun_{}", plain.trim_start_matches("pun_")).parse().map_err(|_| mistake("id", "Write a UUID."))?;
        let pressed: Timestamp = self
            .pressed_at
            .parse()
            .map_err(|_| mistake("pressed_at", "Write an instant like 2026-11-21T18:30:00Z."))?;
        let offset = SignedDuration::from_millis(self.offset_ms.clamp(-MOST_OFFSET_MS, MOST_OFFSET_MS));
        let fix = match (self.lat, self.lon) {
            (Some(lat), Some(lon)) => fix(lat, lon, self.accuracy_m),
            _ => None,
        };
        if self.reason.chars().count() > 500 {
            return Err(mistake("reason", "At most 500 characters fit."));
        }
        Ok(Press {
            id,
            assignment: self
                .assignment
                .parse()
                .map_err(|_| mistake("assignment", "Write an assignment's id like asg_0198..."))?,
            kind: Kind::from_code(&self.kind).ok_or_else(|| mistake("kind", "Write in or out."))?,
            pressed_at: pressed.checked_add(offset).unwrap_or(pressed),
            fix,
            reason: self.reason.clone(),
            source: Source::Phone,
        })
    }
}

/// A position as phones report it; nonsense is no position. An accuracy that is not given is not trusted.
#[expect(clippy::float_arithmetic, reason = "phones report degrees as fractions; kept as whole millionths")]
#[expect(clippy::cast_possible_truncation, reason = "checked to lie within the globe and 100 km")]
fn fix(lat: f64, lon: f64, accuracy_m: Option<f64>) -> Option<Fix> {
    let good = lat.is_finite() && lon.is_finite() && lat.abs() <= 90.0 && lon.abs() <= 180.0;
    let accuracy = accuracy_m.filter(|metres| metres.is_finite() && *metres >= 0.0).unwrap_or(100_000.0).min(100_000.0);
    good.then(|| Fix {
        point: Point { lat_e6: (lat * 1e6).round() as i64, lon_e6: (lon * 1e6).round() as i64 },
        accuracy_m: accuracy.ceil() as i64,
    })
}

/// Clocks an officer in or out. Works late: the press is judged by its own time and place, and counts once.
#[utoipa::path(post, path = "/api/v1/punches", tag = "timeclock", request_body = NewPunch,
    responses((status = 201, body = PunchTaken)))]
pub async fn punch(given: Given, sent: Sent) -> Result<(StatusCode, Json<PunchTaken>), ApiFailure> {
    let new: NewPunch = body(&sent)?;
    let press = new.press()?;
    let taken = given.act(&sent, move |tx, who, now| timeclock::punch(tx, who, &press, now)).await?;
    let zone = crate::times::zone(&given.who.shown.zone);
    let place = match taken.verdict {
        Verdict::Inside => "at the site",
        Verdict::Outside => "away from the site, with your reason",
        Verdict::Unknown => "place not known",
    };
    let words = format!("{} at {}, {place}.", taken.kind.label(), crate::times::clock(taken.pressed_at, &zone));
    let said = PunchTaken {
        entry: taken.entry.to_string(),
        verdict: taken.verdict.code().to_owned(),
        distance_m: taken.distance_m,
        words,
    };
    Ok((StatusCode::CREATED, Json(said)))
}

/// The time of one assignment.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimeEntry {
    /// Its id, `tim_...`.
    pub id: String,
    /// The assignment's id.
    pub assignment: String,
    /// The shift's id.
    pub shift: String,
    /// The officer's id.
    pub officer: String,
    /// The officer's name.
    pub officer_name: String,
    /// The job's number.
    pub job_number: i64,
    /// The job's title.
    pub title: String,
    /// `on_site`, `to_review`, `approved` or `void`.
    pub state: String,
    /// Scheduled start, RFC 3339.
    pub scheduled_starts_at: String,
    /// Scheduled end, RFC 3339.
    pub scheduled_ends_at: String,
    /// First press in.
    pub clocked_in_at: Option<String>,
    /// Last press out.
    pub clocked_out_at: Option<String>,
    /// False when a timer or a reviewer gave the end.
    pub verified: bool,
    /// What counts, from.
    pub starts_at: Option<String>,
    /// What counts, until.
    pub ends_at: Option<String>,
    /// Why it was adjusted.
    pub adjust_reason: String,
    /// What a reviewer should look at.
    pub discrepancies: Vec<String>,
}

impl From<&EntryListed> for TimeEntry {
    fn from(one: &EntryListed) -> Self {
        let entry = &one.entry;
        let text = |at: Option<Timestamp>| at.map(|at| at.to_string());
        Self {
            id: entry.id.to_string(),
            assignment: entry.assignment.to_string(),
            shift: entry.shift.to_string(),
            officer: entry.officer.to_string(),
            officer_name: one.officer_name.clone(),
            job_number: one.number,
            title: one.title.clone(),
            state: entry.state.code().to_owned(),
            scheduled_starts_at: one.scheduled.starts_at().to_string(),
            scheduled_ends_at: one.scheduled.ends_at().to_string(),
            clocked_in_at: text(entry.clocked_in_at),
            clocked_out_at: text(entry.clocked_out_at),
            verified: entry.verified,
            starts_at: text(entry.settled.map(Span::starts_at)),
            ends_at: text(entry.settled.map(Span::ends_at)),
            adjust_reason: entry.adjust_reason.clone(),
            discrepancies: Vec::new(),
        }
    }
}

/// The time of the officer who asks, 50 a page.
#[utoipa::path(get, path = "/api/v1/my-time", tag = "timeclock", params(("page" = Option<i64>, Query)),
    responses((status = 200, body = [TimeEntry])))]
pub async fn list_my_time(given: Given, query: Fields) -> Result<Json<Vec<TimeEntry>>, ApiFailure> {
    let page = query.get("page").parse().unwrap_or(1);
    let mine = given.read(move |tx, who, _| timeclock::list_my_time(tx, who, page)).await?;
    Ok(Json(mine.entries.iter().map(TimeEntry::from).collect()))
}

/// The time entries of a state (`to_review` when absent), those with the strongest discrepancies first, at most 500.
#[utoipa::path(get, path = "/api/v1/time-entries", tag = "timeclock", params(("state" = Option<String>, Query)),
    responses((status = 200, body = [TimeEntry])))]
pub async fn list_entries(given: Given, query: Fields) -> Result<Json<Vec<TimeEntry>>, ApiFailure> {
    let state = EntryState::from_code(query.get("state")).unwrap_or(EntryState::ToReview);
    let review = given.read(move |tx, who, now| timeclock::load_review(tx, who, state, now)).await?;
    let entries = review.entries.iter().map(|one| TimeEntry {
        discrepancies: one.found.iter().map(|found| found.words.clone()).collect(),
        ..TimeEntry::from(&one.listed)
    });
    Ok(Json(entries.collect()))
}

/// Other times than were clocked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Adjustment {
    /// From, RFC 3339.
    pub starts_at: String,
    /// Until, RFC 3339.
    pub ends_at: String,
    /// The officer and the auditor read it.
    pub reason: String,
}

impl Adjustment {
    fn change(self) -> Result<TimeChange, ApiFailure> {
        let instant = |field: &str, text: &str| {
            text.parse::<Timestamp>().map_err(|_| mistake(field, "Write an instant like 2026-11-21T18:30:00Z."))
        };
        let settled = Span::new(instant("starts_at", &self.starts_at)?, instant("ends_at", &self.ends_at)?)
            .ok_or_else(|| mistake("ends_at", "The end is not after the start."))?;
        Ok(TimeChange { settled, reason: self.reason })
    }
}

/// One time entry with what a reviewer should look at.
#[utoipa::path(get, path = "/api/v1/time-entries/{id}", tag = "timeclock", params(("id" = String, Path)),
    responses((status = 200, body = TimeEntry)))]
pub async fn get_entry(given: Given, Id(id): Id<TimeEntryId>) -> Result<Json<TimeEntry>, ApiFailure> {
    let one = given.read(move |tx, who, _| timeclock::load_entry(tx, who, id)).await?;
    let discrepancies = one.found.iter().map(|found| found.words.clone()).collect();
    Ok(Json(TimeEntry { discrepancies, ..TimeEntry::from(&one.listed) }))
}

/// Enters the time of an officer who never clocked in.
#[utoipa::path(post, path = "/api/v1/assignments/{id}/time", tag = "timeclock", params(("id" = String, Path)),
    request_body = Adjustment, responses((status = 201, body = Made)))]
pub async fn enter(given: Given, Id(id): Id<AssignmentId>, sent: Sent) -> Result<(StatusCode, Json<Made>), ApiFailure> {
    let change = body::<Adjustment>(&sent)?.change()?;
    let made = given.act(&sent, move |tx, who, now| timeclock::enter_time(tx, who, id, &change, now)).await?;
    Ok((StatusCode::CREATED, Json(Made { id: made.to_string() })))
}

/// A reviewer settles other times.
#[utoipa::path(post, path = "/api/v1/time-entries/{id}/adjustment", tag = "timeclock", params(("id" = String, Path)),
    request_body = Adjustment, responses((status = 204)))]
pub async fn adjust(given: Given, Id(id): Id<TimeEntryId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let change = body::<Adjustment>(&sent)?.change()?;
    given.act(&sent, move |tx, who, now| timeclock::adjust_time(tx, who, id, &change, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Approves a time: it is priced and posted; the answer is the charge's id.
#[utoipa::path(post, path = "/api/v1/time-entries/{id}/approval", tag = "timeclock", params(("id" = String, Path)),
    responses((status = 201, body = Made)))]
pub async fn approve(
    given: Given,
    Id(id): Id<TimeEntryId>,
    sent: Sent,
) -> Result<(StatusCode, Json<Made>), ApiFailure> {
    let charge =
        given.act(&sent, move |tx, who, now| ledger::approve_time(tx, who, id, now).map(|charge| charge.id)).await?;
    Ok((StatusCode::CREATED, Json(Made { id: charge.to_string() })))
}
