-- What stands on an invoice beside its charges: rounding, late charges, card fees. Only added, never changed.
CREATE TABLE invoice_extras (
    agency_id TEXT NOT NULL,
    invoice_id TEXT NOT NULL,
    place BIGINT NOT NULL,
    kind TEXT NOT NULL CONSTRAINT invoice_extras_kind CHECK (kind IN ('rounding', 'late', 'card')),
    words TEXT NOT NULL,
    cents BIGINT NOT NULL CONSTRAINT invoice_extras_cents CHECK (cents <> 0),
    added_on TEXT NOT NULL,
    PRIMARY KEY (agency_id, invoice_id, place),
    FOREIGN KEY (agency_id, invoice_id) REFERENCES invoices (agency_id, id)
);
