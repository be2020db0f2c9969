#include "dm_bytes.h"
#include "dm_ledger_text.h"
#include "dm_utf8.h"


#define DM_LEDGER_REPLACED  3       /* bytes of U+FFFD */


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
    dm_hex_put(p, data, len);

    return p + 2 * len;
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

    return dm_ledger_bytes(p, &c, 1);
}


/* Whether sixteen bytes are ASCII that nothing escapes. */
static inline int
dm_ledger_plain(const char *p)
{
    dm_bytes_t  bytes;

    bytes = dm_bytes_at(p);

    return dm_bytes_bits(dm_bytes_beyond(bytes, ' ') | (bytes == '"')
                         | (bytes == '\\'))
           == 0;
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

        if (s.len - i >= DM_BYTES && room >= DM_BYTES
            && dm_ledger_plain(s.data + i))
        {
            n = DM_BYTES;
            p = dm_ledger_put(p, s.data + i, DM_BYTES);
            room -= DM_BYTES;
            continue;
        }

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

        n = dm_utf8(s.data + i, s.len - i);

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
