#include "engine/import_judge.h"

#include <inttypes.h>

static int64_t refused_count(const struct import_summary *summary)
{
    return summary->rejected + summary->outcomes[IMPORT_DUPLICATE] +
           summary->outcomes[IMPORT_ELSEWHERE];
}

bool import_judge(const struct import_summary *summary, bool has_header, bool strict,
                  struct error *err)
{
    int64_t refused = refused_count(summary);
    if (!has_header)
        return error_set(err, ERROR_INPUT,
                         "the file is empty; the first line must name the columns");
    if (summary->rows == 0)
        return error_set(err, ERROR_INPUT,
                         "there is no row below the header; add one for each number");
    if (refused == 1 && summary->rows == 1)
        return error_set(err, ERROR_INPUT,
                         "the only row cannot be imported; mend it and import the file again");
    if (refused == summary->rows)
        return error_set(err, ERROR_INPUT,
                         "none of the %" PRId64 " rows can be imported; mend them and import the "
                         "file again",
                         refused);
    if (strict && refused > 0)
        return error_set(err, ERROR_INPUT,
                         "%" PRId64 " of %" PRId64 " rows cannot be imported, and --strict wants "
                         "all of them; mend them, or leave --strict out",
                         refused, summary->rows);
    return true;
}
