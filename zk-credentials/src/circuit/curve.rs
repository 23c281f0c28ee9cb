//! Points of Baby Jubjub in two forms: twisted Edwards, where addition is complete, and Montgomery,
//! where it is cheaper but has exceptional cases.
//!
//! a·x² + y² = 1 + d·x²·y² with a = 168700, d = 168696, and v² = u³ + 168698·u² + u, mapped by
//! u = (1 + y)/(1 − y), v = u/x (EIP-2494).

use ark_bn254::Fr;
use ark_ec::twisted_edwards::{MontCurveConfig, TECurveConfig};
use ark_ff::Field;

use super::inverses::{Inverses, inverse};
use super::system::System;
use crate::baby_jubjub::{Affine, BabyJubjub};

/// A point in twisted Edwards form.
#[derive(Clone)]
pub struct Edwards<E> {
    /// Coordinate x.
    pub x: E,
    /// Coordinate y.
    pub y: E,
}

/// A point in Montgomery form; the neutral element has none.
#[derive(Clone)]
pub struct Montgomery<E> {
    /// Coordinate u.
    pub u: E,
    /// Coordinate v.
    pub v: E,
}

/// A wire `q` with `q · divisor = dividend`. While `divisor` can be zero this binds nothing, so
/// every use says why it is not.
fn quotient<S: System>(
    system: &mut S,
    rule: &'static str,
    dividend: &S::Expr,
    divisor: &S::Expr,
    inverses: &mut Inverses,
) -> S::Expr {
    let value = system.value(dividend) * inverses.next(system.value(divisor));
    let quotient = system.witness(rule, value);
    system.enforce(rule, &quotient, divisor, dividend);
    quotient
}

/// `−p`.
pub fn negate<S: System>(system: &S, p: &Edwards<S::Expr>) -> Edwards<S::Expr> {
    Edwards {
        x: system.scale(&p.x, -Fr::ONE),
        y: p.y.clone(),
    }
}

/// `p + q` for any two points of the curve, six constraints.
pub fn add<S: System>(
    system: &mut S,
    part: &'static str,
    p: &Edwards<S::Expr>,
    q: &Edwards<S::Expr>,
) -> Edwards<S::Expr> {
    sum(system, part, p, q, None)
}

/// States that `p + q = total`, six constraints.
pub fn add_to<S: System>(
    system: &mut S,
    part: &'static str,
    p: &Edwards<S::Expr>,
    q: &Edwards<S::Expr>,
    total: &Edwards<S::Expr>,
) {
    sum(system, part, p, q, Some(total.clone()));
}

/// The addition law
///
/// ```text
/// (1 + d·x₁x₂y₁y₂)·x = x₁y₂ + y₁x₂      (1 − d·x₁x₂y₁y₂)·y = y₁y₂ − a·x₁x₂
/// ```
///
/// with `y₁y₂ − a·x₁x₂ = (y₁ − a·x₁)(x₂ + y₂) + a·x₁y₂ − y₁x₂`. It is complete because a is a
/// square and d is none (Bernstein, Birkner, Joye, Lange, Peters, "Twisted Edwards Curves", 2008,
/// section 6): for points of the curve neither factor on the left is zero, so x and y are bound,
/// and the sum is on the curve again.
fn sum<S: System>(
    system: &mut S,
    part: &'static str,
    p: &Edwards<S::Expr>,
    q: &Edwards<S::Expr>,
    total: Option<Edwards<S::Expr>>,
) -> Edwards<S::Expr> {
    let (a, d) = (<BabyJubjub as TECurveConfig>::COEFF_A, BabyJubjub::COEFF_D);
    system.enter(part);
    let beta = system.product("beta", &p.x, &q.y);
    let gamma = system.product("gamma", &p.y, &q.x);
    let left = system.linear(&[(&p.y, Fr::ONE), (&p.x, -a)]);
    let right = system.add(&q.x, &q.y);
    let delta = system.product("delta", &left, &right);
    let tau = system.product("tau", &beta, &gamma);

    let one = system.constant(Fr::ONE);
    let of_x = system.add(&beta, &gamma);
    let by_x = system.linear(&[(&one, Fr::ONE), (&tau, d)]);
    let of_y = system.linear(&[(&delta, Fr::ONE), (&beta, a), (&gamma, -Fr::ONE)]);
    let by_y = system.linear(&[(&one, Fr::ONE), (&tau, -d)]);
    let total = total.unwrap_or_else(|| {
        let mut inverses = Inverses::of(&[system.value(&by_x), system.value(&by_y)]);
        let x = system.value(&of_x) * inverses.next(system.value(&by_x));
        let y = system.value(&of_y) * inverses.next(system.value(&by_y));
        Edwards {
            x: system.witness("x", x),
            y: system.witness("y", y),
        }
    });
    system.enforce("x", &by_x, &total.x, &of_x);
    system.enforce("y", &by_y, &total.y, &of_y);
    system.leave();
    total
}

/// `2·p` for any point of the curve, five constraints: the law above with the curve's equation
/// put in, `1 ± d·x²y² = 1 ± (a·x² + y² − 1)`, which is not zero for the same reason.
pub fn double<S: System>(
    system: &mut S,
    part: &'static str,
    p: &Edwards<S::Expr>,
) -> Edwards<S::Expr> {
    let a = <BabyJubjub as TECurveConfig>::COEFF_A;
    system.enter(part);
    let beta = system.product("beta", &p.x, &p.y);
    let xx = system.product("xx", &p.x, &p.x);
    let yy = system.product("yy", &p.y, &p.y);
    let two = system.constant(Fr::from(2u64));
    let of_x = system.scale(&beta, Fr::from(2u64));
    let by_x = system.linear(&[(&xx, a), (&yy, Fr::ONE)]);
    let of_y = system.linear(&[(&yy, Fr::ONE), (&xx, -a)]);
    let by_y = system.sub(&two, &by_x);
    let mut inverses = Inverses::of(&[system.value(&by_x), system.value(&by_y)]);
    let x = quotient(system, "x", &of_x, &by_x, &mut inverses);
    let y = quotient(system, "y", &of_y, &by_y, &mut inverses);
    system.leave();
    Edwards { x, y }
}

/// `flag · p`: the point where the flag is 1, the neutral element (0, 1) where it is 0.
pub fn mask<S: System>(
    system: &mut S,
    part: &'static str,
    flag: &S::Expr,
    p: &Edwards<S::Expr>,
) -> Edwards<S::Expr> {
    system.enter(part);
    let one = system.constant(Fr::ONE);
    let x = system.product("x", flag, &p.x);
    let above = system.sub(&p.y, &one);
    let y = system.product("y", flag, &above);
    let y = system.add(&y, &one);
    system.leave();
    Edwards { x, y }
}

/// The Montgomery form of a point of the prime subgroup that is not the neutral element.
///
/// `u·(1 − y) = 1 + y` has no solution for y = 1. `v·x = u` would leave v free for x = 0 and u = 0,
/// that is at (0, −1), which has order 2 and is not in the subgroup.
pub fn to_montgomery<S: System>(
    system: &mut S,
    part: &'static str,
    p: &Edwards<S::Expr>,
) -> Montgomery<S::Expr> {
    system.enter(part);
    let one = system.constant(Fr::ONE);
    let (above, below) = (system.add(&one, &p.y), system.sub(&one, &p.y));
    let mut inverses = Inverses::of(&[system.value(&below), system.value(&p.x)]);
    let u = quotient(system, "u", &above, &below, &mut inverses);
    let v = quotient(system, "v", &u, &p.x, &mut inverses);
    system.leave();
    Montgomery { u, v }
}

/// The Edwards form of a point of the prime subgroup that is not the neutral element.
///
/// `x·v = u` would leave x free at v = 0 and u = 0, the point of order 2, and `y·(u + 1) = u − 1`
/// has no solution for u = −1, which no point of the curve has.
pub fn to_edwards<S: System>(
    system: &mut S,
    part: &'static str,
    p: &Montgomery<S::Expr>,
) -> Edwards<S::Expr> {
    system.enter(part);
    let one = system.constant(Fr::ONE);
    let (below, above) = (system.sub(&p.u, &one), system.add(&p.u, &one));
    let mut inverses = Inverses::of(&[system.value(&p.v), system.value(&above)]);
    let x = quotient(system, "x", &p.u, &p.v, &mut inverses);
    let y = quotient(system, "y", &below, &above, &mut inverses);
    system.leave();
    Edwards { x, y }
}

/// The Montgomery coordinates of a point other than the neutral element and (0, −1).
pub fn montgomery(point: &Affine) -> [Fr; 2] {
    let inverse = inverse((Fr::ONE - point.y) * point.x);
    let above = (Fr::ONE + point.y) * inverse;
    [above * point.x, above]
}

/// `p + q`, three constraints, for `p ≠ ±q`, which the caller argues.
///
/// At `p = q` the slope would be free, at `p = −q` there is none.
pub fn add_incomplete<S: System>(
    system: &mut S,
    part: &'static str,
    p: &Montgomery<S::Expr>,
    q: &Montgomery<S::Expr>,
    inverses: &mut Inverses,
) -> Montgomery<S::Expr> {
    system.enter(part);
    let (rise, run) = (system.sub(&q.v, &p.v), system.sub(&q.u, &p.u));
    let slope = quotient(system, "slope", &rise, &run, inverses);
    let u = third(system, "u", &slope, &p.u, &q.u);
    let v = opposite(system, "v", &slope, p, &u);
    system.leave();
    Montgomery { u, v }
}

/// `2·p + (2·sign − 1)·q`, six constraints, as `(p ± q) + p` without the middle point's v
/// (Eisenträger, Lauter, Montgomery, 2003), for `p ≠ ±q` and `p ± q ≠ −p`, which the caller
/// argues; `p ± q = p` is impossible.
///
/// With slopes s and t of the two lines: the middle point has `v = s·(p.u − m) − p.v`, so
/// `t = (v − p.v)/(m − p.u)` is `(s + t)·(p.u − m) = 2·p.v`.
pub fn double_and_add<S: System>(
    system: &mut S,
    part: &'static str,
    p: &Montgomery<S::Expr>,
    q: &Montgomery<S::Expr>,
    sign: &S::Expr,
    inverses: &mut Inverses,
) -> Montgomery<S::Expr> {
    system.enter(part);
    let one = system.constant(Fr::ONE);
    let sign = system.linear(&[(sign, Fr::from(2u64)), (&one, -Fr::ONE)]);
    let signed = system.product("signed", &sign, &q.v);
    let (rise, run) = (system.sub(&p.v, &signed), system.sub(&p.u, &q.u));
    let first = quotient(system, "first-slope", &rise, &run, inverses);
    let middle = third(system, "middle", &first, &p.u, &q.u);
    let twice = system.scale(&p.v, Fr::from(2u64));
    let run = system.sub(&p.u, &middle);
    let sum = quotient(system, "second-slope", &twice, &run, inverses);
    let second = system.sub(&sum, &first);
    let u = third(system, "u", &second, &p.u, &middle);
    let v = opposite(system, "v", &second, p, &u);
    system.leave();
    Montgomery { u, v }
}

/// A wire for u of the third point on a line: `slope² = 168698 + u₁ + u₂ + u`.
fn third<S: System>(
    system: &mut S,
    rule: &'static str,
    slope: &S::Expr,
    u1: &S::Expr,
    u2: &S::Expr,
) -> S::Expr {
    let a = system.constant(<BabyJubjub as MontCurveConfig>::COEFF_A);
    let others = system.linear(&[(&a, Fr::ONE), (u1, Fr::ONE), (u2, Fr::ONE)]);
    let u = system.witness(rule, system.value(slope).square() - system.value(&others));
    let sum = system.add(&others, &u);
    system.enforce(rule, slope, slope, &sum);
    u
}

/// A wire for v of the sum: `slope·(p.u − u) = p.v + v`.
fn opposite<S: System>(
    system: &mut S,
    rule: &'static str,
    slope: &S::Expr,
    p: &Montgomery<S::Expr>,
    u: &S::Expr,
) -> S::Expr {
    let run = system.sub(&p.u, u);
    let v = system.value(slope) * system.value(&run) - system.value(&p.v);
    let v = system.witness(rule, v);
    let sum = system.add(&p.v, &v);
    system.enforce(rule, slope, &run, &sum);
    v
}

#[cfg(test)]
mod tests;
