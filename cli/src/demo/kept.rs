//! What the story leaves for whoever keeps its folder: everything that a verifier holds, so that
//! another program can check it again.

use std::path::Path;

use humanseal_wallet_link::Jwks;

use super::Seat;
use super::stage::Folder;
use crate::output::Failure;

/// The folder of the seats, in the folder of the run.
const SEATS: &str = "seats";

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
