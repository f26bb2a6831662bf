-- Requests that the rules refused when they were sent: what was asked and what the rules said. Nothing else became of them.
CREATE TABLE refused_requests (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    title TEXT NOT NULL,
    details TEXT NOT NULL,
    rule_set_id TEXT NOT NULL,
    -- The rules that stood in the way, by their short names.
    rules TEXT NOT NULL,
    ruling TEXT NOT NULL,
    message TEXT NOT NULL,
    sent_by TEXT NOT NULL,
    refused_at BIGINT NOT NULL,
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, customer_id) REFERENCES customers (agency_id, id)
);
CREATE INDEX refused_requests_customer ON refused_requests (agency_id, customer_id, refused_at);
