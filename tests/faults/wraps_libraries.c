/* Libraries that run out of memory where that is an answer to us, and our own memory that ends the
 * process. */
#include "base/attr.h"
#include "faults/faults.h"

#include <curl/curl.h>
#include <cyaml/cyaml.h>
#include <microhttpd.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <yaml.h>

CURLcode __real_curl_easy_setopt(CURL *easy, CURLoption option, ...);
CURLcode __wrap_curl_easy_setopt(CURL *easy, CURLoption option, ...);
CURLcode __wrap_curl_easy_setopt(CURL *easy, CURLoption option, ...)
{
    va_list more;
    va_start(more, option);
    void *value = va_arg(more, void *); /* a long or an offset is as wide */
    va_end(more);
    return force_now(FAULT_LIBRARIES) ? CURLE_OUT_OF_MEMORY
                                      : __real_curl_easy_setopt(easy, option, value);
}

/* What goes over the wire is tried again. */
CURLMcode __real_curl_multi_perform(CURLM *multi, int *running);
CURLMcode __wrap_curl_multi_perform(CURLM *multi, int *running);
CURLMcode __wrap_curl_multi_perform(CURLM *multi, int *running)
{
    return force_now(FAULT_FILES) ? CURLM_OUT_OF_MEMORY : __real_curl_multi_perform(multi, running);
}

CURLMcode __real_curl_multi_poll(CURLM *multi, struct curl_waitfd *more, unsigned count,
                                 int timeout_ms, int *ready);
CURLMcode __wrap_curl_multi_poll(CURLM *multi, struct curl_waitfd *more, unsigned count,
                                 int timeout_ms, int *ready);
CURLMcode __wrap_curl_multi_poll(CURLM *multi, struct curl_waitfd *more, unsigned count,
                                 int timeout_ms, int *ready)
{
    return force_now(FAULT_FILES) ? CURLM_OUT_OF_MEMORY
                                  : __real_curl_multi_poll(multi, more, count, timeout_ms, ready);
}

#define WRAP(type, name, failure, parameters, ...)                                                 \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        return force_now(FAULT_LIBRARIES) ? (failure) : __real_##name(__VA_ARGS__);                \
    }

WRAP(CURL *, curl_easy_init, NULL, (void))
WRAP(CURLM *, curl_multi_init, NULL, (void))
WRAP(CURLU *, curl_url, NULL, (void))
WRAP(CURLcode, curl_global_init, CURLE_FAILED_INIT, (long flags), flags)
WRAP(CURLMcode, curl_multi_add_handle, CURLM_OUT_OF_MEMORY, (CURLM * multi, CURL *easy), multi,
     easy)
WRAP(struct curl_slist *, curl_slist_append, NULL, (struct curl_slist * list, const char *text),
     list, text)

WRAP(CURLUcode, curl_url_set, CURLUE_OUT_OF_MEMORY,
     (CURLU * url, CURLUPart part, const char *text, unsigned flags), url, part, text, flags)
WRAP(CURLUcode, curl_url_get, CURLUE_OUT_OF_MEMORY,
     (const CURLU *url, CURLUPart part, char **text, unsigned flags), url, part, text, flags)
WRAP(CURLcode, curl_easy_perform, CURLE_OUT_OF_MEMORY, (CURL * easy), easy)

struct MHD_Daemon *__wrap_MHD_start_daemon(unsigned flags, uint16_t port,
                                           MHD_AcceptPolicyCallback accept, void *accept_context,
                                           MHD_AccessHandlerCallback serve, void *context, ...);
struct MHD_Daemon *__wrap_MHD_start_daemon(unsigned flags, uint16_t port,
                                           MHD_AcceptPolicyCallback accept, void *accept_context,
                                           MHD_AccessHandlerCallback serve, void *context, ...)
{
    va_list options;
    if (force_now(FAULT_LIBRARIES))
        return NULL;
    va_start(options, context);
    struct MHD_Daemon *daemon =
        MHD_start_daemon_va(flags, port, accept, accept_context, serve, context, options);
    va_end(options);
    return daemon;
}

WRAP(struct MHD_Response *, MHD_create_response_from_buffer, NULL,
     (size_t bytes, void *from, enum MHD_ResponseMemoryMode mode), bytes, from, mode)
WRAP(struct MHD_Response *, MHD_create_response_from_callback, NULL,
     (uint64_t bytes, size_t block, MHD_ContentReaderCallback reader, void *context,
      MHD_ContentReaderFreeCallback done),
     bytes, block, reader, context, done)
WRAP(enum MHD_Result, MHD_add_response_header, MHD_NO,
     (struct MHD_Response * response, const char *name, const char *value), response, name, value)
WRAP(enum MHD_Result, MHD_queue_response, MHD_NO,
     (struct MHD_Connection * connection, unsigned status, struct MHD_Response *response),
     connection, status, response)

WRAP(int, yaml_parser_initialize, 0, (yaml_parser_t * parser), parser)
WRAP(cyaml_err_t, cyaml_load_data, CYAML_ERR_OOM,
     (const uint8_t *text, size_t bytes, const cyaml_config_t *config,
      const cyaml_schema_value_t *schema, cyaml_data_t **to, unsigned *entries),
     text, bytes, config, schema, to, entries)
WRAP(int, RAND_bytes, 0, (unsigned char *to, int bytes), to, bytes)

WRAP(EVP_MD_CTX *, EVP_MD_CTX_new, NULL, (void))
WRAP(int, EVP_DigestInit_ex, 0, (EVP_MD_CTX * hash, const EVP_MD *kind, ENGINE *engine), hash, kind,
     engine)
WRAP(int, EVP_DigestUpdate, 0, (EVP_MD_CTX * hash, const void *from, size_t bytes), hash, from,
     bytes)
WRAP(int, EVP_DigestFinal_ex, 0, (EVP_MD_CTX * hash, unsigned char *to, unsigned *bytes), hash, to,
     bytes)

/* Only what memory.c asks for: the tests have calls of their own. */
static _Thread_local bool is_ours;

void *__real_memory_new(size_t count, size_t item_bytes);
void *__wrap_memory_new(size_t count, size_t item_bytes);
void *__wrap_memory_new(size_t count, size_t item_bytes)
{
    is_ours = true;
    void *memory = __real_memory_new(count, item_bytes);
    is_ours = false;
    return memory;
}

void *__real_memory_resize(void *old, size_t bytes);
void *__wrap_memory_resize(void *old, size_t bytes);
void *__wrap_memory_resize(void *old, size_t bytes)
{
    is_ours = true;
    void *memory = __real_memory_resize(old, bytes);
    is_ours = false;
    return memory;
}

char *__real_memory_copy_text(const char *text);
char *__wrap_memory_copy_text(const char *text);
char *__wrap_memory_copy_text(const char *text)
{
    is_ours = true;
    char *memory = __real_memory_copy_text(text);
    is_ours = false;
    return memory;
}

void *__real_mmap(void *at, size_t bytes, int rights, int flags, int fd, off_t from);
void *__wrap_mmap(void *at, size_t bytes, int rights, int flags, int fd, off_t from);
void *__wrap_mmap(void *at, size_t bytes, int rights, int flags, int fd, off_t from)
{
    return force_now(FAULT_MEMORY) ? MAP_FAILED : __real_mmap(at, bytes, rights, flags, fd, from);
}

FILE *__real_open_memstream(char **text, size_t *bytes);
FILE *__wrap_open_memstream(char **text, size_t *bytes);
FILE *__wrap_open_memstream(char **text, size_t *bytes)
{
    return force_now(FAULT_MEMORY) ? NULL : __real_open_memstream(text, bytes);
}

int __wrap_asprintf(char **to, const char *format, ...) PRINTF_LIKE(2, 3);
int __wrap_asprintf(char **to, const char *format, ...)
{
    va_list values;
    if (force_now(FAULT_MEMORY))
        return -1;
    va_start(values, format);
    int length = vasprintf(to, format, values);
    va_end(values);
    return length;
}

/* What an optimized asprintf() calls. */
int __wrap___asprintf_chk(char **to, int flag, const char *format, ...) PRINTF_LIKE(3, 4);
int __wrap___asprintf_chk(char **to, int flag, const char *format, ...)
{
    va_list values;
    (void)flag;
    if (force_now(FAULT_MEMORY))
        return -1;
    va_start(values, format);
    int length = vasprintf(to, format, values);
    va_end(values);
    return length;
}

void *__real_calloc(size_t count, size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes)
{
    return is_ours && force_now(FAULT_MEMORY) ? NULL : __real_calloc(count, bytes);
}

void *__real_realloc(void *old, size_t bytes);
void *__wrap_realloc(void *old, size_t bytes);
void *__wrap_realloc(void *old, size_t bytes)
{
    return is_ours && force_now(FAULT_MEMORY) ? NULL : __real_realloc(old, bytes);
}
