/*
 * One line of a token file -> one record.  The grammar is in
 * docs/file-format.md; JSON is jansson's.
 */

#ifndef DM_RECORD_H
#define DM_RECORD_H

#include "dm_access.h"
#include "dm_digest.h"


#define DM_RECORD_LINE_MAX  65536       /* bytes, without the newline */
#define DM_RECORD_ERROR     160         /* bytes of an error text with NUL */

typedef enum {
    DM_RECORD_TABLE,
    DM_RECORD_APP,
    DM_RECORD_TOKEN,
    DM_RECORD_END
} dm_record_kind_t;


/* What has been found of an app, for all tokens of it; 0 at first. */
typedef struct {
    void     *app;                      /* the loader's */
    uint32_t  place;                    /* in the state that is being built */
} dm_found_t;


/*
 * Strings are pieces of the line or of `owner`: they live as long as both, at
 * most until dm_record_clear().
 */
typedef struct {
    dm_record_kind_t  kind;

    dm_str_t          revision;         /* TABLE */
    uint64_t          records;          /* END */

    dm_str_t          app;              /* APP, TOKEN: the app's id */

    dm_str_t          name;             /* APP */
    dm_str_t          consumer_key;
    dm_str_t          secret;
    dm_str_t         *webhooks;
    size_t            n_webhooks;
    unsigned          has_consumer_key:1;
    unsigned          has_secret:1;
    unsigned          first_party:1;
    unsigned          suspended:1;

    uint8_t           key[DM_KEY_LEN];  /* TOKEN: half of its SHA-256 */
    uint64_t          user;
    uint32_t          expires;          /* 0: never */
    uint8_t           may;
    uint8_t           flow;
    unsigned          app_only:1;
    unsigned          revoked:1;
    dm_found_t       *found;            /* of its app, or NULL */

    void             *owner;            /* a parsed document, or NULL */
} dm_record_t;


/*
 * Parses one line (without its newline).  Returns 0, or -1 with a reason in
 * `error` that never quotes a token or a secret, or -2 with one where there is
 * no memory to parse it: nothing is known of the line.  `record` must be
 * cleared after 0 and need not be otherwise.
 */
int dm_record_parse(dm_str_t line, dm_digest_t *digest, dm_record_t *record,
    char error[DM_RECORD_ERROR]);
void dm_record_clear(dm_record_t *record);

/* 1 for an http or https URL that an app's record may have. */
int dm_record_is_webhook(dm_str_t url);

#endif
