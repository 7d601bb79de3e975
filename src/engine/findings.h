/* What the morning's page says, collected in one walk over the numbers: what happened lately, and
 * the numbers grouped by who has to do what about them. Memory is bounded: beyond FINDINGS_MAX
 * different reasons the rest is counted together. */
#ifndef NUMHOST_ENGINE_FINDINGS_H
#define NUMHOST_ENGINE_FINDINGS_H

#include "base/error.h"
#include "ports/store.h"

enum { FINDINGS_MAX = 512, FINDING_TEXT_BYTES = 320 };

/* In order of importance. */
enum section {
    SECTION_ATTENTION, /* a decision of a person is waited for */
    SECTION_FAILED,
    SECTION_REJECTED,
    SECTION_HELD,
    SECTION_WAITING,  /* for somebody else, who may need a reminder */
    SECTION_HAPPENED, /* in the last day */
};
enum { SECTION_COUNT = SECTION_HAPPENED + 1 };

struct finding {
    enum section section;
    enum party who;
    enum status status; /* of SECTION_WAITING */
    enum attention attention;
    int32_t code;                    /* error code of the service; 0 none */
    char reason[FINDING_TEXT_BYTES]; /* what is the matter, without phone numbers */
    const char *advice;
    int64_t count;
    int64_t oldest_at_ms; /* since when the longest has waited; 0 unknown */
    int64_t example_line; /* of the first one met, with its batch */
    char example_batch[BATCH_NAME_BYTES];
    char example_number[PHONE_BYTES]; /* masked; "" for rejected rows */
};

struct findings {
    struct finding *items; /* most important first */
    size_t count;
    size_t slots[FINDINGS_MAX * 2]; /* index + 1 by hash while collecting */
};

/* batch "": all. What happened counts from now_ms - lately_ms. findings_free() when done, NULL on
 * failure. */
struct findings *findings_new(struct store *store, const char *batch, int64_t now_ms,
                              int64_t lately_ms, struct error *err) MUST_USE;
void findings_free(struct findings *findings);

const char *section_name(enum section section);

#endif
