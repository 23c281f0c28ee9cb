//! snarkjs' files: verifying key, proof and public signals in JSON, the proving key in binary.

use humanseal_zk_credentials::groth16::{ProvingKey, VerifyingKey, snarkjs, verify};
use humanseal_zk_credentials::iden3::read_zkey;

use super::circuit::toy;
use super::{Case, Reached, Target, fixture};
use crate::bounds::Bounds;
use crate::secret::assert_silent;
use crate::structure::Structure;

/// What is read and written is read as the same. A proof that is another, or comes with other
/// signals, does not verify under the genuine key; a key that is another does not verify the
/// genuine proof.
pub(super) fn snarkjs() -> Target {
    let files = ["toy.vkey.json", "toy.proof.json", "toy.public.json"];
    let files = files.map(|name| fixture(&format!("vectors/snarkjs/{name}")));
    let [key, proof, public] = files.each_ref().map(|file| text(file));
    let key = snarkjs::read_verifying_key(&key).unwrap_or_else(|error| panic!("{error}"));
    let proof = snarkjs::read_proof(&proof).unwrap_or_else(|error| panic!("{error}"));
    let public = snarkjs::read_public(&public).unwrap_or_else(|error| panic!("{error}"));
    let properties = move |case: &Case<'_>| {
        // The readers take text; a file that is none is refused before.
        let Ok(text) = std::str::from_utf8(case.bytes) else {
            return Reached::Refused;
        };
        let refused = |error: snarkjs::SnarkjsError| {
            assert_silent(&error);
            Reached::Refused
        };
        let (same, verdict) = match case.seed {
            0 => match snarkjs::read_verifying_key(text) {
                Ok(read) => {
                    let again = snarkjs::read_verifying_key(&snarkjs::write_verifying_key(&read));
                    assert_eq!(again.as_ref(), Ok(&read));
                    (read == key, verify(&read, &proof, &public))
                }
                Err(error) => return refused(error),
            },
            1 => match snarkjs::read_proof(text) {
                Ok(read) => {
                    assert_eq!(
                        snarkjs::read_proof(&snarkjs::write_proof(&read)),
                        Ok(read.clone())
                    );
                    (read == proof, verify(&key, &read, &public))
                }
                Err(error) => return refused(error),
            },
            _ => match snarkjs::read_public(text) {
                Ok(read) => {
                    assert_eq!(
                        snarkjs::read_public(&snarkjs::write_public(&read)),
                        Ok(read.clone())
                    );
                    (read == public, verify(&key, &proof, &read))
                }
                Err(error) => return refused(error),
            },
        };
        assert_eq!(verdict.is_ok(), same, "something else verifies");
        match verdict {
            Ok(()) => Reached::Verified,
            Err(_) => Reached::Decoded,
        }
    };
    Target::new(
        "snarkjs",
        Structure::Json,
        Bounds::mebibytes(8),
        files.to_vec(),
        properties,
    )
}

/// The verifying key in a proving key that is read can itself be written and read as the same. A
/// changed proving key with the genuine verifying key can be read: what else points must be, the
/// pinned digest of the key says.
pub(super) fn zkeys() -> Target {
    let file = fixture("vectors/snarkjs/toy.zkey");
    let matrices = toy();
    let read = |file: &[u8]| read_zkey(file, &matrices);
    let genuine = read(&file).unwrap_or_else(|error| panic!("{error}"));
    let genuine: VerifyingKey = genuine.verifying().clone();
    let properties = move |case: &Case<'_>| {
        let key: ProvingKey = match read_zkey(case.bytes, &matrices) {
            Ok(key) => key,
            Err(error) => {
                assert_silent(&error);
                return Reached::Refused;
            }
        };
        let written = snarkjs::write_verifying_key(key.verifying());
        assert_eq!(
            snarkjs::read_verifying_key(&written).as_ref(),
            Ok(key.verifying())
        );
        match *key.verifying() == genuine {
            true => Reached::Verified,
            false => Reached::Decoded,
        }
    };
    Target::new(
        "zkeys",
        Structure::Plain,
        Bounds::mebibytes(8),
        vec![file],
        properties,
    )
}

fn text(file: &[u8]) -> String {
    String::from_utf8_lossy(file).into_owned()
}
