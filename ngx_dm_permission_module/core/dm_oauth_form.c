#include "dm_oauth_internal.h"


/* Splits "name=value&..." off *text.  0 at its end. */
static int
dm_oauth_form_next(dm_str_t *text, dm_str_t *name, dm_str_t *value)
{
    const char  *p, *end;

    if (text->len == 0) {
        return 0;
    }

    end = memchr(text->data, '&', text->len);

    name->data = text->data;
    name->len = end ? (size_t) (end - text->data) : text->len;

    /* A last '&' is skipped with what is before it. */
    text->data += name->len + (end != NULL);
    text->len -= name->len + (end != NULL);

    value->data = name->data + name->len;
    value->len = 0;

    p = name->len ? memchr(name->data, '=', name->len) : NULL;

    if (p) {
        value->data = p + 1;
        value->len = name->data + name->len - value->data;
        name->len = p - name->data;
    }

    return 1;
}


/* 0 for a name that cannot be decoded: nobody's, so not an error. */
static int
dm_oauth_form_name(dm_oauth_reader_t *rd, dm_str_t *name)
{
    if (name->len == 0
        || (memchr(name->data, '%', name->len) == NULL
            && memchr(name->data, '+', name->len) == NULL))
    {
        return 1;
    }

    return dm_oauth_decode(rd, name) == 0;
}


/* RFC 6750 sections 2.2 and 2.3.  Keeps the first token that is not empty. */
static int
dm_oauth_form_bearer(dm_oauth_reader_t *rd, dm_str_t name, dm_str_t value,
    dm_str_t *bearer)
{
    if (!dm_str_eq(name, DM_STR("access_token"))
        || dm_oauth_value(rd, &value) != 0)
    {
        return -1;
    }

    if (value.len == 0) {
        return 0;
    }

    if (!dm_oauth_b64token(value)) {
        return -1;
    }

    if (bearer->len == 0) {
        *bearer = value;
    }

    return 0;
}


static int
dm_oauth_form_param(dm_oauth_reader_t *rd, dm_str_t name, dm_str_t value)
{
    unsigned  i;

    i = dm_oauth_known(name);

    if (dm_oauth_param(rd, i, name) != 0) {
        return -1;
    }

    if (!dm_oauth_needed(i)) {
        return dm_oauth_check(value);
    }

    if (dm_oauth_value(rd, &value) != 0) {
        return -1;
    }

    return dm_oauth_param_value(rd, i, value);
}


void
dm_oauth_form(dm_str_t text, char *scratch, dm_oauth_place_t *place)
{
    int                rc;
    dm_str_t           name, value, bearer;
    unsigned           nbearers;
    dm_oauth_reader_t  rd;

    memset(place, 0, sizeof(dm_oauth_place_t));

    dm_oauth_start(&rd, place, scratch, 1);

    bearer = DM_STR("");
    nbearers = 0;

    while (dm_oauth_form_next(&text, &name, &value)) {

        if (!dm_oauth_form_name(&rd, &name)) {
            continue;
        }

        if (dm_oauth_is_param(name)) {
            rc = dm_oauth_form_param(&rd, name, value);

        } else if (dm_str_caseeq(name, DM_STR("access_token"))) {
            rc = dm_oauth_form_bearer(&rd, name, value, &bearer);
            nbearers++;

        } else {
            continue;
        }

        if (rc != 0) {
            dm_oauth_set_bad(place);
            return;
        }
    }

    if (bearer.len == 0) {
        return;
    }

    place->bearer = 1;
    place->ambiguous = (nbearers > 1 || place->params);
    place->token = bearer;
}


/* As a server's own form reader does: a bad escape stands for itself. */
static dm_str_t
dm_oauth_form_lenient(dm_str_t s, char *scratch)
{
    int       hi, lo;
    size_t    i;
    dm_str_t  out;

    out.data = scratch;

    for (i = 0; i < s.len; i++) {

        if (s.data[i] == '%' && s.len - i > 2) {
            hi = dm_hex((unsigned char) s.data[i + 1]);
            lo = dm_hex((unsigned char) s.data[i + 2]);

            if (hi >= 0 && lo >= 0) {
                *scratch++ = (char) (hi << 4 | lo);
                i += 2;
                continue;
            }
        }

        *scratch++ = (s.data[i] == '+') ? ' ' : s.data[i];
    }

    out.len = scratch - out.data;

    return out;
}


int
dm_oauth_form_field(dm_str_t text, dm_str_t name, char *scratch,
    dm_str_t *value)
{
    dm_str_t  key, raw;

    while (dm_oauth_form_next(&text, &key, &raw)) {

        if (dm_str_eq(dm_oauth_form_lenient(key, scratch), name)) {
            *value = dm_oauth_form_lenient(raw, scratch);
            return 1;
        }
    }

    return 0;
}
