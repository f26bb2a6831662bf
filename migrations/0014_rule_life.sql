-- The life of a rule set: draft (kept apart by its version), tried, in force, or retired (a draft that was given up).
ALTER TABLE rule_sets ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
-- The version whose text the draft began with; empty when none.
ALTER TABLE rule_sets ADD COLUMN based_on TEXT NOT NULL DEFAULT '';
-- Who wrote the text as it stands.
ALTER TABLE rule_sets ADD COLUMN written_by TEXT NOT NULL DEFAULT '';
ALTER TABLE rule_sets ADD COLUMN written_at BIGINT NOT NULL DEFAULT 0;
-- When it was put in force; of two from the same shift start the later decision counts. 0 while a draft.
ALTER TABLE rule_sets ADD COLUMN approved_at BIGINT NOT NULL DEFAULT 0;
UPDATE rule_sets SET written_by = approved_by, written_at = created_at;
UPDATE rule_sets SET approved_at = created_at WHERE state = 'in_force';

-- What a text would have done to a past period. It belongs to that text, told by its digest.
CREATE TABLE rule_trials (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    rule_set_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    -- The local days of shift starts that were looked at.
    from_on TEXT NOT NULL,
    until_on TEXT NOT NULL,
    report TEXT NOT NULL,
    made_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, rule_set_id) REFERENCES rule_sets (agency_id, id)
);
CREATE INDEX rule_trials_text ON rule_trials (agency_id, rule_set_id, digest, created_at);

-- Only drafts change.
-- only: sqlite
CREATE TRIGGER rule_sets_no_update BEFORE UPDATE ON rule_sets WHEN OLD.state <> 'draft' BEGIN SELECT RAISE(ABORT, 'rules_in_force_are_kept'); END;
CREATE TRIGGER rule_sets_no_delete BEFORE DELETE ON rule_sets WHEN OLD.state <> 'draft' BEGIN SELECT RAISE(ABORT, 'rules_in_force_are_kept'); END;
-- end
-- only: postgres
CREATE TRIGGER rule_sets_are_kept BEFORE UPDATE OR DELETE ON rule_sets FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION refuse_change('rules_in_force_are_kept');
-- end
