#!/usr/bin/env python3
"""Random configurations and requests: the gate in a running nginx against the
model, and against what the command explains.  compare.py [requests [seed]];
prints two TAP lines a configuration."""

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
PASSED = 201          # what comes with 200 is a stream, to be filtered

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
ODD_METHODS = ["TRACE", "get", "G-T", "CONNECT", "PROPFIND", "X_Y"]
REGEXES = ["~ ^/own/[0-9]+$", "~* /OWN/", "~ ^/api/(dm|x)"]
SOURCES = ["header", "query", "body"]


def some(choose, things):
    return choose.sample(things, choose.randint(1, len(things)))


# What there is to ask for

def configuration(choose):
    own = []
    for _ in range(choose.choice([0, 0, 1, 2])):
        own.append((choose.choice(["read", "delete", "send"]),
                    choose.choice(["*", "GET", "POST,PUT", "DELETE"]),
                    choose.choice(["/own", "/own/:id", "/own/*",
                                   "/conversations/:x/messages"] + REGEXES)))
    return {
        "sets": choose.choice([list(model.SETS), some(choose,
                                                      list(model.SETS)), []]),
        "own": own if len({o[1:] for o in own}) == len(own) else [],
        "action": choose.choice(["auto"] * 5 + ["read", "send", "none"]),
        "send": choose.choice(["read-write", "read-write-directmessages"]),
        "unknown": choose.choice(["deny", "pass"]),
        "sources": choose.choice([SOURCES, some(choose, SOURCES)]),
        "dry": choose.choice([False, False, True]),
        "from": choose.choice(["", "", "2011-07-14T00:00:00Z",
                               "2999-01-01T00:00:00Z"]),
        "stream": choose.choice(["off"] * 5 + ["user"]),
        "merge": choose.choice(["on", "on", "off"]),
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
            lambda: "%25" + path[at:],
            lambda: "%2509" + path[at:],
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
                         ("oauth_nonce", ["a%20b", "x", "%zz", "%e4",
                                          "x,oauth_token=y,z=",
                                          "a=b&c,d"]),
                         ("realm", ["", "r", "a&oauth%5ftoken&b", "/?a=b"]),
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
                                    "access_token[]=", "oauth_token[%=",
                                    "access_token%00%zz="]) + token)
    if choose.random() < 0.03:
        query.append(choose.choice(["#", "a#&_method=DELETE", "a=#b",
                                    "#?x&access_token=" + token]))
    if choose.random() < 0.1:
        headers += [("Origin", "https://a.example")]
        headers += [("Access-Control-Request-Method", "GET")][
            :choose.randint(0, 1)]
    if choose.random() < 0.02:
        method = choose.choice(ODD_METHODS)
    if choose.random() < 0.02:
        headers.append(("Authorization", "Bearer token-1"))
    if choose.random() < 0.03:
        headers.append((choose.choice(["X_HTTP_Method", "X HTTP-Method",
                                       "X-HTTP-Method@"]), "DELETE"))
    form_type = "application/x-www-form-urlencoded"
    if body and choose.random() < 0.2:
        form_type = choose.choice([form_type.upper(), form_type + "; a=b",
                                   form_type + ";charset=utf-8",
                                   form_type + ";charset=utf-16",
                                   form_type + "x", "text/plain"])
    host = ""
    if choose.random() < 0.06:
        host = choose.choice(["http://%s", "HTTP://%s:80", "a+b.1-x://%s",
                              "http://%s:", "http:/%s", "http://", "1x://%s",
                              "http://%s..", "%s"])
    return {"id": number, "method": method, "path": path(choose),
            "headers": headers, "query": "&".join(query), "form": body,
            "type": form_type, "host": host}


# A server to ask

def port(conf):
    """nginx merges slashes before it knows the server: all of a port alike."""
    return PORT if conf["merge"] == "on" else PORT + 1


def server(number, conf):
    lines = ["listen 127.0.0.1:%d;" % port(conf), "server_name c%d;" % number,
             "dm_permission zone=t;",
             "dm_permission_routes %s;" % (" ".join(conf["sets"]) or "none"),
             "dm_permission_send %s;" % conf["send"],
             "dm_permission_unknown_token %s;" % conf["unknown"],
             "dm_permission_credentials %s;" % " ".join(conf["sources"]),
             "dm_permission_action %s;" % conf["action"],
             "dm_permission_dry_run %s;" % ("on" if conf["dry"] else "off"),
             "dm_permission_stream %s;" % conf["stream"],
             "merge_slashes %s;" % conf["merge"],
             "location / { proxy_pass http://origin; }"]
    if conf["from"]:
        lines.append("dm_permission_enforce_from %s;" % conf["from"])
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
        '"action":"$dm_permission_action","dm":"$dm_permission_status",'
        '"token":"$dm_permission_token","app":"$dm_permission_app",'
        '"user":"$dm_permission_user","access":"$dm_permission_access"}';
    access_log %s/access.log m;
    client_body_temp_path %s/b; proxy_temp_path %s/p;
    fastcgi_temp_path %s/f; uwsgi_temp_path %s/u; scgi_temp_path %s/s;
    dm_permission_table %s/tokens.jsonl zone=t:1m;
    upstream origin { server unix:%s/origin.sock; }
    server { listen unix:%s/origin.sock; access_log off; merge_slashes off;
             dm_permission off; location / { return %d "origin"; } }
    %s
}
""" % ("user root;" if os.geteuid() == 0 else "", BUILD, *[folder] * 11, PASSED,
       "\n".join(server(n, c) for n, c in enumerate(configurations)))
    with open(folder + "/nginx.conf", "w") as out:
        out.write(text)
    subprocess.run([NGINX, "-p", folder, "-e", folder + "/error.log", "-c",
                    folder + "/nginx.conf"], check=True)


def target(number, asked):
    host = asked["host"]
    return ((host % ("c%d" % number) if "%s" in host else host)
            + asked["path"] + ("?" + asked["query"] if asked["query"] else ""))


def body_fields(asked):
    return [("Content-Type", asked["type"]),
            ("Content-Length", "%d" % len(asked["form"]))] if (
                asked["form"]) else []


def ask(number, conf, asked):
    lines = ["%s %s HTTP/1.1" % (asked["method"], target(number, asked)),
             "Host: c%d" % number, "X-Id: %d" % asked["id"],
             "Connection: close"]
    lines += ["%s: %s" % pair for pair in asked["headers"]]
    lines += ["%s: %s" % pair for pair in body_fields(asked)]
    text = "\r\n".join(lines) + "\r\n\r\n" + asked["form"]
    answer = b""
    with socket.create_connection(("127.0.0.1", port(conf)), 10) as s:
        s.sendall(text.encode("latin-1"))
        while True:
            piece = s.recv(65536)
            if not piece:
                return answer
            answer += piece


# The command, asked for all requests of a configuration at once

def explain(folder, number, conf, asked):
    options = ["--send", conf["send"], "--unknown-token", conf["unknown"],
               "--credentials", " ".join(conf["sources"]),
               "--routes", " ".join(conf["sets"]) or "none",
               "--action", conf["action"], "--stream", conf["stream"],
               "--dry-run", "on" if conf["dry"] else "off",
               "--merge-slashes", conf["merge"]]
    for route in conf["own"]:
        options += ["--route", "%s %s %s" % route]
    if conf["from"]:
        options += ["--enforce-from", conf["from"]]
    lines = [json.dumps({"id": one["id"], "method": one["method"],
                         "target": target(number, one), "body": one["form"],
                         "headers": one["headers"] + body_fields(one)})
             for one in asked]
    done = subprocess.run(
        [BUILD + "/dm-permission", "explain", "--json", "--batch", "-",
         *options, folder + "/tokens.jsonl"], check=True,
        input="\n".join(lines).encode(), stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL)
    return {one["id"]: one for one in map(json.loads,
                                          done.stdout.splitlines())}


def safe(data):
    """As the command shows what a client has sent."""
    out = ""
    while data:
        for size in range(1, 5):
            try:
                c = data[:size].decode("utf-8")
                break
            except UnicodeDecodeError:
                c = ""
        if not c or ord(c) < 32 or ord(c) == 127:
            c, size = "\\x%02x" % data[0], 1
        out, data = out + c, data[size:]
    return out


def by_nginx(entry):
    """Whether no module was asked; the path alone may say "not_guarded"."""
    return entry is None or not entry["reason"] or (
        entry["reason"] == "not_guarded" and int(entry["status"]) != PASSED)


def explained(told, answer, entry):
    """Of both, what they have to agree on."""
    status = int(answer.split(b" ", 2)[1])
    if by_nginx(entry):
        return (told["by"], told["status"] if told["by"] == "nginx" else None
                ), ("nginx", status)
    have = seen(entry, answer)
    form = "xml" if b"<errors>" in answer else "json"
    want = [told.get("action"), told.get("reason"), told.get("decision"),
            told.get("status", PASSED), told.get("code"), told.get("uri"),
            told.get("format")]
    have = list(have) + [safe(entry["uri"].encode("latin-1")), form]
    if told["method"] == "HEAD":
        have[4], have[6] = want[4], want[6]
    if want[3] == PASSED:
        have[6] = want[6]
    for name in ("token", "app", "user", "access"):
        if "place" in told and told.get("found", True):
            want.append(told.get(name, ""))
            have.append(entry[name])
    return want, have


def expected(decision, conf):
    action, reason = decision
    if reason == "not_guarded":
        return action, reason, "", PASSED, None
    if reason == "passed":
        return action, reason, "PASSED", PASSED, None
    if conf["dry"] or conf["from"] > "2026":
        return action, reason, "REJECTED_DRY_RUN", PASSED, None
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
        asked[n] = one
        answers[n] = ask(one["conf"], configurations[one["conf"]], one)
    with open(folder + "/access.log", encoding="latin-1") as log:
        entries = {int(entry["id"]): entry for entry in map(json.loads, log)
                   if entry["id"]}
    told = {}
    for n, conf in enumerate(configurations):
        told.update(explain(folder, n, conf, [
            one for one in asked.values() if one["conf"] == n]))
    failed = [[0] * CONFIGURATIONS, [0] * CONFIGURATIONS]
    shown, tally = 0, {}

    def otherwise(one, whose, want, have):
        nonlocal shown
        failed[whose == "model"][one["conf"]] += 1
        shown += 1
        if shown <= SHOWN:
            print("# %s\n# nginx: %s\n# %s: %s\n# %s" % (
                {k: one[k] for k in ("method", "host", "path", "headers",
                                     "query", "form", "type")},
                have, whose, want, configurations[one["conf"]]))

    for n, one in asked.items():
        entry, conf = entries.get(n), configurations[one["conf"]]
        want, have = explained(told[n], answers[n], entry)
        if want != have:
            otherwise(one, "explain", want, have)
        if by_nginx(entry):
            tally["nginx itself"] = tally.get("nginx itself", 0) + 1
            continue
        one["target"] = one["path"].encode("latin-1")
        one["sent"] = one["path"] + "?" + one["query"]
        one["query"] = entry["args"]
        if "application/x-www-form-urlencoded" not in one["type"].lower():
            one["form"] = ""
        decision = model.decide(one, entry["uri"], conf, known, now)
        if decision is None:
            tally["left open"] = tally.get("left open", 0) + 1
            continue
        tally[decision[1]] = tally.get(decision[1], 0) + 1
        want, have = expected(decision, conf), seen(entry, answers[n])
        if one["method"] == "HEAD":
            want = want[:4] + (None,)
        if want != have:
            otherwise(one, "model", want, have)
    for k, whose in enumerate(["explain", "model"]):
        for n, count in enumerate(failed[k]):
            print("%s %d - configuration %d, %s: %d requests decided otherwise"
                  % ("not ok" if count else "ok", k * CONFIGURATIONS + n + 1,
                     n, whose, count))
    print("# %s" % json.dumps(tally))
    print("1..%d" % (2 * CONFIGURATIONS))
    return any(map(any, failed))


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
