//! A small installation for tests of the web floor: two agencies on a fresh SQLite file, one person per role, and a client
//! that is signed in by its session's token.

#![allow(dead_code, reason = "each test file uses its part")]

pub mod bodies;
pub mod crawl;
pub mod lives;

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header},
};
use jiff::{Timestamp, civil::date};
use muster_app::{
    Clock, Db, Failure, Randomness, Tx,
    access::{self, Invitation},
    agencies, customers,
    officers::{self, OfficerFacts},
    rates,
};
use muster_domain::{
    access::{Actor, Role},
    agencies::NewAgency,
    customers::ContactKind,
    id::{AccountId, AgencyId, CustomerId, OfficerId},
};
use muster_store::{Mint, Options};
use muster_testkit::{
    Clock as Frozen, Seeded,
    databases::{self, Scratch},
};
use muster_web::{Ctx, Settings};
use tower::ServiceExt;

/// The server's own: thousands of requests spend a tenth of their time in it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The instant at which the installation stands.
pub const NOW: &str = "2026-11-21T18:00:00Z";

const RULES: &str = "
agency: test
version: '1'
effective_from: 2020-01-01
zone: America/Chicago
rates:
  base_rate:
    - { id: rate, name: Rate, amount: 50 }
";

struct Still(Frozen);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

struct Repeats(Seeded);

impl Randomness for Repeats {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }
}

/// One agency with an officer, a customer and a person per role.
#[derive(Debug, Clone)]
pub struct Tenant {
    pub agency: AgencyId,
    pub officer: OfficerId,
    pub customer: CustomerId,
    pub accounts: HashMap<Role, AccountId>,
    /// One id of each kind that the installation has, by prefix.
    pub ids: HashMap<&'static str, String>,
}

/// The installation.
pub struct World {
    pub router: Router,
    pub db: Db,
    pub clock: Frozen,
    pub ours: Tenant,
    pub theirs: Tenant,
    scratch: Scratch,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The value of a hidden field, for example the idempotency key `_key`.
    pub fn hidden(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let from = self.body.find(&mark).unwrap_or_else(|| panic!("no hidden field {name}")) + mark.len();
        self.body[from..].split('"').next().expect("the value ends").to_owned()
    }
}

impl World {
    /// Makes the installation through the real use cases.
    pub fn new() -> Self {
        Self::begun_at(NOW)
    }

    /// The same, made at an earlier instant; it stands at [`NOW`] nevertheless.
    pub fn begun_at(began: &str) -> Self {
        Self::begun_on(Scratch::sqlite(), began)
    }

    /// The same on a database of one's choice.
    pub fn begun_on(scratch: Scratch, began: &str) -> Self {
        let db = scratch.open();
        db.migrate().expect("the embedded migrations run");
        let began = began.parse().expect("an instant");
        let operator = first_operator(&db, began);
        let ours = tenant(&db, &operator, "brookhaven", began);
        let theirs = tenant(&db, &operator, "elsewhere", began);
        Self::around(scratch, db, ours, theirs)
    }

    /// Another installation with the same rows and sessions; this one must be at rest.
    pub fn copy(&self) -> Self {
        let scratch = self.scratch.copy();
        // Other randomness than the first's, or the same ids would be made again.
        let db = Db::open(scratch.url(), Options { mint: Arc::new(Seeded::new(2)), ..databases::small() });
        let db = db.expect("the copy opens");
        Self::around(scratch, db, self.ours.clone(), self.theirs.clone())
    }

    /// Takes a copy back to the rows and sessions that it began with.
    pub fn begin_again(&self) {
        self.scratch.put_back();
    }

    fn around(scratch: Scratch, db: Db, ours: Tenant, theirs: Tenant) -> Self {
        let clock = Frozen::at(NOW);
        let settings = Settings { base_url: "http://muster.test".to_owned(), ..Settings::default() };
        let ctx = Ctx::new(db.clone(), Arc::new(Still(clock.clone())), Arc::new(Repeats(Seeded::new(7))), settings);
        Self { router: muster_web::application(ctx), db, clock, ours, theirs, scratch }
    }

    /// A fresh session of our person with this role; operators work in our agency.
    pub fn sign_in(&self, role: Role) -> String {
        self.sign_in_at(&self.ours, role)
    }

    /// A fresh session of a tenant's person with this role.
    pub fn sign_in_at(&self, tenant: &Tenant, role: Role) -> String {
        self.open_session(tenant.accounts[&role], tenant.agency, role)
    }

    /// A fresh session of an account; operators work in the agency.
    pub fn open_session(&self, account: AccountId, agency: AgencyId, role: Role) -> String {
        let now = self.clock.now();
        let opened = self.db.housekeep_blocking(move |tx| -> Result<String, Failure> {
            let token = access::open_demo_session(tx, account, "a test", now)?;
            if role.is_operator() {
                let found = access::find_session(tx, &token, now)?.expect("just opened");
                access::choose_agency(tx, (&found.actor, found.session), agency)?;
            }
            Ok(token)
        });
        opened.expect("a session opens")
    }

    /// Sends a request; the body of endless answers is not waited for.
    pub async fn raw(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.expect("the router answers")
    }

    /// Sends a request and reads the answer.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.raw(request).await.into_parts();
        let bytes = to_bytes(body, 16 * 1024 * 1024).await.expect("the body ends");
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&bytes).into_owned() }
    }

    pub async fn get(&self, token: Option<&str>, path: &str) -> Answer {
        self.send(request("GET", path, token, "")).await
    }

    /// Posts a form as this site's own page would.
    pub async fn post(&self, token: Option<&str>, path: &str, form: &str) -> Answer {
        self.send(request("POST", path, token, form)).await
    }

    /// Runs something against the database, as a use case would.
    pub fn write<T: Send + 'static>(
        &self,
        case: impl Fn(&mut Tx<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        self.db.write_blocking(case)
    }
}

/// A request as a program sends it; each has its own key.
pub fn program(method: &str, path: &str, token: Option<&str>, (key, body): (usize, &str)) -> Request<Body> {
    let mut request = request(method, path, token, body);
    let headers = request.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert("idempotency-key", HeaderValue::try_from(format!("program-{key:08}")).expect("plain text"));
    request
}

/// A request as this site's own page sends it.
pub fn request(method: &str, path: &str, token: Option<&str>, form: &str) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path).header("sec-fetch-site", "same-origin");
    if let Some(token) = token {
        request = request.header(header::COOKIE, format!("__Host-muster={token}"));
    }
    if method != "GET" {
        request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    request.body(Body::from(form.to_owned())).expect("a request")
}

fn first_operator(db: &Db, now: Timestamp) -> Actor {
    let link = db.housekeep_blocking(move |tx| access::offer_first_operator(tx, now)).expect("a link");
    let link = link.expect("an empty installation");
    let made = db.write_blocking(move |tx| {
        access::create_first_operator(tx, &link, ("Dana Whitfield", "dana@muster.example"), "", now)
    });
    made.expect("the first operator")
}

fn tenant(db: &Db, operator: &Actor, slug: &'static str, now: Timestamp) -> Tenant {
    let maker = operator.clone();
    let made = db.write_blocking(move |tx| -> Result<Tenant, Failure> {
        let new = NewAgency { name: format!("{slug} Police"), slug: slug.into(), zone: "America/Chicago".into() };
        let agency = agencies::create_agency(tx, &maker, &new, now)?;
        let maker = Actor { agency: Some(agency), ..maker.clone() };
        let rank = agencies::view_settings(tx, &maker, now)?.ranks.last().expect("starter ranks").id;
        let job_type = agencies::view_settings(tx, &maker, now)?.job_types[0].id;
        let unit = agencies::add_unit(tx, &maker, "District 4", now)?;
        let officer = officers::add_officer(tx, &maker, &officer_facts(slug), rank, now)?;
        let customer = customers::add_customer(tx, &maker, &registration(slug), now)?;
        let rules = rates::draft_rules(tx, &maker, RULES, None, now)?;
        let mut accounts = HashMap::new();
        let mut ids = HashMap::from([
            ("agy", agency.to_string()),
            ("ofc", officer.to_string()),
            ("cus", customer.to_string()),
            ("rnk", rank.to_string()),
            ("jbt", job_type.to_string()),
            ("unt", unit.to_string()),
            ("rul", rules.to_string()),
        ]);
        accounts.insert(Role::OperatorAdmin, maker.account);
        for role in Role::PEOPLE.into_iter().filter(|role| *role != Role::OperatorAdmin) {
            let new = Invitation {
                email: format!("{}@{slug}.example", role.code()),
                name: format!("{} {slug}", role.label()),
                role,
                unit: None,
                officer: (role == Role::Officer).then_some(officer),
                customer: role.is_customer().then_some(customer),
            };
            let membership = access::invite_person(tx, &maker, &new, "http://muster.test", now)?;
            if !role.is_operator() {
                ids.insert("mem", membership.to_string());
            }
            let found = muster_store::access::find_account_by_email(tx, &new.email)?.expect("just invited");
            accounts.insert(role, found.id);
        }
        Ok(Tenant { agency, officer, customer, accounts, ids })
    });
    made.expect("the agency and its people")
}

fn officer_facts(slug: &str) -> OfficerFacts {
    OfficerFacts {
        badge: "1042".into(),
        first_name: "Rosa".into(),
        last_name: "Tran".into(),
        email: format!("rosa.tran@{slug}.example"),
        phone: String::new(),
        hired_on: date(2015, 6, 1),
        senior_since: date(2015, 6, 1),
        unit: None,
    }
}

fn registration(slug: &str) -> customers::Registration {
    customers::Registration {
        name: format!("Harbor Arena {slug}"),
        kind: "business".into(),
        contact: customers::ContactFacts {
            kind: ContactKind::Primary,
            name: "Lena Ortiz".into(),
            email: format!("lena@{slug}.example"),
            phone: String::new(),
        },
        billing_address: String::new(),
    }
}
