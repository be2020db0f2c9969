#include "dm_form.h"
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


/* 0 for a name that cannot be decoded: a loose reader's, if anybody's. */
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


static int
dm_oauth_form_claims(dm_str_t name)
{
    return dm_form_named(name, DM_STR("oauth_"), 1)
           || dm_form_named(name, DM_STR("access_token"), 0);
}


/* 1 if what only some readers take for a field would hold a credential. */
static int
dm_oauth_form_hides(dm_str_t pair)
{
    dm_str_t  name, value;

    (void) dm_form_next(&pair, &name, &value);

    while (dm_form_next(&pair, &name, &value)) {
        if (dm_oauth_form_claims(name)) {
            return 1;
        }
    }

    return 0;
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
    dm_str_t           name, value, bearer, pair, sent;
    unsigned           nbearers;
    dm_oauth_reader_t  rd;

    memset(place, 0, sizeof(dm_oauth_place_t));

    dm_oauth_start(&rd, place, scratch, 1);

    bearer = DM_STR("");
    nbearers = 0;

    while (dm_oauth_form_next(&text, &name, &value)) {

        sent = name;
        pair.data = name.data;
        pair.len = (size_t) (value.data + value.len - name.data);

        if (!dm_oauth_form_name(&rd, &name)) {
            name.len = 0;
        }

        if (dm_oauth_form_hides(pair)) {
            rc = -1;

        } else if (dm_oauth_is_param(name)) {
            rc = dm_oauth_form_param(&rd, name, value);

        } else if (dm_str_caseeq(name, DM_STR("access_token"))) {
            rc = dm_oauth_form_bearer(&rd, name, value, &bearer);
            nbearers++;

        } else {
            rc = dm_oauth_form_claims(sent) ? -1 : 0;
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


static dm_str_t
dm_oauth_form_lenient(dm_str_t s, char *scratch)
{
    char        *out;
    const char  *p, *end;

    out = scratch;
    end = s.data + s.len;

    for (p = s.data; p < end; /* void */ ) {
        *out++ = (char) dm_form_char(&p, end);
    }

    return (dm_str_t) { scratch, (size_t) (out - scratch) };
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
