-- Whom an officer reports to from a day on, until the next line. Who reports to nobody from a day on has a line without a superior.
CREATE TABLE officer_superiors (
    agency_id TEXT NOT NULL,
    officer_id TEXT NOT NULL,
    from_on TEXT NOT NULL,
    superior_id TEXT,
    PRIMARY KEY (agency_id, officer_id, from_on),
    FOREIGN KEY (agency_id, officer_id) REFERENCES officers (agency_id, id),
    FOREIGN KEY (agency_id, superior_id) REFERENCES officers (agency_id, id),
    CONSTRAINT officer_superiors_other CHECK (superior_id <> officer_id)
);
