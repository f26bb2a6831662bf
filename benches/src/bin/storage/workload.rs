//! One accept: eight statements, the same texts on every side.

/// The tables and 2,000 positions with room for all; the counter makes numbers on both engines.
pub const SCHEMA: &str = "
CREATE TABLE positions (id BIGINT NOT NULL PRIMARY KEY, seats BIGINT NOT NULL, taken BIGINT NOT NULL,
    CONSTRAINT positions_not_overfilled CHECK (taken <= seats));
CREATE TABLE assignments (id TEXT NOT NULL PRIMARY KEY, position_id BIGINT NOT NULL, officer BIGINT NOT NULL,
    starts_at BIGINT NOT NULL, ends_at BIGINT NOT NULL);
CREATE INDEX assignments_by_officer ON assignments (officer, starts_at);
CREATE TABLE outbox (id TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE heads (agency BIGINT NOT NULL PRIMARY KEY, number BIGINT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE entries (agency BIGINT NOT NULL, number BIGINT NOT NULL, digest TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (agency, number));
INSERT INTO positions (id, seats, taken)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT i, 1000000, 0 FROM n;
INSERT INTO heads (agency, number, digest)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8) SELECT i, 0, '' FROM n;";

pub const LOCK_POSITION: &str = "SELECT seats, taken FROM positions WHERE id = $1 FOR UPDATE";
pub const OVERLAPS: &str = "SELECT COUNT(*) FROM assignments WHERE officer = $1 AND starts_at < $2 AND ends_at > $3";
pub const ASSIGN: &str =
    "INSERT INTO assignments (id, position_id, officer, starts_at, ends_at) VALUES ($1, $2, $3, $4, $5)";
pub const TAKE: &str = "UPDATE positions SET taken = taken + 1 WHERE id = $1";
pub const POST: &str = "INSERT INTO outbox (id, body) VALUES ($1, $2)";
pub const LOCK_HEAD: &str = "SELECT number, digest FROM heads WHERE agency = $1 FOR UPDATE";
pub const ENTER: &str = "INSERT INTO entries (agency, number, digest, body) VALUES ($1, $2, $3, $4)";
pub const ADVANCE: &str = "UPDATE heads SET number = $1, digest = $2 WHERE agency = $3";

/// The text that every outbox row and audit entry carries.
pub const BODY: &str =
    "{\"what\":\"shift taken\",\"by\":\"officer\",\"words\":\"a body of about a hundred bytes of JSON\"}";

/// Who takes what.
#[derive(Clone)]
pub struct Try {
    pub id: String,
    pub position: i64,
    pub officer: i64,
    pub starts_at: i64,
    pub ends_at: i64,
    pub agency: i64,
}

impl Try {
    /// Spread over positions and officers without a source of randomness; never twice the same hour of an officer.
    pub fn numbered(number: i64) -> Self {
        let starts_at = number / 5000 * 3_600_000_000;
        Self {
            id: format!("asg_{number:032x}"),
            position: number.wrapping_mul(7919).rem_euclid(2000) + 1,
            officer: number % 5000,
            starts_at,
            ends_at: starts_at + 3_600_000_000,
            agency: number % 8 + 1,
        }
    }
}
