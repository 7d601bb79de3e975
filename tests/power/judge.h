/* What is found after a power cut, compared with what was acknowledged before it. */
#ifndef NUMHOST_TESTS_POWER_JUDGE_H
#define NUMHOST_TESTS_POWER_JUDGE_H

#include "power/record.h"

enum verdict {
    VERDICT_WHOLE, /* what was acknowledged, or with it all of the one commit that was under way */
    VERDICT_LOST,  /* an earlier state: acknowledged transitions are gone */
    VERDICT_DAMAGED, /* it cannot be opened, SQLite's checks find something, or it is no state there
                        ever was */
};
enum { VERDICT_COUNT = VERDICT_DAMAGED + 1 };

struct judgement {
    enum verdict verdict;
    size_t lost;    /* commits */
    char what[512]; /* "" when whole */
};

/* Cuts the power of `disk` after so many operations, opens what is found as the program would and,
 * when `twice`, cuts the power once more while it does so. Database files are on no disk
 * afterwards. */
struct judgement judge_cut(const struct disk *disk, const struct record *record, const char *path,
                           size_t operations, bool twice, struct rng *rng);

#endif
