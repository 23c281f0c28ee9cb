//! `humanseal demo`: the whole story once, in one process, on specimen data.
//!
//! The parties run in memory and hand each other the protocol's own messages. What is missing
//! against a deployment stands in the README and is printed at the end.

mod device;
mod issuer;
mod refusals;
mod report;
mod verifier;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use humanseal_documents::specimen::{Authority, Holder, KeyKind, SpecimenDocument};
use humanseal_documents::{DigestAlgorithm, Moment};
use humanseal_wallet_link::chain::Chain;
use humanseal_wallet_link::{EvmKey, SolanaKey};
use humanseal_zk_credentials::circuit::{Circuit, shape};
use humanseal_zk_credentials::groth16::PROOF_BYTES;
use humanseal_zk_credentials::holder::Slot;

use self::device::Device;
use self::issuer::Issuer;
use self::verifier::Verifier;
use crate::output::{Answer, Failure, Outcome};

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// Prints one JSON document for machines instead of the story.
    #[arg(long)]
    json: bool,
}

/// What the story yields for the report.
pub struct Story {
    /// Every presentation verified and every refusal was the expected one.
    verified: bool,
    /// Gate, outcome and reason, as the statement carries them.
    gates: Vec<[String; 3]>,
    /// Account, slot, nullifier and pass of every presentation.
    passes: Vec<[String; 4]>,
    /// What was tried, and the code of the refusal.
    refusals: BTreeMap<&'static str, &'static str>,
    /// Wall time of the steps.
    times: BTreeMap<&'static str, Duration>,
}

/// The moment of the story.
#[derive(Clone, Copy)]
pub struct Now(i64);

impl Now {
    fn read() -> Result<Self, Failure> {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let seconds = since
            .map_err(|_| Failure::fault("the clock stands before 1970"))?
            .as_secs();
        i64::try_from(seconds).map(Self).map_err(Failure::fault)
    }
    fn moment(self) -> Moment {
        Moment::from_unix_seconds(self.0.unsigned_abs())
    }
}

/// A photograph of the fixtures.
pub fn photograph(name: &str) -> Result<Vec<u8>, Failure> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/faces");
    let file: PathBuf = folder.join(name);
    std::fs::read(&file)
        .map_err(|error| Failure::input(format!("cannot read {}: {error}", file.display())))
}

/// Runs a step and notes its time.
fn timed<T>(
    times: &mut BTreeMap<&'static str, Duration>,
    step: &'static str,
    run: impl FnOnce() -> T,
) -> T {
    let start = Instant::now();
    let result = run();
    times.insert(step, start.elapsed());
    result
}

/// Runs it.
pub fn run(args: Args) -> Outcome {
    let story = tell(Now::read()?, !args.json)?;
    let sizes = report::Sizes {
        proof_bytes: PROOF_BYTES,
        enrol: shape(Circuit::Enrol).constraints(),
        present: shape(Circuit::Present).constraints(),
        public_inputs: shape(Circuit::Present).public_inputs,
        threads: rayon::current_num_threads(),
    };
    if args.json {
        report::json(&story, &sizes)?
    } else {
        report::tables(&story, &sizes)
    }
    Ok(if story.verified {
        Answer::Yes
    } else {
        Answer::No
    })
}

fn tell(now: Now, aloud: bool) -> Result<Story, Failure> {
    let say = |line: &str| {
        if aloud {
            println!("{line}");
        }
    };
    let mut times = BTreeMap::new();
    say("1  A specimen document is made: test CSCA, document signer, EF.SOD, DG1, DG2.");
    let authority = Authority::insecure(KeyKind::P256).map_err(Failure::fault)?;
    let holder = Holder::specimen(now.moment().date());
    let document = SpecimenDocument::make(
        &authority,
        &holder,
        &photograph("obama.jpg")?,
        DigestAlgorithm::Sha256,
        now.moment(),
    )
    .map_err(Failure::fault)?;
    let trust = authority.trust_store().map_err(Failure::fault)?;

    say("2  The issuer opens a session and authenticates the chip data. It never gets DG2.");
    let device = Device::load()?;
    let mut issuer = Issuer::new(trust, device.model())?;
    let session = issuer.open(document.files(), now)?;

    say("3  The device finds the faces, judges the frames and proves the match (circuit enrol).");
    let frames = [photograph("obama2.jpg")?, photograph("obama3.jpg")?];
    let capture = device.capture(document.files(), &frames)?;
    for (step, time) in capture.times() {
        times.insert(step, time);
    }
    let evidence = timed(&mut times, "enrol_prove", || {
        device.enrol(&capture, &session, issuer.id())
    })?;

    say("4  The issuer checks the evidence and signs the credential.");
    let gates = evidence.gate_rows();
    let signed = issuer.issue(session, &evidence, now)?;

    say("5  Two accounts of the holder answer a network's request (circuit present).");
    let verifier = Verifier::new(&issuer, now)?;
    let evm = EvmKey::from_bytes(&[0x42; 32]).ok_or_else(|| Failure::fault("no EVM key"))?;
    let solana = SolanaKey::from_bytes(&[0x43; 32]);
    let accounts = [
        evm.account(1).map_err(Failure::fault)?,
        solana
            .account(Chain::solana_mainnet())
            .map_err(Failure::fault)?,
    ];
    let mut passes = Vec::new();
    for (slot, account) in (0..).zip(&accounts) {
        let request = verifier.request(&issuer, now)?;
        let witness = device.witness(&signed, &issuer.list, &request, account, Slot(slot), now)?;
        let (proof, public) = timed(&mut times, "present_prove", || device.present(&witness))?;
        let message = verifier::message(&request, account)?;
        let signature = if slot == 0 {
            evm.sign(&message)
        } else {
            solana.sign(&message)
        };
        let presentation = verifier::presentation(&request, account, &proof, &public, signature);
        let (verified, pass) = timed(&mut times, "verify", || {
            verifier.accept(&request, &presentation, &issuer, now)
        })?;
        passes.push([
            account.to_string(),
            slot.to_string(),
            verified.nullifier.0.to_string(),
            pass,
        ]);
    }

    say("6  What must be refused is tried.");
    let scene = refusals::Scene {
        device: &device,
        issuer: &mut issuer,
        verifier: &verifier,
        document: &document,
        signed: &signed,
        evm: &evm,
        account: &accounts[0],
        now,
    };
    let (refusals, as_expected) = refusals::run(scene)?;
    Ok(Story {
        verified: as_expected,
        gates,
        passes,
        refusals,
        times,
    })
}
