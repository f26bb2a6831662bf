//! The page of one shift: what, where, with whom, and the sheet to take it.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use jiff::tz::TimeZone;
use maud::{Markup, html};
use muster_app::{
    Failure,
    distribution::{self, Answer, PositionSeen, ShiftPage},
};
use muster_domain::{
    access::{Action, Reach, reach},
    id::{PositionId, ShiftId},
    jobs::ShiftState,
    policy::{Outcome, kinds::ZoneEffect},
    refusal::Refusal,
};

use super::approvals::levels;
use crate::{
    Ctx,
    failure::PageFailure,
    fields::{Fields, Sent},
    given::{Given, Id},
    parts::{
        Fact, Tone, banner, button, card, card_head, dialog, facts, field, flush_card, kind_tag, link_button, list,
        list_row, page_head, press, tag,
    },
    times,
};

const DONE: &[(&str, &str)] = &[
    ("accepted", "The shift is yours. You find it under Schedule."),
    ("withdrawn", "You gave the shift back."),
    ("asked", "You asked for the shift. You will be told as soon as it is decided."),
    ("taken_back", "You no longer ask for this shift."),
    ("answered", "The coordinator has your answer."),
];

/// One shift.
pub async fn show_shift(given: Given, Id(id): Id<ShiftId>, query: Fields) -> Result<Response, PageFailure> {
    draw(&given, id, None, query.get("done")).await
}

/// An officer takes a seat. A refusal is shown on the shift's own page.
pub async fn accept_shift(given: Given, Id(id): Id<ShiftId>, sent: Sent) -> Result<Response, PageFailure> {
    let position: Option<PositionId> = sent.fields.get("position").parse().ok();
    match given
        .act(&sent, move |tx, who, now| distribution::sign_up(tx, who, id, position, now))
        .await
        .and_then(Answer::settled)
    {
        Ok(_) => Ok(Redirect::to(&format!("/shifts/{id}?done=accepted")).into_response()),
        Err(Failure::Refused(refusal)) => draw(&given, id, Some(refusal), "").await,
        Err(failure) => Err(failure.into()),
    }
}

pub(super) async fn draw(
    given: &Given,
    id: ShiftId,
    refused: Option<Refusal>,
    done: &str,
) -> Result<Response, PageFailure> {
    let (page, misfit) = given
        .read(move |tx, who, now| {
            let page = distribution::load_shift_page(tx, who, id, now)?;
            let misfit = distribution::find_own_misfit(tx, who, id)?;
            Ok((page, misfit))
        })
        .await?;
    let zone = times::zone(&page.glance.zone);
    let shift = &page.glance.shift;
    let body = html! {
        @if let Some(refusal) = &refused {
            (banner(Tone::Bad, "ban", html! { strong { (refusal.message) } " " (refusal.remedy) }))
        }
        (page_head(&shift.title).above(html! { (kind_tag(&shift.type_code, &crate::parts::capital(&shift.type_code))) (standing(&page)) })
            .sub(times::shift(shift.span, &zone)))
        @if let Some(one) = misfit.as_ref().filter(|_| page.mine.is_some()) { (super::misfits::own_banner(&given.ctx, one)) }
        @if given.who.actor.officer.is_some() { (action(&given.ctx, &page, &zone)) }
        (super::reports::of_shift(&page.reports, &zone, given.ctx.now()))
        (what(&page, &zone))
        @if !shift.site_instructions.is_empty() || !shift.details.instructions.is_empty() {
            (card(html! {
                (card_head("Orders").icon("clipboard-list"))
                @if !shift.details.instructions.is_empty() { p.prose { (shift.details.instructions) } }
                @if !shift.site_instructions.is_empty() { p.prose { (shift.site_instructions) } }
            }))
        }
        (positions(&page, given.who.actor.officer.is_some()))
        @if !page.crew.is_empty() { (crew(&page)) }
        @if reach(given.who.actor.role, Action::FillJob) != Reach::Nobody {
            p { (link_button("Assign officers", &format!("/shifts/{id}/assign")).icon("user-plus")) " " (link_button("Job", &format!("/jobs/{}", shift.job)).icon("briefcase")) }
        }
    };
    let here = if given.who.actor.officer.is_some() { "open-shifts" } else { "jobs" };
    let back =
        if given.who.actor.officer.is_some() { "/open-shifts".to_owned() } else { format!("/jobs/{}", shift.job) };
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(given.page(&shift.title, here).back(&back).done(done, DONE).status(status).draw(body))
}

fn standing(page: &ShiftPage) -> Markup {
    let shift = &page.glance.shift;
    match shift.state {
        ShiftState::Cancelled => tag(Tone::Bad, "ban", "Cancelled"),
        _ if page.mine.is_some() => tag(Tone::Ok, "circle-check", "Yours"),
        _ if shift.booked >= shift.seats => tag(Tone::Neutral, "users", "Full"),
        ShiftState::Posted => tag(
            Tone::Info,
            "users",
            &format!("{} of {} free", shift.seats - shift.booked, muster_domain::counted(shift.seats, "seat", "seats")),
        ),
        ShiftState::Draft | ShiftState::Closed => tag(Tone::Neutral, "lock", shift.state.label()),
    }
}

/// What the officer can do about the shift, or why he cannot.
fn action(ctx: &Ctx, page: &ShiftPage, zone: &TimeZone) -> Markup {
    let id = page.glance.shift.id;
    if let Some(mine) = page.mine {
        let hand = html! {
            @if page.leaving.hand_over.is_some() && page.glance.shift.span.starts_at() > ctx.now() {
                (link_button("Hand it to a colleague", &format!("/assignments/{mine}/handover")).icon("users"))
            }
        };
        let zone_now = page.leaving.zone;
        let late = zone_now.map_or(ctx.now() >= page.withdraw_until, |zone| zone != ZoneEffect::Free);
        let until = times::moment(page.withdraw_until, zone);
        return html! {
            @if late {
                (banner(Tone::Neutral, "lock", html! {
                    @match zone_now {
                        Some(ZoneEffect::ReplacementNeeded) if page.leaving.hand_over.is_some() => { "You are bound to this shift until another officer takes it over." },
                        Some(ZoneEffect::ReplacementNeeded) => { "You are bound to this shift until another officer takes it over. Ask the coordinator for a replacement." },
                        Some(ZoneEffect::ByPhone) => { "So shortly before the shift it can be given back by phone only: call the coordinator." },
                        Some(_) => { "So shortly before the shift it cannot be given back. Call the coordinator if you cannot come." },
                        None => { "You could give this shift back until " (until) ". Now only the coordinator can take you off." },
                    }
                    @if zone_now.is_some() { p.small { (page.leaving.rule) "." } }
                }))
                (hand)
            } @else {
                @match (zone_now, page.leaving.free_until) {
                    (None, _) => p.hint { "You can give it back until " (until) "." },
                    (Some(_), Some(free)) => p.hint { "You can give it back freely until " (times::moment(free, zone)) ". " (page.leaving.rule) "." },
                    (Some(_), None) => p.hint { "You can give it back freely. " (page.leaving.rule) "." },
                }
                div.button-pair { (button("Give the shift back").danger().opens("withdraw")) (hand) }
                (dialog("withdraw", "Give the shift back?", html! {
                    input type="hidden" name="shift" value=(id);
                    @if let Some(late) = &page.leaving.late_cancel { (banner(Tone::Bad, "triangle-alert", late.as_str())) }
                    p { "The seat opens for other officers at once, and the coordinator is told." }
                })
                    .cancel("Keep it")
                    .sends(&format!("/assignments/{mine}/withdrawal"), &ctx.word(), button("Give it back").danger()))
            }
        };
    }
    if let Some(asked) = page.asked.as_ref().filter(|asked| asked.state == "asked") {
        return html! {
            (banner(Tone::Info, "hourglass", html! { strong { "Waiting for approval by " (levels(&asked.levels)) "." } " You asked on " (times::moment(asked.asked_at, zone)) " and will be told." }))
            (press(&format!("/shift-approvals/{}/withdrawal", asked.id), &ctx.word(), button("I no longer ask").small()))
        };
    }
    if !page.may_take
        && let Some((position, by)) = &page.may_ask
    {
        return ask_for(ctx, page, *position, by);
    }
    if !page.may_take {
        let objections: Vec<&String> =
            page.positions.iter().filter(|one| one.outcome > Outcome::Warned).flat_map(|one| &one.reasons).collect();
        return html! {
            @if page.glance.shift.booked < page.glance.shift.seats && page.glance.shift.state == ShiftState::Posted {
                (banner(Tone::Warn, "ban", html! {
                    strong { "You may not take this shift." }
                    @if objections.is_empty() { " It is not open to you now." }
                    @else { ul { @for words in objections { li { (words) } } } }
                }))
            }
        };
    }
    html! {
        (button("Take this shift").primary().wide().opens("accept"))
        (dialog("accept", "Take this shift?", sheet(page, zone))
            .cancel("Not now")
            .sends(&format!("/shifts/{id}/acceptance"), &ctx.word(), button("Take it").primary().icon("check")))
    }
}

/// The shift needs somebody's approval: the officer can ask for it.
fn ask_for(ctx: &Ctx, page: &ShiftPage, position: PositionId, by: &[String]) -> Markup {
    let id = page.glance.shift.id;
    let seen = page.positions.iter().find(|one| one.open.position == position);
    let last = page.asked.as_ref().filter(|asked| asked.state == "declined");
    html! {
        @if let Some(asked) = last { (banner(Tone::Bad, "ban", html! { strong { "You asked before and it was declined." } " " (asked.reason) })) }
        (button("Ask for this shift").primary().wide().icon("hand").opens("ask"))
        (dialog("ask", "Ask for this shift?", html! {
            input type="hidden" name="position" value=(position);
            p { "It needs the approval of " strong { (levels(by)) } ". The seat stays open for others until then." }
            @for reason in seen.iter().flat_map(|one| &one.reasons) { (banner(Tone::Warn, "triangle-alert", reason.as_str())) }
        }).cancel("Not now").sends(&format!("/shifts/{id}/approvals"), &ctx.word(), button("Ask").primary().icon("send")))
    }
}

fn sheet(page: &ShiftPage, zone: &TimeZone) -> Markup {
    let shift = &page.glance.shift;
    let open: Vec<&PositionSeen> =
        page.positions.iter().filter(|one| one.open.free.is_some() && one.outcome <= Outcome::Warned).collect();
    let names: Vec<(String, String)> = open
        .iter()
        .map(|one| {
            let pay = one.pay.map_or(String::new(), |pay| format!(" \u{b7} {pay}"));
            (one.open.position.to_string(), format!("{}{pay}", one.open.role.label()))
        })
        .collect();
    let choices: Vec<(&str, &str)> = names.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect();
    html! {
        p { strong { (times::shift(shift.span, zone)) } br; (shift.site_name) ", " (shift.address) }
        @if choices.len() > 1 { (field("position", "Post").radio(&choices).value(choices[0].0)) }
        @if choices.len() == 1 { input type="hidden" name="position" value=(choices[0].0); p { "You would earn " strong { (open[0].pay.map_or("by the rate card".to_owned(), |pay| pay.to_string())) } " for the scheduled hours." } }
        @for warning in open.iter().flat_map(|one| &one.reasons) { (banner(Tone::Warn, "triangle-alert", warning.as_str())) }
        p.hint { "You can give it back until " (times::moment(page.withdraw_until, zone)) "." }
    }
}

fn what(page: &ShiftPage, zone: &TimeZone) -> Markup {
    let shift = &page.glance.shift;
    let contact = [shift.details.contact_name.as_str(), shift.details.contact_phone.as_str()]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(" \u{b7} ");
    let hours = times::hours(shift.span, zone);
    let length = shift.span.minutes().to_string();
    let number = format!("Job {}", shift.number);
    let day = times::day(shift.worked_on);
    let mut all = vec![
        Fact { icon: "clock", label: "When", value: &hours, note: &day },
        Fact { icon: "hourglass", label: "Length", value: &length, note: "" },
        Fact { icon: "map-pin", label: "Where", value: &shift.site_name, note: &shift.address },
        Fact { icon: "building-2", label: "For", value: &shift.customer_name, note: &number },
    ];
    if !contact.is_empty() {
        all.push(Fact { icon: "phone", label: "Contact at the site", value: &contact, note: "" });
    }
    facts(&all)
}

fn positions(page: &ShiftPage, officer: bool) -> Markup {
    flush_card(html! {
        (card_head("Posts").icon("users"))
        (list(html! {
            @for one in &page.positions {
                (list_row(one.open.role.label())
                    .sub(html! {
                        (one.open.booked) " of " (one.open.seats) " taken"
                        @if !one.open.requirements.certifications.is_empty() { " \u{b7} needs " (one.open.requirements.certifications.join(", ").replace('_', " ")) }
                        @if officer { @for reason in &one.reasons { br; (reason) } }
                    })
                    .end(html! {
                        @if officer {
                            @if one.outcome == Outcome::NeedsApproval { (tag(Tone::Warn, "hand", "Needs approval")) }
                            @else if one.outcome > Outcome::Warned { (tag(Tone::Bad, "ban", "Not for you")) }
                            @else if let Some(pay) = one.pay { strong { (pay) } }
                        }
                    }))
            }
        }))
    })
}

fn crew(page: &ShiftPage) -> Markup {
    flush_card(html! {
        (card_head("On this shift").icon("users"))
        (list(html! {
            @for seat in &page.crew {
                (list_row(seat.name.as_str()).person(&seat.name).sub(html! { (seat.role.label()) " \u{b7} badge " (seat.badge) })
                    .end(html! { @if seat.clocked_in_at.is_some() && seat.clocked_out_at.is_none() { (tag(Tone::Ok, "log-in", "On site")) } }))
            }
        }))
    })
}
