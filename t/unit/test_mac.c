#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dm_mac.h"
#include "guard.h"


static void
check(const char *key, size_t key_len, const char *text, size_t len,
    const char *hex)
{
    int        i;
    char       found[2 * DM_DIGEST_LEN + 1];
    uint8_t    out[DM_DIGEST_LEN];
    dm_mac_t  *mac;

    mac = dm_mac_create((dm_str_t) { guard_copy(key, key_len), key_len });
    assert_non_null(mac);

    /* one text leaves nothing behind for the next one */

    for (i = 0; i < 2; i++) {
        assert_int_equal(dm_mac(mac, (dm_str_t) { guard_copy(text, len), len },
                                out), 0);
    }

    for (i = 0; i < DM_DIGEST_LEN; i++) {
        found[2 * i] = "0123456789abcdef"[out[i] >> 4];
        found[2 * i + 1] = "0123456789abcdef"[out[i] & 0xf];
    }

    found[2 * DM_DIGEST_LEN] = '\0';

    assert_string_equal(found, hex);

    dm_mac_destroy(mac);
}


/* RFC 4231: cases 1, 2, 3 and 7, whose key is longer than a block. */
static void
test_vectors(void **state)
{
    char  key[131], data[50];

    (void) state;

    memset(key, 0x0b, 20);
    check(key, 20, "Hi There", 8,
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");

    check("Jefe", 4, "what do ya want for nothing?", 28,
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");

    memset(key, 0xaa, 131);
    memset(data, 0xdd, 50);
    check(key, 20, data, 50,
          "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");

    check(key, 131, "This is a test using a larger than block-size key and a "
          "larger than block-size data. The key needs to be hashed before "
          "being used by the HMAC algorithm.", 152,
          "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}


/* FIPS 180-4. */
static void
test_no_key(void **state)
{
    (void) state;

    check("", 0, "abc", 3,
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}


static void
test_destroy_null(void **state)
{
    (void) state;

    dm_mac_destroy(NULL);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_no_key),
        cmocka_unit_test(test_destroy_null),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
