/* The scenario file as text: what libcyaml fills before units are read. */
#ifndef NUMHOST_SANDBOX_SCENARIO_SCHEMA_H
#define NUMHOST_SANDBOX_SCENARIO_SCHEMA_H

#include <cyaml/cyaml.h>
#include <stdint.h>

struct fault_texts {
    char *kind;
    char *rate;
    char **operations;
    uint32_t operations_count;
    char *from;
    char *to;
    char *retry_after;
    char *by;
    char *races;
};

struct eligibility_texts {
    char *pattern;
    char *code;
};

/* NULL where the file has no such key. */
struct scenario_texts {
    char *name, *seed, *latency, *preview_access, *concurrency;
    struct {
        char *user, *password;
    } credentials;
    struct {
        char *starts_received, *fails, *takes;
    } processing;
    struct {
        char *answers, *answers_after, *wrong_code, *needs_extension, *refused, *caller_id;
    } verification;
    struct {
        char *takes, *fails;
    } bill;
    struct {
        char *after, *declines, *never, *fails;
    } signing;
    struct {
        char *takes, *toll_free_takes, *testing_takes, *rejects;
    } carrier;
    struct {
        char *code_valid, *idle, *signature, *action_required, *abandoned;
    } timers;
    struct {
        char *varied_shapes, *unknown_status;
    } answers;
    struct {
        char *lost, *doubled, *late, *late_by;
    } callbacks;
    struct eligibility_texts *eligibility;
    uint32_t eligibility_count;
    struct fault_texts *faults;
    uint32_t faults_count;
};

extern const cyaml_schema_value_t scenario_schema;

#endif
