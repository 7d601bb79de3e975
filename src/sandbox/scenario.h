/* A scenario: how the world behind the sandbox behaves. YAML; every key is optional, unknown ones
 * are refused with their line. docs/sandbox.md lists the keys. */
#ifndef NUMHOST_SANDBOX_SCENARIO_H
#define NUMHOST_SANDBOX_SCENARIO_H

#include "base/attr.h"
#include "base/error.h"
#include "sandbox/draw.h"
#include "sandbox/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCENARIO_RULES_MAX = 64, SCENARIO_BYTES_MAX = 256 * 1024 };

/* A number whose E.164 form fits `pattern` ('?' one character, '*' any rest) is refused with
 * `code`. */
struct eligibility_rule {
    char pattern[33];
    int32_t code;
};

struct fault_rule {
    enum fault_kind kind;
    double rate;          /* of the requests it is about */
    uint32_t operations;  /* a bit per sandbox_operation */
    int64_t from_ms;      /* since the sandbox's first request; the rule holds in [from, to) */
    int64_t to_ms;        /* 0: for ever */
    char retry_after[65]; /* the header's text, "" for none */
    int64_t by_ms;        /* how late, how stale, how slow */
    bool races;           /* late-effect: what forbids it is looked for when it arrives */
};

struct scenario {
    char name[65];
    uint64_t seed;
    struct span latency;
    bool preview_access;
    char user[65]; /* "": any credentials will do */
    char password[129];
    int64_t concurrency; /* requests at once before 429; 0: no limit */

    double starts_received; /* orders that skip twilio-processing */
    double processing_fails;
    struct span processing_takes;

    double answers; /* of calls */
    struct span answers_after;
    double wrong_code;      /* of answered calls */
    double needs_extension; /* of numbers: an IVR is in front */
    double call_refused;    /* of calls: 22123 */
    double caller_id;       /* of numbers: verified caller ID, no proof asked for */

    struct span bill_takes;
    double bill_fails;

    struct span signs_after;
    double declines; /* of documents */
    double never_signs;
    double document_fails;

    struct span carrier_takes;
    struct span toll_free_takes;
    struct span testing_takes;
    double rejects; /* of numbers */

    int64_t code_valid_ms;
    int64_t idle_ms; /* received and pending-verification -> action-required */
    int64_t signature_ms;
    int64_t action_ms;    /* action-required -> failed */
    int64_t abandoned_ms; /* verified -> failed */

    double varied_shapes;  /* of answers: null for "", absent keys, ... (service.md 1.3) */
    double unknown_status; /* of numbers: an undocumented word while at the carrier */

    double callbacks_lost; /* of callbacks */
    double callbacks_doubled;
    double callbacks_late;
    struct span callbacks_late_by;

    struct eligibility_rule eligibility[SCENARIO_RULES_MAX];
    size_t eligibility_count;
    struct fault_rule faults[SCENARIO_RULES_MAX];
    size_t fault_count;
};

/* Everything goes well within a minute or two of the service's time. */
struct scenario scenario_calm(void);

/* What `text`, with a NUL behind its bytes, says on top of scenario_calm(). ERROR_USAGE with the
 * line or the key. */
bool scenario_parse(struct scenario *scenario, const char *text, size_t bytes,
                    struct error *err) MUST_USE;

/* "90s", "10m", "2h", "7d", "250ms"; 0 <= result. */
bool scenario_duration(const char *text, int64_t *ms) MUST_USE;

#endif
