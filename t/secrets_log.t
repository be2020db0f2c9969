# Why: a token in a log is a token for whoever reads logs. nginx itself prints
# the request line, and at debug the header as it came: the tokens here are
# percent-encoded on their way in, so that only the module knows them in clear.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(tokens => $DmSuite::Tokens =~ s/"t-/"secret-/gr
                                =~ s/"ck"/"public-key"/r)
        unless defined $block->tokens;
    $block->set_value(gate => <<'CONF') unless defined $block->gate;
add_header X-All "$dm_permission_status $dm_permission_reason
$dm_permission_action $dm_permission_access $dm_permission_app
$dm_permission_user $dm_permission_token $dm_permission_revision" always;
CONF
    $block->set_value(gate => $block->gate =~ s/\n(?=\$)/ /gr);
    $block->set_value(log_level => 'debug') unless defined $block->log_level;
    $block->set_value(no_error_log => "secret-\nGmHxMAgYyLbNEtIKZeRN\n");
    $block->set_value(response_body_unlike => 'secret')
        unless defined $block->must_die;
    $block->set_value(raw_response_headers_unlike => 'secret')
        unless defined $block->must_die;
});

log_level('debug');
run_tests();

__DATA__

=== TEST 1: passed
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: OAuth oauth_consumer_key="public-key", oauth_token="secret%2Ddm", oauth_signature="secret%2Dsignature"
--- error_code: 200



=== TEST 2: no_dm_access
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: OAuth oauth_consumer_key="public-key", oauth_token="secret%2Dr", oauth_signature="secret%2Dsignature"
--- error_code: 403
--- error_log
reason: no_dm_access



=== TEST 3: revoked_token
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: OAuth oauth_consumer_key="public-key", oauth_token="secret%2Drev", oauth_signature="secret%2Dsignature"
--- error_code: 401
--- error_log
reason: revoked_token



=== TEST 4: expired_token
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: OAuth oauth_consumer_key="public-key", oauth_token="secret%2Dexp", oauth_signature="secret%2Dsignature"
--- error_code: 401
--- error_log
reason: expired_token



=== TEST 5: app_suspended
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: OAuth oauth_consumer_key="public-key", oauth_token="secret%2Dsus", oauth_signature="secret%2Dsignature"
--- error_code: 403
--- error_log
reason: app_suspended



=== TEST 6: app_only
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: OAuth oauth_consumer_key="public-key", oauth_token="secret%2Dapp", oauth_signature="secret%2Dsignature"
--- error_code: 403
--- error_log
reason: app_only



=== TEST 7: unknown_token
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: OAuth oauth_consumer_key="public-key", oauth_token="secret%2Dnobody", oauth_signature="secret%2Dsignature"
--- error_code: 403
--- error_log
reason: unknown_token



=== TEST 8: consumer_mismatch
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: OAuth oauth_consumer_key="secret%2Dkey", oauth_token="secret%2Ddm", oauth_signature="secret%2Dsignature"
--- error_code: 401
--- error_log
reason: consumer_mismatch



=== TEST 9: bad_credentials
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: OAuth oauth_consumer_key="public-key", oauth_token="secret%2Ddm", oauth_signature="secret%2Dsignature", oauth_token="secret%2Ddm"
--- error_code: 400
--- error_log
reason: bad_credentials



=== TEST 10: ambiguous_credentials
--- request
GET /1.1/direct_messages.json?access_token=secret%2Ddm
--- more_headers
Authorization: OAuth oauth_consumer_key="public-key", oauth_token="secret%2Ddm", oauth_signature="secret%2Dsignature"
--- error_code: 400
--- error_log
reason: ambiguous_credentials



=== TEST 11: in the query
--- request
GET /1.1/direct_messages.json?access_token=secret%2Dr
--- error_code: 403
--- error_log
reason: no_dm_access



=== TEST 12: in a form body
--- request
POST /1.1/direct_messages/destroy.json
oauth_token=secret%2Dr&oauth_consumer_key=public-key
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 403
--- error_log
reason: no_dm_access



=== TEST 13: not guarded, with all variables
--- request
GET /1.1/users/show.json
--- more_headers
Authorization: OAuth oauth_consumer_key="public-key", oauth_token="secret%2Ddm", oauth_signature="secret%2Dsignature"
--- error_code: 200



=== TEST 14: dry run
--- gate
dm_permission_dry_run on;
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: OAuth oauth_consumer_key="public-key", oauth_token="secret%2Dr", oauth_signature="secret%2Dsignature"
--- error_code: 200
--- error_log
, dry run



=== TEST 15: X-Access-Level
--- gate
dm_permission_access_level on;
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: OAuth oauth_consumer_key="public-key", oauth_token="secret%2Dr", oauth_signature="secret%2Dsignature"
--- error_code: 403
--- error_log
reason: no_dm_access



=== TEST 16: in clear in the header, at info: not even nginx prints it
--- log_level: info
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer secret-r
--- error_code: 403
--- error_log
reason: no_dm_access



=== TEST 17: in clear in a body, at info
--- log_level: info
--- request
POST /1.1/direct_messages/destroy.json
access_token=secret-r
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 403
--- error_log
reason: no_dm_access



=== TEST 18: a bad line of the file: a token for a level
--- tokens
{"token":"secret-b","app":"1","user":1,"access":"secret-b"}
--- must_die
--- error_log
"access" is not read, read-write or read-write-directmessages in line 1



=== TEST 19: a bad line of the journal: a token for a level
--- tokens
{"token":"secret-a","app":"1","user":1,"access":"read"}
{"end":{"records":1}}
{"token":"secret-b","app":"1","user":1,"access":"secret-b"}
--- request
GET /x
--- grep_error_log eval
qr/line 3 of .* skipped: .*/
--- grep_error_log_out eval
[qr/skipped: \"access\" is not read, read-write or read-write-directmessages\n/, ""]



=== TEST 20: a bad line of the file: a token for a key
--- tokens
{"secret-token-for-a-user":"token","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
a key of 23 bytes is unknown in line 1



=== TEST 21: a bad line of the journal: a token for a key
--- tokens
{"token":"secret-a","app":"1","user":1,"access":"read"}
{"end":{"records":1}}
{"secret-token-for-a-user":"token","app":"1","user":1,"access":"read"}
--- request
GET /x
--- grep_error_log eval
qr/line 3 of .* skipped: .*/
--- grep_error_log_out eval
[qr/skipped: a key of 23 bytes is unknown\n/, ""]



=== TEST 22: a bad line of the file: a real token for a key
--- tokens
{"370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb":"secret-x","app":"1"}
--- must_die
--- error_log
a key of 50 bytes is unknown in line 1



=== TEST 23: a bad line of the journal: a real token for a key
--- tokens
{"token":"secret-a","app":"1","user":1,"access":"read"}
{"end":{"records":1}}
{"370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb":"secret-x","app":"1"}
--- request
GET /x
--- grep_error_log eval
qr/line 3 of .* skipped: .*/
--- grep_error_log_out eval
[qr/skipped: a key of 50 bytes is unknown\n/, ""]



=== TEST 24: a bad line of the file: a token for a number
--- tokens
{"token":"secret-b","app":"1","user":"secret-b","access":"read"}
--- must_die
--- error_log
"user" is not an unsigned 64-bit number in line 1



=== TEST 25: a bad line of the journal: a token for a number
--- tokens
{"token":"secret-a","app":"1","user":1,"access":"read"}
{"end":{"records":1}}
{"token":"secret-b","app":"1","user":"secret-b","access":"read"}
--- request
GET /x
--- grep_error_log eval
qr/line 3 of .* skipped: .*/
--- grep_error_log_out eval
[qr/skipped: \"user\" is not an unsigned 64-bit number\n/, ""]



=== TEST 26: a bad line of the file: cut off in the token
--- tokens
{"token":"secret-b
--- must_die
--- error_log
json ends too early, at byte 18 in line 1



=== TEST 27: a bad line of the journal: cut off in the token
--- tokens
{"token":"secret-a","app":"1","user":1,"access":"read"}
{"end":{"records":1}}
{"token":"secret-b
--- request
GET /x
--- grep_error_log eval
qr/line 3 of .* skipped: .*/
--- grep_error_log_out eval
[qr/skipped: json ends too early, at byte 18\n/, ""]



=== TEST 28: a bad line of the file: a control character in the token
--- tokens
{"token":"secret-b\u0001","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
"token" has a control character in line 1



=== TEST 29: a bad line of the journal: a control character in the token
--- tokens
{"token":"secret-a","app":"1","user":1,"access":"read"}
{"end":{"records":1}}
{"token":"secret-b\u0001","app":"1","user":1,"access":"read"}
--- request
GET /x
--- grep_error_log eval
qr/line 3 of .* skipped: .*/
--- grep_error_log_out eval
[qr/skipped: \"token\" has a control character\n/, ""]



=== TEST 30: a bad line of the file: a token twice
--- tokens
{"token":"secret-b","token":"secret-c","app":"1","user":1,"access":"read"}
--- must_die
--- error_log
duplicate key, at byte 27 in line 1



=== TEST 31: a bad line of the journal: a token twice
--- tokens
{"token":"secret-a","app":"1","user":1,"access":"read"}
{"end":{"records":1}}
{"token":"secret-b","token":"secret-c","app":"1","user":1,"access":"read"}
--- request
GET /x
--- grep_error_log eval
qr/line 3 of .* skipped: .*/
--- grep_error_log_out eval
[qr/skipped: duplicate key, at byte 27\n/, ""]



=== TEST 32: a bad line of the file: the secret of an app
--- tokens
{"app":"1","secret":["secret-s"]}
--- must_die
--- error_log
"secret" is not a non-empty string in line 1



=== TEST 33: a bad line of the journal: the secret of an app
--- tokens
{"token":"secret-a","app":"1","user":1,"access":"read"}
{"end":{"records":1}}
{"app":"1","secret":["secret-s"]}
--- request
GET /x
--- grep_error_log eval
qr/line 3 of .* skipped: .*/
--- grep_error_log_out eval
[qr/skipped: \"secret\" is not a non-empty string\n/, ""]



=== TEST 34: a bad line of the file: a webhook with a secret in it
--- tokens
{"app":"1","webhooks":["ftp://secret-s@example.com"]}
--- must_die
--- error_log
"webhooks" item 1 is not an http or https url of at most 2048 bytes in line 1



=== TEST 35: a bad line of the journal: a webhook with a secret in it
--- tokens
{"token":"secret-a","app":"1","user":1,"access":"read"}
{"end":{"records":1}}
{"app":"1","webhooks":["ftp://secret-s@example.com"]}
--- request
GET /x
--- grep_error_log eval
qr/line 3 of .* skipped: .*/
--- grep_error_log_out eval
[qr/skipped: \"webhooks\" item 1 is not an http or https url of at most 2048 bytes\n/, ""]
