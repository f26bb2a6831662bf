-- Versions of an agency's rule document (policy book and rate card in one YAML text). Nothing in force is ever edited.
CREATE TABLE rule_sets (
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    id TEXT NOT NULL,
    number BIGINT NOT NULL,
    title TEXT NOT NULL,
    document TEXT NOT NULL,
    -- SHA-256 of the document.
    digest TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT rule_sets_state CHECK (state IN ('draft', 'in_force', 'retired')),
    -- The first shift start it applies to; NULL while a draft.
    in_force_from BIGINT,
    approved_by TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    PRIMARY KEY (agency_id, id)
);
CREATE UNIQUE INDEX rule_sets_number ON rule_sets (agency_id, number);
CREATE INDEX rule_sets_force ON rule_sets (agency_id, state, in_force_from);
