/*
 * A query or a form body as the loosest of readers takes it: some split at
 * ';', some take "." or a space in a name for "_", leave out a space before
 * it, end it at a NUL or a '[', or do not mind its case.
 */

#ifndef DM_FORM_H
#define DM_FORM_H

#include "dm_str.h"


/* The byte at *p, decoded: a bad escape stands for itself, '+' is a space. */
static inline unsigned char
dm_form_char(const char **p, const char *end)
{
    int          hi, lo;
    const char  *s;

    s = (*p)++;

    if (*s == '%' && end - s > 2) {
        hi = dm_hex((unsigned char) s[1]);
        lo = dm_hex((unsigned char) s[2]);

        if (hi >= 0 && lo >= 0) {
            *p = s + 3;
            return (unsigned char) (hi << 4 | lo);
        }
    }

    return *s == '+' ? ' ' : (unsigned char) *s;
}


/*
 * 1 if a loose reader takes `name`, as it was sent, for `want`, which is in
 * lower case; with `prefix` also where more follows.
 */
int dm_form_named(dm_str_t name, dm_str_t want, unsigned prefix);

/* Splits a field off *text, at '&' and at ';'.  0 at its end. */
int dm_form_next(dm_str_t *text, dm_str_t *name, dm_str_t *value);

/*
 * 1 if a Content-Type has application/x-www-form-urlencoded anywhere: whether
 * a tab before it or a list around it makes it another type, readers differ.
 */
int dm_form_type(dm_str_t type);

/*
 * 1 if a field of the header, its name in lower case, says of a form that it
 * is not the text that it seems: it has a Content-Encoding, or a charset that
 * is not known to have all of ASCII in its place.
 */
int dm_form_coded(dm_str_t name, dm_str_t value);

/* The DM_METHOD_* bits of all that can be taken for a _method; 0: none. */
unsigned dm_form_methods(dm_str_t text);

#endif
