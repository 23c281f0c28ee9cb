//! Gates: the checks of a capture, each with a reason code and one of four outcomes.
//!
//! A gate that did not run is told apart from one that passed and from one that failed, so that
//! whoever receives the record can refuse what was not checked.

use serde::Serialize;

/// Every gate, in the order in which they are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GateName {
    /// Exactly one face in every frame.
    OneFace,
    /// The face is neither too small to compare nor so near that nothing surrounds it.
    FaceSize,
    /// The head is turned towards the camera.
    Pose,
    /// The face is in focus and still.
    Blur,
    /// The face is neither too dark, too bright nor flat.
    Exposure,
    /// The whole face lies inside the frame.
    FrameEdge,
    /// The presentation-attack model takes the face for a live one.
    PassiveLiveness,
    /// No screen's grid and no print's dots ripple over the face.
    Moire,
    /// No border of a picture or screen encloses the face.
    Border,
    /// The skin does not shine in a screen's light.
    ScreenLight,
    /// The holder did what a single-use plan asked for.
    ActiveLiveness,
    /// What moved was a head: no flat and no bent picture moves so.
    Depth,
    /// The frames come from a running camera, one after the other.
    Freshness,
    /// One face was followed from the first frame to the last.
    Continuity,
    /// All frames show one person (swap alarm).
    SamePerson,
    /// The live face matches the portrait.
    Match,
}

impl GateName {
    /// Every gate, in report order.
    pub const ALL: [Self; 16] = [
        Self::OneFace,
        Self::FaceSize,
        Self::Pose,
        Self::Blur,
        Self::Exposure,
        Self::FrameEdge,
        Self::PassiveLiveness,
        Self::Moire,
        Self::Border,
        Self::ScreenLight,
        Self::ActiveLiveness,
        Self::Depth,
        Self::Freshness,
        Self::Continuity,
        Self::SamePerson,
        Self::Match,
    ];

    /// The gates that only a session with a plan can run, in report order.
    pub const ACTIVE: [Self; 4] = [
        Self::ActiveLiveness,
        Self::Depth,
        Self::Freshness,
        Self::Continuity,
    ];

    /// The stable snake_case name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OneFace => "one_face",
            Self::FaceSize => "face_size",
            Self::Pose => "pose",
            Self::Blur => "blur",
            Self::Exposure => "exposure",
            Self::FrameEdge => "frame_edge",
            Self::PassiveLiveness => "passive_liveness",
            Self::Moire => "moire",
            Self::Border => "border",
            Self::ScreenLight => "screen_light",
            Self::ActiveLiveness => "active_liveness",
            Self::Depth => "depth",
            Self::Freshness => "freshness",
            Self::Continuity => "continuity",
            Self::SamePerson => "same_person",
            Self::Match => "match",
        }
    }
}

/// What became of a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GateOutcome {
    /// The check ran and held.
    Passed,
    /// The check ran and did not hold.
    Failed,
    /// The check did not run. To a verifier this is a refusal.
    NotRun,
    /// A development run declared the check staged. Only a development issuer takes it.
    Staged,
}

impl GateOutcome {
    /// The stable snake_case name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotRun => "not_run",
            Self::Staged => "staged",
        }
    }
}

/// Why a gate ended as it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The check held.
    Ok,
    /// No face was found in a frame.
    NoFace,
    /// A frame shows a second face of comparable size.
    SeveralFaces,
    /// The eyes are too few pixels apart.
    FaceTooSmall,
    /// The face fills the frame.
    FaceTooClose,
    /// The landmark model does not see a face where the detector does.
    LandmarksUnsure,
    /// The head is turned left or right.
    TurnedAway,
    /// The head is tilted up or down.
    TiltedUpOrDown,
    /// The head leans to a shoulder.
    LeaningSideways,
    /// The face is out of focus or moving.
    Blurred,
    /// The face is too dark.
    TooDark,
    /// The face is too bright.
    TooBright,
    /// One side of the face is far darker than the other.
    UnevenLight,
    /// The face has next to no contrast.
    LowContrast,
    /// The face touches or leaves the frame.
    FaceAtEdge,
    /// The presentation-attack model takes the face for a print, a screen or a mask.
    PresentationSuspected,
    /// The face ripples as a photographed screen or print does.
    MoireSuspected,
    /// Straight edges enclose the face as the border of a picture or screen does.
    BorderSuspected,
    /// The skin has the colour of a screen's light, or of a person in such a light.
    ScreenLightSuspected,
    /// The frame ends too near the face to show what is around it.
    SurroundingsMissing,
    /// Two frames show faces that are too unlike to be one person.
    FacesDiffer,
    /// The live face is nearly similar enough to the portrait; another capture may show it.
    CloseToThreshold,
    /// The live face is not similar enough to the portrait.
    BelowThreshold,
    /// There is no face to check.
    FaceMissing,
    /// One frame cannot be compared with another.
    SingleFrame,
    /// No portrait was given.
    NoPortrait,
    /// No plan was followed.
    NotRequested,
    /// The head did another step than the one asked for.
    WrongStep,
    /// A step or the session took too long.
    TooLate,
    /// The session ended before this check was complete.
    Unfinished,
    /// The skin does not answer the screen's light more than its surroundings.
    FlashUnseen,
    /// The skin's colours are not the screen's, in their order.
    FlashMismatch,
    /// What moved is as flat as a picture.
    FlatSurface,
    /// What moved is a bent sheet.
    BentSurface,
    /// Too little of the face could be followed.
    TooLittleTexture,
    /// No movement of the plan shows depth.
    NoMovement,
    /// Time between two frames is too long, too short, or runs backwards.
    TimestampsJump,
    /// The frames' size changed.
    CameraChanged,
    /// A frame was seen before.
    RepeatedFrame,
    /// A frame was computed from its neighbours.
    InterpolatedFrame,
    /// The face is another one than before.
    FaceExchanged,
    /// The face moved farther between two frames than one face does.
    FaceJumped,
    /// The head turned faster than a head does.
    ImplausibleSpeed,
    /// Declared staged by a development run.
    StagedForDevelopment,
}

impl Reason {
    /// The stable snake_case code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NoFace => "no_face",
            Self::SeveralFaces => "several_faces",
            Self::FaceTooSmall => "face_too_small",
            Self::FaceTooClose => "face_too_close",
            Self::LandmarksUnsure => "landmarks_unsure",
            Self::TurnedAway => "turned_away",
            Self::TiltedUpOrDown => "tilted_up_or_down",
            Self::LeaningSideways => "leaning_sideways",
            Self::Blurred => "blurred",
            Self::TooDark => "too_dark",
            Self::TooBright => "too_bright",
            Self::UnevenLight => "uneven_light",
            Self::LowContrast => "low_contrast",
            Self::FaceAtEdge => "face_at_edge",
            Self::PresentationSuspected => "presentation_suspected",
            Self::MoireSuspected => "moire_suspected",
            Self::BorderSuspected => "border_suspected",
            Self::ScreenLightSuspected => "screen_light_suspected",
            Self::SurroundingsMissing => "surroundings_missing",
            Self::FacesDiffer => "faces_differ",
            Self::CloseToThreshold => "close_to_threshold",
            Self::BelowThreshold => "below_threshold",
            Self::FaceMissing => "face_missing",
            Self::SingleFrame => "single_frame",
            Self::NoPortrait => "no_portrait",
            Self::NotRequested => "not_requested",
            Self::WrongStep => "wrong_step",
            Self::TooLate => "too_late",
            Self::Unfinished => "unfinished",
            Self::FlashUnseen => "flash_unseen",
            Self::FlashMismatch => "flash_mismatch",
            Self::FlatSurface => "flat_surface",
            Self::BentSurface => "bent_surface",
            Self::TooLittleTexture => "too_little_texture",
            Self::NoMovement => "no_movement",
            Self::TimestampsJump => "timestamps_jump",
            Self::CameraChanged => "camera_changed",
            Self::RepeatedFrame => "repeated_frame",
            Self::InterpolatedFrame => "interpolated_frame",
            Self::FaceExchanged => "face_exchanged",
            Self::FaceJumped => "face_jumped",
            Self::ImplausibleSpeed => "implausible_speed",
            Self::StagedForDevelopment => "staged_for_development",
        }
    }
}

/// One gate's record. It carries no score: what leaves the device is the verdict alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GateRecord {
    /// Which gate.
    pub name: GateName,
    /// Why.
    pub reason: Reason,
    /// What became of it.
    pub outcome: GateOutcome,
}

impl GateRecord {
    /// The check held.
    pub(crate) fn passed(name: GateName) -> Self {
        Self {
            name,
            reason: Reason::Ok,
            outcome: GateOutcome::Passed,
        }
    }

    /// The check ran and did not hold.
    pub(crate) fn failed(name: GateName, reason: Reason) -> Self {
        Self {
            name,
            reason,
            outcome: GateOutcome::Failed,
        }
    }

    /// The check could not run.
    pub(crate) fn not_run(name: GateName, reason: Reason) -> Self {
        Self {
            name,
            reason,
            outcome: GateOutcome::NotRun,
        }
    }

    /// Passed without a reason against, failed with one.
    pub(crate) fn judged(name: GateName, against: Option<Reason>) -> Self {
        against.map_or_else(|| Self::passed(name), |reason| Self::failed(name, reason))
    }
}
