//! What must be refused, tried for real: each code comes from the part that refuses.

use std::thread::sleep;
use std::time::Duration;

use humanseal_documents::Date;
use humanseal_documents::specimen::{Holder, SpecimenDocument};
use humanseal_sdk::{
    Client, PresentError, Presented, Presenting, Silent, WalletFile, network_document, present,
};
use humanseal_wallet_link::{Presentation, Request};
use humanseal_zk_credentials::circuit::{Circuit, shape};
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::exchange::Environment;
use humanseal_zk_credentials::groth16::{ProvingKey, snarkjs};
use humanseal_zk_credentials::holder::Slot;
use humanseal_zk_credentials::status_list::{PublishedStatusList, StatusList, StatusPath};
use humanseal_zk_credentials::status_root::{SignedStatusRoot, StatusRootStatement};
use serde::Deserialize;

use super::attack::{self, refused};
use super::attempt::{Attempt, Tried};
use super::levels;
use super::life::{self, Lived};
use super::person::{Agreeable, FRAMES, PORTRAIT, STRANGER, Signer, photograph};
use super::stage::{Folder, IssuerKeys, NETWORK, Running, Tokens, production};
use super::world::{World, moment, request_body};
use crate::clock::now;
use crate::output::Failure;

/// What the story so far left: a holder with a credential, and a presentation that was accepted.
pub struct Before<'a> {
    /// The specimen.
    pub document: &'a SpecimenDocument,
    /// The holder's wallet.
    pub wallet: &'a mut WalletFile,
    /// The holder's EVM account.
    pub account: &'a Signer,
    /// The presentation that the verifier accepted for it.
    pub accepted: &'a Presentation,
    /// The network that demands more.
    pub demanding: &'a levels::Demanding,
    /// A credential that was followed by others.
    pub lived: &'a mut Lived,
}

/// Tries everything, in the order of the story.
pub fn run(
    world: &World,
    before: Before<'_>,
    told: &dyn Fn(&Attempt),
) -> Result<Vec<Attempt>, Failure> {
    let Before {
        document,
        wallet,
        account,
        accepted,
        demanding,
        lived,
    } = before;
    let mut tried = Tried::new(told);

    let code = another_face(world)?;
    tried.add(
        "another_face",
        "somebody else before the camera",
        "device",
        "gate_match_failed",
        code,
    );
    let code = under_age(world)?;
    tried.add(
        "under_age",
        "a holder of 16 years asks for a seat of 18",
        "device",
        "under_age",
        code,
    );
    let code = tampered(world, document)?;
    tried.add(
        "tampered_dg1",
        "EF.DG1 with another birthdate",
        "issuer",
        "dg1_digest",
        code,
    );
    let code = swapped(world, document)?;
    tried.add(
        "swapped_portrait",
        "EF.DG2 with another portrait",
        "device",
        "dg2_digest",
        code,
    );
    let code = document_again(world, document)?;
    tried.add(
        "document_again",
        "the same document enrols a second secret",
        "issuer",
        "document_known",
        code,
    );

    let (request, made) = honest(world, wallet, account)?;
    let thief = Signer::evm()?;
    let stolen = attack::divert(&made.presentation, &request, &thief)?;
    let code = refused(world.verifier()?.send_presentation(&stolen));
    tried.add(
        "another_account",
        "a proof passed on to another account",
        "verifier",
        "binding_mismatch",
        code,
    );
    let code = refused(world.verifier()?.send_presentation(accepted));
    tried.add(
        "replay",
        "an accepted presentation sent again",
        "verifier",
        "request_used",
        code,
    );
    let later = world.request()?;
    let diverted = attack::divert(accepted, &later, account)?;
    let code = refused(world.verifier()?.send_presentation(&diverted));
    tried.add(
        "replay_elsewhere",
        "its proof for another request",
        "verifier",
        "binding_mismatch",
        code,
    );

    let in_production = at_production(world, wallet, account)?;
    tried.add(
        "development_at_production",
        "the development credential at a production verifier",
        "verifier",
        "issuer_untrusted",
        in_production.verifier,
    );
    tried.add(
        "production_request",
        "a request of production to a development wallet",
        "device",
        "environment_mismatch",
        in_production.device,
    );

    levels::refused(world, demanding, wallet, &mut tried)?;
    life::refused(world, lived, &mut tried)?;

    let old = path(world, wallet)?;
    revoke(world, wallet)?;
    let request = world.request()?;
    let outcome = presented(world, wallet, &request, account)?;
    let code = outcome.err().map(|error| error.code().to_owned());
    tried.add(
        "revoked_credential",
        "a revoked credential",
        "device",
        "credential_revoked",
        code,
    );
    let stale = attack::prove(
        &wallet.wallet,
        &old,
        &request,
        account,
        world.present_key,
        now()?,
    )?;
    let code = refused(world.verifier()?.send_presentation(&stale));
    tried.add(
        "revoked_old_root",
        "the same under the root from before",
        "verifier",
        "root_unknown",
        code,
    );
    Ok(tried.done())
}

/// Another number, so that it is another document.
fn holder(number: &str) -> Result<Holder, Failure> {
    let mut holder = Holder::specimen(moment()?.date());
    number.clone_into(&mut holder.number);
    holder.personal_number.clear();
    Ok(holder)
}

fn another_face(world: &World) -> Result<Option<String>, Failure> {
    let document = world.document(&holder("STRANGER1")?, &photograph(PORTRAIT)?)?;
    let outcome = world.enrol(document.files(), &[STRANGER, STRANGER], "stranger.wallet")?;
    Ok(outcome.err().map(|error| error.code().to_owned()))
}

fn under_age(world: &World) -> Result<Option<String>, Failure> {
    let today = moment()?.date();
    let mut minor = holder("MINOR0016")?;
    minor.birthdate =
        Date::new(today.year() - 16, 1, 1).ok_or_else(|| Failure::fault("no date"))?;
    let document = world.document(&minor, &photograph(PORTRAIT)?)?;
    let enrolled = world.enrol(document.files(), &FRAMES, "minor.wallet")?;
    let mut wallet = enrolled.map_err(Failure::fault)?.wallet;
    let request = world.request()?;
    let outcome = presented(world, &mut wallet, &request, &Signer::evm()?)?;
    Ok(outcome.err().map(|error| error.code().to_owned()))
}

fn tampered(world: &World, document: &SpecimenDocument) -> Result<Option<String>, Failure> {
    let birthdate = Date::new(1950, 1, 1).ok_or_else(|| Failure::fault("no date"))?;
    let tampered = document
        .with_tampered_birthdate(birthdate)
        .map_err(Failure::fault)?;
    let answer = attack::send_document(&world.issuer()?, tampered.files());
    Ok(answer.err().map(|error| error.code().to_owned()))
}

fn swapped(world: &World, document: &SpecimenDocument) -> Result<Option<String>, Failure> {
    let swapped = document
        .with_swapped_portrait(&photograph(STRANGER)?)
        .map_err(Failure::fault)?;
    let outcome = world.enrol(swapped.files(), &[STRANGER, STRANGER], "swapped.wallet")?;
    Ok(outcome.err().map(|error| error.code().to_owned()))
}

fn document_again(world: &World, document: &SpecimenDocument) -> Result<Option<String>, Failure> {
    let outcome = world.enrol(document.files(), &FRAMES, "second.wallet")?;
    Ok(outcome.err().map(|error| error.code().to_owned()))
}

/// An honest presentation that is not sent.
fn honest(
    world: &World,
    wallet: &mut WalletFile,
    account: &Signer,
) -> Result<(Request, Presented), Failure> {
    let request = world.request()?;
    let made = presented(world, wallet, &request, account)?.map_err(Failure::fault)?;
    Ok((request, made))
}

pub fn presented(
    world: &World,
    wallet: &mut WalletFile,
    request: &Request,
    account: &Signer,
) -> Result<Result<Presented, PresentError>, Failure> {
    let network = network_document(request, Environment::Development);
    let with = Presenting {
        issuer: &world.issuer()?,
        proving_key: world.present_key,
        network: network.as_ref(),
        account,
        slot: Slot(0),
        now: now()?,
    };
    Ok(present(&with, wallet, request, None, &Agreeable, &Silent))
}

/// The credential's path in the list as it stands.
pub fn path(world: &World, wallet: &WalletFile) -> Result<StatusPath, Failure> {
    let credential = wallet
        .wallet
        .credential()
        .ok_or_else(|| Failure::fault("no credential"))?;
    let issuer = credential.issuer.id();
    let client = world.issuer()?;
    let list = client.status_list(issuer).map_err(Failure::fault)?;
    let root = client.status_root(issuer).map_err(Failure::fault)?.root();
    let list = PublishedStatusList::from_compressed(&list).map_err(Failure::fault)?;
    list.path(credential.credential.status_index, root)
        .map_err(Failure::fault)
}

/// The operator revokes the credential; the next signed root shows it.
pub fn revoke(world: &World, wallet: &WalletFile) -> Result<(), Failure> {
    let credential = wallet
        .wallet
        .credential()
        .ok_or_else(|| Failure::fault("no credential"))?;
    let index = credential.credential.status_index.get();
    let client =
        Client::new(&world.service.origin, Environment::Development).map_err(Failure::fault)?;
    let before = client
        .status_root(credential.issuer.id())
        .map_err(Failure::fault)?
        .root();
    client
        .post_empty(
            &format!("/v1/credentials/{index}/revoke"),
            &world.tokens.operator,
        )
        .map_err(Failure::fault)?;
    for _ in 0..50 {
        if client
            .status_root(credential.issuer.id())
            .map_err(Failure::fault)?
            .root()
            != before
        {
            return Ok(());
        }
        sleep(Duration::from_millis(100));
    }
    Err(Failure::fault(
        "the issuer published no root with the revocation",
    ))
}

/// How both sides of production take a development credential.
struct InProduction {
    verifier: Option<String>,
    device: Option<String>,
}

#[derive(Deserialize)]
struct Created {
    request: Request,
}

/// A production verifier under a key pair that is drawn for this run: the proof holds there, so
/// what refuses it is the issuer alone.
fn at_production(
    world: &World,
    wallet: &mut WalletFile,
    account: &Signer,
) -> Result<InProduction, Failure> {
    let key =
        ProvingKey::generate(shape(Circuit::Present), &mut OsEntropy).map_err(Failure::fault)?;
    let folder = Folder::make(world.folder.join("production"))?;
    let (issuer, chain_key) = IssuerKeys::random()?;
    let tokens = Tokens::random()?;
    let text = snarkjs::write_verifying_key(key.verifying());
    let service = Running::start(|_| production(&folder, &tokens, &issuer, &text))?;
    // A tunnel to this machine stands for the https that ends before a production service.
    let client = Client::new(&service.origin, Environment::Development).map_err(Failure::fault)?;
    let root = SignedStatusRoot::sign(
        StatusRootStatement {
            issuer: issuer.key.id(),
            root: StatusList::new().root(),
            issued_at: now()?,
            previous: None,
        },
        &issuer.signing,
        &chain_key,
    );
    client
        .post_only("/v1/roots", &tokens.verifier, &root)
        .map_err(Failure::fault)?;
    let created: Created = client
        .post(
            "/v1/requests",
            Some(&tokens.verifier),
            &request_body(NETWORK),
        )
        .map_err(Failure::fault)?;
    let request = created.request;
    let device = presented(world, wallet, &request, account)?;
    let path = path(world, wallet)?;
    let forged = attack::prove(&wallet.wallet, &path, &request, account, &key, now()?)?;
    let verifier = refused(client.send_presentation(&forged));
    service.stop()?;
    Ok(InProduction {
        verifier,
        device: device.err().map(|error| error.code().to_owned()),
    })
}
