#include "dm_oauth.h"


/* A place that is the only one there is, and named. */
static dm_oauth_outcome_t
dm_oauth_alone(const dm_oauth_place_t *place, const dm_oauth_place_t **found)
{
    if (place->bad) {
        return DM_OAUTH_BAD;
    }

    if (place->ambiguous) {
        return DM_OAUTH_AMBIGUOUS;
    }

    if (place->token.len == 0) {
        return DM_OAUTH_NONE;
    }

    *found = place;

    return DM_OAUTH_FOUND;
}


/*
 * RFC 5849 section 3.5.  A place outside `sources` is looked at only to find
 * that it contradicts what a named one holds.
 */
static dm_rare dm_oauth_outcome_t
dm_oauth_among(const dm_oauth_place_t places[3], unsigned present,
    unsigned sources, const dm_oauth_place_t **found)
{
    int                      i, claims, bad, ambiguous, named, other;
    const dm_oauth_place_t  *p, *holder;

    claims = bad = ambiguous = named = other = 0;
    holder = NULL;

    for (i = 0; present >> i; i++) {

        if (!(present & (1u << i))) {
            continue;
        }

        p = &places[i];

        bad |= p->bad;
        ambiguous |= p->ambiguous;
        other |= p->other;

        if (p->params || p->bearer) {
            claims++;
        }

        if (!(sources & (1u << i))) {
            continue;
        }

        named |= p->params | p->bearer | p->bad | p->other;

        if (p->token.len) {
            holder = p;
        }
    }

    if (!named) {
        return DM_OAUTH_NONE;
    }

    if (bad) {
        return DM_OAUTH_BAD;
    }

    if (ambiguous || claims > 1 || (other && claims)) {
        return DM_OAUTH_AMBIGUOUS;
    }

    if (holder == NULL) {
        return DM_OAUTH_NONE;
    }

    *found = holder;

    return DM_OAUTH_FOUND;
}


/* Nearly everybody has a header, and that alone: it comes to the same. */
dm_oauth_outcome_t
dm_oauth_choose(const dm_oauth_place_t places[3], unsigned present,
    unsigned sources, const dm_oauth_place_t **found)
{
    return present == DM_OAUTH_HEADER && (sources & DM_OAUTH_HEADER)
           ? dm_oauth_alone(&places[0], found)
           : dm_oauth_among(places, present, sources, found);
}
