/* Compiler attributes under short names. */
#ifndef NUMHOST_BASE_ATTR_H
#define NUMHOST_BASE_ATTR_H

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_index, first_index)                                                     \
    __attribute__((format(printf, format_index, first_index)))

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
