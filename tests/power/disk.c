#include "power/disk_private.h"

#include "base/memory.h"
#include "base/require.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- files ---- */

void file_grow(struct file *file, size_t size)
{
    if (size > file->room) {
        file->room = size + size / 2 + 4096;
        file->bytes = memory_resize(file->bytes, file->room);
    }
    if (size > file->size)
        memset(file->bytes + file->size, 0, size - file->size);
    file->size = size;
}

void file_put(struct file *file, size_t offset, const unsigned char *bytes, size_t count)
{
    if (offset + count > file->size)
        file_grow(file, offset + count);
    memcpy(file->bytes + offset, bytes, count);
}

void file_copy(struct file *to, const struct file *from)
{
    *to = (struct file){.is_nameless = from->is_nameless};
    if (from->size > 0)
        file_put(to, 0, from->bytes, from->size);
}

static void free_files(struct file *files, int count)
{
    for (int i = 0; i < count; i++)
        free(files[i].bytes);
    free(files);
}

int disk_add_file(struct disk *disk, bool is_nameless)
{
    disk->files = memory_resize(disk->files, (size_t)(disk->file_count + 1) * sizeof *disk->files);
    disk->files[disk->file_count] = (struct file){.is_nameless = is_nameless};
    return disk->file_count++;
}

/* ---- the log ---- */

static void note(struct disk *disk, struct operation operation)
{
    if (disk->log_count == disk->log_room) {
        disk->log_room = disk->log_room * 2 + 256;
        disk->log = memory_resize(disk->log, disk->log_room * sizeof *disk->log);
    }
    disk->log[disk->log_count++] = operation;
}

size_t disk_operations(const struct disk *disk)
{
    return disk->log_count;
}

struct disk *disk_new(void)
{
    return memory_new(1, sizeof(struct disk));
}

void disk_free(struct disk *disk)
{
    if (disk == NULL)
        return;
    for (size_t i = 0; i < disk->log_count; i++)
        free(disk->log[i].bytes);
    free(disk->log);
    free_files(disk->files, disk->file_count);
    free_files(disk->first_files, disk->first_file_count);
    free(disk);
}

/* ---- names ---- */

static int find_name(struct disk *disk, const char *text, bool make)
{
    for (int i = 0; i < disk->name_count; i++)
        if (strcmp(disk->names[i].text, text) == 0)
            return i;
    if (!make)
        return -1;
    REQUIRE(disk->name_count < NAMES_MAX);
    struct name *name = &disk->names[disk->name_count];
    REQUIRE(text_copy(name->text, sizeof name->text, text));
    name->file = -1;
    return disk->name_count++;
}

int disk_find(struct disk *disk, const char *text, bool make)
{
    int name = find_name(disk, text, make);
    if (name < 0 || (disk->names[name].file < 0 && !make))
        return -1;
    if (disk->names[name].file < 0) {
        disk->names[name].file = disk_add_file(disk, false);
        note(disk,
             (struct operation){.kind = OP_NAME, .name = name, .file = disk->names[name].file});
    }
    return disk->names[name].file;
}

int disk_make_nameless(struct disk *disk)
{
    return disk_add_file(disk, true);
}

bool disk_remove(struct disk *disk, const char *text)
{
    int name = find_name(disk, text, false);
    if (name < 0 || disk->names[name].file < 0)
        return false;
    disk->names[name].file = -1;
    note(disk, (struct operation){.kind = OP_NAME, .name = name, .file = -1});
    return true;
}

/* ---- what a program does ---- */

size_t disk_size(const struct disk *disk, int file)
{
    return disk->files[file].size;
}

size_t disk_read(const struct disk *disk, int file, size_t offset, void *out, size_t count)
{
    const struct file *from = &disk->files[file];
    if (offset >= from->size)
        return 0;
    size_t got = from->size - offset < count ? from->size - offset : count;
    memcpy(out, from->bytes + offset, got);
    return got;
}

void disk_write(struct disk *disk, int file, size_t offset, const void *bytes, size_t count)
{
    if (count == 0)
        return;
    file_put(&disk->files[file], offset, bytes, count);
    if (disk->files[file].is_nameless)
        return;
    unsigned char *copy = memory_new(count, 1);
    memcpy(copy, bytes, count);
    note(disk,
         (struct operation){
             .kind = OP_WRITE, .file = file, .offset = offset, .count = count, .bytes = copy});
}

void disk_truncate(struct disk *disk, int file, size_t size)
{
    file_grow(&disk->files[file], size);
    if (!disk->files[file].is_nameless)
        note(disk, (struct operation){.kind = OP_TRUNCATE, .file = file, .offset = size});
}

void disk_sync(struct disk *disk, int file)
{
    if (!disk->files[file].is_nameless)
        note(disk, (struct operation){.kind = OP_SYNC, .file = file});
}

void disk_sync_folder(struct disk *disk)
{
    note(disk, (struct operation){.kind = OP_SYNC_FOLDER});
}
