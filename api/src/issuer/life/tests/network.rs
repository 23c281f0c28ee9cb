//! A network that lets everybody in who meets its demands under a root of its window.

use std::collections::BTreeMap;

use humanseal_zk_credentials::calendar::{Day, Today};
use humanseal_zk_credentials::holder::HolderKey;
use humanseal_zk_credentials::policy::{ANY_VERIFIED_DAYS, Excluded, Policy};
use humanseal_zk_credentials::presentation::demands_met;

use super::issuer::{Issuer, day};
use crate::issuer::life::LineId;

/// L, W and what is demanded beside them.
#[derive(Clone, Copy)]
pub struct Terms {
    /// Days that a registration lasts.
    pub registration_days: u16,
    /// Seconds for which a root is taken.
    pub root_seconds: i64,
    /// `min_unique`.
    pub min_unique: u8,
    /// `min_established_days`.
    pub min_established_days: u16,
}

impl Terms {
    /// L + W + 1, W in days rounded up, and `min_unique` 2, as section 9 demands.
    pub fn of_section_9(registration_days: u16, root_seconds: i64) -> Self {
        let window = u16::try_from((root_seconds + 86_399) / 86_400).unwrap();
        Self {
            registration_days,
            root_seconds,
            min_unique: 2,
            min_established_days: registration_days + window + 1,
        }
    }
}

/// Places of one scope. A holder key stands for its nullifier: both are one to one with the secret.
pub struct Network {
    terms: Terms,
    policy: Policy,
    /// The last second of each registration, and the lines under which it was taken.
    pub places: BTreeMap<String, (i64, HolderKey)>,
    /// How often a place was taken or prolonged.
    pub proofs: usize,
}

impl Network {
    pub fn new(terms: Terms) -> Self {
        Self {
            terms,
            policy: Policy {
                min_age: 18,
                min_document: 0,
                min_device: 0,
                min_unique: terms.min_unique,
                max_slots: 1,
                max_verified_days: ANY_VERIFIED_DAYS,
                min_established_days: terms.min_established_days,
            },
            places: BTreeMap::new(),
            proofs: 0,
        }
    }

    /// Everybody presents whatever was ever handed out, under every root that is still taken: more
    /// than any attacker can do.
    pub fn everybody_presents(&mut self, issuer: &Issuer, now: i64) {
        let roots = issuer.roots.iter().rev();
        let taken = roots
            .skip_while(|root| root.issued_at > now)
            .take_while(|root| now - root.issued_at <= self.terms.root_seconds);
        for root in taken {
            for (_, credential) in &issuer.issued {
                if root.set.contains(&credential.status_index) {
                    continue;
                }
                // A verifier takes proofs of today and of yesterday.
                let days = [day(now), Day(day(now).0 - 1)].map(Today::from_day);
                let met =
                    |today| demands_met(credential, &self.policy, &Excluded::none(), today).is_ok();
                if days.into_iter().any(met) {
                    let until = now + i64::from(self.terms.registration_days) * 86_400;
                    let key = credential.holder_key.0.to_string();
                    self.places.insert(key, (until, credential.holder_key));
                    self.proofs += 1;
                }
            }
        }
    }

    /// The holder keys of these lines that have a place now.
    pub fn active(&self, issuer: &Issuer, lines: &[LineId], now: i64) -> Vec<HolderKey> {
        let of_lines = |key: &HolderKey| {
            let mut held = issuer.issued.iter();
            held.any(|(line, credential)| lines.contains(line) && credential.holder_key == *key)
        };
        self.places
            .values()
            .filter(|(until, _)| *until > now)
            .map(|(_, key)| *key)
            .filter(of_lines)
            .collect()
    }
}
