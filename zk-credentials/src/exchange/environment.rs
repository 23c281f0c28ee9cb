//! Production, sandbox, development (docs/protocol.md section 12).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Where a key, a session, a statement or a pass belongs. Each environment has its own keys and
/// its own database, and refuses what belongs to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// The default: real people, real keys.
    #[default]
    Production,
    /// For integrators: real code, no real people.
    Sandbox,
    /// Insecure keys and staged gates allowed; says nothing about anybody.
    Development,
}

impl Environment {
    /// The name as it stands in JSON, statements and passes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Sandbox => "sandbox",
            Self::Development => "development",
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is none of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected production, sandbox or development")]
pub struct UnknownEnvironment;

impl UnknownEnvironment {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        "environment_unknown"
    }
}

impl FromStr for Environment {
    type Err = UnknownEnvironment;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Production, Self::Sandbox, Self::Development]
            .into_iter()
            .find(|environment| environment.as_str() == text)
            .ok_or(UnknownEnvironment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_is_the_default_and_names_are_exact() {
        assert_eq!(Environment::default(), Environment::Production);
        assert_eq!("sandbox".parse(), Ok(Environment::Sandbox));
        assert_eq!(
            "Development".parse::<Environment>(),
            Err(UnknownEnvironment)
        );
        assert_eq!("".parse::<Environment>(), Err(UnknownEnvironment));
    }
}
