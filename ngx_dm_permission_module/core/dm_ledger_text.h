/*
 * Pieces of a line of the ledger.  Each function writes at p, where there is
 * room, and returns where it ends.
 */

#ifndef DM_LEDGER_TEXT_H
#define DM_LEDGER_TEXT_H

#include "dm_ledger.h"


#define dm_ledger_put_literal(p, text)  dm_ledger_put(p, text, sizeof(text) - 1)


static inline char *
dm_ledger_put(char *p, const char *data, size_t len)
{
    memcpy(p, data, len);

    return p + len;
}


/* In decimal. */
char *dm_ledger_number(char *p, uint64_t n);

/* In lower case hexadecimal. */
char *dm_ledger_bytes(char *p, const uint8_t *data, size_t len);

/*
 * A string in its quotes.  What is no UTF-8 becomes U+FFFD, and counts as such
 * towards DM_LEDGER_TEXT_MAX: what is read from a line is not cut again.
 */
char *dm_ledger_string(char *p, dm_str_t s);

#endif
