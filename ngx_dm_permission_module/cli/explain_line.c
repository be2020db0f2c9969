/*
 * A line of a batch: an object with the members method, target, headers (an
 * object, or an array of pairs), body, form, id; or, as a log of nginx has
 * them, request, request_method, request_uri, request_body, content_type,
 * http_NAME.
 */

#include <jansson.h>
#include <stdlib.h>

#include "explain.h"


struct dm_explain_line_s {
    json_t  *object;
    json_t  *names;            /* of http_NAME, with "-" for "_" */
};


static int
dm_explain_line_text(const json_t *value, dm_str_t *text)
{
    if (!json_is_string(value)) {
        return -1;
    }

    text->data = json_string_value(value);
    text->len = json_string_length(value);

    return 0;
}


static int
dm_explain_line_field(dm_explain_request_t *request, dm_str_t name,
    const json_t *value)
{
    dm_explain_field_t  *field;

    if (request->n_fields == DM_EXPLAIN_FIELDS) {
        return -1;
    }

    field = &request->fields[request->n_fields++];
    field->name = name;

    return dm_explain_line_text(value, &field->value);
}


static int
dm_explain_line_headers(dm_explain_request_t *request, json_t *headers)
{
    size_t       i;
    json_t      *pair, *value;
    dm_str_t     name;
    const char  *key;

    if (json_is_object(headers)) {

        json_object_foreach(headers, key, value) {
            if (dm_explain_line_field(request,
                                      (dm_str_t) { key, strlen(key) }, value)
                != 0)
            {
                return -1;
            }
        }

        return 0;
    }

    if (!json_is_array(headers)) {
        return -1;
    }

    json_array_foreach(headers, i, pair) {
        if (json_array_size(pair) != 2
            || dm_explain_line_text(json_array_get(pair, 0), &name) != 0
            || dm_explain_line_field(request, name, json_array_get(pair, 1))
               != 0)
        {
            return -1;
        }
    }

    return 0;
}


/* nginx logs a field that did not come as nothing. */
static int
dm_explain_line_logged(dm_explain_line_t *line, dm_explain_request_t *request,
    const char *key, const json_t *value)
{
    char    *c, name[128];
    json_t  *text;

    if (strlen(key) >= sizeof(name)) {
        return -1;
    }

    if (json_is_string(value) && json_string_length(value) == 0) {
        return 0;
    }

    memcpy(name, key, strlen(key) + 1);

    for (c = name; *c; c++) {
        if (*c == '_') {
            *c = '-';
        }
    }

    text = json_string(name);

    if (text == NULL || json_array_append_new(line->names, text) != 0) {
        return -1;
    }

    return dm_explain_line_field(request,
                                 (dm_str_t) { json_string_value(text),
                                              json_string_length(text) },
                                 value);
}


/* METHOD TARGET PROTOCOL */
static int
dm_explain_line_request(dm_explain_request_t *request, const json_t *value)
{
    dm_str_t     text;
    const char  *first, *last;

    if (dm_explain_line_text(value, &text) != 0 || text.len == 0) {
        return -1;
    }

    first = memchr(text.data, ' ', text.len);
    last = memrchr(text.data, ' ', text.len);

    if (first == NULL || first == last) {
        return -1;
    }

    request->method.data = text.data;
    request->method.len = (size_t) (first - text.data);
    request->target.data = first + 1;
    request->target.len = (size_t) (last - first) - 1;

    return 0;
}


static int
dm_explain_line_member(dm_explain_line_t *line, dm_explain_request_t *request,
    const char *key, json_t *value)
{
    if (strcmp(key, "request") == 0) {
        return dm_explain_line_request(request, value);
    }

    if (strcmp(key, "method") == 0 || strcmp(key, "request_method") == 0) {
        return dm_explain_line_text(value, &request->method);
    }

    if (strcmp(key, "target") == 0 || strcmp(key, "request_uri") == 0) {
        return dm_explain_line_text(value, &request->target);
    }

    if (strcmp(key, "form") == 0) {
        request->form = 1;
        return dm_explain_line_text(value, &request->body);
    }

    if (strcmp(key, "body") == 0 || strcmp(key, "request_body") == 0) {
        return dm_explain_line_text(value, &request->body);
    }

    if (strcmp(key, "headers") == 0) {
        return dm_explain_line_headers(request, value);
    }

    if (strcmp(key, "content_type") == 0) {
        return dm_explain_line_logged(line, request, key, value);
    }

    if (strncmp(key, "http_", 5) == 0) {
        return dm_explain_line_logged(line, request, key + 5, value);
    }

    return 0;
}


const char *
dm_explain_line(const char *text, size_t len, dm_explain_request_t *request,
    dm_explain_line_t **out)
{
    json_t             *value;
    const char         *key;
    json_error_t        error;
    dm_explain_line_t  *line;

    memset(request, 0, sizeof(dm_explain_request_t));

    *out = NULL;

    line = calloc(1, sizeof(dm_explain_line_t));
    if (line == NULL) {
        return "not enough memory";
    }

    *out = line;
    line->object = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
    line->names = json_array();

    if (!json_is_object(line->object) || line->names == NULL) {
        return "not one JSON object";
    }

    json_object_foreach(line->object, key, value) {
        if (dm_explain_line_member(line, request, key, value) != 0) {
            return "a member is not what it must be";
        }
    }

    if (request->method.len == 0 || request->target.len == 0) {
        return "no method or no target";
    }

    return NULL;
}


void
dm_explain_line_free(dm_explain_line_t *line)
{
    if (line != NULL) {
        json_decref(line->object);
        json_decref(line->names);
        free(line);
    }
}


char *
dm_explain_line_id(const dm_explain_line_t *line)
{
    json_t  *id;

    id = json_object_get(line->object, "id");

    return id ? json_dumps(id, JSON_COMPACT | JSON_ENSURE_ASCII
                              | JSON_ENCODE_ANY) : NULL;
}
