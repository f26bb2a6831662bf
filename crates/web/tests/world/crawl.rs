//! Walks through the pages as a person would, and collects the forms that it finds.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use muster_domain::{access::Role, id::PREFIXES};
use muster_testkit::forms::{Form, read};

use super::World;

/// A form with the person who found it.
#[derive(Debug, Clone)]
pub struct Found {
    pub role: Role,
    pub page: String,
    pub form: Form,
}

/// What a walk found.
#[derive(Debug, Default)]
pub struct Walked {
    /// Forms by the pattern of their address, ids taken out.
    pub forms: BTreeMap<String, Vec<Found>>,
    /// Query parameters that pages use, by path.
    pub asked: BTreeMap<String, BTreeSet<String>>,
    pub pages: usize,
}

/// Pages of one pattern that are looked at, for each role.
const ENOUGH: usize = 4;

/// An address with every id replaced.
pub fn pattern(path: &str) -> String {
    let is_id = |part: &str| part.split_once('_').is_some_and(|(_, digits)| digits.len() == 32);
    let is_day = |part: &str| part.len() == 10 && part.as_bytes()[4] == b'-';
    path.split('/').map(|part| if is_id(part) || is_day(part) { "{}" } else { part }).collect::<Vec<_>>().join("/")
}

/// Walks as each of these people, each beginning at the addresses given.
pub async fn walk(world: &World, people: &[(Role, String)], from: &[&str]) -> Walked {
    let mut walked = Walked::default();
    for (role, token) in people {
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut known = BTreeSet::new();
        let mut waiting: VecDeque<String> = from.iter().map(|path| (*path).to_owned()).collect();
        while let Some(address) = waiting.pop_front() {
            let path = address.split('?').next().unwrap_or_default().to_owned();
            let often = seen.entry(pattern(&path)).or_default();
            if *often >= ENOUGH || !known.insert(address.clone()) {
                continue;
            }
            *often += 1;
            let answer = world.get(Some(token), &address).await;
            assert!(!answer.status.is_server_error(), "{address}: {}", answer.status);
            if !answer.status.is_success() {
                waiting.extend(Some(answer.location().to_owned()).filter(|to| to.starts_with('/')));
                continue;
            }
            walked.pages += 1;
            let page = read(&answer.body);
            walked.asked.entry(path).or_default().extend(page.asked);
            for form in page.forms.into_iter().filter(|form| form.action.starts_with('/')) {
                let of_pattern = walked.forms.entry(pattern(&form.action)).or_default();
                if !of_pattern.iter().any(|found| found.form.action == form.action && found.role == *role) {
                    of_pattern.push(Found { role: *role, page: address.clone(), form });
                }
            }
            for link in page.links {
                let stays = link.starts_with('/') && !link.contains("/export.") && !link.ends_with(".csv");
                if let Some((path, query)) = link.split_once('?') {
                    let names = query.split('&').filter_map(|pair| pair.split('=').next());
                    walked.asked.entry(path.to_owned()).or_default().extend(names.map(str::to_owned));
                }
                if stays && !link.starts_with("/assets") {
                    waiting.push_back(link.split('#').next().unwrap_or_default().to_owned());
                }
            }
        }
    }
    walked
}

/// The pattern of a route's path, as [`pattern`] makes it of an address.
pub fn pattern_of_route(path: &str) -> String {
    let plain = path.replace("{slug}", "brookhaven");
    plain.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect::<Vec<_>>().join("/")
}

/// The kind of id that stands after a word of a path.
pub fn prefix(segment: &str) -> Option<&'static str> {
    let kind = match segment {
        "officers" | "statements" => "ofc",
        "customers" => "cus",
        "requests" => "req",
        "jobs" => "job",
        "shifts" | "open-shifts" => "shf",
        "invoices" => "inv",
        "pay-runs" | "pay" => "run",
        "people" | "roles" => "mem",
        "ranks" => "rnk",
        "units" => "unt",
        "job-types" => "jbt",
        "agencies" => "agy",
        "sessions" => "ses",
        "tokens" => "tok",
        "sites" => "sit",
        "contacts" => "con",
        "notices" => "ntc",
        "time" | "time-entries" => "tim",
        "postings" => "pst",
        "positions" => "pos",
        "assignments" => "asg",
        "booked-work" => "fnd",
        "offences" => "off",
        "duty-reports" => "rep",
        "handovers" => "hnd",
        "permits" => "apv",
        "marks" => "mrk",
        "certifications" => "crt",
        "unavailability" => "wrk",
        "groups" => "grp",
        "rules" | "drafts" => "rul",
        "demo" => "acc",
        _ => return None,
    };
    assert!(PREFIXES.contains(&kind), "{kind}");
    Some(kind)
}
