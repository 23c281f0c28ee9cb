//! Randomness of the operating system, and the identifiers made from it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::problem::{Code, Problem};

/// `N` bytes of the operating system's generator.
///
/// # Errors
/// `internal` where the operating system gives none; nothing is made without it.
pub fn bytes<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes).map_err(|_| {
        tracing::error!("the operating system gave no randomness");
        Problem::new(Code::Internal)
    })?;
    Ok(bytes)
}

/// An identifier that nobody can guess: `prefix` and 16 random bytes in base64url.
///
/// # Errors
/// As [`bytes`].
pub fn identifier(prefix: &str) -> Result<String, Problem> {
    Ok(format!(
        "{prefix}{}",
        URL_SAFE_NO_PAD.encode(bytes::<16>()?)
    ))
}

/// A number below `bound`, each equally likely (the top of the range is drawn again).
///
/// # Errors
/// As [`bytes`].
pub fn below(bound: u32) -> Result<u32, Problem> {
    let bound = bound.max(1);
    let limit = u32::MAX - u32::MAX % bound;
    loop {
        let drawn = u32::from_le_bytes(bytes::<4>()?);
        if drawn < limit {
            return Ok(drawn % bound);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_stay_below_their_bound_and_reach_all_of_it() {
        let mut seen = [false; 6];
        for _ in 0..500 {
            seen[below(6).unwrap() as usize] = true;
        }
        assert_eq!(seen, [true; 6]);
        assert_eq!(below(1).unwrap(), 0);
    }

    #[test]
    fn identifiers_carry_128_random_bits() {
        let (a, b) = (identifier("vs_").unwrap(), identifier("vs_").unwrap());
        assert!(a.starts_with("vs_") && a.len() == 25 && a != b);
    }
}
