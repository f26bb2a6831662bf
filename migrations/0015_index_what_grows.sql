-- Found by looking at the plan of every statement: these read all rows of an agency before.
CREATE INDEX memberships_officer ON memberships (agency_id, officer_id);
CREATE INDEX memberships_customer ON memberships (agency_id, customer_id);
CREATE INDEX api_tokens_account ON api_tokens (account_id);
CREATE INDEX postings_shift ON postings (agency_id, shift_id, posted_at);
CREATE INDEX assignments_position ON assignments (agency_id, position_id);
CREATE INDEX work_start ON work (agency_id, starts_at);
CREATE INDEX charges_day ON charges (agency_id, worked_on);
