//! A farm: who gets how many places, by policy. Phones are judged by the verifier of attestations,
//! documents by passive and active authentication, lines by the rules of section 9, places by the
//! circuit's demands; what an equal phone or document comes to is computed once and counted.
//!
//! Faces are not simulated. "The face stops strangers" means that no app that an attestation vouches
//! for passes a face that is not the document's; a program that nobody vouches for reports
//! whatever it likes. "A recording passes" means that every farmer gets each portrait past the app.

use humanseal_attestation::android::specimen::{Description, Maker, Value};
use humanseal_attestation::android::{
    PatchLevel, RevocationList, SecurityLevel, Trust, VerifiedBootState, tag, verify as attested,
};
use humanseal_attestation::{AppId, KeyProtection};
use humanseal_documents::specimen::{
    Authority, ChipKind, Holder, KeyKind, SpecimenChip, SpecimenDocument,
};
use humanseal_documents::x509::Certificate;
use humanseal_documents::{
    Challenge, DataGroups, DigestAlgorithm, Fingerprint, Moment, Sod, authenticate,
};
use humanseal_zk_credentials::calendar::{Day, Today};
use humanseal_zk_credentials::credential::{DeviceLevel, DocumentLevel};
use humanseal_zk_credentials::exchange::SessionKind;
use humanseal_zk_credentials::holder::HolderKey;
use humanseal_zk_credentials::policy::{ANY_VERIFIED_DAYS, Excluded, Policy};
use humanseal_zk_credentials::presentation::demands_met;
use humanseal_zk_credentials::template::{ModelId, TemplateCommitment};

use super::issuer::{Document, Issuer};
use crate::issuer::life::{Presented, Source};
use crate::issuer::tags::{Tag, Tags};

/// 2027-01-15.
const NOW: i64 = 1_800_000_000;
const PEOPLE: u32 = 50;
const BOUGHT: u32 = 40;
const COPIED: u32 = 200;
const COPIES_OF_EACH: u32 = 5;
const PAGES: u32 = 1_000;

/// Where a place comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum From {
    /// Somebody with their own face and passport; every second passport has a personal number.
    Person,
    /// The same human's identity card, under a second secret.
    SecondDocument,
    /// A bought document with its chip; every second one has a personal number.
    Bought,
    /// Copied files of a document that is somebody's.
    Copied,
    /// A photographed or invented data page.
    Page,
}

const ALL: [From; 5] = [
    From::Person,
    From::SecondDocument,
    From::Bought,
    From::Copied,
    From::Page,
];

/// A phone of the farm.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phone {
    Tee,
    StrongBox,
    /// An emulator that made up a root of the right name.
    MadeUpRoot,
    /// An emulator whose key is in software.
    SoftwareKey,
    Unlocked,
    /// A changed app under the listed name.
    Repackaged,
    /// A key that was taken out of a phone, and listed since.
    StolenKey,
}

/// What a phone earns by the verifier of attestations, or which check refuses it.
fn phone(kind: Phone) -> Result<DeviceLevel, &'static str> {
    let now = Moment::from_unix_seconds(NOW.unsigned_abs());
    let month = PatchLevel::from_yyyymm(202_601).unwrap();
    let listed = Fingerprint::of(b"signer");
    let mut trust = Trust::new(month);
    let trusted = Maker::insecure().unwrap().root_der().unwrap();
    trust.add_root(&trusted).unwrap();
    let app = AppId::android("com.example.seal").unwrap();
    trust.add_app(app, listed).unwrap();

    let maker = match kind {
        Phone::MadeUpRoot => Maker::from_seed(&[9; 32]),
        _ => Maker::insecure(),
    };
    let level = match kind {
        Phone::StrongBox | Phone::MadeUpRoot => SecurityLevel::StrongBox,
        Phone::SoftwareKey => SecurityLevel::Software,
        _ => SecurityLevel::TrustedEnvironment,
    };
    let signer = match kind {
        Phone::Repackaged => Fingerprint::of(b"another signer"),
        _ => listed,
    };
    let mut said =
        Description::genuine(level, month, &[1; 32], "com.example.seal", signer).unwrap();
    if kind == Phone::Unlocked {
        let root = Value::root_of_trust(&[0x5e; 32], false, VerifiedBootState::Verified);
        said.hardware.0.insert(tag::ROOT_OF_TRUST, root.unwrap());
    }
    let attestation = maker.unwrap().attestation(&[2; 32], said).unwrap();
    let chain = attestation.chain().unwrap();
    let stolen = match kind {
        Phone::StolenKey => {
            let serial = hex::encode(Certificate::from_der(&chain[1]).unwrap().serial());
            let serial = serial.trim_start_matches('0');
            format!(r#"{{"entries":{{"{serial}":{{"status":"REVOKED"}}}}}}"#)
        }
        _ => "{\"entries\":{}}".to_owned(),
    };
    let list = RevocationList::parse(stolen.as_bytes(), now).unwrap();
    let chain: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
    let (vouched, _) =
        attested(&chain, &[1; 32], &trust, Some(&list), now).map_err(|refusal| refusal.code())?;
    Ok(match vouched.protection {
        KeyProtection::Hardware => DeviceLevel::Hardware,
        KeyProtection::StrongBox => DeviceLevel::StrongBox,
    })
}

/// What the files of a document earn with this answer of a chip, if any.
fn document(answer_to: Option<Challenge>) -> Option<DocumentLevel> {
    let now = Moment::from_unix_seconds(NOW.unsigned_abs());
    let authority = Authority::insecure(KeyKind::P256).unwrap();
    let chip = SpecimenChip::insecure(ChipKind::Ecdsa).unwrap();
    let made = SpecimenDocument::make_with_chip(
        &authority,
        &Holder::specimen(now.date()),
        &[0xff, 0xd8, 0xff, 0xd9],
        DigestAlgorithm::Sha256,
        now,
        &chip,
    )
    .unwrap();
    let files = made.files();
    let sod = Sod::parse(&files.sod).unwrap();
    let groups = DataGroups {
        dg2: None,
        ..files.data_groups()
    };
    let read = authenticate(&sod, &groups, &authority.trust_store().unwrap(), now).unwrap();
    let asked = Challenge([3; 8]);
    match answer_to {
        None => Some(DocumentLevel::PassiveAuthentication),
        Some(other) => {
            let answer = chip.answer(other).unwrap();
            let holds = read.chip_key().unwrap().verify(asked, &answer).is_ok();
            holds.then_some(DocumentLevel::ActiveAuthentication)
        }
    }
}

/// The levels of everything that the farm has.
struct Inventory {
    phone: DeviceLevel,
    strong_phone: DeviceLevel,
    emulator: DeviceLevel,
    chip: DocumentLevel,
    copy: DocumentLevel,
}

impl Inventory {
    fn judged() -> Self {
        // What is refused is sent again with a key that nobody vouches for.
        for (kind, code) in [
            (Phone::MadeUpRoot, "android_root_unknown"),
            (Phone::SoftwareKey, "android_attestation_level"),
            (Phone::Unlocked, "android_unlocked"),
            (Phone::Repackaged, "android_signer_unlisted"),
            (Phone::StolenKey, "android_revoked"),
        ] {
            assert_eq!(phone(kind), Err(code));
        }
        // A recorded answer is refused, so that a copy is sent without one.
        assert_eq!(document(Some(Challenge([4; 8]))), None);
        Self {
            phone: phone(Phone::Tee).unwrap(),
            strong_phone: phone(Phone::StrongBox).unwrap(),
            emulator: DeviceLevel::Software,
            chip: document(Some(Challenge([3; 8]))).unwrap(),
            copy: document(None).unwrap(),
        }
    }
}

/// An issuer key with its floors, and where each of its credentials came from.
struct Key {
    issuer: Issuer,
    floors: (u8, u8),
    from: Vec<From>,
    secrets: u64,
}

impl Key {
    /// A session of kind issue: a document of this number, a person of that number.
    fn enrol(
        &mut self,
        from: From,
        levels: (DocumentLevel, DeviceLevel),
        number: u32,
        person: u32,
        numbered: bool,
    ) {
        if levels.0.get() < self.floors.0 || levels.1.get() < self.floors.1 {
            return;
        }
        let tag = |kind: u8, number: u32| {
            let mut bytes = [kind; 32];
            bytes[..4].copy_from_slice(&number.to_be_bytes());
            Tag(bytes)
        };
        let tags = [Tags {
            pepper_version: 1,
            document: tag(1, number),
            person: tag(2, person),
            number: numbered.then(|| tag(3, person)),
        }];
        self.secrets += 1;
        let session = Presented {
            kind: SessionKind::Issue,
            source: Source::Document(&tags),
            holder_key: HolderKey(self.secrets.into()),
            template: TemplateCommitment(self.secrets.into()),
            former_template: None,
            model: ModelId::of_sha256([1; 32]),
            document: levels.0,
            device: levels.1,
            expires_on: Day(u16::MAX),
        };
        let read = Document {
            tags: tags.to_vec(),
            expires_on: Day(u16::MAX),
        };
        if self.issuer.session(&session, Some(&read), NOW).is_ok() {
            self.from.push(from);
        }
    }

    /// Everybody comes to this key with the best that they have.
    fn after(inventory: &Inventory, floors: (u8, u8), recording_passes: bool) -> Self {
        let mut key = Self {
            issuer: Issuer::default(),
            floors,
            from: Vec::new(),
            secrets: 0,
        };
        // A phone makes a fresh key each session: a farm's thousand serve for any number.
        let farmed = match recording_passes {
            true => inventory.strong_phone,
            false => inventory.emulator,
        };
        let mut document = 0..;
        let mut next = move || document.next().unwrap();
        for person in 0..PEOPLE {
            let own = match person % 2 {
                0 => inventory.strong_phone,
                _ => inventory.phone,
            };
            let numbered = person % 4 < 2;
            key.enrol(
                From::Person,
                (inventory.chip, own),
                next(),
                person,
                numbered,
            );
            let card = (inventory.chip, own);
            key.enrol(From::SecondDocument, card, next(), person, false);
        }
        for person in 1_000..1_000 + BOUGHT {
            let levels = (inventory.chip, farmed);
            key.enrol(From::Bought, levels, next(), person, person % 2 == 0);
        }
        for person in 2_000..2_000 + COPIED {
            let (number, levels) = (next(), (inventory.copy, farmed));
            for _ in 0..COPIES_OF_EACH {
                key.enrol(From::Copied, levels, number, person, false);
            }
        }
        for person in 3_000..3_000 + PAGES {
            let levels = (DocumentLevel::DataPage, farmed);
            key.enrol(From::Page, levels, next(), person, false);
        }
        key
    }

    /// Places by where they come from, after the days that the network asks for.
    fn places(&self, policy: &Policy) -> [usize; 5] {
        let later = Day::from_unix_seconds(NOW).unwrap().0 + policy.min_established_days;
        let today = Today::from_day(Day(later));
        let met = |place: &usize| {
            let credential = &self.issuer.issued[*place].1;
            demands_met(credential, policy, &Excluded::none(), today).is_ok()
        };
        ALL.map(|from| {
            (0..self.from.len())
                .filter(|place| self.from[*place] == from)
                .filter(met)
                .count()
        })
    }
}

fn table() -> String {
    let inventory = Inventory::judged();
    let mut text = String::from(
        "| policy: document, device, unique | people | their second documents | bought documents | copied files | data pages | all of these: a recording passes | the face stops strangers |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for demanded @ (min_document, min_device, min_unique) in [
        (1, 1, 1),
        (2, 1, 1),
        (2, 2, 1),
        (2, 2, 2),
        (3, 2, 2),
        (3, 3, 2),
        (3, 3, 3),
    ] {
        let policy = Policy {
            min_age: 18,
            min_document,
            min_device,
            min_unique,
            max_slots: 1,
            max_verified_days: ANY_VERIFIED_DAYS,
            // L + W + 1 of 30 days and 72 hours.
            min_established_days: 30 + 3 + 1,
        };
        // Lower levels are signed under another key than production's.
        let floors = if min_document.min(min_device) < 2 {
            (1, 1)
        } else {
            (2, 2)
        };
        let [passes, stopped] = [true, false]
            .map(|recording| Key::after(&inventory, floors, recording).places(&policy));
        let sum = |places: [usize; 5]| places.iter().sum::<usize>();
        let columns: Vec<String> = passes
            .iter()
            .copied()
            .chain([sum(passes), sum(stopped)])
            .map(|count| count.to_string())
            .collect();
        let (a, b, c) = demanded;
        text += &format!("| {a}, {b}, {c} | {} |\n", columns.join(" | "));
    }
    text
}

/// The page says what the simulation gives. With `HUMANSEAL_WRITE_DOCS=1` it is written there.
#[test]
fn a_farm_takes_as_many_places_as_the_page_says() {
    let table = table();
    println!("{table}");
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/trust.md");
    let page = std::fs::read_to_string(&file).unwrap();
    let (before, rest) = page.split_once("<!-- farm -->\n").unwrap();
    let (stated, after) = rest.split_once("<!-- end -->").unwrap();
    if std::env::var_os("HUMANSEAL_WRITE_DOCS").is_some() {
        let page = format!("{before}<!-- farm -->\n{table}<!-- end -->{after}");
        std::fs::write(&file, page).unwrap();
    } else {
        assert_eq!(stated, table);
    }
}
