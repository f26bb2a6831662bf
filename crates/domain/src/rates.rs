//! What work costs: the rate card as data and the one engine for quote, officer's pay, customer's charge,
//! cancellation, resources, fees, tax and shares.
//!
//! Words: a *card* holds lists of rules, one list for each pay kind (catalogue R1 to R11); a *switch* is the answer to
//! a question that rule books leave open; a *piece* is minutes in a row at one rate; *padded* minutes are those that
//! only a minimum or rounding adds; a *share* is the part of the customer's money that one receiver gets.
//!
//! The pipeline is fixed (catalogue 2.1): 1 payable time, 2 quantize, 3 cut at every edge, 4 base rate, 5 premium,
//! 6 resources, 7 administrative fees, 8 tax, 9 rounding of each line, 10 payment terms (on the invoice), 11 shares.
//! A cancellation takes the place of 1 and 2. A quote is the same on scheduled times.
//!
//! Invariants: numbers are exact until a line is rounded; the sum of the lines is the price; the shares sum to what
//! the customer owes; more time never earns fewer paid minutes; out-of-range numbers are a refusal, never a panic.
//! What it never does: read a clock or a zone of its own, decide who may work (that is `policy`), or move money.

mod amounts;
mod bill;
mod cancellation;
mod cancelling;
mod card;
mod charging;
mod credit;
mod earlier;
mod explain;
mod fees;
mod labour;
mod notice;
mod payable;
mod payment;
mod pieces;
mod price;
mod priced;
mod quantize;
mod ratio;
mod rounding;
mod rules;
mod settle;
mod sharing;
mod stacking;
mod switches;
mod work;

pub use amounts::{Amounts, LookedUpBy};
pub use cancellation::{CancelWindow, Cancellation, CancelledBy, NoticeCounts};
pub use card::{MoneyRound, RateCard, RoundPoint};
pub use credit::{CREDIT_STOP, CustomerDebt};
pub use earlier::{LooksBack, PaidWork, ShiftStart, earlier_of};
pub use explain::Chapter;
pub use fees::{
    AdminFee, FeeBase, LengthBand, NumberBand, NumberBands, NumberFact, Payee, ResourceFee, ResourceHours, Tax,
};
pub use notice::{CancelTerm, Channel, Received, counted_at};
pub use payment::{LateMonths, PaymentTerms, Split};
pub use price::price;
pub use priced::{Line, LineKind, Priced, Share, rounding_of_invoice};
pub use ratio::Ratio;
pub use rounding::Rounding;
pub use rules::{
    BaseRate, Basis, Block, Concerns, Direction, EarlyStart, Effect, Overrun, PayableTime, Premium, Quantize,
    ReleasedEarly,
};
pub use settle::{Settlement, settle};
pub use switches::{
    AfterCounts, AfterPer, Applies, CancelledWhen, Clock, MinimumPer, NoticeFrom, PaddedMinutes, RankTie, RateOf,
    Stacking, StartChange, Switches,
};
pub use work::{Cancelled, Earlier, PricedWork, ResourceUse};
