//! Reading SQL texts: parameters in order, whether rows change, and what SQLite must not see.

/// A SQL text, read once.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    /// The text without row locks.
    pub sqlite: String,
    /// How many parameters it takes.
    pub parameters: usize,
    /// True when it may change rows.
    pub changes: bool,
    /// True when it locks rows.
    pub locks: bool,
}

impl Statement {
    /// Reads a text; the error says what its author must mend.
    pub(crate) fn read(sql: &str) -> Result<Self, String> {
        let tokens = tokens(sql);
        let mut parameters = 0;
        for token in &tokens {
            let Some(number) = token.text.strip_prefix('$') else { continue };
            let number: usize = number.parse().map_err(|_| format!("{} is no parameter, in: {sql}", token.text))?;
            if number == 0 || number > parameters + 1 {
                return Err(format!("${number} appears before ${}, in: {sql}", parameters + 1));
            }
            parameters = parameters.max(number);
        }
        let is = |at: usize, word: &str| tokens.get(at).is_some_and(|token| token.text.eq_ignore_ascii_case(word));
        let changes = (0..tokens.len()).any(|at| {
            let lock = at > 0 && (is(at - 1, "FOR") || is(at - 1, "KEY"));
            ["INSERT", "UPDATE", "DELETE", "MERGE"].iter().any(|word| is(at, word)) && !lock
        });
        let changes = changes || ["CREATE", "DROP", "ALTER"].iter().any(|word| is(0, word));

        let mut sqlite = String::with_capacity(sql.len());
        let (mut at, mut kept) = (0, 0);
        while at < tokens.len() {
            let end = lock_end(&is, at);
            if end > at {
                sqlite.push_str(sql[kept..tokens[at].start].trim_end());
                kept = tokens[end - 1].end();
                at = end;
            } else {
                at += 1;
            }
        }
        sqlite.push_str(&sql[kept..]);
        Ok(Self { sqlite, parameters, changes, locks: kept > 0 })
    }
}

/// The token after a row lock that begins at `at`, or `at` when none does.
fn lock_end(is: &impl Fn(usize, &str) -> bool, at: usize) -> usize {
    if !is(at, "FOR") {
        return at;
    }
    let mut end = at + 1;
    if is(end, "NO") && is(end + 1, "KEY") {
        end += 2;
    }
    if !is(end, "UPDATE") && !is(end, "SHARE") {
        return at;
    }
    end += 1;
    if is(end, "OF") {
        end += 2;
    }
    if is(end, "SKIP") && is(end + 1, "LOCKED") {
        end += 2;
    } else if is(end, "NOWAIT") {
        end += 1;
    }
    end
}

/// A word, a parameter or a sign outside of comments, strings and quoted names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token<'s> {
    pub start: usize,
    pub text: &'s str,
}

impl Token<'_> {
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// Splits a SQL text; comments, strings and quoted names are left out.
pub(crate) fn tokens(sql: &str) -> Vec<Token<'_>> {
    let bytes = sql.as_bytes();
    let find = |from: usize, what: &str| sql[from..].find(what).map_or(sql.len(), |at| from + at + what.len());
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if sql[at..].starts_with("--") {
            at = find(at, "\n");
        } else if sql[at..].starts_with("/*") {
            at = find(at + 2, "*/");
        } else if byte == b'\'' || byte == b'"' {
            // A doubled quote inside reads as two neighbours, which comes to the same.
            at = find(at + 1, if byte == b'\'' { "'" } else { "\"" });
        } else if byte == b'$' || byte == b'_' || byte.is_ascii_alphanumeric() {
            let rest = &bytes[at + 1..];
            let len = 1 + rest.iter().take_while(|b| **b == b'_' || b.is_ascii_alphanumeric()).count();
            tokens.push(Token { start: at, text: &sql[at..at + len] });
            at += len;
        } else {
            let len = sql[at..].chars().next().map_or(1, char::len_utf8);
            if !byte.is_ascii_whitespace() {
                tokens.push(Token { start: at, text: &sql[at..at + len] });
            }
            at += len;
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_must_first_appear_in_order() {
        assert_eq!(Statement::read("SELECT $1, $2, $1, $3").unwrap().parameters, 3);
        assert_eq!(Statement::read("SELECT '$9' -- $7\n").unwrap().parameters, 0);
        assert!(Statement::read("SELECT $2, $1").unwrap_err().contains("$2 appears before $1"));
        assert!(Statement::read("SELECT $0").is_err());
        assert!(Statement::read("SELECT $a").is_err());
    }

    #[test]
    fn sqlite_never_sees_a_row_lock() {
        for (sql, sqlite) in [
            ("SELECT a FROM t WHERE b = $1 FOR UPDATE", "SELECT a FROM t WHERE b = $1"),
            ("SELECT a FROM t\n FOR UPDATE SKIP LOCKED", "SELECT a FROM t"),
            ("SELECT a FROM t FOR NO KEY UPDATE OF t NOWAIT", "SELECT a FROM t"),
            (
                "UPDATE t SET a = 1 WHERE b IN (SELECT b FROM t FOR UPDATE SKIP LOCKED) RETURNING a",
                "UPDATE t SET a = 1 WHERE b IN (SELECT b FROM t) RETURNING a",
            ),
            ("SELECT 'FOR UPDATE' FROM t", "SELECT 'FOR UPDATE' FROM t"),
        ] {
            assert_eq!(Statement::read(sql).unwrap().sqlite, sqlite);
        }
    }

    #[test]
    fn changes_are_told_from_reads() {
        for (sql, changes) in [
            ("SELECT a FROM t FOR UPDATE", false),
            ("SELECT a FROM t FOR NO KEY UPDATE", false),
            ("WITH x AS (SELECT 1) SELECT * FROM x", false),
            ("SELECT 'INSERT' FROM t", false),
            ("WITH x AS (DELETE FROM t RETURNING a) SELECT a FROM x", true),
            ("insert into t (a) values ($1) on conflict do nothing", true),
            ("UPDATE t SET a = 1", true),
            ("DELETE FROM t", true),
        ] {
            assert_eq!(Statement::read(sql).unwrap().changes, changes, "{sql}");
        }
    }
}
