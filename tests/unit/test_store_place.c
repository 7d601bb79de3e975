/* A database lies on one machine. */
#include "adapters/sqlite/place.h"

#include "base/text.h"
#include "helpers/store_place.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

/* In place of the C library's: what has "-shared-" in its name lies on NFS. */
int statfs(const char *path, struct statfs *about)
{
    long result = syscall(SYS_statfs, path, about);
    if (result == 0 && strstr(path, "-shared-") != NULL)
        about->f_type = 0x6969;
    return (int)result;
}

static void network_file_systems_are_known_by_number(void **state)
{
    (void)state;
    assert_string_equal(place_shared_name(0x6969), "NFS");
    assert_string_equal(place_shared_name(INT64_C(0xFE534D42)), "SMB");
    assert_string_equal(place_shared_name((int32_t)0xFF534D42), "SMB"); /* where f_type is int */
    assert_string_equal(place_shared_name(0x00C36400), "Ceph");
}

static void disks_are_none_of_them(void **state)
{
    (void)state;
    static const int64_t disks[] = {0xEF53,     0x58465342, INT64_C(0x9123683E),
                                    0x01021994, 0x794C7630, 0x2FC12FC1};
    for (size_t i = 0; i < sizeof disks / sizeof disks[0]; i++)
        assert_null(place_shared_name(disks[i]));
}

static void a_path_is_judged_by_the_nearest_thing_that_exists(void **state)
{
    (void)state;
    struct error err = {0};
    assert_true(place_check("/tmp/numhost-no-such.db", &err));
    assert_true(place_check("/no/such/folder/n.db", &err));
    assert_true(place_check("n.db", &err));
    assert_true(place_check("/n.db", &err));
}

static void a_database_on_a_network_file_system_is_not_begun(void **state)
{
    (void)state;
    static const enum store_mode modes[] = {STORE_WRITE, STORE_READ};
    char folder[] = "/tmp/numhost-shared-XXXXXX";
    char path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/n.db", folder);
    for (size_t i = 0; i < COUNT_OF(modes); i++)
        place_refuses(path, modes[i], "lies on a network file system (NFS)");
    assert_int_equal(rmdir(folder), 0); /* neither database nor lock were made */
}

static void a_path_too_long_for_its_lock_is_refused_and_cut_in_the_message(void **state)
{
    (void)state;
    static const size_t lengths[] = {PATH_MAX - 3, PATH_MAX + 100};
    char path[PATH_MAX + 128];
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        struct error err = {0};
        memset(path, 'x', sizeof path);
        memcpy(path, "/tmp/", 5);
        path[lengths[i]] = '\0';
        assert_null(store_open(path, STORE_WRITE, &err));
        assert_int_equal(err.kind, ERROR_STORE);
        assert_non_null(strstr(err.text, "x...: the path is too long"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(network_file_systems_are_known_by_number),
        cmocka_unit_test(disks_are_none_of_them),
        cmocka_unit_test(a_path_is_judged_by_the_nearest_thing_that_exists),
        cmocka_unit_test(a_database_on_a_network_file_system_is_not_begun),
        cmocka_unit_test(a_path_too_long_for_its_lock_is_refused_and_cut_in_the_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
