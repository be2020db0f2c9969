#!/usr/bin/env python3
"""Random configurations and requests: the gate in a running nginx against the
model.  compare.py [requests [seed]]; prints a TAP line a configuration."""

import hashlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import model

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
BUILD = os.environ.get("BUILD", TOP + "/build")
NGINX = os.environ.get("DM_NGINX", "nginx")
PORT = int(os.environ.get("MODEL_PORT", "8192"))
CONFIGURATIONS = 24
SHOWN = 5

PREFIXES = ["", "1", "1.1", "2", "1.1", "2", "3", "api"]
WORDS = ["direct_messages", "dm", "ton", "data", "dm_events", "sent", "show",
         "dm_conversations", "with", "media", "messages", "new", "new2",
         "destroy", "events", "list", "welcome_messages", "rules", "update",
         "mark_read", "indicate_typing", "17", "a", "users", "direct_message",
         "dm2", "xdm", "own", "conversations"]
ROWS = [row[1] for rows in (model.V1_1, model.V2) for row in rows]
METHODS = ["GET", "GET", "POST", "POST", "HEAD", "DELETE", "PUT", "PATCH",
           "OPTIONS"]
METHOD_NAMES = ["_method="] * 4 + ["_METHOD=", "%5fmethod=", "+_method=",
                                   ".method=", "a=b;_method=", "_method[]="]
SOURCES = ["header", "query", "body"]


def some(choose, things):
    return choose.sample(things, choose.randint(1, len(things)))


# What there is to ask for

def configuration(choose):
    own = []
    for _ in range(choose.choice([0, 0, 1, 2])):
        own.append((choose.choice(["read", "delete", "send"]),
                    choose.choice(["*", "GET", "POST,PUT", "DELETE"]),
                    "/" + choose.choice(["own", "own/:id", "own/*",
                                         "conversations/:x/messages"])))
    return {
        "sets": choose.choice([list(model.SETS), some(choose,
                                                      list(model.SETS)), []]),
        "own": own if len({o[1:] for o in own}) == len(own) else [],
        "action": choose.choice(["auto"] * 5 + ["read", "send", "none"]),
        "send": choose.choice(["read-write", "read-write-directmessages"]),
        "unknown": choose.choice(["deny", "pass"]),
        "sources": choose.choice([SOURCES, some(choose, SOURCES)]),
        "dry": choose.choice([False, False, True]),
    }


def table(choose, now):
    apps = {}
    for n in range(6):
        apps[str(n)] = {key: value for key, value in (
            ("first_party", True), ("suspended", True),
            ("consumer_key", "key%d" % n)) if choose.random() < 0.3}
    tokens = {}
    for n in range(60):
        record = {"app": str(choose.randint(0, 7))}
        if choose.random() < 0.9:
            record["user"] = n + 1
        if choose.random() < 0.6:
            record["access"] = choose.choice(list(model.LEVELS))
        else:
            record["scopes"] = choose.choice([" ".join, list])(
                some(choose, list(model.SCOPES) + ["users.read"]))
        if choose.random() < 0.4:
            record["issued_via"] = choose.choice(
                ["authorize", "authenticate", "xauth", "client_credentials"])
        if choose.random() < 0.1:
            record["revoked"] = choose.choice([True, False])
        if choose.random() < 0.2:
            record["expires"] = now + choose.choice([-100, 100000])
        tokens["token-%d" % n] = record
    lines = [{"token": token, **record} for token, record in tokens.items()]
    lines += [{"app": name, **app} for name, app in apps.items()]
    choose.shuffle(lines)
    return ({"apps": apps, "tokens": {
        hashlib.sha256(token.encode()).hexdigest(): record
        for token, record in tokens.items()}}, lines)


def disguise(choose, path):
    def encode(c):
        return "%%%02x" % ord(c) if choose.random() < 0.5 else (
            "%%%02X" % ord(c))
    for _ in range(choose.choice([0, 0, 0, 1, 1, 2, 3])):
        at = choose.randint(1, len(path))
        c = path[at:at + 1]
        path = path[:at] + choose.choice([
            lambda: encode(c) + path[at + 1:] if c else "",
            lambda: "%25" + encode(c)[1:] + path[at + 1:] if c else "",
            lambda: c.swapcase() + path[at + 1:],
            lambda: ";x" + path[at:],
            lambda: "/" + path[at:],
            lambda: "/./" + path[at:],
            lambda: "/x/../" + path[at:],
            lambda: "/..;/" + path[at:],
            lambda: "\\" + path[at:],
            lambda: "%2f" + path[at:],
            lambda: "%3f" + path[at:],
            lambda: "%20" + path[at:],
            lambda: "." + path[at:],
            lambda: ".json" + path[at:],
            lambda: "%" + path[at:],
            lambda: "%c0%af" + path[at:],
            lambda: "%c3%a4" + path[at:],
            lambda: "%252525" + path[at:],
            lambda: "%00" + path[at:],
            lambda: "#" + path[at:],
        ])()
    return path


def path(choose):
    if choose.random() < 0.6:
        row = choose.choice(ROWS).replace(":id", "17").replace("*", "a/b")
        text = "/" + "/".join([choose.choice(PREFIXES), row]).lstrip("/")
        text += choose.choice(["", "", ".json", ".xml", "/", "/9"])
    else:
        text = "/" + "/".join([choose.choice(PREFIXES)] + [
            choose.choice(WORDS) for _ in range(choose.randint(1, 4))])
        text = text.replace("//", "/")
    return disguise(choose, text)


def parameters(choose, token, names):
    found = [(names[0], token)]
    for name, values in (("oauth_consumer_key", ["key1", "key2", "nokey"]),
                         ("oauth_version", ["1.0", "1.0", "1.0", "2.0"]),
                         ("oauth_nonce", ["a%20b", "x", "%zz", "%e4"]),
                         ("realm", ["", "r"]),
                         ("oauth_signature", ["a%3D"])):
        weight = 0.1 if name == "oauth_nonce" else 0.4
        if choose.random() < weight:
            found.append((name, choose.choice(values)))
    if choose.random() < 0.05:
        found.append(choose.choice(found))
    if choose.random() < 0.05:
        found[0] = (choose.choice(["oauth%5ftoken", "Oauth_token",
                                   "oauth_token "]), token)
    choose.shuffle(found)
    return found


def header(choose, token):
    kind = choose.random()
    if kind < 0.4:
        return choose.choice(["Bearer ", "bearer ", "BEARER  ", "Bearer"]) + (
            token if choose.random() < 0.95 else "to,ken")
    if kind < 0.9:
        joined = choose.choice([",", ", ", " , ", ",\t"]).join(
            choose.choice(['%s="%s"'] * 20 + ['%s=%s', '%s ="%s"', '%s="%s'])
            % pair for pair in parameters(choose, token, ["oauth_token"]))
        return choose.choice(["OAuth ", "oauth  ", "OAuth\t"]) + joined + (
            choose.choice([""] * 20 + [",", " "]))
    return choose.choice(["Basic YTpi", "OAuth", "Bearer", "Digest x=1", ""])


def form(choose, token):
    if choose.random() < 0.5:
        return "access_token=" + choose.choice([token, token, token, "",
                                                "a%20b"])
    return "&".join("%s=%s" % pair for pair in parameters(
        choose, token, ["oauth_token"]) if pair[0] != "realm")


def request(choose, number):
    token = "token-%d" % choose.randint(0, 63)
    method = choose.choice(METHODS)
    headers, query, body = [], [], ""
    places = choose.choice([["header"]] * 6 + [["query"], ["body"], [],
                                               ["header", "query"],
                                               ["query", "body"]])
    if "header" in places:
        headers.append(("Authorization", header(choose, token)))
    if "query" in places:
        query.append(form(choose, token))
    if "body" in places:
        body = form(choose, token)
    if choose.random() < 0.1:
        query.append("x=/1.1/direct_messages")
    if choose.random() < 0.08:
        headers.append((choose.choice(["X-HTTP-Method-Override",
                                       "X-HTTP-Method", "x-method-override"]),
                        choose.choice(METHODS + ["delete", "GET, DELETE",
                                                 "POST,GET", "\tPUT "])))
    if choose.random() < 0.05:
        query.append(choose.choice(METHOD_NAMES) + choose.choice(METHODS))
    if body and choose.random() < 0.1:
        body += choose.choice("&&;") + choose.choice(METHOD_NAMES) + "DELETE"
    if choose.random() < 0.03:
        query.append(choose.choice(["a=b;access_token=", ".oauth_token=",
                                    "access.token=", "a;b;oauth_nonce=",
                                    "access_token[]="]) + token)
    if choose.random() < 0.1:
        headers += [("Origin", "https://a.example")]
        headers += [("Access-Control-Request-Method", "GET")][
            :choose.randint(0, 1)]
    return {"id": number, "method": method, "path": path(choose),
            "headers": headers, "query": "&".join(query), "form": body}


# A server to ask

def server(number, conf):
    lines = ["listen 127.0.0.1:%d;" % PORT, "server_name c%d;" % number,
             "dm_permission zone=t;",
             "dm_permission_routes %s;" % (" ".join(conf["sets"]) or "none"),
             "dm_permission_send %s;" % conf["send"],
             "dm_permission_unknown_token %s;" % conf["unknown"],
             "dm_permission_credentials %s;" % " ".join(conf["sources"]),
             "dm_permission_action %s;" % conf["action"],
             "dm_permission_dry_run %s;" % ("on" if conf["dry"] else "off"),
             "location / { proxy_pass http://origin; }"]
    lines += ["dm_permission_route %s %s %s;" % route for route in conf["own"]]
    return "server { %s }" % "\n".join(lines)


def nginx(folder, configurations):
    text = """%s
load_module %s/ngx_http_dm_permission_module.so;
worker_processes 1; pid %s/pid; error_log %s/error.log warn;
events { }
http {
    log_format m escape=json '{"id":"$http_x_id","uri":"$uri","args":"$args",'
        '"status":"$status","reason":"$dm_permission_reason",'
        '"action":"$dm_permission_action","dm":"$dm_permission_status"}';
    access_log %s/access.log m;
    client_body_temp_path %s/b; proxy_temp_path %s/p;
    fastcgi_temp_path %s/f; uwsgi_temp_path %s/u; scgi_temp_path %s/s;
    dm_permission_table %s/tokens.jsonl zone=t:1m;
    upstream origin { server unix:%s/origin.sock; }
    server { listen unix:%s/origin.sock; access_log off; merge_slashes off;
             dm_permission off; location / { return 200 "origin"; } }
    %s
}
""" % ("user root;" if os.geteuid() == 0 else "", BUILD, *[folder] * 11,
       "\n".join(server(n, c) for n, c in enumerate(configurations)))
    with open(folder + "/nginx.conf", "w") as out:
        out.write(text)
    subprocess.run([NGINX, "-p", folder, "-e", folder + "/error.log", "-c",
                    folder + "/nginx.conf"], check=True)


def ask(number, asked):
    target = asked["path"] + ("?" + asked["query"] if asked["query"] else "")
    lines = ["%s %s HTTP/1.1" % (asked["method"], target),
             "Host: c%d" % number, "X-Id: %d" % asked["id"],
             "Connection: close"]
    lines += ["%s: %s" % pair for pair in asked["headers"]]
    if asked["form"]:
        lines += ["Content-Type: application/x-www-form-urlencoded",
                  "Content-Length: %d" % len(asked["form"])]
    text = "\r\n".join(lines) + "\r\n\r\n" + asked["form"]
    answer = b""
    with socket.create_connection(("127.0.0.1", PORT), 10) as s:
        s.sendall(text.encode("latin-1"))
        while True:
            piece = s.recv(65536)
            if not piece:
                return answer
            answer += piece


def expected(decision, conf):
    action, reason = decision
    if reason == "not_guarded":
        return action, reason, "", 200, None
    if reason == "passed":
        return action, reason, "PASSED", 200, None
    if conf["dry"]:
        return action, reason, "REJECTED_DRY_RUN", 200, None
    status, code = model.ANSWERS[reason]
    return action, reason, "REJECTED", status, code


def seen(entry, answer):
    code = None
    if b'"code":' in answer:
        code = int(answer.split(b'"code":')[1].split(b",")[0])
    elif b'<error code="' in answer:
        code = int(answer.split(b'code="')[1].split(b'"')[0])
    return (entry["action"], entry["reason"], entry["dm"],
            int(entry["status"]), code)


def compare(folder, total, seed):
    choose = random.Random(seed)
    now = int(time.time())
    known, lines = table(choose, now)
    with open(folder + "/tokens.jsonl", "w") as out:
        for line in lines:
            out.write(json.dumps(line) + "\n")
    configurations = [configuration(choose) for _ in range(CONFIGURATIONS)]
    nginx(folder, configurations)
    asked, answers = {}, {}
    for n in range(total):
        one = request(choose, n)
        one["conf"] = choose.randrange(CONFIGURATIONS)
        asked[n], answers[n] = one, ask(one["conf"], one)
    with open(folder + "/access.log", encoding="latin-1") as log:
        entries = {int(entry["id"]): entry for entry in map(json.loads, log)
                   if entry["id"]}
    failed, told, tally = [0] * CONFIGURATIONS, 0, {}
    for n, one in asked.items():
        entry, conf = entries.get(n), configurations[one["conf"]]
        if entry is None or not entry["reason"]:
            tally["nginx itself"] = tally.get("nginx itself", 0) + 1
            continue
        one["target"] = one["path"].encode("latin-1")
        one["query"] = entry["args"]
        decision = model.decide(one, entry["uri"], conf, known, now)
        if decision is None:
            tally["left open"] = tally.get("left open", 0) + 1
            continue
        tally[decision[1]] = tally.get(decision[1], 0) + 1
        want, have = expected(decision, conf), seen(entry, answers[n])
        if one["method"] == "HEAD":
            want = want[:4] + (None,)
        if want != have:
            failed[one["conf"]] += 1
            told += 1
            if told <= SHOWN:
                print("# %s\n# nginx: %s\n# model: %s\n# %s" % (
                    {k: one[k] for k in ("method", "path", "headers", "query",
                                         "form")}, have, want, conf))
    for n, count in enumerate(failed):
        print("%s %d - configuration %d: %d requests decided otherwise" % (
            "not ok" if count else "ok", n + 1, n, count))
    print("# %s" % json.dumps(tally))
    print("1..%d" % CONFIGURATIONS)
    return any(failed)


def main():
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    seed = sys.argv[2] if len(sys.argv) > 2 else str(time.time_ns())
    print("# %d requests, seed %s" % (total, seed))
    folder = tempfile.mkdtemp()
    os.chmod(folder, 0o755)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        bad = compare(folder, total, seed)
    finally:
        if os.path.exists(folder + "/pid"):
            with open(folder + "/pid") as pid:
                os.kill(int(pid.read()), signal.SIGTERM)
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(bad)


if __name__ == "__main__":
    main()
