//! A lost secret.

use humanseal_sdk::{
    DeviceKey, EnrolError, NewWallet, Recovering, Silent, SoftwareKey, WalletFile, collect,
    recover, refresh, withdraw,
};

use crate::stage::{Answering, HOLDER, Stage, Stills, Yes, chip};

fn announced(
    stage: &Stage,
    mut chip: impl humanseal_documents::Chip,
    device: &dyn DeviceKey,
) -> Result<Recovering, EnrolError> {
    let (path, passphrase) = (&stage.path("new"), &Stage::passphrase());
    stage.with(device, |with| {
        let into = NewWallet { path, passphrase };
        recover(with, into, &mut chip, &mut Stills(&HOLDER), &Yes, &Silent)
    })
}

fn collected(
    stage: &Stage,
    file: &mut WalletFile,
    mut chip: impl humanseal_documents::Chip,
) -> Result<bool, EnrolError> {
    stage.with(&SoftwareKey, |with| collect(with, file, &mut chip, &Silent))
}

#[test]
fn a_lost_secret_is_replaced_after_seven_days() {
    let mut stage = Stage::new();
    let secret = chip();
    let passport = stage.document("L898902C3", Some(&secret));
    let whole = || Answering {
        files: passport.files(),
        chip: &secret,
    };
    let lost = stage.enrol(whole(), "lost").expect("enrolled").wallet;
    let first = lost.wallet.credential().expect("a credential").clone();

    let refused = announced(&stage, whole(), &SoftwareKey).expect_err("a software key");
    assert_eq!(refused.code(), "recovery_device_too_low");
    assert!(!stage.path("new").exists(), "a refusal leaves no wallet");
    let refused = announced(&stage, passport.files(), &stage.phone()).expect_err("a copy");
    assert_eq!(refused.code(), "document_level_lower");

    let recovering = announced(&stage, whole(), &stage.phone()).expect("announced");
    let mut file = recovering.wallet;
    assert!(file.wallet.credential().is_none());
    stage.pass(6);
    assert!(stage.contested(&first) && !stage.revoked(&first));
    let early = collected(&stage, &mut file, whole()).expect_err("too early");
    assert_eq!(early.code(), "recovery_pending");
    stage.pass(1);
    let copy = collected(&stage, &mut file, passport.files()).expect_err("a copy");
    assert_eq!(copy.code(), "document_not_announced");
    let mut file = stage.on_disk("new");
    assert!(collected(&stage, &mut file, whole()).expect("collected"));
    let second = file.wallet.credential().expect("a credential").clone();
    assert_ne!(second.credential.holder_key, first.credential.holder_key);
    assert_eq!(
        second.credential.established_on.0,
        first.credential.verified_on.0 + 7
    );
    assert!(stage.revoked(&first) && !stage.revoked(&second));
    // The old secret is over; the new one refreshes.
    let mut old = stage.on_disk("lost");
    let refreshed = |file: &mut WalletFile, stage: &Stage| {
        stage.with(&stage.phone(), |with| {
            refresh(with, file, &mut Stills(&HOLDER), &Yes, &Silent)
        })
    };
    let refused = refreshed(&mut old, &stage).expect_err("an old secret");
    assert_eq!(refused.code(), "holder_key_not_newest");
    stage.pass(1);
    assert!(refreshed(&mut stage.on_disk("new"), &stage).expect("refreshed"));
}

#[test]
fn a_refresh_by_the_owner_cancels_a_recovery_and_so_does_withdrawal() {
    let mut stage = Stage::new();
    let secret = chip();
    let passport = stage.document("L898902C3", Some(&secret));
    let whole = || Answering {
        files: passport.files(),
        chip: &secret,
    };
    let mut owner = stage.enrol(whole(), "owner").expect("enrolled").wallet;
    let first = owner.wallet.credential().expect("a credential").clone();
    let mut thief = announced(&stage, whole(), &stage.phone())
        .expect("announced")
        .wallet;
    stage.pass(2);
    assert!(stage.contested(&first));
    let refreshed = stage.with(&SoftwareKey, |with| {
        refresh(with, &mut owner, &mut Stills(&HOLDER), &Yes, &Silent)
    });
    assert!(refreshed.expect("refreshed"));
    stage.pass(5);
    let late = collected(&stage, &mut thief, whole()).expect_err("cancelled");
    assert_eq!(late.code(), "recovery_cancelled");

    stage.pass(90);
    std::fs::remove_file(stage.path("new")).expect("the thief's wallet");
    let again = announced(&stage, whole(), &stage.phone())
        .expect("announced")
        .wallet;
    withdraw(again, &stage.client()).expect("withdrawn");
    assert!(!stage.path("new").exists());
    stage.pass(8);
    assert!(!stage.revoked(owner.wallet.credential().expect("a credential")));
}
