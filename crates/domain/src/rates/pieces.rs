//! Step 3: minutes cut at every edge at which a rate can change.

use jiff::civil::DateTime;

use super::{
    card::RateCard,
    payable::{Run, later},
};
use crate::predicate::{Field, Predicate, Test};

/// Minutes in a row during which no condition of the card changes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    /// Wall clock of its first minute.
    pub(super) starts: DateTime,
    /// Paid minutes before it.
    pub(super) offset: i64,
    pub(super) minutes: i64,
    pub(super) padded: bool,
}

/// Cuts runs at the card's times of day and at the given counts of paid minutes.
pub(super) fn cut(card: &RateCard, runs: &[Run], counts: &[i64]) -> Vec<Piece> {
    let edges = edges(card);
    let mut pieces = Vec::new();
    let mut offset = 0;
    for run in runs {
        let (mut starts, mut left) = (run.starts, run.minutes);
        while left > 0 {
            let minute = i64::from(starts.hour()) * 60 + i64::from(starts.minute());
            let next = edges.iter().find(|edge| **edge > minute).copied().unwrap_or(1440);
            let count = counts.iter().filter(|count| **count > offset).min().map_or(left, |count| count - offset);
            let minutes = left.min(next - minute).min(count);
            pieces.push(Piece { starts, offset, minutes, padded: run.padded });
            (starts, left, offset) = (later(starts, minutes), left - minutes, offset + minutes);
        }
    }
    pieces
}

/// Minutes of the day, ascending, at which a premium's condition may change. Midnight always is one.
fn edges(card: &RateCard) -> Vec<i64> {
    let mut edges: Vec<i64> = Vec::new();
    for premium in &card.premium {
        collect(&premium.when, card, &mut edges);
    }
    edges.push(1440);
    edges.sort_unstable();
    edges.dedup();
    edges
}

fn collect(when: &Predicate, card: &RateCard, edges: &mut Vec<i64>) {
    when.for_each_test(&mut |_, test| match test {
        Test::Windows(windows) => {
            edges.extend(windows.iter().flat_map(|window| [i64::from(window.from), i64::from(window.to)]));
        }
        Test::WeekWindows(windows) => {
            edges
                .extend(windows.iter().flat_map(|window| [i64::from(window.from) % 1440, i64::from(window.to) % 1440]));
        }
        Test::Holiday(_) => {
            edges.extend(holiday_edges(card));
        }
        _ => {}
    });
    when.for_each_expression(&mut |expression| {
        edges.extend(expression.edges().iter().map(|edge| i64::from(*edge)));
        if expression.fields().contains(&Field::MomentHoliday) {
            edges.extend(holiday_edges(card));
        }
    });
}

fn holiday_edges(card: &RateCard) -> impl Iterator<Item = i64> {
    let days = card.calendar.holidays.values().flat_map(|list| list.days.values());
    days.flat_map(|day| [i64::from(day.from_minute), i64::from(day.to_minute)])
}
