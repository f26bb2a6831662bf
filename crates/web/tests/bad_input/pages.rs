//! Every form that a person can find, sent with one broken field after the other, and with bodies that are no forms.

use std::collections::BTreeSet;

use crate::{
    Complaints, complaint,
    garbage::{BROKEN, Dice, bodies, texts},
    seed, short, sign_in_all,
    world::{
        Answer, World,
        crawl::{Found, walk},
        lives::Lived,
    },
};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use muster_domain::access::Role;
use muster_testkit::forms::{Input, body, filled, read};

/// How many texts each field is tried with, besides those that it is always tried with.
const TRIES: usize = 2;

/// Forms without a page that leads to them here, or with secrets that must not come back.
const NOT_FOUND: &[&str] = &[
    // The forms of a draft: nobody is writing one in this world.
    "/rules/drafts/{id}/undo",
    "/rules/drafts/{id}/rules/{place}",
    "/rules/drafts/{id}/rules/{place}/condition",
    "/rules/drafts/{id}/rules/{place}/rows",
    "/rules/drafts/{id}/rules/{place}/removal",
    // A link in an e-mail, a persona of the demonstration, a code generator that is not set up.
    "/links/{token}",
    "/demo/{account}/session",
    "/second-factor",
    "/account/second-factor/removal",
    "/account/recovery-codes",
    // Sent by scripts while a form is filled in, and by programs.
    "/requests/quote",
    "/p/{slug}/quote",
    "/jobs/{id}/cancellation/price",
    "/shifts/{id}/cancellation/price",
    "/shifts/{id}/times/price",
    // Only an overdue invoice under terms with a late charge.
    "/invoices/{id}/late-charges",
    // A question to an officer whose shift was moved late.
    "/assignments/{id}/new-time",
    "/shifts/{id}/posting",
    // The pay run of these lives was prepared by a person, so it needs no review.
    "/pay-runs/{id}/review",
    // The rules of these lives give no seat by approval, and a trial begins with a draft.
    "/rules/{id}/trial",
    "/shifts/{id}/approvals",
    "/shift-approvals/{id}/withdrawal",
    "/shift-approvals/{id}/approval",
    "/shift-approvals/{id}/decline",
    // Nor do they ask anybody to agree to a request.
    "/requests/{id}/approvals/{approval}",
    "/requests/{id}/approvals/{approval}/form",
    // All booked work fits, and nobody did anything wrong.
    "/booked-work/{id}/keeping",
    "/booked-work/{id}/removal",
    "/booked-work/{id}/question",
    "/booked-work/{id}/answer",
    // A seat goes to a colleague only where the rules know replacements.
    "/assignments/{id}/handover",
    "/handovers/{id}/acceptance",
    "/handovers/{id}/decline",
    "/handovers/{id}/withdrawal",
    // Permits only where the rules want them.
    "/my-permits",
    "/permits/{id}/decision",
    "/permits/{id}/end",
    // Reports only where the rules ask for them; these lives have a book without.
    "/duty-reports/{id}/filing",
    "/duty-reports/{id}/excuse",
    "/offences/{id}/confirmation",
    "/offences/{id}/excuse",
    "/offences/{id}/appeal",
    "/offences/{id}/appeal/decision",
    "/marks/{id}/end",
    "/standing/marks/{id}/end",
];

/// What these take may be long: an address that is only looked up, a document, a live quote.
const LONG: &[&str] = &["/forgot", "/rules", "/p/brookhaven/quote"];

/// Where a walk begins; strangers (here with the role of nobody) see only some of it.
const FROM: &[&str] = &[
    "/",
    "/account",
    "/sign-in",
    "/forgot",
    "/p/brookhaven",
    "/p/brookhaven/register",
    "/requests/new",
    "/officers/schedule",
    "/agencies",
    "/roles",
];

/// Fields that the form sends but nobody reads: another choice of the same form was made.
const UNREAD: &[&str] = &[
    "site_name",
    "site_address",
    "lat",
    "lon",
    "radius_m",
    "site_instructions",
    "when",
    "dates_from_on",
    "from_on",
    "to_on",
];

fn is_typed(field: &Input) -> bool {
    // A code of the second factor works once; it is not worth keeping.
    let once = field.name == "code" && field.kind == "text" && field.value == "another_word";
    !matches!(field.kind.as_str(), "hidden" | "password" | "file" | "checkbox" | "unticked") && !once
}

/// What is wrong with a form that came back.
fn not_given_back(found: &Found, fields: &[Input], broken: &str, answer: &Answer) -> Option<String> {
    let page = read(&answer.body);
    let Some(form) =
        page.forms.iter().filter(|form| form.action == found.form.action).max_by_key(|form| form.inputs.len())
    else {
        return fields.iter().any(is_typed).then(|| format!("the form did not come back: {}", short(&answer.body)));
    };
    let has = |field: &Input| {
        form.inputs.iter().any(|input| input.name == field.name && input.value.trim() == field.value.trim())
    };
    let lost: Vec<&str> = fields
        .iter()
        .filter(|field| is_typed(field) && field.name != broken && !has(field))
        .map(|field| field.name.as_str())
        .collect();
    if !lost.is_empty() {
        return Some(format!("came back without {lost:?}"));
    }
    let targets = page.links.iter().filter_map(|link| link.strip_prefix("#f-"));
    let missing: Vec<&str> =
        targets.filter(|id| !page.ids.iter().any(|known| known.strip_prefix("f-") == Some(id))).collect();
    if !missing.is_empty() {
        return Some(format!("the summary leads to fields that are not there: {missing:?}"));
    }
    let said = answer.body.contains("error-summary") || answer.body.contains("class=\"banner");
    (!said).then(|| "came back without saying what is wrong".to_owned())
}

struct Sender {
    world: World,
    keys: usize,
    changed: bool,
}

impl Sender {
    fn around(world: &World) -> Self {
        Self { world: world.copy(), keys: 0, changed: false }
    }

    /// Makes everything as it was in the beginning, if something was changed.
    fn restore(&mut self) {
        if self.changed {
            self.world.begin_again();
            self.changed = false;
        }
    }

    /// Sends a form.
    async fn send(&mut self, path: &str, token: &str, kind: &str, body: Vec<u8>) -> Answer {
        self.keys += 1;
        let request = Request::builder().method("POST").uri(path).header("sec-fetch-site", "same-origin");
        let request =
            request.header(header::COOKIE, format!("__Host-muster={token}")).header(header::CONTENT_TYPE, kind);
        let answer = self.world.send(request.body(Body::from(body)).unwrap()).await;
        self.changed |= !answer.status.is_client_error();
        answer
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn every_form_explains_what_is_wrong_and_keeps_what_was_typed() {
    let mut dice = Dice(seed());
    let lived = Lived::new();
    let people = sign_in_all(&lived.world);
    let mut walkers = people.clone();
    walkers.push((Role::System, String::new()));
    let walked = walk(&lived.world, &walkers, FROM).await;
    let mut sender = Sender::around(&lived.world);
    let mut complaints = Complaints::default();
    let (mut refused, mut accepted) = (BTreeSet::new(), BTreeSet::new());
    let long = "w".repeat(5_000);
    let texts: Vec<String> =
        texts().iter().map(|text| form_urlencoded::byte_serialize(text.as_bytes()).collect()).collect();
    for (pattern, all) in &walked.forms {
        let found = all.iter().max_by_key(|found| found.form.inputs.len()).unwrap();
        if found.form.multipart || pattern == "/sign-out" {
            continue;
        }
        let (path, fields) = (found.form.action.as_str(), filled(&found.form));
        let token = walkers.iter().find(|(role, _)| *role == found.role).unwrap().1.clone();
        // Passwords take long to check.
        let slow = fields.iter().any(|field| field.kind == "password");
        for field in fields.iter().filter(|field| field.name != "_key") {
            let mut tried: Vec<&str> = vec!["", "a%00b", "9999-12-31", long.as_str()];
            tried.extend((0..if slow { 0 } else { TRIES }).map(|_| texts[dice.below(texts.len())].as_str()));
            tried.push(BROKEN[dice.below(BROKEN.len())]);
            if slow {
                tried.truncate(2);
            }
            sender.restore();
            for text in tried {
                let sent = body(&fields, sender.keys, Some((&field.name, text)));
                let answer = sender.send(path, &token, FORM, sent.into_bytes()).await;
                let what = || {
                    format!(
                        "{path} by {} (on {}), {}={}",
                        found.role.code(),
                        found.page,
                        field.name,
                        text.chars().take(40).collect::<String>()
                    )
                };
                if let Some(words) = complaint(path, &answer) {
                    complaints.add(format!("{}: {words}", what()));
                }
                let unread = pattern == "/requests" && UNREAD.contains(&field.name.as_str());
                let taken = is_typed(field) && !unread && !answer.status.is_client_error();
                if text == long && taken && !LONG.contains(&pattern.as_str()) {
                    complaints.add(format!("{}: 5,000 characters were taken", what()));
                }
                if answer.status == StatusCode::UNPROCESSABLE_ENTITY {
                    refused.insert(pattern.clone());
                    // Once something was taken, the form may be gone for good.
                    let words = not_given_back(found, &fields, &field.name, &answer);
                    if let Some(words) = words.filter(|_| !sender.changed && is_typed(field)) {
                        complaints.add(format!("{}: {words}", what()));
                    }
                }
            }
        }
        sender.restore();
        let answer = sender.send(path, &token, FORM, body(&fields, sender.keys, None).into_bytes()).await;
        complaints.0.extend(complaint(path, &answer).map(|words| format!("{path}, whole: {words}")));
        if !answer.status.is_client_error() {
            accepted.insert(pattern.clone());
        } else if answer.status == StatusCode::UNPROCESSABLE_ENTITY {
            let words = not_given_back(found, &fields, "", &answer);
            complaints.0.extend(words.map(|words| format!("{path}, whole: {words}")));
            let values: Vec<String> = fields.iter().map(|field| format!("{}={}", field.name, field.value)).collect();
            eprintln!("not accepted: {path} {}: {}", values.join(" "), short(&answer.body));
        }
    }
    eprintln!("{} requests, {} forms refuse, {} accept", sender.keys, refused.len(), accepted.len());
    complaints.none();
    assert!(accepted.len() > 30 && refused.len() > 25, "{} {}", accepted.len(), refused.len());
}

#[tokio::test]
async fn every_changing_route_survives_bodies_that_are_no_forms() {
    seed();
    let lived = Lived::new();
    // Somebody who is signed in twice finds the button that ends the other session.
    lived.world.sign_in(Role::AgencyAdmin);
    let mut people = sign_in_all(&lived.world);
    people.push((Role::System, String::new()));
    let walked = walk(&lived.world, &people, FROM).await;
    let mut sender = Sender::around(&lived.world);
    let mut complaints = Complaints::default();
    let mut without = Vec::new();
    for route in
        muster_web::routes().listed().iter().filter(|route| route.method == "POST" && !route.path.starts_with("/api/"))
    {
        let wanted = crate::world::crawl::pattern_of_route(route.path);
        let found = walked.forms.get(&wanted).map(|all| &all[0]);
        let (path, token) = match found {
            Some(found) => {
                (found.form.action.clone(), people.iter().find(|(role, _)| *role == found.role).unwrap().1.clone())
            }
            None => {
                without.push(route.path);
                let path = crate::addresses::filled(route.path, &lived.own.ids);
                (path, crate::addresses::token_for(&people, route.guard))
            }
        };
        sender.restore();
        for (kind, body) in bodies() {
            let what = format!("{path}, {kind}, {}", short(&String::from_utf8_lossy(&body[..body.len().min(60)])));
            let answer = sender.send(&path, &token, kind, body).await;
            complaints.0.extend(complaint(&path, &answer).map(|words| format!("{what}: {words}")));
        }
    }
    eprintln!("{} requests; no page leads to {without:?}", sender.keys);
    assert!(without.iter().all(|path| NOT_FOUND.contains(path)), "no page leads to {without:?}");
    complaints.none();
}
