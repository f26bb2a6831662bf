//! A quote as JSON.

use muster_domain::requests as domain;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules_api::{Crew, RuleDecision, decisions};

/// A price with its lines.
#[derive(Debug, Serialize, ToSchema)]
pub struct Quote {
    /// The stored rule set that made it.
    pub rule_set: String,
    /// Its version.
    pub version: String,
    /// What the customer will owe if all is worked as asked, in cents.
    pub total_cents: i64,
    /// Minutes paid.
    pub paid_minutes: i64,
    /// The lines.
    pub lines: Vec<QuoteLine>,
    /// What the agency's rules say of it.
    pub remarks: Vec<String>,
    /// What it assumes.
    pub assumptions: Vec<String>,
    /// Who and what the crew rules add.
    pub crew: Crew,
    /// Every rule that was asked; empty in a quote that is read again, whose decisions stand beside it.
    pub decisions: Vec<RuleDecision>,
}

/// Like lines of all seats and dates.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuoteLine {
    /// For which position.
    pub position: String,
    /// The rule that made it.
    pub rule: String,
    /// Why, in words.
    pub words: String,
    /// Hours, pieces or dollars.
    pub quantity: String,
    /// Dollars each, or a factor.
    pub rate: String,
    /// In cents.
    pub cents: i64,
}

impl From<&domain::Quote> for Quote {
    fn from(quote: &domain::Quote) -> Self {
        let line = |line: &domain::QuoteLine| QuoteLine {
            position: line.position.clone(),
            rule: line.rule.clone(),
            words: line.words.clone(),
            quantity: line.quantity.to_string(),
            rate: line.rate.to_string(),
            cents: line.cents.0,
        };
        Self {
            rule_set: quote.rule_set.to_string(),
            version: quote.version.clone(),
            total_cents: quote.total.0,
            paid_minutes: quote.paid_minutes.0,
            lines: quote.lines.iter().map(line).collect(),
            remarks: quote.remarks.iter().map(|remark| remark.words.clone()).collect(),
            assumptions: quote.assumptions.clone(),
            crew: Crew::from(&quote.crew),
            decisions: decisions(&quote.ruling),
        }
    }
}
