/* Which country an area code of the North American Numbering Plan belongs to. Time zones are
 * domain/window's. */
#ifndef NUMHOST_DOMAIN_AREA_CODE_H
#define NUMHOST_DOMAIN_AREA_CODE_H

#include <stdbool.h>

enum area {
    AREA_UNKNOWN, /* not in this version's table: new area codes appear every year, so only ever a
                     warning */
    AREA_US,
    AREA_CANADA,
    AREA_TOLL_FREE,
    AREA_TERRITORY, /* Puerto Rico, Guam and the like: US numbers, but countries of their own to
                       carriers */
    AREA_OTHER,     /* another country that shares +1 */
};

/* code: the three digits behind +1. *country: its name for AREA_TERRITORY and AREA_OTHER, else "".
 */
enum area area_code_find(int code, const char **country);

#endif
