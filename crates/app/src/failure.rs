//! Why a use case did not happen. People see all of it but [`Failure::Broken`], which is for the log.

use muster_domain::{
    access::Denied,
    refusal::{FieldErrors, Refusal},
};
use muster_store as store;

/// A use case that did not happen; nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The actor may not (403), or must not know that the row exists (404).
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The input has mistakes (422); every one is listed.
    #[error("The form has mistakes. {0}")]
    Invalid(FieldErrors),
    /// A rule of the business says no (422).
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No such row in the actor's scope (404). The word names the kind of thing.
    #[error("There is no such {0}.")]
    Missing(&'static str),
    /// Somebody else changed the row first (409).
    #[error("{0} was changed by somebody else in the meantime. Look at it again, then repeat your change.")]
    Conflict(&'static str),
    /// Too much is going on; the same request may succeed in a moment (503).
    #[error("Muster is very busy. Try again in a few seconds; nothing was lost and nothing was done.")]
    Busy,
    /// A defect or an outage (500).
    #[error("Something went wrong on our side. Nothing was changed.")]
    Broken(#[source] store::Error),
}

/// The most characters of a reason that officers, customers and auditors read.
const MOST_OF_REASON: usize = 500;

/// A reason fits where it is shown. Whether there must be one is the business of the rule that asks for it.
pub(crate) fn check_reason(reason: &str) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    errors.allow_text(reason, "reason", MOST_OF_REASON);
    errors.or(())
}

impl From<FieldErrors> for Failure {
    fn from(errors: FieldErrors) -> Self {
        Self::Invalid(errors)
    }
}

/// Constraints that stand for a rule of the business are refusals; the database noticed what a lock or a check did not.
impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Busy | store::Error::Timeout => Self::Busy,
            store::Error::Unstorable => {
                let mut errors = FieldErrors::default();
                errors.add("", "A text holds a character that cannot be stored. Type it again without pasting.");
                Self::Invalid(errors)
            }
            store::Error::Constraint { ref name, .. } => match constraint_refusal(name) {
                Some(refusal) => Self::Refused(refusal),
                None => Self::Broken(error),
            },
            error => Self::Broken(error),
        }
    }
}

/// What each constraint that people can run into means to them.
fn constraint_refusal(name: &str) -> Option<Refusal> {
    let (code, message, remedy) = match name {
        "work_no_overlap" => (
            "already_working",
            "This officer already works another detail at that time.",
            "Choose another shift, or withdraw from the other one first.",
        ),
        "assignments_seat" => {
            ("seat_taken", "Somebody else took this seat a moment ago.", "Look at the list for other open seats.")
        }
        "assignments_officer_shift" => {
            ("already_on_shift", "This officer is already on this shift.", "Nothing needs to be done.")
        }
        "handovers_open" => (
            "already_offered",
            "You have offered this seat to a colleague already.",
            "Wait for his answer, or take the offer back first.",
        ),
        "permits_open" => (
            "permit_stands",
            "This permit is being decided already.",
            "Wait for the answer; you will find it among your notices.",
        ),
        "shift_approvals_open" => (
            "already_asked",
            "You have asked for this post already.",
            "Wait for the answer; you will find it among your notices.",
        ),
        "request_approvals_open" => {
            ("already_asked", "This approval is asked for already.", "Look at the approvals of the request.")
        }
        "officers_badge" => ("badge_taken", "Another officer has this badge number.", "Check the badge number."),
        "accounts_email" => (
            "email_taken",
            "There is already an account with this e-mail address.",
            "Use another address, or add a role to the existing account.",
        ),
        "customers_name" => (
            "customer_exists",
            "There is already a customer with this name.",
            "Open the existing customer, or add a place to the name.",
        ),
        "officer_groups_name" | "units_name" => {
            ("name_taken", "There is already one with this name.", "Choose another name.")
        }
        "ranks_code" | "job_types_code" | "agencies_slug" => {
            ("code_taken", "This code is already in use.", "Choose another code.")
        }
        "charges_time_entry" => ("already_approved", "This time was already approved.", "Look at the approved time."),
        "invoice_lines_charge" | "invoice_lines_pkey" => (
            "already_invoiced",
            "Some of this time is on another invoice already.",
            "Look at the list of invoices again.",
        ),
        "pay_items_pkey" => {
            ("already_paid", "Some of this time is in another pay run already.", "Look at the list of pay runs again.")
        }
        "rules_in_force_are_kept" => (
            "rules_in_force_are_kept",
            "Rules that were put in force are never changed.",
            "Write a new draft that begins with them.",
        ),
        "postings_running" => ("already_posted", "This shift is already posted.", "Look at the shift."),
        _ => return None,
    };
    Some(Refusal::new(code, message, remedy))
}
