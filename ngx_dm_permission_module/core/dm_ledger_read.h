/*
 * A line of the ledger -> its record.  What is accepted is the very text that
 * dm_ledger_line() makes of the record, byte for byte, and nothing else.
 */

#ifndef DM_LEDGER_READ_H
#define DM_LEDGER_READ_H

#include "dm_ledger.h"


typedef struct {
    dm_ledger_record_t  record;
    dm_ledger_link_t    link;
    dm_str_t            mac;            /* hex */
    dm_str_t            signed_part;    /* of the line: what the mac is of */

    /* what record and link point to beside the line */
    void               *json;
    dm_str_t           *events;
    char               *text;           /* scratch */
    size_t              text_size;
    uint8_t             sha256[DM_DIGEST_LEN];
} dm_ledger_read_t;


/* `read` is zeroed before the first line, and freed after the last. */
void dm_ledger_read_free(dm_ledger_read_t *read);

/*
 * A line without its newline.  0; -1 if it is none; -2 without memory.  What
 * `read` points to lives until the next call, and as long as the line.
 */
int dm_ledger_read(dm_ledger_read_t *read, dm_str_t line);

/* 1 if the line's mac is this one; the time taken does not show how far. */
int dm_ledger_read_mac(const dm_ledger_read_t *read,
    const uint8_t mac[DM_DIGEST_LEN]);

/* The lower case hexadecimal digits of a digest.  0, or -1 for other texts. */
int dm_ledger_read_hex(dm_str_t text, uint8_t out[DM_DIGEST_LEN]);

/*
 * 1 for what a write that was cut off leaves of a line: it begins as a record
 * and does not end as one.
 */
int dm_ledger_read_cut(dm_str_t text);

/*
 * Where a record begins within a text that begins with something else, as
 * after a write that was cut off; text.len if none does.
 */
size_t dm_ledger_read_next(dm_str_t text);

/* The name of the last line's chain, a piece of the text; empty without. */
dm_str_t dm_ledger_read_last(dm_str_t text);

#endif
