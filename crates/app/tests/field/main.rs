//! Stories of the field: posting, taking, giving, leaving and cancelling shifts; clocking in and out; reviewing time.

mod applications;
mod approvals;
mod asking;
mod cancelling;
mod conduct;
mod day;
mod distribution;
mod handing;
mod himself;
mod marks;
mod moving;
mod paying;
mod payroll;
mod permits;
mod rechecking;
mod refusing;
mod reports;
mod rush;
mod telling;
mod timeclock;
mod trial;
mod world;
