//! The life of a credential: refreshed by a live match alone, which cancels a recovery, and renewed
//! with a new document.

use std::time::Duration;

use humanseal_sdk::{
    Client, ClientError, Equipment, NewWallet, Recovering, Silent, WalletFile, collect, recover,
    refresh, renew,
};
use humanseal_zk_credentials::credential::SignedCredential;
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::status_list::PublishedStatusList;

use super::attempt::Tried;
use super::levels::{PACKAGE, Whole, phone};
use super::person::{Agreeable, FRAMES, STRANGER, Stills};
use super::report::Teller;
use super::world::World;
use crate::output::Failure;

/// The year in which the holder of this act was born: no namesake of anybody else's.
const BORN: u16 = 1973;

/// Somebody with a credential, and a recovery against it that was cancelled.
pub struct Lived {
    /// Each step had its effect.
    pub holds: bool,
    passport: Whole,
    wallet: WalletFile,
    cancelled: Recovering,
}

/// Tells the act.
pub fn lived(world: &World, teller: &Teller) -> Result<Lived, Failure> {
    let device = phone(PACKAGE)?;
    let passport = Whole::make(world, "LIFE00001", BORN)?;
    let enrolled = world.enrol_with(passport.held(None), &FRAMES, "life.wallet", &device)?;
    let mut wallet = enrolled.map_err(Failure::fault)?.wallet;
    let first = credential(&wallet)?;

    // Somebody with the passport and the face of its holder, and another secret.
    let (path, passphrase) = (&world.folder.join("recovery.wallet"), &world.passphrase);
    let mut camera = Stills::of(&FRAMES)?;
    let cancelled = world.session(&device, |with| {
        let into = NewWallet { path, passphrase };
        let mut chip = passport.held(None);
        recover(with, into, &mut chip, &mut camera, &Agreeable, &Silent)
    })?;
    let cancelled = cancelled.map_err(Failure::fault)?;
    let announced = shows(world, Client::contested_list, &first, true)?;
    teller.note(&format!(
        "a recovery is announced against it for {}; its wallet sees that",
        cancelled.effective_at
    ));

    let refreshed = world.session(&device, |with| {
        refresh(with, &mut wallet, &mut camera, &Agreeable, &Silent)
    })?;
    refreshed.map_err(Failure::fault)?;
    let second = credential(&wallet)?;
    let over = shows(world, Client::contested_list, &first, false)?
        && shows(world, Client::status_list, &first, true)?;
    teller.note("a live match alone refreshes it; the old one is revoked, the recovery cancelled");

    let card = Whole::make(world, "LIFE00002", BORN)?;
    let renewed = world.session(&device, |with| {
        let mut chip = card.held(None);
        renew(
            with,
            &mut wallet,
            &mut chip,
            &mut camera,
            &Agreeable,
            &Silent,
        )
    })?;
    renewed.map_err(Failure::fault)?;
    let third = credential(&wallet)?;
    teller.note("a new document of the same person renews it, under the same secret");

    let [key, same, still] = [&first, &second, &third].map(|known| known.credential.holder_key);
    let newest = shows(world, Client::status_list, &second, true)?
        && shows(world, Client::status_list, &third, false)?;
    Ok(Lived {
        holds: announced && over && newest && key == same && same == still,
        passport,
        wallet,
        cancelled,
    })
}

/// What is refused in it.
pub fn refused(world: &World, lived: &mut Lived, tried: &mut Tried<'_>) -> Result<(), Failure> {
    let device = phone(PACKAGE)?;
    let Lived {
        passport,
        wallet,
        cancelled,
        ..
    } = lived;
    let mut stranger = Stills::of(&[STRANGER, STRANGER])?;
    let outcome = world.session(&device, |with| {
        refresh(with, wallet, &mut stranger, &Agreeable, &Silent)
    })?;
    tried.add(
        "refresh_by_another",
        "somebody else refreshes the credential",
        "device",
        "gate_match_failed",
        outcome.err().map(|error| error.code().to_owned()),
    );
    let outcome = world.session(&device, |with| {
        let later = Equipment {
            now: cancelled.effective_at,
            ..*with
        };
        collect(
            &later,
            &mut cancelled.wallet,
            &mut passport.held(None),
            &Silent,
        )
    })?;
    tried.add(
        "cancelled_recovery",
        "the recovery that the refresh cancelled",
        "issuer",
        "recovery_cancelled",
        outcome.err().map(|error| error.code().to_owned()),
    );
    Ok(())
}

fn credential(file: &WalletFile) -> Result<SignedCredential, Failure> {
    let signed = file.wallet.credential().cloned();
    signed.ok_or_else(|| Failure::fault("no credential"))
}

/// Whether one of the issuer's lists comes to show this of a credential. A list is published every
/// second here, so the one of a moment ago may be the newest.
fn shows(
    world: &World,
    which: fn(&Client, IssuerId) -> Result<Vec<u8>, ClientError>,
    signed: &SignedCredential,
    bit: bool,
) -> Result<bool, Failure> {
    let client = world.issuer()?;
    for _ in 0..50 {
        let list = which(&client, signed.issuer.id()).map_err(Failure::fault)?;
        let list = PublishedStatusList::from_compressed(&list).map_err(Failure::fault)?;
        if list.list().get(signed.credential.status_index) == bit {
            return Ok(true);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(false)
}
