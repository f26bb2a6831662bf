//! The one cookie, and what a browser and its network say about themselves.

use std::net::{IpAddr, SocketAddr};

use axum::{
    Extension,
    extract::ConnectInfo,
    http::{HeaderMap, HeaderValue, header},
};

pub use crate::guard::session_token as token;
use crate::{Ctx, guard::COOKIE};

/// Who connects, where the server knows it.
pub type Connected = Option<Extension<ConnectInfo<SocketAddr>>>;

/// The header that gives a browser its session's token.
pub fn set(token: &str) -> (header::HeaderName, HeaderValue) {
    let cookie = format!("{COOKIE}={token}; Secure; HttpOnly; SameSite=Lax; Path=/");
    (header::SET_COOKIE, HeaderValue::try_from(cookie).expect("a token is plain text"))
}

/// The network that a request comes from: the address, or the first 64 bits of a version 6 one. Behind proxies, as many
/// entries at the end of X-Forwarded-For are believed as there are proxies; what the client wrote before them is not.
pub fn network(ctx: &Ctx, headers: &HeaderMap, connected: &Connected) -> String {
    let peer = connected.as_ref().map(|Extension(ConnectInfo(address))| address.ip());
    let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
    let told = match ctx.settings().proxies {
        0 => None,
        proxies => hops.len().checked_sub(proxies).and_then(|at| hops.get(at)).and_then(|text| text.parse().ok()),
    };
    match told.or(peer) {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(address) => address.to_string(),
            None => address.segments()[..4].iter().map(|part| format!("{part:x}:")).collect(),
        },
        None => "unknown".to_owned(),
    }
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

/// Where to go after sign-in: a path of this site, nothing else.
pub fn safe_next(next: &str) -> &str {
    let own = next.starts_with('/')
        && !next.starts_with("//")
        && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
        && !next.starts_with("/sign-in");
    if own { next } else { "/" }
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

    #[test]
    fn only_own_paths_follow_a_sign_in() {
        for (next, to) in [
            ("/jobs", "/jobs"),
            ("/jobs?page=2", "/jobs?page=2"),
            ("", "/"),
            ("//evil.test", "/"),
            ("/\\evil.test", "/"),
            ("https://evil.test", "/"),
            ("javascript:alert(1)", "/"),
            ("/a\r\nb", "/"),
            ("/sign-in?next=/x", "/"),
        ] {
            assert_eq!(safe_next(next), to, "{next}");
        }
    }
}
