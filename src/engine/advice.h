/* Why a number is where it is and what a person does about it, in the same words in every report
 * and view. */
#ifndef NUMHOST_ENGINE_ADVICE_H
#define NUMHOST_ENGINE_ADVICE_H

#include "domain/number.h"

/* What to do, one or two sentences; "" when there is nothing to do. */
const char *number_advice(const struct number *number);

/* Why, "" when there is nothing to say: the stored reason, else the words for the attention or the
 * service's code. */
const char *number_reason(const struct number *number);

/* What a waiting number in this state waits for, for people: "somebody at the site keys in the
 * code". */
const char *waiting_advice(enum party party, enum status status);

#define REJECTED_ADVICE "Mend the row in the rejects file and import that file into the same batch."

#endif
