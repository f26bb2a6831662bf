//! What goes on at the very moment somebody looks: officers on site, one beside it, one late, and a shift that the first
//! officer of the demonstration can clock in for at once, at whatever hour it is.

use jiff::{SignedDuration, Timestamp, civil::Time};

use super::weeks::{Going, Step, Story, Takers};

/// One job of this hour.
struct Running {
    /// Minutes from now to its start; negative when it has begun.
    starts_in: i64,
    hours: i64,
    seats: usize,
    /// How many of the seats have clocked in.
    arrived: usize,
    takers: Takers,
}

const RUNNING: [Running; 3] = [
    Running { starts_in: -130, hours: 8, seats: 3, arrived: 3, takers: Takers::Others },
    Running { starts_in: -35, hours: 6, seats: 2, arrived: 1, takers: Takers::Others },
    Running { starts_in: 20, hours: 6, seats: 2, arrived: 0, takers: Takers::PersonaFirst },
];

/// How long before their start these jobs were asked for: before any other job, so that their officers are still free.
const ASKED_BEFORE: SignedDuration = SignedDuration::from_hours(24 * 14);
const HOUR: SignedDuration = SignedDuration::from_hours(1);

impl Story<'_> {
    /// The steps of the jobs of this hour, one for each customer whose work knows no hour.
    pub(super) fn plan_running(&mut self) -> Vec<(Timestamp, Step)> {
        let mut steps = Vec::new();
        for (running, name) in RUNNING.iter().zip(self.plan.any_hour) {
            let customer =
                self.plan.patrons.iter().position(|patron| patron.0 == *name).expect("a customer of the plan");
            let starts_at = five_minutes(self.now + SignedDuration::from_mins(running.starts_in));
            let ends_at = starts_at + HOUR * i32::try_from(running.hours).expect("hours of a day");
            let local = |at: Timestamp| at.to_zoned(self.place.zone.clone());
            let time =
                |at: Timestamp| Time::new(local(at).hour(), local(at).minute(), 0, 0).expect("a time of the day");
            let job = self.going.len();
            let mut going = Going::new(customer, local(starts_at).date(), time(starts_at), time(ends_at));
            going.seats = i64::try_from(running.seats).expect("few seats");
            going.takers = running.takers;
            self.going.push(going);
            let approved_at = starts_at - ASKED_BEFORE + HOUR * 3;
            steps.push((starts_at - ASKED_BEFORE, Step::Submit(job)));
            steps.push((approved_at, Step::Approve(job)));
            steps.push((approved_at + HOUR, Step::Post(job)));
            for seat in 0..running.seats {
                steps.push((approved_at + HOUR * 2, Step::Take(job)));
                if seat < running.arrived {
                    let early = SignedDuration::from_mins(3 * i64::try_from(seat).expect("few seats"));
                    steps.push((starts_at - early, Step::Arrive(job, seat)));
                }
            }
        }
        steps
    }
}

/// Times on a request are full five minutes.
fn five_minutes(at: Timestamp) -> Timestamp {
    let second = at.as_second();
    Timestamp::from_second(second - second.rem_euclid(300)).expect("a little earlier is in range")
}
