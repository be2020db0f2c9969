#include "dm_reason.h"


#define DM_CODE93_TEXT                                                        \
    "This application is not allowed to access or delete your direct messages"

#define DM_CODE348_TEXT                                                       \
    "Client application is not permitted to access this user's webhook "      \
    "subscriptions"

#define ROW(word, status, code, text, known, challenge, retry)                \
    { { word, sizeof(word) - 1 }, status, code, { text, sizeof(text) - 1 },   \
      known, challenge, retry }


static const dm_reason_info_t  dm_reasons[DM_REASONS] = {

    [DM_REASON_NOT_GUARDED] = ROW("not_guarded", 0, 0, "", 0, 0, 0),

    [DM_REASON_AMBIGUOUS_URI] =
        ROW("ambiguous_uri", 400, 215, "Bad Authentication data", 0, 0, 0),

    [DM_REASON_NOT_READY] =
        ROW("not_ready", 503, 130, "Over capacity", 0, 0, 1),

    [DM_REASON_BAD_CREDENTIALS] =
        ROW("bad_credentials", 400, 215, "Bad Authentication data", 0, 0, 0),

    [DM_REASON_AMBIGUOUS_CREDENTIALS] =
        ROW("ambiguous_credentials", 400, 215, "Bad Authentication data",
            0, 0, 0),

    [DM_REASON_NO_CREDENTIALS] =
        ROW("no_credentials", 401, 32, "Could not authenticate you", 0, 1, 0),

    [DM_REASON_UNKNOWN_TOKEN] =
        ROW("unknown_token", 403, 93, DM_CODE93_TEXT, 0, 0, 0),

    [DM_REASON_REVOKED_TOKEN] =
        ROW("revoked_token", 401, 89, "Invalid or expired token", 1, 1, 0),

    [DM_REASON_EXPIRED_TOKEN] =
        ROW("expired_token", 401, 89, "Invalid or expired token", 1, 1, 0),

    [DM_REASON_CONSUMER_MISMATCH] =
        ROW("consumer_mismatch", 401, 89, "Invalid or expired token", 1, 1, 0),

    [DM_REASON_APP_SUSPENDED] =
        ROW("app_suspended", 403, 87,
            "Client is not permitted to perform this action", 1, 0, 0),

    [DM_REASON_APP_ONLY] =
        ROW("app_only", 403, 220,
            "Your credentials do not allow access to this resource", 1, 0, 0),

    [DM_REASON_NO_DM_ACCESS] =
        ROW("no_dm_access", 403, 93, DM_CODE93_TEXT, 1, 0, 0),

    [DM_REASON_NO_WRITE_ACCESS] =
        ROW("no_write_access", 403, 261,
            "Application cannot perform write actions", 1, 0, 0),

    [DM_REASON_BAD_DELIVERY] =
        ROW("bad_delivery", 400, 214, "Bad request", 0, 0, 0),

    [DM_REASON_UNKNOWN_APP] =
        ROW("unknown_app", 403, 87,
            "Client is not permitted to perform this action", 0, 0, 0),

    [DM_REASON_WRONG_DESTINATION] =
        ROW("wrong_destination", 403, 348, DM_CODE348_TEXT, 1, 0, 0),

    [DM_REASON_WRONG_SIGNATURE] =
        ROW("wrong_signature", 403, 348, DM_CODE348_TEXT, 1, 0, 0),

    [DM_REASON_NOT_SUBSCRIBED] =
        ROW("not_subscribed", 403, 348, DM_CODE348_TEXT, 1, 0, 0),

    [DM_REASON_PASSED] = ROW("passed", 0, 0, "", 1, 0, 0),
};


const dm_reason_info_t *
dm_reason_info(dm_reason_t reason)
{
    return &dm_reasons[reason];
}


dm_str_t
dm_reason_message(dm_reason_t reason, dm_str_t own)
{
    return dm_reasons[reason].code == 93 && own.len != 0
           ? own : dm_reasons[reason].message;
}


dm_body_t
dm_reason_body_type(dm_str_t path)
{
    size_t    i;
    dm_str_t  tail;

    static const dm_str_t  xml[] = {
        { ".xml", 4 }, { ".rss", 4 }, { ".atom", 5 }
    };

    while (path.len > 1 && path.data[path.len - 1] == '/') {
        path.len--;
    }

    for (i = 0; i < sizeof(xml) / sizeof(xml[0]); i++) {

        if (path.len <= xml[i].len) {
            continue;
        }

        tail.data = path.data + path.len - xml[i].len;
        tail.len = xml[i].len;

        if (dm_str_caseeq(tail, xml[i])) {
            return DM_BODY_XML;
        }
    }

    return DM_BODY_JSON;
}


typedef struct {
    char    *out;
    size_t   size;
    size_t   len;
} dm_writer_t;


static void
dm_write(dm_writer_t *w, const char *data, size_t len)
{
    if (w->len < w->size) {
        memcpy(w->out + w->len, data,
               len < w->size - w->len ? len : w->size - w->len);
    }

    w->len += len;
}


static void
dm_write_json(dm_writer_t *w, unsigned char c)
{
    char  u[6] = { '\\', 'u', '0', '0', 0, 0 };

    if (c == '"' || c == '\\') {
        dm_write(w, "\\", 1);

    } else if (c < 0x20) {
        dm_hex_put(u + 4, &c, 1);
        dm_write(w, u, 6);
        return;
    }

    dm_write(w, (const char *) &c, 1);
}


static void
dm_write_xml(dm_writer_t *w, unsigned char c)
{
    switch (c) {

    case '<':
        dm_write(w, "&lt;", 4);
        return;

    case '>':
        dm_write(w, "&gt;", 4);
        return;

    case '&':
        dm_write(w, "&amp;", 5);
        return;

    default:
        dm_write(w, (const char *) &c, 1);
    }
}


size_t
dm_reason_body(char *out, size_t size, dm_reason_t reason, dm_str_t message,
    dm_body_t type)
{
    char         code[3];
    size_t       i;
    unsigned     n;
    dm_writer_t  w = { out, size, 0 };

    static const dm_str_t  open[] = {
        { "{\"errors\":[{\"code\":", 19 },
        { "<?xml version=\"1.0\" encoding=\"UTF-8\"?><errors><error code=\"",
          59 }
    };
    static const dm_str_t  middle[] = {
        { ",\"message\":\"", 12 }, { "\">", 2 }
    };
    static const dm_str_t  close[] = {
        { "\"}]}", 4 }, { "</error></errors>", 17 }
    };

    n = dm_reasons[reason].code;

    code[0] = (char) ('0' + n / 100);
    code[1] = (char) ('0' + n / 10 % 10);
    code[2] = (char) ('0' + n % 10);

    i = n < 100 ? 1 : 0;

    dm_write(&w, open[type].data, open[type].len);
    dm_write(&w, code + i, 3 - i);
    dm_write(&w, middle[type].data, middle[type].len);

    for (i = 0; i < message.len; i++) {
        if (type == DM_BODY_JSON) {
            dm_write_json(&w, (unsigned char) message.data[i]);

        } else {
            dm_write_xml(&w, (unsigned char) message.data[i]);
        }
    }

    dm_write(&w, close[type].data, close[type].len);

    return w.len;
}
