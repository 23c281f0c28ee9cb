//! PACE with generic mapping on the chip's side (ICAO 9303 part 11, section 4.4): ECDH, AES-128.

use humanseal_documents::PaceInfo;

use super::command::{first_object, object};
use super::crypto::{Key, Keys, PASSWORD, Suite, derive};
use super::curve::Curve;
use super::messaging::Messaging;

/// `id-PACE-ECDH-GM-AES-CBC-CMAC-128` (section 9.2.1), in DER content octets.
pub(crate) const PROTOCOL: [u8; 10] = [4, 0, 0x7f, 0, 7, 2, 2, 4, 2, 2];
/// Dynamic authentication data.
const DATA: u8 = 0x7c;

/// The offer of PACE over a curve, as EF.CardAccess has it.
#[must_use]
pub fn offer(curve: Curve) -> PaceInfo {
    PaceInfo::specimen(&PROTOCOL, curve.parameters())
}

/// What of a run the chip draws at random.
pub(crate) struct Drawn {
    pub(crate) nonce: [u8; 16],
    pub(crate) mapping: [u8; 32],
    pub(crate) agreement: [u8; 32],
}

/// A run of PACE, between two commands.
pub(crate) struct Run {
    curve: Curve,
    password: Key,
    drawn: Drawn,
    state: State,
}

enum State {
    Chosen,
    NonceSent,
    Mapped {
        generator: Vec<u8>,
    },
    Agreed {
        keys: Keys,
        own: Vec<u8>,
        theirs: Vec<u8>,
    },
}

/// What a command led to.
pub(crate) enum Progress {
    /// The answer to it.
    Answer(Vec<u8>),
    /// The answer to the last one, and the channel from then on.
    Open(Vec<u8>, Messaging),
    /// The reader does not know the password.
    WrongPassword,
    /// Not what comes next.
    Unexpected,
}

impl Run {
    /// After MSE:Set AT, with this password: SHA-1 of the MRZ's fields, or the card access number.
    pub(crate) fn new(curve: Curve, password: &[u8], drawn: Drawn) -> Self {
        Self {
            curve,
            password: derive(password, PASSWORD),
            drawn,
            state: State::Chosen,
        }
    }

    /// One GENERAL AUTHENTICATE (section 4.4.4.2).
    pub(crate) fn step(&mut self, data: &[u8]) -> Progress {
        self.next(data).unwrap_or(Progress::Unexpected)
    }

    fn next(&mut self, data: &[u8]) -> Option<Progress> {
        let (DATA, inside, []) = first_object(data)? else {
            return None;
        };
        let given = match inside {
            [] => None,
            _ => Some(first_object(inside)?),
        };
        let answer = |tag, value: &[u8]| object(DATA, &object(tag, value));
        match (&self.state, given) {
            (State::Chosen, None) => {
                let keys = Keys {
                    suite: Suite::Aes128,
                    encryption: self.password,
                    authentication: self.password,
                };
                self.state = State::NonceSent;
                let sealed = keys.encrypt(&[0; 16], &self.drawn.nonce);
                Some(Progress::Answer(answer(0x80, &sealed)))
            }
            (State::NonceSent, Some((0x81, theirs, []))) => {
                let own = self.curve.generator()?;
                let own = self.curve.multiply(&self.drawn.mapping, &own)?;
                let shared = self.curve.multiply(&self.drawn.mapping, theirs)?;
                let generator = self.curve.map(&self.drawn.nonce, &shared)?;
                self.state = State::Mapped { generator };
                Some(Progress::Answer(answer(0x82, &own)))
            }
            (State::Mapped { generator }, Some((0x83, theirs, []))) => {
                let own = self.curve.multiply(&self.drawn.agreement, generator)?;
                if own == theirs {
                    return None;
                }
                let shared = self.curve.multiply(&self.drawn.agreement, theirs)?;
                let (x, _) = shared.get(1..)?.split_at_checked(32)?;
                let sent = answer(0x84, &own);
                self.state = State::Agreed {
                    keys: Keys::from_seed(Suite::Aes128, x),
                    own,
                    theirs: theirs.to_vec(),
                };
                Some(Progress::Answer(sent))
            }
            (State::Agreed { keys, own, theirs }, Some((0x85, token, []))) => {
                if token != keys.mac(&public_key(own)) {
                    return Some(Progress::WrongPassword);
                }
                let sent = answer(0x86, &keys.mac(&public_key(theirs)));
                Some(Progress::Open(sent, Messaging::new(keys.clone(), 0)))
            }
            _ => None,
        }
    }
}

/// A public key as tokens cover it (section 4.4.3.4): 7F49 around protocol and point.
fn public_key(point: &[u8]) -> Vec<u8> {
    let inside = [object(0x06, &PROTOCOL), object(0x86, point)].concat();
    let mut bytes = vec![0x7f];
    bytes.extend(object(0x49, &inside));
    bytes
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::crypto::tests::bytes;
    use sha1::{Digest, Sha1};

    /// Appendix G.1 of part 11: PACE with ECDH, generic mapping, AES-128, brainpoolP256r1 and the MRZ.
    fn example() -> Run {
        let password = Sha1::digest(b"T22000129364081251010318");
        assert_eq!(
            password.to_vec(),
            bytes("7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD")
        );
        let fixed = |text: &str| bytes(text).try_into().unwrap();
        Run::new(
            Curve::BrainpoolP256r1,
            &password,
            Drawn {
                nonce: bytes("3F00C4D39D153F2B2A214A078D899B22")
                    .try_into()
                    .unwrap(),
                mapping: fixed("498FF49756F2DC1587840041839A85982BE7761D14715FB091EFA7BCE9058560"),
                agreement: fixed(
                    "107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A",
                ),
            },
        )
    }

    const STEPS: [(&str, &str); 4] = [
        ("7C00", "7C12801095A3A016522EE98D01E76CB6B98B42C3"),
        (
            "7C438141047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D",
            "7C43824104824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F5730D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54",
        ),
        (
            "7C438341042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB36462",
            "7C438441049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F094",
        ),
        ("7C0A8508C2B0BD78D94BA866", "7C0A86083ABB9674BCE93C08"),
    ];

    #[test]
    fn the_run_is_that_of_appendix_g() {
        let mut run = example();
        for (place, (command, expected)) in STEPS.into_iter().enumerate() {
            match run.step(&bytes(command)) {
                Progress::Answer(answer) if place < 3 => assert_eq!(answer, bytes(expected)),
                Progress::Open(answer, mut channel) if place == 3 => {
                    assert_eq!(answer, bytes(expected));
                    let sealed =
                        "0CA4040C1D871101752F676B09FAC86A87D632749A49C7CC8E08C18BA1FCE707BD9F00";
                    let command = Command::parse(&bytes(sealed)).unwrap();
                    assert!(channel.open(&command).is_ok());
                }
                _ => panic!("step {place}"),
            }
        }
    }

    /// A wrong token, a point that is none, a step out of turn, the chip's own key sent back to it.
    #[test]
    fn what_does_not_fit_is_refused() {
        let mut run = example();
        assert!(matches!(run.step(&bytes(STEPS[1].0)), Progress::Unexpected));
        assert!(matches!(run.step(&bytes(STEPS[0].0)), Progress::Answer(_)));
        let mut no_point = bytes(STEPS[1].0);
        no_point[10] ^= 1;
        assert!(matches!(run.step(&no_point), Progress::Unexpected));
        assert!(matches!(run.step(&bytes(STEPS[1].0)), Progress::Answer(_)));
        let mut own = bytes(STEPS[2].1);
        own[2] = 0x83;
        assert!(matches!(run.step(&own), Progress::Unexpected));
        assert!(matches!(run.step(&bytes(STEPS[2].0)), Progress::Answer(_)));
        let mut token = bytes(STEPS[3].0);
        token[5] ^= 1;
        assert!(matches!(run.step(&token), Progress::WrongPassword));
    }

    #[test]
    fn the_offer_is_that_of_appendix_g() {
        let info = offer(Curve::BrainpoolP256r1);
        assert_eq!(
            info.as_der(),
            bytes("3012060A04007F0007020204020202010202010D")
        );
    }
}
