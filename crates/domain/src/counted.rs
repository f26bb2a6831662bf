//! Numbers with their nouns: the one place that knows how to say one and how to say many.

use std::fmt::Display;

/// `1 shift`, `3 shifts`, `no shifts` is `0 shifts`.
#[must_use]
pub fn counted(count: impl Display, one: &str, many: &str) -> String {
    let count = count.to_string();
    let noun = if count == "1" { one } else { many };
    format!("{count} {noun}")
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn one_is_one_and_all_others_are_many() {
        for (count, wanted) in [(0, "0 seats"), (1, "1 seat"), (2, "2 seats"), (-1, "-1 seats"), (11, "11 seats")] {
            assert_eq!(counted(count, "seat", "seats"), wanted);
        }
    }
}
