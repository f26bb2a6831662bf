//! The steps of every record in the order of the simulated clock.
//!
//! Commands are handed to the database in order without waiting for each answer: SQLite's one writer takes them in that order
//! and shares a flush among many. PostgreSQL has several writers, so there each command is awaited.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Weekday};
use muster_app::{
    Db, Failure, Tx, billing, distribution, ledger, payroll,
    requests::{self, NewRequest, SiteChoice},
    timeclock::{self, Press},
};
use muster_domain::{
    distribution::Preset,
    id::{AssignmentId, CustomerId, RequestId, ShiftId, TimeEntryId},
    money::Cents,
    requests::{Dates, Details, PositionWanted, PostRole, Requirements},
    time::{Minutes, Span, shift_span},
    timeclock::{Kind, Source},
};
use muster_store::Engine;
use tokio::task::JoinHandle;

use super::{
    records::Record,
    report::{Differs, Refused, Report},
    stage::Stage,
};

/// So many commands wait for answers at once; they share flushes.
const TOGETHER: usize = 512;

/// In the order in which things of the same instant happen: who leaves one job may arrive at the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Leave,
    Review,
    Ask,
    Approve,
    Take,
    Arrive,
}

impl Step {
    fn words(self) -> &'static str {
        match self {
            Self::Ask => "request",
            Self::Approve => "approval",
            Self::Take => "acceptance",
            Self::Arrive => "clock-in",
            Self::Leave => "clock-out",
            Self::Review => "time approval",
        }
    }
}

/// How far a record has come.
#[derive(Debug, Clone, Default)]
struct Progress {
    request: Option<RequestId>,
    shift: Option<ShiftId>,
    assignment: Option<AssignmentId>,
    entry: Option<TimeEntryId>,
    paid: Option<Minutes>,
}

type Shared = Arc<Mutex<Progress>>;

/// Steps whose answers are awaited, the oldest first, each with its record.
type Running = VecDeque<(Step, usize, JoinHandle<Result<(), Failure>>)>;

fn open(progress: &Shared) -> std::sync::MutexGuard<'_, Progress> {
    progress.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs every step of every record.
pub fn run(db: &Db, stage: &Stage, records: &[Record]) -> Result<Report, Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let spans = records
        .iter()
        .map(|record| {
            shift_span(&stage.zone, record.worked_on, record.from, record.to)
                .map_err(|e| format!("line {}: {e}", record.line))
        })
        .collect::<Result<Vec<Span>, String>>()?;
    let mut events: Vec<(Timestamp, Step, usize)> = Vec::with_capacity(records.len() * 6);
    for (at, span) in spans.iter().enumerate() {
        let (start, end) = (span.starts_at(), span.ends_at());
        events.extend([
            (start - SignedDuration::from_hours(72), Step::Ask, at),
            (start - SignedDuration::from_hours(71), Step::Approve, at),
            (start - SignedDuration::from_hours(70), Step::Take, at),
            (start, Step::Arrive, at),
            (end, Step::Leave, at),
            (end + SignedDuration::from_mins(30), Step::Review, at),
        ]);
    }
    events.sort_unstable();
    let mut report = Report { rows: records.len(), ..Report::default() };
    runtime.block_on(drive(db, stage, records, &spans, &events, &mut report))?;
    Ok(report)
}

async fn drive(
    db: &Db,
    stage: &Stage,
    records: &[Record],
    spans: &[Span],
    events: &[(Timestamp, Step, usize)],
    report: &mut Report,
) -> Result<(), Failure> {
    let progress: Vec<Shared> = records.iter().map(|_| Shared::default()).collect();
    let window = if db.engine() == Engine::Sqlite { TOGETHER } else { 1 };
    let mut running: Running = VecDeque::new();
    let mut money_at = next_noon_of_monday(stage, events[0].0);
    for &(at, step, index) in events {
        while at > money_at {
            settle_all(&mut running, records, report).await?;
            settle_week(db, stage, money_at, report).await?;
            money_at = next_noon_of_monday(stage, money_at);
        }
        if running.len() >= window {
            settle_first(&mut running, records, report).await?;
        }
        let command = command(db, stage, &records[index], spans[index], step, at, Arc::clone(&progress[index]));
        running.push_back((step, index, tokio::spawn(command)));
        // The task must have put its command into the queue before the next one does.
        tokio::task::yield_now().await;
    }
    settle_all(&mut running, records, report).await?;
    settle_week(db, stage, money_at, report).await?;
    settle_week(db, stage, next_noon_of_monday(stage, money_at), report).await?;
    for (record, progress) in records.iter().zip(&progress) {
        if let Some(paid) = open(progress).paid {
            report.worked += 1;
            if paid != record.paid {
                report.differs.push(Differs {
                    line: record.line,
                    paid_minutes: paid.0,
                    recorded_minutes: record.paid.0,
                });
            }
        }
    }
    report.refused.sort_by_key(|refused| refused.line);
    Ok(())
}

async fn settle_first(running: &mut Running, records: &[Record], report: &mut Report) -> Result<(), Failure> {
    let Some((step, index, task)) = running.pop_front() else { return Ok(()) };
    match task.await.expect("a replay step does not panic") {
        Ok(()) => Ok(()),
        Err(Failure::Refused(refusal)) => {
            let words = format!("{} {}", refusal.message, refusal.remedy);
            report.refused.push(Refused {
                line: records[index].line,
                step: step.words(),
                code: refusal.code.to_owned(),
                words,
            });
            Ok(())
        }
        Err(failure) => {
            eprintln!("line {} at {}: {failure:?}", records[index].line, step.words());
            Err(failure)
        }
    }
}

async fn settle_all(running: &mut Running, records: &[Record], report: &mut Report) -> Result<(), Failure> {
    while !running.is_empty() {
        settle_first(running, records, report).await?;
    }
    Ok(())
}

/// One step of one record. A record that was refused earlier takes no further steps.
fn command(
    db: &Db,
    stage: &Stage,
    record: &Record,
    span: Span,
    step: Step,
    at: Timestamp,
    progress: Shared,
) -> impl Future<Output = Result<(), Failure>> + Send + use<> {
    let db = db.clone();
    let (coordinator, officer) = (stage.coordinator.clone(), stage.officers[&record.officer].clone());
    let asked = (step == Step::Ask).then(|| new_request(stage, record));
    let case = move |tx: &mut Tx<'_>| {
        let known = open(&progress).clone();
        match (step, &asked, &known) {
            (Step::Ask, Some(new), _) => {
                let request = requests::submit_request(tx, &coordinator, new, at)?;
                open(&progress).request = Some(request);
            }
            (Step::Approve, _, Progress { request: Some(request), .. }) => {
                let job = requests::approve_request(tx, &coordinator, *request, "", at)?;
                let posted = distribution::post_shifts(
                    tx,
                    &coordinator,
                    job,
                    None,
                    &distribution::Offering::Plan(Preset::Open.plan()),
                    at,
                )?;
                open(&progress).shift = posted.first().copied();
            }
            (Step::Take, _, Progress { shift: Some(shift), .. }) => {
                let shift = *shift;
                let assignment = distribution::accept_shift(tx, &officer, shift, None, at)?;
                open(&progress).assignment = Some(assignment);
            }
            (Step::Arrive | Step::Leave, _, Progress { assignment: Some(assignment), .. }) => {
                let kind = if step == Step::Arrive { Kind::In } else { Kind::Out };
                let pressed_at = if step == Step::Arrive { span.starts_at() } else { span.ends_at() };
                let press = Press {
                    id: tx.id(at),
                    assignment: *assignment,
                    kind,
                    pressed_at,
                    fix: None,
                    reason: String::new(),
                    source: Source::Replay,
                };
                let pressed = timeclock::punch(tx, &officer, &press, at)?;
                open(&progress).entry = Some(pressed.entry);
            }
            (Step::Review, _, Progress { entry: Some(entry), .. }) => {
                let charge = ledger::approve_time(tx, &coordinator, *entry, at)?;
                open(&progress).paid = Some(charge.paid_minutes);
            }
            _ => return Err(Failure::Missing(SKIPPED)),
        }
        Ok(())
    };
    async move {
        let done = db.write(case).await;
        done.or_else(|failure| if matches!(failure, Failure::Missing(SKIPPED)) { Ok(()) } else { Err(failure) })
    }
}

/// Marks a step of a record that was refused before; nothing is written then.
const SKIPPED: &str = "earlier step";

fn new_request(stage: &Stage, record: &Record) -> NewRequest {
    let position = PositionWanted { role: PostRole::Officer, seats: 1, requirements: Requirements::default() };
    NewRequest {
        customer: stage.customers[&record.customer],
        site: SiteChoice::Known(stage.sites[&(record.customer.clone(), record.place.clone())]),
        job_type: stage.job_types[&record.job_kind],
        title: format!("Detail of line {}", record.line),
        details: Details {
            dates: Dates::Given { on: vec![record.worked_on] },
            from: record.from,
            to: record.to,
            positions: vec![position],
            attendance: None,
            alcohol: false,
            traffic: record.job_kind == "construction",
            contact_name: "Foreman".to_owned(),
            contact_phone: "555 0100".to_owned(),
            instructions: String::new(),
            resources: Vec::new(),
        },
        set_aside: String::new(),
    }
}

/// Noon of the first Monday after an instant, when the week before is invoiced and paid.
fn next_noon_of_monday(stage: &Stage, after: Timestamp) -> Timestamp {
    let mut day = after.to_zoned(stage.zone.clone()).date().saturating_add(1.days());
    while day.weekday() != Weekday::Monday {
        day = day.saturating_add(1.days());
    }
    let noon = jiff::civil::time(12, 0, 0, 0);
    muster_domain::time::instant(&stage.zone, day, noon).expect("noon exists on every day")
}

async fn settle_week(db: &Db, stage: &Stage, at: Timestamp, report: &mut Report) -> Result<(), Failure> {
    let today = at.to_zoned(stage.zone.clone()).date();
    let days = billing::Days { from_on: stage.first_on, to_on: today.saturating_sub(1.days()) };
    let (finance, admin) = (stage.finance.clone(), stage.admin.clone());
    let maker = finance.clone();
    let due = db.read(move |tx| billing::list_due_customers(tx, &maker, days)).await?;
    report.invoices += due.len();
    report.invoiced_cents += due.iter().map(|(_, cents, _)| *cents).sum::<Cents>();
    for together in due.chunks(TOGETHER) {
        let issue = |customer: CustomerId| {
            let (db, maker) = (db.clone(), finance.clone());
            tokio::spawn(async move {
                db.write(move |tx| billing::issue_invoice(tx, &maker, customer, days, at).map(|_| ())).await
            })
        };
        let issued: Vec<_> = together.iter().map(|(customer, ..)| issue(*customer)).collect();
        for task in issued {
            task.await.expect("an invoice does not panic")?;
        }
    }
    let run = db.write(move |tx| payroll::preview_pay_run(tx, &finance, days, at)).await;
    match run {
        Ok(run) => {
            let total = db
                .write(move |tx| {
                    payroll::approve_pay_run(tx, &admin, run, at)?;
                    Ok::<_, Failure>(payroll::load_pay_run(tx, &admin, run)?.run.total)
                })
                .await?;
            report.pay_runs += 1;
            report.paid_cents += total;
            Ok(())
        }
        Err(Failure::Refused(_)) => Ok(()),
        Err(failure) => Err(failure),
    }
}
