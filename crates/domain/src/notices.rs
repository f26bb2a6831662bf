//! Messages to people: an inbox notice and an e-mail with the same words.
//!
//! Invariant: a message is written with the change that it tells of, and leaves only after the commit.

/// What a message says. The title fits a list row; the body is plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// A stable word, for example `shift_taken`.
    pub kind: &'static str,
    /// One line.
    pub title: String,
    /// A few sentences.
    pub body: String,
    /// The page to open, a path beginning with a slash.
    pub link: String,
}
