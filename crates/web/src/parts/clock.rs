//! The clock of an officer's phone: where the site is, whether he stands inside its fence, and one large button.

use maud::{Markup, PreEscaped, html};
use muster_domain::timeclock::{LEAST_ACCURATE_M, MOST_DOUBT_M};

use super::{card_head, icon, kind_mark};

/// The post that the clock is for.
#[derive(Debug, Clone, Copy)]
pub struct ClockSite<'a> {
    /// Id of the assignment.
    pub assignment: &'a str,
    /// What the job is.
    pub title: &'a str,
    /// Place and hours.
    pub sub: &'a str,
    /// Kind of the job.
    pub kind: &'a str,
    /// Page of the job.
    pub href: &'a str,
    /// Degrees north, as text; empty when the site has no point.
    pub lat: &'a str,
    /// Degrees east, as text.
    pub lon: &'a str,
    /// Radius of the fence in metres.
    pub radius_m: u32,
    /// `in` while clocked in, `out` otherwise.
    pub state: &'a str,
    /// Since when (RFC 3339), while clocked in; empty otherwise.
    pub since: &'a str,
    /// Now by the server's clock (RFC 3339), so that the phone learns how far its own is off.
    pub server_now: &'a str,
}

const RADAR: &str = r#"<svg viewBox="-100 -100 200 200" aria-hidden="true" class="radar-svg"><circle r="98" class="ring"/><circle r="70" class="ring"/><path d="M-98 0H98M0-98V98" class="ring"/><circle r="49" class="fence-ring"/><circle r="0" class="blur"/><circle r="5" class="pin"/><circle r="6.5" class="me" hidden/></svg>"#;

/// The clock. Works offline: presses are kept on the phone and sent later.
#[must_use]
pub fn clock(site: &ClockSite<'_>) -> Markup {
    let clocked_in = site.state == "in";
    html! {
        div.clock #clock data-assignment=(site.assignment) data-lat=(site.lat) data-lon=(site.lon) data-radius=(site.radius_m) data-doubt=(MOST_DOUBT_M) data-vague=(LEAST_ACCURATE_M)
            data-state=(site.state) data-since=(site.since) data-now=(site.server_now) {
            div.card.flush { ul.list { li.list-row.linked {
                div.lead { (kind_mark(site.kind)) }
                div.list-words { a.cover href=(site.href) { (site.title) } div.sub { (site.sub) } }
                (icon("chevron-right"))
            } } }
            div.radar data-verdict="unknown" {
                (PreEscaped(RADAR))
                p.radar-words role="status" { "Looking for your position" }
                p.radar-note { "Your place is read only when you press, and shown here to you." }
            }
            div.field.clock-reason hidden {
                label for="clock-reason" { "Why are you clocking in away from the site?" }
                textarea #clock-reason rows="2" maxlength="300" {}
            }
            button.punch type="button" data-punch data-kind=(if clocked_in { "out" } else { "in" }) {
                span.punch-in { (icon("log-in")) } span.punch-out { (icon("log-out")) }
                strong data-punch-words { @if clocked_in { "Clock out" } @else { "Clock in" } }
                span.punch-time data-timer { @if clocked_in { "00:00:00" } }
            }
            noscript { p.banner.warn { "The clock needs JavaScript. Call your coordinator to have your time recorded." } }
            section.card.clock-queue hidden aria-live="polite" {
                (card_head("On this phone").icon("refresh-cw"))
                ul.queue {}
                p.hint { "Your clock times are kept here when there is no signal, with the time and place of the press, and sent when it returns." }
            }
        }
    }
}
