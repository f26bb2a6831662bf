//! Many officers at the same instant on few seats: nothing is overfilled, nobody is in two places, no cap is broken.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    thread,
};

use muster_app::Failure;
use muster_testkit::on_both;

use crate::world::{World, june, start};

const OVERFILLED: &str = "SELECT COUNT(*) FROM positions p WHERE p.seat_count < \
     (SELECT COUNT(*) FROM assignments a WHERE a.agency_id = p.agency_id AND a.position_id = p.id AND a.state = 'booked')";
const OVERLAPPING: &str = "SELECT COUNT(*) FROM work a JOIN work b ON a.person_id = b.person_id AND a.id < b.id \
     AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at WHERE a.state = 'booked' AND b.state = 'booked'";
// All shifts lie within seven days, so the sum of an officer's hours is the worst window.
const OVER_CAP: &str = "SELECT COUNT(*) FROM (SELECT person_id FROM work WHERE class = 'detail' AND state = 'booked' \
     GROUP BY person_id HAVING SUM(ends_at - starts_at) > 72000000000) x";
const UNMATCHED: &str = "SELECT COUNT(*) FROM assignments a WHERE a.state = 'booked' AND NOT EXISTS \
     (SELECT 1 FROM work w WHERE w.source = 'assignment' AND w.source_id = a.id AND w.state = 'booked')";

#[test]
fn sixty_four_at_once_on_twenty_seats() {
    on_both(|db| {
        let world = Arc::new(World::new(db, "rush"));
        // 20 seats; the first two shifts overlap; six shifts of four hours are more than the cap of 20 h.
        let shifts: Vec<_> =
            [(10, 18, 4), (10, 20, 4), (11, 18, 3), (12, 18, 3), (13, 18, 3), (14, 18, 2), (15, 18, 1)]
                .into_iter()
                .map(|(day, hour, seats)| world.posted(june(day, hour), seats))
                .collect();
        let officers: Vec<_> = (0..8).map(|number| world.officer(&format!("B{number}"))).collect();
        let accepted = Arc::new(AtomicI64::new(0));
        let threads: Vec<_> = (0..64)
            .map(|number: usize| {
                let (world, accepted) = (Arc::clone(&world), Arc::clone(&accepted));
                // Each officer comes eight times at once, on different shifts in different order.
                let (who, mut wanted) = (officers[number % 8].clone(), shifts.clone());
                wanted.rotate_left(number % 7);
                thread::spawn(move || {
                    for shift in wanted {
                        match world.accept(&who, shift, start()) {
                            Ok(_) => {
                                accepted.fetch_add(1, Ordering::Relaxed);
                            }
                            Err(Failure::Refused(_)) => {}
                            Err(other) => panic!("neither a seat nor a refusal: {other:?}"),
                        }
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().expect("a thread");
        }
        for check in [OVERFILLED, OVERLAPPING, OVER_CAP, UNMATCHED] {
            assert_eq!(world.number(check), 0, "{check}");
        }
        let booked = world.number("SELECT COUNT(*) FROM assignments WHERE state = 'booked'");
        assert_eq!(booked, accepted.load(Ordering::Relaxed), "every seat that was promised is kept");
        assert_eq!(booked, 20, "eight officers of five shifts each have room for all seats");
    });
}
