#include "power/place.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool place_make(struct place *place, struct error *err)
{
    TEXT_SET(place->folder, "/tmp/numhost-power-XXXXXX");
    if (mkdtemp(place->folder) == NULL)
        return error_set(err, ERROR_OTHER, "%s: %s", place->folder, strerror(errno));
    snprintf(place->path, sizeof place->path, "%s/n.db", place->folder);
    return true;
}

void place_remove(const struct place *place)
{
    char lock[96];
    snprintf(lock, sizeof lock, "%s.lock", place->path);
    unlink(lock);
    unlink(place->path);
    rmdir(place->folder);
}
