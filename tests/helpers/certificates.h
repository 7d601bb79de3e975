/* A certificate authority made for one test run, in a directory of its own, and server certificates
 * signed by it. */
#ifndef NUMHOST_TESTS_CERTIFICATES_H
#define NUMHOST_TESTS_CERTIFICATES_H

enum { CERTIFICATE_PATH_BYTES = 128 };

struct certificates {
    char directory[CERTIFICATE_PATH_BYTES / 2];
    char authority[CERTIFICATE_PATH_BYTES];   /* give this as ca_file */
    char key[CERTIFICATE_PATH_BYTES];         /* of all of them */
    char good[CERTIFICATE_PATH_BYTES];        /* for localhost and 127.0.0.1 */
    char wrong_name[CERTIFICATE_PATH_BYTES];  /* for example.com */
    char expired[CERTIFICATE_PATH_BYTES];     /* since yesterday */
    char self_signed[CERTIFICATE_PATH_BYTES]; /* by nobody else */
    char early[CERTIFICATE_PATH_BYTES];       /* from tomorrow on */
    char unknown[CERTIFICATE_PATH_BYTES];     /* by an authority that nobody knows */
    char for_clients[CERTIFICATE_PATH_BYTES]; /* extended key usage: not for servers */
    char by_server[CERTIFICATE_PATH_BYTES];   /* signed with a server's certificate, in a chain */
    char weak[CERTIFICATE_PATH_BYTES];        /* RSA of 1024 bits */
    char weak_key[CERTIFICATE_PATH_BYTES];    /* its key */
};

/* A failure ends the test. */
void certificates_make(struct certificates *certificates);
void certificates_remove(const struct certificates *certificates);

#endif
