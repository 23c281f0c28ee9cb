//! `humanseal demo`: the whole story once, in one process, on specimen data.
//!
//! A real service listens on a loopback port with its own databases and keys, and the device talks
//! to it over HTTP. Nothing is canned: proofs are made and checked, and every refusal is that of
//! the part that must refuse. One thing is staged and says so: photographs cannot turn a head, so
//! the gates of a followed plan are reported as staged, which only an issuer of the environment
//! development takes. Beside it a rendered head goes through them, and says that it is rendered.

mod attack;
mod attempt;
mod kept;
mod levels;
mod life;
mod onchain;
mod person;
mod refusals;
mod report;
mod simulation;
mod stage;
mod traces;
mod world;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use humanseal_biometric::{Limits, Photo};
use humanseal_documents::specimen::Holder;
use humanseal_sdk::enrol::EnrolTimings;
use humanseal_sdk::{
    AccountSigner, Client, Enrolled, Outcome, Presented, Presenting, Silent, WalletFile,
    network_document, present,
};
use humanseal_wallet_link::{Jwks, Pass, PassVerifier, Presentation, Request};
use humanseal_zk_credentials::exchange::{Environment, Gates};
use humanseal_zk_credentials::field::FieldElement;
use humanseal_zk_credentials::groth16::{Proof, verify};
use humanseal_zk_credentials::holder::Slot;

use self::attempt::{Attempt, Tried};
use self::onchain::Gas;
use self::person::{Agreeable, FRAMES, PORTRAIT, Signer, photograph};
use self::refusals::Before;
use self::report::Teller;
use self::simulation::Simulation;
use self::traces::{Knowledge, LOG, Places, Row, WALLET};
use self::world::{World, moment};
use crate::clock::now;
use crate::output::{Answer, Failure, Outcome as Ending};

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// Prints one JSON document for machines instead of the story.
    #[arg(long)]
    json: bool,
    /// Keeps databases, log, wallets, requests, presentations and passes in this folder, which must
    /// not exist yet.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Tells the act on the chain on the node at this address, with its unlocked accounts and the
    /// clock of a local node, such as anvil; without it on an EVM in this process.
    #[arg(long, value_name = "URL")]
    rpc: Option<String>,
}

/// One accepted presentation.
pub struct Seat {
    /// The account.
    account: String,
    /// The slot.
    slot: u8,
    /// The place that was taken.
    nullifier: FieldElement,
    /// The pass as a token.
    token: String,
    /// What it says, its signature checked under the verifier's published key.
    pass: Pass,
    /// What was asked.
    request: Request,
    /// What was sent for it.
    presentation: Presentation,
}

/// What the story yields for the report.
pub struct Story {
    /// Every presentation was accepted, and the pass of each holds under the verifier's keys.
    verified: bool,
    /// The gates, as the statement carried them.
    gates: Gates,
    /// A rendered head and a picture, through the gates that stills leave open.
    simulation: Simulation,
    /// The accepted presentations.
    seats: Vec<Seat>,
    /// What was refused.
    attempts: Vec<Attempt>,
    /// What each party saw.
    seen: Vec<Row>,
    /// What the calls of the contracts cost.
    gas: Gas,
    /// Wall time of the heavy steps.
    times: BTreeMap<&'static str, Duration>,
    /// Wall time of the whole.
    total: Duration,
}

impl Story {
    /// Everything was accepted, refused and kept from others as it must be.
    fn holds(&self) -> bool {
        self.verified
            && self.simulation.holds()
            && self.attempts.iter().all(Attempt::holds)
            && self.seen.iter().all(Row::holds)
    }
}

/// Runs it.
pub fn run(args: Args) -> Ending {
    let temporary = tempfile::tempdir().map_err(Failure::fault)?;
    let folder = match &args.keep {
        None => temporary.path().to_owned(),
        Some(keep) => new_folder(keep)?,
    };
    let story = tell(&folder, args.rpc.as_deref(), &Teller::new(args.json))?;
    report::print(&story, args.json)?;
    Ok(if story.holds() {
        Answer::Yes
    } else {
        Answer::No
    })
}

fn new_folder(folder: &Path) -> Result<PathBuf, Failure> {
    std::fs::create_dir(folder)
        .and_then(|()| folder.canonicalize())
        .map_err(|error| Failure::input(format!("{} cannot be made: {error}", folder.display())))
}

/// Sends the service's log into a file.
fn log_into(file: &Path) -> Result<(), Failure> {
    let file = std::fs::File::create_new(file).map_err(Failure::fault)?;
    let written = tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing::Level::INFO)
        .with_writer(Mutex::new(file))
        .try_init();
    written.map_err(Failure::fault)
}

fn tell(folder: &Path, rpc: Option<&str>, teller: &Teller) -> Result<Story, Failure> {
    let begin = Instant::now();
    // Whoever names a node that is not there need not wait for the story to hear it.
    let mut chain = onchain::chain(rpc)?;
    log_into(&folder.join(LOG))?;
    teller.act(
        "The stage: a service on a loopback port, keys made for this run, models, proving keys.",
    );
    let world = World::make(folder.to_owned())?;
    teller.note(&format!(
        "issuer and verifier listen on {}, two databases, two sets of keys",
        world.service.origin
    ));

    teller.act("A specimen document: test CSCA, document signer, EF.SOD, EF.DG1, EF.DG2 around a photograph.");
    let portrait = photograph(PORTRAIT)?;
    let document = world.document(&Holder::specimen(moment()?.date()), &portrait)?;
    teller.note("ERIKSSON, ANNA MARIA of UTO: a specimen, whoever the photograph shows");

    teller
        .act("Enrolment: the device checks document and face, proves the match, the issuer signs.");
    let enrolled = world
        .enrol(document.files(), &FRAMES, WALLET)?
        .map_err(Failure::fault)?;
    let Enrolled {
        mut wallet,
        gates,
        timings,
        acknowledged,
        ..
    } = enrolled;
    teller.gates(&gates);
    let simulation = simulation::run(&world.pipeline)?;
    teller.simulation(&simulation);
    teller.note(if acknowledged {
        "the credential is sealed in a wallet file; the issuer has erased the data page"
    } else {
        "the credential is sealed in a wallet file; the issuer erases the data page within a day"
    });

    teller
        .act("Presentation: two accounts of one human take the two seats that the policy allows.");
    let accounts = [Signer::evm()?, Signer::solana()?];
    let mut seats = Vec::new();
    let mut proving = Vec::new();
    for (slot, account) in (0..).zip(&accounts) {
        let (seat, took) = take_seat(&world, &mut wallet, account, Slot(slot), world.request()?)?;
        teller.seat(&seat);
        proving.push(took);
        seats.push(seat);
    }
    let verify = time_verification(&world, &seats)?;
    kept::write(folder, &seats, &keys_of_passes(&world.verifier()?)?)?;

    teller
        .act("Life: a credential is followed by a newer one, and nobody else replaces its secret.");
    let mut lived = life::lived(&world, teller)?;

    teller.act("Levels: a network demands a chip that is no copy and a phone that vouches.");
    let demanding = levels::Demanding::start(&world)?;
    let (mut phone, seat, document_level, device_level) = levels::demanded(&world, &demanding)?;
    teller.note(&format!(
        "a specimen chip that answered and a specimen phone: document {}, device {}",
        document_level.get(),
        device_level.get()
    ));
    teller.note(&format!(
        "{} → pass of {} bytes",
        seat.account,
        seat.token.len()
    ));
    let asked = seat.pass.policy;
    let served = (document_level.get(), device_level.get()) == (3, 3)
        && (asked.min_document, asked.min_device) == (3, 2);

    teller.act("Refusals: what must not pass is tried for real.");
    let before = Before {
        document: &document,
        wallet: &mut wallet,
        account: &accounts[0],
        accepted: &seats[0].presentation,
        demanding: &demanding,
        lived: &mut lived,
    };
    let told = |attempt: &Attempt| teller.attempt(attempt);
    let mut attempts = refusals::run(&world, before, &told)?;

    teller
        .act("On chain: a registry contract admits that phone's owner, and asks nobody about it.");
    let mut tried = Tried::new(&told);
    let (gas, registered) = onchain::tell(&world, &mut phone, chain.as_mut(), teller, &mut tried)?;
    kept::write_registered(folder, &registered)?;
    attempts.extend(tried.done());

    teller.act("Traces: the service is stopped, its files are searched for what it must not know.");
    let knowledge = Knowledge {
        files: document.files(),
        portrait: &portrait,
        embedding: &embedding(&world, &portrait)?,
        wallet: &wallet.wallet,
        account: seats[0].account.clone(),
        nullifier: seats[0].nullifier.to_string(),
    };
    let seen = traces(world, &knowledge)?;
    let present =
        proving.iter().sum::<Duration>() / u32::try_from(proving.len()).unwrap_or(1).max(1);
    Ok(Story {
        verified: served && lived.holds && seats.len() == accounts.len(),
        gates,
        simulation,
        seats,
        attempts,
        seen,
        gas,
        times: times(timings, present, verify),
        total: begin.elapsed(),
    })
}

fn times(
    enrol: EnrolTimings,
    present: Duration,
    verify: Duration,
) -> BTreeMap<&'static str, Duration> {
    BTreeMap::from([
        ("detect", enrol.detect),
        ("embed", enrol.embed),
        ("liveness", enrol.liveness),
        ("enrol_prove", enrol.prove),
        ("present_prove", present),
        ("verify", verify),
    ])
}

/// Proof, signature, pass.
fn take_seat(
    world: &World,
    wallet: &mut WalletFile,
    account: &Signer,
    slot: Slot,
    request: Request,
) -> Result<(Seat, Duration), Failure> {
    let network = network_document(&request, Environment::Development);
    let with = Presenting {
        issuer: &world.issuer()?,
        proving_key: world.present_key,
        network: network.as_ref(),
        account,
        slot,
        now: now()?,
    };
    let made =
        present(&with, wallet, &request, None, &Agreeable, &Silent).map_err(Failure::fault)?;
    let Presented {
        presentation,
        prove,
        nullifier,
        ..
    } = made;
    // In development the verifier that asked is the one at the request's origin.
    let verifier = world.line_to(&request.verifier.to_string())?;
    let outcome = verifier
        .send_presentation(&presentation)
        .map_err(Failure::fault)?;
    let pass = pass(&verifier, &request, &outcome)?;
    let agrees = outcome.verified
        && pass.sub == *account.account()
        && pass.nullifier == nullifier
        && outcome.nullifier == nullifier;
    if !agrees {
        return Err(Failure::fault("the pass is not for what was presented"));
    }
    let seat = Seat {
        account: account.account().to_string(),
        slot: slot.0,
        nullifier: nullifier.0,
        token: outcome.pass,
        pass,
        request,
        presentation,
    };
    Ok((seat, prove))
}

/// Checks the pass as a coordinator would: under the verifier's published keys.
fn pass(from: &Client, request: &Request, outcome: &Outcome) -> Result<Pass, Failure> {
    let verifier = PassVerifier::new(
        &keys_of_passes(from)?,
        &request.verifier,
        &request.network,
        Environment::Development,
    );
    verifier
        .map_err(Failure::fault)?
        .verify(&outcome.pass, now()?)
        .map_err(Failure::fault)
}

/// The verifier's published keys.
fn keys_of_passes(verifier: &Client) -> Result<Jwks, Failure> {
    verifier
        .get("/.well-known/jwks.json")
        .map_err(Failure::fault)
}

/// The pairing check alone, as a verifier runs it, on the mean of the seats.
fn time_verification(world: &World, seats: &[Seat]) -> Result<Duration, Failure> {
    let key = world.present_key.verifying();
    let mut spent = Duration::ZERO;
    for seat in seats {
        let public = seat
            .presentation
            .public
            .each_ref()
            .map(|input| input.field());
        let public = public
            .into_iter()
            .collect::<Result<Vec<_>, _>>()
            .map_err(Failure::fault)?;
        let public: Vec<_> = public.iter().map(FieldElement::fr).collect();
        let start = Instant::now();
        let proof =
            Proof::from_bytes(seat.presentation.proof.as_bytes()).map_err(Failure::fault)?;
        verify(key, &proof, &public).map_err(Failure::fault)?;
        spent += start.elapsed();
    }
    Ok(spent / u32::try_from(seats.len()).unwrap_or(1).max(1))
}

fn embedding(world: &World, portrait: &[u8]) -> Result<Vec<f32>, Failure> {
    let photo = Photo::decode(portrait, Limits::default()).map_err(Failure::fault)?;
    let face = world.pipeline.portrait(&photo).map_err(Failure::fault)?;
    Ok(face.embedding().values().to_vec())
}

fn traces(world: World, knowledge: &Knowledge<'_>) -> Result<Vec<Row>, Failure> {
    let World {
        folder,
        service,
        wire,
        ..
    } = world;
    service.stop()?;
    let sent = |log: &Mutex<Vec<Vec<u8>>>| {
        log.lock()
            .map(|bodies| bodies.clone())
            .map_err(|_| Failure::fault("a watcher panicked"))
    };
    let places = Places::gather(&folder, &sent(&wire.issuer)?, &sent(&wire.verifier)?)?;
    Ok(places.rows(&knowledge.secrets()))
}
