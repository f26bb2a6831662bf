-- Seats that officers lost because work was called off, with what a price of it depends on; also those for which nothing was owed.
CREATE TABLE called_off_seats (
    agency_id TEXT NOT NULL,
    assignment_id TEXT NOT NULL,
    -- Who called off, in the words of the rules.
    called_off_by TEXT NOT NULL CONSTRAINT called_off_seats_by CHECK (called_off_by IN ('customer', 'agency', 'officer', 'weather')),
    channel TEXT NOT NULL CONSTRAINT called_off_seats_channel CHECK (channel IN ('page', 'phone', 'in_person', 'voicemail', 'written')),
    received_at BIGINT NOT NULL,
    entered_at BIGINT NOT NULL,
    -- The schedule and the officers booked on the shift until then.
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    worked_on TEXT NOT NULL,
    crew BIGINT NOT NULL,
    -- What it was charged with; none when nothing was owed.
    time_entry_id TEXT,
    PRIMARY KEY (agency_id, assignment_id),
    FOREIGN KEY (agency_id, assignment_id) REFERENCES assignments (agency_id, id),
    FOREIGN KEY (agency_id, time_entry_id) REFERENCES time_entries (agency_id, id),
    CONSTRAINT called_off_seats_span CHECK (starts_at < ends_at)
);
