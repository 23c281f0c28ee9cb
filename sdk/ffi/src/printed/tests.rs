//! The lines as an app gives them, and what it is told.

use std::sync::Mutex;

use humanseal_biometric::Photo;
use humanseal_zk_credentials::credential::DocumentLevel;

use super::*;
use crate::document::Document;

/// The specimen of ICAO 9303 part 4, appendix B.
const LINES: &str =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
/// The same with another digit in the number.
const WRONG: &str =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C46UTO7408122F1204159ZE184226B<<<<<10";

/// What it is asked for, one after the other; then it gives up.
#[derive(Default)]
struct Typist {
    lines: Mutex<Vec<&'static [u8]>>,
    told: Mutex<Vec<Option<WrongLines>>>,
    stops: Option<Arc<Watch>>,
}

impl Typist {
    fn new(lines: &[&'static [u8]]) -> Self {
        Self {
            lines: Mutex::new(lines.to_vec()),
            ..Self::default()
        }
    }

    fn told(&self) -> Vec<Option<WrongLines>> {
        self.told.lock().unwrap().clone()
    }
}

impl MrzReader for Typist {
    fn read(&self, wrong: Option<WrongLines>) -> Result<Option<Vec<u8>>, ProviderError> {
        self.told.lock().unwrap().push(wrong);
        if let Some(watch) = &self.stops {
            watch.cancel();
        }
        let mut lines = self.lines.lock().unwrap();
        match lines.is_empty() {
            true => Ok(None),
            false => Ok(Some(lines.remove(0).to_vec())),
        }
    }
}

struct Broken;

impl MrzReader for Broken {
    fn read(&self, _: Option<WrongLines>) -> Result<Option<Vec<u8>>, ProviderError> {
        Err(ProviderError::Failed {
            reason: "no camera".into(),
        })
    }
}

fn photograph() -> Arc<Frame> {
    let photo = Photo::from_rgb(64, 64, vec![128; 3 * 64 * 64]).unwrap();
    Arc::new(Frame(Arc::new(photo)))
}

fn shown(document: &Document, watch: &Watch) -> Result<DeviceDocument, DocumentError> {
    let at = Moment::from_unix_seconds(1_300_000_000);
    document.shown(watch, |source| source.document(at))
}

fn code(document: &Document, watch: &Watch) -> String {
    let refused = shown(document, watch).unwrap_err();
    refused.code().to_owned()
}

#[test]
fn a_reader_is_told_what_is_wrong_until_the_lines_hold() {
    for (language, word) in [("en", "number"), ("de-AT", "Dokumentnummer")] {
        let typist = Arc::new(Typist::new(&[WRONG.as_bytes(), &[0xff], LINES.as_bytes()]));
        let document = Document::printed(typist.clone(), photograph(), language.into());
        let read = shown(&document, &Watch::new(None)).unwrap();
        assert_eq!(read.attainable(), DocumentLevel::DataPage);
        let told = typist.told();
        assert!(told[0].is_none() && told.len() == 3);
        let [number, bytes] = [1, 2].map(|place| told[place].clone().unwrap());
        assert_eq!(number.code, "mrz_field_number");
        assert!(number.advice.contains(word), "{}", number.advice);
        assert_eq!(bytes.code, "mrz_length");
    }
}

/// Typed lines are looked at once: nobody is asked for others.
#[test]
fn typed_lines_hold_or_are_refused_by_the_field() {
    let watch = Watch::new(None);
    let typed = |lines: &str| Document::printed_lines(lines.as_bytes().to_vec(), photograph());
    assert!(shown(&typed(LINES), &watch).is_ok());
    // Another attempt reads them again.
    let wrong = typed(WRONG);
    assert_eq!(code(&wrong, &watch), "mrz_field_number");
    assert_eq!(code(&wrong, &watch), "mrz_field_number");
}

#[test]
fn giving_up_failing_and_being_stopped_are_told_apart() {
    let watch = Watch::new(None);
    let by = |reader: Arc<dyn MrzReader>| Document::printed(reader, photograph(), "en".into());
    assert_eq!(
        code(&by(Arc::new(Typist::new(&[]))), &watch),
        "mrz_given_up"
    );
    assert_eq!(code(&by(Arc::new(Broken)), &watch), "mrz_given_up");
    let stopping = Watch::new(None);
    let typist = Arc::new(Typist {
        stops: Some(stopping.clone()),
        ..Typist::new(&[WRONG.as_bytes(), LINES.as_bytes()])
    });
    assert_eq!(code(&by(typist.clone()), &stopping), "cancelled");
    assert_eq!(typist.told().len(), 1, "it was asked after the stop");
}
