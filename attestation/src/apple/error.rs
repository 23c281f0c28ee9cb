//! The checks, each by its name.

macro_rules! checks {
    ($($(#[doc = $doc:literal])+ $variant:ident = $code:literal, $text:literal;)+) => {
        /// Why an attestation of Apple's is refused: the check that did not hold, in the order in
        /// which they run.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
        pub enum AppleError {
            $($(#[doc = $doc])+ #[error($text)] $variant,)+
        }

        impl AppleError {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Stable code.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }
    };
}

checks! {
    /// The object is at most 16 KiB of CBOR, in its one encoding, with the members that Apple's
    /// objects have and no others.
    Object = "apple_object", "the attestation object is malformed";
    /// `fmt` is `apple-appattest`.
    Format = "apple_format", "the object is no attestation of App Attest";
    /// `x5c` has two certificates, leaf and intermediate.
    ChainLength = "apple_chain_length", "the chain is not a leaf and an intermediate certificate";
    /// Both can be read.
    Certificate = "apple_certificate", "a certificate is malformed";
    /// The intermediate names a trusted root.
    Root = "apple_root", "the chain does not lead to a trusted root";
    /// The root signed the intermediate.
    IntermediateSignature = "apple_intermediate_signature", "the root did not sign the intermediate certificate";
    /// The leaf names the intermediate.
    LeafIssuer = "apple_leaf_issuer", "the leaf names another issuer";
    /// The intermediate signed the leaf.
    LeafSignature = "apple_leaf_signature", "the intermediate did not sign the leaf";
    /// The intermediate is an authority that may sign certificates.
    IntermediateAuthority = "apple_intermediate_authority", "the intermediate certificate is not an authority's";
    /// The leaf is none.
    LeafAuthority = "apple_leaf_authority", "the leaf is an authority's certificate";
    /// No certificate has a critical extension that is not understood.
    CriticalExtension = "apple_critical_extension", "a certificate has an unknown critical extension";
    /// The root is valid now.
    RootValidity = "apple_root_validity", "the root is not valid now";
    /// The intermediate is valid now.
    IntermediateValidity = "apple_intermediate_validity", "the intermediate certificate is not valid now";
    /// The leaf is valid now.
    LeafValidity = "apple_leaf_validity", "the leaf is not valid now";
    /// The leaf has a nonce in its extension 1.2.840.113635.100.8.2.
    NonceExtension = "apple_nonce_extension", "the leaf holds no nonce";
    /// The nonce is that of this authenticator data and this challenge.
    Nonce = "apple_nonce", "the attestation is for another challenge";
    /// The authenticator data can be read.
    AuthenticatorData = "apple_authenticator_data", "the authenticator data is malformed";
    /// The app is a listed one.
    App = "apple_app", "the app is not listed";
    /// The key was never used.
    Counter = "apple_counter", "the counter of a fresh key is not 0";
    /// The key is not of the development environment, unless the trust takes it.
    DevelopmentEnvironment = "apple_development_environment", "the attestation is of the development environment";
    /// The environment is one that is known.
    Environment = "apple_environment", "the attestation is of no known environment";
    /// The app came from the App Store or TestFlight, where the device states it.
    Distribution = "apple_distribution", "the app did not come from the App Store or TestFlight";
    /// The leaf's key is one of P-256.
    LeafKey = "apple_leaf_key", "the leaf's key is not one of P-256";
    /// The credential's id is the SHA-256 of the leaf's key.
    KeyId = "apple_key_id", "the credential's id is not that of the leaf's key";
    /// The credential's key is the leaf's.
    CredentialKey = "apple_credential_key", "the credential's key is not the leaf's";
}
