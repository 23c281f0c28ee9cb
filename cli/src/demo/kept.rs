//! What the story leaves for whoever keeps its folder: everything that a verifier holds, so that
//! another program can check it again.

use std::path::Path;

use humanseal_wallet_link::Jwks;

use super::Seat;
use super::onchain::Registered;
use super::stage::Folder;
use crate::output::Failure;

/// The folder of the seats, in the folder of the run.
const SEATS: &str = "seats";
/// That of the registration at a contract.
const CHAIN: &str = "chain";

/// Writes `seats/slot-N.request.json`, `.presentation.json` and `.pass.jwt` of every seat, as
/// `humanseal verify --batch` reads them, and the keys of the passes as `seats/jwks.json`.
pub fn write(folder: &Path, seats: &[Seat], keys: &Jwks) -> Result<(), Failure> {
    let files = Folder::make(folder.join(SEATS))?;
    let json = |value: serde_json::Result<Vec<u8>>| value.map_err(Failure::fault);
    for seat in seats {
        let slot = seat.slot;
        let request = json(serde_json::to_vec_pretty(&seat.request))?;
        files.write(&format!("slot-{slot}.request.json"), &request)?;
        let presentation = json(serde_json::to_vec_pretty(&seat.presentation))?;
        files.write(&format!("slot-{slot}.presentation.json"), &presentation)?;
        files.write(&format!("slot-{slot}.pass.jwt"), seat.token.as_bytes())?;
    }
    files.write("jwks.json", &json(serde_json::to_vec_pretty(keys))?)?;
    Ok(())
}

/// Writes `chain/first.request.json` and `.presentation.json`, for the same command.
pub fn write_registered(folder: &Path, registered: &Registered) -> Result<(), Failure> {
    let files = Folder::make(folder.join(CHAIN))?;
    let json = |value: serde_json::Result<Vec<u8>>| value.map_err(Failure::fault);
    let request = json(serde_json::to_vec_pretty(&registered.request))?;
    files.write("first.request.json", &request)?;
    let presentation = json(serde_json::to_vec_pretty(&registered.presentation))?;
    files.write("first.presentation.json", &presentation)?;
    Ok(())
}
