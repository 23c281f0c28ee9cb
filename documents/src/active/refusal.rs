//! Why a chip's answer is refused.

/// The checks of active authentication, each of which is also the error that its failure gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ActiveAuthError {
    /// EF.DG15 was given to passive authentication, which found it signed.
    #[error("the document was checked without EF.DG15")]
    Dg15Missing,
    /// EF.DG15 holds one public key.
    #[error("EF.DG15 is malformed")]
    Dg15Structure,
    /// The key is of a supported kind.
    #[error("the chip's key is of an unsupported kind")]
    KeyUnsupported,
    /// The key is encoded as its standard says, a point uncompressed and on its curve.
    #[error("the chip's key is malformed")]
    KeyMalformed,
    /// For a key on a curve, EF.DG14 was given to passive authentication where EF.SOD lists one.
    #[error("the document was checked without its EF.DG14")]
    Dg14Missing,
    /// EF.DG14 holds security infos.
    #[error("EF.DG14 is malformed")]
    Dg14Structure,
    /// The digest that EF.DG14 states is one that may be used: SHA-224 to SHA-512, not longer than
    /// the key.
    #[error("EF.DG14 states a digest that may not be used with this key")]
    Hash,
    /// The answer has the length of a signature of this key; on a curve it may be DER.
    #[error("the chip's answer has another form than a signature of its key")]
    AnswerForm,
    /// The answer's numbers are in range: below the modulus; 1 to the order less 1.
    #[error("the chip's answer is out of range")]
    AnswerRange,
    /// RSA: the recovered block begins as one with partial recovery that fills the modulus.
    #[error("the block in the chip's answer begins wrongly")]
    Header,
    /// RSA: the recovered block ends by naming a known digest.
    #[error("the block in the chip's answer ends wrongly")]
    Trailer,
    /// RSA: the digest in the block is that of the recovered part and the challenge.
    #[error("the chip's answer is for another challenge")]
    Digest,
    /// ECDSA: the signature is one of this key over the challenge.
    #[error("the chip's answer is not its key's over this challenge")]
    Signature,
}

impl ActiveAuthError {
    /// All of them, in the order of the checks.
    pub const ALL: [Self; 13] = [
        Self::Dg15Missing,
        Self::Dg15Structure,
        Self::KeyUnsupported,
        Self::KeyMalformed,
        Self::Dg14Missing,
        Self::Dg14Structure,
        Self::Hash,
        Self::AnswerForm,
        Self::AnswerRange,
        Self::Header,
        Self::Trailer,
        Self::Digest,
        Self::Signature,
    ];

    /// The stable code of this error.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Dg15Missing => "active_authentication_dg15_missing",
            Self::Dg15Structure => "active_authentication_dg15_structure",
            Self::KeyUnsupported => "active_authentication_key_unsupported",
            Self::KeyMalformed => "active_authentication_key_malformed",
            Self::Dg14Missing => "active_authentication_dg14_missing",
            Self::Dg14Structure => "active_authentication_dg14_structure",
            Self::Hash => "active_authentication_hash",
            Self::AnswerForm => "active_authentication_answer_form",
            Self::AnswerRange => "active_authentication_answer_range",
            Self::Header => "active_authentication_header",
            Self::Trailer => "active_authentication_trailer",
            Self::Digest => "active_authentication_digest",
            Self::Signature => "active_authentication_signature",
        }
    }
}
