//! Messages to people: an inbox notice and an e-mail with the same words.
//!
//! Words: a *topic* is what a person chooses e-mails by; each kind of message has one. Invariants: a message is written with
//! the change that it tells of, and leaves only after the commit; the inbox gets every message, whatever was chosen.

use crate::access::Role;

/// What a message says. The title fits a list row; the body is plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// A stable word, for example `shift_taken`.
    pub kind: &'static str,
    /// One line.
    pub title: String,
    /// A few sentences.
    pub body: String,
    /// The page to open, a path beginning with a slash.
    pub link: String,
}

/// What a person chooses e-mails by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Seats taken, given, lost; shifts and jobs cancelled; approvals of seats.
    Shifts,
    /// Clock-outs forgotten, times adjusted and approved.
    Time,
    /// Pay on its way; pay runs that wait.
    Pay,
    /// Requests and their answers; new customers.
    Requests,
    /// Invoices.
    Invoices,
    /// Everything else: a status, a schedule that overlaps, new rules.
    Office,
}

impl Topic {
    /// Every topic, in the order to show.
    pub const ALL: [Self; 6] = [Self::Shifts, Self::Time, Self::Pay, Self::Requests, Self::Invoices, Self::Office];

    /// The topic of a kind of message.
    #[must_use]
    pub fn of(kind: &str) -> Self {
        match kind {
            "paid" | "time_repriced" => Self::Pay,
            "schedule_conflicts" | "status_changed" | "rules_in_force" => Self::Office,
            kind if kind.starts_with("pay_run") => Self::Pay,
            kind if kind.starts_with("shift_") || kind.starts_with("job_") || kind.starts_with("approval_") => {
                Self::Shifts
            }
            kind if ["time_", "clock_", "report"].iter().any(|start| kind.starts_with(start)) => Self::Time,
            kind if kind.starts_with("request_") || kind.starts_with("customer_") => Self::Requests,
            kind if kind.starts_with("invoice_") => Self::Invoices,
            _ => Self::Office,
        }
    }

    /// The stored word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Shifts => "shifts",
            Self::Time => "time",
            Self::Pay => "pay",
            Self::Requests => "requests",
            Self::Invoices => "invoices",
            Self::Office => "office",
        }
    }

    /// The topic of a stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.code() == code)
    }

    /// As shown.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Shifts => "Shifts and jobs",
            Self::Time => "Worked time",
            Self::Pay => "Pay",
            Self::Requests => "Requests",
            Self::Invoices => "Invoices",
            Self::Office => "Status, schedule and rules",
        }
    }

    /// True when people of this role get messages about it.
    #[must_use]
    pub fn concerns(self, role: Role) -> bool {
        match self {
            Self::Shifts => true,
            Self::Time | Self::Pay | Self::Office => !role.is_customer(),
            Self::Requests => role != Role::Officer,
            Self::Invoices => role.is_customer(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_the_topic_that_a_person_expects() {
        for (kind, topic) in [
            ("shift_taken", Topic::Shifts),
            ("approval_asked", Topic::Shifts),
            ("job_cancelled", Topic::Shifts),
            ("time_approved", Topic::Time),
            ("time_repriced", Topic::Pay),
            ("clock_out_forgotten", Topic::Time),
            ("reports_late", Topic::Time),
            ("paid", Topic::Pay),
            ("pay_run_prepared", Topic::Pay),
            ("request_decided", Topic::Requests),
            ("customer_registered", Topic::Requests),
            ("invoice_issued", Topic::Invoices),
            ("rules_in_force", Topic::Office),
            ("something_new", Topic::Office),
        ] {
            assert_eq!(Topic::of(kind), topic, "{kind}");
        }
        assert!(Topic::ALL.into_iter().all(|topic| Topic::from_code(topic.code()) == Some(topic)));
    }
}
