-- A seat that its officer offers to a named colleague, perhaps in exchange for one of his.
CREATE TABLE handovers (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    assignment_id TEXT NOT NULL,
    shift_id TEXT NOT NULL,
    giver_id TEXT NOT NULL,
    taker_id TEXT NOT NULL,
    -- The taker's seat that the giver gets for it; both empty when he gets none.
    back_assignment_id TEXT NOT NULL DEFAULT '',
    back_shift_id TEXT NOT NULL DEFAULT '',
    words TEXT NOT NULL DEFAULT '',
    -- refused: the rules did not let one of the two
    state TEXT NOT NULL CONSTRAINT handovers_state CHECK (state IN ('asked', 'accepted', 'declined', 'refused', 'withdrawn')),
    asked_at BIGINT NOT NULL,
    settled_at BIGINT,
    answer TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, assignment_id) REFERENCES assignments (agency_id, id),
    FOREIGN KEY (agency_id, taker_id) REFERENCES officers (agency_id, id),
    CONSTRAINT handovers_two CHECK (giver_id <> taker_id)
);
CREATE UNIQUE INDEX handovers_open ON handovers (agency_id, assignment_id) WHERE state = 'asked';
CREATE INDEX handovers_taker ON handovers (agency_id, taker_id, state, asked_at);
CREATE INDEX handovers_giver ON handovers (agency_id, giver_id, asked_at);
