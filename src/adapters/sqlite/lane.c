/* The lane of a row: what it may be taken for. */
#include "ports/store.h"

static enum lane lane_of_look(const struct number *number)
{
    return number->due_at_ms > 0 ? LANE_LOOK : LANE_NONE;
}

static enum lane lane_of_step(const struct number *number)
{
    switch (number->step) {
    case STEP_NOTHING: return lane_of_look(number);
    case STEP_START_CALL: return LANE_CALL;
    case STEP_AUTHORIZE: return LANE_LOA;
    case STEP_CREATE:
    case STEP_ATTACH_BILL:
    case STEP_POST_CODE:
    case STEP_RECONCILE:
    case STEP_CANCEL:
    case STEP_OFFBOARD: return LANE_REQUEST;
    }
    return LANE_NONE;
}

enum lane number_lane(const struct number *number)
{
    bool ended = status_is_end(number->status);
    bool waits = number->step == STEP_NOTHING;
    /* Asked for by a person, or a look that does no harm: neither an end nor attention stops it. */
    bool goes_on = number->step == STEP_CANCEL || number->step == STEP_OFFBOARD ||
                   number->step == STEP_RECONCILE;
    if (number->held && !goes_on)
        return waits && !ended ? lane_of_look(number) : LANE_NONE;
    if (ended)
        return goes_on ? LANE_REQUEST : LANE_NONE;
    if (number->attention != ATTENTION_NONE && !waits && !goes_on)
        return LANE_NONE;
    return lane_of_step(number);
}
