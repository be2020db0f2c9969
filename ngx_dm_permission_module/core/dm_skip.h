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

#include "dm_bytes.h"
#include "dm_str.h"


#define DM_SKIP_DIGITS  18          /* as many as always fit in an int64_t */


/* Where white space, a string, or a name goes on as few of them do. */
const char *dm_skip_space_rest(const char *end, const char *p);
const char *dm_skip_string_rest(const char *end, const char *p);
const char *dm_skip_name_rest(const char *end, const char *p);


static inline const char *
dm_skip_space(const char *end, const char *p)
{
    return p < end && (unsigned char) *p > ' ' ? p
                                               : dm_skip_space_rest(end, p);
}


/* All bytes up to a quote, a backslash, a control, or one not of ASCII. */
static inline const char *
dm_skip_ascii(const char *end, const char *p)
{
    unsigned    bits;
    dm_bytes_t  bytes;

    while (end - p >= DM_BYTES) {
        bytes = dm_bytes_at(p);
        bits = dm_bytes_bits((bytes < ' ') | (bytes == '"')
                             | (bytes == '\\'));

        if (bits) {
            return p + __builtin_ctz(bits);
        }

        p += DM_BYTES;
    }

    while (p < end && (signed char) *p >= ' ' && *p != '"' && *p != '\\') {
        p++;
    }

    return p;
}


/* p: behind the first quote */
static inline const char *
dm_skip_string(const char *end, const char *p)
{
    p = dm_skip_ascii(end, p);

    return p < end && *p == '"' ? p + 1 : dm_skip_string_rest(end, p);
}


/* p: at the first quote, or wrong */
static inline const char *
dm_skip_name(const char *end, const char *p, dm_str_t *name)
{
    const char  *close;

    if (p == end || *p != '"') {
        return NULL;
    }

    p++;
    close = dm_skip_ascii(end, p);

    if (close == end || *close != '"') {
        close = dm_skip_name_rest(end, close);

        if (close == NULL) {
            return NULL;
        }
    }

    name->data = p;
    name->len = (size_t) (close - p);

    return close + 1;
}


static inline const char *
dm_skip_digits(const char *end, const char *p)
{
    unsigned     bits;
    dm_ubytes_t  bytes;

    while (end - p >= DM_BYTES) {
        bytes = (dm_ubytes_t) dm_bytes_at(p) - '0';
        bits = dm_bytes_bits((dm_bytes_t) (bytes > 9));

        if (bits) {
            return p + __builtin_ctz(bits);
        }

        p += DM_BYTES;
    }

    while (p < end && *p >= '0' && *p <= '9') {
        p++;
    }

    return p;
}


/* p: before the end */
static inline const char *
dm_skip_number(const char *end, const char *p)
{
    const char  *from;

    p += *p == '-';
    from = p;
    p = dm_skip_digits(end, p);

    if (p == from || p - from > DM_SKIP_DIGITS
        || (*from == '0' && p - from > 1))
    {
        return NULL;
    }

    if (p < end && *p == '.') {
        from = p + 1;
        p = dm_skip_digits(end, from);

        if (p == from) {
            return NULL;
        }
    }

    return p;
}


/*
 * p: before the end.  "true", "false" or "null", with five bytes to look at;
 * none of them ends a text.  Which it is no processor foresees: it does not
 * branch at that.
 */
static inline const char *
dm_skip_word(const char *end, const char *p)
{
    uint32_t  word, yes, no, null;
    unsigned  is_no;

    if (end - p < 5) {
        return NULL;
    }

    memcpy(&word, p, 4);
    memcpy(&yes, "true", 4);
    memcpy(&no, "fals", 4);
    memcpy(&null, "null", 4);

    is_no = (word == no) & (p[4] == 'e');

    return (word == yes) | (word == null) | is_no ? p + 4 + is_no : NULL;
}

#endif
