//! What stays behind: the raw bytes of databases, their write-ahead logs and the log.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Mutex, OnceLock, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use humanseal_documents::Moment;
use humanseal_documents::specimen::Holder;
use humanseal_zk_credentials::exchange::Issued;

use crate::chips::{chip, chip_body, with_chip};
use crate::device::{
    Device, acknowledge, after_document, answer, open, post_evidence, present, ready, request,
    wallet,
};
use crate::world::{START, World};

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Captured;

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Keeps everything that all tests of this binary log, at the level `debug`.
pub fn capture_log() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        tracing_subscriber::fmt()
            .json()
            .with_max_level(tracing::Level::DEBUG)
            .with_writer(|| Captured)
            .init();
    });
}

/// Everything that all tests of this binary logged so far.
pub fn logged() -> String {
    let log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
    String::from_utf8_lossy(&log).into_owned()
}

/// Every form of what must not stay behind, by name.
pub fn needles(device: &Device, number: &str) -> BTreeMap<String, Vec<u8>> {
    let plain: Vec<(&str, String)> = vec![
        ("birthdate", "19740812".into()),
        ("birthdate ISO", "1974-08-12".into()),
        ("birthdate MRZ", "7408122F".into()),
        ("surname", "ERIKSSON".into()),
        ("given names", "ANNA MARIA".into()),
        ("name MRZ", "ERIKSSON<<ANNA<MARIA".into()),
        ("number", number.into()),
    ];
    let mut all: Vec<(String, Vec<u8>)> = plain
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text.into_bytes()))
        .collect();
    let number = 19_740_812_u32;
    all.push((
        "birthdate little-endian float".into(),
        (number as f64).to_le_bytes().to_vec(),
    ));
    for (place, window) in device.vector.chunks(4).enumerate().step_by(16) {
        let floats: Vec<u8> = window.iter().flat_map(|x| x.to_le_bytes()).collect();
        all.push((format!("embedding floats {place}"), floats));
        all.push((
            format!("embedding text {place}"),
            format!("{}", window[0]).into_bytes(),
        ));
    }
    let template = device.portrait.to_bytes();
    for (place, window) in template.chunks(12).enumerate().step_by(8) {
        all.push((format!("template {place}"), window.to_vec()));
    }
    let mut forms = BTreeMap::new();
    for (name, bytes) in all {
        forms.insert(format!("{name}, hex"), hex::encode(&bytes).into_bytes());
        forms.insert(
            format!("{name}, HEX"),
            hex::encode_upper(&bytes).into_bytes(),
        );
        // Inside a longer text, base64 depends on the place modulo 3; its ends are not the text's own.
        for shift in 0..3 {
            let shifted = [&vec![0; shift][..], &bytes].concat();
            let encoded = STANDARD_NO_PAD.encode(&shifted);
            let from = [0, 2, 3][shift];
            let to = shifted.len() * 8 / 6;
            forms.insert(
                format!("{name}, base64 at {shift}"),
                encoded.as_bytes()[from..to].to_vec(),
            );
        }
        forms.insert(name, bytes);
    }
    forms
}

pub fn found(haystacks: &[(String, Vec<u8>)], needles: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let mut found = vec![];
    for (place, bytes) in haystacks {
        for (name, needle) in needles {
            if bytes.windows(needle.len()).any(|window| window == needle) {
                found.push(format!("{name} in {place}"));
            }
        }
    }
    found
}

pub fn left_behind(world: &World) -> Vec<(String, Vec<u8>)> {
    let mut haystacks = vec![];
    for entry in std::fs::read_dir(world.dir.path()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if name.contains(".sqlite") {
            haystacks.push((name, std::fs::read(entry.path()).unwrap()));
        }
    }
    haystacks.push((
        "log".into(),
        LOG.lock().unwrap_or_else(PoisonError::into_inner).clone(),
    ));
    haystacks
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_person_stays_in_databases_and_logs() {
    let world = World::development().await;
    let device = Device::new(77);
    let mut holder = Holder::specimen(Moment::from_unix_seconds(START.unsigned_abs()).date());
    holder.number = "X7Q42ZK91".into();
    holder.personal_number = "PN5520881".into();
    // With its chip: key and answer are as much a document's as its number.
    let document = with_chip(&world.authority, &holder, &chip(77));
    let mut needles = needles(&device, "X7Q42ZK91");
    needles.insert("personal number".into(), b"PN5520881".to_vec());
    let session = open(&world).await;
    let sent = chip_body(&device, &session, &document);
    for (name, bytes) in [
        ("chip's key", &sent["dg15"]),
        ("chip's answer", &sent["chip_answer"]["signature"]),
    ] {
        let text = bytes.as_str().unwrap();
        let bytes = STANDARD.decode(text).unwrap();
        needles.insert(format!("{name}, base64"), text.as_bytes().to_vec());
        needles.insert(format!("{name}, hex"), hex::encode(&bytes).into_bytes());
        needles.insert(name.into(), bytes[bytes.len() - 32..].to_vec());
    }

    let body = after_document(&world, &device, &document, &session, &sent).await;
    assert_eq!(
        found(&left_behind(&world), &needles),
        Vec::<String>::new(),
        "after the document"
    );
    let issued: Issued = post_evidence(&world, &session, &body).await.ok();
    assert_eq!(
        found(&left_behind(&world), &needles),
        Vec::<String>::new(),
        "after the evidence"
    );
    assert_eq!(acknowledge(&world, &session).await.status, 204);
    let asked = request(&world, "compute.example").await;
    let presentation = present(&world, &device, &issued.credential, &asked, &wallet(1), 0).await;
    assert_eq!(answer(&world, &asked, &presentation).await.status, 200);
    // The credential is never stored: not even its signature's numbers.
    let credential = serde_json::to_value(&issued.credential).unwrap();
    for number in ["s", "r8x", "r8y"] {
        let text = credential["signature"][number].as_str().unwrap();
        needles.insert(format!("signature {number}"), text.as_bytes().to_vec());
    }
    tracing::info!("a control in the log: qX7zR2");
    let haystacks = left_behind(&world);
    assert_eq!(
        found(&haystacks, &needles),
        Vec::<String>::new(),
        "after the presentation"
    );
    let control = BTreeMap::from([("control".to_owned(), b"qX7zR2".to_vec())]);
    assert_eq!(found(&haystacks, &control), ["control in log"]);
    // Databases, write-ahead logs and the log were looked at, and were not empty.
    assert!(haystacks.iter().any(|(name, _)| name.ends_with("-wal")));
    assert!(
        haystacks
            .iter()
            .filter(|(_, bytes)| bytes.len() > 1_000)
            .count()
            >= 3
    );

    // The control: each needle, planted in the database, is found there.
    for (name, needle) in &needles {
        sqlx::query("INSERT INTO sessions (id, issuer, kind, state, token_digest, nonce, created_at, evidence_by) VALUES (?, '', 1, 'created', ?, randomblob(32), 0, 0)")
            .bind(name)
            .bind(needle)
            .execute(&pool(&world).await)
            .await
            .unwrap();
    }
    let planted = found(&left_behind(&world), &needles);
    for name in needles.keys() {
        assert!(
            planted
                .iter()
                .any(|hit| hit.starts_with(&format!("{name} in issuer"))),
            "{name}"
        );
    }
}

async fn pool(world: &World) -> sqlx::SqlitePool {
    sqlx::SqlitePool::connect(&format!("sqlite://{}", world.issuer_database().display()))
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_session_kept_is_gone_after_acknowledgement_and_after_expiry() {
    let world = World::development().await;
    let kept = |world: &World| {
        let file = world.issuer_database();
        async move {
            let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", file.display()))
                .await
                .unwrap();
            let sealed: Vec<Option<Vec<u8>>> =
                sqlx::query_scalar("SELECT sealed FROM sessions ORDER BY created_at, id")
                    .fetch_all(&pool)
                    .await
                    .unwrap();
            sealed.into_iter().flatten().collect::<Vec<_>>()
        }
    };
    let one = crate::device::document(&world.authority, "L898902C3", START);
    let two = crate::device::document(&world.authority, "L898902C4", START);
    let (device, other) = (Device::new(1), Device::new(2));
    let (session, body) = ready(&world, &device, &one).await;
    let _abandoned = ready(&world, &other, &two).await;
    let sealed = kept(&world).await;
    assert_eq!(sealed.len(), 2);
    assert_eq!(post_evidence(&world, &session, &body).await.status, 200);
    assert_eq!(acknowledge(&world, &session).await.status, 204);
    assert_eq!(kept(&world).await.len(), 1);
    world.clock.advance(3_601);
    world.service.maintain().await.unwrap();
    assert_eq!(kept(&world).await.len(), 0);
    // The sealed bytes themselves are overwritten, in the file and in its write-ahead log.
    for (name, bytes) in left_behind(&world) {
        for text in &sealed {
            let piece = &text[30..62];
            assert!(
                !bytes.windows(32).any(|window| window == piece),
                "sealed bytes in {name}"
            );
        }
    }
}
