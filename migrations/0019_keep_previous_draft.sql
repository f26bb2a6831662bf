-- The text of a draft before its last change, so that the change can be taken back; empty when there was none.
ALTER TABLE rule_sets ADD COLUMN previous_document TEXT NOT NULL DEFAULT '';
