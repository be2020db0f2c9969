#include "record.h"


static void
test_examples(void **state)
{
    (void) state;

    good("{\"table\":{\"revision\":\"2011-06-30/42\"}}");
    assert_int_equal(record.kind, DM_RECORD_TABLE);
    same(record.revision, "2011-06-30/42");
    dm_record_clear(&record);

    good("{\"app\":\"8840\",\"name\":\"Example Client\",\"consumer_key\":"
         "\"yT577ApRtZw51q4NPMPPOQ\",\"first_party\":false,\"suspended\":true,"
         "\"webhooks\":[\"https://hooks.example.com/a\",\"HTTP://[::1]:8/\"],"
         "\"secret\":\"s\\u0000\\u00e9\"}\r");
    assert_int_equal(record.kind, DM_RECORD_APP);
    same(record.app, "8840");
    same(record.name, "Example Client");
    same(record.consumer_key, "yT577ApRtZw51q4NPMPPOQ");
    assert_true(record.has_consumer_key && record.has_secret);
    assert_true(!record.first_party && record.suspended);
    assert_int_equal(record.n_webhooks, 2);
    same(record.webhooks[0], "https://hooks.example.com/a");
    same(record.webhooks[1], "HTTP://[::1]:8/");
    assert_int_equal(record.secret.len, 4);
    assert_memory_equal(record.secret.data, "s\0\xc3\xa9", 4);
    dm_record_clear(&record);
    assert_null(record.owner);

    good("{\"token\":\"abc\",\"app\":\"8840\",\"user\":\"370773112\","
         "\"access\":\"read-write\",\"issued_via\":\"authorize\"}");
    assert_int_equal(record.kind, DM_RECORD_TOKEN);
    assert_memory_equal(record.key, "\xba\x78\x16\xbf\x8f\x01\xcf\xea"
                        "\x41\x41\x40\xde\x5d\xae\x22\x23", DM_KEY_LEN);
    same(record.app, "8840");
    assert_true(record.user == 370773112);
    assert_int_equal(record.may, DM_LEVEL_READ_WRITE);
    assert_int_equal(record.flow, DM_FLOW_AUTHORIZE);
    assert_int_equal(record.expires, 0);
    assert_true(!record.app_only && !record.revoked);
    dm_record_clear(&record);

    good("{\"end\":{\"records\":2}}");
    assert_int_equal(record.kind, DM_RECORD_END);
    assert_true(record.records == 2);
    dm_record_clear(&record);

    good("{\"app\":\"a\",\"webhooks\":[]}");
    assert_true(!record.has_consumer_key && !record.has_secret);
    assert_int_equal(record.n_webhooks, 0);
    dm_record_clear(&record);
}


static void
test_shape(void **state)
{
    (void) state;

    bad("", "empty line");
    bad(" \t\r", "empty line");
    bad("\xef\xbb\xbf{\"app\":\"1\"}", "byte order mark");
    bad("[]", "not a json object");
    bad("null", "not a json object");
    bad("{\"app\":\"1\"} x", "garbage after the object, at byte ");
    bad("{\"app\":\"1\"}{\"app\":\"2\"}", "garbage after the object");
    bad("{\"app\":\"1\"", "json ends too early");
    bad("{\"app\":\"1\",}", "not json");
    bad("{'app':1}", "not json");
    bad("{\"app\":\"\xff\"}", "invalid utf-8");
    bad("{\"app\":\"1\",\"x_\\u0000\":1}", "nul in a key");
    bad("{\"app\":\"1\",\"app\":\"1\"}", "duplicate key");
    bad("{\"app\":\"1\",\"a\\u0070p\":\"1\"}", "duplicate key");
    bad("{\"end\":{\"records\":1,\"records\":1}}", "duplicate key");
    bad("{\"app\":\"1\",\"x_a\":{\"b\":1,\"b\":2}}", "duplicate key");
    bad("{}", "none of ");
    bad("{\"x_app\":1}", "none of ");
    bad("{\"name\":\"n\"}", "none of ");

    assert_int_equal(parse_bytes("{\"app\":\"1\"}\0", 12), -1);
    assert_int_equal(parse_bytes("{\"app\":\"1\0\"}", 12), -1);
}


static void
test_line_length(void **state)
{
    char    *line;
    size_t   len;

    (void) state;

    len = DM_RECORD_LINE_MAX + 1;
    line = malloc(len);
    assert_non_null(line);

    memset(line, ' ', len);
    memcpy(line, "{\"app\":\"1\"}", 11);

    assert_int_equal(parse_bytes(line, len), -1);
    assert_string_equal(error, "longer than 65536 bytes");

    assert_int_equal(parse_bytes(line, len - 1), 0);
    dm_record_clear(&record);

    memset(line, '[', len);
    memcpy(line, "{\"x_\":", 6);
    assert_int_equal(parse_bytes(line, len - 1), -1);
    assert_memory_equal(error, "nested too deeply", 17);

    free(line);
}


static void
test_keys(void **state)
{
    (void) state;

    bad("{\"app\":\"1\",\"sespended\":true}", "key \"sespended\" is unknown");
    bad("{\"app\":\"1\",\"X_a\":true}", "key \"X_a\" is unknown");
    bad("{\"app\":\"1\",\"x\":true}", "key \"x\" is unknown");
    bad("{\"app\":\"1\",\"\":true}", "key \"\" is unknown");
    bad("{\"app\":\"1\",\"a\\nb\\u00e9\":1}", "a key of 5 bytes is unknown");

    /* what can be a token out of place is not shown */
    bad("{\"app\":\"1\",\"01234567890123456789\":1}",
        "key \"01234567890123456789\" is unknown");
    bad("{\"app\":\"1\",\"012345678901234567890\":1}",
        "a key of 21 bytes is unknown");
    bad("{\"app\":\"1\",\"1-abc\":1}", "a key of 5 bytes is unknown");
    bad("{\"app\":\"1\",\"a b\":1}", "a key of 3 bytes is unknown");

    bad("{\"table\":{\"revision\":\"1\",\"a\":1}}", "key \"a\" is unknown");
    bad("{\"end\":{\"records\":1,\"a\":1}}", "key \"a\" is unknown");

    bad("{\"app\":\"1\",\"access\":\"read\"}",
        "key \"access\" does not belong in an app record");
    bad(TOKEN ",\"suspended\":true}",
        "key \"suspended\" does not belong in a token record");
    bad("{\"app\":\"1\",\"table\":{\"revision\":\"1\"}}",
        "key \"app\" does not belong in a table record");
    bad("{\"end\":{\"records\":1},\"app\":\"1\"}",
        "key \"app\" does not belong in an end record");
    bad("{\"end\":{\"records\":1},\"table\":{\"revision\":\"1\"}}",
        "key \"end\" does not belong in a table record");

    good(TOKEN ",\"x_\":null,\"x_a\":[1.5,{\"b\":\"\\u0000\"}],\"x_b\":-1}");
    dm_record_clear(&record);
    good("{\"table\":{\"revision\":\"1\",\"x_a\":1},\"x_b\":{}}");
    dm_record_clear(&record);
}


static void
test_table_and_end(void **state)
{
    char  line[256], text[129];

    (void) state;

    bad("{\"table\":\"1\"}", "\"table\" is not an object");
    bad("{\"table\":{}}", "\"table\" has no \"revision\"");
    bad("{\"table\":{\"revision\":1}}", "\"revision\" is not a string");
    bad("{\"table\":{\"revision\":\"\"}}", "\"revision\" is empty");
    bad("{\"table\":{\"revision\":\"a\\tb\"}}",
        "\"revision\" has a control character");

    memset(text, 'r', 128);
    text[128] = '\0';
    snprintf(line, sizeof(line), "{\"table\":{\"revision\":\"%s\"}}", text);
    bad(line, "\"revision\" is longer than 127 bytes");
    text[127] = '\0';
    snprintf(line, sizeof(line), "{\"table\":{\"revision\":\"%s\"}}", text);
    good(line);
    same(record.revision, text);
    dm_record_clear(&record);

    bad("{\"end\":2}", "\"end\" is not an object");
    bad("{\"end\":{\"x_a\":2}}", "\"end\" has no \"records\"");
    bad("{\"end\":{\"records\":-1}}", "\"records\" is not a non-negative");
    bad("{\"end\":{\"records\":2.0}}", "\"records\" is not a non-negative");
    bad("{\"end\":{\"records\":\"2\"}}", "\"records\" is not a non-negative");

    good("{\"end\":{\"records\":0}}");
    assert_true(record.records == 0);
    dm_record_clear(&record);
}


static void
test_app(void **state)
{
    char    line[4096], url[2050];
    size_t  i, n;

    static const char *const  urls[] = {
        "", "ftp://h/", "http:/h", "http://", "https://", "https:///p",
        "https://?q", "https://:1/", "https://@h/", "//h/", " http://h/",
        "http://h/ ", "http://h/\\u00e9", "http://h/\\n"
    };

    (void) state;

    bad("{\"app\":8840}", "\"app\" is not a string");
    bad("{\"app\":null}", "\"app\" is not a string");
    bad("{\"app\":\"\"}", "\"app\" is empty");
    bad("{\"app\":\"a\\u007f\"}", "\"app\" has a control character");
    bad("{\"app\":\"a\\u0000\"}", "\"app\" has a control character");
    bad("{\"app\":\"a\\u0085\"}", "\"app\" has a control character");
    bad("{\"app\":\"1\",\"name\":1}", "\"name\" is not a string");
    bad("{\"app\":\"1\",\"name\":\"\\u001b[m\"}", "\"name\" has a control");
    bad("{\"app\":\"1\",\"consumer_key\":\"\"}", "\"consumer_key\" is empty");
    bad("{\"app\":\"1\",\"consumer_key\":\"\\u00e9\"}",
        "\"consumer_key\" is not printable ascii");
    bad("{\"app\":\"1\",\"consumer_key\":1}", "\"consumer_key\" is not a str");
    bad("{\"app\":\"1\",\"secret\":\"\"}", "\"secret\" is not a non-empty");
    bad("{\"app\":\"1\",\"secret\":null}", "\"secret\" is not a non-empty");
    bad("{\"app\":\"1\",\"first_party\":1}", "\"first_party\" is not true or");
    bad("{\"app\":\"1\",\"suspended\":\"no\"}", "\"suspended\" is not true or");
    bad("{\"app\":\"1\",\"webhooks\":\"http://h\"}", "\"webhooks\" is not an");
    bad("{\"app\":\"1\",\"webhooks\":[\"http://h\",1]}",
        "\"webhooks\" item 2 is not an http or https url");

    for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        snprintf(line, sizeof(line), "{\"app\":\"1\",\"webhooks\":[\"%s\"]}",
                 urls[i]);
        bad(line, "\"webhooks\" item 1 is not an http or https url");
    }

    memset(url, 'u', sizeof(url));
    memcpy(url, "http://", 7);
    url[2049] = '\0';
    snprintf(line, sizeof(line), "{\"app\":\"1\",\"webhooks\":[\"%s\"]}", url);
    bad(line, "\"webhooks\" item 1 is not");
    url[2048] = '\0';
    snprintf(line, sizeof(line), "{\"app\":\"1\",\"webhooks\":[\"%s\"]}", url);
    good(line);
    same(record.webhooks[0], url);
    dm_record_clear(&record);

    n = (size_t) snprintf(line, sizeof(line), "{\"app\":\"1\",\"webhooks\":[");
    for (i = 0; i < 65; i++) {
        n += (size_t) snprintf(line + n, sizeof(line) - n, "\"http://h\",");
    }
    memcpy(line + n - 1, "]}", 3);
    bad(line, "\"webhooks\" has more than 64 urls");
    memcpy(line + n - 1 - 11, "]}", 3);
    good(line);
    assert_int_equal(record.n_webhooks, 64);
    dm_record_clear(&record);

    good("{\"app\":\"\\u00e9\\u00a0\",\"name\":\"\",\"first_party\":true}");
    same(record.app, "\xc3\xa9\xc2\xa0");
    assert_true(record.first_party && !record.suspended);
    dm_record_clear(&record);
}


static void
test_app_id_length(void **state)
{
    char  line[256], id[66];

    (void) state;

    memset(id, '7', 65);
    id[65] = '\0';
    snprintf(line, sizeof(line), "{\"app\":\"%s\"}", id);
    bad(line, "\"app\" is longer than 64 bytes");
    id[64] = '\0';
    snprintf(line, sizeof(line), "{\"app\":\"%s\"}", id);
    good(line);
    same(record.app, id);
    dm_record_clear(&record);
}


/* Whatever is wrong with a line, what must stay secret stays so. */
static void
test_no_leak(void **state)
{
    size_t  i;

    static const char *const  lines[] = {
        "{\"token\":\"SESAME\",\"app\":1}",
        "{\"token\":\"SESAME",
        "{\"token\":\"SESAME\" \"app\":1}",
        "{\"token\":SESAME}",
        "{\"token\":\"SESAME\\x\"}",
        "{\"token\":\"SESAME\",\"token\":\"SESAME\"}",
        "{\"token\":\"SESAME\\n\"}",
        "{\"token\":\"SESAME\\u00e9\"}",
        "{\"token\":\"SESAME\xff\"}",
        "{\"token_sha256\":\"SESAME\"}",
        "{\"app\":\"1\",\"secret\":[\"SESAME\"]}",
        "{\"app\":\"1\",\"secret\":\"SESAME\"]",
        "{\"app\":\"1\",\"consumer_key\":\"SESAME\\u00e9\"}",
        "{\"app\":\"1\",\"webhooks\":[\"SESAME\"]}",
        "SESAME",
    };

    (void) state;

    for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        assert_int_equal(parse_bytes(lines[i], strlen(lines[i])), -1);
        assert_true(error[0] != '\0');
        assert_null(strstr(error, "SESAME"));
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_shape),
        cmocka_unit_test(test_line_length),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_table_and_end),
        cmocka_unit_test(test_app),
        cmocka_unit_test(test_app_id_length),
        cmocka_unit_test(test_no_leak),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
