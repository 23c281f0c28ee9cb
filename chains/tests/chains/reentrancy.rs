//! The one place where the registry calls somebody else: a contract wallet that is asked for its consent.

use alloy::primitives::aliases::U40;
use alloy::primitives::{Address, Bytes};
use alloy::sol_types::{SolCall, SolConstructor};
use humanseal_chains::chain::Chain;
use humanseal_contracts::bindings::ProviderRegistry::{
    Claim, isVerifiedCall, moveCall, refreshRootCall, registerCall, registerWithConsentCall,
    renewCall, revokeRegistrationCall,
};
use humanseal_contracts::bindings::SpecimenReentrantWallet as Wallet;
use humanseal_wallet_link::ContractPresentation;

use crate::stage::{HOUR, Stage, named, revert};

/// A wallet that consents to everything, if meanwhile its own call goes through.
fn wallet(stage: &mut Stage) -> Address {
    let arguments = Wallet::constructorCall {
        registry: stage.registry.address,
    };
    let code = [&Wallet::BYTECODE[..], &arguments.abi_encode()].concat();
    let from = stage.relayer();
    let made = stage.chain.send(from, None, code).unwrap();
    made.created.unwrap()
}

fn parts(shown: &ContractPresentation) -> (Claim, u8, U40) {
    let issued_at = shown.root_issued_at.unix_seconds().unsigned_abs();
    let claim = Claim::try_from(shown).unwrap();
    (claim, shown.issuer_index, U40::from(issued_at))
}

#[test]
fn a_wallet_that_calls_back_while_it_is_asked_changes_nothing() {
    let mut stage = Stage::new();
    let wallet = wallet(&mut stage);
    // Its place is another's, so the newcomer needs its consent; a third and a fourth are ready to slip in.
    stage.registered(1, wallet);
    stage.registered(3, stage.account(1));
    stage.chain.advance(49 * HOUR).unwrap();
    let newcomer = stage.holder(2);
    let shown = stage.shown(&newcomer, wallet);
    let (third, fourth) = (stage.holder(3), stage.holder(4));
    let renewal = stage.shown(&third, stage.account(1));
    let moved = stage.shown(&third, stage.account(2));
    let fresh = stage.shown(&fourth, stage.account(2));

    let consenting = |stage: &mut Stage, inner: Vec<u8>| {
        let from = stage.relayer();
        let plan = Wallet::planCall { call: inner.into() };
        stage
            .chain
            .send(from, Some(wallet), plan.abi_encode())
            .unwrap();
        let (claim, issuer, issued_at) = parts(&shown);
        let call = registerWithConsentCall {
            claim,
            issuer,
            issuedAt: issued_at,
            consent: Bytes::new(),
        };
        let registry = stage.registry.clone();
        registry.send(&mut stage.chain, from, &call).map(drop)
    };
    let (claim, issuer, issued_at) = parts(&fresh);
    let register = registerCall {
        claim,
        issuer,
        issuedAt: issued_at,
    };
    let (claim, issuer, issued_at) = parts(&renewal);
    let renew = renewCall {
        claim,
        issuer,
        issuedAt: issued_at,
    };
    let (claim, issuer, issued_at) = parts(&moved);
    let r#move = moveCall {
        claim,
        issuer,
        issuedAt: issued_at,
    };
    for (name, inner) in [
        ("register", register.abi_encode()),
        ("renew", renew.abi_encode()),
        ("move", r#move.abi_encode()),
        ("revoke", revokeRegistrationCall {}.abi_encode()),
        ("refresh", refreshRootCall { issuer }.abi_encode()),
    ] {
        let outcome = consenting(&mut stage, inner);
        assert_eq!(revert(outcome), named("ConsentInvalid"), "{name}");
    }
    assert!(!stage.is_verified(stage.account(2)));
    // Reading is all that a wallet can do meanwhile.
    let reading = isVerifiedCall {
        account: stage.account(1),
    };
    consenting(&mut stage, reading.abi_encode()).unwrap();
    // Each of the calls is good outside: it was the lock that refused it.
    stage.renew(&renewal).unwrap();
    stage.register(&fresh).unwrap();
}
