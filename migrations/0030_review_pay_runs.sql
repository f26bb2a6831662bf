-- A run that the weekly timer prepared has nobody behind it yet: a person reviews it before a second one approves it.
ALTER TABLE pay_runs ADD COLUMN reviewed_by TEXT NOT NULL DEFAULT ''
    CONSTRAINT pay_runs_two_people CHECK (approved_by = '' OR (approved_by <> made_by AND approved_by <> reviewed_by));
ALTER TABLE pay_runs ADD COLUMN reviewed_at BIGINT;
