//! The audit log: a page to search, the story of one thing, exports, JSON.

pub mod api;
mod export;
mod pages;
mod story;

use muster_domain::access::{Action, Reach, Role, reach};

use crate::routes::{Guard, Routes};

/// The room's routes.
#[must_use]
pub fn routes() -> Routes {
    let view = Guard::On(Action::ViewAudit);
    Routes::new()
        .get("/audit", view, pages::list_entries)
        .get("/audit/stories/{subject}", view, story::show_story)
        .get("/audit/export.jsonl", view, export::export_jsonl)
        .get("/audit/export.csv", view, export::export_csv)
        .get("/api/v1/audit", view, api::list_entries)
        .get("/api/v1/audit/stories/{subject}", view, api::get_story)
        .get("/api/v1/audit/export.jsonl", view, api::export_entries)
}

/// The page of a thing that an entry is about, and what to call it; `None` for things without a page, and for pages that
/// the reader may not open.
fn subject_link(subject: &str, reader: Role) -> Option<(String, &'static str)> {
    let (prefix, _) = subject.split_once('_')?;
    let (folder, word, needs) = match prefix {
        "job" => ("jobs", "Job", Action::ViewJob),
        "ofc" => ("officers", "Officer", Action::ViewOfficer),
        "cus" => ("customers", "Customer", Action::ViewCustomer),
        "req" => ("requests", "Request", Action::ViewRequest),
        "inv" => ("invoices", "Invoice", Action::ViewInvoice),
        "run" => ("pay-runs", "Pay run", Action::ViewPay),
        _ => return None,
    };
    (reach(reader, needs) != Reach::Nobody).then(|| (format!("/{folder}/{subject}"), word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_leads_to_its_page() {
        for (subject, href) in [
            ("job_1", Some("/jobs/job_1")),
            ("ofc_1", Some("/officers/ofc_1")),
            ("run_1", Some("/pay-runs/run_1")),
            ("tmr_1", None),
            ("nothing", None),
        ] {
            assert_eq!(subject_link(subject, Role::Auditor).map(|link| link.0).as_deref(), href, "{subject}");
        }
        assert!(subject_link("run_1", Role::Coordinator).is_none(), "a coordinator may not open pay runs");
    }
}
