/* Lists, in the product API's envelope with absolute URLs and in v2010's with relative ones. Newest
 * first; a page goes on behind the item its token names, so it costs a page (service.md 1.4). */
#include "sandbox/exchange.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PAGE_SIZE_DEFAULT = 50, PAGE_SIZE_MAX = 1000, PAGE_MAX = 1000000 };

struct page {
    struct exchange *exchange;
    long long number;
    long long size;
    const char *token;      /* SID to go on behind; NULL: from the start */
    bool backward;          /* the page before that SID */
    uint32_t start;         /* exclusive upper end of indexes; BITSET_NONE: from the newest */
    const char *filters[6]; /* names of the query's filters, in the order of the service's URLs */
    size_t filter_count;
    char first_sid[SID_BYTES];
    char last_sid[SID_BYTES];
    bool more;
};

static bool read_page(struct exchange *exchange, struct page *page)
{
    const char *number = params_get(&exchange->query, "Page");
    const char *size = params_get(&exchange->query, "PageSize");
    const char *token = params_get(&exchange->query, "PageToken");
    page->exchange = exchange;
    page->size = PAGE_SIZE_DEFAULT;
    page->start = BITSET_NONE;
    if (number != NULL && !text_to_int(number, 0, PAGE_MAX, &page->number))
        return refuse(exchange, 20001, "Page must be a number from 0");
    if (size != NULL && !text_to_int(size, 1, INT64_MAX, &page->size))
        return refuse(exchange, 20001, "PageSize must be a number from 1");
    if (page->size > PAGE_SIZE_MAX)
        page->size = PAGE_SIZE_MAX; /* official clients send more (service.md 4.2) */
    if (token == NULL || token[0] == '\0')
        return true;
    page->backward = strncmp(token, "PB", 2) == 0;
    page->token = token + 2;
    if (!page->backward && strncmp(token, "PA", 2) != 0)
        return refuse(exchange, 20001, "PageToken is not valid");
    return true;
}

static void add_encoded(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (strchr("-._~", c) != NULL || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
            (c >= 'a' && c <= 'z'))
            buf_add_char(out, (char)c);
        else
            buf_addf(out, "%%%02X", c);
    }
}

/* A URL of this list in JSON quotes. */
static void add_url(const struct page *page, const char *base, long long number,
                    const char *token_kind, const char *token_sid)
{
    struct buf *out = &page->exchange->response->body;
    buf_addf(out, "\"%s%s?", base, page->exchange->request->path);
    for (size_t i = 0; i < page->filter_count; i++) {
        const char *value = params_get(&page->exchange->query, page->filters[i]);
        if (value == NULL)
            continue;
        buf_addf(out, "%s=", page->filters[i]);
        add_encoded(out, value);
        buf_add_char(out, '&');
    }
    buf_addf(out, "PageSize=%lld&Page=%lld", page->size, number);
    if (token_kind != NULL)
        buf_addf(out, "&PageToken=%s%s", token_kind, token_sid);
    buf_add_char(out, '"');
}

static void add_next_url(const struct page *page, const char *base)
{
    if (page->more)
        add_url(page, base, page->number + 1, "PA", page->last_sid);
    else
        buf_add_text(&page->exchange->response->body, "null");
}

static void add_previous_url(const struct page *page, const char *base)
{
    if (page->number > 0 && page->first_sid[0] != '\0')
        add_url(page, base, page->number - 1, "PB", page->first_sid);
    else
        buf_add_text(&page->exchange->response->body, "null");
}

static void end_items(struct page *page)
{
    const char *base = page->exchange->base_url;
    struct buf *out = &page->exchange->response->body;
    buf_addf(out, "], \"meta\": {\"key\": \"items\", \"page\": %lld, \"page_size\": %lld",
             page->number, page->size);
    buf_add_text(out, ", \"url\": ");
    if (page->token != NULL)
        add_url(page, base, page->number, page->backward ? "PB" : "PA", page->token);
    else
        add_url(page, base, page->number, NULL, NULL);
    buf_add_text(out, ", \"first_page_url\": ");
    add_url(page, base, 0, NULL, NULL);
    buf_add_text(out, ", \"next_page_url\": ");
    add_next_url(page, base);
    buf_add_text(out, ", \"previous_page_url\": ");
    add_previous_url(page, base);
    buf_add_text(out, "}}");
}

static void end_core_items(struct page *page, long long count)
{
    struct buf *out = &page->exchange->response->body;
    long long start = page->number * page->size;
    buf_addf(out, "], \"page\": %lld, \"page_size\": %lld, \"start\": %lld, \"end\": %lld",
             page->number, page->size, start, start + (count > 0 ? count - 1 : 0));
    buf_add_text(out, ", \"uri\": ");
    add_url(page, "", page->number, NULL, NULL);
    buf_add_text(out, ", \"first_page_uri\": ");
    add_url(page, "", 0, NULL, NULL);
    buf_add_text(out, ", \"next_page_uri\": ");
    add_next_url(page, "");
    buf_add_text(out, ", \"previous_page_uri\": ");
    add_previous_url(page, "");
    buf_add_char(out, '}');
}

/* ---- where items come from ---- */

/* Either the members of a set, or the chain of one number's orders, or one order. */
struct source {
    const struct bitset *set;
    uint32_t chain; /* newest order of a number; used when set is NULL */
    bool single;
};

static uint32_t source_before(const struct sandbox *sandbox, const struct source *source,
                              uint32_t below)
{
    if (source->set != NULL)
        return bitset_before(source->set, below);
    uint32_t at = source->chain;
    while (at != LOOKUP_NONE && at >= below)
        at = source->single ? LOOKUP_NONE : sandbox->orders[at]->older;
    return at;
}

static bool value_fits(const struct exchange *exchange, const char *name, const char *value)
{
    const char *wanted = params_get(&exchange->query, name);
    return wanted == NULL || (value != NULL && strcmp(wanted, value) == 0);
}

static bool status_fits(const struct exchange *exchange, enum status status)
{
    const char *wanted = params_get(&exchange->query, "Status");
    return wanted == NULL || text_same_word(wanted, status_name(status));
}

static bool is_fresh(const struct exchange *exchange, const struct order *order)
{
    return exchange->fault == FAULT_STALE_LIST &&
           order->created_at_ms > exchange->sandbox->now_ms - exchange->rule->by_ms;
}

static bool order_fits(const struct exchange *exchange, const struct order *order)
{
    return !order->gone && !is_fresh(exchange, order) && status_fits(exchange, order->status) &&
           value_fits(exchange, "PhoneNumber", order->phone_number) &&
           value_fits(exchange, "IncomingPhoneNumberSid", order->incoming_sid) &&
           value_fits(exchange, "FriendlyName", order->friendly_name) &&
           value_fits(exchange, "UniqueName", order->unique_name);
}

static struct source order_source(const struct exchange *exchange)
{
    const struct sandbox *sandbox = exchange->sandbox;
    const char *unique_name = params_get(&exchange->query, "UniqueName");
    const char *incoming_sid = params_get(&exchange->query, "IncomingPhoneNumberSid");
    const char *phone_number = params_get(&exchange->query, "PhoneNumber");
    const char *word = params_get(&exchange->query, "Status");
    enum status status = STATUS_QUEUED;
    if (unique_name != NULL)
        return (struct source){.chain = lookup_find(&sandbox->by_unique_name, unique_name),
                               .single = true};
    if (incoming_sid != NULL)
        return (struct source){.chain = lookup_find(&sandbox->by_incoming_sid, incoming_sid),
                               .single = true};
    if (phone_number != NULL)
        return (struct source){.chain = lookup_find(&sandbox->by_phone, phone_number)};
    if (word != NULL && status_parse(word, &status))
        return (struct source){.set = &sandbox->by_status[status]};
    return (struct source){.set = &sandbox->live};
}

static const struct order *next_order(const struct exchange *exchange, const struct source *source,
                                      uint32_t *below)
{
    uint32_t at = source_before(exchange->sandbox, source, *below);
    while (at != LOOKUP_NONE) {
        *below = at;
        if (order_fits(exchange, exchange->sandbox->orders[at]))
            return exchange->sandbox->orders[at];
        at = source_before(exchange->sandbox, source, at);
    }
    return NULL;
}

/* The index a token names, for orders by their own or their IncomingPhoneNumber's SID. */
static bool find_start(struct page *page, const struct lookup *lookup)
{
    if (page->token == NULL)
        return true;
    page->start = lookup_find(lookup, page->token);
    return page->start != LOOKUP_NONE || refuse(page->exchange, 20001, "PageToken is not valid");
}

/* For a page before a token: step up so many fitting items, to begin above them. */
static void step_back(struct page *page, const struct source *source)
{
    uint32_t at = page->start;
    long long left = page->size;
    if (source->set == NULL) {
        page->start = BITSET_NONE;
        return;
    }
    while (left > 0) {
        uint32_t above = bitset_from(source->set, at + 1);
        if (above == BITSET_NONE)
            break;
        at = above;
        if (order_fits(page->exchange, page->exchange->sandbox->orders[at]))
            left--;
    }
    page->start = at + 1;
}

/* Without a token a page number skips: slow for high ones, which nobody should synthesise. */
static void skip_pages(struct page *page, const struct source *source)
{
    if (page->token != NULL)
        return;
    for (long long left = page->number * page->size; left > 0; left--)
        if (next_order(page->exchange, source, &page->start) == NULL)
            return;
}

static void note_item(struct page *page, const char *sid, bool first)
{
    if (first)
        TEXT_SET(page->first_sid, sid);
    TEXT_SET(page->last_sid, sid);
}

static bool check_status_filter(struct exchange *exchange)
{
    const char *word = params_get(&exchange->query, "Status");
    enum status status = STATUS_QUEUED;
    if (word == NULL || (status_parse(word, &status) && status_is_remote(status)))
        return true;
    return refuse(exchange, 22111, "Status %.60s is not a status of an order", word);
}

static void note_phone_filter(struct exchange *exchange)
{
    const char *phone_number = params_get(&exchange->query, "PhoneNumber");
    if (phone_number != NULL)
        TEXT_SET(exchange->entry.phone_number, phone_number);
}

void op_list_orders(struct exchange *exchange)
{
    struct page page = {.filters = {"Status", "FriendlyName", "PhoneNumber", "UniqueName",
                                    "IncomingPhoneNumberSid"},
                        .filter_count = 5};
    note_phone_filter(exchange);
    if (!check_status_filter(exchange) || !read_page(exchange, &page) ||
        !find_start(&page, &exchange->sandbox->by_sid))
        return;
    struct source source = order_source(exchange);
    if (page.backward)
        step_back(&page, &source);
    skip_pages(&page, &source);
    exchange->response->status = 200;
    buf_add_text(&exchange->response->body, "{\"items\": [");
    const struct order *order = next_order(exchange, &source, &page.start);
    for (long long i = 0; i < page.size && order != NULL; i++) {
        if (i > 0)
            buf_add_text(&exchange->response->body, ", ");
        answer_order(exchange, order, true);
        note_item(&page, order->sid, i == 0);
        order = next_order(exchange, &source, &page.start);
    }
    page.more = order != NULL;
    end_items(&page);
}

/* ---- documents and their orders ---- */

static bool document_fits(const struct exchange *exchange, const struct document *document)
{
    const char *wanted = params_get(&exchange->query, "Status");
    return value_fits(exchange, "Email", document->email) &&
           (wanted == NULL || text_same_word(wanted, document_status_name(document->status)));
}

/* The place of the first item of the page, among count items given newest first. */
static bool find_place(struct page *page, size_t count, size_t token_place, size_t *place)
{
    *place = (size_t)(page->number * page->size);
    if (page->token == NULL)
        return true;
    if (token_place >= count)
        return refuse(page->exchange, 20001, "PageToken is not valid");
    size_t size = (size_t)page->size;
    *place = !page->backward ? token_place + 1 : token_place > size ? token_place - size : 0;
    return true;
}

void op_list_documents(struct exchange *exchange)
{
    struct sandbox *sandbox = exchange->sandbox;
    struct page page = {.filters = {"Status", "Email"}, .filter_count = 2};
    enum document_status status = DOCUMENT_UNKNOWN;
    const char *word = params_get(&exchange->query, "Status");
    size_t count = sandbox->document_count;
    size_t place = 0;
    if (word != NULL && !document_status_parse(word, &status)) {
        refuse(exchange, 22111, "Status %.60s is not a status of a document", word);
        return;
    }
    if (!read_page(exchange, &page))
        return;
    uint32_t named = page.token != NULL ? lookup_find(&sandbox->document_by_sid, page.token) : 0;
    if (!find_place(&page, count, named == LOOKUP_NONE ? count : count - 1 - named, &place))
        return;
    exchange->response->status = 200;
    buf_add_text(&exchange->response->body, "{\"items\": [");
    long long shown = 0;
    for (; place < count && shown <= page.size; place++) {
        const struct document *document = sandbox->documents[count - 1 - place];
        if (!document_fits(exchange, document))
            continue;
        if (++shown > page.size)
            break;
        buf_add_text(&exchange->response->body, shown > 1 ? ", " : "");
        answer_document(exchange, document);
        note_item(&page, document->sid, shown == 1);
    }
    page.more = shown > page.size;
    end_items(&page);
}

static size_t place_on_document(const struct sandbox *sandbox, const struct document *document,
                                const char *sid)
{
    size_t place = 0;
    while (place < document->order_count &&
           (sid == NULL || strcmp(sandbox->orders[document->orders[place]]->sid, sid) != 0))
        place++;
    return place;
}

void op_list_dependents(struct exchange *exchange)
{
    struct sandbox *sandbox = exchange->sandbox;
    struct page page = {.filters = {"Status", "FriendlyName", "PhoneNumber", "UniqueName",
                                    "IncomingPhoneNumberSid"},
                        .filter_count = 5};
    const struct document *document = document_by_sid(sandbox, exchange->path_sid);
    size_t place = 0;
    if (document == NULL) {
        refuse_missing(exchange);
        return;
    }
    exchange->entry.document = document->index;
    if (!check_status_filter(exchange) || !read_page(exchange, &page) ||
        !find_place(&page, document->order_count, place_on_document(sandbox, document, page.token),
                    &place))
        return;
    exchange->response->status = 200;
    buf_add_text(&exchange->response->body, "{\"items\": [");
    long long shown = 0;
    for (; place < document->order_count && shown <= page.size; place++) {
        const struct order *order = sandbox->orders[document->orders[place]];
        if (!order_fits(exchange, order))
            continue;
        if (++shown > page.size)
            break;
        buf_add_text(&exchange->response->body, shown > 1 ? ", " : "");
        answer_order(exchange, order, false);
        note_item(&page, order->sid, shown == 1);
    }
    page.more = shown > page.size;
    end_items(&page);
}

/* ---- v2010 ---- */

void op_list_addresses(struct exchange *exchange)
{
    struct sandbox *sandbox = exchange->sandbox;
    struct page page = {.filters = {"CustomerName", "FriendlyName", "IsoCountry"},
                        .filter_count = 3};
    size_t count = sandbox->address_count;
    size_t place = 0;
    if (!read_page(exchange, &page))
        return;
    uint32_t named = page.token != NULL ? lookup_find(&sandbox->address_by_sid, page.token) : 0;
    if (!find_place(&page, count, named == LOOKUP_NONE ? count : count - 1 - named, &place))
        return;
    exchange->response->status = 200;
    buf_add_text(&exchange->response->body, "{\"addresses\": [");
    long long shown = 0;
    for (; place < count; place++) {
        const struct address *address = sandbox->addresses[count - 1 - place];
        if (address->gone || !value_fits(exchange, "CustomerName", address->customer_name) ||
            !value_fits(exchange, "FriendlyName", address->friendly_name) ||
            !value_fits(exchange, "IsoCountry", address->iso_country))
            continue;
        if (++shown > page.size)
            break;
        buf_add_text(&exchange->response->body, shown > 1 ? ", " : "");
        answer_address(exchange, address);
        note_item(&page, address->sid, shown == 1);
    }
    page.more = shown > page.size;
    end_core_items(&page, page.more ? page.size : shown);
}

static const struct order *next_incoming(const struct exchange *exchange,
                                         const struct source *source, uint32_t *below)
{
    const struct sandbox *sandbox = exchange->sandbox;
    uint32_t at = source_before(sandbox, source, *below);
    while (at != LOOKUP_NONE && !bitset_has(&sandbox->incoming, at))
        at = source_before(sandbox, source, at);
    *below = at != LOOKUP_NONE ? at : 0;
    return at != LOOKUP_NONE ? sandbox->orders[at] : NULL;
}

void op_list_incoming(struct exchange *exchange)
{
    struct sandbox *sandbox = exchange->sandbox;
    struct page page = {.filters = {"PhoneNumber", "FriendlyName", "Origin"}, .filter_count = 3};
    const char *phone_number = params_get(&exchange->query, "PhoneNumber");
    const char *origin = params_get(&exchange->query, "Origin");
    static const struct bitset nothing;
    note_phone_filter(exchange);
    if (!read_page(exchange, &page) || !find_start(&page, &sandbox->by_incoming_sid))
        return;
    struct source source = {.set = &sandbox->incoming};
    if (phone_number != NULL)
        source = (struct source){.chain = lookup_find(&sandbox->by_phone, phone_number)};
    if (origin != NULL && strcmp(origin, "hosted") != 0)
        source = (struct source){.set = &nothing}; /* the sandbox sells no numbers of its own */
    for (long long left = page.token == NULL ? page.number * page.size : 0; left > 0; left--)
        if (next_incoming(exchange, &source, &page.start) == NULL)
            break;
    exchange->response->status = 200;
    buf_add_text(&exchange->response->body, "{\"incoming_phone_numbers\": [");
    long long shown = 0;
    const struct order *order = next_incoming(exchange, &source, &page.start);
    for (; shown < page.size && order != NULL; shown++) {
        buf_add_text(&exchange->response->body, shown > 0 ? ", " : "");
        answer_incoming(exchange, order);
        note_item(&page, order->incoming_sid, shown == 0);
        order = next_incoming(exchange, &source, &page.start);
    }
    page.more = order != NULL;
    end_core_items(&page, shown);
}
