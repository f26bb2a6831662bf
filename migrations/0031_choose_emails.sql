-- What an account does not want by e-mail; the inbox gets every notice.
CREATE TABLE muted_emails (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    topic TEXT NOT NULL,
    PRIMARY KEY (account_id, topic)
);
