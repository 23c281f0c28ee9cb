//! Who asks: web origins and network ids.
//!
//! Both are taken in exactly one spelling, so that comparing them is comparing text. Names are
//! ASCII in lower case; an internationalised name stands in its `xn--` form. Address literals,
//! trailing dots, default ports, user names, paths and anything else are refused.

use std::{fmt, str::FromStr};

use humanseal_zk_credentials::{exchange::Environment, word::Word};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A DNS name of at least two labels that names a network (docs/protocol.md section 8).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NetworkId(String);

/// A web origin: `https://host[:port]`, or `http://localhost[:port]` for development.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    local: bool,
    host: String,
    port: Option<u16>,
}

/// Why a text is no origin or network id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Neither `https://` nor `http://localhost`.
    #[error("an origin starts with https://, or is http://localhost for development")]
    Scheme,
    /// Not a DNS name in lower case with at least two labels.
    #[error("the host must be a DNS name in lower-case ASCII with at least two labels")]
    Host,
    /// Port 0, the default port, or not a canonical number.
    #[error("the port must be a number without leading zero and not the default one")]
    Port,
}

impl OriginError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Scheme => "origin_scheme",
            Self::Host => "origin_host",
            Self::Port => "origin_port",
        }
    }
}

/// RFC 1035 section 2.3.1 with digits allowed in front (RFC 1123 section 2.1), lower case; the
/// last label starts with a letter, so that no spelling of an IPv4 address passes.
fn is_dns_name(name: &str) -> bool {
    let label_fits = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let Some((_, last)) = name.rsplit_once('.') else {
        return false;
    };
    name.len() <= 253
        && name.split('.').all(label_fits)
        && last.starts_with(|c: char| c.is_ascii_lowercase())
}

impl NetworkId {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NetworkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for NetworkId {
    type Err = OriginError;
    fn from_str(text: &str) -> Result<Self, OriginError> {
        if is_dns_name(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(OriginError::Host)
        }
    }
}

impl Origin {
    /// `http://localhost`, which only development takes.
    pub fn is_local(&self) -> bool {
        self.local
    }
    /// The host.
    pub fn host(&self) -> &str {
        &self.host
    }
    /// Host, and port where it is not the default one: the domain of a sign-in message.
    pub fn authority(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }
    /// `keccak256` of the origin: the audience of a binding over REST (docs/protocol.md section 8).
    pub fn audience(&self) -> Word {
        Word::of_str(&self.to_string())
    }
    /// Whether this origin may speak for a network by its name alone: over https, the network's
    /// own name or a name below it; on any port of `http://localhost` in development.
    pub fn covers(&self, network: &NetworkId, environment: Environment) -> bool {
        if self.local {
            return environment == Environment::Development;
        }
        // What precedes the network's name must end at a dot: `evilexample.com` is not below
        // `example.com`.
        match self.host.strip_suffix(network.as_str()) {
            Some(prefix) => prefix.is_empty() || prefix.ends_with('.'),
            None => false,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.local { "http" } else { "https" };
        write!(f, "{scheme}://{}", self.authority())
    }
}

impl FromStr for Origin {
    type Err = OriginError;
    fn from_str(text: &str) -> Result<Self, OriginError> {
        let (scheme, authority) = text.split_once("://").ok_or(OriginError::Scheme)?;
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        let (local, default_port) = match (scheme, host) {
            ("https", _) => (false, 443),
            ("http", "localhost") => (true, 80),
            _ => return Err(OriginError::Scheme),
        };
        if !local && !is_dns_name(host) {
            return Err(OriginError::Host);
        }
        let port = port.map(canonical_port).transpose()?;
        if port == Some(default_port) {
            return Err(OriginError::Port);
        }
        Ok(Self {
            local,
            host: host.to_owned(),
            port,
        })
    }
}

fn canonical_port(text: &str) -> Result<u16, OriginError> {
    let digits = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    let port = text.parse().ok().filter(|_| digits);
    port.ok_or(OriginError::Port)
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

impl Serialize for NetworkId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for NetworkId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use Environment::{Development, Production, Sandbox};
    use proptest::prelude::*;

    fn covers(origin: &str, network: &str) -> bool {
        let origin: Origin = origin.parse().unwrap();
        origin.covers(&network.parse().unwrap(), Production)
    }

    #[test]
    fn canonical_origins_round_trip() {
        for text in [
            "https://net.example",
            "https://verify.net.example:8443",
            "https://xn--bcher-kva.example",
            "http://localhost",
            "http://localhost:8080",
        ] {
            assert_eq!(text.parse::<Origin>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_lookalike_origin_is_not_covered() {
        assert!(covers("https://example.com", "example.com"));
        assert!(covers("https://a.b.example.com:8443", "example.com"));
        for lookalike in [
            "https://evilexample.com",
            "https://evil-example.com",
            "https://example.com.evil.net",
            "https://example.co",
            "https://xample.com",
            "https://com.example",
            "https://xn--exmple-cua.com",
        ] {
            assert!(!covers(lookalike, "example.com"), "{lookalike}");
        }
        assert!(
            !covers("https://example.com", "a.example.com"),
            "a parent does not speak for its child"
        );
    }

    #[test]
    fn localhost_is_for_development_only() {
        let origin: Origin = "http://localhost:9000".parse().unwrap();
        let network = "net.example".parse().unwrap();
        assert!(origin.covers(&network, Development));
        assert!(!origin.covers(&network, Sandbox));
        assert!(!origin.covers(&network, Production));
    }

    #[test]
    fn user_names_paths_and_other_schemes_are_refused() {
        for text in [
            "",
            "net.example",
            "//net.example",
            "http://net.example",
            "http://localhost.net.example",
            "HTTPS://net.example",
            "ftp://net.example",
            "http://127.0.0.1",
            "https:/net.example",
        ] {
            assert_eq!(text.parse::<Origin>(), Err(OriginError::Scheme), "{text}");
        }
        for text in [
            "https://user@net.example",
            "https://net.example@evil.example",
            "https://net.example/",
            "https://net.example/path",
            "https://net.example?x",
            "https://net.example#x",
            "https://net.example\\.evil.example",
            "https://",
        ] {
            assert_eq!(text.parse::<Origin>(), Err(OriginError::Host), "{text}");
        }
        assert_eq!(
            "https://user:1@net.example".parse::<Origin>(),
            Err(OriginError::Host)
        );
    }

    #[test]
    fn upper_case_unicode_and_trailing_dots_are_refused() {
        for text in [
            "https://Net.example",
            "https://net.exampLe",
            "https://bücher.example",
            "https://ехample.com", // Cyrillic
            "https://net.example.",
            "https://.net.example",
            "https://net..example",
            "https://-net.example",
            "https://net-.example",
            "https://net_work.example",
            "https://net%2eexample",
            "https://localhost",
            "https://example",
            "https://1.2.3.4",
            "https://127.1",
            "https://net.0x7f",
            "https://[::1]",
            "https://net.example ",
            " https://net.example",
        ] {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
        let long = format!("https://{}.example", "a".repeat(64));
        assert_eq!(long.parse::<Origin>(), Err(OriginError::Host));
        let long = format!("{}example", "abcdefg.".repeat(31));
        assert_eq!(long.parse::<NetworkId>(), Err(OriginError::Host));
    }

    #[test]
    fn ports_have_one_spelling() {
        for text in [
            "https://net.example:443",
            "http://localhost:80",
            "https://net.example:",
            "https://net.example:0",
            "https://net.example:0443",
            "https://net.example:+444",
            "https://net.example:65536",
            "https://net.example:444:444",
            "https://net.example:444/",
        ] {
            assert_eq!(text.parse::<Origin>(), Err(OriginError::Port), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_back_the_same(text in "https://[a-z0-9.:@-]{1,40}") {
            if let Ok(origin) = text.parse::<Origin>() {
                prop_assert_eq!(origin.to_string(), text);
            }
        }

        #[test]
        fn a_covered_host_is_the_name_or_ends_with_a_dot_and_the_name(
            host in "([a-c]{1,2}\\.){1,4}[a-c]{1,2}", network in "[a-c]{1,2}\\.[a-c]{1,2}"
        ) {
            let expected = host == network || host.ends_with(&format!(".{network}"));
            prop_assert_eq!(covers(&format!("https://{host}"), &network), expected);
        }
    }
}
