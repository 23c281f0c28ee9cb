//! A lying issuer: every field that the device knows is compared.

use humanseal_sdk::{AnswerError, Expected};
use humanseal_zk_credentials::calendar::{Date, Day};
use humanseal_zk_credentials::credential::{Credential, DeviceLevel, DocumentLevel, UniqueLevel};
use humanseal_zk_credentials::exchange::{Environment, Issued, SessionKind, Sha256Digest};
use humanseal_zk_credentials::holder::HolderSecret;
use humanseal_zk_credentials::nationality::Nationality;

use crate::holder::{Issuer, credential, secrets, session, today};

/// What the device expects for this credential.
pub fn expected(issuer: &Issuer, credential: &Credential) -> Expected {
    Expected {
        environment: Environment::Development,
        issuer: issuer.secret.public(),
        session: session(),
        kind: SessionKind::Issue,
        holder_key: credential.holder_key,
        template: credential.template,
        birthdate: credential.birthdate,
        nationality: credential.nationality,
        document: credential.document,
        device: credential.device,
        unique: UniqueLevel::NoLiveNamesake,
        established: Day(0),
        lasts_until: Day(today().0 + 1000),
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

/// What the device knows of a credential's days and levels differs from kind to kind.
#[test]
fn a_credential_that_follows_keeps_what_its_kind_keeps() {
    let issuer = Issuer::new(1);
    let (secret, portrait) = secrets();
    let honest = Credential {
        unique: UniqueLevel::LiveNamesake,
        established_on: Day(today().0 - 50),
        ..credential(&secret, &portrait)
    };
    let check = |kind, established: Day, credential: Credential| {
        let expected = Expected {
            kind,
            established,
            unique: UniqueLevel::LiveNamesake,
            ..expected(&issuer, &honest)
        };
        let mut answer = answer(&issuer, credential);
        answer.receipt = issuer.receipt_for(kind, &session(), Sha256Digest::of(b"statement"));
        expected.check(&answer, &issuer.signing.verifying_key())
    };
    let on = |day: u16| Credential {
        established_on: Day(day),
        ..honest.clone()
    };
    let (now, kept) = (today().0, honest.established_on);
    let wrong = Err(AnswerError::EstablishedOn);
    for kind in [SessionKind::Refresh, SessionKind::Renew] {
        assert_eq!(check(kind, kept, honest.clone()), Ok(()));
        // It begins anew: on the day of the match, or with a root of the next.
        assert_eq!(check(kind, kept, on(now)), Ok(()));
        assert_eq!(check(kind, kept, on(now + 1)), Ok(()));
        assert_eq!(check(kind, kept, on(now + 2)), wrong);
        assert_eq!(check(kind, kept, on(kept.0 + 1)), wrong);
        assert_eq!(check(kind, kept, on(0)), wrong);
    }
    let recover = SessionKind::Recover;
    assert_eq!(check(recover, kept, on(kept.0 + 3)), Ok(()));
    assert_eq!(check(recover, kept, on(kept.0 - 1)), wrong);
    let raised = Credential {
        unique: UniqueLevel::NoLiveNamesake,
        ..honest.clone()
    };
    let refused = check(SessionKind::Refresh, kept, raised);
    assert_eq!(refused, Err(AnswerError::Unique));
    // A receipt for another kind of session.
    let mut other = answer(&issuer, honest.clone());
    other.receipt = issuer.receipt(&session(), Sha256Digest::of(b"statement"));
    let expected = Expected {
        kind: SessionKind::Refresh,
        established: kept,
        ..expected(&issuer, &honest)
    };
    let refused = expected.check(&other, &issuer.signing.verifying_key());
    assert_eq!(refused, Err(AnswerError::Receipt));
}

#[test]
fn a_recovery_takes_effect_after_seven_days_with_a_chip_and_after_thirty_without() {
    let issuer = Issuer::new(1);
    let (secret, portrait) = secrets();
    let mut expected = expected(&issuer, &credential(&secret, &portrait));
    for (document, days) in [
        (DocumentLevel::ActiveAuthentication, 7),
        (DocumentLevel::PassiveAuthentication, 30),
    ] {
        expected.document = document;
        for (after, outcome) in [
            (days - 2, Err(AnswerError::EffectDay)),
            (days - 1, Ok(())),
            (days, Ok(())),
            (days + 1, Ok(())),
            (days + 2, Err(AnswerError::EffectDay)),
        ] {
            assert_eq!(expected.effect_day(Day(today().0 + after)), outcome);
        }
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
