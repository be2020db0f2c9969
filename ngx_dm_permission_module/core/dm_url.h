/*
 * The URL of a webhook (RFC 3986, http and https): its parts, and whether two
 * name the same place.
 */

#ifndef DM_URL_H
#define DM_URL_H

#include "dm_str.h"


/* All are pieces of the text. */
typedef struct {
    unsigned  https:1;
    unsigned  port;               /* that of the scheme where none is given */
    dm_str_t  host;
    dm_str_t  site;               /* from the scheme to the port */
    dm_str_t  path;               /* may be empty */
    dm_str_t  query;              /* with its "?", or empty */
} dm_url_t;


/*
 * 0, or -1 for another scheme, for user information, and for a host or a port
 * that is none: what cannot be compared is nobody's.
 */
int dm_url_parse(dm_str_t text, dm_url_t *url);

/*
 * 1 for the same scheme, host, port and path, by RFC 3986 sections 6.2.2 and
 * 6.2.3: the case of the host, a default port, an empty path and the
 * percent-encoding of what needs none make no difference.  A character that no
 * path may hold is taken as percent-encoded.  Dot segments are not resolved.
 */
int dm_url_same(const dm_url_t *a, const dm_url_t *b);

#endif
