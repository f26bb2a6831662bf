//! The description of the JSON API, served at `/api/v1/openapi.json` and kept at `docs/api/openapi.json`.
//!
//! A room adds its handlers to `paths`; a test holds this list and the list of routes the same.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use crate::{
    access::api as access,
    agencies::{api as agencies, settings_api as agency_settings},
    audit::api as audit,
    billing::api as billing,
    customers::{api as customers, record_api as customer_record},
    distribution::{
        api as distribution, approvals_api, handing_api, marks_api, misfits_api, offences_api, permits_api,
        reports_api, shifts_api,
    },
    jobs::{api as jobs, changing_api},
    ledger::{api as ledger, cancelling_api as cancelling, moving_api},
    notices::{api as notices, emails},
    officers::{api as officers, record_api as officer_record},
    overview::api as overview,
    payroll::api as payroll,
    rates::{api as rates, trial_api},
    requests::{api as requests, refused_api, rules_api},
    routes::{Guard, Routes},
    timeclock::api as timeclock,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Muster",
        description = "Off-duty work of law-enforcement agencies. Send an API token in the header Authorization (Bearer). Every request \
                       that changes something carries the header Idempotency-Key with 8 to 100 letters, digits, - or _; the same key \
                       with the same body gets the same answer and acts once. Mistakes come as application/problem+json."
    ),
    modifiers(&Token),
    security(("token" = [])),
    paths(
        agencies::list_agencies,
        agencies::create_agency,
        agencies::show_agency,
        agencies::list_ranks,
        agencies::add_rank,
        agencies::change_rank,
        agencies::list_job_types,
        agencies::add_job_type,
        agency_settings::change_agency,
        agency_settings::add_unit,
        agency_settings::rename_unit,
        agency_settings::change_job_type,
        agency_settings::add_holiday,
        agency_settings::remove_holiday,
        access::show_me,
        access::list_sessions,
        access::end_session,
        access::list_tokens,
        access::create_token,
        access::revoke_token,
        access::list_people,
        access::invite_person,
        access::end_membership,
        officers::list_officers,
        officers::create_officer,
        officers::get_officer,
        officers::set_status,
        officers::import_roster,
        officers::import_schedule,
        officer_record::change_officer,
        officer_record::set_rank,
        officer_record::set_superior,
        officer_record::remove_status,
        officer_record::list_groups,
        officer_record::add_group,
        officer_record::set_groups,
        officer_record::add_certification,
        officer_record::remove_certification,
        officer_record::list_work,
        officer_record::add_unavailability,
        officer_record::remove_unavailability,
        customers::list_customers,
        customers::get_customer,
        customers::create_customer,
        customers::decide_customer,
        customers::create_contact,
        customers::create_site,
        customer_record::change_customer,
        customer_record::set_terms,
        customer_record::change_contact,
        customer_record::remove_contact,
        customer_record::change_site,
        rates::list_rules,
        rates::get_rules,
        rates::create_rules,
        rates::create_draft,
        rates::revise_draft,
        rates::discard_draft,
        rates::adopt_draft,
        rates::list_differences,
        rates::get_schema,
        trial_api::list_trials,
        trial_api::create_trial,
        requests::list_requests,
        requests::create_request,
        requests::quote_request,
        requests::get_request,
        requests::decide_request,
        rules_api::decide_level,
        rules_api::record_document,
        requests::answer_request,
        requests::withdraw_request,
        refused_api::list_refused,
        jobs::list_jobs,
        jobs::get_job,
        changing_api::change_job,
        changing_api::change_seats,
        distribution::list_open_shifts,
        distribution::accept_shift,
        distribution::list_my_shifts,
        distribution::withdraw,
        distribution::post_job,
        distribution::assign,
        distribution::remove,
        shifts_api::get_shift,
        shifts_api::list_candidates,
        shifts_api::change_posting,
        shifts_api::take_back,
        approvals_api::list,
        approvals_api::ask,
        approvals_api::approve,
        approvals_api::decline,
        marks_api::list_of_officer,
        marks_api::list_to_customer,
        marks_api::create_mark,
        marks_api::declare_mark,
        marks_api::end_mark,
        marks_api::end_declared,
        misfits_api::list_booked_work,
        misfits_api::decide_booked_work,
        misfits_api::answer_booked_work,
        misfits_api::list_refusals,
        offences_api::list_offences,
        offences_api::get_standing,
        offences_api::create_offence,
        offences_api::decide_offence,
        offences_api::appeal_offence,
        offences_api::decide_appeal,
        handing_api::list_mine,
        handing_api::offer,
        handing_api::accept,
        handing_api::decline,
        handing_api::take_back,
        permits_api::list_permits,
        permits_api::ask,
        permits_api::list_waiting,
        permits_api::decide,
        permits_api::end,
        reports_api::list_reports,
        reports_api::list_my_reports,
        reports_api::get_report,
        reports_api::file_report,
        reports_api::excuse_report,
        timeclock::punch,
        timeclock::list_my_time,
        timeclock::list_entries,
        timeclock::get_entry,
        timeclock::enter,
        timeclock::adjust,
        timeclock::approve,
        billing::list_invoices,
        billing::get_invoice,
        billing::issue_invoice,
        billing::record_payment,
        billing::list_due,
        payroll::list_pay_runs,
        payroll::preview_pay_run,
        payroll::get_pay_run,
        payroll::download_pay_list,
        payroll::review_pay_run,
        payroll::approve_pay_run,
        payroll::discard_pay_run,
        payroll::get_statement,
        payroll::show_own_pay,
        cancelling::price_job,
        cancelling::cancel_job,
        cancelling::price_shift,
        cancelling::cancel_shift,
        moving_api::price_times,
        moving_api::change_times,
        ledger::list_accounts,
        ledger::list_transfers,
        notices::list_notices,
        notices::mark_read,
        emails::get_choice,
        emails::put_choice,
        audit::list_entries,
        audit::get_story,
        audit::export_entries,
        overview::show_overview,
    )
)]
struct Document;

struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// The document as indented JSON, the same on every run.
///
/// # Panics
/// Never: the document is made of plain data.
#[must_use]
pub fn document() -> String {
    let mut text = Document::openapi().to_pretty_json().expect("the document is plain data");
    text.push('\n');
    text
}

/// The route that serves it.
#[must_use]
pub fn routes() -> Routes {
    Routes::new().get("/api/v1/openapi.json", Guard::Public, serve)
}

async fn serve() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], document()).into_response()
}
