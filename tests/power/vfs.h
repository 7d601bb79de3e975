/* SQLite's way to a disk that can lose its power (power/disk.h): what the "unix" VFS does, done to
 * such a disk. One connection at a time: locks are granted, the index of a write-ahead log is
 * memory. */
#ifndef NUMHOST_TESTS_POWER_VFS_H
#define NUMHOST_TESTS_POWER_VFS_H

#include "power/disk.h"

/* From now on every database file of this program is on `disk` (borrowed). Names go on being those
 * of the file system. */
void vfs_use(struct disk *disk);

/* The file system again. */
void vfs_end(void);

#endif
