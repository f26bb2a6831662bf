//! The embedded front end: `/assets/*` under names that carry their hash, the worker, the manifest and the icons.

use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::routes::{Guard, Routes};

/// One embedded file.
pub struct Asset {
    file: &'static str,
    media_type: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

const FOREVER: &str = "public, max-age=31536000, immutable";
const ASK_EACH_TIME: &str = "no-cache";

/// Routes of the embedded files. They need no session and carry no personal data.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/assets/{file}", Guard::Public, file)
        .get("/sw.js", Guard::Public, worker)
        .get("/favicon.ico", Guard::Public, favicon)
        .get("/manifest.webmanifest", Guard::Public, manifest)
}

/// A file under its hashed name; kept by browsers for good.
pub async fn file(Path(file): Path<String>, headers: HeaderMap) -> Response {
    find(&file).map_or_else(not_found, |asset| answer(asset, &headers, FOREVER))
}

/// The service worker, at the root so that it serves every page.
pub async fn worker(headers: HeaderMap) -> Response {
    named("/assets/sw.js", &headers)
}

/// The icon of the window, for those who ask without reading the page.
pub async fn favicon(headers: HeaderMap) -> Response {
    named(FAVICON_SVG, &headers)
}

fn named(address: &'static str, headers: &HeaderMap) -> Response {
    let file = address.trim_start_matches("/assets/");
    find(file).map_or_else(not_found, |asset| answer(asset, headers, ASK_EACH_TIME))
}

fn find(file: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.file == file)
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "There is no such file. Reload the page to get the current ones.").into_response()
}

fn answer(asset: &'static Asset, headers: &HeaderMap, caching: &'static str) -> Response {
    let common = [
        (header::CONTENT_TYPE, asset.media_type),
        (header::CACHE_CONTROL, caching),
        (header::VARY, "accept-encoding"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    let takes_brotli = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).is_some_and(takes_brotli);
    match asset.brotli.filter(|_| takes_brotli) {
        Some(bytes) => (common, [(header::CONTENT_ENCODING, "br")], bytes).into_response(),
        None => (common, asset.plain).into_response(),
    }
}

/// Whether an `Accept-Encoding` names brotli without refusing it (`q=0`).
fn takes_brotli(accepted: &str) -> bool {
    accepted.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next() == Some("br") && !parts.any(|part| part.replace(' ', "").trim_end_matches(['0', '.']) == "q=")
    })
}

/// What a phone needs to install Muster.
pub async fn manifest() -> Response {
    let body = serde_json::json!({
        "id": "/",
        "name": "Muster",
        "short_name": "Muster",
        "description": "Off-duty work of law-enforcement agencies: find it, take it, prove it, get paid.",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f4f5f7",
        "theme_color": "#17233b",
        "icons": [
            { "src": ICON_192_PNG, "sizes": "192x192", "type": "image/png", "purpose": "any" },
            { "src": ICON_512_PNG, "sizes": "512x512", "type": "image/png", "purpose": "any" },
            { "src": ICON_MASKABLE_512_PNG, "sizes": "512x512", "type": "image/png", "purpose": "maskable" },
            { "src": FAVICON_SVG, "sizes": "any", "type": "image/svg+xml" },
        ],
    });
    ([(header::CONTENT_TYPE, "application/manifest+json"), (header::CACHE_CONTROL, ASK_EACH_TIME)], body.to_string())
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brotli_is_sent_only_where_it_is_taken() {
        for (accepted, taken) in
            [("gzip, br", true), ("br;q=0.5", true), ("br; q=0", false), ("br;q=0.0", false), ("gzip", false)]
        {
            assert_eq!(takes_brotli(accepted), taken, "{accepted}");
        }
    }

    #[test]
    fn every_named_file_is_in_the_table() {
        for address in [APP_CSS, APP_JS, ICONS_SVG, FAVICON_SVG, PUBLIC_SANS_WOFF2, "/assets/sw.js"] {
            assert!(find(address.trim_start_matches("/assets/")).is_some(), "{address}");
        }
    }
}
