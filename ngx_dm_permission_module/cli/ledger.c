/* ledger verify | who | affected: what is asked. */

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "ledger.h"


/* The options, each of which may come once, but for the key. */
enum {
    DM_OPTION_KEY = 0,
    DM_OPTION_USER,
    DM_OPTION_APP,
    DM_OPTION_SINCE,
    DM_OPTION_UNTIL,
    DM_OPTION_JSON,
    DM_OPTION_LIST,
    DM_OPTIONS
};

static const struct option  dm_options[] = {
    { "key", required_argument, NULL, DM_OPTION_KEY },
    { "user", required_argument, NULL, DM_OPTION_USER },
    { "app", required_argument, NULL, DM_OPTION_APP },
    { "since", required_argument, NULL, DM_OPTION_SINCE },
    { "until", required_argument, NULL, DM_OPTION_UNTIL },
    { "json", no_argument, NULL, DM_OPTION_JSON },
    { "list", no_argument, NULL, DM_OPTION_LIST },
    { NULL, 0, NULL, 0 }
};


static int
dm_ledger_wrong(const char *what, const char *value)
{
    fprintf(stderr, "dm-permission: %s \"%s\"\n", what, value);

    return -1;
}


static int
dm_ledger_time(const char *text, int64_t *time)
{
    size_t       i;
    int64_t      unit;
    const char  *p;

    if (dm_time_parse((dm_str_t) { text, strlen(text) }, time) != 0) {
        return dm_ledger_wrong("no time as in RFC 3339:", text);
    }

    *time *= 1000;
    p = strchr(text, '.');

    for (i = 1, unit = 100; p && i < 4 && p[i] >= '0' && p[i] <= '9'; i++) {
        *time += (p[i] - '0') * unit;
        unit /= 10;
    }

    return 0;
}


/* Which options there are is a matter of what is asked. */
static int
dm_ledger_values(dm_inquiry_t *inquiry, const char *const *value)
{
    dm_ledger_question_t  *question;

    question = &inquiry->question;
    question->since = DM_LEDGER_TIME_MIN;
    question->until = DM_LEDGER_TIME_MAX;
    question->by_app = inquiry->kind == DM_INQUIRY_AFFECTED;

    if ((value[DM_OPTION_USER] != NULL) != (inquiry->kind == DM_INQUIRY_WHO)
        || (value[DM_OPTION_APP] != NULL) != question->by_app
        || (inquiry->kind == DM_INQUIRY_VERIFY
            && (value[DM_OPTION_SINCE] || value[DM_OPTION_UNTIL]
                || value[DM_OPTION_LIST])))
    {
        return -1;
    }

    if (value[DM_OPTION_USER]
        && dm_str_u64((dm_str_t) { value[DM_OPTION_USER],
                                   strlen(value[DM_OPTION_USER]) },
                      &question->user)
           != 0)
    {
        return dm_ledger_wrong("no id of a user:", value[DM_OPTION_USER]);
    }

    if (value[DM_OPTION_APP]) {
        question->app.data = value[DM_OPTION_APP];
        question->app.len = strlen(value[DM_OPTION_APP]);

        if (question->app.len == 0) {
            return dm_ledger_wrong("no id of an app:", "");
        }
    }

    if ((value[DM_OPTION_SINCE]
         && dm_ledger_time(value[DM_OPTION_SINCE], &question->since) != 0)
        || (value[DM_OPTION_UNTIL]
            && dm_ledger_time(value[DM_OPTION_UNTIL], &question->until) != 0))
    {
        return -1;
    }

    return question->since < question->until
           ? 0 : dm_ledger_wrong("--until is not after --since:",
                                 value[DM_OPTION_UNTIL]);
}


static int
dm_ledger_kind(const char *word, dm_inquiry_kind_t *kind)
{
    size_t  i;

    static const char *const  words[] = { "verify", "who", "affected" };

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(word, words[i]) == 0) {
            *kind = (dm_inquiry_kind_t) i;
            return 0;
        }
    }

    return -1;
}


static int
dm_ledger_option(dm_inquiry_t *inquiry, const char **value, int option)
{
    if (option < 0 || option >= DM_OPTIONS
        || (option != DM_OPTION_KEY && value[option] != NULL))
    {
        return -1;
    }

    value[option] = optarg ? optarg : "";

    if (option == DM_OPTION_KEY) {
        if (inquiry->n_keys == DM_LEDGER_KEYS_MAX) {
            return dm_ledger_wrong("too many keys:", optarg);
        }

        inquiry->keys[inquiry->n_keys++] = optarg;
    }

    return 0;
}


int
dm_ledger(int argc, char **argv)
{
    int            option;
    const char    *value[DM_OPTIONS];
    dm_inquiry_t   inquiry;

    memset(value, 0, sizeof(value));
    memset(&inquiry, 0, sizeof(dm_inquiry_t));

    if (argc < 2 || dm_ledger_kind(argv[1], &inquiry.kind) != 0) {
        return -1;
    }

    argc--;
    argv++;
    opterr = 0;

    while ((option = getopt_long(argc, argv, "", dm_options, NULL)) != -1) {
        if (dm_ledger_option(&inquiry, value, option) != 0) {
            return -1;
        }
    }

    if (optind == argc || dm_ledger_values(&inquiry, value) != 0) {
        return -1;
    }

    inquiry.json = value[DM_OPTION_JSON] != NULL;
    inquiry.list = value[DM_OPTION_LIST] != NULL;
    inquiry.files = argv + optind;
    inquiry.n_files = (unsigned) (argc - optind);

    return dm_inquiry_run(&inquiry);
}
