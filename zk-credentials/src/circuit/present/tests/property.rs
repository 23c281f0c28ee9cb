//! The circuit and its concrete twin say the same.

use ark_bn254::Fr;
use ark_ff::PrimeField;
use proptest::prelude::*;

use super::{NOTHING, asked, base, broken_by, signed};
use crate::calendar::{Date, Day, Today};
use crate::circuit::present::{PresentError, PresentWitness};
use crate::holder::{HolderSecret, Scope, Slot};
use crate::nationality::Nationality;
use crate::policy::{Excluded, Policy};
use crate::status_list::{STATUS_BITS, StatusList};

/// The rule that an error names, as the circuit names it.
fn rule(error: PresentError) -> &'static str {
    use PresentError as E;
    match error {
        E::OtherHolder | E::Signature => "signature/equation/x",
        E::UnderAge => "demand/age/range",
        E::Expired => "demand/expiry/range",
        E::VerifiedTooLongAgo => "demand/verified/range",
        E::EstablishedTooRecently => "demand/established/range",
        E::DocumentLevel => "demand/document/range",
        E::DeviceLevel => "demand/device/range",
        E::UniqueLevel => "demand/unique/range",
        E::Excluded => "nationality/not-excluded",
        E::StatusIndex | E::Leaf | E::Policy(_) => "not reached with honest paths and policies",
        E::Revoked => "status/not-revoked",
        E::Slot => "place/slot-limit/range",
    }
}

/// Both say yes, or the circuit refuses by the rule that the twin names.
fn agree(witness: &PresentWitness) {
    match witness.check() {
        Ok(()) => assert_eq!(broken_by(witness), NOTHING),
        Err(error) => assert!(broken_by(witness).contains(&rule(error)), "{error:?}"),
    }
}

fn date() -> impl Strategy<Value = Date> {
    let year = prop_oneof![4 => 1900u16..2027, 1 => Just(1583), 1 => Just(2149)];
    (year, 1u8..=12, 1u8..=31).prop_filter_map("a date", |(y, m, d)| Date::new(y, m, d).ok())
}

fn level() -> impl Strategy<Value = u8> {
    prop_oneof![8 => 0u8..=2, 1 => Just(3u8), 1 => Just(15u8)]
}

prop_compose! {
    /// Numbers around their limits, so that every demand is met about as often as not.
    fn witness()(
        birthdate in date(),
        nationality in 0u8..=252,
        others in proptest::collection::vec(0u8..=252, 0..4),
        own_excluded in prop::bool::weighted(0.1),
        levels in [1u8..=3, 1u8..=3, 1u8..=3],
        least in [level(), level(), level()],
        day in prop_oneof![Just(0u16), Just(65_535), 20_000u16..21_000],
        min_age in prop_oneof![3 => 0u8..=25, 1 => Just(255u8)],
        offsets in [-2i32..40, -2i32..40, -40i32..2],
        max_verified_days in prop_oneof![Just(0u16), 0u16..60, Just(65_535)],
        min_established_days in prop_oneof![2 => Just(0u16), 1 => 0u16..60, 1 => Just(20_000)],
        slots in (prop_oneof![4 => Just(0u8), 1 => any::<u8>()], prop_oneof![1u8..4, Just(255u8)]),
        index in prop_oneof![
            Just(0), Just(247), Just(248), Just(STATUS_BITS - 1), 0..STATUS_BITS
        ],
        revoked in prop::bool::weighted(0.1),
        fault in prop_oneof![8 => Just(Fault::None), 1 => Just(Fault::Response),
            1 => Just(Fault::Commitment), 1 => Just(Fault::Secret)],
        binding: [u8; 31],
    ) -> PresentWitness {
        let near = |offset: i32| (i32::from(day) + offset).clamp(0, 65_535) as u16;
        let mut witness = signed(|c| {
            c.birthdate = birthdate;
            c.nationality = Nationality::new(nationality).unwrap();
            c.document = levels[0].try_into().unwrap();
            c.device = levels[1].try_into().unwrap();
            c.unique = levels[2].try_into().unwrap();
            c.expires_on = Day(near(offsets[0]));
            c.verified_on = Day(near(-offsets[1]));
            c.established_on = Day(near(offsets[2]));
            c.status_index = index.try_into().unwrap();
        });
        if revoked {
            let mut list = StatusList::new();
            list.set(witness.signed.credential.status_index, true);
            witness.path = list.path(witness.signed.credential.status_index);
        }
        witness.today = Today::from_day(Day(day));
        witness.slot = Slot(slots.0);
        witness.scope = Scope::new("network.example", "register", u64::from(day));
        witness.policy = Policy {
            min_age,
            min_document: least[0],
            min_device: least[1],
            min_unique: least[2],
            max_slots: slots.1,
            max_verified_days,
            min_established_days,
        };
        let own = own_excluded.then_some(nationality);
        let others = others.into_iter().filter(|other| *other != nationality);
        let excluded = others.chain(own).map(|index| Nationality::new(index).unwrap());
        witness.excluded = Excluded::of(excluded);
        witness.binding = Fr::from_be_bytes_mod_order(&binding).into();
        fault.commit(&mut witness);
        witness
    }
}

/// What is wrong with a credential beside its demands.
#[derive(Clone, Copy, Debug)]
enum Fault {
    None,
    /// Another S.
    Response,
    /// R8 with its coordinates swapped, off the curve.
    Commitment,
    /// Somebody else's credential.
    Secret,
}

impl Fault {
    fn commit(self, witness: &mut PresentWitness) {
        let signature = &mut witness.signed.signature;
        match self {
            Self::None => {}
            Self::Response => signature.s = (signature.s.fr() + Fr::from(1u64)).into(),
            Self::Commitment => std::mem::swap(&mut signature.r8x, &mut signature.r8y),
            Self::Secret => witness.secret = HolderSecret::from_bytes(&[4; 32]).unwrap(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn the_circuit_agrees_with_its_concrete_twin(witness in witness()) {
        agree(&witness);
    }
}

#[test]
fn edge_indices_have_their_own_bit_read() {
    for index in [0, 1, 246, 247, 248, 249, STATUS_BITS - 249, STATUS_BITS - 1] {
        // The neighbours are revoked.
        let honest = signed(|c| c.status_index = index.try_into().unwrap());
        assert_eq!(
            (honest.check(), broken_by(&honest)),
            (Ok(()), NOTHING.to_vec()),
            "{index}"
        );
        let mut revoked = honest;
        let mut list = StatusList::new();
        list.set(index.try_into().unwrap(), true);
        revoked.path = list.path(index.try_into().unwrap());
        assert_eq!(revoked.check(), Err(PresentError::Revoked));
        assert_eq!(broken_by(&revoked), ["status/not-revoked"], "{index}");
    }
}

#[test]
fn every_nationality_has_its_own_bit_read() {
    for index in [0, 1, 7, 8, 15, 16, 127, 128, 247, 248, 249, 250, 251, 252] {
        let own = Nationality::new(index).unwrap();
        let others = (0..=252).filter(|other| *other != index);
        let mut witness = signed(|c| c.nationality = own);
        witness.excluded = Excluded::of(others.map(|other| Nationality::new(other).unwrap()));
        assert_eq!(
            (witness.check(), broken_by(&witness)),
            (Ok(()), NOTHING.to_vec()),
            "{index}"
        );
        witness.excluded = Excluded::of([own]);
        assert_eq!(broken_by(&witness), ["nationality/not-excluded"], "{index}");
    }
}

/// docs/protocol.md section 7: of age on 1 March, in a leap year on the 29th.
#[test]
fn a_leap_day_birthday_counts_from_the_first_of_march() {
    let leap = |year: u16, month: u8, day: u8| {
        let mut witness = signed(|c| {
            c.birthdate = Date::new(2004, 2, 29).unwrap();
            c.verified_on = Day(19_000);
            c.established_on = Day(0);
            c.expires_on = Day(65_535);
        });
        witness.policy.max_verified_days = 65_535;
        witness.policy.min_age = (year - 2004) as u8;
        witness.today = Today::from_day(Date::new(year, month, day).unwrap().day().unwrap());
        agree(&witness);
        witness.check()
    };
    assert_eq!(leap(2022, 2, 28), Err(PresentError::UnderAge));
    assert_eq!(leap(2022, 3, 1), Ok(()));
    assert_eq!(leap(2024, 2, 28), Err(PresentError::UnderAge));
    assert_eq!(leap(2024, 2, 29), Ok(()));
}

/// The largest sums that the comparisons meet: they do not wrap, up or down.
#[test]
fn extreme_numbers_are_compared_as_integers() {
    let last = Day(u16::MAX);
    let oldest = Date::new(1583, 1, 1).unwrap();
    let statement = |today: Day, change: fn(&mut PresentWitness)| {
        let mut witness = signed(|c| {
            c.birthdate = Date::new(1583, 1, 1).unwrap();
            (c.established_on, c.verified_on, c.expires_on) =
                (Day(u16::MAX), Day(u16::MAX), Day(u16::MAX));
        });
        witness.today = Today::from_day(today);
        witness.policy.max_verified_days = u16::MAX;
        witness.policy.min_established_days = 0;
        change(&mut witness);
        agree(&witness);
        witness.check()
    };
    // day + day is 131,070 on both sides.
    assert_eq!(statement(last, |_| {}), Ok(()));
    let late = statement(last, |w| w.policy.min_established_days = u16::MAX);
    assert_eq!(late, Err(PresentError::EstablishedTooRecently));
    assert_eq!(
        statement(Day(0), |_| {}),
        Err(PresentError::EstablishedTooRecently)
    );
    // 255 years after the last date that a credential can hold: below 2^26, above every date.
    assert_eq!(statement(last, |w| w.policy.min_age = 255), Ok(()));
    let mut unborn = signed(|c| c.birthdate = Date::new(2149, 6, 6).unwrap());
    unborn.policy.min_age = 255;
    agree(&unborn);
    assert_eq!(unborn.check(), Err(PresentError::UnderAge));
    assert_eq!(oldest.yyyymmdd() + 2_550_000, 18_380_101);
}

#[test]
fn a_path_or_policy_that_does_not_fit_is_refused_by_name() {
    let other = asked(|w| w.path = StatusList::new().path(0u32.try_into().unwrap()));
    assert_eq!(other.check(), Err(PresentError::StatusIndex));
    let wide = asked(|w| w.path.leaf = (-Fr::from(1u64)).into());
    assert_eq!(wide.check(), Err(PresentError::Leaf));
    let level = asked(|w| w.policy.min_unique = 16);
    assert!(matches!(level.check(), Err(PresentError::Policy(_))));
    assert_eq!(base().check(), Ok(()));
}
