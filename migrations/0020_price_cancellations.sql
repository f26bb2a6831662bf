-- A seat that was cancelled after an officer had held it: it is kept for the record and nobody can take it.
ALTER TABLE seats ADD COLUMN closed BOOLEAN NOT NULL DEFAULT FALSE;

-- An officer whose shift was moved inside the notice window is asked whether he keeps his seat.
CREATE TABLE moved_seats (
    agency_id TEXT NOT NULL,
    assignment_id TEXT NOT NULL,
    shift_id TEXT NOT NULL,
    officer_id TEXT NOT NULL,
    -- The time that he had agreed to.
    from_starts_at BIGINT NOT NULL,
    from_ends_at BIGINT NOT NULL,
    -- What his seat costs when he says no: the moment that counts, and who moved the shift.
    counted_at BIGINT NOT NULL,
    moved_by TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    answer_by BIGINT NOT NULL,
    state TEXT NOT NULL CONSTRAINT moved_seats_state CHECK (state IN ('asked', 'kept', 'declined', 'lapsed', 'over')),
    answered_at BIGINT,
    PRIMARY KEY (agency_id, assignment_id, asked_at),
    FOREIGN KEY (agency_id, assignment_id) REFERENCES assignments (agency_id, id)
);
CREATE UNIQUE INDEX moved_seats_asked ON moved_seats (agency_id, assignment_id) WHERE state = 'asked';
CREATE INDEX moved_seats_officer ON moved_seats (agency_id, officer_id, state);
