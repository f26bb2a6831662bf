-- One level of a standing permit that an officer asks for. The twin of request_approvals for what no request asks for.
CREATE TABLE permits (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    officer_id TEXT NOT NULL,
    -- Empty for off-duty work as such; else the job that it is for.
    job_id TEXT NOT NULL DEFAULT '',
    rule TEXT NOT NULL,
    level TEXT NOT NULL,
    -- Place in the path, from 0.
    step BIGINT NOT NULL,
    -- Order of the path, spoken approval, silence, renewal: JSON.
    terms TEXT NOT NULL,
    words TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CONSTRAINT permits_state CHECK (state IN ('asked', 'approved', 'declined', 'withdrawn')),
    asked_at BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    -- Given by word of mouth; the written form is still to come.
    spoken BOOLEAN NOT NULL DEFAULT FALSE,
    -- First instant at which it no longer holds.
    valid_until BIGINT,
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, officer_id) REFERENCES officers (agency_id, id)
);
CREATE UNIQUE INDEX permits_open ON permits (agency_id, officer_id, rule, job_id, level) WHERE state = 'asked';
CREATE INDEX permits_officer ON permits (agency_id, officer_id, asked_at);
CREATE INDEX permits_waiting ON permits (agency_id, asked_at) WHERE state = 'asked';
-- Some permits end in the month in which the officer was born.
ALTER TABLE officers ADD COLUMN born_on TEXT;
-- Rules may count how often an officer asks for seats.
CREATE INDEX shift_approvals_officer ON shift_approvals (agency_id, officer_id, asked_at);
