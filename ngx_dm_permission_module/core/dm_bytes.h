/*
 * Sixteen bytes at once, as signed numbers: what is not ASCII is negative.  A
 * comparison has -1 in each byte that fits and 0 in the others.
 */

#ifndef DM_BYTES_H
#define DM_BYTES_H

#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif


#define DM_BYTES  16

typedef int8_t   dm_bytes_t __attribute__((vector_size(DM_BYTES)));
typedef uint8_t  dm_ubytes_t __attribute__((vector_size(DM_BYTES)));


/* The bytes at p, of which there are as many. */
static inline dm_bytes_t
dm_bytes_at(const char *p)
{
    dm_bytes_t  bytes;

    memcpy(&bytes, p, sizeof(bytes));

    return bytes;
}


/* The bytes from p to `end`, and then as many of `fill` as are missing. */
static inline dm_bytes_t
dm_bytes_until(const char *p, const char *end, char fill)
{
    char  few[DM_BYTES];

    if (end - p >= DM_BYTES) {
        return dm_bytes_at(p);
    }

    memset(few, fill, sizeof(few));

    if (p < end) {
        memcpy(few, p, (size_t) (end - p));
    }

    return dm_bytes_at(few);
}


/* Bit i is set where byte i of a comparison fits. */
static inline unsigned
dm_bytes_bits(dm_bytes_t fits)
{
#if defined(__SSE2__)

    return (unsigned) _mm_movemask_epi8((__m128i) fits);

#else

    unsigned  i, bits;

    for (i = 0, bits = 0; i < DM_BYTES; i++) {
        bits |= (fits[i] & 1u) << i;
    }

    return bits;

#endif
}


/*
 * All but the bytes from `first` (at most 0x7e) to 0x7e.  One more than 0x7f is
 * -128, the least of all: whatever is not between them ends up below.
 */
static inline dm_bytes_t
dm_bytes_beyond(dm_bytes_t bytes, unsigned char first)
{
    return (dm_bytes_t) ((dm_ubytes_t) bytes + 1) < (int8_t) (first + 1);
}

#endif
