//! The fields that a condition may name, each with its type, its words and where it is found.

use super::facts::{Facts, Value};

/// Which part of the facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// `officer`
    Officer,
    /// `position`
    Position,
    /// `job`
    Job,
    /// `customer`
    Customer,
    /// `venue`
    Venue,
    /// `crew`
    Crew,
}

impl Section {
    /// The word in documents.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::Position => "position",
            Self::Job => "job",
            Self::Customer => "customer",
            Self::Venue => "venue",
            Self::Crew => "crew",
        }
    }
}

/// What sort of test fits a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// One word.
    Text,
    /// Several words.
    Texts,
    /// Yes or no.
    Flag,
    /// A whole number.
    Number,
    /// A length of time, written with its unit.
    Minutes,
    /// A weekday.
    Weekday,
    /// A time of day.
    Time,
    /// A stretch of the week.
    Week,
    /// A date.
    Date,
    /// A holiday list.
    Holiday,
    /// Whatever the test says (the agency's own facts).
    Free,
}

impl FieldKind {
    /// A test of this kind, as written after the colon.
    #[must_use]
    pub fn example(self) -> &'static str {
        match self {
            Self::Text => "sergeant   (or a list: [sergeant, lieutenant], or { not: captain })",
            Self::Texts => "k9   (or a list: any of them; { all_of: [k9, traffic] } for all)",
            Self::Flag => "true",
            Self::Number => "{ over: 400 }   (over, at_least, under, at_most, or a number)",
            Self::Minutes => "{ under: 24 h }   (over, at_least, under, at_most; 90 min, 24 h, 3 d)",
            Self::Weekday => "[sat, sun]   (or mon-fri)",
            Self::Time => "22:00-06:00   (or a list)",
            Self::Week => "fri 17:00 - mon 07:00   (or a list)",
            Self::Date => {
                "2026-06-01 to 2026-08-31   (or until 2026-06-30, from 2026-07-01, 12-24, or 06-15 to 08-31 for every year)"
            }
            Self::Holiday => "legal   (the name of a list in calendar.holidays, or any)",
            Self::Free => "high   (a word, a list of words, true, or { over: 3 })",
        }
    }
}

macro_rules! fields {
    ($($(#[doc = $doc:literal])* $name:ident = $path:literal, $kind:ident, $label:literal, $facts:ident => $read:expr;)*) => {
        /// A fact that a condition may ask, by its written name.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each variant is described by its label")]
        pub enum Field {
            $($name,)*
            /// `section.attributes.name`: the agency's own.
            Attribute(Section, Box<str>),
        }

        impl Field {
            /// Every named field: written name, type, words.
            pub const ALL: &'static [(&'static str, FieldKind, &'static str)] =
                &[$(($path, FieldKind::$kind, $label),)*];

            /// The field of that written name.
            #[must_use]
            pub fn named(path: &str) -> Option<Self> {
                match path {
                    $($path => Some(Self::$name),)*
                    _ => Self::attribute(path),
                }
            }

            /// The written name.
            #[must_use]
            pub fn path(&self) -> std::borrow::Cow<'static, str> {
                match self {
                    $(Self::$name => $path.into(),)*
                    Self::Attribute(section, name) => format!("{}.attributes.{name}", section.word()).into(),
                }
            }

            /// What sort of test fits.
            #[must_use]
            pub fn kind(&self) -> FieldKind {
                match self {
                    $(Self::$name => FieldKind::$kind,)*
                    Self::Attribute(..) => FieldKind::Free,
                }
            }

            /// The field in words. A flag has two phrases, parted by a bar: when it holds, when it does not.
            #[must_use]
            pub fn label(&self) -> std::borrow::Cow<'static, str> {
                match self {
                    $(Self::$name => $label.into(),)*
                    Self::Attribute(section, name) => format!("{} {}", section.word(), name.replace('_', " ")).into(),
                }
            }

            pub(super) fn read<'a>(&self, facts: &Facts<'a>) -> Option<Value<'a>> {
                match self {
                    $(Self::$name => { let $facts = facts; $read })*
                    Self::Attribute(section, name) => match section {
                        Section::Officer => facts.officer.attributes,
                        Section::Position => facts.position.attributes,
                        Section::Job => facts.job.attributes,
                        Section::Customer => facts.customer.attributes,
                        Section::Venue => facts.venue.attributes,
                        Section::Crew => facts.crew.attributes,
                    }?
                    .get(&**name)
                    .map(Value::from),
                }
            }
        }
    };
}

fields! {
    OfficerRank = "officer.rank", Text, "the officer's rank", f => f.officer.rank.map(Value::Text);
    OfficerRankOrder = "officer.rank_order", Number, "the place of the officer's rank", f => f.officer.rank_order.map(Value::Number);
    OfficerServiceMonths = "officer.service_months", Number, "months of service", f => f.officer.service_months.map(Value::Number);
    OfficerRankMonths = "officer.rank_months", Number, "months in rank", f => f.officer.rank_months.map(Value::Number);
    OfficerProbation = "officer.probation", Flag, "the officer is on probation|the officer is past probation", f => f.officer.probation.map(Value::Flag);
    OfficerFieldTraining = "officer.field_training", Flag, "the officer is in field training|the officer is past field training", f => f.officer.field_training.map(Value::Flag);
    OfficerPolicePowers = "officer.police_powers", Flag, "the officer holds police powers|the officer holds no police powers", f => f.officer.police_powers.map(Value::Flag);
    OfficerActive = "officer.active", Flag, "the officer is active|the officer is not active", f => f.officer.active.map(Value::Flag);
    OfficerStatus = "officer.status", Text, "the officer's status", f => f.officer.status.map(Value::Text);
    OfficerUnit = "officer.unit", Text, "the officer's unit", f => f.officer.unit.map(Value::Text);
    OfficerEmployment = "officer.employment", Text, "the officer's employment", f => f.officer.employment.map(Value::Text);
    OfficerAgency = "officer.agency", Text, "the officer's agency", f => f.officer.agency.map(Value::Text);
    OfficerUnion = "officer.union", Text, "the officer's union", f => f.officer.union.map(Value::Text);
    OfficerPerformance = "officer.performance", Number, "the performance grade", f => f.officer.performance.map(Value::Number);
    OfficerResidenceMiles = "officer.residence_miles", Number, "miles from home", f => f.officer.residence_miles.map(Value::Number);
    OfficerGroups = "officer.groups", Texts, "the officer's groups", f => f.officer.groups.map(Value::Words);
    OfficerCertifications = "officer.certifications", Texts, "the officer's certifications", f => f.officer.certifications.map(Value::Words);
    PositionRole = "position.role", Text, "the role", f => f.position.role.map(Value::Text);
    PositionRank = "position.rank", Text, "the post's rank", f => f.position.rank.map(Value::Text);
    PositionRankOrder = "position.rank_order", Number, "the place of the post's rank", f => f.position.rank_order.map(Value::Number);
    PositionSupervisory = "position.supervisory", Flag, "the post is supervisory|the post is not supervisory", f => f.position.supervisory.map(Value::Flag);
    PositionCertifications = "position.certifications", Texts, "the post's certifications", f => f.position.certifications.map(Value::Words);
    JobKind = "job.kind", Text, "job kind", f => f.job.kind.map(Value::Text);
    JobClass = "job.class", Text, "job class", f => f.job.class.map(Value::Text);
    JobAttendance = "job.attendance", Number, "attendance", f => f.job.attendance.map(Value::Number);
    JobOfficers = "job.officers", Number, "the number of officers", f => f.job.officers.map(Value::Number);
    JobLength = "job.length", Minutes, "the length of the job", f => f.job.length.map(|m| Value::Number(m.0));
    JobAlcohol = "job.alcohol", Flag, "alcohol is served|no alcohol is served", f => f.job.alcohol.map(Value::Flag);
    JobTraffic = "job.traffic", Flag, "traffic is directed|no traffic is directed", f => f.job.traffic.map(Value::Flag);
    JobSpecialEvent = "job.special_event", Flag, "it is a special event|it is no special event", f => f.job.special_event.map(Value::Flag);
    JobHazardous = "job.hazardous", Flag, "the job is hazardous|the job is not hazardous", f => f.job.hazardous.map(Value::Flag);
    JobEmergency = "job.emergency", Flag, "it is an emergency|it is no emergency", f => f.job.emergency.map(Value::Flag);
    JobPoliceRelated = "job.police_related", Flag, "the job is police work|the job is not police work", f => f.job.police_related.map(Value::Flag);
    JobUniform = "job.uniform", Flag, "the job is in uniform|the job is not in uniform", f => f.job.uniform.map(Value::Flag);
    JobVehicle = "job.vehicle", Flag, "a vehicle is needed|no vehicle is needed", f => f.job.vehicle.map(Value::Flag);
    JobTags = "job.tags", Texts, "the job's labels", f => f.job.tags.map(Value::Words);
    CustomerId = "customer.id", Text, "the customer", f => f.customer.id.map(Value::Text);
    CustomerClass = "customer.class", Text, "customer class", f => f.customer.class.map(Value::Text);
    CustomerNew = "customer.new", Flag, "the customer is new|the customer is known", f => f.customer.new.map(Value::Flag);
    CustomerOverdueDays = "customer.overdue_days", Number, "days overdue", f => f.customer.overdue_days.map(Value::Number);
    CustomerTags = "customer.tags", Texts, "the customer's labels", f => f.customer.tags.map(Value::Words);
    VenueClass = "venue.class", Text, "venue class", f => f.venue.class.map(Value::Text);
    VenueInsideCity = "venue.inside_city", Flag, "the place is inside the city|the place is outside the city", f => f.venue.inside_city.map(Value::Flag);
    VenueAlcoholPercent = "venue.alcohol_percent", Number, "the share of alcohol in revenue (per cent)", f => f.venue.alcohol_percent.map(Value::Number);
    VenueTags = "venue.tags", Texts, "the venue's labels", f => f.venue.tags.map(Value::Words);
    CrewOfficers = "crew.officers", Number, "officers in the crew", f => f.crew.officers.map(Value::Number);
    CrewSupervisors = "crew.supervisors", Number, "supervisors in the crew", f => f.crew.supervisors.map(Value::Number);
    CrewHeads = "crew.heads", Number, "people in the crew", f => f.crew.heads.map(Value::Number);
    CrewHighestRanking = "crew.highest_ranking", Flag, "the officer is the highest in rank on the job|the officer is not the highest in rank on the job", f => f.crew.highest_ranking.map(Value::Flag);
    MomentDate = "moment.date", Date, "the date", f => f.moment.local.map(Value::Moment);
    MomentWeekday = "moment.weekday", Weekday, "the weekday", f => f.moment.local.map(Value::Moment);
    MomentTime = "moment.time", Time, "the time", f => f.moment.local.map(Value::Moment);
    MomentWeek = "moment.week", Week, "the time of the week", f => f.moment.local.map(Value::Moment);
    MomentHoliday = "moment.holiday", Holiday, "the holiday list", f => f.moment.local.map(Value::Moment);
    MomentNotice = "moment.notice", Minutes, "notice", f => f.moment.notice.map(|m| Value::Number(m.0));
    MomentBusinessNotice = "moment.business_notice", Minutes, "notice in office hours", f => f.moment.business_notice.map(|m| Value::Number(m.0));
    MomentBusinessDays = "moment.business_days", Number, "notice in business days", f => f.moment.business_days.map(Value::Number);
    MomentRequestedOn = "moment.requested_on", Date, "the day of the request", f => f.moment.requested.or(f.moment.ordered).map(Value::Moment);
    EarlierWorked = "earlier.worked", Minutes, "the time worked earlier that day", f => f.earlier.worked.map(|m| Value::Number(m.0));
    EarlierWorkedForCustomer = "earlier.worked_for_customer", Minutes, "the time worked earlier that day for the customer", f => f.earlier.worked_for_customer.map(|m| Value::Number(m.0));
    EarlierUnbroken = "earlier.unbroken", Minutes, "the time worked without a break up to the start", f => f.earlier.unbroken.map(|m| Value::Number(m.0));
    EarlierWorkedInWeek = "earlier.worked_in_week", Minutes, "the time worked earlier that week", f => f.earlier.worked_in_week.map(|m| Value::Number(m.0));
    EarlierDaysInARow = "earlier.days_in_a_row", Number, "days of work in a row", f => f.earlier.days_in_a_row.map(Value::Number);
    MomentOrderedTime = "moment.ordered_time", Time, "the time of the order", f => f.moment.ordered.map(Value::Moment);
}

impl Field {
    /// Whether the fact is this word or has it among its words.
    pub(crate) fn has_word(&self, facts: &Facts<'_>, word: &str) -> bool {
        self.read(facts).is_some_and(|value| value.has_word(word))
    }

    fn attribute(path: &str) -> Option<Self> {
        let (section, name) = path.split_once(".attributes.")?;
        let named = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let section =
            [Section::Officer, Section::Position, Section::Job, Section::Customer, Section::Venue, Section::Crew]
                .into_iter()
                .find(|one| one.word() == section)?;
        named.then(|| Self::Attribute(section, name.into()))
    }
}
