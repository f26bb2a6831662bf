-- A charge is corrected by another one that holds the difference, which may be less than nothing: time of an earlier shift
-- of the day was approved later, and minimum or overtime count the day. The tables are made again, because one engine
-- cannot drop a constraint.
CREATE TABLE kept_charges (
    agency_id TEXT NOT NULL, id TEXT NOT NULL, time_entry_id TEXT NOT NULL, shift_id TEXT NOT NULL, officer_id TEXT NOT NULL,
    customer_id TEXT NOT NULL, worked_on TEXT NOT NULL, paid_minutes BIGINT NOT NULL, officer_cents BIGINT NOT NULL,
    customer_cents BIGINT NOT NULL, priced TEXT NOT NULL, rule_set_id TEXT NOT NULL, created_at BIGINT NOT NULL
);
CREATE TABLE kept_invoice_lines (
    agency_id TEXT NOT NULL, invoice_id TEXT NOT NULL, charge_id TEXT NOT NULL, cents BIGINT NOT NULL
);
CREATE TABLE kept_pay_items (
    agency_id TEXT NOT NULL, pay_run_id TEXT NOT NULL, charge_id TEXT NOT NULL, officer_id TEXT NOT NULL, cents BIGINT NOT NULL
);
INSERT INTO kept_charges (agency_id, id, time_entry_id, shift_id, officer_id, customer_id, worked_on, paid_minutes, officer_cents,
    customer_cents, priced, rule_set_id, created_at)
SELECT agency_id, id, time_entry_id, shift_id, officer_id, customer_id, worked_on, paid_minutes, officer_cents,
    customer_cents, priced, rule_set_id, created_at FROM charges;
INSERT INTO kept_invoice_lines (agency_id, invoice_id, charge_id, cents)
SELECT agency_id, invoice_id, charge_id, cents FROM invoice_lines;
INSERT INTO kept_pay_items (agency_id, pay_run_id, charge_id, officer_id, cents)
SELECT agency_id, pay_run_id, charge_id, officer_id, cents FROM pay_items;
DROP TABLE invoice_lines;
DROP TABLE pay_items;
DROP TABLE charges;

-- The priced time of one assignment: what the officer earns and what the customer owes, line by line.
CREATE TABLE charges (
    agency_id TEXT NOT NULL,
    id TEXT NOT NULL,
    time_entry_id TEXT NOT NULL,
    shift_id TEXT NOT NULL,
    officer_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    worked_on TEXT NOT NULL,
    paid_minutes BIGINT NOT NULL,
    officer_cents BIGINT NOT NULL,
    customer_cents BIGINT NOT NULL,
    priced TEXT NOT NULL,
    rule_set_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- What it was priced from, kept where later approvals may price it again.
    basis TEXT,
    -- The charge that this one corrects, and the whole price as it then stands.
    corrects TEXT,
    whole TEXT,
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, time_entry_id) REFERENCES time_entries (agency_id, id),
    CONSTRAINT charges_minutes CHECK (paid_minutes >= 0 OR corrects IS NOT NULL),
    CONSTRAINT charges_officer CHECK (officer_cents >= 0 OR corrects IS NOT NULL),
    CONSTRAINT charges_customer CHECK (customer_cents >= officer_cents OR corrects IS NOT NULL),
    CONSTRAINT charges_whole CHECK ((corrects IS NULL) = (whole IS NULL))
);
CREATE UNIQUE INDEX charges_time_entry ON charges (agency_id, time_entry_id) WHERE corrects IS NULL;
CREATE INDEX charges_customer ON charges (agency_id, customer_id, worked_on);
CREATE INDEX charges_officer ON charges (agency_id, officer_id, worked_on);
CREATE INDEX charges_day ON charges (agency_id, worked_on);

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

INSERT INTO charges (agency_id, id, time_entry_id, shift_id, officer_id, customer_id, worked_on, paid_minutes, officer_cents,
    customer_cents, priced, rule_set_id, created_at)
SELECT agency_id, id, time_entry_id, shift_id, officer_id, customer_id, worked_on, paid_minutes, officer_cents,
    customer_cents, priced, rule_set_id, created_at FROM kept_charges;
INSERT INTO invoice_lines (agency_id, invoice_id, charge_id, cents)
SELECT agency_id, invoice_id, charge_id, cents FROM kept_invoice_lines;
INSERT INTO pay_items (agency_id, pay_run_id, charge_id, officer_id, cents)
SELECT agency_id, pay_run_id, charge_id, officer_id, cents FROM kept_pay_items;
DROP TABLE kept_charges;
DROP TABLE kept_invoice_lines;
DROP TABLE kept_pay_items;
