//! The weekly pay run: every approved charge is paid once, whether or not the customer has paid.
//!
//! Invariants: a charge is in one run at most; two different people stand behind what is paid (one who prepared it, or reviewed
//! what the timer prepared, and one who approved it); an approved run is never changed.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    access::Actor,
    id::{AccountId, AgencyId, PayRunId},
    money::Cents,
    refusal::Refusal,
};

/// Where a pay run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayRunState {
    /// Can be looked at, approved or discarded.
    Preview,
    /// Is paid.
    Approved,
}

/// A pay run as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayRun {
    /// Its id.
    pub id: PayRunId,
    /// The tenant.
    pub agency: AgencyId,
    /// The number people say.
    pub number: i64,
    /// First day of the week that it pays.
    pub from_on: Date,
    /// Last day, included. Work of earlier weeks approved late is paid with it.
    pub to_on: Date,
    /// Where it stands.
    pub state: PayRunState,
    /// Sum of its items.
    pub total: Cents,
    /// The account that made it; the nil account for the weekly timer.
    pub made_by: AccountId,
    /// Who has looked through a run that the timer made.
    pub reviewed_by: Option<AccountId>,
    /// When it was reviewed.
    pub reviewed_at: Option<Timestamp>,
    /// Who approved it.
    pub approved_by: Option<AccountId>,
    /// When it was approved.
    pub approved_at: Option<Timestamp>,
    /// Counts changes.
    pub version: i64,
}

/// What a run still lacks before it is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacks {
    /// A person who looks through what the timer prepared.
    Review,
    /// A second person, who approves it.
    Approval,
}

impl PayRun {
    /// The first of the two people behind a run: who prepared it, or who reviewed what the timer prepared.
    #[must_use]
    pub fn first_person(&self) -> Option<AccountId> {
        if self.is_by_timer() { self.reviewed_by } else { Some(self.made_by) }
    }

    /// True when no person prepared it.
    #[must_use]
    pub fn is_by_timer(&self) -> bool {
        self.made_by == Actor::system(self.agency).account
    }

    /// What it lacks; `None` once it is approved.
    #[must_use]
    pub fn lacks(&self) -> Option<Lacks> {
        match (self.state, self.first_person()) {
            (PayRunState::Approved, _) => None,
            (PayRunState::Preview, None) => Some(Lacks::Review),
            (PayRunState::Preview, Some(_)) => Some(Lacks::Approval),
        }
    }

    /// The run once `who` has looked through what the timer prepared.
    ///
    /// # Errors
    /// A refusal when a person stands behind it already.
    pub fn review(self, who: AccountId, now: Timestamp) -> Result<Self, Refusal> {
        if self.lacks() != Some(Lacks::Review) {
            return Err(Refusal::new(
                "pay_run_reviewed",
                format!("Pay run {} needs no review: a person stands behind it already.", self.number),
                "Reload the page to see who, and what it still lacks.",
            ));
        }
        Ok(Self { reviewed_by: Some(who), reviewed_at: Some(now), ..self })
    }

    /// The run once `who` has approved it.
    ///
    /// # Errors
    /// A refusal when it is approved already or empty, when nobody has reviewed what the timer prepared, or when `who` is the
    /// first person behind it.
    pub fn approve(self, who: AccountId, now: Timestamp) -> Result<Self, Refusal> {
        if self.state == PayRunState::Approved {
            return Err(Refusal::new(
                "pay_run_approved",
                format!("Pay run {} is approved already.", self.number),
                "Nothing needs to be done.",
            ));
        }
        let Some(first) = self.first_person() else {
            return Err(Refusal::new(
                "not_reviewed",
                format!("Pay run {} was prepared by the weekly timer, and nobody has reviewed it.", self.number),
                "One person reviews it, and a second person approves it.",
            ));
        };
        if first == who {
            let did = if self.is_by_timer() { "reviewed" } else { "made" };
            return Err(Refusal::new(
                "same_person",
                format!("You {did} pay run {} yourself, and a second person must approve it.", self.number),
                "Ask a colleague with the right to approve pay runs.",
            ));
        }
        if self.total <= Cents::ZERO {
            return Err(Refusal::new(
                "pay_run_empty",
                format!("Pay run {} has nothing to pay.", self.number),
                "Discard it.",
            ));
        }
        Ok(Self { state: PayRunState::Approved, approved_by: Some(who), approved_at: Some(now), ..self })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::id::Id;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn account(n: u128) -> AccountId {
        AccountId::from_uuid(uuid::Uuid::from_u128(n))
    }

    /// Made by account `n`; 0 is the timer.
    fn made_by(n: u128) -> PayRun {
        let id = uuid::Uuid::from_u128(9);
        PayRun {
            id: PayRunId::from_uuid(id),
            agency: AgencyId::from_uuid(id),
            number: 1,
            from_on: date(2026, 1, 5),
            to_on: date(2026, 1, 11),
            state: PayRunState::Preview,
            total: Cents(5),
            made_by: account(n),
            reviewed_by: None,
            reviewed_at: None,
            approved_by: None,
            approved_at: None,
            version: 1,
        }
    }

    #[test]
    fn a_second_person_approves_once() {
        let run = made_by(1);
        assert_eq!(run.lacks(), Some(Lacks::Approval));
        assert_eq!(run.clone().approve(account(1), NOW).map_err(|r| r.code), Err("same_person"));
        assert_eq!(run.clone().review(account(2), NOW).map_err(|r| r.code), Err("pay_run_reviewed"));
        let approved = run.approve(account(2), NOW).expect("a second person");
        assert_eq!(approved.lacks(), None);
        assert_eq!(approved.approve(account(3), NOW).map_err(|r| r.code), Err("pay_run_approved"));
    }

    #[test]
    fn what_the_timer_prepared_is_reviewed_by_one_and_approved_by_another() {
        let run = made_by(0);
        assert_eq!(run.lacks(), Some(Lacks::Review));
        assert_eq!(run.clone().approve(account(1), NOW).map_err(|r| r.code), Err("not_reviewed"));
        let reviewed = run.review(account(1), NOW).expect("a person");
        assert_eq!((reviewed.lacks(), reviewed.first_person()), (Some(Lacks::Approval), Some(account(1))));
        assert_eq!(reviewed.clone().review(account(2), NOW).map_err(|r| r.code), Err("pay_run_reviewed"));
        assert_eq!(reviewed.clone().approve(account(1), NOW).map_err(|r| r.code), Err("same_person"));
        assert_eq!(reviewed.approve(account(2), NOW).map(|run| run.lacks()), Ok(None));
    }
}
