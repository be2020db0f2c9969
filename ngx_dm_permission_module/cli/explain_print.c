/* What explain has found out, for people and for programs. */

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "dm_utf8.h"
#include "explain.h"


const char *
dm_explain_path_word(const dm_explained_t *e)
{
    return e->why.path == 0 ? "uri" : "target";
}


const char *
dm_explain_place_word(const dm_explained_t *e)
{
    static const char  *const words[] = { "header", "query", "body" };

    return words[e->credential - e->places];
}


static dm_str_t
dm_explain_level(const dm_explained_t *e)
{
    return dm_level_word(dm_access_effective(e->grant.may,
                                             (dm_flow_t) e->grant.flow,
                                             e->grant.app_first_party));
}


static const char *
dm_explain_kind(const dm_explained_t *e)
{
    return e->credential->oauth ? "OAuth" : "Bearer";
}


/*
 * What a client has sent, for a terminal or a file: as \xNN what is a control
 * character, or no UTF-8.
 */
static char *
dm_explain_safe(dm_str_t text, size_t *len)
{
    char    *out;
    size_t   i, n, size;

    out = malloc(4 * text.len + 1);
    if (out == NULL) {
        return NULL;
    }

    for (i = 0, n = 0; i < text.len; i += size) {
        size = dm_utf8(text.data + i, text.len - i);

        if (size == 0
            || !dm_utf8_is_text((dm_str_t) { text.data + i, size }))
        {
            size = 1;
            memcpy(out + n, "\\x", 2);
            dm_hex_put(out + n + 2, (const uint8_t *) text.data + i, 1);
            n += 4;
            continue;
        }

        memcpy(out + n, text.data + i, size);
        n += size;
    }

    out[n] = '\0';
    *len = n;

    return out;
}


/* A query may hold a token. */
static dm_str_t
dm_explain_target(const dm_explain_request_t *request)
{
    dm_str_t     target;
    const char  *query;

    target = request->target;
    query = target.len ? memchr(target.data, '?', target.len) : NULL;

    if (query != NULL) {
        target.len = (size_t) (query - target.data);
    }

    return target;
}


static void
dm_explain_put(const char *label, dm_str_t text)
{
    char    *safe;
    size_t   len;

    safe = dm_explain_safe(text, &len);

    printf("%-12s%s\n", label, safe ? safe : "");
    free(safe);
}


static void
dm_explain_put_why(const dm_explained_t *e)
{
    const dm_route_why_t  *why;

    why = &e->why;

    if (e->by_action) {
        printf("%-12s%s\n", "route:", "--action");
        return;
    }

    if (e->gate.connect) {
        printf("%-12s%s\n", "route:", "none, a stream is opened");
        return;
    }

    if (!e->why_known) {
        return;
    }

    dm_explain_put("reading:", e->paths[why->path]);
    printf("%-12s%s\n", "read by:",
           why->path == 0 ? "nginx" : "an origin that is sent the target");

    if (why->own) {
        printf("%-12s%s%.*s\n", "route:", why->own->regex ? "~ " : "",
               (int) why->pattern.len, why->pattern.data);

    } else {
        printf("%-12s%.*s, %s%.*s%.*s\n", "route:",
               (int) dm_explain_set_word(why->set).len,
               dm_explain_set_word(why->set).data,
               why->row ? "" : "the tree ", (int) why->pattern.len,
               why->pattern.data, (int) why->rest.len, why->rest.data);
    }

    if (why->method != e->method) {
        printf("%-12s%s\n", "method:", "one that overrides the request's own");
    }
}


static void
dm_explain_put_token(const dm_explained_t *e)
{
    if (!e->looked) {
        return;
    }

    if (e->body_unknown) {
        printf("%-12s%s\n", "body:", "there is one, it is not known here");
    }

    if (e->credential == NULL) {
        return;
    }

    printf("%-12s%s, %s\n", "credential:", dm_explain_place_word(e),
           dm_explain_kind(e));
    printf("%-12s%.*s\n", "token:", DM_FINGERPRINT_LEN, e->fingerprint);

    if (!e->found) {
        return;
    }

    dm_explain_put("app:", (dm_str_t) { e->app, e->app_len });

    if (!e->grant.app_only) {
        printf("%-12s%" PRIu64 "\n", "user:", e->grant.user);
    }

    printf("%-12s%.*s\n", "access:", (int) dm_explain_level(e).len,
           dm_explain_level(e).data);
}


static void
dm_explain_put_answer(const dm_explained_t *e)
{
    const dm_reason_info_t  *info;

    info = dm_reason_info(e->gate.reason);

    if (e->status != DM_STATUS_REJECTED) {
        printf("%-12spasses%s\n", "answer:",
               e->status == DM_STATUS_REJECTED_DRY_RUN ? ", dry run" : "");
        return;
    }

    printf("%-12s%u, code %u, %s\n", "answer:", info->status, info->code,
           dm_reason_body_type(e->uri.uri) == DM_BODY_XML ? "XML" : "JSON");
}


void
dm_explain_text(const dm_explain_request_t *request, const dm_explained_t *e)
{
    dm_str_t  word;

    dm_explain_put("method:", request->method);
    dm_explain_put("target:", dm_explain_target(request));

    if (e->refused) {
        printf("%-12s%u, by nginx itself: %s\n", "answer:", e->refused_status,
               e->refused);
        return;
    }

    dm_explain_put("uri:", e->uri.uri);

    word = dm_reason_info(e->gate.reason)->word;
    printf("%-12s%.*s\n", "reason:", (int) word.len, word.data);

    word = dm_status_word(e->status);
    printf("%-12s%.*s\n", "status:", (int) word.len, word.data);

    dm_explain_put_answer(e);

    word = dm_action_word(e->gate.action);
    printf("%-12s%.*s\n", "action:", (int) word.len, word.data);

    if (e->gate.reason == DM_REASON_AMBIGUOUS_URI) {
        printf("%-12s%s\n", "route:", e->unstable
               ? "the target still changes after three rounds of decoding"
               : e->request.fragment
               ? "the target has a \"#\", at which some end it and some do not"
               : "the target cannot be decoded and mentions a guarded tree");
    }

    dm_explain_put_why(e);
    dm_explain_put_token(e);
    dm_explain_put("revision:", (dm_str_t) { e->revision, e->revision_len });
}


void
dm_explain_text_line(uint64_t line, const dm_explain_request_t *request,
    const dm_explained_t *e)
{
    char      *safe;
    size_t     len;
    dm_str_t   reason, action, status;

    safe = dm_explain_safe(dm_explain_target(request), &len);
    reason = e->refused ? DM_STR("nginx") : dm_reason_info(e->gate.reason)->word;
    action = e->refused ? DM_STR("-") : dm_action_word(e->gate.action);
    status = e->refused ? DM_STR("REJECTED") : dm_status_word(e->status);

    printf("%" PRIu64 " %.*s %.*s %.*s %.*s %.*s %.*s %s\n", line,
           (int) status.len ? (int) status.len : 1,
           status.len ? status.data : "-", (int) reason.len, reason.data,
           (int) action.len, action.data,
           e->app_len ? (int) e->app_len : 1, e->app_len ? e->app : "-",
           e->credential ? DM_FINGERPRINT_LEN : 1,
           e->credential ? e->fingerprint : "-",
           (int) request->method.len, request->method.data, safe ? safe : "");

    free(safe);
}


/* 0, or -1 without memory, which one check at the end finds. */
static int
dm_explain_set(json_t *object, const char *key, dm_str_t text)
{
    int      rc;
    char    *safe;
    size_t   len;

    safe = dm_explain_safe(text, &len);

    rc = safe ? json_object_set_new(object, key, json_stringn(safe, len)) : -1;

    free(safe);

    return rc;
}


static int
dm_explain_set_word_of(json_t *object, const char *key, const char *word)
{
    return json_object_set_new(object, key, json_string(word));
}


static int
dm_explain_json_why(json_t *object, const dm_explained_t *e)
{
    int                    rc;
    json_t                *route;
    const dm_route_why_t  *why;

    why = &e->why;

    if (!e->why_known) {
        return e->by_action ? dm_explain_set_word_of(object, "route", "action")
               : e->gate.connect
               ? dm_explain_set_word_of(object, "route", "stream") : 0;
    }

    route = json_object();

    rc = dm_explain_set(route, "set", why->own ? DM_STR("own")
                                               : dm_explain_set_word(why->set))
         | dm_explain_set_word_of(route, "kind",
                                  why->own ? (why->own->regex ? "regex"
                                                              : "pattern")
                                           : why->row ? "row" : "tree")
         | dm_explain_set(route, "pattern", why->pattern)
         | dm_explain_set_word_of(route, "method",
                                  why->method == e->method
                                         ? "own" : "override")
         | dm_explain_set_word_of(route, "reading", dm_explain_path_word(e))
         | dm_explain_set(route, "path", e->paths[why->path]);

    if (why->rest.len != 0) {
        rc |= dm_explain_set(route, "rest", why->rest);
    }

    return rc | json_object_set_new(object, "route", route);
}


static int
dm_explain_json_token(json_t *object, const dm_explained_t *e)
{
    int   rc;
    char  user[24];

    rc = 0;

    if (e->body_unknown && e->looked) {
        rc |= json_object_set_new(object, "body_unknown", json_true());
    }

    if (e->credential == NULL) {
        return rc;
    }

    rc |= dm_explain_set_word_of(object, "place", dm_explain_place_word(e))
          | dm_explain_set_word_of(object, "scheme", dm_explain_kind(e))
          | dm_explain_set(object, "token",
                           (dm_str_t) { e->fingerprint, DM_FINGERPRINT_LEN });

    if (!e->found) {
        return rc;
    }

    if (!e->grant.app_only) {
        snprintf(user, sizeof(user), "%" PRIu64, e->grant.user);
        rc |= dm_explain_set_word_of(object, "user", user);
    }

    return rc
           | dm_explain_set(object, "app", (dm_str_t) { e->app, e->app_len })
           | dm_explain_set(object, "access", dm_explain_level(e));
}


static int
dm_explain_json_decision(json_t *object, const dm_explained_t *e)
{
    int                      rc;
    const dm_reason_info_t  *info;

    info = dm_reason_info(e->gate.reason);

    rc = dm_explain_set(object, "uri", e->uri.uri)
         | dm_explain_set(object, "decision", dm_status_word(e->status))
         | dm_explain_set(object, "reason", info->word)
         | dm_explain_set(object, "action", dm_action_word(e->gate.action))
         | dm_explain_set(object, "revision",
                          (dm_str_t) { e->revision, e->revision_len });

    if (e->status == DM_STATUS_REJECTED) {
        rc |= json_object_set_new(object, "status",
                                  json_integer(info->status))
              | json_object_set_new(object, "code", json_integer(info->code))
              | dm_explain_set_word_of(object, "format",
                                       dm_reason_body_type(e->uri.uri)
                                       == DM_BODY_XML ? "xml" : "json");
    }

    return rc | dm_explain_json_why(object, e)
           | dm_explain_json_token(object, e);
}


int
dm_explain_json(uint64_t line, const char *id,
    const dm_explain_request_t *request, const dm_explained_t *e)
{
    int      rc;
    json_t  *object;

    rc = 0;
    object = json_object();

    if (line != 0) {
        rc |= json_object_set_new(object, "line",
                                  json_integer((json_int_t) line));
    }

    if (id != NULL) {
        rc |= json_object_set_new(object, "id",
                                  json_loads(id, JSON_DECODE_ANY, NULL));
    }

    rc |= dm_explain_set(object, "method", request->method)
          | dm_explain_set(object, "target", dm_explain_target(request))
          | dm_explain_set_word_of(object, "by", e->refused ? "nginx" : "gate");

    rc |= e->refused
          ? json_object_set_new(object, "status",
                                json_integer(e->refused_status))
            | dm_explain_set_word_of(object, "error", e->refused)
          : dm_explain_json_decision(object, e);

    if (rc == 0) {
        rc = json_dumpf(object, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
        putchar('\n');
    }

    json_decref(object);

    return rc == 0 ? 0 : -1;
}
