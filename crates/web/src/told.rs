//! A refusal after a button without fields: the person is brought back to the page with the words, rather than to a page that
//! holds nothing but them. What was said travels in a cookie that is read once. Forms with fields come back filled instead.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};

use crate::failure::PageFailure;

/// The cookie's name.
const COOKIE: &str = "__Host-told";
/// The most of a message that is carried, in characters.
const MOST: usize = 600;
/// The hidden field that says that a form is a mere button.
pub const PRESS: &str = "_press";

/// Set when the request turns out to be a mere button.
#[derive(Debug, Clone, Default)]
pub struct Pressed(Arc<AtomicBool>);

impl Pressed {
    /// Notes that it was one.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Brings people back to where they pressed when what they pressed was refused.
pub async fn bring_back(mut request: Request, next: Next) -> Response {
    if request.method().is_safe() || request.uri().path().starts_with("/api/") {
        return next.run(request).await;
    }
    let page = own_page(request.headers());
    let pressed = Pressed::default();
    request.extensions_mut().insert(pressed.clone());
    let response = next.run(request).await;
    let refused = response.extensions().get::<PageFailure>().filter(|failure| failure.is_refusal());
    match (refused, page) {
        (Some(refused), Some(page)) if pressed.0.load(Ordering::Relaxed) => {
            let words: String = refused.sentence().chars().take(MOST).collect();
            let told: String = form_urlencoded::byte_serialize(words.as_bytes()).collect();
            ([set(&told, 60)], Redirect::to(&page)).into_response()
        }
        _ => response,
    }
}

fn set(told: &str, seconds: u32) -> (HeaderName, HeaderValue) {
    let cookie = format!("{COOKIE}={told}; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict; Path=/");
    (header::SET_COOKIE, HeaderValue::try_from(cookie).expect("an encoded text is plain"))
}

/// The header that forgets what was said.
pub fn forget() -> (HeaderName, HeaderValue) {
    set("", 0)
}

/// Path and query of the page that sent the request, when it is one of ours; without the word of an earlier success.
fn own_page(headers: &HeaderMap) -> Option<String> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let (_, rest) = text(header::REFERER)?.split_once("://")?;
    let (host, page) = rest.split_at(rest.find('/')?);
    let (path, query) = page.split_once('?').unwrap_or((page, ""));
    let own = Some(host) == text(header::HOST) && !path.starts_with("//");
    let kept: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("done=")).collect();
    own.then(|| if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) })
}

/// What was said before this page, if anything.
#[must_use]
pub fn said(headers: &HeaderMap) -> String {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let told = cookies
        .flat_map(|cookies| cookies.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
        .unwrap_or_default();
    let read = form_urlencoded::parse(told.as_bytes()).next().map(|(words, _)| words.into_owned());
    read.unwrap_or_default().chars().take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn only_our_own_pages_are_gone_back_to() {
        for (referer, host, wanted) in [
            ("https://m.test/jobs/1", "m.test", Some("/jobs/1")),
            ("https://m.test/jobs?when=now&done=posting", "m.test", Some("/jobs?when=now")),
            ("https://m.test/jobs?done=posting", "m.test", Some("/jobs")),
            ("https://evil.test/jobs", "m.test", None),
            ("https://m.test//evil.test/", "m.test", None),
            ("https://m.test", "m.test", None),
        ] {
            let sent = headers(&[(header::REFERER, referer), (header::HOST, host)]);
            assert_eq!(own_page(&sent).as_deref(), wanted, "{referer}");
        }
    }

    #[test]
    fn what_is_said_comes_through_whole() {
        let words = "Job 7 is over; 100 % caf\u{e9} & \u{201c}so\u{201d}. Look again.";
        let told: String = form_urlencoded::byte_serialize(words.as_bytes()).collect();
        let (_, cookie) = set(&told, 60);
        let sent = cookie.to_str().expect("plain").split(';').next().unwrap_or_default().to_owned();
        let mut got = HeaderMap::new();
        got.insert(header::COOKIE, HeaderValue::try_from(format!("a=b; {sent}")).expect("plain"));
        assert_eq!(said(&got), words);
        assert_eq!(said(&HeaderMap::new()), "");
    }
}
