//! The process dies at any point of a step and starts again on the same files: nothing is
//! half-written, and a retry gives the same answer.
//!
//! Two ways to die. By the kernel's limit on file sizes a process is killed in the middle of the
//! very write that would pass it, so that a step can be cut at every place of its write-ahead log,
//! one after the other. And by SIGKILL from outside: before the call, at seeded moments during it,
//! after the first byte of the answer.

use std::os::unix::process::ExitStatusExt;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Method, Request as Call, header};
use humanseal_documents::specimen::SpecimenDocument;
use humanseal_wallet_link::{PassVerifier, Presentation, Request};
use humanseal_zk_credentials::credential::SignedCredential;
use humanseal_zk_credentials::exchange::{
    DocumentAccepted, Environment, EvidenceBody, Issued, SessionCreated,
};
use serde::Serialize;
use tokio::io::AsyncReadExt;

use crate::child::{self, Beyond, Daemon};
use crate::client::Answer;
use crate::device::{
    Device, acknowledge, document_body, document_of, enrol_proof, evidence, open, present, request,
    statement, wallet,
};
use crate::ledger::{self, Ledger};
use crate::socket;
use crate::world::{BACK_END, Setting};

const COMPUTE: &str = "compute.example";
/// The signal that a process gets for a write beyond its limit, on every Unix.
const XFSZ: i32 = 25;
/// Bytes of a frame of the write-ahead log: a header and a page (sqlite.org/fileformat2.html).
const FRAME: u64 = 24 + 4_096;
/// Blocks of 512 bytes from one cut to the next: each frame is cut at two places.
const STEP_BLOCKS: u64 = 4;
/// More cuts than any step has.
const CUTS: u64 = 80;

/// One call of the three steps, kept so that it can be sent again.
struct Step {
    path: String,
    token: Option<String>,
    body: Vec<u8>,
}

impl Step {
    fn new(path: String, token: Option<String>, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).unwrap();
        Self { path, token, body }
    }
    fn document(session: &SessionCreated, body: &serde_json::Value) -> Self {
        let path = format!("/v1/sessions/{}/document", session.id);
        Self::new(path, Some(session.token.bearer().to_string()), body)
    }
    fn evidence(session: &SessionCreated, body: &EvidenceBody) -> Self {
        let path = format!("/v1/sessions/{}/evidence", session.id);
        Self::new(path, Some(session.token.bearer().to_string()), body)
    }
    fn acknowledgement(session: &SessionCreated) -> Self {
        Self {
            path: format!("/v1/sessions/{}/ack", session.id),
            token: Some(session.token.bearer().to_string()),
            body: vec![],
        }
    }
    fn presentation(request: &Request, presentation: &Presentation) -> Self {
        let path = format!("/v1/requests/{}/presentation", request.id);
        Self::new(path, None, presentation)
    }

    async fn bytes(&self) -> Vec<u8> {
        let mut call = Call::builder()
            .method(Method::POST)
            .uri(&self.path)
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(token) = &self.token {
            call = call.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        socket::bytes(call.body(Body::from(self.body.clone())).unwrap()).await
    }

    async fn send(&self, daemon: &Daemon) -> std::io::Result<Answer> {
        socket::finish(socket::start(daemon.address, &self.bytes().await).await?).await
    }
}

/// A document body that asks for the plan with the longer time: the process dies often before the
/// evidence comes through.
fn unhurried(device: &Device, paper: &SpecimenDocument) -> serde_json::Value {
    let mut body = document_body(device, paper);
    body["accessible"] = serde_json::json!(true);
    body
}

/// Cuts a step at every place of what it writes to `database`, then lets it through. Between two
/// cuts nothing is there of it.
async fn cut_everywhere(setting: &mut Setting, database: &str, step: &Step) -> Answer {
    let before = Ledger::read(setting.dir.path()).await;
    let log = setting.dir.path().join(format!("{database}-wal"));
    let start = child::size(&log) / 512 + 1;
    // Nothing but the log is written beyond the limit.
    for other in [database.to_owned(), format!("{database}-shm")] {
        let bytes = child::size(&setting.dir.path().join(&other));
        assert!(bytes <= start * 512, "{other} has {bytes} bytes");
    }
    for cut in 0..CUTS {
        let daemon = Daemon::limited(setting, start + cut * STEP_BLOCKS, Beyond::Killed);
        if let Ok(answer) = step.send(&daemon).await {
            assert!(answer.status.is_success(), "{}", answer.json());
            daemon.kill();
            // None where the step ends with an empty log, as the acknowledgement does.
            let frames = child::size(&log).saturating_sub(start * 512) / FRAME;
            assert!(cut > 3 && cut >= 2 * frames, "{cut} cuts of {frames}");
            return answer;
        }
        assert_eq!(daemon.ended().signal(), Some(XFSZ), "cut {cut}");
        assert_eq!(Ledger::read(setting.dir.path()).await, before, "cut {cut}");
    }
    panic!("the step never came through");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_cut_at_any_place_of_its_writes_left_nothing_and_works_again() {
    let mut setting = child::setting(|text| text);
    let device = Device::new(1);
    let paper = document_of(&setting, 0);
    let daemon = Daemon::start(&mut setting);
    let session = open(&setting).await;
    daemon.kill();

    let step = Step::document(&session, &unhurried(&device, &paper));
    let accepted: DocumentAccepted = cut_everywhere(&mut setting, "issuer.sqlite", &step)
        .await
        .ok();
    let documented = Ledger::read(setting.dir.path()).await;
    assert_eq!(documented.state(session.id.as_str()), "documented");
    assert_eq!(documented.attempts, 1);

    let statement = statement(&setting, &device, &session, &paper, &accepted.plan);
    let body = evidence(
        &device,
        &statement,
        enrol_proof(&setting, &device, &session),
    );
    let step = Step::evidence(&session, &body);
    let first = cut_everywhere(&mut setting, "issuer.sqlite", &step).await;
    let issued: Issued = first.ok();
    let ledger = Ledger::read(setting.dir.path()).await;
    assert_eq!(ledger.state(session.id.as_str()), "issued");
    assert_eq!(ledger.attempts, 1);
    let daemon = Daemon::start(&mut setting);
    assert_eq!(step.send(&daemon).await.unwrap().body, first.body);
    daemon.kill();

    let sealed = ledger::sealed(setting.dir.path()).await;
    assert_eq!(sealed.len(), 1);
    let step = Step::acknowledgement(&session);
    cut_everywhere(&mut setting, "issuer.sqlite", &step).await;
    let ledger = Ledger::read(setting.dir.path()).await;
    assert_eq!(ledger.state(session.id.as_str()), "acknowledged");

    let daemon = Daemon::start(&mut setting);
    assert_eq!(step.send(&daemon).await.unwrap().status, 204);
    ledger::assert_gone(setting.dir.path(), &sealed[0]);
    let asked = request(&setting, COMPUTE).await;
    let shown = present(&setting, &device, &issued.credential, &asked, &wallet(1), 0).await;
    daemon.kill();
    let step = Step::presentation(&asked, &shown);
    let answer = cut_everywhere(&mut setting, "verifier.sqlite", &step).await;
    let daemon = Daemon::start(&mut setting);
    answered(&setting, &asked, &step, Some(&answer), &daemon).await;
    daemon.kill();
}

/// A request that was answered: a retry is told so, and the back end finds outcome and pass.
async fn answered(
    setting: &Setting,
    asked: &Request,
    step: &Step,
    first: Option<&Answer>,
    daemon: &Daemon,
) {
    assert_eq!(step.send(daemon).await.unwrap().code(), "request_used");
    let path = format!("/v1/requests/{}", asked.id);
    let shown = setting.client.get_as(&path, BACK_END).await.json();
    assert_eq!(shown["state"], "used");
    let jwks = setting.client.get("/.well-known/jwks.json").await.ok();
    let passes = PassVerifier::new(
        &jwks,
        &asked.verifier,
        &asked.network,
        Environment::Development,
    );
    let token = shown["outcome"]["pass"].as_str().unwrap();
    let now = humanseal_api::clock::Clock::now(&humanseal_api::clock::SystemClock);
    let now = humanseal_zk_credentials::exchange::Timestamp::from_unix_seconds(now).unwrap();
    let pass = passes.unwrap().verify(token, now).unwrap();
    assert_eq!(
        pass.nullifier.0.to_string(),
        shown["outcome"]["nullifier"].as_str().unwrap()
    );
    if let Some(first) = first {
        assert_eq!(shown["outcome"], first.json());
    }
}

/// A generator of our own, so that a failing run can be repeated (splitmix64).
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, bound: Duration) -> Duration {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let share = ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64;
        bound.mul_f64(share)
    }
}

/// When the process dies.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// Before the call.
    Before,
    /// That long after the call was sent.
    After(Duration),
    /// When the first byte of the answer is there.
    FirstByte,
}

/// Starts the program, sends the call and kills at the moment.
async fn kill_at(setting: &mut Setting, step: &Step, moment: Moment) {
    let daemon = Daemon::start(setting);
    if !matches!(moment, Moment::Before) {
        let mut stream = socket::start(daemon.address, &step.bytes().await)
            .await
            .unwrap();
        match moment {
            Moment::Before => {}
            Moment::After(delay) => tokio::time::sleep(delay).await,
            Moment::FirstByte => assert_eq!(stream.read_u8().await.unwrap(), b'H'),
        }
    }
    daemon.kill();
}

/// The moments of one step: `longest` is what the call took when nobody killed it.
fn moments(seeded: &mut Seeded, longest: Duration) -> [Moment; 4] {
    [
        Moment::Before,
        Moment::After(seeded.below(longest)),
        Moment::After(seeded.below(longest.mul_f64(1.5))),
        Moment::FirstByte,
    ]
}

/// How long each call took in a first round that nobody killed.
#[derive(Clone, Copy, Default)]
struct Took {
    document: Duration,
    evidence: Duration,
    presentation: Duration,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_a_retry_gives_the_same_answer() {
    let mut setting = child::setting(|text| text);
    let mut took = Took::default();
    for round in 0..3u64 {
        let mut seeded = Seeded(round);
        let device = Device::new(round as u32 + 1);
        let (issued, times) = enrolled(&mut setting, &device, round, took, &mut seeded).await;
        let time = presented(&mut setting, &device, &issued, round, took, &mut seeded).await;
        if round == 0 {
            took = Took {
                presentation: time,
                ..times
            };
        }
    }
    let ledger = Ledger::read(setting.dir.path()).await;
    assert_eq!(ledger.indices.len(), 3);
    assert_eq!(ledger.registrations.len(), 3);
}

/// One session, killed at many moments of document and evidence after the first round.
async fn enrolled(
    setting: &mut Setting,
    device: &Device,
    round: u64,
    took: Took,
    seeded: &mut Seeded,
) -> (SignedCredential, Took) {
    let paper = document_of(setting, round as u16);
    let daemon = Daemon::start(setting);
    let session = open(setting).await;
    daemon.kill();
    let id = session.id.as_str();

    let step = Step::document(&session, &unhurried(device, &paper));
    let mut before = Ledger::read(setting.dir.path()).await;
    if round > 0 {
        for moment in moments(seeded, took.document) {
            kill_at(setting, &step, moment).await;
            let after = Ledger::read(setting.dir.path()).await;
            // A plan was drawn and counted, or neither.
            let drawn = after.sessions[id] != before.sessions[id];
            assert_eq!(after.attempts - before.attempts, i64::from(drawn));
            assert_eq!(
                drawn || before.state(id) == "documented",
                after.state(id) == "documented"
            );
            match moment {
                Moment::Before => assert!(!drawn),
                Moment::FirstByte => assert!(drawn),
                Moment::After(_) => {}
            }
            before = after;
        }
    }
    let daemon = Daemon::start(setting);
    let started = Instant::now();
    let accepted: DocumentAccepted = step.send(&daemon).await.unwrap().ok();
    let document = started.elapsed();
    daemon.kill();
    before = Ledger::read(setting.dir.path()).await;

    let statement = statement(setting, device, &session, &paper, &accepted.plan);
    let body = evidence(device, &statement, enrol_proof(setting, device, &session));
    let step = Step::evidence(&session, &body);
    if round > 0 {
        for moment in moments(seeded, took.evidence) {
            kill_at(setting, &step, moment).await;
            let after = Ledger::read(setting.dir.path()).await;
            let issued = after.state(id) == "issued";
            if before.state(id) == "issued" || !issued {
                assert_eq!(after, before, "{moment:?}");
            }
            match moment {
                Moment::Before => assert!(!issued),
                Moment::FirstByte => assert!(issued),
                Moment::After(_) => {}
            }
            before = after;
        }
    }
    let daemon = Daemon::start(setting);
    let started = Instant::now();
    let first = step.send(&daemon).await.unwrap();
    let evidence = started.elapsed();
    daemon.kill();
    let after = Ledger::read(setting.dir.path()).await;
    let daemon = Daemon::start(setting);
    assert_eq!(step.send(&daemon).await.unwrap().body, first.body);
    let issued: Issued = first.ok();
    issued.credential.verify().unwrap();
    assert_eq!(acknowledge(setting, &session).await.status, 204);
    daemon.kill();
    // The index that the database had from the first accepted call on.
    let index = i64::from(issued.credential.credential.status_index.get());
    assert_eq!(after.sessions[id].status_index, Some(index));
    let times = Took {
        document,
        evidence,
        presentation: Duration::ZERO,
    };
    (issued.credential, times)
}

/// One request, killed at many moments of its presentation after the first round.
async fn presented(
    setting: &mut Setting,
    device: &Device,
    credential: &SignedCredential,
    round: u64,
    took: Took,
    seeded: &mut Seeded,
) -> Duration {
    let wallet = wallet(round as u8 + 1);
    let daemon = Daemon::start(setting);
    let asked = request(setting, COMPUTE).await;
    let shown = present(setting, device, credential, &asked, &wallet, 0).await;
    let step = Step::presentation(&asked, &shown);
    if round == 0 {
        let started = Instant::now();
        let answer = step.send(&daemon).await.unwrap();
        let time = started.elapsed();
        daemon.kill();
        let daemon = Daemon::start(setting);
        answered(setting, &asked, &step, Some(&answer), &daemon).await;
        daemon.kill();
        return time;
    }
    daemon.kill();
    let id = asked.id.as_str();
    let mut before = Ledger::read(setting.dir.path()).await;
    for moment in moments(seeded, took.presentation) {
        let used = before.requests[id].is_some();
        // A used request has no answer to break off but its refusal, which writes nothing.
        kill_at(setting, &step, moment).await;
        let after = Ledger::read(setting.dir.path()).await;
        if used || after.requests[id].is_none() {
            assert_eq!(after, before, "{moment:?}");
        }
        if matches!(moment, Moment::FirstByte) {
            assert!(after.requests[id].is_some());
        }
        before = after;
    }
    let daemon = Daemon::start(setting);
    answered(setting, &asked, &step, None, &daemon).await;
    daemon.kill();
    Duration::ZERO
}
