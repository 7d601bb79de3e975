/* Any bytes as a configuration: refused with file and place, or good, and then every single value
 * means the same when it stands in a variable. */
#include "base/text.h"
#include "cmd/config.h"
#include "cmd/settings.h"
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static int file = -1;
static char file_path[64];

static bool read_file(struct config *config, char *const *variables, struct error *err)
{
    const struct config_sources sources = {.file = file_path, .environment = variables};
    *err = (struct error){0};
    return config_read(config, &sources, err);
}

/* "…:LINE:COLUMN: what" or, of the whole, "…: key: what"; one line that a terminal can show. */
static void check_refusal(const struct error *err)
{
    REQUIRE(err->kind == ERROR_USAGE && strlen(err->text) < sizeof err->text);
    REQUIRE(strncmp(err->text, file_path, strlen(file_path)) == 0 ||
            strncmp(err->text, "default: ", 9) == 0);
    REQUIRE(is_message(err->text));
}

static void check_limits(const struct config *config)
{
    REQUIRE(config->column_count <= CONFIG_COLUMNS_MAX);
    REQUIRE(config->hours.holiday_count >= 0 && config->hours.holiday_count <= HOLIDAYS_MAX);
    for (int i = 1; i < config->hours.holiday_count; i++)
        REQUIRE(config->hours.holidays[i - 1] < config->hours.holidays[i]);
    for (int day = 0; day < 7; day++) {
        REQUIRE(config->hours.slot_count[day] <= WINDOW_SLOTS_MAX);
        for (int i = 0; i < config->hours.slot_count[day]; i++) {
            const struct window_slot *slot = &config->hours.slots[day][i];
            REQUIRE(slot->from_minute >= 0 && slot->from_minute < slot->to_minute);
            REQUIRE(slot->to_minute <= 24 * 60);
        }
    }
    REQUIRE(config->policy.retry_base_ms <= config->policy.retry_cap_ms);
    REQUIRE(config->environment == ENVIRONMENT_LIVE ||
            (url_is_loopback(config->base_url) && url_is_loopback(config->core_base_url)));
}

/* The single values of the file, as NUMHOST_* variables. */
static void make_variables(const struct config *config, char *variables[CONFIG_SETTINGS_MAX + 1])
{
    size_t count = 0;
    for (size_t i = 0; i < settings_count; i++) {
        char name[VARIABLE_BYTES];
        bool single = settings[i].shape == SHAPE_SCALAR && settings[i].take != take_path;
        if (config->origins[i].kind != ORIGIN_FILE || !single)
            continue;
        setting_variable(&settings[i], name);
        int length = asprintf(&variables[count++], "%s=%s", name, config->origins[i].text);
        REQUIRE(length > 0);
    }
    variables[count] = NULL;
}

static void check_variables(const struct config *config)
{
    char *variables[CONFIG_SETTINGS_MAX + 1];
    struct error err;
    struct config *again = config_new();
    make_variables(config, variables);
    bool good = read_file(again, variables, &err);
    REQUIRE(good);
    REQUIRE(again->environment == config->environment && again->timeout_ms == config->timeout_ms);
    REQUIRE(memcmp(&again->policy, &config->policy, sizeof config->policy) == 0);
    REQUIRE(strcmp(again->base_url, config->base_url) == 0);
    REQUIRE(strcmp(again->contact_title, config->contact_title) == 0);
    REQUIRE(strcmp(again->callback_public_url, config->callback_public_url) == 0);
    for (size_t i = 0; variables[i] != NULL; i++)
        free(variables[i]);
    config_free(again);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    file = memfd_create("numhost.yaml", MFD_CLOEXEC);
    REQUIRE(file >= 0);
    snprintf(file_path, sizeof file_path, "/proc/self/fd/%d", file);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char *no_variables[] = {NULL};
    struct error err;
    struct config *config = config_new();
    bool written = ftruncate(file, 0) == 0 && pwrite(file, data, size, 0) == (ssize_t)size;
    REQUIRE(written);
    if (read_file(config, no_variables, &err)) {
        check_limits(config);
        check_variables(config);
    } else {
        check_refusal(&err);
    }
    config_free(config);
    return 0;
}
