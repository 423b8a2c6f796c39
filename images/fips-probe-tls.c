/*
 * Handshakes in memory: client and server are in this process, a pair of BIOs is the wire. Both sides are as the configuration of the
 * image makes them; words of the question that begin with `client.`, `server.` or `both.` are commands of SSL_CONF_cmd on top, but
 *
 *   context=default   the side has a library context of its own with the default provider: a stranger
 *   cert=KIND         its certificate, issued for the question by a P-256 authority that the other side trusts; the server has p256
 *                     when it does not say, the client none
 *
 * The step of a refusal is the side that gave up first, or the setting that was refused, as `client.Groups`.
 */
#include "fips-probe.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

/* The kinds of certificates: what key they have, and by which digest their issuer signed them. */
static const struct kind {
    const char *name;
    const char *type;
    const char *group;
    unsigned int bits;
    const char *digest;
} KINDS[] = {
    { "p256", "EC", "P-256", 0, "SHA256" },           { "p384", "EC", "P-384", 0, "SHA384" },
    { "p521", "EC", "P-521", 0, "SHA512" },           { "rsa2048", "RSA", NULL, 2048, "SHA256" },
    { "rsa3072", "RSA", NULL, 3072, "SHA256" },       { "rsa1024", "RSA", NULL, 1024, "SHA256" },
    { "p256-sha1", "EC", "P-256", 0, "SHA1" },        { "secp256k1", "EC", "secp256k1", 0, "SHA256" },
    { "ed25519", "ED25519", NULL, 0, "SHA256" },
};
#define KIND_COUNT (sizeof(KINDS) / sizeof(KINDS[0]))

/*
 * Certificates and keys, in DER: so each side reads them into its own context. Made when they are first needed, by a stranger, who
 * makes some that the module would not make.
 */
struct encoded {
    unsigned char *at;
    int length;
};
static struct {
    EVP_PKEY *authority_key;
    X509 *authority;
    struct encoded keys[KIND_COUNT], certificates[KIND_COUNT];
} stock;

void forget_tls(void)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        OPENSSL_free(stock.keys[i].at);
        OPENSSL_free(stock.certificates[i].at);
    }
    X509_free(stock.authority);
    EVP_PKEY_free(stock.authority_key);
}

static EVP_PKEY *new_key(const struct kind *kind)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(stranger(), kind->type, NULL);
    unsigned int bits = kind->bits;
    OSSL_PARAM set[] = { OSSL_PARAM_construct_end(), OSSL_PARAM_construct_end() };
    EVP_PKEY *key = NULL;

    if (kind->group != NULL)
        set[0] = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)kind->group, 0);
    if (bits != 0)
        set[0] = OSSL_PARAM_construct_uint(OSSL_PKEY_PARAM_RSA_BITS, &bits);
    if (ctx != NULL && EVP_PKEY_keygen_init(ctx) == 1 && EVP_PKEY_CTX_set_params(ctx, set) == 1)
        EVP_PKEY_generate(ctx, &key);
    EVP_PKEY_CTX_free(ctx);
    return key;
}

static int add_extension(X509 *certificate, int nid, const char *value)
{
    X509V3_CTX ctx;
    X509_EXTENSION *extension;
    int added;

    X509V3_set_ctx(&ctx, stock.authority != NULL ? stock.authority : certificate, certificate, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    added = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return added;
}

/* A certificate for a key: of the authority itself as long as there is none. */
static X509 *issue(EVP_PKEY *key, const char *name, const char *digest)
{
    X509 *certificate = X509_new_ex(stranger(), NULL);
    int is_authority = stock.authority == NULL;
    EVP_MD *md = EVP_MD_fetch(stranger(), digest, NULL);
    X509_NAME *subject = X509_NAME_new();
    int issued = md != NULL && certificate != NULL && subject != NULL
        && X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0) == 1
        && X509_set_version(certificate, X509_VERSION_3) == 1
        && ASN1_INTEGER_set(X509_get_serialNumber(certificate), is_authority ? 1 : 2) == 1
        && X509_gmtime_adj(X509_getm_notBefore(certificate), -3600) != NULL
        && X509_gmtime_adj(X509_getm_notAfter(certificate), 3600) != NULL
        && X509_set_subject_name(certificate, subject) == 1
        && X509_set_issuer_name(certificate, is_authority ? subject : X509_get_subject_name(stock.authority)) == 1
        && X509_set_pubkey(certificate, key) == 1
        && add_extension(certificate, NID_basic_constraints, is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE")
        && X509_sign(certificate, is_authority ? key : stock.authority_key, md) > 0;

    EVP_MD_free(md);
    X509_NAME_free(subject);
    if (issued)
        return certificate;
    X509_free(certificate);
    return NULL;
}

static int make_authority(void)
{
    if (stock.authority != NULL)
        return 1;
    stock.authority_key = new_key(&KINDS[0]);
    if (stock.authority_key != NULL)
        stock.authority = issue(stock.authority_key, "authority", "SHA256");
    return stock.authority != NULL;
}

static int make_certificate(size_t index)
{
    struct encoded *key = &stock.keys[index], *certificate = &stock.certificates[index];
    EVP_PKEY *made;
    X509 *issued;

    if (certificate->at != NULL)
        return 1;
    made = new_key(&KINDS[index]);
    issued = made == NULL ? NULL : issue(made, KINDS[index].name, KINDS[index].digest);
    if (issued != NULL) {
        key->length = i2d_PrivateKey(made, &key->at);
        certificate->length = i2d_X509(issued, &certificate->at);
    }
    X509_free(issued);
    EVP_PKEY_free(made);
    return certificate->at != NULL && key->at != NULL;
}

/* One end of a handshake. `refused` is what of its settings was refused, as `client.Groups`. */
struct side {
    const char *prefix;
    int is_server;
    OSSL_LIB_CTX *context;
    SSL_CTX *ctx;
    SSL *ssl;
    SSL_CONF_CTX *settings;
    struct question *asked;
    const char *refused;
};

static int refuse(struct side *side, const char *name)
{
    char *made = room(side->asked, strlen(side->prefix) + strlen(name) + 1);

    sprintf(made, "%s%s", side->prefix, name);
    if (side->refused == NULL)
        side->refused = made;
    return 0;
}

/* SSL_CONF_cmd says 2 when it took name and value, and -2 when it does not know the name. */
static int set(void *with, const char *name, const char *value)
{
    struct side *side = with;
    int taken = SSL_CONF_cmd(side->settings, name, value);

    if (taken == -2)
        not_understood(side->asked, name);
    return taken == 2 ? 1 : refuse(side, name);
}

/* The value for this side, or the one for both. */
static const char *word_of(struct side *side, const char *name, const char *otherwise)
{
    char own[64], shared[64];

    snprintf(own, sizeof(own), "%s%s", side->prefix, name);
    snprintf(shared, sizeof(shared), "both.%s", name);
    return text_or(side->asked, own, text_or(side->asked, shared, otherwise));
}

static int apply_settings(struct side *side)
{
    unsigned int flags = SSL_CONF_FLAG_FILE | (side->is_server ? SSL_CONF_FLAG_SERVER : SSL_CONF_FLAG_CLIENT);

    side->settings = SSL_CONF_CTX_new();
    SSL_CONF_CTX_set_flags(side->settings, flags);
    SSL_CONF_CTX_set_ssl_ctx(side->settings, side->ctx);
    return each_word(side->asked, "both.", set, side) && each_word(side->asked, side->prefix, set, side)
        && SSL_CONF_CTX_finish(side->settings) == 1;
}

static int use_certificate(struct side *side, size_t index)
{
    const unsigned char *at = stock.keys[index].at;
    EVP_PKEY *key = d2i_AutoPrivateKey_ex(NULL, &at, stock.keys[index].length, side->context, NULL);
    X509 *certificate = X509_new_ex(side->context, NULL);
    int used;

    at = stock.certificates[index].at;
    used = key != NULL && certificate != NULL && d2i_X509(&certificate, &at, stock.certificates[index].length) != NULL
        && SSL_CTX_use_certificate(side->ctx, certificate) == 1 && SSL_CTX_use_PrivateKey(side->ctx, key) == 1;
    X509_free(certificate);
    EVP_PKEY_free(key);
    return used;
}

static int give_certificate(struct side *side, const char *kind)
{
    for (size_t i = 0; kind != NULL && i < KIND_COUNT; i++)
        if (strcmp(KINDS[i].name, kind) == 0)
            return (make_certificate(i) && use_certificate(side, i)) || refuse(side, "cert");
    if (kind != NULL)
        not_understood(side->asked, "cert");
    return kind == NULL;
}

static int trust_authority(struct side *side)
{
    unsigned char *der = NULL;
    int length = i2d_X509(stock.authority, &der);
    const unsigned char *at = der;
    X509 *copy = X509_new_ex(side->context, NULL);
    int trusted = length > 0 && copy != NULL && d2i_X509(&copy, &at, length) != NULL
        && X509_STORE_add_cert(SSL_CTX_get_cert_store(side->ctx), copy) == 1;

    X509_free(copy);
    OPENSSL_free(der);
    return trusted;
}

/* Settings come first: they say how weak a certificate may be. */
static int make_side(struct side *side)
{
    const char *context = word_of(side, "context", NULL);
    const char *kind = word_of(side, "cert", side->is_server ? "p256" : NULL);

    side->context = context == NULL ? NULL : stranger();
    side->ctx = SSL_CTX_new_ex(side->context, NULL, side->is_server ? TLS_server_method() : TLS_client_method());
    if (side->ctx == NULL || !make_authority() || !trust_authority(side))
        return refuse(side, "context");
    SSL_CTX_set_verify(side->ctx, side->is_server ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_dh_auto(side->ctx, 1);
    if (!apply_settings(side) || !give_certificate(side, kind))
        return refuse(side, "settings");
    side->ssl = SSL_new(side->ctx);
    return side->ssl != NULL || refuse(side, "connection");
}

static void free_side(struct side *side)
{
    SSL_free(side->ssl);
    SSL_CONF_CTX_free(side->settings);
    SSL_CTX_free(side->ctx);
}

static int goes_on(SSL *ssl, int result)
{
    int error = SSL_get_error(ssl, result);

    return result == 1 || error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

/* One step of each side in turn, until both are done or one gives up; that one is named. */
static const char *shake_hands(SSL *client, SSL *server)
{
    for (int turn = 0; turn < 100; turn++) {
        int one = SSL_do_handshake(client), other;

        if (!goes_on(client, one))
            return "client";
        other = SSL_do_handshake(server);
        if (!goes_on(server, other))
            return "server";
        if (one == 1 && other == 1)
            return NULL;
    }
    return "handshake";
}

/* What the client writes, the server reads, and back: the keys that were agreed on work. */
static const char *talk(SSL *client, SSL *server)
{
    char read[8] = "";

    if (SSL_write(client, "there", 5) != 5 || SSL_read(server, read, sizeof(read)) != 5 || memcmp(read, "there", 5) != 0)
        return "talk";
    if (SSL_write(server, "back", 4) != 4 || SSL_read(client, read, sizeof(read)) != 4 || memcmp(read, "back", 4) != 0)
        return "talk";
    return NULL;
}

static void put_group(SSL *client, FILE *out)
{
    EVP_PKEY *share = NULL;
    const char *name = SSL_get0_group_name(client);

    if (name != NULL)
        put_text(out, "group", name);
    else if (SSL_get_peer_tmp_key(client, &share) == 1)
        fprintf(out, " group=%s-%d", EVP_PKEY_get0_type_name(share), EVP_PKEY_get_bits(share));
    else
        put_text(out, "group", "none");
    EVP_PKEY_free(share);
}

static void put_handshake(SSL *client, FILE *out)
{
    const char *sigalg = NULL;

    put_text(out, "version", SSL_get_version(client));
    put_text(out, "suite", SSL_CIPHER_get_name(SSL_get_current_cipher(client)));
    put_group(client, out);
    put_text(out, "sigalg", SSL_get0_peer_signature_name(client, &sigalg) == 1 ? sigalg : "none");
    put_yes(out, "ems", SSL_get_extms_support(client) == 1);
}

static const char *connect_sides(struct side *client, struct side *server, FILE *out)
{
    BIO *here = NULL, *there = NULL;
    const char *step;

    if (BIO_new_bio_pair(&here, 0, &there, 0) != 1)
        return "wire";
    SSL_set_bio(client->ssl, here, here);
    SSL_set_bio(server->ssl, there, there);
    SSL_set_connect_state(client->ssl);
    SSL_set_accept_state(server->ssl);
    ERR_clear_error();
    step = shake_hands(client->ssl, server->ssl);
    if (step == NULL)
        step = talk(client->ssl, server->ssl);
    if (step == NULL)
        put_handshake(client->ssl, out);
    return step;
}

const char *ask_tls(struct question *asked, FILE *out)
{
    struct side client = { .prefix = "client.", .asked = asked };
    struct side server = { .prefix = "server.", .asked = asked, .is_server = 1 };
    const char *step;

    if (!make_side(&client))
        step = client.refused;
    else if (!make_side(&server))
        step = server.refused;
    else
        step = connect_sides(&client, &server, out);
    free_side(&client);
    free_side(&server);
    return step;
}
