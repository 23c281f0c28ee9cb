//! What a wallet file holds, and that it fits together.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::VerifyingKey;
use humanseal_zk_credentials::credential::SignedCredential;
use humanseal_zk_credentials::eddsa::IssuerKey;
use humanseal_zk_credentials::exchange::{
    Base64, Environment, EvidenceBody, SessionId, SessionToken, SignedReceipt,
};
use humanseal_zk_credentials::holder::HolderSecret;
use humanseal_zk_credentials::status_log::LogHead;
use humanseal_zk_credentials::template::{
    Blinding, DIMENSION, ModelId, Template, TemplateCommitment,
};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use super::Ledger;
use crate::answer::Expected;

/// Why the content of a wallet is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentsError {
    /// No content of this version.
    #[error("the wallet's content is of another version; use a newer program")]
    Malformed,
    /// The credential is not one for this wallet's secret and portrait, or its signature fails.
    #[error("the wallet's parts do not belong together; restore it from a backup")]
    Inconsistent,
}

impl ContentsError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "wallet_contents_malformed",
            Self::Inconsistent => "wallet_contents_inconsistent",
        }
    }
}

/// What the wallet remembers of its issuer, so that nobody else can speak for it later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerPin {
    /// Its origin.
    pub origin: String,
    /// The key that signs credentials.
    pub key: IssuerKey,
    /// The Ed25519 key that signs status roots and receipts.
    pub signing_key: Base64<32>,
    /// The newest status root that this wallet saw: any later one must stand behind it in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest_root: Option<LogHead>,
}

impl IssuerPin {
    /// The key that signs status roots and receipts; `None` if it is not a good Ed25519 key.
    pub fn verifying_key(&self) -> Option<VerifyingKey> {
        let bytes = <[u8; 32]>::try_from(self.signing_key.as_bytes()).ok()?;
        VerifyingKey::from_bytes(&bytes)
            .ok()
            .filter(|key| !key.is_weak())
    }
}

/// The portrait's quantised vector and the blinding of its commitment.
#[derive(Clone, Debug)]
pub struct Portrait {
    /// The vector.
    pub template: Template,
    /// The blinding.
    pub blinding: Blinding,
    /// The model that made it.
    pub model: ModelId,
}

impl Portrait {
    /// The commitment that the credential carries.
    pub fn commitment(&self) -> TemplateCommitment {
        self.template.commit(self.model, &self.blinding)
    }
}

/// An enrolment whose evidence is made but whose credential is not here yet. It is written before
/// the evidence is sent: without it a broken line would leave an enrolled document and no secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pending {
    /// The session.
    pub session: SessionId,
    /// Its bearer secret.
    pub token: SessionToken,
    /// The evidence, byte for byte.
    pub evidence: EvidenceBody,
    /// What the credential must say.
    pub expected: Expected,
}

/// How far a wallet is.
#[derive(Clone, Debug)]
pub enum Standing {
    /// The evidence may or may not have reached the issuer.
    Pending(Box<Pending>),
    /// The credential is here.
    Enrolled {
        /// The credential.
        credential: Box<SignedCredential>,
        /// What the owner agreed to, signed by the issuer.
        receipt: SignedReceipt,
    },
}

/// The content of a wallet file. Its secrets zeroize on drop and do not print.
#[derive(Clone, Debug)]
pub struct Wallet {
    /// Where it belongs.
    pub environment: Environment,
    /// Its issuer.
    pub issuer: IssuerPin,
    /// The holder secret.
    pub secret: HolderSecret,
    /// The portrait.
    pub portrait: Portrait,
    /// How far it is.
    pub standing: Standing,
    /// What each network learnt.
    pub ledger: Ledger,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    version: u8,
    environment: Environment,
    issuer: IssuerPin,
    secret: Secret,
    template: Secret,
    blinding: Secret,
    model: ModelId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pending: Option<Box<Pending>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    credential: Option<Box<SignedCredential>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    receipt: Option<SignedReceipt>,
    ledger: Ledger,
}

/// Secret bytes as base64 text, wiped when dropped.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Secret(String);

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Secret {
    fn of(bytes: &[u8]) -> Self {
        Self(STANDARD.encode(bytes))
    }
    fn bytes<const N: usize>(&self) -> Result<Zeroizing<[u8; N]>, ContentsError> {
        let bytes = Zeroizing::new(
            STANDARD
                .decode(&self.0)
                .map_err(|_| ContentsError::Malformed)?,
        );
        let fixed: [u8; N] = bytes
            .as_slice()
            .try_into()
            .map_err(|_| ContentsError::Malformed)?;
        Ok(Zeroizing::new(fixed))
    }
}

impl Wallet {
    /// The credential and its receipt, where they are here.
    pub fn credential(&self) -> Option<&SignedCredential> {
        match &self.standing {
            Standing::Enrolled { credential, .. } => Some(credential),
            Standing::Pending(_) => None,
        }
    }

    pub(super) fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, ContentsError> {
        let (pending, credential, receipt) = match &self.standing {
            Standing::Pending(pending) => (Some(pending.clone()), None, None),
            Standing::Enrolled {
                credential,
                receipt,
            } => (None, Some(credential.clone()), Some(receipt.clone())),
        };
        let stored = Stored {
            version: 1,
            environment: self.environment,
            issuer: self.issuer.clone(),
            secret: Secret::of(self.secret.to_bytes().as_slice()),
            template: Secret::of(self.portrait.template.to_bytes().as_slice()),
            blinding: Secret::of(self.portrait.blinding.to_bytes().as_slice()),
            model: self.portrait.model,
            pending,
            credential,
            receipt,
            ledger: self.ledger.clone(),
        };
        // Room for the whole text, so that it does not grow by leaving copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(1 << 20));
        serde_json::to_writer(&mut *bytes, &stored).map_err(|_| ContentsError::Malformed)?;
        Ok(bytes)
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, ContentsError> {
        let malformed = ContentsError::Malformed;
        let stored: Stored = serde_json::from_slice(bytes).map_err(|_| malformed)?;
        if stored.version != 1 {
            return Err(malformed);
        }
        let standing = match (stored.pending, stored.credential, stored.receipt) {
            (Some(pending), None, None) => Standing::Pending(pending),
            (None, Some(credential), Some(receipt)) => Standing::Enrolled {
                credential,
                receipt,
            },
            _ => return Err(malformed),
        };
        let template = stored.template.bytes::<DIMENSION>()?;
        let wallet = Self {
            environment: stored.environment,
            issuer: stored.issuer,
            secret: HolderSecret::from_bytes(&*stored.secret.bytes()?).map_err(|_| malformed)?,
            portrait: Portrait {
                template: Template::from_bytes(&template).map_err(|_| malformed)?,
                blinding: Blinding::from_bytes(&*stored.blinding.bytes()?)
                    .map_err(|_| malformed)?,
                model: stored.model,
            },
            standing,
            ledger: stored.ledger,
        };
        wallet.check()?;
        Ok(wallet)
    }

    /// That secret, portrait, issuer and credential belong together.
    fn check(&self) -> Result<(), ContentsError> {
        let (holder_key, template, signed) = match &self.standing {
            Standing::Pending(pending) => {
                (pending.expected.holder_key, pending.expected.template, true)
            }
            Standing::Enrolled { credential, .. } => (
                credential.credential.holder_key,
                credential.credential.template,
                credential.issuer == self.issuer.key && credential.verify().is_ok(),
            ),
        };
        let fits = signed
            && holder_key == self.secret.holder_key()
            && template == self.portrait.commitment()
            && self.issuer.verifying_key().is_some();
        if fits {
            Ok(())
        } else {
            Err(ContentsError::Inconsistent)
        }
    }
}
