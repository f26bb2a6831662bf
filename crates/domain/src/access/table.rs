//! The table itself: for each role and action, how far it reaches.

use serde::Serialize;

use super::Role;

/// How far a role's right to an action reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Reach {
    /// Not at all.
    Nobody,
    /// Only rows of the actor's own officer or customer.
    Own,
    /// Every row of the agency acted in.
    Agency,
    /// Every agency and the platform.
    Everywhere,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $code:literal),* $(,)?) => {
        /// Everything that anybody can do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Action { $($(#[$doc])* $name),* }

        impl Action {
            /// Every action, in the table's order.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The stored word.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }
        }
    };
}

actions! {
    /// See, add and change agencies and the operator's staff.
    ManagePlatform = "manage_platform",
    /// See an agency's settings.
    ViewAgency = "view_agency",
    /// Change an agency's settings.
    EditAgency = "edit_agency",
    /// Invite, see and end memberships of an agency or customer.
    ManagePeople = "manage_people",
    /// Change one's own password, factors, sessions, tokens.
    EditOwnAccount = "edit_own_account",
    /// See the coordinator's overview.
    ViewOverview = "view_overview",
    /// See the roster.
    ListOfficers = "list_officers",
    /// See an officer's record.
    ViewOfficer = "view_officer",
    /// Add and change officers, ranks, statuses, certifications, groups; import a roster.
    EditOfficer = "edit_officer",
    /// Import the on-duty schedule.
    ImportSchedule = "import_schedule",
    /// Add or remove an officer's own unavailability.
    EditUnavailability = "edit_unavailability",
    /// See the customers.
    ListCustomers = "list_customers",
    /// See a customer's record.
    ViewCustomer = "view_customer",
    /// Change a customer's record, contacts and sites.
    EditCustomer = "edit_customer",
    /// Approve, decline or hold a customer; set terms and tax exemption.
    DecideCustomer = "decide_customer",
    /// Register as a customer on an agency's public page, without an account.
    Register = "register",
    /// See requests.
    ViewRequest = "view_request",
    /// Submit, withdraw and answer questions about a request.
    SubmitRequest = "submit_request",
    /// Approve, ask about or decline a request.
    DecideRequest = "decide_request",
    /// See jobs and shifts.
    ViewJob = "view_job",
    /// Change and cancel jobs.
    EditJob = "edit_job",
    /// Cancel a job, a shift or seats, at the price that the rules ask for it.
    CancelWork = "cancel_work",
    /// See the rules and rates.
    ViewRules = "view_rules",
    /// Write drafts of rules and rates, and give them up.
    DraftRules = "draft_rules",
    /// Put rules and rates in force.
    EditRules = "edit_rules",
    /// Post shifts; assign and remove officers.
    FillJob = "fill_job",
    /// Let an officer have a seat that a rule wants somebody to agree to, or say no.
    ApproveSeat = "approve_seat",
    /// See posted shifts with one's own eligibility.
    ViewOpenShifts = "view_open_shifts",
    /// Accept a shift and withdraw from it.
    TakeShift = "take_shift",
    /// Clock in and out.
    Clock = "clock",
    /// See worked time.
    ViewTime = "view_time",
    /// Adjust and approve worked time.
    ApproveTime = "approve_time",
    /// See the ledger.
    ViewLedger = "view_ledger",
    /// See invoices.
    ViewInvoice = "view_invoice",
    /// Issue invoices and record payments.
    EditInvoice = "edit_invoice",
    /// See pay statements.
    ViewPay = "view_pay",
    /// Preview and make pay runs.
    EditPayRun = "edit_pay_run",
    /// Approve a pay run that somebody else made.
    ApprovePayRun = "approve_pay_run",
    /// Read one's own notices.
    ReadNotices = "read_notices",
    /// Read and export the audit log.
    ViewAudit = "view_audit",
}

/// How far `role` reaches with `action`.
#[must_use]
pub fn reach(role: Role, action: Action) -> Reach {
    use Action as A;
    use Reach::{Agency, Everywhere, Nobody, Own};
    use Role as R;

    if matches!(action, A::EditOwnAccount | A::ReadNotices) {
        return if role == R::System { Nobody } else { Everywhere };
    }
    let reads_agency = matches!(
        action,
        A::ViewAgency
            | A::ViewOverview
            | A::ListOfficers
            | A::ViewOfficer
            | A::ListCustomers
            | A::ViewCustomer
            | A::ViewRequest
            | A::ViewJob
            | A::ViewRules
            | A::ViewOpenShifts
            | A::ViewTime
            | A::ViewInvoice
            | A::ViewPay
            | A::ViewLedger
            | A::ViewAudit
    );
    let money = matches!(
        action,
        A::ViewLedger | A::ViewInvoice | A::EditInvoice | A::ViewPay | A::EditPayRun | A::ApprovePayRun
    );
    match role {
        R::OperatorAdmin if action == A::ManagePlatform => Everywhere,
        _ if action == A::ManagePlatform => Nobody,
        R::OperatorAdmin | R::AgencyAdmin => match action {
            A::TakeShift | A::Clock | A::Register => Nobody,
            _ => Agency,
        },
        R::Dispatcher | R::Coordinator => match action {
            A::EditCustomer
            | A::DecideCustomer
            | A::SubmitRequest
            | A::DecideRequest
            | A::EditJob
            | A::CancelWork
            | A::FillJob
            | A::ApproveSeat
            | A::ApproveTime
            | A::EditUnavailability
            | A::EditOfficer
            | A::ImportSchedule => Agency,
            // A coordinator writes rules down; whoever administers the agency puts them in force.
            A::DraftRules if role == R::Coordinator => Agency,
            A::ViewLedger | A::ViewPay => Nobody,
            _ if reads_agency => Agency,
            _ => Nobody,
        },
        R::OperatorFinance | R::AgencyFinance if money || reads_agency => Agency,
        R::OperatorFinance | R::AgencyFinance => Nobody,
        R::Approver => match action {
            A::DecideRequest | A::ApproveSeat | A::ApproveTime | A::DecideCustomer => Agency,
            A::ViewLedger | A::ViewPay | A::ViewAudit => Nobody,
            _ if reads_agency => Agency,
            _ => Nobody,
        },
        R::Auditor if reads_agency => Agency,
        R::Auditor => Nobody,
        R::Officer => match action {
            A::ViewOpenShifts | A::ViewJob | A::ViewRules => Agency,
            A::ViewOfficer | A::EditUnavailability | A::TakeShift | A::Clock | A::ViewTime | A::ViewPay => Own,
            _ => Nobody,
        },
        R::CustomerAdmin => match action {
            A::ManagePeople
            | A::ViewCustomer
            | A::EditCustomer
            | A::ViewRequest
            | A::SubmitRequest
            | A::CancelWork
            | A::ViewJob
            | A::ViewTime
            | A::ViewInvoice => Own,
            _ => Nobody,
        },
        R::CustomerRequester => match action {
            A::ViewCustomer | A::ViewRequest | A::SubmitRequest | A::CancelWork | A::ViewJob | A::ViewTime => Own,
            _ => Nobody,
        },
        R::CustomerBilling => match action {
            A::ViewCustomer | A::ViewRequest | A::ViewJob | A::ViewTime | A::ViewInvoice => Own,
            _ => Nobody,
        },
        // Timers act where a person has set them: stages pass on, forgotten clock-outs close, weekly runs are drafted.
        R::System => match action {
            A::FillJob | A::DecideRequest | A::Clock | A::EditInvoice | A::EditPayRun | A::Register => Agency,
            _ => Nobody,
        },
    }
}

/// True when somebody in the role `giver` may invite people into the role `given`; nobody gives more than he could use.
#[must_use]
pub fn may_give(giver: Role, given: Role) -> bool {
    match giver {
        Role::OperatorAdmin => given != Role::System,
        Role::AgencyAdmin => !given.is_operator() && given != Role::System,
        Role::CustomerAdmin => given.is_customer(),
        _ => false,
    }
}

/// True when somebody of this role may speak for a level that a rule names. A level above the coordinator is an authority
/// outside this program; an approver or an administrator writes down what it said.
#[must_use]
pub fn may_speak_for(role: Role, level: &str) -> bool {
    match role {
        Role::OperatorAdmin | Role::AgencyAdmin | Role::Approver => true,
        Role::Coordinator | Role::Dispatcher => matches!(level, "coordinator" | "agency"),
        _ => false,
    }
}
