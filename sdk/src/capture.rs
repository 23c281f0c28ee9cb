//! The live capture: frames from a camera, gates from the pipeline, both as the statement tells
//! them.

use std::path::{Path, PathBuf};

use humanseal_biometric::{
    GateName as SeenName, GateOutcome as SeenOutcome, GateRecord, Limits, LiveCapture, Photo,
    PhotoError,
};
use humanseal_zk_credentials::exchange::{
    Answer, CborError, Gate, GateName, GateOutcome, Gates, GatesError, Plan, ReasonCode,
    Sha256Digest, Transcript,
};

/// More frames than this are not read from a folder.
const MAX_FRAMES: usize = 32;

/// Why there are no frames.
#[derive(Debug, thiserror::Error)]
pub enum CameraError {
    /// A frame or the folder cannot be read.
    #[error("{0} cannot be read: {1}")]
    Unreadable(PathBuf, #[source] std::io::Error),
    /// A frame cannot be decoded.
    #[error("{0}: {1}")]
    Photo(PathBuf, #[source] PhotoError),
    /// There is no frame, or there are too many.
    #[error("a capture has 1 to {MAX_FRAMES} frames")]
    FrameCount,
    /// The camera gave up.
    #[error("the camera gave no frames: {0}")]
    Device(String),
}

impl CameraError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(..) => "frame_unreadable",
            Self::Photo(_, error) => error.code(),
            Self::FrameCount => "frame_count",
            Self::Device(_) => "camera_failed",
        }
    }
}

/// Where live frames come from. It is asked once, after the issuer drew its plan.
pub trait Camera {
    /// Takes the frames of one capture.
    ///
    /// # Errors
    /// [`CameraError`].
    fn frames(&mut self, plan: &Plan) -> Result<Vec<Photo>, CameraError>;
}

/// Stills from a folder, in the order of their names. Stills follow no plan.
#[derive(Clone, Debug)]
pub struct FolderCamera {
    folder: PathBuf,
}

impl FolderCamera {
    /// Reads from this folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }
}

impl Camera for FolderCamera {
    fn frames(&mut self, _plan: &Plan) -> Result<Vec<Photo>, CameraError> {
        let unreadable = |error| CameraError::Unreadable(self.folder.clone(), error);
        let mut files = Vec::new();
        for entry in std::fs::read_dir(&self.folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let hidden = path
                .file_name()
                .is_none_or(|name| name.to_string_lossy().starts_with('.'));
            if path.is_file() && !hidden {
                files.push(path);
            }
            if files.len() > MAX_FRAMES {
                return Err(CameraError::FrameCount);
            }
        }
        files.sort();
        if files.is_empty() {
            return Err(CameraError::FrameCount);
        }
        files.iter().map(|file| still(file)).collect()
    }
}

fn still(file: &Path) -> Result<Photo, CameraError> {
    use std::io::Read;
    let limits = Limits::default();
    let mut bytes = Vec::new();
    // One byte over the limit is enough to be refused with the right code.
    std::fs::File::open(file)
        .and_then(|opened| opened.take(limits.bytes as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| CameraError::Unreadable(file.to_owned(), error))?;
    Photo::decode(&bytes, limits).map_err(|error| CameraError::Photo(file.to_owned(), error))
}

/// The gates of a capture as a statement carries them, one for one: no outcome becomes another.
///
/// # Errors
/// [`GatesError`] unless all ten are there.
pub fn gates(capture: &LiveCapture) -> Result<Gates, GatesError> {
    let told = capture.gates().iter().map(tell).collect::<Option<Vec<_>>>();
    Gates::new(told.ok_or(GatesError::NotTheTen)?)
}

fn tell(record: &GateRecord) -> Option<Gate> {
    Some(Gate {
        name: match record.name {
            SeenName::OneFace => GateName::OneFace,
            SeenName::FaceSize => GateName::FaceSize,
            SeenName::Pose => GateName::Pose,
            SeenName::Blur => GateName::Blur,
            SeenName::Exposure => GateName::Exposure,
            SeenName::FrameEdge => GateName::FrameEdge,
            SeenName::PassiveLiveness => GateName::PassiveLiveness,
            SeenName::ActiveLiveness => GateName::ActiveLiveness,
            SeenName::SamePerson => GateName::SamePerson,
            SeenName::Match => GateName::Match,
        },
        outcome: match record.outcome {
            SeenOutcome::Passed => GateOutcome::Passed,
            SeenOutcome::Failed => GateOutcome::Failed,
            SeenOutcome::NotRun => GateOutcome::NotRun,
            SeenOutcome::Staged => GateOutcome::Staged,
        },
        reason: ReasonCode::new(record.reason.code())?,
    })
}

/// The digest of how the plan was followed: each step with the outcome of the active gate.
///
/// # Errors
/// [`CborError`] for a plan that cannot be encoded.
pub fn transcript(plan: &Plan, gates: &Gates) -> Result<Sha256Digest, CborError> {
    let active = gates
        .as_slice()
        .iter()
        .find(|gate| gate.name == GateName::ActiveLiveness);
    let outcome = active.map_or(GateOutcome::NotRun, |gate| gate.outcome);
    let answers = plan
        .steps
        .iter()
        .map(|step| Answer {
            action: step.action,
            outcome,
            at_ms: 0,
        })
        .collect();
    Transcript {
        plan: plan.digest()?,
        answers,
    }
    .digest()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn names_and_outcomes_of_both_sides_are_spelled_alike() {
        for (seen, told) in SeenName::ALL.iter().zip(GateName::ALL) {
            assert_eq!(seen.as_str(), told.as_str());
        }
        for (seen, told) in [
            (SeenOutcome::Passed, GateOutcome::Passed),
            (SeenOutcome::Failed, GateOutcome::Failed),
            (SeenOutcome::NotRun, GateOutcome::NotRun),
            (SeenOutcome::Staged, GateOutcome::Staged),
        ] {
            assert_eq!(serde_json::to_value(told).unwrap(), seen.as_str());
        }
    }

    #[test]
    fn a_folder_without_frames_and_a_damaged_frame_are_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let plan = Plan {
            version: 1,
            nonce: humanseal_zk_credentials::exchange::Nonce([0; 32]),
            accessible: false,
            steps: vec![],
        };
        let mut camera = FolderCamera::new(folder.path());
        assert_eq!(camera.frames(&plan).unwrap_err().code(), "frame_count");
        std::fs::write(folder.path().join(".hidden"), b"x").unwrap();
        assert_eq!(camera.frames(&plan).unwrap_err().code(), "frame_count");
        std::fs::write(folder.path().join("a.png"), b"not an image").unwrap();
        assert_eq!(
            camera.frames(&plan).unwrap_err().code(),
            "image_unknown_format"
        );
        let mut none = FolderCamera::new(folder.path().join("none"));
        assert_eq!(none.frames(&plan).unwrap_err().code(), "frame_unreadable");
    }
}
