#include "cmd/settings.h"

#include "base/clock.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How a row of the table says where its field is. */
#define FIELD(field) .offset = offsetof(struct config, field)
#define TEXT_FIELD(field) FIELD(field), .bytes = sizeof((struct config *)NULL)->field
#define TEXT(field) .take = take_text, TEXT_FIELD(field)
#define PATH(field) .take = take_path, FIELD(field), .bytes = PATH_BYTES
#define COUNT(field, least, most) .take = take_count, FIELD(field), .low = (least), .high = (most)
#define DURATION(field, least, most)                                                               \
    .take = take_duration, FIELD(field), .low = (least), .high = (most)
#define RATE(field, most) .take = take_rate, FIELD(field), .rate_high = (most)

const struct setting settings[] = {
    {.key = "database",
     PATH(database),
     .fallback = "numhost.db",
     .why = "The SQLite file. Relative paths here are seen from the folder of this file."},

    {.key = "api.environment",
     .take = take_choice,
     FIELD(environment),
     .choices = "sandbox|live",
     .fallback = "sandbox",
     .why = "live places real orders and rings real phones; sandbox talks to `numhost sandbox`."},
    {.key = "api.flavour",
     TEXT(flavour),
     .choices = "preview",
     .fallback = "preview",
     .why = "Which of the service's interfaces; there is one."},
    {.key = "api.base_url",
     .take = take_url,
     TEXT_FIELD(base_url),
     .fallback = "",
     .why = "Scheme, host and port for orders and authorization documents. Default: "
            "https://preview.twilio.com when live, else http://127.0.0.1:8411. http:// is taken "
            "for this machine only."},
    {.key = "api.core_base_url",
     .take = take_url,
     TEXT_FIELD(core_base_url),
     .fallback = "",
     .why = "The same for addresses and incoming phone numbers. Default: https://api.twilio.com "
            "when live, else http://127.0.0.1:8411."},
    {.key = "api.ca_file",
     PATH(ca_file),
     .fallback = "",
     .why = "Certificates (PEM) to trust instead of the system's, for a proxy that opens TLS."},
    {.key = "api.credentials_file",
     PATH(credentials_file),
     .fallback = "",
     .why = "KEY=VALUE lines TWILIO_ACCOUNT_SID, TWILIO_API_KEY, TWILIO_API_SECRET (or "
            "TWILIO_AUTH_TOKEN); refused if anybody else can read it."},
    {.key = "api.workers",
     COUNT(policy.workers, 1, WORKERS_MAX),
     .fallback = "16",
     .why = "Requests at once. One thread serves them all; more only helps when answers are slow."},
    {.key = "api.rate",
     RATE(policy.requests_per_second, 10000),
     .fallback = "20/s",
     .why = "Requests at most. The service names no limit and answers 429 when it is too much."},
    {.key = "api.burst",
     COUNT(policy.request_burst, 1, 10000),
     .fallback = "20",
     .why = "Requests that may go at once after a pause."},
    {.key = "api.timeout",
     DURATION(timeout_ms, 100, MINUTE_MS),
     .fallback = "30s",
     .why = "For one whole request. A request that ran out of time is looked up, not repeated."},
    {.key = "api.page_size",
     COUNT(policy.page_size, 1, 1000),
     .fallback = "1000",
     .why = "Orders in one page of a list; 1000 is the most the service gives."},
    {.key = "api.reconcile_grace",
     DURATION(policy.reconcile_grace_ms, SECOND_MS, DAY_MS),
     .fallback = "2m",
     .why = "How long the effect of a request with unknown outcome may still appear before it is "
            "sent again."},
    {.key = "api.patience",
     DURATION(policy.patience_ms, SECOND_MS, 30 * DAY_MS),
     .fallback = "2h",
     .why = "An API that does not answer for so long ends the run with exit code 8."},
    {.key = "api.sweep_from",
     COUNT(policy.sweep_from, 1, 1000000),
     .fallback = "25",
     .why = "From so many numbers waiting in one status, a list is read instead of each order."},

    {.key = "verification.type",
     .take = take_choice,
     FIELD(verification_type),
     .choices = "phone-call|phone-bill",
     .fallback = "phone-call",
     .why = "For rows that do not say."},
    {.key = "verification.automatic_attempts",
     COUNT(policy.automatic_attempts, 0, VERIFICATION_ATTEMPTS_MAX),
     .fallback = "2",
     .why = "Calls placed without asking. The service allows three in all; the last is kept for "
            "`numhost retry --last-attempt`."},
    {.key = "verification.calls",
     RATE(policy.calls_per_second, 1000),
     .fallback = "1/s",
     .why = "Verification calls started."},
    {.key = "verification.calls_at_once",
     COUNT(policy.calls_at_once, 1, 10000),
     .fallback = "10",
     .why = "Calls open at the same time, everywhere."},
    {.key = "verification.calls_at_once_per_site",
     COUNT(policy.calls_at_once_per_site, 1, 1000),
     .fallback = "1",
     .why = "One person can answer one phone."},
    {.key = "verification.call_takes",
     DURATION(policy.call_takes_ms, SECOND_MS, DAY_MS),
     .fallback = "3m",
     .why = "How long a call keeps its site busy, after call_delay."},
    {.key = "verification.call_again_after",
     DURATION(policy.call_again_after_ms, SECOND_MS, 30 * DAY_MS),
     .fallback = "30m",
     .why = "Pause before a number that did not answer is called again."},
    {.key = "verification.call_refusals_at_most",
     COUNT(policy.call_refusals_at_most, 1, 100),
     .fallback = "3",
     .why = "Calls in a row that could not be placed (error 22123) before a person is asked."},
    {.key = "verification.code_valid",
     DURATION(policy.code_valid_ms, SECOND_MS, DAY_MS),
     .fallback = "10m",
     .why = "The service takes a code for ten minutes."},
    {.key = "verification.windows",
     .shape = SHAPE_MAP,
     .take = take_window,
     FIELD(hours),
     .fallback = "mon-fri=09:00-17:00",
     .why = "When a phone may ring, in the local time of the number: days, then times. Two spans: "
            "\"09:00-12:00,13:00-17:00\"."},
    {.key = "verification.holidays",
     .shape = SHAPE_LIST,
     .take = take_holiday,
     FIELD(hours),
     .fallback = "",
     .why = "Days without calls, like 2026-12-25."},

    {.key = "loa.numbers_at_most",
     COUNT(policy.loa_numbers_at_most, 1, 1000),
     .fallback = "500",
     .why = "Orders on one letter of authorization. The service names no limit: 500 keeps the "
            "request under its usual size."},
    {.key = "loa.wait_for_stragglers",
     DURATION(policy.loa_wait_for_stragglers_ms, 0, 30 * DAY_MS),
     .fallback = "4h",
     .why = "Verified numbers wait so long for their signer's others, so that one e-mail does."},
    {.key = "loa.failures_at_most",
     COUNT(policy.loa_failures_at_most, 1, 100),
     .fallback = "2",
     .why = "Letters in a row that failed before a person is asked."},
    {.key = "loa.contact_title",
     TEXT(contact_title),
     .fallback = "",
     .why = "Title of the person who signs, for rows that do not say; taken at import."},
    {.key = "loa.contact_phone_number",
     .take = take_phone_number,
     TEXT_FIELD(contact_phone_number),
     .fallback = "",
     .why = "Phone of the person who signs (+1...), for rows that do not say; taken at import."},

    {.key = "poll.processing",
     DURATION(policy.poll_processing_ms, SECOND_MS, DAY_MS),
     .fallback = "15s",
     .why = "How often a new order is looked at until it is received."},
    {.key = "poll.verification",
     DURATION(policy.poll_verification_ms, SECOND_MS, DAY_MS),
     .fallback = "10s",
     .why = "While a call is open: a person is waiting."},
    {.key = "poll.signature",
     DURATION(policy.poll_signature_ms, SECOND_MS, 7 * DAY_MS),
     .fallback = "15m",
     .why = "While the letter waits for its signature."},
    {.key = "poll.carrier",
     DURATION(policy.poll_carrier_ms, SECOND_MS, 7 * DAY_MS),
     .fallback = "30m",
     .why = "While the carrier works; this takes days."},
    {.key = "poll.with_callbacks",
     DURATION(poll_with_callbacks_ms, SECOND_MS, 7 * DAY_MS),
     .fallback = "1h",
     .why = "For callbacks; of no effect in this version, which looks at every order itself."},

    {.key = "retry.attempts",
     COUNT(policy.retry_attempts, 1, 100),
     .fallback = "8",
     .why = "Requests in a row that may fail before the number waits for the next look."},
    {.key = "retry.base",
     DURATION(policy.retry_base_ms, 1, HOUR_MS),
     .fallback = "500ms",
     .why = "First pause; it doubles each time, with jitter."},
    {.key = "retry.cap",
     DURATION(policy.retry_cap_ms, 1, DAY_MS),
     .fallback = "15m",
     .why = "Longest pause."},

    {.key = "deadlines.verification",
     DURATION(policy.verification_lapses_after_ms, 0, 365 * DAY_MS),
     .fallback = "7d",
     .why = "The service gives up orders that are not verified; 0 switches the warning off."},
    {.key = "deadlines.signature",
     DURATION(policy.signature_lapses_after_ms, 0, 365 * DAY_MS),
     .fallback = "7d",
     .why = "The same for the signature; 0: off."},
    {.key = "deadlines.action",
     DURATION(policy.action_lapses_after_ms, 0, 365 * DAY_MS),
     .fallback = "7d",
     .why = "The same for action-required; 0: off."},
    {.key = "deadlines.warn_before",
     DURATION(policy.warn_before_ms, 0, 365 * DAY_MS),
     .fallback = "2d",
     .why = "From so long before a deadline the number goes first."},

    {.key = "callback.listen",
     .take = take_listen,
     TEXT_FIELD(callback_listen),
     .fallback = "127.0.0.1:8080",
     .why = "For callbacks; of no effect in this version, which takes none."},
    {.key = "callback.public_url",
     .take = take_public_url,
     TEXT_FIELD(callback_public_url),
     .fallback = "",
     .why = "The address the service reaches this machine by; of no effect in this version, which "
            "takes no callbacks: `numhost run` says so when it is set."},

    {.key = "columns",
     .shape = SHAPE_MAP,
     .take = take_column,
     FIELD(columns),
     .fallback = "",
     .why = "Other headings of the CSV file: heading, then numhost's name for the column."},
};

const size_t settings_count = COUNT_OF(settings);

static_assert(COUNT_OF(settings) <= CONFIG_SETTINGS_MAX, "raise CONFIG_SETTINGS_MAX");

size_t setting_find(const char *key)
{
    size_t at = 0;
    while (at < settings_count && strcmp(settings[at].key, key) != 0)
        at++;
    return at;
}

void setting_variable(const struct setting *setting, char to[VARIABLE_BYTES])
{
    snprintf(to, VARIABLE_BYTES, "NUMHOST_%s", setting->key);
    for (char *at = to; *at != '\0'; at++)
        *at = *at == '.' ? '_' : (char)toupper((unsigned char)*at);
}

void setting_clear(struct config *config, const struct setting *setting)
{
    if (setting->take == take_window)
        memset(config->hours.slot_count, 0, sizeof config->hours.slot_count);
    if (setting->take == take_holiday)
        config->hours.holiday_count = 0;
    if (setting->take != take_column)
        return;
    for (size_t i = 0; i < config->column_count; i++) {
        free(config->columns[i].heading);
        free(config->columns[i].column);
    }
    config->column_count = 0;
}
