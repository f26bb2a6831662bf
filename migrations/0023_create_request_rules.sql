-- What the rules said of a request: when it was sent, when it was approved, and when the job was changed.
CREATE TABLE request_decisions (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    rule_set_id TEXT NOT NULL,
    point TEXT NOT NULL CONSTRAINT request_decisions_point CHECK (point IN ('sent', 'approval', 'change')),
    outcome TEXT NOT NULL,
    -- Every rule that was asked, with its inputs: JSON.
    ruling TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, request_id) REFERENCES requests (agency_id, id)
);
CREATE INDEX request_decisions_request ON request_decisions (agency_id, request_id, decided_at);

-- One level of an approval path, asked for by a request. The twin of shift_approvals for what is not about an officer.
CREATE TABLE request_approvals (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    object TEXT NOT NULL,
    -- The request, customer or site that is approved; an approval of a customer or site holds for later requests too.
    subject TEXT NOT NULL,
    level TEXT NOT NULL,
    -- Place in the path, from 0.
    step BIGINT NOT NULL,
    -- Order of the path, spoken approval, silence, renewal: JSON.
    terms TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT request_approvals_state CHECK (state IN ('asked', 'approved', 'declined', 'withdrawn')),
    decision_id TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    -- Given by word of mouth; the written form is still to come.
    spoken BOOLEAN NOT NULL DEFAULT FALSE,
    -- First instant at which it no longer holds.
    valid_until BIGINT,
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, request_id) REFERENCES requests (agency_id, id)
);
CREATE UNIQUE INDEX request_approvals_open ON request_approvals (agency_id, request_id, rule, level) WHERE state = 'asked';
CREATE INDEX request_approvals_request ON request_approvals (agency_id, request_id, step);
CREATE INDEX request_approvals_subject ON request_approvals (agency_id, subject, decided_at) WHERE state = 'approved';

-- Somebody of the agency has seen a document of a request, customer or site.
CREATE TABLE documents_seen (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- The word of the rule book.
    document TEXT NOT NULL,
    name TEXT NOT NULL,
    dated_on TEXT,
    valid_until TEXT,
    seen_by TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (agency_id, id)
);
CREATE INDEX documents_seen_subject ON documents_seen (agency_id, subject, seen_at);

-- Facts of a customer or site that the agency writes down for its rules: labels, class, share of alcohol: JSON.
CREATE TABLE rule_facts (
    agency_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    facts TEXT NOT NULL,
    written_by TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    PRIMARY KEY (agency_id, subject)
);
