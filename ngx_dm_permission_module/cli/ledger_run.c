/* The files of a ledger, read and judged. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "ledger.h"


#define DM_INQUIRY_BUFFER  (1024 * 1024)


static int
dm_inquiry_error(const char *name, const char *text)
{
    fprintf(stderr, "dm-permission: %s: %s\n", name, text);

    return -1;
}


/* -2 is all that a part of the core says. */
static int
dm_inquiry_memory(void)
{
    fprintf(stderr, "dm-permission: not enough memory\n");

    return -1;
}


static FILE *
dm_inquiry_open(const char *name)
{
    return strcmp(name, "-") == 0 ? stdin : fopen(name, "rb");
}


static void
dm_inquiry_close(FILE *file)
{
    if (file != stdin) {
        fclose(file);
    }
}


/* As much as there is room for; or -1. */
static ssize_t
dm_inquiry_key_read(int fd, char buffer[DM_LEDGER_KEY_MAX + 2])
{
    size_t   len;
    ssize_t  n;

    len = 0;

    do {
        n = read(fd, buffer + len, DM_LEDGER_KEY_MAX + 2 - len);

        if (n < 0) {
            return -1;
        }

        len += (size_t) n;

    } while (n > 0 && len < DM_LEDGER_KEY_MAX + 2);

    return (ssize_t) len;
}


/* As nginx reads it, and what it refuses. */
static int
dm_inquiry_key(const char *name, char buffer[DM_LEDGER_KEY_MAX + 2],
    dm_str_t *key)
{
    int          fd, rc;
    ssize_t      n;
    struct stat  st;

    /* a pipe that nobody writes to would be waited for */

    fd = open(name, O_RDONLY | O_NONBLOCK);

    if (fd == -1) {
        return dm_inquiry_error(name, strerror(errno));
    }

    rc = 0;
    n = 0;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        rc = dm_inquiry_error(name, "ledger key is not a file");

    } else if (!dm_ledger_key_private(st.st_mode)) {
        rc = dm_inquiry_error(name, "ledger key is open to others, its mode "
                              "must be 0600 or 0640");

    } else if ((n = dm_inquiry_key_read(fd, buffer)) < 0) {
        rc = dm_inquiry_error(name, strerror(errno));
    }

    (void) close(fd);

    *key = (dm_str_t) { buffer, (size_t) n };

    if (rc == 0 && dm_ledger_key(key) != 0) {
        fprintf(stderr, "dm-permission: %s: ledger key must have 1 to %d "
                "bytes\n", name, DM_LEDGER_KEY_MAX);
        rc = -1;
    }

    return rc;
}


/* NULL, and said why. */
static dm_mac_t *
dm_inquiry_mac(const char *name)
{
    char       buffer[DM_LEDGER_KEY_MAX + 2];
    dm_mac_t  *mac;
    dm_str_t   key;

    mac = NULL;

    if (dm_inquiry_key(name, buffer, &key) == 0) {
        mac = dm_mac_create(key);

        if (mac == NULL) {
            (void) dm_inquiry_memory();
        }
    }

    OPENSSL_cleanse(buffer, sizeof(buffer));

    return mac;
}


static void
dm_inquiry_find(void *data, const dm_ledger_finding_t *f)
{
    dm_inquiry_t  *inquiry = data;

    if (inquiry->answer && !dm_ledger_answer_find(inquiry->answer, f)) {
        return;
    }

    if (inquiry->json) {
        dm_report_json_finding(inquiry, f);
        return;
    }

    dm_progress_clear(inquiry->progress);
    dm_report_text_finding(inquiry, f);
}


static int
dm_inquiry_take(void *data, const dm_ledger_read_t *read)
{
    int            rc;
    dm_inquiry_t  *inquiry = data;

    rc = dm_ledger_answer_take(inquiry->answer, &read->record);

    if (rc != 1) {
        return rc;
    }

    if (inquiry->list && inquiry->json) {
        dm_report_json_record(inquiry, read);

    } else if (inquiry->list) {
        dm_progress_clear(inquiry->progress);
        dm_report_text_record(inquiry, read);
    }

    return 0;
}


/* Bytes to be read, 0 where that is not known; -1 where a file is missing. */
static int64_t
dm_inquiry_size(const dm_inquiry_t *inquiry)
{
    unsigned     i, known;
    int64_t      total;
    struct stat  st;

    known = 1;
    total = 0;

    for (i = 0; i < inquiry->n_files; i++) {

        if (strcmp(inquiry->files[i], "-") == 0) {
            known = 0;
            continue;
        }

        if (stat(inquiry->files[i], &st) != 0) {
            return dm_inquiry_error(inquiry->files[i], strerror(errno));
        }

        known = known && S_ISREG(st.st_mode);
        total += st.st_size;
    }

    return known ? total : 0;
}


static int
dm_inquiry_file(dm_inquiry_t *inquiry, dm_ledger_verify_t *verify,
    unsigned i, char *buffer, uint64_t *done, uint64_t total)
{
    int     rc;
    FILE   *file;
    size_t  n;

    file = dm_inquiry_open(inquiry->files[i]);

    if (file == NULL) {
        return dm_inquiry_error(inquiry->files[i], strerror(errno));
    }

    rc = 0;
    dm_ledger_verify_file(verify, i);

    while (rc == 0
           && (n = fread(buffer, 1, DM_INQUIRY_BUFFER, file)) != 0)
    {
        rc = dm_ledger_verify_feed(verify, (dm_str_t) { buffer, n });
        *done += n;

        if (total) {
            dm_progress(inquiry->progress, *done, total);
        }
    }

    if (ferror(file)) {
        rc = dm_inquiry_error(inquiry->files[i], strerror(errno));

    } else {
        rc = rc ? rc : dm_ledger_verify_end_file(verify);
        rc = rc == -2 ? dm_inquiry_memory() : rc;
    }

    dm_inquiry_close(file);

    return rc;
}


static int
dm_inquiry_files(dm_inquiry_t *inquiry, dm_ledger_verify_t *verify)
{
    char      *buffer;
    int        rc;
    int64_t    total;
    uint64_t   done;
    unsigned   i;

    total = dm_inquiry_size(inquiry);

    if (total < 0) {
        return -1;
    }

    buffer = malloc(DM_INQUIRY_BUFFER);

    if (buffer == NULL) {
        return dm_inquiry_memory();
    }

    rc = 0;
    done = 0;
    dm_progress_start(inquiry->progress, "reading");

    for (i = 0; rc == 0 && i < inquiry->n_files; i++) {
        rc = dm_inquiry_file(inquiry, verify, i, buffer, &done,
                             (uint64_t) total);
    }

    free(buffer);

    if (rc == 0 && dm_ledger_verify_end(verify) != 0) {
        rc = dm_inquiry_memory();
    }

    return rc;
}


/* Says what there is to say: what the process exits with. */
static int
dm_inquiry_end(dm_inquiry_t *inquiry, const dm_ledger_state_t *state)
{
    int      incomplete;
    int64_t  since, until;

    incomplete = 0;
    since = until = 0;

    if (inquiry->answer) {
        incomplete = dm_ledger_answer_end(inquiry->answer, state, &since,
                                          &until);

        if (incomplete < 0) {
            (void) dm_inquiry_memory();
            return DM_EXIT_USAGE;
        }
    }

    dm_progress_clear(inquiry->progress);

    if (inquiry->json) {
        dm_report_json_end(inquiry, state, (unsigned) incomplete, since,
                           until);

    } else {
        dm_report_text_end(inquiry, state, (unsigned) incomplete, since,
                           until);
    }

    if (inquiry->failed) {
        (void) dm_inquiry_memory();
        return DM_EXIT_USAGE;
    }

    if (fflush(stdout) != 0 || ferror(stdout)) {
        (void) dm_inquiry_error("cannot write", strerror(errno));
        return DM_EXIT_USAGE;
    }

    return incomplete || (!inquiry->answer && state->findings)
           ? DM_EXIT_REFUSED : EXIT_SUCCESS;
}


static int
dm_inquiry_verify(dm_inquiry_t *inquiry, dm_mac_t *const *macs)
{
    int                  rc;
    dm_progress_t        progress;
    dm_ledger_verify_t  *verify;

    memset(&progress, 0, sizeof(dm_progress_t));
    inquiry->progress = isatty(STDERR_FILENO) ? &progress : NULL;

    if (inquiry->kind != DM_INQUIRY_VERIFY) {
        inquiry->answer = dm_ledger_answer_create(&inquiry->question);
    }

    verify = dm_ledger_verify_create(macs, inquiry->n_keys, dm_inquiry_find,
                                     inquiry->answer ? dm_inquiry_take : NULL,
                                     inquiry);

    if (verify == NULL
        || (inquiry->kind != DM_INQUIRY_VERIFY && inquiry->answer == NULL))
    {
        (void) dm_inquiry_memory();
        rc = DM_EXIT_USAGE;

    } else if (dm_inquiry_files(inquiry, verify) != 0) {
        rc = DM_EXIT_USAGE;

    } else {
        rc = dm_inquiry_end(inquiry, dm_ledger_verify_state(verify));
    }

    json_decref(inquiry->findings);
    dm_ledger_verify_destroy(verify);
    dm_ledger_answer_destroy(inquiry->answer);

    return rc;
}


int
dm_inquiry_run(dm_inquiry_t *inquiry)
{
    int        rc;
    unsigned   n;
    dm_mac_t  *macs[DM_LEDGER_KEYS_MAX];

    rc = 0;

    for (n = 0; n < inquiry->n_keys; n++) {
        macs[n] = dm_inquiry_mac(inquiry->keys[n]);

        if (macs[n] == NULL) {
            rc = DM_EXIT_USAGE;
            break;
        }
    }

    if (rc == 0) {
        rc = dm_inquiry_verify(inquiry, macs);
    }

    while (n > 0) {
        dm_mac_destroy(macs[--n]);
    }

    return rc;
}
