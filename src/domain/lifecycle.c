#include "domain/lifecycle.h"

#include "base/attr.h"

#define Q STATUS_QUEUED
#define TP STATUS_TWILIO_PROCESSING
#define RE STATUS_RECEIVED
#define PV STATUS_PENDING_VERIFICATION
#define VE STATUS_VERIFIED
#define PL STATUS_PENDING_LOA
#define CP STATUS_CARRIER_PROCESSING
#define TE STATUS_TESTING
#define CO STATUS_COMPLETED
#define FA STATUS_FAILED
#define AR STATUS_ACTION_REQUIRED
#define CA STATUS_CANCELED

static const struct rule rules[] = {
    /* queued: no order yet. The answer to a create may already be any status: both first states are
     * documented, and an order that was found after a lost answer or a lost database can be
     * anywhere. */
    {Q, CAUSE_CREATED, TP, MOVE_NEXT, "the order is being checked"},
    {Q, CAUSE_CREATED, RE, MOVE_NEXT, "the order is accepted at once"},
    {Q, CAUSE_CREATED, PV, MOVE_AHEAD, "adopted"},
    {Q, CAUSE_CREATED, VE, MOVE_AHEAD, "adopted"},
    {Q, CAUSE_CREATED, PL, MOVE_AHEAD, "adopted"},
    {Q, CAUSE_CREATED, CP, MOVE_AHEAD, "adopted"},
    {Q, CAUSE_CREATED, TE, MOVE_AHEAD, "adopted"},
    {Q, CAUSE_CREATED, CO, MOVE_AHEAD, "adopted"},
    {Q, CAUSE_CREATED, AR, MOVE_OUT, "adopted"},
    {Q, CAUSE_CREATED, FA, MOVE_OUT, "the order failed at once"},
    {Q, CAUSE_REFUSED, FA, MOVE_OUT, "no order: the service refuses the number or the row"},
    {Q, CAUSE_CANCELED, CA, MOVE_OURS, ""},

    {TP, CAUSE_SEEN, RE, MOVE_NEXT, "eligible"},
    {TP, CAUSE_SEEN, PV, MOVE_AHEAD, ""},
    {TP, CAUSE_SEEN, VE, MOVE_AHEAD, "ownership known: verified caller ID"},
    {TP, CAUSE_SEEN, PL, MOVE_AHEAD, ""},
    {TP, CAUSE_SEEN, CP, MOVE_AHEAD, ""},
    {TP, CAUSE_SEEN, TE, MOVE_AHEAD, ""},
    {TP, CAUSE_SEEN, CO, MOVE_AHEAD, ""},
    {TP, CAUSE_SEEN, AR, MOVE_OUT, ""},
    {TP, CAUSE_SEEN, FA, MOVE_OUT, "not eligible"},
    {TP, CAUSE_CANCELED, CA, MOVE_OURS, ""},
    {TP, CAUSE_RETRIED, Q, MOVE_OURS, "the order was deleted outside numhost"},

    {RE, CAUSE_SEEN, PV, MOVE_NEXT, "a call is placed, or a bill is under review"},
    {RE, CAUSE_SEEN, VE, MOVE_NEXT, "bill accepted, or verified caller ID"},
    {RE, CAUSE_SEEN, PL, MOVE_AHEAD, ""},
    {RE, CAUSE_SEEN, CP, MOVE_AHEAD, ""},
    {RE, CAUSE_SEEN, TE, MOVE_AHEAD, ""},
    {RE, CAUSE_SEEN, CO, MOVE_AHEAD, ""},
    {RE, CAUSE_SEEN, AR, MOVE_OUT, "idle for 7 days, or the bill was refused"},
    {RE, CAUSE_SEEN, FA, MOVE_OUT, ""},
    {RE, CAUSE_CANCELED, CA, MOVE_OURS, ""},
    {RE, CAUSE_RETRIED, Q, MOVE_OURS, "the order was deleted outside numhost"},

    {PV, CAUSE_SEEN, VE, MOVE_NEXT, "the code was keyed, or the bill was accepted"},
    {PV, CAUSE_SEEN, RE, MOVE_BACK, "the call did not verify the number"},
    {PV, CAUSE_SEEN, PL, MOVE_AHEAD, ""},
    {PV, CAUSE_SEEN, CP, MOVE_AHEAD, ""},
    {PV, CAUSE_SEEN, TE, MOVE_AHEAD, ""},
    {PV, CAUSE_SEEN, CO, MOVE_AHEAD, ""},
    {PV, CAUSE_SEEN, AR, MOVE_OUT, "three attempts used, or idle for 7 days"},
    {PV, CAUSE_SEEN, FA, MOVE_OUT, ""},
    {PV, CAUSE_CANCELED, CA, MOVE_OURS, ""},
    {PV, CAUSE_RETRIED, Q, MOVE_OURS, "the order was deleted outside numhost"},

    {VE, CAUSE_SEEN, PL, MOVE_NEXT, "the LOA is out for signature"},
    {VE, CAUSE_SEEN, CP, MOVE_AHEAD, "signed before we looked"},
    {VE, CAUSE_SEEN, TE, MOVE_AHEAD, ""},
    {VE, CAUSE_SEEN, CO, MOVE_AHEAD, ""},
    {VE, CAUSE_SEEN, AR, MOVE_OUT, ""},
    {VE, CAUSE_SEEN, FA, MOVE_OUT, "idle for too long"},
    {VE, CAUSE_CANCELED, CA, MOVE_OURS, ""},
    {VE, CAUSE_RETRIED, Q, MOVE_OURS, "the order was deleted outside numhost"},

    {PL, CAUSE_SEEN, CP, MOVE_NEXT, "signed"},
    {PL, CAUSE_SEEN, VE, MOVE_BACK, "the LOA was revoked or declined"},
    {PL, CAUSE_SEEN, TE, MOVE_AHEAD, ""},
    {PL, CAUSE_SEEN, CO, MOVE_AHEAD, ""},
    {PL, CAUSE_SEEN, AR, MOVE_OUT, "not signed within 7 days, or refused at the carrier meanwhile"},
    {PL, CAUSE_SEEN, FA, MOVE_OUT, ""},
    {PL, CAUSE_CANCELED, CA, MOVE_OURS, ""},
    {PL, CAUSE_RETRIED, Q, MOVE_OURS, "the order was deleted outside numhost"},

    {CP, CAUSE_SEEN, TE, MOVE_NEXT, "the carrier accepted"},
    {CP, CAUSE_SEEN, CO, MOVE_AHEAD, ""},
    {CP, CAUSE_SEEN, AR, MOVE_OUT, "the carrier refused"},
    {CP, CAUSE_SEEN, FA, MOVE_OUT, ""},
    {CP, CAUSE_CANCELED, CA, MOVE_OURS, ""},
    {CP, CAUSE_RETRIED, Q, MOVE_OURS, "the order was deleted outside numhost"},

    {TE, CAUSE_SEEN, CO, MOVE_NEXT, "messages arrive"},
    {TE, CAUSE_SEEN, CP, MOVE_BACK, "the test is repeated after a correction"},
    {TE, CAUSE_SEEN, AR, MOVE_OUT, "the test failed"},
    {TE, CAUSE_SEEN, FA, MOVE_OUT, ""},
    {TE, CAUSE_CANCELED, CA, MOVE_OURS, ""},
    {TE, CAUSE_RETRIED, Q, MOVE_OURS, "the order was deleted outside numhost"},

    {AR, CAUSE_SEEN, TP, MOVE_BACK, "reset by support"},
    {AR, CAUSE_SEEN, RE, MOVE_BACK, "reset by support"},
    {AR, CAUSE_SEEN, PV, MOVE_BACK, "reset by support"},
    {AR, CAUSE_SEEN, VE, MOVE_BACK, "reset by support"},
    {AR, CAUSE_SEEN, PL, MOVE_BACK, "reset by support"},
    {AR, CAUSE_SEEN, CP, MOVE_BACK, "reset by support"},
    {AR, CAUSE_SEEN, TE, MOVE_BACK, "reset by support"},
    {AR, CAUSE_SEEN, CO, MOVE_AHEAD, "mended by support"},
    {AR, CAUSE_SEEN, FA, MOVE_OUT, "nobody acted for 7 days"},
    {AR, CAUSE_CANCELED, CA, MOVE_OURS, ""},
    {AR, CAUSE_RETRIED, Q, MOVE_OURS, "the order was deleted outside numhost"},

    {CO, CAUSE_OFFBOARDED, CA, MOVE_OURS, "the hosted number was released"},
    {FA, CAUSE_RETRIED, Q, MOVE_OURS, "a new order with its own name"},
    {CA, CAUSE_RETRIED, Q, MOVE_OURS, "a new order with its own name"},
};

/* A person's word: not in the table of what the service does by itself. */
static const struct rule accepted = {Q, CAUSE_ACCEPTED, Q, MOVE_OURS,
                                     "a person took the status of the service as it is"};

const struct rule *lifecycle_find(enum status from, enum cause cause, enum status to)
{
    if (cause == CAUSE_ACCEPTED)
        return status_is_remote(to) && from != to ? &accepted : NULL;
    for (size_t i = 0; i < COUNT_OF(rules); i++)
        if (rules[i].from == from && rules[i].cause == cause && rules[i].to == to)
            return &rules[i];
    return NULL;
}

const struct rule *lifecycle_at(size_t index)
{
    return index < COUNT_OF(rules) ? &rules[index] : NULL;
}

const char *cause_name(enum cause cause)
{
    static const char *const names[CAUSE_COUNT] = {
        [CAUSE_CREATED] = "created",   [CAUSE_REFUSED] = "refused",
        [CAUSE_SEEN] = "seen",         [CAUSE_CANCELED] = "canceled",
        [CAUSE_RETRIED] = "retried",   [CAUSE_OFFBOARDED] = "off-boarded",
        [CAUSE_ACCEPTED] = "accepted",
    };
    return names[cause];
}

const char *move_name(enum move move)
{
    static const char *const names[MOVE_COUNT] = {
        [MOVE_NEXT] = "next", [MOVE_AHEAD] = "ahead", [MOVE_BACK] = "back",
        [MOVE_OUT] = "out",   [MOVE_OURS] = "ours",
    };
    return names[move];
}
