use humanseal_wallet_link::{
    Account, AccountSignature, Chain, ChallengeError, EvmKey, MachineKey, SignatureKind, SolanaKey,
    challenge::{message, verify},
};
use humanseal_zk_credentials::exchange::Base64;
use proptest::prelude::*;

use crate::fixture::{evm, evm_account, other_requests, request, solana, solana_account};

const INVALID: Result<(), ChallengeError> = Err(ChallengeError::SignatureInvalid);
const MALFORMED: Result<(), ChallengeError> = Err(ChallengeError::SignatureMalformed);

/// Order of secp256k1 (SEC 2 section 2.4.1).
const N: &str = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

fn signature(kind: SignatureKind, bytes: &[u8]) -> AccountSignature {
    AccountSignature {
        kind,
        bytes: Base64::new(bytes.to_vec()).unwrap(),
    }
}

fn machine_key() -> MachineKey {
    "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
        .parse()
        .unwrap()
}

fn evm_signature() -> AccountSignature {
    evm().sign(&message(&request(), &evm_account(), None).unwrap())
}

fn solana_signature() -> AccountSignature {
    solana().sign(&message(&request(), &solana_account(), None).unwrap())
}

fn verify_evm(bytes: &[u8]) -> Result<(), ChallengeError> {
    verify(
        &request(),
        &evm_account(),
        None,
        &signature(SignatureKind::Eip191, bytes),
    )
}

fn verify_solana(account: &Account, bytes: &[u8]) -> Result<(), ChallengeError> {
    verify(
        &request(),
        account,
        None,
        &signature(SignatureKind::Ed25519, bytes),
    )
}

/// n − s, big-endian.
fn negated(s: &[u8]) -> Vec<u8> {
    let n = hex::decode(N).unwrap();
    let mut borrow = 0_i16;
    let mut out = vec![0; 32];
    for i in (0..32).rev() {
        let difference = i16::from(n[i]) - i16::from(s[i]) - borrow;
        borrow = i16::from(difference < 0);
        out[i] = u8::try_from(difference.rem_euclid(256)).unwrap();
    }
    out
}

#[test]
fn an_account_signs_the_request() {
    assert_eq!(
        verify(&request(), &evm_account(), None, &evm_signature()),
        Ok(())
    );
    assert_eq!(
        verify(&request(), &solana_account(), None, &solana_signature()),
        Ok(())
    );
}

#[test]
fn another_accounts_signature_is_refused() {
    let stranger = EvmKey::from_bytes(&[0x33; 32]).unwrap();
    let account = stranger.account(1).unwrap();
    let own = stranger.sign(&message(&request(), &account, None).unwrap());
    assert_eq!(verify(&request(), &evm_account(), None, &own), INVALID);
    // Also where the stranger signed the very message of the victim.
    let copied = stranger.sign(&message(&request(), &evm_account(), None).unwrap());
    assert_eq!(verify(&request(), &evm_account(), None, &copied), INVALID);
    let stranger = SolanaKey::from_bytes(&[0x44; 32]);
    let copied = stranger.sign(&message(&request(), &solana_account(), None).unwrap());
    assert_eq!(
        verify(&request(), &solana_account(), None, &copied),
        INVALID
    );
}

#[test]
fn the_signature_of_any_other_request_is_refused() {
    for (name, other) in other_requests() {
        let evm = evm().sign(&message(&other, &evm_account(), None).unwrap());
        assert_eq!(
            verify(&request(), &evm_account(), None, &evm),
            INVALID,
            "{name}"
        );
        let solana = solana().sign(&message(&other, &solana_account(), None).unwrap());
        assert_eq!(
            verify(&request(), &solana_account(), None, &solana),
            INVALID,
            "{name}"
        );
    }
}

#[test]
fn a_signature_for_a_lookalike_domain_is_refused() {
    let mut lookalike = request();
    lookalike.verifier = "https://verify.net.example.evil.example".parse().unwrap();
    let signed = evm().sign(&message(&lookalike, &evm_account(), None).unwrap());
    assert_eq!(verify(&request(), &evm_account(), None, &signed), INVALID);
}

#[test]
fn a_replay_with_another_nonce_is_refused() {
    let mut next = request();
    next.nonce.0 = [12; 32];
    assert_eq!(
        verify(&next, &evm_account(), None, &evm_signature()),
        INVALID
    );
    assert_eq!(
        verify(&next, &solana_account(), None, &solana_signature()),
        INVALID
    );
}

#[test]
fn a_signature_for_another_chain_is_refused() {
    let base = evm().account(8453).unwrap();
    assert_eq!(verify(&request(), &base, None, &evm_signature()), INVALID);
    let elsewhere = evm().account(10).unwrap();
    assert_eq!(
        verify(&request(), &elsewhere, None, &evm_signature()),
        Err(ChallengeError::ChainNotOffered)
    );
    let devnet: Chain = "solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1".parse().unwrap();
    let elsewhere = solana().account(devnet).unwrap();
    assert_eq!(
        verify(&request(), &elsewhere, None, &solana_signature()),
        Err(ChallengeError::ChainNotOffered)
    );
}

#[test]
fn the_machine_key_is_signed() {
    let key = machine_key();
    let bound = evm().sign(&message(&request(), &evm_account(), Some(&key)).unwrap());
    assert_eq!(
        verify(&request(), &evm_account(), Some(&key), &bound),
        Ok(())
    );
    assert_eq!(verify(&request(), &evm_account(), None, &bound), INVALID);
    assert_eq!(
        verify(&request(), &evm_account(), Some(&key), &evm_signature()),
        INVALID
    );
}

#[test]
fn a_malleable_high_s_signature_is_refused() {
    let bytes = evm_signature().bytes.into_bytes();
    let mut high = bytes.clone();
    high[32..64].copy_from_slice(&negated(&bytes[32..64]));
    for v in [27, 28, 0, 1] {
        high[64] = v;
        assert_eq!(verify_evm(&high), MALFORMED, "{v}");
    }
}

#[test]
fn a_flipped_or_foreign_v_is_refused() {
    let mut bytes = evm_signature().bytes.into_bytes();
    let v = bytes[64];
    for other in 0..=255 {
        bytes[64] = other;
        let expected = match other {
            _ if other == v || other == v - 27 => Ok(()),
            0 | 1 | 27 | 28 => INVALID,
            _ => MALFORMED,
        };
        assert_eq!(verify_evm(&bytes), expected, "{other}");
    }
}

#[test]
fn zero_and_oversized_scalars_and_other_lengths_are_refused() {
    let bytes = evm_signature().bytes.into_bytes();
    let n = hex::decode(N).unwrap();
    for place in [0..32, 32..64] {
        for scalar in [vec![0; 32], n.clone(), vec![0xff; 32]] {
            let mut other = bytes.clone();
            other[place.clone()].copy_from_slice(&scalar);
            assert_eq!(verify_evm(&other), MALFORMED);
        }
    }
    // 64 bytes are the compact form of EIP-2098, a second spelling.
    for length in [0, 1, 64, 66, 97] {
        let mut other = bytes.clone();
        other.resize(length, 27);
        assert_eq!(verify_evm(&other), MALFORMED, "{length}");
    }
}

#[test]
fn a_kind_that_is_not_the_accounts_is_refused() {
    let evm_bytes = evm_signature().bytes.into_bytes();
    let solana_bytes = solana_signature().bytes.into_bytes();
    let crossed = signature(SignatureKind::Ed25519, &evm_bytes);
    assert_eq!(
        verify(&request(), &evm_account(), None, &crossed),
        Err(ChallengeError::KindMismatch)
    );
    let crossed = signature(SignatureKind::Eip191, &solana_bytes);
    assert_eq!(
        verify(&request(), &solana_account(), None, &crossed),
        Err(ChallengeError::KindMismatch)
    );
}

#[test]
fn contract_wallets_and_cosmos_are_refused_by_name() {
    for kind in [
        SignatureKind::Eip1271,
        SignatureKind::Eip6492,
        SignatureKind::Adr36,
    ] {
        let other = signature(kind, evm_signature().bytes.as_bytes());
        assert_eq!(
            verify(&request(), &evm_account(), None, &other),
            Err(ChallengeError::KindNotOffered)
        );
    }
    let mut request = request();
    request.chains.push("cosmos:cosmoshub-4".parse().unwrap());
    let account: Account = crate::vectors::accounts()
        .into_iter()
        .find(|a| a.starts_with("cosmos:cosmoshub-4"))
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(
        message(&request, &account, None),
        Err(ChallengeError::KindNotOffered)
    );
}

#[test]
fn an_ed25519_small_order_key_is_refused() {
    // Points of order 1, 2 and 4; with R = the point and s = 0 the cofactored equation holds for
    // about every eighth message or for all.
    let mut identity = [0; 32];
    identity[0] = 1;
    let mut order_2 = [0xff; 32];
    order_2[0] = 0xec;
    order_2[31] = 0x7f;
    for key in [identity, order_2, [0; 32]] {
        let account = Account::solana(Chain::solana_mainnet(), key).unwrap();
        for commitment in [identity, order_2, [0; 32]] {
            let forged = [commitment, [0; 32]].concat();
            assert_eq!(verify_solana(&account, &forged), INVALID);
        }
    }
}

#[test]
fn an_ed25519_signature_with_s_above_the_order_is_refused() {
    // l = 2^252 + 27742317777372353535851937790883648493, little-endian (RFC 8032 section 5.1).
    let order =
        hex::decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").unwrap();
    let mut bytes = solana_signature().bytes.into_bytes();
    let mut carry = 0_u16;
    for (byte, add) in bytes[32..].iter_mut().zip(&order) {
        let sum = u16::from(*byte) + u16::from(*add) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
    assert_eq!(verify_solana(&solana_account(), &bytes), INVALID);
}

#[test]
fn a_non_canonical_ed25519_commitment_and_other_lengths_are_refused() {
    let bytes = solana_signature().bytes.into_bytes();
    let mut other = bytes.clone();
    // y = p + 1: a second spelling of the identity.
    other[..32].copy_from_slice(&[0xff; 32]);
    other[0] = 0xee;
    other[31] = 0x7f;
    assert_eq!(verify_solana(&solana_account(), &other), INVALID);
    for length in [0, 63, 65] {
        let mut other = bytes.clone();
        other.resize(length, 0);
        assert_eq!(
            verify_solana(&solana_account(), &other),
            MALFORMED,
            "{length}"
        );
    }
}

#[test]
fn the_message_names_what_it_must() {
    let request = request();
    let key = machine_key();
    for account in [evm_account(), solana_account()] {
        let text = message(&request, &account, Some(&key)).unwrap();
        for part in [
            "verify.net.example wants you to sign in with your ",
            &account.address(),
            "\n\nJoin net.example as a provider.\n\n",
            &format!(
                "\nURI: https://verify.net.example/v1/requests/{}\n",
                request.id
            ),
            "\nVersion: 1\n",
            &format!("\nNonce: {}\n", "0b".repeat(32)),
            "\nIssued At: 2030-01-02T03:04:05Z\n",
            "\nExpiration Time: 2030-01-02T03:14:05Z\n",
            &format!("\nRequest ID: {}\n", request.id),
            &format!("\n- urn:humanseal:request:{}\n", request.digest().unwrap()),
            &format!("\n- urn:humanseal:machine-key:{key}"),
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
    }
    assert!(
        message(&request, &evm_account(), None)
            .unwrap()
            .contains("\nChain ID: 1\n")
    );
    let solana = message(&request, &solana_account(), None).unwrap();
    assert!(solana.contains("\nChain ID: solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp\n"));
}

#[test]
fn both_forms_agree_line_by_line() {
    // The EVM form is written by signinwithethereum, the Solana form by this crate.
    let evm = message(&request(), &evm_account(), None).unwrap();
    let solana = message(&request(), &solana_account(), None).unwrap();
    let expected = evm
        .replace("your Ethereum account", "your Solana account")
        .replace(&evm_account().address(), &solana_account().address())
        .replace(
            "Chain ID: 1\n",
            &format!("Chain ID: {}\n", Chain::solana_mainnet()),
        );
    assert_eq!(solana, expected);
}

#[test]
fn signers_do_not_print() {
    assert_eq!(
        format!("{:?} {:?}", evm(), solana()),
        "EvmKey(..) SolanaKey(..)"
    );
    assert!(EvmKey::from_bytes(&[0; 32]).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_flipped_bit_of_a_signature_is_accepted(at in 0_usize..64, bit in 0_u8..8) {
        let mut evm = evm_signature().bytes.into_bytes();
        evm[at] ^= 1 << bit;
        prop_assert!(verify_evm(&evm).is_err());
        let mut solana = solana_signature().bytes.into_bytes();
        solana[at] ^= 1 << bit;
        prop_assert!(verify_solana(&solana_account(), &solana).is_err());
    }
}
