/* Credentials in the header, the query and the body. */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <stdio.h>
#include <strings.h>

#include "guard.h"
#include "dm_oauth.h"


/*
 * What a place holds, in letters: o oauth, p params, b bearer, x other,
 * B bad, A ambiguous, k consumer key.
 */
typedef struct {
    const char  *text;
    const char  *flags;
    const char  *token;
} case_t;


#define T  "oauth_token=\"t\""

static const case_t  header_cases[] = {
    { "", "", "" },
    { "  ", "", "" },
    { "OAuth", "o", "" },
    { "oAUTH  ", "o", "" },
    { "OAuthx " T, "x", "" },
    { "Basic OAuth " T, "x", "" },
    { "Basic", "x", "" },
    { "OAuth " T, "op", "t" },
    { " \t oauth \t " T " \t", "op", "t" },
    { "OAuth oauth_token=\"\"", "op", "" },
    { "OAuth realm=\"\"", "o", "" },
    { "OAuth realm=\"\"," T, "op", "t" },
    { "OAuth " T ",realm=\"a%b, c=\\\"d\"", "op", "t" },
    { "OAuth " T ",realm=\"a", "oBp", "" },
    { "OAuth " T ",realm=\"a\\\"", "oBp", "" },
    { "OAuth realm=\"a\",realm=\"a\"," T, "oB", "" },
    { "OAuth realm=\"a\",Realm=\"a\"," T, "oB", "" },
    { "OAuth " T ",oauth_consumer_key=\"a%2Bb\"", "opk", "t" },
    { "OAuth " T "\t , \toauth_nonce=\"n\"", "op", "t" },
    { "OAuth " T ",\r\n oauth_nonce=\"n\"", "op", "t" },
    { "OAuth\n\t" T "\n ,oauth_nonce=\"n\"", "op", "t" },
    { "OAuth " T ",\r\noauth_nonce=\"n\"", "oBp", "" },
    { "OAuth " T "\r\n", "oBp", "" },
    { "OAuth " T ",\roauth_nonce=\"n\"", "oBp", "" },
    { "OAuth " T ",\001oauth_nonce=\"n\"", "oBp", "" },
    { "OAuth\001" T, "oB", "" },
    { "OAuth oauth%5ftoken=\"t\"", "op", "t" },
    { "OAuth %6fauth_token=\"t\"", "op", "t" },
    { "OAuth oauth%5gtoken=\"t\"", "oB", "" },
    { "OAuth oauth_token%00=\"t\"", "oB", "" },
    { "OAuth oauth_Token=\"t\"", "oBp", "" },
    { "OAuth OAUTH_token=\"t\"", "oBp", "" },
    { "OAuth " T "," T, "oBp", "" },
    { "OAuth " T ",oauth%5Ftoken=\"t\"", "oBp", "" },
    { "OAuth oauth_xyz=\"\"," T, "op", "t" },
    { "OAuth oauth_xyz=\"\",oauth_xy%7a=\"\"," T, "oBp", "" },
    { "OAuth oauth_version=\"1.0\"," T, "op", "t" },
    { "OAuth oauth_version=\"1%2e0\"," T, "op", "t" },
    { "OAuth oauth_version=\"1.0a\"," T, "oBp", "" },
    { "OAuth oauth_version=\"\"," T, "oBp", "" },
    { "OAuth " T ",", "oBp", "" },
    { "OAuth " T ", ", "oBp", "" },
    { "OAuth ," T, "oB", "" },
    { "OAuth " T ",,oauth_nonce=\"\"", "oBp", "" },
    { "OAuth oauth_token =\"t\"", "oB", "" },
    { "OAuth oauth_token= \"t\"", "oB", "" },
    { "OAuth " T " oauth_nonce=\"n\"", "oBp", "" },
    { "OAuth " T "oauth_nonce=\"n\"", "oBp", "" },
    { "OAuth oauth_token=t", "oB", "" },
    { "OAuth oauth_token='t'", "oB", "" },
    { "OAuth oauth_token=\"t", "oBp", "" },
    { "OAuth oauth_token=\"", "oBp", "" },
    { "OAuth oauth_token=", "oB", "" },
    { "OAuth oauth_token", "oB", "" },
    { "OAuth =\"t\"", "oB", "" },
    { "OAuth oauth_s=\"\"", "op", "" },
    { "OAuth oauth_", "oB", "" },
    { "OAuth oauth_token=\"%74%2b+\"", "op", "t++" },
    { "OAuth oauth_token=\"%\"", "oBp", "" },
    { "OAuth oauth_token=\"%7\"", "oBp", "" },
    { "OAuth oauth_token=\"%zz\"", "oBp", "" },
    { "OAuth oauth_token=\"a%0ab\"", "oBp", "" },
    { "OAuth oauth_token=\"a%7fb\"", "oBp", "" },
    { "OAuth oauth_token=\"a%c3%a9b\"", "oBp", "" },
    { "OAuth oauth_token=\"abcdefgh\303\251\"", "oBp", "" },
    { "OAuth oauth_token=\"abcdefg\177abcdefgh\"", "oBp", "" },
    { "OAuth oauth_token=\"abcdefg\tabcdefgh\"", "oBp", "" },
    { "OAuth x=\"y\"," T, "op", "t" },
    { "OAuth x=y," T, "oB", "" },
    { "OAuth x=\"%zz\"," T, "oB", "" },
    { "OAuth x%zz=\"y\"," T, "oB", "" },
    { "OAuth x\177=\"y\"," T, "oB", "" },
    { "OAuth x\303\251=\"y\"," T, "oB", "" },
    { "OAuth Oauth_x=\"y\"," T, "oBp", "" },

    /* each beside what it could be taken for */
    { "OAuth x~=\"y\"," T, "op", "t" },
    { "OAuth oauth%5Ftoken=\"t\"," T, "oBp", "" },
    { "OAuth realm=\"a\177\"," T, "oB", "" },
    { "OAuth realm=\"\303\251\"," T, "oB", "" },
    { "OAuth realm=\"a\",realm=\",x=\"y\"," T, "oB", "" },
    { "OAuth oauth_xyz=\"a\",oauth_xyz=\",x=\"y\"", "oBp", "" },
    { "OAuth x\"," T, "oB", "" },
    { "OAuth " T ",x\"", "oBp", "" },
    { "OAuth oauth_token=\"a%74\"", "op", "at" },
    { "OAuth oauth_nonce=\"%74%zz\"," T, "oBp", "" },
    { "OAuth oauth_nonce=\"a\177, " T, "oBp", "" },

    /* what only some take for a parameter of its own, whatever its quotes */
    { "OAuth " T ",x=\"y,oauth_token=u,z=\"", "oBp", "" },
    { "OAuth " T ",oauth_nonce=\"y,oauth_token=u,z=\"", "oBp", "" },
    { "OAuth " T ",realm=\"y,oauth_token=u,z=\"", "oBp", "" },
    { "OAuth realm=\"y\\\",oauth_token=u,z=\"," T, "oB", "" },
    { "OAuth x=\"y=oauth_token=u=z\"," T, "oB", "" },
    { "OAuth x=\"&oauth_token&u&\"," T, "oB", "" },
    { "OAuth x=\"0123456789abcdef,%6FAuth%5ftoken=u,\"," T, "oB", "" },
    { "OAuth x=\"ooauth_a,\"," T, "oB", "" },
    { "OAuth x=\"oaoauth_,\"," T, "oB", "" },
    { "OAuth x=\"a,b=c&d\"," T, "op", "t" },
    { "OAuth x=\"oauth,_token=oauth-x\"," T, "op", "t" },
    { "OAuth x=\"a%3Doauth_token%3Du%2C\"," T, "op", "t" },
    { "OAuth realm=\"oauth_x\"," T, "op", "t" },
    { "OAuth realm=\"http://a/oauth.php?b=c&d\"," T, "op", "t" },
    { "OAuth  " T, "op", "t" },
    { "OAuth \t" T, "op", "t" },
    { "OAuth " T ",  oauth_nonce=\"n\"", "op", "t" },
    { "OAuth " T ", \toauth_nonce=\"n\"", "op", "t" },
    { "OAuth\177" T, "oB", "" },
    { "OAuth~" T, "x", "" },
    { "x", "x", "" },
    { "Bearer t\t", "b", "t" },
    { "Bearer a\tb", "B", "" },
    { "Bearer", "", "" },
    { "bearer  \t", "", "" },
    { "BEARER  abc-._~+/9== ", "b", "abc-._~+/9==" },
    { "Bearer azAZ09", "b", "azAZ09" },
    { "Bearer =", "B", "" },
    { "Bearer a=b", "B", "" },
    { "Bearer a b", "B", "" },
    { "Bearer a,b", "B", "" },
    { "Bearer \"a\"", "B", "" },
    { "Bearer a%20", "B", "" },
    { "Bearer \303\251", "B", "" },
    { "Bearerx a", "x", "" },
    { "Bearer,a", "x", "" }
};


static const case_t  form_cases[] = {
    { "", "", "" },
    { "a=b&c", "", "" },
    { "&&=&", "", "" },
    { "oauth_token=t", "op", "t" },
    { "a=%zz&oauth_token=t&%zz=1", "op", "t" },
    { "oauth%5ftoken=t", "op", "t" },
    { "oauth_token", "op", "" },
    { "oauth_token=", "op", "" },
    { "oauth_token=a+b", "op", "a b" },
    { "oauth_token=a=b", "op", "a=b" },
    { "oauth_token=t;u", "op", "t;u" },
    { "oauth_token=t;oauth_token=u", "B", "" },
    { "a=b;oauth_token=u", "B", "" },
    { "a=b;%6fauth%5ftoken=u", "B", "" },
    { "a=b;c&d;access_token", "B", "" },
    { "a=b;c;Access.Token=u", "B", "" },
    { "a=b;c=oauth_token=u", "", "" },
    { "a=b;xoauth_token=u;access_tokens=v", "", "" },
    { "oauth_token=t&oauth_token=t", "oBp", "" },
    { "oauth_token=%", "oBp", "" },
    { "oauth_token=%00", "oBp", "" },
    { "oauth_token=\303\251", "oBp", "" },
    { "oauth_nonce=%zz", "oBp", "" },
    { "oauth_nonce=a%20b", "op", "" },
    { "oauth_nonce=a%0ab", "oBp", "" },
    { "oauth_nonce=\001", "oBp", "" },
    { "oauth_nonce=\303\251", "oBp", "" },
    { "oauth_x%01=1", "oBp", "" },
    { "Oauth_x=1", "oBp", "" },
    { "oauth_x%zz=1", "B", "" },
    { "access_token%00%zz=t", "B", "" },
    { "access_token[%=t", "B", "" },
    { "access_token%zz=t", "", "" },
    { "OAUTH_TOKEN=t", "oBp", "" },
    { "oauth_TOKEN=t", "oBp", "" },
    { "oauth_version=2.0&oauth_token=t", "oBp", "" },
    { "oauth_xy=1&oauth_x%79=2", "oBp", "" },
    { "oauth_consumer_key=k&oauth_token=t", "opk", "t" },
    { "oauthtoken=t&xoauth_token=t", "", "" },
    { "+oauth_token=t", "B", "" },
    { "oauth.token=t", "B", "" },
    { "oauth%20token=t", "B", "" },
    { "oauth[token]=t", "B", "" },
    { "access.token=t", "B", "" },
    { "access_token[]=t", "B", "" },
    { "access_token%00x=t", "B", "" },
    { "access_tokens=t&access-token=t&accesstoken=t", "", "" },
    { "access_token=t", "b", "t" },
    { "a=1&access%5Ftoken=%74&b", "b", "t" },
    { "access_token=", "", "" },
    { "access_token", "", "" },
    { "access_token=&access_token=", "", "" },
    { "access_token=t&access_token=t", "Ab", "t" },
    { "access_token=&access_token=t", "Ab", "t" },
    { "access_token=t&access_token=%", "B", "" },
    { "Access_Token=t", "B", "" },
    { "Access_Token=", "B", "" },
    { "access_token=a+b", "B", "" },
    { "access_token=a%2bb", "b", "a+b" },
    { "access_token=a%0a", "B", "" },
    { "access_token=%zz", "B", "" },
    { "access_token=t&oauth_token=u", "oApb", "t" },
    { "access_token=t&oauth_nonce=u", "oApb", "t" },
    { "access_token=&oauth_token=u", "op", "u" },

    /* each beside what it could be taken for */
    { "oauth_=1&oauth_token=t", "op", "t" },
    { "oauth", "", "" },
    { "%zz=1&oauth_token=t", "op", "t" },
    { "oauth_nonce=\001aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "oBp", "" },
    { "oauth_nonce=%zzaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "oBp", "" },
    { "oauth_nonce=%74%zz", "oBp", "" },
    { "oauth_a=1&oauth_b=1&oauth_b=2", "oBp", "" },
    { "oauth_12345678901234567=1&oauth_token=t", "op", "t" },
    { "oauth_consumer_key=k&oauth_nonce=%zz", "oBp", "" }
};


static void
check(const case_t *c, int form)
{
    char              *text, *scratch, want[9], got[9];
    size_t             i, len;
    dm_str_t           value;
    dm_oauth_place_t   p;

    len = strlen(c->text);
    text = guard_copy(c->text, len);
    scratch = malloc(len + DM_OAUTH_PAD);

    value.data = text;
    value.len = len;

    memset(&p, 0xff, sizeof(p));

    if (form) {
        dm_oauth_form(value, scratch, &p);

    } else {
        dm_oauth_header(value, scratch, &p);
    }

    i = 0;
    memset(want, 0, sizeof(want));

    for (const char *f = "oApbxBk"; *f; f++) {
        if (strchr(c->flags, *f)) {
            want[i++] = *f;
        }
    }

    snprintf(got, sizeof(got), "%s%s%s%s%s%s%s", p.oauth ? "o" : "",
             p.ambiguous ? "A" : "", p.params ? "p" : "", p.bearer ? "b" : "",
             p.other ? "x" : "", p.bad ? "B" : "",
             p.has_consumer_key ? "k" : "");

    if (strcmp(want, got) != 0 || p.token.len != strlen(c->token)
        || (p.token.len && memcmp(p.token.data, c->token, p.token.len) != 0))
    {
        fail_msg("\"%s\": want %s \"%s\", got %s \"%.*s\"", c->text, want,
                 c->token, got, (int) p.token.len,
                 p.token.len ? p.token.data : "");
    }

    free(scratch);
}


static void
test_header(void **state)
{
    size_t  i;

    (void) state;

    for (i = 0; i < sizeof(header_cases) / sizeof(header_cases[0]); i++) {
        check(&header_cases[i], 0);
    }
}


static void
test_form(void **state)
{
    size_t  i;

    (void) state;

    for (i = 0; i < sizeof(form_cases) / sizeof(form_cases[0]); i++) {
        check(&form_cases[i], 1);
    }
}


/* Any byte at any place of a value, on both sides of sixteen bytes. */
static void
test_bytes(void **state)
{
    int                c, want;
    char              *text, *scratch;
    size_t             i;
    dm_str_t           value;
    dm_oauth_place_t   p;

    static const char  plain[] = "OAuth oauth_token="
                                 "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"";

    (void) state;

    value.len = sizeof(plain) - 1;
    value.data = text = guard_copy(plain, value.len);
    scratch = malloc(value.len + DM_OAUTH_PAD);

    for (i = sizeof("OAuth oauth_token=\"") - 1; i < value.len - 1; i++) {

        for (c = 0; c < 256; c++) {
            text[i] = (char) c;
            dm_oauth_header(value, scratch, &p);

            want = (c >= ' ' && c < 0x7f && c != '"' && c != '%');

            if (p.bad == want || p.token.len != (want ? 41 : 0)) {
                fail_msg("byte %d at %d: bad %d", c, (int) i, p.bad);
            }
        }

        text[i] = 'a';
    }

    free(scratch);
}


/* What differs from a name of the RFC in one byte is another name. */
static void
test_names(void **state)
{
    int                len;
    char               text[128], scratch[128];
    size_t             i, k;
    dm_oauth_place_t   p;

    static const char  *names[] = {
        "oauth_token", "oauth_nonce", "oauth_version", "oauth_callback",
        "oauth_verifier", "oauth_signature", "oauth_timestamp",
        "oauth_consumer_key", "oauth_signature_method"
    };

    (void) state;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        len = snprintf(text, sizeof(text), "OAuth %s=\"1.0\", %s=\"1.0\"",
                       names[i], names[i]);

        dm_oauth_header((dm_str_t) { text, len }, scratch, &p);
        assert_true(p.bad);

        for (k = 0; k < strlen(names[i]); k++) {
            text[6 + k] ^= 1;

            dm_oauth_header((dm_str_t) { text, len }, scratch, &p);
            assert_false(p.bad);
            assert_int_equal(p.token.len, i == 0 ? 3 : 0);
            assert_int_equal(p.has_consumer_key, i == 7);

            text[6 + k] ^= 1;
        }
    }
}


/* 1 if `name`, which was `was` before, makes the header bad. */
static int
is_bad_name(const char *name, const char *was, size_t at)
{
    unsigned char  c = (unsigned char) name[at];

    return c <= ' ' || c >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", c) != NULL
           || (c != (unsigned char) was[at] && strncasecmp(name, was, 6) == 0
               && (at < 6 || strcasecmp(name, was) == 0));
}


/*
 * Any byte at any place of a name, but for "%", which may begin an escape, and
 * for the first, which may be white space.
 */
static void
test_name_bytes(void **state)
{
    int                c, len, at;
    char               name[32], text[64], scratch[64 + DM_OAUTH_PAD];
    size_t             i, k;
    dm_oauth_place_t   p;

    static const char  *names[] = {
        "oauth_token", "oauth_nonce", "oauth_version", "oauth_callback",
        "oauth_verifier", "oauth_signature", "oauth_timestamp",
        "oauth_consumer_key", "oauth_signature_method", "oauth_1234_67"
    };

    (void) state;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        strcpy(name, names[i]);

        for (k = 1; k < strlen(name); k++) {

            for (c = 1; c < 256; c++) {
                name[k] = (char) c;

                len = snprintf(text, sizeof(text), "OAuth %n%s=\"1.0\"", &at,
                               name);
                dm_oauth_header((dm_str_t) { text, len }, scratch, &p);

                if (c != '%' && p.bad != is_bad_name(name, names[i], k)) {
                    fail_msg("%s with %d: bad %d", names[i], c, p.bad);
                }
            }

            name[k] = names[i][k];
        }
    }
}


static void
test_many(void **state)
{
    char               text[4096], scratch[4096];
    int                i, n, len;
    dm_oauth_place_t   p;

    (void) state;

    for (n = 64; n <= 65; n++) {
        len = 0;

        for (i = 0; i < n; i++) {
            len += sprintf(text + len, "oauth_x%d=1&", i);
        }

        dm_oauth_form((dm_str_t) { text, len }, scratch, &p);
        assert_int_equal(p.bad, n > 64);
    }
}


static void
test_keys(void **state)
{
    char              scratch[128];
    dm_oauth_place_t  p;

    (void) state;

    dm_oauth_header(DM_STR("OAuth oauth_consumer_key=\"a%2Fb\"," T), scratch,
                    &p);
    assert_true(p.has_consumer_key);
    assert_true(dm_str_eq(p.consumer_key, DM_STR("a/b")));

    dm_oauth_form(DM_STR("oauth_consumer_key=a%2Fb&oauth_token=%74u"), scratch,
                  &p);
    assert_true(dm_str_eq(p.consumer_key, DM_STR("a/b")));
    assert_true(dm_str_eq(p.token, DM_STR("tu")));
}


typedef struct {
    const char          *header, *query, *body;
    unsigned             sources;
    dm_oauth_outcome_t   outcome;
} choice_t;


#define H  DM_OAUTH_HEADER
#define Q  DM_OAUTH_QUERY
#define B  DM_OAUTH_BODY
#define A  (H | Q | B)

static const choice_t  choices[] = {
    { "", "", "", A, DM_OAUTH_NONE },
    { "Basic x", "", "", A, DM_OAUTH_NONE },
    { "OAuth " T, "a=b", "c=d", A, DM_OAUTH_FOUND },
    { "Bearer t", "", "", A, DM_OAUTH_FOUND },
    { "Bearer t", "", "", H, DM_OAUTH_FOUND },
    { "Bearer !", "", "", A, DM_OAUTH_BAD },
    { "Bearer", "", "", A, DM_OAUTH_NONE },
    { "", "oauth_token=t", "", A, DM_OAUTH_FOUND },
    { "", "", "access_token=t", A, DM_OAUTH_FOUND },
    { "Bearer", "access_token=t", "", A, DM_OAUTH_FOUND },
    { "OAuth", "access_token=t", "", A, DM_OAUTH_FOUND },
    { "OAuth " T, "oauth_token=t", "", A, DM_OAUTH_AMBIGUOUS },
    { "OAuth " T, "oauth_nonce=", "", A, DM_OAUTH_AMBIGUOUS },
    { "", "oauth_nonce=", "oauth_nonce=", A, DM_OAUTH_AMBIGUOUS },
    { "Bearer t", "access_token=t", "", A, DM_OAUTH_AMBIGUOUS },
    { "Bearer t", "oauth_nonce=t", "", A, DM_OAUTH_AMBIGUOUS },
    { "Basic x", "oauth_nonce=t", "", A, DM_OAUTH_AMBIGUOUS },
    { "Basic x", "", "access_token=t", A, DM_OAUTH_AMBIGUOUS },
    { "", "access_token=t&access_token=t", "", A, DM_OAUTH_AMBIGUOUS },
    { "Bearer t", "access_token=t", "access_token=%", A, DM_OAUTH_BAD },
    { "Bearer !", "access_token=t", "", A, DM_OAUTH_BAD },
    { "Bearer t", "access_token=t", "", H, DM_OAUTH_AMBIGUOUS },
    { "", "access_token=t", "", H, DM_OAUTH_NONE },
    { "", "access_token=%", "", H, DM_OAUTH_NONE },
    { "", "access_token=t&access_token=t", "", H, DM_OAUTH_NONE },
    { "", "access_token=t", "access_token=t", H, DM_OAUTH_NONE },
    { "Bearer t", "access_token=%", "", H, DM_OAUTH_BAD },
    { "Basic x", "access_token=t", "", Q, DM_OAUTH_AMBIGUOUS },
    { "Basic x", "access_token=t", "", H, DM_OAUTH_AMBIGUOUS },
    { "Bearer t", "", "", Q | B, DM_OAUTH_NONE },
    { "OAuth oauth_nonce=\"\"", "", "", A, DM_OAUTH_NONE }
};


static void
test_choose(void **state)
{
    char                     s[3][256];
    size_t                   i;
    const choice_t          *c;
    dm_oauth_place_t         p[3];
    unsigned                 present;
    dm_oauth_outcome_t       got;
    const dm_oauth_place_t  *found, *again;

    (void) state;

    for (i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
        c = &choices[i];

        dm_oauth_header((dm_str_t) { c->header, strlen(c->header) }, s[0],
                        &p[0]);
        dm_oauth_form((dm_str_t) { c->query, strlen(c->query) }, s[1], &p[1]);
        dm_oauth_form((dm_str_t) { c->body, strlen(c->body) }, s[2], &p[2]);

        found = again = NULL;
        got = dm_oauth_choose(p, A, c->sources, &found);

        /* a place that is empty is as good as none */

        present = (c->header[0] ? H : 0) | (c->query[0] ? Q : 0)
                  | (c->body[0] ? B : 0);

        assert_int_equal(dm_oauth_choose(p, present, c->sources, &again), got);
        assert_ptr_equal(again, found);

        if (got != c->outcome) {
            fail_msg("\"%s\" \"%s\" \"%s\" %u: want %d, got %d", c->header,
                     c->query, c->body, c->sources, c->outcome, got);
        }

        if (got == DM_OAUTH_FOUND) {
            assert_true(dm_str_eq(found->token, DM_STR("t")));
        }
    }
}


static void
test_field(void **state)
{
    char      scratch[64];
    dm_str_t  text, value;

    (void) state;

    text = DM_STR("a&%62+c=x%2By+z%zz%4&d=1&d=2");

    assert_true(dm_oauth_form_field(text, DM_STR("b c"), scratch, &value));
    assert_true(dm_str_eq(value, DM_STR("x+y z%zz%4")));
    assert_true(dm_oauth_form_field(text, DM_STR("d"), scratch, &value));
    assert_true(dm_str_eq(value, DM_STR("1")));
    assert_true(dm_oauth_form_field(text, DM_STR("a"), scratch, &value));
    assert_int_equal(value.len, 0);
    assert_false(dm_oauth_form_field(text, DM_STR("D"), scratch, &value));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_header),
        cmocka_unit_test(test_form),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_name_bytes),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_choose),
        cmocka_unit_test(test_field)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
