#include "dm_ledger.h"
#include "dm_ledger_text.h"


#define DM_LEDGER_CLOCK  1000       /* milliseconds that a clock may go back */

/* All names, marks and numbers of a line, and what escaping makes of a byte. */
#define DM_LEDGER_FIXED    768
#define DM_LEDGER_ESCAPED  6


static const dm_str_t  dm_ledger_kinds[DM_LEDGER_KINDS] = {
    [DM_LEDGER_OPEN]     = { "open", 4 },
    [DM_LEDGER_GATE]     = { "gate", 4 },
    [DM_LEDGER_STREAM]   = { "stream", 6 },
    [DM_LEDGER_DELIVERY] = { "delivery", 8 },
    [DM_LEDGER_GAP]      = { "gap", 3 },
    [DM_LEDGER_CLOSE]    = { "close", 5 },
};

static const dm_str_t  dm_ledger_decisions[DM_LEDGER_DECISIONS] = {
    [DM_LEDGER_UNDECIDED]        = { "", 0 },
    [DM_LEDGER_PASSED]           = { "passed", 6 },
    [DM_LEDGER_REJECTED]         = { "rejected", 8 },
    [DM_LEDGER_REJECTED_DRY_RUN] = { "rejected_dry_run", 16 },
    [DM_LEDGER_DELIVERED]        = { "delivered", 9 },
    [DM_LEDGER_WITHHELD]         = { "withheld", 8 },
};



static int
dm_ledger_word(const dm_str_t *words, int n, dm_str_t word)
{
    int  i;

    for (i = 0; i < n; i++) {
        if (dm_str_eq(words[i], word)) {
            return i;
        }
    }

    return -1;
}


dm_str_t
dm_ledger_kind_word(dm_ledger_kind_t kind)
{
    return dm_ledger_kinds[kind];
}


int
dm_ledger_kind_parse(dm_str_t word)
{
    return dm_ledger_word(dm_ledger_kinds, DM_LEDGER_KINDS, word);
}


dm_str_t
dm_ledger_decision_word(dm_ledger_decision_t decision)
{
    return dm_ledger_decisions[decision];
}


int
dm_ledger_decision_parse(dm_str_t word)
{
    return dm_ledger_word(dm_ledger_decisions, DM_LEDGER_DECISIONS, word);
}


int
dm_ledger_key(dm_str_t *text)
{
    if (text->len && text->data[text->len - 1] == '\n') {
        text->len--;
    }

    return text->len && text->len <= DM_LEDGER_KEY_MAX ? 0 : -1;
}


int
dm_ledger_key_private(unsigned mode)
{
    return (mode & 07) == 0;
}


static char *
dm_ledger_events(char *p, const dm_str_t *events, size_t n)
{
    size_t  i;

    p = dm_ledger_put_literal(p, ",\"events\":[");

    for (i = 0; i < n; i++) {

        if (i > 0) {
            *p++ = ',';
        }

        p = dm_ledger_string(p, events[i]);
    }

    *p++ = ']';

    return p;
}


static char *
dm_ledger_field(char *p, dm_str_t name, dm_str_t value)
{
    if (value.len == 0) {
        return p;
    }

    p = dm_ledger_put(p, name.data, name.len);

    return dm_ledger_string(p, value);
}


/* What is asked of a decision: from "app" up to "request". */
static char *
dm_ledger_request(char *p, const dm_ledger_record_t *r)
{
    p = dm_ledger_field(p, DM_STR(",\"app\":"), r->app);

    if (r->has_user) {
        p = dm_ledger_put_literal(p, ",\"user\":\"");
        p = dm_ledger_number(p, r->user);
        *p++ = '"';
    }

    p = dm_ledger_field(p, DM_STR(",\"token\":"), r->token);
    p = dm_ledger_field(p, DM_STR(",\"revision\":"), r->revision);
    p = dm_ledger_field(p, DM_STR(",\"request\":"), r->request);

    return p;
}


/* What went out: from "status" up to "lost". */
static char *
dm_ledger_answer(char *p, const dm_ledger_record_t *r)
{
    if (r->status) {
        p = dm_ledger_put_literal(p, ",\"status\":");
        p = dm_ledger_number(p, r->status);
    }

    if (r->has_bytes) {
        p = dm_ledger_put_literal(p, ",\"bytes\":");
        p = dm_ledger_number(p, r->bytes);
    }

    if (r->n_events) {
        p = dm_ledger_events(p, r->events, r->n_events);
    }

    if (r->body_sha256) {
        p = dm_ledger_put_literal(p, ",\"body_sha256\":\"");
        p = dm_ledger_bytes(p, r->body_sha256, DM_DIGEST_LEN);
        *p++ = '"';
    }

    p = dm_ledger_field(p, DM_STR(",\"message\":"), r->message);

    if (r->lost) {
        p = dm_ledger_put_literal(p, ",\"lost\":");
        p = dm_ledger_number(p, r->lost);
    }

    return p;
}


size_t
dm_ledger_size(const dm_ledger_record_t *record)
{
    size_t  i, size;

    size = record->reason.len + record->app.len + record->token.len
           + record->revision.len + record->request.len + record->message.len;

    for (i = 0; i < record->n_events; i++) {
        size += record->events[i].len + 1;
    }

    return size * DM_LEDGER_ESCAPED + DM_LEDGER_FIXED;
}


size_t
dm_ledger_render(const dm_ledger_link_t *link, const dm_ledger_record_t *record,
    char *out)
{
    char      *p;
    unsigned   ms;
    dm_str_t   action, decision;

    p = dm_ledger_put_literal(out, "{\"v\":1,\"chain\":\"");
    p = dm_ledger_put(p, link->chain.data, link->chain.len);
    p = dm_ledger_put_literal(p, "\",\"seq\":");
    p = dm_ledger_number(p, link->seq);

    p = dm_ledger_put_literal(p, ",\"time\":\"");
    p = dm_ledger_put(p, link->time.data, link->time.len);
    ms = (unsigned) (record->time % 1000);
    *p++ = '.';
    *p++ = (char) ('0' + ms / 100);
    *p++ = (char) ('0' + ms / 10 % 10);
    *p++ = (char) ('0' + ms % 10);

    p = dm_ledger_put_literal(p, "Z\",\"kind\":\"");
    p = dm_ledger_put(p, dm_ledger_kinds[record->kind].data,
                      dm_ledger_kinds[record->kind].len);
    *p++ = '"';

    action = dm_action_word(record->action);
    decision = dm_ledger_decisions[record->decision];

    if (record->action != DM_ACTION_NONE) {
        p = dm_ledger_put_literal(p, ",\"action\":\"");
        p = dm_ledger_put(p, action.data, action.len);
        *p++ = '"';
    }

    p = dm_ledger_field(p, DM_STR(",\"decision\":"), decision);
    p = dm_ledger_field(p, DM_STR(",\"reason\":"), record->reason);

    p = dm_ledger_request(p, record);
    p = dm_ledger_answer(p, record);

    p = dm_ledger_field(p, DM_STR(",\"prev\":"), link->prev);

    return (size_t) (p - out);
}


void
dm_ledger_init(dm_ledger_t *ledger, const dm_mac_t *mac,
    const dm_ledger_chain_t *chain, dm_str_t follows)
{
    memset(ledger, 0, sizeof(dm_ledger_t));

    ledger->mac = mac;
    ledger->name_len = dm_ledger_chain_name(chain, ledger->name);
    ledger->second = -1;

    if (follows.len <= sizeof(ledger->prev)) {
        memcpy(ledger->prev, follows.data, follows.len);
        ledger->prev_len = follows.len;
    }
}


size_t
dm_ledger_line(dm_ledger_t *ledger, const dm_ledger_record_t *record, char *out)
{
    char                *p;
    size_t               len;
    uint8_t              mac[DM_DIGEST_LEN];
    dm_ledger_link_t     link;
    dm_ledger_record_t   timed;

    timed = *record;

    if (timed.time < ledger->time
        && ledger->time - timed.time < DM_LEDGER_CLOCK)
    {
        timed.time = ledger->time;
    }

    if (timed.time / 1000 != ledger->second) {
        ledger->second = timed.time / 1000;
        dm_time_format((uint64_t) timed.time, ledger->text);
    }

    link.chain = (dm_str_t) { ledger->name, ledger->name_len };
    link.seq = ledger->seq + 1;
    link.time = (dm_str_t) { ledger->text, DM_LEDGER_SECOND_LEN };
    link.prev = (dm_str_t) { ledger->prev, ledger->prev_len };

    len = dm_ledger_render(&link, &timed, out);

    if (dm_mac(ledger->mac, (dm_str_t) { out, len }, mac) != 0) {
        return 0;
    }

    dm_ledger_bytes(ledger->next, mac, DM_DIGEST_LEN);
    ledger->next_time = timed.time;

    p = dm_ledger_put_literal(out + len, ",\"mac\":\"");
    p = dm_ledger_put(p, ledger->next, sizeof(ledger->next));
    p = dm_ledger_put_literal(p, "\"}\n");

    return (size_t) (p - out);
}


void
dm_ledger_commit(dm_ledger_t *ledger)
{
    ledger->seq++;
    ledger->time = ledger->next_time;
    ledger->prev_len = sizeof(ledger->next);
    memcpy(ledger->prev, ledger->next, sizeof(ledger->next));
}
