/* Sites, signers and profiles of rows as ids. Counts are kept in the caches and written when a
 * place is needed or at the end, so that a row of a big file costs one INSERT. */
#include "adapters/sqlite/import.h"

#include <assert.h>
#include <string.h>

/* The texts of a key are members of these. */
static_assert(SITE_BYTES + ZONE_BYTES <= INTERN_KEY_BYTES, "a site is a key");
static_assert(sizeof(struct signer) <= INTERN_KEY_BYTES, "a signer is a key");
static_assert(sizeof(struct order_details) <= INTERN_KEY_BYTES, "a profile is a key");

static bool write_site(struct store *store, struct intern_entry *entry, struct error *err)
{
    bool ok = !entry->dirty ||
              sql_run(store, SQL_RANK_SITE, VALUES(of_int(entry->id), of_int(entry->count)), err);
    entry->dirty = false;
    return ok;
}

static bool write_signer(struct store *store, struct intern_entry *entry, struct error *err)
{
    bool ok =
        !entry->dirty || sql_run(store, SQL_MOVE_SIGNER,
                                 VALUES(of_int(entry->id), of_int(entry->count), of_int(0)), err);
    entry->dirty = false;
    entry->count = 0;
    return ok;
}

/* The id of the texts, from the table; a new row where there is none. */
static bool find_or_add(struct store *store, enum sql find, enum sql add,
                        const struct value *values, size_t count, int64_t *id, bool *is_new,
                        struct error *err)
{
    bool found = false;
    if (!sql_int(store, find, values, count, id, &found, err))
        return false;
    *is_new = !found;
    if (found)
        return true;
    if (!sql_run(store, add, values, count, err))
        return false;
    *id = sqlite3_last_insert_rowid(store->db);
    return true;
}

/* place 0 in the table: it is the first of its name. */
static bool load_site(struct store *store, const struct import_row *row, struct intern_entry *entry,
                      struct error *err)
{
    bool more = false;
    sqlite3_stmt *statement =
        sql_start(store, SQL_FIND_SITE, VALUES(of_text(row->site), of_text(row->time_zone)), err);
    if (statement == NULL || !sql_next(store, statement, &more, err))
        return false;
    int64_t first = sqlite3_column_int64(statement, 1);
    entry->place = first != 0 || row->site[0] == '\0' ? first : entry->id;
    entry->count = sqlite3_column_int64(statement, 2);
    sqlite3_reset(statement);
    return true;
}

static bool intern_site(struct store *store, const struct import_row *row, struct row_ids *ids,
                        struct error *err)
{
    struct intern_key key;
    bool hit = false;
    bool is_new = false;
    int64_t id = 0;
    if (row->site[0] == '\0' && row->time_zone[0] == '\0')
        return true;
    intern_key_of(&key, (const char *const[]){row->site, row->time_zone}, 2);
    struct intern_entry *entry = intern_find(&store->import->sites, &key, &hit);
    if (!hit) {
        if (!write_site(store, entry, err) ||
            !find_or_add(store, SQL_FIND_SITE, SQL_ADD_SITE,
                         VALUES(of_text(row->site), of_text(row->time_zone)), &id, &is_new, err))
            return false;
        intern_take(entry, &key, id);
        if (!load_site(store, row, entry, err))
            return false;
    }
    ids->site = entry;
    ids->site_id = entry->id;
    ids->place = entry->place;
    return true;
}

static bool is_nobody(const struct signer *signer)
{
    return signer->address_sid[0] == '\0' && signer->email[0] == '\0' &&
           signer->contact_title[0] == '\0' && signer->contact_phone_number[0] == '\0' &&
           signer->cc_emails[0] == '\0';
}

static bool intern_signer(struct store *store, const struct signer *signer, struct row_ids *ids,
                          struct error *err)
{
    struct intern_key key;
    bool hit = false;
    bool is_new = false;
    int64_t id = 0;
    if (is_nobody(signer))
        return true;
    intern_key_of(&key,
                  (const char *const[]){signer->address_sid, signer->email, signer->contact_title,
                                        signer->contact_phone_number, signer->cc_emails},
                  5);
    struct intern_entry *entry = intern_find(&store->import->signers, &key, &hit);
    if (!hit) {
        if (!write_signer(store, entry, err) ||
            !find_or_add(store, SQL_FIND_SIGNER, SQL_ADD_SIGNER,
                         VALUES(of_text(signer->address_sid), of_text(signer->email),
                                of_text(signer->contact_title),
                                of_text(signer->contact_phone_number), of_text(signer->cc_emails)),
                         &id, &is_new, err))
            return false;
        intern_take(entry, &key, id);
    }
    ids->signer = entry;
    ids->signer_id = entry->id;
    return true;
}

static bool intern_profile(struct store *store, const struct order_details *details,
                           struct row_ids *ids, struct error *err)
{
    const char *const texts[] = {
        details->account_sid,         details->sms_application_sid,   details->sms_url,
        details->sms_method,          details->sms_fallback_url,      details->sms_fallback_method,
        details->status_callback_url, details->status_callback_method};
    struct value values[COUNT_OF(texts)];
    struct intern_key key;
    bool hit = false;
    bool is_new = false;
    int64_t id = 0;
    intern_key_of(&key, texts, COUNT_OF(texts));
    if (key.bytes == COUNT_OF(texts)) /* nothing but NULs */
        return true;
    struct intern_entry *entry = intern_find(&store->import->profiles, &key, &hit);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        values[i] = of_text(texts[i]);
    if (!hit) {
        if (!find_or_add(store, SQL_FIND_PROFILE, SQL_ADD_PROFILE, values, COUNT_OF(values), &id,
                         &is_new, err))
            return false;
        intern_take(entry, &key, id);
    }
    ids->profile_id = entry->id;
    return true;
}

bool import_intern(struct store *store, const struct import_row *row, struct row_ids *ids,
                   struct error *err)
{
    memset(ids, 0, sizeof *ids);
    ids->own_contact = strcmp(row->details.email, row->signer.email) != 0 ||
                       strcmp(row->details.cc_emails, row->signer.cc_emails) != 0 ||
                       strcmp(row->details.address_sid, row->signer.address_sid) != 0;
    return intern_site(store, row, ids, err) && intern_signer(store, &row->signer, ids, err) &&
           intern_profile(store, &row->details, ids, err);
}

bool import_flush(struct store *store, struct error *err)
{
    struct import *import = store->import;
    for (size_t i = 0; i < INTERN_ENTRIES; i++)
        if (!write_site(store, &import->sites.entries[i], err) ||
            !write_signer(store, &import->signers.entries[i], err))
            return false;
    return true;
}
