//! The time zones that forms propose: those of the United States first. Any other IANA name may be typed.

/// Proposals for the zone field.
pub const ZONES: &[&str] = &[
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
    "America/Detroit",
    "America/Indiana/Indianapolis",
    "America/Kentucky/Louisville",
    "America/Boise",
    "Pacific/Guam",
    "America/Toronto",
    "Europe/London",
    "Europe/Berlin",
];
