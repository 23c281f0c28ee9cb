//! The circuit `present` itself under the development key: an honest presentation, and one change
//! for each check, refused by its name in the order of docs/protocol.md section 10.

use humanseal_wallet_link::batch::holding;
use humanseal_wallet_link::{
    IssuedRoot, Prepared, Presentation, Refusal, Request, VerifierContext, binding, challenge,
    check, prepare,
};
use humanseal_zk_credentials::{
    calendar::{Date, Day, Today},
    circuit::Circuit,
    credential::{
        Credential, DeviceLevel, DocumentLevel, SignedCredential, StatusIndex, UniqueLevel,
    },
    eddsa::{IssuerId, IssuerSecretKey},
    entropy::OsEntropy,
    exchange::{Base64, Environment, KeyHash, PublicInput},
    field::FieldElement,
    groth16::VerifyingKey,
    holder::{HolderSecret, Slot},
    keys,
    nationality::Nationality,
    presentation::{PresentWitness, prove_present},
    status_list::StatusList,
    template::{Blinding, ModelId, Template},
};

use crate::fixture::{at, evm, evm_account, request, solana_account};

struct Holder {
    secret: HolderSecret,
    signed: SignedCredential,
    list: StatusList,
}

fn today() -> Today {
    Today::from_unix_seconds(at(0).unix_seconds()).unwrap()
}

fn holder() -> Holder {
    let secret = HolderSecret::generate(&mut OsEntropy);
    let day = today().day();
    let vector: Vec<f32> = (0..512).map(|k| (k as f32 * 0.7).sin()).collect();
    let blinding = Blinding::generate(&mut OsEntropy);
    let model = ModelId::of_sha256([1; 32]);
    let credential = Credential {
        holder_key: secret.holder_key(),
        template: Template::quantise(&vector)
            .unwrap()
            .commit(model, &blinding),
        birthdate: Date::new(1974, 8, 12).unwrap(),
        nationality: Nationality::OTHER,
        document: DocumentLevel::PassiveAuthentication,
        device: DeviceLevel::Software,
        unique: UniqueLevel::NoLiveNamesake,
        established_on: Day(0),
        verified_on: day,
        expires_on: Day(day.0 + 300),
        status_index: StatusIndex::new(249).unwrap(),
    };
    let key = IssuerSecretKey::from_seed([11; 32]);
    let signature = key.sign(credential.message());
    let mut list = StatusList::new();
    list.set(StatusIndex::new(250).unwrap(), true);
    Holder {
        secret,
        signed: SignedCredential {
            credential,
            issuer: key.public(),
            signature,
        },
        list,
    }
}

/// A request that names the holder's issuer, its root and the development key.
fn asked(holder: &Holder) -> Request {
    let issuer = holder.signed.issuer.id();
    let mut request = request();
    request.issuers = vec![issuer];
    request.roots = vec![IssuedRoot {
        issuer,
        root: holder.list.root(),
        issued_at: at(-3600),
    }];
    request.vk_hash = KeyHash(key().vk_hash());
    request
}

fn key() -> &'static VerifyingKey {
    keys::development_verifying(Circuit::Present)
}

fn present(holder: &Holder, request: &Request, slot: u8) -> Presentation {
    let account = evm_account();
    let witness = PresentWitness {
        signed: holder.signed.clone(),
        path: holder.list.path(holder.signed.credential.status_index),
        secret: holder.secret.clone(),
        slot: Slot(slot),
        scope: request.scope,
        binding: binding(&account, request.verifier.audience(), request.nonce_word()),
        today: today(),
        policy: request.policy,
        excluded: request.excluded.clone(),
    };
    let proving = keys::development(Circuit::Present).unwrap();
    let (proof, public) = prove_present(proving, &witness, &mut OsEntropy).unwrap();
    let message = challenge::message(request, &account, None).unwrap();
    Presentation {
        request_id: request.id.clone(),
        account,
        public: public.elements().map(PublicInput::from),
        proof: Base64::new(proof.to_bytes().to_vec()).unwrap(),
        signature: evm().sign(&message),
        machine_key: None,
    }
}

/// Everything that a check looks at.
#[derive(Clone)]
struct Case {
    request: Request,
    presentation: Presentation,
    issuers: Vec<IssuerId>,
    roots: Vec<IssuedRoot>,
    seconds: i64,
}

impl Case {
    fn check(&self) -> Result<FieldElement, Refusal> {
        check(&self.request, &self.presentation, &self.context())
            .map(|verified| verified.nullifier.0)
    }

    fn prepare(&self) -> Prepared {
        prepare(&self.request, &self.presentation, &self.context()).unwrap()
    }

    fn context(&self) -> VerifierContext<'_> {
        VerifierContext {
            now: at(self.seconds),
            environment: Environment::Development,
            issuers: &self.issuers,
            roots: &self.roots,
            root_window_seconds: 72 * 3600,
            verifying_key: key(),
            chain_answers: &[],
        }
    }
}

/// One change for each check, in the order of the checks.
type Change = fn(&mut Case);
const CHANGES: [(&str, Change); 15] = [
    ("request_expired", |case| case.seconds = 600),
    ("request_mismatch", |case| {
        case.presentation.request_id = humanseal_wallet_link::RequestId::from_random([1; 16]);
    }),
    ("account_signature_invalid", |case| {
        case.presentation.account = evm().account(8453).unwrap();
    }),
    ("public_input_not_canonical", |case| {
        case.presentation.public[0] = PublicInput::from_sent("00");
    }),
    ("binding_mismatch", |case| set(case, 1)),
    ("today_out_of_window", |case| set(case, 2)),
    ("issuer_untrusted", |case| set(case, 4)),
    ("policy_mismatch", |case| set(case, 5)),
    ("excluded_mismatch", |case| set(case, 6)),
    ("scope_mismatch", |case| set(case, 7)),
    ("root_unknown", |case| set(case, 3)),
    ("root_stale", |case| {
        case.roots[0].issued_at = at(-73 * 3600);
    }),
    ("proof_malformed", |case| {
        let mut bytes = case.presentation.proof.as_bytes().to_vec();
        bytes.push(0);
        case.presentation.proof = Base64::new(bytes).unwrap();
    }),
    // Another nullifier than the one that the proof is for: a second place with one proof.
    ("proof_invalid", |case| set(case, 0)),
    // A and C in each other's place: points of the group, and no proof.
    ("proof_invalid", |case| {
        let mut bytes = case.presentation.proof.as_bytes().to_vec();
        let (start, end) = bytes.split_at_mut(96);
        start[..32].swap_with_slice(end);
        case.presentation.proof = Base64::new(bytes).unwrap();
    }),
];

fn set(case: &mut Case, place: usize) {
    case.presentation.public[place] = PublicInput::from_sent("1");
}

fn honest(holder: &Holder) -> Case {
    let request = asked(holder);
    Case {
        presentation: present(holder, &request, 0),
        issuers: request.issuers.clone(),
        roots: request.roots.clone(),
        seconds: 10,
        request,
    }
}

#[test]
fn present_goes_through_every_check_in_order() {
    let holder = holder();
    let honest = honest(&holder);
    let nullifier = honest.check().unwrap();
    let expected = holder.secret.nullifier(honest.request.scope, Slot(0));
    assert_eq!(nullifier, expected.0);

    let code = |case: &Case| case.check().map_err(|refusal| refusal.code()).err();
    for (place, (name, change)) in CHANGES.iter().enumerate() {
        let mut case = honest.clone();
        change(&mut case);
        assert_eq!(code(&case), Some(*name));
        // With a later fault beside it the earlier one is named. The last two are one check.
        for (later, later_change) in &CHANGES[place + 1..] {
            let mut both = honest.clone();
            later_change(&mut both);
            change(&mut both);
            assert_eq!(code(&both), Some(*name), "{name} before {later}");
        }
    }

    // The other slot is another place; a second proof of the first one is the same place.
    let mut other = honest.clone();
    other.presentation = present(&holder, &honest.request, 1);
    assert_ne!(other.check().unwrap(), nullifier);
    let mut again = honest.clone();
    again.presentation = present(&holder, &honest.request, 0);
    assert_ne!(again.presentation.proof, honest.presentation.proof);
    assert_eq!(again.check().unwrap(), nullifier);

    // Somebody else's account, with a signature of its own over the same request.
    let mut stolen = honest.clone();
    let account = solana_account();
    let message = challenge::message(&honest.request, &account, None).unwrap();
    stolen.presentation.signature = crate::fixture::solana().sign(&message);
    stolen.presentation.account = account;
    assert_eq!(code(&stolen), Some("binding_mismatch"));
}

/// Presentations under two roots are no batch of the protocol: they make two, and the false one among
/// them is named at its place.
#[test]
fn many_presentations_hold_or_not_each_at_its_place() {
    let mut holder = holder();
    let first = honest(&holder).prepare();
    // Another credential of the list is revoked: another root.
    holder.list.set(StatusIndex::new(251).unwrap(), true);
    let second = honest(&holder).prepare();
    assert_ne!(first.claimed.root, second.claimed.root);
    let mut forged = second.clone();
    forged.public[0] = FieldElement::from(1);

    assert!(holding(key(), &[]).is_empty());
    assert_eq!(
        holding(key(), &[&second, &first, &forged, &first]),
        [true, true, false, true]
    );
}
