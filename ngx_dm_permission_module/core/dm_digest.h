/*
 * SHA-256 (FIPS 180-4), with OpenSSL 1.1.1 or 3.
 */

#ifndef DM_DIGEST_H
#define DM_DIGEST_H

#include "dm_str.h"


#define DM_DIGEST_LEN       32
#define DM_KEY_LEN          16          /* half of it: a table key */
#define DM_FINGERPRINT_LEN  16          /* hex digits */

typedef struct dm_digest_s  dm_digest_t;


/* One per process and thread; NULL without memory. */
dm_digest_t *dm_digest_create(void);
void dm_digest_destroy(dm_digest_t *digest);

/* 0, or -1 where OpenSSL fails; `out` is then unset. */
int dm_digest_sha256(dm_digest_t *digest, dm_str_t data,
    uint8_t out[DM_DIGEST_LEN]);

/* The same, with no digest at hand. */
int dm_digest_once(dm_str_t data, uint8_t out[DM_DIGEST_LEN]);

/* Likewise of a token: the half of its digest that tables know it by. */
int dm_digest_key(dm_digest_t *digest, dm_str_t token,
    uint8_t key[DM_KEY_LEN]);

/* The whole of a text in pieces, none of which another digest may interrupt. */
int dm_digest_begin(dm_digest_t *digest);
int dm_digest_add(dm_digest_t *digest, dm_str_t piece);
int dm_digest_end(dm_digest_t *digest, uint8_t out[DM_DIGEST_LEN]);

/* The first 16 hex digits of a digest; no NUL is written. */
void dm_digest_fingerprint(const uint8_t *digest, char out[DM_FINGERPRINT_LEN]);

#endif
