//! Public inputs: one spelling each, and each equal to what the verifier computes itself.

use humanseal_wallet_link::{Presentation, Refusal, binding};
use humanseal_zk_credentials::{calendar::Today, eddsa::IssuerId, field::FieldElement};

use crate::fixture::{at, evm, evm_account, issuer};
use crate::toy::{Case, case};

/// The order of the BN254 scalar field (EIP-197).
const R: &str = "21888242871839275222246405745257275088548364400416034343698204186575808495617";
const DAY: i64 = 86_400;

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
