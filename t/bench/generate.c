/*
 * generate TOKENS [SEED]: a token file as an operator's export looks, the same
 * for the same numbers.  One app for each hundred tokens, the first of them
 * with most of the tokens: an app's rank has a uniform logarithm.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


#define TOKEN_SECRET  40


/* splitmix64 */
static uint64_t
draw(uint64_t *state)
{
    uint64_t  n;

    n = *state += 0x9e3779b97f4a7c15ull;
    n = (n ^ (n >> 30)) * 0xbf58476d1ce4e5b9ull;
    n = (n ^ (n >> 27)) * 0x94d049bb133111ebull;

    return n ^ (n >> 31);
}


static void
text(uint64_t *state, char *out, size_t len)
{
    size_t    i;
    uint64_t  n;

    static const char  digits[] = "0123456789abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    n = 0;

    for (i = 0; i < len; i++) {
        if (i % 8 == 0) {
            n = draw(state);
        }

        out[i] = digits[n % 62];
        n /= 62;
    }

    out[len] = '\0';
}


static uint64_t
rank(uint64_t *state, uint64_t apps)
{
    unsigned  bits;
    uint64_t  n;

    for (bits = 1; apps >> bits; bits++) { /* void */ }

    do {
        n = 1ull << draw(state) % bits;
        n += draw(state) % n;
    } while (n > apps);

    return n - 1;
}


static void
print_app(uint64_t *state, uint64_t i)
{
    char  key[23], secret[TOKEN_SECRET + 1];

    text(state, key, 22);
    text(state, secret, TOKEN_SECRET);

    printf("{\"app\":\"%" PRIu64 "\",\"name\":\"Client %" PRIu64 "\","
           "\"consumer_key\":\"%s\"", 1000 + i, i, key);

    if (i % 50 == 0) {
        printf(",\"webhooks\":[\"https://hooks.example.com/%" PRIu64 "\"],"
               "\"secret\":\"%s\"", i, secret);
    }

    printf("%s}\n", i == 0 ? ",\"first_party\":true" : "");
}


static void
print_token(uint64_t *state, uint64_t apps)
{
    char      secret[TOKEN_SECRET + 1];
    uint64_t  user, odd, flow;

    static const char  *access[] = {
        "read", "read-write", "read-write", "read-write-directmessages",
    };

    text(state, secret, TOKEN_SECRET);

    user = 12 + draw(state) % 900000000;
    odd = draw(state) % 1000;
    flow = draw(state) % 10;

    printf("{\"token\":\"%" PRIu64 "-%s\",\"app\":\"%" PRIu64 "\","
           "\"user\":\"%" PRIu64 "\",\"access\":\"%s\",\"issued_via\":\"%s\"",
           user, secret, 1000 + rank(state, apps), user,
           access[draw(state) % 4],
           flow < 7 ? "authorize" : flow < 9 ? "authenticate" : "xauth");

    if (odd < 5) {
        printf(",\"revoked\":true");
    }

    if (odd > 990) {
        printf(",\"expires\":1893456000");
    }

    printf("}\n");
}


int
main(int argc, char **argv)
{
    uint64_t  i, tokens, apps, state;

    if (argc < 2 || argc > 3) {
        fprintf(stderr, "usage: generate TOKENS [SEED]\n");
        return 2;
    }

    tokens = strtoull(argv[1], NULL, 10);
    state = argc == 3 ? strtoull(argv[2], NULL, 10) : 1;
    apps = tokens / 100 + 1;

    printf("{\"table\":{\"revision\":\"generated/%s\"}}\n", argv[1]);

    for (i = 0; i < apps; i++) {
        print_app(&state, i);
    }

    for (i = 0; i < tokens; i++) {
        print_token(&state, apps);
    }

    printf("{\"end\":{\"records\":%" PRIu64 "}}\n", apps + tokens);

    return fflush(stdout) == 0 ? 0 : 1;
}
