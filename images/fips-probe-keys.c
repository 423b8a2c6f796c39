/* Questions about key pairs: making and checking them, agreement, transport. */
#include "fips-probe.h"

#include <openssl/core_names.h>
#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <string.h>

#define MOST_KEYS 32

/* The new keys of earlier questions, by their words. */
static struct {
    char *words;
    EVP_PKEY *key;
} made[MOST_KEYS];
static size_t made_count;

void forget_keys(void)
{
    while (made_count > 0) {
        made_count--;
        free(made[made_count].words);
        EVP_PKEY_free(made[made_count].key);
    }
}

/* Some operations know no parameters at all, and refuse even none. */
int set_parameters(struct question *asked, const char *prefix, EVP_PKEY_CTX *ctx)
{
    OSSL_PARAM *set = params(asked, prefix, EVP_PKEY_CTX_settable_params(ctx));

    return set[0].key == NULL || EVP_PKEY_CTX_set_params(ctx, set) == 1;
}

/* A new key of the type, or NULL and the step at which it was refused. */
static EVP_PKEY *generate(struct question *asked, const char *type, const char *prefix, const char **step)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    EVP_PKEY *key = NULL;

    *step = NULL;
    if (ctx == NULL || EVP_PKEY_keygen_init(ctx) != 1)
        *step = "fetch";
    else if (!set_parameters(asked, prefix, ctx))
        *step = "parameters";
    else if (EVP_PKEY_generate(ctx, &key) != 1)
        *step = "generate";
    EVP_PKEY_CTX_free(ctx);
    return key;
}

static EVP_PKEY *decode(struct bytes der)
{
    EVP_PKEY *key = NULL;
    OSSL_DECODER_CTX *ctx = OSSL_DECODER_CTX_new_for_pkey(&key, "DER", NULL, NULL, 0, NULL, NULL);
    const unsigned char *at = der.at;
    size_t left = der.length;

    if (ctx != NULL)
        OSSL_DECODER_from_data(ctx, &at, &left);
    OSSL_DECODER_CTX_free(ctx);
    return key;
}

/* What can be set must be asked first: asking takes the context back out of its operation. */
static EVP_PKEY *import(struct question *asked, const char *type, const char *prefix)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    const OSSL_PARAM *settable = ctx == NULL ? NULL : EVP_PKEY_fromdata_settable(ctx, EVP_PKEY_KEYPAIR);
    EVP_PKEY *key = NULL;

    if (settable != NULL && EVP_PKEY_fromdata_init(ctx) == 1)
        EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params(asked, prefix, settable));
    EVP_PKEY_CTX_free(ctx);
    return key;
}

static int take(void *unused, const char *name, const char *value)
{
    (void)unused, (void)name, (void)value;
    return 1;
}

static EVP_PKEY *recalled(struct question *asked, const char *prefix, const char *words)
{
    for (size_t i = 0; i < made_count; i++) {
        if (strcmp(made[i].words, words) != 0 || EVP_PKEY_up_ref(made[i].key) != 1)
            continue;
        each_word(asked, prefix, take, NULL);
        return made[i].key;
    }
    return NULL;
}

static void remember(const char *words, EVP_PKEY *key)
{
    if (key == NULL || made_count == MOST_KEYS || EVP_PKEY_up_ref(key) != 1)
        return;
    made[made_count].words = strdup(words);
    made[made_count++].key = key;
}

/* The key that an earlier question made by the same words, or a new one. */
static EVP_PKEY *same_or_new(struct question *asked, const char *type, const char *prefix)
{
    const char *words = spelled(asked, prefix), *step;
    EVP_PKEY *key = recalled(asked, prefix, words);

    if (key != NULL)
        return key;
    key = generate(asked, type, prefix, &step);
    remember(words, key);
    return key;
}

EVP_PKEY *key_of(struct question *asked, const char *prefix)
{
    char *name = room(asked, strlen(prefix) + 8);

    sprintf(name, "%sder", prefix);
    if (has(asked, name))
        return decode(bytes(asked, name));
    sprintf(name, "%stype", prefix);
    if (has(asked, name))
        return import(asked, text(asked, name), prefix);
    sprintf(name, "%snew", prefix);
    return same_or_new(asked, text(asked, name), prefix);
}

static int passes(EVP_PKEY *key, int (*check)(EVP_PKEY_CTX *ctx))
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    int passed = ctx != NULL && check(ctx) == 1;

    EVP_PKEY_CTX_free(ctx);
    return passed;
}

static void put_key(FILE *out, EVP_PKEY *key)
{
    fprintf(out, " bits=%d security=%d", EVP_PKEY_get_bits(key), EVP_PKEY_get_security_bits(key));
    put_yes(out, "public", passes(key, EVP_PKEY_public_check));
}

const char *ask_keygen(struct question *asked, FILE *out)
{
    size_t before = self_tests_so_far();
    const char *step;
    EVP_PKEY *key = generate(asked, text(asked, "type"), "", &step);

    if (key == NULL)
        return step;
    put_key(out, key);
    put_yes(out, "private", passes(key, EVP_PKEY_private_check));
    put_yes(out, "pairwise", passes(key, EVP_PKEY_pairwise_check));
    put_self_tests(out, before, self_tests_so_far());
    EVP_PKEY_free(key);
    return NULL;
}

const char *ask_key(struct question *asked, FILE *out)
{
    EVP_PKEY *key = key_of(asked, "key.");

    if (key == NULL)
        return "key";
    put_key(out, key);
    EVP_PKEY_free(key);
    return NULL;
}

/* The secret that two keys agree on, in new room. */
static const char *secret_of(struct question *asked, EVP_PKEY *key, EVP_PKEY *peer, struct bytes *secret)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    const char *step = NULL;

    if (ctx == NULL || EVP_PKEY_derive_init(ctx) != 1)
        step = "start";
    else if (!set_parameters(asked, "", ctx))
        step = "parameters";
    else if (EVP_PKEY_derive_set_peer(ctx, peer) != 1)
        step = "peer";
    else if (EVP_PKEY_derive(ctx, NULL, &secret->length) != 1)
        step = "derive";
    if (step == NULL) {
        secret->at = room(asked, secret->length);
        if (EVP_PKEY_derive(ctx, secret->at, &secret->length) != 1)
            step = "derive";
    }
    EVP_PKEY_CTX_free(ctx);
    return step;
}

const char *ask_derive(struct question *asked, FILE *out)
{
    struct bytes secret = { NULL, 0 };
    EVP_PKEY *key = key_of(asked, "key."), *peer = key == NULL ? NULL : key_of(asked, "peer.");
    const char *step = key == NULL ? "key" : peer == NULL ? "peer-key" : secret_of(asked, key, peer, &secret);

    if (step == NULL)
        put_hex(out, "secret", secret.at, secret.length);
    EVP_PKEY_free(key);
    EVP_PKEY_free(peer);
    return step;
}

static const char *agree(struct question *asked, EVP_PKEY *one, EVP_PKEY *other, FILE *out)
{
    struct bytes here = { NULL, 0 }, there = { NULL, 0 };
    const char *step = secret_of(asked, one, other, &here);

    if (step == NULL)
        step = secret_of(asked, other, one, &there);
    if (step != NULL)
        return step;
    fprintf(out, " bytes=%zu", here.length);
    put_yes(out, "equal", here.length == there.length && memcmp(here.at, there.at, here.length) == 0);
    return NULL;
}

const char *ask_agree(struct question *asked, FILE *out)
{
    const char *type = text(asked, "type"), *step;
    EVP_PKEY *one = generate(asked, type, "", &step), *other = one == NULL ? NULL : generate(asked, type, "", &step);

    if (other != NULL)
        step = agree(asked, one, other, out);
    EVP_PKEY_free(one);
    EVP_PKEY_free(other);
    return step;
}

typedef int transform_init(EVP_PKEY_CTX *ctx);
typedef int transform(EVP_PKEY_CTX *ctx, unsigned char *out, size_t *length, const unsigned char *in, size_t in_length);

/* `data` encrypted or decrypted by the key, in new room. */
static const char *transformed(struct question *asked, EVP_PKEY *key, transform_init *init, transform *run, struct bytes data,
                               struct bytes *result)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    const char *step = NULL;

    result->length = (size_t)EVP_PKEY_get_size(key);
    result->at = room(asked, result->length);
    if (ctx == NULL || init(ctx) != 1)
        step = "start";
    else if (!set_parameters(asked, "", ctx))
        step = "parameters";
    else if (run(ctx, result->at, &result->length, data.at, data.length) != 1)
        step = run == EVP_PKEY_encrypt ? "encrypt" : "decrypt";
    EVP_PKEY_CTX_free(ctx);
    return step;
}

const char *ask_decrypt(struct question *asked, FILE *out)
{
    EVP_PKEY *key = key_of(asked, "key.");
    struct bytes data = bytes(asked, "data"), clear;
    const char *step = key == NULL ? "key" : transformed(asked, key, EVP_PKEY_decrypt_init, EVP_PKEY_decrypt, data, &clear);

    if (step == NULL)
        put_hex(out, "out", clear.at, clear.length);
    EVP_PKEY_free(key);
    return step;
}

/* There and back; and once more with one bit changed on the way, which must not come back the same. */
static const char *transport(struct question *asked, EVP_PKEY *key, struct bytes data, FILE *out)
{
    struct bytes hidden, clear;
    const char *step = transformed(asked, key, EVP_PKEY_encrypt_init, EVP_PKEY_encrypt, data, &hidden);

    if (step == NULL)
        step = transformed(asked, key, EVP_PKEY_decrypt_init, EVP_PKEY_decrypt, hidden, &clear);
    if (step != NULL)
        return step;
    put_yes(out, "recovered", clear.length == data.length && memcmp(clear.at, data.at, data.length) == 0);
    hidden.at[hidden.length - 1] ^= 1;
    step = transformed(asked, key, EVP_PKEY_decrypt_init, EVP_PKEY_decrypt, hidden, &clear);
    put_yes(out, "altered", step == NULL && clear.length == data.length && memcmp(clear.at, data.at, data.length) == 0);
    return NULL;
}

const char *ask_transport(struct question *asked, FILE *out)
{
    EVP_PKEY *key = key_of(asked, "key.");
    struct bytes data = bytes(asked, "data");
    const char *step = key == NULL ? "key" : transport(asked, key, data, out);

    EVP_PKEY_free(key);
    return step;
}

static const char *encapsulate(struct question *asked, EVP_PKEY *key, EVP_PKEY_CTX *ctx, FILE *out)
{
    size_t size = (size_t)EVP_PKEY_get_size(key), length = size, secret_length = size, opened_length = size;
    unsigned char *hidden = room(asked, size), *secret = room(asked, size), *opened = room(asked, size);

    if (EVP_PKEY_encapsulate_init(ctx, NULL) != 1)
        return "start";
    if (!set_parameters(asked, "", ctx))
        return "parameters";
    if (EVP_PKEY_encapsulate(ctx, hidden, &length, secret, &secret_length) != 1)
        return "encapsulate";
    if (EVP_PKEY_decapsulate_init(ctx, NULL) != 1 || !set_parameters(asked, "", ctx)
        || EVP_PKEY_decapsulate(ctx, opened, &opened_length, hidden, length) != 1)
        return "decapsulate";
    fprintf(out, " bytes=%zu", secret_length);
    put_yes(out, "equal", secret_length == opened_length && memcmp(secret, opened, secret_length) == 0);
    return NULL;
}

const char *ask_encapsulate(struct question *asked, FILE *out)
{
    EVP_PKEY *key = key_of(asked, "key.");
    EVP_PKEY_CTX *ctx = key == NULL ? NULL : EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    const char *step = ctx == NULL ? "key" : encapsulate(asked, key, ctx, out);

    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(key);
    return step;
}
