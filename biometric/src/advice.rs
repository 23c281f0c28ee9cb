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
const ORDER: [Reason; 43] = [
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
    Reason::SurroundingsMissing,
    Reason::ScreenLightSuspected,
    Reason::BorderSuspected,
    Reason::MoireSuspected,
    Reason::PresentationSuspected,
    Reason::CloseToThreshold,
    Reason::BelowThreshold,
    Reason::WrongStep,
    Reason::TooLate,
    Reason::FaceJumped,
    Reason::ImplausibleSpeed,
    Reason::FlashUnseen,
    Reason::FlashMismatch,
    Reason::TooLittleTexture,
    Reason::TimestampsJump,
    Reason::CameraChanged,
    Reason::FaceExchanged,
    Reason::FlatSurface,
    Reason::BentSurface,
    Reason::RepeatedFrame,
    Reason::InterpolatedFrame,
    Reason::NoMovement,
    Reason::Unfinished,
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
        Reason::MoireSuspected => (
            "Use the camera on your own face, and wipe the lens.",
            "Filmen Sie Ihr eigenes Gesicht, und wischen Sie die Linse ab.",
        ),
        Reason::BorderSuspected => (
            "Use the camera on your own face, without a frame or a window around it.",
            "Filmen Sie Ihr eigenes Gesicht, ohne Rahmen oder Fenster darum.",
        ),
        Reason::ScreenLightSuspected => (
            "Find white or warm light; a screen alone is too blue to see you by.",
            "Suchen Sie weißes oder warmes Licht; ein Bildschirm allein ist zu blau.",
        ),
        Reason::SurroundingsMissing => (
            "Step back until there is room left, right and below your face.",
            "Gehen Sie zurück, bis links, rechts und unter Ihrem Gesicht Platz ist.",
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
        Reason::WrongStep => (
            "Do the steps one by one, as they are asked for.",
            "Machen Sie die Schritte einzeln, so wie sie verlangt werden.",
        ),
        Reason::TooLate => (
            "Follow each step as soon as it is asked for.",
            "Folgen Sie jedem Schritt, sobald er verlangt wird.",
        ),
        Reason::Unfinished => (
            "Follow the plan to its end.",
            "Folgen Sie dem Ablauf bis zum Ende.",
        ),
        Reason::FlashUnseen => (
            "Turn the screen's brightness up and find a darker place.",
            "Stellen Sie den Bildschirm heller und suchen Sie einen dunkleren Ort.",
        ),
        Reason::FlashMismatch => (
            "Hold still while the screen shows colours, away from changing light.",
            "Halten Sie still, während der Bildschirm Farben zeigt, fern von wechselndem Licht.",
        ),
        Reason::FlatSurface | Reason::BentSurface => (
            "Use the camera on your own face, and turn the head, not the camera.",
            "Filmen Sie Ihr eigenes Gesicht, und drehen Sie den Kopf, nicht die Kamera.",
        ),
        Reason::TooLittleTexture => (
            "Find more light, and move slowly.",
            "Suchen Sie mehr Licht, und bewegen Sie sich langsam.",
        ),
        Reason::NoMovement => (
            "Follow a plan with a turn or an approach.",
            "Folgen Sie einem Ablauf mit einer Drehung oder einer Annäherung.",
        ),
        Reason::TimestampsJump | Reason::CameraChanged => (
            "Keep the camera running during the whole capture.",
            "Lassen Sie die Kamera während der ganzen Aufnahme laufen.",
        ),
        Reason::RepeatedFrame | Reason::InterpolatedFrame => (
            "Use the camera itself, no recording.",
            "Nehmen Sie die Kamera selbst, keine Aufzeichnung.",
        ),
        Reason::FaceExchanged => (
            "Let nobody take your place during the capture.",
            "Lassen Sie während der Aufnahme niemanden an Ihre Stelle.",
        ),
        Reason::FaceJumped | Reason::ImplausibleSpeed => (
            "Hold the camera still and move slowly.",
            "Halten Sie die Kamera still und bewegen Sie sich langsam.",
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
            // Where two reasons leave one thing to do, they say the same.
            assert_eq!(sentences.len(), ORDER.len() - 5);
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
