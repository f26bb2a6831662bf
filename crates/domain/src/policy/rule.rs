//! The rule book as data: rules, what they do, when they act, who may override them.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::kinds::{
    ApprovalPath, Cap, CredentialNeeded, Crew, DutyReport, GiveUp, LeadTime, ListRule, NoOverlap, Penalty, RelationBar,
    RelationKind, ReleaseStages, Require, RestGap, RunCap, StatusBlock, VenueBar,
};
use crate::predicate::Predicate;

/// When a rule is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Point {
    /// The customer's request is sent or approved.
    Request,
    /// The officer looks at open work.
    List,
    /// The officer takes or applies for work.
    SignUp,
    /// The officer is given work.
    Award,
    /// A schedule or a status changed; booked work is asked again.
    RosterChange,
    /// The officer clocks in.
    PunchIn,
    /// The officer clocks out.
    PunchOut,
    /// The time is priced.
    Pay,
}

impl Point {
    /// The points before the work, where a rule can still stop it.
    pub const BEFORE: &'static [Self] = &[Self::List, Self::SignUp, Self::Award, Self::RosterChange, Self::PunchIn];
    /// Every point that concerns an officer.
    pub const OFFICER: &'static [Self] =
        &[Self::List, Self::SignUp, Self::Award, Self::RosterChange, Self::PunchIn, Self::PunchOut, Self::Pay];

    /// After the fact a breach is a finding: it warns and is kept, and undoes nothing.
    #[must_use]
    pub const fn is_after_the_fact(self) -> bool {
        matches!(self, Self::PunchOut | Self::Pay)
    }
}

/// What a rule does when it is broken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The work is not shown; asked elsewhere than in the list, it blocks.
    Hide,
    /// Refused.
    #[default]
    Block,
    /// Allowed when this level approves.
    Approve(String),
    /// Allowed when the person confirms the warning.
    Warn,
    /// Allowed; put before a supervisor.
    Review,
    /// Allowed; kept.
    Record,
}

/// Who may set a rule aside for one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// By the agency's word: `chief`, `coordinator` ...
    pub by: Vec<String>,
    /// A reason must be given.
    #[serde(default = "yes")]
    pub reason: bool,
}

const fn yes() -> bool {
    true
}

/// Where a rule comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// The text: order, agreement, chapter.
    pub book: String,
    /// Article or section.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// Page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

impl std::fmt::Display for Citation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.book)?;
        if let Some(article) = &self.article {
            write!(f, ", {article}")?;
        }
        if let Some(page) = self.page {
            write!(f, ", page {page}")?;
        }
        Ok(())
    }
}

/// One rule of the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Short name, unique in the book.
    pub id: String,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cite: Option<Citation>,
    /// When it applies; always when absent.
    #[serde(default, skip_serializing_if = "Predicate::is_always")]
    pub when: Predicate,
    /// What it does when broken; `block` when absent.
    #[serde(default, skip_serializing_if = "is_block")]
    pub effect: Effect,
    /// When it is asked; by its kind when absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acts_at: Vec<Point>,
    /// Who may set it aside; nobody when absent.
    #[serde(default, rename = "override", skip_serializing_if = "Option::is_none")]
    pub override_by: Option<Override>,
    /// First local day of the job on which it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last local day of the job on which it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// What the source leaves open and this rule assumes, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assumes: Vec<String>,
    /// The kind and its parameters.
    #[serde(flatten)]
    pub kind: Kind,
}

fn is_block(effect: &Effect) -> bool {
    *effect == Effect::Block
}

impl Rule {
    /// A rule that blocks, always applies and acts where its kind does.
    #[must_use]
    pub fn new(id: &str, kind: Kind) -> Self {
        Self {
            id: id.to_owned(),
            cite: None,
            when: Predicate::always(),
            effect: Effect::Block,
            acts_at: Vec::new(),
            override_by: None,
            from: None,
            until: None,
            assumes: Vec::new(),
            kind,
        }
    }

    /// True when the rule is asked at this point.
    #[must_use]
    pub fn acts(&self, point: Point) -> bool {
        let points = if self.acts_at.is_empty() { self.kind.points() } else { &self.acts_at };
        points.contains(&point)
    }

    /// True when the rule is in force for a job that begins on this local day.
    #[must_use]
    pub fn is_in_force(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// The seventeen kinds of the catalogue, P1 to P17.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// P1: so much work in a window.
    Cap(Cap),
    /// P2: so much unbroken work.
    RunCap(RunCap),
    /// P3: rest between work.
    RestGap(RestGap),
    /// P4: not two things at once.
    NoOverlap(NoOverlap),
    /// P5: not while, and for a time after, a status.
    StatusBlock(StatusBlock),
    /// P6: a condition on officer, post and job.
    Require(Require),
    /// P7: a certification valid at the work.
    Credential(CredentialNeeded),
    /// P8: not between these parties.
    RelationBar(RelationBar),
    /// P9: lists that allow or deny.
    List(ListRule),
    /// P10: a bar after an offence.
    Penalty(Penalty),
    /// P11: how many, and who leads.
    Crew(Crew),
    /// P12: not there, not that.
    VenueBar(VenueBar),
    /// P13: somebody must agree.
    Approval(ApprovalPath),
    /// P14: ask in time.
    LeadTime(LeadTime),
    /// P15: who is offered first.
    ReleaseStage(ReleaseStages),
    /// P16: giving work back.
    GiveUp(GiveUp),
    /// P17: what must be reported.
    DutyReport(DutyReport),
}

impl Kind {
    /// The word in documents.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Cap(_) => "cap",
            Self::RunCap(_) => "run_cap",
            Self::RestGap(_) => "rest_gap",
            Self::NoOverlap(_) => "no_overlap",
            Self::StatusBlock(_) => "status_block",
            Self::Require(_) => "require",
            Self::Credential(_) => "credential",
            Self::RelationBar(_) => "relation_bar",
            Self::List(_) => "list",
            Self::Penalty(_) => "penalty",
            Self::Crew(_) => "crew",
            Self::VenueBar(_) => "venue_bar",
            Self::Approval(_) => "approval",
            Self::LeadTime(_) => "lead_time",
            Self::ReleaseStage(_) => "release_stage",
            Self::GiveUp(_) => "give_up",
            Self::DutyReport(_) => "duty_report",
        }
    }

    /// True for a kind whose condition says what was owed before, not which new work it bars.
    #[must_use]
    pub const fn bars_any_work(&self) -> bool {
        matches!(self, Self::DutyReport(_))
    }

    /// Where the kind acts unless its rule says otherwise.
    #[must_use]
    pub fn points(&self) -> &'static [Point] {
        match self {
            Self::Cap(_) | Self::RunCap(_) | Self::RestGap(_) | Self::NoOverlap(_) => Point::OFFICER,
            Self::StatusBlock(_) | Self::Require(_) | Self::Credential(_) | Self::RelationBar(_) => Point::BEFORE,
            Self::List(list) => list.points(),
            Self::Penalty(penalty) => penalty.points(),
            Self::DutyReport(_) => &[Point::List, Point::SignUp, Point::Award],
            Self::Approval(path) => path.points(),
            Self::LeadTime(lead) => lead.points(),
            Self::Crew(_) | Self::VenueBar(_) => &[Point::Request],
            Self::ReleaseStage(_) | Self::GiveUp(_) => &[],
        }
    }
}

/// An agency's rules, in the order in which they are explained.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PolicyBook {
    /// The rules. Every one that applies is asked: deny wins, the strictest cap wins.
    pub rules: Vec<Rule>,
}

impl PolicyBook {
    /// The rule of that name.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// True when a rule looks at relations of this kind.
    #[must_use]
    pub fn bars_relation(&self, looks: impl Fn(&RelationKind) -> bool) -> bool {
        self.rules.iter().any(|rule| match &rule.kind {
            Kind::RelationBar(rule) => rule.bar.iter().any(&looks),
            _ => false,
        })
    }

    /// What is wrong with the book as a whole, by the rule's place: names that are empty or used twice, limits that
    /// cannot be met.
    #[must_use]
    pub fn mistakes(&self) -> Vec<(usize, String)> {
        let mut mistakes = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for (at, rule) in self.rules.iter().enumerate() {
            let mut add = |mistake: String| mistakes.push((at, mistake));
            if rule.id.trim().is_empty() {
                add(format!("Rule {} has no id. Give it a short name, for example id: week-cap.", at + 1));
            }
            if !seen.insert(rule.id.as_str()) {
                add(format!("Two rules have the id {}. Give each its own, for example id: {}_2.", rule.id, rule.id));
            }
            if rule.from.zip(rule.until).is_some_and(|(from, until)| until < from) {
                add(format!(
                    "Rule {} ends before it begins. Put until on or after from, for example until: 2026-12-31.",
                    rule.id
                ));
            }
            for mistake in rule.kind.mistakes() {
                add(format!("Rule {}: {mistake}", rule.id));
            }
        }
        mistakes
    }
}
