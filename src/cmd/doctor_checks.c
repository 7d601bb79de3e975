#include "cmd/doctor.h"

#include "base/attr.h"
#include "base/clock.h"
#include "base/text.h"
#include "cmd/config.h"
#include "domain/window.h"

#include <curl/curl.h>
#include <cyaml/cyaml.h>
#include <errno.h>
#include <jansson.h>
#include <microhttpd.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>
#include <yaml.h>

/* Bytes: below the first a run would soon stop, below the second it should be looked at. 100,000
 * numbers take about 200 MB. */
static const unsigned long long space_needed = 64ULL * 1024 * 1024;
static const unsigned long long space_wanted = 1024ULL * 1024 * 1024;

static const int64_t earliest_ms =
    INT64_C(1704067200000); /* 2024-01-01: no clock that is set shows less */

PRINTF_LIKE(5, 0)
static void add(struct findings *findings, const char *check, enum finding_state state,
                enum result result, const char *format, va_list args)
{
    if (findings->count == FINDINGS_MAX)
        return;
    struct finding *finding = &findings->list[findings->count++];
    *finding = (struct finding){.check = check, .state = state, .result = result};
    vsnprintf(finding->text, sizeof finding->text, format, args);
}

void find_good(struct findings *findings, const char *check, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(findings, check, FINDING_GOOD, RESULT_DONE, format, args);
    va_end(args);
}

void find_note(struct findings *findings, const char *check, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(findings, check, FINDING_NOTE, RESULT_DONE, format, args);
    va_end(args);
}

void find_bad(struct findings *findings, const char *check, enum result result, const char *format,
              ...)
{
    va_list args;
    va_start(args, format);
    add(findings, check, FINDING_BAD, result, format, args);
    va_end(args);
}

/* ---- versions ---- */

/* Known flaws, and what numhost does so that they do not matter. */
static const struct flaw {
    const char *library;
    const char *until; /* versions before this one have it; NULL: all known ones */
    const char *text;
} flaws[] = {
    {"sqlite", "3.51.3",
     "a WAL can be damaged when another connection commits during a checkpoint; numhost has one "
     "writing connection, which alone checkpoints. Open the database with other tools read-only"},
    {"libcurl", NULL,
     "may repeat a POST by itself on a connection that died; numhost gives bodies that cannot be "
     "rewound"},
    {"libcurl", "8.0.0", "can give a negative Retry-After; numhost reads the header itself"},
    {"libmicrohttpd", "1.0.5",
     "takes requests with two Content-Length or Host headers; numhost refuses them itself"},
};

static void check_version(struct findings *findings, const char *library, const char *version)
{
    find_good(findings, "version", "%s %s", library, version);
    for (size_t i = 0; i < COUNT_OF(flaws); i++) {
        bool same = strcmp(flaws[i].library, library) == 0;
        if (same && (flaws[i].until == NULL || strverscmp(version, flaws[i].until) < 0))
            find_note(findings, "version", "%s %s: %s", library, version, flaws[i].text);
    }
}

void check_versions(struct findings *findings)
{
    find_good(findings, "version", "numhost %s", NUMHOST_VERSION);
    check_version(findings, "sqlite", sqlite3_libversion());
    check_version(findings, "libcurl", curl_version_info(CURLVERSION_NOW)->version);
    check_version(findings, "libmicrohttpd", MHD_get_version());
    check_version(findings, "openssl", OpenSSL_version(OPENSSL_VERSION_STRING));
    check_version(findings, "jansson", jansson_version_str());
    check_version(findings, "libyaml", yaml_get_version_string());
    check_version(findings, "libcyaml", cyaml_version_str);
}

void check_config(struct findings *findings, const struct config *config)
{
    find_good(findings, "config", "%s",
              config->file[0] == '\0' ? "no file, so defaults and variables" : config->file);
    if (config->environment == ENVIRONMENT_LIVE)
        find_note(findings, "config", "live: orders are real, at %s", config->base_url);
    else
        find_good(findings, "config", "sandbox: nothing real, at %s", config->base_url);
}

/* ---- database ---- */

static void folder_of(const char *path, char *folder, size_t folder_bytes)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        snprintf(folder, folder_bytes, ".");
    else
        snprintf(folder, folder_bytes, "%.*s", slash == path ? 1 : (int)(slash - path), path);
}

static bool check_folder(struct findings *findings, const char *folder)
{
    struct stat info;
    if (stat(folder, &info) != 0) {
        find_bad(findings, "database", RESULT_STORE, "folder %.200s: %s", folder, strerror(errno));
        return false;
    }
    if (access(folder, W_OK | X_OK) != 0) {
        find_bad(findings, "database", RESULT_STORE,
                 "folder %.200s: %s; the database, its journal and its lock are written there",
                 folder, strerror(errno));
        return false;
    }
    if ((info.st_mode & S_IWOTH) != 0 && (info.st_mode & S_ISVTX) == 0)
        find_bad(findings, "database", RESULT_STORE,
                 "anybody can replace files in folder %.200s; run chmod o-w on it", folder);
    return true;
}

static void check_space(struct findings *findings, const char *folder)
{
    struct statvfs info;
    if (statvfs(folder, &info) != 0)
        return;
    unsigned long long bytes = (unsigned long long)info.f_bavail * info.f_frsize;
    unsigned long long mib = bytes / (1024ULL * 1024);
    if (bytes < space_needed)
        find_bad(findings, "disk", RESULT_STORE, "%llu MiB left: too little to begin a run", mib);
    else if (bytes < space_wanted)
        find_note(findings, "disk", "%llu MiB left; 100,000 numbers take about 200 MiB", mib);
    else
        find_good(findings, "disk", "%llu MiB left", mib);
}

static void check_file(struct findings *findings, const char *path)
{
    struct stat info;
    struct error err = {0};
    if (stat(path, &info) != 0) {
        find_good(findings, "database", "%.200s is not there yet; import makes it", path);
        return;
    }
    if (info.st_uid != geteuid())
        find_note(findings, "database", "%.200s belongs to another user", path);
    if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        find_note(findings, "database",
                  "others can read %.200s (mode %03o): phone numbers and addresses are in it; run "
                  "chmod 600 on it",
                  path, (unsigned)(info.st_mode & 0777));
    struct store *store = store_open(path, STORE_READ, &err);
    if (store != NULL && store_check(store, &err))
        find_good(findings, "database", "%.200s is whole", path);
    else
        find_bad(findings, "database", RESULT_STORE, "%.380s", err.text);
    store_close(store);
}

void check_database(struct findings *findings, const struct config *config)
{
    char folder[PATH_BYTES];
    folder_of(config->database, folder, sizeof folder);
    if (!check_folder(findings, folder))
        return;
    check_space(findings, folder);
    check_file(findings, config->database);
}

/* ---- clock ---- */

void check_clock(struct findings *findings, int64_t now_ms)
{
    char now[RFC3339_BYTES];
    struct timex kernel = {0};
    clock_rfc3339(now, sizeof now, now_ms);
    int state = adjtimex(&kernel);
    if (now_ms < earliest_ms)
        find_bad(findings, "clock", RESULT_ERROR, "%s: the clock is not set", now);
    else if (state == TIME_ERROR || (kernel.status & STA_UNSYNC) != 0)
        find_note(findings, "clock", "%s; the system does not say that it is kept in step (NTP)",
                  now);
    else
        find_good(findings, "clock", "%s, kept in step", now);
    if (zone_is_known("America/New_York") && zone_is_known("America/Vancouver"))
        find_good(findings, "clock", "time zones are there");
    else
        find_bad(findings, "clock", RESULT_ERROR,
                 "the time zones are missing: no phone would ever be called. Install tzdata");
}
