//! Who may collect a recovery that took effect: each condition by itself.

use humanseal_zk_credentials::credential::DocumentLevel;
use humanseal_zk_credentials::exchange::SessionKind::Recover;

use super::history::People;
use super::scene::{Scene, key};
use crate::issuer::life::recovery::DELAY_DAYS;
use crate::issuer::life::{LineId, Refusal, Release, Standing, release};

/// A line of document 0 whose recovery to secret 1 took effect today.
fn recovered() -> Scene {
    let mut scene = Scene::new(People::Unnumbered);
    scene.issue(0, 0);
    scene.attempt(Recover, 0, 1).unwrap();
    scene.wait_days(DELAY_DAYS);
    scene
}

/// The second document step of that recovery under this secret, with a document read at this level.
fn collect(scene: &mut Scene, secret: u8, document: DocumentLevel) -> Result<Standing, Refusal> {
    let lines = scene.0.issuer.lines(scene.0.now);
    let line = lines.get(LineId(1)).unwrap();
    let (today, read) = (scene.today(), scene.0.document(0));
    let with = Release {
        document,
        shown_on: Some(today),
        ..scene.0.release(key(secret), &read)
    };
    release(&line.recoveries[0], line, &lines, &with)
}

#[test]
fn a_copy_does_not_collect_what_the_chip_announced() {
    let mut scene = recovered();
    for copy in [
        DocumentLevel::DataPage,
        DocumentLevel::PassiveAuthentication,
    ] {
        assert_eq!(collect(&mut scene, 1, copy), Err(Refusal::DocumentLower));
    }
    collect(&mut scene, 1, DocumentLevel::ActiveAuthentication).unwrap();
}

#[test]
fn another_holder_key_collects_nothing() {
    let mut scene = recovered();
    // The old one, and one that the line never saw.
    for secret in [0, 2] {
        assert_eq!(
            collect(&mut scene, secret, DocumentLevel::ActiveAuthentication),
            Err(Refusal::HolderKeyNotAnnounced)
        );
    }
}

/// Revocation for fraud cancels what is announced; what took effect before is refused here.
#[test]
fn a_line_that_was_blocked_after_the_effect_day_collects_nothing() {
    let mut scene = recovered();
    scene.0.issuer.line(LineId(1)).blocked = true;
    assert_eq!(
        collect(&mut scene, 1, DocumentLevel::ActiveAuthentication),
        Err(Refusal::DocumentBlocked)
    );
}
