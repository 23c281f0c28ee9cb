//! A lying issuer: every field that the device knows is compared.

use humanseal_sdk::{AnswerError, Expected};
use humanseal_zk_credentials::calendar::{Date, Day};
use humanseal_zk_credentials::credential::{Credential, DeviceLevel, DocumentLevel, UniqueLevel};
use humanseal_zk_credentials::exchange::{Environment, Issued, Sha256Digest};
use humanseal_zk_credentials::holder::HolderSecret;
use humanseal_zk_credentials::nationality::Nationality;

use crate::holder::{Issuer, credential, secrets, session, today};

/// What the device expects for this credential.
pub fn expected(issuer: &Issuer, credential: &Credential) -> Expected {
    Expected {
        environment: Environment::Development,
        issuer: issuer.secret.public(),
        session: session(),
        holder_key: credential.holder_key,
        template: credential.template,
        birthdate: credential.birthdate,
        nationality: credential.nationality,
        document: credential.document,
        device: credential.device,
        numbered: false,
        document_expires: Day(today().0 + 1000),
        day: today(),
        consent: Sha256Digest::of(b"consent"),
        statement: Sha256Digest::of(b"statement"),
    }
}

fn answer(issuer: &Issuer, credential: Credential) -> Issued {
    Issued {
        credential: issuer.sign(credential),
        receipt: issuer.receipt(&session(), Sha256Digest::of(b"statement")),
    }
}

#[test]
fn an_honest_answer_is_taken() {
    let issuer = Issuer::new(1);
    let (secret, portrait) = secrets();
    let honest = credential(&secret, &portrait);
    let expected = expected(&issuer, &honest);
    let key = issuer.signing.verifying_key();
    assert_eq!(
        expected.check(&answer(&issuer, honest.clone()), &key),
        Ok(())
    );
    // A known person tag: established on the day of issue.
    let again = Credential {
        established_on: today(),
        unique: UniqueLevel::LiveNamesake,
        ..honest
    };
    assert_eq!(expected.check(&answer(&issuer, again), &key), Ok(()));
}

#[test]
fn every_field_that_differs_is_refused_by_its_own_name() {
    use AnswerError as E;
    let issuer = Issuer::new(1);
    let (secret, portrait) = secrets();
    let honest = credential(&secret, &portrait);
    let expected = expected(&issuer, &honest);
    let (other_secret, other_portrait): (HolderSecret, _) = secrets();
    type Lie = (AnswerError, Box<dyn Fn(&mut Credential)>);
    let lies: Vec<Lie> = vec![
        (
            E::HolderKey,
            Box::new(move |c| c.holder_key = other_secret.holder_key()),
        ),
        (
            E::Template,
            Box::new(move |c| c.template = other_portrait.commitment()),
        ),
        (
            E::Birthdate,
            Box::new(|c| c.birthdate = Date::new(1974, 8, 11).unwrap()),
        ),
        (
            E::Nationality,
            Box::new(|c| c.nationality = Nationality::from_alpha3("DEU")),
        ),
        (
            E::Document,
            Box::new(|c| c.document = DocumentLevel::ActiveAuthentication),
        ),
        (
            E::Document,
            Box::new(|c| c.document = DocumentLevel::DataPage),
        ),
        (E::Device, Box::new(|c| c.device = DeviceLevel::Hardware)),
        (
            E::Unique,
            Box::new(|c| c.unique = UniqueLevel::PersonalNumber),
        ),
        (E::EstablishedOn, Box::new(|c| c.established_on = Day(1))),
        (
            E::VerifiedOn,
            Box::new(|c| c.verified_on = Day(today().0 + 2)),
        ),
        (
            E::VerifiedOn,
            Box::new(|c| c.verified_on = Day(today().0 - 2)),
        ),
        (
            E::ExpiresOn,
            Box::new(|c| c.expires_on = Day(today().0 + 1001)),
        ),
        (
            E::ExpiresOn,
            Box::new(|c| c.expires_on = Day(today().0 - 1)),
        ),
    ];
    let key = issuer.signing.verifying_key();
    for (refusal, lie) in lies {
        let mut lied = honest.clone();
        lie(&mut lied);
        assert_eq!(expected.check(&answer(&issuer, lied), &key), Err(refusal));
    }
}

#[test]
fn another_key_a_broken_signature_and_a_foreign_receipt_are_refused() {
    let (issuer, other) = (Issuer::new(1), Issuer::new(2));
    let (secret, portrait) = secrets();
    let honest = credential(&secret, &portrait);
    let expected = expected(&issuer, &honest);
    let key = issuer.signing.verifying_key();

    let foreign = answer(&other, honest.clone());
    assert_eq!(expected.check(&foreign, &key), Err(AnswerError::IssuerKey));

    let mut changed = answer(&issuer, honest.clone());
    changed.credential.credential.status_index = 5.try_into().unwrap();
    assert_eq!(expected.check(&changed, &key), Err(AnswerError::Signature));

    let mut receipt = answer(&issuer, honest.clone());
    receipt.receipt = issuer.receipt(&session(), Sha256Digest::of(b"another statement"));
    assert_eq!(expected.check(&receipt, &key), Err(AnswerError::Receipt));

    let unsigned = answer(&issuer, honest);
    let wrong = other.signing.verifying_key();
    assert_eq!(
        expected.check(&unsigned, &wrong),
        Err(AnswerError::ReceiptSignature)
    );
}
