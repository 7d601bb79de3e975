/* The rows of the failure dictionary, for domain/failure.c alone; everybody else asks
 * failure_find() and its sisters. docs/failures.md is rendered from these rows. */
#ifndef NUMHOST_DOMAIN_FAILURE_TABLE_H
#define NUMHOST_DOMAIN_FAILURE_TABLE_H

#include "domain/failure.h"

/* By code, ascending. */
extern const struct failure failure_codes[];
extern const size_t failure_code_count;

/* For answers without a code we know, by HTTP status, ascending. 300, 400 and 500 stand for the
 * rest of their hundred, 0 for an answer that is none of these: nothing arrived, or it could not be
 * read. */
extern const struct failure failure_statuses[];
extern const size_t failure_status_count;

/* 404 on a collection, with 20404 or without a code: the account has no access (service.md 5.1). */
extern const struct failure failure_no_access;

#endif
