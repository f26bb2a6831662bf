//! The one binary. It brings what the other floors must not have: the real clock, real randomness, the network.

mod backup;
mod clock;
mod demo;
mod replay;
mod rules;
mod secret_key;
mod serve;
mod verify;
mod worker;

use std::{io::IsTerminal, net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc};

use clap::{Parser, Subcommand};
use muster_app::Clock;
use muster_edge::mail::Mailer;
use muster_store::{Db, Options};
use muster_web::Tiles;

use crate::clock::{RealClock, RealRandomness};

/// Also what SQLite allocates goes through it: the replay of 24,331 records took 54 s in place of 59 s with the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Whatever ends the program early, in words for the person at the console.
type Outcome = Result<(), Box<dyn std::error::Error>>;

#[derive(Parser)]
#[command(
    name = "muster",
    version,
    about = "Off-duty work of law-enforcement agencies: find it, take it, prove it, get paid."
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(clap::Args)]
struct MailArguments {
    /// smtp://USER:PASSWORD@HOST, smtps://... or file:FOLDER; without it e-mails wait until there is one.
    #[arg(long = "mail", env = "MUSTER_MAIL", hide_env_values = true)]
    url: Option<String>,
    /// The sender of e-mails.
    #[arg(long = "mail-from", env = "MUSTER_MAIL_FROM", default_value = "Muster <muster@localhost>")]
    from: String,
}

impl MailArguments {
    fn open(&self, otherwise: Option<&str>) -> Result<Option<Mailer>, Box<dyn std::error::Error>> {
        let Some(url) = self.url.as_deref().or(otherwise) else {
            tracing::warn!("no --mail is set: e-mails wait in the outbox");
            return Ok(None);
        };
        Ok(Some(Mailer::open(url, &self.from)?))
    }
}

#[derive(clap::Args)]
struct TilesArguments {
    /// Where maps get their pictures: an address with {z}, {x} and {y}; without it the ground is a plain grid.
    #[arg(long = "tiles", env = "MUSTER_TILES")]
    url: Option<String>,
    /// Whom the map names as the maker of its pictures.
    #[arg(long = "tiles-credit", env = "MUSTER_TILES_CREDIT", default_value = "\u{a9} OpenStreetMap contributors")]
    credit: String,
}

impl TilesArguments {
    fn read(&self) -> Result<Option<Tiles>, String> {
        self.url.as_deref().filter(|url| !url.is_empty()).map(|url| Tiles::parse(url, &self.credit)).transpose()
    }
}

#[derive(Subcommand)]
enum Command {
    /// Serve an installation.
    Serve {
        /// sqlite:PATH or postgres://USER@HOST/NAME.
        #[arg(long, env = "MUSTER_DB", default_value = "sqlite:muster.db")]
        db: String,
        /// Address and port to listen on.
        #[arg(long, env = "MUSTER_LISTEN", default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
        /// The address that people use, for links in e-mails; by default the one listened on.
        #[arg(long, env = "MUSTER_BASE_URL")]
        base_url: Option<String>,
        /// How many reverse proxies stand before this program; each adds one entry to X-Forwarded-For.
        #[arg(long, env = "MUSTER_PROXIES", default_value_t = 0)]
        proxies: usize,
        #[command(flatten)]
        tiles: TilesArguments,
        #[command(flatten)]
        mail: MailArguments,
    },
    /// Check the audit log and the ledger of a database; fails and names the first bad row when something was changed.
    Verify {
        /// sqlite:PATH or postgres://USER@HOST/NAME.
        #[arg(long, env = "MUSTER_DB", default_value = "sqlite:muster.db")]
        db: String,
    },
    /// Copy a SQLite database into a new file while Muster goes on working with it.
    Backup {
        /// sqlite:PATH.
        #[arg(long, env = "MUSTER_DB", default_value = "sqlite:muster.db")]
        db: String,
        /// The new file; its folder must exist.
        to: PathBuf,
    },
    /// Bring the tables of a database up to date.
    Migrate {
        /// sqlite:PATH or postgres://USER@HOST/NAME.
        #[arg(long, env = "MUSTER_DB", default_value = "sqlite:muster.db")]
        db: String,
    },
    /// Check rule books or read them in sentences.
    Rules {
        #[command(subcommand)]
        command: rules::RulesCommand,
    },
    /// Price shifts with a rule book: one JSON object a line in, one out.
    Quote {
        /// The rule book.
        #[arg(long)]
        rules: PathBuf,
    },
    /// Replay a city's released detail records through the use cases and compare what is paid.
    Replay(replay::Replay),
    /// Print the description of the JSON API.
    Openapi,
    /// Try Muster with invented people and jobs; nothing needs to be set up.
    Demo {
        /// Address and port to listen on.
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
        /// Folder of the demonstration's database; made when missing, reused when there.
        #[arg(long, default_value = "muster-demo")]
        data: PathBuf,
        /// Another database than a file in that folder.
        #[arg(long)]
        db: Option<String>,
        /// Fill the database and stop, without serving.
        #[arg(long)]
        seed_only: bool,
        #[command(flatten)]
        mail: MailArguments,
        /// Begin at another instant, for example 2026-11-18T16:00:00Z, so that tests meet the same days.
        #[arg(long)]
        at: Option<jiff::Timestamp>,
    },
}

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    // Colours are for a terminal; in a file or a journal they are noise.
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();
    let demo = || Command::Demo {
        listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
        data: "muster-demo".into(),
        db: None,
        seed_only: false,
        mail: MailArguments { url: None, from: "Muster <muster@localhost>".to_owned() },
        at: None,
    };
    match run(Arguments::parse().command.unwrap_or_else(demo)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("muster: {error}");
            let mut cause = error.source();
            while let Some(deeper) = cause {
                eprintln!("because: {deeper}");
                cause = deeper.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Outcome {
    match command {
        Command::Serve { db, listen, base_url, proxies, tiles, mail } => {
            let tiles = tiles.read()?;
            let mailer = mail.open(None)?;
            let db = open(&db)?;
            let plan = serve::Plan { listen, base_url, proxies, tiles, personas: None, mailer };
            serve::run(db, plan)
        }
        Command::Replay(order) => {
            if replay::run(&order)? {
                Ok(())
            } else {
                Err("the replay does not agree with the records".into())
            }
        }
        Command::Openapi => {
            print!("{}", muster_web::openapi::document());
            Ok(())
        }
        Command::Verify { db } => {
            if let Some(path) = db.strip_prefix("sqlite:").filter(|path| !std::path::Path::new(path).exists()) {
                return Err(format!("there is no database at {path}; say which with --db").into());
            }
            verify::run(&Db::open(&db, Options::new(Arc::new(RealRandomness)))?)
        }
        Command::Backup { db, to } => backup::run(&db, &to),
        Command::Migrate { db } => {
            open(&db)?;
            println!("The tables are up to date.");
            Ok(())
        }
        Command::Rules { command } => rules::run(command),
        Command::Quote { rules } => rules::quote(&rules),
        Command::Demo { listen, data, db, seed_only, at, mail } => {
            if let Some(instant) = at {
                clock::begin_at(instant);
            }
            let url = db.unwrap_or_else(|| format!("sqlite:{}", data.join("muster.db").display()));
            let mut db = open(&url)?;
            if demo::standing(&db)? == demo::Standing::Half {
                tracing::warn!("the filling of this demonstration was interrupted; it begins again");
                demo::empty(db, &url)?;
                db = open(&url)?;
            }
            let clock: Arc<dyn Clock> = Arc::new(RealClock);
            let personas = demo::ready(&db, clock.as_ref())?;
            if seed_only {
                return Ok(());
            }
            let mailer = mail.open(Some(&format!("file:{}", data.join("mail").display())))?;
            let plan =
                serve::Plan { listen, base_url: None, proxies: 0, tiles: None, personas: Some(personas), mailer };
            serve::run(db, plan)
        }
    }
}

fn open(url: &str) -> Result<Db, Box<dyn std::error::Error>> {
    let set = std::env::var(secret_key::SETTING).ok();
    let key = secret_key::find(url, set.as_deref(), &RealRandomness)?;
    let db = Db::open(url, Options { key, ..Options::new(Arc::new(RealRandomness)) })?;
    let migrated = db.migrate()?;
    tracing::debug!(names = ?migrated.applied, "migrations that ran now");
    tracing::info!(applied = migrated.applied.len(), known = migrated.known, "the tables are up to date");
    Ok(db)
}
