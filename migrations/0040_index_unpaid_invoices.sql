-- Sign-ups ask for the oldest unpaid invoice of the customer, where the rules hold accounts in arrears.
CREATE INDEX invoices_unpaid ON invoices (agency_id, customer_id, due_on) WHERE paid_cents < total_cents;
