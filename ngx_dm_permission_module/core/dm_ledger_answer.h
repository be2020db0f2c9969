/*
 * Who received what: the records of a ledger -> an answer, and whether that is
 * complete.
 *
 * Received is what went out, or was let through to where it is answered:
 *
 *   gate      a "read" that passed, and a "delete", whose answer may hold the
 *             message; what was answered is not known
 *   stream    a message that was delivered
 *   delivery  one that passed and has direct messages (its action is "read")
 *
 * A dry run lets through what it would have rejected.  A "send" brings nothing
 * to the app that it does not have.
 */

#ifndef DM_LEDGER_ANSWER_H
#define DM_LEDGER_ANSWER_H

#include "dm_ledger_verify.h"


typedef struct {
    unsigned  by_app;       /* 1: which users' of `app`; 0: which apps of
                               `user`'s messages */
    dm_str_t  app;
    uint64_t  user;

    /*
     * Unix milliseconds, from since on and before until; DM_LEDGER_TIME_MIN
     * and _MAX for all that the ledger answers for.
     */
    int64_t   since;
    int64_t   until;
} dm_ledger_question_t;


/* Of one app, or user. */
typedef struct {
    uint64_t  reads;
    uint64_t  deletes;
    uint64_t  messages;     /* of streams */
    uint64_t  deliveries;
    uint64_t  events;       /* ids of direct messages in them */
    int64_t   first;        /* times of records; unset where there is none */
    int64_t   last;
} dm_ledger_received_t;


/* Why an answer is not complete; none of them: it is. */
#define DM_LEDGER_HOLES    0x1u    /* findings, with holes in that time */
#define DM_LEDGER_EARLY    0x2u    /* since is before the ledger begins */
#define DM_LEDGER_LATE     0x4u    /* until is behind its end */
#define DM_LEDGER_UNKNOWN  0x8u    /* went out, and the user is not known */
#define DM_LEDGER_UNDATED  0x10u   /* a clock went back */

typedef struct dm_ledger_answer_s  dm_ledger_answer_t;


/* The question, and what it points to, stay the caller's.  NULL: no memory. */
dm_ledger_answer_t *dm_ledger_answer_create(
    const dm_ledger_question_t *question);
void dm_ledger_answer_destroy(dm_ledger_answer_t *answer);

/* A record: 1 if it belongs to the answer, 0 if not, -2 without memory. */
int dm_ledger_answer_take(dm_ledger_answer_t *answer,
    const dm_ledger_record_t *record);

/* A finding: 1 if something may be missing in the answer for it, 0 if not. */
int dm_ledger_answer_find(dm_ledger_answer_t *answer,
    const dm_ledger_finding_t *f);

/*
 * After all of them: DM_LEDGER_HOLES and the others; -2 without memory.  The
 * time that was asked for, with that of the ledger where it was open, goes to
 * since and until.
 */
int dm_ledger_answer_end(dm_ledger_answer_t *answer,
    const dm_ledger_state_t *state, int64_t *since, int64_t *until);

/* The apps, or users (in decimal), in order: shorter ids first. */
size_t dm_ledger_answer_count(const dm_ledger_answer_t *answer);
const dm_ledger_received_t *dm_ledger_answer_at(
    const dm_ledger_answer_t *answer, size_t i, dm_str_t *id);

/* What may belong to it: the user, or the app, is not known. */
const dm_ledger_received_t *dm_ledger_answer_unknown(
    const dm_ledger_answer_t *answer);

#endif
