use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer, SigningKey};
use humanseal_wallet_link::{Jwks, MachineKey, Pass, PassError, PassSigner, PassVerifier};
use humanseal_zk_credentials::{
    exchange::Environment, field::FieldElement, holder::Nullifier, policy::Excluded,
};
use serde_json::{Value, json};

use crate::fixture::{ISSUED_AT, at, evm_account, policy, request};

const SEED: [u8; 32] = [7; 32];

fn signer() -> PassSigner {
    PassSigner::from_seed(&SEED).unwrap()
}

fn pass() -> Pass {
    Pass {
        iss: request().verifier,
        aud: request().network,
        sub: evm_account(),
        exp: ISSUED_AT + 86_400,
        iat: ISSUED_AT,
        nbf: ISSUED_AT,
        jti: "ps_1".into(),
        environment: Environment::Development,
        nullifier: Nullifier(FieldElement::from(5)),
        scope: request().scope,
        policy: policy(),
        excluded: Excluded::default(),
        cnf: None,
    }
}

fn verifier_of(jwks: &Jwks, environment: Environment) -> PassVerifier {
    PassVerifier::new(jwks, &request().verifier, &request().network, environment).unwrap()
}

fn verify(token: &str) -> Result<Pass, PassError> {
    verifier_of(&signer().jwks(), Environment::Development).verify(token, at(60))
}

fn header() -> Value {
    json!({ "typ": "humanseal-pass+jwt", "alg": "EdDSA", "kid": signer().jwks().keys[0].kid })
}

fn claims() -> Value {
    serde_json::to_value(pass()).unwrap()
}

/// A token with these parts, signed by the verifier's own key.
fn token(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = SigningKey::from_bytes(&SEED)
        .sign(signed.as_bytes())
        .to_bytes();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn with(claim: &str, value: Value) -> String {
    let mut claims = claims();
    claims[claim] = value;
    token(&header(), &claims)
}

fn without(claim: &str) -> String {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(claim).unwrap();
    token(&header(), &claims)
}

#[test]
fn a_pass_is_read_back_and_the_foreign_signer_makes_the_same() {
    let signed = signer().sign(&pass()).unwrap();
    assert_eq!(verify(&signed), Ok(pass()));
    assert_eq!(verify(&token(&header(), &claims())), Ok(pass()));
    let key: MachineKey = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
        .parse()
        .unwrap();
    let bound = Pass {
        cnf: Some(key.into()),
        ..pass()
    };
    let signed = signer().sign(&bound).unwrap();
    assert_eq!(verify(&signed).unwrap().cnf.unwrap().jwk.x, key);
}

#[test]
fn a_token_without_exp_is_refused() {
    assert_eq!(verify(&without("exp")), Err(PassError::ClaimMissing));
}

#[test]
fn a_token_without_aud_is_refused() {
    assert_eq!(verify(&without("aud")), Err(PassError::ClaimMissing));
}

#[test]
fn a_token_without_iss_is_refused() {
    assert_eq!(verify(&without("iss")), Err(PassError::ClaimMissing));
}

#[test]
fn a_token_without_sub_is_refused() {
    assert_eq!(verify(&without("sub")), Err(PassError::ClaimMissing));
}

#[test]
fn a_token_without_any_other_claim_is_refused() {
    for claim in [
        "iat",
        "nbf",
        "jti",
        "environment",
        "nullifier",
        "scope",
        "policy",
        "excluded",
    ] {
        assert_eq!(
            verify(&without(claim)),
            Err(PassError::Malformed),
            "{claim}"
        );
    }
}

#[test]
fn claims_that_are_null_of_another_type_or_unknown_are_refused() {
    for claim in ["exp", "aud", "iss", "sub"] {
        assert_eq!(
            verify(&with(claim, Value::Null)),
            Err(PassError::ClaimMissing),
            "{claim}"
        );
    }
    for claim in [
        "iat",
        "nbf",
        "jti",
        "environment",
        "nullifier",
        "scope",
        "policy",
        "excluded",
    ] {
        assert_eq!(
            verify(&with(claim, json!([true]))),
            Err(PassError::Malformed),
            "{claim}"
        );
    }
    assert_eq!(
        verify(&with("exp", json!("soon"))),
        Err(PassError::ClaimMissing)
    );
    assert_eq!(
        verify(&with("admin", json!(true))),
        Err(PassError::Malformed)
    );
    assert_eq!(
        verify(&with("nullifier", json!("05"))),
        Err(PassError::Malformed)
    );
    assert_eq!(
        verify(&with("sub", json!("eip155:01:0x00"))),
        Err(PassError::Malformed)
    );
}

#[test]
fn a_list_of_audiences_is_refused() {
    let both = json!(["net.example", "other.example"]);
    assert_eq!(verify(&with("aud", both)), Err(PassError::Malformed));
}

#[test]
fn algorithm_none_is_refused() {
    for alg in ["none", "None", "NONE", ""] {
        let mut header = header();
        header["alg"] = json!(alg);
        assert_eq!(
            verify(&token(&header, &claims())),
            Err(PassError::Malformed),
            "{alg}"
        );
        // And with the empty signature that goes with it.
        let unsigned = token(&header, &claims());
        let unsigned = &unsigned[..=unsigned.rfind('.').unwrap()];
        assert_eq!(verify(unsigned), Err(PassError::Malformed), "{alg}");
    }
}

#[test]
fn hs256_with_the_public_key_as_secret_is_refused() {
    use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
    let jwks = signer().jwks();
    let key = &jwks.keys[0];
    for secret in [key.x.as_bytes().to_vec(), key.x.to_string().into_bytes()] {
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some("humanseal-pass+jwt".into());
        header.kid = Some(key.kid.clone());
        let forged = encode(&header, &pass(), &EncodingKey::from_secret(&secret)).unwrap();
        assert_eq!(verify(&forged), Err(PassError::Algorithm));
    }
}

#[test]
fn another_key_or_kid_is_refused() {
    let stranger = PassSigner::from_seed(&[8; 32]).unwrap();
    assert_eq!(
        verify(&stranger.sign(&pass()).unwrap()),
        Err(PassError::KeyUnknown)
    );
    // The stranger's signature under our kid.
    let forged = stranger.sign(&pass()).unwrap();
    let own = signer().sign(&pass()).unwrap();
    let signature = |token: &str| token[token.rfind('.').unwrap()..].to_owned();
    let swapped = own.replace(&signature(&own), &signature(&forged));
    assert_eq!(verify(&swapped), Err(PassError::SignatureInvalid));
    let mut header = header();
    header.as_object_mut().unwrap().remove("kid");
    assert_eq!(
        verify(&token(&header, &claims())),
        Err(PassError::KeyUnknown)
    );
}

#[test]
fn a_key_inside_the_token_is_not_used() {
    let stranger = SigningKey::from_bytes(&[8; 32]);
    let mut header = header();
    let x = URL_SAFE_NO_PAD.encode(stranger.verifying_key().to_bytes());
    header["jwk"] = json!({ "kty": "OKP", "crv": "Ed25519", "x": x });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&header), part(&claims()));
    let signature = URL_SAFE_NO_PAD.encode(stranger.sign(signed.as_bytes()).to_bytes());
    assert_eq!(
        verify(&format!("{signed}.{signature}")),
        Err(PassError::SignatureInvalid)
    );
}

#[test]
fn another_type_or_critical_extension_is_refused() {
    for typ in [json!("JWT"), json!("at+jwt"), Value::Null] {
        let mut header = header();
        header["typ"] = typ;
        assert_eq!(verify(&token(&header, &claims())), Err(PassError::Type));
    }
    let mut header = header();
    header["crit"] = json!(["exp"]);
    assert_eq!(
        verify(&token(&header, &claims())),
        Err(PassError::Malformed)
    );
}

#[test]
fn an_expired_pass_is_refused_without_leeway() {
    let verifier = verifier_of(&signer().jwks(), Environment::Development);
    let signed = signer().sign(&pass()).unwrap();
    assert_eq!(verifier.verify(&signed, at(86_399)), Ok(pass()));
    assert_eq!(
        verifier.verify(&signed, at(86_400)),
        Err(PassError::Expired)
    );
    assert_eq!(
        verifier.verify(&signed, at(200_000)),
        Err(PassError::Expired)
    );
    assert_eq!(verifier.verify(&signed, at(-60)), Ok(pass()));
    assert_eq!(
        verifier.verify(&signed, at(-61)),
        Err(PassError::NotYetValid)
    );
}

#[test]
fn a_pass_lasts_at_most_a_day() {
    for (nbf, iat, exp) in [
        (0, 0, 86_401),
        (0, 0, 0),
        (0, 0, -1),
        (1, 0, 10),
        (-1, 0, 86_400),
    ] {
        let [nbf, iat, exp] = [nbf, iat, exp].map(|seconds| ISSUED_AT + seconds);
        let long = Pass {
            nbf,
            iat,
            exp,
            ..pass()
        };
        assert_eq!(signer().sign(&long), Err(PassError::Lifetime));
        let forged = token(&header(), &serde_json::to_value(&long).unwrap());
        assert_eq!(verify(&forged), Err(PassError::Lifetime));
    }
}

#[test]
fn another_audience_issuer_or_environment_is_refused() {
    assert_eq!(
        verify(&with("aud", json!("other.example"))),
        Err(PassError::Audience)
    );
    assert_eq!(
        verify(&with("iss", json!("https://evil.example"))),
        Err(PassError::Issuer)
    );
    assert_eq!(
        verify(&with("iss", json!("https://verify.net.example/"))),
        Err(PassError::Issuer)
    );
    for environment in ["production", "sandbox"] {
        let foreign = with("environment", json!(environment));
        assert_eq!(verify(&foreign), Err(PassError::EnvironmentMismatch));
    }
    let production = verifier_of(&signer().jwks(), Environment::Production);
    let signed = signer().sign(&pass()).unwrap();
    assert_eq!(
        production.verify(&signed, at(60)),
        Err(PassError::EnvironmentMismatch)
    );
}

#[test]
fn changed_claims_break_the_signature() {
    let own = signer().sign(&pass()).unwrap();
    let parts: Vec<&str> = own.split('.').collect();
    let mut claims = claims();
    claims["sub"] = json!("eip155:1:0x0000000000000000000000000000000000000001");
    let changed = URL_SAFE_NO_PAD.encode(claims.to_string());
    let forged = format!("{}.{changed}.{}", parts[0], parts[2]);
    assert_eq!(verify(&forged), Err(PassError::SignatureInvalid));
}

#[test]
fn what_is_no_token_is_refused() {
    for text in [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "e30.e30.e30",
        &"a".repeat(5_000),
    ] {
        assert_eq!(verify(text), Err(PassError::Malformed), "{text}");
    }
    let own = signer().sign(&pass()).unwrap();
    assert!(own.len() <= 4096);
    assert_eq!(verify(&format!("{own}.")), Err(PassError::Malformed));
    assert!(verify(&format!("{own}=")).is_err());
    assert!(verify(&format!(" {own}")).is_err());
}

#[test]
fn the_key_set_is_a_jwks_of_rfc_8037() {
    let jwks = signer().jwks();
    let value = serde_json::to_value(&jwks).unwrap();
    let key = &value["keys"][0];
    assert_eq!(
        (&key["kty"], &key["crv"], &key["alg"], &key["use"]),
        (
            &json!("OKP"),
            &json!("Ed25519"),
            &json!("EdDSA"),
            &json!("sig")
        )
    );
    let read: Jwks = serde_json::from_value(value).unwrap();
    assert_eq!(read, jwks);
    let mut renamed = jwks;
    renamed.keys[0].kid = "1".into();
    let verifier = PassVerifier::new(
        &renamed,
        &request().verifier,
        &request().network,
        Environment::Development,
    );
    assert_eq!(verifier.err(), Some(PassError::KeyUnknown));
}

#[test]
fn the_signing_key_does_not_print() {
    let shown = format!("{:?}", signer());
    assert!(
        !shown.contains(&hex::encode(SEED)) && !shown.contains("[7, 7"),
        "{shown}"
    );
}
