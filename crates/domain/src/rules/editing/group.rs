//! The parts of the page, in the order in which a chief thinks.

/// A chapter of the book as a chief thinks of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Caps on hours and jobs.
    Hours,
    /// Rest and overlap.
    Rest,
    /// Who may work.
    Who,
    /// Where not.
    Where,
    /// How many, and who leads.
    Crew,
    /// Approvals and notice.
    Approvals,
    /// Penalties, giving back, reports, order.
    Duties,
    /// Dollars an hour.
    Rates,
    /// Which time is paid, minimums, steps.
    Minimums,
    /// Premiums.
    Premiums,
    /// Resources, fees, taxes, shares.
    Fees,
    /// Cancellation.
    Cancellation,
    /// Payment terms.
    Payment,
    /// What texts leave open.
    Questions,
    /// The book itself.
    Book,
}

impl Group {
    /// Every group, in the order of the page.
    pub const ALL: &'static [Self] = &[
        Self::Hours,
        Self::Rest,
        Self::Who,
        Self::Where,
        Self::Crew,
        Self::Approvals,
        Self::Duties,
        Self::Rates,
        Self::Minimums,
        Self::Premiums,
        Self::Fees,
        Self::Cancellation,
        Self::Payment,
        Self::Questions,
        Self::Book,
    ];

    /// The word in addresses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hours => "hours",
            Self::Rest => "rest",
            Self::Who => "who",
            Self::Where => "where",
            Self::Crew => "crew",
            Self::Approvals => "approvals",
            Self::Duties => "duties",
            Self::Rates => "rates",
            Self::Minimums => "minimums",
            Self::Premiums => "premiums",
            Self::Fees => "fees",
            Self::Cancellation => "cancellation",
            Self::Payment => "payment",
            Self::Questions => "questions",
            Self::Book => "book",
        }
    }

    /// The heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Hours => "Hours",
            Self::Rest => "Rest",
            Self::Who => "Who may work",
            Self::Where => "Where not",
            Self::Crew => "Crew",
            Self::Approvals => "Approvals and notice",
            Self::Duties => "Penalties and duties",
            Self::Rates => "Rates",
            Self::Minimums => "Minimums and paid time",
            Self::Premiums => "Premiums",
            Self::Fees => "Fees and taxes",
            Self::Cancellation => "Cancellation",
            Self::Payment => "Payment",
            Self::Questions => "Where the text is silent",
            Self::Book => "The book",
        }
    }

    pub(super) fn of(list: &str, kind: &str) -> Self {
        match (list, kind) {
            ("policy", "cap" | "run_cap") => Self::Hours,
            ("policy", "rest_gap" | "no_overlap") => Self::Rest,
            ("policy", "status_block" | "require" | "credential" | "relation_bar" | "list") => Self::Who,
            ("policy", "venue_bar") => Self::Where,
            ("policy", "crew") => Self::Crew,
            ("policy", "approval" | "lead_time") => Self::Approvals,
            ("policy", _) => Self::Duties,
            ("rates/base_rate", _) => Self::Rates,
            ("rates/payable_time" | "rates/quantize", _) => Self::Minimums,
            ("rates/premium", _) => Self::Premiums,
            ("rates/cancellation", _) => Self::Cancellation,
            ("rates/payment_terms", _) => Self::Payment,
            _ => Self::Fees,
        }
    }
}
