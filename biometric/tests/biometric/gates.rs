//! Each gate passes on real photographs and fails on real edits of them.

use humanseal_biometric::{
    GateName, GateOutcome, LiveCapture, MAX_FRAMES, MatchAgainst, Photo, Reason, Similarity, cosine,
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
    let sizes = frames
        .each_ref()
        .map(|frame| (frame.width(), frame.height()));
    assert_ne!(sizes[1], sizes[2], "frames of different sizes are joined");
    let mut capture = pipeline().live(&frames[1..], Some(against)).unwrap();
    let names: Vec<_> = capture.gates().iter().map(|gate| gate.name).collect();
    assert_eq!(names, GateName::ALL);
    for gate in capture.gates() {
        let expected = match gate.name {
            name if GateName::ACTIVE.contains(&name) => GateOutcome::NotRun,
            _ => GateOutcome::Passed,
        };
        assert_eq!(gate.outcome, expected, "{capture:?}");
    }
    assert!(!capture.passed());
    capture.stage_active_liveness_for_development();
    for name in GateName::ACTIVE {
        assert_eq!(capture.gate(name).outcome, GateOutcome::Staged);
    }
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

/// A photograph as if its plane were slanted: the keystone of a picture hung askew, about the
/// face, `across` and `down` the slant of each axis, its height divided by `shortened`.
fn slanted(name: &str, across: f32, down: f32, shortened: f32) -> DynamicImage {
    let flat = image(name).into_rgb8();
    let bounds = pipeline().faces(&photo(name)).unwrap()[0].bounds;
    let (centre, unit) = (bounds.centre(), bounds.height() / 2.0);
    let side = (5.0 * unit) as u32;
    let middle = side as f32 / 2.0;
    RgbImage::from_fn(side, side, |x, y| {
        let (u, v) = ((x as f32 - middle) / unit, (y as f32 - middle) / unit);
        let depth = 1.0 + across * u + down * v;
        let (x, y) = (
            centre.x + u / depth * unit,
            centre.y + shortened * v / depth * unit,
        );
        let inside = depth > 0.0 && x >= 0.0 && y >= 0.0;
        let pixel = inside.then(|| flat.get_pixel_checked(x as u32, y as u32));
        pixel.flatten().copied().unwrap_or(image::Rgb([128; 3]))
    })
    .into()
}

/// A slanted picture is no turned head; it only leads the mesh to angles beyond the limits.
#[test]
fn a_picture_slanted_sideways_reads_as_turned_away() {
    let little = slanted("obama3.jpg", -0.1, 0.0, 1.0);
    assert_eq!(
        capture(&little).gate(GateName::Pose).outcome,
        GateOutcome::Passed
    );
    let much = slanted("obama3.jpg", -0.5, 0.0, 1.0);
    refused(&capture(&much), GateName::Pose, Reason::TurnedAway);
}

#[test]
fn a_picture_slanted_backwards_or_forwards_reads_as_tilted() {
    for (name, down, shortened) in [("astronaut.png", -0.6, 1.3), ("obama3.jpg", 0.6, 1.8)] {
        let much = capture(&slanted(name, 0.0, down, shortened));
        refused(&much, GateName::Pose, Reason::TiltedUpOrDown);
    }
}

/// A print's coarse dots keep a face for the detector, but no mesh.
#[test]
fn a_face_of_coarse_dots_has_unsure_landmarks() {
    let mut dots = image("obama3.jpg").into_rgb8();
    for (x, y, pixel) in dots.enumerate_pixels_mut() {
        for (sample, angle) in pixel.0.iter_mut().zip([0.26f32, 1.3, 0.0]) {
            let (sin, cos) = angle.sin_cos();
            let wave = std::f32::consts::TAU / 12.0;
            let (x, y) = (x as f32 * wave, y as f32 * wave);
            let screen = (x * cos + y * sin).cos() + (y * cos - x * sin).cos();
            *sample = 255 * u8::from(f32::from(*sample) > 127.5 + 63.75 * screen);
        }
    }
    refused(
        &capture(&dots.into()),
        GateName::Pose,
        Reason::LandmarksUnsure,
    );
}

#[track_caller]
fn refused_alone(capture: &LiveCapture, name: GateName, reason: Reason) {
    refused(capture, name, reason);
    let failed = capture.gates().iter();
    let failed = failed.filter(|gate| gate.outcome == GateOutcome::Failed);
    assert_eq!(failed.count(), 1, "{capture:?}");
    assert!(!capture.passed());
}

/// The gate follows the model: here it refuses a photograph that was made grey. That says nothing
/// about how often it is right.
#[test]
fn passive_liveness_alone_fails_when_the_model_refuses() {
    let grey = DynamicImage::from(image("astronaut.png").grayscale().to_rgb8());
    refused_alone(
        &capture(&grey),
        GateName::PassiveLiveness,
        Reason::PresentationSuspected,
    );
}

/// Synthetic: half the size, on a plain dark wall.
#[test]
fn a_picture_on_a_wall_has_a_border() {
    let picture = image("obama2.jpg");
    let half = picture.resize(
        picture.width() / 2,
        picture.height() / 2,
        imageops::FilterType::Triangle,
    );
    let wall = RgbImage::from_pixel(picture.width(), picture.height(), image::Rgb([10; 3]));
    let mut wall = DynamicImage::from(wall);
    let (x, y) = (half.width() / 2, half.height() / 2);
    imageops::overlay(&mut wall, &half, x.into(), y.into());
    refused_alone(&capture(&wall), GateName::Border, Reason::BorderSuspected);
}

#[test]
fn a_face_without_room_at_its_side_leaves_the_border_unchecked() {
    let photo = image("obama3.jpg");
    let bounds = pipeline().faces(&frame(&photo)).unwrap()[0].bounds;
    let left = (bounds.left - 0.1 * bounds.width()) as u32;
    let cut = photo.crop_imm(left, 0, photo.width() - left, photo.height());
    let gate = capture(&cut).gate(GateName::Border);
    assert_eq!(
        (gate.outcome, gate.reason),
        (GateOutcome::NotRun, Reason::SurroundingsMissing)
    );
}

/// Each pixel of a photograph changed by its place and channel.
fn changed(name: &str, change: impl Fn(f32, [f32; 2], usize) -> f32) -> DynamicImage {
    let mut rgb = image(name).into_rgb8();
    for (x, y, pixel) in rgb.enumerate_pixels_mut() {
        for (channel, sample) in pixel.0.iter_mut().enumerate() {
            let value = change(f32::from(*sample), [x as f32, y as f32], channel);
            *sample = value.clamp(0.0, 255.0) as u8;
        }
    }
    rgb.into()
}

/// Synthetic: a wave of eight levels over the whole photograph.
#[test]
fn a_rippled_photograph_fails_moire_alone() {
    let rippled = changed("obama.jpg", |value, [x, y], _| {
        value + 8.0 * (std::f32::consts::TAU * (0.21 * x + 0.17 * y)).cos()
    });
    refused_alone(&capture(&rippled), GateName::Moire, Reason::MoireSuspected);
}

/// Synthetic: the channels weighed as a screen in a warmly lit room looks.
#[test]
fn a_photograph_in_blue_light_fails_screen_light_alone() {
    let blue = changed("obama.jpg", |value, _, channel| {
        value * [0.85, 1.0, 1.5][channel]
    });
    refused_alone(
        &capture(&blue),
        GateName::ScreenLight,
        Reason::ScreenLightSuspected,
    );
}

#[test]
fn one_frame_without_a_face_spoils_the_capture() {
    let grey = DynamicImage::from(RgbImage::from_pixel(300, 300, image::Rgb([90; 3])));
    let portrait = pipeline().portrait(&photo(SAME[0])).unwrap();
    let against = MatchAgainst {
        portrait: &portrait,
        at_least: pipeline().thresholds().decision().similarity,
    };
    let frames = [photo(SAME[0]), frame(&grey), photo(SAME[1])];
    let capture = pipeline().live(&frames, Some(against)).unwrap();
    refused(&capture, GateName::OneFace, Reason::NoFace);
    for gate in &capture.gates()[1..] {
        assert_eq!(gate.outcome, GateOutcome::NotRun, "{gate:?}");
    }
    assert!(capture.embedding().is_none() && capture.match_similarity().is_none());
}

#[test]
fn too_many_frames_are_refused() {
    let tiny = || Photo::from_rgb(1, 1, vec![0; 3]).unwrap();
    let frames: Vec<_> = (0..=MAX_FRAMES).map(|_| tiny()).collect();
    let error = pipeline().live(&frames, None).unwrap_err();
    assert_eq!(error.code(), "too_many_frames");
}

#[test]
fn just_below_the_threshold_another_capture_is_asked_for() {
    let portrait = pipeline().portrait(&photo(SAME[0])).unwrap();
    let at = |at_least: Similarity| {
        let against = MatchAgainst {
            portrait: &portrait,
            at_least,
        };
        let capture = pipeline().live(&[photo(SAME[1])], Some(against)).unwrap();
        (
            capture.gate(GateName::Match),
            capture.match_similarity().unwrap(),
        )
    };
    let (passed, score) = at(pipeline().thresholds().decision().similarity);
    assert_eq!(passed.outcome, GateOutcome::Passed);
    let above = |by: f32| Similarity::new(score.value() + by).unwrap();
    for (at_least, reason) in [
        (above(0.01), Reason::CloseToThreshold),
        (above(0.15), Reason::BelowThreshold),
    ] {
        let (gate, _) = at(at_least);
        assert_eq!((gate.outcome, gate.reason), (GateOutcome::Failed, reason));
    }
}

#[test]
fn light_from_one_side_alone_fails() {
    let mut rgb = image("obama.jpg").into_rgb8();
    let face = pipeline().faces(&photo("obama.jpg")).unwrap()[0];
    let middle = face.bounds.centre().x;
    for (x, _, pixel) in rgb.enumerate_pixels_mut() {
        if x as f32 > middle {
            pixel.0 = pixel.0.map(|v| v / 4);
        }
    }
    let capture = capture(&DynamicImage::from(rgb));
    refused(&capture, GateName::Exposure, Reason::UnevenLight);
}

#[test]
fn no_portrait_leaves_match_unchecked() {
    let gate = capture(&image("obama.jpg")).gate(GateName::Match);
    assert_eq!(
        (gate.outcome, gate.reason),
        (GateOutcome::NotRun, Reason::NoPortrait)
    );
}

#[test]
fn debug_output_tells_verdicts_and_no_measurement() {
    let photo = photo("obama.jpg");
    let portrait = pipeline().portrait(&photo).unwrap();
    let against = MatchAgainst {
        portrait: &portrait,
        at_least: pipeline().thresholds().decision().similarity,
    };
    let face = pipeline().faces(&photo).unwrap()[0];
    let capture = pipeline().live(&[photo], Some(against)).unwrap();
    let text = format!("{capture:?} {face:?} {portrait:?} {against:?}");
    assert!(text.contains("PassiveLiveness"));
    assert!(!text.contains(|c: char| c.is_ascii_digit()), "{text}");
    // Of a frame, timings remain.
    let frame = format!("{:?}", capture.frames()[0].measures);
    assert_eq!(frame, "Some(Measures(..))");
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
