/* One order of the account beside one row: which difference is told. */
#include "adapters/http/executor.h"
#include "base/clock.h"
#include "base/text.h"
#include "domain/decide.h"
#include "engine/advice.h"
#include "engine/sync_private.h"
#include "helpers/sandbox_asking.h"
#include "helpers/sandbox_transport.h"
#include "helpers/store_fixture.h"

#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1795000000000)
#define PHONE "+14155552000"
#define SID "HR11111111111111111111111111111111"
#define OTHER_SID "HR22222222222222222222222222222222"

enum { NOTHING = -1 };

struct pair {
    const char *promise;
    enum status ours;
    const char *order_sid; /* of the row; "" none */
    const char *sid;       /* of the order in the list */
    enum status theirs;
    const char *word; /* instead of a known status */
    bool named;       /* carries our unique name */
    const char *email;
    int told;
};

static const struct pair pairs[] = {
    {"alike", STATUS_VERIFIED, SID, SID, STATUS_VERIFIED, "", true, "", NOTHING},
    {"further", STATUS_VERIFIED, SID, SID, STATUS_PENDING_LOA, "", true, "", DRIFT_STATUS},
    {"word", STATUS_COMPLETED, SID, SID, STATUS_QUEUED, "dreaming", true, "", DRIFT_STATUS_STAYS},
    {"over", STATUS_CANCELED, SID, SID, STATUS_COMPLETED, "", true, "", NOTHING},
    {"e-mail", STATUS_VERIFIED, SID, SID, STATUS_VERIFIED, "", true, "x@example.com", DRIFT_EMAIL},
    {"case", STATUS_VERIFIED, SID, SID, STATUS_VERIFIED, "", true, "S@Example.com", NOTHING},
    {"adopt", STATUS_QUEUED, "", SID, STATUS_VERIFIED, "", true, "", DRIFT_ADOPTED},
    {"foreign", STATUS_QUEUED, "", SID, STATUS_VERIFIED, "", false, "", DRIFT_FOREIGN},
    {"dead", STATUS_QUEUED, "", SID, STATUS_FAILED, "", false, "", NOTHING},
    {"second", STATUS_VERIFIED, SID, OTHER_SID, STATUS_VERIFIED, "", false, "", DRIFT_SECOND},
    {"old", STATUS_VERIFIED, SID, OTHER_SID, STATUS_FAILED, "", false, "", NOTHING},
    {"ended", STATUS_FAILED, "", OTHER_SID, STATUS_VERIFIED, "", false, "", DRIFT_FOREIGN},
};

struct world {
    struct fixture *fixture;
    struct scenario scenario;
    struct sandbox *sandbox;
    struct transport *transport;
    struct executor *executor;
    int64_t now_ms;
    int told;
};

static void note(void *context, const struct drift *drift)
{
    struct world *world = context;
    assert_int_equal(world->told, NOTHING);
    world->told = (int)drift->kind;
    assert_string_not_equal(drift_name(drift->kind), "");
}

static void open_world(struct world *world)
{
    void *fixture = NULL;
    *world = (struct world){.now_ms = NOW, .told = NOTHING, .scenario = scenario_calm()};
    assert_int_equal(fixture_set_up(&fixture), 0);
    world->fixture = fixture;
    world->sandbox = sandbox_new(&world->scenario, 42);
    world->transport = sandbox_transport_new(world->sandbox, &world->now_ms);
    world->executor = http_executor_new(world->transport, ACCOUNT);
}

static void close_world(struct world *world)
{
    void *fixture = world->fixture;
    http_executor_free(world->executor);
    sandbox_transport_free(world->transport);
    sandbox_free(world->sandbox);
    assert_int_equal(fixture_tear_down(&fixture), 0);
}

static void make_row(struct world *world, const struct pair *pair)
{
    struct error err = {0};
    struct number number =
        fixture_number(world->fixture, fixture_add(world->fixture, PHONE, "", 0));
    number.status = pair->ours;
    number.step = pair->ours == STATUS_QUEUED ? STEP_CREATE : STEP_NOTHING;
    number.order_count = pair->order_sid[0] != '\0' ? 1 : 0;
    TEXT_SET(number.order_sid, pair->order_sid);
    decide_unique_name(number.unique_name, sizeof number.unique_name, PHONE, 1);
    assert_true(store_save_number(world->fixture->store, &number, &err));
}

static struct order_seen order_of(const struct pair *pair)
{
    struct order_seen seen = {.status_known = pair->word[0] == '\0', .status = pair->theirs};
    TEXT_SET(seen.sid, pair->sid);
    TEXT_SET(seen.phone_number, PHONE);
    TEXT_SET(seen.status_word, pair->word);
    TEXT_SET(seen.email, pair->email);
    if (pair->named)
        decide_unique_name(seen.unique_name, sizeof seen.unique_name, PHONE, 1);
    return seen;
}

/* Compared as the list is read; told as `told`, and nothing else. */
static void compare(const struct pair *pair, bool dry_run, bool has_row, int told)
{
    struct world world;
    struct error err = {0};
    open_world(&world);
    if (has_row)
        make_row(&world, pair);
    const struct sync_options options = {.policy = policy_default(),
                                         .batch = "",
                                         .seed = 1,
                                         .actor = "operator",
                                         .dry_run = dry_run,
                                         .report = note,
                                         .context = &world};
    struct sync *sync = sync_new(world.fixture->store, world.executor, &options);
    struct order_seen seen = order_of(pair);
    sync->request.sent_at_ms = NOW;
    if (!sync_listed(sync, &seen, NOW, &err))
        fail_msg("%s: %s", pair->promise, err.text);
    if (world.told != told)
        fail_msg("%s: told %d, not %d", pair->promise, world.told, told);
    struct sync_result result = sync_result(sync);
    assert_int_equal(sync_left(&result),
                     told != NOTHING && drift_needs_person((enum drift_kind)told) ? 1 : 0);
    sync_free(sync);
    close_world(&world);
}

static void each_difference_is_told_once_and_a_dry_run_tells_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        compare(&pairs[i], false, true, pairs[i].told);
        compare(&pairs[i], true, true, pairs[i].told);
    }
}

static void a_live_order_of_no_row_is_told_and_a_dead_one_is_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(pairs); i++)
        compare(&pairs[i], false, false,
                pairs[i].theirs == STATUS_FAILED ? NOTHING : DRIFT_NOT_IN_CSV);
}

/* ---- words for a person ---- */

static void whoever_must_act_is_told_what_to_do(void **state)
{
    (void)state;
    for (int attention = ATTENTION_NONE + 1; attention < ATTENTION_COUNT; attention++) {
        const struct number number = {.status = STATUS_VERIFIED,
                                      .attention = (enum attention)attention};
        assert_string_not_equal(number_advice(&number), "");
        assert_string_not_equal(number_reason(&number), "");
    }
    for (int status = 0; status < STATUS_COUNT; status++) {
        const struct number number = {.status = (enum status)status, .reason_code = 22102};
        bool acts = status == STATUS_FAILED || status == STATUS_ACTION_REQUIRED;
        assert_int_equal(number_advice(&number)[0] != '\0', acts);
        const struct number held = {.status = (enum status)status, .held = true};
        bool over = status == STATUS_COMPLETED || status == STATUS_CANCELED;
        assert_int_equal(number_advice(&held)[0] != '\0', !over);
    }
    const struct number refused = {.status = STATUS_QUEUED, .attention = ATTENTION_REFUSED};
    assert_non_null(strstr(number_advice(&refused), "numhost retry"));
    for (int party = PARTY_NOBODY + 1; party <= PARTY_YOU; party++)
        assert_string_not_equal(waiting_advice((enum party)party, STATUS_VERIFIED), "");
    assert_string_equal(waiting_advice(PARTY_NOBODY, STATUS_VERIFIED), "");
    assert_string_equal(waiting_advice(PARTY_YOU, STATUS_ACTION_REQUIRED),
                        attention_advice(ATTENTION_ACTION_REQUIRED));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_difference_is_told_once_and_a_dry_run_tells_the_same),
        cmocka_unit_test(a_live_order_of_no_row_is_told_and_a_dead_one_is_not),
        cmocka_unit_test(whoever_must_act_is_told_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
