//! Documents whose chip answers: level 3, and everything that must not earn it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use humanseal_documents::specimen::{Authority, ChipKind, Holder, SpecimenChip, SpecimenDocument};
use humanseal_documents::{ActiveAuthError, Challenge, Chip, Date, DigestAlgorithm, Moment};
use humanseal_wallet_link::Presentation;
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::credential::SignedCredential;
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::exchange::{
    DocumentAccepted, Issued, Nonce, SessionCreated, chip_challenge,
};
use humanseal_zk_credentials::holder::HolderKey;
use humanseal_zk_credentials::keys;
use humanseal_zk_credentials::presentation::prove_present;
use serde_json::{Value, json};

use crate::device::{
    Device, acknowledge, after_document, answer, document_body, enrol, open, post_document,
    post_evidence, present, present_witness, published, request, wallet,
};
use crate::world::{START, World};

const COMPUTE: &str = "compute.example";

/// The chip of a holder of one's own.
pub fn chip(seed: u8) -> SpecimenChip {
    SpecimenChip::from_seed(&[seed; 32]).unwrap()
}

pub fn with_chip(authority: &Authority, holder: &Holder, chip: &SpecimenChip) -> SpecimenDocument {
    let now = Moment::from_unix_seconds(START.unsigned_abs());
    let (portrait, digest) = ([0xff, 0xd8, 0xff, 0xd9], DigestAlgorithm::Sha256);
    SpecimenDocument::make_with_chip(authority, holder, &portrait, digest, now, chip).unwrap()
}

/// A holder of this number, whose last digit makes the birthdate that of a person of one's own.
fn holder(number: &str) -> Holder {
    let mut holder = Holder::specimen(Moment::from_unix_seconds(START.unsigned_abs()).date());
    holder.number = number.to_owned();
    holder.personal_number = String::new();
    let digit = u16::from(number.as_bytes()[number.len() - 1] - b'0');
    holder.birthdate = Date::new(1970 + digit, 8, 12).unwrap();
    holder
}

fn document(world: &World, number: &str, chip: &SpecimenChip) -> SpecimenDocument {
    with_chip(&world.authority, &holder(number), chip)
}

/// The body with the chip's key and its answer to this nonce and holder key.
fn body_for(
    device: &Device,
    document: &SpecimenDocument,
    nonce: Nonce,
    holder_key: HolderKey,
) -> Value {
    let mut body = document_body(device, document);
    let files = document.files();
    body["dg15"] = json!(STANDARD.encode(&**files.dg15.as_ref().unwrap()));
    if let Some(dg14) = &files.dg14 {
        body["dg14"] = json!(STANDARD.encode(&**dg14));
    }
    let challenge = Challenge(chip_challenge(nonce, holder_key));
    let signature = (&mut &*document).authenticate(challenge).unwrap();
    body["chip_answer"] = json!({ "signature": STANDARD.encode(&*signature) });
    body
}

/// What an honest device sends.
pub fn chip_body(device: &Device, session: &SessionCreated, document: &SpecimenDocument) -> Value {
    body_for(device, document, session.nonce, device.secret.holder_key())
}

async fn enrol_with_chip(
    world: &World,
    device: &Device,
    document: &SpecimenDocument,
) -> SignedCredential {
    let session = open(world).await;
    let sent = chip_body(device, &session, document);
    let body = after_document(world, device, document, &session, &sent).await;
    let issued: Issued = post_evidence(world, &session, &body).await.ok();
    assert_eq!(acknowledge(world, &session).await.status, 204);
    issued.credential
}

/// A world whose network demands document 3 and takes any device.
async fn demanding() -> World {
    World::with(|text| {
        text.replace(
            "policy = { min_age = 18, min_device = 1, max_slots = 2 }",
            "policy = { min_age = 18, min_device = 1, min_document = 3, max_slots = 2 }",
        )
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chip_that_answers_earns_level_3_and_a_network_can_demand_it() {
    let world = demanding().await;
    for (kind, number) in [(ChipKind::Rsa, "L898902C3"), (ChipKind::Ecdsa, "L898902C4")] {
        let device = Device::new(u32::from(kind == ChipKind::Rsa));
        let document = document(&world, number, &SpecimenChip::insecure(kind).unwrap());
        let credential = enrol_with_chip(&world, &device, &document).await;
        assert_eq!(u8::from(credential.credential.document), 3);

        let request = request(&world, COMPUTE).await;
        assert_eq!(request.policy.min_document, 3);
        let account = wallet(u8::from(kind == ChipKind::Rsa) + 1);
        let presentation = present(&world, &device, &credential, &request, &account, 0).await;
        let answered: Value = answer(&world, &request, &presentation).await.ok();
        assert_eq!(answered["verified"], true);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_stays_at_level_2_and_a_network_that_demands_3_refuses_it() {
    let world = demanding().await;
    let device = Device::new(1);
    // The files of a document with a chip, without its key: nothing is sent of the chip.
    let copy = document(&world, "L898902C3", &chip(1));
    let credential = enrol(&world, &device, &copy).await;
    assert_eq!(u8::from(credential.credential.document), 2);

    let request = request(&world, COMPUTE).await;
    let list = published(&world).await;
    let key = keys::development(Circuit::Present).unwrap();
    // On the device.
    let witness = present_witness(&list, &world, &device, &credential, &request, &wallet(1), 0);
    let refusal = prove_present(key, &witness, &mut OsEntropy).unwrap_err();
    assert_eq!(refusal.code(), "document_level_too_low");
    // At the verifier: a proof for a policy that asks less, as it is and relabelled.
    let mut lower = request.clone();
    lower.policy.min_document = 2;
    let proved = present(&world, &device, &credential, &lower, &wallet(1), 0).await;
    // Another policy is another message: sign the one of the request.
    let honest = Presentation {
        signature: sign(&request, &wallet(1)),
        ..proved
    };
    let refused = answer(&world, &request, &honest).await;
    assert_eq!(refused.code(), "policy_mismatch");
    let mut relabelled = honest;
    relabelled.public[5] = public_policy(&request);
    let refused = answer(&world, &request, &relabelled).await;
    assert_eq!(refused.code(), "proof_invalid");
    // A credential with another level than the issuer signed.
    let mut raised = credential;
    raised.credential.document =
        humanseal_zk_credentials::credential::DocumentLevel::ActiveAuthentication;
    let witness = present_witness(&list, &world, &device, &raised, &request, &wallet(1), 0);
    let refusal = prove_present(key, &witness, &mut OsEntropy).unwrap_err();
    assert_eq!(refusal.code(), "credential_signature_invalid");
}

fn sign(
    request: &humanseal_wallet_link::Request,
    wallet: &humanseal_wallet_link::EvmKey,
) -> humanseal_wallet_link::presentation::AccountSignature {
    let account = crate::device::account(wallet);
    let message = humanseal_wallet_link::challenge::message(request, &account, None).unwrap();
    wallet.sign(&message)
}

fn public_policy(
    request: &humanseal_wallet_link::Request,
) -> humanseal_zk_credentials::exchange::PublicInput {
    request.policy.pack().into()
}

/// Whatever is sent of a chip and does not hold is a refusal by its check, never level 2; and none
/// is an attempt.
#[tokio::test]
async fn an_answer_that_does_not_hold_is_refused_by_its_check() {
    let world = World::development().await;
    let device = Device::new(1);
    let own = device.secret.holder_key();
    let other_holder = Device::new(2).secret.holder_key();
    let session = open(&world).await;
    let heard = open(&world).await;
    let document_1 = document(&world, "L898902C3", &chip(1));
    let document_2 = document(&world, "L898902C4", &chip(2));
    let rsa = document(
        &world,
        "L898902C5",
        &SpecimenChip::insecure(ChipKind::Rsa).unwrap(),
    );
    let good = chip_body(&device, &session, &document_1);
    let of_rsa = chip_body(&device, &session, &rsa);
    let changed = |body: &Value, member: &str, value: Value| {
        let mut body = body.clone();
        match value {
            Value::Null => drop(body.as_object_mut().unwrap().remove(member)),
            value => body[member] = value,
        }
        body
    };
    let signed = |bytes: &[u8]| json!({ "signature": STANDARD.encode(bytes) });
    let answer_of = |body: &Value| {
        let text = body["chip_answer"]["signature"].as_str().unwrap();
        STANDARD.decode(text).unwrap()
    };
    let mut flipped = answer_of(&good);
    flipped[40] ^= 1;
    let cut = &answer_of(&of_rsa)[..231];
    let foreign = chip_body(&device, &session, &document_2);
    let cases = [
        (
            "a copied SOD and DG1 with a chip answer for another nonce",
            body_for(&device, &document_1, heard.nonce, own),
            "active_authentication_signature",
        ),
        (
            "the same of an RSA chip",
            body_for(&device, &rsa, heard.nonce, own),
            "active_authentication_digest",
        ),
        (
            "an answer for another holder in the same session",
            body_for(&device, &document_1, session.nonce, other_holder),
            "active_authentication_signature",
        ),
        (
            "an answer of another chip",
            changed(&good, "chip_answer", foreign["chip_answer"].clone()),
            "active_authentication_signature",
        ),
        (
            "another chip with its key",
            changed(
                &changed(&good, "chip_answer", foreign["chip_answer"].clone()),
                "dg15",
                foreign["dg15"].clone(),
            ),
            "dg15_digest",
        ),
        (
            "a flipped bit",
            changed(&good, "chip_answer", signed(&flipped)),
            "active_authentication_signature",
        ),
        (
            "zeros",
            changed(&good, "chip_answer", signed(&[0; 64])),
            "active_authentication_answer_range",
        ),
        (
            "nothing",
            changed(&good, "chip_answer", signed(&[])),
            "active_authentication_answer_form",
        ),
        (
            "an answer that the reader cut off",
            changed(&of_rsa, "chip_answer", signed(cut)),
            "active_authentication_answer_form",
        ),
        (
            "no EF.DG14",
            changed(&good, "dg14", Value::Null),
            "active_authentication_dg14_missing",
        ),
        (
            "another EF.DG14",
            changed(&good, "dg14", json!(STANDARD.encode([0x6e, 2, 0x31, 0]))),
            "dg14_digest",
        ),
        (
            "a key without an answer",
            changed(&good, "chip_answer", Value::Null),
            "document_shape",
        ),
        (
            "an answer without a key",
            changed(&changed(&good, "dg15", Value::Null), "dg14", Value::Null),
            "document_shape",
        ),
        (
            "EF.DG14 for chip authentication",
            changed(
                &changed(&good, "dg15", Value::Null),
                "chip_answer",
                Value::Null,
            ),
            "chip_authentication_not_offered",
        ),
        (
            "a key that EF.SOD does not list",
            {
                let plain = crate::device::document(&world.authority, "L898902C6", START);
                let mut body = document_body(&device, &plain);
                body["dg15"] = good["dg15"].clone();
                body["chip_answer"] = good["chip_answer"].clone();
                body
            },
            "dg15_digest",
        ),
    ];
    for (name, body, code) in &cases {
        let refused = post_document(&world, &session, body).await;
        assert_eq!(refused.code(), *code, "{name}");
        assert_eq!(refused.status, 422, "{name}");
    }
    // None of these was an attempt, and the session still takes the honest answers.
    for body in [&good, &of_rsa, &good] {
        let accepted: DocumentAccepted = post_document(&world, &session, body).await.ok();
        assert_eq!(u8::from(accepted.document), 3);
    }
}

/// EF.DG14 of the signed document states a digest that ICAO forbids, or the key is of another kind.
#[tokio::test]
async fn a_signed_key_that_is_weak_or_unknown_is_refused_by_name() {
    let world = World::development().await;
    let device = Device::new(1);
    let session = open(&world).await;
    let chip = chip(1);
    let challenge = Challenge(chip_challenge(session.nonce, device.secret.holder_key()));
    let signature = STANDARD.encode(chip.answer(challenge).unwrap());
    // ecdsa-plain-SHA1 in place of ecdsa-plain-SHA256, the last byte of the file.
    let mut sha1 = chip.dg14().unwrap().unwrap();
    *sha1.last_mut().unwrap() = 1;
    let dg15 = chip.dg15().unwrap();
    // Ed25519 (RFC 8410).
    let ed25519 = [
        &hex::decode("6f2c302a300506032b6570032100").unwrap()[..],
        &[7; 32],
    ]
    .concat();
    for (dg14, dg15, code) in [
        (Some(&sha1[..]), &dg15[..], "active_authentication_hash"),
        (None, &ed25519, "active_authentication_key_unsupported"),
        (None, b"DG15", "active_authentication_dg15_structure"),
        (Some(b"DG14"), &dg15, "active_authentication_dg14_structure"),
    ] {
        let now = Moment::from_unix_seconds(START.unsigned_abs());
        let document = SpecimenDocument::make_with_groups(
            &world.authority,
            &holder("L898902C3"),
            &[0xff, 0xd8, 0xff, 0xd9],
            DigestAlgorithm::Sha256,
            now,
            dg14,
            Some(dg15),
        )
        .unwrap();
        let mut body = document_body(&device, &document);
        body["dg15"] = json!(STANDARD.encode(dg15));
        if let Some(dg14) = dg14 {
            body["dg14"] = json!(STANDARD.encode(dg14));
        }
        body["chip_answer"] = json!({ "signature": signature });
        assert_eq!(post_document(&world, &session, &body).await.code(), code);
    }
}

/// A key with floor 3 signs for nobody without a chip.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_floor_of_3_refuses_copies() {
    let world = World::with(|text| text.replace("min_document = 1", "min_document = 3")).await;
    let device = Device::new(1);
    let session = open(&world).await;
    let document = document(&world, "L898902C3", &chip(1));
    let copy = document_body(&device, &document);
    let refused = post_document(&world, &session, &copy).await;
    assert_eq!(refused.code(), "document_level_too_low");
    let credential = enrol_with_chip(&world, &device, &document).await;
    assert_eq!(u8::from(credential.credential.document), 3);
}

/// The catalogue of errors has every check of active authentication under the library's own name.
#[test]
fn every_check_has_a_code_of_its_own() {
    for check in ActiveAuthError::ALL {
        let code = humanseal_api::problem::Code::from_name(check.code());
        assert!(code.is_some_and(|code| code.status() == 422), "{check:?}");
    }
}
