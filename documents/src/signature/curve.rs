//! Elliptic curves by name or by explicit parameters.

use const_oid::ObjectIdentifier;
use der::Sequence;
use der::asn1::{AnyRef, BitStringRef, OctetStringRef, UintRef};

use super::AlgorithmError;

/// The known curves with their domain parameters.
const TABLE: &str = include_str!("curves.tsv");

/// The curves that signatures are verified on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
    BrainpoolP256r1,
    BrainpoolP384r1,
    BrainpoolP512r1,
}

impl Curve {
    fn from_name(name: &str) -> Result<Self, AlgorithmError> {
        match name {
            "P-256" => Ok(Self::P256),
            "P-384" => Ok(Self::P384),
            "P-521" => Ok(Self::P521),
            "brainpoolP256r1" => Ok(Self::BrainpoolP256r1),
            "brainpoolP384r1" => Ok(Self::BrainpoolP384r1),
            "brainpoolP512r1" => Ok(Self::BrainpoolP512r1),
            other => Err(AlgorithmError::unsupported(other)),
        }
    }

    /// Reads the parameters of an `id-ecPublicKey` (RFC 5480 section 2.1.1): a named curve, or
    /// explicit parameters, which ICAO prescribes (part 12, section 4.4.2) and which count only if
    /// every one of them is that of a known curve. To compare less than all, the generator say,
    /// would let anyone make a second key for the same public point.
    pub(crate) fn from_parameters(parameters: AnyRef<'_>) -> Result<Self, AlgorithmError> {
        if let Ok(oid) = parameters.decode_as::<ObjectIdentifier>() {
            let row = rows().find(|row| row.oid == oid.to_string());
            return match row {
                Some(row) => Self::from_name(row.name),
                None => Err(AlgorithmError::unsupported_oid(oid)),
            };
        }
        let explicit: ExplicitParameters<'_> = parameters
            .decode_as()
            .map_err(|_| AlgorithmError::Malformed)?;
        let row = rows()
            .find(|row| row.is(&explicit) == Some(true))
            .ok_or_else(|| AlgorithmError::unsupported("explicit parameters of no known curve"))?;
        Self::from_name(row.name)
    }
}

/// `SpecifiedECDomain` of SEC 1 appendix C.2, for prime fields.
#[derive(Sequence)]
struct ExplicitParameters<'a> {
    version: u8,
    field: PrimeField<'a>,
    curve: Coefficients<'a>,
    base: &'a OctetStringRef,
    order: UintRef<'a>,
    cofactor: Option<UintRef<'a>>,
}

#[derive(Sequence)]
struct PrimeField<'a> {
    kind: ObjectIdentifier,
    prime: UintRef<'a>,
}

#[derive(Sequence)]
struct Coefficients<'a> {
    a: &'a OctetStringRef,
    b: &'a OctetStringRef,
    seed: Option<BitStringRef<'a>>,
}

/// `prime-field` of ANSI X9.62.
const PRIME_FIELD: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.1.1");

/// A row of the table; numbers in hexadecimal without leading zeros.
struct Row {
    name: &'static str,
    oid: &'static str,
    p: &'static str,
    a: &'static str,
    b: &'static str,
    gx: &'static str,
    gy: &'static str,
    order: &'static str,
}

fn rows() -> impl Iterator<Item = Row> {
    TABLE
        .lines()
        .filter(|l| !l.starts_with('#'))
        .filter_map(|line| {
            let mut columns = line.split('\t');
            Some(Row {
                name: columns.next()?,
                oid: columns.next()?,
                p: columns.next()?,
                a: columns.next()?,
                b: columns.next()?,
                gx: columns.next()?,
                gy: columns.next()?,
                order: columns.next()?,
            })
        })
}

impl Row {
    /// Whether these are all the parameters of this curve; none where the point has no form that
    /// could be read. The seed, which only says how the curve was found, is ignored.
    fn is(&self, explicit: &ExplicitParameters<'_>) -> Option<bool> {
        let _ = explicit.curve.seed;
        let (form, point) = explicit.base.as_bytes().split_first()?;
        let base = match form {
            0x04 if point.len().is_multiple_of(2) => {
                let (x, y) = point.split_at(point.len() / 2);
                number(x) == self.gx && number(y) == self.gy
            }
            // Compressed: x and the parity of y determine the point.
            0x02 | 0x03 => {
                let last_digit = self.gy.as_bytes().last()?;
                let odd = char::from(*last_digit).to_digit(16)? % 2 == 1;
                number(point) == self.gx && (*form == 0x03) == odd
            }
            _ => return None,
        };
        let cofactor = explicit.cofactor.is_none_or(|c| c.as_bytes() == [1]);
        Some(
            matches!(explicit.version, 1..=3)
                && explicit.field.kind == PRIME_FIELD
                && number(explicit.field.prime.as_bytes()) == self.p
                && number(explicit.curve.a.as_bytes()) == self.a
                && number(explicit.curve.b.as_bytes()) == self.b
                && base
                && number(explicit.order.as_bytes()) == self.order
                && cofactor,
        )
    }
}

/// A number in hexadecimal without leading zeros.
fn number(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut digits = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a string does not fail.
        let _ = write!(digits, "{byte:02x}");
    }
    let start = digits.len() - digits.trim_start_matches('0').len();
    digits.split_off(start)
}
