/*
 * The first byte chooses the sources; the rest is header, query and body,
 * each on its own from a NUL to the next.  Copies are exact, for the
 * sanitizer to see a read or a write past the end.
 *
 * The header is read a second time, one byte after the other and without any
 * shortcut: both have to find the same.
 */

#include <stdlib.h>

#include "check.h"
#include "dm_form.h"
#include "dm_oauth.h"
#include "dm_route.h"


#define NAMES   9
#define OTHERS  64

static const char  *const names[NAMES] = {
    "oauth_token", "oauth_consumer_key", "oauth_version", "oauth_nonce",
    "oauth_callback", "oauth_verifier", "oauth_signature", "oauth_timestamp",
    "oauth_signature_method"
};


/* A text that is being read, and what of it was seen. */
typedef struct {
    const char        *text;
    size_t             len, at;
    char              *out;        /* where decoded text goes */
    unsigned           realm, known, n_others;
    dm_str_t           others[OTHERS];
    dm_oauth_place_t   place;
} slow_t;


static int
slow_at(const slow_t *s, char c)
{
    return s->at < s->len && s->text[s->at] == c;
}


static void
slow_space(slow_t *s)
{
    size_t  fold;

    for ( ;; ) {

        while (slow_at(s, ' ') || slow_at(s, '\t')) {
            s->at++;
        }

        fold = s->at + slow_at(s, '\r');

        if (s->len - fold < 2 || s->text[fold] != '\n'
            || (s->text[fold + 1] != ' ' && s->text[fold + 1] != '\t'))
        {
            return;
        }

        s->at = fold + 2;
    }
}


/* Up to the character `c`, which is skipped; 0 without one. */
static int
slow_until(slow_t *s, char c, dm_str_t *found)
{
    found->data = s->text + s->at;
    found->len = 0;

    while (s->at < s->len && s->text[s->at] != c) {
        s->at++;
        found->len++;
    }

    return s->at++ < s->len;
}


static int
slow_clean(dm_str_t text)
{
    size_t  i;

    for (i = 0; i < text.len; i++) {
        if (text.data[i] < ' ' || text.data[i] > '~') {
            return 0;
        }
    }

    return 1;
}


static int
slow_decode(slow_t *s, dm_str_t *text)
{
    int       hi, lo;
    char     *out;
    size_t    i;

    if (!slow_clean(*text)) {
        return 0;
    }

    out = s->out;

    for (i = 0; i < text->len; i++) {
        *out = text->data[i];

        if (*out == '%') {
            hi = i + 2 < text->len ? dm_hex(text->data[i + 1]) : -1;
            lo = i + 2 < text->len ? dm_hex(text->data[i + 2]) : -1;

            if (hi < 0 || lo < 0) {
                return 0;
            }

            *out = (char) (hi * 16 + lo);
            i += 2;
        }

        out++;
    }

    text->data = s->out;
    text->len = (size_t) (out - s->out);
    s->out = out;

    return slow_clean(*text);
}


/* A name of the RFC's, and what some split a header at. */
static int
slow_hides(dm_str_t text)
{
    size_t       i, k;
    unsigned     splits, named;
    const char  *p, *end;

    end = text.data + text.len;
    splits = named = 0;

    for (i = 0; i < text.len; i++) {
        splits |= memchr(",=&", text.data[i], 3) != NULL;
        p = text.data + i;

        for (k = 0; k < 6 && p < end; k++) {
            if (dm_lower(dm_form_char(&p, end)) != "oauth_"[k]) {
                break;
            }
        }

        named |= k == 6;
    }

    return splits && named;
}


static int
slow_realm(slow_t *s)
{
    dm_str_t  value;

    value.data = s->text + s->at;

    while (s->at < s->len && !slow_at(s, '"')) {
        s->at += slow_at(s, '\\') ? 2 : 1;
    }

    value.len = (size_t) (s->text + s->at - value.data);

    return s->at++ < s->len && !s->realm++ && slow_clean(value)
           && !slow_hides(value);
}


static int
slow_known(slow_t *s, size_t i, dm_str_t value)
{
    if (s->known & (1u << i)) {
        return 0;
    }

    s->known |= 1u << i;

    if (i == 0) {
        s->place.token = value;

    } else if (i == 1) {
        s->place.consumer_key = value;
        s->place.has_consumer_key = 1;
    }

    return i != 2 || dm_str_eq(value, DM_STR("1.0"));
}


static int
slow_param(slow_t *s, dm_str_t name, dm_str_t value)
{
    size_t    i;
    dm_str_t  known;

    if (name.len < 6
        || !dm_str_caseeq((dm_str_t) { name.data, 6 }, DM_STR("oauth_")))
    {
        return 1;
    }

    s->place.params = 1;

    for (i = 0; i < NAMES; i++) {
        known = (dm_str_t) { names[i], strlen(names[i]) };

        if (dm_str_caseeq(name, known)) {
            return dm_str_eq(name, known) && slow_known(s, i, value);
        }
    }

    for (i = 0; i < s->n_others; i++) {
        if (dm_str_eq(name, s->others[i])) {
            return 0;
        }
    }

    if (s->n_others == OTHERS || memcmp(name.data, "oauth_", 6) != 0) {
        return 0;
    }

    s->others[s->n_others++] = name;

    return 1;
}


static int
slow_pair(slow_t *s)
{
    size_t    i;
    dm_str_t  name, value;

    if (!slow_until(s, '=', &name) || !slow_at(s, '"') || name.len == 0) {
        return 0;
    }

    for (i = 0; i < name.len; i++) {
        if (memchr(" \"(),/:;<=>?@[\\]{}", name.data[i], 18) != NULL) {
            return 0;
        }
    }

    if (!slow_decode(s, &name)) {
        return 0;
    }

    s->at++;

    if (dm_str_caseeq(name, DM_STR("realm"))) {
        return slow_realm(s);
    }

    return slow_until(s, '"', &value) && !slow_hides(value)
           && slow_decode(s, &value) && slow_param(s, name, value);
}


static int
slow_pairs(slow_t *s)
{
    s->place.oauth = 1;

    while (s->at < s->len) {

        if (!slow_pair(s)) {
            return 0;
        }

        slow_space(s);

        if (s->at == s->len) {
            return 1;
        }

        if (!slow_at(s, ',')) {
            return 0;
        }

        s->at++;
        slow_space(s);

        if (s->at == s->len) {
            return 0;
        }
    }

    return 1;
}


/* What the OAuth scheme's parameters amount to; no other scheme. */
static void
check_header(dm_str_t text, const dm_oauth_place_t *place)
{
    char      *out;
    slow_t     s;
    dm_str_t   scheme;

    memset(&s, 0, sizeof(s));
    s.text = text.data;
    s.len = text.len;
    slow_space(&s);

    scheme.data = s.text + s.at;
    scheme.len = 0;

    while (s.at < s.len && (unsigned char) s.text[s.at] > ' '
           && s.text[s.at] != 0x7f)
    {
        s.at++;
        scheme.len++;
    }

    slow_space(&s);

    check(place->oauth == dm_str_caseeq(scheme, DM_STR("OAuth")));

    if (!place->oauth) {
        return;
    }

    s.out = out = malloc(text.len);

    if (!slow_pairs(&s)) {
        check(place->bad);

    } else {
        check(!place->bad && place->params == s.place.params
              && place->has_consumer_key == s.place.has_consumer_key
              && dm_str_eq(place->token, s.place.token)
              && dm_str_eq(place->consumer_key, s.place.consumer_key));
    }

    free(out);
}


static int
within(dm_str_t s, const char *data, size_t len)
{
    return s.data >= data && s.data + s.len <= data + len;
}


static void
check_place(const dm_oauth_place_t *p, const char *text, const char *scratch,
    size_t len)
{
    size_t         i;
    unsigned char  c;

    check(!p->params || p->oauth);
    check(!p->bearer || p->token.len != 0);
    check(!p->bad || (p->token.len == 0 && !p->has_consumer_key));
    check(!p->other || (!p->oauth && !p->bearer && !p->bad));
    check(p->token.len == 0 || p->params || p->bearer);
    check(p->token.len == 0 || within(p->token, text, len)
            || within(p->token, scratch, len));
    check(p->consumer_key.len == 0 || within(p->consumer_key, text, len)
            || within(p->consumer_key, scratch, len));

    for (i = 0; i < p->token.len; i++) {
        c = (unsigned char) p->token.data[i];
        check(c >= 0x20 && c < 0x7f);
    }
}


static void
check_choice(const dm_oauth_place_t places[3], unsigned present,
    unsigned sources)
{
    int                      i, claims, bad;
    dm_oauth_outcome_t       outcome;
    const dm_oauth_place_t  *found, *again;

    found = NULL;
    outcome = dm_oauth_choose(places, present, sources, &found);

    /* a place that was read and is empty is as good as none */

    check(outcome == dm_oauth_choose(places, 7, sources, &again)
          && (outcome != DM_OAUTH_FOUND || found == again));

    claims = bad = 0;

    for (i = 0; i < 3; i++) {
        claims += places[i].params || places[i].bearer;
        bad |= places[i].bad;
    }

    check((outcome == DM_OAUTH_FOUND) == (found != NULL));
    check(!bad || outcome == DM_OAUTH_BAD || outcome == DM_OAUTH_NONE);

    if (outcome == DM_OAUTH_FOUND) {
        check(claims == 1 && !bad && !places[0].other);
        check(found->token.len != 0 && !found->ambiguous);
        check(sources & (1u << (found - places)));
    }

    if (outcome == DM_OAUTH_BAD) {
        check(bad);
    }

    if ((sources & 7) == 7 && claims > 1) {
        check(outcome == DM_OAUTH_BAD || outcome == DM_OAUTH_AMBIGUOUS);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int                i;
    char              *text[3], *scratch[3];
    size_t             len;
    dm_str_t           part, value;
    unsigned           sources, present;
    const uint8_t     *end;
    dm_oauth_place_t   places[3];

    if (size == 0) {
        return 0;
    }

    sources = data[0] & 7;
    data++;
    size--;
    present = 0;

    for (i = 0; i < 3; i++) {
        end = (size && i < 2) ? memchr(data, 0, size) : NULL;
        len = end ? (size_t) (end - data) : size;

        text[i] = malloc(len + !len);
        scratch[i] = malloc(len + DM_OAUTH_PAD);
        present |= (len != 0) << i;

        if (len) {
            memcpy(text[i], data, len);
        }

        part.data = text[i];
        part.len = len;

        (void) dm_oauth_form_field(part, DM_STR("id"), scratch[i], &value);
        (void) dm_form_methods(part);
        (void) dm_form_type(part);
        (void) dm_methods_named(part);

        if (i == 0) {
            dm_oauth_header(part, scratch[i], &places[i]);
            check_header(part, &places[i]);

        } else {
            dm_oauth_form(part, scratch[i], &places[i]);
        }

        check_place(&places[i], text[i], scratch[i], len);

        data += len + (end != NULL);
        size -= len + (end != NULL);
    }

    check_choice(places, present, sources);

    for (i = 0; i < 3; i++) {
        free(text[i]);
        free(scratch[i]);
    }

    return 0;
}
