/*
 * The members of a line that is as plain as nearly every line is.  What is
 * not plain is not refused but left to jansson, ten times slower: so whoever
 * reads this grammar needs to know only that it is a part of RFC 8259.
 *
 *     line   = ws "{" ws member *( ws "," ws member ) ws "}" ws
 *     member = string ws ":" ws ( string / number / "true" / "false" )
 *     string = DQUOTE *( %x20-21 / %x23-5B / %x5D-7E ) DQUOTE
 *     number = "0" / ( %x31-39 *17DIGIT )
 *     ws     = *( %x20 / %x09 / %x0A / %x0D )
 */

#ifndef DM_SCAN_H
#define DM_SCAN_H

#include "dm_value.h"


#define DM_SCAN_MEMBERS  20


/*
 * Returns how many members it wrote, in their order, their strings pointing
 * into `line`; 0 for a line that is not plain, has a key twice, or more than
 * DM_SCAN_MEMBERS.  Reads no byte past the line's end.
 */
size_t dm_scan_object(dm_str_t line, dm_member_t members[DM_SCAN_MEMBERS]);

#endif
