/*
 * The decision on a delivery: what is known of it -> reason.
 */

#ifndef DM_DELIVERY_H
#define DM_DELIVERY_H

#include "dm_payload.h"
#include "dm_reason.h"


/* All that the rows of the table ask for. */
typedef struct {
    unsigned  ready:1;               /* the table answers */

    /* bad_delivery where one of them is not so */
    unsigned  challenge:1;           /* GET, without a body */
    unsigned  payload_ok:1;          /* POST, and the body is understood */
    unsigned  app_ok:1;              /* the sender names one app */

    unsigned  app_known:1;
    unsigned  app_suspended:1;
    unsigned  destination_ok:1;      /* one of the app's own webhooks */
    unsigned  signature_ok:1;        /* or the app has no secret */
    unsigned  live:1;                /* the app has a live token of the user */
    unsigned  dm:1;                  /* one of the direct-message level */

    dm_payload_t  payload;           /* where payload_ok */
} dm_delivery_t;


/* The first row that fits; PASSED where none refuses. */
dm_reason_t dm_delivery_decide(const dm_delivery_t *delivery);

/*
 * Whether text names one app.  What came in two headers of one name is joined
 * with a comma (RFC 9110 section 5.3), so an id with one cannot be told apart.
 */
int dm_delivery_app_ok(dm_str_t text);

#endif
