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

#endif
