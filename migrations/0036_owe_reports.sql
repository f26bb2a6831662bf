-- A report that an officer owes by the rules: of a seat that he works, or of a period. Once per rule, part and subject.
CREATE TABLE duty_reports (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    officer_id TEXT NOT NULL,
    -- The rule of the book that was in force then, and its word for the report.
    rule TEXT NOT NULL,
    what TEXT NOT NULL,
    part TEXT NOT NULL CONSTRAINT duty_reports_part CHECK (part IN ('start', 'end', 'period')),
    -- The assignment, or the first day of the period.
    subject TEXT NOT NULL,
    -- Empty for a period.
    shift_id TEXT NOT NULL DEFAULT '',
    -- Of what, in words.
    about TEXT NOT NULL,
    -- The pay of the shift waits for it.
    withholds BOOLEAN NOT NULL,
    due_at BIGINT NOT NULL,
    owed_at BIGINT NOT NULL,
    state TEXT NOT NULL CONSTRAINT duty_reports_state CHECK (state IN ('owed', 'filed', 'excused')),
    happened TEXT NOT NULL DEFAULT '',
    worked_minutes BIGINT,
    incidents TEXT NOT NULL DEFAULT '',
    no_events BOOLEAN NOT NULL DEFAULT FALSE,
    settled_at BIGINT,
    settled_by TEXT NOT NULL DEFAULT '',
    -- Why it was excused.
    reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, officer_id) REFERENCES officers (agency_id, id)
);
CREATE UNIQUE INDEX duty_reports_once ON duty_reports (agency_id, officer_id, rule, part, subject);
CREATE INDEX duty_reports_officer ON duty_reports (agency_id, officer_id, due_at);
CREATE INDEX duty_reports_state ON duty_reports (agency_id, state, due_at);
CREATE INDEX duty_reports_shift ON duty_reports (agency_id, shift_id, officer_id);
