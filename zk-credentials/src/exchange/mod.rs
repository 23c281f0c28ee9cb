//! What the device and the issuer say to each other (docs/protocol.md sections 9, 11 and 12).
//!
//! Data only: no HTTP, no clock, no database. Every type refuses unknown members, every list and
//! every byte string has a limit that is checked while it is decoded, and nothing personal shows
//! in a `Debug` form. In the order in which the messages pass:
//!
//! 1. [`WellKnown`]: who the issuer is, under which parameters it works.
//! 2. [`CreateSession`], [`SessionCreated`]: a session, its token and its nonce.
//! 3. [`DocumentBody`], [`DocumentAccepted`]: the chip files; a liveness [`Plan`] comes back.
//! 4. [`Statement`] inside an [`EvidenceBody`]: what the device did, signed by its key.
//! 5. [`EvidenceAnswer`]: [`Issued`], the credential with a signed [`ConsentReceipt`], or
//!    [`RecoveryAnnounced`]; then a second document step gives the credential ([`DocumentAnswer`]).
//!
//! ```
//! use humanseal_zk_credentials::exchange::{Environment, Gate, GateName, GateOutcome, Gates, ReasonCode};
//!
//! let gates = GateName::ALL.map(|name| Gate {
//!     name,
//!     outcome: GateOutcome::Passed,
//!     reason: ReasonCode::new("ok").expect("a snake_case word"),
//! });
//! let gates = Gates::new(gates.to_vec()).expect("all of them, each once, in order");
//! assert!(gates.admit(Environment::Production).is_ok());
//! ```

mod bytes;
mod cbor;
mod consent;
mod context;
mod device;
mod digest;
mod document;
mod environment;
mod evidence;
mod gate;
mod metadata;
mod plan;
mod public_input;
mod session;
mod statement;
mod timestamp;

pub use bytes::{Base64, ProofBytes};
pub use cbor::{
    CborError, MAX_CBOR_BYTES, decode_deterministic, decode_deterministic_within,
    encode_deterministic, encode_deterministic_within,
};
pub use consent::{ConsentReceipt, ReceiptError, SignedReceipt};
pub use context::enrol_context;
pub use device::{
    AndroidSignature, AppleAttestation, DeviceSignature, SoftwareSignature, SoftwareSignatureError,
    device_message,
};
pub use digest::{HexError, KeyHash, Nonce, Sha256Digest};
pub use document::{
    ActiveEvidence, ChipAnswer, DocumentAccepted, DocumentAnswer, DocumentBody, DocumentBodyError,
    DocumentEvidence, MrzText, ReadChannel, chip_challenge,
};
pub use environment::{Environment, UnknownEnvironment};
pub use evidence::{EnrolProof, EvidenceAnswer, EvidenceBody, Issued, RecoveryAnnounced};
pub use gate::{Gate, GateName, GateOutcome, GateRefusal, Gates, GatesError, ReasonCode};
pub use metadata::{IssuerMetadata, MetadataError, NetworkAction, NetworkMetadata, WellKnown};
pub use plan::{
    ACCESSIBLE_PLAN_SECONDS, Answer, FlashColour, PLAN_SECONDS, PLAN_VERSION, Plan, PlanAction,
    PlanError, PlanStep, Transcript,
};
pub use public_input::{PublicInput, PublicInputError};
pub use session::{
    CreateSession, IssuerParameters, ParametersError, SessionCreated, SessionId, SessionKind,
    SessionToken,
};
pub use statement::{Dg2Digest, HashAlgorithm, Statement, StatementError};
pub use timestamp::{Timestamp, TimestampError};
