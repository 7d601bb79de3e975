/* A database lies on one machine. */
#include "adapters/sqlite/place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(network_file_systems_are_known_by_number),
        cmocka_unit_test(disks_are_none_of_them),
        cmocka_unit_test(a_path_is_judged_by_the_nearest_thing_that_exists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
