//! The catalogue of codes. docs/errors.md is this list, held equal by a test.

macro_rules! catalogue {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $status:literal, $title:literal;)+) => {
        /// A stable code: name, HTTP status and title never change once published.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Code {
            /// Every code, in the order of the catalogue.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name, snake_case.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
            /// The HTTP status.
            pub fn status(self) -> u16 {
                match self { $(Self::$variant => $status),+ }
            }
            /// One sentence, always the same.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),+ }
            }
            /// What it means and what to do, for the catalogue in the docs.
            pub fn doc(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+)),+ }
            }
            /// The code of this name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

catalogue! {
    // Requests in general.
    /// A fault of the service. The log has the cause under the request id; the answer has not.
    Internal = "internal", 500, "The service failed.";
    /// Too much heavy work is waiting. Come back after the seconds of `Retry-After`.
    ServiceBusy = "service_busy", 503, "The service is busy.";
    /// The service is starting or cannot reach its databases.
    NotReady = "not_ready", 503, "The service is not ready.";
    /// The database takes no write or does not answer: a full disk, a file that is read-only, a lock that is held. Send the same call again after the seconds of `Retry-After`.
    StorageUnavailable = "storage_unavailable", 503, "The service cannot store anything now.";
    /// The answer took longer than the limit of the configuration.
    RequestTimedOut = "request_timed_out", 503, "The request took too long.";
    /// There is nothing under this path.
    RouteUnknown = "route_unknown", 404, "There is no such resource.";
    /// The resource does not take this method.
    MethodNotAllowed = "method_not_allowed", 405, "The resource does not take this method.";
    /// Bodies are `application/json`.
    ContentTypeNotJson = "content_type_not_json", 415, "The body must be application/json.";
    /// The body is larger than the limit of this resource.
    BodyTooLarge = "body_too_large", 413, "The body is too large.";
    /// The connection broke while the body was read.
    BodyUnreadable = "body_unreadable", 400, "The body could not be read.";
    /// The body is no JSON text. `detail` names the line and column.
    JsonMalformed = "json_malformed", 400, "The body is not valid JSON.";
    /// An object has a member that its schema does not know.
    JsonUnknownMember = "json_unknown_member", 400, "The body has an unknown member.";
    /// An object has a member twice.
    JsonDuplicateMember = "json_duplicate_member", 400, "The body has a member twice.";
    /// An object lacks a member.
    JsonMissingMember = "json_missing_member", 400, "The body lacks a member.";
    /// A value has not the form or range that the schema states.
    JsonInvalidValue = "json_invalid_value", 400, "The body has a value of the wrong form.";
    /// A parameter of the path or the query is unknown, or has not the form that the description states.
    ParameterInvalid = "parameter_invalid", 400, "A parameter of the path or query is invalid.";
    /// The call needs `Authorization: Bearer …`.
    TokenMissing = "token_missing", 401, "The call needs a bearer token.";
    /// The bearer token is not the one that this call needs.
    TokenInvalid = "token_invalid", 401, "The bearer token is not valid for this call.";

    // Sessions.
    /// No issuer key of this service has this id.
    IssuerUnknown = "issuer_unknown", 404, "This service has no such issuer key.";
    /// The digest is not that of the consent text in the issuer's parameters.
    ConsentMismatch = "consent_mismatch", 422, "The consent is not to the issuer's present text.";
    /// There is no such session, or it was erased.
    SessionUnknown = "session_unknown", 404, "There is no such session.";
    /// The session's time is over and its data are erased. Open a new one.
    SessionExpired = "session_expired", 410, "The session has expired.";
    /// The session is in a state in which this call has no sense, such as evidence before a document.
    SessionStateWrong = "session_state_wrong", 409, "The session is in another state.";

    // The document, docs/protocol.md section 11.
    /// Send `sod` and `dg1` of a chip, with `dg15` and `chip_answer` for level 3, or `mrz` alone, or in a session of kind `refresh` `credential` alone.
    DocumentShape = "document_shape", 422, "The document body has no usable shape.";
    /// The channel cannot have read what was sent: a camera reads no chip, a chip gives no bare MRZ, a credential is a file.
    DocumentChannel = "document_channel", 422, "The read channel does not fit the document.";
    /// `dg14` without `dg15` serves chip authentication, whose transcript a device can simulate, so it is refused, not passed over. Send `dg15` and the answer of active authentication.
    ChipAuthenticationNotOffered = "chip_authentication_not_offered", 422, "Chip authentication is not offered.";
    /// The credential that stands in the place of a document is not one of the issuer key that the session named, or was changed.
    CredentialSignatureInvalid = "credential_signature_invalid", 422, "The credential is not this issuer key's.";
    // Passive authentication, ICAO 9303 part 11 section 5.1; the library's own codes.
    /// The check: the content of EF.SOD is an LDS security object.
    DocumentSodContentType = "sod_content_type", 422, "EF.SOD does not hold a security object of a travel document.";
    /// The check: signed attributes are there and well-formed.
    DocumentSodSignedAttributes = "sod_signed_attributes", 422, "EF.SOD lacks well-formed signed attributes.";
    /// The check: the signed content type is that of the content.
    DocumentSodAttributeContentType = "sod_attribute_content_type", 422, "The signed content type is not that of the content of EF.SOD.";
    /// The check: the signed message digest is that of the content.
    DocumentSodMessageDigest = "sod_message_digest", 422, "The signed digest is not that of the content of EF.SOD.";
    /// The check: EF.SOD brings the certificate that its signer names.
    DocumentDscCertificate = "dsc_certificate", 422, "EF.SOD does not bring its signer's certificate.";
    /// The check: the signer's key is of a supported kind.
    DocumentDscKey = "dsc_key", 422, "The signer's key is malformed or of an unsupported kind.";
    /// The check: the signer's key made the signature of EF.SOD.
    DocumentSodSignature = "sod_signature", 422, "The signature of EF.SOD is wrong.";
    /// The check: the signer is not on the list of refused ones.
    DocumentRefusedSigner = "refused_signer", 422, "The signer is on the list of refused signers.";
    /// The check: the signer's certificate has no critical extension that is not understood.
    DocumentDscExtensions = "dsc_extensions", 422, "The signer's certificate has an unknown critical extension.";
    /// The check: the signer's certificate is not one of an authority.
    DocumentDscBasicConstraints = "dsc_basic_constraints", 422, "The signer's certificate is one of an authority.";
    /// The check: the signer's key may sign documents.
    DocumentDscKeyUsage = "dsc_key_usage", 422, "The signer's key may not make digital signatures.";
    /// The check: the authority that the signer's certificate names is trusted.
    DocumentCscaAnchor = "csca_anchor", 422, "The authority that the signer's certificate names is not trusted.";
    /// The check: the signer's certificate names the authority's key.
    DocumentDscKeyIdentifier = "dsc_key_identifier", 422, "The signer's certificate names another key of its authority.";
    /// The check: the authority's key is of a supported kind.
    DocumentCscaKey = "csca_key", 422, "The authority's key is malformed or of an unsupported kind.";
    /// The check: the authority is not on the list of refused ones.
    DocumentRefusedAuthority = "refused_authority", 422, "The authority is on the list of refused signers.";
    /// The check: the authority's certificate has no critical extension that is not understood.
    DocumentCscaExtensions = "csca_extensions", 422, "The authority's certificate has an unknown critical extension.";
    /// The check: the authority's certificate is one of an authority.
    DocumentCscaBasicConstraints = "csca_basic_constraints", 422, "The authority's certificate is not one of an authority.";
    /// The check: the authority's key may sign certificates and revocation lists.
    DocumentCscaKeyUsage = "csca_key_usage", 422, "The authority's key may not sign certificates and revocation lists.";
    /// The check: the authority's key signed the signer's certificate.
    DocumentDscSignature = "dsc_signature", 422, "The signature of the signer's certificate is wrong.";
    /// The check: the time of signing, where it is stated, is past.
    DocumentSigningTime = "signing_time", 422, "EF.SOD was signed in the future.";
    /// The check: the signer's certificate was valid at signing.
    DocumentDscValidityAtSigning = "dsc_validity_at_signing", 422, "The signer's certificate was not valid when EF.SOD was signed.";
    /// The check: the signer's certificate is valid today.
    DocumentDscValidityToday = "dsc_validity_today", 422, "The signer's certificate is not valid today.";
    /// The check: the authority's certificate was valid at signing.
    DocumentCscaValidityAtSigning = "csca_validity_at_signing", 422, "The authority's certificate was not valid when EF.SOD was signed.";
    /// The check: the authority's certificate is valid today.
    DocumentCscaValidityToday = "csca_validity_today", 422, "The authority's certificate is not valid today.";
    /// The check: a revocation list of the authority is at hand.
    DocumentCrlPresent = "crl_present", 422, "No revocation list of the authority is at hand.";
    /// The check: the revocation list is signed by the authority.
    DocumentCrlSignature = "crl_signature", 422, "The signature of the revocation list is wrong.";
    /// The check: the revocation list covers everything that the authority issued.
    DocumentCrlExtensions = "crl_extensions", 422, "The revocation list has an unknown critical extension.";
    /// The check: the revocation list is current.
    DocumentCrlDates = "crl_dates", 422, "The revocation list is not current.";
    /// The check: the signer is not revoked.
    DocumentDscRevocation = "dsc_revocation", 422, "The signer's certificate is revoked.";
    /// The check: EF.DG1 is the one that EF.SOD lists.
    DocumentDg1Digest = "dg1_digest", 422, "EF.DG1 is not the one that was signed.";
    /// The check: EF.SOD lists a portrait.
    DocumentDg2Listed = "dg2_listed", 422, "EF.SOD lists no portrait.";
    /// The check: EF.DG14, where it is given, is the one that EF.SOD lists.
    DocumentDg14Digest = "dg14_digest", 422, "EF.DG14 is not the one that was signed.";
    /// The check: EF.DG15, where it is given, is the one that EF.SOD lists.
    DocumentDg15Digest = "dg15_digest", 422, "EF.DG15 is not the one that was signed.";
    /// The check: EF.DG1 holds an MRZ.
    DocumentDg1Structure = "dg1_structure", 422, "EF.DG1 is malformed.";
    /// The check: the MRZ has the form of a TD1, TD2 or TD3.
    DocumentMrzForm = "mrz_form", 422, "The MRZ is malformed.";
    /// The check: the check digits of the MRZ are right.
    DocumentMrzCheckDigits = "mrz_check_digits", 422, "A check digit of the MRZ is wrong.";
    /// The check: the year of birth is known.
    DocumentMrzBirthYear = "mrz_birth_year", 422, "The year of birth is unknown.";
    /// The check: the date of birth is one.
    DocumentMrzBirthdate = "mrz_birthdate", 422, "The date of birth is no date.";
    /// The check: the date of expiry is one.
    DocumentMrzExpiry = "mrz_expiry", 422, "The date of expiry is no date.";
    /// The check: signer and authority are of one country.
    DocumentCscaCountry = "csca_country", 422, "Signer and authority are not of one country.";
    /// The check: that country is the state that issued the document.
    DocumentIssuingState = "issuing_state", 422, "The signer is not of the state that issued the document.";
    /// The check: documents of this code are taken.
    DocumentCode = "document_code", 422, "Documents of this kind are not taken.";
    /// The check: the document has not expired.
    DocumentExpiry = "document_expiry", 422, "The document has expired.";
    /// The check: a check did not run. Nothing is authenticated then.
    DocumentNotRun = "check_not_run", 422, "A check did not run.";
    // Active authentication, ICAO 9303 part 11 section 6.1; the library's own codes.
    /// The check: EF.DG15 came along and is signed.
    ActiveDg15Missing = "active_authentication_dg15_missing", 422, "The chip's key is missing.";
    /// The check: EF.DG15 holds one public key.
    ActiveDg15Structure = "active_authentication_dg15_structure", 422, "EF.DG15 is malformed.";
    /// The check: the chip's key is RSA of 1024 bits or more, or on a curve that is verified here. Without `dg15` and `chip_answer` the document is one of level 2.
    ActiveKeyUnsupported = "active_authentication_key_unsupported", 422, "The chip's key is of an unsupported kind.";
    /// The check: the chip's key is encoded as its standard says.
    ActiveKeyMalformed = "active_authentication_key_malformed", 422, "The chip's key is malformed.";
    /// The check: with a key on a curve, EF.DG14 came along where EF.SOD lists one.
    ActiveDg14Missing = "active_authentication_dg14_missing", 422, "EF.DG14 is missing.";
    /// The check: EF.DG14 holds security infos.
    ActiveDg14Structure = "active_authentication_dg14_structure", 422, "EF.DG14 is malformed.";
    /// The check: the digest that EF.DG14 states is SHA-224 to SHA-512 and not longer than the key.
    ActiveHash = "active_authentication_hash", 422, "The chip's digest may not be used.";
    /// The check: the answer has the form of a signature of the chip's key. Some readers cut long answers off.
    ActiveAnswerForm = "active_authentication_answer_form", 422, "The chip's answer has another form than a signature of its key.";
    /// The check: the numbers in the answer are in range.
    ActiveAnswerRange = "active_authentication_answer_range", 422, "The chip's answer is out of range.";
    /// The check: the block in an RSA answer begins as it must.
    ActiveHeader = "active_authentication_header", 422, "The block in the chip's answer begins wrongly.";
    /// The check: the block in an RSA answer ends by naming a known digest.
    ActiveTrailer = "active_authentication_trailer", 422, "The block in the chip's answer ends wrongly.";
    /// The check: an RSA answer is for the challenge of this session and holder key.
    ActiveDigest = "active_authentication_digest", 422, "The chip's answer is for another challenge.";
    /// The check: an ECDSA answer is one of the chip's key over the challenge of this session and holder key.
    ActiveSignature = "active_authentication_signature", 422, "The chip's answer is not its key's over this challenge.";
    /// EF.SOD or the MRZ cannot be read; `reason` says why.
    DocumentRefused = "document_refused", 422, "The document is not authentic.";
    /// The document's level is below the floor of the issuer key that the session named.
    DocumentLevelTooLow = "document_level_too_low", 422, "The document's level is below the issuer's floor.";
    /// State UTO is the specimen state of ICAO; only a development issuer takes it.
    SpecimenRefused = "specimen_refused", 422, "A specimen document is refused here.";
    /// The document's dates or nationality cannot stand in a credential.
    DocumentUnsuitable = "document_unsuitable", 422, "The document's data cannot stand in a credential.";
    /// Five liveness plans were drawn for this document within 24 hours.
    AttemptsExhausted = "attempts_exhausted", 429, "The document has no attempts left today.";

    // Evidence, docs/protocol.md section 11, in the order of the checks.
    /// The plan is used up by an earlier refusal, or none was drawn. Post the document again.
    PlanSpent = "plan_spent", 409, "The liveness plan is used up.";
    /// The evidence came after the plan's deadline. Post the document again.
    PlanExpired = "plan_expired", 410, "The liveness plan has expired.";
    /// Another evidence was accepted in this session.
    EvidenceDiffers = "evidence_differs", 409, "Another evidence was accepted in this session.";
    /// The statement is no deterministic CBOR of protocol version 1, or does not list all gates, each once, in order.
    StatementMalformed = "statement_malformed", 422, "The statement cannot be read.";
    /// The statement has another protocol version than 1.
    StatementVersion = "statement_version", 422, "The statement's version is unknown.";
    /// The statement was made for another environment.
    EnvironmentMismatch = "environment_mismatch", 422, "The statement is for another environment.";
    /// The statement carries another nonce than this session's.
    NonceMismatch = "nonce_mismatch", 422, "The statement is for another session.";
    /// The statement names another consent text than the session.
    StatementConsentMismatch = "statement_consent_mismatch", 422, "The statement names another consent text.";
    /// The statement answers another liveness plan.
    PlanMismatch = "plan_mismatch", 422, "The statement answers another liveness plan.";
    /// The statement names another document than the session.
    DocumentMismatch = "document_mismatch", 422, "The statement names another document.";
    /// The digest of DG2 in the statement is not the one in EF.SOD: the portrait is not the chip's.
    PortraitMismatch = "portrait_mismatch", 422, "The portrait is not the document's.";
    /// The statement names another read channel than the document step.
    ChannelMismatch = "channel_mismatch", 422, "The statement names another read channel.";
    /// The statement or a proof names another holder key than the document step.
    HolderKeyMismatch = "holder_key_mismatch", 422, "The holder key changed within the session.";
    /// The statement or a proof uses another threshold than the issuer's.
    TauMismatch = "tau_mismatch", 422, "The match threshold is not the issuer's.";
    /// A proof uses another embedding model than the issuer's.
    ModelMismatch = "model_mismatch", 422, "The embedding model is not the issuer's.";
    /// The device used another model manifest than the issuer's.
    ManifestMismatch = "manifest_mismatch", 422, "The model manifest is not the issuer's.";
    /// A gate failed; `detail` names it.
    GateFailed = "gate_failed", 422, "A gate failed.";
    /// A gate did not run, which is never taken for passed; `detail` names it.
    GateNotRun = "gate_not_run", 422, "A gate did not run.";
    /// A gate was staged. Only the gates of a followed plan may be, and only at a development issuer; `detail` names it.
    GateStaged = "gate_staged", 422, "A gate was staged.";
    /// The capture day is neither today nor yesterday.
    CaptureDayOutOfWindow = "capture_day_out_of_window", 422, "The capture day is not today.";
    /// This issuer lists no roots and apps for this kind of device, so it is refused, not passed over.
    DeviceKindNotOffered = "device_kind_not_offered", 422, "This kind of device key is not offered.";
    /// The device key is no Ed25519 key, or one of small order.
    DeviceKeyInvalid = "device_key_invalid", 422, "The device key is not valid.";
    /// The device's signature over the statement is not valid.
    DeviceSignatureInvalid = "device_signature_invalid", 422, "The device's signature is not valid.";
    /// The attestation of the device's key did not pass a check; `reason` names it, beginning with `android_` or `apple_`.
    AttestationRefused = "attestation_refused", 422, "The device's attestation is refused.";
    /// The device's level is below the floor of the issuer key that the session named.
    DeviceLevelTooLow = "device_level_too_low", 422, "The device's level is below the issuer's floor.";
    /// A session takes one enrol proof, one of kind `renew` two.
    ProofCountWrong = "proof_count_wrong", 422, "The number of enrol proofs is wrong.";
    /// A proof's commitments are not those of the statement.
    TemplateMismatch = "template_mismatch", 422, "The proof is for other templates than the statement's.";
    /// A proof is bound to another session, issuer or kind.
    ContextMismatch = "context_mismatch", 422, "The proof is for another session.";
    /// The operator struck the app that vouches for the device. Enrol with another one.
    AppStruck = "app_struck", 422, "The app that vouches for the device was struck.";
    /// A document of this key's lines. Its owner comes back by refresh or recovery.
    DocumentKnown = "document_known", 409, "This document is already enrolled.";
    /// A lifelong personal number of this key's lines.
    NumberKnown = "number_known", 409, "This person is already enrolled.";
    /// The holder key belongs to another line.
    HolderKeyTaken = "holder_key_taken", 409, "The holder key belongs to somebody else.";
    // The life of a credential, docs/protocol.md section 9.
    /// A credential of the line that has this document, its lifelong number or the holder key was revoked for fraud.
    DocumentBlocked = "document_blocked", 403, "This document is blocked.";
    /// No line has this document, number, holder key or credential: issue instead, or take a document that is enrolled.
    LineUnknown = "line_unknown", 409, "Nothing is enrolled that this session could act on.";
    /// Refresh and renew take the holder key of the line's newest credential. Who lost it recovers.
    HolderKeyNotNewest = "holder_key_not_newest", 409, "The holder key is not that of the newest credential.";
    /// A recovery brings another holder key than the newest credential's. Who has that one refreshes.
    HolderKeyUnchanged = "holder_key_unchanged", 409, "A recovery needs another holder key.";
    /// The credential that stands in the place of a document was superseded, erased or revoked. Refresh with the document.
    CredentialNotNewest = "credential_not_newest", 409, "The credential is not the newest, or is revoked.";
    /// The credential that stands in the place of a document has expired. Refresh with the document.
    CredentialExpired = "credential_expired", 409, "The credential has expired.";
    /// A renewal takes a document that has the person tag or the number tag of the line.
    PersonDiffers = "person_differs", 409, "The document is another person's.";
    /// The line's portrait was committed under another embedding model. Refresh with the document first.
    LineModelDiffers = "line_model_differs", 409, "The portrait was committed under another model.";
    /// The second proof of a renewal is not about the `T_portrait` of the newest credential.
    FormerPortraitMismatch = "former_portrait_mismatch", 409, "The second proof is about another portrait.";
    /// A session never supersedes a credential of a higher document level.
    DocumentLevelLower = "document_level_lower", 409, "The newest credential has a higher document level.";
    /// A recovery needs device level 2.
    RecoveryDeviceTooLow = "recovery_device_too_low", 422, "A recovery needs a hardware-backed device key.";
    /// A line is recovered once in 90 days, a cancelled time counted too; `available_at` says when it may be again.
    RecoveryTooSoon = "recovery_too_soon", 409, "The line was recovered less than 90 days ago.";
    /// A recovery took effect, so the holder key of the older credentials is over.
    RecoveryEffective = "recovery_effective", 409, "A recovery of this line took effect.";
    /// The recovery has not taken effect yet, or no signed root shows it; `available_at` says when to ask again.
    RecoveryPending = "recovery_pending", 409, "The recovery is not due yet.";
    /// The recovery was announced with another document. Read that one again.
    DocumentNotAnnounced = "document_not_announced", 409, "The recovery was announced with another document.";
    /// The line's holder refreshed or renewed, or the recovery was withdrawn.
    RecoveryCancelled = "recovery_cancelled", 410, "The recovery was cancelled.";
    /// The credential of a recovery is handed out for 30 days from the first signed root that shows the older ones revoked.
    RecoveryLapsed = "recovery_lapsed", 410, "The recovered credential was not collected in time.";
    /// The issuer key's status list is full; the operator sets up a new key.
    StatusListFull = "status_list_full", 503, "The issuer key's status list is full.";

    // Status lists.
    /// The name is no CID of a raw block under SHA-256, or not that of a list that is kept: of each only the newest is.
    StatusListUnknown = "status_list_unknown", 404, "There is no status list of this name.";
    /// The index is outside the list, or was never given.
    StatusIndexUnknown = "status_index_unknown", 404, "No credential has this status index.";
    /// The issuer publishes several lists: name one with `issuer`.
    IssuerRequired = "issuer_required", 400, "Name the issuer key.";

    // Requests and presentations, docs/protocol.md section 10, in the order of the checks.
    /// This verifier has no such network.
    NetworkUnknown = "network_unknown", 404, "This verifier has no such network.";
    /// The network has no such action and epoch, or the epoch is over.
    ScopeUnknown = "scope_unknown", 422, "The network has no such action and epoch.";
    /// The registry of this action and epoch is a contract. Registrations are made there: `network.contracts` of `/.well-known/humanseal.json` names it.
    ScopeOnChain = "scope_on_chain", 409, "Registrations of this scope are made at a contract.";
    /// The verifier holds no root of the network's issuers that is young enough.
    RootsUnavailable = "roots_unavailable", 503, "No status root is young enough.";
    /// The request cannot be made as asked; `reason` says which member is at fault.
    RequestImpossible = "request_impossible", 422, "The request cannot be made.";
    /// There is no such request.
    RequestUnknown = "request_unknown", 404, "There is no such request.";
    /// The request's time is over.
    RequestExpired = "request_expired", 410, "The request has expired.";
    /// The request was answered before.
    RequestUsed = "request_used", 409, "The request was already used.";
    /// The presentation names another request than the path.
    RequestMismatch = "request_mismatch", 422, "The presentation is for another request.";
    /// The request that was handed in names another origin than the network's.
    OriginMismatch = "origin_mismatch", 422, "The request is another verifier's.";
    /// The presentation cannot be read, or does not fit the request in another way; `reason` says how.
    PresentationRefused = "presentation_refused", 422, "The presentation does not fit the request.";
    /// The wallet's signature over the request is not valid.
    AccountSignatureInvalid = "account_signature_invalid", 422, "The wallet's signature is not valid.";
    /// The account is a contract wallet, and the node of its chain gives no answer. This says nothing about the signature: send the same call again after the seconds of `Retry-After`.
    ChainUnavailable = "chain_unavailable", 503, "The account's chain cannot be asked now.";
    /// A public input is no canonical decimal string below r.
    PublicInputNotCanonical = "public_input_not_canonical", 422, "A public input is not canonical.";
    /// The proof is bound to another account, audience or nonce.
    BindingMismatch = "binding_mismatch", 422, "The proof is bound to something else.";
    /// The proof's day is neither today nor yesterday.
    TodayOutOfWindow = "today_out_of_window", 422, "The proof is not of today or yesterday.";
    /// The network does not trust this issuer key.
    IssuerUntrusted = "issuer_untrusted", 422, "The issuer is not trusted here.";
    /// The proof is for another policy.
    PolicyMismatch = "policy_mismatch", 422, "The proof is for another policy.";
    /// The proof is for another set of excluded nationalities.
    ExcludedMismatch = "excluded_mismatch", 422, "The proof is for other excluded nationalities.";
    /// The proof is for another scope.
    ScopeMismatch = "scope_mismatch", 422, "The proof is for another scope.";
    /// The request does not name this root, or the verifier never saw it from this issuer. Fetch the newest list.
    RootUnknown = "root_unknown", 422, "The status root is unknown.";
    /// The root was good once and is older than the network's window now.
    RootStale = "root_stale", 422, "The status root is too old.";
    /// The proof is not 128 bytes of canonical curve points in the subgroup.
    ProofMalformed = "proof_malformed", 422, "The proof cannot be read.";
    /// The proof does not hold.
    ProofInvalid = "proof_invalid", 422, "The proof is not valid.";
    /// The place belongs to another account and cannot move now; `available_at` says when, if ever.
    NullifierTaken = "nullifier_taken", 409, "This place is taken by another account.";
    /// The place moved not long ago, or the old account's last pass is still valid; `available_at` says until when.
    MoveCoolingDown = "move_cooling_down", 409, "This place cannot move yet.";
    /// The place is barred until `available_at`.
    Banned = "banned", 403, "This place is barred.";
    /// The network has no registration of this account.
    ProviderUnknown = "provider_unknown", 404, "The account is not registered.";
    /// The account's registrations are at a contract: its owner bans there, its holder revokes. This service only reads them.
    ProviderOnChain = "provider_on_chain", 409, "The registrations are a contract's to end.";
    /// What was read of the network's contract is too old, or the contract is not the one that was configured; `reason` says why. Nobody is taken for registered meanwhile.
    RegistryStale = "registry_stale", 503, "The contract's registrations are not known now.";
    /// A batch has 1 to 256 entries.
    BatchSize = "batch_size", 422, "The batch is empty or too large.";

    // Roots that are handed to a verifier.
    /// The signature of a status root is not the trusted issuer's.
    RootSignatureInvalid = "root_signature_invalid", 422, "The status root's signature is not valid.";
    /// The root is not newer than the newest that the verifier holds.
    RootNotNewer = "root_not_newer", 409, "The status root is not newer.";
    /// The root does not name the newest one that the verifier holds: one between them is missing, to be handed in first, or the issuer's log has a fork.
    RootChainBroken = "root_chain_broken", 409, "The status root does not follow the one before it.";
    /// The root's issue time lies in the future.
    RootFromFuture = "root_from_future", 422, "The status root is from the future.";
}

#[cfg(test)]
mod tests;
