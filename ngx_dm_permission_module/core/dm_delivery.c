#include "dm_delivery.h"


int
dm_delivery_app_ok(dm_str_t text)
{
    return text.len != 0 && memchr(text.data, ',', text.len) == NULL;
}


/* What the app holds of the user whose events they are. */
static dm_reason_t
dm_delivery_decide_user(const dm_delivery_t *d)
{
    if (!d->payload.has_user) {
        return DM_REASON_PASSED;     /* the user has left: nobody's events */
    }

    if (!d->live) {
        return DM_REASON_NOT_SUBSCRIBED;
    }

    if (d->payload.direct && !d->dm) {
        return DM_REASON_NO_DM_ACCESS;
    }

    return DM_REASON_PASSED;
}


dm_reason_t
dm_delivery_decide(const dm_delivery_t *d)
{
    if (!d->ready) {
        return DM_REASON_NOT_READY;
    }

    if (!d->app_ok || !(d->challenge || d->payload_ok)) {
        return DM_REASON_BAD_DELIVERY;
    }

    if (!d->app_known) {
        return DM_REASON_UNKNOWN_APP;
    }

    if (d->app_suspended) {
        return DM_REASON_APP_SUSPENDED;
    }

    if (!d->destination_ok) {
        return DM_REASON_WRONG_DESTINATION;
    }

    if (d->challenge) {
        return DM_REASON_PASSED;
    }

    if (!d->signature_ok) {
        return DM_REASON_WRONG_SIGNATURE;
    }

    return dm_delivery_decide_user(d);
}
