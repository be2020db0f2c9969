#include <stdlib.h>

#include "dm_image.h"
#include "dm_intake.h"


typedef enum {
    DM_INTAKE_COUNTING = 0,             /* lines: the room that they need */
    DM_INTAKE_BEGINNING,
    DM_INTAKE_CLEARING,
    DM_INTAKE_REPAIRING,
    DM_INTAKE_READING,
    DM_INTAKE_ENDED
} dm_intake_step_t;


struct dm_intake_s {
    dm_table_t         *table;
    dm_load_t          *load;
    dm_intake_step_t    step;
    unsigned            users:1;
    unsigned            snapshot:1;
    unsigned            eof:1;
    uint64_t            offset;         /* of the next byte to be read */
    uint64_t            lines;
    uint64_t            image;          /* bytes of one at the file's start */
    size_t              at;             /* of the bytes not yet taken */
    size_t              filled;
    size_t              need;           /* so many have to be there */
    dm_table_repair_t   repair;
    char                buffer[DM_INTAKE_BUFFER];
};


dm_intake_t *
dm_intake_create(dm_table_t *table, dm_load_t *load)
{
    dm_intake_t  *intake;

    intake = calloc(1, sizeof(dm_intake_t));
    if (intake == NULL) {
        return NULL;
    }

    intake->table = table;
    intake->load = load;
    intake->step = DM_INTAKE_ENDED;

    return intake;
}


void
dm_intake_destroy(dm_intake_t *intake)
{
    free(intake);
}


static void
dm_intake_begin(dm_intake_t *intake, dm_intake_step_t step, uint64_t offset)
{
    intake->step = step;
    intake->snapshot = step == DM_INTAKE_COUNTING;
    intake->eof = 0;
    intake->offset = offset;
    intake->lines = 0;
    intake->image = 0;
    intake->at = 0;
    intake->filled = 0;
    intake->need = DM_INTAKE_LINES;
}


void
dm_intake_snapshot(dm_intake_t *intake, unsigned users)
{
    intake->users = users != 0;

    dm_intake_begin(intake, DM_INTAKE_COUNTING, 0);
}


void
dm_intake_journal(dm_intake_t *intake, const dm_load_state_t *from)
{
    const dm_load_state_t  *state;

    state = dm_load_state(intake->load);

    if (!state->journal || state->no_memory || state->offset != from->offset) {
        dm_load_journal(intake->load, from);
    }

    memset(&intake->repair, 0, sizeof(dm_table_repair_t));

    dm_intake_begin(intake, DM_INTAKE_REPAIRING, from->offset);
}


int
dm_intake_wants(dm_intake_t *intake, char **data, size_t *len,
    uint64_t *offset)
{
    size_t  rest;

    if (intake->eof) {
        return 0;
    }

    switch (intake->step) {

    case DM_INTAKE_COUNTING:
        break;

    case DM_INTAKE_READING:
        rest = intake->filled - intake->at;

        if (rest >= intake->need) {
            return 0;
        }

        memmove(intake->buffer, intake->buffer + intake->at, rest);
        intake->at = 0;
        intake->filled = rest;
        break;

    default:
        return 0;
    }

    *data = intake->buffer + intake->filled;
    *len = DM_INTAKE_BUFFER - intake->filled;
    *offset = intake->offset;

    if (*len > DM_INTAKE_READ) {
        *len = DM_INTAKE_READ;
    }

    return 1;
}


/* An image says how many records it has, and where its journal begins. */
static void
dm_intake_count(dm_intake_t *intake, size_t n)
{
    uint64_t     length, records;
    const char  *p, *end;

    if (intake->offset == 0
        && dm_image_begins(intake->buffer, n, &length, &records))
    {
        intake->lines = records;
        intake->image = length;
        intake->offset = length;
        return;
    }

    end = intake->buffer + n;

    for (p = intake->buffer; p < end; p++) {
        p = memchr(p, '\n', end - p);
        if (p == NULL) {
            break;
        }

        intake->lines++;
    }

    intake->offset += n;

    if (n == 0) {
        intake->step = DM_INTAKE_BEGINNING;
    }
}


void
dm_intake_filled(dm_intake_t *intake, size_t n)
{
    if (intake->step == DM_INTAKE_COUNTING) {
        dm_intake_count(intake, n);
        return;
    }

    intake->filled += n;
    intake->offset += n;
    intake->eof = n == 0;
}


/* What could be taken was; what is left has no newline, or is no piece. */
static dm_intake_rc_t
dm_intake_end(dm_intake_t *intake)
{
    const dm_load_state_t  *state;

    state = dm_load_state(intake->load);
    intake->step = DM_INTAKE_ENDED;

    if (!intake->snapshot) {
        return state->full ? DM_INTAKE_FULL : DM_INTAKE_DONE;
    }

    if (dm_load_finish(intake->load, intake->buffer + intake->at,
                       intake->filled - intake->at)
        == 0)
    {
        return DM_INTAKE_DONE;
    }

    return state->again ? DM_INTAKE_FULL : DM_INTAKE_REFUSED;
}


/* How much of what is there: one line alone, where it is longer than a bite. */
static size_t
dm_intake_portion(const dm_intake_t *intake, size_t rest)
{
    size_t       n;
    const char  *start, *end;

    n = rest < intake->need ? rest : intake->need;
    start = intake->buffer + intake->at;

    if (n <= DM_INTAKE_LINES || intake->offset - rest < intake->image) {
        return n;
    }

    end = memchr(start, '\n', n);

    return end ? (size_t) (end - start) + 1 : n;
}


static dm_intake_rc_t
dm_intake_lines(dm_intake_t *intake)
{
    size_t   n, rest;
    int64_t  taken;

    rest = intake->filled - intake->at;
    n = dm_intake_portion(intake, rest);

    taken = dm_load_feed(intake->load, intake->buffer + intake->at, n);

    if (taken < 0) {
        intake->step = DM_INTAKE_ENDED;
        return dm_load_state(intake->load)->again ? DM_INTAKE_FULL
                                                  : DM_INTAKE_REFUSED;
    }

    intake->at += taken;

    if (taken > 0) {
        intake->need = DM_INTAKE_LINES;

    } else if (n < rest || !intake->eof) {
        intake->need *= 2;

    } else {
        return dm_intake_end(intake);
    }

    return DM_INTAKE_AGAIN;
}


int
dm_intake_ends(const dm_intake_t *intake)
{
    return intake->step == DM_INTAKE_READING && intake->snapshot
           && intake->eof;
}


dm_intake_rc_t
dm_intake_bite(dm_intake_t *intake)
{
    switch (intake->step) {

    case DM_INTAKE_BEGINNING:
        dm_load_snapshot(intake->load, intake->lines + 1, intake->users);
        intake->step = DM_INTAKE_CLEARING;
        return DM_INTAKE_AGAIN;

    case DM_INTAKE_CLEARING:
        if (!dm_table_clear(intake->table, DM_INTAKE_CLEAR)) {
            intake->step = DM_INTAKE_READING;
            intake->offset = 0;
        }

        return DM_INTAKE_AGAIN;

    case DM_INTAKE_REPAIRING:
        if (!dm_table_repair(intake->table, &intake->repair,
                             DM_INTAKE_REPAIR))
        {
            intake->step = DM_INTAKE_READING;
        }

        return DM_INTAKE_AGAIN;

    default:
        return dm_intake_lines(intake);
    }
}
