//! The outside world: one client per file. Knows the domain only; the binary wires it.

pub mod mail;
