//! What a device refuses a contract: each refusal by the one thing that is wrong.

use humanseal_wallet_link::{
    Account, ContractRequest, ContractSignIn, DeviceContext, DeviceRefusal, EarlierTerms, EvmKey,
    IssuedRoot, RequestError, judge, judge_contract,
};
use humanseal_zk_credentials::{
    eddsa::IssuerId,
    exchange::{Environment, NetworkAction, NetworkMetadata, Nonce},
    field::FieldElement,
    policy::Excluded,
    status_list::StatusRoot,
};

use crate::fixture::{at, evm, evm_account, issuer, policy, request, root, solana_account};

const CONTRACT: &str = "eip155:1:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

fn contract_request() -> ContractRequest {
    let rest = request();
    ContractRequest {
        version: 1,
        environment: rest.environment,
        network: rest.network,
        action: rest.action,
        epoch: rest.epoch,
        scope: rest.scope,
        contract: CONTRACT.parse().unwrap(),
        vk_hash: rest.vk_hash,
        root: root(),
        issuer_index: 0,
        window_hours: 72,
        policy: policy(),
        excluded: Excluded::default(),
        count: 0,
    }
}

struct Device {
    network: Option<NetworkMetadata>,
    environment: Environment,
    issuers: Vec<IssuerId>,
    roots: Vec<IssuedRoot>,
    accounts: Vec<Account>,
    earlier: Vec<EarlierTerms>,
}

fn device() -> Device {
    Device {
        network: Some(NetworkMetadata {
            id: "net.example".into(),
            origins: vec![],
            contracts: vec![CONTRACT.into()],
            actions: vec![NetworkAction {
                action: "provide".into(),
                epoch: 0,
                ends_on: None,
                longest_registration_days: 45,
                root_window_hours: 72,
            }],
        }),
        environment: Environment::Development,
        issuers: vec![issuer()],
        roots: vec![root()],
        accounts: vec![evm_account()],
        earlier: vec![],
    }
}

impl Device {
    fn context(&self) -> DeviceContext<'_> {
        DeviceContext {
            now: at(10),
            environment: self.environment,
            network: self.network.as_ref(),
            issuers: &self.issuers,
            roots: &self.roots,
            accounts: &self.accounts,
            earlier: &self.earlier,
            difference_confirmed: false,
        }
    }
    fn judge(&self, request: &ContractRequest) -> Result<(), DeviceRefusal> {
        judge_contract(request, &evm_account(), &self.context())
    }
}

#[test]
fn an_honest_contract_is_answered() {
    assert_eq!(device().judge(&contract_request()), Ok(()));
}

#[test]
fn a_contract_that_the_network_does_not_list_is_refused() {
    let refused = Err(DeviceRefusal::ContractNotListed);
    let nowhere = Device {
        network: None,
        ..device()
    };
    assert_eq!(nowhere.judge(&contract_request()), refused);
    let mut unlisting = device();
    unlisting.network.as_mut().unwrap().contracts.clear();
    assert_eq!(unlisting.judge(&contract_request()), refused);
    // The same address on another chain is another contract, and so is another address.
    for other in [
        "eip155:10:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "eip155:1:0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    ] {
        let mut request = contract_request();
        request.contract = other.parse().unwrap();
        assert_eq!(device().judge(&request), refused, "{other}");
    }
    // An origin of that name would not do either.
    let mut origin = device();
    let network = origin.network.as_mut().unwrap();
    network.origins = std::mem::take(&mut network.contracts);
    assert_eq!(origin.judge(&contract_request()), refused);
}

#[test]
fn an_account_of_another_chain_than_the_contracts_is_refused() {
    for account in [evm().account(10).unwrap(), solana_account()] {
        let device = Device {
            accounts: vec![account.clone()],
            ..device()
        };
        let judged = judge_contract(&contract_request(), &account, &device.context());
        assert_eq!(judged, Err(DeviceRefusal::ChainNotOffered), "{account}");
    }
    let unconfirmed = Device {
        accounts: vec![],
        ..device()
    };
    let refused = Err(DeviceRefusal::AccountNotConfirmed);
    assert_eq!(unconfirmed.judge(&contract_request()), refused);
}

#[test]
fn a_contract_of_another_environment_is_refused() {
    for environment in [Environment::Production, Environment::Sandbox] {
        let device = Device {
            environment,
            ..device()
        };
        let refused = DeviceRefusal::Request(RequestError::EnvironmentMismatch);
        assert_eq!(device.judge(&contract_request()), Err(refused));
    }
}

#[test]
fn a_contract_may_ask_no_more_than_a_verifier() {
    let mut older = contract_request();
    older.policy.min_age = 20;
    assert_eq!(device().judge(&older), Err(DeviceRefusal::AgeNotAllowed));
    for (verified, established, allowed) in [
        (360, 49, true),
        (49, 0, false),
        (360, 48, false),
        (1, 0, false),
        (65_535, 20_000, true),
    ] {
        let mut days = contract_request();
        days.policy.max_verified_days = verified;
        days.policy.min_established_days = established;
        let expected = if allowed {
            Ok(())
        } else {
            Err(DeviceRefusal::DaysNotAllowed)
        };
        assert_eq!(device().judge(&days), expected, "{verified} {established}");
    }
}

#[test]
fn terms_are_shared_between_contracts_and_verifiers() {
    let mut other = policy();
    other.min_age = 21;
    let device = Device {
        earlier: vec![EarlierTerms {
            policy: other,
            excluded: Excluded::default(),
            at: at(-86_400),
        }],
        ..device()
    };
    let refused = Err(DeviceRefusal::TermsChanged);
    assert_eq!(device.judge(&contract_request()), refused);
    assert_eq!(
        judge(&request(), &evm_account(), &device.context()),
        refused
    );
}

#[test]
fn issuers_and_roots_outside_the_public_log_are_refused() {
    let mut tagged = contract_request();
    tagged.root.issuer = IssuerId(FieldElement::from(9));
    assert_eq!(device().judge(&tagged), Err(DeviceRefusal::IssuerNotLogged));
    let mut tagged = contract_request();
    tagged.root.root = StatusRoot(FieldElement::from(9));
    assert_eq!(device().judge(&tagged), Err(DeviceRefusal::RootNotLogged));
}

#[test]
fn another_networks_document_speaks_for_no_contract() {
    let mut device = device();
    device.network.as_mut().unwrap().id = "evil.example".into();
    let refused = Err(DeviceRefusal::NetworkDocumentMismatch);
    assert_eq!(device.judge(&contract_request()), refused);
}

#[test]
fn a_request_that_does_not_hold_together_is_refused() {
    type Change = (RequestError, fn(&mut ContractRequest));
    let changes: [Change; 9] = [
        (RequestError::Version, |r| r.version = 2),
        (RequestError::Epoch, |r| r.epoch = 1 << 53),
        (RequestError::ScopeMismatch, |r| r.epoch = 1),
        (RequestError::ScopeMismatch, |r| {
            r.network = "other.example".parse().unwrap();
        }),
        (RequestError::Policy, |r| r.policy.max_slots = 0),
        (RequestError::Contract, |r| r.contract = solana_account()),
        (RequestError::Issuers, |r| r.issuer_index = 32),
        (RequestError::Window, |r| r.window_hours = 0),
        (RequestError::Window, |r| r.window_hours = 169),
    ];
    for (error, change) in changes {
        let mut request = contract_request();
        change(&mut request);
        assert_eq!(
            request.validate(Environment::Development),
            Err(error),
            "{error}"
        );
    }
}

#[test]
fn a_request_is_read_strictly() {
    let json = serde_json::to_string(&contract_request()).unwrap();
    let read = |text: &str| ContractRequest::from_json(text.as_bytes());
    assert_eq!(read(&json), Ok(contract_request()));
    let malformed = Err(RequestError::Malformed);
    assert_eq!(
        read(&json.replace("\"count\":0", "\"count\":-1")),
        malformed
    );
    assert_eq!(read(&json.replace("\"count\"", "\"counts\"")), malformed);
    assert_eq!(read(&format!("{json}{}", " ".repeat(1 << 16))), malformed);
}

#[test]
fn a_root_counts_for_the_window_and_no_longer() {
    let request = contract_request();
    let end = root().issued_at.plus_seconds(72 * 3_600).unwrap();
    assert!(request.root_counts(end));
    assert!(!request.root_counts(end.plus_seconds(1).unwrap()));
}

#[test]
fn the_binding_names_account_chain_contract_and_count() {
    let request = contract_request();
    let bound = |request: &ContractRequest, account: &Account| request.binding(account).unwrap();
    let genuine = bound(&request, &evm_account());
    // H248("humanseal/v1/binding", chain, account32, contract, count), by hand.
    let words = [
        humanseal_zk_credentials::word::Word::of_str("eip155:1").0,
        evm_account().account_word().0,
        request.contract.account_word().0,
        [0; 32],
    ];
    let tag = humanseal_zk_credentials::word::keccak256(b"humanseal/v1/binding");
    let hash = humanseal_zk_credentials::word::keccak256(&[&tag, words.as_flattened()].concat());
    assert_eq!(genuine.to_be_bytes()[1..], hash[..31]);

    let mut others = vec![bound(
        &request,
        &EvmKey::from_bytes(&[9; 32]).unwrap().account(1).unwrap(),
    )];
    let mut counted = request.clone();
    counted.count = 1;
    others.push(bound(&counted, &evm_account()));
    let mut elsewhere = request.clone();
    elsewhere.contract = "eip155:1:0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"
        .parse()
        .unwrap();
    others.push(bound(&elsewhere, &evm_account()));
    others.push(bound(&request, &evm().account(10).unwrap()));
    assert!(!others.contains(&genuine));
}

#[test]
fn the_account_signs_this_request_and_no_other() {
    let (request, account) = (contract_request(), evm_account());
    let sign_in = ContractSignIn {
        request: &request,
        account: &account,
        nonce: Nonce([5; 32]),
        at: at(0),
    };
    let message = sign_in.message().unwrap();
    assert!(
        message.starts_with("net.example wants you to sign in"),
        "{message}"
    );
    assert!(message.contains(CONTRACT));
    let signature = evm().sign(&message);
    assert_eq!(sign_in.verify(&signature), Ok(()));

    let mut more = request.clone();
    more.count = 1;
    let elsewhere = evm().account(10).unwrap();
    for other in [
        ContractSignIn {
            request: &more,
            ..sign_in
        },
        ContractSignIn {
            nonce: Nonce([6; 32]),
            ..sign_in
        },
        ContractSignIn {
            at: at(1),
            ..sign_in
        },
        ContractSignIn {
            account: &elsewhere,
            ..sign_in
        },
    ] {
        assert!(other.verify(&signature).is_err());
    }
    let stranger = EvmKey::from_bytes(&[9; 32]).unwrap();
    assert!(sign_in.verify(&stranger.sign(&message)).is_err());
}
