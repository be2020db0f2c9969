# Why: each key of a record changes an answer, and a key that is misread
# opens or closes the gate for a user.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: a token in clear
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
[alert]
[error]
lowered



=== TEST 2: a digest in the token's place
--- tokens
{"token_sha256":"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb","app":"1","user":1,"access":"read-write-directmessages"}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
[alert]
[error]
lowered



=== TEST 3: a digest in upper case
--- tokens
{"token_sha256":"CA978112CA1BBDCAFAC231B39A23DC4DA786EFF8147C4E72B9807785AFEE48BB","app":"1","user":1,"access":"read-write-directmessages"}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
[alert]
[error]
lowered



=== TEST 4: a digest is not the token
--- tokens
{"token_sha256":"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb","app":"1","user":1,"access":"read-write-directmessages"}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb
--- error_code: 403
--- error_log
reason: unknown_token, action: read, app: ""
--- no_error_log
[alert]



=== TEST 5: the user as a number
--- tokens
{"token":"a","app":"1","user":9007199254740993,"access":"read-write-directmessages"}
--- gate
add_header X-User "$dm_permission_app/$dm_permission_user/$dm_permission_access" always;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- response_headers
X-User: 1/9007199254740993/read-write-directmessages



=== TEST 6: the user as a string of 64 bits
--- tokens
{"token":"a","app":"1","user":"18446744073709551615","access":"read-write-directmessages"}
--- gate
add_header X-User "$dm_permission_app/$dm_permission_user/$dm_permission_access" always;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- response_headers
X-User: 1/18446744073709551615/read-write-directmessages



=== TEST 7: no user: an app-only token
--- tokens
{"token":"a","app":"1","access":"read-write-directmessages"}
--- gate
add_header X-User "$dm_permission_app/$dm_permission_user/$dm_permission_access" always;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 403
--- error_log
reason: app_only, action: read, app: "1"
--- response_headers
X-User: 1//read-write-directmessages



=== TEST 8: an app that only tokens name
--- tokens
{"token":"a","app":"Jürgen","user":1,"access":"read"}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 403
--- error_log
reason: no_dm_access, action: read, app: "Jürgen"



=== TEST 9: an app of 64 bytes
--- tokens
{"token":"a","app":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx","user":1,"access":"read"}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 403
--- error_log
reason: no_dm_access, action: read, app: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"



=== TEST 10: a token before its app
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
{"app":"1","suspended":true}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 403
--- error_log
reason: app_suspended, action: read, app: "1"



=== TEST 11: an app suspended, then not: the later line counts
--- tokens
{"app":"1","suspended":true}
{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
{"app":"1"}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
[alert]
[error]
lowered



=== TEST 12: a later line for a token replaces the earlier one as a whole
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages","revoked":true,"expires":1}
{"token":"a","app":"2","user":7,"access":"read-write"}
--- gate
add_header X-User "$dm_permission_app/$dm_permission_user/$dm_permission_access" always;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 403
--- error_log
reason: no_dm_access, action: read, app: "2"
--- response_headers
X-User: 2/7/read-write



=== TEST 13: a later line with the digest, too
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
{"token_sha256":"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb","app":"1","user":1,"access":"read","revoked":true}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 401
--- error_log
reason: revoked_token, action: read, app: "1"



=== TEST 14: revoked: false is not revoked
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages","revoked":false}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
[alert]
[error]
lowered



=== TEST 15: expired
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages","expires":1300000000}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 401
--- error_log
reason: expired_token, action: read, app: "1"



=== TEST 16: expired at the epoch
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages","expires":0}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 401
--- error_log
reason: expired_token, action: read, app: "1"



=== TEST 17: not expired for a long time
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages","expires":99999999999}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
[alert]
[error]
lowered



=== TEST 18: revoked comes before expired
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages","revoked":true,"expires":1}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 401
--- error_log
reason: revoked_token, action: read, app: "1"



=== TEST 19: keys of the operator's own
--- tokens
{"table":{"revision":"1","x_by":"cron"},"x_0":null}
{"app":"1","x_owner":{"mail":["a","b"]}}
{"token":"a","app":"1","user":1,"access":"read-write-directmessages","x_":"","x_revoked":true}
{"end":{"records":2,"x_sum":"0"}}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
[alert]
[error]
lowered



=== TEST 20: white space and any order of keys
--- tokens
{ "user" : 1 ,  "app":"1", "access":"read-write-directmessages" , "token" : "a" }
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
[alert]
[error]
lowered



=== TEST 21: escaped characters
--- tokens
{"tok\u0065n":"\u0061","app":"1","user":1,"access":"read-write-directmessages"}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
[alert]
[error]
lowered



=== TEST 22: lines that end in CRLF
--- tokens eval
"{\"token\":\"a\",\"app\":\"1\",\"user\":1,\"access\":\"read-write-directmessages\"}\r\n"
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
[alert]
[error]
lowered



=== TEST 23: webhooks and a secret
--- tokens
{"app":"1","name":"","webhooks":["https://hooks.example.com/a","http://127.0.0.1:8080"],"secret":"s"}
{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
[alert]
[error]
lowered



=== TEST 24: a consumer key binds
--- tokens
{"app":"1","consumer_key":"ck"}
{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
--- request
GET /2/dm_events
--- more_headers
Authorization: OAuth oauth_consumer_key="c", oauth_token="a"
--- error_code: 401
--- error_log
reason: consumer_mismatch, action: read, app: "1"



=== TEST 25: no consumer key, no binding
--- tokens
{"app":"1"}
{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
--- request
GET /2/dm_events
--- more_headers
Authorization: OAuth oauth_consumer_key="c", oauth_token="a"
--- response_body chomp
origin
--- no_error_log
[alert]
[error]
lowered



=== TEST 26: the revision
--- tokens
{"table":{"revision":"é 1"}}
{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
--- gate
add_header X-Revision "$dm_permission_revision" always;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- response_headers
X-Revision: é 1



=== TEST 27: no revision
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
--- gate
add_header X-Revision "[$dm_permission_revision]" always;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- response_headers
X-Revision: []



=== TEST 28: an empty file is an empty table
--- tokens
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 403
--- error_log
reason: unknown_token, action: read, app: ""
