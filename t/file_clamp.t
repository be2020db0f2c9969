# Why: only the authorize flow can grant direct messages; what an export says
# beyond that is not believed, but for a first-party app.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: access from authenticate
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages","issued_via":"authenticate"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 403
--- response_headers
X-Why: no_dm_access read-write
--- grep_error_log eval
qr/line \d+ of "[^"]*": .* lowered: .*/
--- grep_error_log_out eval
["line 1 of \"" . DmSuite::file() . "\": 1 token lowered: direct messages are granted by the authorize flow only, the first is in this line\n",
 "", "", ""]



=== TEST 2: scopes from authenticate
--- tokens
{"token":"a","app":"1","user":1,"scopes":"dm.read dm.write","issued_via":"authenticate"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 403
--- response_headers
X-Why: no_dm_access read-write
--- grep_error_log eval
qr/line \d+ of "[^"]*": .* lowered: .*/
--- grep_error_log_out eval
["line 1 of \"" . DmSuite::file() . "\": 1 token lowered: direct messages are granted by the authorize flow only, the first is in this line\n",
 "", "", ""]



=== TEST 3: access from xauth
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages","issued_via":"xauth"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 403
--- response_headers
X-Why: no_dm_access read-write
--- grep_error_log eval
qr/line \d+ of "[^"]*": .* lowered: .*/
--- grep_error_log_out eval
["line 1 of \"" . DmSuite::file() . "\": 1 token lowered: direct messages are granted by the authorize flow only, the first is in this line\n",
 "", "", ""]



=== TEST 4: scopes from xauth
--- tokens
{"token":"a","app":"1","user":1,"scopes":"dm.read dm.write","issued_via":"xauth"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 403
--- response_headers
X-Why: no_dm_access read-write
--- grep_error_log eval
qr/line \d+ of "[^"]*": .* lowered: .*/
--- grep_error_log_out eval
["line 1 of \"" . DmSuite::file() . "\": 1 token lowered: direct messages are granted by the authorize flow only, the first is in this line\n",
 "", "", ""]



=== TEST 5: access from client_credentials
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages","issued_via":"client_credentials"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 403
--- response_headers
X-Why: no_dm_access read-write
--- grep_error_log eval
qr/line \d+ of "[^"]*": .* lowered: .*/
--- grep_error_log_out eval
["line 1 of \"" . DmSuite::file() . "\": 1 token lowered: direct messages are granted by the authorize flow only, the first is in this line\n",
 "", "", ""]



=== TEST 6: scopes from client_credentials
--- tokens
{"token":"a","app":"1","user":1,"scopes":"dm.read dm.write","issued_via":"client_credentials"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 403
--- response_headers
X-Why: no_dm_access read-write
--- grep_error_log eval
qr/line \d+ of "[^"]*": .* lowered: .*/
--- grep_error_log_out eval
["line 1 of \"" . DmSuite::file() . "\": 1 token lowered: direct messages are granted by the authorize flow only, the first is in this line\n",
 "", "", ""]



=== TEST 7: dm.read alone from xauth
--- tokens
{"token":"a","app":"1","user":1,"scopes":"dm.read","issued_via":"xauth"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 403
--- response_headers
X-Why: no_dm_access read
--- grep_error_log eval
qr/line \d+ of "[^"]*": .* lowered: .*/
--- grep_error_log_out eval
["line 1 of \"" . DmSuite::file() . "\": 1 token lowered: direct messages are granted by the authorize flow only, the first is in this line\n",
 "", "", ""]



=== TEST 8: authorize is what grants it
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages","issued_via":"authorize"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 200
--- response_headers
X-Why: passed read-write-directmessages
--- grep_error_log eval
qr/line \d+ of "[^"]*": .* lowered: .*/
--- grep_error_log_out eval
""



=== TEST 9: a level below is not lowered
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write","issued_via":"xauth"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 403
--- response_headers
X-Why: no_dm_access read-write
--- grep_error_log eval
qr/line \d+ of "[^"]*": .* lowered: .*/
--- grep_error_log_out eval
""



=== TEST 10: the first of them is named
--- tokens
{"token":"z","app":"1","user":1,"access":"read"}
{"token":"a","app":"1","user":1,"access":"read-write-directmessages","issued_via":"xauth"}
{"token":"b","app":"1","user":1,"access":"read-write-directmessages","issued_via":"xauth"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 403
--- response_headers
X-Why: no_dm_access read-write
--- grep_error_log eval
qr/line \d+ of "[^"]*": .* lowered: .*/
--- grep_error_log_out eval
["line 2 of \"" . DmSuite::file() . "\": 2 tokens lowered: direct messages are granted by the authorize flow only, the first is in this line\n",
 "", "", ""]



=== TEST 11: first party, its record before
--- tokens
{"app":"1","first_party":true}
{"token":"a","app":"1","user":1,"access":"read-write-directmessages","issued_via":"xauth"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 200
--- response_headers
X-Why: passed read-write-directmessages
--- grep_error_log eval
qr/line \d+ of "[^"]*": .* lowered: .*/
--- grep_error_log_out eval
""



=== TEST 12: first party, its record after
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages","issued_via":"xauth"}
{"app":"1","first_party":true}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 200
--- response_headers
X-Why: passed read-write-directmessages
--- grep_error_log eval
qr/line \d+ of "[^"]*": .* lowered: .*/
--- grep_error_log_out eval
""



=== TEST 13: another app's record does not help
--- tokens
{"app":"2","first_party":true}
{"token":"a","app":"1","user":1,"access":"read-write-directmessages","issued_via":"xauth"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 403
--- response_headers
X-Why: no_dm_access read-write
--- grep_error_log eval
qr/line \d+ of "[^"]*": .* lowered: .*/
--- grep_error_log_out eval
["line 2 of \"" . DmSuite::file() . "\": 1 token lowered: direct messages are granted by the authorize flow only, the first is in this line\n",
 "", "", ""]



=== TEST 14: first party no more: the later line counts
--- tokens
{"app":"1","first_party":true}
{"token":"a","app":"1","user":1,"access":"read-write-directmessages","issued_via":"xauth"}
{"app":"1"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 403
--- response_headers
X-Why: no_dm_access read-write
--- grep_error_log eval
qr/line \d+ of "[^"]*": .* lowered: .*/
--- grep_error_log_out eval
["line 2 of \"" . DmSuite::file() . "\": 1 token lowered: direct messages are granted by the authorize flow only, the first is in this line\n",
 "", "", ""]



=== TEST 15: first party by a line of the journal
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages","issued_via":"xauth"}
{"end":{"records":1}}
{"app":"1","first_party":true}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 200
--- response_headers
X-Why: passed read-write-directmessages
--- grep_error_log eval
qr/line \d+ of "[^"]*": .* lowered: .*/
--- grep_error_log_out eval
""



=== TEST 16: a token of the journal
--- tokens
{"end":{"records":0}}
{"token":"a","app":"1","user":1,"access":"read-write-directmessages","issued_via":"xauth"}
--- gate
add_header X-Why "$dm_permission_reason $dm_permission_access" always;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 403
--- response_headers
X-Why: no_dm_access read-write
--- grep_error_log eval
qr/line \d+ of "[^"]*": .* lowered: .*/
--- grep_error_log_out eval
["line 2 of \"" . DmSuite::file() . "\": 1 token lowered: direct messages are granted by the authorize flow only, the first is in this line\n",
 "", "", ""]
