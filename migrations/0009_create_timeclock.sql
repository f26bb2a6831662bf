CREATE TABLE punches (
    agency_id TEXT NOT NULL,
    -- Made on the phone, so a press sent twice is one press.
    id TEXT NOT NULL,
    assignment_id TEXT NOT NULL,
    officer_id TEXT NOT NULL,
    kind TEXT NOT NULL CONSTRAINT punches_kind CHECK (kind IN ('in', 'out')),
    -- The phone's time corrected by its known offset to the server, and when the server got it.
    pressed_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    lat_e6 BIGINT,
    lon_e6 BIGINT,
    accuracy_m BIGINT,
    verdict TEXT NOT NULL CONSTRAINT punches_verdict CHECK (verdict IN ('inside', 'outside', 'unknown')),
    distance_m BIGINT,
    reason TEXT NOT NULL DEFAULT '',
    -- phone, api, replay, or timer for a forgotten clock-out
    source TEXT NOT NULL,
    PRIMARY KEY (agency_id, id)
);
CREATE INDEX punches_assignment ON punches (agency_id, assignment_id, pressed_at);

CREATE TABLE time_entries (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    assignment_id TEXT NOT NULL,
    shift_id TEXT NOT NULL,
    officer_id TEXT NOT NULL,
    clocked_in_at BIGINT,
    clocked_out_at BIGINT,
    -- False when the clock-out was made by a timer or typed in by a reviewer.
    verified BOOLEAN NOT NULL,
    -- What the reviewer settled; equal to the punches unless adjusted.
    starts_at BIGINT,
    ends_at BIGINT,
    adjust_reason TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CONSTRAINT time_entries_state CHECK (state IN ('on_site', 'to_review', 'approved', 'void')),
    approved_by TEXT NOT NULL DEFAULT '',
    approved_at BIGINT,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (agency_id, id),
    CONSTRAINT time_entries_span CHECK (starts_at IS NULL OR ends_at IS NULL OR starts_at < ends_at)
);
CREATE UNIQUE INDEX time_entries_assignment ON time_entries (agency_id, assignment_id) WHERE state <> 'void';
CREATE INDEX time_entries_state ON time_entries (agency_id, state, clocked_in_at);
CREATE INDEX time_entries_shift ON time_entries (agency_id, shift_id);
CREATE INDEX time_entries_officer ON time_entries (agency_id, officer_id, clocked_in_at);
