/* Questions about the library and its providers: which there are, what they say of themselves, what they offer, their self-tests. */
#include "fips-probe.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/decoder.h>
#include <openssl/encoder.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/self_test.h>
#include <openssl/store.h>
#include <stdlib.h>
#include <string.h>

#define MOST_NAMES 512
#define MOST_EVENTS 1024

/* Names, each once, sorted when they are put. */
struct names {
    char *at[MOST_NAMES];
    size_t count;
};

static void add_name(struct names *names, const char *name, size_t length)
{
    for (size_t i = 0; i < names->count; i++)
        if (strlen(names->at[i]) == length && strncmp(names->at[i], name, length) == 0)
            return;
    if (names->count < MOST_NAMES)
        names->at[names->count++] = strndup(name, length);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Puts and frees them. */
static void put_names(FILE *out, const char *name, struct names *names)
{
    qsort(names->at, names->count, sizeof(names->at[0]), compare_names);
    fprintf(out, " %s=", name);
    for (size_t i = 0; i < names->count; i++) {
        fprintf(out, "%s%s", i == 0 ? "" : ",", names->at[i]);
        free(names->at[i]);
    }
    names->count = 0;
}

const char *ask_core(struct question *asked, FILE *out)
{
    (void)asked;
    put_text(out, "version", OpenSSL_version(OPENSSL_VERSION_STRING));
    put_text(out, "config", OPENSSL_info(OPENSSL_INFO_CONFIG_DIR));
    put_text(out, "modules", OPENSSL_info(OPENSSL_INFO_MODULES_DIR));
    return NULL;
}

/* What the process has mapped: a second library, or a module from another folder, would be here. */
const char *ask_libraries(struct question *asked, FILE *out)
{
    struct names crypto = { 0 }, ssl = { 0 }, modules = { 0 };
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[4096];

    (void)asked;
    if (maps == NULL)
        return "maps";
    while (fgets(line, sizeof(line), maps) != NULL) {
        char *path = strchr(line, '/');
        const char *file = path == NULL ? NULL : strrchr(path, '/') + 1;

        if (file == NULL)
            continue;
        path[strcspn(path, "\n")] = '\0';
        if (strncmp(file, "libcrypto", 9) == 0)
            add_name(&crypto, path, strlen(path));
        else if (strncmp(file, "libssl", 6) == 0)
            add_name(&ssl, path, strlen(path));
        else if (strstr(path, "/ossl-modules") != NULL || strstr(path, "/engines") != NULL)
            add_name(&modules, path, strlen(path));
    }
    fclose(maps);
    put_names(out, "libcrypto", &crypto);
    put_names(out, "libssl", &ssl);
    put_names(out, "modules", &modules);
    return NULL;
}

const char *ask_defaults(struct question *asked, FILE *out)
{
    char *query = EVP_get1_default_properties(NULL);

    (void)asked;
    put_yes(out, "fips", EVP_default_properties_is_fips_enabled(NULL));
    put_text(out, "properties", query != NULL ? query : "");
    OPENSSL_free(query);
    return NULL;
}

static int add_provider(OSSL_PROVIDER *provider, void *names)
{
    const char *name = OSSL_PROVIDER_get0_name(provider);

    add_name(names, name, strlen(name));
    return 1;
}

const char *ask_providers(struct question *asked, FILE *out)
{
    struct names names = { 0 };

    (void)asked;
    OSSL_PROVIDER_do_all(NULL, add_provider, &names);
    put_names(out, "names", &names);
    return NULL;
}

/* A provider that is active, to be given back with OSSL_PROVIDER_unload. */
static OSSL_PROVIDER *active(const char *name)
{
    return OSSL_PROVIDER_available(NULL, name) ? OSSL_PROVIDER_try_load(NULL, name, 1) : NULL;
}

static void put_parameter(FILE *out, const OSSL_PROVIDER *provider, const char *name)
{
    const OSSL_PARAM *known = OSSL_PARAM_locate_const(OSSL_PROVIDER_gettable_params(provider), name);
    char *said = NULL;
    int number = 0;
    OSSL_PARAM asked[] = { OSSL_PARAM_construct_end(), OSSL_PARAM_construct_end() };

    if (known != NULL)
        asked[0] = known->data_type == OSSL_PARAM_UTF8_PTR ? OSSL_PARAM_construct_utf8_ptr(name, &said, 0)
                                                           : OSSL_PARAM_construct_int(name, &number);
    if (known == NULL || OSSL_PROVIDER_get_params(provider, asked) != 1 || !OSSL_PARAM_modified(asked))
        put_text(out, name, "-");
    else if (said != NULL)
        put_text(out, name, said);
    else
        fprintf(out, " %s=%d", name, number);
}

const char *ask_provider(struct question *asked, FILE *out)
{
    OSSL_PROVIDER *provider = active(text(asked, "name"));
    const char *names = text(asked, "params");
    char *copy = room(asked, strlen(names)), *rest = NULL;

    if (provider == NULL)
        return "active";
    strcpy(copy, names);
    for (char *one = strtok_r(copy, ",", &rest); one != NULL; one = strtok_r(NULL, ",", &rest))
        put_parameter(out, provider, one);
    OSSL_PROVIDER_unload(provider);
    return NULL;
}

/* A context with the default provider, whatever the configuration says: for what the image does not do, to compare with. */
static OSSL_LIB_CTX *strangers;
static OSSL_PROVIDER *strangers_provider;

OSSL_LIB_CTX *stranger(void)
{
    if (strangers == NULL) {
        strangers = OSSL_LIB_CTX_new();
        strangers_provider = OSSL_PROVIDER_load(strangers, "default");
    }
    return strangers;
}

void forget_stranger(void)
{
    if (strangers_provider != NULL)
        OSSL_PROVIDER_unload(strangers_provider);
    OSSL_LIB_CTX_free(strangers);
}

/* What there is to fetch. `provider` says whose the fetched one is; `all` tells the name and provider of each one there is. */
struct operation {
    const char *name;
    const OSSL_PROVIDER *(*provider)(OSSL_LIB_CTX *context, const char *algorithm, const char *properties);
    void (*all)(struct names *names, struct names *providers);
};

static void add_if_fetched(const struct operation *op, const char *name, const OSSL_PROVIDER *owner, struct names *names,
                           struct names *providers);

/* One kind of algorithm: the functions of libcrypto differ only by their names. */
#define OPERATION(id, TYPE, PREFIX)                                                                         \
    static const OSSL_PROVIDER *provider_of_##id(OSSL_LIB_CTX *context, const char *algorithm,             \
                                                 const char *properties)                                   \
    {                                                                                                       \
        TYPE *fetched = PREFIX##_fetch(context, algorithm, properties);                                     \
        const OSSL_PROVIDER *owner = fetched == NULL ? NULL : PREFIX##_get0_provider(fetched);              \
                                                                                                            \
        PREFIX##_free(fetched);                                                                             \
        return owner;                                                                                       \
    }                                                                                                       \
    static void one_of_##id(TYPE *one, void *lists)                                                         \
    {                                                                                                       \
        static const struct operation op = { #id, provider_of_##id, NULL };                                 \
        struct names *both = lists;                                                                         \
                                                                                                            \
        add_if_fetched(&op, PREFIX##_get0_name(one), PREFIX##_get0_provider(one), &both[0], &both[1]);      \
    }                                                                                                       \
    static void all_of_##id(struct names *names, struct names *providers)                                   \
    {                                                                                                       \
        struct names *both = calloc(2, sizeof(*both));                                                      \
                                                                                                            \
        if (both == NULL)                                                                                   \
            exit(2);                                                                                        \
        PREFIX##_do_all_provided(NULL, one_of_##id, both);                                                  \
        *names = both[0];                                                                                   \
        *providers = both[1];                                                                               \
        free(both);                                                                                         \
    }

OPERATION(digest, EVP_MD, EVP_MD)
OPERATION(cipher, EVP_CIPHER, EVP_CIPHER)
OPERATION(mac, EVP_MAC, EVP_MAC)
OPERATION(kdf, EVP_KDF, EVP_KDF)
OPERATION(rand, EVP_RAND, EVP_RAND)
OPERATION(keymgmt, EVP_KEYMGMT, EVP_KEYMGMT)
OPERATION(keyexch, EVP_KEYEXCH, EVP_KEYEXCH)
OPERATION(signature, EVP_SIGNATURE, EVP_SIGNATURE)
OPERATION(asymcipher, EVP_ASYM_CIPHER, EVP_ASYM_CIPHER)
OPERATION(kem, EVP_KEM, EVP_KEM)
OPERATION(encoder, OSSL_ENCODER, OSSL_ENCODER)
OPERATION(decoder, OSSL_DECODER, OSSL_DECODER)

static const struct operation OPERATIONS[] = {
    { "digest", provider_of_digest, all_of_digest },
    { "cipher", provider_of_cipher, all_of_cipher },
    { "mac", provider_of_mac, all_of_mac },
    { "kdf", provider_of_kdf, all_of_kdf },
    { "rand", provider_of_rand, all_of_rand },
    { "keymgmt", provider_of_keymgmt, all_of_keymgmt },
    { "keyexch", provider_of_keyexch, all_of_keyexch },
    { "signature", provider_of_signature, all_of_signature },
    { "asymcipher", provider_of_asymcipher, all_of_asymcipher },
    { "kem", provider_of_kem, all_of_kem },
    { "encoder", provider_of_encoder, all_of_encoder },
    { "decoder", provider_of_decoder, all_of_decoder },
};

static const struct operation *operation_of(struct question *asked)
{
    const char *name = text(asked, "op");

    for (size_t i = 0; i < sizeof(OPERATIONS) / sizeof(OPERATIONS[0]); i++)
        if (strcmp(OPERATIONS[i].name, name) == 0)
            return &OPERATIONS[i];
    not_understood(asked, "op");
    return NULL;
}

/* Only what the default properties let through counts as offered. */
static void add_if_fetched(const struct operation *op, const char *name, const OSSL_PROVIDER *owner, struct names *names,
                           struct names *providers)
{
    const char *whose = OSSL_PROVIDER_get0_name(owner);

    if (name == NULL || op->provider(NULL, name, NULL) != owner)
        return;
    add_name(names, name, strlen(name));
    add_name(providers, whose, strlen(whose));
}

const char *ask_fetch(struct question *asked, FILE *out)
{
    const struct operation *op = operation_of(asked);
    const char *algorithm = text(asked, "alg");
    const char *properties = text_or(asked, "props", NULL);
    OSSL_LIB_CTX *context = text_or(asked, "context", NULL) == NULL ? NULL : stranger();
    const OSSL_PROVIDER *provider = op == NULL ? NULL : op->provider(context, algorithm, properties);

    if (provider == NULL)
        return "fetch";
    put_text(out, "provider", OSSL_PROVIDER_get0_name(provider));
    return NULL;
}

const char *ask_offers(struct question *asked, FILE *out)
{
    const struct operation *op = operation_of(asked);
    struct names *names = room(asked, sizeof(*names)), *providers = room(asked, sizeof(*providers));

    if (op == NULL)
        return "fetch";
    op->all(names, providers);
    put_names(out, "providers", providers);
    fprintf(out, " count=%zu", names->count);
    put_names(out, "names", names);
    return NULL;
}

/* The self-tests that were done, as their callback tells. */
static struct {
    struct event {
        char type[40];
        char desc[40];
        char verdict[16];
    } events[MOST_EVENTS];
    size_t count;
    size_t at_start;
    char spoiled_type[40];
    char spoiled_desc[40];
    size_t spoiled_one;
    size_t met;
} heard;

static const char *said(const OSSL_PARAM params[], const char *name)
{
    const OSSL_PARAM *found = OSSL_PARAM_locate_const(params, name);
    const char *value = NULL;

    return found != NULL && OSSL_PARAM_get_utf8_string_ptr(found, &value) == 1 ? value : "";
}

static int is_to_be_spoiled(const char *type, const char *desc)
{
    if (strcmp(type, heard.spoiled_type) != 0 || strcmp(desc, heard.spoiled_desc) != 0)
        return 0;
    heard.met++;
    return heard.spoiled_one == 0 || heard.spoiled_one == heard.met;
}

/* Returns 0 to make the module corrupt what it is about to test. */
static int hear(const OSSL_PARAM params[], void *unused)
{
    const char *phase = said(params, OSSL_PROV_PARAM_SELF_TEST_PHASE);
    const char *type = said(params, OSSL_PROV_PARAM_SELF_TEST_TYPE);
    const char *desc = said(params, OSSL_PROV_PARAM_SELF_TEST_DESC);

    (void)unused;
    if (strcmp(phase, OSSL_SELF_TEST_PHASE_CORRUPT) == 0)
        return !is_to_be_spoiled(type, desc);
    if (strcmp(phase, OSSL_SELF_TEST_PHASE_START) != 0 && heard.count < MOST_EVENTS) {
        struct event *event = &heard.events[heard.count++];

        snprintf(event->type, sizeof(event->type), "%s", type);
        snprintf(event->desc, sizeof(event->desc), "%s", desc);
        snprintf(event->verdict, sizeof(event->verdict), "%s", phase);
    }
    return 1;
}

void listen_to_self_tests(void)
{
    OSSL_SELF_TEST_set_callback(NULL, hear, NULL);
}

void end_of_start(void)
{
    heard.at_start = heard.count;
}

size_t self_tests_so_far(void)
{
    return heard.count;
}

void put_self_tests(FILE *out, size_t since, size_t until)
{
    fputs(" tests=", out);
    for (size_t i = since; i < until; i++) {
        const struct event *event = &heard.events[i];

        fprintf(out, "%s%s/%s:%s", i == since ? "" : ",", event->type, event->desc, event->verdict);
    }
}

const char *ask_events(struct question *asked, FILE *out)
{
    (void)asked;
    fprintf(out, " count=%zu", heard.at_start);
    put_self_tests(out, 0, heard.at_start);
    return NULL;
}

const char *ask_corrupt(struct question *asked, FILE *out)
{
    (void)out;
    snprintf(heard.spoiled_type, sizeof(heard.spoiled_type), "%s", text(asked, "type"));
    snprintf(heard.spoiled_desc, sizeof(heard.spoiled_desc), "%s", text(asked, "desc"));
    heard.spoiled_one = number_or(asked, "nth", 0);
    heard.met = 0;
    return NULL;
}

const char *ask_selftest(struct question *asked, FILE *out)
{
    OSSL_PROVIDER *fips = active("fips");
    size_t before = heard.count;
    int passed;

    (void)asked;
    if (fips == NULL)
        return "active";
    passed = OSSL_PROVIDER_self_test(fips);
    OSSL_PROVIDER_unload(fips);
    if (passed != 1)
        return "self-test";
    fprintf(out, " count=%zu", heard.count - before);
    put_self_tests(out, before, heard.count);
    return NULL;
}

static const char *load_into(OSSL_LIB_CTX *context, const char *name, const char *config, FILE *out)
{
    OSSL_PROVIDER *provider;

    OSSL_SELF_TEST_set_callback(context, hear, NULL);
    if (config != NULL && OSSL_LIB_CTX_load_config(context, config) != 1)
        return "config";
    provider = OSSL_PROVIDER_load(context, name);
    if (provider == NULL)
        return "load";
    put_parameter(out, provider, OSSL_PROV_PARAM_STATUS);
    OSSL_PROVIDER_unload(provider);
    return NULL;
}

const char *ask_load(struct question *asked, FILE *out)
{
    OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();
    const char *name = text(asked, "name");
    const char *step = load_into(context, name, text_or(asked, "config", NULL), out);

    OSSL_LIB_CTX_free(context);
    return step;
}
