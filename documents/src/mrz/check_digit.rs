//! Check digits of the MRZ (ICAO 9303 part 3, section 4.9).

/// The check digit of some MRZ characters as the digit `0` to `9`, or none for a character outside
/// the MRZ's alphabet: weights 7, 3, 1 repeated over values 0–9, A–Z as 10–35 and `<` as 0, the sum
/// modulo 10.
#[must_use]
pub fn check_digit(characters: impl IntoIterator<Item = u8>) -> Option<u8> {
    let mut sum = 0u32;
    for (character, weight) in characters.into_iter().zip([7, 3, 1].into_iter().cycle()) {
        let value = match character {
            b'0'..=b'9' => character - b'0',
            b'A'..=b'Z' => character - b'A' + 10,
            b'<' => 0,
            _ => return None,
        };
        sum += u32::from(value) * weight;
    }
    u8::try_from(sum % 10).ok().map(|digit| b'0' + digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked examples of ICAO 9303 part 3, section 4.9, and part 11, appendix D.2.
    #[test]
    fn worked_examples() {
        for (characters, digit) in [
            ("520727", b'3'),
            ("AB2134<<<", b'5'),
            ("L898902C<", b'3'),
            ("690806", b'1'),
            ("940623", b'6'),
            ("D23145890734", b'9'),
            ("HA672242<658022549601086<<<<<<<<<<<<<<0", b'8'),
        ] {
            assert_eq!(check_digit(characters.bytes()), Some(digit), "{characters}");
        }
        assert_eq!(check_digit("l898902c<".bytes()), None);
    }
}
