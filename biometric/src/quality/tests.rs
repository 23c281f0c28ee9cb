//! Each limit, one step inside and one beyond.

use super::*;

pub(crate) const GOOD: Measures = Measures {
    eye_distance: 80.0,
    face_share: 0.4,
    edge_room: 0.3,
    mesh: Mesh {
        confidence: 0.9,
        yaw: 0.0,
        pitch: 0.0,
        roll: 0.0,
        left_eye: 0.3,
        right_eye: 0.3,
        mouth: 0.0,
    },
    sharpness: 0.1,
    luminance: 120.0,
    contrast: 40.0,
    clipped: 0.0,
    unevenness: 0.1,
    passive: PassiveMeasures {
        near: 0.95,
        far: 0.9,
        second: None,
        ripple: Some(3.0),
        outline: Some(0.4),
        skin: None,
    },
};

type Field = fn(&mut Measures) -> &mut f32;
type Judge = fn(&Measures) -> Option<Reason>;

/// Each limit: what still passes, what no longer does, and why.
const LIMITS: [(Field, Judge, f32, f32, Reason); 17] = [
    (
        |m| &mut m.eye_distance,
        Measures::face_size,
        40.0,
        39.9,
        Reason::FaceTooSmall,
    ),
    (
        |m| &mut m.face_share,
        Measures::face_size,
        0.8,
        0.81,
        Reason::FaceTooClose,
    ),
    (
        |m| &mut m.mesh.confidence,
        Measures::pose,
        0.5,
        0.49,
        Reason::LandmarksUnsure,
    ),
    (
        |m| &mut m.mesh.yaw,
        Measures::pose,
        25.0,
        25.1,
        Reason::TurnedAway,
    ),
    (
        |m| &mut m.mesh.yaw,
        Measures::pose,
        -25.0,
        -25.1,
        Reason::TurnedAway,
    ),
    (
        |m| &mut m.mesh.pitch,
        Measures::pose,
        25.0,
        25.1,
        Reason::TiltedUpOrDown,
    ),
    (
        |m| &mut m.mesh.pitch,
        Measures::pose,
        -25.0,
        -25.1,
        Reason::TiltedUpOrDown,
    ),
    (
        |m| &mut m.mesh.roll,
        Measures::pose,
        30.0,
        30.1,
        Reason::LeaningSideways,
    ),
    (
        |m| &mut m.mesh.roll,
        Measures::pose,
        -30.0,
        -30.1,
        Reason::LeaningSideways,
    ),
    (
        |m| &mut m.sharpness,
        Measures::blur,
        0.012,
        0.0119,
        Reason::Blurred,
    ),
    (
        |m| &mut m.luminance,
        Measures::exposure,
        35.0,
        34.9,
        Reason::TooDark,
    ),
    (
        |m| &mut m.luminance,
        Measures::exposure,
        220.0,
        220.1,
        Reason::TooBright,
    ),
    (
        |m| &mut m.clipped,
        Measures::exposure,
        0.25,
        0.26,
        Reason::TooBright,
    ),
    (
        |m| &mut m.unevenness,
        Measures::exposure,
        0.8,
        0.81,
        Reason::UnevenLight,
    ),
    (
        |m| &mut m.contrast,
        Measures::exposure,
        12.0,
        11.9,
        Reason::LowContrast,
    ),
    (
        |m| &mut m.edge_room,
        Measures::frame_edge,
        0.02,
        0.019,
        Reason::FaceAtEdge,
    ),
    (
        |m| &mut m.edge_room,
        Measures::frame_edge,
        0.5,
        -0.1,
        Reason::FaceAtEdge,
    ),
];

#[test]
fn each_limit_refuses_one_step_beyond_it_and_what_is_no_number() {
    for (field, judge, within, beyond, reason) in LIMITS {
        for (value, expected) in [(within, None), (beyond, Some(reason))] {
            let mut measures = GOOD;
            *field(&mut measures) = value;
            assert_eq!(judge(&measures), expected, "{value}");
        }
        let mut measures = GOOD;
        *field(&mut measures) = f32::NAN;
        assert!(judge(&measures).is_some(), "{}", reason.code());
    }
}

#[test]
fn quality_falls_with_each_burden_and_is_nothing_without_numbers() {
    let best = GOOD.quality();
    assert!((0.0..=1.0).contains(&best));
    let burdens: [(Field, f32); 4] = [
        (|m| &mut m.mesh.yaw, -20.0),
        (|m| &mut m.mesh.pitch, 20.0),
        (|m| &mut m.unevenness, 0.7),
        (|m| &mut m.sharpness, 0.01),
    ];
    for (field, value) in burdens {
        let mut measures = GOOD;
        *field(&mut measures) = value;
        assert!(measures.quality() < best);
        *field(&mut measures) = f32::NAN;
        assert_eq!(measures.quality(), 0.0);
    }
}

#[test]
fn debug_shows_no_measurement() {
    assert_eq!(format!("{GOOD:?} {:?}", GOOD.mesh), "Measures(..) Mesh(..)");
}
