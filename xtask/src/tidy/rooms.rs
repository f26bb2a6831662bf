//! Rooms: modules of the same name on every floor, in one order.

use super::{
    Finding, House,
    source::{Source, is_word},
};

/// The rooms, left to right. A room may use itself and rooms to its left.
const ROOMS: &[&str] = &[
    "agencies",
    "access",
    "officers",
    "customers",
    "rates",
    "policy",
    "requests",
    "jobs",
    "distribution",
    "timeclock",
    "ledger",
    "billing",
    "payroll",
    "notices",
    "audit",
];
/// Every room above `domain` asks the access table, and `app` alone tells the inbox and the log.
const ASKED_BY_ALL: &str = "access";
const TOLD_BY_APP: &[&str] = &["notices", "audit"];
/// Uses to the right that stand, each with its reason: (floor, room, used).
const ALLOWED: &[(&str, &str, &str)] = &[
    // Approving a request makes its job, in the same transaction; some agencies approve by rule, without a person.
    ("app", "requests", "jobs"),
    // Work is not approved beyond what the payment terms let a customer owe.
    ("app", "requests", "billing"),
    // A cancelled shift closes its posting and frees its officers; the page of a job shows who holds its seats.
    ("app", "jobs", "distribution"),
    ("web", "jobs", "distribution"),
    // The page of an officer shows how much of each limit is used; that is judged where work is given out.
    ("web", "officers", "distribution"),
    // The page of a customer shows the officers who are not sent there.
    ("web", "customers", "distribution"),
    // Approving a time prices and posts it.
    ("web", "timeclock", "ledger"),
    // One document holds policy and rates, and one page shows it.
    ("web", "rates", "policy"),
    // A draft is tried on bookings and charges.
    ("web", "rates", "ledger"),
];
const FLOORS: &[&str] = &["domain", "store", "app", "web"];
/// The roots of paths that name a floor's rooms.
const DOORS: &[&str] = &["crate", "muster_domain", "muster_store", "muster_app", "store", "domain", "app"];

/// No room uses a room to its right.
pub fn order(house: &House) -> Vec<Finding> {
    uses(house)
        .filter(|step| !(step.used == ASKED_BY_ALL && step.floor != "domain"))
        .filter(|step| !TOLD_BY_APP.contains(&step.used))
        .filter(|step| rank(step.used) > rank(step.room))
        .filter(|step| !ALLOWED.contains(&(step.floor, step.room, step.used)))
        .map(|step| format!("{}: `{}` uses `{}`, a room to its right", step.place, step.room, step.used))
        .collect()
}

/// `notices` and `audit` are used by themselves, by each other, and by `app`.
pub fn quiet_rooms(house: &House) -> Vec<Finding> {
    uses(house)
        .filter(|step| TOLD_BY_APP.contains(&step.used) && !TOLD_BY_APP.contains(&step.room) && step.floor != "app")
        .map(|step| format!("{}: `{}` uses `{}`, which only `app` writes", step.place, step.room, step.used))
        .collect()
}

fn rank(room: &str) -> Option<usize> {
    ROOMS.iter().position(|name| *name == room)
}

/// One use of a room by another.
struct Use {
    place: String,
    floor: &'static str,
    room: &'static str,
    used: &'static str,
}

fn uses(house: &House) -> impl Iterator<Item = Use> {
    house.sources.iter().filter(|source| !source.is_test()).flat_map(|source| {
        let home = home(&source.path);
        home.into_iter().flat_map(move |(floor, room)| {
            named(source).into_iter().filter(move |(_, used)| *used != room).map(move |(offset, used)| Use {
                place: source.at(offset),
                floor,
                room,
                used,
            })
        })
    })
}

/// The floor and room that a path lies in.
fn home(path: &str) -> Option<(&'static str, &'static str)> {
    let mut parts = path.strip_prefix("crates/")?.split('/');
    let floor = parts.next()?;
    let module = parts.nth(1)?.trim_end_matches(".rs");
    let floor = FLOORS.iter().find(|name| **name == floor)?;
    let room = ROOMS.iter().find(|name| **name == module)?;
    Some((floor, room))
}

/// Rooms that the code names right after a door: `crate::jobs::...` or `crate::{jobs, rates::Card}`.
fn named(source: &Source) -> Vec<(usize, &'static str)> {
    let code = &source.code;
    let mut found = Vec::new();
    for door in DOORS {
        let entrance = format!("{door}::");
        for (at, _) in code.match_indices(&entrance) {
            let before = code[..at].bytes().next_back();
            if before.is_some_and(|byte| is_word(byte) || byte == b':') {
                continue;
            }
            let start = at + entrance.len();
            for (offset, name) in heads(&code[start..]) {
                if let Some(room) = ROOMS.iter().find(|room| **room == name) {
                    found.push((start + offset, *room));
                }
            }
        }
    }
    found
}

/// The first names of a path's rest: one, or those at the top level of a `{...}` group.
fn heads(rest: &str) -> Vec<(usize, &str)> {
    let name_at = |at: usize| {
        let tail = &rest[at..];
        let length = tail.bytes().take_while(|byte| is_word(*byte)).count();
        (at, &tail[..length])
    };
    if !rest.starts_with('{') {
        return vec![name_at(0)];
    }
    let (mut depth, mut expects_name, mut names) = (0_u32, false, Vec::new());
    for (at, letter) in rest.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 1 => break,
            '}' => depth -= 1,
            _ => {}
        }
        match letter {
            '{' | ',' => expects_name = depth == 1,
            letter if letter.is_whitespace() => {}
            _ => {
                if std::mem::take(&mut expects_name) {
                    names.push(name_at(at));
                }
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(guard: fn(&House) -> Vec<Finding>, path: &str, text: &str) -> usize {
        guard(&House::of(&[(path, text)])).len()
    }

    #[test]
    fn a_room_to_the_right_is_seen_in_every_spelling() {
        let jobs = "crates/domain/src/jobs/state.rs";
        assert_eq!(findings(order, jobs, "use crate::customers::Site;"), 0);
        assert_eq!(findings(order, jobs, "use crate::distribution::Plan;"), 1);
        assert_eq!(findings(order, jobs, "use crate::{rates::{Card, ledger}, id::JobId, billing};"), 1);
        assert_eq!(findings(order, "crates/store/src/jobs.rs", "fn f(x: muster_domain::payroll::Run) {}"), 1);
        assert_eq!(
            findings(order, jobs, "// crate::billing\n\"crate::billing\"; #[cfg(test)] mod t { use crate::billing; }"),
            0
        );
    }

    #[test]
    fn access_may_be_asked_from_above_but_not_in_the_domain() {
        assert_eq!(findings(order, "crates/app/src/agencies.rs", "use muster_domain::access::Actor;"), 0);
        assert_eq!(findings(order, "crates/domain/src/agencies.rs", "use crate::access::Actor;"), 1);
    }

    #[test]
    fn only_app_writes_the_log_and_the_inbox() {
        let text = "use muster_domain::{audit::Entry, notices::Notice};";
        assert_eq!(findings(quiet_rooms, "crates/app/src/jobs.rs", text), 0);
        assert_eq!(findings(quiet_rooms, "crates/store/src/jobs.rs", text), 2);
        assert_eq!(findings(quiet_rooms, "crates/store/src/audit.rs", text), 0);
    }
}
