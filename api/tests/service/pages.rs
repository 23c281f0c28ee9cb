//! Document level 1 at the issuer and the verifier: the printed lines, honest and forged.

use humanseal_documents::specimen::{Holder, SpecimenDocument};
use humanseal_documents::{Moment, Sod};
use humanseal_wallet_link::{Request, challenge};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::credential::SignedCredential;
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::exchange::{
    Dg2Digest, DocumentAccepted, EvidenceBody, HashAlgorithm, ReadChannel, SessionCreated,
    SessionKind, Sha256Digest, Statement,
};
use humanseal_zk_credentials::keys;
use humanseal_zk_credentials::presentation::prove_present;
use serde_json::{Value, json};

use crate::device::{
    Device, account, acknowledge, answer, document_body, enrol_proof_for, evidence, made, open,
    open_for, post_document, post_evidence, present, present_witness, published, request,
    statement, wallet,
};
use crate::kinds::{credential, holder, numbered, session, with_new_portrait};
use crate::privacy::{found, left_behind, needles};
use crate::world::{START, World};

/// A world with a network that takes what a page earns; its others demand a chip.
async fn world() -> World {
    World::with(|text| {
        text + "\n[[verifier.networks]]\nid = \"open.example\"\norigin = \"https://open.example\"\n\
            policy = { min_document = 1, min_device = 1, min_unique = 1 }\nroots = \"newest\"\n\
            scopes = [{ action = \"provider\" }]\n"
    })
    .await
}

fn lines(holder: &Holder) -> String {
    holder.mrz().unwrap().as_str().to_owned()
}

fn sent(device: &Device, lines: &str) -> Value {
    json!({ "holder_key": device.secret.holder_key(), "channel": "camera", "mrz": lines })
}

/// A chip document of the same holder, whose digests a forger would like to name.
fn chip(world: &World, holder: &Holder) -> SpecimenDocument {
    let now = Moment::from_unix_seconds(START.unsigned_abs());
    made(&world.authority, holder, now)
}

/// What an honest device states of a page.
fn stated(
    world: &World,
    device: &Device,
    opened: &SessionCreated,
    holder: &Holder,
    accepted: &DocumentAccepted,
) -> Statement {
    let mut said = statement(world, device, opened, &chip(world, holder), &accepted.plan);
    said.document = Sha256Digest::of(lines(holder).as_bytes());
    said.dg2 = None;
    said.channel = ReadChannel::Camera;
    said
}

/// A session of this kind up to its evidence, with what a forger makes of the honest statement.
async fn prepared(
    world: &World,
    kind: SessionKind,
    device: &Device,
    holder: &Holder,
    forge: impl FnOnce(&mut Statement),
) -> (SessionCreated, EvidenceBody) {
    let opened = open_for(world, kind).await;
    let body = sent(device, &lines(holder));
    let accepted: DocumentAccepted = post_document(world, &opened, &body).await.ok();
    assert_eq!(u8::from(accepted.document), 1);
    let mut said = stated(world, device, &opened, holder, &accepted);
    forge(&mut said);
    let proof = enrol_proof_for(world, device, device, &opened, kind);
    let body = evidence(device, &said, proof);
    (opened, body)
}

async fn enrolled(world: &World, device: &Device, holder: &Holder) -> SignedCredential {
    let (opened, body) = prepared(world, SessionKind::Issue, device, holder, |_| {}).await;
    let signed = credential(&post_evidence(world, &opened, &body).await);
    assert_eq!(acknowledge(world, &opened).await.status, 204);
    signed
}

fn levels(signed: &SignedCredential) -> (u8, u8) {
    let credential = &signed.credential;
    (credential.document.get(), credential.unique.get())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn level_1_serves_where_it_suffices_and_is_never_taken_for_2() {
    let world = world().await;
    let device = Device::new(1);
    let signed = enrolled(&world, &device, &holder("L898902C3", "")).await;
    assert_eq!(levels(&signed), (1, 1));

    let open = request(&world, "open.example").await;
    let shown = present(&world, &device, &signed, &open, &wallet(1), 0).await;
    assert_eq!(answer(&world, &open, &shown).await.status, 200);

    // A network that demands 2: there is no proof of it, and one of a lower demand is another policy's.
    let demanding = request(&world, "compute.example").await;
    let list = published(&world).await;
    let witness = present_witness(&list, &world, &device, &signed, &demanding, &wallet(1), 0);
    let key = keys::development(Circuit::Present).unwrap();
    assert!(prove_present(key, &witness, &mut OsEntropy).is_err());
    let lowered = Request {
        policy: open.policy,
        ..demanding.clone()
    };
    let mut forged = present(&world, &device, &signed, &lowered, &wallet(1), 0).await;
    let message = challenge::message(&demanding, &account(&wallet(1)), None).unwrap();
    forged.signature = wallet(1).sign(&message);
    let refused = answer(&world, &demanding, &forged).await;
    assert_eq!(refused.code(), "policy_mismatch");
    // Nor is a credential whose level was raised by its holder still the issuer's.
    let mut raised = signed.clone();
    raised.credential.document = 2.try_into().unwrap();
    assert!(raised.verify().is_err());
    let witness = present_witness(&list, &world, &device, &raised, &demanding, &wallet(1), 0);
    assert!(prove_present(key, &witness, &mut OsEntropy).is_err());
}

/// Each lie alone, in a statement that holds otherwise, signed and proved.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_about_a_page_says_what_was_sent_or_is_refused() {
    let world = world().await;
    let device = Device::new(1);
    type Lie = Box<dyn Fn(&World, &Holder, &mut Statement)>;
    let of_chip = |world: &World, holder: &Holder, said: &mut Statement| {
        let sod = Sod::parse(&chip(world, holder).files().sod).unwrap();
        let digest = sod.digest_of(2).unwrap().as_bytes().to_vec();
        said.dg2 = Dg2Digest::new(HashAlgorithm::Sha256, digest);
    };
    let lies: [(&str, &str, Lie); 5] = [
        ("L898902C3", "portrait_mismatch", Box::new(of_chip)),
        (
            "L898902C4",
            "document_mismatch",
            Box::new(|world, holder, said| {
                // Level 2 without EF.SOD: the digest of one that was never sent.
                said.document = Sha256Digest::of(&chip(world, holder).files().sod);
            }),
        ),
        (
            "L898902C5",
            "document_mismatch",
            Box::new(|_, holder, said| {
                let mut other = holder.clone();
                other.number = "X898902C5".into();
                said.document = Sha256Digest::of(lines(&other).as_bytes());
            }),
        ),
        (
            "L898902C6",
            "channel_mismatch",
            Box::new(|_, _, said| said.channel = ReadChannel::Nfc),
        ),
        (
            "L898902C7",
            "holder_key_mismatch",
            Box::new(|_, _, said| said.holder_key = Device::new(9).secret.holder_key()),
        ),
    ];
    for (number, code, lie) in lies {
        let holder = holder(number, "");
        let forge = |said: &mut Statement| lie(&world, &holder, said);
        let (opened, body) = prepared(&world, SessionKind::Issue, &device, &holder, forge).await;
        assert_eq!(post_evidence(&world, &opened, &body).await.code(), code);
    }
    // The same without a lie is taken.
    enrolled(&world, &device, &holder("L898902C3", "")).await;
}

/// Other lines after the match: the plan, the digest and the proof are of the first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_that_change_after_the_match_are_refused() {
    let world = world().await;
    let device = Device::new(1);
    let (mine, other) = (holder("L898902C3", ""), holder("X898902C3", ""));
    let (opened, body) = prepared(&world, SessionKind::Issue, &device, &mine, |_| {}).await;
    let changed = sent(&device, &lines(&other));
    let accepted: DocumentAccepted = post_document(&world, &opened, &changed).await.ok();
    let refused = post_evidence(&world, &opened, &body).await;
    assert_eq!(refused.code(), "plan_mismatch");

    // Under the new plan, but with the statement about the first lines.
    let (opened, _) = prepared(&world, SessionKind::Issue, &device, &mine, |_| {}).await;
    let accepted_again: DocumentAccepted = post_document(&world, &opened, &changed).await.ok();
    assert_ne!(accepted_again.plan.digest(), accepted.plan.digest());
    let said = stated(&world, &device, &opened, &mine, &accepted_again);
    let proof = enrol_proof_for(&world, &device, &device, &opened, SessionKind::Issue);
    let body = evidence(&device, &said, proof);
    let refused = post_evidence(&world, &opened, &body).await;
    assert_eq!(refused.code(), "document_mismatch");
}

/// Lines beside files of a chip are neither.
#[tokio::test]
async fn lines_and_files_do_not_mix() {
    let world = world().await;
    let device = Device::new(1);
    let holder = holder("L898902C3", "");
    let opened = open(&world).await;
    let chip = document_body(&device, &chip(&world, &holder));
    for (member, value) in [
        ("sod", &chip["sod"]),
        ("dg1", &chip["dg1"]),
        ("dg15", &json!("AA==")),
        ("chip_answer", &json!({ "signature": "AA==" })),
    ] {
        let mut body = sent(&device, &lines(&holder));
        body[member] = value.clone();
        let refused = post_document(&world, &opened, &body).await;
        assert_eq!(refused.code(), "document_shape", "{member}");
    }
    let mut body = sent(&device, &lines(&holder));
    body["channel"] = json!("nfc");
    let refused = post_document(&world, &opened, &body).await;
    assert_eq!(refused.code(), "document_channel");
}

#[tokio::test]
async fn an_issuer_key_with_a_floor_of_2_takes_no_page() {
    let world = World::with_phones(", min_device = 1, min_document = 2").await;
    let opened = open(&world).await;
    let body = sent(&Device::new(1), &lines(&holder("L898902C3", "")));
    let refused = post_document(&world, &opened, &body).await;
    assert_eq!(refused.code(), "document_level_too_low");
}

/// A number that somebody made up does not stay with the line until a document without one joins it: the credential
/// would say `unique` 3 by it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invented_number_raises_nothing() {
    let world = world().await;
    let liar = Device::new(1);
    let signed = enrolled(&world, &liar, &holder("L898902C3", "ZE184226B")).await;
    assert_eq!(levels(&signed), (1, 1));
    let renewed = with_new_portrait(&liar);
    let card = numbered(&world, "C898902C3", "");
    let answer = session(&world, SessionKind::Renew, &renewed, &card, Some(&liar)).await;
    assert_eq!(levels(&credential(&answer)), (2, 2));
}

/// The lines go through the service as the chip's files do: nothing of them stays.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_page_stays_in_databases_and_logs() {
    let world = world().await;
    let device = Device::new(78);
    let holder = holder("Q7Q42ZK91", "PN5520882");
    let mut needles = needles(&device, "Q7Q42ZK91");
    needles.insert("personal number".into(), b"PN5520882".to_vec());
    let kind = SessionKind::Issue;
    let (opened, body) = prepared(&world, kind, &device, &holder, |_| {}).await;
    assert!(found(&left_behind(&world), &needles).is_empty());
    credential(&post_evidence(&world, &opened, &body).await);
    assert!(found(&left_behind(&world), &needles).is_empty());
    assert_eq!(acknowledge(&world, &opened).await.status, 204);
    assert!(found(&left_behind(&world), &needles).is_empty());
    // It is looked for where it would be.
    let planted = [("control".to_owned(), lines(&holder).into_bytes())];
    assert!(found(&planted, &needles).len() >= 4);
}
