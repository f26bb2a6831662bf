-- What may carry a penalty: a no-show, a late cancellation ... The rules' ladder says what follows; nothing of that is stored.
CREATE TABLE offences (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    officer_id TEXT NOT NULL,
    -- By the rule book's word: no_show, late, late_cancel, refuse, sick, out_of_uniform, misreport ...
    event TEXT NOT NULL,
    happened_at BIGINT NOT NULL,
    shift_id TEXT NOT NULL DEFAULT '',
    assignment_id TEXT NOT NULL DEFAULT '',
    -- The code of the job's kind; empty when it was on no job.
    job_kind TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL,
    -- The account is the nil one when the program saw it itself.
    recorded_by TEXT NOT NULL,
    recorder_id TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    -- A candidate counts only after a person confirmed it.
    state TEXT NOT NULL CONSTRAINT offences_state CHECK (state IN ('candidate', 'counted', 'excused')),
    decided_by TEXT NOT NULL DEFAULT '',
    decider_id TEXT NOT NULL DEFAULT '',
    decided_at BIGINT,
    decision TEXT NOT NULL DEFAULT '',
    appeal_state TEXT NOT NULL DEFAULT 'none'
        CONSTRAINT offences_appeal CHECK (appeal_state IN ('none', 'asked', 'upheld', 'dismissed')),
    appeal TEXT NOT NULL DEFAULT '',
    appealed_at BIGINT,
    appeal_by TEXT NOT NULL DEFAULT '',
    appeal_at BIGINT,
    appeal_answer TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, officer_id) REFERENCES officers (agency_id, id)
);
CREATE UNIQUE INDEX offences_once ON offences (agency_id, assignment_id, event) WHERE assignment_id <> '';
CREATE INDEX offences_officer ON offences (agency_id, officer_id, happened_at);
CREATE INDEX offences_state ON offences (agency_id, state, happened_at);
CREATE INDEX offences_appealed ON offences (agency_id, happened_at) WHERE appeal_state = 'asked';
