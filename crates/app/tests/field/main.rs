//! Stories of the field: posting, taking, giving, leaving and cancelling shifts; clocking in and out; reviewing time.

mod distribution;
mod rush;
mod timeclock;
mod world;
