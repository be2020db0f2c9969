#include <stdlib.h>

#include "dm_ledger_verify_state.h"


static const dm_str_t  dm_ledger_faults[DM_LEDGER_FAULTS] = {
    [DM_LEDGER_NO_RECORD]  = { "no_record", 9 },
    [DM_LEDGER_CUT_OFF]    = { "cut_off", 7 },
    [DM_LEDGER_WRONG_MAC]  = { "wrong_mac", 9 },
    [DM_LEDGER_NO_KEY]     = { "no_key", 6 },
    [DM_LEDGER_REPEATED]   = { "repeated", 8 },
    [DM_LEDGER_MOVED]      = { "moved", 5 },
    [DM_LEDGER_UNLINKED]   = { "unlinked", 8 },
    [DM_LEDGER_CLOCK]      = { "clock", 5 },
    [DM_LEDGER_LOST]       = { "lost", 4 },
    [DM_LEDGER_REFUSED]    = { "refused", 7 },
    [DM_LEDGER_MISSING]    = { "missing", 7 },
    [DM_LEDGER_NOT_CLOSED] = { "not_closed", 10 },
    [DM_LEDGER_GOES_ON]    = { "goes_on", 7 },
    [DM_LEDGER_PIECES]     = { "pieces", 6 },
    [DM_LEDGER_ANEW]       = { "anew", 4 },
    [DM_LEDGER_OLD_KEY]    = { "old_key", 7 },
    [DM_LEDGER_NO_CHAIN]   = { "no_chain", 8 },
    [DM_LEDGER_NO_WORKER]  = { "no_worker", 9 },
    [DM_LEDGER_NOTHING]    = { "nothing", 7 },
};


dm_str_t
dm_ledger_fault_word(dm_ledger_fault_t fault)
{
    return dm_ledger_faults[fault];
}


dm_ledger_verify_t *
dm_ledger_verify_create(dm_mac_t *const *macs, unsigned n_macs,
    dm_ledger_find_t find, dm_ledger_take_t take, void *data)
{
    dm_ledger_verify_t  *verify;

    verify = calloc(1, sizeof(dm_ledger_verify_t));
    if (verify == NULL) {
        return NULL;
    }

    verify->macs = macs;
    verify->n_macs = n_macs;
    verify->find = find;
    verify->take = take;
    verify->data = data;
    verify->chains = dm_map_create(sizeof(dm_ledger_known_t));
    verify->plain = dm_mac_create(DM_STR(""));

    if (verify->chains == NULL || verify->plain == NULL) {
        dm_ledger_verify_destroy(verify);
        return NULL;
    }

    return verify;
}


void
dm_ledger_verify_destroy(dm_ledger_verify_t *verify)
{
    size_t              i;
    dm_ledger_known_t  *known;

    if (verify == NULL) {
        return;
    }

    for (i = 0; verify->chains && i < dm_map_count(verify->chains); i++) {
        known = dm_map_at(verify->chains, i, NULL);
        free(known->pieces);
    }

    dm_map_destroy(verify->chains);
    dm_mac_destroy(verify->plain);
    dm_ledger_read_free(&verify->read);
    free(verify->buffer);
    free(verify->told);
    free(verify);
}


const dm_ledger_state_t *
dm_ledger_verify_state(const dm_ledger_verify_t *verify)
{
    return &verify->state;
}


void
dm_ledger_verify_flush(dm_ledger_verify_t *verify)
{
    if (verify->is_pending) {
        verify->is_pending = 0;
        verify->state.findings++;
        verify->find(verify->data, &verify->pending);
    }
}


void
dm_ledger_verify_tell(dm_ledger_verify_t *verify,
    const dm_ledger_chain_t *chain, const dm_ledger_finding_t *finding)
{
    dm_ledger_finding_t  f, *last;

    f = *finding;
    f.file = verify->file;
    f.line = f.line_last = verify->line;

    if (chain) {
        f.chain = *chain;
        f.has_chain = 1;
    }

    last = &verify->pending;

    if (verify->is_pending && f.fault <= DM_LEDGER_MOVED
        && f.fault == last->fault && f.file == last->file
        && f.line == last->line_last + 1)
    {
        last->line_last = f.line;
        last->has_chain = last->has_chain && f.has_chain
                          && memcmp(&last->chain, &f.chain,
                                    sizeof(dm_ledger_chain_t))
                             == 0;
        return;
    }

    dm_ledger_verify_flush(verify);

    *last = f;
    verify->is_pending = 1;

    if (f.fault > DM_LEDGER_MOVED) {
        dm_ledger_verify_flush(verify);
    }
}


static void
dm_ledger_verify_bad(dm_ledger_verify_t *verify, dm_ledger_fault_t fault)
{
    dm_ledger_verify_tell(verify, NULL,
                          &(dm_ledger_finding_t) { .fault = fault });
}


void
dm_ledger_verify_wrong(dm_ledger_verify_t *verify, dm_ledger_fault_t fault)
{
    verify->state.wrong++;
    dm_ledger_verify_bad(verify, fault);
}


/* 1 if the mac is right, 0 if it is not, -2 if OpenSSL fails. */
static int
dm_ledger_verify_try(const dm_ledger_verify_t *verify, const dm_mac_t *with)
{
    uint8_t  mac[DM_DIGEST_LEN];

    if (dm_mac(with, verify->read.signed_part, mac) != 0) {
        return -2;
    }

    return dm_ledger_read_mac(&verify->read, mac);
}


/* The same with any of the keys; what is wrong is told. */
static int
dm_ledger_verify_mac(dm_ledger_verify_t *verify)
{
    int       rc;
    unsigned  i, key;

    /* most lines have the key of the line before them */

    for (i = 0; i < verify->n_macs; i++) {
        key = (verify->key + i) % verify->n_macs;
        rc = dm_ledger_verify_try(verify, verify->macs[key]);

        if (rc != 0) {
            verify->key = key;
            return rc;
        }
    }

    rc = dm_ledger_verify_try(verify, verify->plain);

    if (rc == -2 || (rc == 1 && verify->n_macs == 0)) {
        return rc;
    }

    dm_ledger_verify_wrong(verify, rc ? DM_LEDGER_NO_KEY : DM_LEDGER_WRONG_MAC);

    return 0;
}


/* What no process writes, though it may have the key. */
static int
dm_ledger_verify_shape(const dm_ledger_read_t *read)
{
    dm_ledger_chain_t  chain;

    if ((read->record.kind == DM_LEDGER_OPEN) != (read->link.seq == 1)) {
        return -1;
    }

    switch (read->record.kind) {

    case DM_LEDGER_OPEN:
        return read->link.prev.len == 0
               || dm_ledger_chain_parse(read->link.prev, &chain) == 0 ? 0 : -1;

    case DM_LEDGER_GAP:
        return read->record.lost ? 0 : -1;

    case DM_LEDGER_CLOSE:
        return read->record.reason.len == 0
               || dm_ledger_chain_parse(read->record.reason, &chain) == 0
               ? 0 : -1;

    default:
        return 0;
    }
}


/* Of a line, where a record may be.  1 if one counts, 0, or an error. */
static int
dm_ledger_verify_part(dm_ledger_verify_t *verify, dm_str_t text)
{
    int  rc;

    rc = dm_ledger_read(&verify->read, text);

    if (rc == 0) {
        rc = dm_ledger_verify_mac(verify);

        if (rc != 1) {
            return rc;
        }

        rc = dm_ledger_verify_shape(&verify->read);
    }

    if (rc == -1) {
        dm_ledger_verify_bad(verify, dm_ledger_read_cut(text)
                                     ? DM_LEDGER_CUT_OFF : DM_LEDGER_NO_RECORD);
        return 0;
    }

    if (rc != 0) {
        return rc;
    }

    rc = dm_ledger_verify_place(verify);

    if (rc == 1) {
        verify->state.records++;

        if (verify->take) {
            rc = verify->take(verify->data, &verify->read);
            return rc ? rc : 1;
        }
    }

    if (rc == -1) {
        return 0;
    }

    return rc < 0 ? rc : 1;
}


/*
 * Where a write was cut off others may have written behind it, so that records
 * begin within the line.  `ended`: there is a newline behind it.
 */
static int
dm_ledger_verify_line(dm_ledger_verify_t *verify, dm_str_t text,
    unsigned ended)
{
    int     rc;
    size_t  n;

    verify->line++;
    verify->state.lines++;

    if (text.len == 0 || verify->too_long) {
        verify->too_long = 0;
        dm_ledger_verify_bad(verify, DM_LEDGER_NO_RECORD);
        return 0;
    }

    while (text.len) {
        n = dm_ledger_read_next(text);
        rc = dm_ledger_verify_part(verify, (dm_str_t) { text.data, n });

        if (rc != 0 && rc != 1) {
            return rc;
        }

        if (rc == 1 && (n < text.len || !ended)) {
            dm_ledger_verify_bad(verify, DM_LEDGER_CUT_OFF);
        }

        text.data += n;
        text.len -= n;
    }

    return 0;
}


void
dm_ledger_verify_file(dm_ledger_verify_t *verify, unsigned file)
{
    dm_ledger_verify_flush(verify);

    verify->files++;
    verify->file = file;
    verify->line = 0;
    verify->len = 0;
    verify->too_long = 0;
}


/* Keeps a part of a line that goes on.  0, or -2 without memory. */
static int
dm_ledger_verify_keep(dm_ledger_verify_t *verify, dm_str_t text)
{
    char    *buffer;
    size_t   size;

    if (verify->too_long || text.len > DM_LEDGER_LINE_MAX - verify->len) {
        verify->too_long = 1;
        verify->len = 0;
        return 0;
    }

    if (verify->len + text.len > verify->size) {
        size = 2 * (verify->len + text.len);
        buffer = realloc(verify->buffer, size);
        if (buffer == NULL) {
            return -2;
        }

        verify->buffer = buffer;
        verify->size = size;
    }

    if (text.len) {
        memcpy(verify->buffer + verify->len, text.data, text.len);
        verify->len += text.len;
    }

    return 0;
}


int
dm_ledger_verify_feed(dm_ledger_verify_t *verify, dm_str_t text)
{
    int          rc;
    dm_str_t     line;
    const char  *end;

    while (text.len) {
        end = memchr(text.data, '\n', text.len);
        line.data = text.data;
        line.len = end ? (size_t) (end - text.data) : text.len;

        if (end == NULL || verify->len || verify->too_long) {

            if (dm_ledger_verify_keep(verify, line) != 0) {
                return -2;
            }

            if (end == NULL) {
                return 0;
            }

            line = (dm_str_t) { verify->buffer, verify->len };
        }

        verify->len = 0;
        rc = dm_ledger_verify_line(verify, line, 1);

        if (rc != 0) {
            return rc;
        }

        text.len -= (size_t) (end + 1 - text.data);
        text.data = end + 1;
    }

    return 0;
}


int
dm_ledger_verify_end_file(dm_ledger_verify_t *verify)
{
    dm_str_t  line;

    if (verify->len == 0 && !verify->too_long) {
        return 0;
    }

    line = (dm_str_t) { verify->buffer, verify->len };
    verify->len = 0;

    return dm_ledger_verify_line(verify, line, 0);
}
