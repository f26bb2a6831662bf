//! The questions that rule books leave open or answer differently. An answer is part of the card; a question without
//! one takes the default, and a price that depended on it says so.

use serde::{Deserialize, Serialize};

use super::ratio::Ratio;

/// The answers. `None` means: not stated by the agency.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Switches {
    /// Is pay counted in elapsed time or on the wall clock when the clocks change? Default elapsed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// Which rate do minutes get that only rounding or a minimum adds? Default: that of the time they would fall on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub padded_minutes: Option<PaddedMinutes>,
    /// Does "after N hours" count paid, worked or scheduled time? Default paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_counts: Option<AfterCounts>,
    /// Is "after N hours" per job or over all jobs of the officer that day? Default job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_per: Option<AfterPer>,
    /// What of a shift does a holiday premium reach when the rule does not say? Default: the part on the holiday.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holiday: Option<Applies>,
    /// Does notice begin when the request arrives or when it is approved? Default receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice_from: Option<NoticeFrom>,
    /// How do premiums on the same minutes combine? Default: the highest alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stacking: Option<Stacking>,
    /// The combined rate is at most this many times the base rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stacking_limit: Option<Ratio>,
    /// Are minimums per assignment, or once a day for the officer or for the customer? Default assignment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_per: Option<MinimumPer>,
    /// Do premiums count on the hours charged for a cancellation? Default yes, at the shift's first hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub premium_on_cancelled: Option<bool>,
    /// Do administrative fees count on a cancellation charge? Default yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fee_on_cancelled: Option<bool>,
    /// Are resources charged on a cancelled job? Default no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_on_cancelled: Option<bool>,
    /// What happens when the start changes inside the cancellation window? Default: the job is priced anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_change: Option<StartChange>,
    /// Which moment counts as cancelled? Default: when it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancelled_when: Option<CancelledWhen>,
    /// Is the rate that of the officer's own rank or of the post's role? The base rates say it by their `by`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_of: Option<RateOf>,
    /// Who counts as the highest in rank in a tie? Default seniority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank_tie: Option<RankTie>,
}

macro_rules! answers {
    ($($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $vdoc:literal])+ $variant:ident = $words:literal,)+ })+) => { $(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[allow(clippy::enum_variant_names, reason = "the words of the document")]
        pub enum $name { $($(#[doc = $vdoc])+ $variant,)+ }

        impl $name {
            /// The answer in words.
            #[must_use]
            pub fn words(self) -> &'static str {
                match self { $(Self::$variant => $words,)+ }
            }
        }
    )+ };
}

answers! {
    /// How pay counts the night on which the clocks change.
    Clock {
        /// Minutes that passed.
        Elapsed = "elapsed time is paid on the night the clocks change",
        /// Minutes on the dial.
        WallClock = "time on the wall clock is paid on the night the clocks change",
    }
    /// The rate of minutes that rounding or a minimum adds.
    PaddedMinutes {
        /// The base rate without premiums.
        Base = "minutes added by a minimum or by rounding get the base rate",
        /// The rate of the last worked minute.
        LastMinute = "minutes added by a minimum or by rounding get the rate of the last worked minute",
        /// The rate of the time on which they would fall.
        ScheduledMinute = "minutes added by a minimum or by rounding get the rate of the time they fall on",
    }
    /// What "after N hours" counts.
    AfterCounts {
        /// Paid time, with what rounding adds.
        Paid = "hours for overtime are paid hours",
        /// Worked time.
        Worked = "hours for overtime are worked hours",
        /// Time of the schedule: what goes beyond it neither counts nor is overtime.
        Scheduled = "hours for overtime are scheduled hours",
    }
    /// Over what "after N hours" counts.
    AfterPer {
        /// This job.
        Job = "hours for overtime count per job",
        /// All jobs of the officer that day.
        Day = "hours for overtime count per day",
        /// All jobs of the officer that week.
        Week = "hours for overtime count per week",
        /// This job and the officer's jobs before it without a break.
        Consecutive = "hours for overtime are consecutive hours",
    }
    /// What of a shift a premium reaches.
    Applies {
        /// The minutes on which its condition holds.
        Portion = "a premium pays for the part of the shift inside its time",
        /// The whole shift, when any worked minute is inside.
        Touch = "a premium pays for the whole shift when any part is inside its time",
        /// The whole shift, when it begins inside.
        Begins = "a premium pays for the whole shift when it begins inside its time",
        /// The whole shift, when more than half of the worked minutes are inside.
        Majority = "a premium pays for the whole shift when most of it is inside its time",
        /// Everything from the first worked minute inside to the end of the shift.
        FromThenOn = "a premium pays from the first minute inside its time to the end of the shift",
    }
    /// Where notice begins.
    NoticeFrom {
        /// When the request arrived.
        Receipt = "notice counts from the receipt of the request",
        /// When it was approved.
        Approval = "notice counts from the approval of the request",
    }
    /// How premiums on the same minutes combine.
    Stacking {
        /// The one that gives the highest rate.
        Max = "of several premiums the highest counts",
        /// Each one's increase over the base rate, added.
        Sum = "the increases of several premiums are added",
        /// Set rates first, then factors multiply, then sums are added.
        Product = "several premiums multiply",
        /// In the order written, each on the result of the one before.
        Sequence = "several premiums follow each other in the order of the card",
    }
    /// For what a minimum is owed once.
    MinimumPer {
        /// Each assignment.
        Assignment = "each assignment earns its own minimum",
        /// The officer's day.
        OfficerDay = "the minimum is owed once per officer and day",
        /// The customer's day.
        CustomerDay = "the minimum is owed once per officer, customer and day",
    }
    /// A start changed inside the cancellation window.
    StartChange {
        /// Priced anew, nothing else.
        Reprice = "a changed start is priced anew",
        /// The officer is asked first.
        AskOfficer = "a changed start needs the officer's consent",
        /// The job is offered again.
        Repost = "a changed start offers the job again",
        /// The first officer is paid as cancelled.
        PayFirst = "a changed start pays the first officer as cancelled",
    }
    /// The moment of a cancellation.
    CancelledWhen {
        /// Sent.
        Sent = "a cancellation counts when it is sent",
        /// Received in office hours.
        ReceivedInOffice = "a cancellation counts when the office receives it",
        /// Known to the officer.
        ReceivedByOfficer = "a cancellation counts when the officer receives it",
        /// Spoken to a person.
        Spoken = "a cancellation counts when it is spoken to a person",
    }
    /// Whose rate is paid.
    RateOf {
        /// The officer's own rank.
        Rank = "the rate is that of the officer's rank",
        /// The role of the post.
        Role = "the rate is that of the post's role",
    }
    /// The highest in rank in a tie.
    RankTie {
        /// The most senior.
        Seniority = "in a tie the most senior is the highest in rank",
        /// The one named on the job.
        Named = "in a tie the one named on the job is the highest in rank",
    }
}

impl Switches {
    /// True when no question is answered.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        *self == Self::default()
    }
}

/// A question of [`Switches`] on which the price of a shift may depend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    Clock,
    PaddedMinutes,
    AfterCounts,
    AfterPer,
    Holiday,
    NoticeFrom,
    Stacking,
    MinimumPer,
    PremiumOnCancelled,
    FeeOnCancelled,
    ResourceOnCancelled,
}

impl Question {
    /// True when the agency stated an answer.
    pub(super) fn is_answered(self, by: &Switches) -> bool {
        match self {
            Self::Clock => by.clock.is_some(),
            Self::PaddedMinutes => by.padded_minutes.is_some(),
            Self::AfterCounts => by.after_counts.is_some(),
            Self::AfterPer => by.after_per.is_some(),
            Self::Holiday => by.holiday.is_some(),
            Self::NoticeFrom => by.notice_from.is_some(),
            Self::Stacking => by.stacking.is_some(),
            Self::MinimumPer => by.minimum_per.is_some(),
            Self::PremiumOnCancelled => by.premium_on_cancelled.is_some(),
            Self::FeeOnCancelled => by.fee_on_cancelled.is_some(),
            Self::ResourceOnCancelled => by.resource_on_cancelled.is_some(),
        }
    }

    /// The default in words.
    pub(super) fn default_in_words(self) -> &'static str {
        match self {
            Self::Clock => Clock::Elapsed.words(),
            Self::PaddedMinutes => PaddedMinutes::ScheduledMinute.words(),
            Self::AfterCounts => AfterCounts::Paid.words(),
            Self::AfterPer => AfterPer::Job.words(),
            Self::Holiday => "a holiday premium pays for the part of the shift on the holiday",
            Self::NoticeFrom => NoticeFrom::Receipt.words(),
            Self::Stacking => Stacking::Max.words(),
            Self::MinimumPer => MinimumPer::Assignment.words(),
            Self::PremiumOnCancelled => "premiums count on the hours charged for a cancellation",
            Self::FeeOnCancelled => "administrative fees count on what a cancellation charges",
            Self::ResourceOnCancelled => "resources are not charged on a cancelled job",
        }
    }

    /// The card's answers with every other answer to this question than the default.
    pub(super) fn other_answers(self, stated: &Switches) -> Vec<Switches> {
        macro_rules! others {
            ($field:ident: $($answer:expr),+) => { vec![$(Switches { $field: Some($answer), ..stated.clone() }),+] };
        }
        match self {
            Self::Clock => others!(clock: Clock::WallClock),
            Self::PaddedMinutes => others!(padded_minutes: PaddedMinutes::Base, PaddedMinutes::LastMinute),
            Self::AfterCounts => others!(after_counts: AfterCounts::Worked, AfterCounts::Scheduled),
            Self::AfterPer => others!(after_per: AfterPer::Day, AfterPer::Week, AfterPer::Consecutive),
            Self::Holiday => {
                others!(holiday: Applies::Touch, Applies::Begins, Applies::Majority, Applies::FromThenOn)
            }
            Self::NoticeFrom => others!(notice_from: NoticeFrom::Approval),
            Self::Stacking => others!(stacking: Stacking::Sum, Stacking::Product, Stacking::Sequence),
            Self::MinimumPer => others!(minimum_per: MinimumPer::OfficerDay, MinimumPer::CustomerDay),
            Self::PremiumOnCancelled => others!(premium_on_cancelled: false),
            Self::FeeOnCancelled => others!(fee_on_cancelled: false),
            Self::ResourceOnCancelled => others!(resource_on_cancelled: true),
        }
    }
}
