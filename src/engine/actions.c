#include "engine/actions.h"

#include "base/text.h"
#include "domain/decide.h"
#include "engine/engine_private.h"

#include <string.h>

enum { ACTION_PAGE = 1000 };

const char *action_name(enum action action)
{
    static const char *const names[ACTION_COUNT] = {
        [ACTION_HOLD] = "hold",     [ACTION_RELEASE] = "release",
        [ACTION_RETRY] = "retry",   [ACTION_LAST_ATTEMPT] = "retry --last-attempt",
        [ACTION_CANCEL] = "cancel", [ACTION_OFFBOARD] = "cancel --offboard",
    };
    return names[action];
}

static bool decide(enum action action, const struct number *number, const struct policy *policy,
                   const char *actor, int64_t now_ms, struct decision *out, const char **why)
{
    switch (action) {
    case ACTION_HOLD: return decide_hold(number, true, actor, now_ms, out, why);
    case ACTION_RELEASE: return decide_hold(number, false, actor, now_ms, out, why);
    case ACTION_RETRY: return decide_retry(number, false, policy, actor, now_ms, out, why);
    case ACTION_LAST_ATTEMPT: return decide_retry(number, true, policy, actor, now_ms, out, why);
    case ACTION_CANCEL: return decide_cancel(number, actor, now_ms, out, why);
    case ACTION_OFFBOARD: return decide_offboard(number, actor, now_ms, out, why);
    }
    return false;
}

/* The engine's way of carrying out, without an engine. */
static bool carry_out(struct store *store, const struct decision *decision, int64_t now_ms,
                      struct error *err)
{
    struct engine carrier = {.store = store, .options.policy = policy_default()};
    return apply_decision(&carrier, decision, now_ms, err);
}

static bool act_on(struct store *store, enum action action, int64_t id, const char *actor,
                   int64_t now_ms, struct action_result *result, struct error *err)
{
    struct policy policy = policy_default();
    struct number number;
    struct decision decision;
    bool found = false;
    const char *why = "";
    if (!store_find_number(store, id, &number, &found, err))
        return false;
    if (!found)
        return true;
    result->matched++;
    if (decide(action, &number, &policy, actor, now_ms, &decision, &why)) {
        result->changed++;
        return carry_out(store, &decision, now_ms, err);
    }
    if (result->skipped++ == 0)
        TEXT_SET(result->first_skipped, why);
    return true;
}

static bool act_on_page(struct store *store, enum action action, const int64_t *ids, size_t count,
                        const char *actor, int64_t now_ms, struct action_result *result,
                        struct error *err)
{
    if (!store_begin(store, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!act_on(store, action, ids[i], actor, now_ms, result, err)) {
            store_rollback(store);
            return false;
        }
    }
    if (store_commit(store, err))
        return true;
    store_rollback(store);
    return false;
}

bool action_apply(struct store *store, enum action action, const struct selector *selector,
                  const char *actor, int64_t now_ms, struct action_result *result,
                  struct error *err)
{
    int64_t ids[ACTION_PAGE];
    size_t count = 0;
    int64_t after_id = 0;
    *result = (struct action_result){0};
    do {
        if (!store_select_ids(store, selector, after_id, ids, ACTION_PAGE, &count, err))
            return false;
        if (count == 0)
            break;
        after_id = ids[count - 1];
        if (!act_on_page(store, action, ids, count, actor, now_ms, result, err))
            return false;
    } while (count == ACTION_PAGE);
    return true;
}

static bool code_is_plausible(const char *code)
{
    size_t length = strlen(code);
    return length >= 3 && length < CODE_BYTES && strspn(code, "0123456789") == length;
}

bool action_post_code(struct store *store, const char *phone_number, const char *code,
                      const char *actor, int64_t now_ms, struct error *err)
{
    struct number number;
    struct decision decision;
    bool found = false;
    const char *why = "";
    char masked[PHONE_BYTES];
    text_mask_phone(masked, sizeof masked, phone_number);
    if (!code_is_plausible(code))
        return error_set(err, ERROR_USAGE, "a verification code is 3 to 16 digits");
    if (!store_find_by_phone(store, phone_number, &number, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_USAGE, "%s is not in this database", masked);
    if (!decide_post_code(&number, code, actor, now_ms, &decision, &why))
        return error_set(err, ERROR_USAGE, "%s: %s", masked, why);
    if (!store_begin(store, err))
        return false;
    if (carry_out(store, &decision, now_ms, err) && store_commit(store, err))
        return true;
    store_rollback(store);
    return false;
}
