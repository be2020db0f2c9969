/*
 * Why a request is guarded: the reading of its path, the method and the route
 * that make its action.  For people; no request is decided by it.
 */

#ifndef DM_ROUTE_WHY_H
#define DM_ROUTE_WHY_H

#include "dm_route.h"


typedef struct {
    size_t             path;       /* index in the readings */
    unsigned           method;     /* DM_METHOD_* */
    unsigned           set;        /* DM_ROUTES_*, 0: an own route */
    const dm_route_t  *own;        /* or NULL */

    /* of a set: a row without the prefix, or the root of a tree, its parts */
    dm_str_t           pattern;
    dm_str_t           rest;
    unsigned           row:1;
} dm_route_why_t;


/*
 * The first of the readings, of the methods, of the routes with which the
 * core itself makes `action` of the request; `own`, a bit, is the first of the
 * methods.  1, or 0 where none does.
 */
int dm_route_why(const dm_routes_t *routes, const dm_route_request_t *request,
    unsigned own, const dm_str_t *paths, size_t n, dm_action_t action,
    dm_route_why_t *why);

#endif
