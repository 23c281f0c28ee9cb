//! What whoever photographs a data page can do about a portrait that cannot be compared, in their language.

use humanseal_biometric::{Language, Reason};

/// One sentence, no number.
pub(super) fn page_advice(reason: Reason, language: Language) -> &'static str {
    let (english, german) = match reason {
        Reason::NoFace | Reason::LandmarksUnsure => (
            "Photograph the page with the portrait, upright and uncovered.",
            "Fotografieren Sie die Seite mit dem Lichtbild, aufrecht und unverdeckt.",
        ),
        Reason::SeveralFaces => (
            "Cover any second, smaller picture on the page, and keep other faces out of the photograph.",
            "Decken Sie ein zweites, kleineres Bild auf der Seite ab und halten Sie andere Gesichter aus dem Foto.",
        ),
        Reason::FaceTooSmall => (
            "Go closer, until the page fills the photograph.",
            "Gehen Sie näher heran, bis die Seite das Foto füllt.",
        ),
        Reason::FaceAtEdge => (
            "Photograph the whole portrait with some room around it.",
            "Fotografieren Sie das ganze Lichtbild mit etwas Rand.",
        ),
        Reason::TooDark | Reason::LowContrast => (
            "Lay the page under more light.",
            "Legen Sie die Seite unter mehr Licht.",
        ),
        Reason::TooBright | Reason::UnevenLight => (
            "Tilt the page until no light is reflected in the portrait.",
            "Kippen Sie die Seite, bis sich im Lichtbild nichts mehr spiegelt.",
        ),
        Reason::TurnedAway | Reason::TiltedUpOrDown | Reason::LeaningSideways => (
            "Lay the page flat and photograph it upright, from straight above.",
            "Legen Sie die Seite flach hin und fotografieren Sie sie aufrecht, gerade von oben.",
        ),
        // What remains is focus.
        _ => (
            "Hold still until the portrait is in focus, and wipe the lens.",
            "Halten Sie still, bis das Lichtbild scharf ist, und wischen Sie die Linse ab.",
        ),
    };
    match language {
        Language::English => english,
        Language::German => german,
    }
}
