#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dm_digest.h"
#include "guard.h"


static void
check(dm_digest_t *digest, const char *data, size_t len, const char *hex)
{
    char     found[2 * DM_DIGEST_LEN + 1];
    size_t   i;
    uint8_t  out[DM_DIGEST_LEN], once[DM_DIGEST_LEN];

    dm_str_t  s = { guard_copy(data, len), len };

    assert_int_equal(dm_digest_sha256(digest, s, out), 0);
    assert_int_equal(dm_digest_once(s, once), 0);
    assert_memory_equal(once, out, DM_DIGEST_LEN);

    for (i = 0; i < DM_DIGEST_LEN; i++) {
        found[2 * i] = "0123456789abcdef"[out[i] >> 4];
        found[2 * i + 1] = "0123456789abcdef"[out[i] & 0xf];
    }

    found[2 * DM_DIGEST_LEN] = '\0';

    assert_string_equal(found, hex);
}


/* The examples of FIPS 180-4, through one context. */
static void
test_vectors(void **state)
{
    int           i;
    char         *million;
    dm_digest_t  *digest;

    (void) state;

    digest = dm_digest_create();
    assert_non_null(digest);

    million = malloc(1000000);
    assert_non_null(million);
    memset(million, 'a', 1000000);

    for (i = 0; i < 3; i++) {
        check(digest, "abc", 3,
              "ba7816bf8f01cfea414140de5dae2223"
              "b00361a396177a9cb410ff61f20015ad");
        check(digest, "", 0,
              "e3b0c44298fc1c149afbf4c8996fb924"
              "27ae41e4649b934ca495991b7852b855");
        check(digest,
              "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
              "248d6a61d20638b8e5c026930c3e6039"
              "a33ce45964ff2167f6ecedd419db06c1");
        check(digest, million, 1000000,
              "cdc76e5c9914fb9281a1c7e284d73e67"
              "f1809a48a497200e046d39ccc7112cd0");
    }

    free(million);
    dm_digest_destroy(digest);
}


/* Of every length about that of a block, at once and in two pieces. */
static void
test_lengths(void **state)
{
    char         *text, filled[130];
    size_t        i, len;
    uint8_t       once[DM_DIGEST_LEN], pieces[DM_DIGEST_LEN];
    uint8_t       key[DM_KEY_LEN];
    dm_digest_t  *digest;

    (void) state;

    digest = dm_digest_create();
    assert_non_null(digest);

    for (len = 0; len <= sizeof(filled); len++) {

        for (i = 0; i < len; i++) {
            filled[i] = (char) (i * 7 + len);
        }

        text = guard_copy(filled, len);

        assert_int_equal(dm_digest_sha256(digest, (dm_str_t) { text, len },
                                          once), 0);

        assert_int_equal(dm_digest_begin(digest), 0);
        assert_int_equal(dm_digest_add(digest, (dm_str_t) { text, len / 3 }),
                         0);
        assert_int_equal(dm_digest_add(digest, (dm_str_t)
                                       { text + len / 3, len - len / 3 }), 0);
        assert_int_equal(dm_digest_end(digest, pieces), 0);

        assert_memory_equal(once, pieces, DM_DIGEST_LEN);

        assert_int_equal(dm_digest_key(digest, (dm_str_t) { text, len }, key),
                         0);
        assert_memory_equal(once, key, DM_KEY_LEN);
        guard_free(text, len);
    }

    dm_digest_destroy(digest);
}


static void
test_fingerprint(void **state)
{
    char     out[DM_FINGERPRINT_LEN + 1];
    uint8_t  half[8] = { 0x00, 0x01, 0x9a, 0xf0, 0xff, 0x10, 0x7e, 0xc3 };

    (void) state;

    out[DM_FINGERPRINT_LEN] = '!';
    dm_digest_fingerprint((uint8_t *) guard_copy(half, 8), out);
    assert_memory_equal(out, "00019af0ff107ec3!", DM_FINGERPRINT_LEN + 1);
}


static void
test_destroy_null(void **state)
{
    (void) state;

    dm_digest_destroy(NULL);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_fingerprint),
        cmocka_unit_test(test_destroy_null),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
