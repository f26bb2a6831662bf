//! The audit log as JSON.

use axum::{
    Json,
    extract::{Path, Query},
    response::Response,
};
use muster_app::audit;
use muster_domain::{access::Denied, audit::Sealed};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{export::jsonl, pages::filter};
use crate::{failure::ApiFailure, fields::Fields, given::Given, times};

/// An entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntry {
    /// Its number in the agency's chain, from 1.
    pub number: i64,
    /// When (RFC 3339).
    pub made_at: String,
    /// Who, by name.
    pub actor: String,
    /// The role acted in.
    pub role: String,
    /// A stable word.
    pub action: String,
    /// A sentence without the actor.
    pub words: String,
    /// The facts.
    #[schema(value_type = Object)]
    pub details: serde_json::Value,
    /// The ids of the things it is about.
    pub subjects: Vec<String>,
    /// Its seal.
    pub hash: String,
}

impl From<Sealed> for AuditEntry {
    fn from(entry: Sealed) -> Self {
        Self {
            number: entry.seq,
            made_at: entry.made_at.to_string(),
            details: serde_json::from_str(&entry.details).unwrap_or_default(),
            actor: entry.actor,
            role: entry.role,
            action: entry.action,
            words: entry.words,
            subjects: entry.subjects,
            hash: entry.hash,
        }
    }
}

/// A page of entries.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditPage {
    /// This page, newest first, 50 a page.
    pub entries: Vec<AuditEntry>,
    /// How many match.
    pub count: i64,
}

/// Which entries.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub struct AuditQuery {
    /// Part of the sentence, the name or the action.
    pub q: String,
    /// First local day, for example 2026-11-21.
    pub from_on: String,
    /// Last local day.
    pub to_on: String,
    /// From 1.
    pub page: Option<i64>,
}

/// The entries of the audit log, newest first.
#[utoipa::path(get, path = "/api/v1/audit", params(AuditQuery), tag = "audit", responses((status = 200, body = AuditPage)))]
pub async fn list_entries(given: Given, Query(query): Query<AuditQuery>) -> Result<Json<AuditPage>, ApiFailure> {
    let fields = Fields::default().with("q", &query.q).with("from_on", &query.from_on).with("to_on", &query.to_on);
    let filter = filter(&fields, &times::zone(&given.who.shown.zone));
    let page = query.page.unwrap_or(1).clamp(1, 100_000);
    let (entries, count) = given.read(move |tx, who, _| audit::list_entries(tx, who, &filter, page)).await?;
    Ok(Json(AuditPage { entries: entries.into_iter().map(AuditEntry::from).collect(), count }))
}

/// The story of one thing: every entry about it, the latest first.
#[utoipa::path(get, path = "/api/v1/audit/stories/{subject}", params(("subject" = String, Path)), tag = "audit",
    responses((status = 200, body = Vec<AuditEntry>)))]
pub async fn get_story(given: Given, Path(subject): Path<String>) -> Result<Json<Vec<AuditEntry>>, ApiFailure> {
    let entries = given.read(move |tx, who, _| audit::load_story(tx, who, &subject)).await?;
    // A thing that nobody ever did anything to is a thing that is not there.
    if entries.is_empty() {
        return Err(Denied::NotVisible.into());
    }
    Ok(Json(entries.into_iter().map(AuditEntry::from).collect()))
}

/// The whole log as JSON lines with the seals, for checking without Muster.
#[utoipa::path(get, path = "/api/v1/audit/export.jsonl", tag = "audit",
    responses((status = 200, body = String, content_type = "application/jsonl")))]
pub async fn export_entries(given: Given) -> Result<Response, ApiFailure> {
    Ok(jsonl(given.ctx, given.who.actor).await?)
}
