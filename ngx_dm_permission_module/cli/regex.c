/* The regular expressions of dm_permission_route, as nginx takes them. */

#define PCRE2_CODE_UNIT_WIDTH  8

#include <pcre2.h>

#include "explain.h"


void *
dm_regex_compile(const char *pattern, unsigned caseless, const char **error)
{
    int           code;
    void         *regex;
    PCRE2_SIZE    at;
    static char   text[256];

    regex = pcre2_compile((PCRE2_SPTR) pattern, PCRE2_ZERO_TERMINATED,
                          caseless ? PCRE2_CASELESS : 0, &code, &at, NULL);

    if (regex == NULL) {
        pcre2_get_error_message(code, (PCRE2_UCHAR *) text, sizeof(text));
        *error = text;
    }

    return regex;
}


int
dm_regex_match(void *regex, dm_str_t path)
{
    int                rc;
    pcre2_match_data  *match;

    match = pcre2_match_data_create(1, NULL);
    if (match == NULL) {
        return 0;
    }

    rc = pcre2_match(regex, (PCRE2_SPTR) path.data, path.len, 0, 0, match,
                     NULL);

    pcre2_match_data_free(match);

    return rc >= 0;
}
