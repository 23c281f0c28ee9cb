//! A second phone reads the chip: messages between it and the phone that enrols.
//!
//! The first phone asks twice, in deterministic CBOR: for the files, and for the chip's answer to the
//! challenge of its session. Neither message holds more than a version and eight bytes of a digest, so the
//! holder's secret never leaves the first phone. What comes back is checked as if it came from its own
//! reader: digests against EF.SOD, the answer under the signed key, and all of it by the issuer.
//!
//! The replies carry the data page and the portrait: whoever moves messages (a local network, a cable) seals
//! them for the two phones.

use humanseal_documents::{Challenge, Chip, ChipError, ChipFault, ChipFiles, ElementaryFile};
use humanseal_zk_credentials::exchange::{
    decode_deterministic, decode_deterministic_within, encode_deterministic,
    encode_deterministic_within,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use zeroize::Zeroizing;

use super::link::LinkLost;

/// The version of both messages.
const VERSION: u8 = 1;
/// The longest reply: all files at their limits take two thirds of it.
const LONGEST_REPLY: usize = 2 * 1024 * 1024;

/// What the first phone asks for.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    version: u8,
    /// With a challenge for the answer to it, without for the files.
    challenge: Option<Bytes<8>>,
}

/// What the second phone replies: the files, or the answer.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    version: u8,
    files: Option<Files>,
    answer: Option<Answer>,
}

/// The files, each up to its limit.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Files {
    sod: Bytes<{ 64 * 1024 }>,
    dg1: Bytes<256>,
    dg2: Option<Bytes<{ 1024 * 1024 }>>,
    dg14: Option<Bytes<{ 16 * 1024 }>>,
    dg15: Option<Bytes<{ 16 * 1024 }>>,
}

/// What the chip answered to which challenge.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    challenge: Bytes<8>,
    signature: Bytes<1024>,
}

/// Carries one message to the phone that reads the chip, and its reply back.
pub trait Messenger {
    /// Sends up to 64 bytes, waits, and gives the reply, up to two mebibytes.
    ///
    /// # Errors
    /// [`LinkLost`].
    fn exchange(&mut self, request: &[u8]) -> Result<Zeroizing<Vec<u8>>, LinkLost>;
}

/// A chip that another phone reads, for [`crate::enrol()`] on this one.
pub struct SecondPhone<M> {
    messenger: M,
    files: Option<ChipFiles>,
}

impl<M: Messenger> SecondPhone<M> {
    /// The phone at the other end. Nothing is sent before something is asked of it.
    pub fn new(messenger: M) -> Self {
        Self {
            messenger,
            files: None,
        }
    }

    fn ask(&mut self, challenge: Option<Challenge>) -> Result<Reply, ChipFault> {
        let challenge = challenge.map(|challenge| Bytes::new(challenge.0.to_vec()));
        let request = Request {
            version: VERSION,
            challenge: challenge.flatten(),
        };
        let request = encode_deterministic(&request).map_err(|_| ChipFault::Message)?;
        let reply = self.messenger.exchange(&request);
        let reply = reply.map_err(|LinkLost| ChipFault::LinkLost)?;
        let reply: Reply =
            decode_deterministic_within(&reply, LONGEST_REPLY).map_err(|_| ChipFault::Message)?;
        match reply.version {
            VERSION => Ok(reply),
            _ => Err(ChipFault::Message),
        }
    }
}

impl<M: Messenger> Chip for SecondPhone<M> {
    fn read(&mut self, file: ElementaryFile) -> Result<Option<Zeroizing<Vec<u8>>>, ChipError> {
        let files = match self.files.take() {
            Some(files) => files,
            None => match self.ask(None)? {
                Reply {
                    files: Some(files),
                    answer: None,
                    ..
                } => files.into(),
                _ => return Err(ChipFault::Message.into()),
            },
        };
        let files = self.files.insert(files);
        (&mut &*files).read(file)
    }

    fn answers(&self) -> bool {
        true
    }

    fn authenticate(&mut self, challenge: Challenge) -> Result<Zeroizing<Vec<u8>>, ChipError> {
        match self.ask(Some(challenge))? {
            Reply {
                files: None,
                answer: Some(answer),
                ..
            } if answer.challenge.0.as_slice() == challenge.0 => Ok(answer.signature.0),
            _ => Err(ChipFault::Message.into()),
        }
    }
}

/// On the second phone: does what a request asks for with the chip at hand, and gives the reply.
///
/// # Errors
/// [`ChipFault::Message`] for a request that is none, otherwise what reading the chip ends with.
pub fn serve(request: &[u8], chip: &mut impl Chip) -> Result<Zeroizing<Vec<u8>>, ChipError> {
    let request: Request = decode_deterministic(request).map_err(|_| ChipFault::Message)?;
    if request.version != VERSION {
        return Err(ChipFault::Message.into());
    }
    let (files, answer) = match request.challenge {
        None => (Some(Files::of(&ChipFiles::read(chip)?)?), None),
        Some(challenge) => {
            let asked = <[u8; 8]>::try_from(challenge.0.as_slice());
            let asked = Challenge(asked.map_err(|_| ChipFault::Message)?);
            let signature = wrapped(&chip.authenticate(asked)?)?;
            let answer = Answer {
                challenge,
                signature,
            };
            (None, Some(answer))
        }
    };
    let reply = Reply {
        version: VERSION,
        files,
        answer,
    };
    let reply = encode_deterministic_within(&reply, LONGEST_REPLY);
    Ok(Zeroizing::new(reply.map_err(|_| ChipFault::Message)?))
}

impl Files {
    fn of(files: &ChipFiles) -> Result<Self, ChipFault> {
        Ok(Self {
            sod: wrapped(&files.sod)?,
            dg1: wrapped(&files.dg1)?,
            dg2: files.dg2.as_deref().map(|file| wrapped(file)).transpose()?,
            dg14: files
                .dg14
                .as_deref()
                .map(|file| wrapped(file))
                .transpose()?,
            dg15: files
                .dg15
                .as_deref()
                .map(|file| wrapped(file))
                .transpose()?,
        })
    }
}

impl From<Files> for ChipFiles {
    fn from(files: Files) -> Self {
        Self {
            sod: files.sod.0,
            dg1: files.dg1.0,
            dg2: files.dg2.map(|file| file.0),
            dg14: files.dg14.map(|file| file.0),
            dg15: files.dg15.map(|file| file.0),
        }
    }
}

fn wrapped<const N: usize>(bytes: &[u8]) -> Result<Bytes<N>, ChipFault> {
    Bytes::new(bytes.to_vec()).ok_or(ChipFault::Message)
}

/// A byte string of at most so many bytes.
struct Bytes<const MAX: usize>(Zeroizing<Vec<u8>>);

impl<const MAX: usize> Bytes<MAX> {
    fn new(bytes: Vec<u8>) -> Option<Self> {
        let bytes = Zeroizing::new(bytes);
        (bytes.len() <= MAX).then_some(Self(bytes))
    }
}

impl<const MAX: usize> Serialize for Bytes<MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Bytes<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Buffer<const MAX: usize>;
        impl<const MAX: usize> de::Visitor<'_> for Buffer<MAX> {
            type Value = Bytes<MAX>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "at most {MAX} bytes")
            }
            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                self.visit_byte_buf(bytes.to_vec())
            }
            fn visit_byte_buf<E: de::Error>(self, bytes: Vec<u8>) -> Result<Self::Value, E> {
                Bytes::new(bytes).ok_or_else(|| E::custom(format!("more than {MAX} bytes")))
            }
        }
        deserializer.deserialize_byte_buf(Buffer::<MAX>)
    }
}
