//! Serves the guide to the parts at <http://localhost:3199/dev/parts> (or the port given) without the product's server, and beside it an
//! officer's list and clock (`/jobs`, `/clock`) whose punches are answered by a stub, for browser tests of the front end.

use axum::{
    Json, Router,
    http::{StatusCode, header},
    middleware::map_response,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use maud::{Markup, html};
use muster_domain::money::Cents;
use muster_web::{assets, parts::*};

const NONCE: &str = "gallery";
const POLICY: &str = "default-src 'none'; script-src 'nonce-gallery' 'self'; style-src 'self' 'nonce-gallery'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; \
     object-src 'none'; frame-ancestors 'none'";

const NAV: &[NavItem<'static>] = &[
    NavItem { key: "jobs", href: "/jobs", label: "Jobs", icon: "briefcase", count: 0 },
    NavItem { key: "calendar", href: "/calendar", label: "Calendar", icon: "calendar-days", count: 0 },
    NavItem { key: "clock", href: "/clock", label: "Clock", icon: "timer", count: 0 },
    NavItem { key: "messages", href: "/messages", label: "Messages", icon: "message-square", count: 0 },
    NavItem { key: "profile", href: "/profile", label: "Profile", icon: "user", count: 0 },
];

fn framed(title: &str, here: &str, body: Markup) -> Markup {
    let viewer = Viewer {
        name: "R. Tran",
        subtitle: "Badge 2251",
        organisation: "Officer",
        nav: NAV,
        unread: 1,
        signed_in: true,
        id: "acc_demo",
        ..Viewer::default()
    };
    page(&Frame { title, viewer, here, nonce: NONCE, keep: &["/jobs", "/clock"], ..Frame::default() }, body)
}

async fn jobs() -> Markup {
    let kinds = ["escort", "school", "security", "event", "traffic"];
    let names = [
        "Funeral procession",
        "Friday night football",
        "Bank branch coverage",
        "Home game, north plaza",
        "Lane closure",
    ];
    framed(
        "Find work",
        "jobs",
        html! {
            (page_head("Find work").sub("200 jobs you are eligible for"))
            (filters("/jobs", "#jobs", html! {
                (search_box("q", "Search title, place, customer", ""))
                (chips("Kind of job", html! {
                    (chip("kind", "", "All", "", true)) (chip("kind", "traffic", "Traffic", "traffic-cone", false))
                    (chip("kind", "event", "Event", "ticket", false)) (chip("kind", "security", "Security", "shield", false))
                    (chip("kind", "escort", "Escort", "route", false))
                }))
            }))
            div #jobs {
                @for day in 0..25 {
                    section.day-group {
                        (section_head(&if day == 0 { "Today".to_owned() } else { format!("In {day} days") }, "8 jobs"))
                        ul.cards {
                            @for at in 0..8 {
                                li { (job_card(&JobCard {
                                    title: names[at % 5], kind: kinds[at % 5], place: "Whitley Chapel \u{b7} Whitley Memorial Park",
                                    hours: "08:00\u{2013}16:00", more: " \u{b7} 8 h \u{b7} 9.1 mi", rate: Some(Cents(7750)), total: Some(Cents(62_000)),
                                    href: "/jobs/1",
                                    tags: html! { (tag(Tone::Bad, "triangle-alert", "Conflict")) (tag(Tone::Neutral, "users", "1 of 1 open")) },
                                    ..JobCard::default()
                                })) }
                            }
                        }
                    }
                }
            }
        },
    )
}

async fn clock_page() -> Markup {
    framed(
        "Clock",
        "clock",
        html! {
            (page_head("Clock"))
            (clock(&ClockSite {
                assignment: "asg_demo",
                title: "Clinic front desk",
                sub: "St. Anne Clinic \u{b7} 16:00\u{2013}23:00",
                kind: "security",
                href: "/jobs",
                lat: "30.2700",
                lon: "-97.7400",
                radius_m: 150,
                state: "out",
                since: "",
                server_now: "",
            }))
        },
    )
}

async fn sign_in() -> Markup {
    let frame = Frame {
        title: "Sign in",
        nonce: NONCE,
        banner: Some(FrameBanner {
            tone: Tone::Accent,
            icon: "sparkles",
            words: "Demonstration",
            link: Some(("/jobs", "Enter as an officer")),
        }),
        ..Frame::default()
    };
    plain_page(
        &frame,
        html! {
            (page_head("Sign in").sub("With the account of your agency or company"))
            (form("/sign-in", "k", html! {
                (field("email", "E-mail").email().focused())
                (field("password", "Password").password().autocomplete("current-password"))
                (button("Sign in").primary().wide())
            }))
            p.small { a href="/forgot" { "I cannot sign in" } }
        },
    )
}

/// Takes punches unless the reason asks for another answer.
async fn punch(Json(press): Json<serde_json::Value>) -> Response {
    match press["reason"].as_str() {
        Some("refuse me") => {
            let body = serde_json::json!({ "detail": "This shift has ended.", "remedy": "Ask for a missed-press correction." });
            (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
        }
        Some("sign me out") => StatusCode::UNAUTHORIZED.into_response(),
        _ => Json(serde_json::json!({ "verdict": "inside", "words": "Recorded, on site." })).into_response(),
    }
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let guide = async || gallery::gallery(NONCE);
    let app = Router::new()
        .route("/dev/parts", get(guide).post(guide))
        .route("/sign-in", get(sign_in))
        .route("/jobs", get(jobs))
        .route("/clock", get(clock_page))
        .route("/api/v1/punches", post(punch))
        .route("/assets/{file}", get(assets::file))
        .route("/sw.js", get(assets::worker))
        .route("/favicon.ico", get(assets::favicon))
        .route("/manifest.webmanifest", get(assets::manifest))
        .layer(map_response(async |mut response: Response| {
            let policy = header::HeaderValue::from_static(POLICY);
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
            response
        }))
        .layer(tower_http::compression::CompressionLayer::new());
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(3199);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    axum::serve(listener, app).await
}
