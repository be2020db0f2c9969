/*
 * OpenSSL 3 deprecates these functions and keeps them.  Those that it wants
 * instead look an algorithm up, allocate a context and wipe it for each
 * message: of a token they make one and a third of the work of hashing it.
 */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <stdlib.h>

#include <openssl/sha.h>

#include "dm_digest.h"


/* What fits into one block with its padding: a byte and eight of length. */
#define DM_DIGEST_BLOCK  64
#define DM_DIGEST_ONE    (DM_DIGEST_BLOCK - 9)


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


/*
 * FIPS 180-4 sections 5.1.1 and 6.2 of a text that is one block, as nearly all
 * tokens are: nothing has to be kept between pieces, or wiped of them.
 */
static void
dm_digest_one(dm_digest_t *digest, dm_str_t data, uint8_t out[DM_DIGEST_LEN])
{
    int       i;
    uint8_t   block[DM_DIGEST_BLOCK];
    uint32_t  word;

    memset(block, 0, sizeof(block));
    memcpy(block, data.data, data.len);

    block[data.len] = 0x80;
    block[DM_DIGEST_BLOCK - 2] = (uint8_t) (data.len >> 5);
    block[DM_DIGEST_BLOCK - 1] = (uint8_t) (data.len << 3);

    SHA256_Transform(&digest->ctx, block);

    for (i = 0; i < DM_DIGEST_LEN / 4; i++) {
        word = (uint32_t) digest->ctx.h[i];

        out[4 * i] = (uint8_t) (word >> 24);
        out[4 * i + 1] = (uint8_t) (word >> 16);
        out[4 * i + 2] = (uint8_t) (word >> 8);
        out[4 * i + 3] = (uint8_t) word;
    }
}


int
dm_digest_sha256(dm_digest_t *digest, dm_str_t data,
    uint8_t out[DM_DIGEST_LEN])
{
    if (dm_digest_begin(digest) != 0) {
        return -1;
    }

    if (data.len > 0 && data.len <= DM_DIGEST_ONE) {
        dm_digest_one(digest, data, out);
        return 0;
    }

    return dm_digest_add(digest, data) == 0 ? dm_digest_end(digest, out) : -1;
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
