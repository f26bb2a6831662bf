//! The one cookie, and what a browser says about itself.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::guard::COOKIE;

/// The header that gives a browser its session's token.
pub fn set(token: &str) -> (header::HeaderName, HeaderValue) {
    let cookie = format!("{COOKIE}={token}; Secure; HttpOnly; SameSite=Lax; Path=/");
    (header::SET_COOKIE, HeaderValue::try_from(cookie).expect("a token is plain text"))
}

/// Browser and system in words, for the list of sessions.
pub fn device(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = |pairs: &[(&str, &'static str)], other| {
        pairs.iter().find(|(mark, _)| agent.contains(mark)).map_or(other, |(_, word)| *word)
    };
    let browser = first(
        &[("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")],
        "a browser",
    );
    let system = first(
        &[
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Android", "Android"),
            ("Windows", "Windows"),
            ("Mac OS", "Mac"),
            ("Linux", "Linux"),
        ],
        "an unknown system",
    );
    format!("{browser} on {system}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_has_words() {
        let mut headers = HeaderMap::new();
        assert_eq!(device(&headers), "a browser on an unknown system");
        let agent =
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36";
        headers.insert(header::USER_AGENT, HeaderValue::from_static(agent));
        assert_eq!(device(&headers), "Chrome on Android");
    }
}
