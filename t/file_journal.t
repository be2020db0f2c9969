# Why: a broken append must not stop the ones behind it, and must not
# change anything itself.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: a line after the end replaces the token
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"end":{"records":1}}
{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- grep_error_log eval
qr/line \d+ of "[^"]*" skipped: .*/
--- grep_error_log_out eval
""



=== TEST 2: a bad line is skipped, the next one counts
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"end":{"records":1}}
{"token":"a","app":"1","user":1,"acess":"read"}
{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- grep_error_log eval
qr/line \d+ of "[^"]*" skipped: .*/
--- grep_error_log_out eval
["line 3 of \"" . DmSuite::file() . "\" skipped: key \"acess\" is unknown\n", "", "", ""]



=== TEST 3: a bad line changes nothing
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"end":{"records":1}}
{"token":"a","app":"1","user":1,"access":"read-write-directmessages","revokd":false}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 403
--- grep_error_log eval
qr/line \d+ of "[^"]*" skipped: .*/
--- grep_error_log_out eval
["line 3 of \"" . DmSuite::file() . "\" skipped: key \"revokd\" is unknown\n", "", "", ""]



=== TEST 4: an end in the journal is a bad line
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"end":{"records":1}}
{"end":{"records":1}}
{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- grep_error_log eval
qr/line \d+ of "[^"]*" skipped: .*/
--- grep_error_log_out eval
["line 3 of \"" . DmSuite::file() . "\" skipped: an end record in the journal\n", "", "", ""]



=== TEST 5: an empty line is a bad line
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"end":{"records":1}}

{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- grep_error_log eval
qr/line \d+ of "[^"]*" skipped: .*/
--- grep_error_log_out eval
["line 3 of \"" . DmSuite::file() . "\" skipped: empty line\n", "", "", ""]



=== TEST 6: several bad lines, each with its number
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"end":{"records":1}}
x
{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
{}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- grep_error_log eval
qr/line \d+ of "[^"]*" skipped: .*/
--- grep_error_log_out eval
["line 3 of \"" . DmSuite::file() . "\" skipped: not a json object\nline 5 of \"" . DmSuite::file() . "\" skipped: none of \"table\", \"app\", \"token\", \"token_sha256\", \"end\"\n", "", "", ""]



=== TEST 7: a table record gives a new revision
--- tokens
{"table":{"revision":"1"}}
{"token":"a","app":"1","user":1,"access":"read"}
{"end":{"records":1}}
{"table":{"revision":"2"}}
--- gate
add_header X-Revision "$dm_permission_revision" always;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 403
--- response_headers
X-Revision: 2
--- grep_error_log eval
qr/line \d+ of "[^"]*" skipped: .*/
--- grep_error_log_out eval
""



=== TEST 8: an app is suspended
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
{"end":{"records":1}}
{"app":"1","suspended":true}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 403
--- response_headers
Cache-Control: no-store
--- grep_error_log eval
qr/line \d+ of "[^"]*" skipped: .*/
--- grep_error_log_out eval
""



=== TEST 9: a new token
--- tokens
{"end":{"records":0}}
{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- grep_error_log eval
qr/line \d+ of "[^"]*" skipped: .*/
--- grep_error_log_out eval
""



=== TEST 10: a line over 64 KiB is skipped, the next one counts
--- tokens eval
'{"end":{"records":0}}' . "\n" . '{"token":"a","app":"1","user":1,"access":"read","x_note":"' . 'x' x 70000 . '"}' . "\n"
. '{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}' . "\n"
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- grep_error_log eval
qr/line \d+ of "[^"]*" skipped: .*/
--- grep_error_log_out eval
["line 2 of \"" . DmSuite::file() . "\" skipped: the line is longer than 64 KiB\n", ""]



=== TEST 11: a last line without its newline is not read
--- tokens eval
'{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}' . "\n" . '{"end":{"records":1}}' . "\n"
. '{"token":"a","app":"1","user":1,"access":"read","revoked":true}'
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
skipped



=== TEST 12: and is read when the newline comes
--- tokens eval
'{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}' . "\n" . '{"end":{"records":1}}' . "\n"
. '{"token":"a","app":"1","user":1,"access":"read","revoked":true}'
--- init
DmSuite::put("\n", '>>');
DmSuite::wait_answer('a', 401);
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 401
--- error_log
reason: revoked_token
--- no_error_log
skipped
