/*
 * The first byte chooses the sources; the rest is header, query and body,
 * each on its own from a NUL to the next.  Copies are exact, for the
 * sanitizer to see a read or a write past the end.
 */

#include <stdlib.h>

#include "dm_form.h"
#include "dm_oauth.h"
#include "dm_route.h"


static void
require(int ok)
{
    if (!ok) {
        __builtin_trap();
    }
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

    require(!p->params || p->oauth);
    require(!p->bearer || p->token.len != 0);
    require(!p->bad || (p->token.len == 0 && !p->has_consumer_key));
    require(!p->other || (!p->oauth && !p->bearer && !p->bad));
    require(p->token.len == 0 || p->params || p->bearer);
    require(p->token.len == 0 || within(p->token, text, len)
            || within(p->token, scratch, len));
    require(p->consumer_key.len == 0 || within(p->consumer_key, text, len)
            || within(p->consumer_key, scratch, len));

    for (i = 0; i < p->token.len; i++) {
        c = (unsigned char) p->token.data[i];
        require(c >= 0x20 && c < 0x7f);
    }
}


static void
check_choice(const dm_oauth_place_t places[3], unsigned sources)
{
    int                      i, claims, bad;
    dm_oauth_outcome_t       outcome;
    const dm_oauth_place_t  *found;

    found = NULL;
    outcome = dm_oauth_choose(places, sources, &found);

    claims = bad = 0;

    for (i = 0; i < 3; i++) {
        claims += places[i].params || places[i].bearer;
        bad |= places[i].bad;
    }

    require((outcome == DM_OAUTH_FOUND) == (found != NULL));
    require(!bad || outcome == DM_OAUTH_BAD || outcome == DM_OAUTH_NONE);

    if (outcome == DM_OAUTH_FOUND) {
        require(claims == 1 && !bad && !places[0].other);
        require(found->token.len != 0 && !found->ambiguous);
        require(sources & (1u << (found - places)));
    }

    if (outcome == DM_OAUTH_BAD) {
        require(bad);
    }

    if ((sources & 7) == 7 && claims > 1) {
        require(outcome == DM_OAUTH_BAD || outcome == DM_OAUTH_AMBIGUOUS);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int                i;
    char              *text[3], *scratch[3];
    size_t             len;
    dm_str_t           part, value;
    unsigned           sources;
    const uint8_t     *end;
    dm_oauth_place_t   places[3];

    if (size == 0) {
        return 0;
    }

    sources = data[0] & 7;
    data++;
    size--;

    for (i = 0; i < 3; i++) {
        end = (size && i < 2) ? memchr(data, 0, size) : NULL;
        len = end ? (size_t) (end - data) : size;

        text[i] = malloc(len + !len);
        scratch[i] = malloc(len + !len);

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

        } else {
            dm_oauth_form(part, scratch[i], &places[i]);
        }

        check_place(&places[i], text[i], scratch[i], len);

        data += len + (end != NULL);
        size -= len + (end != NULL);
    }

    check_choice(places, sources);

    for (i = 0; i < 3; i++) {
        free(text[i]);
        free(scratch[i]);
    }

    return 0;
}
