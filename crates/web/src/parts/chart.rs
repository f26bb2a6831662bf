//! Charts drawn on the server as SVG, with the same numbers as a table for those who do not see them.

use maud::{Markup, html};

/// One value of a series.
#[derive(Debug, Clone, Copy)]
pub struct Point<'a> {
    /// Its name below the axis.
    pub label: &'a str,
    /// Its value, not negative.
    pub value: i64,
}

const WIDTH: i64 = 640;
const HEIGHT: i64 = 300;
const LEFT: i64 = 52;
const TOP: i64 = 26;
const BOTTOM: i64 = 36;
const PLOT: i64 = HEIGHT - TOP - BOTTOM;

/// A round number at or above the highest value, that four lines divide evenly.
fn ceiling(highest: i64) -> i64 {
    let mut step = 1;
    loop {
        for factor in [1, 2, 5] {
            if step * factor * 4 >= highest {
                return step * factor * 4;
            }
        }
        step *= 10;
    }
}

fn y_of(value: i64, top: i64) -> i64 {
    TOP + PLOT - value.clamp(0, top) * PLOT / top
}

fn short(value: i64) -> String {
    if value >= 10_000 { format!("{}k", value / 1000) } else { value.to_string() }
}

fn frame(title: &str, unit: &str, points: &[Point<'_>], top: i64, marks: Markup) -> Markup {
    if points.is_empty() {
        return super::empty(
            "chart-column",
            "No numbers yet",
            "They appear here with the first day of work.",
            html! {},
        );
    }
    let slots = i64::try_from(points.len().max(1)).unwrap_or(1);
    let slot = (WIDTH - LEFT) / slots;
    let every = usize::try_from((70 + slot) / slot.max(1)).unwrap_or(1).max(1);
    html! {
        figure.chart {
            svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label={ (title) ", in " (unit) } {
                @for line in 0..=4 {
                    @let value = top * line / 4;
                    line.grid x1=(LEFT) x2=(WIDTH) y1=(y_of(value, top)) y2=(y_of(value, top)) {}
                    text.axis x=(LEFT - 10) y=(y_of(value, top) + 5) text-anchor="end" { (short(value)) }
                }
                (marks)
                @for (at, point) in points.iter().enumerate().step_by(every) {
                    text.axis x=(LEFT + slot * at as i64 + slot / 2) y=(HEIGHT - 8) text-anchor="middle" { (point.label) }
                }
            }
            table.vh {
                caption { (title) }
                thead { tr { th scope="col" { "Period" } th scope="col" { (unit) } } }
                tbody { @for point in points { tr { th scope="row" { (point.label) } td { (point.value) } } } }
            }
        }
    }
}

/// Columns, the last one with its value above.
#[must_use]
pub fn columns_chart(title: &str, unit: &str, points: &[Point<'_>]) -> Markup {
    let top = ceiling(points.iter().map(|point| point.value).max().unwrap_or(0));
    let slot = (WIDTH - LEFT) / i64::try_from(points.len().max(1)).unwrap_or(1);
    let width = (slot * 3 / 5).clamp(2, 44);
    let last = points.len().saturating_sub(1);
    let marks = html! {
        @for (at, point) in points.iter().enumerate() {
            @let x = LEFT + slot * at as i64 + (slot - width) / 2;
            @let y = y_of(point.value, top);
            @let height = TOP + PLOT - y;
            rect.column x=(x) y=(y) width=(width) height=(height) rx=(4.min(height)) { title { (point.label) ": " (point.value) " " (unit) } }
            @if at == last { text.value x=(x + width / 2) y=(y - 8) text-anchor="middle" { (point.value) } }
        }
    };
    frame(title, unit, points, top, marks)
}

/// A line with its area.
#[must_use]
pub fn line_chart(title: &str, unit: &str, points: &[Point<'_>]) -> Markup {
    let top = ceiling(points.iter().map(|point| point.value).max().unwrap_or(0));
    let slot = (WIDTH - LEFT) / i64::try_from(points.len().max(1)).unwrap_or(1);
    let place = |at: usize| LEFT + slot * i64::try_from(at).unwrap_or(0) + slot / 2;
    let line: Vec<String> =
        points.iter().enumerate().map(|(at, point)| format!("{},{}", place(at), y_of(point.value, top))).collect();
    let last = points.len().saturating_sub(1);
    let floor = TOP + PLOT;
    let marks = html! {
        polygon.area points={ (place(0)) "," (floor) " " (line.join(" ")) " " (place(last)) "," (floor) } {}
        polyline.curve points=(line.join(" ")) {}
        @for (at, point) in points.iter().enumerate() {
            circle.dot cx=(place(at)) cy=(y_of(point.value, top)) r="4" { title { (point.label) ": " (point.value) " " (unit) } }
            @if at == last { text.value x=(place(at)) y=(y_of(point.value, top) - 12) text-anchor="middle" { (point.value) } }
        }
    };
    frame(title, unit, points, top, marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_ends_on_a_round_number() {
        for (highest, top) in [(0, 4), (3, 4), (9, 20), (667, 800), (801, 2000), (41, 80)] {
            assert_eq!(ceiling(highest), top, "{highest}");
        }
    }
}
