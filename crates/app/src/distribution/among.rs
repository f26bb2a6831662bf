//! Who else is on a shift, and who fills its post: read only where a rule of the book asks.

use jiff::civil::Date;
use muster_domain::{
    access::Actor,
    id::{AgencyId, OfficerId},
    policy::{Coordinator, CrewMember, PolicyBook, kinds::RelationKind},
};
use muster_store::{self as store, Tx, distribution::ShiftFacts};

use super::eligibility::Among;
use crate::{Failure, officers::command};

/// The people around a seat.
#[derive(Default)]
pub(super) struct Company {
    members: Vec<CrewMember>,
    filler: Option<Filler>,
}

/// Who fills the post; all empty when he is not sworn.
#[derive(Default)]
struct Filler {
    officer: Option<OfficerId>,
    rank_order: Option<i64>,
    /// Whom he reports to on the day of the shift, the nearest first.
    superiors: Vec<OfficerId>,
}

impl Company {
    /// Reads what the rules ask. `filler` gives the seat to somebody; nobody does when an officer takes it himself.
    pub(super) fn load(
        tx: &mut Tx<'_>,
        agency: AgencyId,
        book: &PolicyBook,
        shift: &ShiftFacts,
        filler: Option<&Actor>,
    ) -> Result<Self, Failure> {
        let members = if book.bars_relation(RelationKind::is_about_crew) {
            store::distribution::list_crew(tx, agency, shift.id)?
        } else {
            Vec::new()
        };
        let filler = match filler {
            Some(who) if book.bars_relation(RelationKind::is_about_coordinator) => {
                Some(load_filler(tx, agency, who, shift.worked_on)?)
            }
            _ => None,
        };
        Ok(Self { members, filler })
    }

    /// The same without an officer who leaves the shift.
    pub(super) fn without(mut self, officer: OfficerId) -> Self {
        self.members.retain(|one| one.officer != officer);
        self
    }

    pub(super) fn seen(&self) -> Among<'_> {
        let coordinator = self.filler.as_ref().map(|filler| Coordinator {
            officer: filler.officer,
            rank_order: filler.rank_order,
            superiors: &filler.superiors,
        });
        Among { members: &self.members, coordinator }
    }
}

fn load_filler(tx: &mut Tx<'_>, agency: AgencyId, who: &Actor, day: Date) -> Result<Filler, Failure> {
    let Some(officer) = store::access::list_officers_of(tx, who.account, agency)?.first().copied() else {
        return Ok(Filler::default());
    };
    let record = store::distribution::find_record(tx, agency, officer)?;
    Ok(Filler {
        officer: Some(officer),
        rank_order: record.and_then(|record| record.rank_on(day).map(|(_, level, ..)| level)),
        superiors: command::chain_on(tx, agency, officer, day)?,
    })
}
