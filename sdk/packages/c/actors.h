/* Who takes part in the scenario: checks, keys, cameras, owners, a watch. */
#ifndef ACTORS_H
#define ACTORS_H

#include <errno.h>
#include <openssl/hmac.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "account.h"

#define WORDS "correct horse battery"
#define INPUT HUMANSEAL_ERROR_KIND_INPUT
#define DOCUMENT HUMANSEAL_ERROR_KIND_DOCUMENT
#define WALLET HUMANSEAL_ERROR_KIND_WALLET
#define REFUSED HUMANSEAL_ERROR_KIND_REFUSED

static const char *stage, *issuer;
static char printed[1 << 16]; /* what errors said */
static int checks;

static void check(const char *what, int holds) {
    if (!holds) {
        printf("does not hold: %s\n", what);
        exit(1);
    }
    checks++;
}
static int same(const char *one, const char *other) { return one && other && strcmp(one, other) == 0; }

/* That a call ended with this kind of error and this code. */
static void refused(HumansealErrorKind kind, const char *code, HumansealError *error) {
    char what[256];
    snprintf(what, sizeof what, "%s, not %s", code, error ? humanseal_error_code(error) : "done");
    check(what, same(humanseal_error_code(error), code) && humanseal_error_kind(error) == kind);
    size_t length = strlen(printed);
    snprintf(printed + length, sizeof printed - length, "%s [%s]\n", humanseal_error_detail(error), code);
    humanseal_error_free(error);
}
static void done(const char *what, HumansealError *error) {
    char said[256];
    snprintf(said, sizeof said, "%s, not %s", what, error ? humanseal_error_code(error) : "");
    check(said, error == NULL);
}
/* What a callback says where a call inside of it did not do what it says. */
static int32_t did(HumansealError *error) {
    int32_t done = error == NULL;
    humanseal_error_free(error);
    return done;
}

static const char *path(const char *name) {
    static char paths[8][4096];
    static int next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", stage, name);
    return path;
}
static size_t file(const char *path, char *bytes, size_t most) {
    FILE *opened = fopen(path, "rb");
    check(path, opened != NULL);
    size_t length = fread(bytes, 1, most, opened);
    fclose(opened);
    return length;
}
static void copy(const char *from, const char *to) {
    static char bytes[1 << 20];
    size_t length = file(from, bytes, sizeof bytes);
    FILE *written = fopen(to, "wb");
    check(to, written && fwrite(bytes, 1, length, written) == length && fclose(written) == 0);
}

/* A key provider: a fresh Ed25519 key for every statement, and an HMAC of the salt. */
static uint8_t device_secret[32];
static uint32_t level(void *context) {
    (void)context;
    return HUMANSEAL_DEVICE_LEVEL_SOFTWARE;
}
static int32_t attest(void *context, const uint8_t *digest, HumansealAttestation *attestation) {
    uint8_t message[54], public[32], signature[64];
    size_t length = sizeof public;
    (void)context;
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    int32_t made = did(humanseal_device_message(digest, &message)) &&
                   EVP_PKEY_get_raw_public_key(key, public, &length) == 1 &&
                   signed_by(key, message, sizeof message, signature);
    EVP_PKEY_free(key);
    return made && did(humanseal_attest_software(attestation, (HumansealBytes){public, sizeof public},
                                                 (HumansealBytes){signature, sizeof signature}));
}
static int32_t wallet_secret(void *context, const uint8_t *salt, HumansealReply *secret) {
    uint8_t bytes[32];
    (void)context;
    HMAC(EVP_sha256(), device_secret, sizeof device_secret, salt, 16, bytes, NULL);
    return did(humanseal_reply(secret, bytes, sizeof bytes));
}
/* A phone whose key store does not open. */
static int32_t attest_locked(void *context, const uint8_t *digest, HumansealAttestation *attestation) {
    (void)context, (void)digest, (void)attestation;
    return 0;
}
static int32_t secret_locked(void *context, const uint8_t *salt, HumansealReply *secret) {
    (void)context, (void)salt, (void)secret;
    return 0;
}
static HumansealKeys *provided(HumansealKeyProvider provider) {
    HumansealKeys *keys;
    done("keys", humanseal_keys_new(&provider, &keys));
    return keys;
}

static HumansealSettings settings(const char *store, const char *models) {
    return (HumansealSettings){
        .store = store, .models = models, .environment = HUMANSEAL_ENVIRONMENT_DEVELOPMENT, .staged = 1};
}
/* A device on a folder of the stage; its keys are freed here, and of the program where none are given. */
static HumansealDevice *opened(const char *name, HumansealKeys *keys) {
    const char *store = path(name);
    HumansealDevice *device;
    check(store, mkdir(store, 0700) == 0 || errno == EEXIST);
    HumansealSettings set = settings(store, getenv("HUMANSEAL_MODELS"));
    char key[8192];
    snprintf(key, sizeof key, "%s/device.key", store);
    if (!keys) done("software keys", humanseal_keys_software(key, &keys));
    done("a device", humanseal_device_open(&set, keys, &device));
    humanseal_keys_free(keys);
    return device;
}
static HumansealPassphrase *words(const char *text) {
    HumansealPassphrase *passphrase;
    done("words", humanseal_passphrase_new(text, strlen(text), &passphrase));
    return passphrase;
}
/* Opens a wallet with words that are freed. */
static HumansealError *open_wallet(HumansealDevice *device, const char *text, uint64_t least, HumansealWallet **wallet) {
    HumansealPassphrase *passphrase = words(text);
    HumansealError *error = humanseal_device_wallet(device, passphrase, least, wallet);
    humanseal_passphrase_free(passphrase);
    return error;
}

/* Cameras. */
static HumansealFrame *photos[2], *grey;
static int32_t stills(void *context, HumansealSession *session) {
    (void)context;
    int32_t fed = did(humanseal_session_stills(session, photos, 2));
    humanseal_session_free(session);
    return fed;
}
static int32_t dark(void *context, HumansealSession *session) {
    (void)context;
    done("its words", humanseal_session_give_up(session, "the lens is covered"));
    refused(INPUT, "session_over", humanseal_session_stills(session, photos, 2));
    humanseal_session_free(session);
    return 0;
}
/* A photograph, as a camera's first frame; then its owner stops. */
static int32_t waiting(void *context, HumansealSession *session) {
    HumansealGuidance guidance;
    check("seconds", humanseal_session_seconds(session) >= 100 && humanseal_session_seconds(session) <= 300);
    done("a frame", humanseal_session_frame(session, photos[0], 0, &guidance));
    check("guidance", guidance.instruction >= HUMANSEAL_INSTRUCTION_LOOK_STRAIGHT && guidance.of > guidance.done);
    check("a reason with its advice", !guidance.reason == !guidance.advice);
    done("stopped", humanseal_watch_cancel(context));
    humanseal_session_free(session);
    return 1;
}

/* Owners. */
static int32_t agrees(void *context, const HumansealQuestion *question) {
    (void)context;
    HumansealQuestionKind kind = humanseal_question_kind(question);
    if (kind == HUMANSEAL_QUESTION_KIND_CONSENT)
        return humanseal_question_session(question) == HUMANSEAL_SESSION_KIND_ISSUE &&
               same(humanseal_question_issuer(question), issuer) &&
               same(humanseal_question_text(question), "Test data only.\n");
    return kind == HUMANSEAL_QUESTION_KIND_ACCOUNT && humanseal_question_demand(question) != NULL;
}
static int32_t silent(void *context, const HumansealQuestion *question) {
    (void)context, (void)question;
    return 0;
}
/* Says neither yes nor no. */
static int32_t unclear(void *context, const HumansealQuestion *question) {
    (void)context, (void)question;
    return 7;
}
/* Looks into the wallet while it is at work, as a screen that is drawn anew would. */
static int32_t curious(void *context, const HumansealQuestion *question) {
    HumansealLedger *ledger;
    (void)question;
    refused(WALLET, "wallet_busy", humanseal_wallet_ledger(context, &ledger));
    return 0;
}
static int32_t signs_twice(void *context, const char *message, HumansealReply *signature) {
    int32_t signed_once = account_sign(context, message, signature);
    refused(INPUT, "reply_twice", humanseal_reply(signature, (const uint8_t *)message, 64));
    return signed_once;
}

/* Steps. */
typedef struct {
    atomic_uint begun, ended; /* a bit a step */
    HumansealStep last;
    HumansealStep stop_at;
    HumansealWatch *watch;
} Steps;
static void begins(void *context, HumansealStep step, const char *name) {
    Steps *steps = context;
    check("a step's name", strlen(name) > 0);
    atomic_fetch_or(&steps->begun, 1u << step);
    steps->last = step;
    if (step == steps->stop_at) done("stopped", humanseal_watch_cancel(steps->watch));
}
static void ended(void *context, HumansealStep step, const char *name) {
    (void)name;
    atomic_fetch_or(&((Steps *)context)->ended, 1u << step);
}

#endif
