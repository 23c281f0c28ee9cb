//! A first credential, and those that follow it (docs/protocol.md section 9).

use std::sync::Arc;

use humanseal_sdk::{
    self as sdk, Arrival, EnrolError, Equipment, NewWallet, call_off, collect, recover, refresh,
    refresh_with_document, renew, resume,
};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::exchange::ReadChannel;

use crate::background;
use crate::clock::now;
use crate::device::Device;
use crate::document::Document;
use crate::error::HumansealError;
use crate::liveness::{Camera, Phone};
use crate::owner::{Asking, Owner};
use crate::secret::Passphrase;
use crate::wallet::Wallet;
use crate::watch::Watch;

#[uniffi::export]
impl Device {
    /// Enrols with the issuer at `server` (`https://issuer.example`) and seals the credential into the wallet of
    /// this store, of which there must be none. Where the line broke after the evidence was made, the wallet waits
    /// for its answer: open it and go on with [`Self::resume`].
    #[uniffi::method(default(watch = None))]
    #[allow(clippy::too_many_arguments)]
    pub async fn enrol(
        self: Arc<Self>,
        server: String,
        document: Arc<Document>,
        camera: Arc<dyn Camera>,
        owner: Arc<dyn Owner>,
        passphrase: Arc<Passphrase>,
        watch: Option<Arc<Watch>>,
    ) -> Result<Arc<Wallet>, HumansealError> {
        background::run(watch, move |watch| {
            let passphrase = passphrase.on_device(&self.keys.keys)?;
            let path = self.wallet_path();
            let into = NewWallet {
                path: &path,
                passphrase: &passphrase,
            };
            self.in_session(&server, document.channel(), watch, |with| {
                let (camera, owner) = (&mut self.phone(camera, watch), &Asking(owner));
                let enrolled = document.shown(watch, |source| {
                    sdk::enrol(with, into, source, camera, owner, watch)
                });
                Ok(Wallet::of(enrolled.map_err(|e| self.told(e))?.wallet))
            })
        })
        .await
    }

    /// A newer credential after a new live match alone, or with a document of the same line. It also cancels a
    /// recovery that somebody announced.
    #[uniffi::method(default(document = None, watch = None))]
    pub async fn refresh(
        self: Arc<Self>,
        wallet: Arc<Wallet>,
        camera: Arc<dyn Camera>,
        owner: Arc<dyn Owner>,
        document: Option<Arc<Document>>,
        watch: Option<Arc<Watch>>,
    ) -> Result<(), HumansealError> {
        background::run(watch, move |watch| {
            let server = wallet.summary()?.issuer;
            let channel = document.as_ref().map_or(ReadChannel::File, |d| d.channel());
            self.in_session(&server, channel, watch, |with| {
                wallet.with(|file| {
                    let (camera, owner) = (&mut self.phone(camera, watch), &Asking(owner));
                    match document {
                        None => refresh(with, file, camera, owner, watch)?,
                        Some(document) => {
                            let refreshed = document.shown(watch, |source| {
                                refresh_with_document(with, file, source, camera, owner, watch)
                            });
                            refreshed.map_err(|e| self.told(e))?
                        }
                    };
                    Ok(())
                })
            })
        })
        .await
    }

    /// A newer credential with a new document of the same person.
    #[uniffi::method(default(watch = None))]
    pub async fn renew(
        self: Arc<Self>,
        wallet: Arc<Wallet>,
        document: Arc<Document>,
        camera: Arc<dyn Camera>,
        owner: Arc<dyn Owner>,
        watch: Option<Arc<Watch>>,
    ) -> Result<(), HumansealError> {
        background::run(watch, move |watch| {
            let server = wallet.summary()?.issuer;
            self.in_session(&server, document.channel(), watch, |with| {
                wallet.with(|file| {
                    let (camera, owner) = (&mut self.phone(camera, watch), &Asking(owner));
                    let renewed = document.shown(watch, |source| {
                        renew(with, file, source, camera, owner, watch)
                    });
                    renewed.map_err(|e| self.told(e))?;
                    Ok(())
                })
            })
        })
        .await
    }

    /// Announces that the secret of this document's holder is lost, under a new secret in the wallet of this
    /// store, of which there must be none. It takes a device key of level 2.
    #[uniffi::method(default(watch = None))]
    #[allow(clippy::too_many_arguments)]
    pub async fn recover(
        self: Arc<Self>,
        server: String,
        document: Arc<Document>,
        camera: Arc<dyn Camera>,
        owner: Arc<dyn Owner>,
        passphrase: Arc<Passphrase>,
        watch: Option<Arc<Watch>>,
    ) -> Result<Arc<Wallet>, HumansealError> {
        background::run(watch, move |watch| {
            let passphrase = passphrase.on_device(&self.keys.keys)?;
            let path = self.wallet_path();
            let into = NewWallet {
                path: &path,
                passphrase: &passphrase,
            };
            self.in_session(&server, document.channel(), watch, |with| {
                let (camera, owner) = (&mut self.phone(camera, watch), &Asking(owner));
                let recovering = document.shown(watch, |source| {
                    recover(with, into, source, camera, owner, watch)
                });
                Ok(Wallet::of(recovering.map_err(|e| self.told(e))?.wallet))
            })
        })
        .await
    }

    /// Fetches the credential of a recovery that took effect, with the document it was announced with.
    #[uniffi::method(default(watch = None))]
    pub async fn collect(
        self: Arc<Self>,
        wallet: Arc<Wallet>,
        document: Arc<Document>,
        watch: Option<Arc<Watch>>,
    ) -> Result<(), HumansealError> {
        background::run(watch, move |watch| {
            let server = wallet.summary()?.issuer;
            self.in_session(&server, document.channel(), watch, |with| {
                wallet.with(|file| {
                    let collected =
                        document.shown(watch, |source| collect(with, file, source, watch));
                    collected.map_err(|e| self.told(e))?;
                    Ok(())
                })
            })
        })
        .await
    }

    /// Takes an announced recovery back. The wallet, which never had a credential, goes.
    pub async fn withdraw(self: Arc<Self>, wallet: Arc<Wallet>) -> Result<(), HumansealError> {
        background::run(None, move |_| {
            let issuer = self.client(&wallet.summary()?.issuer)?;
            // Only what the issuer forgot goes.
            wallet.with(|file| Ok(call_off(file, &issuer)?))?;
            Ok(wallet.take()?.discard()?)
        })
        .await
    }

    /// Goes on with a wallet that waits for an answer: the same evidence is sent again. True where a credential
    /// came, false where a recovery is announced.
    #[uniffi::method(default(watch = None))]
    pub async fn resume(
        self: Arc<Self>,
        wallet: Arc<Wallet>,
        watch: Option<Arc<Watch>>,
    ) -> Result<bool, HumansealError> {
        background::run(watch, move |watch| {
            let issuer = self.client(&wallet.summary()?.issuer)?;
            let arrival = wallet.with(|file| Ok(resume(file, &issuer, watch)?))?;
            Ok(matches!(arrival, Arrival::Issued { .. }))
        })
        .await
    }
}

impl Device {
    /// What the person can do about their document, in the device's language, where that is known.
    fn told(&self, error: EnrolError) -> HumansealError {
        let advice = match &error {
            EnrolError::Document(error) => error.advice(self.language),
            _ => None,
        };
        match (error.into(), advice) {
            (HumansealError::Document { code, .. }, Some(advice)) => HumansealError::Document {
                code,
                detail: advice.to_owned(),
            },
            (error, _) => error,
        }
    }

    /// What the device brings to a session with this issuer.
    fn in_session<T>(
        &self,
        server: &str,
        channel: ReadChannel,
        watch: &Watch,
        work: impl FnOnce(&Equipment<'_>) -> Result<T, HumansealError>,
    ) -> Result<T, HumansealError> {
        let issuer = self.client(server)?;
        let ended = work(&Equipment {
            issuer: &issuer,
            pipeline: &self.pipeline,
            proving_key: self.proving_key(Circuit::Enrol)?,
            trust: None,
            channel,
            device: &self.keys,
            stage_active_liveness: self.staged,
            now: now()?,
        });
        match ended {
            // The capture was stopped, not failed.
            Err(error) if error.code() == "camera_failed" && watch.is_cancelled() => {
                Err(sdk::Cancelled(sdk::Step::Capture).into())
            }
            ended => ended,
        }
    }

    fn phone<'a>(&self, camera: Arc<dyn Camera>, watch: &'a Watch) -> Phone<'a> {
        Phone {
            camera,
            language: self.language,
            watch,
        }
    }
}
