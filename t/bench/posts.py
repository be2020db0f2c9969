#!/usr/bin/env python3
"""posts.py COUNT SEED ALL PASSED: messages of a user stream as the API writes
them, posts of 2 to 5 KB and one direct message in a hundred, the same for the
same numbers; and those of them that are no direct messages."""

import json
import random
import sys

count, seed, path_all, path_passed = sys.argv[1:]
rng = random.Random(int(seed))

WORDS = ('the of and to in is that was for on are with as they at be this '
         'from have or by one had not but what all were when we there can an '
         'your which their said if do will each about how up out them then '
         'she many some so these would other into has more her two like him '
         'see time could no make than first been its who now people my made '
         'caf\u00e9 \u00fcber ma\u00f1ana d\u00e9j\u00e0 \u6771\u4eac '
         '\u043f\u0440\u0438\u0432\u0435\u0442 \U0001f600 "quoted" #tag').split()
DAYS = ('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')
CLIENTS = ('web', 'Tweet Button', 'Echofon', 'TweetDeck')


def words(low, high):
    return ' '.join(rng.choice(WORDS) for _ in range(rng.randint(low, high)))


def number():
    return rng.randrange(10 ** 8, 10 ** 17)


def date():
    return '%s Jun %02d %02d:%02d:%02d +0000 2011' % (
        rng.choice(DAYS), rng.randint(1, 30), rng.randint(0, 23),
        rng.randint(0, 59), rng.randint(0, 59))


def color():
    return '%06X' % rng.randrange(1 << 24)


def flag():
    return rng.random() < 0.3


def user():
    n = number() % 10 ** 9
    name = 'user_%d' % (n % 100000)
    image = 'http://a%d.example.com/profile_images/%d/' % (n % 4, number())

    return {
        'id': n, 'id_str': str(n), 'name': words(1, 3), 'screen_name': name,
        'location': words(0, 3), 'description': words(3, 20),
        'url': 'http://www.example.com/' + name if flag() else None,
        'protected': flag(), 'followers_count': rng.randrange(100000),
        'friends_count': rng.randrange(2000), 'listed_count': n % 99,
        'created_at': date(), 'favourites_count': rng.randrange(9999),
        'utc_offset': -28800 if flag() else None,
        'time_zone': 'Pacific Time (US & Canada)' if flag() else None,
        'geo_enabled': flag(), 'verified': flag(), 'lang': 'en',
        'statuses_count': rng.randrange(50000),
        'contributors_enabled': False, 'is_translator': False,
        'profile_background_color': color(),
        'profile_background_image_url': image + 'background.png',
        'profile_background_tile': flag(),
        'profile_image_url': image + 'normal.jpg',
        'profile_link_color': color(), 'profile_text_color': color(),
        'profile_sidebar_border_color': color(),
        'profile_sidebar_fill_color': color(),
        'profile_use_background_image': True, 'show_all_inline_media': flag(),
        'default_profile': flag(), 'default_profile_image': False,
        'following': None, 'follow_request_sent': None,
        'notifications': None,
    }


def span(text):
    at = rng.randrange(len(text))

    return [at, at + rng.randint(1, 20)]


def entities(text):
    return {
        'hashtags': [{'text': rng.choice(WORDS), 'indices': span(text)}
                     for _ in range(rng.randint(0, 3))],
        'urls': [{'url': 'http://t.example.com/%x' % number(),
                  'expanded_url': 'http://www.example.org/%x?a=b' % number(),
                  'display_url': 'example.org/%x' % number(),
                  'indices': span(text)} for _ in range(rng.randint(0, 2))],
        'user_mentions': [{'id': number(), 'id_str': str(number()),
                           'screen_name': 'user_%d' % (number() % 9999),
                           'name': words(1, 2), 'indices': span(text)}
                          for _ in range(rng.randint(0, 3))],
    }


def place():
    x, y = rng.uniform(-122, -70), rng.uniform(30, 45)

    return {
        'id': '%016x' % number(), 'place_type': 'city', 'name': words(1, 2),
        'full_name': words(2, 4), 'country_code': 'US',
        'url': 'http://api.example.com/1/geo/id/%x.json' % number(),
        'country': 'United States', 'attributes': {},
        'bounding_box': {'type': 'Polygon', 'coordinates': [
            [[round(x + i, 6), round(y + j, 6)]
             for i, j in ((0, 0), (1, 0), (1, 1), (0, 1))]]},
    }


def post(inner=False):
    n = number()
    text = words(8, 24)
    message = {
        'created_at': date(), 'id': n, 'id_str': str(n), 'text': text,
        'source': '<a href="http://example.com/%d" rel="nofollow">%s</a>'
                  % (n % 99, rng.choice(CLIENTS)),
        'truncated': False, 'in_reply_to_status_id': None,
        'in_reply_to_status_id_str': None, 'in_reply_to_user_id': None,
        'in_reply_to_user_id_str': None, 'in_reply_to_screen_name': None,
        'user': user(), 'geo': None, 'coordinates': None,
        'place': place() if flag() else None, 'contributors': None,
        'retweet_count': rng.randrange(1000), 'entities': entities(text),
        'favorited': False, 'retweeted': False, 'possibly_sensitive': flag(),
    }

    if not inner and flag():
        message['retweeted_status'] = post(True)

    return message


def direct():
    n, to, by = number(), user(), user()

    return {'direct_message': {
        'id': n, 'id_str': str(n), 'text': words(8, 24), 'created_at': date(),
        'sender': by, 'sender_id': by['id'],
        'sender_screen_name': by['screen_name'], 'recipient': to,
        'recipient_id': to['id'], 'recipient_screen_name': to['screen_name'],
        'entities': {'hashtags': [], 'urls': [], 'user_mentions': []}}}


def written(message):
    text = json.dumps(message, separators=(',', ':')).replace('/', '\\/')

    return text.encode() + b'\r\n'


def fitting(message):
    while True:
        text = written(message())
        if 2000 <= len(text) <= 5000:
            return text


with open(path_all, 'wb') as everything, open(path_passed, 'wb') as passed:
    for i in range(int(count)):
        if i % 100 == 50:
            everything.write(fitting(direct))
            continue

        text = fitting(post)
        everything.write(text)
        passed.write(text)
