//! Serves the guide to the parts at <http://127.0.0.1:3199/dev/parts>, without the product's server.

use axum::{Router, http::header, response::IntoResponse, routing::get};
use muster_web::{assets, parts};

const POLICY: &str = "default-src 'self'; script-src 'self' 'nonce-gallery'; style-src 'self'; img-src 'self' data: blob:; \
                      object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let page =
        || async { ([(header::CONTENT_SECURITY_POLICY, POLICY)], parts::gallery::gallery("gallery")).into_response() };
    let app = Router::new()
        .route("/dev/parts", get(page).post(page))
        .route("/assets/{file}", get(assets::file))
        .route("/sw.js", get(assets::worker))
        .route("/favicon.ico", get(assets::favicon))
        .route("/manifest.webmanifest", get(assets::manifest));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3199").await?;
    axum::serve(listener, app).await
}
