/*
 * Counting, from whatever decides; the status page reads the sums.  The
 * counters of a zone lie beside its table in shared memory of their own, so
 * that the size an operator configures is the table's alone.
 */

#ifndef NGX_HTTP_DM_COUNT_H
#define NGX_HTTP_DM_COUNT_H

#include "ngx_http_dm_zone.h"


/* Memory for the counters of a zone.  NGX_CONF_OK, or logged. */
char *ngx_http_dm_count_declare(ngx_conf_t *cf, ngx_http_dm_zone_t *zone);

/* For ngx_http_dm_count_slot(), once a process. */
dm_counts_slot_t *ngx_http_dm_count_claim(ngx_http_dm_zone_t *zone);

/* The sums of all processes. */
void ngx_http_dm_count_sum(const ngx_http_dm_zone_t *zone,
    dm_counts_sum_t *sum);


/*
 * Where the calling process counts; for the functions of dm_counts.h, which
 * take the NULL that this is when more processes run than there are slots.
 */
static ngx_inline dm_counts_slot_t *
ngx_http_dm_count_slot(ngx_http_dm_zone_t *zone)
{
    return zone->counting ? zone->slot : ngx_http_dm_count_claim(zone);
}

#endif
