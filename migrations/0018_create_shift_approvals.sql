-- An officer asks for a seat that a rule lets him take only with somebody's approval.
CREATE TABLE shift_approvals (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    shift_id TEXT NOT NULL,
    position_id TEXT NOT NULL,
    officer_id TEXT NOT NULL,
    -- The levels that must agree, as the rules name them: a JSON array of words.
    levels TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT shift_approvals_state CHECK (state IN ('asked', 'approved', 'declined', 'withdrawn')),
    -- What the rules said when he asked.
    decision_id TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, shift_id) REFERENCES shifts (agency_id, id),
    FOREIGN KEY (agency_id, position_id) REFERENCES positions (agency_id, id),
    FOREIGN KEY (agency_id, officer_id) REFERENCES officers (agency_id, id)
);
CREATE UNIQUE INDEX shift_approvals_open ON shift_approvals (agency_id, position_id, officer_id) WHERE state = 'asked';
CREATE INDEX shift_approvals_shift ON shift_approvals (agency_id, shift_id, officer_id);
CREATE INDEX shift_approvals_waiting ON shift_approvals (agency_id, asked_at) WHERE state = 'asked';
