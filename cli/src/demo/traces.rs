//! What each party saw: not asserted but looked for, in the bytes that were sent to it and in the
//! bytes that it keeps.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use humanseal_documents::ChipFiles;
use humanseal_sdk::Wallet;
use serde_json::Value;

use crate::output::Failure;

/// The service's log, in the folder of the run.
pub const LOG: &str = "service.log";
/// The folder of the service's files.
pub const SERVICE: &str = "service";
/// The holder's wallet file.
pub const WALLET: &str = "holder.wallet";

/// Something that a party may or may not know, in the forms in which it would show.
pub struct Secret {
    /// For the table.
    pub name: &'static str,
    forms: Vec<Vec<u8>>,
    /// At which places it must show, and at no other.
    belongs: [bool; 5],
}

/// Stays on the device, sealed.
const NOWHERE: [bool; 5] = [false; 5];
/// Sent to the issuer, which erases it.
const TO_ISSUER: [bool; 5] = [false, true, false, false, false];
/// Sent to the issuer, which keeps it.
const WITH_ISSUER: [bool; 5] = [false, true, true, false, false];
/// Sent to the verifier, which keeps it.
const WITH_VERIFIER: [bool; 5] = [false, false, false, true, true];

impl Secret {
    /// Something that shows as these bytes, as their hexadecimal digits or as base64.
    fn bytes(name: &'static str, bytes: &[u8], belongs: [bool; 5]) -> Self {
        let forms = vec![
            bytes.to_vec(),
            hex::encode(bytes).into_bytes(),
            STANDARD.encode(bytes).into_bytes(),
        ];
        Self {
            name,
            forms,
            belongs,
        }
    }

    /// Something that shows as one of these texts.
    fn texts(
        name: &'static str,
        texts: impl IntoIterator<Item = String>,
        belongs: [bool; 5],
    ) -> Self {
        Self {
            name,
            belongs,
            forms: texts.into_iter().map(String::into_bytes).collect(),
        }
    }

    fn shows_in(&self, haystack: &[u8]) -> bool {
        self.forms
            .iter()
            .any(|form| haystack.windows(form.len()).any(|window| window == form))
    }
}

/// What there is to know in the story.
pub struct Knowledge<'a> {
    /// The document's files.
    pub files: &'a ChipFiles,
    /// The portrait's bytes.
    pub portrait: &'a [u8],
    /// The components of the portrait's embedding.
    pub embedding: &'a [f32],
    /// The holder's wallet.
    pub wallet: &'a Wallet,
    /// The account.
    pub account: String,
    /// The nullifier, a decimal number.
    pub nullifier: String,
}

impl Knowledge<'_> {
    /// Everything, the most private first.
    pub fn secrets(&self) -> Vec<Secret> {
        let wallet = self.wallet;
        let floats = |values: &[f32]| -> Vec<u8> {
            values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect()
        };
        let template = wallet.portrait.template.to_bytes();
        let number = |field: humanseal_zk_credentials::field::FieldElement| field.to_string();
        let mut all = vec![
            // A stretch from the middle: long enough to be no accident, short enough to show in part.
            Secret::bytes(
                "photograph",
                &self.portrait[self.portrait.len() / 2..][..32],
                NOWHERE,
            ),
            Secret::bytes("embedding", &floats(&self.embedding[..8]), NOWHERE),
            Secret::bytes("template", &template[..32], NOWHERE),
            Secret::bytes(
                "holder secret",
                wallet.secret.to_bytes().as_slice(),
                NOWHERE,
            ),
            Secret::texts(
                "name",
                ["ERIKSSON<<ANNA<MARIA".into(), "ERIKSSON".into()],
                TO_ISSUER,
            ),
            Secret::texts(
                "birthdate",
                ["740812".into(), "19740812".into(), "1974-08-12".into()],
                TO_ISSUER,
            ),
            Secret::texts("document number", ["L898902C3".into()], TO_ISSUER),
            Secret::bytes(
                "security object",
                &self.files.sod[self.files.sod.len() / 2..][..32],
                TO_ISSUER,
            ),
        ];
        if let Some(signed) = wallet.credential() {
            let credential = &signed.credential;
            let signature = serde_json::to_value(signed.signature).unwrap_or_default();
            let scalar = signature
                .get("s")
                .and_then(Value::as_str)
                .unwrap_or("no signature");
            all.extend([
                Secret::texts("holder key", [number(credential.holder_key.0)], WITH_ISSUER),
                Secret::texts(
                    "commitment to the face",
                    [number(credential.template.0)],
                    WITH_ISSUER,
                ),
                Secret::texts("issuer's signature", [scalar.to_owned()], NOWHERE),
            ]);
        }
        all.push(Secret::texts(
            "account",
            [self.account.clone()],
            WITH_VERIFIER,
        ));
        all.push(Secret::texts(
            "nullifier",
            [self.nullifier.clone()],
            WITH_VERIFIER,
        ));
        all
    }
}

/// One row: what is known, and whether it shows at each place.
pub struct Row {
    /// What.
    pub name: &'static str,
    /// At which places it shows.
    pub at: [bool; 5],
    belongs: [bool; 5],
}

impl Row {
    /// Whether it shows exactly where it belongs. What must show is the control of the search: one
    /// that finds nothing anywhere does not hold either.
    pub fn holds(&self) -> bool {
        self.at == self.belongs
    }
}

/// The places, in the order of [`Row::at`].
pub const PLACES: [&str; 5] = [
    "wallet file",
    "sent to issuer",
    "issuer keeps",
    "sent to verifier",
    "verifier keeps",
];

/// The bytes of every place.
pub struct Places([Vec<u8>; 5]);

impl Places {
    /// Gathers what was sent and what the stopped service left in its folder beside the wallets.
    /// The log is shared by both parties, so it counts for both.
    pub fn gather(
        folder: &Path,
        to_issuer: &[Vec<u8>],
        to_verifier: &[Vec<u8>],
    ) -> Result<Self, Failure> {
        let log = fs::read(folder.join(LOG)).map_err(Failure::fault)?;
        let kept = |name: &str| -> Result<Vec<u8>, Failure> {
            let mut bytes = log.clone();
            for entry in fs::read_dir(folder.join(SERVICE)).map_err(Failure::fault)? {
                let path = entry.map_err(Failure::fault)?.path();
                let file = path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                // The database with its write-ahead log and index.
                if file.starts_with(name) {
                    bytes.extend(fs::read(&path).map_err(Failure::fault)?);
                }
            }
            Ok(bytes)
        };
        Ok(Self([
            fs::read(folder.join(WALLET)).map_err(Failure::fault)?,
            unpacked(to_issuer),
            kept("issuer.sqlite")?,
            unpacked(to_verifier),
            kept("verifier.sqlite")?,
        ]))
    }

    /// Looks for everything everywhere.
    pub fn rows(&self, secrets: &[Secret]) -> Vec<Row> {
        let row = |secret: &Secret| Row {
            name: secret.name,
            at: self.0.each_ref().map(|place| secret.shows_in(place)),
            belongs: secret.belongs,
        };
        secrets.iter().map(row).collect()
    }
}

/// Bodies as they are, and every base64 text in them once more decoded.
fn unpacked(bodies: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for body in bodies {
        bytes.extend_from_slice(body);
        if let Ok(value) = serde_json::from_slice::<Value>(body) {
            decode_into(&value, &mut bytes);
        }
    }
    bytes
}

fn decode_into(value: &Value, bytes: &mut Vec<u8>) {
    match value {
        Value::String(text) => bytes.extend(STANDARD.decode(text).unwrap_or_default()),
        Value::Array(values) => values.iter().for_each(|value| decode_into(value, bytes)),
        Value::Object(members) => members.values().for_each(|value| decode_into(value, bytes)),
        _ => {}
    }
}
