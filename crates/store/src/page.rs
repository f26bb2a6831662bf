//! A page of a long list.

/// Rows of a page of a list.
pub const PAGE_ROWS: i64 = 50;

/// One page of a list, and how long the whole list is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows of this page.
    pub rows: Vec<T>,
    /// Rows of all pages together.
    pub total: i64,
    /// Which page this is, from 1.
    pub number: i64,
}

impl<T> Page<T> {
    /// How many pages there are; an empty list has one.
    #[must_use]
    pub fn pages(&self) -> i64 {
        ((self.total + PAGE_ROWS - 1) / PAGE_ROWS).max(1)
    }
}

/// Rows before a page; a page number out of range counts as the nearest sensible one.
#[must_use]
pub fn rows_before(page: i64) -> i64 {
    (page.clamp(1, 1_000_000) - 1) * PAGE_ROWS
}

/// A word that a person searches for as a pattern of LIKE, lower case, with the pattern's own signs escaped by `!`.
#[must_use]
pub fn pattern(search: &str) -> Option<String> {
    let trimmed = search.trim().to_lowercase();
    if trimmed.is_empty() {
        return None;
    }
    let mut pattern = String::from("%");
    for sign in trimmed.chars().take(100) {
        if matches!(sign, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    Some(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_word_is_taken_literally() {
        assert_eq!(pattern(" 50%_A! "), Some("%50!%!_a!!%".to_owned()));
        assert_eq!(pattern("  "), None);
    }
}
