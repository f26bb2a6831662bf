CREATE TABLE customers (
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT 'business',
    state TEXT NOT NULL CONSTRAINT customers_state CHECK (state IN ('pending', 'approved', 'declined', 'on_hold')),
    state_reason TEXT NOT NULL DEFAULT '',
    -- NULL means the agency's own terms.
    terms_days BIGINT CONSTRAINT customers_terms_days CHECK (terms_days IS NULL OR terms_days BETWEEN 0 AND 120),
    tax_exempt BOOLEAN NOT NULL DEFAULT FALSE,
    tax_certificate TEXT NOT NULL DEFAULT '',
    billing_address TEXT NOT NULL DEFAULT '',
    version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (agency_id, id)
);
CREATE UNIQUE INDEX customers_name ON customers (agency_id, name);

CREATE TABLE contacts (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    kind TEXT NOT NULL CONSTRAINT contacts_kind CHECK (kind IN ('primary', 'on_site', 'billing', 'emergency')),
    name TEXT NOT NULL,
    email TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, customer_id) REFERENCES customers (agency_id, id)
);
CREATE INDEX contacts_customer ON contacts (agency_id, customer_id);

CREATE TABLE sites (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    -- Millionths of a degree; NULL while the point is not known.
    lat_e6 BIGINT CONSTRAINT sites_lat CHECK (lat_e6 IS NULL OR lat_e6 BETWEEN -90000000 AND 90000000),
    lon_e6 BIGINT CONSTRAINT sites_lon CHECK (lon_e6 IS NULL OR lon_e6 BETWEEN -180000000 AND 180000000),
    radius_m BIGINT NOT NULL DEFAULT 150 CONSTRAINT sites_radius CHECK (radius_m BETWEEN 20 AND 5000),
    instructions TEXT NOT NULL DEFAULT '',
    retired BOOLEAN NOT NULL DEFAULT FALSE,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, customer_id) REFERENCES customers (agency_id, id)
);
CREATE INDEX sites_customer ON sites (agency_id, customer_id);
