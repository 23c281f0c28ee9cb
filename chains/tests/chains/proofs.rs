//! Proofs for something else, and proofs that are none.

use alloy::primitives::U256;
use humanseal_chains::RegistryError;
use humanseal_chains::chain::ask;
use humanseal_contracts::bindings::PresentVerifierDevelopment::{
    Point, constantPointCall, verifyCall,
};
use humanseal_contracts::bindings::ProviderRegistry::{Claim, registerCall};
use humanseal_contracts::claim::word;
use humanseal_contracts::refusal::Refusal;
use humanseal_wallet_link::{Account, ContractPresentation, binding, contract_audience};
use humanseal_zk_credentials::calendar::{Day, Today};
use humanseal_zk_credentials::holder::Scope;
use humanseal_zk_credentials::nationality::Nationality;
use humanseal_zk_credentials::policy::Excluded;
use humanseal_zk_credentials::presentation::PresentWitness;
use humanseal_zk_credentials::word::Word;

use crate::points::Points;
use crate::stage::{Holder, Issuer, Stage, named, order, refused, revert, today};

/// The claim of a presentation, changed, sent as `register`.
fn register_claim(
    stage: &mut Stage,
    shown: &ContractPresentation,
    change: impl FnOnce(&mut Claim),
) -> Result<(), RegistryError> {
    let mut claim = Claim::try_from(shown).unwrap();
    change(&mut claim);
    let issued_at = shown.root_issued_at.unix_seconds().unsigned_abs();
    let call = registerCall {
        claim,
        issuer: shown.issuer_index,
        issuedAt: alloy::primitives::aliases::U40::from(issued_at),
    };
    let (registry, from) = (stage.registry.clone(), stage.relayer());
    registry.send(&mut stage.chain, from, &call).map(drop)
}

#[test]
fn an_input_plus_the_field_order_is_no_second_spelling() {
    let mut stage = Stage::new();
    let holder = stage.holder(1);
    let account = stage.account(0);
    let shown = stage.shown(&holder, account);
    let outcome = register_claim(&mut stage, &shown, |claim| claim.nullifier += order());
    assert_eq!(revert(outcome), named("ProofInvalid"));
    let outcome = register_claim(&mut stage, &shown, |claim| claim.today += order());
    assert_eq!(revert(outcome), refused(Refusal::Day));

    // Each of the eight, at the verifier itself.
    let request = stage.request(&holder);
    let inputs = [
        word(&request.root.root.0),
        word(&request.root.issuer.0),
        word(&request.policy.pack()),
        word(&request.excluded.pack()),
        word(&request.scope.0),
    ];
    let verifier = stage.verifier;
    let constant = |stage: &mut Stage, inputs: [U256; 5]| {
        let [root, issuer, policy, excluded, scope] = inputs;
        let call = constantPointCall {
            root,
            issuer,
            policy,
            excluded,
            scope,
        };
        ask(&mut stage.chain, verifier, &call)
    };
    let point = constant(&mut stage, inputs).unwrap();
    for place in 0..inputs.len() {
        let mut shifted = inputs;
        shifted[place] += order();
        let outcome = constant(&mut stage, shifted);
        assert_eq!(revert(outcome.map_err(Into::into)), named("Malformed"));
    }
    let bound = request.binding(&stage.caip10(account)).unwrap();
    let claim = Claim::try_from(&shown).unwrap();
    let own = [claim.nullifier, word(&bound), claim.today];
    let verified = |stage: &mut Stage, own: [U256; 3]| {
        let [nullifier, binding, today] = own;
        let call = verifyCall {
            constantPart: Point {
                x: point.x,
                y: point.y,
            },
            proof: claim.proof,
            nullifier,
            binding,
            today,
        };
        ask(&mut stage.chain, verifier, &call).unwrap()
    };
    assert!(verified(&mut stage, own));
    for place in 0..own.len() {
        let mut shifted = own;
        shifted[place] += order();
        assert!(!verified(&mut stage, shifted));
    }
}

#[test]
fn a_proof_for_another_account_is_refused() {
    let mut stage = Stage::new();
    let holder = stage.holder(1);
    let shown = stage.shown(&holder, stage.account(0));
    let thief = stage.account(1);
    // By whomever it is brought, the thief's account among them.
    let outcome = register_claim(&mut stage, &shown, |claim| claim.account = thief);
    assert_eq!(revert(outcome), named("ProofInvalid"));
    let stolen = ContractPresentation {
        account: stage.caip10(thief),
        ..shown
    };
    assert_eq!(
        revert(stage.register_by(thief, &stolen)),
        named("ProofInvalid")
    );
    assert!(!stage.is_verified(thief));
}

#[test]
fn a_proof_for_another_chain_contract_or_count_is_refused() {
    let mut stage = Stage::new();
    let holder = stage.holder(1);
    let account = stage.account(0);
    let contract = contract_audience(stage.registry.address.into_array());
    let other_contract = contract_audience([7; 20]);
    let zero = Word::of_u64(0);
    let here = stage.caip10(account);
    let elsewhere = Account::eip155(1, account.into_array()).unwrap();
    let stranger = stage.caip10(stage.account(1));
    for bound in [
        binding(&elsewhere, contract, zero),
        binding(&here, other_contract, zero),
        binding(&here, contract, Word::of_u64(1)),
        binding(&stranger, contract, zero),
    ] {
        let shown = stage.shown_with(&holder, account, |witness, _| witness.binding = bound);
        assert_eq!(revert(stage.register(&shown)), named("ProofInvalid"));
    }
    let honest = stage.shown_with(&holder, account, |witness, _| {
        assert_eq!(witness.binding, binding(&here, contract, zero));
    });
    stage.register(&honest).unwrap();
}

#[test]
fn a_fork_under_another_chain_id_takes_nothing() {
    let mut stage = Stage::new();
    let holder = stage.holder(1);
    let shown = stage.shown(&holder, stage.account(0));
    let forked = Stage {
        chain: stage.chain.forked(1_337),
        ..stage
    };
    let mut stage = forked;
    assert_eq!(revert(stage.register(&shown)), named("ChainIdChanged"));
}

#[test]
fn a_proof_for_another_scope_epoch_policy_or_mask_is_refused() {
    type Change = fn(&mut PresentWitness);
    let changes: [(&str, Change); 6] = [
        ("network", |w| {
            w.scope = Scope::new("other.example", "provider", 0);
        }),
        ("action", |w| {
            w.scope = Scope::new("compute.example", "vote", 0);
        }),
        ("epoch", |w| {
            w.scope = Scope::new("compute.example", "provider", 1);
        }),
        ("age", |w| w.policy.min_age = 16),
        ("slots", |w| w.policy.max_slots = 3),
        ("mask", |w| {
            w.excluded = Excluded::of([Nationality::from_alpha3("FRA")]);
        }),
    ];
    let mut stage = Stage::new();
    let holder = stage.holder(1);
    let account = stage.account(0);
    for (name, change) in changes {
        let shown = stage.shown_with(&holder, account, |witness, _| change(witness));
        assert_eq!(
            revert(stage.register(&shown)),
            named("ProofInvalid"),
            "{name}"
        );
    }
}

#[test]
fn a_proof_under_another_issuer_or_root_is_refused() {
    let mut stage = Stage::new();
    let account = stage.account(0);
    // A credential that an issuer signed whom nobody trusts.
    let stranger = Holder::new(&Issuer::new(9), 1);
    let shown = stage.shown(&stranger, account);
    assert_eq!(revert(stage.register(&shown)), named("ProofInvalid"));
    // A list of the holder's own making.
    let holder = stage.holder(1);
    let mut own = stage.list.clone();
    own.set(5u32.try_into().unwrap(), true);
    let path = own.path(holder.index());
    let shown = stage.shown_with(&holder, account, |witness, _| witness.path = path);
    assert_eq!(revert(stage.register(&shown)), named("ProofInvalid"));
}

#[test]
fn yesterday_is_accepted_but_tomorrow_and_two_days_ago_are_not() {
    let mut stage = Stage::new();
    let holder = stage.holder(1);
    let account = stage.account(0);
    for (days, accepted) in [(1, false), (-2, false), (-1, true)] {
        let day = Today::from_day(Day(today().day().0.checked_add_signed(days).unwrap()));
        let shown = stage.shown_with(&holder, account, |witness, _| witness.today = day);
        let outcome = stage.register(&shown);
        if accepted {
            outcome.unwrap();
        } else {
            assert_eq!(revert(outcome), refused(Refusal::Day), "{days}");
        }
    }
}

#[test]
fn a_day_that_does_not_belong_to_its_date_is_refused() {
    let mut stage = Stage::new();
    let holder = stage.holder(1);
    let shown = stage.shown(&holder, stage.account(0));
    let (date, day) = (U256::from(today().date().yyyymmdd()), today().day().0);
    let packed = |date: U256, day: u16| date + (U256::from(day) << 25);
    assert_eq!(packed(date, day), word(&today().pack()));
    for wrong in [
        packed(date, day - 1),
        packed(date - U256::ONE, day),
        packed(date - U256::from(10_000), day),
        packed(date + U256::from(100), day),
        // The same day by a bit above.
        packed(date, day) + (U256::ONE << 41),
    ] {
        let outcome = register_claim(&mut stage, &shown, |claim| claim.today = wrong);
        assert_eq!(revert(outcome), refused(Refusal::Day), "{wrong}");
    }
}

#[test]
fn a_rerandomised_proof_is_no_second_registration() {
    let mut stage = Stage::new();
    let holder = stage.holder(1);
    let account = stage.account(0);
    let shown = stage.shown(&holder, account);
    let again = Points::of(&shown).rerandomised(7).shown(&shown);
    assert_ne!(again.proof, shown.proof);
    // Other bytes of a proof that holds: without the count it would be as good as the first.
    let mut other = Stage {
        chain: stage.chain.clone(),
        registry: stage.registry.clone(),
        verifier: stage.verifier,
        issuer: Issuer::new(1),
        list: stage.list.clone(),
    };
    other.register(&again).unwrap();

    stage.register(&shown).unwrap();
    assert_eq!(revert(stage.register(&again)), refused(Refusal::Registered));
    assert_eq!(revert(stage.renew(&again)), named("ProofInvalid"));
    let registry = stage.registry.clone();
    let count = registry.count(&mut stage.chain, holder.nullifier());
    assert_eq!(count.unwrap(), 1);
}

#[test]
fn points_at_infinity_off_the_curve_and_outside_the_subgroup_are_no_proof() {
    let mut stage = Stage::new();
    let holder = stage.holder(1);
    let shown = stage.shown(&holder, stage.account(0));
    let words = Claim::try_from(&shown).unwrap().proof;
    let field = U256::from_be_bytes(Points::base_field_order());
    let with = |change: &dyn Fn(&mut [U256; 8])| {
        let mut changed = words;
        change(&mut changed);
        changed
    };
    let [b_x_im, b_x_re, b_y_im, b_y_re] = Points::outside_subgroup();
    let wrong = [
        ("A at infinity", with(&|w| w[..2].fill(U256::ZERO))),
        ("B at infinity", with(&|w| w[2..6].fill(U256::ZERO))),
        ("C at infinity", with(&|w| w[6..].fill(U256::ZERO))),
        ("all at infinity", [U256::ZERO; 8]),
        ("A off the curve", with(&|w| w[1] += U256::ONE)),
        ("B off the curve", with(&|w| w[5] += U256::ONE)),
        ("C off the curve", with(&|w| w[7] += U256::ONE)),
        ("A.x + p", with(&|w| w[0] += field)),
        ("B.y + p", with(&|w| w[4] += field)),
        ("C.y + p", with(&|w| w[7] += field)),
        ("−A", with(&|w| w[1] = field - w[1])),
        (
            "B outside the subgroup",
            with(&|w| w[2..6].copy_from_slice(&[b_x_im, b_x_re, b_y_im, b_y_re])),
        ),
        ("halves of B exchanged", with(&|w| w.swap(2, 3))),
        (
            "A and C exchanged",
            with(&|w| {
                w.swap(0, 6);
                w.swap(1, 7);
            }),
        ),
    ];
    for (name, proof) in wrong {
        let outcome = register_claim(&mut stage, &shown, |claim| claim.proof = proof);
        assert_eq!(revert(outcome), named("ProofInvalid"), "{name}");
    }
    stage.register(&shown).unwrap();
}
