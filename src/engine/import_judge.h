/* Whether a file that was read to its end may be imported. */
#ifndef NUMHOST_ENGINE_IMPORT_JUDGE_H
#define NUMHOST_ENGINE_IMPORT_JUDGE_H

#include "base/attr.h"
#include "base/error.h"
#include "engine/import.h"

#include <stdbool.h>

/* ERROR_INPUT, with a remedy, for a file without header, without rows, without a single good row,
 * or, when `strict`, with a row that is not. */
bool import_judge(const struct import_summary *summary, bool has_header, bool strict,
                  struct error *err) MUST_USE;

#endif
