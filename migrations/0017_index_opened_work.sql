-- Who was told that a job's shifts are open.
CREATE INDEX notices_work_opened ON notices (agency_id, link, account_id, made_at) WHERE kind = 'work_opened';
