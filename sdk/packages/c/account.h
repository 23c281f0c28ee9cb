/* A Solana account whose Ed25519 key OpenSSL has. Its address is the public key in base58. */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include <assert.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "humanseal.h"

typedef struct {
    EVP_PKEY *key;
    char caip10[128];
} Account;

static void base58(const uint8_t bytes[32], char text[45]) {
    const char *letters = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    uint8_t digits[44] = {0}; /* 58^44 is more than 2^256; the least digit first */
    size_t length = 0, zeros = 0;
    while (zeros < 32 && bytes[zeros] == 0) zeros++;
    for (size_t at = zeros; at < 32; at++) {
        unsigned carry = bytes[at];
        for (size_t digit = 0; digit < length || carry > 0; digit++) {
            carry += digit < length ? 256u * digits[digit] : 0;
            digits[digit] = (uint8_t)(carry % 58);
            carry /= 58;
            if (digit == length) length++;
        }
    }
    memset(text, letters[0], zeros);
    for (size_t at = 0; at < length; at++) text[zeros + at] = letters[digits[length - 1 - at]];
    text[zeros + length] = 0;
}

static Account account_new(void) {
    Account account = {EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), ""};
    uint8_t key[32];
    size_t length = sizeof key;
    char address[45];
    assert(account.key && EVP_PKEY_get_raw_public_key(account.key, key, &length) == 1);
    base58(key, address);
    snprintf(account.caip10, sizeof account.caip10, "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp:%s", address);
    return account;
}

/* Signs bytes by Ed25519. */
static int signed_by(EVP_PKEY *key, const uint8_t *bytes, size_t length, uint8_t signature[64]) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t written = 64;
    int done = context && EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
               EVP_DigestSign(context, signature, &written, bytes, length) == 1;
    EVP_MD_CTX_free(context);
    return done;
}

static int32_t account_sign(void *context, const char *message, HumansealReply *reply) {
    uint8_t signature[64];
    if (!signed_by(((Account *)context)->key, (const uint8_t *)message, strlen(message), signature)) return 0;
    HumansealError *error = humanseal_reply(reply, signature, sizeof signature);
    int32_t done = error == NULL;
    humanseal_error_free(error);
    return done;
}

#endif
