//! EF.DG1 with the MRZ, EF.DG2 with the portrait.

use humanseal_documents::{DataGroups, Dg1, Dg2, Mrz, PortraitFormat, Sod, authenticate};

use super::world::{documents, moment};
use super::{Case, Reached, Target, fixture};
use crate::bounds::Bounds;
use crate::secret::{assert_hidden, assert_silent};
use crate::structure::Structure;

/// What is read is written again as the same MRZ, in the same bytes if the lengths were spelled
/// in the shortest way. A changed file does not verify under the genuine EF.SOD.
pub(super) fn dg1() -> Target {
    let documents = documents();
    let document = documents.into_iter().next_back();
    let document = document.unwrap_or_else(|| panic!("there is no document"));
    let sod = Sod::parse(&document.sod).unwrap_or_else(|error| panic!("{error}"));
    let trust = document.trust();
    let seeds = [document.dg1.clone()]
        .into_iter()
        .chain(samples().into_iter().map(|mrz| Dg1::encode(&mrz).to_vec()))
        .collect();
    let properties = move |case: &Case<'_>| {
        let file = match Dg1::parse(case.bytes) {
            Ok(file) => file,
            Err(error) => {
                assert_silent(&error);
                return Reached::Refused;
            }
        };
        assert_hidden(&file);
        let written = Dg1::encode(file.mrz_bytes());
        assert!(
            written.len() <= case.bytes.len(),
            "a shorter spelling was read"
        );
        assert!(written.len() < case.bytes.len() || *written == case.bytes);
        let again = Dg1::parse(&written).map(|again| again.mrz_bytes().to_vec());
        assert_eq!(again, Ok(file.mrz_bytes().to_vec()));

        let groups = DataGroups {
            dg1: case.bytes,
            ..document.groups()
        };
        let verified = authenticate(&sod, &groups, &trust, moment());
        assert_eq!(verified.is_ok(), document.dg1 == case.bytes);

        let text = String::from_utf8_lossy(file.mrz_bytes());
        if let Err(error) = Mrz::from_text(&text, moment()) {
            assert_silent(&error);
        }
        match Mrz::parse(file.mrz_bytes(), moment()) {
            Ok(mrz) => {
                assert_eq!(mrz.as_str().as_bytes(), file.mrz_bytes());
                assert_hidden(&mrz);
                assert_hidden(&mrz.holder());
            }
            Err(error) => assert_silent(&error),
        }
        match verified.is_ok() {
            true => Reached::Verified,
            false => Reached::Decoded,
        }
    };
    Target::new(
        "dg1",
        Structure::Der,
        Bounds::mebibytes(2),
        seeds,
        properties,
    )
}

/// The zones of `fixtures/vectors/mrz-icao.tsv`, lines joined: the first column.
fn samples() -> Vec<Vec<u8>> {
    let table = fixture("vectors/mrz-icao.tsv");
    let table = String::from_utf8(table).unwrap_or_else(|error| panic!("{error}"));
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|row| row.split('\t').next())
        .map(|zone| zone.replace('/', "").into_bytes())
        .collect()
}

/// The portrait's bytes are a part of the file, of a known format, and what the image decoder
/// makes of them keeps its limits.
pub(super) fn dg2() -> Target {
    let jpeg = fixture("documents/portrait.jpg");
    let jpeg_2000 = fixture("documents/portrait.jp2");
    let seeds = vec![
        Dg2::encode(&jpeg, PortraitFormat::Jpeg, 16, 16).to_vec(),
        Dg2::encode(&jpeg_2000, PortraitFormat::Jpeg2000, 16, 16).to_vec(),
        fixture("documents/specimen-p-256-sha-512/EF.DG2"),
        fixture("documents/specimen-rsa-2048-sha-256/EF.DG2"),
    ];
    let properties = |case: &Case<'_>| {
        let file = match Dg2::parse(case.bytes) {
            Ok(file) => file,
            Err(error) => {
                assert_silent(&error);
                return Reached::Refused;
            }
        };
        assert_hidden(&file);
        let portrait = file.portrait();
        let place = case.bytes.len().checked_sub(portrait.bytes().len());
        assert!(place.is_some(), "the portrait is longer than its file");
        assert_eq!(
            PortraitFormat::of(portrait.bytes()),
            Some(portrait.format())
        );
        super::images::decode(portrait.bytes())
    };
    Target::new(
        "dg2",
        Structure::Der,
        super::images::BOUNDS,
        seeds,
        properties,
    )
}
