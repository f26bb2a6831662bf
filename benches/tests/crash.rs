//! The server is killed again and again in the middle of a storm through HTTP. Nothing acknowledged may be lost, nothing may
//! be there by half, and who asks again with the same key must get the same answer.
#![allow(clippy::unwrap_used, reason = "a test stops where something is not as expected")]
#![allow(clippy::disallowed_methods, reason = "a killed server runs in real time")]

use std::{
    collections::HashMap,
    env,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use muster_app::{Clock, Db, audit};
use muster_benches::stage::{self, Chance, Stage};
use muster_store::Options;
use muster_testkit::databases::Scratch;
use muster_web::{Ctx, Settings};

const URL: &str = "MUSTER_CRASH_URL";
const PORT: &str = "MUSTER_CRASH_PORT";
const NOW: &str = "MUSTER_CRASH_NOW";
const KILLS: usize = 25;
const CLIENTS: usize = 12;
/// From the start of the program to its first answer.
const RESTART: Duration = Duration::from_secs(3);

struct Still(Timestamp);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// Not a test: the server that is killed.
#[test]
#[ignore = "the other half of the crash test"]
fn serve_until_killed() {
    let Ok(url) = env::var(URL) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let db = Db::open(&url, Options::new(Arc::new(Chance))).unwrap();
        db.migrate().unwrap();
        let now = Timestamp::from_microsecond(env::var(NOW).unwrap().parse().unwrap()).unwrap();
        let address = format!("127.0.0.1:{}", env::var(PORT).unwrap());
        let settings = Settings { base_url: format!("http://{address}"), ..Settings::default() };
        let ctx = Ctx::new(db, Arc::new(Still(now)), Arc::new(Chance), settings);
        let listener = tokio::net::TcpListener::bind(address).await.unwrap();
        let application = muster_web::application(ctx).into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, application).await.unwrap();
    });
}

#[test]
fn nothing_acknowledged_is_lost_when_the_server_is_killed_in_a_storm() {
    for scratch in Scratch::both() {
        let db = Db::open(scratch.url(), Options::new(Arc::new(Chance))).unwrap();
        let stage = Arc::new(stage::set(&db, 150, 600).unwrap());
        drop(db);
        let mut storm =
            Storm { stage, answered: HashMap::new(), unknown: Vec::new(), next: 0, slowest: Duration::ZERO };
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        for kill in 0..KILLS {
            storm.until_killed(scratch.url(), port, Duration::from_millis(80 + 23 * (kill as u64 % 9)));
        }
        storm.ask_again(scratch.url(), port);
        eprintln!(
            "{:?}: {} seats acknowledged over {KILLS} kills, {} asked again; slowest restart {:?}",
            scratch.engine(),
            storm.answered.len(),
            storm.unknown.len(),
            storm.slowest
        );
        assert!(storm.answered.len() > 100, "too few seats taken for a test: {}", storm.answered.len());
        assert!(!storm.unknown.is_empty(), "no kill ever met a request on its way");
        assert!(storm.slowest < RESTART, "a restart took {:?}", storm.slowest);
        check(&scratch, &storm);
    }
}

struct Storm {
    stage: Arc<Stage>,
    /// Each try whose seat was acknowledged, with the assignment.
    answered: HashMap<usize, String>,
    /// Tries that were sent and never answered.
    unknown: Vec<usize>,
    next: usize,
    slowest: Duration,
}

/// A try of the storm: its number decides who asks for which shift.
fn request(stage: &Stage, number: usize) -> String {
    let (officer, attempt) = (number % stage.officers.len(), number / stage.officers.len());
    let shift = stage.shifts[(officer * 31 + attempt * 97) % stage.shifts.len()];
    let token = &stage.officers[officer].1;
    format!(
        "POST /api/v1/shifts/{shift}/acceptance HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: __Host-muster={token}\r\n\
         sec-fetch-site: same-origin\r\nidempotency-key: crash-{number:08}\r\ncontent-type: application/json\r\n\
         content-length: 2\r\n\r\n{{}}"
    )
}

impl Storm {
    fn start(&mut self, url: &str, port: u16) -> Child {
        let began = Instant::now();
        let child = Command::new(env::current_exe().unwrap())
            .args(["--ignored", "--exact", "serve_until_killed"])
            .env(URL, url)
            .env(PORT, port.to_string())
            .env(NOW, self.stage.now.as_microsecond().to_string())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let hello = "GET /sign-in HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
        while TcpStream::connect(("127.0.0.1", port)).ok().and_then(|mut to| ask(&mut to, hello)).is_none() {
            assert!(began.elapsed() < Duration::from_secs(60), "the server does not start");
            thread::sleep(Duration::from_millis(5));
        }
        self.slowest = self.slowest.max(began.elapsed());
        child
    }

    /// Starts the server, storms it, and kills it while requests are on their way.
    fn until_killed(&mut self, url: &str, port: u16, after: Duration) {
        let mut child = self.start(url, port);
        let (next, stop) = (AtomicUsize::new(self.next), AtomicBool::new(false));
        let (answered, unknown) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
        thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(|| {
                    let Ok(mut to) = TcpStream::connect(("127.0.0.1", port)) else { return };
                    while !stop.load(Ordering::Relaxed) {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        match ask(&mut to, &request(&self.stage, number)) {
                            Some((201, body)) => answered.lock().unwrap().push((number, body)),
                            Some((409 | 422 | 503, _)) => {}
                            Some((status, body)) => panic!("answered {status}: {body}"),
                            None => return unknown.lock().unwrap().push(number),
                        }
                    }
                });
            }
            thread::sleep(after);
            // SIGKILL: nothing is flushed, nothing is said.
            child.kill().unwrap();
            child.wait().unwrap();
            stop.store(true, Ordering::Relaxed);
        });
        self.next = next.into_inner();
        self.answered.extend(answered.into_inner().unwrap());
        self.unknown.extend(unknown.into_inner().unwrap());
    }

    /// Whoever got no answer asks again with the same key, twice; whoever got one gets it again.
    fn ask_again(&mut self, url: &str, port: u16) {
        let mut child = self.start(url, port);
        let mut to = TcpStream::connect(("127.0.0.1", port)).unwrap();
        for number in self.unknown.clone() {
            let first = ask(&mut to, &request(&self.stage, number)).unwrap();
            let second = ask(&mut to, &request(&self.stage, number)).unwrap();
            assert_eq!(first.0, second.0, "try {number}: {} then {}", first.1, second.1);
            if first.0 == 201 {
                assert_eq!(first.1, second.1, "the same key, another answer");
                self.answered.insert(number, first.1);
            }
        }
        for (number, body) in self.answered.iter().take(50) {
            assert_eq!(ask(&mut to, &request(&self.stage, *number)), Some((201, body.clone())));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

/// Status and body of the answer; `None` when the connection ends first.
fn ask(to: &mut TcpStream, request: &str) -> Option<(u16, String)> {
    to.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    to.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    loop {
        let mut part = [0; 4096];
        let read = to.read(&mut part).ok().filter(|read| *read > 0)?;
        answer.extend_from_slice(&part[..read]);
        let Some(head) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let text = String::from_utf8_lossy(&answer[..head]).to_lowercase();
        let length =
            text.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok()).unwrap_or(0);
        if answer.len() >= head + 4 + length {
            let body = String::from_utf8_lossy(&answer[head + 4..]).into_owned();
            return Some((text.split(' ').nth(1)?.parse().ok()?, body));
        }
    }
}

/// Every effect of a taken seat is there as often as seats are taken.
const EFFECTS: &[(&str, &str)] = &[
    ("lines of work", "SELECT COUNT(*) FROM work WHERE source = 'assignment' AND state = 'booked'"),
    ("decisions", "SELECT COUNT(*) FROM decisions WHERE point = 'sign_up'"),
    ("notices", "SELECT COUNT(*) FROM notices WHERE kind = 'shift_taken'"),
    ("entries in the log", "SELECT COUNT(*) FROM audit_entries WHERE action = 'accepted_shift'"),
    ("kept answers", "SELECT COUNT(*) FROM idempotency_keys WHERE key LIKE 'crash-%'"),
];
const OVERFILLED: &str = "SELECT COUNT(*) FROM (SELECT p.id FROM positions p JOIN assignments a ON a.agency_id = p.agency_id \
     AND a.position_id = p.id AND a.state = 'booked' GROUP BY p.id, p.seat_count HAVING COUNT(*) > p.seat_count) over_full";

fn check(scratch: &Scratch, storm: &Storm) {
    let count = |sql: &str| -> i64 {
        match scratch.url().strip_prefix("sqlite:") {
            Some(path) => rusqlite::Connection::open(path).unwrap().query_row(sql, [], |row| row.get(0)).unwrap(),
            None => {
                postgres::Client::connect(scratch.url(), postgres::NoTls).unwrap().query_one(sql, &[]).unwrap().get(0)
            }
        }
    };
    let booked = count("SELECT COUNT(*) FROM assignments WHERE state = 'booked'");
    assert_eq!(booked, i64::try_from(storm.answered.len()).unwrap(), "seats taken beside seats acknowledged");
    for (what, sql) in EFFECTS {
        assert_eq!(count(sql), booked, "{what} beside seats taken");
    }
    for body in storm.answered.values() {
        let id = body.split('"').find(|part| part.starts_with("asg_")).expect("the answer names the assignment");
        assert_eq!(
            count(&format!("SELECT COUNT(*) FROM assignments WHERE id = '{id}' AND state = 'booked'")),
            1,
            "lost {id}"
        );
    }
    assert_eq!(count(OVERFILLED), 0, "overfilled");
    let db = Db::open(scratch.url(), Options::new(Arc::new(Chance))).unwrap();
    assert_eq!(db.read_blocking(audit::verify).unwrap().problems, Vec::<String>::new());
}
