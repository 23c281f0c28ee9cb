//! A toy circuit with the eight public inputs of `present`, each squared, with real Groth16 proofs:
//! what it proves is easily said, so that each check can be met alone.

use std::sync::LazyLock;

use humanseal_wallet_link::{
    IssuedRoot, MachineKey, Presentation, Refusal, Request, VerifierContext, binding, challenge,
    check,
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
};

use crate::fixture::{at, evm, evm_account, issuer, request, root};

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

pub struct Case {
    pub request: Request,
    pub presentation: Presentation,
    pub issuers: Vec<IssuerId>,
    pub roots: Vec<IssuedRoot>,
    pub now: i64,
    pub environment: Environment,
}

pub fn inputs(request: &Request) -> [FieldElement; 8] {
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

pub fn proof(public: &[FieldElement; 8]) -> Vec<u8> {
    let (matrices, key) = &*TOY;
    let mut assigner = Assigner::new();
    squares(&mut assigner, public);
    let assignment = assigner.into_wires();
    prove(key, matrices, &assignment, &mut OsEntropy)
        .unwrap()
        .to_bytes()
        .to_vec()
}

pub fn answer(
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

pub fn case() -> Case {
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
    pub fn context(&self) -> VerifierContext<'_> {
        VerifierContext {
            now: at(self.now),
            environment: self.environment,
            issuers: &self.issuers,
            roots: &self.roots,
            root_window_seconds: 72 * 3600,
            verifying_key: TOY.1.verifying(),
            chain_answers: &[],
        }
    }
    pub fn check(&self) -> Result<(), Refusal> {
        check(&self.request, &self.presentation, &self.context()).map(|_| ())
    }
    /// The holder proves and signs honestly over changed inputs.
    pub fn with_input(mut self, place: usize, value: FieldElement) -> Self {
        let mut public = inputs(&self.request);
        public[place] = value;
        self.presentation = answer(&self.request, public, None);
        self
    }
    pub fn spelled(mut self, place: usize, text: &str) -> Self {
        self.presentation.public[place] = PublicInput::from_sent(text);
        self
    }
}
