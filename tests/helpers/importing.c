#include "helpers/importing.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int importing_set_up(void **state)
{
    struct importing *f = calloc(1, sizeof *f);
    assert_non_null(f);
    (void)TEXT_SET(f->folder, "/tmp/numhost-import-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    f->store = store_open(":memory:", STORE_WRITE, &f->err);
    if (f->store == NULL)
        fail_msg("%s", f->err.text);
    f->options.now_ms = 1000000;
    *state = f;
    return 0;
}

int importing_tear_down(void **state)
{
    struct importing *f = *state;
    static const char *const names[] = {"numbers", "other", "failed"};
    store_close(f->store);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s.csv", f->folder, names[i]);
        (void)unlink(path);
        snprintf(path, sizeof path, "%s/%s.rejects.csv", f->folder, names[i]);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(f->folder), 0); /* nothing else was left behind */
    free(f->said);
    free(f);
    return 0;
}

void importing_write(struct importing *f, const char *name, const char *content)
{
    snprintf(f->path, sizeof f->path, "%s/%s", f->folder, name);
    FILE *file = fopen(f->path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, strlen(content), file), strlen(content));
    assert_int_equal(fclose(file), 0);
}

char *importing_read(const struct importing *f, const char *name)
{
    static char content[65536];
    char path[256];
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return NULL;
    content[fread(content, 1, sizeof content - 1, file)] = '\0';
    fclose(file);
    return content;
}

bool importing_run(struct importing *f)
{
    size_t bytes = 0;
    free(f->said);
    f->options.path = f->path;
    f->options.messages = open_memstream(&f->said, &bytes);
    f->err = (struct error){0};
    bool good = import_file(f->store, &f->options, &f->summary, &f->err);
    fclose(f->options.messages);
    int64_t sum = f->summary.rejected;
    for (int i = 0; i < IMPORT_OUTCOME_COUNT; i++)
        sum += f->summary.outcomes[i];
    if (good)
        assert_int_equal(f->summary.rows, sum);
    return good;
}

void importing_good(struct importing *f, const char *name, const char *content)
{
    importing_write(f, name, content);
    if (!importing_run(f))
        fail_msg("%s\n%s", f->err.text, f->said);
}

void importing_bad(struct importing *f, const char *name, const char *content)
{
    importing_write(f, name, content);
    assert_false(importing_run(f));
    assert_true(f->err.text[0] != '\0');
}

int64_t importing_count(struct importing *f)
{
    const struct selector all = {.all = true};
    int64_t count = -1;
    assert_true(store_count_numbers(f->store, &all, &count, &f->err));
    return count;
}

int64_t importing_outcome(const struct importing *f, enum import_outcome outcome)
{
    return f->summary.outcomes[outcome];
}

static bool take_batch(void *context, const struct batch *batch)
{
    *(struct batch *)context = *batch;
    return true;
}

struct batch importing_last_batch(struct importing *f)
{
    struct batch batch = {0};
    assert_true(store_each_batch(f->store, take_batch, &batch, &f->err));
    return batch;
}

struct number importing_find(struct importing *f, const char *phone_number)
{
    struct number number = {0};
    bool found = false;
    assert_true(store_find_by_phone(f->store, phone_number, &number, &found, &f->err));
    assert_true(found);
    return number;
}
