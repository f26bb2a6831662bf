//! Cancellation, payment and shares in sentences.

use crate::{
    rates::{
        cancellation::{CancelWindow, Cancellation, NoticeCounts},
        payment::{LateMonths, PaymentTerms, Split},
    },
    time::Minutes,
};

pub(super) fn cancellation(rule: &Cancellation) -> String {
    let unit = if rule.counts == NoticeCounts::OfficeHours { " of office hours" } else { "" };
    let windows: Vec<String> = rule.windows.iter().map(|window| cancel_window(window, unit)).collect();
    let mut words = windows.join("; ");
    if !rule.by.is_empty() {
        let who: Vec<&str> = rule.by.iter().map(|by| by.code()).collect();
        words = format!("cancelled by the {}: {words}", who.join(" or the "));
    }
    if rule.covers_changes {
        words += "; a change to fewer officers or hours counts alike";
    }
    if !rule.channel.is_empty() {
        words += &format!("; {}", rule.channel.trim_end_matches('.'));
    }
    words
}

/// A window of notice in words.
pub(in crate::rates) fn cancel_window(window: &CancelWindow, unit: &str) -> String {
    let mut when = Vec::new();
    if window.after_start {
        when.push("after the start".to_owned());
    }
    let shown = |length: Minutes| long(length) + unit;
    when.extend(window.under.map(|under| format!("less than {} before", shown(under))));
    when.extend(window.at_most.map(|most| format!("{} or less before", shown(most))));
    when.extend(window.over.map(|over| format!("more than {} before", shown(over))));
    when.extend(window.at_least.map(|least| format!("{} or more before", shown(least))));
    when.extend(window.under_business_days.map(|days| format!("less than {days} business days before")));
    if let Some(time) = &window.deadline {
        let day = if window.deadline_business { "business day" } else { "day" };
        when.push(match window.deadline_days.unwrap_or(1) {
            1 => format!("at or after {time} of the {day} before"),
            days => format!("at or after {time} of the {day} {days} {day}s before"),
        });
    }
    when.extend(window.scheduled_under.map(|under| format!("on jobs under {under}")));
    when.extend(window.scheduled_at_least.map(|least| format!("on jobs of {least} or more")));
    let mut owed = Vec::new();
    owed.extend(window.full.then(|| "the whole schedule".to_owned()));
    owed.extend(window.charge.filter(|charge| charge.0 > 0).map(|charge| charge.to_string()));
    owed.extend(window.charge_percent.map(|percent| format!("{percent} % of the schedule")));
    if window.or_worked {
        let other = owed.pop().map_or_else(String::new, |other| format!("{other} or "));
        owed.push(format!("{other}the time worked if longer"));
    }
    owed.extend(window.fee_only.then(|| "the fees of the schedule without its hours".to_owned()));
    owed.extend(window.flat_per_job.map(|flat| format!("{} for the job", flat.price())));
    owed.extend(window.flat.map(|flat| format!("{} for each officer", flat.price())));
    owed.extend(window.deposit_forfeited.then(|| "the deposit".to_owned()));
    let mut owed =
        if owed.is_empty() { "nothing is owed".to_owned() } else { format!("{} is owed", owed.join(" and ")) };
    owed += match window.fee {
        Some(true) => " with the fees",
        Some(false) => " without fees",
        None => "",
    };
    owed += if window.agency_keeps { ", not paid out" } else { "" };
    if when.is_empty() { owed } else { format!("{}: {owed}", when.join(" and ")) }
}

/// A length: days when it is whole days and more than two, as notice is written.
fn long(length: Minutes) -> String {
    if length.0 > 2 * 1440 && length.0 % 1440 == 0 { format!("{} d", length.0 / 1440) } else { length.to_string() }
}

pub(super) fn terms(rule: &PaymentTerms) -> String {
    let mut parts = Vec::new();
    if rule.prepay {
        parts.push("the whole price is due before the job".to_owned());
    }
    parts.extend(rule.deposit.map(|deposit| format!("a deposit of {}", deposit.price())));
    parts.extend(rule.deposit_percent.map(|percent| format!("a deposit of {percent} %")));
    parts.extend(rule.escrow_above.map(|above| format!("paid into escrow above {}", above.price())));
    parts.extend(rule.net_days.map(|days| match days {
        0 => "due on receipt".to_owned(),
        days => format!("due after {days} days"),
    }));
    parts.extend(rule.late_percent_month.map(|percent| format!("{percent} % a month when late")));
    parts.extend(rule.late_percent_year.map(|percent| format!("{percent} % a year when late")));
    parts.extend(match rule.late_months {
        LateMonths::Whole => None,
        LateMonths::Begun => Some("a begun month counts".to_owned()),
        LateMonths::Daily => Some("months count by the day".to_owned()),
    });
    if rule.late_compound {
        parts.push("interest bears interest".to_owned());
    }
    parts.extend(rule.late_percent.map(|percent| format!("{percent} % once when late")));
    parts.extend(rule.late_flat.map(|flat| format!("{} when late", flat.price())));
    parts.extend(rule.late_per_position.map(|each| format!("{} for each position when late", each.price())));
    parts.extend(rule.late_at_least.map(|least| format!("at least {} when late", least.price())));
    parts.extend(rule.late_at_most.map(|most| format!("at most {} when late", most.price())));
    parts.extend(rule.late_grace_days.map(|days| format!("nothing more up to {days} days after the due day")));
    parts.extend(rule.card_percent.map(|percent| format!("{percent} % more by card")));
    parts.extend(rule.credit_limit.map(|limit| format!("credit up to {}", limit.price())));
    parts.extend(rule.stop_after_days.map(|days| format!("no service from {days} days after the due day")));
    parts.extend((!rule.instruments.is_empty()).then(|| format!("paid by {}", rule.instruments.join(", "))));
    parts.extend(rule.dispute_days.map(|days| format!("disputes within {days} days")));
    if parts.is_empty() { "no special terms".to_owned() } else { parts.join("; ") }
}

pub(super) fn split(rule: &Split) -> String {
    let mut parts = Vec::new();
    parts.extend(rule.percent.map(|percent| format!("{percent} %")));
    parts.extend(rule.per_hour.map(|amount| format!("{} an hour", amount.price())));
    format!("{} of the officer's labor goes to the {}", parts.join(" and "), rule.to.words())
}
