/* The scenario that every language runs: enrol, present, be verified; and what must not pass, by its code. Its device has a
 * key provider written here. It frees what it makes, so that whoever looks for leaks finds those of the library alone.
 *
 * scenario STAGE ISSUER LINK PROGRAM PAGES     STAGE: a folder of scripts/development/service.sh; LINK: a request of its
 *     verifier; PROGRAM: `humanseal`, which is the document's chip; PAGES: a request of a network that takes printed pages;
 *     HUMANSEAL_MODELS is the folder of the models
 */
#include <openssl/rand.h>

#include "actors.h"
#include "chip.h"

/* What cameras give, and what they do not. */
static void frames(HumansealDevice *device) {
    static uint8_t bytes[640 * 480 * 4];
    HumansealFrame *frame;
    HumansealLook *look;
    refused(INPUT, "frame_length", humanseal_frame_rgb(bytes, 10, 640, 480, 1920, 0, &frame));
    refused(INPUT, "frame_stride", humanseal_frame_bgra(bytes, sizeof bytes, 640, 480, 1920, 0, &frame));
    refused(INPUT, "frame_size", humanseal_frame_nv21(bytes, 10, 5000, 480, 5000, 0, &frame));
    refused(INPUT, "frame_rotation", humanseal_frame_rgb(bytes, 640 * 480 * 3, 640, 480, 1920, 45, &frame));
    refused(INPUT, "image_unknown_format", humanseal_frame_file((const uint8_t *)"no picture", 10, &frame));
    refused(INPUT, "pointer_null", humanseal_frame_file(NULL, 10, &frame));
    check("no frame", frame == NULL);
    memset(bytes, 128, sizeof bytes);
    done("a grey frame", humanseal_frame_nv21(bytes, 640 * 480 * 3 / 2, 640, 480, 640, 0, &grey));
    done("a look", humanseal_device_look(device, grey, &look));
    check("nobody in it", !humanseal_look_ready(look) && humanseal_look_count(look) == 1 &&
                              same(humanseal_look_reason(look, 0), "no_face") && humanseal_look_advice(look, 0));
    check("nothing beyond", !humanseal_look_reason(look, 1) && !humanseal_look_advice(look, (size_t)-1));
    humanseal_look_free(look);
    done("a look", humanseal_device_look(device, photos[0], &look));
    for (size_t at = 0; at < humanseal_look_count(look); at++)
        check("a face in a photograph", !same(humanseal_look_reason(look, at), "no_face"));
    humanseal_look_free(look);
}

static HumansealDevice *device;
static HumansealDocument *document;

/* Tries to enrol by a device. */
static HumansealError *enrol(HumansealDevice *by, const char *server, HumansealCamera camera, HumansealOwner owner,
                             HumansealDocument *shown, HumansealWatch *watch, HumansealWallet **wallet) {
    HumansealPassphrase *passphrase = words(WORDS);
    HumansealError *error =
        humanseal_device_enrol(by, server, shown, &camera, &owner, passphrase, watch, wallet);
    humanseal_passphrase_free(passphrase);
    return error;
}

static const HumansealCamera before_stills = {NULL, stills};
static const HumansealOwner asked = {NULL, agrees};

/* What no credential comes of. */
static void no_enrolment(void) {
    const HumansealErrorKind capture = HUMANSEAL_ERROR_KIND_CAPTURE, cancelled = HUMANSEAL_ERROR_KIND_CANCELLED;
    HumansealWallet *none;
    refused(INPUT, "address_insecure",
            enrol(device, "http://issuer.example", before_stills, asked, document, NULL, &none));
    refused(INPUT, "text_encoding", enrol(device, "\xff\xfe", before_stills, asked, document, NULL, &none));
    refused(REFUSED, "consent_refused",
            enrol(device, issuer, before_stills, (HumansealOwner){NULL, silent}, document, NULL, &none));
    refused(REFUSED, "consent_refused",
            enrol(device, issuer, before_stills, (HumansealOwner){NULL, unclear}, document, NULL, &none));
    refused(INPUT, "callback_missing", enrol(device, issuer, (HumansealCamera){0}, asked, document, NULL, &none));
    refused(capture, "camera_failed", enrol(device, issuer, (HumansealCamera){NULL, dark}, asked, document, NULL, &none));
    check("in its words", strstr(printed, "the lens is covered") != NULL);
    HumansealWatch *watch;
    done("a watch", humanseal_watch_new(NULL, &watch));
    refused(cancelled, "cancelled",
            enrol(device, issuer, (HumansealCamera){watch, waiting}, asked, document, watch, &none));
    check("it was asked to stop", humanseal_watch_is_cancelled(watch));
    humanseal_watch_free(watch);
    Steps stopping = {.stop_at = HUMANSEAL_STEP_PORTRAIT};
    HumansealProgress progress = {&stopping, begins, ended};
    done("a watch", humanseal_watch_new(&progress, &stopping.watch));
    refused(cancelled, "cancelled", enrol(device, issuer, before_stills, asked, document, stopping.watch, &none));
    humanseal_watch_free(stopping.watch);
    check("it stopped there", stopping.last == HUMANSEAL_STEP_PORTRAIT);

    HumansealAccess *access;
    refused(INPUT, "access_can", humanseal_access_from_can("12345", &access));
    check("nothing was written", !none && !humanseal_device_has_wallet(device));
}

/* Types the printed lines: with a slip at first, then right, then no more. */
typedef struct {
    const char *attempts[3], *told[3];
    int asked;
} Typist;
static int32_t types(void *context, const char *code, const char *advice, HumansealReply *lines) {
    Typist *typist = context;
    const char *attempt = typist->attempts[typist->asked];
    typist->told[typist->asked++] = same(code, "mrz_field_number") && strlen(advice) > 10 ? "number" : code;
    return attempt && did(humanseal_reply(lines, (const uint8_t *)attempt, strlen(attempt)));
}

/* A second device enrols by the printed lines: good where document level 1 suffices, and nowhere else. */
static void printed_page(HumansealAccountSigner signer, const char *link, const char *pages) {
    static char lines[256], slip[256], photo[1 << 20];
    HumansealFrame *page;
    HumansealDocument *shown;
    HumansealWallet *wallet;
    HumansealDevice *second = opened("second", NULL);
    check("lines", file(path("chip/EF.DG1"), lines, sizeof lines - 1) >= 93);
    memcpy(slip, lines, sizeof slip);
    slip[5 + 44] = slip[5 + 44] == '7' ? '8' : '7';
    size_t length = file(path("page.jpg"), photo, sizeof photo);
    done("a page", humanseal_frame_file((const uint8_t *)photo, length, &page));
    refused(INPUT, "pointer_null", humanseal_document_printed(NULL, page, NULL, &shown));

    Typist none = {{NULL}, {NULL}, 0}, typist = {{slip + 5, lines + 5, NULL}, {NULL}, 0};
    HumansealMrzReader reader = {&none, types};
    done("nobody types", humanseal_document_printed(&reader, page, NULL, &shown));
    refused(DOCUMENT, "mrz_given_up", enrol(second, issuer, before_stills, asked, shown, NULL, &wallet));
    humanseal_document_free(shown);
    done("a slip", humanseal_document_printed_lines(slip + 5, page, &shown));
    refused(DOCUMENT, "mrz_field_number", enrol(second, issuer, before_stills, asked, shown, NULL, &wallet));
    humanseal_document_free(shown);
    done("no face", humanseal_document_printed_lines(lines + 5, grey, &shown));
    refused(DOCUMENT, "no_face", enrol(second, issuer, before_stills, asked, shown, NULL, &wallet));
    humanseal_document_free(shown);

    HumansealSummary *summary;
    reader.context = &typist;
    done("a page", humanseal_document_printed(&reader, page, "de", &shown));
    done("enrolled", enrol(second, issuer, before_stills, asked, shown, NULL, &wallet));
    humanseal_document_free(shown);
    check("the slip was told", typist.asked == 2 && !typist.told[0] && same(typist.told[1], "number"));
    done("a summary", humanseal_wallet_summary(wallet, &summary));
    check("level 1", humanseal_summary_document_level(summary) == 1 && humanseal_summary_unique_level(summary) == 1);
    humanseal_summary_free(summary);

    HumansealRequest *request;
    HumansealPresentation *answer;
    HumansealAccepted *accepted;
    done("a request", humanseal_device_fetch_request(second, link, &request));
    refused(REFUSED, "issuer_not_asked",
            humanseal_device_present(second, wallet, request, &signer, &asked, 0, NULL, NULL, &answer));
    humanseal_request_free(request);
    done("a request", humanseal_device_fetch_request(second, pages, &request));
    done("an answer", humanseal_device_present(second, wallet, request, &signer, &asked, 0, NULL, NULL, &answer));
    done("accepted where it suffices", humanseal_device_send(second, answer, &accepted));
    humanseal_accepted_free(accepted);
    humanseal_presentation_free(answer);
    humanseal_request_free(request);
    humanseal_wallet_free(wallet);
    humanseal_device_free(second);
    humanseal_frame_free(page);
}

/* The wallet: words, device and generation. */
static void wallets(uint64_t generation) {
    HumansealWallet *none;
    refused(WALLET, "wallet_exists", enrol(device, issuer, before_stills, asked, document, NULL, &none));
    refused(WALLET, "wallet_wrong_passphrase", open_wallet(device, "other words", 0, &none));
    refused(WALLET, "wallet_passphrase_empty", open_wallet(device, "", 0, &none));
    refused(INPUT, "passphrase_encoding", open_wallet(device, "\xff", 0, &none));
    refused(WALLET, "wallet_rolled_back", open_wallet(device, WORDS, generation + 1, &none));
    HumansealDevice *thief = opened("thief", NULL);
    copy(path("device/wallet"), path("thief/wallet"));
    refused(WALLET, "wallet_wrong_passphrase", open_wallet(thief, WORDS, 0, &none));
    humanseal_device_free(thief);
    HumansealKeyProvider provider = {NULL, level, attest_locked, secret_locked};
    HumansealDevice *locked = opened("locked", provided(provider));
    refused(HUMANSEAL_ERROR_KIND_KEYS, "device_key_unavailable",
            enrol(locked, issuer, before_stills, asked, document, NULL, &none));
    copy(path("device/wallet"), path("locked/wallet"));
    refused(HUMANSEAL_ERROR_KIND_KEYS, "wallet_device_refused", open_wallet(locked, WORDS, 0, &none));
    humanseal_device_free(locked);
    check("no wallet", none == NULL);
}

/* The request behind a link, with another least age. */
static HumansealRequest *younger(const char *link) {
    static char body[1 << 16], command[4096];
    HumansealRequest *request;
    snprintf(command, sizeof command, "curl --silent --fail '%s'", link);
    FILE *answer = popen(command, "r");
    check("a request", answer != NULL);
    size_t length = fread(body, 1, sizeof body - 1, answer);
    check("its answer", pclose(answer) == 0);
    body[length] = 0;
    char *text = strstr(body, "\"request\":"), *age = strstr(body, "\"min_age\":18");
    check("its members", text && age);
    age[strlen("\"min_age\":1")] = '9';
    text += strlen("\"request\":");
    HumansealBytes bytes = {(const uint8_t *)text, strlen(text) - 1};
    done("another request", humanseal_request_from_json(bytes, &request));
    return request;
}

/* A backup opens on another device, under its own words, and is bound to that one then. */
static void backups(HumansealWallet *wallet) {
    HumansealPassphrase *theirs = words("backup words"), *own = words("new words");
    HumansealWallet *moved;
    HumansealLedger *ledger;
    done("a backup", humanseal_wallet_export(wallet, path("backup"), theirs));
    HumansealDevice *other = opened("other", NULL);
    refused(WALLET, "wallet_wrong_passphrase", humanseal_device_import_wallet(other, path("backup"), own, own, &moved));
    done("an import", humanseal_device_import_wallet(other, path("backup"), theirs, own, &moved));
    done("its ledger", humanseal_wallet_ledger(moved, &ledger));
    check("the ledger moved", humanseal_ledger_count(ledger) == 1);
    humanseal_ledger_free(ledger);
    humanseal_wallet_free(moved);
    humanseal_device_free(other);
    humanseal_passphrase_free(theirs);
    humanseal_passphrase_free(own);
    HumansealDevice *thief = opened("thief", NULL);
    copy(path("backup"), path("thief/wallet"));
    refused(WALLET, "wallet_device_not_bound", open_wallet(thief, "backup words", 0, &moved));
    humanseal_device_free(thief);
}

/* What was printed tells no secret, no account and nothing of the person. The library prints nothing at all. */
static void silence(const char *account, const char *pass, const char *nullifier) {
    static char mrz[256], none[1];
    check("a line of the document", file(path("chip/EF.DG1"), mrz, sizeof mrz - 1) >= 93);
    const char *secrets[16] = {WORDS, strrchr(account, ':') + 1, pass, nullifier};
    size_t count = 4;
    mrz[5 + 59] = 0; /* document number and its check digit, then the names */
    secrets[count++] = &mrz[5 + 50];
    mrz[5 + 44] = 0;
    for (char *name = strtok(&mrz[5 + 5], "<"); name && count < 16; name = strtok(NULL, "<")) secrets[count++] = name;
    for (size_t at = 0; at < count; at++) check("a secret is printed", strstr(printed, secrets[at]) == NULL);
    fflush(stderr);
    check("the library prints", file(path("printed"), none, sizeof none) == 0);
}

int main(int count, char **arguments) {
    check("arguments", count == 6);
    stage = arguments[1], issuer = arguments[2];
    const char *link = arguments[3];
    check("what is printed", freopen(path("printed"), "w", stderr) && RAND_bytes(device_secret, 32) == 1);
    const char *names[2] = {"frames/obama2.jpg", "frames/obama3.jpg"};
    static char photo[1 << 20];
    for (int at = 0; at < 2; at++) {
        size_t length = file(path(names[at]), photo, sizeof photo);
        done("a photograph", humanseal_frame_file((const uint8_t *)photo, length, &photos[at]));
    }
    HumansealKeyProvider provider = {NULL, level, attest, wallet_secret};
    device = opened("device", provided(provider));
    frames(device);
    HumansealDevice *no_device;
    HumansealKeys *keys = provided(provider);
    HumansealSettings set = settings(stage, "/none");
    refused(HUMANSEAL_ERROR_KIND_FAULT, "model_unreadable", humanseal_device_open(&set, keys, &no_device));
    set.environment = 4;
    refused(INPUT, "environment_unknown", humanseal_device_open(&set, keys, &no_device));
    humanseal_keys_free(keys);
    check("no device", no_device == NULL);

    Account account = account_new();
    HumansealAccountSigner signer = {&account, account.caip10, account_sign};
    printed_page(signer, link, arguments[5]);

    done("a document", humanseal_document_from_folder(path("chip"), &document));
    no_enrolment();

    /* The chip itself, by its card access number: a wrong one, then the right one with the link lost on the way. */
    HumansealWallet *wallet;
    Hand hand = {"", ""};
    Chip chip = chip_of(arguments[4], path("chip"), NULL);
    HumansealDocument *there = over(&chip, "654321", &hand);
    refused(DOCUMENT, "chip_access_key",
            enrol(device, issuer, before_stills, asked, there, NULL, &wallet));
    check("another tap does not mend that", !*hand.codes && !*hand.files);
    humanseal_document_free(there);
    chip_ends(&chip);
    chip = chip_of(arguments[4], path("chip"), "20");
    there = over(&chip, "123456", &hand);
    Steps steps = {.last = HUMANSEAL_STEP_PORTRAIT};
    HumansealProgress progress = {&steps, begins, ended};
    HumansealSummary *summary;
    done("a watch", humanseal_watch_new(&progress, &steps.watch));
    done("enrolled", enrol(device, issuer, before_stills, asked, there, steps.watch, &wallet));
    humanseal_watch_free(steps.watch);
    humanseal_document_free(there);
    chip_ends(&chip);
    check("lost once", same(hand.codes, "chip_link_lost "));
    const char *files[] = {"EF.SOD ", "EF.DG1 ", "EF.DG2 ", "EF.DG14 ", "EF.DG15 "};
    size_t length = 0;
    for (size_t at = 0; at < 5; at++) {
        check("a file was read", strstr(hand.files, files[at]) != NULL);
        length += strlen(files[at]);
    }
    check("read once", strlen(hand.files) == length);
    check("steps", steps.begun == steps.ended && steps.begun & 1u << HUMANSEAL_STEP_PROVE_ENROL);
    done("a summary", humanseal_wallet_summary(wallet, &summary));
    check("enrolled", humanseal_summary_standing(summary) == HUMANSEAL_STANDING_ENROLLED);
    check("its issuer", same(humanseal_summary_issuer(summary), issuer));
    check("levels", humanseal_summary_document_level(summary) == 3 && humanseal_summary_device_level(summary) == 1);
    uint64_t generation = humanseal_summary_generation(summary);
    humanseal_summary_free(summary);
    humanseal_wallet_free(wallet);
    wallets(generation);

    /* An answer to the verifier, and its ledger entry. */
    done("the wallet", open_wallet(device, WORDS, generation, &wallet));
    HumansealRequest *request;
    done("a request", humanseal_device_fetch_request(device, link, &request));
    const HumansealDemand *demand = humanseal_request_demand(request);
    check("the demand", same(humanseal_demand_network(demand), "compute.example") && humanseal_demand_min_age(demand) == 18);
    check("its chains", humanseal_request_chains(request) == 2 && same(humanseal_request_chain(request, 0), "eip155:1"));
    HumansealOwner looks = {wallet, curious};
    HumansealPresentation *answer;
    refused(REFUSED, "account_not_confirmed",
            humanseal_device_present(device, wallet, request, &signer, &looks, 0, NULL, NULL, &answer));
    HumansealRequest *other = younger(link);
    refused(REFUSED, "age_not_allowed",
            humanseal_device_present(device, wallet, other, &signer, &asked, 0, NULL, NULL, &answer));
    humanseal_request_free(other);
    HumansealAccountSigner twice = {&account, account.caip10, signs_twice};
    refused(HUMANSEAL_ERROR_KIND_KEYS, "account_signer_failed",
            humanseal_device_present(device, wallet, request, &twice, &asked, 0, NULL, NULL, &answer));
    HumansealLedger *ledger;
    done("a ledger", humanseal_wallet_ledger(wallet, &ledger));
    check("nothing was shown", humanseal_ledger_count(ledger) == 0 && !humanseal_ledger_entry(ledger, 0) && !answer);
    humanseal_ledger_free(ledger);

    HumansealAccepted *accepted, *again;
    done("an answer", humanseal_device_present(device, wallet, request, &signer, &asked, 0, NULL, NULL, &answer));
    done("verified", humanseal_device_send(device, answer, &accepted));
    check("its account", same(humanseal_accepted_account(accepted), account.caip10));
    const char *place = humanseal_presentation_nullifier(answer);
    check("its place", same(humanseal_accepted_nullifier(accepted), place) && !humanseal_presentation_contested(answer));
    done("a ledger", humanseal_wallet_ledger(wallet, &ledger));
    const HumansealDisclosure *shown = humanseal_ledger_entry(ledger, 0);
    check("its entry", humanseal_ledger_count(ledger) == 1 && same(humanseal_disclosure_account(shown), account.caip10) &&
                           humanseal_demand_min_age(humanseal_disclosure_demand(shown)) == 18);
    humanseal_ledger_free(ledger);
    HumansealRequest *closed;
    refused(HUMANSEAL_ERROR_KIND_SERVICE, "request_closed", humanseal_device_fetch_request(device, link, &closed));
    refused(HUMANSEAL_ERROR_KIND_SERVICE, "request_used", humanseal_device_send(device, answer, &again));
    check("nothing more", closed == NULL && again == NULL);
    backups(wallet);
    silence(account.caip10, humanseal_accepted_pass(accepted), place);

    FILE *pass = fopen(path("pass.jwt"), "w");
    check("a pass", pass && fprintf(pass, "%s\n", humanseal_accepted_pass(accepted)) > 0 && fclose(pass) == 0);
    printf("scenario in C: %d checks hold, the proof took %d ms\n", checks, (int)humanseal_presentation_prove_ms(answer));
    humanseal_accepted_free(accepted);
    humanseal_presentation_free(answer);
    humanseal_request_free(request);
    humanseal_wallet_free(wallet);
    humanseal_document_free(document);
    humanseal_device_free(device);
    humanseal_frame_free(grey);
    humanseal_frame_free(photos[0]);
    humanseal_frame_free(photos[1]);
    EVP_PKEY_free(account.key);
    return 0;
}
