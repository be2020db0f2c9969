/*
 * dm_str_t: a piece of somebody else's memory.  Never owned, never
 * terminated by a NUL, may hold any byte.
 */

#ifndef DM_STR_H
#define DM_STR_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>


/* For what few come to: the others save no registers for it. */
#define dm_rare  __attribute__((noinline, cold))


typedef struct {
    const char  *data;
    size_t       len;
} dm_str_t;


#define DM_STR(literal)  ((dm_str_t) { (literal), sizeof(literal) - 1 })


/* 1 if both hold the same bytes. */
static inline int
dm_str_eq(dm_str_t a, dm_str_t b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, b.len) == 0);
}


/* ASCII only: no locale has a say in what is guarded. */
static inline unsigned char
dm_lower(unsigned char c)
{
    return (c >= 'A' && c <= 'Z') ? (unsigned char) (c | 0x20) : c;
}


/* 1 if both hold the same bytes but for the case of ASCII letters. */
static inline int
dm_str_caseeq(dm_str_t a, dm_str_t b)
{
    size_t  i;

    if (a.len != b.len) {
        return 0;
    }

    if (dm_str_eq(a, b)) {
        return 1;
    }

    for (i = 0; i < a.len; i++) {
        if (dm_lower((unsigned char) a.data[i])
            != dm_lower((unsigned char) b.data[i]))
        {
            return 0;
        }
    }

    return 1;
}


/* FNV-1a, folded: for texts of which nobody gains who makes some collide. */
static inline uint64_t
dm_str_hash(dm_str_t s)
{
    size_t    i;
    uint64_t  hash;

    hash = 0xcbf29ce484222325ull;

    for (i = 0; i < s.len; i++) {
        hash = (hash ^ (unsigned char) s.data[i]) * 0x100000001b3ull;
    }

    return hash ^ (hash >> 32);
}


/* The value of a hexadecimal digit, or -1. */
static inline int
dm_hex(unsigned char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c = dm_lower(c);

    return (c >= 'a' && c <= 'f') ? c - 'a' + 10 : -1;
}


/* Writes 2 * len digits, in lower case; no NUL. */
static inline void
dm_hex_put(char *out, const uint8_t *data, size_t len)
{
    size_t             i;
    static const char  digits[] = "0123456789abcdef";

    for (i = 0; i < len; i++) {
        out[2 * i] = digits[data[i] >> 4];
        out[2 * i + 1] = digits[data[i] & 0xf];
    }
}


/* "0" / ( %x31-39 *DIGIT ), at most 2^64 - 1.  0, or -1 for any other text. */
static inline int
dm_str_u64(dm_str_t s, uint64_t *out)
{
    size_t    i;
    uint64_t  n, digit;

    if (s.len == 0 || (s.len > 1 && s.data[0] == '0')) {
        return -1;
    }

    n = 0;

    for (i = 0; i < s.len; i++) {

        if (s.data[i] < '0' || s.data[i] > '9') {
            return -1;
        }

        digit = (uint64_t) (s.data[i] - '0');

        /* 19 digits always fit */

        if (i >= 19 && n > (UINT64_MAX - digit) / 10) {
            return -1;
        }

        n = n * 10 + digit;
    }

    *out = n;

    return 0;
}

#endif
