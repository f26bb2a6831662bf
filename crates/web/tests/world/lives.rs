//! A life: one officer and one customer of an agency with a row of every kind between them, made through the use cases.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp, civil::Date, civil::time, tz::TimeZone};
use muster_app::{
    Db, Failure,
    access::{self, Invitation, NewToken},
    agencies, billing,
    customers::{self, ContactFacts, CustomerDecision, Registration, SiteFacts},
    distribution::{self, PermitDecision},
    jobs, ledger,
    officers::{self, NewCertification, NewUnavailability, OfficerFacts},
    payroll, rates,
    requests::{self, LevelDecision, NewRequest, SiteChoice},
    timeclock::{self, Press},
};
use muster_domain::{
    access::{Actor, Role},
    agencies::Holiday,
    customers::{ContactKind, Point},
    distribution::{Filing, Preset},
    id::{AccountId, AgencyId, AssignmentId, CustomerId, JobId, JobTypeId, OfficerId, RequestId, ShiftId, TimeEntryId},
    officers::{Status, StatusHeld},
    requests::{Dates, Details, PositionWanted, PostRole, Requirements},
    time::{Minutes, instant},
    timeclock::{Fix, Kind, Source},
};

use muster_testkit::databases::Scratch;

use super::{Tenant, World};

const RULES: &str = include_str!("../../../../rules/examples/demo-county-so.yaml");
const SITE: Point = Point { lat_e6: 44_312_000, lon_e6: -93_955_000 };

/// One officer and one customer of an agency, the people who act for them, and one id of each kind of row, by prefix.
#[derive(Debug, Clone)]
pub struct Life {
    pub agency: AgencyId,
    pub officer: OfficerId,
    pub customer: CustomerId,
    pub accounts: HashMap<Role, AccountId>,
    pub ids: HashMap<&'static str, String>,
}

/// An installation whose agencies have worked for a month.
pub struct Lived {
    pub world: World,
    /// The officer and the customer of the people of `world.ours`.
    pub own: Life,
    /// Another officer and another customer of the same agency.
    pub beside: Life,
    /// Those of another agency.
    pub foreign: Life,
}

impl Lived {
    /// Two lives in our agency, one in the other.
    pub fn new() -> Self {
        Self::on(Scratch::sqlite())
    }

    /// The same on a database of one's choice.
    pub fn on(scratch: Scratch) -> Self {
        let world = World::begun_on(scratch, "2026-10-20T15:00:00Z");
        let own = Builder::of(&world, &world.ours).life();
        // The tenant's own is a draft, which only those see who write rules.
        let beside = Builder::beside(&world, &world.ours).life().with("rul", &own.ids["rul"]);
        let foreign = Builder::of(&world, &world.theirs).life();
        Self { world, own, beside, foreign }
    }

    /// A session of a coordinator who serves the unit of our own officer; the other officer is moved to another unit.
    pub fn coordinator_of_a_unit(&self) -> String {
        let (own, beside, agency) = (self.own.officer, self.beside.officer, self.own.agency);
        let admin = actor(&self.world.ours, Role::AgencyAdmin);
        let now = at("2026-11-20T16:00:00Z");
        let unit = self.own.ids["unt"].parse().expect("a unit");
        let made = self.world.write(move |tx| {
            let harbor = agencies::add_unit(tx, &admin, "Harbor", now)?;
            for (officer, unit) in [(own, unit), (beside, harbor)] {
                let stored = officers::load_record(tx, &admin, officer, now)?.officer;
                let facts = OfficerFacts {
                    badge: stored.badge,
                    first_name: stored.first_name,
                    last_name: stored.last_name,
                    email: stored.email,
                    phone: stored.phone,
                    hired_on: stored.hired_on,
                    senior_since: stored.senior_since,
                    unit: Some(unit),
                };
                officers::edit_officer(tx, &admin, officer, stored.version, &facts, now)?;
            }
            let new = Invitation {
                email: "unit@brookhaven.example".into(),
                name: "Coordinator of a unit".into(),
                role: Role::Coordinator,
                unit: Some(unit),
                officer: None,
                customer: None,
            };
            access::invite_person(tx, &admin, &new, "http://muster.test", now)?;
            Ok(muster_store::access::find_account_by_email(tx, &new.email)?.expect("just invited").id)
        });
        self.world.open_session(made.expect("a coordinator of a unit"), agency, Role::Coordinator)
    }
}

struct Builder<'a> {
    db: &'a Db,
    tenant: &'a Tenant,
    life: Life,
    job_type: JobTypeId,
    first: bool,
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

impl<'a> Builder<'a> {
    fn of(world: &'a World, tenant: &'a Tenant) -> Self {
        let life = Life {
            agency: tenant.agency,
            officer: tenant.officer,
            customer: tenant.customer,
            accounts: tenant.accounts.clone(),
            ids: tenant.ids.clone(),
        };
        let job_type = tenant.ids["jbt"].parse().expect("a job type");
        let built = Self { db: &world.db, tenant, life, job_type, first: true };
        let admin = built.who(Role::AgencyAdmin);
        let day = Date::constant(2026, 1, 1);
        let rules = built.write(move |tx| rates::put_in_force(tx, &admin, RULES, day, at("2026-10-20T15:10:00Z")));
        Self { life: built.life.clone().with("rul", rules), ..built }
    }

    /// Another officer and another customer, each with people of their own.
    fn beside(world: &'a World, tenant: &'a Tenant) -> Self {
        let maker = actor(tenant, Role::AgencyAdmin);
        let rank = tenant.ids["rnk"].parse().expect("a rank");
        let now = at("2026-10-20T16:00:00Z");
        let made = world.db.write_blocking(move |tx| -> Result<_, Failure> {
            let officer = officers::add_officer(tx, &maker, &second_officer(), rank, now)?;
            let customer = customers::add_customer(tx, &maker, &second_customer(), now)?;
            let mut accounts = HashMap::new();
            let mut ids = HashMap::new();
            for role in [Role::Officer, Role::CustomerAdmin, Role::CustomerRequester, Role::CustomerBilling] {
                let new = Invitation {
                    email: format!("{}@beside.example", role.code()),
                    name: format!("{} beside", role.label()),
                    role,
                    unit: None,
                    officer: (role == Role::Officer).then_some(officer),
                    customer: role.is_customer().then_some(customer),
                };
                let membership = access::invite_person(tx, &maker, &new, "http://muster.test", now)?;
                ids.insert("mem", membership.to_string());
                let found = muster_store::access::find_account_by_email(tx, &new.email)?.expect("just invited");
                accounts.insert(role, found.id);
            }
            Ok((officer, customer, accounts, ids))
        });
        let (officer, customer, accounts, more) = made.expect("a second officer and customer");
        let mut ids = tenant.ids.clone();
        ids.extend(more);
        ids.extend([("ofc", officer.to_string()), ("cus", customer.to_string())]);
        let life = Life { agency: tenant.agency, officer, customer, accounts, ids };
        let job_type = tenant.ids["jbt"].parse().expect("a job type");
        Self { db: &world.db, tenant, life, job_type, first: false }
    }

    fn who(&self, role: Role) -> Actor {
        let account = self.life.accounts.get(&role).copied();
        Actor {
            account: account.unwrap_or(self.tenant.accounts[&role]),
            officer: (role == Role::Officer).then_some(self.life.officer),
            customer: role.is_customer().then_some(self.life.customer),
            ..actor(self.tenant, role)
        }
    }

    fn write<T: Send + 'static>(
        &self,
        case: impl Fn(&mut muster_app::Tx<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> T {
        self.db.write_blocking(case).expect("a step of a life")
    }

    fn life(mut self) -> Life {
        self.place();
        self.paper();
        self.permitted();
        let (billed, _) = self.worked(Date::constant(2026, 11, 12));
        self.reported();
        let (due, _) = self.worked(Date::constant(2026, 11, 14));
        self.reported();
        // The report of the last shift is still owed.
        let (reviewed, _) = self.worked(Date::constant(2026, 11, 19));
        let officer = self.who(Role::Officer);
        let owed = self.db.read_blocking(move |tx| distribution::list_my_reports(tx, &officer));
        let report = owed.expect("reports").owed.first().expect("one is owed").id;
        self.money(billed);
        let approver = self.who(Role::Approver);
        self.write(move |tx| ledger::approve_time(tx, &approver, due, at("2026-11-16T17:00:00Z")));
        // One to which nobody came.
        let (_, missed) = self.job(Date::constant(2026, 11, 17), true);
        self.accept(missed, at("2026-11-15T15:00:00Z"));
        // The two lives do not meet, so that each could take the other's shift.
        let (job, shift) = self.job(Date::constant(2026, 12, if self.first { 3 } else { 5 }), true);
        let assignment = self.accept(shift, at("2026-11-20T15:00:00Z"));
        // One that is not posted and one that is not decided.
        self.job(Date::constant(2026, 12, 10), false);
        let request = self.request(Date::constant(2026, 12, 17));
        self.life
            .with("rep", report)
            .with("req", request)
            .with("job", job)
            .with("shf", shift)
            .with("asg", assignment)
            .with("tim", reviewed)
    }

    /// The customer approved, with a site and a contact.
    fn place(&mut self) {
        let (who, customer) = (self.who(Role::AgencyAdmin), self.life.customer);
        let now = at("2026-10-20T17:00:00Z");
        let (site, contact) = self.write(move |tx| {
            match customers::decide_customer(tx, &who, customer, CustomerDecision::Approve, "", now) {
                Err(Failure::Refused(refusal)) if refusal.code == "already_decided" => {}
                other => other?,
            }
            let facts = SiteFacts {
                name: "North gate".into(),
                address: "12 Harbor Road".into(),
                point: Some(SITE),
                radius_m: 200,
                instructions: String::new(),
                retired: false,
            };
            let contact = ContactFacts {
                kind: ContactKind::Billing,
                name: "Uma Falk".into(),
                email: "uma@arena.example".into(),
                phone: String::new(),
            };
            let site = customers::add_site(tx, &who, customer, &facts, now)?;
            Ok((site, customers::add_contact(tx, &who, customer, &contact, now)?))
        });
        self.life = self.life.clone().with("sit", site).with("con", contact);
    }

    /// What stands in the officer's record, and a token of each person.
    fn paper(&mut self) {
        let (who, officer, first) = (self.who(Role::AgencyAdmin), self.life.officer, self.first);
        let now = at("2026-10-20T18:00:00Z");
        let (certification, away, group) = self.write(move |tx| {
            let new = NewCertification {
                kind: "traffic_control".into(),
                number: "TC-7".into(),
                issued_on: Date::constant(2025, 5, 1),
                expires_on: Some(Date::constant(2028, 5, 1)),
            };
            let day = Date::constant(2026, 12, 14);
            let away = NewUnavailability {
                from_on: day,
                from: time(8, 0, 0, 0),
                to_on: day,
                to: time(20, 0, 0, 0),
                label: "Family".into(),
            };
            let status = StatusHeld {
                status: Status::LightDuty,
                from_on: Date::constant(2026, 3, 1),
                to_on: Some(Date::constant(2026, 4, 1)),
                reason: "Knee".into(),
            };
            officers::set_status(tx, &who, officer, &status, now)?;
            if first {
                let held_on = Date::constant(2026, 12, 25);
                agencies::add_holiday(tx, &who, &Holiday { held_on, name: "Christmas".into() }, now)?;
            }
            let name = if first { "Bicycle team" } else { "Boat team" };
            Ok((
                officers::add_certification(tx, &who, officer, &new, now)?,
                officers::add_unavailability(tx, &who, officer, &away, now)?,
                officers::add_group(tx, &who, name, now)?,
            ))
        });
        self.life = self.life.clone().with("crt", certification).with("wrk", away).with("grp", group);
        let officer = self.who(Role::Officer);
        let token = self.write(move |tx| {
            let opened = access::open_demo_session(tx, officer.account, "a test", now)?;
            let found = access::find_session(tx, &opened, now)?.expect("just opened");
            let new = NewToken { name: "Calendar".into(), writes: false, days: 30 };
            let (token, _) = access::create_token(tx, &officer, (found.session, found.membership), &new, now)?;
            Ok(token)
        });
        self.life = self.life.clone().with("tok", token);
    }

    /// The permit that the rules want, given in October; its renewal waits for an answer.
    fn permitted(&mut self) {
        let approver = self.who(Role::Approver);
        let asked = |builder: &Self, now: Timestamp| {
            let (officer, id) = (builder.who(Role::Officer), builder.life.officer);
            builder.write(move |tx| distribution::ask_for_permit(tx, &officer, "outside-work", "Home games", now));
            let officer = builder.who(Role::Officer);
            let permits = builder.db.read_blocking(move |tx| distribution::load_permits(tx, &officer, id, now));
            permits.expect("permits").first().expect("the rules want one").levels[0].id
        };
        let now = at("2026-10-20T19:00:00Z");
        let given = asked(self, now);
        self.write(move |tx| {
            let said = LevelDecision { agrees: true, said_by: String::new(), spoken: false, reason: String::new() };
            let decision = PermitDecision { said, born_on: None, documents: Vec::new() };
            distribution::decide_permit(tx, &approver, given, &decision, now)
        });
        let renewal = asked(self, at("2026-11-10T19:00:00Z"));
        self.life = self.life.clone().with("apv", renewal);
    }

    fn request(&self, on: Date) -> RequestId {
        let zone = TimeZone::get("America/Chicago").expect("a zone");
        let now = instant(&zone, on, time(9, 0, 0, 0)).expect("nine exists") - SignedDuration::from_hours(24 * 15);
        let new = NewRequest {
            customer: self.life.customer,
            site: SiteChoice::Known(self.life.ids["sit"].parse().expect("a site")),
            job_type: self.job_type,
            title: "Home game".into(),
            details: Details {
                dates: Dates::Given { on: vec![on] },
                from: time(18, 0, 0, 0),
                to: time(22, 0, 0, 0),
                positions: vec![PositionWanted {
                    role: PostRole::Officer,
                    seats: 2,
                    requirements: Requirements::default(),
                }],
                attendance: Some(900),
                alcohol: false,
                traffic: true,
                contact_name: "Duty manager".into(),
                contact_phone: "(555) 014-1200".into(),
                instructions: String::new(),
                resources: Vec::new(),
            },
            set_aside: String::new(),
        };
        let who = self.who(Role::CustomerRequester);
        self.write(move |tx| requests::submit_request(tx, &who, &new, now))
    }

    /// Asked for, approved and, if so wanted, posted to everybody.
    fn job(&self, on: Date, posted: bool) -> (JobId, ShiftId) {
        let (request, who) = (self.request(on), self.who(Role::Coordinator));
        let zone = TimeZone::get("America/Chicago").expect("a zone");
        let now = instant(&zone, on, time(9, 0, 0, 0)).expect("nine exists") - SignedDuration::from_hours(24 * 14);
        self.write(move |tx| {
            let job = requests::approve_request(tx, &who, request, "", now)?;
            if posted {
                distribution::post_shifts(
                    tx,
                    &who,
                    job,
                    None,
                    &distribution::Offering::Plan(Preset::Open.plan()),
                    now,
                )?;
            }
            Ok((job, jobs::list_shifts(tx, &who, job)?[0].id))
        })
    }

    fn accept(&self, shift: ShiftId, now: Timestamp) -> AssignmentId {
        let who = self.who(Role::Officer);
        self.write(move |tx| distribution::accept_shift(tx, &who, shift, None, now))
    }

    /// A job of the past, worked; the time waits for its review.
    fn worked(&self, on: Date) -> (TimeEntryId, JobId) {
        let (job, shift) = self.job(on, true);
        let zone = TimeZone::get("America/Chicago").expect("a zone");
        let start = instant(&zone, on, time(18, 0, 0, 0)).expect("six in the evening exists");
        let assignment = self.accept(shift, start - SignedDuration::from_hours(48));
        let mut entry = None;
        for (kind, pressed_at) in [(Kind::In, start), (Kind::Out, start + SignedDuration::from_hours(4))] {
            let who = self.who(Role::Officer);
            let pressed = self.write(move |tx| {
                let press = Press {
                    id: tx.id(pressed_at),
                    assignment,
                    kind,
                    pressed_at,
                    fix: Some(Fix { point: SITE, accuracy_m: 9 }),
                    reason: String::new(),
                    source: Source::Phone,
                };
                timeclock::punch(tx, &who, &press, pressed_at)
            });
            entry = Some(pressed.entry);
        }
        (entry.expect("clocked in"), job)
    }

    /// The officer files what he owes of his work.
    fn reported(&self) {
        let who = self.who(Role::Officer);
        self.write(move |tx| {
            for row in distribution::list_my_reports(tx, &who)?.owed {
                let filing =
                    Filing { happened: "All quiet.".into(), worked: Some(Minutes::hours(4)), ..Filing::default() };
                distribution::file_report(tx, &who, row.id, &filing, row.due_at)?;
            }
            Ok(())
        });
    }

    /// The time approved and on an invoice; a pay run that waits for its second person.
    fn money(&mut self, entry: TimeEntryId) {
        let (approver, finance, customer) =
            (self.who(Role::Approver), self.who(Role::AgencyFinance), self.life.customer);
        let days = billing::Days { from_on: Date::constant(2026, 11, 9), to_on: Date::constant(2026, 11, 15) };
        let now = at("2026-11-16T16:00:00Z");
        let (invoice, run) = self.write(move |tx| {
            ledger::approve_time(tx, &approver, entry, now)?;
            let invoice = billing::issue_invoice(tx, &finance, customer, days, now)?;
            let week = payroll::Days { from_on: days.from_on, to_on: days.to_on };
            Ok((invoice, payroll::preview_pay_run(tx, &finance, week, now)?))
        });
        self.life = self.life.clone().with("inv", invoice).with("run", run);
    }
}

impl Life {
    fn with(mut self, prefix: &'static str, id: impl ToString) -> Self {
        self.ids.insert(prefix, id.to_string());
        self
    }
}

/// The tenant's person with this role.
fn actor(tenant: &Tenant, role: Role) -> Actor {
    Actor {
        account: tenant.accounts[&role],
        name: role.label().to_owned(),
        role,
        agency: Some(tenant.agency),
        officer: (role == Role::Officer).then_some(tenant.officer),
        customer: role.is_customer().then_some(tenant.customer),
        unit: None,
    }
}

fn second_officer() -> OfficerFacts {
    OfficerFacts {
        badge: "2077".into(),
        first_name: "Ines".into(),
        last_name: "Okafor".into(),
        email: "ines.okafor@beside.example".into(),
        phone: String::new(),
        hired_on: Date::constant(2018, 3, 1),
        senior_since: Date::constant(2018, 3, 1),
        unit: None,
    }
}

fn second_customer() -> Registration {
    Registration {
        name: "Mill Street Market".into(),
        kind: "business".into(),
        contact: ContactFacts {
            kind: ContactKind::Primary,
            name: "Omar Reyes".into(),
            email: "omar@market.example".into(),
            phone: String::new(),
        },
        billing_address: String::new(),
    }
}
