#include "adapters/sqlite/place.h"

#include "base/text.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <sys/vfs.h>

/* statfs(2). FUSE is not among them: it says nothing about what is behind it. */
static const struct {
    uint32_t type;
    const char *name;
} shared[] = {
    {0x6969, "NFS"},        {0x517B, "SMB"},      {0xFF534D42, "SMB"},   {0xFE534D42, "SMB"},
    {0x5346414F, "AFS"},    {0x6B414653, "AFS"},  {0x73757245, "Coda"},  {0x00C36400, "Ceph"},
    {0x0BD00BD0, "Lustre"}, {0x01161970, "GFS2"}, {0x7461636F, "OCFS2"}, {0x564C, "NCP"},
};

const char *place_shared_name(int64_t type)
{
    for (size_t i = 0; i < COUNT_OF(shared); i++)
        if ((uint32_t)type == shared[i].type)
            return shared[i].name;
    return NULL;
}

bool place_check(const char *path, struct error *err)
{
    char folder[PATH_MAX];
    struct statfs about;
    if (!TEXT_SET(folder, path))
        return true;
    char *slash = strrchr(folder, '/');
    if (slash != NULL)
        slash[slash == folder ? 1 : 0] = '\0';
    if (statfs(path, &about) != 0 && statfs(slash != NULL ? folder : ".", &about) != 0)
        return true;
    const char *name = place_shared_name((int64_t)about.f_type);
    if (name == NULL)
        return true;
    return error_set(err, ERROR_STORE,
                     "database %s: lies on a network file system (%s), where two machines could "
                     "write it at once: give a --database on a disk of this machine",
                     path, name);
}
