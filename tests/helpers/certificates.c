#include "helpers/certificates.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DAY_SECONDS = 24 * 60 * 60 };

struct wanted {
    const char *file;
    const char *name;  /* common name of the subject */
    const char *hosts; /* subjectAltName */
    long from_days;
    long to_days;
    bool is_authority;
    const char *usage; /* extendedKeyUsage; NULL: none */
    bool with_issuer;  /* the file holds the issuer's certificate too */
};

/* Who signs with which key. */
struct issuer {
    X509 *certificate; /* NULL: the certificate itself */
    EVP_PKEY *key;
};

static void add_extension(X509 *certificate, X509 *issuer, int kind, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    assert(extension != NULL);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

/* Different for each. */
static long serial_of(const char *file)
{
    long serial = 1;
    for (; *file != '\0'; file++)
        serial = serial * 31 % 1000003 + *file;
    return serial;
}

static X509 *make_certificate(const struct wanted *wanted, const struct issuer *issuer,
                              EVP_PKEY *key)
{
    X509 *certificate = X509_new();
    X509 *by = issuer->certificate != NULL ? issuer->certificate : certificate;
    assert(certificate != NULL);
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial_of(wanted->file));
    X509_gmtime_adj(X509_getm_notBefore(certificate), wanted->from_days * DAY_SECONDS);
    X509_gmtime_adj(X509_getm_notAfter(certificate), wanted->to_days * DAY_SECONDS);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               (const unsigned char *)wanted->name, -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(by));
    add_extension(certificate, by, NID_basic_constraints,
                  wanted->is_authority ? "critical,CA:TRUE" : "CA:FALSE");
    if (wanted->hosts != NULL)
        add_extension(certificate, by, NID_subject_alt_name, wanted->hosts);
    if (wanted->usage != NULL)
        add_extension(certificate, by, NID_ext_key_usage, wanted->usage);
    int signed_bytes = X509_sign(certificate, issuer->key, EVP_sha256());
    assert(signed_bytes > 0);
    return certificate;
}

static void name_file(const struct certificates *certificates, char *path, const char *name)
{
    snprintf(path, CERTIFICATE_PATH_BYTES, "%s/%s.pem", certificates->directory, name);
}

/* With those above it in the chain, if any. */
static void save_certificate(const struct certificates *certificates, X509 *certificate,
                             X509 *above, char *path, const char *name)
{
    name_file(certificates, path, name);
    FILE *file = fopen(path, "we");
    bool written = file != NULL && PEM_write_X509(file, certificate) == 1 &&
                   (above == NULL || PEM_write_X509(file, above) == 1) && fclose(file) == 0;
    assert(written);
}

static void save_key(const struct certificates *certificates, EVP_PKEY *key, char *path,
                     const char *name)
{
    name_file(certificates, path, name);
    FILE *file = fopen(path, "we");
    bool written = file != NULL &&
                   PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1 &&
                   fclose(file) == 0;
    assert(written);
}

static X509 *save_new(const struct certificates *certificates, const struct wanted *wanted,
                      const struct issuer *issuer, EVP_PKEY *key, char *path)
{
    X509 *certificate = make_certificate(wanted, issuer, key);
    save_certificate(certificates, certificate, wanted->with_issuer ? issuer->certificate : NULL,
                     path, wanted->file);
    return certificate;
}

#define HOSTS "DNS:localhost,IP:127.0.0.1"

static const struct wanted authority = {
    "authority", "numhost test authority", NULL, -2, 2, true, NULL, false};
static const struct wanted stranger = {"stranger", "another authority", NULL, -2, 2, true, NULL,
                                       false};
static const struct wanted ours[] = {
    {"good", "localhost", HOSTS, -2, 2, false, NULL, false},
    {"wrong_name", "example.com", "DNS:example.com", -2, 2, false, NULL, false},
    {"expired", "localhost", HOSTS, -2, -1, false, NULL, false},
    {"early", "localhost", HOSTS, 1, 2, false, NULL, false},
    {"for_clients", "localhost", HOSTS, -2, 2, false, "clientAuth", false},
};
static const struct wanted others[] = {
    {"self_signed", "localhost", HOSTS, -2, 2, false, NULL, false},
    {"unknown", "localhost", HOSTS, -2, 2, false, NULL, false},
    {"by_server", "by a server", HOSTS, -2, 2, false, NULL, true},
    {"weak", "localhost", HOSTS, -2, 2, false, NULL, false},
};

static void make_others(struct certificates *certificates, const struct issuer *issuer,
                        X509 *server, EVP_PKEY *key)
{
    char path[CERTIFICATE_PATH_BYTES];
    EVP_PKEY *weak_key = EVP_RSA_gen(1024);
    EVP_PKEY *strange_key = EVP_EC_gen("P-256");
    assert(weak_key != NULL && strange_key != NULL);
    struct issuer itself = {NULL, key};
    struct issuer strange = {NULL, strange_key};
    struct issuer by_server = {server, key};
    X509 *made[] = {
        save_new(certificates, &others[0], &itself, key, certificates->self_signed),
        strange.certificate = save_new(certificates, &stranger, &strange, strange_key, path),
        save_new(certificates, &others[1], &strange, key, certificates->unknown),
        save_new(certificates, &others[2], &by_server, key, certificates->by_server),
        save_new(certificates, &others[3], issuer, weak_key, certificates->weak),
    };
    unlink(path);
    save_key(certificates, weak_key, certificates->weak_key, "weak_key");
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        X509_free(made[i]);
    EVP_PKEY_free(weak_key);
    EVP_PKEY_free(strange_key);
}

void certificates_make(struct certificates *certificates)
{
    char *const paths[] = {certificates->good, certificates->wrong_name, certificates->expired,
                           certificates->early, certificates->for_clients};
    snprintf(certificates->directory, sizeof certificates->directory, "/tmp/numhost-test-XXXXXX");
    char *made = mkdtemp(certificates->directory);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    assert(made != NULL && key != NULL);
    struct issuer issuer = {NULL, key};
    issuer.certificate = save_new(certificates, &authority, &issuer, key, certificates->authority);
    save_key(certificates, key, certificates->key, "key");
    X509 *servers[sizeof ours / sizeof *ours];
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        servers[i] = save_new(certificates, &ours[i], &issuer, key, paths[i]);
    make_others(certificates, &issuer, servers[0], key);
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        X509_free(servers[i]);
    X509_free(issuer.certificate);
    EVP_PKEY_free(key);
}

void certificates_remove(const struct certificates *certificates)
{
    const char *const paths[] = {
        certificates->authority,  certificates->key,     certificates->good,
        certificates->wrong_name, certificates->expired, certificates->self_signed,
        certificates->early,      certificates->unknown, certificates->for_clients,
        certificates->by_server,  certificates->weak,    certificates->weak_key,
    };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        unlink(paths[i]);
    rmdir(certificates->directory);
}
