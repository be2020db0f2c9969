/*
 * The signature of a webhook's body: "sha256=" and, in base64 (RFC 4648
 * section 4), its HMAC-SHA256 (RFC 2104) with the secret of the app.
 */

#ifndef DM_SIGNATURE_H
#define DM_SIGNATURE_H

#include "dm_str.h"


/*
 * 1 if `signature` is made of the body with the secret, 0 if not, -1 where
 * OpenSSL fails.  How much of it is right does not show in the time taken.
 */
int dm_signature_check(dm_str_t secret, dm_str_t body, dm_str_t signature);

#endif
