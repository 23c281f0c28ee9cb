//! A network that demands a chip that is no copy and a phone that vouches: who gets a place there,
//! and what gets none. Chip and phones are specimens, whose keys everybody has.

use humanseal_attestation::android::{PatchLevel, specimen::Maker};
use humanseal_documents::specimen::{ChipKind, Holder, SpecimenChip, SpecimenDocument};
use humanseal_documents::{
    Challenge, Chip, ChipError, ChipFiles, Date, DigestAlgorithm, ElementaryFile, Fingerprint,
};
use humanseal_sdk::specimen::SpecimenPhone;
use humanseal_sdk::{DeviceKey, EnrolError, Enrolled, SoftwareKey, WalletFile};
use humanseal_wallet_link::Request;
use humanseal_zk_credentials::credential::{DeviceLevel, DocumentLevel};
use humanseal_zk_credentials::holder::Slot;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::attempt::Tried;
use super::person::{FRAMES, PORTRAIT, Signer, photograph};
use super::stage::{self, DEMANDING, Folder, Running, Tokens};
use super::world::{World, moment, request_body};
use super::{Seat, take_seat};
use crate::clock::now;
use crate::output::Failure;

/// The package of the app that the issuer lists.
pub const PACKAGE: &str = "com.example.seal";
/// The month of security patches that the issuer asks for, and that the phones have.
const PATCH_LEVEL: u32 = 202_601;

fn signer() -> Fingerprint {
    Fingerprint::of(b"the certificate that signs the specimen app")
}

/// Writes whom the issuer believes about devices: the specimen root, one app, an empty list of
/// withdrawn certificates, fetched now.
pub fn write_trust(folder: &Folder) -> Result<(), Failure> {
    let root = Maker::insecure().and_then(|maker| maker.root_der());
    folder.write(
        "devices/android-roots/specimen.der",
        &root.map_err(Failure::fault)?,
    )?;
    let listed = format!(
        "[android]\nminimum_patch_level = {PATCH_LEVEL}\n\
         apps = [{{ package = \"{PACKAGE}\", signer = \"{}\" }}]\n",
        signer()
    );
    folder.write("devices/devices.toml", listed.as_bytes())?;
    let list = format!("{}\n{{\"entries\": {{}}}}\n", now()?);
    folder.write("devices/android-status", list.as_bytes())?;
    Ok(())
}

/// A specimen phone of Android, locked, with a StrongBox, and this app on it.
pub fn phone(package: &str) -> Result<SpecimenPhone, Failure> {
    Ok(SpecimenPhone::Android {
        package: package.to_owned(),
        signer: signer(),
        patch_level: PatchLevel::from_yyyymm(PATCH_LEVEL)
            .ok_or_else(|| Failure::fault("no month"))?,
        strong_box: true,
    })
}

/// A document with its chip.
pub struct Whole {
    document: SpecimenDocument,
    chip: SpecimenChip,
}

impl Whole {
    /// Of a holder who is no namesake of any other: born in a year of their own.
    pub fn make(world: &World, number: &str, born: u16) -> Result<Self, Failure> {
        let mut holder = Holder::specimen(moment()?.date());
        number.clone_into(&mut holder.number);
        holder.personal_number.clear();
        holder.birthdate = Date::new(born, 8, 12).ok_or_else(|| Failure::fault("no date"))?;
        let chip = SpecimenChip::insecure(ChipKind::Ecdsa).map_err(Failure::fault)?;
        let document = SpecimenDocument::make_with_chip(
            &world.authority,
            &holder,
            &photograph(PORTRAIT)?,
            DigestAlgorithm::Sha256,
            moment()?,
            &chip,
        );
        Ok(Self {
            document: document.map_err(Failure::fault)?,
            chip,
        })
    }

    /// Files and chip, the chip alive or with nothing but an answer that was recorded before.
    pub fn held(&self, recorded: Option<Challenge>) -> Answering<'_> {
        Answering {
            files: self.document.files(),
            chip: &self.chip,
            recorded,
        }
    }
}

/// Files with something behind them that answers.
pub struct Answering<'a> {
    files: &'a ChipFiles,
    chip: &'a SpecimenChip,
    /// An answer that was recorded before is all that a copy has.
    recorded: Option<Challenge>,
}

impl Chip for Answering<'_> {
    fn read(&mut self, file: ElementaryFile) -> Result<Option<Zeroizing<Vec<u8>>>, ChipError> {
        let mut files = self.files;
        files.read(file)
    }
    fn answers(&self) -> bool {
        true
    }
    fn authenticate(&mut self, challenge: Challenge) -> Result<Zeroizing<Vec<u8>>, ChipError> {
        let answer = self.chip.answer(self.recorded.unwrap_or(challenge));
        let answer = answer.map_err(std::io::Error::other);
        answer.map(Zeroizing::new).map_err(ChipError::Silent)
    }
}

fn enrol(
    world: &World,
    whole: &Whole,
    recorded: Option<Challenge>,
    device: &dyn DeviceKey,
    wallet: &str,
) -> Result<Result<Enrolled, EnrolError>, Failure> {
    world.enrol_with(whole.held(recorded), &FRAMES, wallet, device)
}

/// The network that demands, with a verifier of its own and two requests of it.
pub struct Demanding {
    _verifier: Running,
    first: Request,
    second: Request,
}

impl Demanding {
    /// Starts its verifier, which trusts the story's issuer and knows its newest root.
    pub fn start(world: &World) -> Result<Self, Failure> {
        let folder = Folder::make(world.folder.join("demanding"))?;
        let tokens = Tokens::random()?;
        let issuer = world.issuer()?;
        let known = issuer.well_known().map_err(Failure::fault)?.issuer;
        let known = known.ok_or_else(|| Failure::fault("no issuer"))?;
        let verifier = Running::start(|origin| stage::demanding(&folder, origin, &tokens, &known))?;
        let [parameters] = known.keys.as_slice() else {
            return Err(Failure::fault("one key expected"));
        };
        let root = issuer.status_root(parameters.id).map_err(Failure::fault)?;
        let client = world.line_to(&verifier.origin)?;
        client
            .post_only("/v1/roots", &tokens.verifier, &root)
            .map_err(Failure::fault)?;
        let request = || -> Result<Request, Failure> {
            let body = request_body(DEMANDING);
            let created = client.post("/v1/requests", Some(&tokens.verifier), &body);
            created
                .map(|created: Created| created.request)
                .map_err(Failure::fault)
        };
        Ok(Self {
            first: request()?,
            second: request()?,
            _verifier: verifier,
        })
    }
}

#[derive(Deserialize)]
struct Created {
    request: Request,
}

/// Who gets a place: a chip that answers, a phone with a StrongBox. Its holder's wallet goes on.
pub fn demanded(
    world: &World,
    network: &Demanding,
) -> Result<(WalletFile, Seat, DocumentLevel, DeviceLevel), Failure> {
    let whole = Whole::make(world, "CHIP00001", 1970)?;
    let enrolled = enrol(world, &whole, None, &phone(PACKAGE)?, "phone.wallet")?;
    let mut wallet = enrolled.map_err(Failure::fault)?.wallet;
    let signed = wallet.wallet.credential();
    let credential = &signed
        .ok_or_else(|| Failure::fault("no credential"))?
        .credential;
    let (document, device) = (credential.document, credential.device);
    let request = network.first.clone();
    let (seat, _) = take_seat(world, &mut wallet, &Signer::evm()?, Slot(0), request)?;
    Ok((wallet, seat, document, device))
}

/// What gets none. `page` is the wallet of a holder whose document's files have no chip behind them.
pub fn refused(
    world: &World,
    network: &Demanding,
    page: &mut WalletFile,
    tried: &mut Tried<'_>,
) -> Result<(), Failure> {
    let request = &network.second;
    let account = Signer::evm()?;
    let code = super::refusals::presented(world, page, request, &account)?.err();
    tried.add(
        "copied_files",
        "a seat that demands a chip, for copied files",
        "device",
        "document_level_too_low",
        code.map(|error| error.code().to_owned()),
    );

    let whole = Whole::make(world, "CHIP00002", 1971)?;
    let enrolled = enrol(world, &whole, None, &SoftwareKey, "software.wallet")?;
    let mut wallet = enrolled.map_err(Failure::fault)?.wallet;
    let code = super::refusals::presented(world, &mut wallet, request, &account)?.err();
    tried.add(
        "software_key",
        "the same for a chip, but a software key",
        "device",
        "device_level_too_low",
        code.map(|error| error.code().to_owned()),
    );

    let whole = Whole::make(world, "CHIP00003", 1972)?;
    let other = Some(Challenge([7; 8]));
    let outcome = enrol(world, &whole, other, &phone(PACKAGE)?, "copy.wallet")?;
    tried.add(
        "recorded_answer",
        "a chip's answer that was recorded before",
        "issuer",
        "active_authentication_signature",
        outcome.err().map(|error| error.code().to_owned()),
    );
    let app = phone("com.example.other")?;
    let outcome = enrol(world, &whole, None, &app, "app.wallet")?;
    tried.add(
        "unlisted_app",
        "a phone whose app the issuer does not list",
        "issuer",
        "attestation_refused",
        outcome.err().map(|error| error.code().to_owned()),
    );
    Ok(())
}
