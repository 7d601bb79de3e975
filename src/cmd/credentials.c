#include "cmd/credentials.h"

#include "base/io.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char sandbox_account[] = "AC00000000000000000000000000000001";
static const char sandbox_token[] = "00000000000000000000000000000001";

/* One credential: its name in files and the environment, and what it looks like. */
static const struct part {
    const char *name;
    const char *what; /* for messages */
    size_t offset;
    const char *prefix; /* of a SID; NULL: a secret */
} parts[] = {
    {"TWILIO_ACCOUNT_SID", "the account SID", offsetof(struct credentials, account_sid), "AC"},
    {"TWILIO_API_KEY", "the API key", offsetof(struct credentials, api_key), "SK"},
    {"TWILIO_API_SECRET", "the API secret", offsetof(struct credentials, api_secret), NULL},
    {"TWILIO_AUTH_TOKEN", "the auth token", offsetof(struct credentials, auth_token), NULL},
};

/* Whole pages of its own, so that locking and leaving out of dumps meets nothing else. */
static size_t area_bytes(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (sizeof(struct credentials) + page - 1) / page * page;
}

struct credentials *credentials_new(void)
{
    void *area =
        mmap(NULL, area_bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED)
        memory_is_gone();
    (void)mlock(area, area_bytes());
    (void)madvise(area, area_bytes(), MADV_DONTDUMP);
    return area;
}

void credentials_free(struct credentials *credentials)
{
    if (credentials == NULL)
        return;
    explicit_bzero(credentials, sizeof *credentials);
    munmap(credentials, area_bytes());
}

static char *field_of(struct credentials *credentials, const struct part *part)
{
    return (char *)credentials + part->offset;
}

static bool is_blank(char c)
{
    return isspace((unsigned char)c) != 0;
}

/* A blank at an end is what copying from a page gives; it is taken off, and named when the rest is
 * wrong too. */
static bool take(struct credentials *credentials, const struct part *part, const char *text,
                 size_t bytes, struct error *err)
{
    bool at_start = bytes > 0 && is_blank(text[0]);
    bool at_end = bytes > 0 && is_blank(text[bytes - 1]);
    for (; bytes > 0 && is_blank(text[bytes - 1]); bytes--)
        ;
    for (; bytes > 0 && is_blank(text[0]); bytes--)
        text++;
    if (at_start || at_end)
        LOG_WARNING("%s has a blank at its %s; it was taken off", part->what,
                    at_start ? "beginning" : "end");
    if (bytes >= SECRET_BYTES)
        return error_set(err, ERROR_ACCESS, "%s is longer than %d characters", part->what,
                         SECRET_BYTES - 1);
    char *field = field_of(credentials, part);
    memcpy(field, text, bytes);
    field[bytes] = '\0';
    return true;
}

static bool has_blank_inside(const char *text)
{
    return strpbrk(text, " \t\r\n\v\f") != NULL;
}

static bool check_sid(const char *text, const struct part *part, struct error *err)
{
    size_t length = strlen(text);
    if (strncmp(text, part->prefix, 2) != 0)
        return error_set(err, ERROR_ACCESS, "%s does not begin with %s", part->what, part->prefix);
    if (length != 34)
        return error_set(err, ERROR_ACCESS, "%s has %zu characters, not 34", part->what, length);
    if (strspn(text + 2, "0123456789abcdef") != 32)
        return error_set(err, ERROR_ACCESS, "%s is not %s and 32 hexadecimal digits (0-9, a-f)",
                         part->what, part->prefix);
    return true;
}

static bool check_part(struct credentials *credentials, const struct part *part, struct error *err)
{
    const char *text = field_of(credentials, part);
    if (text[0] == '\0')
        return true;
    if (has_blank_inside(text))
        return error_set(err, ERROR_ACCESS, "%s has a blank inside", part->what);
    for (const char *at = text; *at != '\0'; at++)
        if ((unsigned char)*at < 0x20 || (unsigned char)*at > 0x7E)
            return error_set(err, ERROR_ACCESS, "%s has a character that is not plain ASCII",
                             part->what);
    return part->prefix == NULL || check_sid(text, part, err);
}

static bool check_whole(struct credentials *credentials, struct error *err)
{
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (!check_part(credentials, &parts[i], err))
            return false;
    bool has_key = credentials->api_key[0] != '\0';
    bool has_secret = credentials->api_secret[0] != '\0';
    if (credentials->account_sid[0] == '\0')
        return error_set(err, ERROR_ACCESS, "TWILIO_ACCOUNT_SID is missing");
    if (has_key != has_secret)
        return error_set(err, ERROR_ACCESS,
                         "%s is missing: an API key and its secret come together",
                         has_key ? "TWILIO_API_SECRET" : "TWILIO_API_KEY");
    if (!has_key && credentials->auth_token[0] == '\0')
        return error_set(err, ERROR_ACCESS,
                         "TWILIO_API_KEY with TWILIO_API_SECRET (better), or TWILIO_AUTH_TOKEN is "
                         "missing");
    return true;
}

/* ---- files ---- */

static const struct part *find_part(const char *name, size_t bytes)
{
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (strlen(parts[i].name) == bytes && memcmp(parts[i].name, name, bytes) == 0)
            return &parts[i];
    return NULL;
}

/* "NAME=VALUE", blank, or "# ...". */
static bool take_line(struct credentials *credentials, const char *line, size_t bytes, int number,
                      struct error *err)
{
    for (; bytes > 0 && is_blank(line[0]); bytes--)
        line++;
    if (bytes == 0 || line[0] == '#')
        return true;
    const char *equals = memchr(line, '=', bytes);
    size_t name_bytes = equals == NULL ? 0 : (size_t)(equals - line);
    const struct part *part = find_part(line, name_bytes);
    if (part == NULL)
        return error_set(err, ERROR_ACCESS,
                         "line %d is not TWILIO_ACCOUNT_SID=, TWILIO_API_KEY=, TWILIO_API_SECRET= "
                         "or TWILIO_AUTH_TOKEN=",
                         number);
    if (field_of(credentials, part)[0] != '\0')
        return error_set(err, ERROR_ACCESS, "line %d: %s stands there twice", number, part->name);
    return take(credentials, part, equals + 1, bytes - name_bytes - 1, err);
}

static bool take_lines(struct credentials *credentials, const char *text, size_t bytes,
                       struct error *err)
{
    const char *end = text + bytes;
    for (int number = 1; text < end; number++) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t length = (size_t)((newline == NULL ? end : newline) - text);
        size_t without_cr = length > 0 && text[length - 1] == '\r' ? length - 1 : length;
        if (!take_line(credentials, text, without_cr, number, err))
            return false;
        text += length + 1;
    }
    return true;
}

/* systemd gives its files to the service's user, or root with an ACL: the folder is private then.
 */
static bool check_file(int fd, bool from_systemd, struct error *err)
{
    struct stat info;
    if (fstat(fd, &info) != 0)
        return error_set(err, ERROR_ACCESS, "%s", strerror(errno));
    if (!S_ISREG(info.st_mode))
        return error_set(err, ERROR_ACCESS, "not a plain file");
    if (from_systemd)
        return true;
    if (info.st_uid != geteuid())
        return error_set(err, ERROR_ACCESS, "belongs to another user; it must be your own");
    if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return error_set(err, ERROR_ACCESS,
                         "others can read or change it (mode %03o); run chmod 600 on it",
                         (unsigned)(info.st_mode & 0777));
    return true;
}

/* As many bytes as there are, at most `max`. Negative: errno says why. */
static ssize_t read_whole(int fd, char *text, size_t max)
{
    size_t count = 0;
    ssize_t got = 1;
    while (got != 0 && count < max) {
        got = io_read(fd, text + count, max - count);
        if (got < 0 && errno != EINTR)
            return -1;
        count += got > 0 ? (size_t)got : 0;
    }
    return (ssize_t)count;
}

static bool read_open_file(struct credentials *credentials, int fd, bool from_systemd,
                           struct error *err)
{
    char text[CREDENTIALS_FILE_BYTES_MAX + 1];
    if (!check_file(fd, from_systemd, err))
        return false;
    ssize_t bytes = read_whole(fd, text, sizeof text);
    bool fine = bytes >= 0 && bytes <= CREDENTIALS_FILE_BYTES_MAX;
    if (!fine)
        error_set(err, ERROR_ACCESS, "%s", bytes < 0 ? strerror(errno) : "longer than 4096 bytes");
    fine = fine && take_lines(credentials, text, (size_t)bytes, err);
    explicit_bzero(text, sizeof text);
    return fine;
}

static bool read_file(struct credentials *credentials, const char *path, bool from_systemd,
                      struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    bool fine = false;
    if (fd >= 0)
        fine = read_open_file(credentials, fd, from_systemd, err);
    else if (errno == ELOOP)
        error_set(err, ERROR_ACCESS, "a symbolic link; give the file itself");
    else
        error_set(err, ERROR_ACCESS, "%s", strerror(errno));
    if (fd >= 0)
        close(fd);
    TEXT_SET(credentials->source, path);
    return (fine && check_whole(credentials, err)) ||
           error_context(err, "credentials: %.200s", path);
}

/* ---- the environment ---- */

/* Read and removed, so that no child and no /proc/PID/environ of a later exec has them. True in
 * *any when one was there. */
static bool read_environment(struct credentials *credentials, bool *any, struct error *err)
{
    bool fine = true;
    *any = false;
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        char *value = getenv(parts[i].name);
        if (value == NULL)
            continue;
        *any = *any || value[0] != '\0';
        fine = fine && take(credentials, &parts[i], value, strlen(value), err);
        explicit_bzero(value, strlen(value));
        unsetenv(parts[i].name);
    }
    return fine;
}

static bool systemd_file(char *path, size_t path_bytes)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    if (folder == NULL || folder[0] != '/')
        return false;
    snprintf(path, path_bytes, "%s/twilio", folder);
    return access(path, F_OK) == 0 || errno != ENOENT; /* others may be of another account */
}

static bool use_sandbox(struct credentials *credentials)
{
    TEXT_SET(credentials->account_sid, sandbox_account);
    TEXT_SET(credentials->auth_token, sandbox_token);
    TEXT_SET(credentials->source, "fixed test credentials of the sandbox");
    return true;
}

static bool use_environment(struct credentials *credentials, const struct credentials *found,
                            struct error *err)
{
    *credentials = *found;
    TEXT_SET(credentials->source, "the environment");
    return check_whole(credentials, err) || error_context(err, "credentials in the environment");
}

bool credentials_read(struct credentials *credentials, const struct config *config,
                      struct error *err)
{
    char path[PATH_BYTES];
    bool any = false;
    struct credentials *found = credentials_new();
    bool readable = read_environment(found, &any, err);
    bool fine;
    if (config->credentials_file[0] != '\0')
        fine = read_file(credentials, config->credentials_file, false, err);
    else if (systemd_file(path, sizeof path))
        fine = read_file(credentials, path, true, err);
    else if (any)
        fine = readable && use_environment(credentials, found, err);
    else if (config->environment == ENVIRONMENT_SANDBOX)
        fine = use_sandbox(credentials);
    else
        fine = error_set(err, ERROR_ACCESS,
                         "no credentials: set api.credentials_file, or TWILIO_ACCOUNT_SID with "
                         "TWILIO_API_KEY and TWILIO_API_SECRET in the environment");
    credentials_free(found);
    return fine;
}

const char *credentials_username(const struct credentials *credentials)
{
    return credentials->api_key[0] != '\0' ? credentials->api_key : credentials->account_sid;
}

const char *credentials_password(const struct credentials *credentials)
{
    return credentials->api_key[0] != '\0' ? credentials->api_secret : credentials->auth_token;
}
