//! Frames as a whole: what the same arguments, another seed, a turn and a flash give.

#![allow(clippy::unwrap_used)]

use humanseal_rendering::{Flash, Frame, Motion, Portrait, RenderError, Scene, Surface};

/// A face of no one: a dome of landmarks over a picture of stripes.
fn portrait() -> Portrait {
    let landmarks: Vec<[f32; 3]> = (0..468)
        .map(|k| {
            let (x, y) = ((k % 22) as f32 * 7.0 + 120.0, (k / 22) as f32 * 9.0 + 110.0);
            let (u, v) = ((x - 194.0) / 75.0, (y - 204.0) / 95.0);
            [x + (k % 5) as f32 * 0.3, y, 60.0 * (u * u + v * v) - 30.0]
        })
        .collect();
    let rgb = (0..400 * 400).flat_map(|k| {
        let stripe = if (k % 400) / 10 % 2 == 0 { 90 } else { 160 };
        [stripe, stripe, 120]
    });
    Portrait::new(400, 400, rgb.collect(), &landmarks).unwrap()
}

fn scene(surface: Surface) -> Scene {
    Scene::new(&portrait(), surface).unwrap()
}

fn difference(a: &Frame, b: &Frame) -> f64 {
    let sum: u64 = a
        .rgb
        .iter()
        .zip(&b.rgb)
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    sum as f64 / a.rgb.len() as f64
}

#[test]
fn the_same_arguments_give_the_same_bytes_and_another_seed_other_noise() {
    let scene = scene(Surface::Head);
    let first = scene.frame(&Motion::REST, Flash::OFF, 1);
    assert!(first == scene.frame(&Motion::REST, Flash::OFF, 1));
    let apart = difference(&first, &scene.frame(&Motion::REST, Flash::OFF, 2));
    assert!((1.0..3.0).contains(&apart), "{apart}");
}

#[test]
fn at_rest_all_surfaces_show_the_same_picture() {
    let head = scene(Surface::Head).frame(&Motion::REST, Flash::OFF, 1);
    for surface in [Surface::Flat, Surface::Bent(2.0)] {
        let other = scene(surface).frame(&Motion::REST, Flash::OFF, 1);
        assert!(difference(&head, &other) < 2.0, "{surface:?}");
    }
}

#[test]
fn a_turn_moves_a_head_and_leaves_its_background() {
    let scene = scene(Surface::Head);
    let turned = Motion {
        yaw: 20.0,
        ..Motion::REST
    };
    let rest = scene.frame(&Motion::REST, Flash::OFF, 1);
    let frame = scene.frame(&turned, Flash::OFF, 1);
    // The noise is the same, so all that differs is what moved.
    let moved = difference(&rest, &frame);
    assert!(moved > 0.2, "{moved}");
    let corner = 3 * (20 * rest.width as usize + 20);
    assert_eq!(rest.rgb[corner], frame.rgb[corner]);
}

#[test]
fn a_flash_lights_a_head_more_than_its_background_and_a_picture_evenly() {
    let red = Flash {
        colour: [1.0, 0.0, 0.0],
        strength: 0.4,
    };
    let gain = |surface: Surface, x: usize, y: usize| {
        let scene = scene(surface);
        let [lit, dark] = [red, Flash::OFF].map(|flash| scene.frame(&Motion::REST, flash, 1));
        let mean = |frame: &Frame| {
            let pixels = (0..900).map(|k| 3 * ((y + k / 30) * 480 + x + k % 30));
            pixels.map(|k| f64::from(frame.rgb[k])).sum::<f64>()
        };
        mean(&lit) / mean(&dark) - 1.0
    };
    let (face, corner) = (gain(Surface::Head, 225, 305), gain(Surface::Head, 5, 5));
    assert!(
        (0.35..0.45).contains(&face) && (0.03..0.1).contains(&corner),
        "{face} {corner}"
    );
    let (face, corner) = (gain(Surface::Flat, 225, 305), gain(Surface::Flat, 5, 5));
    assert!((face - corner).abs() < 0.03, "{face} {corner}");
}

#[test]
fn what_is_no_photograph_with_a_mesh_is_refused() {
    let good = vec![[1.0, 2.0, 3.0]; 468];
    let refused = |rgb: Vec<u8>, mesh: &[[f32; 3]]| Portrait::new(2, 2, rgb, mesh).unwrap_err();
    assert_eq!(refused(vec![0; 11], &good), RenderError::Samples);
    assert_eq!(refused(vec![], &good), RenderError::Samples);
    assert_eq!(refused(vec![0; 12], &good[1..]), RenderError::Landmarks);
    assert_eq!(
        refused(vec![0; 12], &vec![[f32::NAN; 3]; 468]),
        RenderError::Landmarks
    );
    assert_eq!(refused(vec![0; 12], &good), RenderError::Degenerate);
}
