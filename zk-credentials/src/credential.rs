//! The credential: what an issuer says about a holder (docs/protocol.md section 5).

use ark_bn254::Fr;
use serde::{Deserialize, Serialize};

use crate::calendar::{Date, Day};
use crate::eddsa::{IssuerKey, Signature, SignatureError};
use crate::exchange::Sha256Digest;
use crate::field::FieldElement;
use crate::holder::HolderKey;
use crate::nationality::Nationality;
use crate::poseidon::poseidon;
use crate::status_list::STATUS_BITS;
use crate::template::TemplateCommitment;
use crate::word::tag;

/// A number that is no level or no index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the number is outside of its range")]
pub struct OutOfRange;

impl OutOfRange {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        "credential_value_out_of_range"
    }
}

/// An ordered level that travels as its number.
macro_rules! level {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $number:literal),+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "u8", into = "u8")]
        pub enum $name {
            $($(#[$variant_doc])* $variant = $number),+
        }
        impl $name {
            /// The level with this number.
            ///
            /// # Errors
            /// [`OutOfRange`] where no level has it.
            pub fn new(number: u8) -> Result<Self, OutOfRange> {
                match number {
                    $($number => Ok(Self::$variant),)+
                    _ => Err(OutOfRange),
                }
            }
            /// The number.
            pub fn get(self) -> u8 {
                self as u8
            }
        }
        impl TryFrom<u8> for $name {
            type Error = OutOfRange;
            fn try_from(number: u8) -> Result<Self, OutOfRange> {
                Self::new(number)
            }
        }
        impl From<$name> for u8 {
            fn from(level: $name) -> u8 {
                level.get()
            }
        }
    };
}

level! {
    /// What the issuer verified of the document.
    DocumentLevel {
        /// The data page only.
        DataPage = 1,
        /// The chip's signature. A copy of its files passes too.
        PassiveAuthentication = 2,
        /// The chip proved to the issuer that it is no copy.
        ActiveAuthentication = 3
    }
}

level! {
    /// What vouched for the device.
    DeviceLevel {
        /// A software key: says nothing about a face.
        Software = 1,
        /// A hardware-backed key in a listed app.
        Hardware = 2,
        /// The same in StrongBox or better.
        StrongBox = 3
    }
}

level! {
    /// What the issuer knows about other lines of the same person.
    UniqueLevel {
        /// An older line with the same person tag is live.
        LiveNamesake = 1,
        /// None is.
        NoLiveNamesake = 2,
        /// A lifelong personal number says so.
        PersonalNumber = 3
    }
}

/// A place in the status list, below 248 · 65,536.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct StatusIndex(u32);

impl StatusIndex {
    /// The place with this number.
    ///
    /// # Errors
    /// [`OutOfRange`] past the end of the list.
    pub fn new(number: u32) -> Result<Self, OutOfRange> {
        if number < STATUS_BITS {
            Ok(Self(number))
        } else {
            Err(OutOfRange)
        }
    }
    /// The number.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for StatusIndex {
    type Error = OutOfRange;
    fn try_from(number: u32) -> Result<Self, OutOfRange> {
        Self::new(number)
    }
}

impl From<StatusIndex> for u32 {
    fn from(index: StatusIndex) -> u32 {
        index.0
    }
}

/// What the issuer signs. It prints nothing: it holds a birthdate.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credential {
    /// The holder key H.
    pub holder_key: HolderKey,
    /// The commitment to the portrait, T_portrait.
    pub template: TemplateCommitment,
    /// Date of birth; open parts as the latest possible date.
    pub birthdate: Date,
    /// Index in the pinned table.
    pub nationality: Nationality,
    /// What was verified of the document.
    pub document: DocumentLevel,
    /// What vouched for the device.
    pub device: DeviceLevel,
    /// What is known about other lines.
    pub unique: UniqueLevel,
    /// 0 for a person's first credential, otherwise section 9.
    pub established_on: Day,
    /// Day of the last live match.
    pub verified_on: Day,
    /// Last day on which it can be presented.
    pub expires_on: Day,
    /// Its bit in the status list.
    pub status_index: StatusIndex,
}

impl Credential {
    /// The twelve inputs of the message, in the order of section 5.
    pub fn inputs(&self) -> [Fr; 12] {
        [
            tag("credential").fr(),
            self.holder_key.0.fr(),
            self.template.0.fr(),
            Fr::from(self.birthdate.yyyymmdd()),
            Fr::from(self.nationality.get()),
            Fr::from(self.document.get()),
            Fr::from(self.device.get()),
            Fr::from(self.unique.get()),
            Fr::from(self.established_on.0),
            Fr::from(self.verified_on.0),
            Fr::from(self.expires_on.0),
            Fr::from(self.status_index.get()),
        ]
    }

    /// `M`, the message that the issuer signs.
    pub fn message(&self) -> FieldElement {
        poseidon(&self.inputs()).into()
    }
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credential(..)")
    }
}

/// A credential with its issuer's key and signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedCredential {
    /// What was signed.
    pub credential: Credential,
    /// The key A.
    pub issuer: IssuerKey,
    /// The signature over the message.
    pub signature: Signature,
}

impl SignedCredential {
    /// SHA-256 of the credential with its signature, by which a statement names it (docs/protocol.md
    /// section 9): the twelve inputs of the message, then `R8.x`, `R8.y` and `S`, each a field
    /// element of 32 big-endian bytes.
    pub fn digest(&self) -> Sha256Digest {
        let signature = [self.signature.r8x, self.signature.r8y, self.signature.s];
        let inputs = self.credential.inputs().map(FieldElement::from);
        let bytes: Vec<u8> = inputs
            .iter()
            .chain(&signature)
            .flat_map(|element| element.to_be_bytes())
            .collect();
        Sha256Digest::of(&bytes)
    }

    /// Checks the signature. Whether the key is one to trust is for the caller to know.
    ///
    /// # Errors
    /// [`SignatureError`].
    pub fn verify(&self) -> Result<(), SignatureError> {
        self.issuer
            .verify(self.credential.message(), &self.signature)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::eddsa::IssuerSecretKey;

    fn credential() -> Credential {
        Credential {
            holder_key: HolderKey(5u64.into()),
            template: TemplateCommitment(6u64.into()),
            birthdate: Date::new(1974, 8, 12).unwrap(),
            nationality: Nationality::from_alpha3("UTO"),
            document: DocumentLevel::PassiveAuthentication,
            device: DeviceLevel::Software,
            unique: UniqueLevel::NoLiveNamesake,
            established_on: Day(0),
            verified_on: Day(20_000),
            expires_on: Day(21_000),
            status_index: StatusIndex::new(247).unwrap(),
        }
    }

    #[test]
    fn every_field_is_signed() {
        let key = IssuerSecretKey::from_seed([1; 32]);
        let honest = credential();
        let signature = key.sign(honest.message());
        let signed = |credential| SignedCredential {
            credential,
            issuer: key.public(),
            signature,
        };
        assert_eq!(signed(honest.clone()).verify(), Ok(()));
        let forgeries: [fn(&mut Credential); 11] = [
            |c| c.holder_key = HolderKey(7u64.into()),
            |c| c.template = TemplateCommitment(7u64.into()),
            |c| c.birthdate = Date::new(1974, 8, 13).unwrap(),
            |c| c.nationality = Nationality::from_alpha3("ABW"),
            |c| c.document = DocumentLevel::ActiveAuthentication,
            |c| c.device = DeviceLevel::Hardware,
            |c| c.unique = UniqueLevel::PersonalNumber,
            |c| c.established_on = Day(1),
            |c| c.verified_on = Day(20_001),
            |c| c.expires_on = Day(21_001),
            |c| c.status_index = StatusIndex::new(248).unwrap(),
        ];
        for forge in forgeries {
            let mut forged = honest.clone();
            forge(&mut forged);
            let forged = signed(forged);
            assert!(forged.verify().is_err());
            assert_ne!(forged.digest(), signed(honest.clone()).digest());
        }
    }

    #[test]
    fn the_digest_is_one_of_the_elements_in_their_order() {
        let key = IssuerSecretKey::from_seed([1; 32]);
        let credential = credential();
        let signature = key.sign(credential.message());
        let signed = SignedCredential {
            credential,
            issuer: key.public(),
            signature,
        };
        let numbers = [5u64, 6, 19_740_812, 0, 2, 1, 2, 0, 20_000, 21_000, 247];
        let elements = std::iter::once(FieldElement::from(tag("credential").fr()))
            .chain(numbers.map(FieldElement::from))
            .chain([signature.r8x, signature.r8y, signature.s]);
        let bytes: Vec<u8> = elements.flat_map(|e| e.to_be_bytes()).collect();
        assert_eq!(bytes.len(), 15 * 32);
        assert_eq!(signed.digest(), Sha256Digest::of(&bytes));
        let other = key.sign(7u64.into());
        let resigned = SignedCredential {
            signature: other,
            ..signed.clone()
        };
        assert_ne!(resigned.digest(), signed.digest());
    }

    #[test]
    fn it_survives_json_and_refuses_unknown_fields_and_levels() {
        let json = serde_json::to_string(&credential()).unwrap();
        assert_eq!(
            serde_json::from_str::<Credential>(&json).unwrap(),
            credential()
        );
        let more = json.replacen('{', "{\"more\":1,", 1);
        assert!(serde_json::from_str::<Credential>(&more).is_err());
        let level = json.replace("\"document\":2", "\"document\":4");
        assert!(level != json && serde_json::from_str::<Credential>(&level).is_err());
    }

    #[test]
    fn it_prints_nothing() {
        assert_eq!(format!("{:?}", credential()), "Credential(..)");
    }
}
