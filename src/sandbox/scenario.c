#include "sandbox/scenario.h"

#include "base/attr.h"
#include "base/clock.h"
#include "base/text.h"
#include "sandbox/operation.h"
#include "sandbox/scenario_schema.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scenario scenario_calm(void)
{
    return (struct scenario){
        .name = "calm",
        .seed = 1,
        .preview_access = true,
        .processing_takes = {1 * SECOND_MS, 5 * SECOND_MS},
        .answers = 1.0,
        .answers_after = {5 * SECOND_MS, 20 * SECOND_MS},
        .bill_takes = {30 * SECOND_MS, 60 * SECOND_MS},
        .signs_after = {10 * SECOND_MS, 60 * SECOND_MS},
        .carrier_takes = {10 * SECOND_MS, 30 * SECOND_MS},
        .toll_free_takes = {20 * SECOND_MS, 60 * SECOND_MS},
        .testing_takes = {5 * SECOND_MS, 10 * SECOND_MS},
        .code_valid_ms = 10 * MINUTE_MS,
        .idle_ms = 7 * DAY_MS,
        .signature_ms = 7 * DAY_MS,
        .action_ms = 7 * DAY_MS,
        .abandoned_ms = 30 * DAY_MS,
        .callbacks_late_by = {1 * MINUTE_MS, 1 * HOUR_MS},
    };
}

bool scenario_duration(const char *text, int64_t *ms)
{
    static const struct {
        const char *unit;
        int64_t ms;
    } units[] = {{"ms", 1}, {"s", SECOND_MS}, {"m", MINUTE_MS}, {"h", HOUR_MS}, {"d", DAY_MS}};
    char *rest = NULL;
    errno = 0;
    long long count = strtoll(text, &rest, 10);
    if (rest == text || errno != 0 || count < 0 || count > 1000000000)
        return false;
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        if (strcmp(rest, units[i].unit) == 0) {
            *ms = count * units[i].ms;
            return true;
        }
    }
    return count == 0 && rest[0] == '\0';
}

static bool read_span(const char *text, void *to)
{
    struct span *span = to;
    char low[129];
    const char *dots = strstr(text, "..");
    if (dots == NULL) {
        bool good = scenario_duration(text, &span->from_ms);
        span->to_ms = span->from_ms;
        return good;
    }
    snprintf(low, sizeof low, "%.*s", (int)(dots - text), text);
    return scenario_duration(low, &span->from_ms) && scenario_duration(dots + 2, &span->to_ms) &&
           span->from_ms <= span->to_ms;
}

static bool read_duration(const char *text, void *to)
{
    return scenario_duration(text, to);
}

static bool read_rate(const char *text, void *to)
{
    char *rest = NULL;
    errno = 0;
    double percent = strtod(text, &rest);
    if (rest == text || errno != 0 || strcmp(rest, "%") != 0 || !(percent >= 0 && percent <= 100))
        return false;
    *(double *)to = percent / 100.0;
    return true;
}

static bool read_count(const char *text, void *to)
{
    long long value = 0;
    if (!text_to_int(text, 0, 1000000, &value))
        return false;
    *(int64_t *)to = value;
    return true;
}

static bool read_seed(const char *text, void *to)
{
    long long value = 0;
    if (!text_to_int(text, 0, INT64_MAX, &value))
        return false;
    *(uint64_t *)to = (uint64_t)value;
    return true;
}

static bool read_yes(const char *text, void *to)
{
    bool yes = strcmp(text, "yes") == 0 || strcmp(text, "true") == 0;
    *(bool *)to = yes;
    return yes || strcmp(text, "no") == 0 || strcmp(text, "false") == 0;
}

static bool read_short_text(const char *text, void *to)
{
    return text_copy(to, 65, text);
}

static bool read_password(const char *text, void *to)
{
    return text_copy(to, 129, text);
}

struct kind {
    bool (*read)(const char *text, void *to);
    const char *rule;
};

static const struct kind rate = {read_rate, "a percentage such as 5%"};
static const struct kind span = {read_span, "a duration such as 90s, or two such as 1h..3d"};
static const struct kind duration = {read_duration, "a duration such as 250ms, 90s, 10m, 2h or 7d"};
static const struct kind count = {read_count, "a number from 0 to 1000000"};
static const struct kind seed = {read_seed, "a whole number that is not negative"};
static const struct kind yes_no = {read_yes, "yes or no"};
static const struct kind short_text = {read_short_text, "at most 64 characters"};
static const struct kind password = {read_password, "at most 128 characters"};

#define KEY(text, field, how)                                                                      \
    {                                                                                              \
#text, offsetof(struct scenario_texts, text), offsetof(struct scenario, field), &(how)     \
    }

/* Every key that is one value: where its text is, where its value goes and how it reads. */
static const struct {
    const char *name;
    size_t text;
    size_t value;
    const struct kind *kind;
} keys[] = {
    KEY(name, name, short_text),
    KEY(seed, seed, seed),
    KEY(latency, latency, span),
    KEY(preview_access, preview_access, yes_no),
    KEY(concurrency, concurrency, count),
    KEY(credentials.user, user, short_text),
    KEY(credentials.password, password, password),
    KEY(processing.starts_received, starts_received, rate),
    KEY(processing.fails, processing_fails, rate),
    KEY(processing.takes, processing_takes, span),
    KEY(verification.answers, answers, rate),
    KEY(verification.answers_after, answers_after, span),
    KEY(verification.wrong_code, wrong_code, rate),
    KEY(verification.needs_extension, needs_extension, rate),
    KEY(verification.refused, call_refused, rate),
    KEY(verification.caller_id, caller_id, rate),
    KEY(bill.takes, bill_takes, span),
    KEY(bill.fails, bill_fails, rate),
    KEY(signing.after, signs_after, span),
    KEY(signing.declines, declines, rate),
    KEY(signing.never, never_signs, rate),
    KEY(signing.fails, document_fails, rate),
    KEY(carrier.takes, carrier_takes, span),
    KEY(carrier.toll_free_takes, toll_free_takes, span),
    KEY(carrier.testing_takes, testing_takes, span),
    KEY(carrier.rejects, rejects, rate),
    KEY(timers.code_valid, code_valid_ms, duration),
    KEY(timers.idle, idle_ms, duration),
    KEY(timers.signature, signature_ms, duration),
    KEY(timers.action_required, action_ms, duration),
    KEY(timers.abandoned, abandoned_ms, duration),
    KEY(answers.varied_shapes, varied_shapes, rate),
    KEY(answers.unknown_status, unknown_status, rate),
    KEY(callbacks.lost, callbacks_lost, rate),
    KEY(callbacks.doubled, callbacks_doubled, rate),
    KEY(callbacks.late, callbacks_late, rate),
    KEY(callbacks.late_by, callbacks_late_by, span),
};

static bool refuse(struct error *err, const char *name, const char *text, const char *rule)
{
    return error_set(err, ERROR_USAGE, "%s: \"%s\" is not %s", name, text, rule);
}

static bool read_keys(struct scenario *scenario, const struct scenario_texts *texts,
                      struct error *err)
{
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        char *text = NULL;
        memcpy(&text, (const char *)texts + keys[i].text, sizeof text);
        if (text != NULL && !keys[i].kind->read(text, (char *)scenario + keys[i].value))
            return refuse(err, keys[i].name, text, keys[i].kind->rule);
    }
    return true;
}

static bool read_operations(struct fault_rule *rule, const struct fault_texts *texts,
                            struct error *err)
{
    rule->operations = texts->operations_count == 0 ? UINT32_MAX : 0;
    for (uint32_t i = 0; i < texts->operations_count; i++) {
        enum sandbox_operation operation = SANDBOX_UNKNOWN;
        if (!sandbox_operation_parse(texts->operations[i], &operation))
            return refuse(err, "faults.operations", texts->operations[i],
                          "an operation (docs/sandbox.md lists them)");
        rule->operations |= UINT32_C(1) << operation;
    }
    return true;
}

static bool read_optional(const char *name, const char *text, const struct kind *kind, void *to,
                          struct error *err)
{
    return text == NULL || kind->read(text, to) || refuse(err, name, text, kind->rule);
}

static bool read_fault(struct fault_rule *rule, const struct fault_texts *texts, struct error *err)
{
    *rule = (struct fault_rule){.rate = 1.0};
    if (!fault_parse(texts->kind, &rule->kind))
        return refuse(err, "faults.kind", texts->kind, "a fault (docs/sandbox.md lists them)");
    rule->by_ms = rule->kind == FAULT_SLOW ? 10 * SECOND_MS : 30 * SECOND_MS;
    return read_operations(rule, texts, err) &&
           read_optional("faults.rate", texts->rate, &rate, &rule->rate, err) &&
           read_optional("faults.from", texts->from, &duration, &rule->from_ms, err) &&
           read_optional("faults.to", texts->to, &duration, &rule->to_ms, err) &&
           read_optional("faults.retry_after", texts->retry_after, &short_text, rule->retry_after,
                         err) &&
           read_optional("faults.by", texts->by, &duration, &rule->by_ms, err) &&
           read_optional("faults.races", texts->races, &yes_no, &rule->races, err);
}

static bool read_rules(struct scenario *scenario, const struct scenario_texts *texts,
                       struct error *err)
{
    for (uint32_t i = 0; i < texts->faults_count; i++)
        if (!read_fault(&scenario->faults[i], &texts->faults[i], err))
            return false;
    scenario->fault_count = texts->faults_count;
    for (uint32_t i = 0; i < texts->eligibility_count; i++) {
        const struct eligibility_texts *from = &texts->eligibility[i];
        struct eligibility_rule *rule = &scenario->eligibility[i];
        long long code = 0;
        if (!text_to_int(from->code, 20000, 29999, &code))
            return refuse(err, "eligibility.code", from->code, "an error code such as 22110");
        rule->code = (int32_t)code;
        TEXT_SET(rule->pattern, from->pattern);
    }
    scenario->eligibility_count = texts->eligibility_count;
    return true;
}

/* libcyaml says what is wrong in the first line and where in the following ones: keep both on one
 * line. */
PRINTF_LIKE(3, 0)
static void keep_message(cyaml_log_t level, void *context, const char *format, va_list args)
{
    struct error *err = context;
    char line[256];
    vsnprintf(line, sizeof line, format, args);
    line[strcspn(line, "\n")] = '\0';
    if (level < CYAML_LOG_ERROR || err == NULL || strcmp(line, "Load: Backtrace:") == 0)
        return;
    const char *text = strncmp(line, "Load: ", 6) == 0 ? line + 6 : line;
    text += strspn(text, " ");
    size_t used = strlen(err->text);
    snprintf(err->text + used, sizeof err->text - used, "%s%s", used > 0 ? ", " : "", text);
}

/* The line of the first "key:" that begins at or behind line `from`, both counted from 1; 0 when
 * there is none. */
static long find_key_line(const char *text, size_t bytes, const char *key, long from)
{
    size_t length = strlen(key);
    const char *end = text + bytes;
    long number = 1;
    for (const char *line = text; line < end; number++) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        next = next != NULL ? next + 1 : end;
        const char *at = line + strspn(line, " -{");
        if (number >= from && (size_t)(next - at) > length && strncmp(at, key, length) == 0 &&
            at[length] == ':')
            return number;
        line = next;
    }
    return 0;
}

/* libcyaml gives the place of what stands before an unexpected key: say where the key itself is. */
static bool refuse_yaml(const char *text, size_t bytes, const char *trouble, struct error *err)
{
    char key[65] = "";
    long line = 1;
    const char *place = strstr(trouble, "(line: ");
    if (sscanf(trouble, "Unexpected key: %64[^, ]", key) == 1 && place != NULL) {
        line = strtol(place + 7, NULL, 10);
        long found = find_key_line(text, bytes, key, line);
        return error_set(err, ERROR_USAGE, "line %ld: unknown key \"%s\"", found > 0 ? found : line,
                         key);
    }
    return error_set(err, ERROR_USAGE, "%s", trouble);
}

bool scenario_parse(struct scenario *scenario, const char *text, size_t bytes, struct error *err)
{
    *scenario = scenario_calm();
    if (bytes > SCENARIO_BYTES_MAX)
        return error_set(err, ERROR_USAGE, "the scenario is longer than %d KiB",
                         SCENARIO_BYTES_MAX / 1024);
    struct error trouble = {0};
    cyaml_config_t config = {
        .log_fn = keep_message,
        .log_ctx = &trouble,
        .mem_fn = cyaml_mem,
        .log_level = CYAML_LOG_ERROR,
        .flags = CYAML_CFG_NO_ALIAS,
    };
    struct scenario_texts *texts = NULL;
    cyaml_err_t result = cyaml_load_data((const uint8_t *)text, bytes, &config, &scenario_schema,
                                         (cyaml_data_t **)&texts, NULL);
    if (result != CYAML_OK)
        return refuse_yaml(text, bytes,
                           trouble.text[0] != '\0' ? trouble.text : cyaml_strerror(result), err);
    bool good =
        texts == NULL || (read_keys(scenario, texts, err) && read_rules(scenario, texts, err));
    cyaml_free(&config, &scenario_schema, texts, 0);
    return good;
}
