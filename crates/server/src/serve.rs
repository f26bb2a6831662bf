//! Serving: the listener, the worker beside it, and an orderly end.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use muster_app::{Clock, access};
use muster_edge::mail::Mailer;
use muster_store::Db;
use muster_web::{Ctx, Settings, Tiles};
use tokio::net::TcpListener;

use crate::{
    Outcome,
    clock::{RealClock, RealRandomness},
    demo::Personas,
    worker,
};

/// What to serve, and where.
pub struct Plan {
    /// Address and port.
    pub listen: SocketAddr,
    /// The address that people use.
    pub base_url: Option<String>,
    /// Reverse proxies in front.
    pub proxies: usize,
    /// Where maps get their ground from.
    pub tiles: Option<Tiles>,
    /// The personas of a demonstration; `None` for real work.
    pub personas: Option<Personas>,
    /// Sends e-mails; without one they wait.
    pub mailer: Option<Mailer>,
}

/// Serves until the program is told to stop, then finishes what was begun.
pub fn run(db: Db, mut plan: Plan) -> Outcome {
    let stop = Arc::new(AtomicBool::new(false));
    let worker = worker::spawn(db.clone(), plan.mailer.take(), Arc::clone(&stop))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served = runtime.block_on(serve(db, plan));
    stop.store(true, Ordering::Relaxed);
    worker.thread().unpark();
    worker.join().map_err(|_| "the worker ended by a panic; see the log")?;
    served
}

async fn serve(db: Db, plan: Plan) -> Outcome {
    let listener = TcpListener::bind(plan.listen)
        .await
        .map_err(|error| format!("{} cannot be listened on: {error}. Choose another with --listen.", plan.listen))?;
    let own = format!("http://{}", listener.local_addr()?);
    let base_url = plan.base_url.unwrap_or_else(|| own.clone()).trim_end_matches('/').to_owned();
    let settings = Settings {
        base_url: base_url.clone(),
        demo: plan.personas.is_some(),
        tiles: plan.tiles,
        proxies: plan.proxies,
    };
    announce(&db, &base_url, plan.personas.as_ref())?;
    let ctx = Ctx::new(db, Arc::new(RealClock), Arc::new(RealRandomness), settings);
    let live = Arc::clone(ctx.live());
    let application = muster_web::application(ctx).into_make_service_with_connect_info::<SocketAddr>();
    // The first check of a password should take no longer than the others.
    tokio::task::spawn_blocking(|| access::verify_password("", ""));
    let (told, hear) = tokio::sync::oneshot::channel();
    let stop = async move {
        told_to_stop().await;
        live.close();
        let _ = told.send(());
    };
    let served = axum::serve(listener, application).with_graceful_shutdown(stop);
    // Live streams never end by themselves: whoever is still there after a while is cut off.
    let patience = async {
        drop(hear.await);
        tokio::time::sleep(LAST_ANSWERS).await;
    };
    tokio::select! { served = served => served?, () = patience => {} }
    println!("Stopped.");
    Ok(())
}

/// How long answers that were begun may take once the program is told to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// Says where to click: the personas of a demonstration, or the link that makes the first operator.
fn announce(db: &Db, base_url: &str, personas: Option<&Personas>) -> Outcome {
    println!("Muster is at {base_url}");
    if let Some(personas) = personas {
        println!("Choose whom to be at {base_url}/demo:");
        for (role, name) in &personas.0 {
            println!("  {:<24} {name:<28} {base_url}/demo?role={}", role.label(), role.code());
        }
        return Ok(());
    }
    let now = RealClock.now();
    let link = db.housekeep_blocking(move |tx| access::offer_first_operator(tx, now))?;
    if let Some(token) = link {
        println!("There is no account yet. Open this link once, within three days, to become the first operator:");
        println!("  {base_url}/links/{token}");
    }
    Ok(())
}

async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        match terminate {
            Ok(mut terminate) => tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} },
            Err(_) => drop(interrupt.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupt.await);
}
