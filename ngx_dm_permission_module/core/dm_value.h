/*
 * The value of a record's key, whoever parsed it.
 */

#ifndef DM_VALUE_H
#define DM_VALUE_H

#include "dm_str.h"


typedef enum {
    DM_VALUE_STRING,
    DM_VALUE_INTEGER,
    DM_VALUE_BOOLEAN,
    DM_VALUE_OTHER                  /* only jansson knows, see json */
} dm_value_type_t;


typedef struct {
    dm_value_type_t  type;
    dm_str_t         string;
    int64_t          integer;       /* a BOOLEAN: 0 or 1 */
    const void      *json;          /* json_t, NULL where it was scanned: then
                                       a string is of %x20-7E only */
} dm_value_t;


typedef struct {
    dm_str_t         key;
    dm_value_t       value;
} dm_member_t;

#endif
