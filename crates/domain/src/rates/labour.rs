//! Steps 3 to 5: hours at their rates.

use std::collections::BTreeSet;

use super::{
    amounts::Amounts,
    bill::{Bill, Item, label, named, too_large},
    fees::{FeeBase, Payee},
    payable::{Payable, later},
    pieces::{Piece, cut},
    priced::LineKind,
    ratio::Ratio,
    rules::{BaseRate, Concerns, Premium, Quantize, Rule as _},
    stacking::{Side, Stack, words},
    switches::{AfterCounts, AfterPer, Applies, PaddedMinutes, Question, Stacking},
    work::{Earlier, PricedWork},
};
use crate::{
    predicate::{Facts, Field, Test, clock_minute},
    refusal::Refusal,
    time::Minutes,
};

/// The base rate of a shift.
struct Base<'a> {
    id: String,
    words: String,
    charged: Ratio,
    paid: Ratio,
    table: Option<&'a Amounts>,
    /// Rules that fit and lacked the rate that they name.
    passed: Vec<String>,
}

/// Adds a line for each rate.
pub(super) fn charge(bill: &mut Bill<'_>, work: &PricedWork<'_>, payable: &Payable) -> Result<(), Refusal> {
    if payable.minutes == 0 {
        return Ok(());
    }
    let card = bill.card;
    let mut base = base_rate(bill, work)?;
    bill.notes.append(&mut base.passed);
    if bill.cancelled && !card.premium.is_empty() {
        bill.may_depend_on(Question::PremiumOnCancelled);
    }
    let premiums: Vec<(usize, &Premium)> = if bill.cancelled && bill.switches.premium_on_cancelled == Some(false) {
        Vec::new()
    } else {
        let counts = |premium: &Premium| premium.in_force(bill.start.date()) && ordered_late(bill, premium);
        card.premium.iter().enumerate().filter(|(_, premium)| counts(premium)).collect()
    };
    let weekly = |premium: &Premium| {
        premium.after.is_some() && premium.after_per.or(bill.switches.after_per) == Some(AfterPer::Week)
    };
    let week = work.earlier.worked_in_week.or(work.earlier.paid_in_week);
    if week.is_none() && premiums.iter().any(|(_, premium)| weekly(premium)) {
        bill.notes.push("the officer's other work of the week is not known and counts for nothing".to_owned());
    }
    let counts: Vec<i64> = premiums
        .iter()
        .flat_map(|(_, premium)| {
            [premium.after.map(|after| after.0 - before(bill, work, premium)), premium.first.map(|first| first.0)]
        })
        .flatten()
        .chain(work.scheduled.map(|span| span.minutes().0))
        .chain(payable.schedule_ends.filter(|_| premiums.iter().any(|(_, premium)| premium.beyond_schedule)))
        .collect();
    overtime_is_open(bill, work, &premiums, payable);
    let pieces = cut(card, &payable.runs, &counts);
    let reach = reach(bill, work, &premiums, &pieces, payable.schedule_ends);
    let mut groups: Vec<(Vec<usize>, i64)> = Vec::new();
    for (piece, reached) in pieces.iter().zip(reach) {
        match groups.iter_mut().find(|(known, _)| *known == reached) {
            Some((_, minutes)) => *minutes += piece.minutes,
            None => groups.push((reached, piece.minutes)),
        }
    }
    for at in groups.iter().flat_map(|(reached, _)| reached) {
        bill.note_missing(&card.premium[*at], work, *at);
    }
    // Minutes of one rate are one line, whichever premiums led to it.
    let mut rated: Vec<Rated> = Vec::new();
    for (reached, minutes) in &groups {
        let next = rated_hours(bill, work, &base, reached, *minutes)?;
        match rated.iter_mut().find(|known| known.rates == next.rates) {
            Some(known) => {
                known.minutes += next.minutes;
                known.because.extend(next.because);
            }
            None => rated.push(next),
        }
    }
    for (at, premium) in &premiums {
        let before = before(bill, work, premium);
        if before > 0 && premium.after.is_some() && groups.iter().any(|(reached, _)| reached.contains(at)) {
            remark_on_count(bill, premium, before);
        }
    }
    for hours in rated {
        labour_line(bill, &base, hours)?;
    }
    flat_premiums(bill, &groups)
}

impl Bill<'_> {
    /// A premium that would set an agreed rate does nothing, or something else, without one.
    fn note_missing(&mut self, premium: &Premium, work: &PricedWork<'_>, at: usize) {
        if let Some(name) = &premium.effect.set_agreed
            && !work.agreed_rates.iter().any(|(known, _)| known == name)
        {
            let id = label(premium.id(), "premium", at);
            let words =
                format!("premium {id} sets nothing: no rate is agreed under the name \u{201c}{name}\u{201d} (`rates`)");
            if !self.notes.contains(&words) {
                self.notes.push(words);
            }
        }
    }
}

/// True unless the premium asks for a late order and the order was in time, or its time is not known.
fn ordered_late(bill: &Bill<'_>, premium: &Premium) -> bool {
    let Some(minute) = premium.ordered_after.as_deref().and_then(clock_minute) else {
        return premium.ordered_after.is_none();
    };
    let eve = bill.start.date().yesterday().unwrap_or(bill.start.date());
    let deadline = later(eve.at(0, 0, 0, 0), minute.into());
    bill.facts.moment.ordered.is_some_and(|ordered| ordered >= deadline)
}

/// The premiums that reach each piece, by their place in the card.
fn reach(
    bill: &mut Bill<'_>,
    work: &PricedWork<'_>,
    premiums: &[(usize, &Premium)],
    pieces: &[Piece],
    schedule_ends: Option<i64>,
) -> Vec<Vec<usize>> {
    let beyond = |piece: &Piece| schedule_ends.is_some_and(|ends| piece.offset >= ends);
    let shift = bill.facts;
    let facts_at = |piece: &Piece| {
        let mut facts = shift;
        facts.moment.local = Some(piece.starts);
        facts
    };
    if pieces.iter().any(|piece| piece.padded) && !premiums.is_empty() {
        bill.may_depend_on(Question::PaddedMinutes);
    }
    let padded = bill.switches.padded_minutes.unwrap_or(PaddedMinutes::ScheduledMinute);
    let mut reached = vec![Vec::new(); pieces.len()];
    for (at, premium) in premiums {
        let on: Vec<bool> = pieces.iter().map(|piece| premium.when.holds(&facts_at(piece))).collect();
        if premium.applies.is_none() && of_holidays(premium) && on.contains(&true) && on.contains(&false) {
            bill.may_depend_on(Question::Holiday);
        }
        let inside = stretched(applies(bill, premium), pieces, on);
        for ((piece, inside), reached) in pieces.iter().zip(inside).zip(&mut reached) {
            if inside && in_count(bill, work, premium, piece) && (!premium.beyond_schedule || beyond(piece)) {
                reached.push(*at);
            }
        }
    }
    let last = pieces.iter().rposition(|piece| !piece.padded);
    for at in 0..pieces.len() {
        if pieces[at].padded {
            match padded {
                PaddedMinutes::ScheduledMinute => {}
                PaddedMinutes::Base => reached[at].clear(),
                PaddedMinutes::LastMinute => reached[at] = last.map_or_else(Vec::new, |last| reached[last].clone()),
            }
        }
    }
    if reached.iter().any(|reached| reached.len() > 1) {
        bill.may_depend_on(Question::Stacking);
    }
    reached
}

/// Which pieces a premium takes, from those on which its condition holds.
fn stretched(applies: Applies, pieces: &[Piece], on: Vec<bool>) -> Vec<bool> {
    let worked = || pieces.iter().zip(&on).filter(|(piece, _)| !piece.padded);
    let whole = |all: bool| vec![all; pieces.len()];
    match applies {
        Applies::Portion => on,
        Applies::Touch => whole(worked().any(|(_, on)| *on)),
        Applies::Begins => whole(on.first() == Some(&true)),
        Applies::Majority => {
            let inside: i64 = worked().filter(|(_, on)| **on).map(|(piece, _)| piece.minutes).sum();
            whole(2 * inside > worked().map(|(piece, _)| piece.minutes).sum())
        }
        Applies::FromThenOn => {
            let first = pieces.iter().zip(&on).position(|(piece, on)| *on && !piece.padded);
            (0..pieces.len()).map(|at| first.is_some_and(|first| at >= first)).collect()
        }
    }
}

fn applies(bill: &Bill<'_>, premium: &Premium) -> Applies {
    premium.applies.unwrap_or_else(|| {
        if of_holidays(premium) { bill.switches.holiday.unwrap_or(Applies::Portion) } else { Applies::Portion }
    })
}

/// The condition asks for a holiday.
fn of_holidays(premium: &Premium) -> bool {
    let mut holiday = false;
    premium.when.for_each_test(&mut |_, test| holiday |= matches!(test, Test::Holiday(_)));
    premium.when.for_each_expression(&mut |one| holiday |= one.fields().contains(&Field::MomentHoliday));
    holiday
}

/// Notes whether what hours for overtime count, and over what, may make a difference here.
fn overtime_is_open(bill: &mut Bill<'_>, work: &PricedWork<'_>, premiums: &[(usize, &Premium)], payable: &Payable) {
    let earlier = &work.earlier;
    let padded = payable.runs.iter().any(|run| run.padded);
    let beyond = work.scheduled.is_some_and(|span| span.minutes().0 < payable.minutes);
    let counts_differ = padded || beyond || earlier.worked != earlier.paid;
    for (_, premium) in premiums.iter().filter(|(_, premium)| premium.after.is_some()) {
        if premium.after_counts.is_none() && counts_differ {
            bill.may_depend_on(Question::AfterCounts);
        }
        if premium.after_per.is_none() && *earlier != Earlier::default() {
            bill.may_depend_on(Question::AfterPer);
        }
    }
}

/// Minutes of the officer's earlier shifts that count for `after`.
fn before(bill: &Bill<'_>, work: &PricedWork<'_>, premium: &Premium) -> i64 {
    let switches = bill.switches;
    let per = premium.after_per.or(switches.after_per).unwrap_or(AfterPer::Job);
    let counts = premium.after_counts.or(switches.after_counts).unwrap_or(AfterCounts::Paid);
    let minutes = match (per, counts) {
        (AfterPer::Job, _) => 0,
        (AfterPer::Consecutive, _) => work.earlier.unbroken.0,
        (AfterPer::Day, AfterCounts::Paid) => work.earlier.paid.0,
        (AfterPer::Week, AfterCounts::Paid) => work.earlier.paid_in_week.unwrap_or(Minutes::ZERO).0,
        (AfterPer::Week, AfterCounts::Worked | AfterCounts::Scheduled) => {
            work.earlier.worked_in_week.unwrap_or(Minutes::ZERO).0
        }
        (AfterPer::Day, AfterCounts::Worked | AfterCounts::Scheduled) => work.earlier.worked.0,
    };
    minutes.clamp(0, 31 * 1440)
}

/// Says with what earlier time a count of hours began.
fn remark_on_count(bill: &mut Bill<'_>, premium: &Premium, before: i64) {
    let switches = bill.switches;
    let how = match premium.after_per.or(switches.after_per) {
        Some(AfterPer::Consecutive) => "worked without a break up to the start",
        Some(AfterPer::Week) => "of work earlier that week",
        _ => match premium.after_counts.or(switches.after_counts).unwrap_or(AfterCounts::Paid) {
            AfterCounts::Paid => "paid earlier that day",
            AfterCounts::Worked | AfterCounts::Scheduled => "worked earlier that day",
        },
    };
    let name = named(&premium.name, &premium.id, "premium");
    bill.remark(format!("{name}: the count begins with {} {how}", Minutes(before)));
}

fn in_count(bill: &Bill<'_>, work: &PricedWork<'_>, premium: &Premium, piece: &Piece) -> bool {
    let before = before(bill, work, premium);
    let counts = premium.after_counts.or(bill.switches.after_counts).unwrap_or(AfterCounts::Paid);
    let after = premium.after.is_none_or(|after| match counts {
        AfterCounts::Worked if piece.padded => bill.hours.worked + before > after.0,
        AfterCounts::Scheduled => {
            let scheduled = work.scheduled.map_or(i64::MAX, |span| span.minutes().0);
            piece.offset + before >= after.0 && piece.offset < scheduled
        }
        _ => piece.offset + before >= after.0,
    });
    after && premium.first.is_none_or(|first| piece.offset < first.0)
}

/// Minutes at one rate.
struct Rated {
    /// Charged, paid to the officer, and counted for fees.
    rates: [Ratio; 3],
    minutes: i64,
    /// The premiums that decided, by their place in the card.
    because: BTreeSet<usize>,
}

fn rated_hours(
    bill: &Bill<'_>,
    work: &PricedWork<'_>,
    base: &Base<'_>,
    reached: &[usize],
    minutes: i64,
) -> Result<Rated, Refusal> {
    let card = bill.card;
    let facts = bill.facts;
    let stack = Stack { switches: bill.switches, facts: &facts, agreed: work.agreed_rates, table: base.table };
    let these = |keep: &dyn Fn(&Premium) -> bool| -> Vec<&Premium> {
        let hourly = reached.iter().map(|at| &card.premium[*at]).filter(|premium| premium.effect.add_flat.is_none());
        hourly.filter(|premium| keep(premium)).collect()
    };
    let rate = |premiums: &[&Premium], from, side| {
        stack
            .rate(from, premiums, side)
            .and_then(|rate| bill.rate(rate))
            .filter(|rate| !rate.is_negative())
            .ok_or_else(too_large)
    };
    let (all, with_fee) = (these(&|_| true), these(&|premium| premium.fee_on_it != Some(false)));
    let charged = rate(&all, base.charged, Side::Customer)?;
    let paid = rate(&all, base.paid, Side::Officer)?;
    let fee = if with_fee.len() == all.len() { charged } else { rate(&with_fee, base.charged, Side::Customer)? };
    // Where the highest counts, only those that reach it explain the rate.
    let highest = bill.switches.stacking.unwrap_or(Stacking::Max) == Stacking::Max;
    let sides = [(Side::Customer, base.charged), (Side::Officer, base.paid)];
    let among = these(&|premium| !premium.on_top);
    let mut because = BTreeSet::new();
    for at in reached.iter().filter(|at| card.premium[**at].effect.add_flat.is_none()) {
        let premium = &card.premium[*at];
        let mut decides = !highest || premium.on_top;
        for (side, from) in sides {
            decides = decides || rate(&[premium], from, side)? == rate(&among, from, side)?;
        }
        if decides {
            because.insert(*at);
        }
    }
    Ok(Rated { rates: [charged, paid, fee], minutes, because })
}

fn labour_line(bill: &mut Bill<'_>, base: &Base<'_>, hours: Rated) -> Result<(), Refusal> {
    let card = bill.card;
    let mut line_words = base.words.clone();
    let mut rule_id = base.id.clone();
    for at in &hours.because {
        let premium = &card.premium[*at];
        let name = named(premium.name(), premium.id(), &format!("premium {}", at + 1));
        line_words = format!("{line_words}; {}", words(premium, &name));
        rule_id = format!("{rule_id}+{}", label(premium.id(), "premium", *at));
    }
    let [charged, paid, fee_rate] = hours.rates;
    bill.add(Item {
        kind: LineKind::Labour,
        rule_id,
        words: line_words,
        minutes: hours.minutes,
        quantity: Ratio::hours(hours.minutes),
        rate: charged,
        officer_rate: Some(paid),
        fee_rate,
        base: FeeBase::Labour,
        payee: Payee::Agency,
    })
}

/// Premiums owed once for the job.
fn flat_premiums(bill: &mut Bill<'_>, groups: &[(Vec<usize>, i64)]) -> Result<(), Refusal> {
    if !bill.first_of_job {
        return Ok(());
    }
    for (at, premium) in bill.card.premium.iter().enumerate() {
        let Some(amount) = premium.effect.add_flat else { continue };
        if !groups.iter().any(|(reached, _)| reached.contains(&at)) {
            continue;
        }
        let fee_rate = if premium.fee_on_it == Some(true) { amount } else { Ratio::ZERO };
        let officer_rate = (premium.concerns != Concerns::Customer).then_some(amount);
        bill.add(Item {
            kind: LineKind::Flat,
            rule_id: label(premium.id(), "premium", at),
            words: named(premium.name(), premium.id(), "surcharge"),
            minutes: 0,
            quantity: Ratio::ONE,
            rate: if premium.concerns == Concerns::Officer { Ratio::ZERO } else { amount },
            officer_rate,
            fee_rate,
            base: FeeBase::Flat,
            payee: Payee::Agency,
        })?;
    }
    Ok(())
}

fn base_rate<'a>(bill: &Bill<'a>, work: &PricedWork<'_>) -> Result<Base<'a>, Refusal> {
    let (day, facts) = (bill.start.date(), bill.facts);
    let mut passed = Vec::new();
    for (at, rule) in bill.card.base_rate.iter().enumerate() {
        if !rule.fits(day, &facts) {
            continue;
        }
        let Some((mut charged, found)) = charged(rule, work, &facts) else {
            let name = label(rule.id(), "base_rate", at);
            if rule.agreed {
                passed.push(format!("base rate {name} is passed over: no rate is agreed for the job (`rate`)"));
            } else if rule.own_rate_times.is_some() {
                passed
                    .push(format!("base rate {name} is passed over: the officer's own rate is not known (`own_rate`)"));
            }
            continue;
        };
        if let Some(least) = rule.at_least {
            charged = charged.max(least);
        }
        if rule.match_highest_on_site {
            charged = work.highest_rate_on_site.map_or(charged, |highest| charged.max(highest));
        }
        let paid = match &rule.pay {
            Some(pay) => pay.find(&rule.by.0, &facts).map(|(amount, _)| amount),
            None => Some(charged),
        };
        let Some(paid) = paid else { continue };
        let name = named(rule.name(), rule.id(), "base rate");
        return Ok(Base {
            id: label(rule.id(), "base_rate", at),
            words: if found.is_empty() { name } else { format!("{name} ({found})") },
            charged,
            paid,
            table: rule.amount.as_ref(),
            passed,
        });
    }
    let said = |word: Option<&str>, what: &str| word.map(|word| format!("{what} {}", word.replace('_', " ")));
    let known: Vec<String> = [
        said(facts.officer.rank, "rank"),
        said(facts.position.role, "role"),
        said(facts.job.kind, "job kind"),
        said(facts.job.class, "job class"),
        said(facts.customer.class, "customer class"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let lacks = if passed.is_empty() { String::new() } else { format!(" ({})", passed.join("; ")) };
    Err(Refusal::new(
        "no_rate",
        format!(
            "No base rate of the rate card fits {} on {day}{lacks}.",
            if known.is_empty() {
                "a shift of which neither rank, role nor job kind is known".to_owned()
            } else {
                known.join(", ")
            }
        ),
        if lacks.is_empty() {
            "Add the rate to the card's base_rate list, or correct the rank, role or job kind."
        } else {
            "Give the rate that is missing, or add a base rate without a condition at the end of the card's list."
        },
    ))
}

fn charged(rule: &BaseRate, work: &PricedWork<'_>, facts: &Facts<'_>) -> Option<(Ratio, String)> {
    if rule.agreed {
        return work.agreed_rate.map(|rate| (rate, "agreed".to_owned()));
    }
    if let Some(times) = rule.own_rate_times {
        return Some((work.own_rate?.times(times)?, format!("own rate \u{d7} {times}")));
    }
    rule.amount.as_ref()?.find(&rule.by.0, facts)
}

/// Raises labour to the minimum amount of the quantize rule.
pub(super) fn top_up(bill: &mut Bill<'_>, rule: &Quantize, least: Ratio) -> Result<(), Refusal> {
    let labour = bill.base(&[FeeBase::Labour]);
    let missing = least.minus(Ratio::dollars(labour)).ok_or_else(too_large)?;
    if missing <= Ratio::ZERO {
        return Ok(());
    }
    bill.add(Item {
        kind: LineKind::TopUp,
        rule_id: label(rule.id(), "quantize", 0),
        words: format!("up to the minimum of {}", least.price()),
        minutes: 0,
        quantity: Ratio::ONE,
        rate: missing,
        officer_rate: Some(missing),
        fee_rate: missing,
        base: FeeBase::Labour,
        payee: Payee::Agency,
    })
}
