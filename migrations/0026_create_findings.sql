-- Booked work that no longer fits the rules since a schedule, a status or the rules changed, and what became of it.
CREATE TABLE booked_findings (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    assignment_id TEXT NOT NULL,
    shift_id TEXT NOT NULL,
    officer_id TEXT NOT NULL,
    -- What the rules said, the last time that it was anything new.
    decision_id TEXT NOT NULL,
    -- passed: it fits again; ended: the seat was given up or the shift began.
    state TEXT NOT NULL CONSTRAINT booked_findings_state CHECK (state IN ('open', 'asked', 'kept', 'removed', 'passed', 'ended')),
    found_at BIGINT NOT NULL,
    -- When the coordinators heard of it.
    told_at BIGINT,
    settled_at BIGINT,
    settled_by TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    -- What the officer answered when he was asked.
    answer TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, assignment_id) REFERENCES assignments (agency_id, id),
    FOREIGN KEY (agency_id, shift_id) REFERENCES shifts (agency_id, id),
    FOREIGN KEY (agency_id, officer_id) REFERENCES officers (agency_id, id)
);
CREATE UNIQUE INDEX booked_findings_open ON booked_findings (agency_id, assignment_id) WHERE state IN ('open', 'asked');
CREATE INDEX booked_findings_state ON booked_findings (agency_id, state, found_at);
CREATE INDEX booked_findings_officer ON booked_findings (agency_id, officer_id, found_at);

-- A decision by which somebody was refused a seat is shown to him and to the office.
ALTER TABLE decisions ADD COLUMN refused BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX decisions_refused ON decisions (agency_id, officer_id, decided_at) WHERE refused;
