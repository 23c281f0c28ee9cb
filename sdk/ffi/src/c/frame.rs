//! One camera frame.

use std::mem::MaybeUninit;
use std::sync::Arc;

use super::boundary::{bytes, freed, given};
use super::error::Error;
use crate::error::HumansealError;
use crate::frame::{self, MAX_SIDE, Rotation};

/// No raw frame within the limits has more: 4096 rows of 4096 pixels of 4 bytes, with a stride of four times that.
const MAX_RAW: usize = (MAX_SIDE * MAX_SIDE) as usize * 4 * 4;
/// One byte more than any file that is read, so that the reader of files says that it is too long.
const MAX_FILE: usize = (32 << 20) + 1;

/// A frame. It gives its pixels to nobody and wipes them when it is freed. The bytes that it was made of are not needed
/// any more.
///
/// `stride` is the number of bytes from the start of one row to that of the next; the last row may end with its last
/// pixel. `clockwise` is by how many degrees it is to be turned to stand upright: 0, 90, 180 or 270. Refused are
/// sides outside of 64 to 4096 pixels (`frame_size`), a stride below a row's bytes or above four times as much
/// (`frame_stride`), bytes too few or too many (`frame_length`), another turn (`frame_rotation`).
pub struct Frame(pub(super) Arc<frame::Frame>);

fn rotation(clockwise: u32) -> Result<Rotation, HumansealError> {
    match clockwise {
        0 => Ok(Rotation::None),
        90 => Ok(Rotation::Clockwise90),
        180 => Ok(Rotation::Half180),
        270 => Ok(Rotation::Clockwise270),
        _ => {
            let detail = "a frame is turned by 0, 90, 180 or 270 degrees";
            Err(HumansealError::input("frame_rotation", detail))
        }
    }
}

type Making = fn(&[u8], u32, u32, u32, Rotation) -> Result<Arc<frame::Frame>, HumansealError>;

/// # Safety
/// `length` bytes can be read at `data`.
unsafe fn made(
    make: Making,
    (data, length): (*const u8, usize),
    (width, height, stride): (u32, u32, u32),
    clockwise: u32,
    frame: Option<&mut MaybeUninit<*mut Frame>>,
) -> Option<Box<Error>> {
    given(frame, || {
        // SAFETY: the caller's promise is passed on.
        let bytes = unsafe { bytes(data, length, MAX_RAW) }?;
        let frame = make(bytes, width, height, stride, rotation(clockwise)?)?;
        Ok(Frame(frame))
    })
}

/// Packed red, green, blue, 3 bytes a pixel.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_frame_rgb(
    data: *const u8,
    length: usize,
    width: u32,
    height: u32,
    stride: u32,
    clockwise: u32,
    frame: Option<&mut MaybeUninit<*mut Frame>>,
) -> Option<Box<Error>> {
    let (bytes, size) = ((data, length), (width, height, stride));
    // SAFETY: the module asks that these bytes can be read.
    unsafe { made(frame::Frame::rgb, bytes, size, clockwise, frame) }
}

/// Red, green, blue and a byte that is not looked at.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_frame_rgba(
    data: *const u8,
    length: usize,
    width: u32,
    height: u32,
    stride: u32,
    clockwise: u32,
    frame: Option<&mut MaybeUninit<*mut Frame>>,
) -> Option<Box<Error>> {
    let (bytes, size) = ((data, length), (width, height, stride));
    // SAFETY: the module asks that these bytes can be read.
    unsafe { made(frame::Frame::rgba, bytes, size, clockwise, frame) }
}

/// Blue, green, red and a byte that is not looked at, as iOS gives it (`kCVPixelFormatType_32BGRA`).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_frame_bgra(
    data: *const u8,
    length: usize,
    width: u32,
    height: u32,
    stride: u32,
    clockwise: u32,
    frame: Option<&mut MaybeUninit<*mut Frame>>,
) -> Option<Box<Error>> {
    let (bytes, size) = ((data, length), (width, height, stride));
    // SAFETY: the module asks that these bytes can be read.
    unsafe { made(frame::Frame::bgra, bytes, size, clockwise, frame) }
}

/// Android's NV21: the rows of luma, then half as many rows of V and U in turn, both with this stride. Sides are even.
/// Full-range BT.601 (JFIF).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_frame_nv21(
    data: *const u8,
    length: usize,
    width: u32,
    height: u32,
    stride: u32,
    clockwise: u32,
    frame: Option<&mut MaybeUninit<*mut Frame>>,
) -> Option<Box<Error>> {
    let (bytes, size) = ((data, length), (width, height, stride));
    // SAFETY: the module asks that these bytes can be read.
    unsafe { made(frame::Frame::nv21, bytes, size, clockwise, frame) }
}

/// The bytes of a file: JPEG, PNG or JPEG 2000, at most 32 MiB. Its own orientation is applied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn humanseal_frame_file(
    data: *const u8,
    length: usize,
    frame: Option<&mut MaybeUninit<*mut Frame>>,
) -> Option<Box<Error>> {
    given(frame, || {
        // SAFETY: the module asks that these bytes can be read.
        let file = unsafe { bytes(data, length, MAX_FILE) }?;
        Ok(Frame(frame::Frame::file(file.to_vec())?))
    })
}

/// Frees it; NULL is nothing to free.
#[unsafe(no_mangle)]
pub extern "C" fn humanseal_frame_free(frame: Option<Box<Frame>>) {
    freed(frame);
}
