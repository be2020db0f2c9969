/* See dm_digest.c: what is deprecated here is a third of the work. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <stdlib.h>

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "dm_mac.h"


#define DM_MAC_BLOCK  64


struct dm_mac_s {
    SHA256_CTX  inner;      /* after the key's block, or after nothing */
    SHA256_CTX  outer;
    unsigned    keyed:1;
};


/* RFC 2104 section 2: a key longer than a block is hashed first. */
static int
dm_mac_key(dm_mac_t *mac, dm_str_t key)
{
    int       rc;
    size_t    i;
    uint8_t   inner[DM_MAC_BLOCK], outer[DM_MAC_BLOCK];

    memset(inner, 0, DM_MAC_BLOCK);

    if (key.len > DM_MAC_BLOCK) {
        if (SHA256((const uint8_t *) key.data, key.len, inner) == NULL) {
            return -1;
        }

    } else {
        memcpy(inner, key.data, key.len);
    }

    for (i = 0; i < DM_MAC_BLOCK; i++) {
        outer[i] = inner[i] ^ 0x5c;
        inner[i] ^= 0x36;
    }

    rc = SHA256_Update(&mac->inner, inner, DM_MAC_BLOCK) == 1
         && SHA256_Update(&mac->outer, outer, DM_MAC_BLOCK) == 1;

    OPENSSL_cleanse(inner, DM_MAC_BLOCK);
    OPENSSL_cleanse(outer, DM_MAC_BLOCK);

    return rc ? 0 : -1;
}


dm_mac_t *
dm_mac_create(dm_str_t key)
{
    dm_mac_t  *mac;

    mac = calloc(1, sizeof(dm_mac_t));
    if (mac == NULL) {
        return NULL;
    }

    mac->keyed = key.len != 0;

    if (SHA256_Init(&mac->inner) != 1 || SHA256_Init(&mac->outer) != 1
        || (mac->keyed && dm_mac_key(mac, key) != 0))
    {
        dm_mac_destroy(mac);
        return NULL;
    }

    return mac;
}


void
dm_mac_destroy(dm_mac_t *mac)
{
    if (mac) {
        OPENSSL_cleanse(mac, sizeof(dm_mac_t));
        free(mac);
    }
}


int
dm_mac(const dm_mac_t *mac, dm_str_t text, uint8_t out[DM_DIGEST_LEN])
{
    SHA256_CTX  ctx;

    ctx = mac->inner;

    if (SHA256_Update(&ctx, text.data, text.len) != 1
        || SHA256_Final(out, &ctx) != 1)
    {
        return -1;
    }

    if (!mac->keyed) {
        return 0;
    }

    ctx = mac->outer;

    if (SHA256_Update(&ctx, out, DM_DIGEST_LEN) != 1
        || SHA256_Final(out, &ctx) != 1)
    {
        return -1;
    }

    return 0;
}
