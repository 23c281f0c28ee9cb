//! What must be refused, tried for real: the code comes from whoever refuses.

use std::collections::BTreeMap;

use humanseal_documents::Date as DocumentDate;
use humanseal_documents::specimen::SpecimenDocument;
use humanseal_wallet_link::{Account, EvmKey};
use humanseal_zk_credentials::calendar::Date;
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::credential::SignedCredential;
use humanseal_zk_credentials::exchange::Environment;
use humanseal_zk_credentials::holder::Slot;
use humanseal_zk_credentials::keys;

use super::device::Device;
use super::issuer::Issuer;
use super::verifier::{self, Verifier};
use super::{Now, photograph};
use crate::output::Failure;

/// Everybody and everything that the attempts need.
pub struct Scene<'a> {
    /// The holder's device.
    pub device: &'a Device,
    /// The issuer; its list gets a revoked bit.
    pub issuer: &'a mut Issuer,
    /// The verifier.
    pub verifier: &'a Verifier,
    /// The specimen.
    pub document: &'a SpecimenDocument,
    /// The holder's credential.
    pub signed: &'a SignedCredential,
    /// The key of the EVM account.
    pub evm: &'a EvmKey,
    /// The EVM account.
    pub account: &'a Account,
    /// The moment of the story.
    pub now: Now,
}

/// Code of an attempt that nobody refused.
const ACCEPTED: &str = "ACCEPTED";

/// Tries everything. The flag says whether each refusal has the code that it must have.
pub fn run(scene: Scene<'_>) -> Result<(BTreeMap<&'static str, &'static str>, bool), Failure> {
    let Scene {
        device,
        issuer,
        verifier,
        document,
        signed,
        evm,
        account,
        now,
    } = scene;
    let mut tried: Vec<(&'static str, &'static str, &'static str)> = Vec::new();

    // Somebody else's face before the camera: the gate and the circuit both say no.
    let stranger = [photograph("biden.jpg")?];
    let capture = device.capture(document.files(), &stranger)?;
    let session = issuer.open(document.files(), now)?;
    let refused = device.prove_match(&capture, &session, issuer.id())?;
    let code = match (device.matched(&capture), refused) {
        (false, Err(error)) => error.code(),
        _ => ACCEPTED,
    };
    tried.push(("another_face", code, "not_similar"));

    let birthdate = DocumentDate::new(1950, 1, 1).ok_or_else(|| Failure::fault("no date"))?;
    let tampered = document
        .with_tampered_birthdate(birthdate)
        .map_err(Failure::fault)?;
    let code = issuer
        .authenticate(tampered.files(), now)
        .err()
        .unwrap_or(ACCEPTED);
    tried.push(("tampered_dg1", code, "dg1_digest"));

    // The device compares DG2 with the SOD before it looks at the portrait.
    let swapped = document
        .with_swapped_portrait(&photograph("biden.jpg")?)
        .map_err(Failure::fault)?;
    let page = issuer
        .authenticate(swapped.files(), now)
        .map_err(Failure::fault)?;
    let dg2 = swapped
        .files()
        .dg2
        .as_deref()
        .ok_or_else(|| Failure::fault("no DG2"))?;
    let code = page
        .verify_dg2(dg2)
        .map_err(|error| error.code())
        .err()
        .unwrap_or(ACCEPTED);
    tried.push(("swapped_portrait", code, "dg2_digest"));

    let request = verifier.request(issuer, now)?;
    let witness = |signed: &SignedCredential, issuer: &Issuer| {
        device.witness(signed, &issuer.list, &request, account, Slot(0), now)
    };
    let mut minor = signed.credential.clone();
    let year = now.moment().date().year();
    minor.birthdate = Date::new(year - 10, 1, 1).map_err(Failure::fault)?;
    let minor = issuer.sign(minor);
    let code = witness(&minor, issuer)?
        .check()
        .map_err(|e| e.code())
        .err()
        .unwrap_or(ACCEPTED);
    tried.push(("under_age", code, "under_age"));

    // A good presentation, then the same proof for another account and another request.
    let good = witness(signed, issuer)?;
    let (proof, public) = device.present(&good)?;
    let judge = |request, presentation: &_, issuer: &Issuer| -> Result<&'static str, Failure> {
        let verdict = verifier.check(request, presentation, issuer, now)?;
        Ok(verdict
            .map_err(|refusal| refusal.code())
            .err()
            .unwrap_or(ACCEPTED))
    };
    let thief = EvmKey::from_bytes(&[0x66; 32]).ok_or_else(|| Failure::fault("no EVM key"))?;
    let other = thief.account(1).map_err(Failure::fault)?;
    let signature = thief.sign(&verifier::message(&request, &other)?);
    let stolen = verifier::presentation(&request, &other, &proof, &public, signature);
    tried.push((
        "another_account",
        judge(&request, &stolen, issuer)?,
        "binding_mismatch",
    ));

    let later = verifier.request(issuer, now)?;
    let signature = evm.sign(&verifier::message(&later, account)?);
    let replayed = verifier::presentation(&later, account, &proof, &public, signature);
    tried.push((
        "replay_to_another_request",
        judge(&later, &replayed, issuer)?,
        "binding_mismatch",
    ));

    // Revoked: the device cannot prove it under the new root, and the old root is not taken.
    issuer.list.set(signed.credential.status_index, true);
    let code = witness(signed, issuer)?
        .check()
        .map_err(|e| e.code())
        .err()
        .unwrap_or(ACCEPTED);
    tried.push(("revoked_credential", code, "credential_revoked"));
    let signature = evm.sign(&verifier::message(&request, account)?);
    let outdated = verifier::presentation(&request, account, &proof, &public, signature);
    tried.push((
        "old_root_after_revocation",
        judge(&request, &outdated, issuer)?,
        "root_unknown",
    ));

    let key = keys::development_verifying(Circuit::Present);
    let code = keys::admit(key, Environment::Production)
        .map_err(|e| e.code())
        .err();
    let code = code.unwrap_or(ACCEPTED);
    tried.push((
        "development_key_in_production",
        code,
        "development_key_refused",
    ));

    let as_expected = tried.iter().all(|(_, code, expected)| code == expected);
    Ok((
        tried
            .into_iter()
            .map(|(name, code, _)| (name, code))
            .collect(),
        as_expected,
    ))
}
