/* Country names by international calling code, for messages. */
#ifndef NUMHOST_DOMAIN_COUNTRY_H
#define NUMHOST_DOMAIN_COUNTRY_H

/* The country (or the best known of those that share it) of the calling code that `digits` begins
 * with; "another country" when it is not known. digits: without "+"; not beginning with 1. */
const char *country_of_calling_code(const char *digits);

#endif
