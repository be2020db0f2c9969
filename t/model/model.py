"""What the gate decides, read from its specification and nothing else.

Deliberately naive: lists, copies and whole passes, so that it shares no idea
with the module, and no mistake.
"""

import hashlib
import re

ORDER = ["none", "send", "read", "delete"]
LEVELS = {
    "read": set(),
    "read-write": {"write"},
    "read-write-directmessages": {"write", "dm.read", "dm.write"},
}
SCOPES = {"tweet.write": "write", "dm.read": "dm.read", "dm.write": "dm.write"}


def stricter(actions):
    return max(actions, key=ORDER.index, default="none")


# Which requests are guarded

GET = ["GET", "HEAD"]
V1 = [
    (GET, "direct_messages", "read"),
    (GET, "direct_messages/sent", "read"),
    (GET, "direct_messages/show", "read"),
    (GET, "direct_messages/show/:id", "read"),
    (["POST", "DELETE"], "direct_messages/destroy", "delete"),
    (["POST", "DELETE"], "direct_messages/destroy/:id", "delete"),
    (["POST"], "direct_messages/new", "send"),
]
V1_1 = V1 + [
    (GET, "direct_messages/events/list", "read"),
    (GET, "direct_messages/events/show", "read"),
    (GET, "direct_messages/welcome_messages/list", "read"),
    (GET, "direct_messages/welcome_messages/show", "read"),
    (GET, "direct_messages/welcome_messages/rules/list", "read"),
    (GET, "direct_messages/welcome_messages/rules/show", "read"),
    (["POST"], "direct_messages/mark_read", "read"),
    (["DELETE", "POST"], "direct_messages/events/destroy", "delete"),
    (["DELETE", "POST"], "direct_messages/welcome_messages/destroy", "delete"),
    (["DELETE", "POST"], "direct_messages/welcome_messages/rules/destroy",
     "delete"),
    (["POST", "PUT"], "direct_messages/events/new", "send"),
    (["POST", "PUT"], "direct_messages/indicate_typing", "send"),
    (["POST", "PUT"], "direct_messages/welcome_messages/new", "send"),
    (["POST", "PUT"], "direct_messages/welcome_messages/update", "send"),
    (["POST", "PUT"], "direct_messages/welcome_messages/rules/new", "send"),
    (GET, "ton/data/dm/*", "read"),
    (GET, "dm/*", "read"),
    (["POST"], "dm/new", "send"),
    (["POST"], "dm/new2", "send"),
]
V2 = [
    (GET, "dm_events", "read"),
    (GET, "dm_events/:id", "read"),
    (GET, "dm_conversations/with/:id/dm_events", "read"),
    (GET, "dm_conversations/:id/dm_events", "read"),
    (GET, "dm_conversations/media/*", "read"),
    (["DELETE"], "dm_events/:id", "delete"),
    (["POST"], "dm_conversations", "send"),
    (["POST"], "dm_conversations/with/:id/messages", "send"),
    (["POST"], "dm_conversations/:id/messages", "send"),
]
SETS = {
    "twitter_1": ([["1"], []], V1, ["direct_messages"]),
    "twitter_1.1": ([["1.1"]], V1_1,
                    ["direct_messages", "dm", "ton/data/dm"]),
    "twitter_2": ([["2"]], V2, ["dm_events", "dm_conversations"]),
}


def fits(pattern, path):
    pattern = pattern.split("/")
    if pattern[-1] == "*":
        if len(path) < len(pattern):
            return False
        path = path[:len(pattern) - 1]
        pattern = pattern[:-1]
    return len(pattern) == len(path) and all(
        want == have or (want.startswith(":") and have != "")
        for want, have in zip(pattern, path))


def without_format(segment):
    return re.sub(r"\.[a-z0-9]+\Z", "", segment)


def forms(path):
    """A row may end in a format."""
    yield path
    if path and without_format(path[-1]) != path[-1]:
        yield path[:-1] + [without_format(path[-1])]


def segments_of(path):
    path = path.lower()
    if path.endswith("/"):
        path = path[:-1]
    return path.split("/")[1:]


def action_of(path, method, sets, own):
    """path: text that begins with a slash."""
    segments = segments_of(path)
    found = []
    for action, methods, pattern in own:
        names = methods if methods == "*" else [
            name for one in methods.split(",")
            for name in (GET if one == "GET" else [one])]
        if names != "*" and method not in names:
            continue
        if pattern.startswith("~"):
            kind, _, regex = pattern.partition(" ")
            fitting = re.search(regex, path, re.IGNORECASE
                                if kind == "~*" else 0)
        else:
            fitting = fits(pattern.lower().strip("/"), segments)
        if fitting:
            found.append(action)
    for name in sets:
        prefixes, rows, trees = SETS[name]
        for prefix in prefixes:
            if segments[:len(prefix)] != prefix:
                continue
            rest = segments[len(prefix):]
            rows_found = [
                action for methods, pattern, action in rows
                if method in methods and any(
                    fits(pattern, form)
                    for form in (forms(rest) if name != "twitter_2"
                                 else [rest]))]
            inside = any(
                [without_format(s) if n == len(tree.split("/")) - 1 else s
                 for n, s in enumerate(rest[:len(tree.split("/"))])]
                == tree.split("/") for tree in trees)
            found += rows_found or (["read"] if inside else [])
    return stricter(found)


# Every meaning of a path

def decode(data):
    return re.sub(rb"%([0-9A-Fa-f]{2})",
                  lambda m: bytes([int(m.group(1), 16)]), data)


def bad_layer(data):
    if re.search(rb"%(?![0-9A-Fa-f]{2})", data):
        return True
    if re.search(rb"[\x00-\x1f\x7f#]", data):
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def canonical(data):
    """The path in canonical form, and whether it climbs above the root."""
    out, above = [], False
    for segment in data.replace(b"\\", b"/").split(b"/"):
        shown = segment.split(b";")[0].rstrip(b" \t")
        cut = shown.rstrip(b". \t")
        if b".." in (segment, shown, cut):
            above |= not out
            out = out[:-1]
        elif cut:
            out.append(cut)
    return "/" + b"/".join(out).decode("latin-1").lower(), above


def readings(target):
    """Of a raw target: its paths, and whether it can be decoded."""
    layers = [target.split(b"?")[0]]
    for _ in range(3):
        layers.append(decode(layers[-1]))
    last = layers[-1]
    unstable = decode(last) != last
    texts = [last] + ([last.split(b"?")[0]] if b"?" in last else [])
    found = [canonical(text) for text in texts]
    climbing = any(above for _, above in found)
    return ([path for path, _ in found], layers,
            any(map(bad_layer, layers)) or climbing or unstable, unstable)


def mentions(text, names):
    """Whether any reading of a text has one of the trees as a segment."""
    bad = r"[\x00-\x1f\x7f]|%(?![0-9a-f]{2})"
    texts = [re.sub(bad, left, text.lower()) for left in ("/", "")]
    words = [word for text in texts for word in re.split(r"[/\\?#]", text)]
    return any(without_format(word.split(";")[0].rstrip(" .")) in names
               for word in words)


# Where the token comes from

class Bad(Exception):
    pass


def unescape(text, plus):
    if plus:
        text = text.replace("+", " ")
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        raise Bad("escape")
    data = decode(text.encode("latin-1"))
    return data.decode("latin-1")


def printable(text):
    return re.fullmatch(r"[\x20-\x7e]*", text) is not None


class Place:
    """What one place holds: oauth parameters, or a bearer token."""

    def __init__(self):
        self.oauth = None
        self.bearer = None
        self.other = False

    def credentials(self):
        token = (self.oauth or {}).get("oauth_token")
        return [c for c in [token, self.bearer] if c]

    def take(self, name, value, named):
        """A parameter of OAuth, of whatever spelling."""
        if name.lower().startswith("oauth_") or name.lower() in named:
            if name != name.lower():
                raise Bad("case")
            if not printable(value):
                raise Bad("value")
            if name in named:
                if self.bearer is not None:
                    raise Bad("twice")
                if not re.fullmatch(r"[A-Za-z0-9._~+/-]*=*", value):
                    raise Bad("b64token")
                self.bearer = value
                return
            self.oauth = self.oauth if self.oauth is not None else {}
            if name in self.oauth:
                raise Bad("twice")
            if name == "oauth_version" and value != "1.0":
                raise Bad("version")
            self.oauth[name] = value


def from_header(value):
    place = Place()
    if value is None or not value.strip(" \t"):
        return place
    value = value.strip(" \t")
    scheme, _, rest = re.match(r"([^ \t]*)([ \t]*)(.*)", value).groups()
    if scheme.lower() == "bearer":
        if rest and not re.fullmatch(r"[A-Za-z0-9._~+/-]+=*", rest):
            raise Bad("b64token")
        place.bearer = rest or None
    elif scheme.lower() == "oauth":
        place.oauth = {}
        realm = 0
        while rest:
            pair = re.match(r'([^ \t=",]+)="([^"]*)"[ \t]*', rest)
            if not pair:
                raise Bad("pair")
            sent = pair.group(2)
            if re.search("[,=&]", sent) and "oauth_" in loose(sent):
                raise Bad("seen by some only")
            name = unescape(pair.group(1), False)
            value = unescape(pair.group(2), False)
            if not printable(value):
                raise Bad("value")
            if name.lower() == "realm":
                realm += 1
            if realm > 1:
                raise Bad("realm")
            place.take(name, value, [])
            rest = rest[pair.end():]
            if rest:
                comma = re.match(r",[ \t]*", rest)
                if not comma or comma.end() == len(rest):
                    raise Bad("comma")
                rest = rest[comma.end():]
    else:
        place.other = True
    return place


def loose(name):
    """A name as the loosest reader takes it."""
    text = decode(name.replace("+", " ").encode("latin-1")).decode("latin-1")
    return text.lstrip(" ").lower()


def claims(name):
    return re.match(r"oauth[_. \[]|access[_. \[]token(\Z|[\x00\[])",
                    loose(name))


def from_form(text):
    place = Place()
    for pair in text.split("&"):
        name, _, value = pair.partition("=")
        if any(claims(part.partition("=")[0]) for part in pair.split(";")[1:]):
            raise Bad("seen by some only")
        try:
            plain = unescape(name, True)
        except Bad:
            if claims(name):
                raise
            continue
        if plain.lower().startswith("oauth_") or (
                plain.lower() == "access_token"):
            place.take(plain, unescape(value, True), ["access_token"])
        elif claims(name):
            raise Bad("seen by some only")
    return place


def credential(header, query, body, sources):
    """(reason, token, consumer key, whether it is an OAuth request)."""
    places, bad = {}, []
    for name, read, text in (("header", from_header, header),
                             ("query", from_form, query),
                             ("body", from_form, body)):
        try:
            places[name] = read(text)
        except Bad:
            places[name] = Place()
            bad.append(name)
    if any(name in sources for name in bad) or (bad and any(
            place.credentials() for name, place in places.items()
            if name in sources)):
        return "bad_credentials", None, None, False
    if bad and any(place.oauth or place.other
                   for name, place in places.items() if name in sources):
        return None, None, None, False
    params = [n for n, p in places.items() if p.oauth]
    bearer = [n for n, p in places.items() if p.bearer]
    tokens = [(n, c) for n, p in places.items() for c in p.credentials()]
    named = [(n, c) for n, c in tokens if n in sources]
    if params and bearer and any(n in sources for n in params + bearer):
        return "ambiguous_credentials", None, None, False
    if places["header"].other and tokens and (named or "header" in sources):
        return "ambiguous_credentials", None, None, False
    if named and (len(tokens) > 1 or len(params) > 1):
        return "ambiguous_credentials", None, None, False
    if not named:
        if len(params) > 1 and any(n in sources for n in params) and tokens:
            return None, None, None, False
        return "no_credentials", None, None, False
    where, token = named[0]
    place = places[where]
    return ("found", token, (place.oauth or {}).get("oauth_consumer_key"),
            place.oauth is not None)


# The decision

ANSWERS = {
    "ambiguous_uri": (400, 215), "not_ready": (503, 130),
    "bad_credentials": (400, 215), "ambiguous_credentials": (400, 215),
    "no_credentials": (401, 32), "unknown_token": (403, 93),
    "revoked_token": (401, 89), "expired_token": (401, 89),
    "consumer_mismatch": (401, 89), "app_suspended": (403, 87),
    "app_only": (403, 220), "no_dm_access": (403, 93),
    "no_write_access": (403, 261),
}


def may(record, app):
    if "scopes" in record:
        words = record["scopes"]
        words = words.split(" ") if isinstance(words, str) else words
        can = {SCOPES[word] for word in words if word in SCOPES}
    else:
        can = set(LEVELS[record["access"]])
    if (record.get("issued_via", "authorize") != "authorize"
            and not app.get("first_party") and "dm.read" in can):
        can = can - {"dm.read"} if "scopes" in record else {"write"}
    return can


def judge(action, record, app, consumer, oauth, send, now):
    if record.get("revoked"):
        return "revoked_token"
    if "expires" in record and record["expires"] <= now:
        return "expired_token"
    if oauth and "consumer_key" in app and consumer != app["consumer_key"]:
        return "consumer_mismatch"
    if app.get("suspended"):
        return "app_suspended"
    if "user" not in record:
        return "app_only"
    can = may(record, app)
    full = {"dm.read", "dm.write"} <= can
    if action == "delete" and not full:
        return "no_dm_access"
    if action == "read" and "dm.read" not in can:
        return "no_dm_access"
    if action == "send" and send == "read-write-directmessages":
        return "passed" if full else "no_dm_access"
    if action == "send" and not can & {"write", "dm.write"}:
        return "no_write_access"
    return "passed"


def coded(request):
    """Whether there is a form, in characters that nobody is known to read."""
    return request["form"] and re.search("charset=(?!utf-8)", request["type"])


def behind(request):
    """The whole query, where somebody may end it at a "#"."""
    sent = request["sent"]
    return sent.partition("?")[2] if "#" in sent else ""


def classify(request, uri, conf):
    """The action, or ambiguous_uri; None where the text leaves it open."""
    if conf["action"] != "auto":
        return conf["action"]
    paths, layers, bad, unstable = readings(request["target"])
    trees = {tree.split("/")[-1] for name in conf["sets"]
             for tree in SETS[name][2]}
    names = [name.lower() for name, _ in request["headers"]]
    preflight = (request["method"] == "OPTIONS" and "origin" in names
                 and "access-control-request-method" in names)
    if bad and not trees:
        return None if conf["own"] else "none"
    if bad and preflight:
        return None
    if bad:
        texts = [layer.decode("latin-1") for layer in layers] + paths + [uri]
        if unstable or any(mentions(text, trees) for text in texts):
            return "ambiguous_uri"
        return None
    own = "NONE" if preflight and not request["form"] else request["method"]
    said = [value for name, value in request["headers"]
            if name.lower() in ("x-http-method-override", "x-http-method",
                                "x-method-override")]
    action = "none"
    for place in (request["query"] + "&" + behind(request),
                  "" if coded(request) else request["form"]):
        said += arguments(place)
        action = stricter(
            action_of(path, method.strip().upper(), conf["sets"], conf["own"])
            for path in [uri] + paths
            for method in [own] + [m for value in said
                                   for m in value.split(",")]
            if method != "NONE")
        if action == "none" and conf["stream"] == "off":
            break           # what is not guarded is not read
    return action


def arguments(text):
    """What a query or a form says that the method is."""
    found = []
    for pair in re.split("[&;]", text):
        name, _, value = pair.partition("=")
        if re.match(r"[_. \[]method(\Z|[\x00\[])", loose(name)):
            found.append(loose(value))
    return found


def decide(request, uri, conf, table, now):
    """(action, reason); None for what the text leaves open."""
    action = classify(request, uri, conf)
    if action is None:
        return None
    if action == "ambiguous_uri":
        return "read", action
    if action != "none":
        if "#" in request["sent"]:
            return "read", "ambiguous_uri"
        return decide_guarded(request, action, conf, table, now)
    names = [name.lower() for name, _ in request["headers"]]
    if conf["stream"] == "off":
        return action, "not_guarded"
    if request["method"] == "OPTIONS" and "origin" in names and (
            "access-control-request-method" in names) and not request["form"]:
        return action, "not_guarded"
    if "#" in request["sent"]:
        return "read", "ambiguous_uri"
    decided = decide_guarded(request, "read", conf, table, now)
    if decided and decided[1] in ("no_dm_access", "app_only"):
        return "read", "passed"
    return decided


def decide_guarded(request, action, conf, table, now):
    if coded(request):
        return action, "bad_credentials"
    header = [v for n, v in request["headers"] if n == "Authorization"]
    reason, token, consumer, oauth = credential(
        header[0] if header else None, request["query"], request["form"],
        conf["sources"])
    if reason is None:
        return None
    if reason != "found":
        return action, reason
    digest = hashlib.sha256(token.encode()).hexdigest()
    if digest not in table["tokens"]:
        return action, ("passed" if conf["unknown"] == "pass"
                        else "unknown_token")
    record = table["tokens"][digest]
    return action, judge(action, record, table["apps"].get(record["app"], {}),
                         consumer, oauth, conf["send"], now)
