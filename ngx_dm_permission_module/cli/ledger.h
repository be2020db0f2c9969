/*
 * dm-permission ledger verify | who | affected: what its parts share.
 */

#ifndef DM_CLI_LEDGER_H
#define DM_CLI_LEDGER_H

#include <jansson.h>

#include "dm_ledger_answer.h"
#include "dm_permission.h"


typedef enum {
    DM_INQUIRY_VERIFY = 0,
    DM_INQUIRY_WHO,
    DM_INQUIRY_AFFECTED
} dm_inquiry_kind_t;


typedef struct {
    dm_inquiry_kind_t      kind;
    dm_ledger_question_t   question;    /* of who and affected */
    const char            *keys[DM_LEDGER_KEYS_MAX];    /* their files */
    unsigned               n_keys;
    char                 **files;
    unsigned               n_files;
    unsigned               json:1;
    unsigned               list:1;      /* say each record */

    dm_ledger_answer_t    *answer;      /* NULL where nothing is asked */
    dm_progress_t         *progress;    /* or NULL */
    unsigned               failed:1;    /* nothing can be said */

    /* of JSON */
    json_t                *findings;    /* kept until the end, if not all */
    uint64_t               n_findings;
    uint64_t               listed;      /* records written already */
} dm_inquiry_t;


/* Bytes of texts, their NUL included. */
#define DM_REPORT_TEXT  512
#define DM_REPORT_TIME  (DM_TIME_LEN + 1)

/*
 * Reads the files and says what there is to say.  What the process exits with.
 */
int dm_inquiry_run(dm_inquiry_t *inquiry);

/* A finding in a sentence, without the line that it is of. */
void dm_report_sentence(const dm_inquiry_t *inquiry,
    const dm_ledger_finding_t *f, char out[DM_REPORT_TEXT]);

/* A time as in the ledger; empty where nothing bounds it. */
void dm_report_time(int64_t time, char out[DM_REPORT_TIME]);

/* For people: at once, but for the end. */
void dm_report_text_finding(const dm_inquiry_t *inquiry,
    const dm_ledger_finding_t *f);
void dm_report_text_record(const dm_inquiry_t *inquiry,
    const dm_ledger_read_t *read);
void dm_report_text_end(const dm_inquiry_t *inquiry,
    const dm_ledger_state_t *state, unsigned incomplete, int64_t since,
    int64_t until);

/* For programs: one object, at the end. */
void dm_report_json_finding(dm_inquiry_t *inquiry,
    const dm_ledger_finding_t *f);
void dm_report_json_record(dm_inquiry_t *inquiry,
    const dm_ledger_read_t *read);
void dm_report_json_end(dm_inquiry_t *inquiry, const dm_ledger_state_t *state,
    unsigned incomplete, int64_t since, int64_t until);

#endif
