# requests-oauthlib, each place that it can put a signature in, and a bearer
# token.  argv[1]: the gate of the demo.

import os
import sys

from requests_oauthlib import OAuth1Session, OAuth2Session

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

gate = sys.argv[1]
n = 0

EXPECTED = {
    "101-read": ("403 93", "403 261", "403 93"),
    "102-read-write": ("403 93", "200", "403 93"),
    "103-direct-messages": ("200", "200", "200"),
}

REQUESTS = (
    ("GET", "/1.1/direct_messages.json?count=2&full_text=true", None),
    ("POST", "/1.1/direct_messages/new.json", {"text": "h\u00e9llo & w=1",
                                               "screen_name": "a b"}),
    ("POST", "/1.1/direct_messages/destroy.json", {"id": "1"}),
)


def check(name, session, method, path, data, expected):
    global n
    n += 1
    answer = session.request(method, gate + path, data=data)
    got = str(answer.status_code)
    if answer.status_code != 200:
        got += " %d" % answer.json()["errors"][0]["code"]
    print("%s %d - requests-oauthlib, %s: %s %s is %s, got %s" % (
        "ok" if got == expected else "not ok", n, name, method, path, expected,
        got))


def oauth1(token, place, **more):
    return OAuth1Session(more.pop("key", "example-key"), client_secret="s",
                         resource_owner_key=token, resource_owner_secret="x",
                         signature_type=place, **more)


for token, expected in EXPECTED.items():
    for place in "AUTH_HEADER", "QUERY", "BODY":
        for (method, path, data), code in zip(REQUESTS, expected):
            if place == "BODY" and data is None:
                continue
            check("%s %s" % (place, token), oauth1(token, place), method,
                  path, data, code)

    for (method, path, data), code in zip(REQUESTS, expected):
        check("Bearer %s" % token,
              OAuth2Session(token={"access_token": token,
                                   "token_type": "Bearer"}),
              method, path, data, code)

check("another app's key", oauth1("103-direct-messages", "AUTH_HEADER",
                                  key="other"), *REQUESTS[0], "401 89")
check("a realm", oauth1("103-direct-messages", "AUTH_HEADER",
                        realm="http://example.com/"), *REQUESTS[0], "200")
check("PLAINTEXT", oauth1("103-direct-messages", "AUTH_HEADER",
                          signature_method="PLAINTEXT"), *REQUESTS[0], "200")
check("a verifier and a callback",
      oauth1("103-direct-messages", "AUTH_HEADER", verifier="v",
             callback_uri="https://example.com/?a=b"), *REQUESTS[0], "200")
check("no token", oauth1(None, "AUTH_HEADER"), *REQUESTS[0], "401 32")

print("1..%d" % n)
