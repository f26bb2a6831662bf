//! What the rules say about giving a seat back: the zone of notice (P16) and what counts as a late cancellation (P10).

use jiff::{SignedDuration, Timestamp};
use muster_domain::{
    id::AgencyId,
    policy::{
        Kind, Moment,
        kinds::{GiveUp, Penalty, ZoneEffect},
    },
    refusal::Refusal,
};
use muster_store::{
    self as store, Tx,
    distribution::{Assignment, Glance},
};

use super::{
    accept::zone,
    eligibility::{Offer, Subject},
};
use crate::{Failure, rates};

/// What the rules say about giving a seat back now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leaving {
    /// The zone of notice that holds now; none when the rules say nothing, so that the agency's cut-off decides.
    pub zone: Option<ZoneEffect>,
    /// The zones in a sentence.
    pub rule: String,
    /// Until when it is free, when it is free now and will not stay so.
    pub free_until: Option<Timestamp>,
    /// The rule that decides, when the seat may be handed to a colleague now.
    pub hand_over: Option<GiveUp>,
    /// Giving it back now is a late cancellation: why and what follows, in words.
    pub late_cancel: Option<String>,
}

/// Asks the rules about giving back this seat.
pub(super) fn look(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    held: &Assignment,
    glance: &Glance,
    now: Timestamp,
) -> Result<Leaving, Failure> {
    let rules = match rates::load_rules(tx, agency, held.span.starts_at()) {
        Err(Failure::Refused(refusal)) if refusal.code == "no_rules_in_force" => return Ok(Leaving::default()),
        other => other?,
    };
    let policy = &rules.book.policy;
    if !policy.rules.iter().any(|rule| matches!(rule.kind, Kind::GiveUp(_) | Kind::Penalty(_))) {
        return Ok(Leaving::default());
    }
    let record = store::distribution::find_record(tx, agency, held.officer)?.ok_or(Failure::Missing("officer"))?;
    let positions = store::distribution::list_positions_with_seats(tx, agency, held.shift)?;
    let position = positions.iter().find(|one| one.position == held.position).ok_or(Failure::Missing("position"))?;
    let zone = zone(&glance.zone)?;
    let subject = Subject::new(held.officer, &record, &[], &zone);
    let offer = Offer { shift: &glance.shift, position, assignment: Some(held.id), calendar: &rules.book.calendar };
    let mut leaving = Leaving::default();
    subject.asked(offer, |candidate, proposal| {
        let facts = proposal.facts(candidate.facts);
        for rule in policy.rules.iter().filter(|rule| rule.is_in_force(proposal.day()) && rule.when.holds(&facts)) {
            match &rule.kind {
                Kind::GiveUp(give_up) => leaving.add(give_up, held.span.starts_at(), now),
                Kind::Penalty(penalty) => {
                    let late = late_cancel(penalty, held.span.starts_at(), now);
                    leaving.late_cancel = leaving.late_cancel.take().or(late.map(|notice| {
                        let after = penalty.next_bar(candidate.offences, "late_cancel", now, proposal.zone);
                        let follows = after.map_or_else(String::new, |until| {
                            format!(
                                ": you would be barred from {} until {}",
                                penalty.barred_words(),
                                Moment::new(until, proposal.zone)
                            )
                        });
                        format!("Giving it back with less than {notice} notice is a late cancellation{follows}.")
                    }));
                }
                _ => {}
            }
        }
    });
    Ok(leaving)
}

/// The notice that the penalty asks for, when less is left.
fn late_cancel(penalty: &Penalty, starts_at: Timestamp, now: Timestamp) -> Option<String> {
    let notice = penalty.late_cancel_notice.filter(|_| penalty.events.iter().any(|one| one == "late_cancel"))?;
    let left = (starts_at.as_second() - now.as_second()).div_euclid(60);
    (left < notice.minutes().0).then(|| notice.to_string())
}

impl Leaving {
    /// Of several rules the strictest counts.
    fn add(&mut self, rule: &GiveUp, starts_at: Timestamp, now: Timestamp) {
        let zone = rule.zone(starts_at, now);
        if self.zone.is_some_and(|before| before >= zone) {
            return;
        }
        self.zone = Some(zone);
        self.rule = rule.words();
        self.hand_over = rule.may_hand_over(zone).then(|| rule.clone());
        let free = rule.zones.iter().filter(|one| one.then == ZoneEffect::Free).map(|one| one.notice.minutes()).min();
        self.free_until = free
            .filter(|notice| zone == ZoneEffect::Free && notice.0 > 0)
            .map(|notice| starts_at - SignedDuration::from_mins(notice.0));
    }

    /// Whether the seat may be given back by a press.
    ///
    /// # Errors
    /// A refusal in the zones that ask for a replacement, for a phone call, or forbid it.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        let (code, message, remedy) = match self.zone {
            None | Some(ZoneEffect::Free) => return Ok(()),
            Some(ZoneEffect::ReplacementNeeded) => (
                "replacement_needed",
                "So shortly before the shift you are bound until another officer takes it over.",
                if self.hand_over.is_some() {
                    "Hand it to a colleague on the page of the shift, or ask the coordinator."
                } else {
                    "Ask the coordinator for a replacement."
                },
            ),
            Some(ZoneEffect::ByPhone) => (
                "by_phone_only",
                "So shortly before the shift it can be given back by phone only.",
                "Call the coordinator, who can take you off the shift.",
            ),
            Some(ZoneEffect::Forbidden) => (
                "give_up_forbidden",
                "So shortly before the shift it cannot be given back.",
                "Call the coordinator if you cannot come.",
            ),
        };
        Err(Refusal::new(code, format!("{message} {}.", self.rule), remedy))
    }
}
