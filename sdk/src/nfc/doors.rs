//! Opening a chip: PACE where it is offered, else basic access control (ICAO 9303 part 11, section 4.2).
//!
//! A PACE that was offered and failed is the end: an attacker on the air can make any run fail, and must
//! not win a weaker one by it. One that was taken out of EF.CardAccess, which is not signed, shows once
//! the signed EF.DG14 is read ([`agrees`]).

use dmrtd::lds::asn1_object_identifiers::{CipherAlgorithm, MappingType};
use dmrtd::lds::substruct::pace_info::PaceInfo as Mechanism;
use dmrtd::proto::bac_session::{BacAction, BacSession};
use dmrtd::proto::pace_session::{PaceAction, PaceSession};
use humanseal_documents::{CardAccess, ChipFault, PaceInfo};
use zeroize::Zeroizing;

use super::access::Access;
use super::channel::Channel;
use super::commands::{Commands, DONE, END_OF_FILE};
use super::header::header;

const SELECT: u8 = 0xa4;
const SELECT_MASTER: [u8; 7] = [0, SELECT, 0, 0x0c, 2, 0x3f, 0];
const SELECT_CARD_ACCESS: [u8; 7] = [0, SELECT, 2, 0x0c, 2, 0x01, 0x1c];
/// The eMRTD application (part 10, section 3.11).
const APPLICATION: [u8; 7] = [0xa0, 0, 0, 2, 0x47, 0x10, 1];
/// EF.CardAccess is read in one go; real ones have fewer than 256 bytes, longer ones are read on.
const CARD_ACCESS_LIMIT: usize = 4096;

/// An open chip.
pub(super) struct Open {
    pub(super) channel: Channel,
    /// What EF.CardAccess offered.
    pub(super) offered: Vec<PaceInfo>,
}

/// Opens the chip and selects its application. Where this document offered a PACE before (`had_pace`, which is
/// set here), no weaker way is taken any more: EF.CardAccess is not signed, and can be another at each tap.
pub(super) fn open(
    commands: &mut Commands<'_>,
    access: &Access,
    had_pace: &mut bool,
) -> Result<Open, ChipFault> {
    let offered = card_access(commands)?;
    let mechanism = offered.iter().find_map(spoken);
    if mechanism.is_none() && *had_pace {
        return Err(ChipFault::CardAccess);
    }
    if let Some(mechanism) = mechanism {
        *had_pace = true;
        let mut channel = pace(commands, access, mechanism)?;
        let select = [SELECT, 0x04, 0x0c];
        let selected = channel.send(commands, select, &APPLICATION, 0)?;
        return match selected.status {
            DONE => Ok(Open { channel, offered }),
            _ => Err(ChipFault::NoTravelDocument),
        };
    }
    let select = [&[0, SELECT, 0x04, 0x0c, 7][..], &APPLICATION].concat();
    if commands.send(&select)?.status() != DONE {
        return Err(ChipFault::NoTravelDocument);
    }
    if access.is_can() {
        return Err(ChipFault::CanUnsupported);
    }
    let channel = bac(commands, access)?;
    Ok(Open { channel, offered })
}

/// Whether EF.CardAccess offered what the signed EF.DG14 lists of PACE. Old chips list none there, of which
/// nothing follows.
pub(super) fn agrees(offered: &[PaceInfo], signed: &[PaceInfo]) -> bool {
    let (mut offered, mut signed) = (offered.to_vec(), signed.to_vec());
    offered.sort();
    signed.sort();
    signed.is_empty() || offered == signed
}

/// The PACE that EF.CardAccess offers, none where there is no such file.
fn card_access(commands: &mut Commands<'_>) -> Result<Vec<PaceInfo>, ChipFault> {
    // After a lost channel the chip may stand in its application. Some have no master file to select.
    commands.send(&SELECT_MASTER)?;
    if commands.send(&SELECT_CARD_ACCESS)?.status() != DONE {
        return Ok(Vec::new());
    }
    let mut file = Vec::new();
    let mut length = None;
    while length.is_none_or(|length| file.len() < length) {
        let [_, _, high, low] = u32::try_from(file.len()).unwrap_or(u32::MAX).to_be_bytes();
        let wanted = match length {
            None => 6,
            Some(length) => u8::try_from(length - file.len()).unwrap_or(0xdf),
        };
        let answer = commands.send(&[0, 0xb0, high, low, wanted])?;
        let data = answer.data();
        let fits = matches!(answer.status(), DONE | END_OF_FILE);
        if !fits || data.is_empty() || data.len() > usize::from(wanted) {
            return Err(ChipFault::CardAccess);
        }
        file.extend_from_slice(data);
        if length.is_none() {
            let header = header(&file).filter(|header| header.tag == 0x31);
            let whole = header.ok_or(ChipFault::CardAccess)?.whole;
            if whole > CARD_ACCESS_LIMIT || whole < file.len() {
                return Err(ChipFault::CardAccess);
            }
            length = Some(whole);
        }
    }
    let parsed = CardAccess::parse(&file).map_err(|_| ChipFault::CardAccess)?;
    Ok(parsed.pace().to_vec())
}

/// What of PACE is spoken here: generic mapping with AES, over any group that `dmrtd` has.
fn spoken(info: &PaceInfo) -> Option<Mechanism> {
    let mechanism = Mechanism::from_der(info.as_der()).ok()?;
    let spoken = mechanism.is_pace_domain_parameter_supported
        && mechanism.protocol.cipher_algorithm == CipherAlgorithm::Aes
        && mechanism.protocol.mapping_type == MappingType::Gm;
    spoken.then_some(mechanism)
}

/// The commands of PACE, in turn (section 4.4.4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum PaceStep {
    Choose,
    Nonce,
    Map,
    Agree,
    Token,
}

fn pace(
    commands: &mut Commands<'_>,
    access: &Access,
    mechanism: Mechanism,
) -> Result<Channel, ChipFault> {
    use PaceStep::{Agree, Choose, Map, Nonce, Token};
    let parameters = mechanism.parameter_id.and_then(|id| u32::try_from(id).ok());
    let parameters = parameters.ok_or(ChipFault::PaceFailed)?;
    let session = PaceSession::new(access.pace(), mechanism.protocol, parameters);
    let mut session = session.map_err(|_| ChipFault::PaceFailed)?;
    for step in [Choose, Nonce, Map, Agree, Token] {
        let PaceAction::SendApdu(command) = session.next().map_err(|_| ChipFault::PaceFailed)?
        else {
            return Err(ChipFault::PaceFailed);
        };
        let answer = commands.send(&command)?;
        let bytes = match (answer.status(), step) {
            (DONE, _) => Zeroizing::new(answer.as_bytes().to_vec()),
            (0x63c0 | 0x6983 | 0x6984, _) => return Err(ChipFault::Blocked),
            // A warning that the last attempt failed; this one counts.
            (0x63c1..=0x63cf, Choose) => Zeroizing::new(DONE.to_be_bytes().to_vec()),
            (0x6300..=0x63cf | 0x6982 | 0x6988, Token) => return Err(ChipFault::WrongKey),
            (0x6985, _) => return Err(ChipFault::Delayed),
            _ => return Err(ChipFault::PaceFailed),
        };
        // Of an empty nonce nobody needs to know the key that encrypts it.
        if step == Nonce && !nonce_is_whole(answer.data()) {
            return Err(ChipFault::PaceFailed);
        }
        // The keys of both sides must differ (section 4.4.1, step 3 d).
        if step == Agree && reflected(&command, answer.data()) {
            return Err(ChipFault::PaceFailed);
        }
        session
            .feed_response(&bytes)
            .map_err(|_| ChipFault::PaceFailed)?;
    }
    match session.next() {
        Ok(PaceAction::Done(messaging)) => Ok(Channel::new(messaging)),
        _ => Err(ChipFault::PaceFailed),
    }
}

/// Whether the chip sent the reader's own key back: `7C … 83 … key` in the command, `7C … 84 … key` in the
/// answer.
fn reflected(command: &[u8], answer: &[u8]) -> bool {
    let data = match command {
        [_, _, _, _, 0, _, _, data @ ..] | [_, _, _, _, _, data @ ..] => data,
        _ => return true,
    };
    // Where nothing can be compared, nothing is agreed on.
    match (dynamic(data), dynamic(answer)) {
        (Some(sent), Some(got)) => sent == got,
        _ => true,
    }
}

/// Whether the answer `7C … 80 … nonce` has a nonce of one block of AES, or of two, which goes with its longer
/// keys (section 4.4.1, step 1).
fn nonce_is_whole(answer: &[u8]) -> bool {
    dynamic(answer).is_some_and(|nonce| matches!(nonce.len(), 16 | 32))
}

/// What is in the one object in dynamic authentication data.
fn dynamic(data: &[u8]) -> Option<&[u8]> {
    let outer = header(data)?;
    let data = data.get(outer.length..outer.whole)?;
    let inner = header(data)?;
    data.get(inner.length..inner.whole)
}

fn bac(commands: &mut Commands<'_>, access: &Access) -> Result<Channel, ChipFault> {
    let mut session = BacSession::new(access.bac().ok_or(ChipFault::DatesUnsupported)?);
    for authenticates in [false, true] {
        let BacAction::SendApdu(command) = session.next().map_err(|_| ChipFault::Channel)? else {
            return Err(ChipFault::Channel);
        };
        let command = Zeroizing::new(command);
        let answer = commands.send(&command)?;
        match (answer.status(), authenticates) {
            (DONE, _) => {}
            (0x6983 | 0x6984 | 0x63c0, _) => return Err(ChipFault::Blocked),
            (0x6985, _) => return Err(ChipFault::Delayed),
            // Chips say it in their own ways.
            (0x6300..=0x63cf | 0x6982 | 0x6988 | 0x6a80, true) => return Err(ChipFault::WrongKey),
            _ => return Err(ChipFault::Refused),
        }
        let fed = session.feed_response(answer.as_bytes());
        fed.map_err(|_| ChipFault::Channel)?;
    }
    match session.next() {
        Ok(BacAction::Done(messaging)) => Ok(Channel::new(messaging)),
        _ => Err(ChipFault::Channel),
    }
}
