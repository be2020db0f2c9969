#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/opensslv.h>

#include "dm_digest.h"


/*
 * OpenSSL 3 looks an algorithm up, under a lock, on each use of EVP_sha256():
 * three times the cost of hashing a token.  A fetched one is looked up once.
 */
struct dm_digest_s {
    EVP_MD_CTX    *ctx;
    const EVP_MD  *md;
#if (OPENSSL_VERSION_NUMBER >= 0x30000000L)
    EVP_MD        *fetched;
#endif
};


dm_digest_t *
dm_digest_create(void)
{
    dm_digest_t  *digest;

    digest = calloc(1, sizeof(dm_digest_t));
    if (digest == NULL) {
        return NULL;
    }

#if (OPENSSL_VERSION_NUMBER >= 0x30000000L)
    digest->fetched = EVP_MD_fetch(NULL, "SHA256", NULL);
    digest->md = digest->fetched;
#else
    digest->md = EVP_sha256();
#endif

    digest->ctx = EVP_MD_CTX_new();

    if (digest->md == NULL || digest->ctx == NULL) {
        dm_digest_destroy(digest);
        return NULL;
    }

    return digest;
}


void
dm_digest_destroy(dm_digest_t *digest)
{
    if (digest == NULL) {
        return;
    }

    EVP_MD_CTX_free(digest->ctx);

#if (OPENSSL_VERSION_NUMBER >= 0x30000000L)
    EVP_MD_free(digest->fetched);
#endif

    free(digest);
}


int
dm_digest_sha256(dm_digest_t *digest, dm_str_t data,
    uint8_t out[DM_DIGEST_LEN])
{
    if (EVP_DigestInit_ex(digest->ctx, digest->md, NULL) != 1
        || EVP_DigestUpdate(digest->ctx, data.data, data.len) != 1
        || EVP_DigestFinal_ex(digest->ctx, out, NULL) != 1)
    {
        return -1;
    }

    return 0;
}


void
dm_digest_fingerprint(const uint8_t *digest, char out[DM_FINGERPRINT_LEN])
{
    size_t             i;
    static const char  hex[] = "0123456789abcdef";

    for (i = 0; i < DM_FINGERPRINT_LEN / 2; i++) {
        out[2 * i] = hex[digest[i] >> 4];
        out[2 * i + 1] = hex[digest[i] & 0xf];
    }
}
