/* Questions about signatures: of a message, which the module digests, or of a digest that is given. */
#include "fips-probe.h"

#include <openssl/params.h>
#include <string.h>

/* One use of a key on a message. `ctx` belongs to `md` or is `own`. */
struct signing {
    EVP_PKEY *key;
    const char *digest;
    struct bytes message;
    int is_hash;
    EVP_MD_CTX *md;
    EVP_PKEY_CTX *own;
    EVP_PKEY_CTX *ctx;
};

static struct signing signing_of(struct question *asked)
{
    struct signing signing = { .key = key_of(asked, "key."), .is_hash = has(asked, "hash") };

    signing.message = bytes(asked, signing.is_hash ? "hash" : "data");
    /* With a digest that is given, its name is a parameter. */
    signing.digest = signing.is_hash ? NULL : text_or(asked, "digest", NULL);
    return signing;
}

static void end(struct signing *signing)
{
    EVP_MD_CTX_free(signing->md);
    EVP_PKEY_CTX_free(signing->own);
    signing->md = NULL;
    signing->own = signing->ctx = NULL;
}

static int begin_with_hash(struct signing *signing, int verifies)
{
    signing->ctx = signing->own = EVP_PKEY_CTX_new_from_pkey(NULL, signing->key, NULL);
    return verifies ? EVP_PKEY_verify_init(signing->ctx) : EVP_PKEY_sign_init(signing->ctx);
}

static int begin_with_message(struct signing *signing, int verifies)
{
    signing->md = EVP_MD_CTX_new();
    return verifies
        ? EVP_DigestVerifyInit_ex(signing->md, &signing->ctx, signing->digest, NULL, NULL, signing->key, NULL)
        : EVP_DigestSignInit_ex(signing->md, &signing->ctx, signing->digest, NULL, NULL, signing->key, NULL);
}

static const char *begin(struct question *asked, struct signing *signing, int verifies)
{
    if ((signing->is_hash ? begin_with_hash : begin_with_message)(signing, verifies) != 1)
        return "start";
    if (!set_parameters(asked, "", signing->ctx))
        return "parameters";
    return NULL;
}

/* A signature in new room. */
static const char *sign(struct question *asked, struct signing *signing, struct bytes *made)
{
    const struct bytes *message = &signing->message;
    const char *step = begin(asked, signing, 0);

    made->length = (size_t)EVP_PKEY_get_size(signing->key);
    made->at = room(asked, made->length);
    if (step == NULL
        && (signing->is_hash ? EVP_PKEY_sign(signing->ctx, made->at, &made->length, message->at, message->length)
                             : EVP_DigestSign(signing->md, made->at, &made->length, message->at, message->length))
            != 1)
        step = "sign";
    end(signing);
    return step;
}

static const char *verify(struct question *asked, struct signing *signing, struct bytes signature)
{
    const struct bytes *message = &signing->message;
    const char *step = begin(asked, signing, 1);

    if (step == NULL
        && (signing->is_hash
                ? EVP_PKEY_verify(signing->ctx, signature.at, signature.length, message->at, message->length)
                : EVP_DigestVerify(signing->md, signature.at, signature.length, message->at, message->length))
            != 1)
        step = "verify";
    end(signing);
    return step;
}

const char *ask_sign(struct question *asked, FILE *out)
{
    struct signing signing = signing_of(asked);
    struct bytes made = { NULL, 0 };
    const char *step = signing.key == NULL ? "key" : sign(asked, &signing, &made);

    if (step == NULL)
        put_hex(out, "sig", made.at, made.length);
    EVP_PKEY_free(signing.key);
    return step;
}

const char *ask_verify(struct question *asked, FILE *out)
{
    struct signing signing = signing_of(asked);
    struct bytes signature = bytes(asked, "sig");
    const char *step = signing.key == NULL ? "key" : verify(asked, &signing, signature);

    (void)out;
    EVP_PKEY_free(signing.key);
    return step;
}

/* A signature of the key's own, then one bit of the message changed under it. */
static const char *sign_and_verify(struct question *asked, struct signing *signing, FILE *out)
{
    struct bytes made = { NULL, 0 };
    const char *step = sign(asked, signing, &made);

    if (step != NULL)
        return step;
    put_yes(out, "verified", verify(asked, signing, made) == NULL);
    signing->message.at[0] ^= 1;
    put_yes(out, "altered", verify(asked, signing, made) == NULL);
    return NULL;
}

const char *ask_sign_verify(struct question *asked, FILE *out)
{
    struct signing signing = signing_of(asked);
    const char *step = signing.key == NULL ? "key" : sign_and_verify(asked, &signing, out);

    EVP_PKEY_free(signing.key);
    return step;
}
