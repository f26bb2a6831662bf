//! R9 and R10: what an invoice costs beyond its lines, and who receives which part.

use serde::{Deserialize, Serialize};

use super::{fees::Payee, ratio::Ratio, rules::rule};

rule! {
    /// R9: how and until when the customer pays.
    PaymentTerms {
        /// Days until due; 0 on receipt.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        net_days: Option<i64>,
        /// The whole price before the job.
        #[serde(default)]
        prepay: bool,
        /// Dollars before the job.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deposit: Option<Ratio>,
        /// Per cent of the price before the job.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deposit_percent: Option<Ratio>,
        /// An escrow account above this price.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        escrow_above: Option<Ratio>,
        /// Interest, per cent a month, for each begun or whole month as `late_months`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        late_percent_month: Option<Ratio>,
        /// Interest, per cent a year of 365 days, simple.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        late_percent_year: Option<Ratio>,
        /// Which months count.
        #[serde(default)]
        late_months: LateMonths,
        /// Interest by the month counts on earlier interest too.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        late_compound: bool,
        /// Per cent of the invoice, once when late.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        late_percent: Option<Ratio>,
        /// Everything that being late adds comes to at least so many dollars ...
        #[serde(default, skip_serializing_if = "Option::is_none")]
        late_at_least: Option<Ratio>,
        /// ... and to at most so many.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        late_at_most: Option<Ratio>,
        /// Nothing is added up to and with so many days after the due day; from then on all days count.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        late_grace_days: Option<i64>,
        /// Dollars once when late.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        late_flat: Option<Ratio>,
        /// Dollars for each position when late.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        late_per_position: Option<Ratio>,
        /// Per cent when paid by card.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        card_percent: Option<Ratio>,
        /// Dollars of credit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        credit_limit: Option<Ratio>,
        /// Service stops so many days after the due day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stop_after_days: Option<i64>,
        /// Days in which to dispute.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dispute_days: Option<i64>,
        /// How one may pay (words only).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        instruments: Vec<String>,
    }
}

/// Which months of delay cost interest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LateMonths {
    /// Whole months of 30 days.
    #[default]
    Whole,
    /// A begun month counts.
    Begun,
    /// By the day, a month being 30 days.
    Daily,
}

rule! {
    /// R10: a part of the officer's money that goes to somebody else.
    Split {
        /// Who receives it.
        to: Payee,
        /// Per cent of the officer's labour.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        percent: Option<Ratio>,
        /// Dollars a paid hour out of the officer's labour.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        per_hour: Option<Ratio>,
    }
}
