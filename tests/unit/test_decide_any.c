/* Whatever a number goes through: long walks over every decision, with answers, lists, documents,
 * people and time drawn from a seed. The rules below hold after each step of each walk. */
#include "base/clock.h"
#include "base/text.h"
#include "domain/decide.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define START_MS INT64_C(1795000000000)
#define PHONE "+14155550123"

enum { WALKS = 20000, STEPS = 120 };

struct walk {
    struct number number;
    struct policy policy;
    struct rng rng;
    int64_t now_ms;
    uint64_t seed;
    int sids; /* orders and documents are named by counting */
    const char *doing;
};

static void broken(const struct walk *walk, const struct number *after, const char *rule)
{
    const struct number *number = &walk->number;
    print_error(
        "%s %s %s %s -> %s %s %s %s\n", status_name(number->status), step_name(number->step),
        intent_name(number->intent), attention_name(number->attention), status_name(after->status),
        step_name(after->step), intent_name(after->intent), attention_name(after->attention));
    fail_msg("seed %llu, %s: not so: %s", (unsigned long long)walk->seed, walk->doing, rule);
}

#define HOLDS(walk, condition) ((condition) ? (void)0 : broken(walk, after, #condition))

static bool chance(struct walk *walk, double share)
{
    return rng_chance(&walk->rng, share);
}

static int below(struct walk *walk, int count)
{
    return (int)rng_below(&walk->rng, (uint64_t)count);
}

/* ---- what must hold ---- */

static bool is_a_row(enum status from, enum status to)
{
    const struct rule *rule = NULL;
    bool accepted = lifecycle_find(from, CAUSE_ACCEPTED, to) != NULL;
    for (size_t i = 0; !accepted && (rule = lifecycle_at(i)) != NULL; i++)
        accepted = rule->from == from && rule->to == to;
    return accepted;
}

static bool sends(enum step step)
{
    return step != STEP_NOTHING && step != STEP_RECONCILE;
}

static void check_number(const struct walk *walk, const struct number *after)
{
    bool lost = after->status == STATUS_FAILED || after->status == STATUS_CANCELED;
    bool unsettled = after->intent != INTENT_NONE;
    HOLDS(walk, !lost || after->step == STEP_NOTHING);
    HOLDS(walk, !lost || !unsettled);
    HOLDS(walk, !unsettled || !sends(after->step));
    HOLDS(walk, !sends(after->step) || after->due_at_ms > 0);
    HOLDS(walk, after->status == STATUS_QUEUED || lost || after->order_sid[0] != '\0');
    HOLDS(walk,
          after->step != STEP_START_CALL || after->verification_type == VERIFICATION_PHONE_CALL);
    HOLDS(walk, after->step != STEP_AUTHORIZE || after->status == STATUS_VERIFIED);
    enum bucket bucket = number_bucket(after->status, after->attention);
    HOLDS(walk, status_is_end(after->status) || after->attention == ATTENTION_NONE ||
                    bucket == BUCKET_ATTENTION);
    enum party party = number_waiting_on(after->status, after->step, after->attention, after->held);
    HOLDS(walk, !lost || party == PARTY_NOBODY);
    HOLDS(walk, strlen(party_name(party)) + strlen(bucket_name(bucket)) > 2);
}

static void check_decision(const struct walk *walk, const struct decision *decision)
{
    const struct number *before = &walk->number;
    const struct number *after = &decision->number;
    HOLDS(walk, decision->event_count <= DECISION_EVENTS_MAX);
    HOLDS(walk, strcmp(after->phone_number, before->phone_number) == 0);
    HOLDS(walk, before->status == after->status || is_a_row(before->status, after->status));
    HOLDS(walk,
          !decision->order_named || (after->order_sid[0] != '\0' && after->unique_name[0] != '\0'));
    HOLDS(walk, !decision->order_ended || decision->ended_name[0] != '\0');
    HOLDS(walk, before->order_count <= after->order_count);
    for (size_t i = 0; i < decision->event_count; i++) {
        HOLDS(walk, decision->events[i].number_id == before->id);
        HOLDS(walk, decision->events[i].at_ms == walk->now_ms);
    }
    check_number(walk, after);
}

/* Carries a decision out as the engine does. */
static void take(struct walk *walk, const struct decision *decision)
{
    if (decision->ignored)
        return;
    check_decision(walk, decision);
    walk->number = decision->number;
    if (decision->document_found)
        walk->number.loa_id = 1 + below(walk, 100);
}

/* A person's wish that made no sense changes nothing and says why. */
static void take_wish(struct walk *walk, bool granted, const struct decision *decision,
                      const char *why)
{
    if (granted)
        take(walk, decision);
    else
        assert_true(why != NULL && why[0] != '\0');
}

/* ---- what the service may show ---- */

static void name_sid(struct walk *walk, const char *prefix, char sid[SID_BYTES])
{
    snprintf(sid, SID_BYTES, "%s%032d", prefix, ++walk->sids);
}

static void draw_name(struct walk *walk, struct order_seen *seen)
{
    if (chance(walk, 0.7))
        TEXT_SET(seen->unique_name, walk->number.unique_name);
    else if (chance(walk, 0.7))
        decide_unique_name(seen->unique_name, UNIQUE_NAME_BYTES, PHONE, 1 + below(walk, 4));
    else if (chance(walk, 0.5))
        TEXT_SET(seen->unique_name, "somebody-else-7");
}

static struct order_seen draw_order(struct walk *walk)
{
    const struct number *number = &walk->number;
    struct order_seen seen = {.status_known = !chance(walk, 0.05),
                              .status = (enum status)below(walk, STATUS_COUNT),
                              .verification_attempts = below(walk, 5)};
    while (!status_is_remote(seen.status))
        seen.status = (enum status)below(walk, STATUS_COUNT);
    if (chance(walk, 0.5) && status_is_remote(number->status))
        seen.status = number->status;
    if (chance(walk, 0.8))
        seen.verification_type = number->verification_type;
    else
        seen.verification_type = (enum verification_type)below(walk, 2);
    TEXT_SET(seen.phone_number, chance(walk, 0.95) ? PHONE : "+14155550999");
    if (number->order_sid[0] != '\0' && chance(walk, 0.9))
        TEXT_SET(seen.sid, number->order_sid);
    else if (chance(walk, 0.98))
        name_sid(walk, "HR", seen.sid);
    draw_name(walk, &seen);
    if (chance(walk, 0.5))
        TEXT_SET(seen.signing_document_sid, number->loa_sid);
    else if (chance(walk, 0.3))
        name_sid(walk, "PX", seen.signing_document_sid);
    if (chance(walk, 0.3))
        name_sid(walk, "RI", seen.verification_document_sid);
    if (chance(walk, 0.3))
        name_sid(walk, "PN", seen.incoming_phone_number_sid);
    if (chance(walk, 0.3))
        TEXT_SET(seen.verification_code, "012345");
    if (chance(walk, 0.2))
        TEXT_SET(seen.failure_reason, "the carrier said no");
    return seen;
}

static const int32_t codes[] = {0,     0,     20001, 20003, 20404, 20429, 20503, 21211, 22100,
                                22101, 22102, 22103, 22104, 22105, 22106, 22107, 22108, 22109,
                                22110, 22111, 22112, 22113, 22114, 22115, 22116, 22117, 22118,
                                22119, 22120, 22121, 22122, 22123, 99999};
static const int32_t http_statuses[] = {200, 201, 204, 200, 201, 400, 400, 400,
                                        401, 403, 404, 409, 429, 500, 503};

static struct answer draw_answer(struct walk *walk, enum operation operation,
                                 struct order_seen *orders, size_t order_count)
{
    struct answer answer = {.operation = operation,
                            .number_id = walk->number.id,
                            .sent_at_ms = walk->now_ms - below(walk, 60000),
                            .delivery = DELIVERY_ANSWERED};
    int delivered = below(walk, 20);
    if (delivered < 2) {
        answer.delivery = delivered == 0 ? DELIVERY_NOT_SENT : DELIVERY_UNCERTAIN;
        return answer;
    }
    answer.http_status = http_statuses[below(walk, (int)COUNT_OF(http_statuses))];
    if (answer.http_status < 300) {
        answer.readable = !chance(walk, 0.05);
        answer.orders = orders;
        answer.order_count = answer.readable ? order_count : 0;
    } else {
        answer.code = codes[below(walk, (int)COUNT_OF(codes))];
        answer.has_retry_after = chance(walk, 0.2);
        answer.retry_after_ms = below(walk, 100000);
        if (chance(walk, 0.5))
            TEXT_SET(answer.message, "it says why");
    }
    if (chance(walk, 0.05))
        TEXT_SET(answer.next_page_url, "/next");
    return answer;
}

/* ---- what happens ---- */

static void ask(struct walk *walk)
{
    struct number *number = &walk->number;
    struct decision decision;
    if (number->due_at_ms == 0 || number->step == STEP_AUTHORIZE ||
        (number->held && sends(number->step)))
        return;
    if (walk->now_ms < number->due_at_ms)
        walk->now_ms = number->due_at_ms;
    walk->doing = "a request";
    enum operation operation = decide_operation(number, walk->now_ms);
    if (operation_is_send_once(operation)) {
        decide_intent(number, operation, &walk->policy, walk->now_ms, &decision);
        take(walk, &decision);
    }
    struct request request = {.operation = operation, .sent_at_ms = walk->now_ms};
    TEXT_SET(request.phone_number, PHONE);
    TEXT_SET(request.order_sid, number->order_sid);
    TEXT_SET(request.unique_name, number->unique_name);
    request.call_delay = below(walk, 60);
    walk->now_ms += below(walk, 5000);
    struct order_seen orders[3];
    for (size_t i = 0; i < COUNT_OF(orders); i++)
        orders[i] = draw_order(walk);
    size_t count = operation == OPERATION_LIST_ORDERS ? (size_t)below(walk, 4) : 1;
    if (chance(walk, 0.03))
        count = 0;
    struct answer answer = draw_answer(walk, operation, orders, count);
    walk->doing = operation_name(operation);
    decide_answer(number, &request, &answer, &walk->policy, &walk->rng, walk->now_ms, &decision);
    take(walk, &decision);
}

static void read_a_list(struct walk *walk)
{
    struct decision decision;
    struct order_seen seen = draw_order(walk);
    walk->doing = "a list";
    if (walk->number.order_sid[0] != '\0' && strcmp(seen.sid, walk->number.order_sid) == 0)
        decide_listed(&walk->number, &seen, walk->now_ms - below(walk, 60000), &walk->policy,
                      walk->now_ms, &decision);
    else if (seen.sid[0] != '\0' && strcmp(seen.phone_number, PHONE) == 0)
        decide_adopt(&walk->number, &seen, &walk->policy, walk->now_ms, &decision);
    else
        return;
    take(walk, &decision);
}

static void pack_loa(struct walk *walk)
{
    struct decision decision;
    struct number *number = &walk->number;
    if (number->step != STEP_AUTHORIZE || number->held || number->attention != ATTENTION_NONE)
        return;
    walk->doing = "an LOA";
    decide_intent(number, OPERATION_CREATE_DOCUMENT, &walk->policy, walk->now_ms, &decision);
    take(walk, &decision);
    number->loa_id = 1 + below(walk, 100);
    char sid[SID_BYTES];
    name_sid(walk, "PX", sid);
    struct answer answer = draw_answer(walk, OPERATION_CREATE_DOCUMENT, NULL, 0);
    bool clear = answer.delivery == DELIVERY_ANSWERED && answer.http_status >= 400 &&
                 answer.http_status < 500;
    int how = below(walk, 4);
    if (how == 0)
        decide_authorized(number, sid, &walk->policy, walk->now_ms, &decision);
    else if (how == 1 && clear)
        decide_unauthorized(number, &answer, &walk->policy, walk->now_ms, &decision);
    else if (how == 2)
        decide_not_authorized(number, &walk->policy, walk->now_ms, &decision);
    else
        return; /* its outcome is unknown */
    take(walk, &decision);
}

static void look_at_the_document(struct walk *walk)
{
    struct decision decision;
    walk->doing = "a document";
    if (walk->number.loa_id == 0)
        return;
    decide_document(&walk->number, (enum document_status)below(walk, DOCUMENT_STATUS_COUNT),
                    &walk->policy, walk->now_ms, &decision);
    take(walk, &decision);
}

static void let_time_pass(struct walk *walk)
{
    struct number *number = &walk->number;
    struct decision decision;
    walk->doing = "time";
    walk->now_ms += chance(walk, 0.3) ? below(walk, 3) * DAY_MS : below(walk, 20) * MINUTE_MS;
    if (number->call_until_at_ms > 0 && number->call_until_at_ms <= walk->now_ms) {
        decide_call_ended(number, &walk->policy, walk->now_ms, &decision);
        take(walk, &decision);
    }
    if (number->deadline_at_ms > 0 && number->deadline_at_ms - DAY_MS <= walk->now_ms) {
        decide_lapsing(number, &walk->policy, walk->now_ms, &decision);
        take(walk, &decision);
    }
    if (number->step == STEP_START_CALL && chance(walk, 0.3)) {
        decide_call_later(number, chance(walk, 0.5) ? walk->now_ms + HOUR_MS : 0, walk->now_ms,
                          &decision);
        take(walk, &decision);
    }
    if (number->step == STEP_AUTHORIZE && chance(walk, 0.2)) {
        decide_attention(number, ATTENTION_NO_SIGNER, "no e-mail address", walk->now_ms, &decision);
        take(walk, &decision);
    }
}

static void ask_a_person(struct walk *walk)
{
    const struct number *number = &walk->number;
    struct decision decision;
    const char *why = NULL;
    struct order_seen seen = draw_order(walk);
    bool granted = false;
    walk->doing = "a person";
    switch (below(walk, 7)) {
    case 0:
        granted = decide_hold(number, chance(walk, 0.4), "me", walk->now_ms, &decision, &why);
        break;
    case 1:
    case 2:
        granted = decide_retry(number, chance(walk, 0.5), &walk->policy, "me", walk->now_ms,
                               &decision, &why);
        break;
    case 3: granted = decide_cancel(number, "me", walk->now_ms, &decision, &why); break;
    case 4: granted = decide_offboard(number, "me", walk->now_ms, &decision, &why); break;
    case 5:
        granted = decide_post_code(number, "123456", "me", walk->now_ms, &decision, &why);
        break;
    default:
        if (seen.sid[0] == '\0')
            return;
        granted = decide_bind(number, &seen, &walk->policy, "me", walk->now_ms, &decision, &why);
        break;
    }
    take_wish(walk, granted, &decision, why);
}

static void walk_with(uint64_t seed)
{
    struct walk walk = {.policy = policy_default(), .now_ms = START_MS, .seed = seed};
    rng_seed(&walk.rng, seed);
    walk.number = (struct number){.id = 7, .step = STEP_CREATE, .due_at_ms = START_MS};
    TEXT_SET(walk.number.phone_number, PHONE);
    walk.number.signer_id = below(&walk, 2);
    walk.number.verification_type = (enum verification_type)below(&walk, 2);
    for (int step = 0; step < STEPS; step++) {
        int what = below(&walk, 20);
        if (what < 11)
            ask(&walk);
        else if (what < 13)
            read_a_list(&walk);
        else if (what < 15)
            pack_loa(&walk);
        else if (what < 16)
            look_at_the_document(&walk);
        else if (what < 18)
            let_time_pass(&walk);
        else
            ask_a_person(&walk);
    }
}

static void the_rules_hold_whatever_a_number_goes_through(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= WALKS; seed++)
        walk_with(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rules_hold_whatever_a_number_goes_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
