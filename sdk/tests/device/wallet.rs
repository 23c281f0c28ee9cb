//! Wallet files that are not what they were.

use humanseal_sdk::{Passphrase, Standing, WalletFile};

use crate::holder::{Issuer, credential, passphrase, wallet, wallet_file};

const ORIGIN: &str = "http://127.0.0.1:1";

#[test]
fn a_wallet_round_trips_and_prints_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let made = wallet_file(folder.path(), &Issuer::new(1), ORIGIN);
    let opened = WalletFile::open(&folder.path().join("wallet"), &passphrase(), 1).unwrap();
    assert_eq!(
        *opened.wallet.secret.to_bytes(),
        *made.wallet.secret.to_bytes()
    );
    assert_eq!(opened.wallet.credential(), made.wallet.credential());
    assert_eq!(
        opened.wallet.portrait.commitment(),
        made.wallet.portrait.commitment()
    );
    let printed = format!("{:?} {:?}", opened, opened.wallet);
    assert!(
        !printed.contains("1974") && !printed.contains("birthdate"),
        "{printed}"
    );
    let secret = humanseal_zk_credentials::field::FieldElement::from_be_bytes(
        &opened.wallet.secret.to_bytes(),
    );
    assert!(!printed.contains(&secret.unwrap().to_string()));
}

#[test]
fn a_wrong_passphrase_and_a_tampered_file_have_codes_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wallet");
    wallet_file(folder.path(), &Issuer::new(1), ORIGIN);
    let wrong = Passphrase::new("correct horses".into()).unwrap();
    assert_eq!(
        WalletFile::open(&path, &wrong, 0).unwrap_err().code(),
        "wallet_wrong_passphrase"
    );
    let good = std::fs::read(&path).unwrap();
    for (at, code) in [
        (0, "wallet_unknown_format"),
        (20, "wallet_header_damaged"),
        (good.len() - 1, "wallet_tampered"),
        (good.len() / 2, "wallet_tampered"),
    ] {
        let mut changed = good.clone();
        changed[at] ^= 1;
        std::fs::write(&path, &changed).unwrap();
        assert_eq!(
            WalletFile::open(&path, &passphrase(), 0)
                .unwrap_err()
                .code(),
            code,
            "{at}"
        );
    }
    std::fs::write(&path, &good[..good.len() - 1]).unwrap();
    assert_eq!(
        WalletFile::open(&path, &passphrase(), 0)
            .unwrap_err()
            .code(),
        "wallet_truncated"
    );
}

#[test]
fn a_rolled_back_wallet_is_refused_where_its_generation_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wallet");
    let mut file = wallet_file(folder.path(), &Issuer::new(1), ORIGIN);
    let old = std::fs::read(&path).unwrap();
    file.save().unwrap();
    assert_eq!(file.generation(), 2);
    std::fs::write(&path, &old).unwrap();
    let error = WalletFile::open(&path, &passphrase(), 2).unwrap_err();
    assert_eq!(error.code(), "wallet_rolled_back");
    // And the program that still has the newer one open does not write over what it does not know.
    assert_eq!(file.save().unwrap_err().code(), "wallet_changed");
    assert_eq!(std::fs::read(&path).unwrap(), old);
}

#[test]
fn two_programs_cannot_both_save_one_wallet() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wallet");
    let mut first = wallet_file(folder.path(), &Issuer::new(1), ORIGIN);
    let mut second = WalletFile::open(&path, &passphrase(), 0).unwrap();
    first.save().unwrap();
    assert_eq!(second.save().unwrap_err().code(), "wallet_changed");
    assert_eq!(
        WalletFile::open(&path, &passphrase(), 0)
            .unwrap()
            .generation(),
        2
    );
}

#[test]
fn parts_that_do_not_belong_together_do_not_open() {
    let issuer = Issuer::new(1);
    let (mine, theirs) = (wallet(&issuer, ORIGIN), wallet(&issuer, ORIGIN));
    let foreign_key = Issuer::new(2);
    let mut cases = Vec::new();
    let mut other_secret = mine.clone();
    other_secret.secret = theirs.secret.clone();
    cases.push(("another secret", other_secret));
    let mut other_portrait = mine.clone();
    other_portrait.portrait = theirs.portrait.clone();
    cases.push(("another portrait", other_portrait));
    let mut other_issuer = mine.clone();
    other_issuer.issuer = foreign_key.pin(ORIGIN);
    cases.push(("another issuer", other_issuer));
    let mut older = mine.clone();
    if let Standing::Enrolled {
        credential: signed, ..
    } = &mut older.standing
    {
        // Changed after it was signed.
        let mut changed = credential(&mine.secret, &mine.portrait);
        changed.expires_on.0 += 1;
        signed.credential = changed;
    }
    cases.push(("a changed credential", older));
    for (name, wallet) in cases {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wallet");
        WalletFile::create(&path, &passphrase(), wallet).unwrap();
        let error = WalletFile::open(&path, &passphrase(), 0).unwrap_err();
        assert_eq!(error.code(), "wallet_contents_inconsistent", "{name}");
    }
}
