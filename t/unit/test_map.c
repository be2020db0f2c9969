#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "dm_map.h"


#define KEYS  10000


static dm_str_t
key(char buffer[32], unsigned i)
{
    return (dm_str_t) { buffer, (size_t) snprintf(buffer, 32, "%u", i) };
}


/* Each key its value, which stays where it is; by order as they came. */
static void
test_keys(void **state)
{
    char       text[32];
    unsigned   i, **values, *value;
    dm_map_t  *map;
    dm_str_t   k;

    (void) state;

    map = dm_map_create(sizeof(unsigned));
    assert_non_null(map);
    assert_int_equal(dm_map_count(map), 0);
    assert_null(dm_map_find(map, DM_STR("")));

    values = calloc(KEYS, sizeof(*values));
    assert_non_null(values);

    for (i = 0; i < KEYS; i++) {
        assert_null(dm_map_find(map, key(text, i)));
        values[i] = dm_map_get(map, key(text, i));
        assert_non_null(values[i]);
        assert_int_equal(*values[i], 0);
        *values[i] = i + 1;
    }

    assert_int_equal(dm_map_count(map), KEYS);

    for (i = 0; i < KEYS; i++) {
        assert_ptr_equal(dm_map_get(map, key(text, i)), values[i]);
        assert_ptr_equal(dm_map_find(map, key(text, i)), values[i]);
        value = dm_map_at(map, i, &k);
        assert_ptr_equal(value, values[i]);
        assert_int_equal(*value, i + 1);
        assert_true(dm_str_eq(k, key(text, i)));
        assert_ptr_equal(dm_map_at(map, i, NULL), value);
    }

    assert_int_equal(dm_map_count(map), KEYS);

    free(values);
    dm_map_destroy(map);
    dm_map_destroy(NULL);
}


/* A key may be empty, or hold any byte. */
static void
test_bytes(void **state)
{
    dm_map_t  *map;
    uint64_t  *empty, *nul;

    (void) state;

    map = dm_map_create(sizeof(uint64_t));
    empty = dm_map_get(map, DM_STR(""));
    nul = dm_map_get(map, DM_STR("\0"));
    assert_ptr_not_equal(empty, nul);
    assert_ptr_equal(dm_map_find(map, DM_STR("")), empty);
    assert_ptr_equal(dm_map_find(map, DM_STR("\0")), nul);
    assert_null(dm_map_find(map, DM_STR("\0\0")));
    dm_map_destroy(map);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
