/* What the parts of the probe share: a question taken apart, and the words of an answer. fips-probe.c says what there is to ask. */
#ifndef FIPS_PROBE_H
#define FIPS_PROBE_H

#include <openssl/core.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <stdio.h>

struct question;

struct bytes {
    unsigned char *at;
    size_t length;
};

/* What a verb does: it writes ` name=value` pairs to `out`, and returns NULL, or the step at which it was refused. */
typedef const char *verb(struct question *asked, FILE *out);

/*
 * The words of a question. Whoever looks at one takes it; a question of which a word was not taken, or which lacks one that is needed,
 * is not understood. Everything that these return lives as long as the question.
 */
int has(const struct question *asked, const char *name);
const char *text(struct question *asked, const char *name);
const char *text_or(struct question *asked, const char *name, const char *otherwise);
size_t number_or(struct question *asked, const char *name, size_t otherwise);
struct bytes bytes(struct question *asked, const char *name);
void *room(struct question *asked, size_t length);
void not_understood(struct question *asked, const char *what);

/*
 * The words that begin with `prefix`, of those that can be set, as parameters: texts and numbers, or bytes by `hex…` names. The same
 * words are parameters as often as this is called.
 */
OSSL_PARAM *params(struct question *asked, const char *prefix, const OSSL_PARAM *settable);

/* The words that begin with `prefix`, one after another: calls `each` with the name behind the prefix until it does not return 1; as often as called. */
int each_word(struct question *asked, const char *prefix, int (*each)(void *with, const char *name, const char *value), void *with);

/* All words that begin with `prefix`, as one text; none of them is taken. */
const char *spelled(struct question *asked, const char *prefix);

void put_hex(FILE *out, const char *name, const unsigned char *at, size_t length);
void put_text(FILE *out, const char *name, const char *value);
void put_yes(FILE *out, const char *name, int holds);

/* fips-probe-module.c */
OSSL_LIB_CTX *stranger(void);
void forget_stranger(void);
void listen_to_self_tests(void);
void end_of_start(void);
/* Where the record of self-tests is now, and what was added to it since, as ` tests=type/name:verdict,…`. */
size_t self_tests_so_far(void);
void put_self_tests(FILE *out, size_t since, size_t until);
verb ask_core, ask_libraries, ask_defaults, ask_providers, ask_provider, ask_fetch, ask_offers;
verb ask_load, ask_events, ask_corrupt, ask_selftest;

/* fips-probe-random.c */
verb ask_rand, ask_draw, ask_reseed, ask_drbg;

/* fips-probe-symmetric.c */
verb ask_digest, ask_mac, ask_kdf, ask_cipher;

/* fips-probe-signatures.c */
verb ask_sign, ask_verify, ask_sign_verify;

/* fips-probe-keys.c */
/* The key that the words with this prefix describe, or NULL; the caller frees it. */
EVP_PKEY *key_of(struct question *asked, const char *prefix);
/* The words that are parameters of an operation on a key, set. */
int set_parameters(struct question *asked, const char *prefix, EVP_PKEY_CTX *ctx);
verb ask_keygen, ask_key, ask_derive, ask_agree, ask_decrypt, ask_transport, ask_encapsulate;
void forget_keys(void);

/* fips-probe-tls.c */
verb ask_tls;
void forget_tls(void);

#endif
