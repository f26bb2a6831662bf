//! A source file, also with its comments and texts blanked out, so that a guard sees code only.

use std::{fs, path::Path};

/// One hand-written source file.
pub struct Source {
    /// Relative to the repository's root.
    pub path: String,
    /// As it is on disk.
    pub text: String,
    /// Without comments and without test modules: the same length, other characters blank.
    pub shipped: String,
    /// `shipped`, the contents of string literals blank too.
    pub code: String,
}

const KINDS: &[&str] = &[".rs", ".ts", ".mjs", ".css"];

impl Source {
    /// Reads a file if it is a kind of source that people write here.
    pub fn read(root: &Path, path: &str) -> Option<Self> {
        if !KINDS.iter().any(|kind| path.ends_with(kind)) {
            return None;
        }
        Self::of(path, &fs::read_to_string(root.join(path)).ok()?)
    }

    /// A source file with this text.
    pub fn of(path: &str, text: &str) -> Option<Self> {
        KINDS.iter().any(|kind| path.ends_with(kind)).then(|| {
            let (mut shipped, mut code) = blank(text);
            if path.ends_with(".rs") {
                blank_tests(&mut shipped, &mut code);
            }
            Self { path: path.to_owned(), text: text.to_owned(), shipped, code }
        })
    }

    /// Whether a file of Rust holds nothing but tests.
    pub fn is_test(&self) -> bool {
        let path = &self.path;
        path.starts_with("crates/") && (path.contains("/tests/") || path.ends_with("/tests.rs"))
    }

    /// `path:line` of a byte offset.
    pub fn at(&self, offset: usize) -> String {
        format!("{}:{}", self.path, self.text[..offset].matches('\n').count() + 1)
    }
}

/// Blanks comments (first result), and contents of strings too (second).
fn blank(text: &str) -> (String, String) {
    let bytes = text.as_bytes();
    let (mut shipped, mut code) = (bytes.to_vec(), bytes.to_vec());
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let (end, is_comment) = if rest.starts_with(b"//") {
            (at + find(rest, b"\n").unwrap_or(rest.len()), true)
        } else if rest.starts_with(b"/*") {
            (at + find(rest, b"*/").map_or(rest.len(), |end| end + 2), true)
        } else if let Some(length) = string_length(bytes, at) {
            (at + length, false)
        } else {
            at += 1;
            continue;
        };
        let inner = if is_comment { at..end } else { (at + 1).min(end)..end.saturating_sub(1).max(at + 1).min(end) };
        for index in inner {
            if bytes[index] != b'\n' {
                code[index] = b' ';
                if is_comment {
                    shipped[index] = b' ';
                }
            }
        }
        at = end;
    }
    let text = |bytes| String::from_utf8(bytes).expect("whole comments and strings were replaced by ASCII");
    (text(shipped), text(code))
}

/// Length of the string literal that begins here: `"..."`, `r#"..."#`, or a character that could be mistaken for one.
fn string_length(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at..];
    if rest.starts_with(b"'\"'") || rest.starts_with(b"'/'") {
        return Some(3);
    }
    if rest[0] == b'r' && !at.checked_sub(1).is_some_and(|before| is_word(bytes[before])) {
        let hashes = rest[1..].iter().take_while(|byte| **byte == b'#').count();
        if rest.get(1 + hashes) == Some(&b'"') {
            let close = [b"\"".as_slice(), "#".repeat(hashes).as_bytes()].concat();
            let body = hashes + 2;
            return Some(find(&rest[body..], &close).map_or(rest.len(), |end| body + end + close.len()));
        }
    }
    if rest[0] != b'"' {
        return None;
    }
    let mut index = 1;
    while index < rest.len() && rest[index] != b'"' {
        index += if rest[index] == b'\\' { 2 } else { 1 };
    }
    Some((index + 1).min(rest.len()))
}

/// Blanks every item under `#[cfg(test)]`, to its closing brace or semicolon.
fn blank_tests(shipped: &mut String, code: &mut String) {
    while let Some(start) = code.find("#[cfg(test)]") {
        let mut depth = 0_u32;
        let end = code[start..].char_indices().find_map(|(index, letter)| match letter {
            '{' => {
                depth += 1;
                None
            }
            '}' if depth <= 1 => Some(start + index + 1),
            '}' => {
                depth -= 1;
                None
            }
            ';' if depth == 0 => Some(start + index + 1),
            _ => None,
        });
        let end = end.unwrap_or(code.len());
        for text in [&mut *shipped, &mut *code] {
            let blanks: String = text[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
            let padded = format!("{blanks}{}", " ".repeat(end - start - blanks.len()));
            text.replace_range(start..end, &padded);
        }
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

/// Whether a byte may be part of a name.
pub fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn comments_texts_and_tests_are_blank() {
        let text =
            "a(\"b // c\"); // d\nlet e = r#\"f \" g\"#; '\"'; h\n#[cfg(test)]\nmod tests { fn i() { j } }\nk /* l */";
        let source = Source::of("x.rs", text).expect("Rust is source");
        assert_eq!(source.shipped.len(), text.len());
        assert_eq!(source.code.split_whitespace().collect::<String>(), "a(\"\");lete=r#;'';hk");
        assert!(source.shipped.contains("b // c") && !source.shipped.contains('d'));
    }
}
