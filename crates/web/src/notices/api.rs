//! The inbox as JSON.

use axum::{Json, extract::Query, http::StatusCode};
use muster_app::notices;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{failure::ApiFailure, fields::Sent, given::Given};

/// A message in the inbox.
#[derive(Debug, Serialize, ToSchema)]
pub struct Notice {
    /// Its id, `ntc_...`.
    pub id: String,
    /// A stable word.
    pub kind: String,
    /// One line.
    pub title: String,
    /// A few sentences.
    pub body: String,
    /// The page to open.
    pub link: String,
    /// When it came (RFC 3339).
    pub made_at: String,
    /// When it was read.
    pub read_at: Option<String>,
}

/// A page of the inbox.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticePage {
    /// This page, newest first, 50 a page.
    pub notices: Vec<Notice>,
    /// How many there are.
    pub count: i64,
}

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub struct NoticeQuery {
    /// From 1.
    pub page: Option<i64>,
}

/// The inbox of the signed-in person, newest first.
#[utoipa::path(get, path = "/api/v1/notices", params(NoticeQuery), tag = "notices", responses((status = 200, body = NoticePage)))]
pub async fn list_notices(given: Given, Query(query): Query<NoticeQuery>) -> Result<Json<NoticePage>, ApiFailure> {
    let page = query.page.unwrap_or(1).clamp(1, 100_000);
    let (found, count) = given.read(move |tx, who, _| notices::list_notices(tx, who, page)).await?;
    let notices = found
        .into_iter()
        .map(|notice| Notice {
            id: notice.id.to_string(),
            kind: notice.kind,
            title: notice.title,
            body: notice.body,
            link: notice.link,
            made_at: notice.made_at.to_string(),
            read_at: notice.read_at.map(|at| at.to_string()),
        })
        .collect();
    Ok(Json(NoticePage { notices, count }))
}

/// Marks the inbox as read.
#[utoipa::path(post, path = "/api/v1/notices/reading", tag = "notices", responses((status = 204)))]
pub async fn mark_read(given: Given, sent: Sent) -> Result<StatusCode, ApiFailure> {
    sent.key()?;
    given.ctx.housekeep(move |tx, now| notices::mark_read(tx, &given.who.actor, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}
