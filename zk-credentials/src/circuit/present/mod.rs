//! Circuit `present` (docs/protocol.md section 7): an issuer signed a credential that satisfies a
//! policy, it is not revoked, and the prover has its holder secret.
//!
//! Public, in this order: `nullifier, binding, today, status_root, issuer, policy, excluded,
//! scope`. docs/circuits.md follows the constraints group by group.

mod demands;
mod statement;

#[cfg(test)]
mod tests;

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;

use self::demands::{Fields, Policy, Today};
use super::bits::{at_most, number};
use super::system::System;
use super::{poseidon, signature, status};
use crate::word::tag;

pub use self::statement::{PresentError, PresentPublic, PresentWitness, demands_met};

/// States every constraint of the circuit on `system`.
///
/// The values come from `witness`; without one only the shape has a meaning. Whether a witness
/// satisfies the constraints is what [`PresentWitness::check`] says beforehand.
pub fn synthesize<S: System>(system: &mut S, witness: Option<&PresentWitness>) {
    let public = witness.map_or([Fr::ZERO; 8], |known| known.public().to_array());
    let [
        nullifier,
        binding,
        today,
        status_root,
        issuer,
        policy,
        excluded,
        scope,
    ] = std::array::from_fn(|i| system.public(PresentPublic::NAMES[i], public[i]));
    let private = |get: fn(&PresentWitness) -> Fr| witness.map_or(Fr::ZERO, get);

    // Rule 1: the holder key, the message, the signature, the issuer.
    system.enter("holder");
    let secret = system.witness("secret", private(|known| known.secret.fr()));
    let holder_key = poseidon::hash(
        system,
        "hash",
        &[tag("holder").fr()],
        std::slice::from_ref(&secret),
    );
    system.leave();

    let template = system.witness("template", private(|w| w.signed.credential.template.0.fr()));
    let fields = Fields::witness(system, witness.map(|known| &known.signed.credential));
    let bit = witness.map_or(0, PresentWitness::bit);
    // Rule 4: the bit under the root is 0, and the index that is signed is its place.
    let path = witness.map(|known| &known.path);
    let status_index = status::constrain(system, path, bit, &status_root);

    let inputs = fields.message(holder_key, template, status_index);
    let message = poseidon::hash(system, "message", &[tag("credential").fr()], &inputs);
    let signed = witness.map(|known| (&known.signed.issuer, &known.signed.signature));
    let id = signature::verify(system, signed, &message);
    system.equal("issuer-id", &id, &issuer);

    // Rules 2 and 3: the demands, and the nationality.
    let policy = Policy::unpack(system, &policy);
    let today = Today::unpack(system, &today);
    fields.meet(system, &policy, &today);
    fields.not_excluded(system, &excluded);

    // Rule 5: the slot, the nullifier, the binding.
    system.enter("place");
    let slot = number(
        system,
        "slot",
        witness.map_or(0, |known| known.slot.0.into()),
        8,
    );
    let one = system.constant(Fr::from(1u64));
    let next = system.add(&slot.value, &one);
    at_most(system, "slot-limit", &next, &policy.max_slots, 8);
    let inputs = [secret, scope, slot.value];
    let opened = poseidon::hash(system, "nullifier", &[tag("nullifier").fr()], &inputs);
    system.equal("opens", &opened, &nullifier);
    system.leave();

    // The binding enters a constraint, so that no proof can be moved to another one.
    system.enter("binding");
    system.product("bound", &binding, &binding);
    system.leave();
}
