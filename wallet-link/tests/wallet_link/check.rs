//! The checks in their order, with real Groth16 proofs of a toy circuit. The circuit `present`
//! itself goes through them in `present.rs`.

use humanseal_wallet_link::{
    ChallengeError, ContractQuestion, Presentation, Refusal, RequestError, RequestId,
    SignatureKind, VerifierContext, check,
};
use humanseal_zk_credentials::{
    exchange::{Base64, Environment, PublicInput},
    field::FieldElement,
};

use crate::fixture::{evm, evm_account, issuer};
use crate::toy::{Case, answer, case, inputs};

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
fn a_chains_yes_is_one_to_this_question_alone() {
    let mut case = case();
    case.presentation.signature.kind = SignatureKind::Eip1271;
    let checked = |case: &Case, answers: &[ContractQuestion]| {
        let context = VerifierContext {
            chain_answers: answers,
            ..case.context()
        };
        check(&case.request, &case.presentation, &context).map(|_| ())
    };
    let refused = Err(ChallengeError::KindNotOffered.into());
    let question = ContractQuestion::of(&case.request, &case.presentation);
    let question = question.unwrap().unwrap();
    assert_eq!(checked(&case, &[]), refused);
    assert_eq!(checked(&case, std::slice::from_ref(&question)), Ok(()));
    let changes: [fn(&mut ContractQuestion); 3] = [
        |question| question.hash[0] ^= 1,
        |question| question.signature[0] ^= 1,
        |question| question.account = evm().account(8453).unwrap(),
    ];
    for change in changes {
        let mut other = question.clone();
        change(&mut other);
        assert_eq!(checked(&case, &[other]), refused);
    }
    // The message names the machine: it cannot be exchanged afterwards.
    case.presentation.machine_key = Some(
        "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
            .parse()
            .unwrap(),
    );
    assert_eq!(checked(&case, &[question]), refused);
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
