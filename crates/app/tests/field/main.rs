//! Stories of the field: posting, taking, giving, leaving and cancelling shifts; clocking in and out; reviewing time.

mod approvals;
mod distribution;
mod payroll;
mod rush;
mod telling;
mod timeclock;
mod trial;
mod world;
