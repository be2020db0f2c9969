# Why: a level or a set of scopes is a row of its own: what it may read,
# delete and send.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: access read
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request eval
["GET /2/dm_events", "DELETE /2/dm_events/1",
 "POST /1.1/direct_messages/new.json"]
--- more_headers
Authorization: Bearer a
--- error_code eval
[403, 403, 403]
--- response_headers eval
["X-Why: no_dm_access read", "X-Why: no_dm_access read", "X-Why: no_write_access read"]
--- no_error_log
[alert]



=== TEST 2: access read-write
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request eval
["GET /2/dm_events", "DELETE /2/dm_events/1",
 "POST /1.1/direct_messages/new.json"]
--- more_headers
Authorization: Bearer a
--- error_code eval
[403, 403, 200]
--- response_headers eval
["X-Why: no_dm_access read-write", "X-Why: no_dm_access read-write", "X-Why: passed read-write"]
--- no_error_log
[alert]



=== TEST 3: access read-write-directmessages
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request eval
["GET /2/dm_events", "DELETE /2/dm_events/1",
 "POST /1.1/direct_messages/new.json"]
--- more_headers
Authorization: Bearer a
--- error_code eval
[200, 200, 200]
--- response_headers eval
["X-Why: passed read-write-directmessages", "X-Why: passed read-write-directmessages", "X-Why: passed read-write-directmessages"]
--- no_error_log
[alert]



=== TEST 4: no scope
--- tokens
{"token":"a","app":"1","user":1,"scopes":""}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request eval
["GET /2/dm_events", "DELETE /2/dm_events/1",
 "POST /1.1/direct_messages/new.json"]
--- more_headers
Authorization: Bearer a
--- error_code eval
[403, 403, 403]
--- response_headers eval
["X-Why: no_dm_access read", "X-Why: no_dm_access read", "X-Why: no_write_access read"]
--- no_error_log
[alert]



=== TEST 5: no scope in an array
--- tokens
{"token":"a","app":"1","user":1,"scopes":[]}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request eval
["GET /2/dm_events", "DELETE /2/dm_events/1",
 "POST /1.1/direct_messages/new.json"]
--- more_headers
Authorization: Bearer a
--- error_code eval
[403, 403, 403]
--- response_headers eval
["X-Why: no_dm_access read", "X-Why: no_dm_access read", "X-Why: no_write_access read"]
--- no_error_log
[alert]



=== TEST 6: scopes of no concern
--- tokens
{"token":"a","app":"1","user":1,"scopes":"tweet.read users.read offline.access"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request eval
["GET /2/dm_events", "DELETE /2/dm_events/1",
 "POST /1.1/direct_messages/new.json"]
--- more_headers
Authorization: Bearer a
--- error_code eval
[403, 403, 403]
--- response_headers eval
["X-Why: no_dm_access read", "X-Why: no_dm_access read", "X-Why: no_write_access read"]
--- no_error_log
[alert]



=== TEST 7: dm.read and dm.write
--- tokens
{"token":"a","app":"1","user":1,"scopes":"dm.read dm.write"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request eval
["GET /2/dm_events", "DELETE /2/dm_events/1",
 "POST /1.1/direct_messages/new.json"]
--- more_headers
Authorization: Bearer a
--- error_code eval
[200, 200, 200]
--- response_headers eval
["X-Why: passed read-write-directmessages", "X-Why: passed read-write-directmessages", "X-Why: passed read-write-directmessages"]
--- no_error_log
[alert]



=== TEST 8: dm.write and dm.read in an array
--- tokens
{"token":"a","app":"1","user":1,"scopes":["users.read","dm.write","dm.read"]}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request eval
["GET /2/dm_events", "DELETE /2/dm_events/1",
 "POST /1.1/direct_messages/new.json"]
--- more_headers
Authorization: Bearer a
--- error_code eval
[200, 200, 200]
--- response_headers eval
["X-Why: passed read-write-directmessages", "X-Why: passed read-write-directmessages", "X-Why: passed read-write-directmessages"]
--- no_error_log
[alert]



=== TEST 9: dm.read alone
--- tokens
{"token":"a","app":"1","user":1,"scopes":"dm.read"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request eval
["GET /2/dm_events", "DELETE /2/dm_events/1",
 "POST /1.1/direct_messages/new.json"]
--- more_headers
Authorization: Bearer a
--- error_code eval
[200, 403, 403]
--- response_headers eval
["X-Why: passed read", "X-Why: no_dm_access read", "X-Why: no_write_access read"]
--- no_error_log
[alert]



=== TEST 10: dm.write alone
--- tokens
{"token":"a","app":"1","user":1,"scopes":"dm.write"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request eval
["GET /2/dm_events", "DELETE /2/dm_events/1",
 "POST /1.1/direct_messages/new.json"]
--- more_headers
Authorization: Bearer a
--- error_code eval
[403, 403, 200]
--- response_headers eval
["X-Why: no_dm_access read-write", "X-Why: no_dm_access read-write", "X-Why: passed read-write"]
--- no_error_log
[alert]



=== TEST 11: tweet.write alone
--- tokens
{"token":"a","app":"1","user":1,"scopes":"tweet.write"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request eval
["GET /2/dm_events", "DELETE /2/dm_events/1",
 "POST /1.1/direct_messages/new.json"]
--- more_headers
Authorization: Bearer a
--- error_code eval
[403, 403, 200]
--- response_headers eval
["X-Why: no_dm_access read-write", "X-Why: no_dm_access read-write", "X-Why: passed read-write"]
--- no_error_log
[alert]



=== TEST 12: dm.read and tweet.write
--- tokens
{"token":"a","app":"1","user":1,"scopes":"tweet.write dm.read"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request eval
["GET /2/dm_events", "DELETE /2/dm_events/1",
 "POST /1.1/direct_messages/new.json"]
--- more_headers
Authorization: Bearer a
--- error_code eval
[200, 403, 200]
--- response_headers eval
["X-Why: passed read-write", "X-Why: no_dm_access read-write", "X-Why: passed read-write"]
--- no_error_log
[alert]



=== TEST 13: a scope in another case is another scope
--- tokens
{"token":"a","app":"1","user":1,"scopes":"DM.read dm.Write"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request eval
["GET /2/dm_events", "DELETE /2/dm_events/1",
 "POST /1.1/direct_messages/new.json"]
--- more_headers
Authorization: Bearer a
--- error_code eval
[403, 403, 403]
--- response_headers eval
["X-Why: no_dm_access read", "X-Why: no_dm_access read", "X-Why: no_write_access read"]
--- no_error_log
[alert]



=== TEST 14: a scope that only begins so
--- tokens
{"token":"a","app":"1","user":1,"scopes":"dm.readonly dm.writer"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request eval
["GET /2/dm_events", "DELETE /2/dm_events/1",
 "POST /1.1/direct_messages/new.json"]
--- more_headers
Authorization: Bearer a
--- error_code eval
[403, 403, 403]
--- response_headers eval
["X-Why: no_dm_access read", "X-Why: no_dm_access read", "X-Why: no_write_access read"]
--- no_error_log
[alert]



=== TEST 15: the 2019 rule: dm.write alone
--- tokens
{"token":"a","app":"1","user":1,"scopes":"dm.write"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
dm_permission_send read-write-directmessages;
--- request eval
["GET /2/dm_events", "DELETE /2/dm_events/1",
 "POST /1.1/direct_messages/new.json"]
--- more_headers
Authorization: Bearer a
--- error_code eval
[403, 403, 403]
--- response_headers eval
["X-Why: no_dm_access read-write", "X-Why: no_dm_access read-write", "X-Why: no_dm_access read-write"]
--- no_error_log
[alert]



=== TEST 16: the 2019 rule: tweet.write
--- tokens
{"token":"a","app":"1","user":1,"scopes":"tweet.write"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
dm_permission_send read-write-directmessages;
--- request eval
["GET /2/dm_events", "DELETE /2/dm_events/1",
 "POST /1.1/direct_messages/new.json"]
--- more_headers
Authorization: Bearer a
--- error_code eval
[403, 403, 403]
--- response_headers eval
["X-Why: no_dm_access read-write", "X-Why: no_dm_access read-write", "X-Why: no_dm_access read-write"]
--- no_error_log
[alert]



=== TEST 17: the 2019 rule: dm.read alone
--- tokens
{"token":"a","app":"1","user":1,"scopes":"dm.read"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
dm_permission_send read-write-directmessages;
--- request eval
["GET /2/dm_events", "DELETE /2/dm_events/1",
 "POST /1.1/direct_messages/new.json"]
--- more_headers
Authorization: Bearer a
--- error_code eval
[200, 403, 403]
--- response_headers eval
["X-Why: passed read", "X-Why: no_dm_access read", "X-Why: no_dm_access read"]
--- no_error_log
[alert]



=== TEST 18: the 2019 rule: dm.read and dm.write
--- tokens
{"token":"a","app":"1","user":1,"scopes":"dm.read dm.write"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
dm_permission_send read-write-directmessages;
--- request eval
["GET /2/dm_events", "DELETE /2/dm_events/1",
 "POST /1.1/direct_messages/new.json"]
--- more_headers
Authorization: Bearer a
--- error_code eval
[200, 200, 200]
--- response_headers eval
["X-Why: passed read-write-directmessages", "X-Why: passed read-write-directmessages", "X-Why: passed read-write-directmessages"]
--- no_error_log
[alert]
