#include <limits.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "dm_signature.h"


#define DM_SIGNATURE_PREFIX  "sha256="
#define DM_SIGNATURE_BASE64  44           /* of 32 bytes */
#define DM_SIGNATURE_LEN                                                      \
    (sizeof(DM_SIGNATURE_PREFIX) - 1 + DM_SIGNATURE_BASE64)


int
dm_signature_check(dm_str_t secret, dm_str_t body, dm_str_t signature)
{
    unsigned       len;
    unsigned char  mac[EVP_MAX_MD_SIZE];
    unsigned char  text[DM_SIGNATURE_LEN + 1];    /* with OpenSSL's NUL */

    if (secret.len > INT_MAX
        || HMAC(EVP_sha256(), secret.data, (int) secret.len,
                (const unsigned char *) body.data, body.len, mac, &len)
           == NULL)
    {
        return -1;
    }

    memcpy(text, DM_SIGNATURE_PREFIX, sizeof(DM_SIGNATURE_PREFIX) - 1);
    (void) EVP_EncodeBlock(text + sizeof(DM_SIGNATURE_PREFIX) - 1, mac,
                           (int) len);

    return signature.len == DM_SIGNATURE_LEN
           && CRYPTO_memcmp(text, signature.data, DM_SIGNATURE_LEN) == 0;
}
