//! Documents without a chip at hand: what the printed lines earn, and what they do not.

use humanseal_biometric::Language;
use humanseal_documents::{Chip, ChipError, ChipFault, ElementaryFile};
use humanseal_sdk::{
    AccountSigner, Client, DocumentSource, EnrolError, Equipment, NewWallet, PresentError,
    Presenting, Silent, SoftwareKey, WalletFile, collect, enrol, present, recover,
    refresh_with_document, renew,
};
use humanseal_wallet_link::presentation::AccountSignature;
use humanseal_wallet_link::{Account, EvmKey, Request, RequestId};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::credential::{DocumentLevel, SignedCredential};
use humanseal_zk_credentials::exchange::{Environment, ReadChannel};
use humanseal_zk_credentials::holder::Slot;
use humanseal_zk_credentials::keys;
use image::imageops;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::page::{Page, holder, picture, yesterday};
use crate::stage::{BACK_END, HOLDER, STRANGER, Stage, Stills, Yes};

struct Signer(EvmKey, Account);

impl Signer {
    fn new() -> Self {
        let key = EvmKey::from_bytes(&[0x42; 32]).expect("a key");
        let account = key.account(1).expect("an account");
        Self(key, account)
    }
}

impl AccountSigner for Signer {
    fn account(&self) -> &Account {
        &self.1
    }
    fn sign(&self, message: &str) -> Result<AccountSignature, String> {
        Ok(self.0.sign(message))
    }
}

fn credential(file: &WalletFile) -> SignedCredential {
    file.wallet.credential().expect("a credential").clone()
}

fn request(stage: &Stage, network: &str) -> Request {
    let body = json!({ "network": network, "action": "provider", "chains": ["eip155:1"] });
    let made: Result<Value, _> = stage.client().post("/v1/requests", Some(BACK_END), &body);
    let made = made.expect("a request");
    let id: RequestId = serde_json::from_value(made["id"].clone()).expect("an id");
    stage.client().request(&id).expect("a request")
}

/// Answers a request of this network and sends the answer.
fn presented(stage: &Stage, file: &mut WalletFile, network: &str) -> Result<(), PresentError> {
    let request = request(stage, network);
    let client: Client = stage.client();
    let with = Presenting {
        issuer: &client,
        proving_key: keys::development(Circuit::Present).expect("a key"),
        network: None,
        account: &Signer::new(),
        slot: Slot(0),
        now: stage.now(),
    };
    let presented = present(&with, file, &request, None, &Yes, &Silent)?;
    client
        .send_presentation(&presented.presentation)
        .expect("accepted");
    Ok(())
}

#[test]
fn a_printed_page_earns_level_1_and_serves_where_that_suffices() {
    let stage = Stage::taking_pages();
    let page = Page::of(stage.moment(), "L898902C3").mistyped_first();
    let enrolled = stage.enrol(page, "wallet").expect("enrolled");
    assert_eq!(enrolled.document, DocumentLevel::DataPage);
    let mut file = enrolled.wallet;
    let earned = credential(&file).credential;
    assert_eq!((earned.document.get(), earned.unique.get()), (1, 1));
    assert!(enrolled.acknowledged);

    presented(&stage, &mut file, "pages.example").expect("level 1 suffices there");
    let refused = presented(&stage, &mut file, "chips.example").expect_err("a chip is demanded");
    assert_eq!(refused.code(), "document_level_too_low");
    assert_eq!(file.wallet.ledger.entries().len(), 1);
}

/// Whatever is wrong with page or photograph is told before a session is opened.
#[test]
fn a_page_that_cannot_be_used_is_refused_with_advice() {
    let stage = Stage::taking_pages();
    let page = || Page::of(stage.moment(), "L898902C3");
    let dark = |image: &mut image::RgbImage| {
        image
            .pixels_mut()
            .for_each(|pixel| pixel.0 = pixel.0.map(|c| c / 12))
    };
    let blurred = |image: &mut image::RgbImage| *image = imageops::blur(image, 5.0);
    let mut seen = std::collections::BTreeSet::new();
    for (expected, photograph) in [
        ("no_face", picture(&[], 360, |_| {})),
        (
            "several_faces",
            picture(&["obama.jpg", "biden.jpg"], 360, |_| {}),
        ),
        ("face_too_small", picture(&["obama.jpg"], 110, |_| {})),
        ("too_dark", picture(&["obama.jpg"], 360, dark)),
        ("blurred", picture(&["obama.jpg"], 480, blurred)),
    ] {
        let error = stage.enrol(page().photographed(photograph), "wallet");
        let error = error.expect_err(expected);
        assert_eq!(error.code(), expected);
        let EnrolError::Document(error) = error else {
            panic!("{error}");
        };
        for language in [Language::English, Language::German] {
            let advice = error.advice(language).expect("advice");
            assert!(advice.ends_with('.') && seen.insert(advice), "{advice}");
        }
    }
    let code = |page: Page| {
        stage
            .enrol(page, "wallet")
            .expect_err("refused")
            .code()
            .to_owned()
    };
    assert_eq!(code(page().given_up()), "mrz_field_number");
    let mut expired = holder(stage.moment(), "L898902C3");
    expired.expiry = yesterday(stage.moment());
    assert_eq!(code(Page::holding(&expired)), "document_expiry");
    let mut diplomat = holder(stage.moment(), "L898902C3");
    diplomat.code = "PD".into();
    assert_eq!(code(Page::holding(&diplomat)), "document_code");
    assert!(!stage.path("wallet").exists());
}

#[test]
fn a_specimen_outside_of_development_and_a_stranger_before_the_camera() {
    let stage = Stage::taking_pages();
    let passphrase = &Stage::passphrase();
    let path = &stage.path("wallet");
    let into = || NewWallet { path, passphrase };
    let mut page = Page::of(stage.moment(), "L898902C3");
    let issuer =
        Client::new("https://issuer.example", Environment::Production).expect("an address");
    let refused = stage.with(&SoftwareKey, |with| {
        let with = Equipment {
            issuer: &issuer,
            ..*with
        };
        enrol(
            &with,
            into(),
            &mut page,
            &mut Stills(&HOLDER),
            &Yes,
            &Silent,
        )
    });
    assert_eq!(refused.expect_err("a specimen").code(), "specimen_refused");
    let refused = stage.with(&SoftwareKey, |with| {
        enrol(
            with,
            into(),
            &mut page,
            &mut Stills(&STRANGER),
            &Yes,
            &Silent,
        )
    });
    assert_eq!(refused.expect_err("a stranger").code(), "gate_match_failed");
    assert!(!path.exists());
}

/// A chip that fails is an error, whatever else the owner has; an issuer with a floor gets nothing.
#[test]
fn nothing_falls_back_to_the_page_and_a_floor_refuses_it() {
    struct Lost;
    impl Chip for Lost {
        fn read(&mut self, _: ElementaryFile) -> Result<Option<Zeroizing<Vec<u8>>>, ChipError> {
            Err(ChipError::Fault(ChipFault::LinkLost))
        }
        fn answers(&self) -> bool {
            true
        }
        fn authenticate(
            &mut self,
            _: humanseal_documents::Challenge,
        ) -> Result<Zeroizing<Vec<u8>>, ChipError> {
            Err(ChipError::Absent)
        }
    }
    let lost = Stage::taking_pages()
        .enrol(Lost, "wallet")
        .expect_err("a lost link");
    assert_eq!(lost.code(), "chip_link_lost");

    let demanding = Stage::new();
    let page = Page::of(demanding.moment(), "L898902C3");
    let refused = demanding.enrol(page, "wallet").expect_err("a floor of 2");
    assert_eq!(refused.code(), "issuer_key_missing");
}

/// The lines are read by camera, however the caller reads its chips.
#[test]
fn the_channel_is_the_page_s_own() {
    let stage = Stage::taking_pages();
    let (path, passphrase) = (&stage.path("wallet"), &Stage::passphrase());
    let mut page = Page::of(stage.moment(), "L898902C3");
    let enrolled = stage.with(&SoftwareKey, |with| {
        let with = Equipment {
            channel: ReadChannel::Nfc,
            ..*with
        };
        let into = NewWallet { path, passphrase };
        enrol(&with, into, &mut page, &mut Stills(&HOLDER), &Yes, &Silent)
    });
    assert_eq!(
        enrolled.expect("enrolled").document,
        DocumentLevel::DataPage
    );
}

fn followed(
    stage: &Stage,
    file: &mut WalletFile,
    mut document: impl DocumentSource,
    renewing: bool,
) -> Result<bool, EnrolError> {
    stage.with(&SoftwareKey, |with| {
        let camera = &mut Stills(&HOLDER);
        match renewing {
            true => renew(with, file, &mut document, camera, &Yes, &Silent),
            false => refresh_with_document(with, file, &mut document, camera, &Yes, &Silent),
        }
    })
}

/// A page refreshes its own line and never takes over from a chip; a chip takes over from a page.
#[test]
fn the_life_of_a_page_s_credential() {
    let mut stage = Stage::taking_pages();
    let mut file = stage
        .enrol(Page::of(stage.moment(), "L898902C3"), "wallet")
        .expect("enrolled")
        .wallet;
    let first = credential(&file);
    stage.pass(2);
    let same = Page::of(stage.moment(), "L898902C3");
    assert!(followed(&stage, &mut file, same, false).expect("refreshed"));
    let second = credential(&file);
    assert_eq!(second.credential.document, DocumentLevel::DataPage);
    assert!(stage.revoked(&first) && !stage.revoked(&second));

    let chip = stage.document("X898902C3", None);
    assert!(followed(&stage, &mut file, chip.files(), true).expect("renewed"));
    let third = credential(&file).credential;
    assert_eq!((third.document.get(), third.unique.get()), (2, 2));
    // What it says of uniqueness it says from today on.
    assert_eq!(third.established_on, third.verified_on);

    for (number, renewing) in [("L898902C3", false), ("Y898902C3", true)] {
        let page = Page::of(stage.moment(), number);
        let refused = followed(&stage, &mut file, page, renewing).expect_err("a page");
        assert_eq!(refused.code(), "document_level_lower");
    }
    assert_eq!(credential(&file).credential, third);
}

#[test]
fn a_lost_secret_of_a_page_s_line_comes_back_after_thirty_days() {
    let mut stage = Stage::taking_pages();
    let page = |stage: &Stage| Page::of(stage.moment(), "L898902C3");
    let lost = stage.enrol(page(&stage), "lost").expect("enrolled").wallet;
    let (path, passphrase) = (stage.path("new"), Stage::passphrase());
    let into = NewWallet {
        path: &path,
        passphrase: &passphrase,
    };
    let mut shown = page(&stage);
    let recovering = stage.with(&stage.phone(), |with| {
        recover(with, into, &mut shown, &mut Stills(&HOLDER), &Yes, &Silent)
    });
    let mut file = recovering.expect("announced").wallet;
    stage.pass(29);
    let collected = |stage: &Stage, file: &mut WalletFile| {
        let mut page = page(stage);
        stage.with(&SoftwareKey, |with| collect(with, file, &mut page, &Silent))
    };
    let early = collected(&stage, &mut file).expect_err("too early");
    assert_eq!(early.code(), "recovery_pending");
    stage.pass(1);
    assert!(collected(&stage, &mut file).expect("collected"));
    let new = credential(&file).credential;
    assert_eq!((new.document.get(), new.unique.get()), (1, 1));
    assert!(stage.revoked(&credential(&lost)));
}
