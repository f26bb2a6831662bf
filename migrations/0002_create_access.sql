CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    -- Lower case; one account per address.
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    -- argon2id, PHC string; empty until the person has chosen one.
    password_hash TEXT NOT NULL DEFAULT '',
    -- Base32; empty when no second factor is set up.
    totp_secret TEXT NOT NULL DEFAULT '',
    -- The last accepted 30-second step, so that no code works twice.
    totp_step BIGINT NOT NULL DEFAULT 0,
    disabled BOOLEAN NOT NULL DEFAULT FALSE,
    version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX accounts_email ON accounts (email);

CREATE TABLE memberships (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    role TEXT NOT NULL,
    -- Empty for the operator's staff, who serve every agency.
    agency_id TEXT REFERENCES agencies (id),
    officer_id TEXT,
    customer_id TEXT,
    -- Limits a coordinator or approver to one unit; NULL means the whole agency.
    unit_id TEXT,
    ended_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX memberships_account ON memberships (account_id);
CREATE INDEX memberships_agency ON memberships (agency_id, role);

CREATE TABLE recovery_codes (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    code_hash TEXT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (account_id, code_hash)
);

CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    -- SHA-256 of the cookie's token; the token itself is never stored.
    token_hash TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    membership_id TEXT NOT NULL REFERENCES memberships (id),
    -- The agency an operator works in now; otherwise the membership's own.
    agency_id TEXT,
    device TEXT NOT NULL,
    second_factor BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE UNIQUE INDEX sessions_token ON sessions (token_hash);
CREATE INDEX sessions_account ON sessions (account_id, ended_at);

-- Invitations, first-operator and password-reset links: one use, short-lived, hashed.
CREATE TABLE links (
    id TEXT NOT NULL PRIMARY KEY,
    token_hash TEXT NOT NULL,
    purpose TEXT NOT NULL CONSTRAINT links_purpose CHECK (purpose IN ('first_operator', 'invitation', 'reset')),
    account_id TEXT REFERENCES accounts (id),
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE UNIQUE INDEX links_token ON links (token_hash);

CREATE TABLE sign_in_attempts (
    -- The e-mail address or network address that is counted, hashed.
    counted TEXT NOT NULL,
    at BIGINT NOT NULL,
    succeeded BOOLEAN NOT NULL
);
CREATE INDEX sign_in_attempts_counted ON sign_in_attempts (counted, at);

CREATE TABLE api_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    token_hash TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    membership_id TEXT NOT NULL REFERENCES memberships (id),
    agency_id TEXT,
    name TEXT NOT NULL,
    -- read or write
    scope TEXT NOT NULL CONSTRAINT api_tokens_scope CHECK (scope IN ('read', 'write')),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    revoked_at BIGINT
);
CREATE UNIQUE INDEX api_tokens_token ON api_tokens (token_hash);

-- The answer to each unsafe request, kept in the same transaction as its effect.
CREATE TABLE idempotency_keys (
    account_id TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    answer TEXT NOT NULL,
    answered_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (answered_at);
