#include "dm_form.h"
#include "dm_route.h"


/* Longer than any method that has a bit, and the white space around it. */
#define DM_FORM_METHOD_MAX  64


/* `c` where `want` is expected. */
static int
dm_form_fits(unsigned char c, char want)
{
    return dm_lower(c) == (unsigned char) want
           || (want == '_' && (c == '.' || c == ' ' || c == '['));
}


int
dm_form_type(dm_str_t type)
{
    dm_str_t  form, part;

    form = DM_STR("application/x-www-form-urlencoded");

    for (part = type; part.len >= form.len; part.data++, part.len--) {
        if (dm_str_caseeq((dm_str_t) { part.data, form.len }, form)) {
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
