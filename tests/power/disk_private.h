/* What a disk is made of; for disk.c and disk_cut.c alone. */
#ifndef NUMHOST_TESTS_POWER_DISK_PRIVATE_H
#define NUMHOST_TESTS_POWER_DISK_PRIVATE_H

#include "power/disk.h"

enum { NAMES_MAX = 16 };

struct file {
    unsigned char *bytes;
    size_t size;
    size_t room;
    bool is_nameless;
};

struct name {
    char text[DISK_NAME_BYTES];
    int file; /* <0: removed */
};

enum operation_kind { OP_WRITE, OP_TRUNCATE, OP_SYNC, OP_NAME, OP_SYNC_FOLDER };

struct operation {
    enum operation_kind kind;
    int file;
    int name;
    size_t offset; /* OP_TRUNCATE: the new size */
    size_t count;
    unsigned char *bytes;
};

struct disk {
    struct file *files; /* as a program sees them */
    int file_count;
    struct file *first_files; /* as they were when the power came on */
    int first_file_count;
    struct name names[NAMES_MAX];
    struct name first_names[NAMES_MAX];
    int name_count;
    int first_name_count;
    struct operation *log;
    size_t log_count;
    size_t log_room;
};

int disk_add_file(struct disk *disk, bool is_nameless);
void file_grow(struct file *file, size_t size); /* or shrink */
void file_put(struct file *file, size_t offset, const unsigned char *bytes, size_t count);
void file_copy(struct file *to, const struct file *from);

#endif
