#include "power/vfs.h"

#include "base/attr.h"
#include "base/memory.h"
#include "base/require.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { SHM_REGIONS_MAX = 64, SECTOR_BYTES = 4096 };

struct vfs_file {
    sqlite3_file base;
    struct disk *disk;
    int file;
    bool syncs_folder; /* a journal's first sync makes its name sure, as in os_unix.c */
    void *shm[SHM_REGIONS_MAX];
};

/* The VFS registered; pAppData is the disk. */
static sqlite3_vfs vfs;

static struct vfs_file *ours(sqlite3_file *file)
{
    return (struct vfs_file *)file;
}

static int vfs_close(sqlite3_file *file)
{
    for (size_t i = 0; i < SHM_REGIONS_MAX; i++)
        free(ours(file)->shm[i]);
    return SQLITE_OK;
}

static int vfs_read(sqlite3_file *file, void *out, int count, sqlite3_int64 offset)
{
    size_t got = disk_read(ours(file)->disk, ours(file)->file, (size_t)offset, out, (size_t)count);
    if (got == (size_t)count)
        return SQLITE_OK;
    memset((char *)out + got, 0, (size_t)count - got);
    return SQLITE_IOERR_SHORT_READ;
}

static int vfs_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset)
{
    disk_write(ours(file)->disk, ours(file)->file, (size_t)offset, bytes, (size_t)count);
    return SQLITE_OK;
}

static int vfs_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    disk_truncate(ours(file)->disk, ours(file)->file, (size_t)size);
    return SQLITE_OK;
}

static int vfs_sync(sqlite3_file *file, int flags)
{
    (void)flags;
    disk_sync(ours(file)->disk, ours(file)->file);
    if (ours(file)->syncs_folder)
        disk_sync_folder(ours(file)->disk);
    ours(file)->syncs_folder = false;
    return SQLITE_OK;
}

static int vfs_size(sqlite3_file *file, sqlite3_int64 *size)
{
    *size = (sqlite3_int64)disk_size(ours(file)->disk, ours(file)->file);
    return SQLITE_OK;
}

static int vfs_lock(sqlite3_file *file, int level)
{
    (void)file;
    (void)level;
    return SQLITE_OK;
}

static int vfs_check_lock(sqlite3_file *file, int *is_reserved)
{
    (void)file;
    *is_reserved = 0;
    return SQLITE_OK;
}

static int vfs_control(sqlite3_file *file, int what, void *argument)
{
    (void)file;
    (void)what;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int vfs_sector_size(sqlite3_file *file)
{
    (void)file;
    return SECTOR_BYTES;
}

static int vfs_characteristics(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int vfs_shm_map(sqlite3_file *file, int region, int bytes, int make, void volatile **out)
{
    REQUIRE(region < SHM_REGIONS_MAX);
    void **slot = &ours(file)->shm[region];
    if (*slot == NULL && make)
        *slot = memory_new((size_t)bytes, 1);
    *out = *slot;
    return SQLITE_OK;
}

static int vfs_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    (void)file;
    (void)offset;
    (void)count;
    (void)flags;
    return SQLITE_OK;
}

static void vfs_shm_barrier(sqlite3_file *file)
{
    (void)file;
    __sync_synchronize();
}

static int vfs_shm_unmap(sqlite3_file *file, int removes)
{
    (void)removes;
    for (size_t i = 0; i < SHM_REGIONS_MAX; i++) {
        free(ours(file)->shm[i]);
        ours(file)->shm[i] = NULL;
    }
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = vfs_close,
    .xRead = vfs_read,
    .xWrite = vfs_write,
    .xTruncate = vfs_truncate,
    .xSync = vfs_sync,
    .xFileSize = vfs_size,
    .xLock = vfs_lock,
    .xUnlock = vfs_lock,
    .xCheckReservedLock = vfs_check_lock,
    .xFileControl = vfs_control,
    .xSectorSize = vfs_sector_size,
    .xDeviceCharacteristics = vfs_characteristics,
    .xShmMap = vfs_shm_map,
    .xShmLock = vfs_shm_lock,
    .xShmBarrier = vfs_shm_barrier,
    .xShmUnmap = vfs_shm_unmap,
};

static int vfs_open(sqlite3_vfs *self, const char *name, sqlite3_file *file, int flags,
                    int *flags_out)
{
    const int journals = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    struct disk *disk = self->pAppData;
    bool makes = (flags & SQLITE_OPEN_CREATE) != 0;
    struct vfs_file *opened = ours(file);
    memset(opened, 0, sizeof *opened);
    opened->disk = disk;
    opened->file = name == NULL ? disk_make_nameless(disk) : disk_find(disk, name, makes);
    if (opened->file < 0)
        return SQLITE_CANTOPEN;
    opened->syncs_folder = makes && (flags & journals) != 0;
    opened->base.pMethods = &methods;
    if (flags_out != NULL)
        *flags_out = flags;
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *self, const char *name, int syncs_folder)
{
    if (!disk_remove(self->pAppData, name))
        return SQLITE_IOERR_DELETE_NOENT;
    if (syncs_folder)
        disk_sync_folder(self->pAppData);
    return SQLITE_OK;
}

static int vfs_access(sqlite3_vfs *self, const char *name, int what, int *is_there)
{
    int file = disk_find(self->pAppData, name, false);
    *is_there = file >= 0 && (what != SQLITE_ACCESS_EXISTS || disk_size(self->pAppData, file) > 0);
    return SQLITE_OK;
}

void vfs_end(void)
{
    sqlite3_vfs_unregister(&vfs);
}

void vfs_use(struct disk *disk)
{
    sqlite3_vfs *unix_vfs = sqlite3_vfs_find("unix");
    REQUIRE(unix_vfs != NULL);
    vfs_end();
    vfs = *unix_vfs; /* time, chance, sleep and full names are its own */
    vfs.pNext = NULL;
    vfs.szOsFile = sizeof(struct vfs_file);
    vfs.zName = "power";
    vfs.pAppData = disk;
    vfs.xOpen = vfs_open;
    vfs.xDelete = vfs_delete;
    vfs.xAccess = vfs_access;
    REQUIRE(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK);
}
