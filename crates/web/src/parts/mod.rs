//! The parts that pages are built from: pure functions and small builders that draw themselves.
//!
//! Every builder implements [`maud::Render`], so a page writes it in parentheses. `/dev/parts` shows each in all states.
//!
//! ```
//! use maud::html;
//! use muster_domain::{money::Cents, refusal::FieldErrors};
//! use muster_web::parts::*;
//!
//! let errors = FieldErrors::default();
//! let key = "the idempotency key of this form";
//! let body = html! {
//!     (page_head("Request officers").sub("Muster answers within a day").actions(html! {
//!         (link_button("Export", "/requests.csv").icon("file-down"))
//!         (link_button("New request", "/requests/new").primary().icon("plus"))
//!     }))
//!     (error_summary(&errors))
//!     (card(html! {
//!         (card_head("Shift").icon("calendar-days"))
//!         (form("/requests", key, html! {
//!             (field("title", "Title").value("Home game").errors(&errors).required())
//!             (field("rate", "Rate per hour").money().value(&Cents(5250).plain()).hint("Dollars and cents"))
//!             (field("kind", "Kind of job").select(&[("traffic", "Traffic"), ("event", "Event")]).value("event"))
//!             (field("alcohol", "Alcohol is served").switch().on(true))
//!             (form_actions(html! { (link_button("Cancel", "/requests")) (button("Send").primary()) }))
//!         }))
//!     }))
//!     (tag(Tone::Warn, "clock-alert", "Late"))
//! };
//! let nav = [NavItem { key: "requests", href: "/requests", label: "Requests", icon: "inbox", count: 3 }];
//! let frame = Frame {
//!     title: "Requests",
//!     viewer: Viewer { name: "R. Tran", subtitle: "Coordinator", organisation: "Austin PD", nav: &nav, signed_in: true,
//!         ..Viewer::default() },
//!     here: "requests",
//!     ..Frame::default()
//! };
//! assert!(page(&frame, body).into_string().contains("<h1>Request officers</h1>"));
//! ```
//!
//! Arrangements, as classes: `.stack` (below each other), `.cluster` (beside each other, wrapping), `.split` (words left,
//! value right), `.columns` (wide and narrow on a desk), `.columns-even`, `.columns-wide` (the right one fixed), `.sticky`
//! inside a column, `.field-row` (short fields beside each other), `dl.pairs` (name and value), `dl.totals` with
//! `div.grand`, `ul.lines`, `ul.cards` for job cards, `section.day-group` around the jobs of a day, `form.bulk` with
//! `[data-chosen=FORM]` for a table that selects; words: `.muted`, `.small`, `.note`, `.big`, `.vh` (screen readers only),
//! `.desk-only`, `.phone-only`. A plain `ul` or `ol` in a card has its bullets; `details` look like a disclosure.
//!
//! Scripts listen to attributes: [`filters`] swap parts of a page without a reload; [`Form::live`] posts the form without
//! its key while it is filled in and swaps the panel of the answer; [`live`] follows server-sent `patch` events;
//! [`rows_of`] and [`shown_if`] work in the page; [`clock`] keeps presses on the phone. Every page works without them.
//!
//! Rules that keep pages whole: no inline style or handler (the content policy refuses them); every form carries a key;
//! a status is an icon and a word, never colour alone; a list says what to do when it is empty.

mod buttons;
mod calendar;
mod cards;
mod chart;
mod clock;
mod dialog;
mod fields;
mod forms;
mod frame;
pub mod gallery;
mod jobs;
mod map;
mod marks;
mod states;
mod story;
mod table;

pub use buttons::{Button, Kind, button, button_group, icon_button, link_button, press, pressed};
pub use calendar::{AgendaDay, CalendarDay, CalendarEvent, EventKind, agenda, week_grid};
pub use cards::{
    CardHead, Fact, Kpi, ListRow, PageHead, card, card_head, facts, flush_card, kpi, kpis, list, list_row, page_head,
    print_sheet, section_head,
};
pub use chart::{Point, columns_chart, line_chart};
pub use clock::{ClockSite, clock};
pub use dialog::{Dialog, dialog, opens};
pub use fields::{Field, field};
pub use forms::{
    Form, chip, chip_link, chips, error_summary, fieldset, file_drop, filters, form, form_actions, rows_of, search_box,
    shown_if,
};
pub use frame::{Flash, Frame, FrameBanner, Ground, NavItem, Viewer, brand, page, plain_page};
pub use jobs::{BoardColumn, Check, JobCard, board, board_card, checks, job_card, kind_icon, kind_mark};
pub use map::{MapPoint, fence_editor, map, map_points};
pub use marks::{Tone, avatar, capital, copyable, count, icon, kind_tag, money, share_bar, stat_bar, tag, time_tag};
pub use states::{Banner, banner, empty, failed, live, live_mark, skeleton};
pub use story::{StoryEntry, step_bar, timeline};
pub use table::{Align, Column, DataTable, Row, data_table, pager};
