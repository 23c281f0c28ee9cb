//! Rule 1: holder key, message, issuer; and that every field is a number of its width.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};

use super::super::issuer::{Forgery, Issuer};
use super::super::{asked, base, signed};
use super::{Row, carried, lie, republished, row, s_boxes};
use crate::calendar::{Date, Day};
use crate::circuit::corruption::Edit;
use crate::holder::HolderSecret;
use crate::nationality::Nationality;
use crate::policy::Excluded;
use crate::status_list::StatusList;
use crate::template::TemplateCommitment;

/// Another message has another challenge, so R8 is neither coordinate of what comes out.
const SIGNATURE: [&str; 2] = ["signature/equation/x", "signature/equation/y"];

pub(super) fn rows() -> Vec<Row> {
    let mut rows = altered();
    rows.push(lie(
        "another secret than the credential's",
        asked(|w| w.secret = HolderSecret::from_bytes(&[4; 32]).unwrap()),
        SIGNATURE,
    ));

    // The issuer whom the verifier named is another than the one who signed.
    let trusted = base().signed.issuer.id().0.fr();
    let mut own = base();
    let stranger = Issuer::new(10);
    own.signed.issuer = stranger.key();
    own.signed.signature = stranger.sign(own.signed.credential.message().fr());
    let edits = vec![Edit::set("issuer", 0, trusted)];
    rows.push(row(
        "a credential signed by oneself",
        own,
        edits,
        "issuer-id",
    ));
    let edits = vec![Edit::add("issuer", 0, Fr::ONE)];
    rows.push(row("another issuer", base(), edits, "issuer-id"));

    for part in ["holder/hash", "message", "signature/challenge"] {
        for rule in s_boxes(part) {
            let mut statement = base();
            let edits =
                Forgery::default().sign(&mut statement, |_| vec![Edit::add(&*rule, 0, Fr::ONE)]);
            rows.push(row(
                "a signed hash out of a wrong S-box",
                statement,
                edits,
                rule,
            ));
        }
    }
    for rule in s_boxes("signature/key-hash") {
        let edits = vec![Edit::add(&*rule, 0, Fr::ONE)];
        let edits = republished(&base(), edits, "issuer", "issuer-id");
        rows.push(row("an issuer out of a wrong S-box", base(), edits, rule));
    }

    for field in [
        "birthdate",
        "document",
        "device",
        "unique",
        "established-on",
        "verified-on",
        "expires-on",
    ] {
        let rule = format!("credential/{field}/bit");
        rows.push(row(
            "a field whose bits are not bits",
            base(),
            carried(&rule),
            rule,
        ));
    }
    // The nationality's bits choose; from an empty mask they can choose nothing but 0.
    let rule = "credential/nationality/bit";
    let nobody = asked(|w| w.excluded = Excluded::none());
    rows.push(row(
        "a nationality whose bits are not bits",
        nobody,
        carried(rule),
        rule,
    ));
    rows
}

/// Credentials of which one field is another than what was signed.
fn altered() -> Vec<Row> {
    let older = Date::new(1964, 8, 12).unwrap();
    let statements = [
        asked(|w| w.signed.credential.template = TemplateCommitment(78u64.into())),
        asked(|w| w.signed.credential.birthdate = older),
        asked(|w| w.signed.credential.nationality = Nationality::from_alpha3("BEL")),
        asked(|w| w.signed.credential.document = 3u8.try_into().unwrap()),
        asked(|w| w.signed.credential.device = 3u8.try_into().unwrap()),
        asked(|w| w.signed.credential.unique = 3u8.try_into().unwrap()),
        asked(|w| w.signed.credential.established_on = Day(19_999)),
        asked(|w| w.signed.credential.verified_on = Day(20_601)),
        asked(|w| w.signed.credential.expires_on = Day(21_001)),
        asked(|w| {
            w.signed.credential.status_index = 100_002u32.try_into().unwrap();
            w.path = StatusList::new().path(w.signed.credential.status_index);
        }),
        asked(|w| {
            let other = signed(|c| c.expires_on = Day(21_001));
            w.signed.signature = other.signed.signature;
        }),
        asked(|w| w.signed.signature.s = Fr::ZERO.into()),
    ];
    let name = "a credential that was not signed like this";
    statements
        .into_iter()
        .map(|statement| lie(name, statement, SIGNATURE))
        .collect()
}
