# Why: a typo in a snapshot must not pass, and whoever made it must be told
# the line and the reason.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: empty line
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}

{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": empty line in line 2



=== TEST 2: not JSON at all
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
token b
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": not a json object in line 2



=== TEST 3: JSON but no object
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
["token"]
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": not a json object in line 2



=== TEST 4: a byte order mark
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
﻿{"token":"b","app":"1","user":1,"access":"read"}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": byte order mark in line 2



=== TEST 5: cut off
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"b","app":"1","user":1,"access":"read"
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": json ends too early, at byte 47 in line 2



=== TEST 6: garbage behind the object
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"b","app":"1","user":1,"access":"read"} x
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": garbage after the object, at byte 50 in line 2



=== TEST 7: a misspelt key
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"b","app":"1","user":1,"acess":"read"}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": key "acess" is unknown in line 2



=== TEST 8: a key in another case
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"b","app":"1","user":1,"access":"read","Revoked":true}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": key "Revoked" is unknown in line 2



=== TEST 9: a duplicate key
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"b","app":"1","user":1,"access":"read","access":"read-write"}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": duplicate key, at byte
 in line 2



=== TEST 10: nothing that says what it is
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"name":"x"}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": none of "table", "app", "token", "token_sha256", "end" in line 2



=== TEST 11: an app's key in a token record
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"b","app":"1","user":1,"access":"read","suspended":true}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": key "suspended" does not belong in a token record in line 2



=== TEST 12: a token's key in an app record
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"app":"1","revoked":true}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": key "revoked" does not belong in an app record in line 2



=== TEST 13: token and digest
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"b","app":"1","user":1,"access":"read","token_sha256":"0000000000000000000000000000000000000000000000000000000000000000"}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": both "token" and "token_sha256" in line 2



=== TEST 14: a token without an app
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"b","user":1,"access":"read"}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": a token without "app" in line 2



=== TEST 15: a token without a level
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"b","app":"1","user":1}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": a token without "access" or "scopes" in line 2



=== TEST 16: access and scopes
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"b","app":"1","user":1,"access":"read","scopes":"dm.read"}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": both "access" and "scopes" in line 2



=== TEST 17: an unknown level
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"b","app":"1","user":1,"access":"raed"}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "access" is not read, read-write or read-write-directmessages in line 2



=== TEST 18: a level in another case
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"b","app":"1","user":1,"access":"Read"}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "access" is not read, read-write or read-write-directmessages in line 2



=== TEST 19: an unknown flow
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"b","app":"1","user":1,"access":"read","issued_via":"magic"}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "issued_via" is not authorize, authenticate, xauth or client_credentials in line 2



=== TEST 20: a short digest
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token_sha256":"abc","app":"1","user":1,"access":"read"}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "token_sha256" is not 64 hex digits in line 2



=== TEST 21: an empty token
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"","app":"1","user":1,"access":"read"}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "token" is empty in line 2



=== TEST 22: a token that is a number
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":7,"app":"1","user":1,"access":"read"}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "token" is not a string in line 2



=== TEST 23: a user that is no number
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"b","app":"1","user":"me","access":"read"}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "user" is not an unsigned 64-bit number in line 2



=== TEST 24: a negative user
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"b","app":"1","user":-1,"access":"read"}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "user" is not an unsigned 64-bit number in line 2



=== TEST 25: a user over 64 bits
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"b","app":"1","user":"18446744073709551616","access":"read"}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "user" is not an unsigned 64-bit number in line 2



=== TEST 26: revoked as a string
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"b","app":"1","user":1,"access":"read","revoked":"true"}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "revoked" is not true or false in line 2



=== TEST 27: revoked as a number
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"b","app":"1","user":1,"access":"read","revoked":1}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "revoked" is not true or false in line 2



=== TEST 28: expires as a string
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"b","app":"1","user":1,"access":"read","expires":"1"}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "expires" is not a non-negative integer in line 2



=== TEST 29: expires with a fraction
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"b","app":"1","user":1,"access":"read","expires":1.5}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "expires" is not a non-negative integer in line 2



=== TEST 30: a scope that is not a string
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"b","app":"1","user":1,"scopes":[1]}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "scopes" has an item that is not a string in line 2



=== TEST 31: scopes as an object
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"b","app":"1","user":1,"scopes":{}}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "scopes" is not a string or an array in line 2



=== TEST 32: an empty app
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"app":""}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "app" is empty in line 2



=== TEST 33: an app of 65 bytes
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"app":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "app" is longer than 64 bytes in line 2



=== TEST 34: an app that is a number
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"app":1}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "app" is not a string in line 2



=== TEST 35: first_party as a string
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"app":"1","first_party":"no"}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "first_party" is not true or false in line 2



=== TEST 36: suspended null
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"app":"1","suspended":null}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "suspended" is not true or false in line 2



=== TEST 37: a webhook that is no URL
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"app":"1","webhooks":["hooks.example.com"]}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "webhooks" item 1 is not an http or https url of at most 2048 bytes in line 2



=== TEST 38: webhooks as a string
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"app":"1","webhooks":"https://hooks.example.com"}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "webhooks" is not an array in line 2



=== TEST 39: an empty secret
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"app":"1","secret":""}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "secret" is not a non-empty string in line 2



=== TEST 40: a table record that is not first
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"table":{"revision":"x"}}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": a table record can only be the first line in line 2



=== TEST 41: an end without its count
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"end":{}}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "end" has no "records" in line 2



=== TEST 42: a count that does not match
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"end":{"records":2}}
{"token":"c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": the end says 2 records, there are 1 in line 2



=== TEST 43: a line over 64 KiB
--- tokens eval
'{"token":"a","app":"1","user":1,"access":"read","x_note":"' . 'x' x 65536 . '"}' . "\n"
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": the line is longer than 64 KiB in line 1



=== TEST 44: the last line, without its newline
--- tokens eval
'{"token":"a","app":"1","user":1,"access":"read"}' . "\n{"
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": json ends too early, at byte 1 in line 2



=== TEST 45: a revision that is missing
--- tokens
{"table":{}}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "table" has no "revision" in line 1



=== TEST 46: a revision of 128 bytes
--- tokens eval
'{"table":{"revision":"' . 'r' x 128 . '"}}' . "\n"
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "revision" is longer than 127 bytes in line 1



=== TEST 47: the error names no value of a token
--- tokens
{"token":"verysecret","app":"1","user":1,"access":"verysecret"}
--- must_die
--- error_log
[emerg]
"dm_permission_table" refused "
tokens.jsonl": "access" is not read, read-write or read-write-directmessages in line 1
--- no_error_log
verysecret
