use humanseal_wallet_link::{
    Account, DeviceContext, DeviceRefusal, EarlierTerms, IssuedRoot, Request, RequestError, judge,
};
use humanseal_zk_credentials::{
    eddsa::IssuerId,
    exchange::{Environment, NetworkAction, NetworkMetadata},
    field::FieldElement,
    nationality::Nationality,
    policy::Excluded,
    status_list::StatusRoot,
};

use crate::fixture::{at, evm_account, issuer, policy, request, root, solana_account};

struct Device {
    network: Option<NetworkMetadata>,
    issuers: Vec<IssuerId>,
    roots: Vec<IssuedRoot>,
    accounts: Vec<Account>,
    earlier: Vec<EarlierTerms>,
    difference_confirmed: bool,
}

fn network() -> NetworkMetadata {
    NetworkMetadata {
        id: "net.example".into(),
        origins: vec!["https://partner.example".into()],
        contracts: vec![],
        actions: vec![NetworkAction {
            action: "provide".into(),
            epoch: 0,
            ends_on: None,
            longest_registration_days: 45,
            root_window_hours: 72,
        }],
    }
}

fn device() -> Device {
    Device {
        network: Some(network()),
        issuers: vec![issuer()],
        roots: vec![root()],
        accounts: vec![evm_account()],
        earlier: vec![],
        difference_confirmed: false,
    }
}

impl Device {
    fn judge(&self, request: &Request) -> Result<(), DeviceRefusal> {
        let context = DeviceContext {
            now: at(10),
            environment: Environment::Development,
            network: self.network.as_ref(),
            issuers: &self.issuers,
            roots: &self.roots,
            accounts: &self.accounts,
            earlier: &self.earlier,
            difference_confirmed: self.difference_confirmed,
        };
        judge(request, &evm_account(), &context)
    }
}

fn from_origin(origin: &str) -> Request {
    let mut request = request();
    request.verifier = origin.parse().unwrap();
    request
}

#[test]
fn an_honest_request_is_answered() {
    assert_eq!(device().judge(&request()), Ok(()));
    let unlisted = Device {
        network: None,
        ..device()
    };
    assert_eq!(unlisted.judge(&request()), Ok(()));
}

#[test]
fn a_request_that_does_not_hold_together_is_refused() {
    let mut forged = request();
    forged.network = "other.example".parse().unwrap();
    let refusal = DeviceRefusal::Request(RequestError::ScopeMismatch);
    assert_eq!(device().judge(&forged), Err(refusal));
}

#[test]
fn a_lookalike_origin_is_refused() {
    for origin in [
        "https://evilnet.example",
        "https://net.example.evil.example",
        "https://net-example.example",
        "https://example.net",
        "https://partner.example:8443",
        "https://sub.partner.example",
    ] {
        assert_eq!(
            device().judge(&from_origin(origin)),
            Err(DeviceRefusal::OriginNotOfNetwork),
            "{origin}"
        );
    }
}

#[test]
fn a_listed_origin_is_answered_only_while_it_is_listed() {
    let request = from_origin("https://partner.example");
    assert_eq!(device().judge(&request), Ok(()));
    let unlisted = Device {
        network: None,
        ..device()
    };
    assert_eq!(
        unlisted.judge(&request),
        Err(DeviceRefusal::OriginNotOfNetwork)
    );
}

#[test]
fn another_networks_document_is_refused() {
    let other = NetworkMetadata {
        id: "evil.example".into(),
        ..network()
    };
    let device = Device {
        network: Some(other),
        ..device()
    };
    assert_eq!(
        device.judge(&request()),
        Err(DeviceRefusal::NetworkDocumentMismatch)
    );
}

#[test]
fn only_the_published_ages_may_be_asked_for() {
    for age in 0..=u8::MAX {
        let mut request = request();
        request.policy.min_age = age;
        let allowed = [0, 13, 16, 18, 21, 25].contains(&age);
        let expected = if allowed {
            Ok(())
        } else {
            Err(DeviceRefusal::AgeNotAllowed)
        };
        assert_eq!(device().judge(&request), expected, "{age}");
    }
}

#[test]
fn only_rounded_days_may_be_asked_for() {
    // 45 + 3 + 1: the network's published gap after a recovery, for establishment alone.
    for (days, allowed) in [
        (0, true),
        (1, false),
        (29, false),
        (30, true),
        (31, false),
        (48, false),
        (49, true),
        (50, false),
        (360, true),
        (20_000, true),
        (20_001, false),
        (65_534, false),
        (65_535, true),
    ] {
        let expected = if allowed {
            Ok(())
        } else {
            Err(DeviceRefusal::DaysNotAllowed)
        };
        let mut verified = request();
        verified.policy.max_verified_days = days;
        let of_verified = match days {
            49 => Err(DeviceRefusal::DaysNotAllowed),
            _ => expected,
        };
        assert_eq!(device().judge(&verified), of_verified, "{days}");
        let mut established = request();
        established.policy.min_established_days = days;
        assert_eq!(device().judge(&established), expected, "{days}");
    }
    let mut gap = request();
    gap.policy.min_established_days = 49;
    let unpublished = Device {
        network: None,
        ..device()
    };
    assert_eq!(unpublished.judge(&gap), Err(DeviceRefusal::DaysNotAllowed));
}

#[test]
fn a_chain_of_policies_is_refused_unless_its_owner_confirms() {
    let terms = |min_age, days: i64| {
        let mut policy = policy();
        policy.min_age = min_age;
        EarlierTerms {
            policy,
            excluded: Excluded::default(),
            at: at(10 - days * 86_400),
        }
    };
    let with = |earlier: Vec<EarlierTerms>| Device {
        earlier,
        ..device()
    };
    assert_eq!(with(vec![terms(18, 1)]).judge(&request()), Ok(()));
    assert_eq!(
        with(vec![terms(21, 1)]).judge(&request()),
        Err(DeviceRefusal::TermsChanged)
    );
    assert_eq!(
        with(vec![terms(18, 1), terms(21, 29)]).judge(&request()),
        Err(DeviceRefusal::TermsChanged)
    );
    assert_eq!(
        with(vec![terms(21, 30)]).judge(&request()),
        Err(DeviceRefusal::TermsChanged)
    );
    assert_eq!(with(vec![terms(21, 31)]).judge(&request()), Ok(()));
    let confirmed = Device {
        difference_confirmed: true,
        ..with(vec![terms(21, 1)])
    };
    assert_eq!(confirmed.judge(&request()), Ok(()));
}

#[test]
fn another_list_of_nationalities_counts_as_other_terms() {
    let excluded = Excluded::of([Nationality::from_alpha3("FRA")]);
    let earlier = vec![EarlierTerms {
        policy: policy(),
        excluded,
        at: at(0),
    }];
    let device = Device {
        earlier,
        ..device()
    };
    assert_eq!(device.judge(&request()), Err(DeviceRefusal::TermsChanged));
}

#[test]
fn keys_and_roots_outside_the_public_log_are_refused() {
    let mut tagged = request();
    // A key made for one person would mark that person.
    tagged.issuers.push(IssuerId(FieldElement::from(9)));
    assert_eq!(device().judge(&tagged), Err(DeviceRefusal::IssuerNotLogged));
    let mut tagged = request();
    tagged.roots[0].root = StatusRoot(FieldElement::from(9));
    assert_eq!(device().judge(&tagged), Err(DeviceRefusal::RootNotLogged));
    let mut moved = request();
    moved.roots[0].issued_at = at(0);
    assert_eq!(device().judge(&moved), Err(DeviceRefusal::RootNotLogged));
}

#[test]
fn an_unconfirmed_account_is_refused() {
    let device = Device {
        accounts: vec![solana_account()],
        ..device()
    };
    assert_eq!(
        device.judge(&request()),
        Err(DeviceRefusal::AccountNotConfirmed)
    );
    let mut elsewhere = request();
    elsewhere
        .chains
        .retain(|chain| chain.namespace() == "solana");
    assert_eq!(
        device.judge(&elsewhere),
        Err(DeviceRefusal::ChainNotOffered)
    );
}
