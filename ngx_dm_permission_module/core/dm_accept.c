#include "dm_accept.h"


static int
dm_accept_space(char c)
{
    return c == ' ' || c == '\t';
}


static dm_str_t
dm_accept_trim(dm_str_t s)
{
    while (s.len != 0 && dm_accept_space(s.data[0])) {
        s.data++;
        s.len--;
    }

    while (s.len != 0 && dm_accept_space(s.data[s.len - 1])) {
        s.len--;
    }

    return s;
}


/* Cuts off what is before the next `end` outside quotes; trimmed. */
static dm_str_t
dm_accept_next(dm_str_t *rest, char end)
{
    size_t    i;
    dm_str_t  s;
    unsigned  quoted;

    quoted = 0;

    for (i = 0; i < rest->len; i++) {

        if (quoted && rest->data[i] == '\\' && i + 1 < rest->len) {
            i++;

        } else if (rest->data[i] == '"') {
            quoted = !quoted;

        } else if (rest->data[i] == end && !quoted) {
            break;
        }
    }

    s.data = rest->data;
    s.len = i;

    if (i < rest->len) {
        i++;
    }

    rest->data += i;
    rest->len -= i;

    return dm_accept_trim(s);
}


/* qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ); 1001: none */
static unsigned
dm_accept_q(dm_str_t s)
{
    size_t    i;
    unsigned  q, unit;

    if (s.len == 0 || s.len > 5 || (s.data[0] != '0' && s.data[0] != '1')
        || (s.len > 1 && s.data[1] != '.'))
    {
        return 1001;
    }

    q = s.data[0] == '1' ? 1000 : 0;
    unit = 100;

    for (i = 2; i < s.len; i++, unit /= 10) {
        if (s.data[i] < '0' || s.data[i] > '9') {
            return 1001;
        }

        q += (unsigned) (s.data[i] - '0') * unit;
    }

    return q > 1000 ? 1001 : q;
}


/* How specific a range is that fits the type, 0: it does not. */
static unsigned
dm_accept_fits(dm_str_t range, dm_str_t type)
{
    size_t  major;

    if (dm_str_eq(range, DM_STR("*/*"))) {
        return 1;
    }

    if (dm_str_caseeq(range, type)) {
        return 3;
    }

    major = (size_t) ((const char *) memchr(type.data, '/', type.len)
                      - type.data) + 1;

    if (range.len == major + 1 && range.data[major] == '*') {
        range.len = major;
        type.len = major;

        return dm_str_caseeq(range, type) ? 2 : 0;
    }

    return 0;
}


void
dm_accept_add(dm_str_t value, const dm_str_t *offers, dm_accept_t *accepted,
    size_t n)
{
    size_t    i;
    dm_str_t  element, range, param;
    unsigned  q, specific;

    while (value.len != 0) {
        element = dm_accept_next(&value, ',');
        range = dm_accept_next(&element, ';');
        q = 1000;

        while (element.len != 0) {
            param = dm_accept_next(&element, ';');

            if (param.len > 1 && dm_lower((unsigned char) param.data[0]) == 'q'
                && param.data[1] == '=')
            {
                q = dm_accept_q((dm_str_t) { param.data + 2, param.len - 2 });
            }
        }

        for (i = 0; q <= 1000 && i < n; i++) {
            specific = dm_accept_fits(range, offers[i]);

            if (specific > accepted[i].specific) {
                accepted[i].specific = specific;
                accepted[i].q = q;
            }
        }
    }
}


size_t
dm_accept_best(const dm_accept_t *accepted, size_t n)
{
    size_t  i, best;

    best = 0;

    for (i = 1; i < n; i++) {
        if (accepted[i].q > accepted[best].q) {
            best = i;
        }
    }

    return best;
}
