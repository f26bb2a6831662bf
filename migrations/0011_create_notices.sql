CREATE TABLE notices (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    link TEXT NOT NULL DEFAULT '',
    made_at BIGINT NOT NULL,
    read_at BIGINT,
    PRIMARY KEY (agency_id, id)
);
CREATE INDEX notices_account ON notices (account_id, made_at);
-- The number beside the bell is counted on every request.
CREATE INDEX notices_unread ON notices (account_id) WHERE read_at IS NULL;

-- Messages that leave after the commit; a worker claims them.
CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    agency_id TEXT NOT NULL DEFAULT '',
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CONSTRAINT outbox_state CHECK (state IN ('waiting', 'sent', 'failed')),
    attempts BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL,
    claimed_until BIGINT NOT NULL DEFAULT 0,
    problem TEXT NOT NULL DEFAULT '',
    made_at BIGINT NOT NULL
);
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'waiting';
