//! Basic access control on the chip's side (ICAO 9303 part 11, section 4.3).

use super::crypto::{Keys, Suite, pad};
use super::messaging::Messaging;

/// What the reader sends and what it gets: 32 encrypted bytes and 8 that authenticate them.
const SEALED: usize = 32;

/// Opens the reader's cryptogram under the document's keys. The answer and the channel come out, or none
/// where the reader does not know the MRZ.
pub(crate) fn authenticate(
    document: &Keys,
    challenge: &[u8; 8],
    own: &[u8; 16],
    received: &[u8],
) -> Option<(Vec<u8>, Messaging)> {
    let (sealed, mac) = received.split_at_checked(SEALED)?;
    if document.mac(&pad(sealed, 8)) != *mac {
        return None;
    }
    let plain = document.decrypt(&[0; 8], sealed)?;
    let (readers, rest) = plain.split_at_checked(8)?;
    let (repeated, key) = rest.split_at_checked(8)?;
    if repeated != challenge {
        return None;
    }
    let seed: Vec<u8> = key.iter().zip(own).map(|(a, b)| a ^ b).collect();
    // The last four bytes of both challenges, the chip's first (section 9.8.2).
    let counter = [&challenge[4..], &readers[4..]].concat();
    let counter = counter
        .iter()
        .fold(0, |sum, byte| sum << 8 | u128::from(*byte));
    let answer = [&challenge[..], readers, own].concat();
    let mut answer = document.encrypt(&[0; 8], &answer);
    answer.extend(document.mac(&pad(&answer, 8)));
    let channel = Messaging::new(Keys::from_seed(Suite::TripleDes, &seed), counter);
    Some((answer, channel))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::crypto::tests::bytes;

    /// Appendix D.3 of part 11, with the chip's part of it.
    #[test]
    fn the_handshake_is_that_of_appendix_d() {
        let document =
            Keys::from_seed(Suite::TripleDes, &bytes("239AB9CB282DAF66231DC5A4DF6BFBAE"));
        let challenge = bytes("4608F91988702212").try_into().unwrap();
        let own = bytes("0B4F80323EB3191CB04970CB4052790B")
            .try_into()
            .unwrap();
        let received = bytes(
            "72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A7",
        );
        let (answer, mut channel) = authenticate(&document, &challenge, &own, &received).unwrap();
        assert_eq!(
            answer,
            bytes(
                "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D7449"
            )
        );
        let first = bytes("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800");
        assert!(channel.open(&Command::parse(&first).unwrap()).is_ok());
        for place in [0, 31, 32, 39] {
            let mut altered = received.clone();
            altered[place] ^= 1;
            assert!(authenticate(&document, &challenge, &own, &altered).is_none());
        }
        assert!(authenticate(&document, &[0; 8], &own, &received).is_none());
        assert!(authenticate(&document, &challenge, &own, &received[..39]).is_none());
    }
}
