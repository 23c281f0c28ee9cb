//! The presentation: what a device answers to a request.

use humanseal_zk_credentials::exchange::{Base64, ProofBytes, PublicInput};
use serde::{Deserialize, Serialize};

use crate::{account::Account, machine_key::MachineKey, request::RequestId};

/// Longest presentation in JSON, in bytes.
pub const MAX_PRESENTATION_BYTES: usize = 16 * 1024;

/// `POST /requests/{id}/presentation`. Account, proof and signature; no personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presentation {
    /// The request that it answers.
    pub request_id: RequestId,
    /// The account that it is bound to.
    pub account: Account,
    /// `nullifier, binding, today, status_root, issuer, policy, excluded, scope`, as sent.
    pub public: [PublicInput; 8],
    /// The proof: 128 bytes, as sent.
    pub proof: ProofBytes,
    /// The account's signature over [`crate::challenge::message`].
    pub signature: AccountSignature,
    /// The machine to whose key the pass shall be bound; the signed message names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine_key: Option<MachineKey>,
}

/// No JSON of a presentation, or too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are not a presentation")]
pub struct PresentationMalformed;

impl PresentationMalformed {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        "presentation_malformed"
    }
}

impl Presentation {
    /// Reads at most [`MAX_PRESENTATION_BYTES`]. Public inputs and proof are taken as they are:
    /// [`crate::check()`] judges them, each by its own code.
    pub fn from_json(json: &[u8]) -> Result<Self, PresentationMalformed> {
        if json.len() > MAX_PRESENTATION_BYTES {
            return Err(PresentationMalformed);
        }
        serde_json::from_slice(json).map_err(|_| PresentationMalformed)
    }
}

/// How an account signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureKind {
    /// EIP-191 personal message by the account's own key: 65 bytes `r ‖ s ‖ v`, s in the lower
    /// half, v 27 or 28 (0 and 1 are read too).
    Eip191,
    /// A contract wallet on chain (EIP-1271), where the verifier asks that chain.
    Eip1271,
    /// A contract wallet that is not deployed yet (EIP-6492), likewise.
    Eip6492,
    /// Ed25519 over the message's bytes: 64 bytes.
    Ed25519,
    /// Cosmos ADR-36. Not offered: refused by name.
    Adr36,
}

impl SignatureKind {
    /// Whether only the account's chain can judge the signature.
    pub fn needs_chain(self) -> bool {
        matches!(self, Self::Eip1271 | Self::Eip6492)
    }
}

/// Longest signature, in bytes: a wallet's deployment (EIP-6492) and a passkey's assertion fit.
pub const MAX_SIGNATURE_BYTES: usize = 4096;

/// A signature of an account over the sign-in message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountSignature {
    /// How it was made.
    pub kind: SignatureKind,
    /// The bytes.
    pub bytes: Base64<MAX_SIGNATURE_BYTES>,
}
