//! Shapes of verification: status roots, requests, presentations.

use utoipa::ToSchema;

shapes! {
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
        #[schema(pattern = "^[a-z0-9._-]{1,64}$")]
        action: String,
        /// The epoch, at most 2^53 − 1; 0 where it is left out.
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
        /// 128 bytes, base64. Up to 256 are read, to be refused as `proof_malformed`.
        #[schema(max_length = 344)]
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
        /// Base64 of at most 4,096 bytes.
        #[schema(max_length = 5464)]
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
}
