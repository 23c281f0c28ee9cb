use humanseal_wallet_link::{Action, Chain, Request, RequestError, RequestId};
use humanseal_zk_credentials::{
    eddsa::IssuerId,
    exchange::Environment::{Development, Production},
    field::FieldElement,
    holder::Scope,
    status_list::StatusRoot,
};

use crate::fixture::{at, issuer, request, root};

#[test]
fn a_request_round_trips_and_is_valid_between_issue_and_expiry() {
    let request = request();
    let json = serde_json::to_vec(&request).unwrap();
    assert_eq!(Request::from_json(&json).unwrap(), request);
    for (seconds, verdict) in [
        (-301, Err(RequestError::NotYetValid)),
        (-300, Ok(())),
        (0, Ok(())),
        (599, Ok(())),
        (600, Err(RequestError::Expired)),
        (100_000, Err(RequestError::Expired)),
    ] {
        assert_eq!(
            request.validate(at(seconds), Development),
            verdict,
            "{seconds}"
        );
    }
}

/// The rule that must refuse, and the change that violates it.
type Violation = (RequestError, Box<dyn Fn(&mut Request)>);

#[test]
fn each_rule_refuses_its_violation() {
    let cases: Vec<Violation> = vec![
        (RequestError::Version, Box::new(|r| r.version = 0)),
        (
            RequestError::EnvironmentMismatch,
            Box::new(|r| r.environment = Production),
        ),
        (RequestError::Epoch, Box::new(|r| r.epoch = 1 << 53)),
        (
            RequestError::ScopeMismatch,
            Box::new(|r| r.scope = Scope(FieldElement::from(1))),
        ),
        (
            RequestError::ScopeMismatch,
            Box::new(|r| r.network = "evil.example".parse().unwrap()),
        ),
        (
            RequestError::ScopeMismatch,
            Box::new(|r| r.action = Action::parse("vote").unwrap()),
        ),
        (RequestError::ScopeMismatch, Box::new(|r| r.epoch = 1)),
        (RequestError::Policy, Box::new(|r| r.policy.max_slots = 0)),
        (
            RequestError::Policy,
            Box::new(|r| r.policy.min_document = 16),
        ),
        (RequestError::Issuers, Box::new(|r| r.issuers.clear())),
        (
            RequestError::Issuers,
            Box::new(|r| r.issuers.push(issuer())),
        ),
        (
            RequestError::Issuers,
            Box::new(|r| {
                r.issuers
                    .extend((0..16).map(|i| IssuerId(FieldElement::from(i))));
            }),
        ),
        (RequestError::Roots, Box::new(|r| r.roots.clear())),
        (RequestError::Roots, Box::new(|r| r.roots.push(root()))),
        (
            RequestError::Roots,
            Box::new(|r| r.roots[0].issuer = IssuerId(FieldElement::from(5))),
        ),
        (
            RequestError::Roots,
            Box::new(|r| {
                let number = |i| StatusRoot(FieldElement::from(i));
                r.roots
                    .extend((0..256).map(|i| humanseal_wallet_link::IssuedRoot {
                        root: number(i),
                        ..root()
                    }));
            }),
        ),
        (RequestError::Chains, Box::new(|r| r.chains.clear())),
        (
            RequestError::Chains,
            Box::new(|r| r.chains.push(Chain::solana_mainnet())),
        ),
        (RequestError::Statement, Box::new(|r| r.statement.clear())),
        (
            RequestError::Statement,
            Box::new(|r| r.statement = "a".repeat(201)),
        ),
        (
            RequestError::Statement,
            Box::new(|r| r.statement = "x\n\nURI: https://evil.example".into()),
        ),
        (
            RequestError::Statement,
            Box::new(|r| r.statement = "tab\t".into()),
        ),
        (
            RequestError::Statement,
            Box::new(|r| r.statement = "h\u{202e}i".into()),
        ),
        (
            RequestError::Lifetime,
            Box::new(|r| r.expires_at = r.issued_at),
        ),
        (
            RequestError::Lifetime,
            Box::new(|r| r.expires_at = at(86_401)),
        ),
    ];
    for (error, change) in cases {
        let mut request = request();
        change(&mut request);
        assert_eq!(request.validate(at(0), Development), Err(error));
    }
}

#[test]
fn localhost_asks_in_development_only() {
    let mut request = request();
    request.verifier = "http://localhost:8080".parse().unwrap();
    assert_eq!(request.validate(at(0), Development), Ok(()));
    request.environment = Production;
    assert_eq!(
        request.validate(at(0), Production),
        Err(RequestError::LocalOrigin)
    );
}

#[test]
fn unknown_doubled_missing_and_oversized_members_are_refused() {
    let json = serde_json::to_string(&request()).unwrap();
    let refuse = |json: &str| {
        assert_eq!(
            Request::from_json(json.as_bytes()),
            Err(RequestError::Malformed)
        )
    };
    refuse(&json.replacen('{', "{\"extra\":1,", 1));
    refuse(&json.replacen('{', "{\"version\":1,", 1));
    refuse(&json.replacen("\"version\":1,", "", 1));
    refuse(&json.replacen("\"version\":1", "\"version\":\"1\"", 1));
    refuse(&format!("{json}{}", " ".repeat(64 * 1024)));
    refuse(&format!("{json}{{}}"));
    refuse("");
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    for name in value.as_object().unwrap().keys() {
        let mut less = value.clone();
        less.as_object_mut().unwrap().remove(name);
        refuse(&less.to_string());
    }
}

#[test]
fn every_member_is_in_the_digest() {
    let digest = request().digest().unwrap();
    for (name, other) in crate::fixture::other_requests() {
        assert_ne!(other.digest().unwrap(), digest, "{name}");
    }
}

#[test]
fn names_have_one_form() {
    assert!(RequestId::parse("pr_0123456789abcdefghijklmnopqrstuvwxyz").is_some());
    for bad in [
        "",
        "pr_",
        "vs_a",
        "pr_A",
        "pr_a b",
        "pr_é",
        &format!("pr_{}", "a".repeat(41)),
    ] {
        assert!(RequestId::parse(bad).is_none(), "{bad}");
    }
    assert!(Action::parse("provide.v2-eu_1").is_some());
    for bad in ["", "Provide", "a b", "a/b", &"a".repeat(65)] {
        assert!(Action::parse(bad).is_none(), "{bad}");
    }
}
