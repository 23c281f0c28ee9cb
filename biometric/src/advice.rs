//! What the person in front of the camera can do about a reason, in their language, and what
//! helps first.

use crate::gate::{GateOutcome, GateRecord, Reason};

/// The languages that advice is given in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// The language of a tag such as `de-AT` (BCP 47); English for any other.
    pub fn from_tag(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        match primary.eq_ignore_ascii_case("de") {
            true => Self::German,
            false => Self::English,
        }
    }
}

/// The order in which advice helps: first that there is one face, then where it is, then its
/// light, then what depends on light, and last what only another attempt can change. Advice on
/// focus is of no use in the dark, advice on light of none to an empty frame.
const ORDER: [Reason; 23] = [
    Reason::NoFace,
    Reason::FaceMissing,
    Reason::SeveralFaces,
    Reason::FaceTooSmall,
    Reason::FaceTooClose,
    Reason::FaceAtEdge,
    Reason::TooDark,
    Reason::TooBright,
    Reason::UnevenLight,
    Reason::LowContrast,
    Reason::LandmarksUnsure,
    Reason::TurnedAway,
    Reason::TiltedUpOrDown,
    Reason::LeaningSideways,
    Reason::Blurred,
    Reason::FacesDiffer,
    Reason::PresentationSuspected,
    Reason::CloseToThreshold,
    Reason::BelowThreshold,
    Reason::SingleFrame,
    Reason::NoPortrait,
    Reason::NotRequested,
    Reason::StagedForDevelopment,
];

/// The reasons of gates that did not pass, each once, what helps most first.
pub fn reasons_to_tell(gates: &[GateRecord]) -> Vec<Reason> {
    let stands = |reason: &Reason| {
        let mut open = gates
            .iter()
            .filter(|gate| gate.outcome != GateOutcome::Passed);
        open.any(|gate| gate.reason == *reason)
    };
    ORDER.into_iter().filter(stands).collect()
}

impl Reason {
    /// What the person can do, one sentence.
    pub fn advice(self, language: Language) -> &'static str {
        let (english, german) = sentences(self);
        match language {
            Language::English => english,
            Language::German => german,
        }
    }
}

fn sentences(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::Ok => ("Nothing to do.", "Nichts zu tun."),
        Reason::NoFace | Reason::FaceMissing => (
            "Look into the camera with your face uncovered.",
            "Schauen Sie mit unbedecktem Gesicht in die Kamera.",
        ),
        Reason::SeveralFaces => (
            "Make sure that nobody else is in the picture.",
            "Achten Sie darauf, dass niemand sonst im Bild ist.",
        ),
        Reason::FaceTooSmall => ("Come closer.", "Kommen Sie näher."),
        Reason::FaceTooClose => (
            "Move the camera a little away.",
            "Halten Sie die Kamera etwas weiter weg.",
        ),
        Reason::LandmarksUnsure => (
            "Take off a mask, scarf or cap and look into the camera.",
            "Nehmen Sie Maske, Schal oder Mütze ab und schauen Sie in die Kamera.",
        ),
        Reason::TurnedAway => (
            "Turn your head towards the camera.",
            "Drehen Sie den Kopf zur Kamera.",
        ),
        Reason::TiltedUpOrDown => (
            "Hold the camera at the height of your eyes.",
            "Halten Sie die Kamera auf Augenhöhe.",
        ),
        Reason::LeaningSideways => ("Hold your head upright.", "Halten Sie den Kopf gerade."),
        Reason::Blurred => (
            "Hold still and wipe the lens.",
            "Halten Sie still und wischen Sie die Linse ab.",
        ),
        Reason::TooDark => ("Find more light.", "Suchen Sie mehr Licht."),
        Reason::TooBright => (
            "Step out of the bright light.",
            "Gehen Sie aus dem hellen Licht.",
        ),
        Reason::UnevenLight => (
            "Turn so that light falls on both sides of your face.",
            "Drehen Sie sich so, dass Licht auf beide Gesichtshälften fällt.",
        ),
        Reason::LowContrast => (
            "Let light fall on your face from the front.",
            "Lassen Sie Licht von vorn auf Ihr Gesicht fallen.",
        ),
        Reason::FaceAtEdge => (
            "Move so that your whole face is in the picture.",
            "Rücken Sie ganz ins Bild.",
        ),
        Reason::PresentationSuspected => (
            "Use the camera on your own face, a little farther away, in even light.",
            "Filmen Sie Ihr eigenes Gesicht, aus etwas mehr Abstand, in gleichmäßigem Licht.",
        ),
        Reason::FacesDiffer => (
            "Stay alone in front of the camera during the whole capture.",
            "Bleiben Sie während der ganzen Aufnahme allein vor der Kamera.",
        ),
        Reason::CloseToThreshold => (
            "Almost: try again in even light, without glasses, looking straight into the camera.",
            "Fast: versuchen Sie es noch einmal in gleichmäßigem Licht, ohne Brille, mit Blick in die Kamera.",
        ),
        Reason::BelowThreshold => (
            "Check that it is your document, then try again in better light, without glasses.",
            "Prüfen Sie, ob es Ihr Dokument ist, und versuchen Sie es in besserem Licht, ohne Brille, noch einmal.",
        ),
        Reason::SingleFrame => (
            "Give at least two frames.",
            "Geben Sie mindestens zwei Bilder an.",
        ),
        Reason::NoPortrait => (
            "Give the portrait of the document.",
            "Geben Sie das Lichtbild des Dokuments an.",
        ),
        Reason::NotRequested => (
            "Follow a liveness plan.",
            "Folgen Sie einem Ablauf der Lebenderkennung.",
        ),
        Reason::StagedForDevelopment => (
            "Follow a liveness plan on a real camera.",
            "Folgen Sie einem Ablauf der Lebenderkennung vor einer echten Kamera.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::GateName;
    use std::collections::HashSet;

    #[test]
    fn every_reason_has_a_code_and_a_sentence_of_its_own_in_both_languages() {
        let codes: HashSet<_> = ORDER.iter().map(|reason| reason.code()).collect();
        assert_eq!(codes.len(), ORDER.len());
        assert!(codes.len() >= 20);
        for language in [Language::English, Language::German] {
            let sentences: HashSet<_> = ORDER.iter().map(|r| r.advice(language)).collect();
            // A missing face is one thing to do, whichever gate misses it.
            assert_eq!(sentences.len(), ORDER.len() - 1);
            assert!(sentences.iter().all(|s| s.ends_with('.')));
        }
        for reason in ORDER {
            let (english, german) = sentences(reason);
            assert_ne!(english, german);
        }
    }

    #[test]
    fn what_helps_first_is_told_first_and_once() {
        let failed = |name, reason| GateRecord::failed(name, reason);
        let gates = [
            GateRecord::passed(GateName::OneFace),
            failed(GateName::Blur, Reason::Blurred),
            failed(GateName::Exposure, Reason::TooDark),
            GateRecord::not_run(GateName::ActiveLiveness, Reason::NotRequested),
            failed(GateName::Match, Reason::CloseToThreshold),
        ];
        let told = reasons_to_tell(&gates);
        let expected = [
            Reason::TooDark,
            Reason::Blurred,
            Reason::CloseToThreshold,
            Reason::NotRequested,
        ];
        assert_eq!(told, expected);
        assert!(reasons_to_tell(&gates[..1]).is_empty());
    }

    #[test]
    fn tags_name_languages() {
        for (tag, language) in [
            ("de", Language::German),
            ("DE-AT", Language::German),
            ("de_DE.UTF-8", Language::German),
            ("den", Language::English),
            ("fr", Language::English),
            ("", Language::English),
        ] {
            assert_eq!(Language::from_tag(tag), language, "{tag}");
        }
    }
}
