/* The header and the body that explain is told of. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "explain.h"


#define DM_EXPLAIN_FILE_MAX  (4 * 1024 * 1024)


int
dm_explain_read(const char *name, dm_str_t *text)
{
    char    *data;
    FILE    *file;
    size_t   len;

    file = fopen(name, "rb");
    data = file ? malloc(DM_EXPLAIN_FILE_MAX + 1) : NULL;

    len = data ? fread(data, 1, DM_EXPLAIN_FILE_MAX + 1, file) : 0;

    if (data == NULL || ferror(file) || len > DM_EXPLAIN_FILE_MAX) {
        fprintf(stderr, "dm-permission: %s: %s\n", name,
                len > DM_EXPLAIN_FILE_MAX ? "too large" : strerror(errno));
        free(data);
        data = NULL;
    }

    if (file) {
        fclose(file);
    }

    text->data = data;
    text->len = len;

    return data ? 0 : -1;
}


static int
dm_explain_header_line(dm_explain_request_t *request, dm_str_t line)
{
    const char          *colon;
    dm_explain_field_t  *field;

    colon = line.len ? memchr(line.data, ':', line.len) : NULL;

    if (colon == NULL || request->n_fields == DM_EXPLAIN_FIELDS) {
        fprintf(stderr, "dm-permission: \"--header\": %s\n",
                colon ? "too many fields" : "no \":\" in a field");
        return -1;
    }

    field = &request->fields[request->n_fields++];

    field->name.data = line.data;
    field->name.len = (size_t) (colon - line.data);
    field->value.data = colon + 1;
    field->value.len = line.len - field->name.len - 1;

    return 0;
}


/* "Name: value", or @FILE: a token is nothing for a list of processes. */
int
dm_explain_header(dm_explain_request_t *request, const char *value)
{
    size_t       len;
    dm_str_t     text, line;
    const char  *end;

    if (value[0] != '@') {
        return dm_explain_header_line(request,
                                      (dm_str_t) { value, strlen(value) });
    }

    if (dm_explain_read(value + 1, &text) != 0) {
        return -1;
    }

    while (text.len != 0) {
        end = memchr(text.data, '\n', text.len);
        len = end ? (size_t) (end - text.data) : text.len;

        line.data = text.data;
        line.len = len && text.data[len - 1] == '\r' ? len - 1 : len;

        if (line.len != 0 && dm_explain_header_line(request, line) != 0) {
            return -1;
        }

        text.data += end ? len + 1 : len;
        text.len -= end ? len + 1 : len;
    }

    return 0;
}
