/*
 * The parts of a JSON text (RFC 8259) that hold no others, passed over.  What
 * jansson may judge differently is not passed over: an integer of more than
 * 18 digits, a number with an exponent, an escape in a name.
 *
 *     name    = DQUOTE *plain DQUOTE
 *     string  = DQUOTE *( plain / escape ) DQUOTE
 *     plain   = %x20-21 / %x23-5B / %x5D-7F / UTF-8 of more than a byte
 *     number  = [ "-" ] ( "0" / %x31-39 *17DIGIT ) [ "." 1*DIGIT ]
 *
 * Each function is passed the text's end and a position, never behind it, and
 * returns the position behind what it names, or NULL where that is not there.
 */

#ifndef DM_SKIP_H
#define DM_SKIP_H

#include "dm_str.h"


/* Sixteen bytes at once, as signed numbers: what is not ASCII is negative. */
typedef int8_t  dm_skip_bytes_t __attribute__((vector_size(16)));


/* p: behind the first quote */
const char *dm_skip_string(const char *end, const char *p);

/* p: at the first quote, or wrong */
const char *dm_skip_name(const char *end, const char *p, dm_str_t *name);

/* p: before the end */
const char *dm_skip_number(const char *end, const char *p);


static inline const char *
dm_skip_space(const char *end, const char *p)
{
    while (p < end
           && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
    {
        p++;
    }

    return p;
}


/* All bytes up to a quote, a backslash, a control, or one not of ASCII. */
static inline const char *
dm_skip_ascii(const char *end, const char *p)
{
    uint64_t         words[2];
    dm_skip_bytes_t  bytes, hits;

    while ((size_t) (end - p) >= sizeof(bytes)) {
        memcpy(&bytes, p, sizeof(bytes));
        hits = (dm_skip_bytes_t) ((bytes < ' ') | (bytes == '"')
                                  | (bytes == '\\'));
        memcpy(words, &hits, sizeof(words));

        if ((words[0] | words[1]) != 0) {
#if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
            return words[0] ? p + __builtin_ctzll(words[0]) / 8
                            : p + 8 + __builtin_ctzll(words[1]) / 8;
#else
            break;
#endif
        }

        p += sizeof(bytes);
    }

    while (p < end && (signed char) *p >= ' ' && *p != '"' && *p != '\\') {
        p++;
    }

    return p;
}


static inline const char *
dm_skip_word(const char *end, const char *p, dm_str_t word)
{
    return (size_t) (end - p) >= word.len
           && memcmp(p, word.data, word.len) == 0 ? p + word.len : NULL;
}

#endif
