//! `/.well-known/humanseal.json`: one document, members `issuer` and `network`
//! (docs/protocol.md sections 8 and 12).

use ed25519_dalek::VerifyingKey;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::{Base64, Environment, IssuerParameters, ParametersError};
use crate::calendar::Day;

/// Longest list in this document.
const MAX_LIST: usize = 64;

/// The document. An issuer fills `issuer`, a network `network`; one host may be both.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WellKnown {
    /// What this host issues, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<IssuerMetadata>,
    /// Which network this host speaks for, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkMetadata>,
}

/// Member `issuer`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerMetadata {
    /// Where its keys belong.
    pub environment: Environment,
    /// The Ed25519 key that signs status roots and consent receipts, 32 bytes.
    pub signing_key: Base64<32>,
    /// One entry for each issuer key, at most 64.
    #[serde(deserialize_with = "limited")]
    pub keys: Vec<IssuerParameters>,
}

/// Member `network`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkMetadata {
    /// The network id, a DNS name: the host that this document is served from.
    pub id: String,
    /// Origins outside this domain that may ask for it, at most 64.
    #[serde(deserialize_with = "limited")]
    pub origins: Vec<String>,
    /// Contracts that may ask for it, as CAIP-10 accounts, at most 64.
    #[serde(deserialize_with = "limited")]
    pub contracts: Vec<String>,
    /// Its actions, at most 64.
    #[serde(deserialize_with = "limited")]
    pub actions: Vec<NetworkAction>,
}

/// One action and epoch of a network: a scope and how long its effects last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkAction {
    /// The action's name.
    pub action: String,
    /// The epoch; 0 is "for ever".
    pub epoch: u64,
    /// The epoch's last day; absent exactly for epoch 0, and never changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<Day>,
    /// `L`: the longer of a registration's term and a ban, in days (docs/protocol.md section 9).
    pub longest_registration_days: u16,
    /// `W`: how long a status root is accepted, in hours.
    pub root_window_hours: u16,
}

impl NetworkAction {
    /// `L + W + 1` in days, `W` rounded up: the demand after which a lost secret's place has
    /// lapsed before the new secret can take one (docs/protocol.md section 9).
    pub fn recovery_gap_days(&self) -> u16 {
        let window_days = self.root_window_hours.div_ceil(24);
        self.longest_registration_days
            .saturating_add(window_days)
            .saturating_add(1)
    }
}

fn limited<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let list: Vec<T> = Vec::deserialize(deserializer)?;
    if list.len() <= MAX_LIST {
        Ok(list)
    } else {
        Err(de::Error::custom("more than 64 entries"))
    }
}

/// Why a document does not hold together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// An entry of `keys`.
    #[error(transparent)]
    Parameters(#[from] ParametersError),
    /// An issuer key of another environment than the document's.
    #[error("an issuer key belongs to another environment")]
    EnvironmentMismatch,
    /// The signing key is not a valid Ed25519 key.
    #[error("the signing key is not a valid Ed25519 key")]
    SigningKeyInvalid,
    /// An epoch without an end, or an end for epoch 0.
    #[error("an epoch other than 0 has an end day, and epoch 0 has none")]
    EpochEnd,
    /// The same action and epoch twice.
    #[error("an action and epoch stand twice")]
    ActionTwice,
}

impl MetadataError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Parameters(error) => error.code(),
            Self::EnvironmentMismatch => "environment_mismatch",
            Self::SigningKeyInvalid => "signing_key_invalid",
            Self::EpochEnd => "epoch_end",
            Self::ActionTwice => "action_twice",
        }
    }
}

impl IssuerMetadata {
    /// Checks every entry.
    pub fn validate(&self) -> Result<(), MetadataError> {
        self.verifying_key()?;
        for key in &self.keys {
            key.validate()?;
            if key.environment != self.environment {
                return Err(MetadataError::EnvironmentMismatch);
            }
        }
        Ok(())
    }
    /// The key that signs status roots and receipts.
    pub fn verifying_key(&self) -> Result<VerifyingKey, MetadataError> {
        <[u8; 32]>::try_from(self.signing_key.as_bytes())
            .ok()
            .and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok())
            .filter(|key| !key.is_weak())
            .ok_or(MetadataError::SigningKeyInvalid)
    }
}

impl NetworkMetadata {
    /// Checks every entry that can be checked without knowing accounts and origins.
    pub fn validate(&self) -> Result<(), MetadataError> {
        for (i, entry) in self.actions.iter().enumerate() {
            if (entry.epoch == 0) != entry.ends_on.is_none() {
                return Err(MetadataError::EpochEnd);
            }
            let same =
                |other: &NetworkAction| other.action == entry.action && other.epoch == entry.epoch;
            if self.actions[..i].iter().any(same) {
                return Err(MetadataError::ActionTwice);
            }
        }
        Ok(())
    }
    /// The entry of an action and epoch.
    pub fn action(&self, action: &str, epoch: u64) -> Option<&NetworkAction> {
        self.actions
            .iter()
            .find(|entry| entry.action == action && entry.epoch == epoch)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn action(epoch: u64, ends_on: Option<u16>) -> NetworkAction {
        NetworkAction {
            action: "provide".into(),
            epoch,
            ends_on: ends_on.map(Day),
            longest_registration_days: 30,
            root_window_hours: 72,
        }
    }

    fn network(actions: Vec<NetworkAction>) -> NetworkMetadata {
        NetworkMetadata {
            id: "net.example".into(),
            origins: vec![],
            contracts: vec![],
            actions,
        }
    }

    #[test]
    fn the_recovery_gap_rounds_the_window_up() {
        assert_eq!(action(0, None).recovery_gap_days(), 34);
        let hour = NetworkAction {
            root_window_hours: 73,
            ..action(0, None)
        };
        assert_eq!(hour.recovery_gap_days(), 35);
        let full = NetworkAction {
            longest_registration_days: u16::MAX,
            ..action(0, None)
        };
        assert_eq!(full.recovery_gap_days(), u16::MAX);
    }

    #[test]
    fn epochs_end_and_stand_once() {
        assert_eq!(
            network(vec![action(0, None), action(1, Some(30_000))]).validate(),
            Ok(())
        );
        assert_eq!(
            network(vec![action(0, Some(1))]).validate(),
            Err(MetadataError::EpochEnd)
        );
        assert_eq!(
            network(vec![action(1, None)]).validate(),
            Err(MetadataError::EpochEnd)
        );
        let twice = vec![action(1, Some(1)), action(1, Some(2))];
        assert_eq!(network(twice).validate(), Err(MetadataError::ActionTwice));
    }

    #[test]
    fn lists_are_limited_and_members_known() {
        let origins = vec!["\"https://a.example\""; 65].join(",");
        let json = format!(
            r#"{{"network":{{"id":"net.example","origins":[{origins}],"contracts":[],"actions":[]}}}}"#
        );
        assert!(serde_json::from_str::<WellKnown>(&json).is_err());
        assert!(serde_json::from_str::<WellKnown>(r#"{"networks":null}"#).is_err());
        assert_eq!(
            serde_json::from_str::<WellKnown>("{}").unwrap(),
            WellKnown::default()
        );
    }
}
