/* The columns of struct number: name (of the member and of the column) and kind. */
#ifndef NUMHOST_ADAPTERS_SQLITE_COLUMNS_H
#define NUMHOST_ADAPTERS_SQLITE_COLUMNS_H

/* Owned by the import. */
#define IMPORTED_COLUMNS(COLUMN)                                                                   \
    COLUMN(id, INT64)                                                                              \
    COLUMN(batch_id, INT64)                                                                        \
    COLUMN(line, INT64)                                                                            \
    COLUMN(phone_number, TEXT)                                                                     \
    COLUMN(site_id, INT64)                                                                         \
    COLUMN(signer_id, INT64)                                                                       \
    COLUMN(priority, INT32)                                                                        \
    COLUMN(verification_type, TYPE)

/* What lives on, in the table progress: written by store_save_number(). A number that is not there
 * yet is as imported: zeros, "" and first words, but for those which STARTS gives an SQL text. */
#define LIVING_COLUMNS(COLUMN, STARTS)                                                             \
    STARTS(status, STATUS, "'queued'")                                                             \
    STARTS(step, STEP, "'create'")                                                                 \
    STARTS(attention, ATTENTION, "'none'")                                                         \
    COLUMN(held, BOOL)                                                                             \
    COLUMN(cancel_asked, BOOL)                                                                     \
    STARTS(urgency, INT32, "number.priority")                                                      \
    STARTS(since_at_ms, INT64, "number.imported_at_ms")                                            \
    STARTS(due_at_ms, INT64, "number.due_at_ms")                                                   \
    COLUMN(deadline_at_ms, INT64)                                                                  \
    COLUMN(settled_at_ms, INT64)                                                                   \
    COLUMN(order_count, INT32)                                                                     \
    COLUMN(unique_name, TEXT)                                                                      \
    COLUMN(order_sid, TEXT)                                                                        \
    COLUMN(incoming_phone_number_sid, TEXT)                                                        \
    COLUMN(loa_sid, TEXT)                                                                          \
    COLUMN(loa_id, INT64)                                                                          \
    COLUMN(loa_count, INT32)                                                                       \
    COLUMN(loa_fell_back, BOOL)                                                                    \
    STARTS(intent, INTENT, "'none'")                                                               \
    COLUMN(intent_at_ms, INT64)                                                                    \
    COLUMN(intent_attempts, INT32)                                                                 \
    COLUMN(verification_attempts, INT32)                                                           \
    COLUMN(last_attempt_granted, BOOL)                                                             \
    COLUMN(bill_attached, BOOL)                                                                    \
    COLUMN(calls_refused, INT32)                                                                   \
    COLUMN(tries, INT32)                                                                           \
    COLUMN(requests, INT32)                                                                        \
    COLUMN(call_until_at_ms, INT64)                                                                \
    COLUMN(call_not_before_ms, INT64)                                                              \
    COLUMN(code, TEXT)                                                                             \
    COLUMN(code_until_at_ms, INT64)                                                                \
    COLUMN(heard_code, TEXT)                                                                       \
    COLUMN(reason_code, INT32)                                                                     \
    COLUMN(reason, TEXT)                                                                           \
    COLUMN(created_at_ms, INT64)                                                                   \
    COLUMN(verified_at_ms, INT64)                                                                  \
    COLUMN(signed_at_ms, INT64)                                                                    \
    COLUMN(completed_at_ms, INT64)                                                                 \
    STARTS(updated_at_ms, INT64, "number.imported_at_ms")

#define COLUMN_AS_SELECTED(name, kind) "number." #name ", "
#define COLUMN_AS_LIVED(name, kind) "progress." #name ", "
#define COLUMN_AS_STARTED(name, kind, start) "coalesce(progress." #name ", " start "), "
#define COLUMN_AS_NAME(name, kind) #name ", "
#define COLUMN_AS_BOUND(name, kind) "?, "
#define COLUMN_AS_SET(name, kind) #name " = ?, "
#define START_AS_NAME(name, kind, start) COLUMN_AS_NAME(name, kind)
#define START_AS_BOUND(name, kind, start) COLUMN_AS_BOUND(name, kind)
#define START_AS_SET(name, kind, start) COLUMN_AS_SET(name, kind)

/* From NUMBER_FROM, or from `progress` and `number`, joined by their ids. The list ends with the
 * lane, which is not a member: number_lane() gives it. */
#define NUMBER_COLUMNS                                                                             \
    IMPORTED_COLUMNS(COLUMN_AS_SELECTED)                                                           \
    LIVING_COLUMNS(COLUMN_AS_LIVED, COLUMN_AS_STARTED) NUMBER_LANE
#define NUMBER_FROM "FROM number LEFT JOIN progress ON progress.id = number.id "

/* As imported: a request may leave. */
#define NUMBER_LANE "coalesce(progress.lane, 1) "
#define NUMBER_STATUS "coalesce(progress.status, 'queued')"
#define NUMBER_STEP "coalesce(progress.step, 'create')"
#define NUMBER_ATTENTION "coalesce(progress.attention, 'none')"

#define COLUMN_AS_ONE(name, kind) +1 /* NOLINT(bugprone-macro-parentheses): a term of a sum */
#define START_AS_ONE(name, kind, start) COLUMN_AS_ONE(name, kind)
enum {
    IMPORTED_COLUMN_COUNT = 0 IMPORTED_COLUMNS(COLUMN_AS_ONE),
    LIVING_COLUMN_COUNT = 0 LIVING_COLUMNS(COLUMN_AS_ONE, START_AS_ONE),
    NUMBER_COLUMN_COUNT = IMPORTED_COLUMN_COUNT + LIVING_COLUMN_COUNT + 1,
};

#endif
