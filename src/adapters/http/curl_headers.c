/* The headers of an answer, of which three are kept. */
#include "adapters/http/curl_handle.h"

#include <string.h>
#include <strings.h>

static void copy_header(char *to, size_t to_bytes, const char *value, size_t bytes)
{
    while (bytes > 0 && (*value == ' ' || *value == '\t')) {
        value++;
        bytes--;
    }
    while (bytes > 0 && strchr(" \t\r\n", value[bytes - 1]) != NULL)
        bytes--;
    /* A value that does not fit is nothing we could use. */
    if (bytes >= to_bytes || memchr(value, '\0', bytes) != NULL)
        bytes = 0;
    memcpy(to, value, bytes);
    to[bytes] = '\0';
}

static void forget_headers(struct http_response *response)
{
    response->retry_after[0] = '\0';
    response->request_id[0] = '\0';
    response->date[0] = '\0';
}

static void note_header(struct http_response *response, const char *line, size_t bytes)
{
    const struct {
        const char *name;
        char *to;
        size_t to_bytes;
    } wanted[] = {
        {"Retry-After:", response->retry_after, sizeof response->retry_after},
        {"Twilio-Request-Id:", response->request_id, sizeof response->request_id},
        {"Date:", response->date, sizeof response->date},
    };
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        size_t length = strlen(wanted[i].name);
        if (bytes >= length && strncasecmp(line, wanted[i].name, length) == 0)
            copy_header(wanted[i].to, wanted[i].to_bytes, line + length, bytes - length);
    }
}

size_t transfer_read_header(char *line, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t bytes = size * count;
    transfer->header_bytes += bytes;
    if (transfer->header_bytes > TRANSPORT_HEADER_BYTES_MAX)
        return 0;
    if (bytes >= 5 && memcmp(line, "HTTP/", 5) == 0)
        forget_headers(&transfer->response); /* those so far belonged to a 1xx */
    else
        note_header(&transfer->response, line, bytes);
    return bytes;
}
