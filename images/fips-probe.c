/*
 * The probe of the compliance suite: answers questions about the cryptography of the image that it runs in, through that image's own
 * libcrypto, libssl and configuration. It judges nothing: what an answer must be, the checks say (test/compliance/checks).
 *
 * A line of standard input is a question, a line of standard output its answer, in order:
 *
 *   question   verb [name=value]...      values have no spaces; bytes are in hex; a name is there once, except for parameters
 *   answer     ok [name=value]...        in the order given below; bytes in lower-case hex, spaces in texts as %20
 *              refused REASON at=STEP    OpenSSL's reason string of the first error in its queue, which is the innermost cause;
 *                                        "no reason given" where it raised no error
 *              unknown WHAT              the question was not understood: never the right answer to anything. A word that nobody
 *                                        looked at is not understood either, unless it was refused before (at fetch, key, start)
 *
 * PARAMETERS are names that the algorithm lets be set (openssl-params), with `hex` before the name for a value in hex, as the openssl
 * command has them: `digest=SHA256 hexkey=0b0b`. KEY stands for words that describe a key, with the prefix given:
 *   P.der=HEX                     a PKCS#8 or SubjectPublicKeyInfo structure
 *   P.type=NAME P.PARAMETER=...   the parts of one, imported
 *   P.new=NAME P.PARAMETER=...    a new one; the same words mean the same key in later questions
 * `props` is a property query for what is fetched, on top of the default one. `context=default` is a library context of its own with
 * the default provider: a stranger, to compare with.
 *
 *   verb        asked                                                  answered
 *   core                                                               version= config= modules=
 *   libraries                                                          libcrypto= libssl= modules=   files mapped, each with commas
 *   defaults                                                           fips=yes|no properties=
 *   providers                                                          names=                        active ones, sorted
 *   provider    name= params=A,B                                       A= B=                         `-` when it does not know one
 *   fetch       op= alg= [props=] [context=default]                    provider=
 *   offers      op=                                                    providers= count= names=      what the default query finds
 *   load        name= [config=FILE]                                    status=                       in a new library context
 *   events                                                             count= tests=                 self-tests seen at start
 *   corrupt     type= desc= [nth=N]                                    (nothing)                     spoils them from now on, or the Nth
 *   selftest                                                           count= tests=                 runs them again
 *   rand        which=primary|public|private                           alg= provider= strength= state= [cipher=]
 *   draw        which= bytes=                                          differ= zero=                 two draws compared
 *   reseed      which=                                                 counted=                      its reseed counter went on
 *   drbg        alg= [entropy= nonce= [pers=] [add1= add2=] out=] PARAMETERS   strength= out= | differ=   and zeroized=
 *   digest      alg= data= [repeat=N] [out=N] [props=]                 md=
 *   mac         alg= data= [repeat=N] [props=] PARAMETERS              mac=
 *   kdf         alg= out=N [props=] PARAMETERS                         key=
 *   cipher      alg= dir=enc|dec key= [iv=] data= [aad=] [tag=|taglen=] [padding=0|1] [props=] PARAMETERS   out= [tag=]
 *   keygen      type= PARAMETERS                                       bits= security= public= private= pairwise= tests=
 *   key         KEY(key)                                               bits= security= public=
 *   sign        KEY(key) [digest=] data=|hash= PARAMETERS              sig=
 *   verify      KEY(key) [digest=] data=|hash= sig= PARAMETERS         (nothing)
 *   sign-verify KEY(key) [digest=] data= PARAMETERS                    verified= altered=
 *   derive      KEY(key) KEY(peer) PARAMETERS                          secret=
 *   agree       type= PARAMETERS                                       bytes= equal=                 of two new keys
 *   decrypt     KEY(key) data= PARAMETERS                              out=
 *   transport   KEY(key) data= PARAMETERS                              recovered= altered=
 *   encapsulate KEY(key) PARAMETERS                                    bytes= equal=
 *   tls         [client.|server.|both.]COMMAND=VALUE...                version= suite= group= sigalg= ems=
 *               commands of SSL_CONF_cmd, and context=default, cert=KIND (fips-probe-tls.c)
 */
#include "fips-probe.h"

#include <ctype.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <string.h>

#define MOST_WORDS 48
#define MOST_ROOMS 128

struct word {
    const char *name;
    const char *value;
    /* A parameter may be needed again, for another step with the same ones. */
    enum { LEFT, TAKEN, TAKEN_AS_PARAMETER } taken;
};

struct question {
    const char *verb;
    struct word words[MOST_WORDS];
    size_t count;
    void *rooms[MOST_ROOMS];
    size_t used;
    char unclear[160];
};

static const struct {
    const char *name;
    verb *answer;
} VERBS[] = {
    { "core", ask_core },
    { "libraries", ask_libraries },
    { "defaults", ask_defaults },
    { "providers", ask_providers },
    { "provider", ask_provider },
    { "fetch", ask_fetch },
    { "offers", ask_offers },
    { "load", ask_load },
    { "events", ask_events },
    { "corrupt", ask_corrupt },
    { "selftest", ask_selftest },
    { "rand", ask_rand },
    { "draw", ask_draw },
    { "reseed", ask_reseed },
    { "drbg", ask_drbg },
    { "digest", ask_digest },
    { "mac", ask_mac },
    { "kdf", ask_kdf },
    { "cipher", ask_cipher },
    { "keygen", ask_keygen },
    { "key", ask_key },
    { "sign", ask_sign },
    { "verify", ask_verify },
    { "sign-verify", ask_sign_verify },
    { "derive", ask_derive },
    { "agree", ask_agree },
    { "decrypt", ask_decrypt },
    { "transport", ask_transport },
    { "encapsulate", ask_encapsulate },
    { "tls", ask_tls },
};

void not_understood(struct question *asked, const char *what)
{
    if (asked->unclear[0] == '\0')
        snprintf(asked->unclear, sizeof(asked->unclear), "%s", what);
}

void *room(struct question *asked, size_t length)
{
    void *made = asked->used < MOST_ROOMS ? calloc(1, length + 1) : NULL;

    if (made == NULL) {
        fputs("fips-probe: a question needs too much room\n", stderr);
        exit(2);
    }
    asked->rooms[asked->used++] = made;
    return made;
}

static struct word *word(const struct question *asked, const char *name)
{
    for (size_t i = 0; i < asked->count; i++)
        if (strcmp(asked->words[i].name, name) == 0)
            return (struct word *)&asked->words[i];
    return NULL;
}

int has(const struct question *asked, const char *name)
{
    return word(asked, name) != NULL;
}

const char *text_or(struct question *asked, const char *name, const char *otherwise)
{
    struct word *found = word(asked, name);

    if (found == NULL)
        return otherwise;
    found->taken = TAKEN;
    return found->value;
}

const char *text(struct question *asked, const char *name)
{
    if (!has(asked, name))
        not_understood(asked, name);
    return text_or(asked, name, "");
}

size_t number_or(struct question *asked, const char *name, size_t otherwise)
{
    const char *value = text_or(asked, name, NULL);
    char *end = NULL;
    unsigned long parsed;

    if (value == NULL)
        return otherwise;
    parsed = strtoul(value, &end, 10);
    if (!isdigit((unsigned char)value[0]) || *end != '\0' || parsed > 1 << 24)
        not_understood(asked, name);
    return parsed > 1 << 24 ? 0 : parsed;
}

struct bytes bytes(struct question *asked, const char *name)
{
    const char *value = text(asked, name);
    struct bytes read = { room(asked, strlen(value) / 2), 0 };

    if (value[0] != '\0' && OPENSSL_hexstr2buf_ex(read.at, strlen(value) / 2 + 1, &read.length, value, '\0') != 1)
        not_understood(asked, name);
    return read;
}

static int begins_with(const char *name, const char *prefix)
{
    return strncmp(name, prefix, strlen(prefix)) == 0;
}

OSSL_PARAM *params(struct question *asked, const char *prefix, const OSSL_PARAM *settable)
{
    OSSL_PARAM *made = room(asked, sizeof(OSSL_PARAM) * (asked->count + 1));
    size_t count = 0;

    for (size_t i = 0; i < asked->count; i++) {
        struct word *found = &asked->words[i];
        const char *name = found->name + strlen(prefix);
        OSSL_PARAM one;
        int exists = 0;

        if (found->taken == TAKEN || !begins_with(found->name, prefix) || settable == NULL)
            continue;
        if (OSSL_PARAM_allocate_from_text(&one, settable, name, found->value, strlen(found->value), &exists) != 1)
            continue;
        found->taken = TAKEN_AS_PARAMETER;
        if (one.data != NULL) {
            void *kept = room(asked, one.data_size);

            memcpy(kept, one.data, one.data_size);
            OPENSSL_free(one.data);
            one.data = kept;
        }
        made[count++] = one;
    }
    made[count] = OSSL_PARAM_construct_end();
    return made;
}

int each_word(struct question *asked, const char *prefix, int (*each)(void *with, const char *name, const char *value), void *with)
{
    for (size_t i = 0; i < asked->count; i++) {
        struct word *found = &asked->words[i];

        if (found->taken == TAKEN || !begins_with(found->name, prefix))
            continue;
        found->taken = TAKEN_AS_PARAMETER;
        if (each(with, found->name + strlen(prefix), found->value) != 1)
            return 0;
    }
    return 1;
}

const char *spelled(struct question *asked, const char *prefix)
{
    size_t length = 0, at = 0;
    char *made;

    for (size_t i = 0; i < asked->count; i++)
        length += strlen(asked->words[i].name) + strlen(asked->words[i].value) + 2;
    made = room(asked, length);
    for (size_t i = 0; i < asked->count; i++)
        if (begins_with(asked->words[i].name, prefix))
            at += (size_t)sprintf(made + at, "%s=%s ", asked->words[i].name + strlen(prefix), asked->words[i].value);
    return made;
}

void put_hex(FILE *out, const char *name, const unsigned char *at, size_t length)
{
    fprintf(out, " %s=", name);
    for (size_t i = 0; i < length; i++)
        fprintf(out, "%02x", at[i]);
}

void put_text(FILE *out, const char *name, const char *value)
{
    fprintf(out, " %s=", name);
    for (; *value != '\0'; value++)
        fprintf(out, *value > ' ' && *value != '%' ? "%c" : "%%%02x", (unsigned char)*value);
}

void put_yes(FILE *out, const char *name, int holds)
{
    put_text(out, name, holds ? "yes" : "no");
}

/* Takes a line apart, in place. */
static void read_question(struct question *asked, char *line)
{
    char *rest = NULL;

    asked->verb = strtok_r(line, " \n", &rest);
    for (char *one = strtok_r(NULL, " \n", &rest); one != NULL; one = strtok_r(NULL, " \n", &rest)) {
        char *equals = strchr(one, '=');

        if (equals == NULL || asked->count == MOST_WORDS) {
            not_understood(asked, one);
            return;
        }
        *equals = '\0';
        asked->words[asked->count++] = (struct word){ one, equals + 1, LEFT };
    }
}

static verb *verb_of(const struct question *asked)
{
    for (size_t i = 0; asked->verb != NULL && i < sizeof(VERBS) / sizeof(VERBS[0]); i++)
        if (strcmp(VERBS[i].name, asked->verb) == 0)
            return VERBS[i].answer;
    return NULL;
}

static const char *reason(void)
{
    unsigned long error = ERR_peek_error();
    const char *said = error == 0 ? NULL : ERR_reason_error_string(error);

    return said != NULL ? said : "no reason given";
}

/* A refusal before all words were looked at: nothing can be said of those that are left. */
static int is_early(const char *step)
{
    static const char *const early[] = { "fetch", "key", "peer-key", "start" };

    for (size_t i = 0; step != NULL && i < sizeof(early) / sizeof(early[0]); i++)
        if (strcmp(step, early[i]) == 0)
            return 1;
    return step != NULL && strchr(step, '.') != NULL;
}

/* Lets the verb answer; what it says counts only when it took every word of the question. */
static void answer(struct question *asked)
{
    char *said = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&said, &length);
    verb *asks = verb_of(asked);
    const char *step = NULL;

    if (out == NULL)
        exit(2);
    ERR_clear_error();
    if (asks == NULL)
        not_understood(asked, asked->verb != NULL ? asked->verb : "nothing");
    else if (asked->unclear[0] == '\0')
        step = asks(asked, out);
    fclose(out);
    for (size_t i = 0; !is_early(step) && i < asked->count; i++)
        if (asked->words[i].taken == LEFT)
            not_understood(asked, asked->words[i].name);
    if (asked->unclear[0] != '\0')
        printf("unknown %s\n", asked->unclear);
    else if (step != NULL)
        printf("refused %s at=%s\n", reason(), step);
    else
        printf("ok%s\n", said);
    fflush(stdout);
    free(said);
}

int main(void)
{
    char *line = NULL;
    size_t size = 0;

    listen_to_self_tests();
    if (OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL) != 1)
        fputs("fips-probe: the configuration cannot be loaded\n", stderr);
    end_of_start();
    while (getline(&line, &size, stdin) > 0) {
        struct question asked = { 0 };

        read_question(&asked, line);
        answer(&asked);
        while (asked.used > 0)
            free(asked.rooms[--asked.used]);
    }
    free(line);
    forget_tls();
    forget_keys();
    forget_stranger();
    return 0;
}
