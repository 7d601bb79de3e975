/* The way through a paged list, so that one that leads in a circle comes to an end. */
#ifndef NUMHOST_ENGINE_PAGE_TRAIL_H
#define NUMHOST_ENGINE_PAGE_TRAIL_H

#include "domain/request.h"

enum { TRAIL_PAGES_MAX = 100000 };

/* All zero before the first page. */
struct page_trail {
    int32_t pages;                /* read so far */
    char earlier[PAGE_URL_BYTES]; /* the page after that whose number is the last power of two */
};

/* Another page was read, asked for as `asked` ("" the first), and `next` is said to follow, which
 * is not "". False when it leads back to an earlier page, found after at most three times the
 * length of the circle, or when there are too many. */
bool page_trail_follow(struct page_trail *trail, const char *asked, const char *next) MUST_USE;

#endif
