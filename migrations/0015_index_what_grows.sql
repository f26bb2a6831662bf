-- Found by looking at the plan of every statement: these read all rows of an agency before.
CREATE INDEX memberships_officer ON memberships (agency_id, officer_id);
CREATE INDEX memberships_customer ON memberships (agency_id, customer_id);
CREATE INDEX api_tokens_account ON api_tokens (account_id);
CREATE INDEX postings_shift ON postings (agency_id, shift_id, posted_at);
CREATE INDEX assignments_position ON assignments (agency_id, position_id);
-- Work is looked for by its end: leave may begin long before the days that matter.
DROP INDEX work_person;
CREATE INDEX work_person ON work (person_id, ends_at);
CREATE INDEX work_end ON work (agency_id, ends_at);
CREATE INDEX charges_day ON charges (agency_id, worked_on);
