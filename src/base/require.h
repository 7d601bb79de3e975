/* An assertion that stays on in release: a broken invariant ends the process, which is safe; a
 * wrong order is not. */
#ifndef NUMHOST_BASE_REQUIRE_H
#define NUMHOST_BASE_REQUIRE_H

#define REQUIRE(condition) ((condition) ? (void)0 : require_failed(#condition, __FILE__, __LINE__))

_Noreturn void require_failed(const char *condition, const char *file, int line);

#endif
