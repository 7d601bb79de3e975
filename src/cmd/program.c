#include "cmd/program.h"

#include "adapters/http/json_memory.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "cmd/commands.h"
#include "cmd/config.h"
#include "cmd/forward.h"
#include "cmd/help.h"
#include "cmd/invocation.h"
#include "cmd/json_output.h"
#include "cmd/process.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A usage error may stand in front of --json, so this looks at the words themselves. */
static bool wants_json(int argc, const char *const *argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--json") == 0)
            return true;
    return false;
}

static void print_json_error(FILE *to, const struct error *err, enum result result)
{
    json_print(to, json_pack("{s:i, s:{s:s, s:i, s:o}}", "schema", 1, "error", "kind",
                             error_kind_name(err->kind), "exit", (int)result, "text",
                             json_lossy(err->text)));
}

static void print_error(const struct invocation *inv, const struct error *err, enum result result)
{
    if (err->text[0] == '\0')
        return;
    if (inv->json)
        print_json_error(inv->out, err, result);
    else
        fprintf(inv->err, "%snumhost: %s%s\n", inv->message_style.red, err->text,
                inv->message_style.reset);
}

static void take_globals(struct invocation *inv)
{
    inv->json = invocation_flag(inv, "json");
    inv->quiet = invocation_flag(inv, "quiet");
    inv->verbosity = argument_given(&inv->arguments, "verbose");
}

static void set_log_level(const struct invocation *inv)
{
    if (inv->quiet)
        log_set_level(LOG_LEVEL_ERROR);
    else if (inv->verbosity > 0)
        log_set_level(LOG_LEVEL_DEBUG);
}

static bool load_config(const struct invocation *inv, struct config *config, struct error *err)
{
    const struct config_flag flags[] = {
        {.key = "database", .flag = "--database", .value = invocation_value(inv, "database")},
    };
    const struct config_sources sources = {
        .file = invocation_value(inv, "config"),
        .flags = flags,
        .flag_count = COUNT_OF(flags),
        .environment = environ,
    };
    return config_read(config, &sources, err);
}

/* In the process of the run when there is one, else here. */
static enum result run_or_forward(struct invocation *inv, struct error *err)
{
    const struct command *command = inv->arguments.command;
    if (!command->changes_store)
        return command->run(inv, err);
    if (command->prepare != NULL && !command->prepare(inv, err))
        return err->text[0] == '\0' ? RESULT_ERROR : command_failed(err);
    bool answered = false;
    enum result result = forward_command(inv, &answered, err);
    return answered || err->text[0] != '\0' ? result : command->run(inv, err);
}

static enum result run_with_config(struct invocation *inv, struct error *err)
{
    struct config *config = config_new();
    enum result result;
    if (load_config(inv, config, err)) {
        inv->config = config;
        result = run_or_forward(inv, err);
    } else {
        result = command_failed(err);
    }
    invocation_close(inv);
    inv->config = NULL;
    config_free(config);
    return result;
}

static enum result dispatch(struct invocation *inv, struct error *err)
{
    const struct command *command = inv->arguments.command;
    if (invocation_flag(inv, "version"))
        return command_version.run(inv, err);
    if (command != NULL && invocation_flag(inv, "help")) {
        help_command(inv->out, &inv->style, command);
        return RESULT_DONE;
    }
    if (command == NULL) {
        help_overview(inv->out, &inv->style);
        return invocation_flag(inv, "help") ? RESULT_DONE : RESULT_USAGE;
    }
    return command->needs == NEEDS_CONFIG ? run_with_config(inv, err) : command->run(inv, err);
}

/* The write that failed may be long past and its errno lost; a pipe without a reader still shows.
 */
static bool reader_is_gone(FILE *out)
{
    struct pollfd pipe_end = {.fd = fileno(out), .events = POLLOUT};
    return poll(&pipe_end, 1, 0) == 1 && (pipe_end.revents & POLLERR) != 0;
}

/* A reader that went away is not an error; a full disk behind '>' is. */
static enum result finish_output(FILE *out, enum result result)
{
    bool failed_before = ferror(out) != 0;
    bool failed = fflush(out) != 0;
    int reason = errno;
    if ((!failed && !failed_before) || (failed && reason == EPIPE) || reader_is_gone(out))
        return result;
    fprintf(stderr, "numhost: cannot write to standard output: %s\n",
            failed ? strerror(reason) : "what was printed is not complete");
    return result == RESULT_DONE ? RESULT_ERROR : result;
}

static void read_surroundings(struct invocation *inv)
{
    inv->now_ms = clock_now_ms();
    process_user(inv->user, sizeof inv->user);
    if (getcwd(inv->cwd, sizeof inv->cwd) == NULL)
        inv->cwd[0] = '\0';
}

static enum result run_arguments(struct invocation *inv, int argc, const char *const *argv,
                                 struct error *err)
{
    if (!arguments_parse(&inv->arguments, argc, argv, err)) {
        inv->json = wants_json(argc, argv);
        return command_failed(err);
    }
    take_globals(inv);
    set_log_level(inv);
    bool no_color = invocation_flag(inv, "no-color");
    inv->style = style_for(inv->out, no_color);
    inv->message_style = style_for(inv->err, no_color);
    return dispatch(inv, err);
}

int program_main(int argc, const char *const *argv)
{
    process_harden();
    json_memory_guard();
    struct invocation inv = {
        .in = stdin,
        .out = stdout,
        .err = stderr,
        .style = style_plain(),
        .message_style = style_plain(),
    };
    read_surroundings(&inv);
    struct error err = {0};
    enum result result = run_arguments(&inv, argc, argv, &err);
    print_error(&inv, &err, result);
    result = finish_output(stdout, result);
    invocation_done(&inv);
    return (int)result;
}

/* Only commands that change the store may come over the socket; they use the run's configuration.
 */
static enum result run_served(struct invocation *inv, int argc, const char *const *argv,
                              struct error *err)
{
    if (!arguments_parse(&inv->arguments, argc, argv, err)) {
        inv->json = wants_json(argc, argv);
        return command_failed(err);
    }
    take_globals(inv);
    const struct command *command = inv->arguments.command;
    if (command != NULL && command->changes_store)
        return command->run(inv, err);
    error_set(err, ERROR_USAGE, "a run carries out only commands that change something");
    return command_failed(err);
}

static const char **with_program_name(const struct control_request *request)
{
    const char **argv = memory_new((size_t)request->argc + 2, sizeof *argv);
    argv[0] = "numhost";
    for (int i = 0; i < request->argc; i++)
        argv[i + 1] = request->argv[i];
    return argv;
}

static void serve_into(struct invocation *inv, const struct control_request *request,
                       struct control_reply *reply)
{
    const char **argv = with_program_name(request);
    struct error err = {0};
    enum result result = run_served(inv, request->argc + 1, argv, &err);
    print_error(inv, &err, result);
    reply->exit_code = (int)result;
    invocation_done(inv);
    free(argv);
}

void serve_command(void *context, const struct control_request *request,
                   struct control_reply *reply)
{
    const struct host *host = context;
    char *texts[2] = {NULL, NULL};
    size_t bytes[2] = {0, 0};
    struct invocation inv = {
        .host = host,
        .config = host->config,
        .out = open_memstream(&texts[0], &bytes[0]),
        .err = open_memstream(&texts[1], &bytes[1]),
        .style = style_plain(),
        .message_style = style_plain(),
        .now_ms = clock_now_ms(),
    };
    if (inv.out == NULL || inv.err == NULL)
        memory_is_gone();
    TEXT_SET(inv.user, request->user);
    TEXT_SET(inv.cwd, request->cwd);
    serve_into(&inv, request, reply);
    bool whole = fclose(inv.out) == 0;
    whole = fclose(inv.err) == 0 && whole;
    buf_add(&reply->out, texts[0], bytes[0]);
    buf_add(&reply->err, texts[1], bytes[1]);
    if (!whole)
        buf_add_text(&reply->err, "numhost: out of memory: what was printed is not complete\n");
    free(texts[0]);
    free(texts[1]);
}
