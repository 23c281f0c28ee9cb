//! Refresh and renewal.

use humanseal_sdk::{
    Arrival, EnrolError, Silent, SoftwareKey, Standing, WalletFile, refresh, refresh_with_document,
    renew, resume,
};
use humanseal_zk_credentials::credential::SignedCredential;

use crate::stage::{ChangesItsMind, HOLDER, STRANGER, Stage, Stills, Yes};

fn credential(file: &WalletFile) -> SignedCredential {
    file.wallet.credential().expect("a credential").clone()
}

fn refreshed(stage: &Stage, file: &mut WalletFile, frames: &[&str]) -> Result<bool, EnrolError> {
    stage.with(&SoftwareKey, |with| {
        refresh(with, file, &mut Stills(frames), &Yes, &Silent)
    })
}

#[test]
fn a_live_match_alone_refreshes_and_the_portrait_stays() {
    let mut stage = Stage::new();
    let passport = stage.document("L898902C3", None);
    let mut file = stage
        .enrol(passport.files(), "wallet")
        .expect("enrolled")
        .wallet;
    let first = credential(&file);
    stage.pass(3);
    assert!(refreshed(&stage, &mut file, &HOLDER).expect("refreshed"));
    let second = credential(&file);
    let (old, new) = (&first.credential, &second.credential);
    assert_eq!(new.verified_on.0, old.verified_on.0 + 3);
    assert_eq!(
        (new.holder_key, new.template),
        (old.holder_key, old.template)
    );
    assert_eq!(new.expires_on, old.expires_on);
    assert_ne!(new.status_index, old.status_index);
    assert!(stage.revoked(&first) && !stage.revoked(&second));
    assert_eq!(credential(&stage.on_disk("wallet")), second);
}

#[test]
fn another_face_refreshes_nothing_and_the_wallet_stays_as_it_was() {
    let stage = Stage::new();
    let passport = stage.document("L898902C3", None);
    let mut file = stage
        .enrol(passport.files(), "wallet")
        .expect("enrolled")
        .wallet;
    let first = credential(&file);
    let saved = file.generation();
    let error = refreshed(&stage, &mut file, &STRANGER).expect_err("another face");
    assert_eq!(error.code(), "gate_match_failed");
    let error = stage.with(&SoftwareKey, |with| {
        let (mut chip, camera) = (passport.files(), &mut Stills(&STRANGER));
        renew(with, &mut file, &mut chip, camera, &Yes, &Silent)
    });
    assert_eq!(error.expect_err("another face").code(), "gate_match_failed");
    assert_eq!((credential(&file), file.generation()), (first, saved));
}

/// Only stills that no session saw can be declared staged, at a development issuer too.
#[test]
fn a_camera_that_began_to_follow_the_plan_has_no_stills_to_show_instead() {
    let stage = Stage::new();
    let passport = stage.document("L898902C3", None);
    let mut file = stage
        .enrol(passport.files(), "wallet")
        .expect("enrolled")
        .wallet;
    let refused = stage.with(&SoftwareKey, |with| {
        refresh(with, &mut file, &mut ChangesItsMind, &Yes, &Silent)
    });
    assert_eq!(refused.expect_err("stills").code(), "camera_stills_instead");
}

#[test]
fn a_document_of_the_line_refreshes_under_a_new_commitment() {
    let mut stage = Stage::new();
    let passport = stage.document("L898902C3", None);
    let mut file = stage
        .enrol(passport.files(), "wallet")
        .expect("enrolled")
        .wallet;
    let first = credential(&file);
    stage.pass(1);
    let acknowledged = stage.with(&SoftwareKey, |with| {
        let (mut chip, camera) = (passport.files(), &mut Stills(&HOLDER));
        refresh_with_document(with, &mut file, &mut chip, camera, &Yes, &Silent)
    });
    assert!(acknowledged.expect("refreshed"));
    let second = credential(&file);
    assert_ne!(second.credential.template, first.credential.template);
    // The wallet has the portrait that the new commitment opens to: it refreshes once more.
    assert!(refreshed(&stage, &mut stage.on_disk("wallet"), &HOLDER).is_ok());
}

#[test]
fn a_new_document_renews_and_the_one_before_is_known() {
    let mut stage = Stage::new();
    let passport = stage.document("L898902C3", None);
    let mut file = stage
        .enrol(passport.files(), "wallet")
        .expect("enrolled")
        .wallet;
    let first = credential(&file);
    stage.pass(2);
    let card = stage.document("X12345678", None);
    let renewal = |file: &mut WalletFile| {
        stage.with(&SoftwareKey, |with| {
            let (mut chip, camera) = (card.files(), &mut Stills(&HOLDER));
            renew(with, file, &mut chip, camera, &Yes, &Silent)
        })
    };
    assert!(renewal(&mut file).expect("renewed"));
    let second = credential(&file);
    assert_eq!(
        second.credential.established_on,
        first.credential.established_on
    );
    assert!(stage.revoked(&first));
    // Now the document is the line's. What is refused leaves nothing behind.
    let refused = renewal(&mut file).expect_err("a known document");
    assert_eq!(refused.code(), "document_known");
    let stored = stage.on_disk("wallet").wallet;
    assert!(matches!(
        stored.standing,
        Standing::Enrolled { next: None, .. }
    ));
    let other = stage
        .enrol(passport.files(), "other")
        .expect_err("of the line");
    assert_eq!(other.code(), "document_known");
    assert!(!stage.path("other").exists());
}

#[test]
fn an_answer_that_was_lost_is_fetched_again() {
    let mut stage = Stage::new();
    let passport = stage.document("L898902C3", None);
    let mut file = stage
        .enrol(passport.files(), "wallet")
        .expect("enrolled")
        .wallet;
    let first = credential(&file);
    stage.pass(1);
    stage.lose_answers(true);
    refreshed(&stage, &mut file, &HOLDER).expect_err("a line that breaks");
    // The credential is still there, and what is to follow it.
    let mut file = stage.on_disk("wallet");
    assert_eq!(credential(&file), first);
    let busy = refreshed(&stage, &mut file, &HOLDER).expect_err("one at a time");
    assert_eq!(busy.code(), "answer_pending");
    stage.lose_answers(false);
    let arrival = resume(&mut file, &stage.client(), &Silent).expect("the same answer");
    assert_eq!(arrival, Arrival::Issued { acknowledged: true });
    assert_ne!(credential(&stage.on_disk("wallet")), first);
    assert!(stage.revoked(&first));
}

#[test]
fn an_answer_that_is_never_fetched_does_not_lock_the_wallet() {
    let mut stage = Stage::new();
    let passport = stage.document("L898902C3", None);
    let mut file = stage
        .enrol(passport.files(), "wallet")
        .expect("enrolled")
        .wallet;
    stage.lose_answers(true);
    refreshed(&stage, &mut file, &HOLDER).expect_err("a line that breaks");
    stage.lose_answers(false);
    // The issuer keeps an answer for a day.
    stage.pass(2);
    let mut file = stage.on_disk("wallet");
    let late = resume(&mut file, &stage.client(), &Silent).expect_err("over");
    assert!(
        ["session_expired", "session_state_wrong"].contains(&late.code()),
        "{late}"
    );
    // That credential is no longer the newest; with the document its owner goes on.
    let superseded = refreshed(&stage, &mut file, &HOLDER).expect_err("superseded");
    assert_eq!(superseded.code(), "credential_not_newest");
    let again = stage.with(&SoftwareKey, |with| {
        let (mut chip, camera) = (passport.files(), &mut Stills(&HOLDER));
        refresh_with_document(with, &mut file, &mut chip, camera, &Yes, &Silent)
    });
    assert!(again.expect("refreshed"));
}
