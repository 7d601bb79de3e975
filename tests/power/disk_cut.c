#include "power/disk_private.h"

#include "base/attr.h"
#include "base/memory.h"
#include "base/require.h"

#include <stdlib.h>
#include <string.h>

enum { TEAR_ONE_IN = 16, SCATTER_WAYS = 5 };

/* What part of the unsynced is left, of pieces and of changes to names. */
static const double chances[SCATTER_WAYS] = {0, 0.1, 0.5, 0.9, 1};

/* One sector's worth of a write, or a truncation (bytes NULL). */
struct piece {
    int file;
    size_t offset;
    size_t count;
    const unsigned char *bytes;
};

struct remains {
    struct disk *disk; /* what is found afterwards */
    size_t *synced;    /* by file: operations before this one are safe */
    struct piece *pieces;
    size_t piece_count;
    size_t piece_room;
    size_t sector_bytes;
    double kept; /* chance of a piece */
};

static void add_piece(struct remains *remains, struct piece piece)
{
    if (remains->piece_count == remains->piece_room) {
        remains->piece_room = remains->piece_room * 2 + 64;
        remains->pieces =
            memory_resize(remains->pieces, remains->piece_room * sizeof *remains->pieces);
    }
    remains->pieces[remains->piece_count++] = piece;
}

static void split(struct remains *remains, const struct operation *operation)
{
    size_t done = 0;
    while (done < operation->count) {
        size_t at = operation->offset + done;
        size_t count = remains->sector_bytes - at % remains->sector_bytes;
        if (count > operation->count - done)
            count = operation->count - done;
        add_piece(remains, (struct piece){operation->file, at, count, operation->bytes + done});
        done += count;
    }
}

static void apply(struct disk *disk, const struct piece *piece)
{
    struct file *file = &disk->files[piece->file];
    if (piece->bytes == NULL)
        file_grow(file, piece->offset);
    else
        file_put(file, piece->offset, piece->bytes, piece->count);
}

/* Only the beginning of a sector got there, or only its end. */
static struct piece torn(const struct piece *piece, struct rng *rng)
{
    struct piece part = *piece;
    size_t cut = (size_t)rng_below(rng, piece->count + 1);
    if (piece->bytes == NULL)
        return part;
    if (rng_chance(rng, 0.5)) {
        part.count = cut;
    } else {
        part.offset += cut;
        part.bytes += cut;
        part.count -= cut;
    }
    return part;
}

static void shuffle(struct piece *pieces, size_t count, struct rng *rng)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = (size_t)rng_below(rng, i);
        struct piece piece = pieces[i - 1];
        pieces[i - 1] = pieces[other];
        pieces[other] = piece;
    }
}

static void find_syncs(const struct disk *disk, size_t operations, size_t *synced,
                       size_t *folder_synced)
{
    *folder_synced = 0;
    for (size_t i = 0; i < operations; i++) {
        if (disk->log[i].kind == OP_SYNC)
            synced[disk->log[i].file] = i;
        if (disk->log[i].kind == OP_SYNC_FOLDER)
            *folder_synced = i;
    }
}

static void replay(const struct disk *disk, size_t operations, struct remains *remains)
{
    for (size_t i = 0; i < operations; i++) {
        const struct operation *operation = &disk->log[i];
        if (operation->kind != OP_WRITE && operation->kind != OP_TRUNCATE)
            continue;
        bool is_safe = i < remains->synced[operation->file];
        if (operation->kind == OP_TRUNCATE) {
            struct piece piece = {operation->file, operation->offset, 0, NULL};
            if (is_safe)
                apply(remains->disk, &piece);
            else
                add_piece(remains, piece);
        }
        if (operation->kind == OP_WRITE && is_safe)
            file_put(&remains->disk->files[operation->file], operation->offset, operation->bytes,
                     operation->count);
        else if (operation->kind == OP_WRITE)
            split(remains, operation);
    }
}

/* Of the changes to one name that were not synced the first ones are there, and not the rest. */
static void settle_names(const struct disk *disk, size_t operations, size_t folder_synced,
                         double kept, struct disk *after, struct rng *rng)
{
    bool is_lost[NAMES_MAX] = {false};
    after->name_count = disk->name_count;
    memcpy(after->names, disk->names, sizeof after->names);
    for (int i = 0; i < after->name_count; i++)
        after->names[i].file = i < disk->first_name_count ? disk->first_names[i].file : -1;
    for (size_t i = 0; i < operations; i++) {
        const struct operation *operation = &disk->log[i];
        if (operation->kind != OP_NAME)
            continue;
        if (i >= folder_synced && !rng_chance(rng, kept))
            is_lost[operation->name] = true;
        if (!is_lost[operation->name])
            after->names[operation->name].file = operation->file;
    }
}

/* What lies between the old end of a file and a piece that got there: nothing, or what the disk
 * held before. */
static void fill_gap(struct disk *disk, const struct piece *piece, struct rng *rng)
{
    struct file *file = &disk->files[piece->file];
    size_t end = file->size;
    if (piece->bytes == NULL || piece->offset <= end || rng_chance(rng, 0.5))
        return;
    file_grow(file, piece->offset);
    for (size_t i = end; i < piece->offset; i++)
        file->bytes[i] = (unsigned char)rng_next(rng);
}

static void scatter(struct remains *remains, struct rng *rng)
{
    if (rng_chance(rng, 0.5))
        shuffle(remains->pieces, remains->piece_count, rng);
    for (size_t i = 0; i < remains->piece_count; i++) {
        struct piece piece = remains->pieces[i];
        if (!rng_chance(rng, remains->kept))
            continue;
        if (rng_below(rng, TEAR_ONE_IN) == 0)
            piece = torn(&piece, rng);
        if (piece.bytes != NULL && piece.count == 0)
            continue;
        fill_gap(remains->disk, &piece, rng);
        apply(remains->disk, &piece);
    }
}

/* What is found is what the next program starts from. */
static void begin_anew(struct disk *disk)
{
    disk->first_file_count = disk->file_count;
    disk->first_files = memory_new((size_t)disk->file_count + 1, sizeof *disk->first_files);
    for (int i = 0; i < disk->file_count; i++)
        file_copy(&disk->first_files[i], &disk->files[i]);
    memcpy(disk->first_names, disk->names, sizeof disk->first_names);
    disk->first_name_count = disk->name_count;
}

struct disk *disk_cut(const struct disk *disk, size_t operations, struct rng *rng)
{
    struct remains remains = {
        .disk = disk_new(),
        .synced = memory_new((size_t)disk->file_count + 1, sizeof *remains.synced),
        .sector_bytes = rng_chance(rng, 0.5) ? 512 : 4096,
        .kept = chances[rng_below(rng, SCATTER_WAYS)],
    };
    size_t folder_synced = 0;
    REQUIRE(operations <= disk->log_count);
    for (int i = 0; i < disk->file_count; i++) {
        int file = disk_add_file(remains.disk, disk->files[i].is_nameless);
        if (i < disk->first_file_count)
            file_copy(&remains.disk->files[file], &disk->first_files[i]);
    }
    find_syncs(disk, operations, remains.synced, &folder_synced);
    replay(disk, operations, &remains);
    scatter(&remains, rng);
    settle_names(disk, operations, folder_synced, chances[rng_below(rng, SCATTER_WAYS)],
                 remains.disk, rng);
    begin_anew(remains.disk);
    free(remains.synced);
    free(remains.pieces);
    return remains.disk;
}
