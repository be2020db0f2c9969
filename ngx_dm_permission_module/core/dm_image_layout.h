/*
 * An image's bytes; for dm_image*.c only.
 *
 *     head | revision | apps, by id | tokens, by key | SHA-256 of the others
 *
 * Numbers are of the machine's order, which `order` tells.  Every part is
 * padded with zeros to 8 bytes.
 */

#ifndef DM_IMAGE_LAYOUT_H
#define DM_IMAGE_LAYOUT_H

#include "dm_image.h"


/* Text mode, a byte order mark or seven bits on the way: it is another. */
#define DM_IMAGE_MAGIC   "\x89" "DMP\r\n\x1a\n"

#define DM_IMAGE_ORDER    0x01020304u
#define DM_IMAGE_FOREIGN  0x04030201u

/* An app: what a line of a token file can hold. */
#define DM_IMAGE_APP_MAX   (DM_RECORD_LINE_MAX + 1024)
#define DM_IMAGE_ID_MAX    64
#define DM_IMAGE_WEBHOOKS  64

#define DM_IMAGE_RECORD       0x1u      /* the app has a record of its own */
#define DM_IMAGE_FIRST_PARTY  0x2u
#define DM_IMAGE_SUSPENDED    0x4u
#define DM_IMAGE_HAS_KEY      0x8u
#define DM_IMAGE_FLAGS        0xfu

/* A token's app, how many are before it, and from bit 24: */
#define DM_IMAGE_APP       0xffffffu
#define DM_IMAGE_FLOW      24           /* 2 bits */
#define DM_IMAGE_APP_ONLY  26
#define DM_IMAGE_REVOKED   27
#define DM_IMAGE_MAY       28           /* 3 bits */
#define DM_IMAGE_ZERO      31

#define dm_image_pad(n)    (((n) + 7) & ~(size_t) 7)


typedef struct {
    char      magic[8];
    uint32_t  order;
    uint32_t  version;
    uint64_t  length;                   /* of all, the checksum included */
    uint64_t  revision;                 /* bytes, unpadded */
    uint64_t  apps;
    uint64_t  app_bytes;
    uint64_t  tokens;
    uint64_t  records;                  /* tokens, and apps with a record */
} dm_image_head_t;


/* Then the webhooks' lengths (2 bytes each), and the texts. */
typedef struct {
    uint32_t  size;                     /* of all, padded */
    uint16_t  flags;
    uint16_t  id;
    uint16_t  consumer_key;
    uint16_t  secret;
    uint16_t  webhooks;                 /* how many */
    uint16_t  zero;
} dm_image_app_t;


typedef struct {
    uint64_t  key[DM_KEY_LEN / 8];
    uint64_t  user;
    uint32_t  app;
    uint32_t  expires;
} dm_image_token_t;


typedef enum {
    DM_IMAGE_IN_HEAD = 0,
    DM_IMAGE_IN_REVISION,
    DM_IMAGE_IN_APPS,
    DM_IMAGE_IN_TOKENS,
    DM_IMAGE_IN_SUM,
    DM_IMAGE_COMPLETE
} dm_image_part_t;


/* An app that is named by tokens; its id ends there, among all ids. */
typedef struct {
    size_t            end;
    dm_found_t        found;
} dm_image_name_t;


struct dm_image_s {
    dm_image_part_t   part;
    dm_image_head_t   head;
    dm_digest_t      *digest;
    uint64_t          taken;            /* bytes of the image */
    uint64_t          done;             /* apps or tokens of this part */
    uint64_t          app_bytes;        /* not yet taken */
    uint64_t          records;          /* apps that have one */
    uint64_t          key[DM_KEY_LEN / 8];      /* the last one */

    char             *ids;              /* of all apps, one after the other */
    size_t            ids_size;
    dm_image_name_t  *names;            /* behind one that ends at 0 */
    size_t            names_size;
};


/* What a part of the image is read with: the bytes there are, and results. */
typedef struct {
    const char       *data;
    size_t            len;
    size_t            taken;            /* of them, by this part */
    dm_image_put_pt   put;
    void             *put_data;
    char             *error;
    unsigned          no_memory:1;      /* that is why it failed */
} dm_image_input_t;


/*
 * dm_image.c.  Always -1: for a fault of the image, for want of memory, which
 * is none, and where there is not `what` here.
 */
int64_t dm_image_refuse(dm_image_input_t *in, const char *error);
int dm_image_no_memory(dm_image_input_t *in);
int64_t dm_image_damaged(const dm_image_t *image, dm_image_input_t *in,
    const char *what);

/* dm_image_apps.c.  What of the input was taken, or -1. */
int64_t dm_image_apps(dm_image_t *image, dm_image_input_t *in);

/* The id of an app whose number is below head.apps, once they are read. */
dm_str_t dm_image_id(const dm_image_t *image, uint64_t app);

#endif
