//! What nobody should send: texts for a field, bodies for a form, values for JSON. Chosen by a seed.

use serde_json::{Value, json};

/// Seeded chance (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(most).unwrap()).unwrap()
    }
}

/// An id that nothing has.
pub const NOBODY: &str = "cus_0198f000000070008000000000000000";

/// Texts that are seldom what was asked for; already encoded for a form where they are no texts at all.
pub fn texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        "   ",
        "\0",
        "a\0b",
        "\u{1}\u{7f}\u{9b}",
        "\u{202e}txt.exe\u{202c}",
        "\u{feff}x",
        "e\u{301}\u{302}\u{303}",
        "\u{1f98a}\u{1f692}",
        "-1",
        "0",
        "00",
        "+3",
        "1.005",
        "1e309",
        "NaN",
        "Infinity",
        "0x10",
        "\u{663}\u{664}",
        "1,000.00",
        "$-5",
        "99999999999999999999999",
        "9223372036854775807",
        "-9223372036854775808",
        "92233720368547758.07",
        "9999-12-31",
        "-9999-01-01",
        "0000-00-00",
        "2026-02-30",
        "2100-12-31",
        "1920-01-01",
        "2026-11-31",
        "11/21/2026",
        "2026-W47",
        "02:30",
        "24:00",
        "25:61",
        "23:59:60",
        "-01:00",
        "2026-03-08",
        "2026-03-08T02:30",
        "2026-11-01T01:30",
        "9999-12-31T23:59",
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "'; DROP TABLE officers; --",
        "%s%n{}{0}",
        "=cmd|' /C calc'!A0",
        "../../etc/passwd",
        "null",
        "true",
        "[]",
        "{}",
        NOBODY,
        "job_0198f000000070008000000000000000",
        "job_",
        "a@b",
        "a@b@c.example",
        "A\r\nBcc: x@y.example",
        "\n\n\n",
        "javascript:alert(1)",
    ]
    .into_iter()
    .map(str::to_owned)
    .collect();
    texts.push("w".repeat(5_000));
    texts.push("\u{1f98a}".repeat(300));
    texts
}

/// Texts of a form that are no texts: broken encodings.
pub const BROKEN: &[&str] = &["%ff%fe%c0%80", "%zz%", "%", "%u0041", "%ed%a0%80", "+++"];

/// Values of the wrong kind.
pub fn values() -> Vec<Value> {
    let mut values = vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(1.5),
        json!(1e300),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!([]),
        json!([[[[]]]]),
        json!({}),
        json!({"a": {"b": null}}),
        json!([1, "two", null]),
        json!("\u{d7ff}\u{e000}"),
    ];
    values.extend(texts().into_iter().map(Value::String));
    values
}

/// Bodies that are no form and no JSON.
pub fn bodies() -> Vec<(&'static str, Vec<u8>)> {
    let form = "application/x-www-form-urlencoded";
    let mut bodies: Vec<(&'static str, Vec<u8>)> = vec![
        (form, b"".to_vec()),
        (form, b"_key=garbage-12345&&&===&%00=%00&=".to_vec()),
        (form, b"\xff\xfe\x00\x01".to_vec()),
        (form, b"_key=garbage-12346&a[b][c]=1&positions.99999999999.seats=2&positions.499.seats=-1".to_vec()),
        ("text/plain", b"_key=garbage-12347&name=x".to_vec()),
        ("application/json", b"{".to_vec()),
        ("application/json", b"null".to_vec()),
        ("application/json", b"[]".to_vec()),
        ("application/json", b"\"text\"".to_vec()),
        ("application/json", b"{\"a\":1,\"a\":2}".to_vec()),
        ("application/json", b"{\"\xff\":1}".to_vec()),
        ("application/json", b"\xef\xbb\xbf{}".to_vec()),
        ("application/json", "[".repeat(20_000).into_bytes()),
        ("application/json", "{\"a\":".repeat(5_000).into_bytes()),
        ("multipart/form-data", b"no boundary".to_vec()),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\ncut off".to_vec(),
        ),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n\xff\xfe\x00\r\n--x--\r\n".to_vec(),
        ),
        (
            "application/xml",
            b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>".to_vec(),
        ),
    ];
    bodies.push((form, format!("_key=garbage-12348&{}", "x=1&".repeat(3_000)).into_bytes()));
    bodies.push((form, format!("_key=garbage-12349&name={}", "w".repeat(100_000)).into_bytes()));
    bodies
}
