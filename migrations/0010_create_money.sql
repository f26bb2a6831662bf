-- The priced time of one assignment: what the officer earns and what the customer owes, line by line.
CREATE TABLE charges (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    time_entry_id TEXT NOT NULL,
    shift_id TEXT NOT NULL,
    officer_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    worked_on TEXT NOT NULL,
    paid_minutes BIGINT NOT NULL CONSTRAINT charges_minutes CHECK (paid_minutes >= 0),
    officer_cents BIGINT NOT NULL CONSTRAINT charges_officer CHECK (officer_cents >= 0),
    customer_cents BIGINT NOT NULL CONSTRAINT charges_customer CHECK (customer_cents >= officer_cents),
    priced TEXT NOT NULL,
    rule_set_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, time_entry_id) REFERENCES time_entries (agency_id, id)
);
CREATE UNIQUE INDEX charges_time_entry ON charges (agency_id, time_entry_id);
CREATE INDEX charges_customer ON charges (agency_id, customer_id, worked_on);
CREATE INDEX charges_officer ON charges (agency_id, officer_id, worked_on);

-- Double entry by construction: each row moves a positive amount from one account to another, so all accounts together sum to zero.
CREATE TABLE transfers (
    agency_id TEXT NOT NULL REFERENCES agencies (id),
    id TEXT NOT NULL,
    debit TEXT NOT NULL,
    credit TEXT NOT NULL,
    cents BIGINT NOT NULL CONSTRAINT transfers_cents CHECK (cents > 0),
    kind TEXT NOT NULL,
    -- What it is for, so that each cent leads back to its shift.
    charge_id TEXT,
    invoice_id TEXT,
    payment_id TEXT,
    pay_run_id TEXT,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (agency_id, id),
    CONSTRAINT transfers_two_accounts CHECK (debit <> credit)
);
CREATE INDEX transfers_debit ON transfers (agency_id, debit);
CREATE INDEX transfers_credit ON transfers (agency_id, credit);
CREATE INDEX transfers_charge ON transfers (agency_id, charge_id);

CREATE TABLE invoices (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    number BIGINT NOT NULL,
    customer_id TEXT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL,
    issued_on TEXT NOT NULL,
    due_on TEXT NOT NULL,
    total_cents BIGINT NOT NULL CONSTRAINT invoices_total CHECK (total_cents >= 0),
    paid_cents BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, customer_id) REFERENCES customers (agency_id, id),
    CONSTRAINT invoices_paid CHECK (paid_cents >= 0 AND paid_cents <= total_cents)
);
CREATE UNIQUE INDEX invoices_number ON invoices (agency_id, number);
CREATE INDEX invoices_customer ON invoices (agency_id, customer_id, issued_on);

-- A charge stands on one invoice at most.
CREATE TABLE invoice_lines (
    agency_id TEXT NOT NULL,
    invoice_id TEXT NOT NULL,
    charge_id TEXT NOT NULL,
    cents BIGINT NOT NULL,
    PRIMARY KEY (agency_id, charge_id),
    FOREIGN KEY (agency_id, invoice_id) REFERENCES invoices (agency_id, id),
    FOREIGN KEY (agency_id, charge_id) REFERENCES charges (agency_id, id)
);
CREATE INDEX invoice_lines_invoice ON invoice_lines (agency_id, invoice_id);

CREATE TABLE payments (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    invoice_id TEXT NOT NULL,
    cents BIGINT NOT NULL CONSTRAINT payments_cents CHECK (cents > 0),
    method TEXT NOT NULL CONSTRAINT payments_method CHECK (method IN ('check', 'ach', 'wire', 'card', 'cash')),
    reference TEXT NOT NULL DEFAULT '',
    received_on TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, invoice_id) REFERENCES invoices (agency_id, id)
);
CREATE INDEX payments_invoice ON payments (agency_id, invoice_id);

CREATE TABLE pay_runs (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    number BIGINT NOT NULL,
    -- The week it pays, both days included.
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT pay_runs_state CHECK (state IN ('preview', 'approved')),
    total_cents BIGINT NOT NULL CONSTRAINT pay_runs_total CHECK (total_cents >= 0),
    made_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    approved_by TEXT NOT NULL DEFAULT '',
    approved_at BIGINT,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (agency_id, id)
);
CREATE UNIQUE INDEX pay_runs_number ON pay_runs (agency_id, number);

-- A charge is paid by one run at most.
CREATE TABLE pay_items (
    agency_id TEXT NOT NULL,
    pay_run_id TEXT NOT NULL,
    charge_id TEXT NOT NULL,
    officer_id TEXT NOT NULL,
    cents BIGINT NOT NULL,
    PRIMARY KEY (agency_id, charge_id),
    FOREIGN KEY (agency_id, pay_run_id) REFERENCES pay_runs (agency_id, id),
    FOREIGN KEY (agency_id, charge_id) REFERENCES charges (agency_id, id)
);
CREATE INDEX pay_items_run ON pay_items (agency_id, pay_run_id, officer_id);
CREATE INDEX pay_items_officer ON pay_items (agency_id, officer_id);
