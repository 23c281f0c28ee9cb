//! `humanseal face live` on a video.

use std::fs;

use super::{answered, ends, face};

/// A photograph as a video of so many frames of the same picture, in shades of grey.
fn still_video(frames: usize) -> Vec<u8> {
    let photo = image::open(face("obama.jpg"))
        .expect("a photograph")
        .to_luma8();
    let mut video = format!(
        "YUV4MPEG2 W{} H{} F10:1 Cmono\n",
        photo.width(),
        photo.height()
    )
    .into_bytes();
    for _ in 0..frames {
        video.extend(b"FRAME\n");
        video.extend(photo.as_raw());
    }
    video
}

#[test]
fn a_still_shown_as_a_video_is_refused_for_its_repeated_frames() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("still.y4m"), still_video(4)).expect("a video");
    let arguments = [
        "face",
        "live",
        "--video",
        "still.y4m",
        "--sheet",
        "sheet.svg",
    ];
    let told = answered(1, &arguments, folder.path());
    let gates = told["gates"].as_array().expect("gates");
    let freshness = gates
        .iter()
        .find(|gate| gate["name"] == "freshness")
        .expect("the gate");
    assert_eq!(freshness["outcome"], "failed");
    assert_eq!(freshness["reason"], "repeated_frame");
    // A grey video says nothing of the gates that it did not come to.
    assert!(
        gates
            .iter()
            .all(|gate| gate["name"] != "depth" || gate["outcome"] != "passed")
    );
    let sheet = fs::read_to_string(folder.path().join("sheet.svg")).expect("a sheet");
    assert!(sheet.contains("<image"));
}

#[test]
fn what_is_no_video_is_wrong_input() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("text.y4m"), b"no video at all\n").expect("a file");
    let (_, errors) = ends(2, &["face", "live", "--video", "text.y4m"], folder.path());
    assert!(errors.contains("[video_unusable]"), "{errors}");
    ends(
        2,
        &["face", "live", "--video", "missing.y4m"],
        folder.path(),
    );
    ends(2, &["face", "live"], folder.path());
    ends(
        2,
        &["face", "live", "--video", "a", "--frames", "b"],
        folder.path(),
    );
}
