/* The witness of a simulation: sits between engine and executor, sees every request before and
 * after the sandbox carried it out, and keeps count of what must never happen twice. */
#ifndef NUMHOST_TESTS_WITNESS_H
#define NUMHOST_TESTS_WITNESS_H

#include "domain/policy.h"
#include "domain/window.h"
#include "ports/executor.h"
#include "ports/store.h"
#include "sandbox/sandbox.h"

enum { WITNESS_NUMBERS_MAX = 128 };

struct witnessed {
    char phone_number[PHONE_BYTES];
    char site[SITE_BYTES]; /* as imported, and so are the next two */
    char time_zone[ZONE_BYTES];
    int32_t call_delay;
    char created_name[UNIQUE_NAME_BYTES]; /* unique name whose create had its effect */
    char asked_name[UNIQUE_NAME_BYTES];   /* of the last create, whose effect may come late */
    int32_t calls;                        /* of the present order */
    int32_t calls_granted;                /* last attempts a person allowed */
    int64_t called_at_ms;
    int32_t creates;
    int32_t loas; /* documents the present order was put on, as far as anybody heard */
    char order_sid[SID_BYTES];
    char document_sid[SID_BYTES]; /* the LOA it was put on last */
    int64_t mailed_at_ms;
    int64_t bill_asked_at_ms;
    int64_t billed_at_ms; /* when it was asked for the bill that was submitted for the order */
    int64_t acted_at_ms;  /* a person did something to it */
};

/* A token bucket as the sandbox's side sees it, kept apart from numhost's own. */
struct flow {
    double left;
    double per_ms;
    double most;
    int64_t seen_at_ms;
};

struct witness {
    struct executor executor; /* give this to the engine */
    struct executor *inner;
    struct sandbox *sandbox;
    const struct policy *policy;
    const struct calling_hours *hours;
    struct store *store; /* to compare with what is on record */
    const int64_t *now_ms;
    int64_t clock_error_ms;  /* of numhost's machine */
    int64_t clock_set_at_ms; /* 0: never; what is measured across it need not be kept */
    struct witnessed numbers[WITNESS_NUMBERS_MAX];
    size_t number_count;
    struct flow requests;
    struct flow calls;
    size_t ledger_seen;
    int64_t faults_seen;   /* of the sandbox */
    int64_t swallow_after; /* submits that still pass before the process "dies"; <0: all pass */
    bool verbose;
    char violation[512]; /* the first one */
};

void witness_init(struct witness *witness, const struct policy *policy,
                  const struct calling_hours *hours, const int64_t *now_ms);

/* From now on numhost's machine is so far ahead (>0) or behind. */
void witness_clock_set(struct witness *witness, int64_t error_ms);

/* Whether its clock went evenly since then. */
bool witness_clock_kept(const struct witness *witness, int64_t since_ms);

/* A new process: another executor, nothing in flight. */
void witness_attach(struct witness *witness, struct executor *inner);

struct witnessed *witness_of(struct witness *witness, const char *phone_number);

void witness_accuse(struct witness *witness, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
