-- An agency is the tenant: every tenant table begins (agency_id, id, ...).
CREATE TABLE agencies (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    slug TEXT NOT NULL,
    zone TEXT NOT NULL,
    phone TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT '',
    about TEXT NOT NULL DEFAULT '',
    pay_mode TEXT NOT NULL CONSTRAINT agencies_pay_mode CHECK (pay_mode IN ('weekly_by_operator', 'payroll_export')),
    terms_days BIGINT NOT NULL CONSTRAINT agencies_terms_days CHECK (terms_days BETWEEN 0 AND 120),
    settings TEXT NOT NULL DEFAULT '{}',
    version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX agencies_slug ON agencies (slug);

CREATE TABLE ranks (
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    id TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    short TEXT NOT NULL,
    -- Higher outranks lower.
    level BIGINT NOT NULL,
    PRIMARY KEY (agency_id, id)
);
CREATE UNIQUE INDEX ranks_code ON ranks (agency_id, code);

CREATE TABLE units (
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (agency_id, id)
);
CREATE UNIQUE INDEX units_name ON units (agency_id, name);

CREATE TABLE job_types (
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    id TEXT NOT NULL,
    -- The word the rules use, for example traffic, event, security, escort, school.
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    retired BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (agency_id, id)
);
CREATE UNIQUE INDEX job_types_code ON job_types (agency_id, code);

CREATE TABLE holidays (
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    held_on TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (agency_id, held_on)
);

-- Running numbers that people read (jobs, invoices); the row is locked while the next is drawn.
CREATE TABLE counters (
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    name TEXT NOT NULL,
    last_value BIGINT NOT NULL,
    PRIMARY KEY (agency_id, name)
);
