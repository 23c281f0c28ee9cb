//! The checks of passive authentication, each of which is also the error that its failure gives.

/// Why passive authentication refuses a document: the check that failed.
///
/// "Signer" (DSC) is the certificate of the document signer, "authority" (CSCA) that of the country
/// signing authority above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum PassiveAuthError {
    /// The content of EF.SOD is an LDS security object.
    #[error("EF.SOD does not hold a security object of a travel document")]
    SodContentType,
    /// Signed attributes are there and well-formed.
    #[error("EF.SOD lacks well-formed signed attributes")]
    SodSignedAttributes,
    /// The signed content type is that of the content.
    #[error("the signed content type is not that of the content of EF.SOD")]
    SodAttributeContentType,
    /// The signed message digest is that of the content.
    #[error("the signed digest is not that of the content of EF.SOD")]
    SodMessageDigest,
    /// EF.SOD brings the certificate that its signer names.
    #[error("EF.SOD does not bring its signer's certificate")]
    DscCertificate,
    /// The signer's key is of a supported kind.
    #[error("the signer's key is malformed or of an unsupported kind")]
    DscKey,
    /// The signer's key made the signature of EF.SOD.
    #[error("the signature of EF.SOD is wrong")]
    SodSignature,
    /// The signer is not on the list of refused ones.
    #[error("the signer is on the list of refused signers")]
    RefusedSigner,
    /// The signer's certificate has no critical extension that is not understood.
    #[error("the signer's certificate has an unknown critical extension")]
    DscExtensions,
    /// The signer's certificate is not one of an authority.
    #[error("the signer's certificate is one of an authority")]
    DscBasicConstraints,
    /// The signer's key may sign documents.
    #[error("the signer's key may not make digital signatures")]
    DscKeyUsage,
    /// The authority that the signer's certificate names is trusted.
    #[error("the authority that the signer's certificate names is not trusted")]
    CscaAnchor,
    /// The signer's certificate names the authority's key.
    #[error("the signer's certificate names another key of its authority")]
    DscKeyIdentifier,
    /// The authority's key is of a supported kind.
    #[error("the authority's key is malformed or of an unsupported kind")]
    CscaKey,
    /// The authority is not on the list of refused ones.
    #[error("the authority is on the list of refused signers")]
    RefusedAuthority,
    /// The authority's certificate has no critical extension that is not understood.
    #[error("the authority's certificate has an unknown critical extension")]
    CscaExtensions,
    /// The authority's certificate is one of an authority.
    #[error("the authority's certificate is not one of an authority")]
    CscaBasicConstraints,
    /// The authority's key may sign certificates and revocation lists.
    #[error("the authority's key may not sign certificates and revocation lists")]
    CscaKeyUsage,
    /// The authority's key signed the signer's certificate.
    #[error("the signature of the signer's certificate is wrong")]
    DscSignature,
    /// The time of signing, where it is stated, is past.
    #[error("EF.SOD was signed in the future")]
    SigningTime,
    /// The signer's certificate was valid at signing.
    #[error("the signer's certificate was not valid when EF.SOD was signed")]
    DscValidityAtSigning,
    /// The signer's certificate is valid today.
    #[error("the signer's certificate is not valid today")]
    DscValidityToday,
    /// The authority's certificate was valid at signing.
    #[error("the authority's certificate was not valid when EF.SOD was signed")]
    CscaValidityAtSigning,
    /// The authority's certificate is valid today.
    #[error("the authority's certificate is not valid today")]
    CscaValidityToday,
    /// A revocation list of the authority is at hand.
    #[error("no revocation list of the authority is at hand")]
    CrlPresent,
    /// The revocation list is signed by the authority.
    #[error("the signature of the revocation list is wrong")]
    CrlSignature,
    /// The revocation list covers everything that the authority issued.
    #[error("the revocation list has an unknown critical extension")]
    CrlExtensions,
    /// The revocation list is current.
    #[error("the revocation list is not current")]
    CrlDates,
    /// The signer is not revoked.
    #[error("the signer's certificate is revoked")]
    DscRevocation,
    /// EF.DG1 is the one that EF.SOD lists.
    #[error("EF.DG1 is not the one that was signed")]
    Dg1Digest,
    /// EF.SOD lists a portrait.
    #[error("EF.SOD lists no portrait")]
    Dg2Listed,
    /// EF.DG2, where it is given, is the one that EF.SOD lists. Only the device gives it.
    #[error("EF.DG2 is not the one that was signed")]
    Dg2Digest,
    /// EF.DG14, where it is given, is the one that EF.SOD lists.
    #[error("EF.DG14 is not the one that was signed")]
    Dg14Digest,
    /// EF.DG15, where it is given, is the one that EF.SOD lists.
    #[error("EF.DG15 is not the one that was signed")]
    Dg15Digest,
    /// EF.DG1 holds an MRZ.
    #[error("EF.DG1 is malformed")]
    Dg1Structure,
    /// The MRZ has the form of a TD1, TD2 or TD3.
    #[error("the MRZ is malformed")]
    MrzForm,
    /// The check digits of the MRZ are right.
    #[error("a check digit of the MRZ is wrong")]
    MrzCheckDigits,
    /// The year of birth is known.
    #[error("the year of birth is unknown")]
    MrzBirthYear,
    /// The date of birth is one.
    #[error("the date of birth is no date")]
    MrzBirthdate,
    /// The date of expiry is one.
    #[error("the date of expiry is no date")]
    MrzExpiry,
    /// Signer and authority are of one country.
    #[error("signer and authority are not of one country")]
    CscaCountry,
    /// That country is the state that issued the document.
    #[error("the signer is not of the state that issued the document")]
    IssuingState,
    /// Documents of this code are taken.
    #[error("documents of this kind are not taken")]
    DocumentCode,
    /// The document has not expired.
    #[error("the document has expired")]
    DocumentExpiry,
    /// A check did not run. Nothing is authenticated then.
    #[error("a check did not run")]
    NotRun,
}

impl PassiveAuthError {
    /// Every check of [`crate::authenticate`], in its order.
    pub const ALL: [Self; 44] = [
        Self::SodContentType,
        Self::SodSignedAttributes,
        Self::SodAttributeContentType,
        Self::SodMessageDigest,
        Self::DscCertificate,
        Self::DscKey,
        Self::SodSignature,
        Self::RefusedSigner,
        Self::DscExtensions,
        Self::DscBasicConstraints,
        Self::DscKeyUsage,
        Self::CscaAnchor,
        Self::DscKeyIdentifier,
        Self::CscaKey,
        Self::RefusedAuthority,
        Self::CscaExtensions,
        Self::CscaBasicConstraints,
        Self::CscaKeyUsage,
        Self::DscSignature,
        Self::SigningTime,
        Self::DscValidityAtSigning,
        Self::DscValidityToday,
        Self::CscaValidityAtSigning,
        Self::CscaValidityToday,
        Self::CrlPresent,
        Self::CrlSignature,
        Self::CrlExtensions,
        Self::CrlDates,
        Self::DscRevocation,
        Self::Dg1Digest,
        Self::Dg2Listed,
        Self::Dg2Digest,
        Self::Dg14Digest,
        Self::Dg15Digest,
        Self::Dg1Structure,
        Self::MrzForm,
        Self::MrzCheckDigits,
        Self::MrzBirthYear,
        Self::MrzBirthdate,
        Self::MrzExpiry,
        Self::CscaCountry,
        Self::IssuingState,
        Self::DocumentCode,
        Self::DocumentExpiry,
    ];

    /// The stable code of this error, which is the name of the check.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SodContentType => "sod_content_type",
            Self::SodSignedAttributes => "sod_signed_attributes",
            Self::SodAttributeContentType => "sod_attribute_content_type",
            Self::SodMessageDigest => "sod_message_digest",
            Self::DscCertificate => "dsc_certificate",
            Self::DscKey => "dsc_key",
            Self::SodSignature => "sod_signature",
            Self::RefusedSigner => "refused_signer",
            Self::DscExtensions => "dsc_extensions",
            Self::DscBasicConstraints => "dsc_basic_constraints",
            Self::DscKeyUsage => "dsc_key_usage",
            Self::CscaAnchor => "csca_anchor",
            Self::DscKeyIdentifier => "dsc_key_identifier",
            Self::CscaKey => "csca_key",
            Self::RefusedAuthority => "refused_authority",
            Self::CscaExtensions => "csca_extensions",
            Self::CscaBasicConstraints => "csca_basic_constraints",
            Self::CscaKeyUsage => "csca_key_usage",
            Self::DscSignature => "dsc_signature",
            Self::SigningTime => "signing_time",
            Self::DscValidityAtSigning => "dsc_validity_at_signing",
            Self::DscValidityToday => "dsc_validity_today",
            Self::CscaValidityAtSigning => "csca_validity_at_signing",
            Self::CscaValidityToday => "csca_validity_today",
            Self::CrlPresent => "crl_present",
            Self::CrlSignature => "crl_signature",
            Self::CrlExtensions => "crl_extensions",
            Self::CrlDates => "crl_dates",
            Self::DscRevocation => "dsc_revocation",
            Self::Dg1Digest => "dg1_digest",
            Self::Dg2Listed => "dg2_listed",
            Self::Dg14Digest => "dg14_digest",
            Self::Dg15Digest => "dg15_digest",
            Self::Dg1Structure => "dg1_structure",
            Self::MrzForm => "mrz_form",
            Self::MrzCheckDigits => "mrz_check_digits",
            Self::MrzBirthYear => "mrz_birth_year",
            Self::MrzBirthdate => "mrz_birthdate",
            Self::MrzExpiry => "mrz_expiry",
            Self::CscaCountry => "csca_country",
            Self::IssuingState => "issuing_state",
            Self::DocumentCode => "document_code",
            Self::DocumentExpiry => "document_expiry",
            Self::Dg2Digest => "dg2_digest",
            Self::NotRun => "check_not_run",
        }
    }
}
