/* Libraries that run out of memory where that is an answer to us, and our own memory that ends the
 * process. */
#include "faults/faults.h"

#include <curl/curl.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdlib.h>

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
