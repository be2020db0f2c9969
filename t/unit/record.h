/*
 * What the tests of records share.
 */

#ifndef RECORD_H
#define RECORD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "dm_record.h"
#include "guard.h"


#define TOKEN  "{\"token\":\"t\",\"app\":\"1\",\"access\":\"read\""
#define HEX64  "ba7816bf8f01cfea414140de5dae2223"                             \
               "b00361a396177a9cb410ff61f20015ad"

static dm_digest_t  *digest;
static dm_record_t   record;
static char          error[DM_RECORD_ERROR];


static inline int
parse_bytes(const char *line, size_t len)
{
    dm_str_t  s = { guard_copy(line, len), len };

    memset(&record, 0xa5, sizeof(record));
    memset(error, 0xa5, sizeof(error));

    return dm_record_parse(s, digest, &record, error);
}


static inline void
good(const char *line)
{
    if (parse_bytes(line, strlen(line)) != 0) {
        fail_msg("%s: %s", line, error);
    }
}


static inline void
bad(const char *line, const char *reason)
{
    if (parse_bytes(line, strlen(line)) != -1) {
        fail_msg("accepted: %s", line);
    }

    assert_non_null(memchr(error, '\0', sizeof(error)));

    if (strncmp(error, reason, strlen(reason)) != 0) {
        fail_msg("%s: \"%s\" instead of \"%s\"", line, error, reason);
    }
}


static inline void
same(dm_str_t s, const char *text)
{
    assert_int_equal(s.len, strlen(text));
    assert_memory_equal(s.data, text, s.len);
}


static inline int
setup(void **state)
{
    (void) state;

    digest = dm_digest_create();

    return digest == NULL ? -1 : 0;
}


static inline int
teardown(void **state)
{
    (void) state;

    dm_digest_destroy(digest);

    return 0;
}

#endif
