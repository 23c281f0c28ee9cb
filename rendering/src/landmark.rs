//! Indices of the 468-point mesh's fixed numbering: MediaPipe's `face_mesh_connections`, read as
//! seen in the image.

/// Number of points.
pub(crate) const POINTS: usize = 468;

/// Outer and inner corner of the eye at the image's left, inner and outer corner of the other.
pub(crate) const EYE_CORNERS: [usize; 4] = [33, 133, 362, 263];

/// Each point of an upper lid and the point of the lower lid below it.
pub(crate) const LIDS: [(usize, usize); 14] = [
    (246, 7),
    (161, 163),
    (160, 144),
    (159, 145),
    (158, 153),
    (157, 154),
    (173, 155),
    (466, 249),
    (388, 390),
    (387, 373),
    (386, 374),
    (385, 380),
    (384, 381),
    (398, 382),
];

/// Corners of the mouth, inside.
pub(crate) const MOUTH_CORNERS: [usize; 2] = [78, 308];
/// The inner edge of the upper lip.
pub(crate) const UPPER_LIP: [usize; 9] = [191, 80, 81, 82, 13, 312, 311, 310, 415];
/// The inner edge of the lower lip.
pub(crate) const LOWER_LIP: [usize; 9] = [95, 88, 178, 87, 14, 317, 402, 318, 324];
/// The middle of the inner lower lip.
pub(crate) const LOWER_LIP_MIDDLE: usize = 14;

/// The outline of the face, once around.
pub(crate) const OUTLINE: [usize; 36] = [
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152,
    148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];
