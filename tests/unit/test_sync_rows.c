/* One order of the account beside a row in every state a row can be in: what is told, what the row
 * becomes, and whether its order is still to be looked at alone. */
#include "base/clock.h"
#include "base/text.h"
#include "domain/decide.h"
#include "engine/sync_private.h"
#include "helpers/counting_executor.h"
#include "helpers/store_fixture.h"

#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1795000000000)
#define PHONE "+14155552000"
#define SID "HR11111111111111111111111111111111"
#define OTHER_SID "HR22222222222222222222222222222222"

enum { NOTHING = -1 };

struct meeting {
    const char *promise;
    struct number row;      /* status, step, intent, attention and order_sid of it */
    struct order_seen seen; /* status_known unless there is a word */
    bool named;             /* the order carries our unique name */
    int told;               /* NOTHING or the one difference */
    bool looked_at;         /* nothing more is to be found out about the row */
    enum status status;     /* of the row afterwards */
    int32_t order_count;
};

static const struct meeting meetings[] = {
    {.promise = "a request under way is settled by the next run",
     .row = {.status = STATUS_VERIFIED,
             .step = STEP_RECONCILE,
             .intent = INTENT_AUTHORIZE,
             .order_sid = SID},
     .seen = {.sid = SID, .status = STATUS_PENDING_LOA},
     .told = NOTHING,
     .status = STATUS_VERIFIED},
    {.promise = "an order that is to be read itself is not judged by a list",
     .row = {.status = STATUS_VERIFIED, .step = STEP_RECONCILE, .order_sid = SID},
     .seen = {.sid = SID, .status = STATUS_FAILED},
     .told = NOTHING,
     .status = STATUS_VERIFIED},
    {.promise = "a step back in a list is looked at before it is believed",
     .row = {.status = STATUS_PENDING_LOA, .order_sid = SID},
     .seen = {.sid = SID, .status = STATUS_RECEIVED},
     .told = NOTHING,
     .status = STATUS_PENDING_LOA},
    {.promise = "an order that moved strangely is looked at itself",
     .row = {.status = STATUS_VERIFIED, .attention = ATTENTION_STRANGE_MOVE, .order_sid = SID},
     .seen = {.sid = SID, .status = STATUS_RECEIVED},
     .told = NOTHING,
     .status = STATUS_VERIFIED},
    {.promise = "what is released stays so, whatever word its order has",
     .row = {.status = STATUS_CANCELED, .order_sid = SID},
     .seen = {.sid = SID, .status_word = "dreaming"},
     .told = DRIFT_STATUS_STAYS,
     .looked_at = true,
     .status = STATUS_CANCELED},
    {.promise = "a canceled row whose order lives is told",
     .row = {.status = STATUS_CANCELED, .order_sid = SID},
     .seen = {.sid = SID, .status = STATUS_RECEIVED},
     .told = DRIFT_STATUS_STAYS,
     .looked_at = true,
     .status = STATUS_CANCELED},
    {.promise = "an order is not taken for the one in doubt",
     .row = {.status = STATUS_QUEUED, .step = STEP_RECONCILE, .intent = INTENT_CREATE},
     .seen = {.sid = SID, .status = STATUS_RECEIVED},
     .named = true,
     .told = NOTHING,
     .status = STATUS_QUEUED},
    {.promise = "a dead order of ours only counts",
     .row = {.status = STATUS_QUEUED, .step = STEP_CREATE},
     .seen = {.sid = SID, .status = STATUS_FAILED},
     .named = true,
     .told = NOTHING,
     .looked_at = true,
     .status = STATUS_QUEUED,
     .order_count = 1},
    {.promise = "a dead order of ours is no news about somebody else's",
     .row = {.status = STATUS_QUEUED, .attention = ATTENTION_FOREIGN_ORDER},
     .seen = {.sid = SID, .status = STATUS_FAILED},
     .named = true,
     .told = NOTHING,
     .looked_at = true,
     .status = STATUS_QUEUED,
     .order_count = 1},
    {.promise = "a second order in an unknown status may be live",
     .row = {.status = STATUS_VERIFIED, .order_sid = SID},
     .seen = {.sid = OTHER_SID, .status_word = "dreaming"},
     .told = DRIFT_SECOND,
     .status = STATUS_VERIFIED},
    {.promise = "a live order beside a completed row is somebody else's",
     .row = {.status = STATUS_COMPLETED, .order_sid = SID},
     .seen = {.sid = OTHER_SID, .status = STATUS_RECEIVED},
     .told = DRIFT_FOREIGN,
     .status = STATUS_COMPLETED},
    {.promise = "of two that failed nothing is said",
     .row = {.status = STATUS_FAILED},
     .seen = {.sid = OTHER_SID, .status = STATUS_FAILED},
     .told = NOTHING,
     .looked_at = true,
     .status = STATUS_FAILED},
    {.promise = "a completed order of a canceled row was off-boarded",
     .row = {.status = STATUS_CANCELED},
     .seen = {.sid = OTHER_SID, .status = STATUS_COMPLETED},
     .told = NOTHING,
     .looked_at = true,
     .status = STATUS_CANCELED},
};

struct world {
    struct fixture *fixture;
    struct counting_executor executor;
    struct sync_options options;
    struct sync *sync;
    int64_t id;
    int told;
};

static void note(void *context, const struct drift *drift)
{
    struct world *world = context;
    assert_int_equal(world->told, NOTHING);
    world->told = (int)drift->kind;
}

static int set_up(void **state)
{
    void *fixture = NULL;
    struct world *world = calloc(1, sizeof *world);
    *state = world;
    if (fixture_set_up(&fixture) != 0)
        return 1;
    world->fixture = fixture;
    world->told = NOTHING;
    counting_executor_init(&world->executor);
    world->options = (struct sync_options){.policy = policy_default(),
                                           .batch = "",
                                           .seed = 1,
                                           .actor = "operator",
                                           .report = note,
                                           .context = world};
    return 0;
}

static void open_sync(struct world *world)
{
    world->sync = sync_new(world->fixture->store, &world->executor.port, &world->options);
    world->sync->request.sent_at_ms = NOW;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    void *fixture = world->fixture;
    if (world->sync != NULL)
        sync_free(world->sync);
    free(world);
    return fixture_tear_down(&fixture);
}

static void make_row(struct world *world, const struct number *like)
{
    struct error err = {0};
    struct number number =
        fixture_number(world->fixture, fixture_add(world->fixture, PHONE, "", 0));
    number.status = like->status;
    number.step = like->step;
    number.intent = like->intent;
    number.attention = like->attention;
    TEXT_SET(number.order_sid, like->order_sid);
    TEXT_SET(number.unique_name, like->order_sid);
    assert_true(store_save_number(world->fixture->store, &number, &err));
    world->id = number.id;
}

static struct order_seen order_like(const struct order_seen *like, bool named)
{
    struct order_seen seen = *like;
    seen.status_known = like->status_word[0] == '\0';
    TEXT_SET(seen.phone_number, PHONE);
    if (named)
        decide_unique_name(seen.unique_name, sizeof seen.unique_name, PHONE, 1);
    return seen;
}

static void list_one(struct world *world, const struct order_seen *like, bool named)
{
    struct error err = {0};
    struct order_seen seen = order_like(like, named);
    if (!sync_listed(world->sync, &seen, NOW, &err))
        fail_msg("%s", err.text);
}

static void meet(const struct meeting *meeting)
{
    void *state = NULL;
    assert_int_equal(set_up(&state), 0);
    struct world *world = state;
    make_row(world, &meeting->row);
    open_sync(world);
    list_one(world, &meeting->seen, meeting->named);
    struct number after = fixture_number(world->fixture, world->id);
    bool marked = sync_is_marked(world->sync, world->id);
    if (world->told != meeting->told || after.status != meeting->status ||
        marked != meeting->looked_at || after.order_count != meeting->order_count)
        fail_msg("%s: told %d, %s, looked at %d, %d orders", meeting->promise, world->told,
                 status_name(after.status), marked, after.order_count);
    assert_int_equal(tear_down(&state), 0);
}

static void each_state_of_a_row_meets_an_order_in_its_way(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(meetings); i++)
        meet(&meetings[i]);
}

/* ---- within one batch ---- */

static void rows_of_another_batch_are_none_of_its_business(void **state)
{
    struct world *world = *state;
    const struct number row = {.status = STATUS_VERIFIED, .order_sid = SID};
    const struct order_seen known = {.sid = SID, .status = STATUS_PENDING_LOA};
    const struct order_seen second = {.sid = OTHER_SID, .status = STATUS_VERIFIED};
    make_row(world, &row);
    world->options.batch_id = fixture_number(world->fixture, world->id).batch_id + 1;
    open_sync(world);
    list_one(world, &known, false);
    list_one(world, &second, false);
    assert_int_equal(world->told, NOTHING);
    assert_int_equal(fixture_number(world->fixture, world->id).status, STATUS_VERIFIED);
    assert_int_equal(world->sync->result.orders, 2);
}

static void rows_of_the_batch_are_compared(void **state)
{
    struct world *world = *state;
    const struct number row = {.status = STATUS_VERIFIED, .order_sid = SID};
    const struct order_seen known = {.sid = SID, .status = STATUS_PENDING_LOA};
    make_row(world, &row);
    world->options.batch_id = fixture_number(world->fixture, world->id).batch_id;
    open_sync(world);
    list_one(world, &known, false);
    assert_int_equal(world->told, DRIFT_STATUS);
    assert_int_equal(fixture_number(world->fixture, world->id).status, STATUS_PENDING_LOA);
}

/* ---- e-mail and address ---- */

static void what_the_row_leaves_out_is_no_difference(void **state)
{
    struct world *world = *state;
    struct error err = {0};
    struct import_row row = fixture_row(2, PHONE);
    struct number number;
    bool found = false;
    const struct order_seen seen = {.sid = SID,
                                    .status = STATUS_VERIFIED,
                                    .email = "somebody@example.com",
                                    .address_sid = "AD02"};
    row.details.email[0] = '\0';
    row.details.address_sid[0] = '\0';
    row.signer = (struct signer){.contact_title = "Owner"};
    fixture_import_begin(world->fixture, FIXTURE_BATCH);
    assert_int_equal(fixture_import(world->fixture, &row).outcome, IMPORT_NEW);
    fixture_import_end(world->fixture);
    assert_true(store_find_by_phone(world->fixture->store, PHONE, &number, &found, &err) && found);
    number.status = STATUS_VERIFIED;
    TEXT_SET(number.order_sid, SID);
    assert_true(store_save_number(world->fixture->store, &number, &err));
    open_sync(world);
    list_one(world, &seen, false);
    assert_int_equal(world->told, NOTHING);
}

/* ---- rows looked at, a bit each ---- */

static void every_row_that_was_compared_is_remembered_and_no_other(void **state)
{
    struct world *world = *state;
    open_sync(world);
    for (int64_t id = 1; id < 5000; id += id % 7 + 1)
        sync_mark(world->sync, id);
    bool marked[5000] = {false};
    for (int64_t id = 1; id < 5000; id += id % 7 + 1)
        marked[id] = true;
    for (int64_t id = 0; id < 5000; id++)
        assert_int_equal(sync_is_marked(world->sync, id), marked[id]);
}

static void a_row_beyond_what_is_remembered_is_looked_at_alone(void **state)
{
    struct world *world = *state;
    open_sync(world);
    sync_mark(world->sync, INT64_MAX);
    sync_mark(world->sync, -1);
    assert_false(sync_is_marked(world->sync, INT64_MAX));
    assert_false(sync_is_marked(world->sync, -1));
    assert_int_equal(world->sync->seen_bytes, 0);
}

/* ---- the answer to a look ---- */

/* Looks at the row's order, and the answer is this. */
static void look(struct world *world, int64_t id, struct answer *answer)
{
    struct error err = {.text = "of something before"};
    open_sync(world);
    world->sync->request =
        (struct request){.operation = OPERATION_FETCH_ORDER, .number_id = id, .order_sid = SID};
    answer->operation = OPERATION_FETCH_ORDER;
    answer->delivery = DELIVERY_ANSWERED;
    answer->readable = answer->http_status < 300;
    if (!sync_looked(world->sync, answer, NOW, &err))
        fail_msg("%s", err.text);
}

static void a_look_that_shows_no_order_is_told_with_what_came_instead(void **state)
{
    (void)state;
    static const struct {
        int32_t http_status;
        int told;
    } looks[] = {{200, DRIFT_STATUS_STAYS}, {400, DRIFT_STATUS_STAYS}, {404, DRIFT_GONE}};
    for (size_t i = 0; i < COUNT_OF(looks); i++) {
        void *own = NULL;
        assert_int_equal(set_up(&own), 0);
        struct world *world = own;
        const struct number row = {.status = STATUS_VERIFIED, .order_sid = SID};
        struct answer answer = {.http_status = looks[i].http_status};
        make_row(world, &row);
        look(world, world->id, &answer);
        assert_int_equal(world->told, looks[i].told);
        assert_int_equal(fixture_number(world->fixture, world->id).status, STATUS_VERIFIED);
        assert_int_equal(tear_down(&own), 0);
    }
}

static void what_is_at_an_end_here_stays_there_whatever_its_order_shows(void **state)
{
    struct world *world = *state;
    const struct number row = {.status = STATUS_COMPLETED, .order_sid = SID};
    struct order_seen seen =
        order_like(&(struct order_seen){.sid = SID, .status = STATUS_FAILED}, false);
    struct answer answer = {.http_status = 200, .orders = &seen, .order_count = 1};
    make_row(world, &row);
    look(world, world->id, &answer);
    assert_int_equal(world->told, DRIFT_STATUS_STAYS);
    struct number after = fixture_number(world->fixture, world->id);
    assert_int_equal(after.status, STATUS_COMPLETED);
    assert_int_equal(after.requests, 0); /* not even touched */
}

static void an_answer_about_a_row_that_is_not_there_is_nothing(void **state)
{
    struct world *world = *state;
    struct answer answer = {.http_status = 404};
    look(world, 4711, &answer);
    assert_int_equal(world->told, NOTHING);
}

int main(void)
{
#define SYNC_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_state_of_a_row_meets_an_order_in_its_way),
        SYNC_TEST(rows_of_another_batch_are_none_of_its_business),
        SYNC_TEST(rows_of_the_batch_are_compared),
        SYNC_TEST(what_the_row_leaves_out_is_no_difference),
        SYNC_TEST(every_row_that_was_compared_is_remembered_and_no_other),
        SYNC_TEST(a_row_beyond_what_is_remembered_is_looked_at_alone),
        cmocka_unit_test(a_look_that_shows_no_order_is_told_with_what_came_instead),
        SYNC_TEST(what_is_at_an_end_here_stays_there_whatever_its_order_shows),
        SYNC_TEST(an_answer_about_a_row_that_is_not_there_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
