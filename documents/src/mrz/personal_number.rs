//! Lifelong personal numbers that states print into the optional data of their MRZ.
//!
//! The pinned table of docs/protocol.md section 9. A number counts only if its length, its own
//! check digits and, where it holds one, its date of birth agree with the document; anything else
//! in the optional data is no personal number.

/// The optional data of these characters as the state's personal number, if they are one.
/// `birth` is the MRZ's field of six characters.
pub(crate) fn is_personal_number(state: &str, number: &str, birth: &str) -> bool {
    if state == "UTO" {
        // The specimen state gives no rule: ICAO's sample has ZE184226B.
        return !number.is_empty() && number.bytes().all(|b| b.is_ascii_alphanumeric());
    }
    let Some(digits) = digits(number) else {
        return false;
    };
    let born =
        |place: usize, month_offsets: &[u8]| birth_matches(&digits, place, birth, month_offsets);
    match (state, digits.len()) {
        ("EST" | "LTU", 11) => born(1, &[0]) && baltic_check(&digits),
        ("POL", 11) => {
            born(0, &[0, 20, 40, 60, 80])
                && (weighted(&digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) + digits[10])
                    .is_multiple_of(10)
        }
        ("BGR", 10) => {
            born(0, &[0, 20, 40])
                && weighted(&digits, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == digits[9]
        }
        ("ROU", 13) => {
            let check = weighted(&digits, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
            born(1, &[0]) && digits[12] == if check == 10 { 1 } else { check }
        }
        ("SWE", 12) => born(2, &[0]) && luhn(&digits[2..]),
        ("TUR", 11) => turkish_check(&digits),
        _ => false,
    }
}

fn digits(number: &str) -> Option<Vec<u32>> {
    number.chars().map(|c| c.to_digit(10)).collect()
}

fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(d, w)| d * w).sum()
}

/// Whether the six digits from `place` are the MRZ's date of birth, with one of these offsets added
/// to the month (some states mark the century so).
fn birth_matches(number: &[u32], place: usize, birth: &str, month_offsets: &[u8]) -> bool {
    let (Some(written), Some(birth)) = (number.get(place..place + 6), digits(birth)) else {
        return false;
    };
    let two = |pair: &[u32]| pair[0] * 10 + pair[1];
    birth.len() == 6
        && written[..2] == birth[..2]
        && written[4..] == birth[4..]
        && month_offsets
            .iter()
            .any(|offset| two(&written[2..4]) == two(&birth[2..4]) + u32::from(*offset))
}

/// Estonia (EVS 585) and Lithuania: two rounds of weights modulo 11.
fn baltic_check(digits: &[u32]) -> bool {
    let first = weighted(digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
    let second = weighted(digits, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11;
    let check = match (first, second) {
        (10, 10) => 0,
        (10, second) => second,
        (first, _) => first,
    };
    digits[10] == check
}

/// ISO/IEC 7812-1 annex B, with the check digit last.
fn luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match digit * 2 {
            doubled if place % 2 == 1 && doubled > 9 => doubled - 9,
            doubled if place % 2 == 1 => doubled,
            _ => *digit,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Turkey: the tenth digit from the odd and even places, the eleventh from all ten before.
fn turkish_check(digits: &[u32]) -> bool {
    let every_second = |from: usize, to: usize| digits[from..to].iter().step_by(2).sum::<u32>();
    let (odd, even) = (every_second(0, 9), every_second(1, 8));
    // 7·odd − even, kept positive: even is at most 36.
    let tenth = (7 * odd + 40 - even) % 10;
    let eleventh = digits[..10].iter().sum::<u32>() % 10;
    digits[0] != 0 && digits[9] == tenth && digits[10] == eleventh
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that the states themselves or their standards publish as examples.
    #[test]
    fn published_examples() {
        for (state, number, birth) in [
            ("EST", "38001085718", "800108"),
            ("LTU", "33309240064", "330924"),
            ("POL", "44051401359", "440514"),
            ("BGR", "7523169263", "750316"),
            ("ROU", "1630615123457", "630615"),
            ("SWE", "198803200016", "880320"),
            ("TUR", "17291716060", "800101"),
            ("UTO", "ZE184226B", "740812"),
        ] {
            assert!(is_personal_number(state, number, birth), "{state}");
            // One digit changed.
            if state != "UTO" {
                let last = number.len() - 1;
                let digit = (number.as_bytes()[last] - b'0' + 1) % 10;
                let wrong = format!("{}{digit}", &number[..last]);
                assert!(!is_personal_number(state, &wrong, birth), "{state}");
            }
            if !["UTO", "TUR"].contains(&state) {
                assert!(!is_personal_number(state, number, "010203"), "{state}");
            }
            assert!(!is_personal_number("FRA", number, birth));
        }
    }

    #[test]
    fn other_optional_data_is_no_personal_number() {
        for number in [
            "",
            "380010857",
            "38001085718<1",
            "ABCDEFGHIJK",
            "380010857181",
        ] {
            assert!(!is_personal_number("EST", number, "800108"));
        }
        assert!(!is_personal_number("EST", "38001085718", "80<<<<"));
    }
}
