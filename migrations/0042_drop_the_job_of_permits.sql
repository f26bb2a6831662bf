-- A standing permit is for off-duty work as such; one for a single job is asked for with the seat.
DROP INDEX permits_open;
CREATE UNIQUE INDEX permits_open ON permits (agency_id, officer_id, rule, level) WHERE state = 'asked';
ALTER TABLE permits DROP COLUMN job_id;
