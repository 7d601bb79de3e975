/* The counts that are kept with every write, so that nothing ever counts rows: the tally and each
 * signer's numbers. */
#include "adapters/sqlite/rows.h"

struct account account_of(const struct number *number)
{
    return (struct account){
        .batch_id = number->batch_id,
        .status = number->status,
        .step = number->step,
        .attention = number->attention,
        .held = number->held,
        .signer_id = number->signer_id,
        .lane = number_lane(number),
        .due_at_ms = number->due_at_ms,
    };
}

bool account_tally(struct store *store, const struct account *account, int64_t add,
                   struct error *err)
{
    enum sql sql = add < 0 ? SQL_TALLY_DROP : SQL_TALLY_ADD;
    return sql_run(store, sql,
                   VALUES(of_int(account->batch_id), of_text(status_name(account->status)),
                          of_text(step_name(account->step)),
                          of_text(attention_name(account->attention)), of_int(account->held),
                          of_int(add < 0 ? -add : add)),
                   err);
}

static bool same_group(const struct account *a, const struct account *b)
{
    return a->batch_id == b->batch_id && a->status == b->status && a->step == b->step &&
           a->attention == b->attention && a->held == b->held;
}

static bool move_tally(struct store *store, const struct account *before,
                       const struct account *after, struct error *err)
{
    return same_group(before, after) ||
           (account_tally(store, before, -1, err) && account_tally(store, after, 1, err));
}

/* On the way to be verified, and nothing but time keeps it from getting there. */
static int64_t is_upstream(const struct account *account)
{
    return account->status <= STATUS_PENDING_VERIFICATION && !account->held &&
           account->attention == ATTENTION_NONE;
}

static int64_t is_ready(const struct account *account)
{
    return account->lane == LANE_LOA;
}

static bool move_signer(struct store *store, int64_t signer_id, int64_t upstream, int64_t ready,
                        struct error *err)
{
    return signer_id == 0 ||
           sql_run(store, SQL_MOVE_SIGNER,
                   VALUES(of_int(signer_id), of_int(upstream), of_int(ready)), err);
}

static bool move_between_signers(struct store *store, const struct account *before,
                                 const struct account *after, struct error *err)
{
    return move_signer(store, before->signer_id, -is_upstream(before), -is_ready(before), err) &&
           move_signer(store, after->signer_id, is_upstream(after), is_ready(after), err);
}

bool account_move(struct store *store, const struct account *before, const struct account *after,
                  struct error *err)
{
    if (!move_tally(store, before, after, err))
        return false;
    if (before->signer_id != after->signer_id)
        return move_between_signers(store, before, after, err);
    int64_t upstream = is_upstream(after) - is_upstream(before);
    int64_t ready = is_ready(after) - is_ready(before);
    bool due_moved = is_ready(after) && before->due_at_ms != after->due_at_ms;
    if (upstream == 0 && ready == 0 && !due_moved)
        return true;
    return move_signer(store, after->signer_id, upstream, ready, err);
}
