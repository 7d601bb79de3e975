#include "engine/whole_file.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool refuse(const char *path, const char *what, struct error *err)
{
    return error_set(err, ERROR_OTHER, "%s: %s: %s", path, what, strerror(errno));
}

static bool open_stream(struct whole_file *file, int fd, struct error *err)
{
    file->out = fd < 0 ? NULL : fdopen(fd, "w");
    if (file->out != NULL)
        return true;
    refuse(file->path, "cannot be written", err);
    if (fd >= 0)
        close(fd);
    if (fd >= 0 && file->beside[0] != '\0')
        unlink(file->beside);
    return false;
}

/* Whoever else may write in the folder could lead us, and our permissions, to any file. root's
 * links are the system's: /dev/stdout is one. */
static bool is_foreign_link(const char *path)
{
    struct stat about;
    return lstat(path, &about) == 0 && S_ISLNK(about.st_mode) && about.st_uid != geteuid() &&
           about.st_uid != 0;
}

/* The path a rename must go to: a link of our own stays a link and its target is replaced. */
static bool resolve(struct whole_file *file, const char *path, struct error *err)
{
    if (is_foreign_link(path))
        return error_set(err, ERROR_OTHER,
                         "%s: is a symbolic link of another user, which is not followed: remove it "
                         "or name another file",
                         path);
    char *target = realpath(path, NULL);
    bool fits = text_copy(file->path, sizeof file->path, target != NULL ? target : path);
    free(target);
    if (!fits)
        return error_set(err, ERROR_OTHER, "%.200s...: the path is too long", path);
    return true;
}

bool whole_file_open(struct whole_file *file, const char *path, struct error *err)
{
    struct stat there;
    *file = (struct whole_file){0};
    if (!resolve(file, path, err))
        return false;
    bool exists = stat(file->path, &there) == 0;
    if (!exists && errno != ENOENT) /* whatever it is, it may be no file to replace */
        return refuse(path, "cannot be written", err);
    if (exists && S_ISDIR(there.st_mode))
        return error_set(err, ERROR_USAGE, "%s is a directory; name a file in it", path);
    if (exists && !S_ISREG(there.st_mode))
        return open_stream(file, open(file->path, O_WRONLY | O_CLOEXEC), err);
    int length = snprintf(file->beside, sizeof file->beside, "%s.part-XXXXXX", file->path);
    if ((size_t)length >= sizeof file->beside) /* -1 is more than any */
        return error_set(err, ERROR_OTHER, "%.200s...: the path is too long", path);
    return open_stream(file, mkostemp(file->beside, O_CLOEXEC), err);
}

static bool sync_directory(const char *path)
{
    char directory[WHOLE_FILE_PATH_BYTES];
    TEXT_SET(directory, path);
    char *slash = strrchr(directory, '/');
    if (slash == NULL)
        TEXT_SET(directory, ".");
    else
        slash[1] = '\0'; /* the slash stays, for the root */
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool synced = fsync(fd) == 0 || errno == EINVAL; /* some file systems cannot sync a directory */
    close(fd);
    return synced;
}

static bool give_up(struct whole_file *file, struct error *err)
{
    refuse(file->path, "cannot be written", err);
    whole_file_drop(file);
    return false;
}

bool whole_file_sync(struct whole_file *file, struct error *err)
{
    bool beside = file->beside[0] != '\0';
    /* ferror: what was lost on the way leaves a hole, and the last flush may be well */
    bool written = fflush(file->out) == 0 && ferror(file->out) == 0 &&
                   (!beside || fsync(fileno(file->out)) == 0);
    if (!written)
        return give_up(file, err);
    bool closed = fclose(file->out) == 0;
    file->out = NULL;
    if (!closed)
        return give_up(file, err);
    return true;
}

bool whole_file_publish(struct whole_file *file, struct error *err)
{
    if (file->beside[0] == '\0')
        return true;
    if (rename(file->beside, file->path) != 0)
        return give_up(file, err);
    file->beside[0] = '\0';
    if (!sync_directory(file->path))
        return refuse(file->path, "its directory cannot be synced", err);
    return true;
}

bool whole_file_keep(struct whole_file *file, struct error *err)
{
    return whole_file_sync(file, err) && whole_file_publish(file, err);
}

void whole_file_drop(struct whole_file *file)
{
    if (file->out != NULL)
        fclose(file->out);
    file->out = NULL;
    if (file->beside[0] != '\0')
        unlink(file->beside);
    file->beside[0] = '\0';
}

static bool digest(FILE *in, EVP_MD_CTX *hash, unsigned char *out)
{
    unsigned char block[64 * 1024];
    size_t count = 0;
    if (EVP_DigestInit_ex(hash, EVP_sha256(), NULL) != 1)
        return false;
    while ((count = fread(block, 1, sizeof block, in)) > 0)
        if (EVP_DigestUpdate(hash, block, count) != 1)
            return false;
    return ferror(in) == 0 && EVP_DigestFinal_ex(hash, out, NULL) == 1;
}

bool file_sha256(const char *path, char hex[SHA256_TEXT_BYTES], struct error *err)
{
    unsigned char raw[EVP_MAX_MD_SIZE];
    FILE *in = fopen(path, "re");
    if (in == NULL)
        return refuse(path, "cannot be read", err);
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    bool done = hash != NULL && digest(in, hash, raw);
    EVP_MD_CTX_free(hash);
    fclose(in);
    if (!done)
        return error_set(err, ERROR_OTHER, "%s: its SHA-256 cannot be computed", path);
    for (size_t i = 0; i < 32; i++)
        snprintf(hex + 2 * i, 3, "%02x", raw[i]);
    return true;
}
