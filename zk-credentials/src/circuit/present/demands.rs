//! The fields of a credential, the policy and the day, each range-checked before it is compared.

use ark_bn254::Fr;

use crate::circuit::bits::{Number, at_most, bit_is_zero, from_bits, number, range};
use crate::circuit::system::System;
use crate::credential::Credential;

/// Bits of a packed mask of nationalities.
const MASK_BITS: usize = 253;
/// The highest nationality index.
const LAST_NATIONALITY: u64 = 252;

/// The fields of a credential that have a range.
pub(super) struct Fields<E> {
    birthdate: E,
    nationality: Number<E>,
    document: E,
    device: E,
    unique: E,
    established_on: E,
    verified_on: E,
    expires_on: E,
}

impl<E: Clone> Fields<E> {
    /// New wires for the fields: birthdate 25 bits, nationality 8, levels 4, days 16.
    pub(super) fn witness<S: System<Expr = E>>(
        system: &mut S,
        credential: Option<&Credential>,
    ) -> Self {
        let value = |get: fn(&Credential) -> u64| credential.map_or(0, get);
        system.enter("credential");
        let nationality = number(
            system,
            "nationality",
            value(|c| c.nationality.get().into()),
            8,
        );
        let mut field = |part, get, width| number(system, part, value(get), width).value;
        let fields = Self {
            birthdate: field("birthdate", |c| c.birthdate.yyyymmdd().into(), 25),
            document: field("document", |c| Into::<u8>::into(c.document).into(), 4),
            device: field("device", |c| Into::<u8>::into(c.device).into(), 4),
            unique: field("unique", |c| Into::<u8>::into(c.unique).into(), 4),
            established_on: field("established-on", |c| c.established_on.0.into(), 16),
            verified_on: field("verified-on", |c| c.verified_on.0.into(), 16),
            expires_on: field("expires-on", |c| c.expires_on.0.into(), 16),
            nationality,
        };
        system.leave();
        fields
    }

    /// The inputs of the message after its tag, in the order of docs/protocol.md section 5.
    pub(super) fn message(&self, holder_key: E, template: E, status_index: E) -> [E; 11] {
        [
            holder_key,
            template,
            self.birthdate.clone(),
            self.nationality.value.clone(),
            self.document.clone(),
            self.device.clone(),
            self.unique.clone(),
            self.established_on.clone(),
            self.verified_on.clone(),
            self.expires_on.clone(),
            status_index,
        ]
    }

    /// Rule 2. Sums stay far below the field, so a negative difference has no decomposition.
    pub(super) fn meet<S: System<Expr = E>>(
        &self,
        system: &mut S,
        policy: &Policy<E>,
        today: &Today<E>,
    ) {
        system.enter("demand");
        let years = system.scale(&policy.min_age, Fr::from(10_000u64));
        let of_age = system.add(&self.birthdate, &years);
        at_most(system, "age", &of_age, &today.date, 25);
        at_most(system, "expiry", &today.day, &self.expires_on, 16);
        // The sum of two days has 17 bits.
        let latest = system.add(&self.verified_on, &policy.max_verified_days);
        at_most(system, "verified", &today.day, &latest, 17);
        let earliest = system.add(&self.established_on, &policy.min_established_days);
        at_most(system, "established", &earliest, &today.day, 16);
        at_most(system, "document", &policy.min_document, &self.document, 4);
        at_most(system, "device", &policy.min_device, &self.device, 4);
        at_most(system, "unique", &policy.min_unique, &self.unique, 4);
        system.leave();
    }

    /// Rule 3: the index is at most 252 and its bit in the mask is 0.
    pub(super) fn not_excluded<S: System<Expr = E>>(&self, system: &mut S, excluded: &E) {
        system.enter("nationality");
        let last = system.constant(Fr::from(LAST_NATIONALITY));
        at_most(system, "limit", &self.nationality.value, &last, 8);
        let mask = range(system, "mask", excluded, MASK_BITS);
        bit_is_zero(system, "not-excluded", &self.nationality.bits, &mask);
        system.leave();
    }
}

/// The fields of a packed policy.
pub(super) struct Policy<E> {
    min_age: E,
    min_document: E,
    min_device: E,
    min_unique: E,
    pub(super) max_slots: E,
    max_verified_days: E,
    min_established_days: E,
}

impl<E: Clone> Policy<E> {
    /// Takes the public input apart into 60 bits: a higher bit has no place to come from.
    pub(super) fn unpack<S: System<Expr = E>>(system: &mut S, packed: &E) -> Self {
        let bits = range(system, "policy", packed, 60);
        Self {
            min_age: from_bits(system, &bits[..8]),
            min_document: from_bits(system, &bits[8..12]),
            min_device: from_bits(system, &bits[12..16]),
            min_unique: from_bits(system, &bits[16..20]),
            max_slots: from_bits(system, &bits[20..28]),
            max_verified_days: from_bits(system, &bits[28..44]),
            min_established_days: from_bits(system, &bits[44..]),
        }
    }
}

/// The date, 25 bits, and the day, 16 bits, that `today` packs.
pub(super) struct Today<E> {
    date: E,
    day: E,
}

impl<E: Clone> Today<E> {
    /// Takes `today = date + 2^25·day` apart into 41 bits.
    pub(super) fn unpack<S: System<Expr = E>>(system: &mut S, packed: &E) -> Self {
        let bits = range(system, "today", packed, 41);
        Self {
            date: from_bits(system, &bits[..25]),
            day: from_bits(system, &bits[25..]),
        }
    }
}
