//! Plans and the state machine of a posting.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{predicate::Predicate, refusal::Refusal};

/// How a stage gives out seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Officers take seats themselves; the first gets it.
    Open,
    /// A coordinator gives seats out.
    Direct,
}

/// When a stage passes on to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassesOn {
    /// It lasts until the shift starts.
    Never,
    /// So many minutes after it began.
    After {
        /// Minutes.
        minutes: i64,
    },
    /// So many minutes before the shift starts.
    BeforeStart {
        /// Minutes.
        minutes: i64,
    },
}

/// One stage of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// What people call it.
    pub name: String,
    /// Who; everybody when absent.
    #[serde(default, skip_serializing_if = "Predicate::is_always")]
    pub audience: Predicate,
    /// How.
    pub method: Method,
    /// Until when.
    pub passes_on: PassesOn,
}

/// Ordered stages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// What people call it.
    pub name: String,
    /// One to ten stages.
    pub stages: Vec<Stage>,
}

impl Plan {
    /// The plan, checked.
    ///
    /// # Errors
    /// A refusal when it has no stage, more than ten, or a stage that would never begin or never pass on.
    pub fn checked(self) -> Result<Self, Refusal> {
        let wrong = |message: String| Refusal::new("plan_wrong", message, "Change the plan and post again.");
        if self.stages.is_empty() || self.stages.len() > 10 {
            return Err(wrong(format!("A plan has 1 to 10 stages; this one has {}.", self.stages.len())));
        }
        let last = self.stages.len() - 1;
        for (at, stage) in self.stages.iter().enumerate() {
            let minutes = match stage.passes_on {
                PassesOn::Never if at < last => {
                    return Err(wrong(format!(
                        "Stage \u{201c}{}\u{201d} never passes on, so the stages after it never begin.",
                        stage.name
                    )));
                }
                PassesOn::Never => 0,
                PassesOn::After { minutes } | PassesOn::BeforeStart { minutes } => minutes,
            };
            if !(0..=366 * 24 * 60).contains(&minutes) {
                return Err(wrong(format!(
                    "Stage \u{201c}{}\u{201d} passes on after {minutes} minutes; use 0 to 527,040 (a year).",
                    stage.name
                )));
            }
        }
        Ok(self)
    }
}

/// Plans that agencies use, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Open to every eligible officer, first come.
    Open,
    /// A coordinator assigns.
    Direct,
    /// Officers of five years and more for a day, then everybody.
    SeniorFirst,
    /// Assigned by hand until 48 hours before, then open to everybody.
    DirectThenOpen,
}

impl Preset {
    /// Every preset.
    pub const ALL: [Self; 4] = [Self::Open, Self::DirectThenOpen, Self::SeniorFirst, Self::Direct];

    /// The word in forms.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Direct => "direct",
            Self::SeniorFirst => "senior_first",
            Self::DirectThenOpen => "direct_then_open",
        }
    }

    /// As shown.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "Open to everybody, first come",
            Self::Direct => "Assigned by a coordinator",
            Self::SeniorFirst => "Five years of service first for 24 hours, then everybody",
            Self::DirectThenOpen => "Assigned by a coordinator, open to everybody 48 hours before",
        }
    }

    /// The preset of this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.code() == code)
    }

    /// The plan.
    ///
    /// # Panics
    /// Never: the conditions are constants, and a test reads them.
    #[must_use]
    pub fn plan(self) -> Plan {
        let stage = |name: &str, method, passes_on| Stage {
            name: name.to_owned(),
            audience: Predicate::always(),
            method,
            passes_on,
        };
        let open = stage("Everybody", Method::Open, PassesOn::Never);
        let stages = match self {
            Self::Open => vec![open],
            Self::Direct => vec![stage("Coordinator", Method::Direct, PassesOn::Never)],
            Self::SeniorFirst => {
                let senior =
                    serde_json::from_value(serde_json::json!({ "officer.service_months": { "at_least": 60 } }))
                        .expect("the condition is a constant");
                let first = stage("Five years of service", Method::Open, PassesOn::After { minutes: 24 * 60 });
                vec![Stage { audience: senior, ..first }, open]
            }
            Self::DirectThenOpen => {
                vec![stage("Coordinator", Method::Direct, PassesOn::BeforeStart { minutes: 48 * 60 }), open]
            }
        };
        Plan { name: self.label().to_owned(), stages }
    }
}

/// Where a posting stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// The stage that runs, from 0.
    pub stage: usize,
    /// Since when.
    pub since: Timestamp,
    /// Nobody can take seats any more.
    pub closed: bool,
}

/// What happens to a posting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// It begins.
    Posted,
    /// Its timer fell due, perhaps late, perhaps twice.
    Due,
    /// A coordinator passes it on by hand.
    PassedOn,
    /// The shift moved to another time.
    Moved,
    /// A coordinator closed it, or its shift was cancelled.
    Closed,
}

/// What a step asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Come back at this instant.
    SetTimer(Timestamp),
    /// No timer is needed any more.
    DropTimer,
    /// This stage has begun: tell its audience.
    Opened(usize),
    /// Nobody can take seats any more.
    Ended,
}

/// The next state of a posting of a shift that starts at `starts_at`, and what follows from it. An early or repeated
/// [`Event::Due`] changes nothing but sets the timer again; a late one catches up over every stage that is over.
#[must_use]
pub fn step(
    plan: &Plan,
    posting: Posting,
    event: Event,
    starts_at: Timestamp,
    now: Timestamp,
) -> (Posting, Vec<Effect>) {
    if posting.closed && event != Event::Posted {
        return (posting, Vec::new());
    }
    let mut effects = Vec::new();
    let mut next = match event {
        Event::Posted => {
            effects.push(Effect::Opened(0));
            Posting { stage: 0, since: now, closed: false }
        }
        Event::PassedOn if posting.stage + 1 < plan.stages.len() => {
            effects.push(Effect::Opened(posting.stage + 1));
            Posting { stage: posting.stage + 1, since: now, closed: false }
        }
        Event::Closed => Posting { closed: true, ..posting },
        Event::Due | Event::Moved | Event::PassedOn => posting,
    };
    while !next.closed && next.stage + 1 < plan.stages.len() {
        let Some(ends_at) = stage_end(&plan.stages[next.stage], next.since, starts_at).filter(|end| *end <= now) else {
            break;
        };
        effects.retain(|effect| !matches!(effect, Effect::Opened(_)));
        effects.push(Effect::Opened(next.stage + 1));
        next = Posting { stage: next.stage + 1, since: ends_at.max(next.since), closed: false };
    }
    if starts_at <= now {
        next.closed = true;
    }
    if next.closed {
        return (next, vec![Effect::DropTimer, Effect::Ended]);
    }
    let last = next.stage + 1 >= plan.stages.len();
    let ends_at = if last { None } else { stage_end(&plan.stages[next.stage], next.since, starts_at) };
    effects.push(Effect::SetTimer(ends_at.map_or(starts_at, |end| end.min(starts_at))));
    (next, effects)
}

/// When a stage passes on by itself.
fn stage_end(stage: &Stage, since: Timestamp, starts_at: Timestamp) -> Option<Timestamp> {
    match stage.passes_on {
        PassesOn::Never => None,
        PassesOn::After { minutes } => since.checked_add(SignedDuration::from_mins(minutes)).ok(),
        PassesOn::BeforeStart { minutes } => starts_at.checked_sub(SignedDuration::from_mins(minutes)).ok(),
    }
}
