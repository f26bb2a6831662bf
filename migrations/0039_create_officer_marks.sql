-- What is written of an officer that rules ask for: a list that he stands on, a relation to a customer. Ended, never deleted.
CREATE TABLE officer_marks (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    officer_id TEXT NOT NULL,
    sort TEXT NOT NULL CONSTRAINT officer_marks_sort CHECK (sort IN ('list', 'relation')),
    -- By the rule book's word: do_not_send, volunteers; owns, works_for, family ...
    word TEXT NOT NULL,
    -- Only for this customer; empty for all.
    customer_id TEXT NOT NULL DEFAULT '',
    -- The code of the only kind of job that it is for; empty for all.
    job_kind TEXT NOT NULL DEFAULT '',
    starts_at BIGINT NOT NULL,
    -- First instant after; open while unknown. Never later than the instant at which somebody ended it.
    ends_at BIGINT,
    reason TEXT NOT NULL DEFAULT '',
    -- The officer declared it himself.
    declared BOOLEAN NOT NULL,
    added_by TEXT NOT NULL,
    adder_id TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    ended_at BIGINT,
    ended_by TEXT NOT NULL DEFAULT '',
    end_reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, officer_id) REFERENCES officers (agency_id, id)
);
CREATE INDEX officer_marks_officer ON officer_marks (agency_id, officer_id, starts_at);
CREATE INDEX officer_marks_customer ON officer_marks (agency_id, customer_id, starts_at) WHERE customer_id <> '';
