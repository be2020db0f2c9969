/*
 * Points in time as text: RFC 3339 section 5.6.
 */

#ifndef DM_TIME_H
#define DM_TIME_H

#include "dm_str.h"


/*
 * date-time -> Unix seconds; a fraction is cut.  0, or -1 where the text is
 * no date-time, names a day that does not exist, or lies before 1970.  A leap
 * second counts as the second after it.
 */
int dm_time_parse(dm_str_t text, int64_t *seconds);

#define DM_TIME_LEN  (sizeof("0000-00-00T00:00:00.000Z") - 1)

/* Unix milliseconds -> date-time, UTC, up to the year 9999; no NUL. */
void dm_time_format(uint64_t milliseconds, char out[DM_TIME_LEN]);

#endif
