//! A planted secret: what an input holds must not show in an error.

use std::error::Error;
use std::fmt::Debug;

/// Letters and digits of the MRZ's alphabet, so that it also stands in a valid name.
pub(crate) const SECRET: &str = "ZQ7WX9KV";

/// Asserts that neither the text nor the `Debug` form of an error, nor of its sources, shows the
/// planted secret: as text, in hexadecimal, or as a list of bytes.
pub(crate) fn assert_silent(error: &(dyn Error + 'static)) {
    let mut next = Some(error);
    while let Some(error) = next {
        assert_unnamed(&error.to_string());
        assert_hidden(&error);
        next = error.source();
    }
}

/// The same for the `Debug` form of a value that must not print what it holds.
pub(crate) fn assert_hidden(value: &impl Debug) {
    assert_unnamed(&format!("{value:?}"));
}

fn assert_unnamed(text: &str) {
    assert!(!shows(text), "a planted secret shows: {text}");
}

fn shows(text: &str) -> bool {
    let listed = format!("{:?}", SECRET.as_bytes());
    text.contains(SECRET)
        || text.to_ascii_lowercase().contains(&hex::encode(SECRET))
        || text.contains(listed.trim_matches(['[', ']']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_the_secret_is_seen() {
        assert!(shows(&format!("unknown field `{SECRET}`")));
        assert!(shows(&hex::encode_upper(SECRET)));
        let listed = [b"a", SECRET.as_bytes(), b"b"].concat();
        assert!(shows(&format!("{listed:?}")));
        assert!(!shows("the file is damaged"));
    }

    #[test]
    #[should_panic = "a planted secret shows"]
    fn sources_are_looked_at() {
        #[derive(Debug)]
        struct Outer;
        impl std::fmt::Display for Outer {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("cannot be read")
            }
        }
        impl Error for Outer {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                Some(&Telltale)
            }
        }
        #[derive(Debug)]
        struct Telltale;
        impl std::fmt::Display for Telltale {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(SECRET)
            }
        }
        impl Error for Telltale {}
        assert_silent(&Outer);
    }
}
