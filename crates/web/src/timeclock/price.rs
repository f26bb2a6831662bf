//! What a time costs and pays, line by line, with what earlier work of the day did to it.

use maud::{Markup, html};
use muster_app::ledger::TimePrice;
use muster_domain::{counted, money::Cents};

use crate::parts::{card, card_head, money};

/// The card of a time's price.
pub fn price_card(price: &TimePrice) -> Markup {
    let priced = &price.priced;
    let lines = priced.lines.iter().filter(|line| line.customer_cents != Cents::ZERO || line.minutes.0 != 0);
    card(html! {
        (card_head(if price.charged { "What it costs" } else { "What it costs when approved" }).icon("receipt"))
        div.stack {
            div.split { span { "Customer owes" } strong { (money(priced.customer_cents)) } }
            div.split { span { "Officer earns, for " (priced.paid_minutes) " paid" } strong { (money(priced.officer_cents)) } }
        }
        @if !priced.remarks.is_empty() {
            p { strong { "Earlier work counts. " } (priced.remarks.join(". ")) "." }
        }
        @if price.corrections > 0 {
            p.hint { "Priced again " (counted(price.corrections, "time", "times")) ", because earlier work was charged later; each difference is a charge of its own." }
        }
        details.why {
            summary { "How this was calculated" }
            ul {
                @for line in lines {
                    li { (line.words) @if line.minutes.0 != 0 { ", " (line.minutes) " at " (line.rate.price()) } ": " (line.customer_cents) }
                }
                @for words in &priced.assumptions { li { "This assumes: " (words) } }
            }
        }
    })
}
