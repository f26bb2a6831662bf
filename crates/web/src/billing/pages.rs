//! The pages of invoices.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use muster_app::{
    Failure,
    billing::{self, ChargeLine, Days, Filter, Listed, NewPayment, Shown},
    ledger,
};
use muster_domain::{
    access::{Action, Reach, reach},
    billing::{PaymentMethod, Standing},
    counted,
    id::{CustomerId, InvoiceId},
    money::Cents,
    refusal::FieldErrors,
    time::Span,
};

use crate::{
    Ctx,
    failure::PageFailure,
    fields::{Fields, Reader, Sent},
    frame::story_link,
    given::{Given, Id},
    parts::{
        Align, Column, Fact, Row, Tone, button, card, chip_link, data_table, dialog, empty, error_summary, facts,
        field, flush_card, form, form_actions, kpi, kpis, link_button, money, page_head, pager, press, print_sheet,
        tag,
    },
    signed_in::SignedIn,
    times,
};

const DONE: &[(&str, &str)] = &[
    ("issued", "The invoices are issued and the customers told."),
    ("paid", "The payment is recorded."),
    ("late", "The late charge is on the invoice."),
];

fn may_edit(who: &SignedIn) -> bool {
    reach(who.actor.role, Action::EditInvoice) != Reach::Nobody
}

/// The invoices, newest first.
pub async fn list_invoices(given: Given, query: Fields) -> Result<Response, PageFailure> {
    let standing = query.get("standing").to_owned();
    let page: i64 = query.get("page").parse().unwrap_or(1).clamp(1, 100_000);
    let filter = Filter {
        customer: query.get("customer").parse().ok(),
        standing: (!standing.is_empty()).then_some(standing.clone()),
    };
    let listed = given.read(move |tx, who, now| billing::list_invoices(tx, who, &filter, page, now)).await?;
    let body = html! {
        (page_head("Invoices").sub(format!("{} owed on {}", listed.owed, counted(listed.count, "invoice", "invoices"))).actions(html! {
            @if may_edit(&given.who) { (link_button("Issue invoices", "/invoices/new").primary().icon("receipt")) }
        }))
        div.chips role="group" aria-label="Standing" {
            @for (value, words) in [("", "All"), ("open", "Open"), ("overdue", "Overdue"), ("paid", "Paid")] {
                (chip_link(&format!("/invoices?standing={value}"), words, "", None, standing == value))
            }
        }
        @if listed.invoices.is_empty() {
            (card(empty("receipt", "No invoices here", "Invoices are made from approved time.", html! {})))
        } @else {
            (flush_card(table(&listed)))
            (pager(&format!("/invoices?standing={standing}"), page, listed.count))
        }
    };
    Ok(given.page("Invoices", "invoices").done(query.get("done"), DONE).draw(body))
}

fn standing_tag(standing: Standing) -> Markup {
    match standing {
        Standing::Paid => tag(Tone::Ok, "circle-check", "Paid"),
        Standing::Open => tag(Tone::Info, "clock", "Open"),
        Standing::Overdue => tag(Tone::Bad, "triangle-alert", "Overdue"),
    }
}

fn table(listed: &Listed) -> Markup {
    let columns = [
        Column { label: "Number", ..Column::default() },
        Column { label: "Customer", ..Column::default() },
        Column { label: "Work", desk: true, ..Column::default() },
        Column { label: "Due", ..Column::default() },
        Column { label: "Standing", ..Column::default() },
        Column { label: "Total", align: Align::End, desk: true, ..Column::default() },
        Column { label: "Owed", align: Align::End, ..Column::default() },
    ];
    let rows: Vec<Row<'_>> = listed
        .invoices
        .iter()
        .map(|addressed| {
            let invoice = &addressed.invoice;
            Row {
                cells: vec![
                    html! { a href={ "/invoices/" (invoice.id) } { "Invoice " (invoice.number) } },
                    html! { (addressed.customer_name) },
                    html! { (times::day(invoice.from_on)) " \u{2013} " (times::day(invoice.to_on)) },
                    html! { (times::full_day(invoice.due_on)) },
                    standing_tag(invoice.standing(listed.today)),
                    money(invoice.total),
                    money(invoice.owed()),
                ],
                ..Row::default()
            }
        })
        .collect();
    html! { (data_table("Invoices", &columns, &rows)) }
}

/// Which days to invoice, and who would get what.
pub async fn choose_invoices(given: Given, query: Fields) -> Result<Response, PageFailure> {
    let week = given.read(ledger::last_week).await?;
    let chosen = if query.get("to_on").is_empty() {
        query.with("from_on", week.from_on.saturating_sub(jiff::Span::new().days(28))).with("to_on", week.to_on)
    } else {
        query
    };
    draw_choice(&given, &chosen, FieldErrors::default()).await
}

fn read_days(fields: &Fields) -> Result<Days, FieldErrors> {
    let mut reader = Reader::new(fields);
    let days = Days { from_on: reader.date("from_on"), to_on: reader.date("to_on") };
    reader.errors.require(days.from_on <= days.to_on, "to_on", "The last day is before the first.");
    reader.finish()?;
    Ok(days)
}

async fn draw_choice(given: &Given, fields: &Fields, mut errors: FieldErrors) -> Result<Response, PageFailure> {
    let due = match read_days(fields) {
        Ok(days) => given.read(move |tx, who, _| billing::list_due_names(tx, who, days)).await?,
        Err(found) => {
            if errors.0.is_empty() {
                errors = found;
            }
            Vec::new()
        }
    };
    let total: Cents = due.iter().map(|row| row.cents).sum();
    let key = given.ctx.word();
    let body = html! {
        (page_head("Issue invoices").sub("From approved time that is on no invoice yet"))
        (error_summary(&errors))
        (card(html! {
            form.row-form method="get" action="/invoices/new" {
                (field("from_on", "First day of work").date().value(fields.get("from_on")).errors(&errors))
                (field("to_on", "Last day of work").date().value(fields.get("to_on")).errors(&errors))
                (button("Show").icon("refresh-cw"))
            }
        }))
        @if due.is_empty() {
            (card(empty("receipt", "Nothing to invoice", "No approved time of these days is waiting for an invoice. Approve time first, or choose other days.",
                html! { (link_button("Review time", "/time")) })))
        } @else {
            (kpis(&[kpi("Customers", due.len().to_string()), kpi("Total", total.to_string())]))
            (flush_card(due_table(&due)))
            (form("/invoices", &key, html! {
                input type="hidden" name="from_on" value=(fields.get("from_on"));
                input type="hidden" name="to_on" value=(fields.get("to_on"));
                (form_actions(html! { (link_button("Cancel", "/invoices")) (button(&format!("Issue {}", counted(due.len(), "invoice", "invoices"))).primary().icon("receipt")) }))
            }))
        }
    };
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(given.page("Issue invoices", "invoices").back("/invoices").status(status).draw(body))
}

fn due_table(due: &[billing::DueCustomer]) -> Markup {
    let columns = [
        Column { label: "Customer", ..Column::default() },
        Column { label: "Shifts", align: Align::End, ..Column::default() },
        Column { label: "Amount", align: Align::End, ..Column::default() },
    ];
    let rows: Vec<Row<'_>> = due
        .iter()
        .map(|row| Row {
            cells: vec![html! { (row.name) }, html! { (row.charges) }, money(row.cents)],
            ..Row::default()
        })
        .collect();
    html! { (data_table("Customers to invoice", &columns, &rows)) }
}

/// Issues one invoice per customer.
pub async fn issue_invoices(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let days = match read_days(&sent.fields) {
        Ok(days) => days,
        Err(errors) => return draw_choice(&given, &sent.fields, errors).await,
    };
    let customer: Option<CustomerId> = sent.fields.get("customer").parse().ok();
    given
        .act(&sent, move |tx, who, now| match customer {
            Some(customer) => billing::issue_invoice(tx, who, customer, days, now).map(|_| 1),
            None => billing::issue_all(tx, who, days, now),
        })
        .await?;
    Ok(Redirect::to("/invoices?done=issued").into_response())
}

/// One invoice; it prints.
pub async fn show_invoice(given: Given, Id(id): Id<InvoiceId>, query: Fields) -> Result<Response, PageFailure> {
    draw_invoice(&given, id, &Fields::default(), FieldErrors::default(), query.get("done")).await
}

async fn draw_invoice(
    given: &Given,
    id: InvoiceId,
    fields: &Fields,
    errors: FieldErrors,
    done: &str,
) -> Result<Response, PageFailure> {
    let shown = given.read(move |tx, who, now| billing::load_invoice(tx, who, id, now)).await?;
    let invoice = &shown.addressed.invoice;
    let title = format!("Invoice {}", invoice.number);
    let open = invoice.standing(shown.today) != Standing::Paid;
    let body = html! {
        (page_head(&title).sub(format!("{} \u{b7} {}", shown.addressed.customer_name, given.who.shown.agency)).actions(html! {
            (standing_tag(invoice.standing(shown.today)))
            (story_link(&given.who, id))
            @if open && may_edit(&given.who) {
                @if shown.late_today > Cents::ZERO { (press(&format!("/invoices/{id}/late-charges"), &given.ctx.word(), button(&format!("Add {} for lateness", shown.late_today)))) }
                (button("Record payment").primary().icon("banknote").opens("payment"))
            }
        }))
        (error_summary(&errors))
        (print_sheet(sheet(&shown, &given.who.shown.zone)))
        @if open && may_edit(&given.who) { (payment_dialog(&given.ctx, &shown, fields, &errors)) }
    };
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(given.page(&title, "invoices").back("/invoices").done(done, DONE).status(status).draw(body))
}

fn sheet(shown: &Shown, zone: &str) -> Markup {
    let invoice = &shown.addressed.invoice;
    let zone = times::zone(zone);
    html! {
        (facts(&[
            Fact { icon: "building-2", label: "For", value: &shown.addressed.customer_name, note: &shown.addressed.billing_address },
            Fact { icon: "calendar-days", label: "Work", value: &format!("{} \u{2013} {}", times::full_day(invoice.from_on), times::full_day(invoice.to_on)), note: "" },
            Fact { icon: "receipt", label: "Issued", value: &times::full_day(invoice.issued_on), note: "" },
            Fact { icon: "clock", label: "Due", value: &times::full_day(invoice.due_on), note: "" },
        ]))
        (flush_card(html! {
            (lines_table(&shown.lines, &zone))
            dl.totals {
                @for extra in &shown.extras {
                    div { dt { (extra.words) ", " (times::full_day(extra.added_on)) } dd { (money(extra.cents)) } }
                }
                div { dt { "Total" } dd { (money(invoice.total)) } }
                @for payment in &shown.payments {
                    div { dt { "Received " (times::full_day(payment.received_on)) " \u{b7} " (payment.method.label()) " " (payment.reference) } dd { (money(-payment.cents)) } }
                }
                div.grand { dt { "Owed" } dd { (money(invoice.owed())) } }
                @if shown.late_today > Cents::ZERO {
                    div { dt { "Comes on top when it is paid today, for being late" } dd { (money(shown.late_today)) } }
                }
            }
        }))
    }
}

fn lines_table(lines: &[ChargeLine], zone: &jiff::tz::TimeZone) -> Markup {
    let columns = [
        Column { label: "Shift", ..Column::default() },
        Column { label: "Job", ..Column::default() },
        Column { label: "Officer", ..Column::default() },
        Column { label: "Paid time", align: Align::End, ..Column::default() },
        Column { label: "Amount", align: Align::End, ..Column::default() },
    ];
    let rows: Vec<Row<'_>> = lines
        .iter()
        .map(|line| Row {
            cells: vec![
                html! { @if let Some(span) = Span::new(line.starts_at, line.ends_at) { (times::shift(span, zone)) } },
                html! { "#" (line.job_number) " " (line.job_title)
                    details.why { summary { "How this was calculated" } ul { @for words in billing::explain(&line.charge) { li { (words) } } } } },
                html! { (line.officer_name) " \u{b7} badge " (line.badge) },
                html! { (line.charge.paid_minutes) },
                money(line.charge.customer_cents),
            ],
            ..Row::default()
        })
        .collect();
    html! { (data_table("Lines", &columns, &rows)) }
}

fn payment_dialog(ctx: &Ctx, shown: &Shown, fields: &Fields, errors: &FieldErrors) -> Markup {
    let invoice = &shown.addressed.invoice;
    let methods: Vec<(&str, &str)> = PaymentMethod::ALL.iter().map(|method| (method.code(), method.label())).collect();
    let or =
        |name: &str, default: String| if fields.get(name).is_empty() { default } else { fields.get(name).to_owned() };
    let action = format!("/invoices/{}/payments", invoice.id);
    let key = ctx.word();
    let body = html! {
        (field("cents", "Amount").money().value(or("cents", invoice.owed().plain())).errors(errors).required())
        (field("method", "How it came").select(&methods).value(or("method", "check".to_owned())).errors(errors).hint("Where the payment terms have a card fee, it is added and received with the amount"))
        (field("reference", "Check or transfer number").value(fields.get("reference")).errors(errors))
        (field("received_on", "Received on").date().value(or("received_on", shown.today.to_string())).errors(errors).required())
    };
    let sends = button("Record payment").primary();
    html! { (dialog("payment", "Record a payment", body).sends(&action, &key, sends).open(!errors.0.is_empty())) }
}

fn read_payment(fields: &Fields) -> Result<NewPayment, FieldErrors> {
    let mut reader = Reader::new(fields);
    let methods: Vec<(&str, PaymentMethod)> =
        PaymentMethod::ALL.iter().map(|method| (method.code(), *method)).collect();
    let payment = NewPayment {
        cents: reader.cents("cents"),
        method: reader.choice("method", &methods).unwrap_or(PaymentMethod::Check),
        reference: reader.optional_text("reference", 80),
        received_on: reader.date("received_on"),
    };
    reader.finish()?;
    Ok(payment)
}

/// Puts on an overdue invoice what the payment terms add until today.
pub async fn charge_late(given: Given, Id(id): Id<InvoiceId>, sent: Sent) -> Result<Response, PageFailure> {
    given.act(&sent, move |tx, who, now| billing::charge_late(tx, who, id, now)).await?;
    Ok(Redirect::to(&format!("/invoices/{id}?done=late")).into_response())
}

/// Writes down a payment; a form with mistakes comes back filled.
pub async fn record_payment(given: Given, Id(id): Id<InvoiceId>, sent: Sent) -> Result<Response, PageFailure> {
    let outcome = match read_payment(&sent.fields) {
        Ok(payment) => given.act(&sent, move |tx, who, now| billing::record_payment(tx, who, id, &payment, now)).await,
        Err(errors) => Err(Failure::Invalid(errors)),
    };
    match outcome {
        Ok(_) => Ok(Redirect::to(&format!("/invoices/{id}?done=paid")).into_response()),
        Err(Failure::Invalid(errors)) => draw_invoice(&given, id, &sent.fields, errors, "").await,
        Err(Failure::Refused(refusal)) => {
            let mut errors = FieldErrors::default();
            errors.add("cents", format!("{} {}", refusal.message, refusal.remedy));
            draw_invoice(&given, id, &sent.fields, errors, "").await
        }
        Err(failure) => Err(failure.into()),
    }
}
