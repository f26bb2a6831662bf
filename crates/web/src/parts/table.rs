//! Tables for desks that become cards on phones, and the pager of long lists.

use maud::{Markup, Render, html};

use super::icon;

/// Where the text of a column stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Align {
    /// Words.
    #[default]
    Start,
    /// Numbers and money, in tabular figures.
    End,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, Default)]
pub struct Column<'a> {
    /// The head; on a phone the label beside the value. Empty for a column of buttons.
    pub label: &'a str,
    /// The word for `sort=`; none when the list cannot be sorted by it.
    pub sort: Option<&'a str>,
    /// Where the text stands.
    pub align: Align,
    /// Left out on a phone, where a card shows only what decides.
    pub desk: bool,
}

/// A row of a table.
#[derive(Debug, Clone, Default)]
pub struct Row<'a> {
    /// Value of its checkbox, when the table selects.
    pub value: &'a str,
    /// Words for its checkbox, for example the officer's name.
    pub name: &'a str,
    /// As many as columns. The first is the title of the card on a phone.
    pub cells: Vec<Markup>,
}

/// A table; draws itself.
#[derive(Debug, Clone)]
pub struct DataTable<'a> {
    caption: &'a str,
    columns: &'a [Column<'a>],
    rows: &'a [Row<'a>],
    sorted: Option<(&'a str, &'a str)>,
    select: Option<(&'a str, &'a str)>,
    keep_table: bool,
}

/// A table. Show an `empty` part instead when there are no rows.
#[must_use]
pub fn data_table<'a>(caption: &'a str, columns: &'a [Column<'a>], rows: &'a [Row<'a>]) -> DataTable<'a> {
    DataTable { caption, columns, rows, sorted: None, select: None, keep_table: false }
}

impl<'a> DataTable<'a> {
    /// Heads become links: `base` is this list's address with its other filters, `now` the `sort=` in force (`-name` is downwards).
    #[must_use]
    pub fn sorted(self, base: &'a str, now: &'a str) -> Self {
        Self { sorted: Some((base, now)), ..self }
    }
    /// Rows have checkboxes named `name` that belong to the form with id `form`.
    #[must_use]
    pub fn selects(self, name: &'a str, form: &'a str) -> Self {
        Self { select: Some((name, form)), ..self }
    }
    /// Stays a table on a phone and scrolls sideways, for sheets of numbers.
    #[must_use]
    pub fn keep_table(self) -> Self {
        Self { keep_table: true, ..self }
    }

    fn head(&self, column: &Column<'_>) -> Markup {
        let (Some((base, now)), Some(key)) = (self.sorted, column.sort) else {
            return html! {
                @if column.label.is_empty() { td {} } @else { th scope="col" .num[column.align == Align::End] { (column.label) } }
            };
        };
        let (up, down) = (now == key, now.strip_prefix('-') == Some(key));
        let order = if up {
            Some("ascending")
        } else if down {
            Some("descending")
        } else {
            None
        };
        let next = if up { "-" } else { "" };
        html! {
            th scope="col" aria-sort=[order] .num[column.align == Align::End] {
                a href={ (with(base, "sort")) (next) (key) } {
                    (column.label)
                    (icon(if up { "arrow-up" } else if down { "arrow-down" } else { "chevrons-up-down" }))
                }
            }
        }
    }
}

impl Render for DataTable<'_> {
    fn render(&self) -> Markup {
        html! {
            div.table-wrap .keep[self.keep_table] .two[self.columns.len() == 2] role="region" aria-label=(self.caption) tabindex="0" {
                table.table {
                    caption.vh { (self.caption) }
                    thead {
                        tr {
                            @if let Some((_, form)) = self.select {
                                th.pick scope="col" { input type="checkbox" data-select-all=(form) aria-label="Select all rows"; }
                            }
                            @for column in self.columns { (self.head(column)) }
                        }
                    }
                    tbody {
                        @for row in self.rows {
                            tr {
                                @if let Some((name, form)) = self.select {
                                    td.pick { input type="checkbox" name=(name) value=(row.value) form=(form) aria-label={ "Select " (row.name) }; }
                                }
                                @for (column, cell) in self.columns.iter().zip(&row.cells) {
                                    td data-label=(column.label) .num[column.align == Align::End] .acts[column.label.is_empty()] .desk[column.desk] { div.cell { (cell) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// `base` ready for one more parameter: `/jobs?status=open&page=`.
fn with(base: &str, parameter: &str) -> String {
    format!("{base}{}{parameter}=", if base.contains('?') { '&' } else { '?' })
}

/// How many rows a page of a list has.
const PAGE_ROWS: u64 = 50;

/// The pager of a long list. `base` is the list's address with its filters; pages count from 1.
#[must_use]
pub fn pager(base: &str, page: i64, total: i64) -> Markup {
    let (page, total) = (u64::try_from(page).unwrap_or(1).max(1), u64::try_from(total).unwrap_or(0));
    let pages = total.div_ceil(PAGE_ROWS).max(1);
    let first = (page - 1).saturating_mul(PAGE_ROWS).saturating_add(1);
    let last = first.saturating_add(PAGE_ROWS - 1).min(total);
    let address = |number: u64| format!("{}{number}", with(base, "page"));
    html! {
        nav.pager aria-label="Pages" {
            p { @if total == 0 { "Nothing to show" } @else { (grouped(first)) "\u{2013}" (grouped(last)) " of " (grouped(total)) } }
            @if pages > 1 {
                div.button-group {
                    (step("chevron-left", "Previous page", (page > 1).then(|| address(page - 1))))
                    span.page-number { "Page " (page) " of " (pages) }
                    (step("chevron-right", "Next page", (page < pages).then(|| address(page + 1))))
                }
            }
        }
    }
}

fn step(icon_name: &str, words: &str, href: Option<String>) -> Markup {
    html! {
        @match href {
            Some(href) => a.button.icon-button href=(href) aria-label=(words) rel=(if icon_name.ends_with("left") { "prev" } else { "next" }) { (icon(icon_name)) },
            None => span.button.icon-button.off aria-hidden="true" { (icon(icon_name)) },
        }
    }
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + 4);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pager_knows_its_ends() {
        let first = pager("/jobs?status=open", 1, 10_000).into_string();
        assert!(first.contains("1\u{2013}50 of 10,000"), "{first}");
        assert!(first.contains("/jobs?status=open&amp;page=2") && !first.contains("page=0"), "{first}");
        let last = pager("/jobs", 200, 9_999).into_string();
        assert!(last.contains("9,951\u{2013}9,999 of 9,999") && !last.contains("page=201"), "{last}");
        assert!(pager("/jobs", 1, 0).into_string().contains("Nothing to show"));
    }

    #[test]
    fn a_sorted_head_offers_the_other_direction() {
        let columns = [Column { label: "Name", sort: Some("name"), ..Column::default() }];
        let table = |now| data_table("Officers", &columns, &[]).sorted("/officers", now).render().into_string();
        assert!(table("name").contains("sort=-name") && table("name").contains("ascending"));
        assert!(table("-name").contains("sort=name") && table("-name").contains("descending"));
        assert!(!table("badge").contains("aria-sort"));
    }
}
