#include <errno.h>
#include <stdlib.h>

#include <jansson.h>
#include <openssl/crypto.h>

#include "dm_ledger_read.h"


#define DM_LEDGER_BEGIN  "{\"v\":1,\"chain\":\""
#define DM_LEDGER_MAC    ",\"mac\":\""

#define DM_LEDGER_HEX    ((size_t) (2 * DM_DIGEST_LEN))


/* Empty where the key is absent; -1 where its value is no string. */
static int
dm_ledger_read_string(const json_t *root, const char *key, dm_str_t *s)
{
    json_t  *value;

    value = json_object_get(root, key);

    s->data = value ? json_string_value(value) : "";
    s->len = value ? json_string_length(value) : 0;

    return s->data ? 0 : -1;
}


/* 0 where the key is absent; -1 where its value is no number from 0 on. */
static int
dm_ledger_read_number(const json_t *root, const char *key, uint64_t *n)
{
    json_t  *value;

    value = json_object_get(root, key);
    *n = 0;

    if (value == NULL) {
        return 0;
    }

    if (!json_is_integer(value) || json_integer_value(value) < 0) {
        return -1;
    }

    *n = (uint64_t) json_integer_value(value);

    return 0;
}


int
dm_ledger_read_hex(dm_str_t text, uint8_t out[DM_DIGEST_LEN])
{
    int     high, low;
    size_t  i;

    if (text.len != DM_LEDGER_HEX) {
        return -1;
    }

    for (i = 0; i < DM_DIGEST_LEN; i++) {
        high = dm_hex((unsigned char) text.data[2 * i]);
        low = dm_hex((unsigned char) text.data[2 * i + 1]);

        if (high < 0 || low < 0) {
            return -1;
        }

        out[i] = (uint8_t) (high << 4 | low);
    }

    for (i = 0; i < text.len; i++) {
        if (text.data[i] >= 'A' && text.data[i] <= 'F') {
            return -1;
        }
    }

    return 0;
}


static int
dm_ledger_read_time(const json_t *root, dm_ledger_read_t *read)
{
    char      text[DM_TIME_LEN];
    int64_t   seconds;
    dm_str_t  time;

    if (dm_ledger_read_string(root, "time", &time) != 0
        || time.len != DM_TIME_LEN || dm_time_parse(time, &seconds) != 0)
    {
        return -1;
    }

    read->record.time = seconds * 1000
                        + (time.data[DM_LEDGER_SECOND_LEN + 1] - '0') * 100
                        + (time.data[DM_LEDGER_SECOND_LEN + 2] - '0') * 10
                        + (time.data[DM_LEDGER_SECOND_LEN + 3] - '0');

    read->link.time.data = time.data;
    read->link.time.len = DM_LEDGER_SECOND_LEN;

    dm_time_format((uint64_t) read->record.time, text);

    return memcmp(text, time.data, DM_TIME_LEN) == 0 ? 0 : -1;
}


/* A mac or a chain's name: of other texts dm_ledger_size() knows no bound. */
static int
dm_ledger_read_prev(dm_str_t prev)
{
    uint8_t            mac[DM_DIGEST_LEN];
    dm_ledger_chain_t  chain;

    return prev.len == 0 || dm_ledger_read_hex(prev, mac) == 0
           || dm_ledger_chain_parse(prev, &chain) == 0 ? 0 : -1;
}


/* What every line has, and which one it is of its chain. */
static int
dm_ledger_read_link(const json_t *root, dm_ledger_read_t *read)
{
    int                kind;
    dm_str_t           word;
    dm_ledger_chain_t  chain;

    if (dm_ledger_read_string(root, "chain", &read->link.chain) != 0
        || dm_ledger_chain_parse(read->link.chain, &chain) != 0
        || dm_ledger_read_number(root, "seq", &read->link.seq) != 0
        || read->link.seq == 0
        || dm_ledger_read_time(root, read) != 0
        || dm_ledger_read_string(root, "prev", &read->link.prev) != 0
        || dm_ledger_read_prev(read->link.prev) != 0
        || dm_ledger_read_string(root, "kind", &word) != 0)
    {
        return -1;
    }

    kind = dm_ledger_kind_parse(word);
    if (kind < 0) {
        return -1;
    }

    read->record.kind = (dm_ledger_kind_t) kind;

    return 0;
}


static int
dm_ledger_read_words(const json_t *root, dm_ledger_record_t *record)
{
    int       action, decision;
    dm_str_t  word;

    if (dm_ledger_read_string(root, "action", &word) != 0) {
        return -1;
    }

    action = word.len ? dm_action_parse(word) : DM_ACTION_NONE;

    if (dm_ledger_read_string(root, "decision", &word) != 0) {
        return -1;
    }

    decision = dm_ledger_decision_parse(word);

    if (action < 0 || decision < 0) {
        return -1;
    }

    record->action = (dm_action_t) action;
    record->decision = (dm_ledger_decision_t) decision;

    return 0;
}


static int
dm_ledger_read_events(const json_t *root, dm_ledger_read_t *read)
{
    size_t     i, n;
    json_t    *list, *item;
    dm_str_t  *events;

    list = json_object_get(root, "events");
    n = json_array_size(list);

    if (list == NULL) {
        return 0;
    }

    events = realloc(read->events, (n + 1) * sizeof(dm_str_t));
    if (events == NULL) {
        return -2;
    }

    read->events = events;
    read->record.events = events;
    read->record.n_events = n;

    for (i = 0; i < n; i++) {
        item = json_array_get(list, i);

        if (!json_is_string(item)) {
            return -1;
        }

        events[i].data = json_string_value(item);
        events[i].len = json_string_length(item);
    }

    return 0;
}


static int
dm_ledger_read_values(const json_t *root, dm_ledger_read_t *read)
{
    uint64_t             status;
    dm_str_t             user, sha256;
    dm_ledger_record_t  *record;

    record = &read->record;

    if (dm_ledger_read_string(root, "reason", &record->reason) != 0
        || dm_ledger_read_string(root, "app", &record->app) != 0
        || dm_ledger_read_string(root, "user", &user) != 0
        || dm_ledger_read_string(root, "token", &record->token) != 0
        || dm_ledger_read_string(root, "revision", &record->revision) != 0
        || dm_ledger_read_string(root, "request", &record->request) != 0
        || dm_ledger_read_number(root, "status", &status) != 0
        || dm_ledger_read_number(root, "bytes", &record->bytes) != 0
        || dm_ledger_read_string(root, "body_sha256", &sha256) != 0
        || dm_ledger_read_string(root, "message", &record->message) != 0
        || dm_ledger_read_number(root, "lost", &record->lost) != 0
        || status > 999
        || (user.len && dm_str_u64(user, &record->user) != 0)
        || (sha256.len && dm_ledger_read_hex(sha256, read->sha256) != 0))
    {
        return -1;
    }

    record->status = (unsigned) status;
    record->has_user = user.len != 0;
    record->has_bytes = json_object_get(root, "bytes") != NULL;
    record->body_sha256 = sha256.len ? read->sha256 : NULL;

    return 0;
}


/* Whether the line is what would have been written of what was read. */
static int
dm_ledger_read_same(dm_ledger_read_t *read, dm_str_t line)
{
    char      *text;
    size_t     size;
    uint8_t    mac[DM_DIGEST_LEN];
    dm_str_t   end;

    end = DM_STR(DM_LEDGER_MAC);

    if (line.len < end.len + DM_LEDGER_HEX + 2) {
        return -1;
    }

    read->signed_part.data = line.data;
    read->signed_part.len = line.len - end.len - DM_LEDGER_HEX - 2;
    read->mac.data = line.data + read->signed_part.len + end.len;
    read->mac.len = DM_LEDGER_HEX;

    if (memcmp(read->mac.data - end.len, end.data, end.len) != 0
        || memcmp(read->mac.data + DM_LEDGER_HEX, "\"}", 2) != 0
        || dm_ledger_read_hex(read->mac, mac) != 0)
    {
        return -1;
    }

    size = dm_ledger_size(&read->record);

    if (size > read->text_size) {
        text = realloc(read->text, size);
        if (text == NULL) {
            return -2;
        }

        read->text = text;
        read->text_size = size;
    }

    size = dm_ledger_render(&read->link, &read->record, read->text);

    return size == read->signed_part.len
           && memcmp(read->text, line.data, size) == 0 ? 0 : -1;
}


int
dm_ledger_read(dm_ledger_read_t *read, dm_str_t line)
{
    int            rc;
    json_error_t   error;

    json_decref(read->json);
    memset(&read->record, 0, sizeof(dm_ledger_record_t));

    /* malloc() says in errno what jansson's code does not always say */

    errno = 0;
    read->json = json_loadb(line.data, line.len,
                            JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);

    if (read->json == NULL) {
        return errno == ENOMEM ? -2 : -1;
    }

    if (!json_is_object((json_t *) read->json)
        || dm_ledger_read_link(read->json, read) != 0
        || dm_ledger_read_words(read->json, &read->record) != 0
        || dm_ledger_read_values(read->json, read) != 0)
    {
        return -1;
    }

    rc = dm_ledger_read_events(read->json, read);

    return rc == 0 ? dm_ledger_read_same(read, line) : rc;
}


int
dm_ledger_read_mac(const dm_ledger_read_t *read,
    const uint8_t mac[DM_DIGEST_LEN])
{
    uint8_t  stated[DM_DIGEST_LEN];

    return dm_ledger_read_hex(read->mac, stated) == 0
           && CRYPTO_memcmp(stated, mac, DM_DIGEST_LEN) == 0;
}


void
dm_ledger_read_free(dm_ledger_read_t *read)
{
    json_decref(read->json);
    free(read->events);
    free(read->text);
    memset(read, 0, sizeof(dm_ledger_read_t));
}


/*
 * A record has the quote and the brace that end it nowhere else, but for an
 * escaped quote; one that was changed near its end is long enough.
 */
int
dm_ledger_read_cut(dm_str_t text)
{
    size_t    n;
    dm_str_t  begin, mac;

    begin = DM_STR(DM_LEDGER_BEGIN);
    mac = DM_STR(DM_LEDGER_MAC);
    n = text.len < begin.len ? text.len : begin.len;

    if (n == 0 || memcmp(text.data, begin.data, n) != 0) {
        return 0;
    }

    if (n < begin.len) {
        return 1;
    }

    if (text.data[text.len - 1] == '}' && text.data[text.len - 2] == '"'
        && text.data[text.len - 3] != '\\')
    {
        return 0;
    }

    n = mac.len + DM_LEDGER_HEX + 2;

    return text.len < n
           || memcmp(text.data + text.len - n, mac.data, mac.len) != 0;
}


/* Within a record's strings a quote is escaped: these bytes begin a record. */
size_t
dm_ledger_read_next(dm_str_t text)
{
    size_t    at;
    dm_str_t  begin;

    begin = DM_STR(DM_LEDGER_BEGIN);

    for (at = 1; at + begin.len <= text.len; at++) {
        if (text.data[at] == '{'
            && memcmp(text.data + at, begin.data, begin.len) == 0)
        {
            return at;
        }
    }

    return text.len;
}


dm_str_t
dm_ledger_read_last(dm_str_t text)
{
    size_t             at;
    dm_str_t           name, last;
    const char        *end;
    dm_ledger_chain_t  chain;

    last = DM_STR("");

    for (at = 0; at < text.len; at = dm_ledger_read_next(text)) {
        text.data += at;
        text.len -= at;

        if (text.len < sizeof(DM_LEDGER_BEGIN)
            || memcmp(text.data, DM_LEDGER_BEGIN, sizeof(DM_LEDGER_BEGIN) - 1)
               != 0)
        {
            continue;
        }

        name.data = text.data + sizeof(DM_LEDGER_BEGIN) - 1;
        end = memchr(name.data, '"', text.len - sizeof(DM_LEDGER_BEGIN) + 1);
        name.len = end ? (size_t) (end - name.data) : 0;

        if (name.len <= DM_LEDGER_CHAIN_MAX
            && dm_ledger_chain_parse(name, &chain) == 0)
        {
            last = name;
        }
    }

    return last;
}
