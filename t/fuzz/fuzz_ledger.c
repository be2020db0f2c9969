/*
 * A ledger, whatever it holds: what is found does not depend on the pieces in
 * which it comes, and what is called intact is, byte for byte, what its records
 * are written as.  The first byte of the input says whether macs are put right,
 * so that what is behind them is reached, and the second how it is cut.
 */

#include <stdio.h>
#include <stdlib.h>

#include "dm_ledger_verify.h"
#include "check.h"


typedef struct {
    char      *text;                /* of the records, as they are written */
    size_t     len;
    uint64_t   hash;                /* of what was found */
} said_t;


static void
found(void *data, const dm_ledger_finding_t *f)
{
    said_t  *said = data;

    const uint64_t  numbers[] = {
        f->fault, f->line, f->line_last, f->first, f->last, f->lost,
        (uint64_t) f->from, (uint64_t) f->to, f->hole
    };

    check(dm_ledger_fault_word(f->fault).len != 0);
    check(!f->hole || f->from <= f->to || f->fault == DM_LEDGER_UNLINKED
          || f->fault == DM_LEDGER_MISSING || f->fault == DM_LEDGER_LOST
          || f->fault == DM_LEDGER_GOES_ON);

    said->hash = said->hash * 31
                 + dm_str_hash((dm_str_t) { (const char *) numbers,
                                            sizeof(numbers) });
}


static int
taken(void *data, const dm_ledger_read_t *read)
{
    said_t  *said = data;

    said->text = realloc(said->text,
                         said->len + dm_ledger_size(&read->record) + 80);
    check(said->text != NULL);

    said->len += dm_ledger_render(&read->link, &read->record,
                                  said->text + said->len);
    said->len += (size_t) sprintf(said->text + said->len,
                                  ",\"mac\":\"%.*s\"}\n", 64, read->mac.data);

    return 0;
}


static void
verify(dm_str_t text, size_t piece, said_t *said)
{
    char                *copy;
    size_t               at, n;
    dm_ledger_verify_t  *v;

    memset(said, 0, sizeof(said_t));
    v = dm_ledger_verify_create(NULL, 0, found, taken, said);
    check(v != NULL);
    dm_ledger_verify_file(v, 0);

    for (at = 0; at < text.len; at += n) {
        n = piece < text.len - at ? piece : text.len - at;
        copy = malloc(n);
        check(copy != NULL);
        memcpy(copy, text.data + at, n);
        check(dm_ledger_verify_feed(v, (dm_str_t) { copy, n }) == 0);
        free(copy);
    }

    check(dm_ledger_verify_end_file(v) == 0);
    check(dm_ledger_verify_end(v) == 0);

    if (dm_ledger_verify_state(v)->findings == 0) {
        check(said->len == text.len);
        check(memcmp(said->text, text.data, text.len) == 0);
    }

    dm_ledger_verify_destroy(v);
    free(said->text);
}


/* Each line that is a record gets its mac, and follows the record before it. */
static void
mend(const dm_mac_t *mac, char *text, size_t size)
{
    char              *end, *prev, last[2 * DM_DIGEST_LEN];
    size_t             len;
    uint8_t            out[DM_DIGEST_LEN];
    unsigned           any;
    dm_ledger_read_t   read;

    memset(&read, 0, sizeof(read));
    any = 0;

    for ( /* void */ ; size; text += len, size -= len) {
        end = memchr(text, '\n', size);
        len = end ? (size_t) (end - text) + 1 : size;

        if (dm_ledger_read(&read, (dm_str_t) { text, len - (end != NULL) })
            != 0)
        {
            continue;
        }

        prev = text + read.signed_part.len - sizeof(last) - 1;

        if (any && read.link.prev.len == sizeof(last)) {
            memcpy(prev, last, sizeof(last));
        }

        check(dm_mac(mac, read.signed_part, out) == 0);
        dm_hex_put(last, out, DM_DIGEST_LEN);
        memcpy((char *) read.mac.data, last, sizeof(last));
        any = 1;
    }

    dm_ledger_read_free(&read);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char    *text;
    said_t   whole, cut;

    static dm_mac_t  *mac;

    if (size < 2) {
        return 0;
    }

    if (mac == NULL) {
        mac = dm_mac_create(DM_STR(""));
        check(mac != NULL);
    }

    text = malloc(size);
    check(text != NULL);
    memcpy(text, data + 2, size - 2);

    if (data[0] & 1) {
        mend(mac, text, size - 2);
    }

    verify((dm_str_t) { text, size - 2 }, size, &whole);
    verify((dm_str_t) { text, size - 2 }, 1 + data[1], &cut);

    check(whole.hash == cut.hash && whole.len == cut.len);
    free(text);

    return 0;
}
