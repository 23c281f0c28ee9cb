//! Each gate passes on real photographs and fails on real edits of them.

use humanseal_biometric::{
    GateName, GateOutcome, LiveCapture, MatchAgainst, Photo, Reason, cosine,
};
use image::{DynamicImage, RgbImage, imageops};

use crate::{photo, pipeline};

const SAME: [&str; 3] = ["obama.jpg", "obama2.jpg", "obama3.jpg"];

fn image(name: &str) -> DynamicImage {
    let photo = photo(name);
    let samples = photo.samples().to_vec();
    RgbImage::from_raw(photo.width(), photo.height(), samples)
        .unwrap()
        .into()
}

fn frame(image: &DynamicImage) -> Photo {
    let rgb = image.to_rgb8();
    Photo::from_rgb(rgb.width(), rgb.height(), rgb.into_raw()).unwrap()
}

fn capture(image: &DynamicImage) -> LiveCapture {
    pipeline().live(&[frame(image)], None).unwrap()
}

#[track_caller]
fn refused(capture: &LiveCapture, name: GateName, reason: Reason) {
    let gate = capture.gate(name);
    assert_eq!(
        (gate.outcome, gate.reason),
        (GateOutcome::Failed, reason),
        "{capture:?}"
    );
}

#[test]
fn three_photographs_of_one_person_pass_every_gate_but_the_active_one() {
    let frames = SAME.map(photo);
    let portrait = pipeline().portrait(&frames[0]).unwrap();
    let at_least = pipeline().thresholds().decision().similarity;
    let against = MatchAgainst {
        portrait: &portrait,
        at_least,
    };
    let mut capture = pipeline().live(&frames[1..], Some(against)).unwrap();
    let names: Vec<_> = capture.gates().iter().map(|gate| gate.name).collect();
    assert_eq!(names, GateName::ALL);
    for gate in capture.gates() {
        let expected = match gate.name {
            GateName::ActiveLiveness => GateOutcome::NotRun,
            _ => GateOutcome::Passed,
        };
        assert_eq!(gate.outcome, expected, "{capture:?}");
    }
    assert!(!capture.passed());
    capture.stage_active_liveness_for_development();
    assert_eq!(
        capture.gate(GateName::ActiveLiveness).outcome,
        GateOutcome::Staged
    );
    assert!(!capture.passed());
}

#[test]
fn another_person_fails_match_and_sets_off_the_swap_alarm() {
    let portrait = pipeline().portrait(&photo("biden.jpg")).unwrap();
    let at_least = pipeline().thresholds().decision().similarity;
    let against = MatchAgainst {
        portrait: &portrait,
        at_least,
    };
    let frames = [photo(SAME[0]), photo(SAME[1])];
    let capture = pipeline().live(&frames, Some(against)).unwrap();
    refused(&capture, GateName::Match, Reason::BelowThreshold);
    let mixed = [photo(SAME[0]), photo("biden.jpg")];
    let capture = pipeline().live(&mixed, None).unwrap();
    refused(&capture, GateName::SamePerson, Reason::FacesDiffer);
    let a = pipeline().portrait(&mixed[0]).unwrap();
    assert!(cosine(a.embedding(), portrait.embedding()).unwrap() < at_least);
}

#[test]
fn no_face_fails_and_what_needs_a_face_does_not_run() {
    let grey = DynamicImage::from(RgbImage::from_pixel(200, 200, image::Rgb([90; 3])));
    let capture = capture(&grey);
    refused(&capture, GateName::OneFace, Reason::NoFace);
    for gate in &capture.gates()[1..] {
        assert_eq!(gate.outcome, GateOutcome::NotRun);
    }
    assert!(capture.embedding().is_none());
    assert_eq!(
        pipeline().portrait(&frame(&grey)).unwrap_err().code(),
        "no_face"
    );
}

#[test]
fn two_faces_fail() {
    let one = image("obama2.jpg");
    let other = image("astronaut.png");
    let mut both = DynamicImage::new_rgb8(one.width() + 900, 1200);
    imageops::overlay(&mut both, &one, 0, 0);
    let other = other.resize_exact(900, 900, imageops::FilterType::Triangle);
    imageops::overlay(&mut both, &other, i64::from(one.width()), 0);
    refused(&capture(&both), GateName::OneFace, Reason::SeveralFaces);
    let portrait = pipeline().portrait(&frame(&both)).unwrap_err();
    assert_eq!(portrait.code(), "several_faces");
}

#[test]
fn a_tiny_face_fails() {
    let tiny = image("obama.jpg").resize(300, 300, imageops::FilterType::Triangle);
    refused(&capture(&tiny), GateName::FaceSize, Reason::FaceTooSmall);
    let portrait = pipeline().portrait(&frame(&tiny)).unwrap_err();
    assert_eq!(portrait.code(), "face_too_small");
}

#[test]
fn a_close_up_fails() {
    let close = image("obama.jpg").crop_imm(361, 72, 257, 364);
    refused(&capture(&close), GateName::FaceSize, Reason::FaceTooClose);
}

#[test]
fn a_face_at_the_edge_fails() {
    let cut = image("obama.jpg").crop_imm(420, 0, 490, 1137);
    refused(&capture(&cut), GateName::FrameEdge, Reason::FaceAtEdge);
}

#[test]
fn a_blurred_face_fails() {
    let blurred = image("obama.jpg").blur(12.0);
    refused(&capture(&blurred), GateName::Blur, Reason::Blurred);
}

#[test]
fn dark_bright_and_flat_faces_fail() {
    let shade = |gain: f32, lift: f32| {
        let mut rgb = image("obama.jpg").into_rgb8();
        for sample in rgb.iter_mut() {
            *sample = (f32::from(*sample) * gain + lift).clamp(0.0, 255.0) as u8;
        }
        capture(&rgb.into())
    };
    refused(&shade(0.15, 0.0), GateName::Exposure, Reason::TooDark);
    refused(&shade(1.5, 80.0), GateName::Exposure, Reason::TooBright);
    refused(&shade(0.15, 90.0), GateName::Exposure, Reason::LowContrast);
}

#[test]
fn a_leaning_head_fails() {
    let photo = image("obama.jpg").into_rgb8();
    // Turned by 45 degrees about the face, nearest pixels.
    let (sin, cos) = std::f32::consts::FRAC_PI_4.sin_cos();
    let turned = RgbImage::from_fn(800, 800, |x, y| {
        let (dx, dy) = (x as f32 - 400.0, y as f32 - 400.0);
        let (sx, sy) = (cos * dx + sin * dy + 490.0, cos * dy - sin * dx + 300.0);
        match sx >= 0.0 && sy >= 0.0 && sx < 910.0 && sy < 1137.0 {
            true => *photo.get_pixel(sx as u32, sy as u32),
            false => image::Rgb([128; 3]),
        }
    });
    refused(
        &capture(&turned.into()),
        GateName::Pose,
        Reason::LeaningSideways,
    );
}

#[test]
fn one_frame_leaves_same_person_unchecked_and_no_frame_is_refused() {
    let capture = capture(&image("obama.jpg"));
    let gate = capture.gate(GateName::SamePerson);
    assert_eq!(
        (gate.outcome, gate.reason),
        (GateOutcome::NotRun, Reason::SingleFrame)
    );
    assert_eq!(pipeline().live(&[], None).unwrap_err().code(), "no_frames");
}
