//! The app that vouches: one that the operator lists, and may strike.

use std::fmt;
use std::str::FromStr;

/// Longest name after the prefix: what Android allows a package, and more than Apple an App ID.
const MAX_NAME: usize = 223;

/// Which app holds a device key: `android:PACKAGE`, or `apple:TEAM.BUNDLE` (Apple's App ID).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppId(String);

/// Not an app's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an app is named android:PACKAGE or apple:TEAM.BUNDLE, letters, digits, dots, hyphens, underscores"
)]
pub struct AppIdError;

impl AppId {
    /// An Android package.
    ///
    /// # Errors
    /// [`AppIdError`] for a name outside letters, digits, `.`, `-`, `_`, or longer than 223 bytes.
    pub fn android(package: &str) -> Result<Self, AppIdError> {
        format!("android:{package}").parse()
    }

    /// An Apple App ID: team identifier, a dot, bundle identifier.
    ///
    /// # Errors
    /// As [`AppId::android`].
    pub fn apple(app_id: &str) -> Result<Self, AppIdError> {
        format!("apple:{app_id}").parse()
    }

    /// Whether it is an Android package.
    #[must_use]
    pub fn is_android(&self) -> bool {
        self.0.starts_with("android:")
    }

    /// The whole id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AppId {
    type Err = AppIdError;
    fn from_str(text: &str) -> Result<Self, AppIdError> {
        let name = text
            .strip_prefix("android:")
            .or_else(|| text.strip_prefix("apple:"))
            .ok_or(AppIdError)?;
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
        if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(plain) {
            return Err(AppIdError);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for AppId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn ids_keep_their_one_spelling() {
        let id = AppId::android("com.example.seal").unwrap();
        assert_eq!(id.as_str(), "android:com.example.seal");
        assert_eq!(
            "apple:ABCDE12345.com.example.seal"
                .parse::<AppId>()
                .unwrap()
                .to_string(),
            "apple:ABCDE12345.com.example.seal"
        );
        let long = format!("android:{}", "a".repeat(224));
        for wrong in [
            "",
            "android:",
            "com.example",
            "windows:x",
            "android:a b",
            "android:a\n",
            "Android:a",
            &long,
        ] {
            assert_eq!(wrong.parse::<AppId>(), Err(AppIdError), "{wrong}");
        }
    }
}
