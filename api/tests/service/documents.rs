//! The document step.

use humanseal_documents::Moment;
use humanseal_documents::specimen::{Authority, Holder};
use humanseal_zk_credentials::exchange::DocumentAccepted;
use serde_json::json;

use crate::device::{Device, document, document_body, open, post_document};
use crate::world::{START, World};

#[tokio::test]
async fn documents_that_are_not_authentic_are_refused_by_the_check() {
    let world = World::development().await;
    let device = Device::new(1);
    let session = open(&world).await;
    let good = document(&world.authority, "L898902C3", START);

    let tampered = good
        .with_tampered_birthdate(humanseal_documents::Date::new(1990, 1, 1).unwrap())
        .unwrap();
    let body = document_body(&device, &tampered);
    assert_eq!(
        post_document(&world, &session, &body).await.code(),
        "dg1_digest"
    );

    let stranger = Authority::from_seed(&[9; 32]).unwrap();
    let body = document_body(&device, &document(&stranger, "L898902C3", START));
    assert_eq!(
        post_document(&world, &session, &body).await.code(),
        "csca_anchor"
    );

    let mut body = document_body(&device, &good);
    body["sod"] = json!("");
    assert_eq!(
        post_document(&world, &session, &body).await.code(),
        "document_refused"
    );
    let mut body = document_body(&device, &good);
    body["dg14"] = json!("AA==");
    assert_eq!(
        post_document(&world, &session, &body).await.code(),
        "chip_authentication_not_offered"
    );
    let mut body = document_body(&device, &good);
    body["channel"] = json!("camera");
    assert_eq!(
        post_document(&world, &session, &body).await.code(),
        "document_channel"
    );
    let mut body = document_body(&device, &good);
    body["dg1"] = json!(null);
    assert_eq!(
        post_document(&world, &session, &body).await.code(),
        "document_shape"
    );

    // None of these was an attempt.
    assert_eq!(
        post_document(&world, &session, &document_body(&device, &good))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn five_plans_for_a_document_in_a_day() {
    let world = World::development().await;
    let device = Device::new(1);
    let body = document_body(&device, &document(&world.authority, "L898902C3", START));
    let mut plans = vec![];
    for _ in 0..5 {
        let session = open(&world).await;
        let accepted: DocumentAccepted = post_document(&world, &session, &body).await.ok();
        plans.push(accepted.plan.digest().unwrap());
    }
    plans.dedup();
    assert_eq!(plans.len(), 5);
    let session = open(&world).await;
    let refused = post_document(&world, &session, &body).await;
    assert_eq!(refused.code(), "attempts_exhausted");
    assert_eq!(refused.headers["retry-after"], "86400");
    // Another document is not concerned, and a day later this one is free again.
    let other = document_body(&device, &document(&world.authority, "L898902C4", START));
    assert_eq!(post_document(&world, &session, &other).await.status, 200);
    world.clock.advance(86_400);
    let session = open(&world).await;
    assert_eq!(post_document(&world, &session, &body).await.status, 200);
}

#[tokio::test]
async fn a_data_page_alone_is_document_1() {
    let world = World::development().await;
    let device = Device::new(1);
    let session = open(&world).await;
    let mrz = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3104159ZE184226B<<<<<18";
    let body = json!({ "holder_key": device.secret.holder_key(), "channel": "camera", "mrz": mrz });
    let refused = post_document(&world, &session, &body).await;
    // Its last check digit is that of another expiry.
    assert_eq!(refused.code(), "mrz_check_digits");
    let mut holder = Holder::specimen(Moment::from_unix_seconds(START.unsigned_abs()).date());
    holder.personal_number = String::new();
    let text = holder.mrz().unwrap();
    let body = json!({
        "holder_key": device.secret.holder_key(),
        "channel": "camera",
        "mrz": format!("{}\n{}", &text[..44], &text[44..]),
    });
    let accepted: DocumentAccepted = post_document(&world, &session, &body).await.ok();
    assert_eq!(u8::from(accepted.document), 1);

    let refusal = async |change: &dyn Fn(&mut Holder)| {
        let mut holder = holder.clone();
        change(&mut holder);
        let text = holder.mrz().unwrap();
        let mut body = body.clone();
        body["mrz"] = json!(text.as_str());
        post_document(&world, &session, &body).await.code()
    };
    // A diplomat's passport is not among the documents that are taken, with a chip or without.
    assert_eq!(refusal(&|h| h.code = "PD".into()).await, "document_code");
    let yesterday = humanseal_documents::Date::new(2026, 5, 31).unwrap();
    assert_eq!(refusal(&|h| h.expiry = yesterday).await, "document_expiry");
    let mut open_year = holder.mrz().unwrap().as_bytes().to_vec();
    open_year[57..59].fill(b'<');
    let mut body = body.clone();
    body["mrz"] = json!(String::from_utf8(open_year.clone()).unwrap());
    let refused = post_document(&world, &session, &body).await;
    assert_eq!(refused.code(), "mrz_check_digits");
    open_year[63] = check_digit(&open_year[57..63]);
    let covered = [&open_year[44..54], &open_year[57..64], &open_year[65..87]].concat();
    open_year[87] = check_digit(&covered);
    body["mrz"] = json!(String::from_utf8(open_year).unwrap());
    let refused = post_document(&world, &session, &body).await;
    assert_eq!(refused.code(), "mrz_birth_year");
}

/// ICAO 9303 part 3 section 4.9.
fn check_digit(characters: &[u8]) -> u8 {
    let value = |c: u8| char::from(c).to_digit(36).unwrap_or(0);
    let weighted = characters.iter().zip([7, 3, 1].into_iter().cycle());
    let sum: u32 = weighted.map(|(c, weight)| value(*c) * weight).sum();
    b'0' + u8::try_from(sum % 10).unwrap()
}
