#include "engine/page_trail.h"

#include "base/text.h"

#include <string.h>

/* Brent: one page is kept in mind, and a newer one ever more rarely. */
bool page_trail_follow(struct page_trail *trail, const char *asked, const char *next)
{
    trail->pages++;
    if (strcmp(next, asked) == 0 || strcmp(next, trail->earlier) == 0)
        return false;
    bool is_power_of_two = (trail->pages & (trail->pages - 1)) == 0;
    if (is_power_of_two)
        TEXT_SET(trail->earlier, next);
    return trail->pages < TRAIL_PAGES_MAX;
}
