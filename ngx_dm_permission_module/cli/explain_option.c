/* The command line of explain: options are called as directives are. */

#include <getopt.h>
#include <stdio.h>
#include <time.h>

#include "dm_time.h"
#include "explain.h"


typedef struct {
    const char  *word;
    unsigned     value;
} dm_explain_word_t;


enum {
    DM_OPT_ACTION = 256,
    DM_OPT_AT,
    DM_OPT_BATCH,
    DM_OPT_BODY,
    DM_OPT_CREDENTIALS,
    DM_OPT_DRY_RUN,
    DM_OPT_ENFORCE_FROM,
    DM_OPT_FORM,
    DM_OPT_HEADER,
    DM_OPT_HELP,
    DM_OPT_JSON,
    DM_OPT_MERGE,
    DM_OPT_METHOD,
    DM_OPT_ROUTE,
    DM_OPT_ROUTES,
    DM_OPT_SEND,
    DM_OPT_STREAM,
    DM_OPT_TARGET,
    DM_OPT_UNKNOWN
};


static const struct option  dm_explain_long[] = {
    { "action", required_argument, NULL, DM_OPT_ACTION },
    { "at", required_argument, NULL, DM_OPT_AT },
    { "batch", required_argument, NULL, DM_OPT_BATCH },
    { "body", required_argument, NULL, DM_OPT_BODY },
    { "credentials", required_argument, NULL, DM_OPT_CREDENTIALS },
    { "dry-run", required_argument, NULL, DM_OPT_DRY_RUN },
    { "enforce-from", required_argument, NULL, DM_OPT_ENFORCE_FROM },
    { "form", required_argument, NULL, DM_OPT_FORM },
    { "header", required_argument, NULL, DM_OPT_HEADER },
    { "help", no_argument, NULL, DM_OPT_HELP },
    { "json", no_argument, NULL, DM_OPT_JSON },
    { "merge-slashes", required_argument, NULL, DM_OPT_MERGE },
    { "method", required_argument, NULL, DM_OPT_METHOD },
    { "route", required_argument, NULL, DM_OPT_ROUTE },
    { "routes", required_argument, NULL, DM_OPT_ROUTES },
    { "send", required_argument, NULL, DM_OPT_SEND },
    { "stream", required_argument, NULL, DM_OPT_STREAM },
    { "target", required_argument, NULL, DM_OPT_TARGET },
    { "unknown-token", required_argument, NULL, DM_OPT_UNKNOWN },
    { NULL, 0, NULL, 0 }
};

static const dm_explain_word_t  dm_explain_sets[] = {
    { "twitter_1", DM_ROUTES_1 },
    { "twitter_1.1", DM_ROUTES_1_1 },
    { "twitter_2", DM_ROUTES_2 },
    { "none", 0 },
    { NULL, 0 }
};

static const dm_explain_word_t  dm_explain_sources[] = {
    { "header", DM_OAUTH_HEADER },
    { "query", DM_OAUTH_QUERY },
    { "body", DM_OAUTH_BODY },
    { NULL, 0 }
};

static const dm_explain_word_t  dm_explain_levels[] = {
    { "read-write", 0 },
    { "read-write-directmessages", 1 },
    { NULL, 0 }
};

static const dm_explain_word_t  dm_explain_unknown[] = {
    { "deny", 0 }, { "pass", 1 }, { NULL, 0 }
};

static const dm_explain_word_t  dm_explain_flags[] = {
    { "off", 0 }, { "on", 1 }, { NULL, 0 }
};

static const dm_explain_word_t  dm_explain_streams[] = {
    { "off", 0 }, { "user", 1 }, { "site", 1 }, { NULL, 0 }
};


dm_str_t
dm_explain_set_word(unsigned set)
{
    const dm_explain_word_t  *word;

    for (word = dm_explain_sets; word->value != set; word++) { /* void */ }

    return (dm_str_t) { word->word, strlen(word->word) };
}


static int
dm_explain_wrong(const char *option, const char *value, const char *what)
{
    fprintf(stderr, "dm-permission: invalid value \"%s\" of \"--%s\"%s%s\n",
            value, option, what ? ": " : "", what ? what : "");

    return -1;
}


static int
dm_explain_word(const char *option, const char *value,
    const dm_explain_word_t *words, unsigned *found)
{
    for ( /* void */ ; words->word; words++) {
        if (strcmp(words->word, value) == 0) {
            *found = words->value;
            return 0;
        }
    }

    return dm_explain_wrong(option, value, NULL);
}


/* Several of them, as a directive has them; an option that comes again adds. */
static int
dm_explain_words(const char *option, char *value,
    const dm_explain_word_t *words, unsigned *set, unsigned *given)
{
    char      *word, *rest;
    unsigned   one;

    if (!*given) {
        *given = 1;
        *set = 0;
    }

    one = 0;

    for (word = strtok_r(value, " ,\t", &rest); word;
         word = strtok_r(NULL, " ,\t", &rest))
    {
        if (dm_explain_word(option, word, words, &one) != 0) {
            return -1;
        }

        *set |= one;
    }

    return 0;
}


static int
dm_explain_time(const char *option, const char *value, int64_t *seconds)
{
    return dm_time_parse((dm_str_t) { value, strlen(value) }, seconds) == 0
           ? 0 : dm_explain_wrong(option, value, "not a time as in RFC 3339");
}


static size_t
dm_explain_count(const char *value)
{
    size_t  n;

    for (n = 0; *(value += strspn(value, " \t")) != '\0'; n++) {
        value += strcspn(value, " \t");
    }

    return n;
}


/* ACTION METHODS PATTERN, or ACTION METHODS ~ REGEX. */
static int
dm_explain_route(dm_explain_conf_t *conf, char *value)
{
    int          action;
    char        *word, *methods, *pattern, *rest;
    const char  *error;
    dm_route_t  *route;

    if (conf->routes.n_own == DM_EXPLAIN_ROUTES) {
        return dm_explain_wrong("route", value, "too many of them");
    }

    if (dm_explain_count(value) < 3) {
        return dm_explain_wrong("route", value, "not \"ACTION METHODS "
                                                "PATTERN\"");
    }

    word = strtok_r(value, " \t", &rest);
    methods = strtok_r(NULL, " \t", &rest);
    pattern = strtok_r(NULL, " \t", &rest);

    action = dm_action_parse((dm_str_t) { word, strlen(word) });
    if (action < 0) {
        return dm_explain_wrong("route", word, "not an action");
    }

    route = &conf->own[conf->routes.n_own++];
    route->action = (dm_action_t) action;
    route->methods = dm_methods_parse((dm_str_t) { methods, strlen(methods) });

    if (route->methods == 0) {
        return dm_explain_wrong("route", methods, "not \"*\" or methods");
    }

    error = NULL;

    if (strcmp(pattern, "~") == 0 || strcmp(pattern, "~*") == 0) {
        rest += strspn(rest, " \t");
        route->regex = dm_regex_compile(rest, pattern[1] == '*', &error);
        route->pattern = (dm_str_t) { rest, strlen(rest) };

    } else {
        rest = pattern;
        route->pattern = (dm_str_t) { pattern, strlen(pattern) };
        error = dm_route_pattern_error(route->pattern);
    }

    return error ? dm_explain_wrong("route", rest, error) : 0;
}


static int
dm_explain_option_action(dm_explain_conf_t *conf, const char *value)
{
    conf->action = dm_action_parse((dm_str_t) { value, strlen(value) });

    return conf->action >= 0 || strcmp(value, "auto") == 0
           ? 0 : dm_explain_wrong("action", value, NULL);
}


/* What configuration says. */
static int
dm_explain_option_conf(int option, char *value, dm_explain_conf_t *conf)
{
    int       rc;
    unsigned  word;

    word = 0;

    switch (option) {

    case DM_OPT_ACTION:
        return dm_explain_option_action(conf, value);

    case DM_OPT_CREDENTIALS:
        return dm_explain_words("credentials", value, dm_explain_sources,
                                &conf->sources, &conf->sources_given);

    case DM_OPT_DRY_RUN:
        return dm_explain_word("dry-run", value, dm_explain_flags,
                               &conf->dry_run);

    case DM_OPT_ENFORCE_FROM:
        return dm_explain_time("enforce-from", value, &conf->enforce_from);

    case DM_OPT_MERGE:
        return dm_explain_word("merge-slashes", value, dm_explain_flags,
                               &conf->merge);

    case DM_OPT_ROUTE:
        return dm_explain_route(conf, value);

    case DM_OPT_ROUTES:
        return dm_explain_words("routes", value, dm_explain_sets,
                                &conf->routes.sets, &conf->routes_given);

    case DM_OPT_SEND:
        rc = dm_explain_word("send", value, dm_explain_levels, &word);
        conf->policy.send_needs_dm = word & 1;
        return rc;

    case DM_OPT_STREAM:
        return dm_explain_word("stream", value, dm_explain_streams,
                               &conf->stream);

    default:
        rc = dm_explain_word("unknown-token", value, dm_explain_unknown,
                             &word);
        conf->policy.unknown_pass = word & 1;
        return rc;
    }
}


static int
dm_explain_option(int option, char *value, dm_explain_conf_t *conf,
    dm_explain_request_t *request)
{
    switch (option) {

    case DM_OPT_AT:
        return dm_explain_time("at", value, &conf->now);

    case DM_OPT_BATCH:
        conf->batch = value;
        return 0;

    case DM_OPT_BODY:
        return dm_explain_read(value, &request->body);

    case DM_OPT_FORM:
        request->body = (dm_str_t) { value, strlen(value) };
        request->form = 1;
        return 0;

    case DM_OPT_HEADER:
        return dm_explain_header(request, value);

    case DM_OPT_JSON:
        conf->json = 1;
        return 0;

    case DM_OPT_METHOD:
        request->method = (dm_str_t) { value, strlen(value) };
        return 0;

    case DM_OPT_TARGET:
        request->target = (dm_str_t) { value, strlen(value) };
        return 0;

    case '?':
        return -1;

    default:
        return dm_explain_option_conf(option, value, conf);
    }
}


int
dm_explain_options(int argc, char **argv, dm_explain_conf_t *conf,
    dm_explain_request_t *request)
{
    int  option;

    memset(conf, 0, sizeof(dm_explain_conf_t));
    memset(request, 0, sizeof(dm_explain_request_t));

    conf->routes.sets = DM_ROUTES_1 | DM_ROUTES_1_1 | DM_ROUTES_2;
    conf->routes.own = conf->own;
    conf->routes.match = dm_regex_match;
    conf->sources = DM_OAUTH_HEADER | DM_OAUTH_QUERY | DM_OAUTH_BODY;
    conf->action = -1;
    conf->merge = 1;
    conf->now = time(NULL);

    while ((option = getopt_long(argc, argv, "", dm_explain_long, NULL))
           != -1)
    {
        if (option == DM_OPT_HELP) {
            return 1;
        }

        if (dm_explain_option(option, optarg, conf, request) != 0) {
            return -1;
        }
    }

    if (argc - optind != 1) {
        fprintf(stderr, "dm-permission: explain takes one FILE\n");
        return -1;
    }

    conf->name = argv[optind];

    if (conf->batch == NULL
        && (request->method.len == 0 || request->target.len == 0))
    {
        fprintf(stderr, "dm-permission: explain takes \"--method\" and "
                "\"--target\", or \"--batch\"\n");
        return -1;
    }

    return 0;
}
