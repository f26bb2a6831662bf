//! Who may do what: one exhaustive table, asked with the loaded row.
//!
//! Words: an *account* is a person who signs in; a *membership* gives it one role at one organisation; an *actor* is an
//! account acting in one membership now. A *scope* is what an actor may read; a *permit* is what a commit costs.
//!
//! Invariants: [`Scope`] and [`Permit`] can only be made here; another agency's row is *missing* (404), a missing right is
//! *denied* (403); a customer's or officer's rows never show to another customer or officer. Never looks at a request, only at rows.

pub mod password;
mod table;

use serde::{Deserialize, Serialize};

pub use self::table::{Action, Reach, may_give, may_speak_for, reach};
use crate::id::{AccountId, AgencyId, CustomerId, MembershipId, OfficerId, UnitId};

/// What a membership lets an account be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the platform: agencies, operator staff; acts for every agency.
    OperatorAdmin,
    /// The operator's call centre: takes requests and fills jobs for every agency.
    Dispatcher,
    /// The operator's bookkeeping: invoices, payments, pay runs.
    OperatorFinance,
    /// Runs one agency: settings, people, rules.
    AgencyAdmin,
    /// Fills one agency's jobs.
    Coordinator,
    /// Decides requests and approves time.
    Approver,
    /// One agency's money.
    AgencyFinance,
    /// Reads everything of one agency, changes nothing.
    Auditor,
    /// Works.
    Officer,
    /// Runs a customer's account: people, sites, requests, bills.
    CustomerAdmin,
    /// Asks for officers.
    CustomerRequester,
    /// Sees and pays a customer's bills.
    CustomerBilling,
    /// The product's own timers.
    System,
}

impl Role {
    /// Every role a person can hold.
    pub const PEOPLE: [Self; 12] = [
        Self::OperatorAdmin,
        Self::Dispatcher,
        Self::OperatorFinance,
        Self::AgencyAdmin,
        Self::Coordinator,
        Self::Approver,
        Self::AgencyFinance,
        Self::Auditor,
        Self::Officer,
        Self::CustomerAdmin,
        Self::CustomerRequester,
        Self::CustomerBilling,
    ];

    /// The stored word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::OperatorAdmin => "operator_admin",
            Self::Dispatcher => "dispatcher",
            Self::OperatorFinance => "operator_finance",
            Self::AgencyAdmin => "agency_admin",
            Self::Coordinator => "coordinator",
            Self::Approver => "approver",
            Self::AgencyFinance => "agency_finance",
            Self::Auditor => "auditor",
            Self::Officer => "officer",
            Self::CustomerAdmin => "customer_admin",
            Self::CustomerRequester => "customer_requester",
            Self::CustomerBilling => "customer_billing",
            Self::System => "system",
        }
    }

    /// The role with this stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::PEOPLE.into_iter().chain([Self::System]).find(|role| role.code() == code)
    }

    /// As shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::OperatorAdmin => "Operator administrator",
            Self::Dispatcher => "Dispatcher",
            Self::OperatorFinance => "Operator finance",
            Self::AgencyAdmin => "Agency administrator",
            Self::Coordinator => "Coordinator",
            Self::Approver => "Approver",
            Self::AgencyFinance => "Finance",
            Self::Auditor => "Auditor",
            Self::Officer => "Officer",
            Self::CustomerAdmin => "Customer administrator",
            Self::CustomerRequester => "Requester",
            Self::CustomerBilling => "Billing",
            Self::System => "Muster",
        }
    }

    /// True for the operator's staff, who choose the agency they work in.
    #[must_use]
    pub fn is_operator(self) -> bool {
        matches!(self, Self::OperatorAdmin | Self::Dispatcher | Self::OperatorFinance)
    }

    /// True for the people of a customer.
    #[must_use]
    pub fn is_customer(self) -> bool {
        matches!(self, Self::CustomerAdmin | Self::CustomerRequester | Self::CustomerBilling)
    }
}

/// One role of an account at one organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Its id.
    pub id: MembershipId,
    /// Whose it is.
    pub account: AccountId,
    /// What it lets the account be.
    pub role: Role,
    /// The agency; `None` for the operator's staff.
    pub agency: Option<AgencyId>,
    /// The officer this person is.
    pub officer: Option<OfficerId>,
    /// The customer this person acts for.
    pub customer: Option<CustomerId>,
    /// The only unit a coordinator or approver serves; `None` is the whole agency.
    pub unit: Option<UnitId>,
}

/// A person (or the product's own timer) acting now, in one membership and at most one agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The account; the nil account for timers.
    pub account: AccountId,
    /// The name that the audit log shows.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The agency acted in; `None` while an operator has chosen none.
    pub agency: Option<AgencyId>,
    /// The officer this person is.
    pub officer: Option<OfficerId>,
    /// The customer this person acts for.
    pub customer: Option<CustomerId>,
    /// The only unit this person serves.
    pub unit: Option<UnitId>,
}

impl Actor {
    /// The product's own timer, acting in one agency.
    #[must_use]
    pub fn system(agency: AgencyId) -> Self {
        use crate::id::Id;
        let account = AccountId::from_uuid(uuid::Uuid::nil());
        Self {
            account,
            name: "Muster".to_owned(),
            role: Role::System,
            agency: Some(agency),
            officer: None,
            customer: None,
            unit: None,
        }
    }

    /// What this actor may read.
    ///
    /// # Errors
    /// [`Denied::NoAgency`] while an operator has not chosen an agency.
    pub fn scope(&self) -> Result<Scope, Denied> {
        let agency = self.agency.ok_or(Denied::NoAgency)?;
        Ok(Scope { agency, customer: self.customer, officer: self.officer })
    }
}

/// What an actor may read: one agency, and in it perhaps only one customer's or one officer's own rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    agency: AgencyId,
    customer: Option<CustomerId>,
    officer: Option<OfficerId>,
}

impl Scope {
    /// The tenant.
    #[must_use]
    pub fn agency(&self) -> AgencyId {
        self.agency
    }

    /// Only this customer's rows, for the people of a customer.
    #[must_use]
    pub fn customer(&self) -> Option<CustomerId> {
        self.customer
    }

    /// The officer who reads, for officers.
    #[must_use]
    pub fn officer(&self) -> Option<OfficerId> {
        self.officer
    }
}

/// The row that an action is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    agency: Option<AgencyId>,
    officer: Option<OfficerId>,
    customer: Option<CustomerId>,
    unit: Option<UnitId>,
}

impl Target {
    /// The platform itself: agencies and operator staff.
    pub const PLATFORM: Self = Self { agency: None, officer: None, customer: None, unit: None };

    /// A row of an agency that belongs to nobody in particular.
    #[must_use]
    pub fn agency(agency: AgencyId) -> Self {
        Self { agency: Some(agency), ..Self::PLATFORM }
    }

    /// A row of one officer.
    #[must_use]
    pub fn officer(agency: AgencyId, officer: OfficerId) -> Self {
        Self { agency: Some(agency), officer: Some(officer), ..Self::PLATFORM }
    }

    /// A row of one customer.
    #[must_use]
    pub fn customer(agency: AgencyId, customer: CustomerId) -> Self {
        Self { agency: Some(agency), customer: Some(customer), ..Self::PLATFORM }
    }

    /// The same row, known to belong to a unit.
    #[must_use]
    pub fn in_unit(self, unit: Option<UnitId>) -> Self {
        Self { unit, ..self }
    }
}

/// Why an actor may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// Another tenant's row: to this actor it does not exist.
    #[error("There is nothing here.")]
    NotVisible,
    /// The role does not include this.
    #[error("Your role does not allow this. Ask an administrator of your organization.")]
    NotAllowed(Action),
    /// An operator has not chosen an agency.
    #[error("Choose an agency first.")]
    NoAgency,
    /// An API token with the scope `read` asked for a change.
    #[error("This API token only reads. Make one that may also change things, and use that.")]
    ReadOnlyToken,
}

/// Proof that the table allowed one actor one action; every commit costs one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    account: AccountId,
    actor: String,
    role: Role,
    action: Action,
    agency: Option<AgencyId>,
}

impl Permit {
    /// Whose it is.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.account
    }
    /// The name that the audit log shows.
    #[must_use]
    pub fn actor(&self) -> &str {
        &self.actor
    }
    /// The role acted in.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }
    /// What was allowed.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action
    }
    /// The tenant; `None` for the platform's own chain.
    #[must_use]
    pub fn agency(&self) -> Option<AgencyId> {
        self.agency
    }
}

/// Asks the table about a loaded row.
///
/// # Errors
/// [`Denied::NotVisible`] for another tenant's, customer's or officer's row; [`Denied::NotAllowed`] when the role lacks the action.
pub fn authorise(who: &Actor, action: Action, target: &Target) -> Result<Permit, Denied> {
    if target.agency.is_some() && target.agency != who.agency {
        return Err(if who.agency.is_none() && who.role.is_operator() { Denied::NoAgency } else { Denied::NotVisible });
    }
    let permit =
        || Permit { account: who.account, actor: who.name.clone(), role: who.role, action, agency: target.agency };
    match reach(who.role, action) {
        Reach::Nobody => Err(Denied::NotAllowed(action)),
        Reach::Everywhere => Ok(permit()),
        Reach::Agency if target.agency.is_none() => Err(Denied::NotAllowed(action)),
        Reach::Agency => match (who.unit, target.unit) {
            (Some(mine), Some(theirs)) if mine != theirs => Err(Denied::NotAllowed(action)),
            _ => Ok(permit()),
        },
        Reach::Own => {
            let own = match (target.officer, target.customer) {
                (Some(officer), _) if who.officer.is_some() => who.officer == Some(officer),
                (_, Some(customer)) => who.customer == Some(customer),
                (Some(_), None) => false,
                (None, None) => true,
            };
            if own { Ok(permit()) } else { Err(Denied::NotVisible) }
        }
    }
}

#[cfg(test)]
mod tests;
