CREATE TABLE requests (
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    id TEXT NOT NULL,
    number BIGINT NOT NULL,
    customer_id TEXT NOT NULL,
    site_id TEXT NOT NULL,
    job_type_id TEXT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT requests_state CHECK (state IN ('submitted', 'questioned', 'approved', 'declined', 'withdrawn')),
    state_reason TEXT NOT NULL DEFAULT '',
    -- Form details: attendance, alcohol, traffic, contact, instructions, dates or recurrence, positions.
    details TEXT NOT NULL,
    -- The quote as shown, with the rule set that made it.
    quote TEXT NOT NULL,
    quoted_cents BIGINT NOT NULL CONSTRAINT requests_quoted CHECK (quoted_cents >= 0),
    rule_set_id TEXT NOT NULL,
    first_starts_at BIGINT NOT NULL,
    submitted_by TEXT NOT NULL,
    submitted_at BIGINT NOT NULL,
    decided_at BIGINT,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, customer_id) REFERENCES customers (agency_id, id),
    FOREIGN KEY (agency_id, site_id) REFERENCES sites (agency_id, id)
);
CREATE INDEX requests_state ON requests (agency_id, state, first_starts_at);
CREATE INDEX requests_customer ON requests (agency_id, customer_id, submitted_at);
CREATE UNIQUE INDEX requests_number ON requests (agency_id, number);

CREATE TABLE request_notes (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    author TEXT NOT NULL,
    -- agency or customer
    side TEXT NOT NULL,
    body TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, request_id) REFERENCES requests (agency_id, id)
);
CREATE INDEX request_notes_request ON request_notes (agency_id, request_id, written_at);
