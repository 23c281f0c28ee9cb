//! Frames and their times, from a folder or from a video.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use humanseal_biometric::Photo;
use humanseal_biometric::live::Millis;
use humanseal_sdk::{FolderCamera, FolderFrames, still};
use y4m::{Colorspace, Decoder};

use crate::output::Failure;

/// Longest side of a video's frame in pixels. Cameras of phones give 1920 and less.
const MAX_SIDE: usize = 4096;

/// One frame after the other.
pub enum Frames {
    Folder(std::vec::IntoIter<(Millis, PathBuf)>),
    Video(Box<Video>),
}

impl Frames {
    /// The frames of a folder, each named by its milliseconds.
    pub fn of_folder(folder: &Path) -> Result<Self, Failure> {
        let wrong = |e: humanseal_sdk::CameraError| Failure::input(format!("{e} [{}]", e.code()));
        match FolderCamera::new(folder).list().map_err(wrong)? {
            FolderFrames::Timed(frames) => Ok(Self::Folder(frames.into_iter())),
            FolderFrames::Stills(_) => Err(Failure::input(
                "name each frame by its milliseconds since the plan was shown, in five digits or more, such as 00250.jpg",
            )),
        }
    }

    /// The frames of a video, `-` for standard input.
    pub fn of_video(file: &Path) -> Result<Self, Failure> {
        let read: Box<dyn Read> = if file == Path::new("-") {
            Box::new(std::io::stdin())
        } else {
            let opened = File::open(file);
            Box::new(opened.map_err(|e| Failure::input(format!("{}: {e}", file.display())))?)
        };
        Video::open(read).map(|video| Self::Video(Box::new(video)))
    }

    /// The next frame and its moment.
    pub fn next(&mut self) -> Result<Option<(Millis, Photo)>, Failure> {
        match self {
            Self::Folder(frames) => {
                let Some((at, file)) = frames.next() else {
                    return Ok(None);
                };
                let photo = still(&file);
                photo
                    .map(|photo| Some((at, photo)))
                    .map_err(|e| Failure::input(format!("{e} [{}]", e.code())))
            }
            Self::Video(video) => video.next(),
        }
    }
}

/// A video as YUV4MPEG2, which needs no decoder: other programs write it into a pipe. A frame's moment is
/// its number over the frame rate.
pub struct Video {
    decoder: Decoder<BufReader<Box<dyn Read>>>,
    layout: Layout,
    size: [usize; 2],
    /// Frames so far.
    taken: u64,
}

/// How the samples lie.
#[derive(Clone, Copy)]
struct Layout {
    /// Pixels that share one sample of colour, across and down; none without colours.
    shared: Option<[usize; 2]>,
    /// 0 is black and 255 white, not 16 and 235.
    full: bool,
}

fn unusable(what: impl std::fmt::Display) -> Failure {
    Failure::input(format!("the video cannot be used: {what} [video_unusable]"))
}

impl Video {
    fn open(read: Box<dyn Read>) -> Result<Self, Failure> {
        // Three samples a pixel at most.
        let limits = y4m::Limits {
            bytes: 3 * MAX_SIDE * MAX_SIDE,
        };
        let decoder = Decoder::new_with_limits(BufReader::new(read), limits).map_err(|e| {
            unusable(format!(
                "{e}; write it as YUV4MPEG2 of 8 bits, up to {MAX_SIDE} pixels a side"
            ))
        })?;
        let size = [decoder.get_width(), decoder.get_height()];
        let rate = decoder.get_framerate();
        if size.iter().any(|side| *side > MAX_SIDE) {
            return Err(unusable(format!("a side is longer than {MAX_SIDE} pixels")));
        }
        if rate.num == 0 || rate.den == 0 {
            return Err(unusable("it has no frame rate"));
        }
        let shared = match decoder.get_colorspace() {
            Colorspace::C420
            | Colorspace::C420jpeg
            | Colorspace::C420mpeg2
            | Colorspace::C420paldv => Some([2, 2]),
            Colorspace::C422 => Some([2, 1]),
            Colorspace::C444 => Some([1, 1]),
            Colorspace::Cmono => None,
            _ => return Err(unusable("its samples have more than 8 bits")),
        };
        let mut words = decoder.get_raw_params().split(|byte| *byte == b' ');
        let full = words.any(|word| word == b"XCOLORRANGE=FULL");
        Ok(Self {
            layout: Layout { shared, full },
            decoder,
            size,
            taken: 0,
        })
    }

    fn next(&mut self) -> Result<Option<(Millis, Photo)>, Failure> {
        let rate = self.decoder.get_framerate();
        let at = u128::from(self.taken) * 1000 * rate.den as u128 / rate.num as u128;
        let frame = match self.decoder.read_frame() {
            Ok(frame) => frame,
            Err(y4m::Error::EOF) => return Ok(None),
            Err(e) => return Err(unusable(e)),
        };
        self.taken += 1;
        let planes = [
            frame.get_y_plane(),
            frame.get_u_plane(),
            frame.get_v_plane(),
        ];
        let rgb = self.layout.rgb(planes, self.size);
        let [width, height] = self
            .size
            .map(|side| u32::try_from(side).unwrap_or(u32::MAX));
        let photo = Photo::from_rgb(width, height, rgb);
        let photo = photo.ok_or_else(|| unusable("a frame is too small or too large"))?;
        Ok(Some((Millis(u32::try_from(at).unwrap_or(u32::MAX)), photo)))
    }
}

impl Layout {
    /// Red, green and blue by the matrix of ITU-R BT.601, which YUV4MPEG2 means where it says nothing.
    fn rgb(self, [luma, blue, red]: [&[u8]; 3], [width, height]: [usize; 2]) -> Vec<u8> {
        let (black, gain, colour) = match self.full {
            true => (0.0, 1.0, 1.0),
            false => (16.0, 255.0 / 219.0, 255.0 / 224.0),
        };
        let mut rgb = Vec::with_capacity(3 * width * height);
        for (y, line) in luma.chunks_exact(width).enumerate() {
            for (x, sample) in line.iter().enumerate() {
                let light = gain * (f32::from(*sample) - black);
                let [u, v] = self.shared.map_or([0.0; 2], |[across, down]| {
                    let at = y / down * width.div_ceil(across) + x / across;
                    [blue, red].map(|plane| colour * (f32::from(plane[at]) - 128.0))
                });
                // The weights of red and blue in light are .299 and .114.
                let channels = [
                    light + 1.402 * v,
                    light - 0.344_136 * u - 0.714_136 * v,
                    light + 1.772 * u,
                ];
                rgb.extend(channels.map(|value| value.round().clamp(0.0, 255.0) as u8));
            }
        }
        rgb
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn video(header: &str, frames: &[&[u8]]) -> Result<Video, Failure> {
        let mut bytes = format!("YUV4MPEG2 {header}\n").into_bytes();
        for frame in frames {
            bytes.extend(b"FRAME\n");
            bytes.extend(*frame);
        }
        Video::open(Box::new(std::io::Cursor::new(bytes)))
    }

    /// Black, white and the primaries of BT.601 in limited range, each a square of two pixels.
    #[test]
    fn colours_come_out_as_they_went_in() {
        for (yuv, rgb) in [
            ([16, 128, 128], [0, 0, 0]),
            ([235, 128, 128], [255, 255, 255]),
            ([81, 90, 240], [254, 0, 0]),
            ([145, 54, 34], [0, 255, 1]),
            ([41, 240, 110], [0, 0, 255]),
        ] {
            let mut frame = vec![yuv[0]; 64 * 64];
            frame.extend(vec![yuv[1]; 32 * 32]);
            frame.extend(vec![yuv[2]; 32 * 32]);
            let mut video = video("W64 H64 F25:1 C420jpeg", &[&frame]).unwrap();
            let (at, photo) = video.next().unwrap().unwrap();
            assert_eq!(at, Millis(0));
            for (made, meant) in photo.samples().iter().zip(rgb.iter().cycle()) {
                assert!(made.abs_diff(*meant) <= 1, "{yuv:?}: {made} for {meant}");
            }
            assert!(video.next().unwrap().is_none());
        }
    }

    #[test]
    fn a_frame_s_moment_is_its_number_over_the_rate() {
        let frame = vec![99; 64 * 64];
        let mut video = video(
            "W64 H64 F30000:1001 Cmono XCOLORRANGE=FULL",
            &[&frame, &frame, &frame],
        )
        .unwrap();
        let mut times = Vec::new();
        while let Some((at, photo)) = video.next().unwrap() {
            assert!(photo.samples().iter().all(|sample| *sample == 99));
            times.push(at.0);
        }
        assert_eq!(times, [0, 33, 66]);
    }

    #[test]
    fn what_is_no_such_video_is_refused() {
        for header in [
            "W0 H64 F25:1 C420",
            "W64 H64 F0:1 C420",
            "W64 H64 F25:0 C420",
            "W64 H64 F25:1 C420p10",
            "W5000 H64 F25:1 Cmono",
            "W4294967296 H4294967296 F25:1 Cmono",
            "W99999999999 H9 F25:1 C444",
        ] {
            let refused = video(header, &[]).err().map(|e| e.to_string());
            assert!(refused.unwrap().contains("[video_unusable]"), "{header}");
        }
        let text = Video::open(Box::new(std::io::Cursor::new(b"a text".to_vec())));
        assert!(text.is_err());
        // A frame that is cut off is none.
        assert!(
            video("W64 H64 F25:1 Cmono", &[&[1; 100]])
                .unwrap()
                .next()
                .unwrap()
                .is_none()
        );
    }
}
