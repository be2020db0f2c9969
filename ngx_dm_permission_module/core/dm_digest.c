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
    SHA256_CTX  start;         /* as SHA256_Init() has it */
};


dm_digest_t *
dm_digest_create(void)
{
    dm_digest_t  *digest;

    digest = calloc(1, sizeof(dm_digest_t));

    if (digest != NULL && SHA256_Init(&digest->start) != 1) {
        free(digest);
        return NULL;
    }

    return digest;
}


void
dm_digest_destroy(dm_digest_t *digest)
{
    free(digest);
}


static inline void
dm_digest_word(uint8_t *out, uint32_t word)
{
    out[0] = (uint8_t) (word >> 24);
    out[1] = (uint8_t) (word >> 16);
    out[2] = (uint8_t) (word >> 8);
    out[3] = (uint8_t) word;
}


/*
 * FIPS 180-4 sections 5.1.1 and 6.2 of a text that is one block, as nearly all
 * tokens are: nothing has to be kept between pieces, or wiped of them.  The
 * first `len` bytes of it, a multiple of 8.
 */
static inline void
dm_digest_one(dm_digest_t *digest, dm_str_t data, uint8_t *out, size_t len)
{
    size_t   i;
    uint8_t  block[DM_DIGEST_BLOCK];

    memcpy(digest->ctx.h, digest->start.h, sizeof(digest->ctx.h));

    memset(block, 0, sizeof(block));
    memcpy(block, data.data, data.len);

    block[data.len] = 0x80;
    block[DM_DIGEST_BLOCK - 2] = (uint8_t) (data.len >> 5);
    block[DM_DIGEST_BLOCK - 1] = (uint8_t) (data.len << 3);

    SHA256_Transform(&digest->ctx, block);

    for (i = 0; i < len / 4; i += 2) {
        dm_digest_word(out + 4 * i, (uint32_t) digest->ctx.h[i]);
        dm_digest_word(out + 4 * i + 4, (uint32_t) digest->ctx.h[i + 1]);
    }
}


static int
dm_digest_whole(dm_digest_t *digest, dm_str_t data,
    uint8_t out[DM_DIGEST_LEN])
{
    return dm_digest_begin(digest) == 0 && dm_digest_add(digest, data) == 0
           ? dm_digest_end(digest, out) : -1;
}


int
dm_digest_sha256(dm_digest_t *digest, dm_str_t data,
    uint8_t out[DM_DIGEST_LEN])
{
    if (data.len > 0 && data.len <= DM_DIGEST_ONE) {
        dm_digest_one(digest, data, out, DM_DIGEST_LEN);
        return 0;
    }

    return dm_digest_whole(digest, data, out);
}


int
dm_digest_key(dm_digest_t *digest, dm_str_t token, uint8_t key[DM_KEY_LEN])
{
    uint8_t  whole[DM_DIGEST_LEN];

    if (token.len > 0 && token.len <= DM_DIGEST_ONE) {
        dm_digest_one(digest, token, key, DM_KEY_LEN);
        return 0;
    }

    if (dm_digest_whole(digest, token, whole) != 0) {
        return -1;
    }

    memcpy(key, whole, DM_KEY_LEN);

    return 0;
}


int
dm_digest_once(dm_str_t data, uint8_t out[DM_DIGEST_LEN])
{
    dm_digest_t  digest;

    return dm_digest_whole(&digest, data, out);
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
