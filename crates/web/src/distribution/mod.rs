//! Open shifts, an officer's own shifts and schedule, posting and assigning, as pages and as JSON.

pub mod api;
pub(crate) mod approvals;
pub mod approvals_api;
pub(crate) mod assign;
mod handing;
pub mod handing_api;
pub(crate) mod marks;
pub mod marks_api;
mod mine;
pub(crate) mod misfits;
pub mod misfits_api;
pub(crate) mod offences;
pub mod offences_api;
mod pages;
mod permits;
pub mod permits_api;
pub(crate) mod reports;
pub mod reports_api;
mod shift;
pub mod shifts_api;

use muster_domain::access::Action;

use crate::routes::{Guard, Routes};

/// The room's routes.
#[must_use]
pub fn routes() -> Routes {
    let take = Guard::On(Action::TakeShift);
    let view = Guard::On(Action::ViewOpenShifts);
    let fill = Guard::On(Action::FillJob);
    let approve = Guard::On(Action::ApproveSeat);
    let edit = Guard::On(Action::EditOfficer);
    Routes::new()
        .get("/open-shifts", take, pages::list_open_shifts)
        .get("/shifts/{id}", view, shift::show_shift)
        .post("/shifts/{id}/acceptance", take, shift::accept_shift)
        .get("/my-shifts", take, mine::list_my_shifts)
        .get("/schedule", take, mine::show_schedule)
        .post("/assignments/{id}/withdrawal", take, mine::withdraw)
        .post("/jobs/{id}/posting", fill, assign::post_job)
        .post("/shifts/{id}/posting", fill, assign::change_posting)
        .get("/shifts/{id}/assign", fill, assign::show_assign)
        .post("/shifts/{id}/assignments", fill, assign::assign)
        .post("/assignments/{id}/removal", fill, assign::remove)
        .post("/shifts/{id}/approvals", take, approvals::ask)
        .post("/shift-approvals/{id}/withdrawal", take, approvals::take_back)
        .post("/shift-approvals/{id}/approval", approve, approvals::approve)
        .post("/shift-approvals/{id}/decline", approve, approvals::decline)
        .get("/booked-work", Guard::On(Action::ViewOverview), misfits::list_misfits)
        .post("/booked-work/{id}/keeping", fill, misfits::keep)
        .post("/booked-work/{id}/removal", fill, misfits::remove)
        .post("/booked-work/{id}/question", fill, misfits::ask)
        .post("/booked-work/{id}/answer", take, misfits::answer)
        .get("/offences", Guard::On(Action::ListOfficers), offences::list_offences)
        .get("/officers/{id}/offences/new", edit, offences::new_offence)
        .post("/officers/{id}/offences", edit, offences::create_offence)
        .post("/offences/{id}/confirmation", edit, offences::confirm)
        .post("/offences/{id}/excuse", edit, offences::excuse)
        .post("/offences/{id}/appeal", take, offences::appeal)
        .post("/offences/{id}/appeal/decision", approve, offences::decide_appeal)
        .get("/assignments/{id}/handover", take, handing::choose)
        .post("/assignments/{id}/handover", take, handing::offer)
        .get("/handovers/{id}", take, handing::show)
        .post("/handovers/{id}/acceptance", take, handing::accept)
        .post("/handovers/{id}/decline", take, handing::decline)
        .post("/handovers/{id}/withdrawal", take, handing::take_back)
        .get("/api/v1/my-handovers", take, handing_api::list_mine)
        .post("/api/v1/assignments/{id}/handover", take, handing_api::offer)
        .post("/api/v1/handovers/{id}/acceptance", take, handing_api::accept)
        .post("/api/v1/handovers/{id}/decline", take, handing_api::decline)
        .post("/api/v1/handovers/{id}/withdrawal", take, handing_api::take_back)
        .get("/my-permits", take, permits::list_my_permits)
        .post("/my-permits", take, permits::ask)
        .get("/permits", Guard::On(Action::ListOfficers), permits::list_waiting)
        .post("/permits/{id}/decision", approve, permits::decide)
        .post("/permits/{id}/end", approve, permits::end)
        .get("/officers/{id}/permits", Guard::On(Action::ViewOfficer), permits::show_permits)
        .get("/api/v1/officers/{id}/permits", Guard::On(Action::ViewOfficer), permits_api::list_permits)
        .post("/api/v1/my-permits", take, permits_api::ask)
        .get("/api/v1/permits", Guard::On(Action::ListOfficers), permits_api::list_waiting)
        .post("/api/v1/permits/{id}/decision", approve, permits_api::decide)
        .post("/api/v1/permits/{id}/end", approve, permits_api::end)
        .get("/my-reports", Guard::On(Action::Clock), reports::list_my_reports)
        .get("/duty-reports", Guard::On(Action::ListOfficers), reports::list_reports)
        .get("/duty-reports/{id}", Guard::On(Action::ViewOfficer), reports::show_report)
        .post("/duty-reports/{id}/filing", Guard::On(Action::Clock), reports::file)
        .post("/duty-reports/{id}/excuse", edit, reports::excuse)
        .get("/api/v1/my-reports", Guard::On(Action::Clock), reports_api::list_my_reports)
        .get("/api/v1/duty-reports", Guard::On(Action::ListOfficers), reports_api::list_reports)
        .get("/api/v1/duty-reports/{id}", Guard::On(Action::ViewOfficer), reports_api::get_report)
        .post("/api/v1/duty-reports/{id}/filing", Guard::On(Action::Clock), reports_api::file_report)
        .post("/api/v1/duty-reports/{id}/excuse", edit, reports_api::excuse_report)
        .get("/standing", take, offences::show_standing)
        .get("/officers/{id}/marks/new", edit, marks::new_for_officer)
        .post("/officers/{id}/marks", edit, marks::create_for_officer)
        .get("/customers/{id}/marks/new", edit, marks::new_for_customer)
        .post("/customers/{id}/marks", edit, marks::create_for_customer)
        .post("/marks/{id}/end", edit, marks::end_mark)
        .get("/standing/marks/new", take, marks::new_own)
        .post("/standing/marks", take, marks::create_own)
        .post("/standing/marks/{id}/end", take, marks::end_own)
        .get("/api/v1/officers/{id}/marks", Guard::On(Action::ViewOfficer), marks_api::list_of_officer)
        .get("/api/v1/customers/{id}/marks", Guard::On(Action::ListOfficers), marks_api::list_to_customer)
        .post("/api/v1/officers/{id}/marks", edit, marks_api::create_mark)
        .post("/api/v1/marks/{id}/end", edit, marks_api::end_mark)
        .post("/api/v1/standing/marks", take, marks_api::declare_mark)
        .post("/api/v1/standing/marks/{id}/end", take, marks_api::end_declared)
        .get("/api/v1/offences", Guard::On(Action::ListOfficers), offences_api::list_offences)
        .get("/api/v1/officers/{id}/standing", Guard::On(Action::ViewOfficer), offences_api::get_standing)
        .post("/api/v1/officers/{id}/offences", edit, offences_api::create_offence)
        .post("/api/v1/offences/{id}/decision", edit, offences_api::decide_offence)
        .post("/api/v1/offences/{id}/appeal", take, offences_api::appeal_offence)
        .post("/api/v1/offences/{id}/appeal/decision", approve, offences_api::decide_appeal)
        .get("/api/v1/booked-work", Guard::On(Action::ViewOverview), misfits_api::list_booked_work)
        .post("/api/v1/booked-work/{id}/decision", fill, misfits_api::decide_booked_work)
        .post("/api/v1/booked-work/{id}/answer", take, misfits_api::answer_booked_work)
        .get("/api/v1/officers/{id}/refusals", Guard::On(Action::ViewOfficer), misfits_api::list_refusals)
        .get("/api/v1/shift-approvals", approve, approvals_api::list)
        .post("/api/v1/shifts/{id}/approvals", take, approvals_api::ask)
        .post("/api/v1/shift-approvals/{id}/approval", approve, approvals_api::approve)
        .post("/api/v1/shift-approvals/{id}/decline", approve, approvals_api::decline)
        .post("/api/v1/shift-approvals/{id}/withdrawal", take, shifts_api::take_back)
        .get("/api/v1/shifts/{id}", view, shifts_api::get_shift)
        .get("/api/v1/shifts/{id}/candidates", fill, shifts_api::list_candidates)
        .post("/api/v1/shifts/{id}/posting", fill, shifts_api::change_posting)
        .get("/api/v1/open-shifts", take, api::list_open_shifts)
        .post("/api/v1/shifts/{id}/acceptance", take, api::accept_shift)
        .get("/api/v1/my-shifts", take, api::list_my_shifts)
        .post("/api/v1/assignments/{id}/withdrawal", take, api::withdraw)
        .post("/api/v1/jobs/{id}/posting", fill, api::post_job)
        .post("/api/v1/shifts/{id}/assignments", fill, api::assign)
        .post("/api/v1/assignments/{id}/removal", fill, api::remove)
}
