/* Any words as a command line: refused with a reason, or every option belongs to the command, and
 * the same in its plainest form, and as it travels over the control socket, means the same. Words
 * end with a newline. */
#include "base/text.h"
#include "cmd/chosen.h"
#include "cmd/commands.h"
#include "cmd/control_wire.h"
#include "cmd/units.h"
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>

enum { WORDS_MAX = 64, WORD_BYTES = 300, LINE_BYTES_MAX = 1024 * 1024 };

struct line {
    const char *words[WORDS_MAX + 1]; /* "numhost" first */
    int count;
    char texts[WORDS_MAX][WORD_BYTES];
};

static void read_line(struct line *line, const uint8_t *data, size_t size)
{
    struct input input = input_of(data, size);
    line->words[0] = "numhost";
    line->count = 1;
    while (line->count < WORDS_MAX &&
           input_text(&input, '\n', line->texts[line->count], sizeof line->texts[0])) {
        line->words[line->count] = line->texts[line->count];
        line->count++;
    }
}

/* Options first, values joined, then "--" and the words. */
static void write_plain(const struct arguments *arguments, struct line *line)
{
    int count = 0;
    line->words[count++] = "numhost";
    line->words[count++] = arguments->command->name;
    for (size_t i = 0; i < arguments->given_count; i++) {
        const struct given_option *given = &arguments->given[i];
        for (int j = 0; j < given->times && count < WORDS_MAX; j++) {
            snprintf(line->texts[count], sizeof line->texts[0], "--%s%s%s", given->option->name,
                     given->value != NULL ? "=" : "", given->value != NULL ? given->value : "");
            line->words[count] = line->texts[count];
            count++;
        }
    }
    if (count < WORDS_MAX)
        line->words[count++] = "--";
    for (size_t i = 0; i < arguments->positional_count && count < WORDS_MAX; i++)
        line->words[count++] = arguments->positionals[i];
    line->count = count;
}

static void check_same(const struct arguments *a, const struct arguments *b)
{
    REQUIRE(a->command == b->command && a->given_count == b->given_count);
    for (size_t i = 0; i < a->given_count; i++) {
        const char *name = a->given[i].option->name;
        REQUIRE(argument_given(b, name) == a->given[i].times);
        const char *value = argument_value(b, name);
        REQUIRE((value == NULL) == (a->given[i].value == NULL));
        REQUIRE(value == NULL || strcmp(value, a->given[i].value) == 0);
    }
    REQUIRE(a->positional_count == b->positional_count);
    for (size_t i = 0; i < a->positional_count; i++)
        REQUIRE(strcmp(a->positionals[i], b->positionals[i]) == 0);
}

static void check_plain(const struct arguments *arguments)
{
    static struct line plain;
    struct arguments again;
    struct error err = {0};
    int words = 3 + (int)arguments->positional_count;
    for (size_t i = 0; i < arguments->given_count; i++) {
        words += arguments->given[i].times;
        const char *value = arguments->given[i].value;
        if (value != NULL &&
            strlen(value) + strlen(arguments->given[i].option->name) + 4 > WORD_BYTES)
            return;
    }
    if (words > WORDS_MAX)
        return;
    write_plain(arguments, &plain);
    bool good = arguments_parse(&again, plain.count, plain.words, &err);
    REQUIRE(good);
    check_same(arguments, &again);
    arguments_done(&again);
}

static void check_command(const struct arguments *arguments)
{
    const struct command *command = arguments->command;
    bool is_question = argument_given(arguments, "help") + argument_given(arguments, "version") > 0;
    size_t count = arguments->positional_count;
    REQUIRE(command_find(command->name) == command);
    REQUIRE(is_question || count >= (size_t)command->positional_min);
    REQUIRE(is_question || command->positional_max == COMMAND_ANY_COUNT ||
            count <= (size_t)command->positional_max);
    for (size_t i = 0; i < arguments->given_count; i++) {
        const struct given_option *given = &arguments->given[i];
        REQUIRE(option_find(command, given->option->name, strlen(given->option->name)) != NULL);
        REQUIRE(given->times > 0 && (given->value != NULL) == (given->option->argument != NULL));
    }
}

/* Whom the command is about; only where its row says that it asks. */
static void check_chosen(const struct arguments *arguments)
{
    const struct invocation inv = {.arguments = *arguments};
    struct chosen chosen;
    struct error err = {0};
    if (arguments->command->shared_options != chosen_options)
        return;
    if (!chosen_read(&inv, &chosen, &err)) {
        REQUIRE(err.kind == ERROR_USAGE && is_message(err.text));
    } else {
        const struct selector *selector = &chosen.selector;
        REQUIRE(selector->phone_count == arguments->positional_count);
        for (size_t i = 0; i < selector->phone_count; i++)
            REQUIRE(strlen(selector->phone_numbers[i]) == 12);
        REQUIRE(!selector->by_status || !selector->by_bucket);
    }
    chosen_done(&chosen);
}

/* Over the control socket and back. */
static void check_wire(const struct line *line)
{
    struct buf out;
    struct control_message message;
    const struct control_request request = {
        .argv = line->words, .argc = line->count, .cwd = "/", .user = "x"};
    buf_init(&out, LINE_BYTES_MAX);
    bool written = control_write_request(&request, &out);
    for (int i = 0; i < line->count; i++)
        REQUIRE(!written || text_is_utf8(line->words[i], strlen(line->words[i])));
    if (written) {
        REQUIRE(memchr(buf_text(&out), '\n', out.length) == buf_text(&out) + out.length - 1);
        bool good = control_read_request(buf_text(&out), out.length, &message);
        REQUIRE(good && message.request.argc == line->count);
        for (int i = 0; i < line->count; i++)
            REQUIRE(strcmp(message.request.argv[i], line->words[i]) == 0);
        control_message_done(&message);
    }
    buf_done(&out);
}

/* What is no line of ours is refused. */
static void read_wire(const uint8_t *data, size_t size)
{
    struct control_message message;
    if (!control_read_request((const char *)data, size, &message))
        return;
    REQUIRE(message.request.argc > 0 && message.request.cwd != NULL);
    REQUIRE(message.request.user != NULL && message.request.argv[0] != NULL);
    control_message_done(&message);
}

static void check_units(const char *word)
{
    int64_t ms = 0;
    int64_t again_ms = 0;
    double rate = 0;
    char shown[DURATION_TEXT_BYTES];
    struct error err = {0};
    if (duration_parse(word, &ms, &err)) {
        duration_text(shown, sizeof shown, ms);
        bool good = duration_parse(shown, &again_ms, &err);
        REQUIRE(ms >= 0 && good && again_ms == ms);
    }
    if (rate_parse(word, &rate, &err))
        REQUIRE(rate > 0 && rate <= 1e18);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct line line;
    struct arguments arguments;
    struct error err = {0};
    read_line(&line, data, size);
    bool good = arguments_parse(&arguments, line.count, line.words, &err);
    REQUIRE(good || (err.kind == ERROR_USAGE && is_message(err.text)));
    if (good && arguments.command != NULL) {
        check_command(&arguments);
        check_plain(&arguments);
        check_chosen(&arguments);
    }
    arguments_done(&arguments);
    check_wire(&line);
    read_wire(data, size);
    check_units(line.count > 1 ? line.words[line.count - 1] : "");
    return 0;
}
