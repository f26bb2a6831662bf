//! P15 `release_stage` and P16 `give_up`: who is offered first, and giving work back. Data for distribution.

use jiff::{Timestamp, civil::Time};
use serde::{Deserialize, Serialize};

use crate::{
    policy::{amount::Length, words::and_list},
    predicate::Predicate,
    time::Minutes,
};

/// Ordered stages of an offer. They take effect in distribution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseStages {
    /// First to last.
    pub stages: Vec<Stage>,
    /// When the counters of hours and turns begin anew, in the book's words (`month`, `year`, `28 d`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reset: Option<String>,
}

/// One stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// A name.
    pub name: String,
    /// Who is offered; everybody when absent.
    #[serde(default, skip_serializing_if = "Predicate::is_always")]
    pub who: Predicate,
    /// When it opens; after the stage before when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens: Option<ReleaseTo>,
    /// How work is given, by the name of a distribution preset (`first_come`, `rotation`, `least_hours`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
}

/// When a stage opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseTo {
    /// So long after the stage before.
    After(Length),
    /// Unfilled so long before the start.
    UnfilledBefore(Length),
    /// At a wall-clock time on the day before the job.
    DayBefore(Time),
}

impl ReleaseStages {
    /// The rule in a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        let stage = |stage: &Stage| {
            let mut words = super::plain(&stage.name);
            if !stage.who.is_always() {
                words += &format!(" ({})", stage.who);
            }
            match stage.opens {
                None => {}
                Some(ReleaseTo::After(length)) => words += &format!(" after {length}"),
                Some(ReleaseTo::UnfilledBefore(length)) => {
                    words += &format!(" when unfilled {length} before the start")
                }
                Some(ReleaseTo::DayBefore(at)) => words += &format!(" from {} the day before", at.strftime("%H:%M")),
            }
            if let Some(method) = &stage.method {
                words += &format!(" by {}", super::plain(method));
            }
            words
        };
        let reset = self.reset.as_ref().map_or_else(String::new, |reset| format!("; counted anew each {reset}"));
        format!("Work is offered to {}{reset}", self.stages.iter().map(stage).collect::<Vec<_>>().join(", then to "))
    }
}

/// Zones of notice in which an officer may give work back. The zone with the longest notice that is still given counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GiveUp {
    /// By notice.
    pub zones: Vec<GiveUpZone>,
    /// Who may replace; the replacement must itself pass every rule.
    #[serde(default)]
    pub replacement: Replacement,
    /// Which colleagues may take the seat over; everybody when absent.
    #[serde(default, skip_serializing_if = "Predicate::is_always")]
    pub who: Predicate,
    /// Two officers may trade their seats.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub trade: bool,
    /// Who is told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notify: Vec<String>,
    /// How it must be done, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    /// Excused from the zones, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<String>,
    /// The hours are charged in the order of the list although not worked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub charge_hours: bool,
}

/// One zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GiveUpZone {
    /// With at least this notice.
    pub notice: Length,
    /// It is ...
    pub then: ZoneEffect,
}

/// What a zone allows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZoneEffect {
    /// Free.
    Free,
    /// Bound until a replacement is found.
    ReplacementNeeded,
    /// Only by phone.
    ByPhone,
    /// Not at all.
    #[default]
    Forbidden,
}

/// Who finds the replacement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Replacement {
    /// The agency.
    #[default]
    Agency,
    /// The officer himself.
    Officer,
    /// Either.
    Either,
}

impl GiveUp {
    /// What the officer may do now with work that begins then. Without a zone for so little notice: forbidden.
    #[must_use]
    pub fn zone(&self, starts_at: Timestamp, now: Timestamp) -> ZoneEffect {
        let notice = Minutes((starts_at.as_second() - now.as_second()).div_euclid(60));
        let reached = self.zones.iter().filter(|zone| notice >= zone.notice.minutes());
        reached.max_by_key(|zone| zone.notice).map_or(ZoneEffect::Forbidden, |zone| zone.then)
    }

    /// True when the officer may hand the seat to a colleague in this zone of notice.
    #[must_use]
    pub fn may_hand_over(&self, zone: ZoneEffect) -> bool {
        self.replacement != Replacement::Agency && zone <= ZoneEffect::ReplacementNeeded
    }

    /// The rule in a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        let zones: Vec<String> = self
            .zones
            .iter()
            .map(|zone| {
                let then = match zone.then {
                    ZoneEffect::Free => "freely",
                    ZoneEffect::ReplacementNeeded => "when a replacement is found",
                    ZoneEffect::ByPhone => "by phone only",
                    ZoneEffect::Forbidden => "not at all",
                };
                if zone.notice == Length::ZERO {
                    then.to_owned()
                } else {
                    format!("{then} with {} notice", zone.notice)
                }
            })
            .collect();
        let mut words = format!("An officer may give work back {}", and_list(&zones));
        match self.replacement {
            Replacement::Agency => {}
            Replacement::Officer => words += "; he finds the replacement himself",
            Replacement::Either => words += "; he or the agency finds the replacement",
        }
        if !self.who.is_always() {
            words += &format!("; taken over only by: {}", self.who);
        }
        if self.trade {
            words += "; two officers may trade";
        }
        if let Some(how) = &self.how {
            words += &format!("; {how}");
        }
        if !self.notify.is_empty() {
            words += &format!("; told: {}", and_list(&self.notify));
        }
        if !self.except.is_empty() {
            words += &format!("; except {}", and_list(&self.except));
        }
        words
    }
}
