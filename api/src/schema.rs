//! Shapes of the messages that other crates define, for the description in OpenAPI alone.
//!
//! Reading and writing is done by the messages' own types; a test holds the members equal.
//! A field element is a decimal string, a digest 64 lower-case hexadecimal digits, a day the number
//! of days since 1970-01-01, a date the number yyyymmdd.

use std::collections::BTreeMap;

use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::{Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

/// Every refusal of every call: RFC 9457 problem details.
#[derive(Debug)]
pub struct Problems;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let schema = Ref::from_schema_name("ProblemDetails");
        let content = ContentBuilder::new().schema(Some(schema)).build();
        let response = ResponseBuilder::new()
            .description("The call is refused; `code` says why.")
            .content("application/problem+json", content)
            .build();
        BTreeMap::from([("default".to_owned(), response.into())])
    }
}

macro_rules! shapes {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)* })+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, ToSchema)]
            pub struct $name {
                $($(#[$field_doc])* pub $field: $kind,)*
            }
        )+
    };
}

shapes! {
    /// Opens a session.
    CreateSession {
        /// `issue`, `refresh`, `renew` or `recover`.
        #[schema(example = "issue")]
        kind: String,
        /// Issuer id.
        #[schema(pattern = "^(0|[1-9][0-9]{0,76})$")]
        issuer: String,
        /// SHA-256 of the consent text.
        #[schema(pattern = "^[0-9a-f]{64}$")]
        consent: String,
    }
    /// A session that was opened.
    SessionCreated {
        /// Its id.
        id: String,
        /// Its token, for `Authorization: Bearer`; shown once.
        token: String,
        /// What statement and proof must be bound to.
        nonce: String,
        /// Last moment for the evidence.
        #[schema(format = DateTime)]
        expires_at: String,
        /// `production`, `sandbox` or `development`.
        environment: String,
        /// The parameters of the issuer key.
        issuer: IssuerParameters,
    }
    /// Under which conditions an issuer key signs.
    IssuerParameters {
        /// The Baby Jubjub key.
        key: IssuerKey,
        /// Its hash.
        id: String,
        /// Its environment.
        environment: String,
        /// Cosine threshold in thousandths.
        tau: u16,
        /// The embedding model.
        model: String,
        /// SHA-256 of the model manifest.
        model_manifest: String,
        /// Lowest document level that it signs.
        min_document: u8,
        /// Lowest device level that it signs.
        min_device: u8,
        /// Hash of the verifying key of the circuit `enrol`.
        enrol_vk_hash: String,
        /// What a person agrees to.
        consent_text: String,
    }
    /// A Baby Jubjub point in circomlib's form.
    IssuerKey {
        /// x.
        ax: String,
        /// y.
        ay: String,
    }
    /// The document step. Either `sod` and `dg1`, or `mrz` alone.
    DocumentBody {
        /// The holder key; the evidence must repeat it.
        #[schema(pattern = "^(0|[1-9][0-9]{0,76})$")]
        holder_key: String,
        /// `nfc`, `file` or `camera`.
        channel: String,
        /// EF.SOD, base64.
        sod: Option<String>,
        /// EF.DG1, base64.
        dg1: Option<String>,
        /// The machine-readable zone, lines separated by a line feed.
        mrz: Option<String>,
        /// EF.DG14, base64; not offered yet.
        dg14: Option<String>,
        /// EF.DG15, base64; not offered yet.
        dg15: Option<String>,
        /// The chip's answer; not offered yet.
        chip_answer: Option<ChipAnswer>,
        /// A credential in place of a document; not offered yet.
        credential: Option<SignedCredential>,
        /// Asks for the accessible plan.
        accessible: Option<bool>,
    }
    /// The chip's answer to a challenge.
    ChipAnswer {
        /// Base64.
        signature: String,
    }
    /// A document that was taken.
    DocumentAccepted {
        /// The level reached.
        document: u8,
        /// What the owner is asked to do.
        plan: Plan,
        /// Evidence after this moment is refused.
        #[schema(format = DateTime)]
        deadline: String,
    }
    /// A single-use liveness plan.
    Plan {
        /// 1.
        version: u8,
        /// Makes it unique.
        nonce: String,
        /// Longer time, no head movements.
        accessible: bool,
        /// The steps.
        steps: Vec<PlanStep>,
    }
    /// One step.
    PlanStep {
        /// `turn_left`, `turn_right`, `look_up`, `blink`, `open_mouth` or `come_closer`.
        action: String,
        /// How far to turn the head.
        target_degrees: Option<u8>,
    }
    /// The evidence.
    EvidenceBody {
        /// The statement, deterministic CBOR, base64.
        statement: String,
        /// Who vouches for it.
        device: DeviceSignature,
        /// One proof of the circuit `enrol`; two for `renew`.
        #[schema(min_items = 1, max_items = 2)]
        proofs: Vec<EnrolProof>,
    }
    /// The device key's signature.
    DeviceSignature {
        /// `software`, `android-key` or `apple-appattest`.
        kind: String,
        /// Base64.
        public_key: String,
        /// Base64.
        signature: String,
        /// Certificates, leaf first, base64.
        chain: Option<Vec<String>>,
    }
    /// A proof of the circuit `enrol`.
    EnrolProof {
        /// 128 bytes, base64.
        proof: String,
        /// `H, T_portrait, T_live, tau, model, context`.
        #[schema(min_items = 6, max_items = 6)]
        public: Vec<String>,
    }
    /// The answer to evidence.
    Issued {
        /// The credential.
        credential: SignedCredential,
        /// The signed consent receipt.
        receipt: SignedReceipt,
    }
    /// A credential with its signature.
    SignedCredential {
        /// What was signed.
        credential: Credential,
        /// The issuer key.
        issuer: IssuerKey,
        /// EdDSA over Baby Jubjub with Poseidon.
        signature: Signature,
    }
    /// The credential's fields.
    Credential {
        /// H.
        holder_key: String,
        /// T_portrait.
        template: String,
        /// A date.
        birthdate: u32,
        /// Index in the pinned table.
        nationality: u8,
        /// Document level.
        document: u8,
        /// Device level.
        device: u8,
        /// Unique level.
        unique: u8,
        /// A day.
        established_on: u16,
        /// A day.
        verified_on: u16,
        /// A day.
        expires_on: u16,
        /// Index in the status list.
        status_index: u32,
    }
    /// An EdDSA signature.
    Signature {
        /// R8, x.
        r8x: String,
        /// R8, y.
        r8y: String,
        /// S.
        s: String,
    }
    /// A consent receipt with the issuer's signature.
    SignedReceipt {
        /// The receipt.
        receipt: ConsentReceipt,
        /// Ed25519, base64.
        signature: String,
    }
    /// Who agreed to what.
    ConsentReceipt {
        /// 1.
        version: u8,
        /// The environment.
        environment: String,
        /// The issuer key.
        issuer: String,
        /// The session.
        session: String,
        /// What the session was for.
        kind: String,
        /// SHA-256 of the consent text.
        consent: String,
        /// SHA-256 of the statement.
        statement: String,
        /// A day.
        day: u16,
    }
    /// A signed status root.
    SignedStatusRoot {
        /// The issuer key whose list it is.
        issuer: String,
        /// The root.
        root: String,
        /// When it was signed.
        #[schema(format = DateTime)]
        issued_at: String,
        /// Hash of the root before, `0x` and 64 hexadecimal digits; null for the first.
        previous: Option<String>,
        /// Ed25519, `0x` and 128 hexadecimal digits.
        signature: String,
        /// EIP-712 signature, `0x` and 130 hexadecimal digits.
        chain_signature: String,
    }
    /// Makes a request.
    CreateRequest {
        /// The network, a DNS name.
        network: String,
        /// The action.
        action: String,
        /// The epoch; 0 where it is left out.
        epoch: Option<u64>,
        /// CAIP-2 chains whose accounts are taken.
        #[schema(min_items = 1, max_items = 32)]
        chains: Vec<String>,
    }
    /// The request document.
    Request {
        /// 1.
        version: u8,
        /// Its id.
        id: String,
        /// The verifier's environment.
        environment: String,
        /// The verifier's origin: the audience of the binding.
        verifier: String,
        /// The network.
        network: String,
        /// The action.
        action: String,
        /// The epoch.
        epoch: u64,
        /// The scope that follows.
        scope: String,
        /// What is demanded.
        policy: Policy,
        /// Mask of refused nationalities.
        excluded: String,
        /// Trusted issuers.
        issuers: Vec<String>,
        /// Status roots that are taken.
        roots: Vec<IssuedRoot>,
        /// Hash of the verifying key of the circuit `present`.
        vk_hash: String,
        /// 32 random bytes.
        nonce: String,
        /// When it was made.
        #[schema(format = DateTime)]
        issued_at: String,
        /// When it ends.
        #[schema(format = DateTime)]
        expires_at: String,
        /// CAIP-2 chains whose accounts are taken.
        chains: Vec<String>,
        /// One line for the account's owner.
        statement: String,
    }
    /// What is demanded of a credential.
    Policy {
        /// Years.
        min_age: Option<u8>,
        /// Document level.
        min_document: Option<u8>,
        /// Device level.
        min_device: Option<u8>,
        /// Unique level.
        min_unique: Option<u8>,
        /// Places of one human.
        max_slots: Option<u8>,
        /// Days since the last live match; 65535 no demand.
        max_verified_days: Option<u16>,
        /// Days since the secret was established.
        min_established_days: Option<u16>,
    }
    /// A status root and when it was signed.
    IssuedRoot {
        /// The issuer.
        issuer: String,
        /// The root.
        root: String,
        /// When.
        #[schema(format = DateTime)]
        issued_at: String,
    }
    /// A presentation.
    Presentation {
        /// The request that it answers.
        request_id: String,
        /// The account, CAIP-10.
        account: String,
        /// `nullifier, binding, today, status_root, issuer, policy, excluded, scope`.
        #[schema(min_items = 8, max_items = 8)]
        public: Vec<String>,
        /// 128 bytes, base64.
        proof: String,
        /// The account's signature over the sign-in message.
        signature: AccountSignature,
        /// The machine's Ed25519 key, base64url.
        machine_key: Option<String>,
    }
    /// An account's signature.
    AccountSignature {
        /// `eip191`, `eip1271`, `eip6492`, `ed25519` or `adr36`.
        kind: String,
        /// Base64.
        bytes: String,
    }
    /// A request with its presentation.
    Entry {
        /// The request.
        request: Request,
        /// The presentation.
        presentation: Presentation,
    }
    /// Many of them.
    Batch {
        /// The entries.
        #[schema(min_items = 1, max_items = 256)]
        entries: Vec<Entry>,
    }
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
