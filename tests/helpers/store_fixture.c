#include "helpers/store_fixture.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

int fixture_set_up(void **state)
{
    struct error err = {0};
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->store = store_open(":memory:", STORE_WRITE, &err);
    fixture->next_line = 2;
    *state = fixture;
    if (fixture->store == NULL)
        fprintf(stderr, "%s\n", err.text);
    return fixture->store == NULL;
}

int fixture_tear_down(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    bool healthy = store_check(fixture->store, &err);
    if (!healthy)
        fprintf(stderr, "%s\n", err.text);
    store_close(fixture->store);
    free(fixture);
    return !healthy;
}

struct import_row fixture_row(int64_t line, const char *phone_number)
{
    struct import_row row = {.line = line,
                             .record = phone_number,
                             .record_bytes = strlen(phone_number),
                             .details = {.email = "s@example.com", .address_sid = "AD01"},
                             .signer = {.email = "s@example.com",
                                        .address_sid = "AD01",
                                        .contact_title = "Owner",
                                        .contact_phone_number = "+14155550199"}};
    TEXT_SET(row.phone_number, phone_number);
    return row;
}

void fixture_import_begin(struct fixture *fixture, const char *batch)
{
    struct error err = {0};
    assert_true(store_begin(fixture->store, &err));
    assert_true(store_import_begin(fixture->store, batch, "file.csv", FIXTURE_HEADER,
                                   FIXTURE_NOW_MS, &err));
}

struct import_result fixture_import(struct fixture *fixture, const struct import_row *row)
{
    struct error err = {0};
    struct import_result result;
    if (!store_import_row(fixture->store, row, &result, &err))
        fail_msg("%s", err.text);
    return result;
}

struct import_result fixture_import_line(struct fixture *fixture, int64_t line,
                                         const char *phone_number)
{
    struct import_row row = fixture_row(line, phone_number);
    return fixture_import(fixture, &row);
}

void fixture_reject_line(struct fixture *fixture, int64_t line)
{
    struct error err = {0};
    struct import_reject reject = {.line = line,
                                   .record = "x",
                                   .record_bytes = 1,
                                   .column = "phone_number",
                                   .reason = "too short"};
    assert_true(store_import_reject(fixture->store, &reject, &err));
}

void fixture_import_end(struct fixture *fixture)
{
    struct error err = {0};
    if (!store_import_end(fixture->store, &err) || !store_commit(fixture->store, &err))
        fail_msg("%s", err.text);
}

int64_t fixture_add(struct fixture *fixture, const char *phone_number, const char *site,
                    int32_t priority)
{
    struct error err = {0};
    struct number number;
    bool found = false;
    struct import_row row = fixture_row(fixture->next_line++, phone_number);
    TEXT_SET(row.site, site);
    row.priority = priority;
    fixture_import_begin(fixture, FIXTURE_BATCH);
    assert_int_equal(fixture_import(fixture, &row).outcome, IMPORT_NEW);
    fixture_import_end(fixture);
    assert_true(store_find_by_phone(fixture->store, phone_number, &number, &found, &err));
    assert_true(found);
    return number.id;
}

int64_t fixture_add_many(struct fixture *fixture, int i, const char *site)
{
    char phone_number[PHONE_BYTES];
    snprintf(phone_number, sizeof phone_number, "+1415555%04d", (100 + i) % 10000);
    return fixture_add(fixture, phone_number, site, 0);
}

struct number fixture_number(struct fixture *fixture, int64_t id)
{
    struct error err = {0};
    struct number number;
    bool found = false;
    assert_true(store_find_number(fixture->store, id, &number, &found, &err));
    assert_true(found);
    return number;
}

void fixture_set(struct fixture *fixture, int64_t id, enum status status, enum step step,
                 int64_t due_at_ms)
{
    struct error err = {0};
    struct number number = fixture_number(fixture, id);
    number.status = status;
    number.step = step;
    number.due_at_ms = due_at_ms;
    assert_true(store_save_number(fixture->store, &number, &err));
}

static bool count_event(void *context, const struct event *event, const char *phone_number)
{
    (void)event;
    (void)phone_number;
    ++*(int *)context;
    return true;
}

int fixture_events(struct fixture *fixture, int64_t id, uint64_t kinds)
{
    struct error err = {0};
    int count = 0;
    assert_true(store_each_event(fixture->store, id, "", kinds, count_event, &count, &err));
    return count;
}
