/* Questions about random bytes: the three generators of the library, and generators made for the question. */
#include "fips-probe.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

/* The generator that a question is about; the library keeps it. */
static EVP_RAND_CTX *generator(struct question *asked)
{
    const char *which = text(asked, "which");

    if (strcmp(which, "primary") == 0)
        return RAND_get0_primary(NULL);
    if (strcmp(which, "public") == 0)
        return RAND_get0_public(NULL);
    if (strcmp(which, "private") == 0)
        return RAND_get0_private(NULL);
    not_understood(asked, "which");
    return NULL;
}

static unsigned int reseed_counter(EVP_RAND_CTX *ctx)
{
    unsigned int counter = 0;
    OSSL_PARAM asked[] = { OSSL_PARAM_construct_uint(OSSL_DRBG_PARAM_RESEED_COUNTER, &counter), OSSL_PARAM_construct_end() };

    return EVP_RAND_CTX_get_params(ctx, asked) == 1 ? counter : 0;
}

const char *ask_rand(struct question *asked, FILE *out)
{
    EVP_RAND_CTX *ctx = generator(asked);
    char cipher[40] = "";
    OSSL_PARAM named[] = { OSSL_PARAM_construct_utf8_string(OSSL_DRBG_PARAM_CIPHER, cipher, sizeof(cipher)),
                           OSSL_PARAM_construct_end() };

    if (ctx == NULL)
        return "generator";
    put_text(out, "alg", EVP_RAND_get0_name(EVP_RAND_CTX_get0_rand(ctx)));
    put_text(out, "provider", OSSL_PROVIDER_get0_name(EVP_RAND_get0_provider(EVP_RAND_CTX_get0_rand(ctx))));
    fprintf(out, " strength=%u state=%d", EVP_RAND_get_strength(ctx), EVP_RAND_get_state(ctx));
    if (EVP_RAND_CTX_get_params(ctx, named) == 1 && cipher[0] != '\0')
        put_text(out, "cipher", cipher);
    return NULL;
}

/* Two draws that are equal, or all zero, are no random bytes; that they are good ones, no test of the output can tell. */
static void put_draws(FILE *out, const unsigned char *one, const unsigned char *other, size_t length)
{
    size_t zeros = 0;

    for (size_t i = 0; i < length; i++)
        zeros += one[i] == 0;
    put_yes(out, "differ", memcmp(one, other, length) != 0);
    put_yes(out, "zero", zeros == length);
}

const char *ask_draw(struct question *asked, FILE *out)
{
    EVP_RAND_CTX *ctx = generator(asked);
    size_t length = number_or(asked, "bytes", 32);
    unsigned char *one = room(asked, length), *other = room(asked, length);
    unsigned int strength = ctx == NULL ? 0 : EVP_RAND_get_strength(ctx);

    if (ctx == NULL)
        return "generator";
    if (EVP_RAND_generate(ctx, one, length, strength, 0, NULL, 0) != 1
        || EVP_RAND_generate(ctx, other, length, strength, 0, NULL, 0) != 1)
        return "generate";
    put_draws(out, one, other, length);
    return NULL;
}

const char *ask_reseed(struct question *asked, FILE *out)
{
    EVP_RAND_CTX *ctx = generator(asked);
    unsigned int before;

    if (ctx == NULL)
        return "generator";
    before = reseed_counter(ctx);
    if (EVP_RAND_reseed(ctx, 1, NULL, 0, NULL, 0) != 1)
        return "reseed";
    put_yes(out, "counted", reseed_counter(ctx) > before);
    return NULL;
}

/* A source that gives the entropy of the question instead of random bytes: only for known answers, and not approved. */
static EVP_RAND_CTX *known_source(struct bytes entropy, struct bytes nonce)
{
    EVP_RAND *rand = EVP_RAND_fetch(NULL, "TEST-RAND", "-fips");
    EVP_RAND_CTX *ctx = EVP_RAND_CTX_new(rand, NULL);
    unsigned int strength = 256;
    OSSL_PARAM set[] = { OSSL_PARAM_construct_octet_string(OSSL_RAND_PARAM_TEST_ENTROPY, entropy.at, entropy.length),
                         OSSL_PARAM_construct_octet_string(OSSL_RAND_PARAM_TEST_NONCE, nonce.at, nonce.length),
                         OSSL_PARAM_construct_uint(OSSL_RAND_PARAM_STRENGTH, &strength), OSSL_PARAM_construct_end() };

    EVP_RAND_free(rand);
    if (ctx != NULL && EVP_RAND_instantiate(ctx, strength, 0, NULL, 0, set) != 1) {
        EVP_RAND_CTX_free(ctx);
        return NULL;
    }
    return ctx;
}

static struct bytes optional(struct question *asked, const char *name)
{
    return has(asked, name) ? bytes(asked, name) : (struct bytes){ NULL, 0 };
}

static const char *generate_with(struct question *asked, EVP_RAND_CTX *ctx, FILE *out)
{
    int is_known = has(asked, "entropy");
    struct bytes pers = optional(asked, "pers"), add1 = optional(asked, "add1"), add2 = optional(asked, "add2");
    size_t length = number_or(asked, "out", 32);
    unsigned char *one = room(asked, length), *other = room(asked, length);
    OSSL_PARAM *set = params(asked, "", EVP_RAND_settable_ctx_params(EVP_RAND_CTX_get0_rand(ctx)));

    if (EVP_RAND_CTX_set_params(ctx, set) != 1)
        return "parameters";
    if (EVP_RAND_instantiate(ctx, 0, 0, pers.at, pers.length, NULL) != 1)
        return "instantiate";
    if (EVP_RAND_generate(ctx, one, length, 0, 0, add1.at, add1.length) != 1
        || EVP_RAND_generate(ctx, other, length, 0, 0, add2.at, add2.length) != 1)
        return "generate";
    fprintf(out, " strength=%u", EVP_RAND_get_strength(ctx));
    if (is_known)
        put_hex(out, "out", other, length);
    else
        put_draws(out, one, other, length);
    if (EVP_RAND_uninstantiate(ctx) != 1)
        return "uninstantiate";
    put_yes(out, "zeroized", EVP_RAND_verify_zeroization(ctx));
    return NULL;
}

/* A generator of its own: on the library's primary one, or on known entropy. */
const char *ask_drbg(struct question *asked, FILE *out)
{
    int is_known = has(asked, "entropy");
    EVP_RAND *rand = EVP_RAND_fetch(NULL, text(asked, "alg"), text_or(asked, "props", NULL));
    EVP_RAND_CTX *source = is_known ? known_source(bytes(asked, "entropy"), bytes(asked, "nonce")) : NULL;
    EVP_RAND_CTX *ctx = rand == NULL ? NULL : EVP_RAND_CTX_new(rand, is_known ? source : RAND_get0_primary(NULL));
    const char *step = "fetch";

    if (is_known && source == NULL)
        step = "source";
    else if (ctx != NULL)
        step = generate_with(asked, ctx, out);
    EVP_RAND_CTX_free(ctx);
    EVP_RAND_CTX_free(source);
    EVP_RAND_free(rand);
    return step;
}
