//! What comes back: every answer of every call, searched for what belongs to a person. The
//! credential's own answer alone may hold it, and is the control that the search finds it.

use humanseal_documents::Moment;
use humanseal_documents::specimen::Holder;
use humanseal_zk_credentials::exchange::Issued;
use serde_json::json;

use crate::device::{
    Device, account, acknowledge, answer, document_body, enrol_proof, evidence, made, open,
    post_document, post_evidence, present, ready, request, statement, wallet,
};
use crate::privacy::{found, needles};
use crate::world::{BACK_END, OPERATOR, START, World};

const NUMBER: &str = "X7Q42ZK91";
const COMPUTE: &str = "compute.example";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_but_the_credentials_own_holds_anything_of_a_person() {
    let world = World::development().await;
    let client = &world.client;
    let device = Device::new(78);
    let now = Moment::from_unix_seconds(START.unsigned_abs());
    let mut holder = Holder::specimen(now.date());
    holder.number = NUMBER.into();
    holder.personal_number = "PN5520881".into();
    let document = made(&world.authority, &holder, now);

    // A session from end to end, with every refusal on the way that has read a document.
    let (session, body) = ready(&world, &device, &document).await;
    let path = format!("/v1/sessions/{}", session.id);
    let token = session.token.bearer().to_string();
    client.get_as(&path, &token).await;
    assert_eq!(post_evidence(&world, &session, &body).await.status, 200);
    let issued: Issued = post_evidence(&world, &session, &body).await.ok();
    client.get_as(&path, &token).await;
    assert_eq!(acknowledge(&world, &session).await.status, 204);
    assert_eq!(
        post_evidence(&world, &session, &body).await.code(),
        "session_state_wrong"
    );
    let (again, again_body) = ready(&world, &Device::new(79), &document).await;
    assert_eq!(
        post_evidence(&world, &again, &again_body).await.code(),
        "document_known"
    );
    let third = open(&world).await;
    let tampered = document
        .with_tampered_birthdate(humanseal_documents::Date::new(1990, 1, 1).unwrap())
        .unwrap();
    assert_eq!(
        post_document(&world, &third, &document_body(&device, &tampered))
            .await
            .code(),
        "dg1_digest"
    );
    let mrz = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nX7Q42ZK916UTO7408122F5004151ZE184226B<<<<<12";
    let wrong =
        json!({ "holder_key": device.secret.holder_key(), "channel": "camera", "mrz": mrz });
    assert_eq!(
        post_document(&world, &third, &wrong).await.code(),
        "mrz_check_digits"
    );
    let unknown = json!({ "holder_key": device.secret.holder_key(), "ERIKSSON": NUMBER });
    assert_eq!(
        post_document(&world, &third, &unknown).await.code(),
        "json_unknown_member"
    );
    let accepted = post_document(&world, &third, &document_body(&device, &document)).await;
    let other = Device::new(80);
    let statement = statement(
        &world,
        &other,
        &third,
        &document,
        &accepted
            .ok::<humanseal_zk_credentials::exchange::DocumentAccepted>()
            .plan,
    );
    let stranger = evidence(&other, &statement, enrol_proof(&world, &other, &third));
    assert_eq!(
        post_evidence(&world, &third, &stranger).await.code(),
        "holder_key_mismatch"
    );

    // The verifier's side, and everything that anybody may read.
    let asked = request(&world, COMPUTE).await;
    let presentation = present(&world, &device, &issued.credential, &asked, &wallet(1), 0).await;
    assert_eq!(answer(&world, &asked, &presentation).await.status, 200);
    assert_eq!(
        answer(&world, &asked, &presentation).await.code(),
        "request_used"
    );
    let path = format!("/v1/requests/{}", asked.id);
    client.get(&path).await;
    client.get_as(&path, BACK_END).await;
    let provider = format!("/v1/networks/{COMPUTE}/providers/{}", account(&wallet(1)));
    assert_eq!(client.get_as(&provider, BACK_END).await.status, 200);
    let entry = json!({ "request": asked, "presentation": presentation });
    assert_eq!(
        client.post_as("/v1/verify", BACK_END, &entry).await.status,
        200
    );
    let batch = json!({ "entries": [entry] });
    assert_eq!(
        client
            .post_as("/v1/verify/batch", BACK_END, &batch)
            .await
            .status,
        200
    );
    let index = issued.credential.credential.status_index.get();
    let revoke = format!("/v1/credentials/{index}/revoke");
    assert_eq!(client.post_empty_as(&revoke, OPERATOR).await.status, 204);
    for path in [
        "/v1/status-list",
        "/v1/status-list/contested",
        "/v1/status-list/root",
        "/.well-known/humanseal.json",
        "/.well-known/jwks.json",
        "/healthz",
        "/readyz",
        "/metrics",
    ] {
        assert_eq!(client.get(path).await.status, 200, "{path}");
    }

    let mut needles = needles(&device, NUMBER);
    needles.insert("personal number".into(), b"PN5520881".to_vec());
    let (own, others): (Vec<_>, Vec<_>) = client
        .answers()
        .into_iter()
        .partition(|(path, answer)| path.ends_with("/evidence") && answer.status == 200);
    assert_eq!(own.len(), 2);
    assert!(others.len() > 30, "{}", others.len());
    let bytes = |(path, answer): &(String, crate::client::Answer)| {
        let headers = format!("{:?}\n", answer.headers);
        (path.clone(), [headers.as_bytes(), &answer.body].concat())
    };
    let others: Vec<_> = others.iter().map(bytes).collect();
    assert_eq!(found(&others, &needles), Vec::<String>::new());
    let own: Vec<_> = own.iter().map(bytes).collect();
    let seen = found(&own, &needles);
    assert!(
        seen.iter().any(|hit| hit.starts_with("birthdate in")),
        "{seen:?}"
    );
    assert!(
        !seen
            .iter()
            .any(|hit| hit.contains("name") || hit.contains("number"))
    );
}
