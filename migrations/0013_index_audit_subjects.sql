-- The subjects of an entry, for checking its seal, for the list and for exports.
CREATE INDEX audit_subjects_entry ON audit_subjects (chain, seq);
