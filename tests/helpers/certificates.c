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
    const char *name;  /* common name of the subject */
    const char *hosts; /* subjectAltName */
    long from_days;
    long to_days;
    bool is_authority;
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

/* Signed by the issuer, or by itself when issuer is NULL. */
static X509 *make_certificate(const struct wanted *wanted, X509 *issuer, EVP_PKEY *key, long serial)
{
    X509 *certificate = X509_new();
    X509 *by = issuer != NULL ? issuer : certificate;
    assert(certificate != NULL);
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
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
    int signed_bytes = X509_sign(certificate, key, EVP_sha256());
    assert(signed_bytes > 0);
    return certificate;
}

static void save_certificate(const struct certificates *certificates, X509 *certificate, char *path,
                             const char *name)
{
    snprintf(path, CERTIFICATE_PATH_BYTES, "%s/%s.pem", certificates->directory, name);
    FILE *file = fopen(path, "we");
    bool written = file != NULL && PEM_write_X509(file, certificate) == 1 && fclose(file) == 0;
    assert(written);
}

static void save_key(struct certificates *certificates, EVP_PKEY *key)
{
    snprintf(certificates->key, sizeof certificates->key, "%s/key.pem", certificates->directory);
    FILE *file = fopen(certificates->key, "we");
    bool written = file != NULL &&
                   PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1 &&
                   fclose(file) == 0;
    assert(written);
}

void certificates_make(struct certificates *certificates)
{
    static const char hosts[] = "DNS:localhost,IP:127.0.0.1";
    static const struct wanted authority = {"numhost test authority", NULL, -2, 2, true};
    static const struct wanted wanted[] = {
        {"localhost", hosts, -2, 2, false},
        {"example.com", "DNS:example.com", -2, 2, false},
        {"localhost", hosts, -2, -1, false},
        {"localhost", hosts, -2, 2, false},
    };
    char *paths[] = {certificates->good, certificates->wrong_name, certificates->expired,
                     certificates->self_signed};
    static const char *const names[] = {"good", "wrong_name", "expired", "self_signed"};
    snprintf(certificates->directory, sizeof certificates->directory, "/tmp/numhost-test-XXXXXX");
    char *made = mkdtemp(certificates->directory);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    assert(made != NULL && key != NULL);
    X509 *issuer = make_certificate(&authority, NULL, key, 1);
    save_key(certificates, key);
    save_certificate(certificates, issuer, certificates->authority, "authority");
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        bool alone = paths[i] == certificates->self_signed;
        X509 *certificate = make_certificate(&wanted[i], alone ? NULL : issuer, key, 2 + (long)i);
        save_certificate(certificates, certificate, paths[i], names[i]);
        X509_free(certificate);
    }
    X509_free(issuer);
    EVP_PKEY_free(key);
}

void certificates_remove(const struct certificates *certificates)
{
    unlink(certificates->authority);
    unlink(certificates->key);
    unlink(certificates->good);
    unlink(certificates->wrong_name);
    unlink(certificates->expired);
    unlink(certificates->self_signed);
    rmdir(certificates->directory);
}
