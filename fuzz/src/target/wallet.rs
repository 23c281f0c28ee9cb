//! What a verifier and a device send each other: requests and presentations.

use std::rc::Rc;

use humanseal_wallet_link::{
    Account, Action, Chain, DeviceContext, EvmKey, IssuedRoot, Presentation, Request, RequestId,
    SolanaKey, VerifierContext, binding, challenge, check, judge,
};
use humanseal_zk_credentials::calendar::Today;
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::exchange::{
    Base64, Environment, KeyHash, Nonce, PublicInput, Timestamp,
};
use humanseal_zk_credentials::field::FieldElement;
use humanseal_zk_credentials::holder::Scope;
use humanseal_zk_credentials::policy::{Excluded, Policy};
use humanseal_zk_credentials::status_list::StatusRoot;
use serde::Serialize;

use super::circuit::Squares;
use super::{Case, Reached, Target};
use crate::bounds::Bounds;
use crate::secret::assert_silent;
use crate::structure::Structure;

/// 2030-01-02T03:04:05Z.
const ISSUED_AT: i64 = 1_893_553_445;
const BOUNDS: Bounds = Bounds::mebibytes(4);

/// What is read and written is read as the same. A request that is another one has another digest
/// and scope or nonce, so that the genuine presentation does not answer it.
pub(super) fn requests() -> Target {
    let world = World::new();
    let genuine = [world.request(1), world.request(16)];
    let answers = genuine
        .each_ref()
        .map(|request| world.answer_by_evm(request));
    let seeds = genuine.iter().map(json).collect();
    let properties = move |case: &Case<'_>| {
        let request = match Request::from_json(case.bytes) {
            Ok(request) => request,
            Err(error) => {
                assert_silent(&error);
                return Reached::Refused;
            }
        };
        assert_eq!(Request::from_json(&json(&request)).as_ref(), Ok(&request));
        let (genuine, answer) = (&genuine[case.seed], &answers[case.seed]);
        if let (Ok(digest), Ok(known)) = (request.digest(), genuine.digest()) {
            assert_eq!(digest == known, request == *genuine);
        }
        if let Err(error) = judge(&request, &answer.account, &world.device()) {
            assert_silent(&error);
        }
        match check(&request, answer, &world.verifier()) {
            Ok(_) => {
                assert_eq!(request, *genuine, "another request is answered");
                Reached::Verified
            }
            Err(error) => {
                assert_silent(&error);
                Reached::Decoded
            }
        }
    };
    Target::new("requests", Structure::Json, BOUNDS, seeds, properties)
}

/// What is read and written is read as the same. A presentation that verifies is a genuine one,
/// but for two things: an EVM signature's last byte has two spellings, and another genuine proof
/// of the same eight public inputs may stand in it.
pub(super) fn presentations() -> Target {
    let world = World::new();
    let request = world.request(2);
    let machine = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".parse().ok();
    let genuine = [
        world.answer_by_evm(&request),
        world.answer_by_solana(&request),
        Presentation {
            machine_key: machine,
            ..world.answer(
                &request,
                &world.evm_account(),
                |text| world.evm.sign(text),
                machine,
            )
        },
    ];
    let seeds = genuine.iter().map(json).collect();
    let properties = move |case: &Case<'_>| {
        let presentation = match Presentation::from_json(case.bytes) {
            Ok(presentation) => presentation,
            Err(error) => {
                assert_silent(&error);
                return Reached::Refused;
            }
        };
        let again = Presentation::from_json(&json(&presentation));
        assert_eq!(again.as_ref(), Ok(&presentation));
        match check(&request, &presentation, &world.verifier()) {
            Ok(verified) => {
                let sent = usual_spelling(presentation);
                let same_proof = |known: &&Presentation| known.proof == sent.proof;
                let proven = genuine.iter().filter(same_proof);
                let proven = proven.into_iter().any(|known| known.public == sent.public);
                assert!(proven, "another proof verifies");
                let signed = genuine.iter().any(|known| {
                    let with_that_proof = Presentation {
                        proof: sent.proof.clone(),
                        ..usual_spelling(known.clone())
                    };
                    with_that_proof == sent
                });
                assert!(signed, "another presentation verifies: {sent:?}");
                assert_eq!(verified.account, sent.account);
                Reached::Verified
            }
            Err(error) => {
                assert_silent(&error);
                Reached::Decoded
            }
        }
    };
    Target::new("presentations", Structure::Json, BOUNDS, seeds, properties)
}

/// The last byte of an EVM signature, v, is 27 or 28; 0 and 1 are read as the same.
fn usual_spelling(mut presentation: Presentation) -> Presentation {
    let mut signature = presentation.signature.bytes.as_bytes().to_vec();
    if let (65, Some(v @ 0..=1)) = (signature.len(), signature.last_mut()) {
        *v += 27;
    }
    presentation.signature.bytes = Base64::new(signature).unwrap_or_default();
    presentation
}

/// A development verifier and the wallets that answer it.
struct World {
    circuit: Rc<Squares>,
    evm: EvmKey,
    solana: SolanaKey,
    issuers: Vec<IssuerId>,
    roots: Vec<IssuedRoot>,
    accounts: Vec<Account>,
}

impl World {
    fn new() -> Self {
        let evm = EvmKey::from_bytes(&[0x11; 32]).unwrap_or_else(|| panic!("it is a key"));
        let issuers: Vec<_> = (1..=16_u64)
            .map(|n| IssuerId(FieldElement::from(1_000 + n)))
            .collect();
        let root = |(n, issuer): (u64, &IssuerId)| IssuedRoot {
            issuer: *issuer,
            root: StatusRoot(FieldElement::from(2_000 + n)),
            issued_at: at(-3_600),
        };
        let roots = (1..).zip(&issuers).map(root).collect();
        let accounts = evm.account(1).into_iter().collect();
        Self {
            circuit: Rc::new(Squares::new()),
            evm,
            solana: SolanaKey::from_bytes(&[0x22; 32]),
            issuers,
            roots,
            accounts,
        }
    }

    /// A request that names so many issuers, each with a root.
    fn request(&self, issuers: usize) -> Request {
        let network = "net.example";
        let chain = |text: &str| text.parse().unwrap_or_else(|_| panic!("{text} is a chain"));
        Request {
            version: 1,
            id: RequestId::from_random([10; 16]),
            environment: Environment::Development,
            verifier: parsed("https://verify.net.example"),
            network: parsed(network),
            action: Action::parse("provide").unwrap_or_else(|| panic!("it is an action")),
            epoch: 0,
            scope: Scope::new(network, "provide", 0),
            policy: Policy {
                min_age: 18,
                min_document: 2,
                min_device: 1,
                min_unique: 2,
                max_slots: 2,
                max_verified_days: 360,
                min_established_days: 0,
            },
            excluded: Excluded::default(),
            issuers: self.issuers[..issuers].to_vec(),
            roots: self.roots[..issuers].to_vec(),
            vk_hash: KeyHash(self.circuit.verifying().vk_hash()),
            nonce: Nonce([11; 32]),
            issued_at: at(0),
            expires_at: at(600),
            chains: vec![
                chain("eip155:1"),
                chain("eip155:8453"),
                Chain::solana_mainnet(),
            ],
            statement: "Join net.example as a provider.".into(),
        }
    }

    fn verifier(&self) -> VerifierContext<'_> {
        VerifierContext {
            now: at(10),
            environment: Environment::Development,
            issuers: &self.issuers,
            roots: &self.roots,
            root_window_seconds: 72 * 3_600,
            verifying_key: self.circuit.verifying(),
            chain_answers: &[],
        }
    }

    fn device(&self) -> DeviceContext<'_> {
        DeviceContext {
            now: at(10),
            environment: Environment::Development,
            network: None,
            issuers: &self.issuers,
            roots: &self.roots,
            accounts: &self.accounts,
            earlier: &[],
            difference_confirmed: false,
        }
    }

    fn evm_account(&self) -> Account {
        self.accounts[0].clone()
    }

    fn answer_by_evm(&self, request: &Request) -> Presentation {
        self.answer(
            request,
            &self.evm_account(),
            |text| self.evm.sign(text),
            None,
        )
    }

    fn answer_by_solana(&self, request: &Request) -> Presentation {
        let account = self.solana.account(Chain::solana_mainnet());
        let account = account.unwrap_or_else(|error| panic!("{error}"));
        self.answer(request, &account, |text| self.solana.sign(text), None)
    }

    /// An honest answer that holds.
    fn answer(
        &self,
        request: &Request,
        account: &Account,
        sign: impl Fn(&str) -> humanseal_wallet_link::AccountSignature,
        machine_key: Option<humanseal_wallet_link::MachineKey>,
    ) -> Presentation {
        let today = Today::from_unix_seconds(ISSUED_AT).unwrap_or_else(|error| panic!("{error}"));
        let public = [
            FieldElement::from(5),
            binding(account, request.verifier.audience(), request.nonce_word()),
            today.pack(),
            request.roots[0].root.0,
            request.issuers[0].0,
            request.policy.pack(),
            request.excluded.pack(),
            request.scope.0,
        ];
        let message = challenge::message(request, account, machine_key.as_ref());
        let message = message.unwrap_or_else(|error| panic!("{error}"));
        let presentation = Presentation {
            request_id: request.id.clone(),
            account: account.clone(),
            public: public.map(PublicInput::from),
            proof: Base64::new(self.circuit.prove(&public).to_bytes().to_vec()).unwrap_or_default(),
            signature: sign(&message),
            machine_key,
        };
        let verdict = check(request, &presentation, &self.verifier());
        assert_eq!(
            verdict.map(|verified| verified.account).as_ref(),
            Ok(account)
        );
        presentation
    }
}

fn at(seconds_after_issue: i64) -> Timestamp {
    Timestamp::from_unix_seconds(ISSUED_AT + seconds_after_issue)
        .unwrap_or_else(|error| panic!("{error}"))
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> T {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_else(|error| panic!("{error}"))
}
