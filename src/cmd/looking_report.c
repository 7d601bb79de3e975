#include "base/text.h"
#include "cmd/looking.h"
#include "engine/report.h"

#include <string.h>

static bool refuse_kind(const char *word, struct error *err)
{
    const char *names[REPORT_KIND_COUNT + 1];
    for (int i = 0; i < REPORT_KIND_COUNT; i++)
        names[i] = report_kind_name((enum report_kind)i);
    names[REPORT_KIND_COUNT] = "all";
    const char *closest = text_closest(word, names, REPORT_KIND_COUNT + 1);
    if (closest != NULL)
        return error_set(err, ERROR_USAGE, "there is no report \"%.60s\"; did you mean \"%s\"?",
                         word, closest);
    return error_set(err, ERROR_USAGE,
                     "there is no report \"%.60s\"; there are progress, summary, failed, "
                     "rejected, history, calls, signers, brief and all",
                     word);
}

static bool write_all(struct store *store, const struct report_options *options, int64_t now_ms,
                      struct error *err)
{
    if (options->path[0] == '\0' || strcmp(options->path, "-") == 0)
        return error_set(err, ERROR_USAGE, "report all writes files: name a directory with -o DIR");
    if (options->format[0] != '\0' && !text_same_word(options->format, "csv"))
        return error_set(err, ERROR_USAGE, "report all is always csv; leave --format away");
    return report_write_all(store, options->batch, now_ms, options->path, err);
}

bool looking_report(struct store *store, const struct report_options *options,
                    const struct looks *looks, int64_t now_ms, FILE *out, struct error *err)
{
    struct report_request request = {.batch = options->batch,
                                     .now_ms = now_ms,
                                     .format = looks->json ? REPORT_JSON : REPORT_CSV};
    bool to_stream = options->path[0] == '\0' || strcmp(options->path, "-") == 0;
    if (text_same_word(options->kind, "all"))
        return write_all(store, options, now_ms, err);
    if (!report_kind_parse(options->kind, &request.kind))
        return refuse_kind(options->kind, err);
    if (options->format[0] != '\0' && !report_format_parse(options->format, &request.format))
        return error_set(err, ERROR_USAGE, "there is no format \"%.60s\"; there are csv and json",
                         options->format);
    bool as_text = request.kind == REPORT_BRIEF && options->format[0] == '\0' && !looks->json;
    if (to_stream && as_text)
        return looking_brief(store, options->batch, looks, now_ms, out, err);
    if (to_stream)
        return report_write(store, &request, out, NULL, err);
    return report_write_file(store, &request, options->path, NULL, err);
}
