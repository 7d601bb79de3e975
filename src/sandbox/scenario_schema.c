#include "sandbox/scenario_schema.h"

#include "sandbox/operation.h"
#include "sandbox/scenario.h"

enum { TEXT_BYTES_MAX = 128 };

#define TEXT_FIELD(key, structure, member)                                                         \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, structure, member, 0,    \
                           TEXT_BYTES_MAX)
#define TEXT(key, member) TEXT_FIELD(key, struct scenario_texts, member)
#define SECTION(key, member, fields)                                                               \
    CYAML_FIELD_MAPPING(key, CYAML_FLAG_OPTIONAL, struct scenario_texts, member, fields)
/* A section's own keys: offsets within the section. */
/* NOLINTBEGIN(bugprone-macro-parentheses): names, not values */
#define IN(section, member)                                                                        \
    {                                                                                              \
        .key = #member,                                                                            \
        .data_offset = (uint32_t)(offsetof(struct scenario_texts, section.member) -                \
                                  offsetof(struct scenario_texts, section)),                       \
        .value = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, char *, 0,          \
                                     TEXT_BYTES_MAX)},                                             \
    }
/* NOLINTEND(bugprone-macro-parentheses) */

static const cyaml_schema_field_t credentials[] = {
    IN(credentials, user),
    IN(credentials, password),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t processing[] = {
    IN(processing, starts_received),
    IN(processing, fails),
    IN(processing, takes),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t verification[] = {
    IN(verification, answers),
    IN(verification, answers_after),
    IN(verification, wrong_code),
    IN(verification, needs_extension),
    IN(verification, refused),
    IN(verification, caller_id),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t bill[] = {
    IN(bill, takes),
    IN(bill, fails),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t signing[] = {
    IN(signing, after), IN(signing, declines), IN(signing, never),
    IN(signing, fails), CYAML_FIELD_END,
};
static const cyaml_schema_field_t carrier[] = {
    IN(carrier, takes),
    IN(carrier, toll_free_takes),
    IN(carrier, testing_takes),
    IN(carrier, rejects),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t timer_fields[] = {
    IN(timers, code_valid),      IN(timers, idle),      IN(timers, signature),
    IN(timers, action_required), IN(timers, abandoned), CYAML_FIELD_END,
};
static const cyaml_schema_field_t answers[] = {
    IN(answers, varied_shapes),
    IN(answers, unknown_status),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t callbacks[] = {
    IN(callbacks, lost),    IN(callbacks, doubled), IN(callbacks, late),
    IN(callbacks, late_by), CYAML_FIELD_END,
};

static const cyaml_schema_value_t word = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, TEXT_BYTES_MAX),
};
static const cyaml_schema_field_t fault_fields[] = {
    CYAML_FIELD_STRING_PTR("kind", CYAML_FLAG_POINTER, struct fault_texts, kind, 1, TEXT_BYTES_MAX),
    TEXT_FIELD("rate", struct fault_texts, rate),
    CYAML_FIELD_SEQUENCE("operations", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct fault_texts,
                         operations, &word, 1, SANDBOX_OPERATION_COUNT),
    TEXT_FIELD("from", struct fault_texts, from),
    TEXT_FIELD("to", struct fault_texts, to),
    TEXT_FIELD("retry_after", struct fault_texts, retry_after),
    TEXT_FIELD("by", struct fault_texts, by),
    TEXT_FIELD("races", struct fault_texts, races),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t fault = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct fault_texts, fault_fields),
};
static const cyaml_schema_field_t eligibility_fields[] = {
    CYAML_FIELD_STRING_PTR("pattern", CYAML_FLAG_POINTER, struct eligibility_texts, pattern, 1, 32),
    CYAML_FIELD_STRING_PTR("code", CYAML_FLAG_POINTER, struct eligibility_texts, code, 1, 8),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t eligibility = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct eligibility_texts, eligibility_fields),
};

static const cyaml_schema_field_t fields[] = {
    TEXT("name", name),
    TEXT("seed", seed),
    TEXT("latency", latency),
    TEXT("preview_access", preview_access),
    TEXT("concurrency", concurrency),
    SECTION("credentials", credentials, credentials),
    SECTION("processing", processing, processing),
    SECTION("verification", verification, verification),
    SECTION("bill", bill, bill),
    SECTION("signing", signing, signing),
    SECTION("carrier", carrier, carrier),
    SECTION("timers", timers, timer_fields),
    SECTION("answers", answers, answers),
    SECTION("callbacks", callbacks, callbacks),
    CYAML_FIELD_SEQUENCE("eligibility", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                         struct scenario_texts, eligibility, &eligibility, 0, SCENARIO_RULES_MAX),
    CYAML_FIELD_SEQUENCE("faults", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct scenario_texts,
                         faults, &fault, 0, SCENARIO_RULES_MAX),
    CYAML_FIELD_END,
};

const cyaml_schema_value_t scenario_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct scenario_texts, fields),
};
