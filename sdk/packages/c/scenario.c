/* What C does with the library: opens a device, looks at frames, is refused by code. C calls the boundary that UniFFI
 * lays under every language, as the header has it: objects are handles, strings and records bytes in big-endian order,
 * long work a future that is polled. Enrolling from C takes the tables of callbacks of the same header; the
 * languages above have them written already.
 *
 * scenario STORE MODELS PHOTO
 */
#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "humanseal.h"

static RustCallStatus status;

/* Bytes in UniFFI's order: integers big-endian, strings with their length before them. */
typedef struct { uint8_t bytes[1 << 20]; int32_t length; } Writer;

static void put(Writer *to, const void *bytes, size_t length) {
    assert(to->length + length <= sizeof to->bytes);
    memcpy(to->bytes + to->length, bytes, length);
    to->length += (int32_t)length;
}
static void put_i32(Writer *to, int32_t value) {
    uint8_t bytes[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};
    put(to, bytes, 4);
}
static void put_text(Writer *to, const char *text) {
    put_i32(to, (int32_t)strlen(text));
    put(to, text, strlen(text));
}
/* Hands it over; the library frees it. */
static RustBuffer given(const Writer *from) {
    return ffi_humanseal_rustbuffer_from_bytes((ForeignBytes){from->length, from->bytes}, &status);
}
/* A string by itself has no length before it. */
static RustBuffer text(const char *words) {
    ForeignBytes bytes = {(int32_t)strlen(words), (const uint8_t *)words};
    return ffi_humanseal_rustbuffer_from_bytes(bytes, &status);
}
static int has(RustBuffer buffer, const char *words) {
    size_t length = strlen(words);
    for (size_t at = 0; at + length <= buffer.len; at++)
        if (memcmp(buffer.data + at, words, length) == 0) return 1;
    return 0;
}
/* That the last call was refused by this code. */
static void refused(const char *code) {
    if (status.code != 1 || !has(status.errorBuf, code)) {
        fprintf(stderr, "expected %s, got status %d\n", code, status.code);
        exit(1);
    }
    RustCallStatus freed = {0};
    ffi_humanseal_rustbuffer_free(status.errorBuf, &freed);
    status = (RustCallStatus){0};
}
static void done(const char *what) {
    if (status.code != 0) {
        fprintf(stderr, "%s: status %d\n", what, status.code);
        exit(1);
    }
}

static atomic_int ready;
static void woken(uint64_t data, int8_t result) {
    (void)data;
    ready = result == 0 ? 1 : -1; /* 0 is done, 1 poll again */
}
/* Waits for a future; its result is fetched by the function of its type. */
static void await(uint64_t future, void (*poll)(uint64_t, UniffiRustFutureContinuationCallback, uint64_t)) {
    do {
        ready = 0;
        poll(future, woken, 0);
        while (ready == 0) usleep(1000);
    } while (ready < 0);
}

int main(int count, char **arguments) {
    assert(count == 4);
    static Writer one, photo;
    put_i32(&one, 1);

    static uint8_t pixels[640 * 480 * 3];
    uniffi_humanseal_fn_constructor_frame_rgb((ForeignBytes){10, pixels}, 640, 480, 1920, given(&one), &status);
    refused("frame_length");
    uniffi_humanseal_fn_constructor_frame_rgb((ForeignBytes){10, pixels}, 9999, 480, 29997, given(&one), &status);
    refused("frame_size");
    ForeignBytes all = {sizeof pixels, pixels};
    uint64_t black = uniffi_humanseal_fn_constructor_frame_rgb(all, 640, 480, 1920, given(&one), &status);
    done("a black frame");

    char key[4096];
    snprintf(key, sizeof key, "%s/device.key", arguments[1]);
    uint64_t keys = uniffi_humanseal_fn_func_software_keys(text(key), &status);
    static Writer settings; /* store, models, environment (3 is development), language, staged */
    put_text(&settings, arguments[1]);
    put_text(&settings, arguments[2]);
    put_i32(&settings, 3);
    put_text(&settings, "de");
    put(&settings, "", 1);
    uint64_t opening = uniffi_humanseal_fn_constructor_device_open(given(&settings), keys);
    await(opening, ffi_humanseal_rust_future_poll_u64);
    uint64_t device = ffi_humanseal_rust_future_complete_u64(opening, &status);
    done("a device");
    ffi_humanseal_rust_future_free_u64(opening);

    static uint8_t file[1 << 20];
    FILE *opened = fopen(arguments[3], "rb");
    assert(opened);
    size_t length = fread(file, 1, sizeof file - 4, opened);
    put_i32(&photo, (int32_t)length);
    put(&photo, file, length);
    uint64_t face = uniffi_humanseal_fn_constructor_frame_file(given(&photo), &status);
    done("a photograph");

    uint64_t frames[2] = {black, face};
    for (int at = 0; at < 2; at++) {
        /* A call takes its handles, so the device is cloned. */
        uint64_t again = uniffi_humanseal_fn_clone_device(device, &status);
        uint64_t looking = uniffi_humanseal_fn_method_device_look(again, frames[at]);
        await(looking, ffi_humanseal_rust_future_poll_rust_buffer);
        RustBuffer look = ffi_humanseal_rust_future_complete_rust_buffer(looking, &status);
        done("a look");
        ffi_humanseal_rust_future_free_rust_buffer(looking);
        if (has(look, "no_face") != (at == 0)) return 1;
        ffi_humanseal_rustbuffer_free(look, &status);
    }
    uniffi_humanseal_fn_free_device(device, &status);
    done("its end");
    puts("scenario in C: frames refused by code, a device opened, a face seen");
    return 0;
}
