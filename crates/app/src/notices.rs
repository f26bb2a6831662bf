//! Telling people: a notice in the inbox, and an e-mail through the outbox, in the same transaction as the change.
