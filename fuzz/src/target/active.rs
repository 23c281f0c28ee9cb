//! EF.DG15, EF.DG14 and a chip's answer, one behind the other.

use humanseal_documents::{Challenge, ChipKey, Dg14, Dg15};

use super::{Case, Reached, Target, contains, fixture};
use crate::bounds::Bounds;
use crate::secret::assert_silent;
use crate::structure::{Structure, body, inside};

/// A row of `fixtures/vectors/chips.tsv`, and what no change of it may touch.
struct Genuine {
    input: Vec<u8>,
    challenge: Challenge,
    /// The bits of the public key, and the numbers of the answer without leading zeros.
    parts: Vec<Vec<u8>>,
}

/// What verifies for a challenge holds the genuine key and the genuine numbers, however files and
/// answer are spelled: the answer in DER or plain, the lengths of the files not minimal, a parameter
/// of the key that means nothing. The other form of each signature, n − s, is no edit away.
pub(super) fn target() -> Target {
    let genuine: Vec<Genuine> = rows();
    let seeds = genuine.iter().map(|row| row.input.clone()).collect();
    let properties = move |case: &Case<'_>| check(&genuine[case.seed], case);
    Target::new(
        "active",
        Structure::Der,
        Bounds::mebibytes(2),
        seeds,
        properties,
    )
}

fn check(genuine: &Genuine, case: &Case<'_>) -> Reached {
    let objects = inside(case.bytes);
    let [dg15, dg14, answer] = objects[..] else {
        return Reached::Refused;
    };
    // NULL in place of a file that is not there.
    let dg14 = (dg14.first() == Some(&0x04)).then(|| body(dg14));
    let (dg15, answer) = (body(dg15), body(answer));
    for error in [
        Dg15::parse(dg15).err(),
        dg14.and_then(|dg14| Dg14::parse(dg14).err()),
    ] {
        error.iter().for_each(|error| assert_silent(error));
    }
    let key = match ChipKey::new(dg15, dg14) {
        Ok(key) => key,
        Err(error) => {
            assert_silent(&error);
            return Reached::Refused;
        }
    };
    match key.verify(genuine.challenge, answer) {
        Ok(()) => {
            for part in &genuine.parts {
                assert!(contains(case.bytes, part), "another key or answer verifies");
            }
            Reached::Verified
        }
        Err(error) => {
            assert_silent(&error);
            Reached::Decoded
        }
    }
}

/// The rows whose keys are supported.
fn rows() -> Vec<Genuine> {
    let table = fixture("vectors/chips.tsv");
    let table = String::from_utf8(table).unwrap_or_else(|error| panic!("{error}"));
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        let bytes =
            |place: usize| hex::decode(columns[place]).unwrap_or_else(|error| panic!("{error}"));
        let (dg15, answer) = (bytes(1), bytes(4));
        let dg14 = (columns[2] != "-").then(|| bytes(2));
        let key = ChipKey::new(&dg15, dg14.as_deref()).ok()?;
        let numbers: Vec<&[u8]> = match (key.is_curve(), columns[0].contains("DER")) {
            (false, _) => vec![&answer],
            (true, false) => answer.chunks(answer.len() / 2).collect(),
            (true, true) => inside(&answer).into_iter().map(body).collect(),
        };
        let spki = inside(&dg15)[0];
        let bits = body(inside(spki)[1]);
        let parts = std::iter::once(bits)
            .chain(numbers)
            .map(|part| part.iter().copied().skip_while(|b| *b == 0).collect())
            .collect();
        let challenge = bytes(3).try_into();
        Some(Genuine {
            input: object(
                0x30,
                &[
                    object(0x04, &dg15),
                    dg14.map_or(vec![0x05, 0], |dg14| object(0x04, &dg14)),
                    object(0x04, &answer),
                ]
                .concat(),
            ),
            challenge: Challenge(challenge.unwrap_or_else(|_| panic!("eight bytes"))),
            parts,
        })
    })
    .collect()
}

/// An object with a length of two bytes.
fn object(tag: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap_or_else(|_| panic!("it is short"));
    [&[tag, 0x82], &length.to_be_bytes()[..], body].concat()
}
