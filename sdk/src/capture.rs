//! The live capture: a plan followed before a camera, or stills; gates and answers as the statement
//! tells them.

use std::path::{Path, PathBuf};

use humanseal_biometric::live::{
    Degrees, FlashColour as ShownColour, LiveError, LivenessSession, Millis, Progress, Step,
    StepAnswer,
};
use humanseal_biometric::{
    GateName as SeenName, GateOutcome as SeenOutcome, GateRecord, Limits, LiveCapture, Photo,
    PhotoError,
};
use humanseal_zk_credentials::exchange::{
    Answer, CborError, FlashColour, Gate, GateName, GateOutcome, Gates, GatesError, Plan,
    PlanAction, PlanError, PlanStep, ReasonCode, Sha256Digest, Transcript,
};

/// More stills than this are not read from a folder.
const MAX_STILLS: usize = 32;
/// More frames with time stamps than this are not: a minute at 15 a second.
const MAX_FRAMES: usize = 900;

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
    #[error("a capture has 1 to {MAX_STILLS} stills, or 1 to {MAX_FRAMES} frames with time stamps")]
    FrameCount,
    /// Stills from a camera that had begun to follow the plan.
    #[error("the camera began to follow the plan and gave stills instead")]
    StillsInstead,
    /// The camera gave up.
    #[error("the camera gave no frames: {0}")]
    Device(String),
    /// The session cannot judge a frame.
    #[error(transparent)]
    Live(#[from] LiveError),
}

impl CameraError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(..) => "frame_unreadable",
            Self::Photo(_, error) => error.code(),
            Self::FrameCount => "frame_count",
            Self::StillsInstead => "camera_stills_instead",
            Self::Device(_) => "camera_failed",
            Self::Live(error) => error.code(),
        }
    }
}

/// What a camera gave.
#[derive(Debug)]
pub enum Captured {
    /// Its frames went into the session, each with its time.
    Followed,
    /// Stills, which follow no plan. The gates of a plan do not run on them: only a development run can
    /// declare them staged.
    Stills(Vec<Photo>),
}

/// Where live frames come from. It is asked once, after the issuer drew its plan.
pub trait Camera {
    /// Hands the frames of one capture to the session, each with its time, and shows the owner what
    /// [`Following::frame`] asks for after each, until it is finished. A camera that cannot follow a plan
    /// leaves the session alone and gives stills.
    ///
    /// # Errors
    /// [`CameraError`].
    fn capture(
        &mut self,
        plan: &Plan,
        session: &mut Following<'_, '_>,
    ) -> Result<Captured, CameraError>;
}

/// The session as a camera sees it: it takes frames, and can be neither exchanged nor ended.
#[derive(Debug)]
pub struct Following<'s, 'p> {
    session: &'s mut LivenessSession<'p>,
    begun: bool,
}

impl<'s, 'p> Following<'s, 'p> {
    pub(crate) fn new(session: &'s mut LivenessSession<'p>) -> Self {
        Self {
            session,
            begun: false,
        }
    }

    /// Takes the next frame ([`LivenessSession::frame`]).
    ///
    /// # Errors
    /// [`LiveError`].
    pub fn frame(&mut self, photo: &Photo, at: Millis) -> Result<Progress, LiveError> {
        self.begun = true;
        self.session.frame(photo, at)
    }

    /// Whether a frame was given: whoever began to follow the plan has no stills to show instead.
    pub(crate) fn begun(&self) -> bool {
        self.begun
    }
}

/// Frames from a folder. Files whose names are whole milliseconds since the plan was shown, in five
/// digits or more (`00250.jpg`), are frames with time stamps; any other name makes all of them stills, in the order
/// of their names.
#[derive(Clone, Debug)]
pub struct FolderCamera {
    folder: PathBuf,
}

/// The frames of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FolderFrames {
    /// In the order of their times.
    Timed(Vec<(Millis, PathBuf)>),
    /// In the order of their names.
    Stills(Vec<PathBuf>),
}

impl FolderCamera {
    /// Reads from this folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// What lies in the folder; hidden files and folders are passed over.
    ///
    /// # Errors
    /// [`CameraError::Unreadable`], [`CameraError::FrameCount`].
    pub fn list(&self) -> Result<FolderFrames, CameraError> {
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
        if files.is_empty() {
            return Err(CameraError::FrameCount);
        }
        let time = |path: &PathBuf| {
            let stem = path.file_stem()?.to_str()?;
            // Shorter numbers are the places of stills in a row.
            let digits = stem.len() >= 5 && stem.bytes().all(|b| b.is_ascii_digit());
            let time = digits.then(|| stem.parse().ok())??;
            Some((Millis(time), path.clone()))
        };
        if let Some(mut timed) = files.iter().map(time).collect::<Option<Vec<_>>>() {
            timed.sort();
            return Ok(FolderFrames::Timed(timed));
        }
        if files.len() > MAX_STILLS {
            return Err(CameraError::FrameCount);
        }
        files.sort();
        Ok(FolderFrames::Stills(files))
    }
}

impl Camera for FolderCamera {
    fn capture(
        &mut self,
        _plan: &Plan,
        session: &mut Following<'_, '_>,
    ) -> Result<Captured, CameraError> {
        match self.list()? {
            FolderFrames::Stills(files) => {
                let stills = files.iter().map(|file| still(file));
                stills.collect::<Result<_, _>>().map(Captured::Stills)
            }
            FolderFrames::Timed(files) => {
                for (at, file) in files {
                    session.frame(&still(&file)?, at)?;
                }
                Ok(Captured::Followed)
            }
        }
    }
}

/// Reads and decodes one frame.
///
/// # Errors
/// [`CameraError::Unreadable`], [`CameraError::Photo`].
pub fn still(file: &Path) -> Result<Photo, CameraError> {
    use std::io::Read;
    let limits = Limits::default();
    let mut bytes = Vec::new();
    // One byte over the limit is enough to be refused with the right code.
    std::fs::File::open(file)
        .and_then(|opened| opened.take(limits.bytes as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| CameraError::Unreadable(file.to_owned(), error))?;
    Photo::decode(&bytes, limits).map_err(|error| CameraError::Photo(file.to_owned(), error))
}

/// The steps of a plan, as a session leads through them.
///
/// # Errors
/// [`PlanError`] for a plan that is none of this version.
pub fn steps(plan: &Plan) -> Result<Vec<Step>, PlanError> {
    plan.validate()?;
    let step = |step: &PlanStep| {
        let degrees = || step.target_degrees.and_then(Degrees::new);
        let colour = |colour: &FlashColour| match colour {
            FlashColour::Red => ShownColour::Red,
            FlashColour::Green => ShownColour::Green,
            FlashColour::Blue => ShownColour::Blue,
            FlashColour::White => ShownColour::White,
        };
        Some(match step.action {
            PlanAction::TurnLeft => Step::TurnLeft(degrees()?),
            PlanAction::TurnRight => Step::TurnRight(degrees()?),
            PlanAction::LookUp => Step::LookUp(degrees()?),
            PlanAction::Blink => Step::Blink,
            PlanAction::OpenMouth => Step::OpenMouth,
            PlanAction::ComeCloser => Step::ComeCloser,
            PlanAction::Flash => Step::Flash(step.colours.iter().map(colour).collect()),
        })
    };
    let steps = plan.steps.iter().map(step).collect::<Option<_>>();
    steps.ok_or(PlanError::Steps)
}

/// The gates of a capture as a statement carries them, one for one: no outcome becomes another.
///
/// # Errors
/// [`GatesError`] unless all are there.
pub fn gates(capture: &LiveCapture) -> Result<Gates, GatesError> {
    let told = capture.gates().iter().map(tell).collect::<Option<Vec<_>>>();
    Gates::new(told.ok_or(GatesError::NotAll)?)
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
            SeenName::Moire => GateName::Moire,
            SeenName::Border => GateName::Border,
            SeenName::ScreenLight => GateName::ScreenLight,
            SeenName::ActiveLiveness => GateName::ActiveLiveness,
            SeenName::Depth => GateName::Depth,
            SeenName::Freshness => GateName::Freshness,
            SeenName::Continuity => GateName::Continuity,
            SeenName::SamePerson => GateName::SamePerson,
            SeenName::Match => GateName::Match,
        },
        outcome: outcome(record.outcome),
        reason: ReasonCode::new(record.reason.code())?,
    })
}

fn outcome(seen: SeenOutcome) -> GateOutcome {
    match seen {
        SeenOutcome::Passed => GateOutcome::Passed,
        SeenOutcome::Failed => GateOutcome::Failed,
        SeenOutcome::NotRun => GateOutcome::NotRun,
        SeenOutcome::Staged => GateOutcome::Staged,
    }
}

/// The digest of how the plan was followed: each step with its outcome and time. Steps that nobody
/// followed have the outcome of the active gate, not run or staged, at 0.
///
/// # Errors
/// [`CborError`] for a plan that cannot be encoded.
pub fn transcript(
    plan: &Plan,
    followed: &[StepAnswer],
    gates: &Gates,
) -> Result<Sha256Digest, CborError> {
    let active = gates
        .as_slice()
        .iter()
        .find(|gate| gate.name == GateName::ActiveLiveness);
    let unfollowed = active.map_or(GateOutcome::NotRun, |gate| gate.outcome);
    let answer = |(index, step): (usize, &PlanStep)| {
        let followed = followed.get(index);
        Answer {
            action: step.action,
            outcome: followed.map_or(unfollowed, |answer| outcome(answer.outcome)),
            at_ms: followed.map_or(0, |answer| answer.at.0),
        }
    };
    Transcript {
        plan: plan.digest()?,
        answers: plan.steps.iter().enumerate().map(answer).collect(),
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
        let camera = FolderCamera::new(folder.path());
        assert_eq!(camera.list().unwrap_err().code(), "frame_count");
        std::fs::write(folder.path().join(".hidden"), b"x").unwrap();
        assert_eq!(camera.list().unwrap_err().code(), "frame_count");
        let damaged = folder.path().join("a.png");
        std::fs::write(&damaged, b"not an image").unwrap();
        assert_eq!(still(&damaged).unwrap_err().code(), "image_unknown_format");
        let none = FolderCamera::new(folder.path().join("none"));
        assert_eq!(none.list().unwrap_err().code(), "frame_unreadable");
    }

    #[test]
    fn names_that_are_milliseconds_are_frames_in_time_and_others_stills() {
        let folder = tempfile::tempdir().unwrap();
        let camera = FolderCamera::new(folder.path());
        for name in ["100000.jpg", "00900.jpg", "00050.png"] {
            std::fs::write(folder.path().join(name), b"x").unwrap();
        }
        let FolderFrames::Timed(timed) = camera.list().unwrap() else {
            panic!("stills");
        };
        let times: Vec<_> = timed.iter().map(|(at, _)| at.0).collect();
        assert_eq!(times, [50, 900, 100_000]);
        // A name without a time, or a number too short to be one.
        for (count, name) in [(4, "front.jpg"), (4, "1.jpg")] {
            let other = folder.path().join(name);
            std::fs::write(&other, b"x").unwrap();
            let FolderFrames::Stills(stills) = camera.list().unwrap() else {
                panic!("time stamps");
            };
            assert_eq!(stills.len(), count);
            std::fs::remove_file(other).unwrap();
        }
    }

    fn plan() -> Plan {
        use humanseal_zk_credentials::entropy::OsEntropy;
        Plan::draw(false, &mut OsEntropy)
    }

    #[test]
    fn a_plan_becomes_its_steps_in_order_and_another_version_none() {
        let mut plan = plan();
        let steps = steps(&plan).unwrap();
        assert_eq!(steps.len(), plan.steps.len());
        for (step, told) in steps.iter().zip(&plan.steps) {
            let fits = match step {
                Step::TurnLeft(angle) => {
                    told.action == PlanAction::TurnLeft
                        && told.target_degrees.map(f32::from) == Some(angle.value())
                }
                Step::TurnRight(_) => told.action == PlanAction::TurnRight,
                Step::LookUp(_) => told.action == PlanAction::LookUp,
                Step::Blink => told.action == PlanAction::Blink,
                Step::OpenMouth => told.action == PlanAction::OpenMouth,
                Step::ComeCloser => told.action == PlanAction::ComeCloser,
                Step::Flash(colours) => {
                    told.action == PlanAction::Flash && colours.len() == told.colours.len()
                }
            };
            assert!(fits, "{step:?} {told:?}");
        }
        plan.version = 1;
        assert_eq!(super::steps(&plan).unwrap_err().code(), "plan_version");
    }

    /// Whoever changes an outcome or a time after the session tells another transcript.
    #[test]
    fn a_transcript_tells_each_answer() {
        let plan = plan();
        let gate = |name| Gate {
            name,
            outcome: GateOutcome::Staged,
            reason: ReasonCode::new("ok").unwrap(),
        };
        let gates = Gates::new(GateName::ALL.map(gate).to_vec()).unwrap();
        let answer = |at| StepAnswer {
            outcome: SeenOutcome::Passed,
            at: Millis(at),
        };
        let answers = [answer(900), answer(1900), answer(2900), answer(3900)];
        let digest = |answers: &[StepAnswer]| transcript(&plan, answers, &gates).unwrap();
        let told = digest(&answers);
        assert_ne!(told, digest(&[]), "stills");
        let mut later = answers;
        later[2].at = Millis(2901);
        assert_ne!(told, digest(&later));
        let mut failed = answers;
        failed[2].outcome = SeenOutcome::Failed;
        assert_ne!(told, digest(&failed));
    }
}
