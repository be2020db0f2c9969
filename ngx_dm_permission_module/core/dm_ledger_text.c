#include "dm_ledger_text.h"


#define DM_LEDGER_REPLACED  3       /* bytes of U+FFFD */


static const char  dm_ledger_hex[] = "0123456789abcdef";


char *
dm_ledger_number(char *p, uint64_t n)
{
    char  text[20], *first;

    first = text + sizeof(text);

    do {
        *--first = (char) ('0' + n % 10);
        n /= 10;
    } while (n);

    return dm_ledger_put(p, first, (size_t) (text + sizeof(text) - first));
}


char *
dm_ledger_bytes(char *p, const uint8_t *data, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        *p++ = dm_ledger_hex[data[i] >> 4];
        *p++ = dm_ledger_hex[data[i] & 0xf];
    }

    return p;
}


/* RFC 3629 section 4: bytes of the character at data, 0 if it is none. */
static size_t
dm_ledger_utf8(const unsigned char *data, size_t len)
{
    size_t         i, n;
    unsigned char  low, high;

    low = 0x80;
    high = 0xbf;

    if (data[0] < 0x80) {
        return 1;
    }

    if (data[0] < 0xc2 || data[0] > 0xf4) {
        return 0;
    }

    n = data[0] < 0xe0 ? 2 : data[0] < 0xf0 ? 3 : 4;

    switch (data[0]) {
    case 0xe0: low = 0xa0; break;
    case 0xed: high = 0x9f; break;
    case 0xf0: low = 0x90; break;
    case 0xf4: high = 0x8f; break;
    }

    if (len < n || data[1] < low || data[1] > high) {
        return 0;
    }

    for (i = 2; i < n; i++) {
        if (data[i] < 0x80 || data[i] > 0xbf) {
            return 0;
        }
    }

    return n;
}


static char *
dm_ledger_escape(char *p, unsigned char c)
{
    if (c == '"' || c == '\\') {
        *p++ = '\\';
        *p++ = (char) c;
        return p;
    }

    p = dm_ledger_put_literal(p, "\\u00");
    *p++ = dm_ledger_hex[c >> 4];
    *p++ = dm_ledger_hex[c & 0xf];

    return p;
}


char *
dm_ledger_string(char *p, dm_str_t s)
{
    size_t                i, n, room;
    const unsigned char  *data;

    data = (const unsigned char *) s.data;
    room = DM_LEDGER_TEXT_MAX;
    *p++ = '"';

    for (i = 0; i < s.len && room > 0; i += n) {

        n = 1;

        if (data[i] >= 0x20 && data[i] < 0x80 && data[i] != '"'
            && data[i] != '\\')
        {
            *p++ = (char) data[i];
            room--;
            continue;
        }

        if (data[i] < 0x80) {
            p = dm_ledger_escape(p, data[i]);
            room--;
            continue;
        }

        n = dm_ledger_utf8(data + i, s.len - i);

        if (room < (n ? n : DM_LEDGER_REPLACED)) {
            break;
        }

        room -= n ? n : DM_LEDGER_REPLACED;

        if (n == 0) {
            p = dm_ledger_put(p, "\xef\xbf\xbd", DM_LEDGER_REPLACED);
            n = 1;
            continue;
        }

        p = dm_ledger_put(p, s.data + i, n);
    }

    *p++ = '"';

    return p;
}
