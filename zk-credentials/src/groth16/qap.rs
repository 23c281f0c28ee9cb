//! The quadratic arithmetic program in circom's form.
//!
//! With `n` the size of the evaluation domain, `A·B − C` vanishes on the `n` even points of the
//! domain of size `2n`, so its values on the odd points determine it. They are what the prover
//! multiplies with the key's H query, which holds the Lagrange polynomials of the odd points at the
//! secret point, over δ. Keys made by snarkjs have this form.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, FftField, Field};
use ark_groth16::r1cs_to_qap::{LibsnarkReduction, R1CSToQAP};
use ark_poly::{EvaluationDomain, GeneralEvaluationDomain};
use ark_relations::gr1cs::{ConstraintSystemRef, Matrix, SynthesisError};
use rayon::prelude::*;
use zeroize::Zeroizing;

use crate::circuit::Matrices;
use crate::circuit::system::Row;

/// Circom's reduction, as the key generator wants it.
pub(super) struct CircomReduction;

impl R1CSToQAP for CircomReduction {
    /// Circom states the program itself as libsnark does; only H differs.
    fn instance_map_with_evaluation<F: ark_ff::PrimeField, D: EvaluationDomain<F>>(
        system: ConstraintSystemRef<F>,
        point: &F,
    ) -> Result<(Vec<F>, Vec<F>, Vec<F>, F, usize, usize), SynthesisError> {
        LibsnarkReduction::instance_map_with_evaluation::<F, D>(system, point)
    }

    /// Unused: [`odd_values`] works on stored matrices.
    fn witness_map_from_matrices<F: ark_ff::PrimeField, D: EvaluationDomain<F>>(
        _matrices: &[Matrix<F>],
        _inputs: usize,
        _constraints: usize,
        _assignment: &[F],
    ) -> Result<Vec<F>, SynthesisError> {
        Err(SynthesisError::Unsatisfiable)
    }

    /// Lagrange polynomials of the odd points at `point`, times `delta_inverse`. `max_power` is
    /// `n − 1`. `A·B − C` has degree below `2n − 1`, so the highest power may be left at zero.
    fn h_query_scalars<F: ark_ff::PrimeField, D: EvaluationDomain<F>>(
        max_power: usize,
        point: F,
        _vanishing: F,
        delta_inverse: F,
    ) -> Result<Vec<F>, SynthesisError> {
        let domain = D::new(2 * (max_power + 1)).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let mut powers = Vec::with_capacity(domain.size());
        let mut power = delta_inverse;
        for _ in 0..2 * max_power + 1 {
            powers.push(power);
            power *= point;
        }
        domain.ifft_in_place(&mut powers);
        Ok(powers.into_iter().skip(1).step_by(2).collect())
    }
}

/// Values of `A·B − C` on the odd points, for an assignment that satisfies the matrices.
///
/// `None` where the domain is larger than the field's roots of unity allow.
pub(super) fn odd_values(matrices: &Matrices, assignment: &[Fr]) -> Option<Zeroizing<Vec<Fr>>> {
    let domain = GeneralEvaluationDomain::<Fr>::new(matrices.domain_size())?;
    let shift = Fr::get_root_of_unity(2 * domain.size() as u64)?;
    let odd = domain.get_coset(shift)?;

    let values = |rows: &[Row]| {
        let mut values: Vec<Fr> = rows.par_iter().map(|row| inner(row, assignment)).collect();
        values.resize(domain.size(), Fr::ZERO);
        Zeroizing::new(values)
    };
    let mut a = values(&matrices.a);
    // One row for each public input and the constant keeps their polynomials independent
    // (`x · 0 = 0`, as circom and libsnark add them).
    let public = matrices.public_inputs + 1;
    let start = matrices.constraints();
    a[start..start + public].copy_from_slice(&assignment[..public]);
    let mut b = values(&matrices.b);
    let mut c = Zeroizing::new(
        a.par_iter()
            .zip(b.par_iter())
            .map(|(a, b)| *a * b)
            .collect(),
    );

    for polynomial in [&mut a, &mut b, &mut c] {
        let polynomial: &mut Vec<Fr> = polynomial;
        domain.ifft_in_place(polynomial);
        odd.fft_in_place(polynomial);
    }
    a.par_iter_mut()
        .zip(b.par_iter())
        .zip(c.par_iter())
        .for_each(|((a, b), c)| *a = *a * b - c);
    Some(a)
}

/// The value of a row. Most coefficients are one, so the product is skipped for them.
fn inner(row: &Row, assignment: &[Fr]) -> Fr {
    row.iter().fold(Fr::ZERO, |sum, (wire, coefficient)| {
        let value = assignment[*wire];
        sum + if *coefficient == Fr::ONE {
            value
        } else {
            value * coefficient
        }
    })
}
