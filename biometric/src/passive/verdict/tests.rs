use super::*;
use crate::gate::GateOutcome;
use crate::passive::Skin;
use crate::pipeline::Timings;
use crate::quality::tests::GOOD;

const SKIN: Skin = Skin {
    blue_over_green: 0.85,
    green_over_red: 0.75,
};

fn frame(change: impl FnOnce(&mut PassiveMeasures)) -> FrameReport {
    let mut measures = GOOD;
    measures.passive.skin = Some(SKIN);
    change(&mut measures.passive);
    FrameReport::with_face(measures, Timings::default())
}

fn gate(frames: &[FrameReport], name: GateName) -> (GateOutcome, Reason) {
    let found = gates(frames, None)
        .into_iter()
        .find(|gate| gate.name == name);
    found
        .map(|gate| (gate.outcome, gate.reason))
        .expect("one of the four")
}

type Set = fn(&mut PassiveMeasures, f32);

/// Each measure: its gate, what still passes, what no longer does, and why.
const LIMITS: [(GateName, Set, f32, f32, Reason); 6] = [
    (
        GateName::PassiveLiveness,
        |m, v| m.near = v,
        0.9,
        0.89,
        Reason::PresentationSuspected,
    ),
    (
        GateName::PassiveLiveness,
        |m, v| m.far = v,
        0.1,
        0.09,
        Reason::PresentationSuspected,
    ),
    (
        GateName::Moire,
        |m, v| m.ripple = Some(v),
        5.0,
        5.01,
        Reason::MoireSuspected,
    ),
    (
        GateName::Border,
        |m, v| m.outline = Some(v),
        0.8,
        0.81,
        Reason::BorderSuspected,
    ),
    (
        GateName::ScreenLight,
        blue,
        1.1,
        1.11,
        Reason::ScreenLightSuspected,
    ),
    (
        GateName::ScreenLight,
        green,
        1.02,
        1.03,
        Reason::ScreenLightSuspected,
    ),
];

fn blue(measures: &mut PassiveMeasures, value: f32) {
    measures.skin = Some(Skin {
        blue_over_green: value,
        ..SKIN
    });
}

fn green(measures: &mut PassiveMeasures, value: f32) {
    measures.skin = Some(Skin {
        green_over_red: value,
        ..SKIN
    });
}

#[test]
fn each_limit_refuses_one_step_beyond_it_and_what_is_no_number() {
    for (name, set, within, beyond, reason) in LIMITS {
        let at = |value| gate(&[frame(|m| set(m, value))], name);
        assert_eq!(at(within), (GateOutcome::Passed, Reason::Ok), "{name:?}");
        assert_eq!(at(beyond), (GateOutcome::Failed, reason), "{name:?}");
        assert_eq!(at(f32::NAN), (GateOutcome::Failed, reason), "{name:?}");
    }
}

#[test]
fn the_median_decides_and_some_very_bad_frames_decide_against_it() {
    let terrible = [0.0, 0.0, 9.0, 1.0, 1.5, 1.3];
    for ((name, set, within, beyond, reason), terrible) in LIMITS.into_iter().zip(terrible) {
        let of = |values: &[f32]| {
            let frames = values.iter().map(|value| frame(|m| set(m, *value)));
            gate(&frames.collect::<Vec<_>>(), name)
        };
        let (passed, failed) = (
            (GateOutcome::Passed, Reason::Ok),
            (GateOutcome::Failed, reason),
        );
        assert_eq!(
            of(&[within, beyond, within, within]),
            passed,
            "{name:?}: one near miss"
        );
        assert_eq!(
            of(&[within, beyond]),
            failed,
            "{name:?}: of two middles the worse"
        );
        assert_eq!(
            of(&[within, within, terrible]),
            failed,
            "{name:?}: one of three"
        );
        assert_eq!(
            of(&[within, terrible, terrible]),
            failed,
            "{name:?}: the best does not count"
        );
    }
}

#[test]
fn a_face_too_near_is_told_to_step_back() {
    let mut measures = GOOD;
    measures.face_share = 0.81;
    measures.passive.near = 0.2;
    let frames = [FrameReport::with_face(measures, Timings::default())];
    let expected = (GateOutcome::Failed, Reason::FaceTooClose);
    assert_eq!(gate(&frames, GateName::PassiveLiveness), expected);
}

#[test]
fn a_gate_without_its_measure_does_not_run() {
    type Take = fn(&mut PassiveMeasures);
    let lacking: [(GateName, Take, Reason); 3] = [
        (GateName::Moire, |m| m.ripple = None, Reason::FaceTooSmall),
        (
            GateName::Border,
            |m| m.outline = None,
            Reason::SurroundingsMissing,
        ),
        (GateName::ScreenLight, |m| m.skin = None, Reason::TooDark),
    ];
    for (name, take, reason) in lacking {
        let frames = [frame(|_| ()), frame(take)];
        assert_eq!(gate(&frames, name), (GateOutcome::NotRun, reason));
    }
    let faceless = FrameReport::without_face(Reason::NoFace, Timings::default());
    for frames in [vec![], vec![frame(|_| ()), faceless]] {
        for record in gates(&frames, None) {
            assert_eq!(record.outcome, GateOutcome::NotRun, "{record:?}");
        }
    }
    assert_eq!(
        gate(&[faceless], GateName::Moire),
        (GateOutcome::NotRun, Reason::FaceMissing)
    );
}

#[test]
fn a_second_model_must_pass_too() {
    let outcome = |second: Option<f32>| {
        let frames = [frame(|m| m.second = second)];
        gates(&frames, Some(0.7))[0].outcome
    };
    assert_eq!(outcome(Some(0.7)), GateOutcome::Passed);
    assert_eq!(outcome(Some(0.69)), GateOutcome::Failed);
    assert_eq!(outcome(Some(f32::NAN)), GateOutcome::Failed);
    assert_eq!(
        outcome(None),
        GateOutcome::Failed,
        "an installed model that gave nothing"
    );
}
