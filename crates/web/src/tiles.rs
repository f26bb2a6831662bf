//! The ground of the maps: pictures of a map server that the operator names, and nothing of any other host.

/// A map server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tiles {
    /// The address of a picture with `{z}`, `{x}` and `{y}` in it, perhaps `{s}` for one of the servers a, b and c.
    pub url: String,
    /// Whom the map must name, in plain words.
    pub credit: String,
    /// What the content policy allows pictures to come from.
    pub source: String,
}

impl Tiles {
    /// Reads the operator's setting.
    ///
    /// # Errors
    /// What is wrong with it and how it should be, in words.
    pub fn parse(url: &str, credit: &str) -> Result<Self, String> {
        let example = "for example https://tiles.example.gov/{z}/{x}/{y}.png";
        for part in ["{z}", "{x}", "{y}"] {
            if !url.contains(part) {
                return Err(format!(
                    "the address of the map tiles has no {part}; write one with {{z}}, {{x}} and {{y}}, {example}"
                ));
            }
        }
        let scheme = ["https://", "http://"].into_iter().find(|scheme| url.starts_with(scheme));
        let Some(scheme) = scheme else {
            return Err(format!("the address of the map tiles must begin with https:// or http://, {example}"));
        };
        let host = url[scheme.len()..].split(['/', '?', '#']).next().unwrap_or_default();
        let plain = host.strip_prefix("{s}.").unwrap_or(host);
        let good =
            !plain.is_empty() && plain.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':'));
        if !good {
            return Err(format!(
                "the host of the map tiles, {host}, is not one that can be allowed; name it plainly, {example}"
            ));
        }
        if credit.trim().is_empty() {
            return Err("map tiles need the words that their maker asks for; say them with --tiles-credit".to_owned());
        }
        let source = if plain == host { format!("{scheme}{host}") } else { format!("{scheme}*.{plain}") };
        Ok(Self { url: url.to_owned(), credit: credit.trim().to_owned(), source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_named_host_is_allowed() {
        for (url, source) in [
            ("https://tiles.example.gov/{z}/{x}/{y}.png", "https://tiles.example.gov"),
            ("https://{s}.tile.example.org/{z}/{x}/{y}.png?key=1", "https://*.tile.example.org"),
            ("http://127.0.0.1:9000/{z}/{x}/{y}.png", "http://127.0.0.1:9000"),
        ] {
            assert_eq!(Tiles::parse(url, "Us").map(|tiles| tiles.source).as_deref(), Ok(source), "{url}");
        }
    }

    #[test]
    fn what_is_no_tile_server_is_refused_in_words() {
        for (url, credit, said) in [
            ("https://tiles.example.gov/{z}/{x}.png", "Us", "{y}"),
            ("ftp://tiles.example.gov/{z}/{x}/{y}.png", "Us", "https://"),
            ("https://a.example; script-src *//{z}/{x}/{y}.png", "Us", "host"),
            ("https:///{z}/{x}/{y}.png", "Us", "host"),
            ("https://tiles.example.gov/{z}/{x}/{y}.png", " ", "--tiles-credit"),
        ] {
            let refused = Tiles::parse(url, credit).expect_err(url);
            assert!(refused.contains(said), "{url}: {refused}");
        }
    }
}
