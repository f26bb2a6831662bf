//! What became of a wish that the rules may refuse, in a transaction that commits either way.

use serde::{Deserialize, Serialize};

use crate::Failure;
use muster_domain::refusal::Refusal;

/// What became of a wish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer<T> {
    /// The rules refused it, and it is on record.
    Refused {
        /// What stands in the way.
        message: String,
        /// What to do.
        remedy: String,
    },
    /// It was done.
    Done(T),
}

impl<T> Answer<T> {
    /// The answer as of a use case that keeps nothing when it refuses; `code` names the refusal.
    ///
    /// # Errors
    /// The refusal.
    pub fn settled_as(self, code: &'static str) -> Result<T, Failure> {
        match self {
            Self::Done(done) => Ok(done),
            Self::Refused { message, remedy } => Err(Refusal::new(code, message, remedy).into()),
        }
    }

    /// The same for a refusal of an officer by the rules.
    ///
    /// # Errors
    /// The refusal.
    pub fn settled(self) -> Result<T, Failure> {
        self.settled_as(BY_RULES)
    }
}

/// The refusals of officers that the rules decide.
pub(crate) const BY_RULES: &str = "rules_forbid";
