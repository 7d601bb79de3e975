#include "adapters/sqlite/statements.h"

#include "adapters/sqlite/columns.h"

#define SELECT_NUMBER "SELECT " NUMBER_COLUMNS NUMBER_FROM
/* Down an index of progress. */
#define SELECT_BY(index)                                                                           \
    "SELECT " NUMBER_COLUMNS "FROM progress INDEXED BY " index                                     \
    " CROSS JOIN number ON number.id = progress.id "
#define LOA_COLUMNS                                                                                \
    "loa.id, loa.signer_id, loa.sid, loa.status, loa.in_doubt, loa.number_count, "                 \
    "loa.intent_at_ms, loa.sent_at_ms, loa.ended_at_ms, loa.due_at_ms "
#define SIGNER_COLUMNS                                                                             \
    "signer.id, signer.address_sid, signer.email, signer.contact_title, "                          \
    "signer.contact_phone_number, signer.cc_emails "
#define EVENT_COLUMNS                                                                              \
    "event.number_id, event.at_ms, event.kind, event.status_from, event.status_to, "               \
    "event.operation, event.http_status, event.code, event.request_id, event.text, event.actor, "  \
    "number.phone_number "
/* An import is not an event row of its own: shown from the number's. */
#define IMPORT_COLUMNS                                                                             \
    "number.id, number.imported_at_ms, 'imported', 'queued', 'queued', '', 0, 0, '', '', "         \
    "'import', number.phone_number "
/* The order's own contact, or its signer's. */
#define DETAILS_COLUMNS                                                                            \
    "number.friendly_name, "                                                                       \
    "iif(own_contact, own_email, coalesce(signer.email, '')), "                                    \
    "iif(own_contact, own_cc_emails, coalesce(signer.cc_emails, '')), "                            \
    "iif(own_contact, own_address_sid, coalesce(signer.address_sid, '')), "                        \
    "verification_document_sid, extension, call_delay, coalesce(sms_url, ''), "                    \
    "coalesce(sms_method, ''), coalesce(sms_fallback_url, ''), "                                   \
    "coalesce(sms_fallback_method, ''), coalesce(sms_application_sid, ''), "                       \
    "coalesce(status_callback_url, ''), coalesce(status_callback_method, ''), "                    \
    "coalesce(account_sid, '') "
#define DETAILS_JOIN                                                                               \
    NUMBER_FROM "LEFT JOIN profile ON profile.id = number.profile_id "                             \
                "LEFT JOIN signer ON signer.id = number.signer_id "

static const char *const texts[SQL_COUNT] = {
    [SQL_BEGIN] = "BEGIN IMMEDIATE",
    [SQL_COMMIT] = "COMMIT",
    [SQL_READ_SETTING] = "SELECT value FROM setting WHERE name = ?1",
    [SQL_WRITE_SETTING] = "INSERT INTO setting (name, value) VALUES (?1, ?2) "
                          "ON CONFLICT (name) DO UPDATE SET value = excluded.value",

    [SQL_ADD_BATCH] = "INSERT INTO batch (name, file, header, imported_at_ms) "
                      "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (name) DO UPDATE SET "
                      "file = excluded.file, header = excluded.header, "
                      "imported_at_ms = excluded.imported_at_ms",
    [SQL_HEADER_OF] = "SELECT header FROM batch WHERE name = ?1",
    [SQL_RECORD_OF] = "SELECT record FROM number WHERE phone_number = ?1 AND batch_id = ?2",
    [SQL_REJECTED_RECORD] = "SELECT record FROM reject WHERE batch_id = ?1 AND line = ?2",
    [SQL_FIND_BATCH] = "SELECT id, name FROM batch WHERE name = ?1 OR id = ?2",
    [SQL_COUNT_REJECTS] = "UPDATE batch SET rejected = "
                          "(SELECT count(*) FROM reject WHERE batch_id = ?1) WHERE id = ?1",
    [SQL_ANY_REJECT] = "SELECT 1 FROM reject WHERE batch_id = ?1 LIMIT 1",
    [SQL_FIND_SITE] = "SELECT id, place, next_rank FROM site WHERE name = ?1 AND time_zone = ?2",
    [SQL_ADD_SITE] = "INSERT INTO site (name, time_zone, place) VALUES (?1, ?2, "
                     "coalesce((SELECT min(id) FROM site WHERE name = ?1 AND name <> ''), 0))",
    [SQL_RANK_SITE] = "UPDATE site SET next_rank = ?2 WHERE id = ?1",
    [SQL_FIND_SIGNER] = "SELECT id FROM signer WHERE address_sid = ?1 AND email = ?2 AND "
                        "contact_title = ?3 AND contact_phone_number = ?4 AND cc_emails = ?5",
    [SQL_ADD_SIGNER] = "INSERT INTO signer (address_sid, email, contact_title, "
                       "contact_phone_number, cc_emails) VALUES (?1, ?2, ?3, ?4, ?5)",
    [SQL_FIND_PROFILE] = "SELECT id FROM profile WHERE account_sid = ?1 AND "
                         "sms_application_sid = ?2 AND sms_url = ?3 AND sms_method = ?4 AND "
                         "sms_fallback_url = ?5 AND sms_fallback_method = ?6 AND "
                         "status_callback_url = ?7 AND status_callback_method = ?8",
    [SQL_ADD_PROFILE] = "INSERT INTO profile (account_sid, sms_application_sid, sms_url, "
                        "sms_method, sms_fallback_url, sms_fallback_method, status_callback_url, "
                        "status_callback_method) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",

    [SQL_DROP_PHONES] = "DROP INDEX number_phone",
    [SQL_INDEX_PHONES] = "CREATE UNIQUE INDEX number_phone ON number (phone_number)",
    [SQL_ANY_NUMBER] = "SELECT 1 FROM number LIMIT 1",
    [SQL_LAST_NUMBER] = "SELECT max(id) FROM number",
    /* OR FAIL: an import is rolled back as a whole, so no statement journal need be written. */
    [SQL_ADD_NUMBER] =
        "INSERT OR FAIL INTO number (id, batch_id, line, phone_number, site_id, signer_id, "
        "priority, verification_type, due_at_ms, place, imported_at_ms, profile_id, "
        "friendly_name, own_contact, own_email, own_cc_emails, own_address_sid, "
        "verification_document_sid, extension, call_delay, record) "
        "VALUES " SQL_ADD_NUMBER_VALUES,
    [SQL_FIND_ROW] = "SELECT " NUMBER_COLUMNS ", number.record, number.own_contact, "
                     "coalesce(site.name, ''), coalesce(site.time_zone, ''), " SIGNER_COLUMNS
                     ", " DETAILS_COLUMNS DETAILS_JOIN
                     "LEFT JOIN site ON site.id = number.site_id WHERE number.phone_number = ?1",
    [SQL_MOVE_LINE] = "UPDATE number SET line = ?2 WHERE id = ?1 AND line <> ?2",
    [SQL_CHANGE_ROW] =
        "UPDATE number SET batch_id = ?2, line = ?3, site_id = ?4, signer_id = ?5, priority = ?6, "
        "verification_type = ?7, place = ?8, profile_id = ?9, friendly_name = ?10, "
        "own_contact = ?11, own_email = ?12, own_cc_emails = ?13, own_address_sid = ?14, "
        "verification_document_sid = ?15, extension = ?16, call_delay = ?17, record = ?18 "
        "WHERE id = ?1",
    [SQL_CHANGE_PROGRESS] = "UPDATE progress SET signer_id = ?2, place = ?3 WHERE id = ?1",
    [SQL_ADD_REJECT] =
        "INSERT INTO reject (batch_id, line, record, \"column\", reason) "
        "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (batch_id, line) DO UPDATE SET "
        "record = excluded.record, \"column\" = excluded.\"column\", reason = excluded.reason "
        "WHERE record <> excluded.record OR \"column\" <> excluded.\"column\" OR "
        "reason <> excluded.reason",
    [SQL_ADD_MENDED] = "INSERT INTO mended (batch_id, line, number_id, record) "
                       "SELECT batch_id, line, ?3, record FROM reject "
                       "WHERE batch_id = ?1 AND line = ?2",
    [SQL_FIND_MENDED] =
        "SELECT id FROM mended INDEXED BY mended_record WHERE batch_id = ?1 AND record = ?2 AND "
        "seen = 0 AND EXISTS (SELECT 1 FROM number WHERE number.id = mended.number_id AND "
        "number.batch_id = ?1) ORDER BY line <> ?3, id LIMIT 1",
    [SQL_SEE_MENDED] = "UPDATE mended SET seen = 1 WHERE id = ?1",
    [SQL_FORGET_SEEN] = "UPDATE mended SET seen = 0 WHERE batch_id = ?1 AND seen <> 0",
    [SQL_REMOVE_REJECT] = "DELETE FROM reject WHERE batch_id = ?1 AND line = ?2",

    [SQL_UNSETTLED] =
        SELECT_BY("progress_intent") "WHERE progress.intent <> 'none' AND "
                                     "progress.intent_at_ms >= ?1 AND (progress.intent_at_ms > ?1 "
                                     "OR progress.id > ?2) "
                                     "ORDER BY progress.intent_at_ms, progress.id LIMIT 1",
    [SQL_SAID_UNKNOWN] = "SELECT 1 FROM event INDEXED BY event_number WHERE number_id = ?1 AND "
                         "kind = 'outcome-unknown' AND at_ms >= ?2 LIMIT 1",
    [SQL_UNSETTLED_LOAS] = "SELECT " LOA_COLUMNS "FROM loa WHERE sid = '' AND ended_at_ms = 0 AND "
                           "intent_at_ms > 0 AND in_doubt = 0 ORDER BY intent_at_ms, id LIMIT 1",
    [SQL_DUE] = SELECT_BY("progress_request") "WHERE progress.lane = 1 AND progress.due_at_ms > 0 "
                                              "AND progress.urgency = ?1 AND "
                                              "progress.due_at_ms <= ?2 "
                                              "ORDER BY progress.due_at_ms, progress.id LIMIT ?3",
    [SQL_DUE_FIRST] = "SELECT due_at_ms FROM progress INDEXED BY progress_request WHERE lane = 1 "
                      "AND due_at_ms > 0 AND urgency = ?1 AND due_at_ms > ?2 ORDER BY due_at_ms "
                      "LIMIT 1",
    [SQL_FRESH] = "SELECT " NUMBER_COLUMNS "FROM number INDEXED BY number_fresh "
                  "LEFT JOIN progress ON progress.id = number.id WHERE number.fresh = 1 AND "
                  "number.priority = ?1 AND number.due_at_ms <= ?2 "
                  "ORDER BY number.due_at_ms, number.id LIMIT ?3",
    [SQL_FRESH_FIRST] = "SELECT due_at_ms FROM number INDEXED BY number_fresh WHERE fresh = 1 AND "
                        "priority = ?1 AND due_at_ms > ?2 ORDER BY due_at_ms LIMIT 1",
    [SQL_LOOKS] = SELECT_BY("progress_look") "WHERE progress.lane = 4 AND progress.due_at_ms > 0 "
                                             "AND progress.status = ?1 AND "
                                             "progress.due_at_ms <= ?2 "
                                             "ORDER BY progress.due_at_ms, progress.id LIMIT ?3",
    [SQL_LOOKS_COUNT] =
        "SELECT count(*) FROM (SELECT 1 FROM progress INDEXED BY progress_look WHERE "
        "lane = 4 AND due_at_ms > 0 AND status = ?1 AND due_at_ms <= ?2 LIMIT ?3)",
    [SQL_LOOKS_FIRST] = "SELECT due_at_ms FROM progress INDEXED BY progress_look WHERE lane = 4 "
                        "AND due_at_ms > 0 AND status = ?1 AND due_at_ms > ?2 ORDER BY due_at_ms "
                        "LIMIT 1",
    [SQL_CALL_NEXT_PLACE] =
        "SELECT place, due_at_ms, id FROM progress INDEXED BY progress_call WHERE lane = 2 AND "
        "due_at_ms > 0 AND urgency = ?1 AND place > ?2 ORDER BY place, due_at_ms, id LIMIT 1",
    [SQL_CALL_NO_PLACE] = SELECT_BY("progress_call") "WHERE progress.lane = 2 AND "
                                                     "progress.due_at_ms > 0 AND "
                                                     "progress.urgency = ?1 AND "
                                                     "progress.place = 0 AND "
                                                     "progress.due_at_ms <= ?2 "
                                                     "ORDER BY progress.due_at_ms, progress.id "
                                                     "LIMIT ?3",
    [SQL_CALL_FIRST] = "SELECT due_at_ms FROM progress INDEXED BY progress_call_due WHERE "
                       "lane = 2 AND due_at_ms > 0 AND due_at_ms > ?1 ORDER BY due_at_ms LIMIT 1",
    [SQL_CALL_ENDS_FIRST] = "SELECT call_until_at_ms FROM progress INDEXED BY progress_open_call "
                            "WHERE call_until_at_ms > 0 AND call_until_at_ms > ?1 "
                            "ORDER BY call_until_at_ms LIMIT 1",
    [SQL_CALL_PLACE_OPEN] = "SELECT count(*) FROM progress INDEXED BY progress_open_place WHERE "
                            "call_until_at_ms > 0 AND place = ?1 AND call_until_at_ms > ?2",
    [SQL_OPEN_CALLS] = "SELECT count(*) FROM progress INDEXED BY progress_open_call WHERE "
                       "call_until_at_ms > 0 AND call_until_at_ms > ?1",
    [SQL_OVERDUE] =
        SELECT_BY("progress_deadline") "WHERE progress.deadline_at_ms > 0 AND "
                                       "progress.deadline_at_ms <= ?1 "
                                       "ORDER BY progress.deadline_at_ms, progress.id LIMIT ?2",
    [SQL_WARNINGS] =
        SELECT_BY("progress_warning") "WHERE progress.deadline_at_ms > 0 AND "
                                      "progress.urgency < 10 AND progress.deadline_at_ms <= ?1 AND "
                                      "progress.deadline_at_ms > ?2 "
                                      "ORDER BY progress.deadline_at_ms, progress.id LIMIT ?3",
    [SQL_ENDED_CALLS] = SELECT_BY("progress_open_call") "WHERE progress.call_until_at_ms > 0 AND "
                                                        "progress.call_until_at_ms <= ?1 "
                                                        "ORDER BY progress.call_until_at_ms, "
                                                        "progress.id LIMIT ?2",
    /* Those of a call that ended too came with it. */
    [SQL_ENDED_CODES] = SELECT_BY("progress_code") "WHERE progress.code_until_at_ms > 0 AND "
                                                   "progress.code_until_at_ms <= ?1 AND "
                                                   "(progress.call_until_at_ms = 0 OR "
                                                   "progress.call_until_at_ms > ?1) "
                                                   "ORDER BY progress.code_until_at_ms, "
                                                   "progress.id LIMIT ?2",

    [SQL_FIND_NUMBER] = SELECT_NUMBER "WHERE number.id = ?1",
    [SQL_FIND_PHONE] = SELECT_NUMBER "WHERE number.phone_number = ?1",
    [SQL_FIND_PHONE_ID] = "SELECT id FROM number WHERE phone_number = ?1",
    [SQL_FIND_ORDER] = SELECT_BY("progress_order") "WHERE progress.order_sid <> '' AND "
                                                   "progress.order_sid = ?1",
    [SQL_FIND_ACCOUNT] =
        "SELECT number.batch_id, " NUMBER_STATUS ", " NUMBER_STEP ", " NUMBER_ATTENTION
        ", progress.held, number.signer_id, " NUMBER_LANE
        ", coalesce(progress.due_at_ms, number.due_at_ms), "
        "number.fresh, coalesce(progress.code NOT IN ('', ?2) OR "
        "progress.heard_code NOT IN ('', ?3), 0) " NUMBER_FROM "WHERE number.id = ?1",
    [SQL_SAVE_NUMBER] =
        "UPDATE progress SET " LIVING_COLUMNS(COLUMN_AS_SET, START_AS_SET) "lane = ? WHERE id = ?",
    /* Bound like SQL_SAVE_NUMBER. */
    [SQL_START_NUMBER] = "INSERT INTO progress (" LIVING_COLUMNS(
        COLUMN_AS_NAME,
        START_AS_NAME) "lane, id, signer_id, place) SELECT " LIVING_COLUMNS(COLUMN_AS_BOUND,
                                                                            START_AS_BOUND) "?, "
                                                                                            "id, "
                                                                                            "signer"
                                                                                            "_id, "
                                                                                            "place "
                                                                                            "FROM "
                                                                                            "number"
                                                                                            " WHERE"
                                                                                            " id = "
                                                                                            "?",
    [SQL_NOT_FRESH] = "UPDATE number SET fresh = 0 WHERE id = ?1",
    [SQL_ADD_EVENT] = "INSERT INTO event (number_id, at_ms, kind, status_from, status_to, "
                      "operation, http_status, code, request_id, text, actor) "
                      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    [SQL_ADD_ORDER] =
        "INSERT INTO hosted_order (number_id, phone_number, unique_name, asked_at_ms) "
        "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (unique_name) DO UPDATE SET live = 1, "
        "ended_how = '', ended_at_ms = 0 WHERE number_id = excluded.number_id",
    [SQL_NAME_ORDER] = "UPDATE hosted_order SET sid = ?2 WHERE unique_name = ?1",
    [SQL_END_ORDER] = "UPDATE hosted_order SET live = 0, ended_how = ?2, ended_at_ms = ?3 "
                      "WHERE unique_name = ?1 AND live = 1",
    [SQL_END_OTHER_ORDERS] = "UPDATE hosted_order SET live = 0, ended_how = 'none of ours', "
                             "ended_at_ms = ?3 WHERE phone_number = ?1 AND unique_name <> ?2 AND "
                             "live = 1",
    [SQL_END_ORDERS_OF] = "UPDATE hosted_order SET live = 0, ended_how = ?2, ended_at_ms = ?3 "
                          "WHERE number_id = ?1 AND live = 1",
    [SQL_READ_DETAILS] = "SELECT " DETAILS_COLUMNS DETAILS_JOIN "WHERE number.id = ?1",
    [SQL_READ_SIGNER] = "SELECT " SIGNER_COLUMNS "FROM signer WHERE id = ?1",
    [SQL_READ_SITE] = "SELECT name, time_zone FROM site WHERE id = ?1",

    [SQL_MOVE_SIGNER] =
        "UPDATE signer SET upstream = upstream + ?2, ready = ready + ?3, due_at_ms = "
        "coalesce((SELECT min(due_at_ms) FROM progress INDEXED BY progress_ready_due WHERE lane = "
        "3 "
        "AND due_at_ms > 0 AND signer_id = ?1), 0) WHERE id = ?1",
    [SQL_SIGNERS] =
        "SELECT id FROM (SELECT id FROM signer INDEXED BY signer_ready WHERE ready > 0 AND "
        "ready >= ?2 LIMIT ?3) UNION SELECT id FROM (SELECT id FROM signer INDEXED BY "
        "signer_whole WHERE ready > 0 AND upstream = 0 LIMIT ?3) UNION SELECT id FROM (SELECT id "
        "FROM signer INDEXED BY signer_due WHERE due_at_ms > 0 AND due_at_ms <= ?1 "
        "ORDER BY due_at_ms LIMIT ?3) LIMIT ?3",
    [SQL_SIGNERS_FIRST] = "SELECT due_at_ms FROM signer INDEXED BY signer_due WHERE "
                          "due_at_ms > 0 AND due_at_ms > ?1 ORDER BY due_at_ms LIMIT 1",
    [SQL_READY] = SELECT_BY("progress_ready") "WHERE progress.lane = 3 AND "
                                              "progress.signer_id = ?1 "
                                              "ORDER BY progress.verified_at_ms, progress.id "
                                              "LIMIT ?2",
    [SQL_ADD_LOA] = "INSERT INTO loa (signer_id, sid, status, in_doubt, number_count, "
                    "intent_at_ms, sent_at_ms, ended_at_ms, due_at_ms) "
                    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    [SQL_SAVE_LOA] = "UPDATE loa SET signer_id = ?1, sid = ?2, status = ?3, in_doubt = ?4, "
                     "number_count = ?5, intent_at_ms = ?6, sent_at_ms = ?7, ended_at_ms = ?8, "
                     "due_at_ms = ?9 WHERE id = ?10",
    [SQL_FIND_LOA] = "SELECT " LOA_COLUMNS "FROM loa WHERE id = ?1",
    [SQL_FIND_LOA_SID] = "SELECT " LOA_COLUMNS "FROM loa INDEXED BY loa_sid WHERE sid <> '' AND "
                         "sid = ?1",
    [SQL_GIVEN_UP_LOA] = "SELECT " LOA_COLUMNS "FROM loa WHERE sid = '' AND ended_at_ms > 0 AND "
                         "due_at_ms > 0 ORDER BY due_at_ms, id LIMIT 1",
    [SQL_DUE_LOAS] = "SELECT " LOA_COLUMNS "FROM loa INDEXED BY loa_due WHERE due_at_ms > 0 AND "
                     "ended_at_ms = 0 AND sid <> '' AND due_at_ms <= ?1 "
                     "ORDER BY due_at_ms, id LIMIT ?2",
    [SQL_DUE_LOAS_FIRST] = "SELECT due_at_ms FROM loa INDEXED BY loa_due WHERE due_at_ms > 0 AND "
                           "ended_at_ms = 0 AND sid <> '' AND due_at_ms > ?1 ORDER BY due_at_ms "
                           "LIMIT 1",
    [SQL_OF_LOA] = SELECT_BY("progress_loa") "WHERE progress.loa_id > 0 AND "
                                             "progress.loa_id = ?1 AND progress.id > ?2 "
                                             "ORDER BY progress.id LIMIT ?3",

    [SQL_TALLY_ADD] = "INSERT INTO tally (batch_id, status, step, attention, held, count) "
                      "VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
                      "ON CONFLICT (batch_id, status, step, attention, held) "
                      "DO UPDATE SET count = count + excluded.count",
    [SQL_TALLY_DROP] = "UPDATE tally SET count = count - ?6 WHERE batch_id = ?1 AND status = ?2 "
                       "AND step = ?3 AND attention = ?4 AND held = ?5",
    [SQL_EACH_TALLY] = "SELECT batch_id, status, step, attention, held, count FROM tally "
                       "JOIN batch ON batch.id = tally.batch_id "
                       "WHERE (?1 = '' OR batch.name = ?1) AND count > 0 "
                       "ORDER BY batch_id, status, step, attention, held",
    [SQL_EACH_BATCH] = "SELECT id, name, file, imported_at_ms, coalesce((SELECT sum(count) FROM "
                       "tally WHERE batch_id = batch.id), 0), rejected FROM batch ORDER BY id",
    [SQL_EACH_EVENT] = "SELECT " EVENT_COLUMNS "FROM event JOIN number ON number.id = "
                       "event.number_id WHERE (?1 = 0 OR number.batch_id = ?1) ORDER BY event.id",
    [SQL_EACH_IMPORT] = "SELECT " IMPORT_COLUMNS
                        "FROM number WHERE (?1 = 0 OR number.batch_id = ?1) ORDER BY number.id",
    [SQL_EVENTS_OF] = "SELECT " EVENT_COLUMNS "FROM event JOIN number ON number.id = "
                      "event.number_id WHERE event.number_id = ?1 ORDER BY event.id",
    [SQL_IMPORT_OF] = "SELECT " IMPORT_COLUMNS "FROM number WHERE number.id = ?1",
    [SQL_EACH_SIGNER] = "SELECT " SIGNER_COLUMNS ", upstream, ready, " LOA_COLUMNS
                        "FROM signer LEFT JOIN loa ON loa.signer_id = signer.id "
                        "ORDER BY signer.id, loa.id",
    [SQL_EACH_CALL] =
        "SELECT " NUMBER_COLUMNS ", batch.name, batch.header, "
        "coalesce(site.name, ''), coalesce(site.time_zone, ''), number.record "
        "FROM progress INDEXED BY progress_calling "
        "CROSS JOIN number ON number.id = progress.id "
        "JOIN batch ON batch.id = number.batch_id "
        "LEFT JOIN site ON site.id = number.site_id WHERE "
        "(progress.status = 'pending-verification' OR progress.step = 'start-call') AND "
        "(?1 = '' OR site.name = ?1) ORDER BY progress.since_at_ms, progress.id LIMIT ?2",
    [SQL_EACH_OPEN_CALL] = "SELECT " NUMBER_COLUMNS ", batch.name, batch.header, "
                           "coalesce(site.name, ''), coalesce(site.time_zone, ''), number.record "
                           "FROM progress INDEXED BY progress_code "
                           "CROSS JOIN number ON number.id = progress.id "
                           "JOIN batch ON batch.id = number.batch_id "
                           "LEFT JOIN site ON site.id = number.site_id WHERE "
                           "progress.code_until_at_ms > 0 AND progress.code_until_at_ms > ?3 AND "
                           "progress.code <> '' AND "
                           "(?1 = '' OR site.name = ?1) "
                           "ORDER BY progress.code_until_at_ms, progress.id LIMIT ?2",
    [SQL_READ_HEADER] = "SELECT name, header FROM batch WHERE id = ?1",
    [SQL_EACH_REJECT] = "SELECT batch_id, line, record, \"column\", reason FROM reject "
                        "WHERE (?1 = 0 OR batch_id = ?1) ORDER BY batch_id, line",
    [SQL_DATA_VERSION] = "PRAGMA data_version",
};

const char *sql_of(enum sql sql)
{
    return texts[sql];
}
