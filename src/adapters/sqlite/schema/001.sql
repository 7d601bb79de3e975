-- Schema 1. Names of columns are those of the structs in src/domain and src/ports. Statuses and their like are words,
-- kept honest by CHECKs; these are chains of OR, commonest first, because SQLite builds a table for every IN of every row.
-- Texts are '' and instants 0 where nothing is known: NULL is used nowhere.

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE batch (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    file TEXT NOT NULL,
    header TEXT NOT NULL,
    imported_at_ms INTEGER NOT NULL,
    rejected INTEGER NOT NULL DEFAULT 0
) STRICT;

-- place: the first row of the same name, so that a site whose rows disagree about the time zone still has one telephone
-- line; 0 in that first row, and when only a time zone was given. next_rank: numbers queued there so far.
CREATE TABLE site (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    place INTEGER NOT NULL DEFAULT 0,
    next_rank INTEGER NOT NULL DEFAULT 0,
    UNIQUE (name, time_zone)
) STRICT;

-- upstream, ready: counts of its numbers, due_at_ms: the earliest of the ready ones; kept with every write of a number.
CREATE TABLE signer (
    id INTEGER PRIMARY KEY,
    address_sid TEXT NOT NULL,
    email TEXT NOT NULL,
    contact_title TEXT NOT NULL,
    contact_phone_number TEXT NOT NULL,
    cc_emails TEXT NOT NULL,
    upstream INTEGER NOT NULL DEFAULT 0,
    ready INTEGER NOT NULL DEFAULT 0,
    due_at_ms INTEGER NOT NULL DEFAULT 0,
    UNIQUE (address_sid, email, contact_title, contact_phone_number, cc_emails)
) STRICT;
CREATE INDEX signer_ready ON signer (ready) WHERE ready > 0;
CREATE INDEX signer_whole ON signer (id) WHERE ready > 0 AND upstream = 0;
CREATE INDEX signer_due ON signer (due_at_ms) WHERE due_at_ms > 0;

-- What whole files share, so that a row stays small.
CREATE TABLE profile (
    id INTEGER PRIMARY KEY,
    account_sid TEXT NOT NULL,
    sms_application_sid TEXT NOT NULL,
    sms_url TEXT NOT NULL,
    sms_method TEXT NOT NULL,
    sms_fallback_url TEXT NOT NULL,
    sms_fallback_method TEXT NOT NULL,
    status_callback_url TEXT NOT NULL,
    status_callback_method TEXT NOT NULL,
    UNIQUE (account_sid, sms_application_sid, sms_url, sms_method, sms_fallback_url,
            sms_fallback_method, status_callback_url, status_callback_method)
) STRICT;

-- A row of the CSV and what it was imported with. Narrow, and with few indexes, because a million of them are written at
-- once. No REFERENCES: four look-ups per row would cost such an import a second; store_check() looks instead.
-- fresh: nothing happened to it since its import, so there is no row of it in `progress`: it is queued, to be created from
-- due_at_ms on, as urgent as its priority. own_*: where the order's e-mail and address are not its signer's.
CREATE TABLE number (
    id INTEGER PRIMARY KEY,
    batch_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    phone_number TEXT NOT NULL,
    site_id INTEGER NOT NULL,
    signer_id INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    verification_type TEXT NOT NULL
        CHECK (verification_type = 'phone-call' OR verification_type = 'phone-bill'),
    fresh INTEGER NOT NULL DEFAULT 1 CHECK (fresh IN (0, 1)),
    due_at_ms INTEGER NOT NULL,
    place INTEGER NOT NULL,
    imported_at_ms INTEGER NOT NULL,
    profile_id INTEGER NOT NULL,
    friendly_name TEXT NOT NULL,
    own_contact INTEGER NOT NULL,
    own_email TEXT NOT NULL,
    own_cc_emails TEXT NOT NULL,
    own_address_sid TEXT NOT NULL,
    verification_document_sid TEXT NOT NULL,
    extension TEXT NOT NULL,
    call_delay INTEGER NOT NULL,
    record BLOB NOT NULL
) STRICT;

-- By name, because an import into an empty table drops it and builds it at its end.
CREATE UNIQUE INDEX number_phone ON number (phone_number);
CREATE INDEX number_line ON number (batch_id, line);
CREATE INDEX number_fresh ON number (priority, due_at_ms) WHERE fresh = 1;

-- Where a number is on its way, from the first thing that happened to it on; id is the number's.
-- signer_id, place: the number's, for the indexes. lane: enum lane of ports/store.h.
CREATE TABLE progress (
    id INTEGER PRIMARY KEY REFERENCES number (id),
    signer_id INTEGER NOT NULL,
    place INTEGER NOT NULL,
    status TEXT NOT NULL
        CHECK (status = 'queued' OR status = 'twilio-processing' OR status = 'received' OR
               status = 'pending-verification' OR status = 'verified' OR status = 'pending-loa' OR
               status = 'carrier-processing' OR status = 'testing' OR status = 'completed' OR
               status = 'failed' OR status = 'action-required' OR status = 'canceled'),
    step TEXT NOT NULL
        CHECK (step = 'create' OR step = 'nothing' OR step = 'start-call' OR step = 'authorize' OR
               step = 'attach-bill' OR step = 'post-code' OR step = 'reconcile' OR
               step = 'cancel' OR step = 'offboard'),
    attention TEXT NOT NULL
        CHECK (attention = 'none' OR attention = 'action-required' OR
               attention = 'attempts-kept' OR attention = 'attempts-spent' OR
               attention = 'call-refused' OR attention = 'unknown-outcome' OR
               attention = 'unknown-status' OR attention = 'foreign-order' OR
               attention = 'duplicate' OR attention = 'refused' OR attention = 'loa-declined' OR
               attention = 'order-gone' OR attention = 'lapsed' OR attention = 'no-signer' OR
               attention = 'cancel-refused' OR attention = 'strange-move'),
    held INTEGER NOT NULL,
    cancel_asked INTEGER NOT NULL,
    urgency INTEGER NOT NULL CHECK (urgency BETWEEN 0 AND 10),
    since_at_ms INTEGER NOT NULL,
    due_at_ms INTEGER NOT NULL,
    deadline_at_ms INTEGER NOT NULL,
    settled_at_ms INTEGER NOT NULL,
    order_count INTEGER NOT NULL,
    unique_name TEXT NOT NULL,
    order_sid TEXT NOT NULL,
    incoming_phone_number_sid TEXT NOT NULL,
    loa_sid TEXT NOT NULL,
    loa_id INTEGER NOT NULL,
    loa_count INTEGER NOT NULL,
    loa_fell_back INTEGER NOT NULL,
    intent TEXT NOT NULL
        CHECK (intent = 'none' OR intent = 'create' OR intent = 'start-call' OR
               intent = 'authorize' OR intent = 'attach-bill' OR intent = 'post-code' OR
               intent = 'cancel' OR intent = 'offboard'),
    intent_at_ms INTEGER NOT NULL,
    intent_attempts INTEGER NOT NULL,
    verification_attempts INTEGER NOT NULL,
    last_attempt_granted INTEGER NOT NULL,
    bill_attached INTEGER NOT NULL,
    calls_refused INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    call_until_at_ms INTEGER NOT NULL,
    call_not_before_ms INTEGER NOT NULL,
    code TEXT NOT NULL,
    code_until_at_ms INTEGER NOT NULL,
    heard_code TEXT NOT NULL,
    reason_code INTEGER NOT NULL,
    reason TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    verified_at_ms INTEGER NOT NULL,
    signed_at_ms INTEGER NOT NULL,
    completed_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    lane INTEGER NOT NULL
) STRICT;

CREATE INDEX progress_request ON progress (urgency, due_at_ms) WHERE lane = 1 AND due_at_ms > 0;
CREATE INDEX progress_call ON progress (urgency, place, due_at_ms) WHERE lane = 2 AND due_at_ms > 0;
CREATE INDEX progress_call_due ON progress (due_at_ms) WHERE lane = 2 AND due_at_ms > 0;
CREATE INDEX progress_ready ON progress (signer_id, verified_at_ms) WHERE lane = 3;
CREATE INDEX progress_ready_due ON progress (signer_id, due_at_ms) WHERE lane = 3 AND due_at_ms > 0;
CREATE INDEX progress_look ON progress (status, due_at_ms) WHERE lane = 4 AND due_at_ms > 0;
CREATE INDEX progress_open_call ON progress (call_until_at_ms) WHERE call_until_at_ms > 0;
CREATE INDEX progress_open_place ON progress (place, call_until_at_ms) WHERE call_until_at_ms > 0;
CREATE INDEX progress_code ON progress (code_until_at_ms) WHERE code_until_at_ms > 0;
CREATE INDEX progress_deadline ON progress (deadline_at_ms) WHERE deadline_at_ms > 0;
CREATE INDEX progress_warning ON progress (deadline_at_ms) WHERE deadline_at_ms > 0 AND urgency < 10;
CREATE INDEX progress_intent ON progress (intent_at_ms) WHERE intent <> 'none';
CREATE INDEX progress_loa ON progress (loa_id) WHERE loa_id > 0;
CREATE INDEX progress_calling ON progress (since_at_ms)
    WHERE status = 'pending-verification' OR step = 'start-call';
CREATE UNIQUE INDEX progress_order ON progress (order_sid) WHERE order_sid <> '';

-- One live order per phone number, whatever the program believes.
CREATE TABLE hosted_order (
    id INTEGER PRIMARY KEY,
    number_id INTEGER NOT NULL REFERENCES number (id),
    phone_number TEXT NOT NULL,
    unique_name TEXT NOT NULL UNIQUE CHECK (unique_name <> ''),
    sid TEXT NOT NULL DEFAULT '',
    live INTEGER NOT NULL DEFAULT 1 CHECK (live IN (0, 1)),
    ended_how TEXT NOT NULL DEFAULT '',
    asked_at_ms INTEGER NOT NULL,
    ended_at_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX hosted_order_live ON hosted_order (phone_number) WHERE live = 1;
CREATE UNIQUE INDEX hosted_order_sid ON hosted_order (sid) WHERE sid <> '';
CREATE INDEX hosted_order_number ON hosted_order (number_id);

CREATE TABLE loa (
    id INTEGER PRIMARY KEY,
    signer_id INTEGER NOT NULL REFERENCES signer (id),
    sid TEXT NOT NULL,
    status TEXT NOT NULL
        CHECK (status IN ('opened', 'signing', 'signed', 'canceled', 'failed', 'unknown')),
    in_doubt INTEGER NOT NULL,
    number_count INTEGER NOT NULL,
    intent_at_ms INTEGER NOT NULL,
    sent_at_ms INTEGER NOT NULL,
    ended_at_ms INTEGER NOT NULL,
    due_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX loa_signer ON loa (signer_id);
CREATE UNIQUE INDEX loa_sid ON loa (sid) WHERE sid <> '';
CREATE INDEX loa_due ON loa (due_at_ms) WHERE due_at_ms > 0 AND ended_at_ms = 0 AND sid <> '';
CREATE INDEX loa_unsettled ON loa (intent_at_ms)
    WHERE sid = '' AND ended_at_ms = 0 AND intent_at_ms > 0;

-- The history. That a number was imported is not written down again here: number.imported_at_ms says it.
CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    number_id INTEGER NOT NULL REFERENCES number (id),
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL
        CHECK (kind = 'intent' OR kind = 'status' OR kind = 'order-created' OR
               kind = 'call-placed' OR kind = 'loa-sent' OR kind = 'imported' OR
               kind = 'row-changed' OR kind = 'order-adopted' OR kind = 'refused' OR
               kind = 'try-later' OR kind = 'outcome-unknown' OR kind = 'not-happened' OR
               kind = 'call-refused' OR kind = 'call-unanswered' OR kind = 'code-posted' OR
               kind = 'bill-attached' OR kind = 'loa-ended' OR kind = 'attention' OR
               kind = 'deadline-near' OR kind = 'held' OR kind = 'released' OR
               kind = 'retried' OR kind = 'cancel-asked' OR kind = 'canceled' OR
               kind = 'offboarded'),
    status_from TEXT NOT NULL,
    status_to TEXT NOT NULL,
    operation TEXT NOT NULL,
    http_status INTEGER NOT NULL,
    code INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    text TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;
CREATE INDEX event_number ON event (number_id);
CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN
    SELECT RAISE(ABORT, 'history is append-only');
END;
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN
    SELECT RAISE(ABORT, 'history is append-only');
END;

CREATE TABLE reject (
    id INTEGER PRIMARY KEY,
    batch_id INTEGER NOT NULL REFERENCES batch (id),
    line INTEGER NOT NULL,
    record BLOB NOT NULL,
    "column" TEXT NOT NULL,
    reason TEXT NOT NULL,
    UNIQUE (batch_id, line)
) STRICT;

-- Rejected rows whose mended row is a number: when the file they came from is imported again, they are accounted for.
-- seen: met in the import that is going on, so that each answers for one row.
CREATE TABLE mended (
    id INTEGER PRIMARY KEY,
    batch_id INTEGER NOT NULL REFERENCES batch (id),
    line INTEGER NOT NULL,
    number_id INTEGER NOT NULL,
    record BLOB NOT NULL,
    seen INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX mended_record ON mended (batch_id, record);

CREATE TABLE tally (
    batch_id INTEGER NOT NULL REFERENCES batch (id),
    status TEXT NOT NULL,
    step TEXT NOT NULL,
    attention TEXT NOT NULL,
    held INTEGER NOT NULL,
    count INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (batch_id, status, step, attention, held)
) STRICT, WITHOUT ROWID;
