//! Verifying key, proof and public signals in the JSON of snarkjs.
//!
//! Numbers are canonical decimal strings. A point of G1 is `[x, y, "1"]`, one of G2
//! `[[x0, x1], [y0, y1], ["1", "0"]]`, real parts first. Points at infinity are refused.

use ark_bn254::{Bn254, Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::pairing::Pairing;
use ark_ff::PrimeField;
use num_bigint::BigUint;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::key::{KeyError, VerifyingKey};
use super::proof::Proof;
use crate::field::FieldElement;

/// The longest file that is read, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;
/// The most public signals that a file may hold.
const MAX_PUBLIC: usize = 64;

/// Why a file of snarkjs is refused.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum SnarkjsError {
    /// More than 64 KiB.
    #[error("the file is larger than 64 KiB")]
    TooLarge,
    /// Not JSON of the expected members.
    #[error("the file is not snarkjs' JSON of this kind")]
    Malformed,
    /// Another proof system or curve.
    #[error("the file is not for groth16 over bn128")]
    OtherSystem,
    /// A coordinate that is not canonical, or a point that is off the curve, outside the subgroup
    /// or infinity.
    #[error("the file holds an invalid point")]
    Point,
    /// A public signal that is no canonical field element.
    #[error("a public signal is no canonical field element")]
    PublicSignal,
    /// The verifying key itself is refused.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl SnarkjsError {
    /// Stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "snarkjs_too_large",
            Self::Malformed => "snarkjs_malformed",
            Self::OtherSystem => "snarkjs_other_system",
            Self::Point => "snarkjs_point_invalid",
            Self::PublicSignal => "public_input_not_canonical",
            Self::Key(error) => error.code(),
        }
    }
}

type G1Json = [String; 3];
type G2Json = [[String; 2]; 3];

/// Members of `verification_key.json`. `vk_alphabeta_12` follows from α and β: written for
/// snarkjs, ignored when read.
#[derive(Serialize, Deserialize)]
struct KeyJson {
    protocol: String,
    curve: String,
    #[serde(rename = "nPublic")]
    public: usize,
    vk_alpha_1: G1Json,
    vk_beta_2: G2Json,
    vk_gamma_2: G2Json,
    vk_delta_2: G2Json,
    vk_alphabeta_12: [[[String; 2]; 3]; 2],
    #[serde(rename = "IC")]
    ic: Vec<G1Json>,
}

#[derive(Serialize, Deserialize)]
struct ProofJson {
    pi_a: G1Json,
    pi_b: G2Json,
    pi_c: G1Json,
    protocol: String,
    curve: String,
}

/// `verification_key.json`.
pub fn write_verifying_key(key: &VerifyingKey) -> String {
    let ark = key.ark();
    let product = Bn254::pairing(ark.alpha_g1, ark.beta_g2).0;
    let pairs = [product.c0, product.c1].map(|half| [half.c0, half.c1, half.c2].map(fq2_json));
    pretty(&KeyJson {
        protocol: "groth16".into(),
        curve: "bn128".into(),
        public: key.public_inputs(),
        vk_alpha_1: g1_json(&ark.alpha_g1),
        vk_beta_2: g2_json(&ark.beta_g2),
        vk_gamma_2: g2_json(&ark.gamma_g2),
        vk_delta_2: g2_json(&ark.delta_g2),
        vk_alphabeta_12: pairs,
        ic: ark.gamma_abc_g1.iter().map(g1_json).collect(),
    })
}

/// Reads `verification_key.json`. Every point is checked.
///
/// # Errors
/// [`SnarkjsError`], the first thing that is wrong.
pub fn read_verifying_key(text: &str) -> Result<VerifyingKey, SnarkjsError> {
    let json: KeyJson = parse(text)?;
    of_this_system(&json.protocol, &json.curve)?;
    if json.public > MAX_PUBLIC {
        return Err(SnarkjsError::Malformed);
    }
    if json.ic.len() != json.public + 1 {
        return Err(KeyError::IcLength.into());
    }
    let key = ark_groth16::VerifyingKey {
        alpha_g1: g1(&json.vk_alpha_1)?,
        beta_g2: g2(&json.vk_beta_2)?,
        gamma_g2: g2(&json.vk_gamma_2)?,
        delta_g2: g2(&json.vk_delta_2)?,
        gamma_abc_g1: json.ic.iter().map(ic).collect::<Result<_, _>>()?,
    };
    Ok(VerifyingKey::new(key)?)
}

/// `proof.json`.
pub fn write_proof(proof: &Proof) -> String {
    let ark = proof.ark();
    pretty(&ProofJson {
        pi_a: g1_json(&ark.a),
        pi_b: g2_json(&ark.b),
        pi_c: g1_json(&ark.c),
        protocol: "groth16".into(),
        curve: "bn128".into(),
    })
}

/// Reads `proof.json`. Every point is checked.
///
/// # Errors
/// [`SnarkjsError`], the first thing that is wrong.
pub fn read_proof(text: &str) -> Result<Proof, SnarkjsError> {
    let json: ProofJson = parse(text)?;
    of_this_system(&json.protocol, &json.curve)?;
    Ok(Proof::of_points(
        g1(&json.pi_a)?,
        g2(&json.pi_b)?,
        g1(&json.pi_c)?,
    ))
}

/// `public.json`.
pub fn write_public(signals: &[Fr]) -> String {
    pretty(
        &signals
            .iter()
            .map(|signal| FieldElement::from(*signal))
            .collect::<Vec<_>>(),
    )
}

/// Reads `public.json`.
///
/// # Errors
/// [`SnarkjsError::PublicSignal`] for a signal in any but its canonical spelling.
pub fn read_public(text: &str) -> Result<Vec<Fr>, SnarkjsError> {
    let texts: Vec<String> = parse(text)?;
    if texts.len() > MAX_PUBLIC {
        return Err(SnarkjsError::Malformed);
    }
    let signal = |text: &String| FieldElement::parse(text).map(|signal| signal.fr());
    texts
        .iter()
        .map(signal)
        .collect::<Result<_, _>>()
        .map_err(|_| SnarkjsError::PublicSignal)
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, SnarkjsError> {
    if text.len() > MAX_BYTES {
        return Err(SnarkjsError::TooLarge);
    }
    serde_json::from_str(text).map_err(|_| SnarkjsError::Malformed)
}

fn of_this_system(protocol: &str, curve: &str) -> Result<(), SnarkjsError> {
    let ours = protocol == "groth16" && curve == "bn128";
    if ours {
        Ok(())
    } else {
        Err(SnarkjsError::OtherSystem)
    }
}

fn pretty<T: Serialize>(value: &T) -> String {
    // Strings, numbers and lists of them: there is nothing that cannot be written.
    let written = serde_json::to_string_pretty(value);
    written.unwrap_or_else(|error| unreachable!("plain data is written: {error}"))
}

fn g1_json(point: &G1Affine) -> G1Json {
    [decimal(point.x), decimal(point.y), "1".into()]
}

fn g2_json(point: &G2Affine) -> G2Json {
    [
        fq2_json(point.x),
        fq2_json(point.y),
        ["1".into(), "0".into()],
    ]
}

fn fq2_json(element: Fq2) -> [String; 2] {
    [decimal(element.c0), decimal(element.c1)]
}

fn decimal(coordinate: Fq) -> String {
    BigUint::from_bytes_le(&coordinate.into_bigint().0.map(u64::to_le_bytes).concat()).to_string()
}

fn coordinate(text: &str) -> Result<Fq, SnarkjsError> {
    let parsed = if text.len() <= 77 {
        text.parse::<Fq>().ok()
    } else {
        None
    };
    // What is written the same again is canonical: no sign, no leading zero, below the modulus.
    parsed
        .filter(|parsed| decimal(*parsed) == text)
        .ok_or(SnarkjsError::Point)
}

fn g1([x, y, z]: &G1Json) -> Result<G1Affine, SnarkjsError> {
    let point = G1Affine::new_unchecked(coordinate(x)?, coordinate(y)?);
    // The curve has prime order: on the curve is in the group. (0, 0) is off the curve.
    if z == "1" && point.is_on_curve() {
        Ok(point)
    } else {
        Err(SnarkjsError::Point)
    }
}

/// An IC point may be written as infinity, `["0", "1", "0"]`: then the key is refused as such.
fn ic(json: &G1Json) -> Result<G1Affine, SnarkjsError> {
    match json.each_ref().map(String::as_str) {
        ["0", "1", "0"] => Err(KeyError::ZeroIc.into()),
        _ => g1(json),
    }
}

fn g2([x, y, z]: &G2Json) -> Result<G2Affine, SnarkjsError> {
    let [x0, x1, y0, y1] = [&x[0], &x[1], &y[0], &y[1]].map(|text| coordinate(text));
    let point = G2Affine::new_unchecked(Fq2::new(x0?, x1?), Fq2::new(y0?, y1?));
    let valid = z.each_ref().map(String::as_str) == ["1", "0"]
        && point.is_on_curve()
        && point.is_in_correct_subgroup_assuming_on_curve();
    if valid {
        Ok(point)
    } else {
        Err(SnarkjsError::Point)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::groth16::verify;

    const KEY: &str = include_str!("../../../fixtures/vectors/snarkjs/toy.vkey.json");
    const PROOF: &str = include_str!("../../../fixtures/vectors/snarkjs/toy.proof.json");
    const PUBLIC: &str = include_str!("../../../fixtures/vectors/snarkjs/toy.public.json");

    #[test]
    fn what_snarkjs_wrote_verifies_here() {
        let key = read_verifying_key(KEY).unwrap();
        let proof = read_proof(PROOF).unwrap();
        assert_eq!(verify(&key, &proof, &read_public(PUBLIC).unwrap()), Ok(()));
        assert!(verify(&key, &proof, &[Fr::from(1_u64), Fr::from(2_u64)]).is_err());
    }

    #[test]
    fn we_write_what_snarkjs_writes() {
        let same = |ours: &str, theirs: &str| {
            let [ours, theirs] =
                [ours, theirs].map(|text| serde_json::from_str::<serde_json::Value>(text).unwrap());
            assert_eq!(ours, theirs);
        };
        same(&write_verifying_key(&read_verifying_key(KEY).unwrap()), KEY);
        same(&write_proof(&read_proof(PROOF).unwrap()), PROOF);
        same(&write_public(&read_public(PUBLIC).unwrap()), PUBLIC);
    }

    #[test]
    fn public_signals_in_another_spelling_are_refused() {
        for text in [
            r#"["01"]"#,
            r#"["-1"]"#,
            r#"["21888242871839275222246405745257275088548364400416034343698204186575808495617"]"#,
        ] {
            assert_eq!(read_public(text), Err(SnarkjsError::PublicSignal));
        }
        assert_eq!(read_public("[1]"), Err(SnarkjsError::Malformed));
    }

    #[test]
    fn other_systems_long_files_and_bad_points_are_refused() {
        assert_eq!(
            read_proof(&PROOF.replace("bn128", "bls12381")),
            Err(SnarkjsError::OtherSystem)
        );
        assert_eq!(
            read_proof(&" ".repeat(MAX_BYTES + 1)),
            Err(SnarkjsError::TooLarge)
        );
        assert_eq!(read_proof("{}"), Err(SnarkjsError::Malformed));
        let off = PROOF.replacen("\"4547025", "\"4547026", 1);
        assert_eq!(read_proof(&off), Err(SnarkjsError::Point));
        let zero = PROOF.replacen("\"4547025", "\"04547025", 1);
        assert_eq!(read_proof(&zero), Err(SnarkjsError::Point));
    }
}
