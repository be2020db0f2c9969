#include "dm_form.h"
#include "dm_route.h"


/* Longer than any method that has a bit, and the white space around it. */
#define DM_FORM_METHOD_MAX  64

#define DM_FORM_TEXT(text)  { (text), sizeof(text) - 1 }


/* `c` where `want` is expected. */
static int
dm_form_fits(unsigned char c, char want)
{
    return dm_lower(c) == (unsigned char) want
           || (want == '_' && (c == '.' || c == ' ' || c == '['));
}


static int
dm_form_begins(dm_str_t text, dm_str_t with)
{
    return text.len >= with.len
           && dm_str_caseeq((dm_str_t) { text.data, with.len }, with);
}


int
dm_form_type(dm_str_t type)
{
    dm_str_t  form;

    form = DM_STR("application/x-www-form-urlencoded");

    for ( /* void */ ; type.len >= form.len; type.data++, type.len--) {
        if (dm_form_begins(type, form)) {
            return 1;
        }
    }

    return 0;
}


static void
dm_form_skip(dm_str_t *s, const char *set)
{
    while (s->len != 0 && s->data[0] != '\0' && strchr(set, s->data[0])) {
        s->data++;
        s->len--;
    }
}


/* 1 if what follows the word "charset" names one that is not known. */
static int
dm_form_charset(dm_str_t rest)
{
    size_t    i;
    dm_str_t  end;

    static const dm_str_t  known[] = {
        DM_FORM_TEXT("utf-8"), DM_FORM_TEXT("utf8"), DM_FORM_TEXT("us-ascii"),
        DM_FORM_TEXT("ascii"), DM_FORM_TEXT("latin1")
    };
    static const dm_str_t  families[] = {
        DM_FORM_TEXT("iso-8859-"), DM_FORM_TEXT("windows-125")
    };

    dm_form_skip(&rest, " \t");

    if (rest.len == 0 || rest.data[0] != '=') {
        /* RFC 2231 has another way to write it */
        return rest.len != 0 && rest.data[0] == '*';
    }

    dm_form_skip(&rest, "= \t\"'");

    for (end = rest; end.len != 0 && strchr(" \t\"';,", end.data[0]) == NULL;
         end.data++, end.len--)
    {
        /* void */
    }

    rest.len -= end.len;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (dm_str_caseeq(rest, known[i])) {
            return 0;
        }
    }

    for (i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        if (dm_form_begins(rest, families[i])) {
            return 0;
        }
    }

    return rest.len != 0;
}


int
dm_form_coded(dm_str_t name, dm_str_t value)
{
    dm_str_t  word;

    if (dm_str_eq(name, DM_STR("content-encoding"))) {
        return value.len != 0 && !dm_str_caseeq(value, DM_STR("identity"));
    }

    if (!dm_str_eq(name, DM_STR("content-type"))) {
        return 0;
    }

    word = DM_STR("charset");

    for ( /* void */ ; value.len >= word.len; value.data++, value.len--) {
        if (dm_form_begins(value, word)
            && dm_form_charset((dm_str_t) { value.data + word.len,
                                            value.len - word.len }))
        {
            return 1;
        }
    }

    return 0;
}


int
dm_form_named(dm_str_t name, dm_str_t want, unsigned prefix)
{
    size_t         i;
    const char    *p, *end, *next;
    unsigned char  c;

    p = name.data;
    end = p + name.len;

    for (next = p; next < end && dm_form_char(&next, end) == ' '; p = next) {
        /* void */
    }

    for (i = 0; i < want.len; i++) {
        if (p == end || !dm_form_fits(dm_form_char(&p, end), want.data[i])) {
            return 0;
        }
    }

    if (prefix || p == end) {
        return 1;
    }

    c = dm_form_char(&p, end);

    return c == '\0' || c == '[';
}


int
dm_form_next(dm_str_t *text, dm_str_t *name, dm_str_t *value)
{
    const char  *p, *end, *equals;

    if (text->len == 0) {
        return 0;
    }

    p = text->data;
    end = p + text->len;
    equals = NULL;

    for ( /* void */ ; p < end && *p != '&' && *p != ';'; p++) {
        if (*p == '=' && equals == NULL) {
            equals = p;
        }
    }

    name->data = text->data;
    name->len = (size_t) ((equals ? equals : p) - text->data);

    value->data = equals ? equals + 1 : p;
    value->len = (size_t) (p - value->data);

    p += (p < end);

    text->data = p;
    text->len = (size_t) (end - p);

    return 1;
}


static unsigned
dm_form_method(dm_str_t value)
{
    char         method[DM_FORM_METHOD_MAX];
    size_t       n;
    const char  *p, *end;

    end = value.data + value.len;

    for (p = value.data, n = 0; p < end; n++) {
        if (n == sizeof(method)) {
            return DM_METHOD_OTHER;
        }

        method[n] = (char) dm_form_char(&p, end);
    }

    return dm_methods_named((dm_str_t) { method, n });
}


unsigned
dm_form_methods(dm_str_t text)
{
    unsigned  methods;
    dm_str_t  name, value;

    methods = 0;

    while (dm_form_next(&text, &name, &value)) {
        if (dm_form_named(name, DM_STR("_method"), 0)) {
            methods |= dm_form_method(value);
        }
    }

    return methods;
}
