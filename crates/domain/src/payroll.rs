//! The weekly pay run: every approved charge is paid once, whether or not the customer has paid.
//!
//! Invariants: a charge is in one run at most; who made a run does not approve it; an approved run is never changed.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
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
    /// Who approved it.
    pub approved_by: Option<AccountId>,
    /// When it was approved.
    pub approved_at: Option<Timestamp>,
    /// Counts changes.
    pub version: i64,
}

impl PayRun {
    /// The run once `who` has approved it.
    ///
    /// # Errors
    /// A refusal when it is approved already, empty, or `who` made it.
    pub fn approve(self, who: AccountId, now: Timestamp) -> Result<Self, Refusal> {
        if self.state == PayRunState::Approved {
            return Err(Refusal::new(
                "pay_run_approved",
                format!("Pay run {} is approved already.", self.number),
                "Nothing needs to be done.",
            ));
        }
        if self.made_by == who {
            return Err(Refusal::new(
                "same_person",
                format!("You made pay run {} yourself, and a second person must approve it.", self.number),
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

    #[test]
    fn a_second_person_approves_once() {
        let account = |n| AccountId::from_uuid(uuid::Uuid::from_u128(n));
        let id = uuid::Uuid::from_u128(9);
        let run = PayRun {
            id: PayRunId::from_uuid(id),
            agency: AgencyId::from_uuid(id),
            number: 1,
            from_on: date(2026, 1, 5),
            to_on: date(2026, 1, 11),
            state: PayRunState::Preview,
            total: Cents(5),
            made_by: account(1),
            approved_by: None,
            approved_at: None,
            version: 1,
        };
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(run.clone().approve(account(1), now).map_err(|r| r.code), Err("same_person"));
        let approved = run.approve(account(2), now).expect("a second person");
        assert_eq!(approved.approve(account(3), now).map_err(|r| r.code), Err("pay_run_approved"));
    }
}
