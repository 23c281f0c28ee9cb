//! The checks in their order, with real Groth16 proofs of a toy circuit that has the eight public
//! inputs of `present` and squares each. What `present` itself enforces is tested where it lives.

use std::sync::LazyLock;

use humanseal_wallet_link::{
    ChallengeError, IssuedRoot, MachineKey, Presentation, Refusal, Request, RequestError,
    RequestId, VerifierContext, binding, challenge, check, prepare,
};
use humanseal_zk_credentials::{
    calendar::Today,
    circuit::{
        Matrices,
        system::{Assigner, System},
    },
    eddsa::IssuerId,
    entropy::OsEntropy,
    exchange::{Base64, Environment, KeyHash, PublicInput},
    field::FieldElement,
    groth16::{ProvingKey, prove},
    status_list::StatusRoot,
};

use crate::fixture::{at, evm, evm_account, issuer, request, root};

/// The order of the BN254 scalar field (EIP-197).
const R: &str = "21888242871839275222246405745257275088548364400416034343698204186575808495617";
const DAY: i64 = 86_400;

fn squares<S: System>(system: &mut S, inputs: &[FieldElement; 8]) {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let wires: Vec<_> = names
        .iter()
        .zip(inputs)
        .map(|(name, input)| system.public(name, input.fr()))
        .collect();
    for wire in wires {
        system.product("square", &wire, &wire);
    }
}

static TOY: LazyLock<(Matrices, ProvingKey)> = LazyLock::new(|| {
    let zero = [FieldElement::from(0); 8];
    let matrices = Matrices::record(|recorder| squares(recorder, &zero));
    let key = ProvingKey::generate(&matrices, &mut OsEntropy).unwrap();
    (matrices, key)
});

struct Case {
    request: Request,
    presentation: Presentation,
    issuers: Vec<IssuerId>,
    roots: Vec<IssuedRoot>,
    now: i64,
    environment: Environment,
}

fn inputs(request: &Request) -> [FieldElement; 8] {
    let bound = binding(
        &evm_account(),
        request.verifier.audience(),
        request.nonce_word(),
    );
    [
        FieldElement::from(5),
        bound,
        Today::from_unix_seconds(at(0).unix_seconds())
            .unwrap()
            .pack(),
        root().root.0,
        issuer().0,
        request.policy.pack(),
        request.excluded.pack(),
        request.scope.0,
    ]
}

fn proof(public: &[FieldElement; 8]) -> Vec<u8> {
    let (matrices, key) = &*TOY;
    let mut assigner = Assigner::new();
    squares(&mut assigner, public);
    let assignment = assigner.into_wires();
    prove(key, matrices, &assignment, &mut OsEntropy)
        .unwrap()
        .to_bytes()
        .to_vec()
}

fn answer(
    request: &Request,
    public: [FieldElement; 8],
    machine: Option<MachineKey>,
) -> Presentation {
    let message = challenge::message(request, &evm_account(), machine.as_ref()).unwrap();
    Presentation {
        request_id: request.id.clone(),
        account: evm_account(),
        public: public.map(PublicInput::from),
        proof: Base64::new(proof(&public)).unwrap(),
        signature: evm().sign(&message),
        machine_key: machine,
    }
}

fn case() -> Case {
    let mut request = request();
    request.vk_hash = KeyHash(TOY.1.verifying().vk_hash());
    let presentation = answer(&request, inputs(&request), None);
    Case {
        request,
        presentation,
        issuers: vec![issuer()],
        roots: vec![root()],
        now: 10,
        environment: Environment::Development,
    }
}

impl Case {
    fn context(&self) -> VerifierContext<'_> {
        VerifierContext {
            now: at(self.now),
            environment: self.environment,
            issuers: &self.issuers,
            roots: &self.roots,
            root_window_seconds: 72 * 3600,
            verifying_key: TOY.1.verifying(),
        }
    }
    fn check(&self) -> Result<(), Refusal> {
        check(&self.request, &self.presentation, &self.context()).map(|_| ())
    }
    /// The holder proves and signs honestly over changed inputs.
    fn with_input(mut self, place: usize, value: FieldElement) -> Self {
        let mut public = inputs(&self.request);
        public[place] = value;
        self.presentation = answer(&self.request, public, None);
        self
    }
    fn spelled(mut self, place: usize, text: &str) -> Self {
        self.presentation.public[place] = PublicInput::from_sent(text);
        self
    }
}

#[test]
fn an_honest_presentation_is_verified() {
    let case = case();
    let verified = check(&case.request, &case.presentation, &case.context()).unwrap();
    assert_eq!(verified.nullifier.0, FieldElement::from(5));
    assert_eq!(verified.account, evm_account());
    assert_eq!(verified.issuer, issuer());
    assert_eq!(verified.scope, case.request.scope);
    assert_eq!(verified.machine_key, None);
}

#[test]
fn a_presentation_survives_json_and_refuses_other_forms() {
    let case = case();
    let json = serde_json::to_string(&case.presentation).unwrap();
    assert_eq!(
        Presentation::from_json(json.as_bytes()).unwrap(),
        case.presentation
    );
    for bad in [
        json.replacen('{', "{\"extra\":1,", 1),
        json.replacen("\"account\"", "\"account\":\"eip155:1:0x\",\"account\"", 1),
        json.replacen("\"5\",", "", 1),
        json.replacen("\"5\",", "\"5\",\"5\",", 1),
        json.replacen("\"eip191\"", "\"raw\"", 1),
        format!("{json}{}", " ".repeat(16 * 1024)),
    ] {
        assert!(Presentation::from_json(bad.as_bytes()).is_err(), "{bad}");
    }
}

#[test]
fn request_expired_foreign_or_inconsistent() {
    let refused = |error| Err(Refusal::Request(error));
    assert_eq!(
        Case { now: 600, ..case() }.check(),
        refused(RequestError::Expired)
    );
    let production = Case {
        environment: Environment::Production,
        ..case()
    };
    assert_eq!(
        production.check(),
        refused(RequestError::EnvironmentMismatch)
    );
    let mut forged = case();
    forged.request.scope.0 = FieldElement::from(1);
    assert_eq!(forged.check(), refused(RequestError::ScopeMismatch));
    let mut other = case();
    other.presentation.request_id = RequestId::from_random([1; 16]);
    assert_eq!(other.check(), Err(Refusal::RequestMismatch));
}

#[test]
fn verifying_key_mismatch() {
    let mut other = case();
    other.request.vk_hash.0[31] ^= 1;
    assert_eq!(other.check(), Err(Refusal::VerifyingKeyMismatch));
}

#[test]
fn account_signature_invalid() {
    let invalid = Err(Refusal::AccountSignature(ChallengeError::SignatureInvalid));
    let mut stolen = case();
    stolen.presentation.account = evm().account(8453).unwrap();
    assert_eq!(stolen.check(), invalid);
    let mut unsigned = case();
    unsigned.presentation.machine_key = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".parse().ok();
    assert_eq!(
        unsigned.check(),
        invalid,
        "a machine key that the account did not sign"
    );
}

#[test]
fn a_signed_machine_key_comes_out() {
    let mut bound = case();
    let key = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".parse().ok();
    bound.presentation = answer(&bound.request, inputs(&bound.request), key);
    let verified = check(&bound.request, &bound.presentation, &bound.context()).unwrap();
    assert_eq!(verified.machine_key, key);
}

#[test]
fn public_input_not_canonical() {
    // 5 + r, the nullifier in a second spelling, and other spellings of 5.
    let plus_r = R.replace("495617", "495622");
    for text in [plus_r.as_str(), R, "05", "+5", "-5", "5 ", "0x5", "", "5.0"] {
        assert_eq!(
            case().spelled(0, text).check(),
            Err(Refusal::PublicInputNotCanonical),
            "{text}"
        );
    }
    for place in 0..8 {
        let spelled = case().spelled(place, "00");
        assert_eq!(
            spelled.check(),
            Err(Refusal::PublicInputNotCanonical),
            "{place}"
        );
    }
    let json = serde_json::to_string(&case().presentation).unwrap();
    let number = json.replacen("[\"5\"", "[5", 1);
    assert_ne!(number, json);
    let mut case = case();
    case.presentation = Presentation::from_json(number.as_bytes()).unwrap();
    assert_eq!(
        case.check(),
        Err(Refusal::PublicInputNotCanonical),
        "as a number"
    );
}

#[test]
fn binding_mismatch() {
    let request = case().request;
    let audience = request.verifier.audience();
    let elsewhere: humanseal_wallet_link::Origin = "https://verify-net.example".parse().unwrap();
    let nonce = humanseal_zk_credentials::word::Word::of_u64(0);
    for other in [
        binding(
            &evm().account(8453).unwrap(),
            audience,
            request.nonce_word(),
        ),
        binding(&evm_account(), elsewhere.audience(), request.nonce_word()),
        binding(&evm_account(), audience, nonce),
    ] {
        assert_eq!(
            case().with_input(1, other).check(),
            Err(Refusal::BindingMismatch)
        );
    }
}

#[test]
fn today_out_of_window() {
    let day = |days: i64| {
        Today::from_unix_seconds(at(days * DAY).unix_seconds())
            .unwrap()
            .pack()
    };
    assert_eq!(case().with_input(2, day(-1)).check(), Ok(()), "yesterday");
    for packed in [day(-2), day(1), FieldElement::from(0)] {
        assert_eq!(
            case().with_input(2, packed).check(),
            Err(Refusal::TodayOutOfWindow)
        );
    }
}

#[test]
fn issuer_untrusted() {
    let stranger = IssuerId(FieldElement::from(9));
    let untrusted = Err(Refusal::IssuerUntrusted);
    assert_eq!(case().with_input(4, stranger.0).check(), untrusted);
    // The request names it, the verifier does not trust it any more; and the other way round.
    assert_eq!(
        Case {
            issuers: vec![stranger],
            ..case()
        }
        .check(),
        untrusted
    );
    let trusted_elsewhere = Case {
        issuers: vec![issuer(), stranger],
        ..case()
    };
    assert_eq!(
        trusted_elsewhere.with_input(4, stranger.0).check(),
        untrusted
    );
}

#[test]
fn policy_mismatch() {
    let mut lower = case().request.policy;
    lower.min_age = 0;
    assert_eq!(
        case().with_input(5, lower.pack()).check(),
        Err(Refusal::PolicyMismatch)
    );
}

#[test]
fn excluded_mismatch() {
    let other = FieldElement::from(2);
    assert_eq!(
        case().with_input(6, other).check(),
        Err(Refusal::ExcludedMismatch)
    );
}

#[test]
fn scope_mismatch() {
    let other = humanseal_zk_credentials::holder::Scope::new("net.example", "vote", 0);
    assert_eq!(
        case().with_input(7, other.0).check(),
        Err(Refusal::ScopeMismatch)
    );
}

#[test]
fn root_unknown() {
    let other = FieldElement::from(9);
    assert_eq!(
        case().with_input(3, other).check(),
        Err(Refusal::RootUnknown)
    );
    // Named by the request, never seen by the verifier.
    assert_eq!(
        Case {
            roots: vec![],
            ..case()
        }
        .check(),
        Err(Refusal::RootUnknown)
    );
    // Known, not named: the request names only newer ones.
    let older = IssuedRoot {
        root: StatusRoot(other),
        ..root()
    };
    let known = Case {
        roots: vec![root(), older],
        ..case()
    };
    assert_eq!(
        known.with_input(3, other).check(),
        Err(Refusal::RootUnknown)
    );
    // Of another issuer.
    let foreign = IssuedRoot {
        issuer: IssuerId(FieldElement::from(9)),
        ..root()
    };
    assert_eq!(
        Case {
            roots: vec![foreign],
            ..case()
        }
        .check(),
        Err(Refusal::RootUnknown)
    );
}

#[test]
fn root_stale() {
    let issued = |seconds: i64| {
        vec![IssuedRoot {
            issued_at: at(seconds),
            ..root()
        }]
    };
    let window = 72 * 3600;
    assert_eq!(
        Case {
            roots: issued(10 - window),
            ..case()
        }
        .check(),
        Ok(())
    );
    assert_eq!(
        Case {
            roots: issued(9 - window),
            ..case()
        }
        .check(),
        Err(Refusal::RootStale)
    );
    // The request's own word about the issue time changes nothing.
    let mut claimed = Case {
        roots: issued(9 - window),
        ..case()
    };
    claimed.request.roots[0].issued_at = at(0);
    claimed.presentation = answer(&claimed.request, inputs(&claimed.request), None);
    assert_eq!(claimed.check(), Err(Refusal::RootStale));
}

#[test]
fn proof_malformed() {
    let honest = case().presentation.proof.into_bytes();
    let with = |bytes: Vec<u8>| {
        let mut case = case();
        case.presentation.proof = Base64::new(bytes).unwrap();
        case.check()
    };
    for length in [0, 127, 129, 256] {
        let mut bytes = honest.clone();
        bytes.resize(length, 0);
        assert_eq!(with(bytes), Err(Refusal::ProofMalformed), "{length} bytes");
    }
    assert_eq!(with(vec![0; 128]), Err(Refusal::ProofMalformed));
    assert_eq!(with(vec![0xff; 128]), Err(Refusal::ProofMalformed));
    let mut infinity = honest.clone();
    infinity[..32].fill(0);
    infinity[31] = 0x40;
    assert_eq!(
        with(infinity),
        Err(Refusal::ProofMalformed),
        "A at infinity"
    );
}

#[test]
fn proof_invalid() {
    let mut other = case();
    let mut public = inputs(&other.request);
    public[0] = FieldElement::from(6);
    other.presentation.proof = Base64::new(proof(&public)).unwrap();
    assert_eq!(
        other.check(),
        Err(Refusal::ProofInvalid),
        "a proof for another nullifier"
    );
    // A batch prepares such a proof and leaves the last check to the equation.
    assert!(prepare(&other.request, &other.presentation, &other.context()).is_ok());
}

#[test]
fn the_checks_come_in_their_order() {
    // Everything is wrong at once; mending the first fault shows the next.
    let mut all = case();
    all.now = 700;
    all.presentation.request_id = RequestId::from_random([1; 16]);
    all.presentation.public = ["01"; 8].map(PublicInput::from_sent);
    all.presentation.proof = Base64::new(vec![1]).unwrap();
    let honest = case().presentation;
    let signature = std::mem::take(&mut all.presentation.signature.bytes);
    assert_eq!(all.check().unwrap_err().code(), "request_expired");
    all.now = 10;
    assert_eq!(all.check().unwrap_err().code(), "request_mismatch");
    all.presentation.request_id = honest.request_id;
    assert_eq!(
        all.check().unwrap_err().code(),
        "account_signature_malformed"
    );
    all.presentation.signature.bytes = signature;
    let codes = [
        (0, "public_input_not_canonical"),
        (1, "binding_mismatch"),
        (2, "today_out_of_window"),
        (4, "issuer_untrusted"),
        (5, "policy_mismatch"),
        (6, "excluded_mismatch"),
        (7, "scope_mismatch"),
        (3, "root_unknown"),
    ];
    for (place, code) in codes {
        assert_eq!(all.check().unwrap_err().code(), code);
        if place == 0 {
            all.presentation.public = ["1"; 8].map(PublicInput::from_sent);
        }
        all.presentation.public[place] = honest.public[place].clone();
    }
    assert_eq!(all.check().unwrap_err().code(), "proof_malformed");
    all.presentation.proof = honest.proof;
    assert_eq!(all.check(), Ok(()));
}
