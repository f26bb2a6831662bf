//! A dialog's form on a page of its own: given back as it was sent, with what was wrong, when it cannot be taken as it is.

use axum::{http::StatusCode, response::Response};
use maud::{Markup, html};
use muster_app::Failure;
use muster_domain::refusal::FieldErrors;

use crate::{
    failure::{PageFailure, as_errors},
    fields::Fields,
    given::Given,
    parts::{Button, card, error_summary, field, form, form_actions, link_button, page_head},
};

/// A small form with its title, where it is sent and the page that it was opened from.
pub(crate) struct Again<'a> {
    /// What the form does.
    pub title: &'a str,
    /// Key of the navigation entry.
    pub here: &'a str,
    /// Where it is sent.
    pub action: String,
    /// The page with the dialog.
    pub back: String,
    /// The button that sends it.
    pub send: Button<'a>,
}

impl Again<'_> {
    /// The form with its mistakes; `fields` draws what stands in it.
    ///
    /// # Errors
    /// The failure itself when it is none that another input would mend.
    pub fn draw(
        self,
        given: &Given,
        failure: Failure,
        fields: impl FnOnce(&FieldErrors) -> Markup,
    ) -> Result<Response, PageFailure> {
        let errors = mistakes(failure)?;
        let body = html! {
            (page_head(self.title))
            (error_summary(&errors))
            (card(html! { (form(&self.action, &given.ctx.word(), html! {
                (fields(&errors))
                (form_actions(html! { (link_button("Back", &self.back)) (self.send) }))
            })) }))
        };
        let page = given.page(self.title, self.here).back(&self.back);
        Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY).draw(body))
    }
}

/// What was wrong, as mistakes of a form.
///
/// # Errors
/// The failure itself when it is none of the input or of a rule.
pub(crate) fn mistakes(failure: Failure) -> Result<FieldErrors, Failure> {
    match failure {
        Failure::Invalid(errors) => Ok(errors),
        Failure::Refused(refusal) => Ok(as_errors(&refusal)),
        other => Err(other),
    }
}

/// The one field that most such forms have; `hint` says who reads it.
pub(crate) fn why(hint: &str, sent: &Fields, errors: &FieldErrors) -> Markup {
    html! { (field("reason", "Why").lines(3).value(sent.get("reason")).errors(errors).required().max_length(500).hint(hint)) }
}
