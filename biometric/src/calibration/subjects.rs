//! Intervals that resample people. Pairs share faces and faces share people, so intervals over
//! pairs are too narrow; a set with few people says less than its number of pairs suggests.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use rayon::prelude::*;

use super::{CalibrationError, Interval, LabelledFace, OperatingPoint};
use crate::embedding::cosine;

/// Both rates of an operating point with intervals of 95 % over resampled people.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Resampled {
    /// Of the false match rate.
    pub false_match: Interval,
    /// Of the false non-match rate.
    pub false_non_match: Interval,
}

/// The bootstrap over people ("subsets bootstrap", Bolle, Ratha and Pankanti, "Error analysis of
/// pattern recognition systems: the subsets bootstrap", 2004): people are drawn with replacement,
/// each with all their faces; two draws of one person are no pair of different people. The ends
/// are the 2.5 % and 97.5 % quantiles over `draws` draws, at least 40. One seed gives one result.
///
/// # Errors
/// [`CalibrationError::OneSided`] without pairs of both kinds or with too few draws; embeddings
/// that cannot be compared.
pub fn resample(
    faces: &[LabelledFace],
    points: &[OperatingPoint],
    draws: usize,
    seed: u64,
) -> Result<Vec<Resampled>, CalibrationError> {
    let subjects = Subjects::of(faces, points)?;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let seeds: Vec<u64> = (0..draws).map(|_| random.next_u64()).collect();
    // A draw without a pair of each kind says nothing and is left out.
    let rates: Vec<Vec<[f64; 2]>> = seeds
        .into_par_iter()
        .filter_map(|seed| subjects.draw(&mut ChaCha8Rng::seed_from_u64(seed)))
        .collect();
    if rates.len() < 40 {
        return Err(CalibrationError::OneSided);
    }
    let interval = |point: usize, kind: usize| {
        let mut values: Vec<f64> = rates.iter().map(|rates| rates[point][kind]).collect();
        values.sort_by(f64::total_cmp);
        let last = values.len() - 1;
        Interval {
            lower: values[(last as f64 * 0.025).floor() as usize],
            upper: values[(last as f64 * 0.975).ceil() as usize],
        }
    };
    Ok((0..points.len())
        .map(|point| Resampled {
            false_match: interval(point, 0),
            false_non_match: interval(point, 1),
        })
        .collect())
}

/// What a draw needs to know of each person, and of each two who were ever confused.
struct Subjects {
    /// Faces of each person.
    faces: Vec<u64>,
    /// For each person: missed pairs at each point.
    missed: Vec<Vec<u64>>,
    /// Two people, and at how many of the points, from the loosest, a pair of theirs matched.
    confused: Vec<(usize, usize, usize)>,
    /// For each point, its place from the loosest to the strictest.
    places: Vec<usize>,
}

impl Subjects {
    fn of(faces: &[LabelledFace], points: &[OperatingPoint]) -> Result<Self, CalibrationError> {
        let people = faces.iter().map(|face| face.subject + 1).max().unwrap_or(0);
        let mut counts = vec![0; people];
        for face in faces {
            counts[face.subject] += 1;
        }
        let mut sorted: Vec<u16> = points.iter().map(|point| point.thousandths).collect();
        sorted.sort_unstable();
        let places = points
            .iter()
            .map(|point| sorted.partition_point(|t| *t < point.thousandths))
            .collect();
        let thresholds: Vec<f32> = sorted.iter().map(|t| f32::from(*t) / 1000.0).collect();
        let notable: Vec<Vec<(usize, usize, usize)>> = (0..faces.len())
            .into_par_iter()
            .map(|first| {
                let a = &faces[first];
                let mut notable = Vec::new();
                for b in &faces[first + 1..] {
                    let score = cosine(&a.embedding, &b.embedding)?.value();
                    let reached = thresholds.partition_point(|t| score >= *t);
                    let same = a.subject == b.subject;
                    if same && reached < thresholds.len() || !same && reached > 0 {
                        notable.push((a.subject, b.subject, reached));
                    }
                }
                Ok(notable)
            })
            .collect::<Result<_, CalibrationError>>()?;
        let mut missed = vec![vec![0; points.len()]; people];
        let mut confused = Vec::new();
        for (a, b, reached) in notable.into_iter().flatten() {
            if a == b {
                missed[a][reached..]
                    .iter_mut()
                    .for_each(|count| *count += 1);
            } else {
                confused.push((a, b, reached));
            }
        }
        Ok(Self {
            faces: counts,
            missed,
            confused,
            places,
        })
    }

    /// FMR and FNMR of one draw at each point; `None` without a pair of each kind.
    fn draw(&self, random: &mut ChaCha8Rng) -> Option<Vec<[f64; 2]>> {
        let people = self.faces.len();
        let mut weight = vec![0u64; people];
        for _ in 0..people {
            // The high half of a product maps evenly but for one part in 2^64 / people.
            let drawn = (u128::from(random.next_u64()) * people as u128) >> 64;
            weight[drawn as usize] += 1;
        }
        let steps = self.places.len();
        let (mut faces, mut squares, mut genuine) = (0u64, 0u64, 0u64);
        let mut missed = vec![0u64; steps];
        for person in 0..people {
            let (weight, count) = (weight[person], self.faces[person]);
            faces += weight * count;
            squares += (weight * count).pow(2);
            genuine += weight * count * count.saturating_sub(1) / 2;
            for (sum, count) in missed.iter_mut().zip(&self.missed[person]) {
                *sum += weight * count;
            }
        }
        let impostor = (faces * faces - squares) / 2;
        // A pair that reaches k points from the loosest matches at each of them.
        let mut matched = vec![0u64; steps + 1];
        for (a, b, reached) in &self.confused {
            matched[*reached] += weight[*a] * weight[*b];
        }
        for step in (0..steps).rev() {
            matched[step] += matched[step + 1];
        }
        (genuine > 0 && impostor > 0).then(|| {
            let rates = |place: &usize| {
                [
                    matched[place + 1] as f64 / impostor as f64,
                    missed[*place] as f64 / genuine as f64,
                ]
            };
            self.places.iter().map(rates).collect()
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::faces::tests::at;
    use super::super::{Counts, count_all_pairs};
    use super::*;

    /// Twelve people around the circle, with one to four faces a few degrees apart.
    fn circle() -> Vec<LabelledFace> {
        (0..12usize)
            .flat_map(|person| {
                (0..1 + person % 4)
                    .map(move |face| at((person * 31 + face * (3 + person)) as f32, person, None))
            })
            .collect()
    }

    fn points(counts: &Counts) -> Vec<OperatingPoint> {
        [990, 700, 950]
            .iter()
            .map(|t| counts.at(*t).unwrap())
            .collect()
    }

    #[test]
    fn drawing_everybody_once_gives_the_rates_of_the_set() {
        let faces = circle();
        let counts = count_all_pairs(&faces).unwrap().all;
        let points = points(&counts);
        let subjects = Subjects::of(&faces, &points).unwrap();
        let missed: Vec<u64> = (0..3)
            .map(|k| subjects.missed.iter().map(|m| m[subjects.places[k]]).sum())
            .collect();
        let matched: Vec<usize> = (0..3)
            .map(|k| {
                let beyond = |c: &&(usize, usize, usize)| c.2 > subjects.places[k];
                subjects.confused.iter().filter(beyond).count()
            })
            .collect();
        for (k, point) in points.iter().enumerate() {
            assert_eq!(missed[k], point.false_non_match.errors());
            assert_eq!(matched[k] as u64, point.false_match.errors());
        }
    }

    #[test]
    fn intervals_hold_the_rates_and_repeat_with_the_seed() {
        let faces = circle();
        let counts = count_all_pairs(&faces).unwrap().all;
        let points = points(&counts);
        let intervals = resample(&faces, &points, 400, 1).unwrap();
        assert_eq!(intervals, resample(&faces, &points, 400, 1).unwrap());
        assert_ne!(intervals, resample(&faces, &points, 400, 2).unwrap());
        for (interval, point) in intervals.iter().zip(&points) {
            for (of, rate) in [
                (interval.false_match, point.false_match),
                (interval.false_non_match, point.false_non_match),
            ] {
                assert!(of.lower <= rate.value() && rate.value() <= of.upper);
            }
        }
    }

    #[test]
    fn a_set_without_pairs_of_one_person_is_refused() {
        let faces = [at(0.0, 0, None), at(9.0, 1, None)];
        assert_eq!(
            resample(&faces, &[], 100, 1),
            Err(CalibrationError::OneSided)
        );
    }
}
