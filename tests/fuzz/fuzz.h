/* What every fuzz target needs: libFuzzer's entry, an assertion that stays on, and a way to cut the
 * input into pieces. */
#ifndef NUMHOST_TESTS_FUZZ_H
#define NUMHOST_TESTS_FUZZ_H

#include "base/require.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* What a message to people is: there is one, on one line, and nothing a terminal would obey. */
static inline bool is_message(const char *text)
{
    for (const char *c = text; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            return false;
    return text[0] != '\0';
}

struct input {
    const char *at;
    size_t left;
};

static inline struct input input_of(const uint8_t *data, size_t size)
{
    return (struct input){.at = (const char *)data, .left = size};
}

static inline unsigned input_byte(struct input *input)
{
    if (input->left == 0)
        return 0;
    input->left--;
    return (unsigned char)*input->at++;
}

/* The bytes up to the next `stop`, which is dropped. False at the end of the input. */
static inline bool input_piece(struct input *input, char stop, const char **piece, size_t *bytes)
{
    if (input->left == 0)
        return false;
    const char *end = memchr(input->at, stop, input->left);
    *piece = input->at;
    *bytes = end != NULL ? (size_t)(end - input->at) : input->left;
    size_t taken = *bytes + (end != NULL ? 1 : 0);
    input->at += taken;
    input->left -= taken;
    return true;
}

/* The same as a text of its own: NULs in it become 0x01, what does not fit is left out. */
static inline bool input_text(struct input *input, char stop, char *to, size_t to_bytes)
{
    const char *piece = NULL;
    size_t bytes = 0;
    bool found = input_piece(input, stop, &piece, &bytes);
    bytes = !found ? 0 : bytes < to_bytes ? bytes : to_bytes - 1;
    for (size_t i = 0; i < bytes; i++)
        to[i] = piece[i] != '\0' ? piece[i] : '\x01';
    to[bytes] = '\0';
    return found;
}

#endif
