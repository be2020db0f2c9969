#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "dm_form.h"
#include "dm_route.h"
#include "guard.h"


typedef struct {
    const char  *text;
    unsigned     want;
} form_case_t;


#define DEL   DM_METHOD_DELETE
#define GET   DM_METHOD_GET
#define ODD   DM_METHOD_OTHER

/* What some framework or other takes for a method. */
static const form_case_t  methods[] = {
    { "", 0 },
    { "a=b", 0 },
    { "_method=DELETE", DEL },
    { "_method=delete", DEL },
    { "a=b&_method=DELETE&c=d", DEL },
    { "_method=GET&_method=DELETE", GET | DEL },
    { "_method=DELETE&_method=GET", GET | DEL },
    { "a=b;_method=DELETE", DEL },
    { "a=b;c&_method=DELETE;d", DEL },
    { "%5fmethod=DELETE", DEL },
    { "%5Fmetho%64=%44elete", DEL },
    { "_METHOD=DELETE", DEL },
    { ".method=DELETE", DEL },
    { "+method=DELETE", 0 },
    { "[method=DELETE", DEL },
    { "++_method=DELETE", DEL },
    { "%20.method=DELETE", DEL },
    { "_method[]=DELETE", DEL },
    { "_method%5b0]=DELETE", DEL },
    { "_method%00x=DELETE", DEL },
    { "_method=+DELETE+", DEL },
    { "_method=%09DELETE%00", DEL },
    { "_method=DELETE,GET", DEL | GET },
    { "_method=GET, DELETE", DEL | GET },
    { "_method=", ODD },
    { "_method", ODD },
    { "_method=PURGE", ODD },
    { "_method=DEL%45TE%", ODD },
    { "_method=1234567890123456789012345678901234567890123456789012345678901"
      "234", ODD },
    { "_method=DELETE++++++++++++++++++++++++++++++++++++++++++++++++++++++++"
      "++", DEL },
    { "_method=++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++"
      "DELETE", ODD },
    { "_metho=DELETE", 0 },
    { "_methods=DELETE", 0 },
    { "x_method=DELETE", 0 },
    { "a=_method=DELETE", 0 },
    { "%zz_method=DELETE", 0 },
    { "_method%2=DELETE", 0 },
    { "&&;;=&_method=DELETE", DEL },
    { "a=b&++", 0 }
};


static void
test_methods(void **state)
{
    char      *copy;
    size_t     i, len;
    unsigned   got;

    (void) state;

    for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        len = strlen(methods[i].text);
        copy = guard_copy(methods[i].text, len);
        got = dm_form_methods((dm_str_t) { copy, len });
        guard_free(copy, len);

        if (got != methods[i].want) {
            fail_msg("\"%s\": want %#x, got %#x", methods[i].text,
                     methods[i].want, got);
        }
    }
}


static const form_case_t  types[] = {
    { "application/x-www-form-urlencoded", 1 },
    { "Application/X-WWW-Form-URLEncoded", 1 },
    { "application/x-www-form-urlencoded;charset=utf-8", 1 },
    { "application/x-www-form-urlencoded, text/plain", 1 },
    { "\tapplication/x-www-form-urlencoded", 1 },
    { "text/plain, application/x-www-form-urlencoded", 1 },
    { "", 0 },
    { "application/json", 0 },
    { "application/x-www-form-urlencode", 0 },
    { "application/x-www-form_urlencoded", 0 },
    { "multipart/form-data; boundary=x", 0 }
};


static void
test_types(void **state)
{
    char    *copy;
    size_t   i, len;

    (void) state;

    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        len = strlen(types[i].text);
        copy = guard_copy(types[i].text, len);

        if (dm_form_type((dm_str_t) { copy, len }) != (int) types[i].want) {
            fail_msg("\"%s\": want %u", types[i].text, types[i].want);
        }

        guard_free(copy, len);
    }
}


/* A field of the header, its name before the colon. */
static const form_case_t  coded[] = {
    { "content-type:f", 0 },
    { "content-type:", 0 },
    { "content-type:f;charset", 0 },
    { "content-type:f;charset=", 0 },
    { "content-type:f;charset=\"\"", 0 },
    { "content-type:f;charset=;UTF-8", 0 },
    { "content-type:f;charset=UTF-8", 0 },
    { "content-type:f; charset = utf8 ", 0 },
    { "content-type:f;charset=\"utf-8\"", 0 },
    { "content-type:f;charset='us-ascii'", 0 },
    { "content-type:f;charset=ISO-8859-1; x", 0 },
    { "content-type:f;charset=Windows-1252,text/plain", 0 },
    { "content-type:f;charset=latin1;charset=ascii", 0 },
    { "content-type:f;charsets", 0 },
    { "content-type:f;charset=utf-16", 1 },
    { "content-type:f;charset=utf-7", 1 },
    { "content-type:f;CHARSET=IBM037", 1 },
    { "content-type:f;charset \t=\t\"utf-16le\"", 1 },
    { "content-type:f;charset=utf-8;charset=utf-32", 1 },
    { "content-type:f;charset=utf-8x", 1 },
    { "content-type:f;charset=iso-8859", 1 },
    { "content-type:f;charset*=utf-8''utf-16", 1 },
    { "content-type:f;charset =x", 1 },
    { "content-encoding:gzip", 1 },
    { "content-encoding:identity, br", 1 },
    { "content-encoding:Identity", 0 },
    { "content-encoding:", 0 },
    { "content-language:charset=utf-16", 0 },
    { "accept-encoding:gzip", 0 }
};


static void
test_coded(void **state)
{
    char    *copy;
    size_t   i, n, len;

    (void) state;

    for (i = 0; i < sizeof(coded) / sizeof(coded[0]); i++) {
        n = strcspn(coded[i].text, ":");
        len = strlen(coded[i].text + n + 1);
        copy = guard_copy(coded[i].text + n + 1, len);

        if (dm_form_coded((dm_str_t) { coded[i].text, n },
                          (dm_str_t) { copy, len })
            != (int) coded[i].want)
        {
            fail_msg("\"%s\": want %u", coded[i].text, coded[i].want);
        }

        guard_free(copy, len);
    }
}


static void
test_prefix(void **state)
{
    (void) state;

    assert_true(dm_form_named(DM_STR("oauth_x"), DM_STR("oauth_"), 1));
    assert_true(dm_form_named(DM_STR("oauth."), DM_STR("oauth_"), 1));
    assert_false(dm_form_named(DM_STR("oauth_x"), DM_STR("oauth_"), 0));
    assert_false(dm_form_named(DM_STR("oauth"), DM_STR("oauth_"), 1));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_coded),
        cmocka_unit_test(test_prefix)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
