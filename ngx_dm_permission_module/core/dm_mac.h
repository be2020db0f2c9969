/*
 * HMAC-SHA256 (RFC 2104), or SHA-256 where there is no key, of one text after
 * another: what a key makes of its own block is kept.  OpenSSL 1.1.1 or 3.
 */

#ifndef DM_MAC_H
#define DM_MAC_H

#include "dm_digest.h"


typedef struct dm_mac_s  dm_mac_t;


/*
 * An empty key is none.  The key itself is not kept, what is kept is worth as
 * much to a forger.  NULL without memory, or where OpenSSL fails.
 */
dm_mac_t *dm_mac_create(dm_str_t key);
void dm_mac_destroy(dm_mac_t *mac);

/* 0, or -1 where OpenSSL fails; `out` is then unset. */
int dm_mac(const dm_mac_t *mac, dm_str_t text, uint8_t out[DM_DIGEST_LEN]);

#endif
