#include "record.h"


static void
test_token(void **state)
{
    char  *line, *token;

    (void) state;

    bad("{\"token\":\"t\",\"access\":\"read\"}", "a token without \"app\"");
    bad("{\"token\":\"t\",\"app\":\"1\"}",
        "a token without \"access\" or \"scopes\"");
    bad(TOKEN ",\"scopes\":\"dm.read\"}", "both \"access\" and \"scopes\"");
    bad(TOKEN ",\"token_sha256\":\"" HEX64 "\"}",
        "both \"token\" and \"token_sha256\"");
    bad("{\"token\":1}", "\"token\" is not a string");
    bad("{\"token\":\"\"}", "\"token\" is empty");
    bad("{\"token\":\"t\\n\"}", "\"token\" has a control character");
    bad("{\"token\":\"t\\u00e9\"}", "\"token\" is not printable ascii");
    bad("{\"token_sha256\":1}", "\"token_sha256\" is not 64 hex digits");
    bad("{\"token_sha256\":\"" HEX64 "0\"}", "\"token_sha256\" is not 64");
    bad("{\"token_sha256\":\"g" HEX64 "\"}", "\"token_sha256\" is not 64");
    bad("{\"token_sha256\":\"ba7816bf8f01cfea414140de5dae2223"
        "b00361a396177a9cb410ff61f20015ag\"}", "\"token_sha256\" is not 64");
    bad(TOKEN ",\"revoked\":\"true\"}", "\"revoked\" is not true or false");
    bad(TOKEN ",\"revoked\":0}", "\"revoked\" is not true or false");

    good("{\"token_sha256\":\"BA7816bf8f01cfEA414140de5dae2223"
         "b00361a396177a9cb410ff61f20015AD\",\"app\":\"1\",\"access\":\"read\","
         "\"revoked\":true}");
    assert_int_equal(record.kind, DM_RECORD_TOKEN);
    assert_memory_equal(record.key, "\xba\x78\x16\xbf\x8f\x01\xcf\xea"
                        "\x41\x41\x40\xde\x5d\xae\x22\x23", DM_KEY_LEN);
    assert_true(record.revoked && record.app_only);
    assert_int_equal(record.may, DM_LEVEL_READ);
    dm_record_clear(&record);

    token = calloc(1, 4098);
    line = malloc(8192);
    assert_true(token != NULL && line != NULL);
    memset(token, 't', 4097);
    snprintf(line, 8192, "{\"token\":\"%s\"}", token);
    bad(line, "\"token\" is longer than 4096 bytes");
    token[4096] = '\0';
    snprintf(line, 8192, "{\"token\":\"%s\",\"app\":\"1\",\"access\":"
             "\"read\"}", token);
    good(line);
    dm_record_clear(&record);
    free(line);
    free(token);
}


static void
test_user(void **state)
{
    size_t  i;
    char    line[256];

    static const struct {
        const char  *json;
        uint64_t     user;
    } users[] = {
        { "0", 0 }, { "\"0\"", 0 }, { "1", 1 }, { "\"370773112\"", 370773112 },
        { "9223372036854775807", INT64_MAX },
        { "\"9223372036854775808\"", 9223372036854775808ull },
        { "\"18446744073709551615\"", UINT64_MAX },
    };
    static const char *const  wrong[] = {
        "-1", "1.0", "1e3", "null", "true", "[]", "\"\"", "\"-1\"", "\"+1\"",
        "\"01\"", "\"00\"", "\" 1\"", "\"1 \"", "\"0x1\"", "\"1\\u0000\"",
        "\"18446744073709551616\"", "\"18446744073709551620\"",
        "\"99999999999999999999\"", "\"100000000000000000000\""
    };

    (void) state;

    for (i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
        snprintf(line, sizeof(line), TOKEN ",\"user\":%s}", users[i].json);
        good(line);
        assert_true(record.user == users[i].user);
        assert_false(record.app_only);
        dm_record_clear(&record);
    }

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        snprintf(line, sizeof(line), TOKEN ",\"user\":%s}", wrong[i]);
        bad(line, "\"user\" is not an unsigned 64-bit number");
    }

    bad(TOKEN ",\"user\":9223372036854775808}", "number out of range");
}


static void
test_access_and_scopes(void **state)
{
    size_t  i;
    char    line[256];

    static const struct {
        const char  *json;
        unsigned     may;
    } grants[] = {
        { "\"access\":\"read\"", DM_LEVEL_READ },
        { "\"access\":\"read-write\"", DM_LEVEL_READ_WRITE },
        { "\"access\":\"read-write-directmessages\"", DM_LEVEL_DM },
        { "\"scopes\":\"\"", 0 },
        { "\"scopes\":[]", 0 },
        { "\"scopes\":\"tweet.read users.read offline.access\"", 0 },
        { "\"scopes\":\"dm.read\"", DM_MAY_DM_READ },
        { "\"scopes\":\"  dm.write   dm.read  \"",
          DM_MAY_DM_WRITE | DM_MAY_DM_READ },
        { "\"scopes\":\"DM.READ dm.reads xdm.write\"", 0 },
        { "\"scopes\":[\"tweet.write\",\"dm.write\",\"dm.write\"]",
          DM_MAY_WRITE | DM_MAY_DM_WRITE },
    };
    static const struct {
        const char  *json;
        const char  *reason;
    } wrong[] = {
        { "\"access\":\"Read\"", "\"access\" is not read, " },
        { "\"access\":\"read\\u0000\"", "\"access\" is not read, " },
        { "\"access\":0", "\"access\" is not read, " },
        { "\"scopes\":null", "\"scopes\" is not a string or an array" },
        { "\"scopes\":{}", "\"scopes\" is not a string or an array" },
        { "\"scopes\":[1]", "\"scopes\" has an item that is not a string" },
        { "\"scopes\":[\"\"]", "\"scopes\" has a name that is empty" },
        { "\"scopes\":[\"dm.read dm.write\"]", "\"scopes\" has a name " },
        { "\"scopes\":\"dm.read\\tdm.write\"", "\"scopes\" has a name " },
        { "\"scopes\":\"dm.read \\u00e9\"", "\"scopes\" has a name " },
    };

    (void) state;

    for (i = 0; i < sizeof(grants) / sizeof(grants[0]); i++) {
        snprintf(line, sizeof(line), "{\"token\":\"t\",\"app\":\"1\",%s}",
                 grants[i].json);
        good(line);
        assert_int_equal(record.may, grants[i].may);
        dm_record_clear(&record);
    }

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        snprintf(line, sizeof(line), "{\"token\":\"t\",\"app\":\"1\",%s}",
                 wrong[i].json);
        bad(line, wrong[i].reason);
    }
}


static void
test_flow_and_expires(void **state)
{
    size_t  i;
    char    line[256];

    static const char *const  flows[] = {
        "authorize", "authenticate", "xauth", "client_credentials"
    };
    static const struct {
        const char  *json;
        uint32_t     expires;
    } times[] = {
        { "0", 1 }, { "1", 1 }, { "1309392000", 1309392000 },
        { "4294967294", UINT32_MAX - 1 }, { "4294967295", UINT32_MAX },
        { "4294967296", UINT32_MAX }, { "9223372036854775807", UINT32_MAX },
    };
    static const char *const  wrong[] = {
        "-1", "1.5", "\"1\"", "null", "false"
    };

    (void) state;

    for (i = 0; i < 4; i++) {
        snprintf(line, sizeof(line), TOKEN ",\"issued_via\":\"%s\"}",
                 flows[i]);
        good(line);
        assert_int_equal(record.flow, i);
        dm_record_clear(&record);
    }

    bad(TOKEN ",\"issued_via\":\"xAuth\"}", "\"issued_via\" is not authorize");
    bad(TOKEN ",\"issued_via\":1}", "\"issued_via\" is not authorize");

    for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        snprintf(line, sizeof(line), TOKEN ",\"expires\":%s}", times[i].json);
        good(line);
        assert_int_equal(record.expires, times[i].expires);
        dm_record_clear(&record);
    }

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        snprintf(line, sizeof(line), TOKEN ",\"expires\":%s}", wrong[i]);
        bad(line, "\"expires\" is not a non-negative integer");
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_token),
        cmocka_unit_test(test_user),
        cmocka_unit_test(test_access_and_scopes),
        cmocka_unit_test(test_flow_and_expires),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
