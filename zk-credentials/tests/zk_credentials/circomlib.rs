//! Poseidon and EdDSA against circomlibjs, both ways. scripts/vectors makes and checks the files.

use humanseal_zk_credentials::baby_jubjub;
use humanseal_zk_credentials::eddsa::{IssuerKey, IssuerSecretKey, Signature};
use humanseal_zk_credentials::field::FieldElement;
use humanseal_zk_credentials::poseidon::poseidon;
use serde::Deserialize;

#[derive(Deserialize)]
struct Circomlib {
    base: [FieldElement; 2],
    poseidon: Vec<Hash>,
    eddsa: Vec<Signed>,
}

#[derive(Deserialize)]
struct Hash {
    inputs: Vec<FieldElement>,
    hash: FieldElement,
}

#[derive(Deserialize)]
struct Signed {
    ax: FieldElement,
    ay: FieldElement,
    message: FieldElement,
    r8x: FieldElement,
    r8y: FieldElement,
    s: FieldElement,
}

#[derive(Deserialize)]
struct Own {
    signatures: Vec<OwnSigned>,
}

#[derive(Deserialize)]
struct OwnSigned {
    seed: String,
    #[serde(flatten)]
    signed: Signed,
}

fn circomlib() -> Circomlib {
    serde_json::from_str(include_str!("../../../fixtures/vectors/circomlib.json")).unwrap()
}

#[test]
fn poseidon_is_circomlibs_at_every_number_of_inputs() {
    let mut seen = [false; 13];
    for Hash { inputs, hash } in circomlib().poseidon {
        let inputs: Vec<_> = inputs.iter().map(FieldElement::fr).collect();
        seen[inputs.len()] = true;
        assert_eq!(
            FieldElement::from(poseidon(&inputs)),
            hash,
            "{} inputs",
            inputs.len()
        );
    }
    assert!(seen[1..].iter().all(|seen| *seen));
}

#[test]
fn the_base_point_is_circomlibs() {
    let [x, y] = circomlib().base;
    assert_eq!(
        [baby_jubjub::base().x, baby_jubjub::base().y],
        [x.fr(), y.fr()]
    );
}

#[test]
fn signatures_by_circomlibjs_verify_here() {
    let signed = circomlib().eddsa;
    assert!(signed.len() >= 8);
    for Signed {
        ax,
        ay,
        message,
        r8x,
        r8y,
        s,
    } in signed
    {
        let key = IssuerKey::new(ax, ay).unwrap();
        let signature = Signature { r8x, r8y, s };
        assert_eq!(key.verify(message, &signature), Ok(()));
        let other = FieldElement::from(message.fr() + FieldElement::from(1).fr());
        assert!(key.verify(other, &signature).is_err());
    }
}

/// Key and nonce derivation are our own: these signatures are pinned, and circomlibjs accepted
/// them (fixtures/vectors/issuer-signatures.checked.json).
#[test]
fn our_signatures_are_the_pinned_ones_that_circomlibjs_accepted() {
    let own: Own = serde_json::from_str(include_str!(
        "../../../fixtures/vectors/issuer-signatures.json"
    ))
    .unwrap();
    assert_eq!(own.signatures.len(), 8);
    for OwnSigned { seed, signed } in &own.signatures {
        let seed: [u8; 32] = hex::decode(seed).unwrap().try_into().unwrap();
        let key = IssuerSecretKey::from_seed(seed);
        assert_eq!(
            (key.public().ax(), key.public().ay()),
            (signed.ax, signed.ay)
        );
        let Signature { r8x, r8y, s } = key.sign(signed.message);
        assert_eq!((r8x, r8y, s), (signed.r8x, signed.r8y, signed.s));
    }
    let checked: serde_json::Value = serde_json::from_str(include_str!(
        "../../../fixtures/vectors/issuer-signatures.checked.json"
    ))
    .unwrap();
    assert_eq!(checked["accepted"], own.signatures.len());
}
