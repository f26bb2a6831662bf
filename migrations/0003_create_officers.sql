CREATE TABLE officers (
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    id TEXT NOT NULL,
    -- The human being, who may be an officer of several agencies.
    person_id TEXT NOT NULL,
    badge TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    hired_on TEXT NOT NULL,
    senior_since TEXT NOT NULL,
    unit_id TEXT,
    -- The rank and status of today, kept from the histories for lists.
    rank_id TEXT NOT NULL,
    status TEXT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (agency_id, id)
);
CREATE UNIQUE INDEX officers_badge ON officers (agency_id, badge);
CREATE INDEX officers_name ON officers (agency_id, last_name, first_name, id);
CREATE INDEX officers_person ON officers (person_id);

-- The rank on the day of the job counts.
CREATE TABLE officer_ranks (
    agency_id TEXT NOT NULL,
    officer_id TEXT NOT NULL,
    held_from TEXT NOT NULL,
    rank_id TEXT NOT NULL,
    PRIMARY KEY (agency_id, officer_id, held_from),
    FOREIGN KEY (agency_id, officer_id) REFERENCES officers (agency_id, id)
);

CREATE TABLE officer_statuses (
    agency_id TEXT NOT NULL,
    officer_id TEXT NOT NULL,
    from_on TEXT NOT NULL,
    -- The last day, or NULL while open.
    to_on TEXT,
    status TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (agency_id, officer_id, from_on),
    FOREIGN KEY (agency_id, officer_id) REFERENCES officers (agency_id, id),
    CONSTRAINT officer_statuses_span CHECK (to_on IS NULL OR to_on >= from_on)
);

CREATE TABLE certifications (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    officer_id TEXT NOT NULL,
    -- The word the rules use, for example traffic_control, bicycle, first_aid.
    kind TEXT NOT NULL,
    number TEXT NOT NULL DEFAULT '',
    issued_on TEXT NOT NULL,
    expires_on TEXT,
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, officer_id) REFERENCES officers (agency_id, id),
    CONSTRAINT certifications_span CHECK (expires_on IS NULL OR expires_on >= issued_on)
);
CREATE INDEX certifications_officer ON certifications (agency_id, officer_id);

CREATE TABLE officer_groups (
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (agency_id, id)
);
CREATE UNIQUE INDEX officer_groups_name ON officer_groups (agency_id, name);
CREATE TABLE officer_group_members (
    agency_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    officer_id TEXT NOT NULL,
    PRIMARY KEY (agency_id, group_id, officer_id),
    FOREIGN KEY (agency_id, group_id) REFERENCES officer_groups (agency_id, id),
    FOREIGN KEY (agency_id, officer_id) REFERENCES officers (agency_id, id)
);
CREATE INDEX officer_group_members_officer ON officer_group_members (agency_id, officer_id);

-- The one work ledger: everything that fills an officer's time, half-open [starts_at, ends_at).
CREATE TABLE work (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    officer_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    class TEXT NOT NULL CONSTRAINT work_class CHECK (class IN ('on_duty', 'overtime', 'court', 'training', 'detail',
        'other_employment', 'other_agency', 'leave', 'sick', 'unavailable')),
    state TEXT NOT NULL CONSTRAINT work_state CHECK (state IN ('offered', 'booked', 'worked', 'cancelled', 'given_up')),
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    -- Where the row comes from: assignment, schedule, officer ...
    source TEXT NOT NULL,
    -- The assignment, when source is assignment; a line of an import otherwise.
    source_id TEXT NOT NULL DEFAULT '',
    label TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, officer_id) REFERENCES officers (agency_id, id),
    CONSTRAINT work_span CHECK (starts_at < ends_at)
);
CREATE INDEX work_officer ON work (agency_id, officer_id, ends_at);
CREATE INDEX work_person ON work (person_id, starts_at);
CREATE INDEX work_source ON work (agency_id, source, source_id);

-- Nobody works two details at once, at whichever agencies.
-- only: postgres
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE work ADD CONSTRAINT work_no_overlap EXCLUDE USING gist (person_id WITH =, int8range(starts_at, ends_at) WITH &&)
    WHERE (class = 'detail' AND state IN ('booked', 'worked'));
-- end
-- only: sqlite
CREATE TRIGGER work_no_overlap_insert BEFORE INSERT ON work
WHEN NEW.class = 'detail' AND NEW.state IN ('booked', 'worked')
BEGIN
    SELECT RAISE(ABORT, 'work_no_overlap') WHERE EXISTS (
        SELECT 1 FROM work WHERE person_id = NEW.person_id AND class = 'detail' AND state IN ('booked', 'worked')
            AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at);
END;
CREATE TRIGGER work_no_overlap_update BEFORE UPDATE ON work
WHEN NEW.class = 'detail' AND NEW.state IN ('booked', 'worked')
BEGIN
    SELECT RAISE(ABORT, 'work_no_overlap') WHERE EXISTS (
        SELECT 1 FROM work WHERE person_id = NEW.person_id AND id <> NEW.id AND class = 'detail' AND state IN ('booked', 'worked')
            AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at);
END;
-- end
