//! What the rules say about officers, so that a newcomer sees it at once: booked work that no longer fits, a refusal, a
//! penalty, an appeal that waits, an officer who is not sent to a customer.

use jiff::{SignedDuration, Timestamp};
use muster_app::{
    Db, Failure,
    distribution::{self, Answer, NewMark, NewOffence, PermitDecision},
    officers,
    requests::LevelDecision,
};
use muster_domain::{
    access::{Actor, Role},
    distribution::{DO_NOT_SEND, MarkSort},
    officers::{Status, StatusHeld},
};
use muster_store as store;

use super::place::Place;

/// The permit that the county's book asks for: given to everybody but the two last, of whom one waits for it since yesterday.
pub fn permit(db: &Db, place: &Place, began: Timestamp, now: Timestamp) -> Result<(), Failure> {
    let (given, rest) = place.officers.split_at(place.officers.len() - 2);
    for one in given {
        ask(db, one, began)?;
    }
    let boss = place.who(Role::Approver);
    let decided_at = began + SignedDuration::from_hours(1);
    let who = boss.clone();
    let asked = db.read_blocking(move |tx| distribution::list_permits_waiting(tx, &who, decided_at))?;
    for one in asked {
        let (who, id) = (boss.clone(), one.row.id);
        let said = LevelDecision {
            agrees: true,
            said_by: "Sheriff Odell Marsh".to_owned(),
            spoken: false,
            reason: String::new(),
        };
        let decision = PermitDecision { said, born_on: None, documents: Vec::new() };
        db.write_blocking(move |tx| distribution::decide_permit(tx, &who, id, &decision, decided_at))?;
    }
    ask(db, &rest[0], now - SignedDuration::from_hours(26))
}

fn ask(db: &Db, who: &Actor, at: Timestamp) -> Result<(), Failure> {
    let who = who.clone();
    let words = "Fairs, school games and road work, about three evenings a month.";
    db.write_blocking(move |tx| distribution::ask_for_permit(tx, &who, "outside-work", words, at))
}

/// Leave, an illness in the family and two missed shifts among the city's officers.
pub fn befall(db: &Db, place: &Place, now: Timestamp) -> Result<(), Failure> {
    let agency = place.who(Role::Coordinator).scope()?.agency();
    let booked = db.read_blocking(move |tx| Ok::<_, Failure>(store::officers::list_booked_ahead(tx, agency, now)?))?;
    let others: Vec<&Actor> = place
        .officers
        .iter()
        .filter(|one| !place.personas.iter().any(|known| known.officer == one.officer))
        .filter(|one| one.officer.is_some_and(|id| booked.contains(&id)))
        .collect();
    for one in others.iter().take(2) {
        leave(db, place, one, now)?;
    }
    if let Some(one) = others.get(2) {
        missed(db, place, one, now)?;
    }
    if let Some(one) = others.get(3) {
        not_sent(db, place, one, now)?;
    }
    if let Some(one) = place.personas.first() {
        past(db, place, one, now)?;
    }
    Ok(())
}

/// On leave since today, for a fortnight: what is booked in it no longer fits.
fn leave(db: &Db, place: &Place, who: &Actor, now: Timestamp) -> Result<(), Failure> {
    let (boss, id) = (place.who(Role::Coordinator), who.officer.ok_or(Failure::Missing("officer"))?);
    let today = now.to_zoned(place.zone.clone()).date();
    let last = today.saturating_add(jiff::Span::new().days(14));
    let reason = "Family leave".to_owned();
    let held = StatusHeld { from_on: today, to_on: Some(last), status: Status::Leave, reason };
    db.write_blocking(move |tx| officers::set_status(tx, &boss, id, &held, now))
}

/// Did not come three days ago, appeals, and is refused a shift while he waits.
fn missed(db: &Db, place: &Place, who: &Actor, now: Timestamp) -> Result<(), Failure> {
    let id = who.officer.ok_or(Failure::Missing("officer"))?;
    let boss = place.who(Role::Coordinator);
    let recorded_at = now - SignedDuration::from_hours(50);
    let on = recorded_at.to_zoned(place.zone.clone()).date();
    let reason = "Did not come to the construction site and did not call.".to_owned();
    let new = NewOffence { officer: id, event: "no_show".to_owned(), on, shift: None, reason };
    let offence = db.write_blocking(move |tx| distribution::record_offence(tx, &boss, &new, recorded_at))?;
    let own = who.clone();
    let words = "I was called to court that morning and told the desk.";
    let appealed_at = now - SignedDuration::from_hours(20);
    db.write_blocking(move |tx| distribution::appeal_offence(tx, &own, offence, words, appealed_at))?;
    let agency = who.scope()?.agency();
    let open = db.read_blocking(move |tx| {
        let open = store::distribution::list_open_shifts(tx, agency, id, None, None, now)?;
        Ok::<_, Failure>(open.into_iter().find(|shift| !shift.mine).map(|shift| shift.id))
    })?;
    let (Some(shift), own) = (open, who.clone()) else { return Ok(()) };
    let asked_at = now - SignedDuration::from_hours(2);
    match db.write_blocking(move |tx| distribution::sign_up(tx, &own, shift, None, asked_at)).and_then(Answer::settled)
    {
        Ok(_) | Err(Failure::Refused(_)) => Ok(()),
        Err(failure) => Err(failure),
    }
}

/// Not sent to one customer any more, after a complaint.
fn not_sent(db: &Db, place: &Place, who: &Actor, now: Timestamp) -> Result<(), Failure> {
    let (boss, officer) = (place.who(Role::Coordinator), who.officer.ok_or(Failure::Missing("officer"))?);
    let Some(customer) = place.customers.last().map(|customer| customer.id.to_string()) else { return Ok(()) };
    let reason = "The customer complained about a loud argument with a visitor; both sides were heard.".to_owned();
    let (sort, word) = (MarkSort::List, DO_NOT_SEND.to_owned());
    let new = NewMark { officer, sort, word, customer, job_kind: String::new(), from: None, until: None, reason };
    let at = now - SignedDuration::from_hours(72);
    db.write_blocking(move |tx| distribution::add_mark(tx, &boss, &new, at).map(|_| ()))
}

/// A late cancellation of last month, whose bar is over.
fn past(db: &Db, place: &Place, who: &Actor, now: Timestamp) -> Result<(), Failure> {
    let (boss, id) = (place.who(Role::Coordinator), who.officer.ok_or(Failure::Missing("officer"))?);
    let at = now - SignedDuration::from_hours(24 * 30);
    let on = at.to_zoned(place.zone.clone()).date();
    let reason = "Gave a shift back by phone three hours before its start.".to_owned();
    let new = NewOffence { officer: id, event: "late_cancel".to_owned(), on, shift: None, reason };
    db.write_blocking(move |tx| distribution::record_offence(tx, &boss, &new, at).map(|_| ()))
}
