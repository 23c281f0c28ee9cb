/* Enrols this device with an issuer and answers a verifier, in development and on specimen data.
 * app ISSUER DOCUMENT LINK STORE PHOTO...   (the passphrase is read from standard input; HUMANSEAL_MODELS is the folder
 * of the models)
 */
#include <openssl/crypto.h>
#include <stdlib.h>

#include "account.h"

static void done(HumansealError *error) {
    if (!error) return;
    fprintf(stderr, "%s: %s\n", humanseal_error_code(error), humanseal_error_detail(error));
    exit(1);
}

/* Photographs in the place of a camera: they turn no head, which a staged device alone accepts. */
typedef struct { HumansealFrame *frames[32]; size_t count; } Stills;

static void add(Stills *stills, const char *path) {
    static uint8_t bytes[1 << 20];
    FILE *file = fopen(path, "rb");
    size_t length = file ? fread(bytes, 1, sizeof bytes, file) : 0;
    done(humanseal_frame_file(bytes, length, &stills->frames[stills->count++]));
    if (file) fclose(file);
}

static int32_t begin(void *context, HumansealSession *session) {
    Stills *stills = context;
    HumansealError *error = humanseal_session_stills(session, stills->frames, stills->count);
    int32_t fed = error == NULL;
    humanseal_error_free(error);
    humanseal_session_free(session);
    return fed;
}

/* Says yes to what the command line already says; a real app shows each question. */
static int32_t agrees(void *context, const HumansealQuestion *question) {
    (void)context;
    switch (humanseal_question_kind(question)) {
    case HUMANSEAL_QUESTION_KIND_CONSENT:
        return printf("%s asks: %s\n", humanseal_question_issuer(question), humanseal_question_text(question)) > 0;
    case HUMANSEAL_QUESTION_KIND_ACCOUNT:
        return printf("%s asks for %s\n", humanseal_demand_network(humanseal_question_demand(question)),
                      humanseal_question_account(question)) > 0;
    default:
        return 0;
    }
}

static void begins(void *context, HumansealStep step, const char *name) {
    (void)context, (void)step, printf("· %s\n", name);
}

int main(int count, char **arguments) {
    const char *models = getenv("HUMANSEAL_MODELS");
    char words[256], key[4096];
    if (count < 6 || count > 5 + 32 || !models || !fgets(words, sizeof words, stdin))
        return fputs("HUMANSEAL_MODELS=FOLDER app ISSUER DOCUMENT LINK STORE PHOTO... <PASSPHRASE\n", stderr), 2;
    const char *issuer = arguments[1], *folder = arguments[2], *link = arguments[3], *store = arguments[4];
    HumansealPassphrase *passphrase;
    HumansealKeys *keys;
    HumansealDevice *device;
    done(humanseal_passphrase_new(words, strcspn(words, "\n"), &passphrase));
    OPENSSL_cleanse(words, sizeof words);

    snprintf(key, sizeof key, "%s/device.key", store);
    done(humanseal_keys_software(key, &keys));
    HumansealSettings settings = {
        .store = store, .models = models, .environment = HUMANSEAL_ENVIRONMENT_DEVELOPMENT, .staged = 1};
    done(humanseal_device_open(&settings, keys, &device));

    Stills stills = {.count = 0};
    for (int at = 5; at < count; at++) add(&stills, arguments[at]);
    HumansealCamera camera = {&stills, begin};
    HumansealOwner owner = {NULL, agrees};
    HumansealDocument *document;
    HumansealWatch *watch;
    HumansealWallet *wallet;
    done(humanseal_document_from_folder(folder, &document));
    done(humanseal_watch_new(&(HumansealProgress){.begins = begins}, &watch));
    done(humanseal_device_enrol(device, issuer, document, &camera, &owner, passphrase, watch, &wallet));

    Account account = account_new();
    HumansealAccountSigner signer = {&account, account.caip10, account_sign};
    HumansealRequest *request;
    HumansealPresentation *answer;
    HumansealAccepted *accepted;
    HumansealLedger *ledger;
    done(humanseal_device_fetch_request(device, link, &request));
    done(humanseal_device_present(device, wallet, request, &signer, &owner, 0, NULL, NULL, &answer));
    done(humanseal_device_send(device, answer, &accepted));
    printf("registered until %s\n", humanseal_accepted_registered_until(accepted));
    done(humanseal_wallet_ledger(wallet, &ledger));
    for (size_t at = 0; at < humanseal_ledger_count(ledger); at++) {
        const HumansealDemand *demand = humanseal_disclosure_demand(humanseal_ledger_entry(ledger, at));
        printf("%s learnt that you are %d\n", humanseal_demand_network(demand), humanseal_demand_min_age(demand));
    }
    return 0; /* A process that goes on frees what it made; this one ends. */
}
