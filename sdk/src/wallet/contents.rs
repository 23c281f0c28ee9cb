//! What a wallet file holds, and that it fits together.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::VerifyingKey;
use humanseal_zk_credentials::credential::SignedCredential;
use humanseal_zk_credentials::eddsa::IssuerKey;
use humanseal_zk_credentials::exchange::{
    Base64, Environment, EvidenceBody, Nonce, SessionId, SessionToken, SignedReceipt, Timestamp,
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

/// A session whose evidence is made but whose credential is not here yet. It is written before
/// the evidence is sent: without it a broken line would leave an enrolled document and no secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pending {
    /// The session.
    pub session: SessionId,
    /// Its bearer secret.
    pub token: SessionToken,
    /// Its nonce, which the chip signs once more when a recovery is collected.
    pub nonce: Nonce,
    /// The evidence, byte for byte.
    pub evidence: EvidenceBody,
    /// What the credential must say.
    pub expected: Expected,
}

/// A refresh or renewal on its way, beside the credential that is good until it arrives.
#[derive(Clone, Debug)]
pub struct Succession {
    /// The session.
    pub pending: Pending,
    /// What the new credential commits to; none where it is the portrait of the present one.
    pub portrait: Option<Portrait>,
}

/// A recovery that waits for its day.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Announced {
    /// The session that announced it.
    pub pending: Pending,
    /// From then on the same document yields the credential, for 30 days.
    pub effective_at: Timestamp,
}

/// How far a wallet is.
#[derive(Clone, Debug)]
pub enum Standing {
    /// The evidence for a first credential or a recovery may or may not have reached the issuer.
    Pending(Box<Pending>),
    /// A recovery is announced.
    Announced(Box<Announced>),
    /// The credential is here.
    Enrolled {
        /// The credential.
        credential: Box<SignedCredential>,
        /// What the owner agreed to, signed by the issuer.
        receipt: SignedReceipt,
        /// What is to follow it, if anything.
        next: Option<Box<Succession>>,
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
    portrait: StoredPortrait,
    standing: StoredStanding,
    ledger: Ledger,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredPortrait {
    template: Secret,
    blinding: Secret,
    model: ModelId,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum StoredStanding {
    Pending(Box<Pending>),
    Announced(Box<Announced>),
    Enrolled {
        credential: Box<SignedCredential>,
        receipt: SignedReceipt,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<Box<StoredSuccession>>,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredSuccession {
    pending: Pending,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    portrait: Option<StoredPortrait>,
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

impl StoredPortrait {
    fn of(portrait: &Portrait) -> Self {
        Self {
            template: Secret::of(portrait.template.to_bytes().as_slice()),
            blinding: Secret::of(portrait.blinding.to_bytes().as_slice()),
            model: portrait.model,
        }
    }
    fn read(&self) -> Result<Portrait, ContentsError> {
        let malformed = ContentsError::Malformed;
        let template = self.template.bytes::<DIMENSION>()?;
        Ok(Portrait {
            template: Template::from_bytes(&template).map_err(|_| malformed)?,
            blinding: Blinding::from_bytes(&*self.blinding.bytes()?).map_err(|_| malformed)?,
            model: self.model,
        })
    }
}

impl StoredStanding {
    fn of(standing: &Standing) -> Self {
        match standing {
            Standing::Pending(pending) => Self::Pending(pending.clone()),
            Standing::Announced(announced) => Self::Announced(announced.clone()),
            Standing::Enrolled {
                credential,
                receipt,
                next,
            } => Self::Enrolled {
                credential: credential.clone(),
                receipt: receipt.clone(),
                next: next.as_ref().map(|next| {
                    Box::new(StoredSuccession {
                        pending: next.pending.clone(),
                        portrait: next.portrait.as_ref().map(StoredPortrait::of),
                    })
                }),
            },
        }
    }
    fn read(self) -> Result<Standing, ContentsError> {
        Ok(match self {
            Self::Pending(pending) => Standing::Pending(pending),
            Self::Announced(announced) => Standing::Announced(announced),
            Self::Enrolled {
                credential,
                receipt,
                next,
            } => {
                let next = next.map(|next| {
                    let portrait = next.portrait.as_ref().map(StoredPortrait::read);
                    Ok::<_, ContentsError>(Box::new(Succession {
                        pending: next.pending,
                        portrait: portrait.transpose()?,
                    }))
                });
                Standing::Enrolled {
                    credential,
                    receipt,
                    next: next.transpose()?,
                }
            }
        })
    }
}

impl Wallet {
    /// The credential, where it is here.
    pub fn credential(&self) -> Option<&SignedCredential> {
        match &self.standing {
            Standing::Enrolled { credential, .. } => Some(credential),
            Standing::Pending(_) | Standing::Announced(_) => None,
        }
    }

    pub(super) fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, ContentsError> {
        let stored = Stored {
            version: 1,
            environment: self.environment,
            issuer: self.issuer.clone(),
            secret: Secret::of(self.secret.to_bytes().as_slice()),
            portrait: StoredPortrait::of(&self.portrait),
            standing: StoredStanding::of(&self.standing),
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
        let wallet = Self {
            environment: stored.environment,
            issuer: stored.issuer,
            secret: HolderSecret::from_bytes(&*stored.secret.bytes()?).map_err(|_| malformed)?,
            portrait: stored.portrait.read()?,
            standing: stored.standing.read()?,
            ledger: stored.ledger,
        };
        wallet.check()?;
        Ok(wallet)
    }

    /// That secret, portrait, issuer and credential belong together.
    fn check(&self) -> Result<(), ContentsError> {
        let portrait = self.portrait.commitment();
        let awaits = |expected: &Expected, commitment: TemplateCommitment| {
            expected.holder_key == self.secret.holder_key() && expected.template == commitment
        };
        let fits = match &self.standing {
            Standing::Pending(pending) => awaits(&pending.expected, portrait),
            Standing::Announced(announced) => awaits(&announced.pending.expected, portrait),
            Standing::Enrolled {
                credential, next, ..
            } => {
                let signed = credential.issuer == self.issuer.key && credential.verify().is_ok();
                let follows = next.as_ref().is_none_or(|next| {
                    let to = next
                        .portrait
                        .as_ref()
                        .map_or(portrait, Portrait::commitment);
                    awaits(&next.pending.expected, to)
                });
                let credential = &credential.credential;
                signed
                    && follows
                    && credential.holder_key == self.secret.holder_key()
                    && credential.template == portrait
            }
        };
        if fits && self.issuer.verifying_key().is_some() {
            Ok(())
        } else {
            Err(ContentsError::Inconsistent)
        }
    }
}
