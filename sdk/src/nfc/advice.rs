//! What the person who holds the document can do about a fault, in their language: one sentence, no number.

use humanseal_biometric::Language;
use humanseal_documents::{CheckedField, ChipFault, MrzError};

/// What the person can do about a chip that was not read.
#[must_use]
pub fn advice(fault: ChipFault, language: Language) -> &'static str {
    let (english, german) = match fault {
        ChipFault::LinkLost => (
            "Take off any cover, lay the phone flat on the document and hold both still.",
            "Nehmen Sie Hüllen ab, legen Sie das Telefon flach auf das Dokument und halten Sie beides still.",
        ),
        ChipFault::Cancelled => (
            "Start again when you are ready; what was read is kept.",
            "Fangen Sie wieder an, wenn Sie so weit sind; was gelesen wurde, bleibt erhalten.",
        ),
        ChipFault::WrongKey => (
            "Check the document number, the date of birth and the date of expiry, or the six digits on the front.",
            "Prüfen Sie Dokumentnummer, Geburtsdatum und Ablaufdatum oder die sechs Ziffern auf der Vorderseite.",
        ),
        ChipFault::Blocked => (
            "The chip takes no more attempts with this number; use the other lines that are printed, or ask where you got the document.",
            "Der Chip nimmt mit dieser Nummer keinen Versuch mehr an; nehmen Sie die anderen gedruckten Angaben oder fragen Sie die Behörde.",
        ),
        ChipFault::Delayed => (
            "Wait a minute before the next attempt; the chip asks for it after wrong numbers.",
            "Warten Sie eine Minute bis zum nächsten Versuch; das verlangt der Chip nach falschen Angaben.",
        ),
        ChipFault::NoTravelDocument => (
            "Lay the phone on a passport or an identity card, and take away bank cards.",
            "Legen Sie das Telefon auf einen Reisepass oder Personalausweis und nehmen Sie Bankkarten weg.",
        ),
        ChipFault::CanUnsupported => (
            "Use the document number, the date of birth and the date of expiry instead of the six digits.",
            "Nehmen Sie statt der sechs Ziffern Dokumentnummer, Geburtsdatum und Ablaufdatum.",
        ),
        ChipFault::DatesUnsupported => (
            "Use the six digits on the front of the card, or a document with a whole date of birth.",
            "Nehmen Sie die sechs Ziffern auf der Vorderseite oder ein Dokument mit ganzem Geburtsdatum.",
        ),
        ChipFault::PaceFailed | ChipFault::Channel | ChipFault::Refused => (
            "Take the document away, then lay the phone on it again; keep other cards and phones away.",
            "Nehmen Sie das Dokument weg und legen Sie das Telefon wieder darauf; halten Sie andere Karten und Telefone fern.",
        ),
        ChipFault::CardAccess => (
            "Somebody may interfere with the reading: go elsewhere and try again; if it stays, use another document.",
            "Vielleicht stört jemand das Lesen: versuchen Sie es an einem anderen Ort; bleibt es dabei, nehmen Sie ein anderes Dokument.",
        ),
        ChipFault::AnswerTooLong
        | ChipFault::TooManyCommands
        | ChipFault::FileMalformed(_)
        | ChipFault::FileTruncated(_) => (
            "The chip does not answer as a travel document does: use another document, or tell who issued it.",
            "Der Chip antwortet nicht wie der eines Reisedokuments: nehmen Sie ein anderes oder fragen Sie die Behörde.",
        ),
        ChipFault::FileDiffers(_) => (
            "Use one document from beginning to end; if you did, its chip was changed and cannot be used.",
            "Lesen Sie von Anfang bis Ende dasselbe Dokument; wenn Sie das taten, wurde der Chip verändert und ist unbrauchbar.",
        ),
        ChipFault::Message => (
            "Start again on both phones, with the same version of the app.",
            "Fangen Sie auf beiden Telefonen neu an, mit derselben Version der App.",
        ),
        // A fault that is new here: what helps most often.
        _ => (
            "Hold the document still and try again.",
            "Halten Sie das Dokument still und versuchen Sie es noch einmal.",
        ),
    };
    choose(language, english, german)
}

/// What the person can do about lines that do not hold.
#[must_use]
pub fn mrz_advice(error: MrzError, language: Language) -> &'static str {
    let (english, german) = match error.field() {
        Some(CheckedField::Number) => (
            "Check the document number; O and 0, I and 1 look alike.",
            "Prüfen Sie die Dokumentnummer; O und 0, I und 1 sehen gleich aus.",
        ),
        Some(CheckedField::Birthdate) => (
            "Check the date of birth, year first.",
            "Prüfen Sie das Geburtsdatum, das Jahr zuerst.",
        ),
        Some(CheckedField::Expiry) => (
            "Check the date of expiry, year first.",
            "Prüfen Sie das Ablaufdatum, das Jahr zuerst.",
        ),
        Some(CheckedField::Optional) => (
            "Check the characters before the last two of the second line.",
            "Prüfen Sie die Zeichen vor den beiden letzten der zweiten Zeile.",
        ),
        Some(CheckedField::Composite) => (
            "Check every line once more, from the beginning.",
            "Prüfen Sie alle Zeilen noch einmal von vorn.",
        ),
        None => (
            "Give the two or three lines with < at the bottom of the page or on the back, whole.",
            "Geben Sie die zwei oder drei Zeilen mit < unten auf der Seite oder auf der Rückseite ganz an.",
        ),
    };
    choose(language, english, german)
}

fn choose(language: Language, english: &'static str, german: &'static str) -> &'static str {
    match language {
        Language::English => english,
        Language::German => german,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use humanseal_documents::ElementaryFile;

    const FAULTS: [ChipFault; 18] = [
        ChipFault::LinkLost,
        ChipFault::Cancelled,
        ChipFault::WrongKey,
        ChipFault::Blocked,
        ChipFault::Delayed,
        ChipFault::NoTravelDocument,
        ChipFault::CanUnsupported,
        ChipFault::DatesUnsupported,
        ChipFault::PaceFailed,
        ChipFault::CardAccess,
        ChipFault::Channel,
        ChipFault::Refused,
        ChipFault::AnswerTooLong,
        ChipFault::TooManyCommands,
        ChipFault::FileMalformed(ElementaryFile::Sod),
        ChipFault::FileTruncated(ElementaryFile::Dg2),
        ChipFault::FileDiffers(ElementaryFile::Dg1),
        ChipFault::Message,
    ];

    /// Every fault has a code of its own and a sentence of its own language, without a status word.
    #[test]
    fn every_fault_says_what_to_do() {
        let codes: std::collections::BTreeSet<_> =
            FAULTS.iter().map(|fault| fault.code()).collect();
        assert_eq!(codes.len(), FAULTS.len());
        for fault in FAULTS {
            let [english, german] =
                [Language::English, Language::German].map(|language| advice(fault, language));
            assert_ne!(english, german);
            for sentence in [english, german] {
                assert!(sentence.ends_with('.') && !sentence.contains(char::is_numeric));
                assert!(
                    !sentence.starts_with("Hold the document still and"),
                    "{fault:?}"
                );
            }
        }
    }
}
