/* A disk that can lose its power: files in memory, and a log of everything that was done to them.
 * What was synced is there after a cut; of what was not, any part may be, in any order, a sector
 * torn in the middle. A name that was made or removed is sure only when its folder was synced. One
 * folder, one program at a time. */
#ifndef NUMHOST_TESTS_POWER_DISK_H
#define NUMHOST_TESTS_POWER_DISK_H

#include "base/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct disk;

enum { DISK_NAME_BYTES = 256 };

struct disk *disk_new(void);
void disk_free(struct disk *disk);

/* A file by its name; <0 when there is none and it is not to be made. A file that has lost its name
 * lives on. */
int disk_find(struct disk *disk, const char *name, bool make);
/* A file without a name, which no cut leaves anything of. */
int disk_make_nameless(struct disk *disk);
bool disk_remove(struct disk *disk, const char *name); /* false: there is none */

size_t disk_size(const struct disk *disk, int file);
/* Less than `count` at the end of the file. */
size_t disk_read(const struct disk *disk, int file, size_t offset, void *out, size_t count);
void disk_write(struct disk *disk, int file, size_t offset, const void *bytes, size_t count);
void disk_truncate(struct disk *disk, int file, size_t size);
void disk_sync(struct disk *disk, int file);
void disk_sync_folder(struct disk *disk);

/* How many writes, truncations, syncs and changes of names there were so far. */
size_t disk_operations(const struct disk *disk);

/* What somebody finds who switches the power on again after the first `operations` of them: another
 * disk, to be freed. The draws decide what is left of what was not synced. */
struct disk *disk_cut(const struct disk *disk, size_t operations, struct rng *rng);

#endif
