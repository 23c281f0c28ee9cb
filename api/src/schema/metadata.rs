//! Shapes of what everybody may read.

use utoipa::ToSchema;

use super::session::IssuerParameters;

shapes! {
    /// What a host says of itself.
    WellKnown {
        /// What it issues.
        issuer: Option<IssuerMetadata>,
        /// Which network it speaks for.
        network: Option<NetworkMetadata>,
    }
    /// The issuer.
    IssuerMetadata {
        /// Its environment.
        environment: String,
        /// The Ed25519 key of status roots and receipts, base64.
        signing_key: String,
        /// The issuer keys.
        keys: Vec<IssuerParameters>,
    }
    /// The network.
    NetworkMetadata {
        /// Its id.
        id: String,
        /// Further origins that may ask for it.
        origins: Vec<String>,
        /// Contracts that may ask for it.
        contracts: Vec<String>,
        /// Its actions.
        actions: Vec<NetworkAction>,
    }
    /// An action of a network in an epoch.
    NetworkAction {
        /// The action.
        action: String,
        /// The epoch.
        epoch: u64,
        /// Its last day.
        ends_on: Option<u16>,
        /// L, days.
        longest_registration_days: u16,
        /// W, hours.
        root_window_hours: u16,
    }
    /// A key set.
    Jwks {
        /// The keys.
        keys: Vec<Jwk>,
    }
}

/// An Ed25519 key as a JWK (RFC 8037).
#[derive(Debug, ToSchema)]
pub struct Jwk {
    /// `OKP`.
    pub kty: String,
    /// `Ed25519`.
    pub crv: String,
    /// The key, base64url.
    pub x: String,
    /// Thumbprint.
    pub kid: String,
    /// `EdDSA`.
    pub alg: String,
    /// `sig`.
    #[schema(rename = "use")]
    pub usage: String,
}
