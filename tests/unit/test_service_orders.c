/* Orders that do what orders should not do, and lists that lead nowhere: shown to a person, and
 * nothing is done twice. */
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "helpers/service_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#define ORDERS "/HostedNumbers/HostedNumberOrders"
#define TWIN_SID "HR99999999999999999999999999999999"

/* What somebody in between does to the answers; off while `from_ms` is not reached. */
struct meddling {
    struct world world;
    int64_t from_ms;
    char phone_number[PHONE_BYTES];
    const char *status;        /* the order's from now on; NULL: as it is */
    bool twin;                 /* lists show a second order by the same name */
    bool hides;                /* GET of the order: 404, and lists leave it out */
    const char *next_page_url; /* of lists; NULL: as it is */
    int32_t pages;             /* lists lead through so many pages, in a circle */
    int32_t lists;             /* asked for */
};

static bool is_list(const struct http_request *request)
{
    return strcmp(request->method, "GET") == 0 &&
           strncmp(request->path, ORDERS, sizeof ORDERS - 1) == 0 &&
           request->path[sizeof ORDERS - 1] != '/';
}

static bool is_look(const struct http_request *request)
{
    return strcmp(request->method, "GET") == 0 &&
           strncmp(request->path, ORDERS "/", sizeof ORDERS) == 0;
}

static void write_back(struct http_response *response, json_t *root)
{
    char *text = json_dumps(root, 0);
    buf_clear(&response->body);
    buf_add_text(&response->body, text);
    free(text);
}

static void meddle_order(const struct meddling *meddling, json_t *order)
{
    const char *phone = json_string_value(json_object_get(order, "phone_number"));
    if (meddling->status != NULL && phone != NULL && strcmp(phone, meddling->phone_number) == 0)
        json_object_set_new(order, "status", json_string(meddling->status));
}

static void add_twin(const struct meddling *meddling, json_t *items)
{
    size_t count = json_array_size(items);
    for (size_t i = 0; i < count; i++) {
        json_t *order = json_array_get(items, i);
        const char *phone = json_string_value(json_object_get(order, "phone_number"));
        if (strcmp(phone, meddling->phone_number) != 0)
            continue;
        json_t *twin = json_copy(order);
        json_object_set_new(twin, "sid", json_string(TWIN_SID));
        json_array_append_new(items, twin);
        return;
    }
}

static void hide(const struct meddling *meddling, json_t *items)
{
    for (size_t i = json_array_size(items); i-- > 0;) {
        json_t *order = json_array_get(items, i);
        const char *phone = json_string_value(json_object_get(order, "phone_number"));
        if (strcmp(phone, meddling->phone_number) == 0)
            json_array_remove(items, i);
    }
}

static void meddle_list(struct meddling *meddling, json_t *root)
{
    json_t *items = json_object_get(root, "items");
    json_t *meta = json_object_get(root, "meta");
    char next[128];
    for (size_t i = 0; i < json_array_size(items); i++)
        meddle_order(meddling, json_array_get(items, i));
    if (meddling->twin)
        add_twin(meddling, items);
    if (meddling->hides)
        hide(meddling, items);
    if (meddling->next_page_url != NULL)
        json_object_set_new(meta, "next_page_url", json_string(meddling->next_page_url));
    if (meddling->pages > 0) {
        snprintf(next, sizeof next, ORDERS "?PageSize=1&Page=%d",
                 (int)(meddling->lists % meddling->pages));
        json_object_set_new(meta, "next_page_url", json_string(next));
    }
}

static void change(void *context, const struct http_request *request,
                   struct http_response *response)
{
    struct meddling *meddling = context;
    if (meddling->world.now_ms < meddling->from_ms || response->status != 200)
        return;
    json_t *root = json_loads(buf_text(&response->body), 0, NULL);
    const char *phone = json_string_value(json_object_get(root, "phone_number"));
    bool its = phone != NULL && strcmp(phone, meddling->phone_number) == 0;
    if (root != NULL && is_list(request)) {
        meddling->lists++;
        meddle_list(meddling, root);
        write_back(response, root);
    } else if (root != NULL && is_look(request)) {
        meddle_order(meddling, root);
        write_back(response, root);
    }
    if (its && meddling->hides && is_look(request)) {
        buf_clear(&response->body);
        buf_add_text(&response->body, "{\"code\": 20404, \"message\": \"not found\"}");
        response->status = 404;
    }
    json_decref(root);
}

/* Two numbers; the first one's order is meddled with from from_ms on. */
static void begin(struct meddling *meddling, int64_t from_ms)
{
    memset(meddling, 0, sizeof *meddling);
    world_init(&meddling->world);
    meddling->world.hooks = (struct sandbox_transport_hooks){.context = meddling, .change = change};
    meddling->world.scenario.signs_after = (struct span){30 * HOUR_MS, 30 * HOUR_MS + 1000};
    world_phone(0, meddling->phone_number);
    meddling->from_ms = WORLD_START_MS + from_ms;
    world_open(&meddling->world);
    struct import_row rows[] = {world_row(0), world_row(1)};
    world_import(&meddling->world, rows, 2);
}

static struct meddling *new_meddling(int64_t from_ms)
{
    struct meddling *meddling = memory_new(1, sizeof *meddling);
    begin(meddling, from_ms);
    return meddling;
}

/* The second number is nobody's business; each order was made, called and mailed once. */
static void end(struct meddling *meddling)
{
    char other[PHONE_BYTES];
    world_phone(1, other);
    for (int32_t i = 0; i < 2; i++) {
        char phone_number[PHONE_BYTES];
        world_phone(i, phone_number);
        struct effects effects = world_effects(&meddling->world, phone_number);
        assert_int_equal(effects.of[EFFECT_ORDER_CREATED], 1);
        assert_true(effects.of[EFFECT_CALL_PLACED] <= 1);
        assert_true(effects.of[EFFECT_LOA_SENT] <= 1);
        assert_int_equal(effects.of[EFFECT_ORDER_DELETED], 0);
    }
    assert_int_equal(world_number(&meddling->world, other).status, STATUS_COMPLETED);
    world_close(&meddling->world);
    free(meddling);
}

static void waits_for_a_person(struct meddling *meddling, enum attention attention,
                               const char *reason)
{
    struct number number = world_number(&meddling->world, meddling->phone_number);
    assert_string_equal(attention_name(number.attention), attention_name(attention));
    if (strstr(number.reason, reason) == NULL)
        fail_msg("no \"%s\" in \"%s\"", reason, number.reason);
    assert_int_equal(
        world_events(&meddling->world, meddling->phone_number, UINT64_C(1) << EVENT_ATTENTION), 1);
}

static void an_order_that_vanishes_waits_for_a_person(void **state)
{
    (void)state;
    struct meddling *meddling = new_meddling(HOUR_MS);
    meddling->hides = true;
    assert_true(world_run(&meddling->world, WORLD_START_MS + 3 * DAY_MS, NULL, NULL));
    waits_for_a_person(meddling, ATTENTION_ORDER_GONE, "not there any more");
    end(meddling);
}

static void an_order_that_goes_backward_waits_for_a_person(void **state)
{
    (void)state;
    static const char *const earlier[] = {"received", "twilio-processing", "pending-verification"};
    for (size_t i = 0; i < COUNT_OF(earlier); i++) {
        struct meddling *meddling = new_meddling(HOUR_MS);
        meddling->status = earlier[i];
        assert_true(world_run(&meddling->world, WORLD_START_MS + 3 * DAY_MS, NULL, NULL));
        waits_for_a_person(meddling, ATTENTION_STRANGE_MOVE, earlier[i]);
        end(meddling);
    }
}

/* The one honest limit: an effect that comes after everybody stopped waiting for it. */
static void an_order_that_appears_twice_is_found_within_a_day_and_shown(void **state)
{
    (void)state;
    struct meddling *meddling = new_meddling(HOUR_MS);
    meddling->twin = true;
    assert_true(world_run(&meddling->world, WORLD_START_MS + 3 * DAY_MS, NULL, NULL));
    waits_for_a_person(meddling, ATTENTION_DUPLICATE, TWIN_SID);
    int64_t found_at_ms = world_number(&meddling->world, meddling->phone_number).settled_at_ms;
    assert_true(found_at_ms < WORLD_START_MS + 2 * DAY_MS);
    end(meddling);
}

struct waiting {
    struct meddling *meddling;
    int64_t found_at_ms;
};

static bool note_attention(void *context, struct world *world)
{
    struct waiting *waiting = context;
    struct number number = world_number(world, waiting->meddling->phone_number);
    if (waiting->found_at_ms == 0 && number.attention == ATTENTION_DUPLICATE)
        waiting->found_at_ms = world->now_ms;
    return false;
}

/* A create that was given up and sent again is watched more closely. */
static void after_a_repeated_create_the_account_is_read_within_the_hour(void **state)
{
    (void)state;
    const struct fault_rule lost = {.kind = FAULT_TIMEOUT_BEFORE,
                                    .rate = 1,
                                    .operations = 1U << SANDBOX_CREATE_ORDER,
                                    .to_ms = 10 * SECOND_MS};
    struct meddling *meddling = new_meddling(10 * MINUTE_MS);
    struct waiting waiting = {.meddling = meddling};
    world_set_faults(&meddling->world, &lost, 1);
    meddling->twin = true;
    assert_true(world_run(&meddling->world, WORLD_START_MS + 3 * DAY_MS, note_attention, &waiting));
    assert_true(waiting.found_at_ms > 0);
    assert_in_range(waiting.found_at_ms - WORLD_START_MS, HOUR_MS, HOUR_MS + 10 * MINUTE_MS);
    end(meddling);
}

static void the_account_is_read_once_a_day(void **state)
{
    (void)state;
    struct meddling *meddling = new_meddling(0);
    meddling->world.scenario.signs_after = (struct span){5 * DAY_MS, 5 * DAY_MS + 1000};
    world_set_faults(&meddling->world, NULL, 0);
    assert_true(world_run(&meddling->world, WORLD_START_MS + 9 * DAY_MS, NULL, NULL));
    assert_in_range(meddling->lists, 5, 7);
    end(meddling);
}

/* A list whose pages never end, or lead elsewhere: the run ends and says why, creates wait, and it
 * is not asked for for ever. */
static void a_list_that_cannot_be_read_ends_the_run_before_anything_is_created(void **state)
{
    (void)state;
    static const struct {
        int32_t pages;
        const char *next_page_url;
        const char *why;
    } table[] = {
        {1, NULL, "circle"},
        {2, NULL, "circle"},
        {7, NULL, "circle"},
        {0, "https://elsewhere.example/HostedNumbers/Other?Page=1", "the next page is not of"},
        {0, "//elsewhere.example" ORDERS "?Page=1", "the next page is not of"},
        {0, "https://preview.twilio.com/2010-04-01/Accounts?Page=1", "the next page is not of"},
        {0, "ftp://elsewhere.example" ORDERS, "the next page is not of"},
        {0, ORDERS "/../../2010-04-01/Accounts", "the next page is not of"},
    };
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        struct meddling *meddling = new_meddling(0);
        struct world *world = &meddling->world;
        meddling->pages = table[i].pages;
        meddling->next_page_url = table[i].next_page_url;
        int64_t until_ms = WORLD_START_MS;
        while (world->unavailable == 0 && until_ms < WORLD_START_MS + 6 * HOUR_MS) {
            until_ms += MINUTE_MS;
            assert_false(world_run(world, until_ms, NULL, NULL));
        }
        assert_int_equal(world->unavailable, 1);
        assert_int_equal(world->err.kind, ERROR_UNAVAILABLE);
        if (strstr(world->err.text, table[i].why) == NULL)
            fail_msg("no \"%s\" in \"%s\"", table[i].why, world->err.text);
        assert_true(meddling->lists < 600);
        assert_int_equal(world_effects(world, NULL).of[EFFECT_ORDER_CREATED], 0);
        meddling->pages = 0;
        meddling->next_page_url = NULL;
        assert_true(world_run(world, WORLD_START_MS + 9 * DAY_MS, NULL, NULL));
        end(meddling);
    }
}

static void order_of_another_account(struct world *world, const char *phone_number)
{
    char body[128];
    snprintf(body, sizeof body, "PhoneNumber=%%2B%s&SmsCapability=true", phone_number + 1);
    const struct sandbox_request request = {.method = "POST",
                                            .path = ORDERS,
                                            .body = body,
                                            .body_bytes = strlen(body),
                                            .user = "ACbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                                            .password = "secret"};
    struct sandbox_response response;
    sandbox_handle(world->sandbox, &request, world->now_ms, &response);
    assert_int_equal(response.status, 201);
    buf_done(&response.body);
}

/* Nothing is ordered beside it, and no phone of it rings. */
static void an_order_of_another_account_waits_for_a_person(void **state)
{
    (void)state;
    struct meddling *meddling = new_meddling(0);
    order_of_another_account(&meddling->world, meddling->phone_number);
    assert_true(world_run(&meddling->world, WORLD_START_MS + 3 * DAY_MS, NULL, NULL));
    waits_for_a_person(meddling, ATTENTION_FOREIGN_ORDER, "was not made by numhost");
    end(meddling);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_that_vanishes_waits_for_a_person),
        cmocka_unit_test(an_order_that_goes_backward_waits_for_a_person),
        cmocka_unit_test(an_order_that_appears_twice_is_found_within_a_day_and_shown),
        cmocka_unit_test(after_a_repeated_create_the_account_is_read_within_the_hour),
        cmocka_unit_test(the_account_is_read_once_a_day),
        cmocka_unit_test(an_order_of_another_account_waits_for_a_person),
        cmocka_unit_test(a_list_that_cannot_be_read_ends_the_run_before_anything_is_created),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
