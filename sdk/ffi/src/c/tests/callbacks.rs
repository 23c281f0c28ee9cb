//! What the answer of a callback is worth.

use std::ffi::{CStr, c_char, c_void};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{code, made, refused};
use crate::c::account::{AccountSigner, signing};
use crate::c::keys::{KeyProvider, humanseal_device_message, humanseal_keys_new};
use crate::c::liveness::{Camera, Session, before};
use crate::c::nfc::{NfcLink, NfcTap, linked, tapped};
use crate::c::owner::{
    Owner, Question, QuestionKind, SessionKind, asking, humanseal_question_demand,
    humanseal_question_issuer, humanseal_question_kind, humanseal_question_session,
    humanseal_question_text,
};
use crate::c::reply::{
    Attestation, Bytes, Reply, humanseal_attest_android_key, humanseal_attest_apple_app_attest,
    humanseal_attest_software, humanseal_reply,
};
use crate::error::HumansealError;
use crate::{keys, owner};

/// What a callback does: answers so many times with these bytes, and says this number.
struct Answers {
    times: usize,
    bytes: Vec<u8>,
    says: i32,
    refusals: Mutex<Vec<String>>,
}

impl Answers {
    fn new(times: usize, says: i32) -> Self {
        Self {
            times,
            bytes: vec![9; 32],
            says,
            refusals: Mutex::default(),
        }
    }

    fn context(&self) -> *mut c_void {
        ptr::from_ref(self).cast_mut().cast()
    }

    fn answer(&self, reply: &mut Reply) -> i32 {
        for _ in 0..self.times {
            // SAFETY: these are its bytes.
            let refused =
                unsafe { humanseal_reply(Some(reply), self.bytes.as_ptr(), self.bytes.len()) };
            if refused.is_some() {
                self.refusals.lock().unwrap().push(code(refused));
            }
        }
        self.says
    }
}

/// # Safety
/// It is the context of living answers.
unsafe fn answers<'a>(context: *mut c_void) -> &'a Answers {
    // SAFETY: the caller's promise.
    unsafe { &*context.cast::<Answers>() }
}

unsafe extern "C" fn level(context: *mut c_void) -> u32 {
    // SAFETY: as the tests make them.
    unsafe { answers(context) }.says.cast_unsigned()
}

unsafe extern "C" fn attest(
    context: *mut c_void,
    digest: *const u8,
    attestation: &mut Attestation,
) -> i32 {
    // SAFETY: as the tests make them.
    let answers = unsafe { answers(context) };
    let part = || Bytes {
        data: digest,
        length: 32,
    };
    for _ in 0..answers.times {
        // SAFETY: a digest has 32 bytes.
        let refused = unsafe { humanseal_attest_software(Some(attestation), part(), part()) };
        if refused.is_some() {
            answers.refusals.lock().unwrap().push(code(refused));
        }
    }
    answers.says
}

unsafe extern "C" fn answered(context: *mut c_void, _: *const u8, reply: &mut Reply) -> i32 {
    // SAFETY: as the tests make them.
    unsafe { answers(context) }.answer(reply)
}

unsafe extern "C" fn signed(context: *mut c_void, _: *const c_char, reply: &mut Reply) -> i32 {
    // SAFETY: as the tests make them.
    unsafe { answers(context) }.answer(reply)
}

unsafe extern "C" fn transceived(
    context: *mut c_void,
    _: *const u8,
    _: usize,
    reply: &mut Reply,
) -> i32 {
    // SAFETY: as the tests make them.
    unsafe { answers(context) }.answer(reply)
}

fn provided(answers: &Answers) -> Arc<dyn keys::KeyProvider> {
    let provider = KeyProvider {
        context: answers.context(),
        level: Some(level),
        attest: Some(attest),
        wallet_secret: Some(answered),
    };
    let keys = made(|out| humanseal_keys_new(Some(&provider), out));
    Arc::clone(&keys.0)
}

#[test]
fn a_callback_answers_once_and_says_so() {
    for (times, says, holds) in [
        (1, 1, true),
        (0, 1, false),
        (1, 0, false),
        (1, 2, false),
        (1, -1, false),
        (2, 1, false),
        (3, 1, false),
    ] {
        let answers = Answers::new(times, says);
        let keys = provided(&answers);
        let secret = keys.wallet_secret(vec![1; 16]);
        assert_eq!(
            secret.is_ok_and(|secret| secret == [9; 32]),
            holds,
            "{times}, {says}"
        );
        let attested = keys.attest(vec![5; 32]);
        assert_eq!(attested.is_ok(), holds, "{times}, {says}");
        let signer = AccountSigner {
            context: answers.context(),
            account: c"solana:x".as_ptr(),
            sign: Some(signed),
        };
        // SAFETY: the account is text of C.
        let signer = unsafe { signing(Some(&signer)) }.unwrap_or_else(|_| panic!("a signer"));
        assert_eq!(signer.account().unwrap(), "solana:x");
        assert_eq!(signer.sign("message".into()).is_ok(), holds);
        let link = NfcLink {
            context: answers.context(),
            transceive: Some(transceived),
        };
        let link = linked(Some(&link)).unwrap_or_else(|_| panic!("a link"));
        assert_eq!(link.transceive(vec![0; 5]).is_ok(), holds);
        let refusals = answers.refusals.lock().unwrap();
        assert_eq!(refusals.len(), 4 * times.saturating_sub(1));
        assert!(refusals.iter().all(|code| code == "reply_twice"));
    }
    let levels = [-1, 0, 1, 2, 3, 4].map(|says| provided(&Answers::new(0, says)).level().ok());
    let known = [
        keys::DeviceLevel::Software,
        keys::DeviceLevel::Hardware,
        keys::DeviceLevel::StrongBox,
    ];
    assert_eq!(
        levels,
        [
            None,
            None,
            Some(known[0]),
            Some(known[1]),
            Some(known[2]),
            None
        ]
    );
}

#[test]
fn an_attestation_is_passed_on_as_it_is() {
    let part = |bytes: &'static [u8]| Bytes {
        data: bytes.as_ptr(),
        length: bytes.len(),
    };
    let chain = [part(b"leaf"), part(b"root")];
    let mut android = Attestation::default();
    // SAFETY: these are their bytes; a chain that is too long is not read.
    unsafe {
        for certificates in [0, 9, usize::MAX] {
            let (to, chain) = (Some(&mut android), chain.as_ptr());
            let refused = humanseal_attest_android_key(to, chain, certificates, part(b"s"));
            assert_eq!(code(refused), "chain_length");
        }
        let (to, chain) = (Some(&mut android), chain.as_ptr());
        assert!(humanseal_attest_android_key(to, chain, 2, part(b"s")).is_none());
    }
    let keys::Attestation::AndroidKey { chain, signature } = android.said(1).unwrap() else {
        panic!("another kind");
    };
    assert_eq!(
        (chain, signature),
        (vec![b"leaf".to_vec(), b"root".to_vec()], b"s".to_vec())
    );
    let mut apple = Attestation::default();
    // SAFETY: these are its bytes.
    let given = unsafe { humanseal_attest_apple_app_attest(Some(&mut apple), part(b"object")) };
    assert!(given.is_none());
    let said = apple.said(1).unwrap();
    assert!(matches!(said, keys::Attestation::AppleAppAttest { object } if object == b"object"));

    let mut message = MaybeUninit::uninit();
    // SAFETY: a digest has 32 bytes.
    let error = unsafe { humanseal_device_message([3; 32].as_ptr(), Some(&mut message)) };
    assert!(error.is_none());
    // SAFETY: it was written.
    let message = unsafe { message.assume_init() };
    let expected = keys::device_message(vec![3; 32]).unwrap_or_else(|_| panic!("a message"));
    assert_eq!(message.to_vec(), expected);
}

unsafe extern "C" fn says(context: *mut c_void, question: &Question) -> i32 {
    // SAFETY: these are texts of the question.
    let text = |text: *const c_char| unsafe { CStr::from_ptr(text) }.to_str().unwrap();
    assert_eq!(
        humanseal_question_kind(Some(question)),
        QuestionKind::Consent
    );
    assert_eq!(
        humanseal_question_session(Some(question)),
        SessionKind::Renew
    );
    assert_eq!(
        text(humanseal_question_issuer(Some(question))),
        "https://issuer.example"
    );
    assert_eq!(text(humanseal_question_text(Some(question))), "I agree");
    assert!(humanseal_question_demand(Some(question)).is_null());
    // SAFETY: as the tests make them.
    unsafe { answers(context) }.says
}

unsafe extern "C" fn tapped_again(context: *mut c_void, _: *const c_char, _: *const c_char) -> i32 {
    // SAFETY: as the tests make them.
    unsafe { answers(context) }.says
}

#[test]
fn only_one_is_a_yes() {
    for number in [-1, 0, 1, 2, 256] {
        let answers = Answers::new(0, number);
        let owner = Owner {
            context: answers.context(),
            agrees: Some(says),
        };
        let owner = asking(Some(&owner)).unwrap_or_else(|_| panic!("an owner"));
        let question = owner::Question::Consent {
            kind: owner::Kind::Renew,
            issuer: "https://issuer.example".into(),
            text: "I agree".into(),
        };
        assert_eq!(owner.agrees(question).unwrap(), number == 1, "{number}");
        let tap = NfcTap {
            context: answers.context(),
            read_so_far: None,
            again: Some(tapped_again),
        };
        let tap = tapped(Some(&tap)).unwrap_or_else(|_| panic!("a tap"));
        assert_eq!(
            tap.again("code".into(), "advice".into()).unwrap(),
            number == 1
        );
        assert!(tap.read_so_far("EF.DG2".into(), 1, 2).is_ok());
    }
}

#[test]
fn a_missing_callback_is_refused() {
    let why = |error: HumansealError| error.code().to_owned();
    let context = ptr::null_mut();
    let owner = Owner {
        context,
        agrees: None,
    };
    assert_eq!(
        asking(Some(&owner)).err().map(why).unwrap(),
        "callback_missing"
    );
    let provider = KeyProvider {
        context,
        level: Some(level),
        attest: Some(attest),
        wallet_secret: None,
    };
    let keys = refused(|out| humanseal_keys_new(Some(&provider), out));
    assert_eq!(keys, "callback_missing");
    let camera = Camera {
        context,
        begin: None,
    };
    let begun = before(Some(&camera), |_| Ok(()));
    assert_eq!(begun.err().map(why).unwrap(), "callback_missing");
    let signer = AccountSigner {
        context,
        account: c"solana:x".as_ptr(),
        sign: None,
    };
    // SAFETY: the account is text of C.
    let signer = unsafe { signing(Some(&signer)) };
    assert_eq!(signer.err().map(why).unwrap(), "callback_missing");
}

unsafe extern "C" fn never_begun(_: *mut c_void, _: *mut Session) -> i32 {
    0
}

#[test]
fn a_call_is_over_when_its_camera_is() {
    let camera = Camera {
        context: ptr::null_mut(),
        begin: Some(never_begun),
    };
    let let_go = Arc::new(AtomicBool::new(false));
    let ended = before(Some(&camera), |camera| {
        let (work_ended, ended) = channel::<()>();
        let let_go = Arc::clone(&let_go);
        std::thread::spawn(move || {
            // The work is over, and the app is still at its camera.
            let _ = ended.recv();
            std::thread::sleep(Duration::from_millis(50));
            let_go.store(true, Ordering::Release);
            drop(camera);
        });
        drop(work_ended);
        Ok(())
    });
    assert!(ended.is_ok());
    assert!(let_go.load(Ordering::Acquire));
}
