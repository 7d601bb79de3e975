/* The settings that decisions depend on, after the configuration was read. Units in the names. */
#ifndef NUMHOST_DOMAIN_POLICY_H
#define NUMHOST_DOMAIN_POLICY_H

#include "domain/number.h"

#include <stdint.h>

enum { WORKERS_MAX = 256 };

struct policy {
    /* api: */
    int32_t workers; /* 1..WORKERS_MAX: slots that carry one number through one request */
    double requests_per_second;
    int32_t request_burst;
    int32_t page_size;           /* 1..1000 (service.md 1.4) */
    int64_t reconcile_grace_ms;  /* how long an effect of unknown outcome may still appear */
    int64_t clock_kept_since_ms; /* set while running: before this the clock went unevenly, and no
                                    grace is measured across it; 0: it never did */
    int64_t patience_ms;         /* an unavailable API for so long ends the run (exit 8) */
    int32_t
        sweep_from; /* from so many numbers due for a look in one status, read the list instead */

    /* verification: */
    int32_t automatic_attempts; /* of the three the service allows */
    int32_t calls_at_once;
    int32_t calls_at_once_per_site;
    double calls_per_second;
    int64_t call_takes_ms;         /* how long a call keeps its site's line, after call_delay */
    int64_t call_again_after_ms;   /* pause before the next attempt */
    int32_t call_refusals_at_most; /* 22123 in a row, then attention */
    int64_t code_valid_ms;         /* 10 minutes (resource page, pending-verification) */

    /* loa: */
    int32_t loa_numbers_at_most;
    int64_t loa_wait_for_stragglers_ms;
    int32_t loa_failures_at_most; /* documents that failed in a row before a person is asked */

    /* poll: how often a waiting number is looked at */
    int64_t poll_processing_ms;
    int64_t poll_verification_ms;
    int64_t poll_signature_ms;
    int64_t poll_carrier_ms;

    /* retry: of requests that may be repeated */
    int32_t retry_attempts;
    int64_t retry_base_ms;
    int64_t retry_cap_ms;

    /* deadlines: the service lets idle orders lapse (service.md 2.2); 0 switches one off */
    int64_t verification_lapses_after_ms;
    int64_t signature_lapses_after_ms;
    int64_t action_lapses_after_ms;
    int64_t warn_before_ms;
};

enum { VERIFICATION_ATTEMPTS_MAX = 3 }; /* resource page, pending-verification */

/* The defaults of config/numhost.yaml. */
struct policy policy_default(void);

#endif
