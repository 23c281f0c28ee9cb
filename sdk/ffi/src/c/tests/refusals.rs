//! What is refused by code, whatever a caller gives.

use std::ffi::{CStr, CString, c_char};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{code, made, refused};
use crate::c::boundary::{done, freed, given};
use crate::c::device::{
    Settings, humanseal_device_has_wallet, humanseal_device_look, humanseal_device_open,
    humanseal_device_wallet,
};
use crate::c::document::{
    Document, humanseal_document_free, humanseal_document_from_files,
    humanseal_document_from_folder, humanseal_document_over_nfc,
};
use crate::c::enrol::{humanseal_device_enrol, humanseal_device_resume, humanseal_device_withdraw};
use crate::c::error::{
    Error, ErrorKind, humanseal_error_code, humanseal_error_detail, humanseal_error_free,
    humanseal_error_kind, humanseal_error_reason, humanseal_error_status,
};
use crate::c::frame::{Frame, humanseal_frame_file, humanseal_frame_free, humanseal_frame_rgb};
use crate::c::keys::{
    Keys, humanseal_device_message, humanseal_keys_free, humanseal_keys_new,
    humanseal_keys_software,
};
use crate::c::liveness::humanseal_session_stills;
use crate::c::nfc::humanseal_access_from_can;
use crate::c::owner::{QuestionKind, humanseal_question_kind};
use crate::c::passphrase::humanseal_passphrase_new;
use crate::c::present::{
    humanseal_device_present, humanseal_device_send, humanseal_request_from_json,
};
use crate::c::reply::{Bytes, Reply, humanseal_reply};
use crate::c::wallet::{humanseal_wallet_ledger, humanseal_wallet_summary};
use crate::c::watch::{humanseal_watch_cancel, humanseal_watch_is_cancelled};
use crate::error::HumansealError;

const NOTHING: Bytes = Bytes {
    data: ptr::null(),
    length: 0,
};

#[test]
fn null_is_refused_wherever_something_must_be() {
    let null = ptr::null::<c_char>();
    let none = "pointer_null";
    // SAFETY: NULL is what these calls are asked to refuse.
    unsafe {
        assert_eq!(refused(|out| humanseal_keys_software(null, out)), none);
        assert_eq!(refused(|out| humanseal_keys_new(None, out)), none);
        assert_eq!(refused(|out| humanseal_device_open(None, None, out)), none);
        assert_eq!(refused(|out| humanseal_device_look(None, None, out)), none);
        assert_eq!(
            refused(|out| humanseal_device_wallet(None, None, 0, out)),
            none
        );
        assert_eq!(
            refused(|out| humanseal_document_from_folder(null, out)),
            none
        );
        assert_eq!(
            refused(|out| humanseal_document_over_nfc(None, None, None, null, out)),
            none
        );
        assert_eq!(refused(|out| humanseal_access_from_can(null, out)), none);
        assert_eq!(refused(|out| humanseal_passphrase_new(null, 1, out)), none);
        assert_eq!(
            refused(|out| humanseal_frame_rgb(ptr::null(), 9, 64, 64, 192, 0, out)),
            none
        );
        assert_eq!(
            refused(|out| humanseal_device_enrol(None, null, None, None, None, None, None, out)),
            none
        );
        assert_eq!(
            refused(|out| humanseal_device_present(
                None, None, None, None, None, 0, null, None, out
            )),
            none
        );
        assert_eq!(refused(|out| humanseal_device_send(None, None, out)), none);
        assert_eq!(refused(|out| humanseal_wallet_ledger(None, out)), none);
        assert_eq!(refused(|out| humanseal_wallet_summary(None, out)), none);
        let some = Bytes {
            data: ptr::null(),
            length: 1,
        };
        assert_eq!(refused(|out| humanseal_request_from_json(some, out)), none);
        // A place for the result too, before anything is done.
        assert_eq!(code(humanseal_keys_software(c"keys".as_ptr(), None)), none);
        assert_eq!(code(humanseal_device_withdraw(None, None)), none);
        assert_eq!(code(humanseal_device_resume(None, None, None, None)), none);
        assert_eq!(code(humanseal_watch_cancel(None)), none);
        assert_eq!(code(humanseal_session_stills(None, ptr::null(), 0)), none);
        assert_eq!(code(humanseal_device_message(ptr::null(), None)), none);
        assert_eq!(code(humanseal_reply(None, ptr::null(), 0)), none);
    }
    // What asks of NULL is told of nothing, and to free it is nothing.
    assert!(!humanseal_device_has_wallet(None) && !humanseal_watch_is_cancelled(None));
    assert_eq!(humanseal_error_kind(None), ErrorKind::None);
    assert!(humanseal_error_code(None).is_null() && humanseal_error_detail(None).is_null());
    assert_eq!(humanseal_question_kind(None), QuestionKind::None);
    humanseal_frame_free(None);
    humanseal_keys_free(None);
    humanseal_document_free(None);
}

#[test]
fn text_is_utf_8_of_a_bounded_length() {
    let folder = |text: &[u8]| {
        let text = CString::new(text).unwrap();
        // SAFETY: it is text of C.
        let mut out = MaybeUninit::uninit();
        let error = unsafe { humanseal_document_from_folder(text.as_ptr(), Some(&mut out)) };
        // SAFETY: the call wrote it.
        let document: *mut Document = unsafe { out.assume_init() };
        (error, document)
    };
    for (text, why) in [
        (b"\xff".to_vec(), "text_encoding"),
        (vec![b'a'; 4097], "text_too_long"),
        (vec![0xff; 9000], "text_too_long"),
    ] {
        let (error, document) = folder(&text);
        assert_eq!(code(error), why);
        assert!(document.is_null());
    }
    let (error, document) = folder(&[b'a'; 4096]);
    assert!(error.is_none());
    // SAFETY: the call made it and gave it away.
    humanseal_document_free(Some(unsafe { Box::from_raw(document) }));
}

#[test]
fn bytes_are_of_a_bounded_length() {
    let far = usize::MAX;
    let byte = [0_u8; 1];
    // SAFETY: what is too long is not read.
    unsafe {
        assert_eq!(
            refused(|out| humanseal_frame_file(byte.as_ptr(), far, out)),
            "bytes_too_long"
        );
        assert_eq!(
            refused(|out| humanseal_frame_rgb(byte.as_ptr(), far, 64, 64, 192, 0, out)),
            "bytes_too_long"
        );
        let words = refused(|out| humanseal_passphrase_new(byte.as_ptr().cast(), far, out));
        assert_eq!(words, "bytes_too_long");
        let long = Bytes {
            data: byte.as_ptr(),
            length: far,
        };
        let files = refused(|out| humanseal_document_from_files(long, NOTHING, NOTHING, out));
        assert_eq!(files, "bytes_too_long");
        let mut reply = Reply::default();
        let answer = humanseal_reply(Some(&mut reply), byte.as_ptr(), 65_539);
        assert_eq!(code(answer), "bytes_too_long");
    }
    // Nothing is read of no bytes; what is made of them refuses them.
    // SAFETY: there are none.
    let empty = refused(|out| unsafe { humanseal_frame_file(ptr::null(), 0, out) });
    assert_eq!(empty, "image_empty");
}

#[test]
fn a_number_that_means_nothing_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| {
        CString::new(
            folder
                .path()
                .join(name)
                .into_os_string()
                .into_encoded_bytes(),
        )
        .unwrap()
    };
    let (store, file) = (path("."), path("keys"));
    // SAFETY: it is text of C.
    let keys: Box<Keys> = made(|out| unsafe { humanseal_keys_software(file.as_ptr(), out) });
    let open = |environment: u32, staged: i32| {
        let settings = Settings {
            store: store.as_ptr(),
            models: store.as_ptr(),
            environment,
            language: ptr::null(),
            staged,
        };
        // SAFETY: the settings have texts of C.
        refused(|out| unsafe { humanseal_device_open(Some(&settings), Some(&keys), out) })
    };
    assert_eq!(open(0, 0), "environment_unknown");
    assert_eq!(open(4, 0), "environment_unknown");
    assert_eq!(open(3, 2), "settings_staged");
    // Nothing else is wrong with these but that there are no models.
    assert_eq!(open(3, 1), "model_unreadable");
    humanseal_keys_free(Some(keys));

    let pixels = [7_u8; 64 * 64 * 3];
    let turned = |clockwise: u32, out: Option<&mut MaybeUninit<*mut Frame>>| {
        // SAFETY: these are its bytes.
        unsafe { humanseal_frame_rgb(pixels.as_ptr(), pixels.len(), 64, 64, 192, clockwise, out) }
    };
    assert_eq!(refused(|out| turned(45, out)), "frame_rotation");
    for clockwise in [0, 90, 180, 270] {
        humanseal_frame_free(Some(made(|out| turned(clockwise, out))));
    }
}

#[test]
fn a_panic_ends_as_a_code() {
    assert_eq!(code(done(|| panic!("a defect"))), "internal");
    assert_eq!(
        refused(|out| given::<u8>(out, || panic!("a defect"))),
        "internal"
    );

    struct Defect(Arc<AtomicBool>);
    impl Drop for Defect {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
            panic!("a defect");
        }
    }
    let dropped = Arc::new(AtomicBool::new(false));
    freed(Some(Box::new(Defect(Arc::clone(&dropped)))));
    assert!(dropped.load(Ordering::Relaxed));
}

#[test]
fn an_error_is_what_the_other_languages_have() {
    let error = HumansealError::Service {
        code: "request_used".into(),
        reason: Some("nullifier".into()),
        status: 409,
        detail: "a\0b".into(),
    };
    let error = done(|| Err(error));
    let text = |of: extern "C" fn(Option<&Error>) -> *const c_char| {
        // SAFETY: it is text of the error.
        let text = unsafe { CStr::from_ptr(of(error.as_deref())) };
        text.to_str().unwrap().to_owned()
    };
    assert_eq!(humanseal_error_kind(error.as_deref()), ErrorKind::Service);
    assert_eq!(humanseal_error_status(error.as_deref()), 409);
    assert_eq!(text(humanseal_error_code), "request_used");
    assert_eq!(text(humanseal_error_reason), "nullifier");
    // A zero byte would hide the rest.
    assert_eq!(text(humanseal_error_detail), "a\u{fffd}b");
    humanseal_error_free(error);
}
