/* What an import says about rows: one line each, equal ones counted, and above a number only
 * counted. */
#ifndef NUMHOST_ENGINE_IMPORT_MESSAGES_H
#define NUMHOST_ENGINE_IMPORT_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { MESSAGES_OF_A_KIND = 20, MESSAGE_KINDS_MAX = 256 };

struct import_message {
    bool is_warning;
    int64_t line;
    const char *column;     /* heading; "" for the whole row */
    const char *value;      /* masked; "" none */
    const char *rule;       /* a static text: equal pointers are the same kind */
    const char *note;       /* "" or what differs from row to row */
    const char *suggestion; /* static too */
};

struct import_messages {
    FILE *out; /* NULL: counted only */
    const char *file;
    int64_t warnings;
    size_t kind_count;
    struct {
        bool is_warning;
        char column[64];
        const char *rule;
        const char *suggestion;
        int64_t first_line;
        int64_t count;
    } kinds[MESSAGE_KINDS_MAX]; /* the last one takes what has no room */
};

void import_messages_add(struct import_messages *messages, const struct import_message *message);

/* The groups: one line for each kind that was met more than once. */
void import_messages_end(struct import_messages *messages);

#endif
