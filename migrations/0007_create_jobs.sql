CREATE TABLE jobs (
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    id TEXT NOT NULL,
    number BIGINT NOT NULL,
    request_id TEXT,
    customer_id TEXT NOT NULL,
    site_id TEXT NOT NULL,
    job_type_id TEXT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT jobs_state CHECK (state IN ('active', 'cancelled')),
    state_reason TEXT NOT NULL DEFAULT '',
    -- attendance, alcohol, traffic, contact, instructions
    details TEXT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, customer_id) REFERENCES customers (agency_id, id),
    FOREIGN KEY (agency_id, site_id) REFERENCES sites (agency_id, id)
);
CREATE UNIQUE INDEX jobs_number ON jobs (agency_id, number);
CREATE INDEX jobs_customer ON jobs (agency_id, customer_id);
CREATE INDEX jobs_request ON jobs (agency_id, request_id);

CREATE TABLE shifts (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    -- The local date on which it starts.
    worked_on TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT shifts_state CHECK (state IN ('draft', 'posted', 'closed', 'cancelled')),
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, job_id) REFERENCES jobs (agency_id, id),
    CONSTRAINT shifts_span CHECK (starts_at < ends_at)
);
CREATE INDEX shifts_job ON shifts (agency_id, job_id, starts_at);
CREATE INDEX shifts_start ON shifts (agency_id, starts_at);
CREATE INDEX shifts_state ON shifts (agency_id, state, starts_at);

CREATE TABLE positions (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    shift_id TEXT NOT NULL,
    -- officer, supervisor, commander
    role TEXT NOT NULL,
    seat_count BIGINT NOT NULL CONSTRAINT positions_seat_count CHECK (seat_count BETWEEN 1 AND 500),
    -- least rank, certifications
    requirements TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, shift_id) REFERENCES shifts (agency_id, id)
);
CREATE INDEX positions_shift ON positions (agency_id, shift_id);

-- One row per seat: an assignment needs a seat that exists, so no shift can be overfilled.
CREATE TABLE seats (
    agency_id TEXT NOT NULL,
    position_id TEXT NOT NULL,
    seat BIGINT NOT NULL,
    PRIMARY KEY (agency_id, position_id, seat),
    FOREIGN KEY (agency_id, position_id) REFERENCES positions (agency_id, id)
);
