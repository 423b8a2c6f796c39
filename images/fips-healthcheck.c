/*
 * The health check of the images: ends with 0 only when algorithms come from the FIPS provider alone.
 * `openssl list -providers` is no such check: it ends with 0 when the provider did not load.
 */
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <stdio.h>
#include <string.h>

static int healthy = 1;

static void expect(int holds, const char *what)
{
    if (holds)
        return;
    healthy = 0;
    fprintf(stderr, "not healthy: %s\n", what);
}

static int sha256_is_right(void)
{
    static const unsigned char expected[32] = {
        0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
        0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad
    };
    unsigned char digest[EVP_MAX_MD_SIZE];
    size_t length = 0;

    return EVP_Q_digest(NULL, "SHA256", NULL, "abc", 3, digest, &length) == 1
        && length == sizeof(expected) && memcmp(digest, expected, sizeof(expected)) == 0;
}

static int is_offered(const char *algorithm)
{
    EVP_MD *md = EVP_MD_fetch(NULL, algorithm, NULL);

    EVP_MD_free(md);
    return md != NULL;
}

static void check_provider(const OSSL_PROVIDER *fips)
{
    char *version = NULL;
    int running = 0;
    OSSL_PARAM asked[] = {
        OSSL_PARAM_construct_utf8_ptr(OSSL_PROV_PARAM_VERSION, &version, 0),
        OSSL_PARAM_construct_int(OSSL_PROV_PARAM_STATUS, &running),
        OSSL_PARAM_construct_end()
    };

    expect(OSSL_PROVIDER_get_params(fips, asked) == 1 && running == 1, "the FIPS provider is in its error state");
    if (healthy)
        printf("healthy: FIPS provider %s\n", version != NULL ? version : "unknown");
}

int main(void)
{
    OSSL_PROVIDER *fips = NULL;
    int active;

    /* First: whoever asks for providers before the configuration is read gets the default provider as a fallback. */
    expect(OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL), "the configuration cannot be loaded");
    active = OSSL_PROVIDER_available(NULL, "fips");
    expect(active, "the FIPS provider is not active");
    expect(!OSSL_PROVIDER_available(NULL, "default"), "the default provider is active");
    expect(EVP_default_properties_is_fips_enabled(NULL), "algorithms are not restricted to fips=yes");
    expect(sha256_is_right(), "SHA-256 does not give its known answer");
    expect(!is_offered("MD5"), "MD5 is offered");
    if (active)
        fips = OSSL_PROVIDER_try_load(NULL, "fips", 1);
    expect(fips != NULL, "the FIPS provider cannot be asked");
    if (fips != NULL) {
        check_provider(fips);
        OSSL_PROVIDER_unload(fips);
    }
    return healthy ? 0 : 1;
}
