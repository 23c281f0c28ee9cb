//! One text per circuit, read two ways.
//!
//! A circuit is a function over a [`System`]. Run on a [`Recorder`] it yields the constraint
//! matrices; run on an [`Assigner`] it yields the full assignment and nothing else, which is what
//! a proof needs. Both walk the same code, so shape and witness cannot drift apart.

use std::collections::BTreeMap;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};
use zeroize::Zeroizing;

/// What a circuit is written against: rank-1 constraints over linear expressions.
pub trait System {
    /// A linear combination of wires with its value.
    type Expr: Clone;

    /// The constant `value`.
    fn constant(&self, value: Fr) -> Self::Expr;
    /// `a + b`.
    fn add(&self, a: &Self::Expr, b: &Self::Expr) -> Self::Expr;
    /// `a · k` for a constant `k`.
    fn scale(&self, a: &Self::Expr, k: Fr) -> Self::Expr;
    /// The value that the expression has in this run. In a shape-only run the values are
    /// meaningless, so a hint computed from them must not panic (an inverse of zero is zero).
    fn value(&self, a: &Self::Expr) -> Fr;

    /// A public input. All public inputs come before the first witness.
    fn public(&mut self, name: &'static str, value: Fr) -> Self::Expr;
    /// A private wire with the value that an honest prover gives it. It constrains nothing.
    fn witness(&mut self, name: &'static str, value: Fr) -> Self::Expr;
    /// The constraint `a · b = c`, under a name that says which rule it enforces.
    fn enforce(&mut self, rule: &'static str, a: &Self::Expr, b: &Self::Expr, c: &Self::Expr);

    /// Enters a named part of the circuit; names of wires and rules inside are prefixed by it.
    fn enter(&mut self, part: &'static str);
    /// Leaves the part entered last.
    fn leave(&mut self);

    /// `a − b`.
    fn sub(&self, a: &Self::Expr, b: &Self::Expr) -> Self::Expr {
        self.add(a, &self.scale(b, -Fr::ONE))
    }
    /// `Σ k · a` over the terms; zero for none.
    fn linear(&self, terms: &[(&Self::Expr, Fr)]) -> Self::Expr {
        terms.iter().fold(self.constant(Fr::ZERO), |sum, (a, k)| {
            self.add(&sum, &self.scale(a, *k))
        })
    }
    /// `a = b`, as `(a − b) · 1 = 0`.
    fn equal(&mut self, rule: &'static str, a: &Self::Expr, b: &Self::Expr) {
        let difference = self.sub(a, b);
        let (one, zero) = (self.constant(Fr::ONE), self.constant(Fr::ZERO));
        self.enforce(rule, &difference, &one, &zero);
    }
    /// A wire that holds `a · b`, with the constraint that says so.
    fn product(&mut self, rule: &'static str, a: &Self::Expr, b: &Self::Expr) -> Self::Expr {
        let value = self.value(a) * self.value(b);
        let c = self.witness(rule, value);
        self.enforce(rule, a, b, &c);
        c
    }
}

/// A sparse row: wire and coefficient, wires ascending, no zero coefficient. Wire 0 is the one.
pub type Row = Vec<(usize, Fr)>;

/// A linear combination of wires and the value it has in this run.
#[derive(Clone)]
pub struct Combination {
    terms: Row,
    value: Fr,
}

/// One constraint `a · b = c` and the rule that it enforces.
pub struct Constraint {
    /// Full name, parts joined by `/`.
    pub rule: String,
    /// Left factor.
    pub a: Row,
    /// Right factor.
    pub b: Row,
    /// Product.
    pub c: Row,
}

/// Builds the matrices of a circuit, with a name for every wire and rule.
pub struct Recorder {
    path: Vec<&'static str>,
    wires: Vec<String>,
    public: usize,
    constraints: Vec<Constraint>,
}

impl Recorder {
    /// An empty system: wire 0, the constant one, and no constraint.
    pub fn new() -> Self {
        Self {
            path: vec![],
            wires: vec!["one".into()],
            public: 0,
            constraints: vec![],
        }
    }
    /// Number of public inputs, names of the wires, constraints.
    pub fn into_parts(self) -> (usize, Vec<String>, Vec<Constraint>) {
        (self.public, self.wires, self.constraints)
    }

    fn name(&self, name: &'static str) -> String {
        let mut parts = self.path.clone();
        parts.push(name);
        parts.join("/")
    }
    fn wire(&mut self, name: &'static str, value: Fr) -> Combination {
        self.wires.push(self.name(name));
        Combination {
            terms: vec![(self.wires.len() - 1, Fr::ONE)],
            value,
        }
    }
}

impl Default for Recorder {
    fn default() -> Self {
        Self::new()
    }
}

impl System for Recorder {
    type Expr = Combination;

    fn constant(&self, value: Fr) -> Combination {
        let terms = if value == Fr::ZERO {
            vec![]
        } else {
            vec![(0, value)]
        };
        Combination { terms, value }
    }
    fn add(&self, a: &Combination, b: &Combination) -> Combination {
        let mut terms = Row::with_capacity(a.terms.len() + b.terms.len());
        let (mut left, mut right) = (a.terms.iter().peekable(), b.terms.iter().peekable());
        loop {
            let next = match (left.peek(), right.peek()) {
                (None, None) => break,
                (Some(l), Some(r)) if l.0 == r.0 => {
                    let sum = (l.0, l.1 + r.1);
                    left.next();
                    right.next();
                    sum
                }
                (Some(l), Some(r)) if l.0 < r.0 => {
                    let term = **l;
                    left.next();
                    term
                }
                (Some(l), None) => {
                    let term = **l;
                    left.next();
                    term
                }
                (_, Some(r)) => {
                    let term = **r;
                    right.next();
                    term
                }
            };
            if next.1 != Fr::ZERO {
                terms.push(next);
            }
        }
        Combination {
            terms,
            value: a.value + b.value,
        }
    }
    fn scale(&self, a: &Combination, k: Fr) -> Combination {
        let terms = if k == Fr::ZERO {
            vec![]
        } else {
            a.terms.iter().map(|(wire, c)| (*wire, *c * k)).collect()
        };
        Combination {
            terms,
            value: a.value * k,
        }
    }
    fn value(&self, a: &Combination) -> Fr {
        a.value
    }
    fn public(&mut self, name: &'static str, value: Fr) -> Combination {
        assert_eq!(
            self.public + 1,
            self.wires.len(),
            "public inputs come first"
        );
        self.public += 1;
        self.wire(name, value)
    }
    fn witness(&mut self, name: &'static str, value: Fr) -> Combination {
        self.wire(name, value)
    }
    fn enforce(&mut self, rule: &'static str, a: &Combination, b: &Combination, c: &Combination) {
        let rule = self.name(rule);
        let [a, b, c] = [a, b, c].map(|row| row.terms.clone());
        self.constraints.push(Constraint { rule, a, b, c });
    }
    fn enter(&mut self, part: &'static str) {
        self.path.push(part);
    }
    fn leave(&mut self) {
        self.path.pop();
    }
}

/// Computes the full assignment of a circuit: the one, the public inputs, the witness.
///
/// An override replaces what an honest prover would put on a wire; everything computed after it
/// follows from the replaced value. That is how the corruption tables cheat.
pub struct Assigner {
    wires: Zeroizing<Vec<Fr>>,
    overrides: BTreeMap<usize, Fr>,
}

impl Assigner {
    /// An assignment that starts with the constant one.
    pub fn new() -> Self {
        Self::cheating(BTreeMap::new())
    }
    /// The same, with other values on the wires named by index.
    pub fn cheating(overrides: BTreeMap<usize, Fr>) -> Self {
        // Room for either circuit, so that no copy of a secret stays behind where the list moved.
        let mut wires = Vec::with_capacity(1 << 14);
        wires.push(Fr::ONE);
        Self {
            wires: Zeroizing::new(wires),
            overrides,
        }
    }
    /// The assignment, by wire index; wiped when dropped.
    pub fn into_wires(self) -> Zeroizing<Vec<Fr>> {
        self.wires
    }
}

impl Default for Assigner {
    fn default() -> Self {
        Self::new()
    }
}

impl System for Assigner {
    type Expr = Fr;

    fn constant(&self, value: Fr) -> Fr {
        value
    }
    fn add(&self, a: &Fr, b: &Fr) -> Fr {
        *a + b
    }
    fn scale(&self, a: &Fr, k: Fr) -> Fr {
        *a * k
    }
    fn value(&self, a: &Fr) -> Fr {
        *a
    }
    fn public(&mut self, name: &'static str, value: Fr) -> Fr {
        self.witness(name, value)
    }
    fn witness(&mut self, _name: &'static str, value: Fr) -> Fr {
        let value = self
            .overrides
            .get(&self.wires.len())
            .copied()
            .unwrap_or(value);
        self.wires.push(value);
        value
    }
    fn enforce(&mut self, _rule: &'static str, _a: &Fr, _b: &Fr, _c: &Fr) {}
    fn enter(&mut self, _part: &'static str) {}
    fn leave(&mut self) {}
}
