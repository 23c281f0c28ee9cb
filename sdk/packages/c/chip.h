/* The document's chip, in software, and whoever holds it to the reader. The program `humanseal document emulate` takes a line of
 * hexadecimal digits a command; an empty answer is a lost link. */
#ifndef CHIP_H
#define CHIP_H

#include <sys/wait.h>
#include <unistd.h>

#include "actors.h"

typedef struct {
    pid_t program;
    FILE *commands, *answers;
} Chip;

/* `lose` is the command at which the document is taken away once, or NULL. */
static Chip chip_of(char *program, const char *folder, char *lose) {
    char *words[] = {program, "document", "emulate", (char *)folder, lose ? "--lose" : NULL, lose, NULL};
    int to[2], from[2];
    check("pipes", pipe(to) == 0 && pipe(from) == 0);
    Chip chip = {.program = fork()};
    check("a chip", chip.program >= 0);
    if (chip.program == 0) {
        dup2(to[0], 0), dup2(from[1], 1);
        close(to[0]), close(to[1]), close(from[0]), close(from[1]);
        execv(program, words);
        _exit(127);
    }
    close(to[0]), close(from[1]);
    chip.commands = fdopen(to[1], "w");
    chip.answers = fdopen(from[0], "r");
    check("its lines", chip.commands && chip.answers);
    return chip;
}

static void chip_ends(Chip *chip) {
    int status = -1;
    fclose(chip->commands);
    check("the chip ended well", waitpid(chip->program, &status, 0) == chip->program && status == 0);
    fclose(chip->answers);
}

static int32_t transceive(void *context, const uint8_t *command, size_t length, HumansealReply *response) {
    static char line[2 * 65538 + 2];
    static uint8_t answer[65538];
    Chip *chip = context;
    for (size_t at = 0; at < length; at++) fprintf(chip->commands, "%02x", command[at]);
    if (fputc('\n', chip->commands) == EOF || fflush(chip->commands) != 0) return 0;
    if (!fgets(line, sizeof line, chip->answers)) return 0;
    size_t digits = strcspn(line, "\n");
    for (size_t at = 0; at < digits / 2; at++)
        if (sscanf(line + 2 * at, "%2hhx", &answer[at]) != 1) return 0;
    return digits > 0 && did(humanseal_reply(response, answer, digits / 2));
}

/* Holds the document there again after a lost link, and only then. */
typedef struct {
    char files[256], codes[256]; /* each with a space behind */
} Hand;

static void read_so_far(void *context, const char *file, uint32_t bytes, uint32_t of) {
    Hand *hand = context;
    size_t length = strlen(hand->files);
    if (bytes == of) snprintf(hand->files + length, sizeof hand->files - length, "%s ", file);
}
static int32_t again(void *context, const char *code, const char *advice) {
    Hand *hand = context;
    size_t length = strlen(hand->codes);
    snprintf(hand->codes + length, sizeof hand->codes - length, "%s ", code);
    check("advice", strlen(advice) > 10);
    return same(code, "chip_link_lost");
}

/* The chip as a document, by a card access number. What the callbacks use is to outlive it. */
static HumansealDocument *over(Chip *chip, const char *can, Hand *hand) {
    HumansealAccess *access;
    HumansealDocument *document;
    HumansealNfcLink link = {chip, transceive};
    HumansealNfcTap tap = {hand, read_so_far, again};
    done("an access", humanseal_access_from_can(can, &access));
    done("a chip", humanseal_document_over_nfc(&link, access, &tap, "de", &document));
    humanseal_access_free(access);
    return document;
}

#endif
