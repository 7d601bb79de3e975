#include "domain/policy.h"

#include "base/clock.h"

struct policy policy_default(void)
{
    return (struct policy){
        .workers = 16,
        .requests_per_second = 20,
        .request_burst = 20,
        .page_size = 1000,
        .reconcile_grace_ms = 2 * MINUTE_MS,
        .patience_ms = 2 * HOUR_MS,
        .sweep_from = 25,
        .automatic_attempts = 2,
        .calls_at_once = 10,
        .calls_at_once_per_site = 1,
        .calls_per_second = 1,
        .call_takes_ms = 3 * MINUTE_MS,
        .call_again_after_ms = 30 * MINUTE_MS,
        .call_refusals_at_most = 3,
        .code_valid_ms = 10 * MINUTE_MS,
        .loa_numbers_at_most = 500,
        .loa_wait_for_stragglers_ms = 4 * HOUR_MS,
        .loa_failures_at_most = 2,
        .poll_processing_ms = 15 * SECOND_MS,
        .poll_verification_ms = 10 * SECOND_MS,
        .poll_signature_ms = 15 * MINUTE_MS,
        .poll_carrier_ms = 30 * MINUTE_MS,
        .retry_attempts = 8,
        .retry_base_ms = 500,
        .retry_cap_ms = 15 * MINUTE_MS,
        .verification_lapses_after_ms = 7 * DAY_MS,
        .signature_lapses_after_ms = 7 * DAY_MS,
        .action_lapses_after_ms = 7 * DAY_MS,
        .warn_before_ms = 2 * DAY_MS,
    };
}
