CREATE TABLE postings (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    shift_id TEXT NOT NULL,
    -- Ordered stages: audience, method, when each passes on.
    plan TEXT NOT NULL,
    stage BIGINT NOT NULL,
    stage_since BIGINT NOT NULL,
    state TEXT NOT NULL CONSTRAINT postings_state CHECK (state IN ('running', 'closed')),
    posted_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, shift_id) REFERENCES shifts (agency_id, id)
);
CREATE UNIQUE INDEX postings_running ON postings (agency_id, shift_id) WHERE state = 'running';

CREATE TABLE assignments (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    shift_id TEXT NOT NULL,
    position_id TEXT NOT NULL,
    seat BIGINT NOT NULL,
    officer_id TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT assignments_state CHECK (state IN ('booked', 'withdrawn', 'removed', 'cancelled')),
    -- accepted (by the officer) or assigned (by a coordinator)
    how TEXT NOT NULL CONSTRAINT assignments_how CHECK (how IN ('accepted', 'assigned')),
    booked_at BIGINT NOT NULL,
    ended_at BIGINT,
    reason TEXT NOT NULL DEFAULT '',
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, shift_id) REFERENCES shifts (agency_id, id),
    FOREIGN KEY (agency_id, position_id, seat) REFERENCES seats (agency_id, position_id, seat),
    FOREIGN KEY (agency_id, officer_id) REFERENCES officers (agency_id, id)
);
CREATE UNIQUE INDEX assignments_seat ON assignments (agency_id, position_id, seat) WHERE state = 'booked';
CREATE UNIQUE INDEX assignments_officer_shift ON assignments (agency_id, shift_id, officer_id) WHERE state = 'booked';
CREATE INDEX assignments_shift ON assignments (agency_id, shift_id);
CREATE INDEX assignments_officer ON assignments (agency_id, officer_id, state);

-- What the policy engine said, with each sign-up, award, refusal and override.
CREATE TABLE decisions (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    officer_id TEXT NOT NULL,
    shift_id TEXT NOT NULL,
    rule_set_id TEXT NOT NULL,
    point TEXT NOT NULL,
    outcome TEXT NOT NULL,
    judgement TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    PRIMARY KEY (agency_id, id)
);
CREATE INDEX decisions_shift ON decisions (agency_id, shift_id, officer_id);

-- Work that is due at an instant; a worker claims it.
CREATE TABLE timers (
    id TEXT NOT NULL PRIMARY KEY,
    agency_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CONSTRAINT timers_state CHECK (state IN ('waiting', 'done', 'failed')),
    attempts BIGINT NOT NULL DEFAULT 0,
    claimed_until BIGINT NOT NULL DEFAULT 0,
    problem TEXT NOT NULL DEFAULT ''
);
CREATE INDEX timers_due ON timers (due_at) WHERE state = 'waiting';
CREATE UNIQUE INDEX timers_subject ON timers (agency_id, kind, subject) WHERE state = 'waiting';
