//! Shapes of enrolment: sessions, documents, evidence, credentials.

use utoipa::ToSchema;

/// Who vouches for a statement: `kind` says which of the three.
#[derive(Debug, serde::Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum DeviceSignature {
    /// A signature of a software key.
    Software {
        /// An Ed25519 key, base64 of at most 128 bytes.
        #[schema(max_length = 172)]
        public_key: String,
        /// Over `"humanseal/v1/statement"` and the statement's SHA-256, base64 of at most 512 bytes.
        #[schema(max_length = 684)]
        signature: String,
    },
    /// A signature of an attested key of Android; the attestation's challenge is the statement's
    /// SHA-256.
    AndroidKey {
        /// Certificates, leaf first, base64 of at most 8,192 bytes each.
        #[schema(max_items = 8)]
        chain: Vec<String>,
        /// Over the same as a software key's, base64 of at most 512 bytes.
        #[schema(max_length = 684)]
        signature: String,
    },
    /// An attestation object of Apple App Attest; its client data hash is the statement's SHA-256.
    AppleAppattest {
        /// Base64 of at most 16,384 bytes.
        #[schema(max_length = 21848)]
        attestation: String,
    },
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
    /// The document step. Either `sod` and `dg1`, for level 3 with `dg15` and `chip_answer`, or
    /// `mrz` alone, or `credential` alone.
    DocumentBody {
        /// The holder key; the evidence must repeat it.
        #[schema(pattern = "^(0|[1-9][0-9]{0,76})$")]
        holder_key: String,
        /// `nfc`, `file` or `camera`.
        channel: String,
        /// EF.SOD, base64 of at most 32,768 bytes.
        #[schema(max_length = 43692)]
        sod: Option<String>,
        /// EF.DG1, base64 of at most 256 bytes.
        #[schema(max_length = 344)]
        dg1: Option<String>,
        /// The machine-readable zone, lines separated by a line feed.
        #[schema(max_length = 96)]
        mrz: Option<String>,
        /// EF.DG14, base64 of at most 4,096 bytes; with a `dg15` on a curve, where EF.SOD lists it.
        #[schema(max_length = 5464)]
        dg14: Option<String>,
        /// EF.DG15, the chip's key, base64 of at most 4,096 bytes.
        #[schema(max_length = 5464)]
        dg15: Option<String>,
        /// The chip's answer.
        chip_answer: Option<ChipAnswer>,
        /// The newest credential in place of a document, alone, for `refresh`.
        credential: Option<SignedCredential>,
        /// Asks for the accessible plan.
        accessible: Option<bool>,
    }
    /// The chip's answer to INTERNAL AUTHENTICATE over the first 8 bytes of
    /// SHA-256("humanseal/v1/aa" ‖ nonce ‖ holder key), both as 32 bytes.
    ChipAnswer {
        /// Base64 of at most 1,024 bytes.
        #[schema(max_length = 1368)]
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
    /// A recovery that is announced.
    RecoveryAnnounced {
        /// When the older credentials are revoked unless somebody cancels.
        #[schema(format = DateTime)]
        effective_at: String,
    }
    /// A single-use liveness plan.
    Plan {
        /// 2.
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
        /// `turn_left`, `turn_right`, `look_up`, `blink`, `open_mouth`, `come_closer` or `flash`.
        action: String,
        /// How far to turn the head.
        target_degrees: Option<u8>,
        /// What the screen shows during a flash, half a second each: `red`, `green`, `blue` or `white`.
        colours: Option<Vec<String>>,
    }
    /// The evidence.
    EvidenceBody {
        /// The statement, deterministic CBOR, base64 of at most 65,536 bytes.
        #[schema(max_length = 87384)]
        statement: String,
        /// Who vouches for it.
        device: DeviceSignature,
        /// One proof of the circuit `enrol`; two for `renew`.
        #[schema(min_items = 1, max_items = 2)]
        proofs: Vec<EnrolProof>,
    }
    /// A proof of the circuit `enrol`.
    EnrolProof {
        /// 128 bytes, base64. Up to 256 are read, to be refused as `proof_malformed`.
        #[schema(max_length = 344)]
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
}

/// The answer to the document step.
#[derive(Debug, ToSchema)]
#[schema(as = DocumentAnswer)]
#[serde(untagged)]
pub enum DocumentAnswer {
    /// A plan; the evidence is awaited.
    Accepted(DocumentAccepted),
    /// The credential of a recovery.
    Issued(Box<Issued>),
}
