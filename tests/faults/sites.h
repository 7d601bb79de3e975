#ifndef TESTS_FAULTS_SITES_H
#define TESTS_FAULTS_SITES_H

/* Notes where this call was made from: it is about to fail. Counts no calls itself: only inside of
 * force_now(). */
void sites_note(void);

#endif
