//! How a failure is shown: as a page to people, as `application/problem+json` to programs.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::html;
use muster_app::Failure;
use muster_domain::{
    access::Denied,
    refusal::{FieldErrors, Refusal},
};
use serde_json::json;

use crate::{
    fields::FORM_LIMIT,
    parts::{Frame, form_actions, icon, link_button, plain_page},
};

/// The HTTP status of a failure.
#[must_use]
pub fn status(failure: &Failure) -> StatusCode {
    match failure {
        Failure::Denied(Denied::NotVisible) | Failure::Missing(_) => StatusCode::NOT_FOUND,
        Failure::Denied(Denied::NotAllowed(_) | Denied::ReadOnlyToken) => StatusCode::FORBIDDEN,
        Failure::Denied(Denied::NoAgency) | Failure::Conflict(_) => StatusCode::CONFLICT,
        Failure::Invalid(_) | Failure::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Failure::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Failure::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What a person reads: a heading, what was wrong, what to do.
fn words(failure: &Failure) -> (&'static str, String, String) {
    match failure {
        Failure::Denied(Denied::NotVisible) | Failure::Missing(_) => (
            "Not found",
            "There is nothing at this address, or it is not yours to see.".to_owned(),
            "Check the address, or go back and choose from a list.".to_owned(),
        ),
        Failure::Denied(denied) => ("Not allowed", denied.to_string(), String::new()),
        Failure::Invalid(errors) => {
            ("Please check what you entered", errors.to_string(), "Mend it and send it again.".to_owned())
        }
        Failure::Refused(refusal) => ("That cannot be done", refusal.message.clone(), refusal.remedy.clone()),
        Failure::Conflict(_) => ("Changed in the meantime", failure.to_string(), String::new()),
        Failure::Busy => ("Very busy", failure.to_string(), String::new()),
        Failure::Broken(_) => (
            "Something went wrong",
            failure.to_string(),
            "Try again. If it happens again, tell your administrator when it happened.".to_owned(),
        ),
    }
}

/// A failure on its way to a person.
#[derive(Debug, Clone)]
pub struct PageFailure {
    status: StatusCode,
    heading: &'static str,
    message: String,
    remedy: String,
}

impl PageFailure {
    /// A body that could not be read (400, or 413 when it is too large); `message` says why.
    #[must_use]
    pub fn unreadable(status: StatusCode, message: impl Into<String>) -> Self {
        if status == StatusCode::PAYLOAD_TOO_LARGE {
            return Self {
                status,
                heading: "That is too large",
                message: format!("At most {} MiB can be sent at once, files included.", FORM_LIMIT / 1024 / 1024),
                remedy: "Send less, or split the file into several.".to_owned(),
            };
        }
        Self {
            status: StatusCode::BAD_REQUEST,
            heading: "This could not be read",
            message: message.into(),
            remedy: "Check it and send it again.".to_owned(),
        }
    }

    /// What the framework refused by itself, in our words: an address that cannot be read, a method that no route has.
    #[must_use]
    pub fn of_framework(status: StatusCode, said: &str) -> Self {
        let said = said.trim().trim_end_matches('.');
        let (heading, message, remedy) = match status {
            StatusCode::NOT_FOUND => return Self::missing(),
            StatusCode::METHOD_NOT_ALLOWED => (
                "Not possible this way",
                "There is something at this address, but not for a request of this kind.".to_owned(),
                "Open the page and use its buttons. Programs find the methods of each address in the description of the API.",
            ),
            StatusCode::FORBIDDEN => ("Not allowed", format!("{said}."), ""),
            status if status.is_server_error() => (
                "Something went wrong",
                "Something went wrong on our side. Nothing was changed.".to_owned(),
                "Try again. If it happens again, tell your administrator when it happened.",
            ),
            _ => {
                return Self::unreadable(
                    status,
                    format!("The address or what was sent with it cannot be read: {said}."),
                );
            }
        };
        Self { status, heading, message, remedy: remedy.to_owned() }
    }

    /// True when a rule, another input or somebody else's change was in the way; nothing is broken or missing.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self.status, StatusCode::UNPROCESSABLE_ENTITY | StatusCode::CONFLICT)
    }

    /// What was wrong and what to do, in one line.
    #[must_use]
    pub fn sentence(&self) -> String {
        format!("{} {}", self.message, self.remedy).trim().to_owned()
    }

    /// The same for a program.
    pub fn as_problem(&self) -> Response {
        let Self { status, heading, message, remedy } = self;
        let problem = json!({ "type": "about:blank", "status": status.as_u16(), "title": heading, "detail": message, "remedy": remedy });
        problem_response(*status, problem)
    }

    /// An address that cannot exist (404), for example an id of the wrong kind.
    #[must_use]
    pub fn missing() -> Self {
        Failure::Denied(Denied::NotVisible).into()
    }
}

impl From<Failure> for PageFailure {
    fn from(failure: Failure) -> Self {
        log(&failure);
        let (heading, message, remedy) = words(&failure);
        Self { status: status(&failure), heading, message, remedy }
    }
}

impl From<Denied> for PageFailure {
    fn from(denied: Denied) -> Self {
        Failure::from(denied).into()
    }
}

impl IntoResponse for PageFailure {
    fn into_response(self) -> Response {
        let frame = Frame { title: self.heading, ..Frame::default() };
        let body = plain_page(
            &frame,
            html! {
                div.centred { (icon(if self.status.is_server_error() { "circle-alert" } else { "info" })) }
                h1 { (self.heading) }
                p { (self.message) }
                @if !self.remedy.is_empty() { p { (self.remedy) } }
                (form_actions(html! { (link_button("Go to the start page", "/").primary()) }))
            },
        );
        let mut response = with_retry(self.status, (self.status, body).into_response());
        // Programs are given the same as a problem; see `headers::explain`.
        response.extensions_mut().insert(self);
        response
    }
}

/// A failure on its way to a program.
#[derive(Debug)]
pub struct ApiFailure(pub Failure);

impl From<Failure> for ApiFailure {
    fn from(failure: Failure) -> Self {
        log(&failure);
        Self(failure)
    }
}

impl From<Denied> for ApiFailure {
    fn from(denied: Denied) -> Self {
        Self(denied.into())
    }
}

impl IntoResponse for ApiFailure {
    fn into_response(self) -> Response {
        let status = status(&self.0);
        let (title, detail, remedy) = words(&self.0);
        let mut problem = json!({ "type": "about:blank", "status": status.as_u16(), "title": title, "detail": detail, "remedy": remedy });
        match &self.0 {
            Failure::Invalid(errors) => problem["errors"] = json!(errors),
            Failure::Refused(refusal) => problem["code"] = json!(refusal.code),
            _ => {}
        }
        problem_response(status, problem)
    }
}

fn problem_response(status: StatusCode, problem: serde_json::Value) -> Response {
    let mut response = (status, Json(problem)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    with_retry(status, response)
}

fn with_retry(status: StatusCode, mut response: Response) -> Response {
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    }
    response
}

/// Only defects and outages are errors in the log.
fn log(failure: &Failure) {
    if let Failure::Broken(error) = failure {
        tracing::error!(error = ?error, "a use case broke");
    }
}

/// A refusal as a mistake of the whole form, so that nothing that was typed is lost.
pub(crate) fn as_errors(refusal: &Refusal) -> FieldErrors {
    let mut errors = FieldErrors::default();
    let field = if refusal.code == "reason_missing" { "reason" } else { "" };
    errors.add(field, format!("{} {}", refusal.message, refusal.remedy));
    errors
}
