/*
 * OpenSSL 3 deprecates these functions and keeps them.  Those that it wants
 * instead look an algorithm up, allocate a context and wipe it for each
 * message: of a token they make one and a third of the work of hashing it.
 */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <stdlib.h>

#include <openssl/sha.h>

#include "dm_digest.h"


struct dm_digest_s {
    SHA256_CTX  ctx;
};


dm_digest_t *
dm_digest_create(void)
{
    return calloc(1, sizeof(dm_digest_t));
}


void
dm_digest_destroy(dm_digest_t *digest)
{
    free(digest);
}


int
dm_digest_sha256(dm_digest_t *digest, dm_str_t data,
    uint8_t out[DM_DIGEST_LEN])
{
    if (dm_digest_begin(digest) != 0
        || dm_digest_add(digest, data) != 0
        || dm_digest_end(digest, out) != 0)
    {
        return -1;
    }

    return 0;
}


int
dm_digest_once(dm_str_t data, uint8_t out[DM_DIGEST_LEN])
{
    dm_digest_t  digest;

    return dm_digest_sha256(&digest, data, out);
}


int
dm_digest_begin(dm_digest_t *digest)
{
    return SHA256_Init(&digest->ctx) == 1 ? 0 : -1;
}


int
dm_digest_add(dm_digest_t *digest, dm_str_t piece)
{
    return SHA256_Update(&digest->ctx, piece.data, piece.len) == 1 ? 0 : -1;
}


int
dm_digest_end(dm_digest_t *digest, uint8_t out[DM_DIGEST_LEN])
{
    return SHA256_Final(out, &digest->ctx) == 1 ? 0 : -1;
}


void
dm_digest_fingerprint(const uint8_t *digest, char out[DM_FINGERPRINT_LEN])
{
    dm_hex_put(out, digest, DM_FINGERPRINT_LEN / 2);
}
