//! The list of jobs.

use axum::response::Response;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use muster_app::jobs::{self, JobFilter, JobListed, JobWhen, JobsListed};
use muster_domain::jobs::JobState;

use super::{
    board,
    views::{View, address, selects, views, when_chips},
    week,
};
use crate::{
    failure::PageFailure,
    fields::Fields,
    given::Given,
    parts::{
        Align, Column, Row, Tone, card, data_table, empty, field, filters, flush_card, kind_tag, link_button,
        page_head, pager, search_box, tag,
    },
    times,
};

/// The jobs that the filters hold: as a list, as a board, or as a week.
pub async fn list_jobs(given: Given, query: Fields) -> Result<Response, PageFailure> {
    match View::of(&query) {
        View::List => show_list(&given, &query).await,
        View::Board => board::show_board(&given, &query).await,
        View::Week => week::show_week(&given, &query).await,
    }
}

async fn show_list(given: &Given, query: &Fields) -> Result<Response, PageFailure> {
    let filter = read_filter(query);
    let asked = filter.clone();
    let (listed, choices) = given
        .read(move |tx, who, now| Ok((jobs::list_jobs(tx, who, &asked, now)?, jobs::load_choices(tx, who)?)))
        .await?;
    let zone = times::zone(&given.who.shown.zone);
    let body = html! {
        (page_head("Jobs").sub(format!("{} {}", listed.count, filter.when.label().to_lowercase())).actions(views(query, View::List)))
        (when_chips(query, &filter))
        (filters("/jobs", "#jobs,#job-views,#job-whens,.page-head-words", html! {
            (search_box("q", "Title, customer, site or number", query.get("q")))
            (selects(query, &choices))
            (field("from_on", "From").date().value(query.get("from_on").to_owned()))
            (field("to_on", "Until").date().value(query.get("to_on").to_owned()))
            input type="hidden" name="when" value=(filter.when.code());
        }))
        div #jobs {
            @if listed.jobs.is_empty() {
                (card(empty("briefcase", "No jobs here", "Jobs are made from approved requests. Choose other filters, or look at the requests.",
                    html! { (link_button("Requests", "/requests")) })))
            } @else {
                (flush_card(table(&listed, &zone)))
                (pager(&address(query, "page", ""), filter.page, listed.count))
            }
        }
    };
    Ok(given.page("Jobs", "jobs").draw(body))
}

pub(super) fn read_filter(query: &Fields) -> JobFilter {
    JobFilter {
        when: JobWhen::from_code(query.get("when")).unwrap_or_default(),
        from_on: query.get("from_on").parse().ok(),
        to_on: query.get("to_on").parse().ok(),
        customer: query.get("customer").parse().ok(),
        job_type: query.get("type").parse().ok(),
        search: query.get("q").chars().take(100).collect(),
        page: query.get("page").parse().unwrap_or(1).clamp(1, 100_000),
    }
}

fn table(listed: &JobsListed, zone: &TimeZone) -> Markup {
    let columns = [
        Column { label: "Job", ..Column::default() },
        Column { label: "Kind", desk: true, ..Column::default() },
        Column { label: "Customer", ..Column::default() },
        Column { label: "Next shift", ..Column::default() },
        Column { label: "Shifts", align: Align::End, desk: true, ..Column::default() },
        Column { label: "Seats", align: Align::End, ..Column::default() },
        Column { label: "Standing", ..Column::default() },
    ];
    let rows: Vec<Row<'_>> = listed
        .jobs
        .iter()
        .map(|job| Row {
            cells: vec![
                html! { a href={ "/jobs/" (job.id) } { "#" (job.number) " " (job.title) } },
                kind_tag(&job.type_code, &job.type_name),
                html! { (job.customer_name) div.sub { (job.site_name) } },
                html! { @if let Some(at) = job.next_at.or(job.first_at) { (times::moment(at, zone)) } },
                html! { (job.shifts) },
                html! { (job.booked) " / " (job.seats) },
                standing(job),
            ],
            ..Row::default()
        })
        .collect();
    html! { (data_table("Jobs", &columns, &rows)) }
}

/// Where a job stands, in a word.
fn standing(job: &JobListed) -> Markup {
    match (job.state, job.next_at) {
        (JobState::Cancelled, _) => tag(Tone::Bad, "ban", "Cancelled"),
        (_, None) => tag(Tone::Neutral, "circle-check", "Over"),
        _ if job.drafts > 0 => tag(Tone::Warn, "pencil", "Not posted"),
        _ if job.booked < job.seats => tag(Tone::Warn, "hourglass", &format!("{} open", job.seats - job.booked)),
        _ => tag(Tone::Ok, "circle-check", "Filled"),
    }
}
