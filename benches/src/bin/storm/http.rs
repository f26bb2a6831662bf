//! The storm through HTTP: each client keeps one connection and sends each try with the officer's own session.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use jiff::Timestamp;
use muster_app::{Clock, Db};
use muster_benches::stage::{Chance, Stage};
use muster_web::{Ctx, Settings};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::{Answer, Arguments, Waits, wanted};

struct Still(Timestamp);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// Serves on a free loopback port and storms it.
pub async fn storm(db: Db, stage: &Arc<Stage>, arguments: Arguments) -> Result<Waits, std::io::Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let settings = Settings { base_url: format!("http://{address}"), demo: true, ..Settings::default() };
    let ctx = Ctx::new(db, Arc::new(Still(stage.now)), Arc::new(Chance), settings);
    let application = muster_web::application(ctx).into_make_service_with_connect_info::<std::net::SocketAddr>();
    let server = tokio::spawn(async move { axum::serve(listener, application).await });
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let clients: Vec<_> = (0..arguments.clients)
        .map(|_| {
            let (stage, next) = (Arc::clone(stage), Arc::clone(&next));
            tokio::spawn(async move {
                let mut connection = TcpStream::connect(address).await?;
                let mut waits = Vec::new();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= arguments.total() {
                        return Ok::<_, std::io::Error>(waits);
                    }
                    let asked = Instant::now();
                    let status = attempt(&mut connection, &stage, number).await?;
                    let answer = match status {
                        200 | 201 | 303 => Answer::Accepted,
                        422 | 409 => Answer::Refused,
                        503 => Answer::Busy,
                        _ => Answer::Wrong,
                    };
                    waits.push((asked.elapsed(), answer));
                }
            })
        })
        .collect();
    let mut each = Vec::new();
    for client in clients {
        each.extend(client.await.expect("a client does not panic")?);
    }
    let elapsed = began.elapsed();
    server.abort();
    Ok(Waits { each, elapsed })
}

/// One try; answers the HTTP status.
async fn attempt(connection: &mut TcpStream, stage: &Stage, number: usize) -> Result<u16, std::io::Error> {
    let (officer, attempt) = (number % stage.officers.len(), number / stage.officers.len());
    let shift = stage.shifts[wanted(officer, attempt, stage.shifts.len())];
    let token = &stage.officers[officer].1;
    let request = format!(
        "POST /api/v1/shifts/{shift}/acceptance HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: __Host-muster={token}\r\n\
         sec-fetch-site: same-origin\r\nidempotency-key: storm-{number:08}\r\ncontent-type: application/json\r\n\
         content-length: 2\r\n\r\n{{}}"
    );
    connection.write_all(request.as_bytes()).await?;
    let mut answer = Vec::with_capacity(2048);
    loop {
        let mut part = [0; 2048];
        let read = connection.read(&mut part).await?;
        if read == 0 {
            return Err(std::io::Error::other("the server closed the connection"));
        }
        answer.extend_from_slice(&part[..read]);
        let Some(head) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let text = String::from_utf8_lossy(&answer[..head]).to_lowercase();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
        if answer.len() >= head + 4 + length.unwrap_or(0) {
            let status = text.split(' ').nth(1).and_then(|word| word.parse().ok());
            return status.ok_or_else(|| std::io::Error::other("no status"));
        }
    }
}
