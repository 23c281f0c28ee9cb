//! Contracts that a device refuses, each by name, and what it asks before it answers one.

use humanseal_sdk::{
    Owner, PresentError, PresentedToContract, Presenting, Silent, count_seen, present_to_contract,
};
use humanseal_wallet_link::{ContractRequest, EvmKey, IssuedRoot};
use humanseal_zk_credentials::calendar::Today;
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::exchange::{Environment, KeyHash};
use humanseal_zk_credentials::holder::Slot;
use humanseal_zk_credentials::keys;
use humanseal_zk_credentials::status_list::StatusList;

use crate::holder::{Issuer, at};
use crate::scene::{Scene, Scripted, Signer, network};

const CONTRACT: &str = "eip155:1:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

fn scene() -> Scene {
    with_list(&StatusList::new())
}

fn with_list(list: &StatusList) -> Scene {
    let mut network = network(&[]);
    network.contracts = vec![CONTRACT.into()];
    Scene {
        network: Some(network),
        ..Scene::with_list(list)
    }
}

fn asked(scene: &Scene) -> ContractRequest {
    let rest = scene.request();
    ContractRequest {
        version: 1,
        environment: rest.environment,
        network: rest.network,
        action: rest.action,
        epoch: rest.epoch,
        scope: rest.scope,
        contract: CONTRACT.parse().unwrap(),
        vk_hash: rest.vk_hash,
        root: rest.roots[0],
        issuer_index: 3,
        window_hours: 72,
        policy: rest.policy,
        excluded: rest.excluded,
        count: 0,
    }
}

fn answer(
    scene: &mut Scene,
    request: &ContractRequest,
    owner: &dyn Owner,
) -> Result<PresentedToContract, PresentError> {
    let with = Presenting {
        issuer: &scene.server.client(),
        proving_key: keys::development(Circuit::Present).unwrap(),
        network: scene.network.as_ref(),
        account: &scene.signer,
        slot: scene.slot,
        now: scene.now,
    };
    present_to_contract(&with, &mut scene.file, request, owner, &Silent)
}

/// The code of a refusal by a device whose owner agrees to everything.
fn code(scene: &mut Scene, request: &ContractRequest) -> String {
    let before = scene.file.generation();
    let entries = scene.file.wallet.ledger.entries().len();
    let owner = Scripted {
        joins: true,
        more: true,
        ..Scripted::new(true, true)
    };
    let error = answer(scene, request, &owner).unwrap_err();
    assert_eq!(scene.file.generation(), before, "a refusal writes nothing");
    assert_eq!(scene.file.wallet.ledger.entries().len(), entries);
    error.code().to_owned()
}

#[test]
fn a_listed_contract_gets_a_proof_for_its_account_and_count() {
    let mut scene = scene();
    let request = asked(&scene);
    let owner = Scripted::new(true, false);
    let presented = answer(&mut scene, &request, &owner).unwrap();
    assert_eq!(*owner.asked.borrow(), ["account"]);
    let shown = &presented.presentation;
    assert_eq!(shown.account, scene.signer.account);
    assert_eq!(shown.proof.as_bytes().len(), 256);
    assert_eq!((shown.issuer_index, shown.count), (3, 0));
    assert_eq!(shown.root_issued_at, at(-60));
    let today = Today::from_unix_seconds(scene.now.unix_seconds()).unwrap();
    assert_eq!(shown.today, today.pack());
    let nullifier = scene.file.wallet.secret.nullifier(request.scope, Slot(0));
    assert_eq!(shown.nullifier, nullifier);

    let entries = scene.file.wallet.ledger.entries();
    let counted = entries[0].contract.as_ref().unwrap();
    assert_eq!((counted.count, counted.newest), (0, 0));
    assert_eq!(counted.contract, request.contract);
    assert_eq!(entries[0].request, request.digest().unwrap());
}

#[test]
fn a_contract_that_the_network_does_not_list_is_refused() {
    let mut scene = scene();
    let mut request = asked(&scene);
    request.contract = "eip155:1:0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"
        .parse()
        .unwrap();
    assert_eq!(code(&mut scene, &request), "contract_not_listed");
    let request = asked(&scene);
    scene.network = None;
    assert_eq!(code(&mut scene, &request), "contract_not_listed");
}

#[test]
fn a_contract_may_ask_no_more_than_a_verifier() {
    let mut scene = scene();
    let mut request = asked(&scene);
    request.policy.min_age = 19;
    assert_eq!(code(&mut scene, &request), "age_not_allowed");
    let mut request = asked(&scene);
    request.policy.min_established_days = 31;
    assert_eq!(code(&mut scene, &request), "days_not_allowed");
    let mut request = asked(&scene);
    request.environment = Environment::Production;
    assert_eq!(code(&mut scene, &request), "environment_mismatch");
    let mut request = asked(&scene);
    request.vk_hash = KeyHash([1; 32]);
    assert_eq!(code(&mut scene, &request), "verifying_key_unknown");
    let mut request = asked(&scene);
    request.policy.min_device = 2;
    assert_eq!(code(&mut scene, &request), "device_level_too_low");
    let mut request = asked(&scene);
    request.root.issuer = Issuer::new(2).secret.public().id();
    assert_eq!(code(&mut scene, &request), "issuer_not_asked");
}

#[test]
fn terms_of_a_verifier_and_of_a_contract_are_one_networks() {
    let mut scene = scene();
    let verifier = scene.request();
    scene
        .present(&verifier, &Scripted::new(true, false))
        .unwrap();
    let mut request = asked(&scene);
    request.policy.min_age = 21;
    let owner = Scripted::new(true, false);
    let error = answer(&mut scene, &request, &owner).unwrap_err();
    assert_eq!(error.code(), "terms_changed");
    assert_eq!(*owner.asked.borrow(), ["changed_terms"]);
    // The other way round too.
    let mut scene = self::scene();
    answer(&mut scene, &request, &Scripted::new(true, false)).unwrap();
    let error = scene.present(&verifier, &Scripted::new(true, false));
    assert_eq!(error.unwrap_err().code(), "terms_changed");
}

#[test]
fn an_account_elsewhere_or_of_somebody_else_gets_no_proof() {
    let mut scene = scene();
    let request = asked(&scene);
    let error = answer(&mut scene, &request, &Scripted::new(false, true)).unwrap_err();
    assert_eq!(error.code(), "account_not_confirmed");
    scene.signer.key = EvmKey::from_bytes(&[0x43; 32]).unwrap();
    assert_eq!(code(&mut scene, &request), "account_signature_invalid");
    scene.signer = Signer::new();
    scene.signer.account = scene.signer.key.account(10).unwrap();
    assert_eq!(code(&mut scene, &request), "chain_not_offered");
}

#[test]
fn a_contract_that_lacks_the_newest_root_is_told_to_get_it() {
    let mut list = StatusList::new();
    list.set(3.try_into().unwrap(), true);
    let mut scene = with_list(&list);
    // The contract knows the list from before; the issuer shows a newer one.
    let request = asked(&scene);
    assert_eq!(code(&mut scene, &request), "root_not_posted");
    let mut posted = request.clone();
    posted.root.root = list.root();
    answer(&mut scene, &posted, &Scripted::new(true, true)).unwrap();

    // The same list, but the contract has it from so long ago that it takes it no longer.
    let mut old = posted.clone();
    old.root = IssuedRoot {
        issued_at: at(-72 * 3_600 - 1),
        ..posted.root
    };
    assert_eq!(code(&mut scene, &old), "root_not_posted");
    old.root.issued_at = at(-72 * 3_600);
    answer(&mut scene, &old, &Scripted::new(true, true)).unwrap();
}

#[test]
fn a_root_that_is_too_old_for_the_contract_is_refused() {
    // The issuer's root is a minute old.
    let mut scene = scene();
    scene.now = at(3_600 - 60);
    let mut request = asked(&scene);
    request.window_hours = 1;
    answer(&mut scene, &request, &Scripted::new(true, true)).unwrap();
    scene.now = at(3_600 - 59);
    assert_eq!(code(&mut scene, &request), "root_stale");
}

#[test]
fn a_second_account_joins_the_first_only_by_its_owners_word() {
    let mut scene = scene();
    let request = asked(&scene);
    answer(&mut scene, &request, &Scripted::new(true, false)).unwrap();
    scene.signer.key = EvmKey::from_bytes(&[0x43; 32]).unwrap();
    scene.signer.account = scene.signer.key.account(1).unwrap();
    let owner = Scripted::new(true, false);
    let error = answer(&mut scene, &request, &owner).unwrap_err();
    assert_eq!(error.code(), "move_not_confirmed");
    assert_eq!(*owner.asked.borrow(), ["account", "joins_in_public"]);
    let owner = Scripted {
        joins: true,
        ..Scripted::new(true, false)
    };
    answer(&mut scene, &request, &owner).unwrap();
    // Another slot is another place, which nobody can join with the first.
    scene.slot = Slot(1);
    scene.signer.key = EvmKey::from_bytes(&[0x44; 32]).unwrap();
    scene.signer.account = scene.signer.key.account(1).unwrap();
    answer(&mut scene, &request, &Scripted::new(true, false)).unwrap();
}

#[test]
fn the_wallet_counts_accepted_proofs_itself() {
    let mut scene = scene();
    let first = asked(&scene);
    answer(&mut scene, &first, &Scripted::new(true, false)).unwrap();
    count_seen(&mut scene.file, &first, Slot(0), 1).unwrap();
    // The count of before: its proof would be refused, or is bait.
    assert_eq!(code(&mut scene, &first), "count_behind");
    let next = ContractRequest {
        count: 1,
        ..first.clone()
    };
    let owner = Scripted::new(true, false);
    answer(&mut scene, &next, &owner).unwrap();
    assert!(owner.asked.borrow().is_empty());

    // A count that is yet to come: the proof could be kept until its owner has left the place.
    let ahead = ContractRequest {
        count: 2,
        ..first.clone()
    };
    let owner = Scripted::new(true, false);
    let error = answer(&mut scene, &ahead, &owner).unwrap_err();
    assert_eq!(error.code(), "count_ahead");
    assert_eq!(*owner.asked.borrow(), ["more_proofs"]);
    // The owner knows: the registration was ended by the account itself.
    let owner = Scripted {
        more: true,
        ..Scripted::new(true, false)
    };
    answer(&mut scene, &ahead, &owner).unwrap();

    // What was seen is on the disk, and another place has its own count.
    count_seen(&mut scene.file, &first, Slot(0), 3).unwrap();
    count_seen(&mut scene.file, &first, Slot(0), 2).unwrap();
    assert_eq!(code(&mut scene, &ahead), "count_behind");
    scene.slot = Slot(1);
    answer(&mut scene, &first, &Scripted::new(true, false)).unwrap();
}
