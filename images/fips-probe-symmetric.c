/* Questions whose answers need no key pair: digests, MACs, key derivation, ciphers. */
#include "fips-probe.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

static const char *digest_with(struct question *asked, const EVP_MD *md, EVP_MD_CTX *ctx, FILE *out)
{
    struct bytes data = bytes(asked, "data");
    size_t repeat = number_or(asked, "repeat", 1);
    size_t length = number_or(asked, "out", 0);
    unsigned char *made = room(asked, length + EVP_MAX_MD_SIZE);
    unsigned int written = 0;
    int is_xof = length > 0;

    if (EVP_DigestInit_ex2(ctx, md, NULL) != 1)
        return "init";
    for (size_t i = 0; i < repeat; i++)
        if (EVP_DigestUpdate(ctx, data.at, data.length) != 1)
            return "update";
    if ((is_xof ? EVP_DigestFinalXOF(ctx, made, length) : EVP_DigestFinal_ex(ctx, made, &written)) != 1)
        return "final";
    put_hex(out, "md", made, is_xof ? length : written);
    return NULL;
}

const char *ask_digest(struct question *asked, FILE *out)
{
    EVP_MD *md = EVP_MD_fetch(NULL, text(asked, "alg"), text_or(asked, "props", NULL));
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    const char *step = md == NULL ? "fetch" : digest_with(asked, md, ctx, out);

    EVP_MD_CTX_free(ctx);
    EVP_MD_free(md);
    return step;
}

static const char *mac_with(struct question *asked, EVP_MAC *mac, EVP_MAC_CTX *ctx, FILE *out)
{
    struct bytes data = bytes(asked, "data");
    size_t repeat = number_or(asked, "repeat", 1);
    unsigned char made[1024];
    size_t length = 0;

    if (EVP_MAC_init(ctx, NULL, 0, params(asked, "", EVP_MAC_settable_ctx_params(mac))) != 1)
        return "init";
    for (size_t i = 0; i < repeat; i++)
        if (EVP_MAC_update(ctx, data.at, data.length) != 1)
            return "update";
    if (EVP_MAC_final(ctx, made, &length, sizeof(made)) != 1)
        return "final";
    put_hex(out, "mac", made, length);
    return NULL;
}

const char *ask_mac(struct question *asked, FILE *out)
{
    EVP_MAC *mac = EVP_MAC_fetch(NULL, text(asked, "alg"), text_or(asked, "props", NULL));
    EVP_MAC_CTX *ctx = mac == NULL ? NULL : EVP_MAC_CTX_new(mac);
    const char *step = "fetch";

    /* GMAC of module 3.1.2 with a key and no cipher reads what is not there, and dies. */
    if (ctx != NULL && EVP_MAC_is_a(mac, "GMAC") && !has(asked, "cipher"))
        not_understood(asked, "cipher");
    else if (ctx != NULL)
        step = mac_with(asked, mac, ctx, out);
    EVP_MAC_CTX_free(ctx);
    EVP_MAC_free(mac);
    return step;
}

const char *ask_kdf(struct question *asked, FILE *out)
{
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, text(asked, "alg"), text_or(asked, "props", NULL));
    EVP_KDF_CTX *ctx = kdf == NULL ? NULL : EVP_KDF_CTX_new(kdf);
    size_t length = number_or(asked, "out", 32);
    unsigned char *made = room(asked, length);
    const char *step = NULL;

    if (ctx == NULL)
        step = "fetch";
    else if (EVP_KDF_derive(ctx, made, length, params(asked, "", EVP_KDF_settable_ctx_params(kdf))) != 1)
        step = "derive";
    else
        put_hex(out, "key", made, length);
    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);
    return step;
}

/* All words of a question about a cipher. */
struct job {
    int encrypts;
    struct bytes key, iv, data, aad, tag;
    size_t tag_length;
    size_t padding;
    OSSL_PARAM *set;
};

static struct job job_of(struct question *asked, const EVP_CIPHER *cipher)
{
    static const struct bytes none = { NULL, 0 };
    const char *direction = text(asked, "dir");
    struct job job = { .encrypts = direction[0] == 'e', .key = bytes(asked, "key"), .data = bytes(asked, "data") };

    job.iv = has(asked, "iv") ? bytes(asked, "iv") : none;
    job.aad = has(asked, "aad") ? bytes(asked, "aad") : none;
    job.tag = has(asked, "tag") ? bytes(asked, "tag") : none;
    job.tag_length = number_or(asked, "taglen", 16);
    job.padding = number_or(asked, "padding", 0);
    job.set = params(asked, "", EVP_CIPHER_settable_ctx_params(cipher));
    return job;
}

static int is_aead(const EVP_CIPHER *cipher)
{
    return (EVP_CIPHER_get_flags(cipher) & EVP_CIPH_FLAG_AEAD_CIPHER) != 0;
}

/* The length of the IV and of the tag must be known before the key. */
static const char *prepare(EVP_CIPHER_CTX *ctx, const EVP_CIPHER *cipher, struct job *job)
{
    int is_ccm = EVP_CIPHER_get_mode(cipher) == EVP_CIPH_CCM_MODE;
    size_t length = job->encrypts ? job->tag_length : job->tag.length;

    EVP_CIPHER_CTX_set_flags(ctx, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    if (EVP_CipherInit_ex2(ctx, cipher, NULL, NULL, job->encrypts, job->set) != 1)
        return "init";
    if (is_aead(cipher) && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, (int)job->iv.length, NULL) != 1)
        return "iv-length";
    if (is_aead(cipher) && (is_ccm || !job->encrypts)
        && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, (int)length, job->encrypts ? NULL : job->tag.at) != 1)
        return "tag-length";
    if (job->key.length != (size_t)EVP_CIPHER_CTX_get_key_length(ctx)
        && EVP_CIPHER_CTX_set_key_length(ctx, (int)job->key.length) != 1)
        return "key-length";
    if (job->iv.length > 0 && job->iv.length != (size_t)EVP_CIPHER_CTX_get_iv_length(ctx))
        return "iv-length";
    if (EVP_CipherInit_ex2(ctx, NULL, job->key.at, job->iv.length > 0 ? job->iv.at : NULL, job->encrypts, NULL) != 1)
        return "key";
    EVP_CIPHER_CTX_set_padding(ctx, (int)job->padding);
    return NULL;
}

static const char *run(EVP_CIPHER_CTX *ctx, const EVP_CIPHER *cipher, const struct job *job, unsigned char *made, int *length)
{
    int more = 0;

    if (EVP_CIPHER_get_mode(cipher) == EVP_CIPH_CCM_MODE
        && EVP_CipherUpdate(ctx, NULL, &more, NULL, (int)job->data.length) != 1)
        return "length";
    if (job->aad.length > 0 && EVP_CipherUpdate(ctx, NULL, &more, job->aad.at, (int)job->aad.length) != 1)
        return "aad";
    if (EVP_CipherUpdate(ctx, made, length, job->data.at, (int)job->data.length) != 1)
        return "update";
    if (EVP_CipherFinal_ex(ctx, made + *length, &more) != 1)
        return "final";
    *length += more;
    return NULL;
}

static const char *cipher_with(struct question *asked, const EVP_CIPHER *cipher, EVP_CIPHER_CTX *ctx, FILE *out)
{
    struct job job = job_of(asked, cipher);
    unsigned char *made = room(asked, job.data.length + 64);
    unsigned char tag[16];
    int length = 0;
    const char *step = prepare(ctx, cipher, &job);

    if (step == NULL)
        step = run(ctx, cipher, &job, made, &length);
    if (step != NULL)
        return step;
    put_hex(out, "out", made, (size_t)length);
    if (!is_aead(cipher) || !job.encrypts)
        return NULL;
    if (job.tag_length > sizeof(tag) || EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, (int)job.tag_length, tag) != 1)
        return "tag";
    put_hex(out, "tag", tag, job.tag_length);
    return NULL;
}

const char *ask_cipher(struct question *asked, FILE *out)
{
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, text(asked, "alg"), text_or(asked, "props", NULL));
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    const char *step = cipher == NULL ? "fetch" : cipher_with(asked, cipher, ctx, out);

    EVP_CIPHER_CTX_free(ctx);
    EVP_CIPHER_free(cipher);
    return step;
}
