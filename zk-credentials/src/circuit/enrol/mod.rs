//! Circuit `enrol` (docs/protocol.md section 4): two committed vectors are similar, and the
//! holder key opens.
//!
//! Public, in this order: `H, T_portrait, T_live, tau, model, context`. Private: the holder
//! secret, both vectors, both blindings. docs/circuits-enrol.md follows the constraints group by
//! group.

mod products;
mod similarity;
mod statement;
mod vector;

#[cfg(test)]
mod tests;

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;

use self::products::Products;
use self::vector::Vector;
use super::poseidon;
use super::system::System;
use crate::word::tag;

pub use self::statement::{EnrolError, EnrolPublic, EnrolPublicError, EnrolWitness};

/// States every constraint of the circuit on `system`.
///
/// The values come from `witness`; without one only the shape has a meaning. Whether a witness
/// satisfies the constraints is what [`EnrolWitness::check`] says beforehand.
pub fn synthesize<S: System>(system: &mut S, witness: Option<&EnrolWitness>) {
    let public = witness.map_or([Fr::ZERO; 6], |known| known.public().to_array());
    let [
        holder_key,
        portrait_commitment,
        live_commitment,
        tau,
        model,
        context,
    ] = std::array::from_fn(|i| system.public(EnrolPublic::NAMES[i], public[i]));
    let private = |get: fn(&EnrolWitness) -> Fr| witness.map_or(Fr::ZERO, get);

    // Rule 1: the holder key and both commitments open.
    system.enter("holder");
    let secret = system.witness("secret", private(|known| known.secret.fr()));
    let opened = poseidon::hash(system, "hash", &[tag("holder").fr()], &[secret]);
    system.equal("opens", &opened, &holder_key);
    system.leave();

    system.enter("portrait");
    let portrait = Vector::witness(system, witness.map(|known| &known.portrait));
    let blinding = system.witness("blinding", private(|known| known.portrait_blinding.fr()));
    let opened = portrait.commitment(system, &model, &blinding);
    system.equal("opens", &opened, &portrait_commitment);
    system.leave();

    system.enter("live");
    let live = Vector::witness(system, witness.map(|known| &known.live));
    let blinding = system.witness("blinding", private(|known| known.live_blinding.fr()));
    let opened = live.commitment(system, &model, &blinding);
    system.equal("opens", &opened, &live_commitment);
    system.leave();

    // Rule 2: positive dot product, norms of a real embedding, cosine at least tau/1000.
    let products = Products::constrain(system, &portrait, &live);
    similarity::constrain(system, &products, &tau);

    // Rule 3: the context enters a constraint, so that no proof can be moved to another one.
    system.enter("context");
    system.product("bound", &context, &context);
    system.leave();
}
