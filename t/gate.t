# Why: each row of the decision table is an answer that clients were written
# against; a wrong status, body or header breaks them or opens the gate.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: not_guarded: no credential is asked for
--- request
GET /1.1/statuses/home_timeline.json
--- response_body chomp
origin
--- response_headers
! Cache-Control
! WWW-Authenticate
--- no_error_log
[alert]
direct messages refused



=== TEST 2: not_guarded: nor is a bad one looked at
--- request
GET /1.1/statuses/home_timeline.json
--- more_headers
Authorization: OAuth oauth_token=nonsense
--- response_body chomp
origin
--- response_headers
! Cache-Control
! WWW-Authenticate
--- no_error_log
[alert]
direct messages refused



=== TEST 3: ambiguous_uri: a path that cannot be decoded
--- request
GET /1.1/direct_messages%2500.json
--- more_headers
Authorization: Bearer t-dm
--- error_code: 400
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
! WWW-Authenticate
! X-Access-Level
--- response_body chomp
{"errors":[{"code":215,"message":"Bad Authentication data"}]}
--- error_log eval
qr/\[info\] \S+ \*\d+ access to direct messages refused, reason: ambiguous_uri, action: read, app: "", token: "", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 4: bad_credentials: a value without quotes
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: OAuth oauth_token=t-dm
--- error_code: 400
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
! WWW-Authenticate
! X-Access-Level
--- response_body chomp
{"errors":[{"code":215,"message":"Bad Authentication data"}]}
--- error_log eval
qr/\[info\] \S+ \*\d+ access to direct messages refused, reason: bad_credentials, action: read, app: "", token: "", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 5: bad_credentials: come before an unknown token
--- request
DELETE /2/dm_events/1
--- more_headers
Authorization: Bearer t r
--- error_code: 400
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
! WWW-Authenticate
! X-Access-Level
--- response_body chomp
{"errors":[{"code":215,"message":"Bad Authentication data"}]}
--- error_log eval
qr/\[info\] \S+ \*\d+ access to direct messages refused, reason: bad_credentials, action: delete, app: "", token: "", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 6: ambiguous_credentials: header and query
--- request
GET /1.1/direct_messages.json?access_token=t-dm
--- more_headers
Authorization: Bearer t-dm
--- error_code: 400
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
! WWW-Authenticate
! X-Access-Level
--- response_body chomp
{"errors":[{"code":215,"message":"Bad Authentication data"}]}
--- error_log eval
qr/\[info\] \S+ \*\d+ access to direct messages refused, reason: ambiguous_credentials, action: read, app: "", token: "", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 7: no_credentials
--- request
GET /1.1/direct_messages.json
--- error_code: 401
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
WWW-Authenticate: OAuth realm="api"
! X-Access-Level
--- response_body chomp
{"errors":[{"code":32,"message":"Could not authenticate you"}]}
--- error_log eval
qr/\[info\] \S+ \*\d+ access to direct messages refused, reason: no_credentials, action: read, app: "", token: "", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 8: no_credentials: a scheme that is not one of them
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Basic dC1kbTo=
--- error_code: 401
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
WWW-Authenticate: OAuth realm="api"
! X-Access-Level
--- response_body chomp
{"errors":[{"code":32,"message":"Could not authenticate you"}]}
--- error_log eval
qr/\[info\] \S+ \*\d+ access to direct messages refused, reason: no_credentials, action: read, app: "", token: "", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 9: unknown_token
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer nobody
--- error_code: 403
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
! WWW-Authenticate
! X-Access-Level
--- response_body chomp
{"errors":[{"code":93,"message":"This application is not allowed to access or delete your direct messages"}]}
--- error_log eval
qr/\[info\] \S+ \*\d+ access to direct messages refused, reason: unknown_token, action: read, app: "", token: "6382b3cc881412b7", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 10: revoked_token
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-rev
--- error_code: 401
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
WWW-Authenticate: OAuth realm="api"
! X-Access-Level
--- response_body chomp
{"errors":[{"code":89,"message":"Invalid or expired token"}]}
--- error_log eval
qr/\[warn\] \S+ \*\d+ access to direct messages refused, reason: revoked_token, action: read, app: "8840", token: "c6be5267fea2eba3", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 11: expired_token
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-exp
--- error_code: 401
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
WWW-Authenticate: OAuth realm="api"
! X-Access-Level
--- response_body chomp
{"errors":[{"code":89,"message":"Invalid or expired token"}]}
--- error_log eval
qr/\[warn\] \S+ \*\d+ access to direct messages refused, reason: expired_token, action: read, app: "8840", token: "a2748aa21ab55890", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 12: consumer_mismatch: another key
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: OAuth oauth_consumer_key="other", oauth_token="t-dm"
--- error_code: 401
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
WWW-Authenticate: OAuth realm="api"
! X-Access-Level
--- response_body chomp
{"errors":[{"code":89,"message":"Invalid or expired token"}]}
--- error_log eval
qr/\[warn\] \S+ \*\d+ access to direct messages refused, reason: consumer_mismatch, action: read, app: "8840", token: "fa21795a247845ba", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 13: consumer_mismatch: no key where the app has one
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: OAuth oauth_token="t-dm"
--- error_code: 401
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
WWW-Authenticate: OAuth realm="api"
! X-Access-Level
--- response_body chomp
{"errors":[{"code":89,"message":"Invalid or expired token"}]}
--- error_log eval
qr/\[warn\] \S+ \*\d+ access to direct messages refused, reason: consumer_mismatch, action: read, app: "8840", token: "fa21795a247845ba", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 14: app_suspended: whatever the level
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-sus
--- error_code: 403
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
! WWW-Authenticate
! X-Access-Level
--- response_body chomp
{"errors":[{"code":87,"message":"Client is not permitted to perform this action"}]}
--- error_log eval
qr/\[warn\] \S+ \*\d+ access to direct messages refused, reason: app_suspended, action: read, app: "66", token: "ff1f3af49f27431b", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 15: app_only
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-app
--- error_code: 403
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
! WWW-Authenticate
! X-Access-Level
--- response_body chomp
{"errors":[{"code":220,"message":"Your credentials do not allow access to this resource"}]}
--- error_log eval
qr/\[warn\] \S+ \*\d+ access to direct messages refused, reason: app_only, action: read, app: "8840", token: "076c6298155ed362", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 16: no_dm_access: read by a read token
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
! WWW-Authenticate
! X-Access-Level
--- response_body chomp
{"errors":[{"code":93,"message":"This application is not allowed to access or delete your direct messages"}]}
--- error_log eval
qr/\[warn\] \S+ \*\d+ access to direct messages refused, reason: no_dm_access, action: read, app: "8840", token: "2a4cfcd5d2747eab", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 17: no_dm_access: read by a read-write token
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
! WWW-Authenticate
! X-Access-Level
--- response_body chomp
{"errors":[{"code":93,"message":"This application is not allowed to access or delete your direct messages"}]}
--- error_log eval
qr/\[warn\] \S+ \*\d+ access to direct messages refused, reason: no_dm_access, action: read, app: "8840", token: "550f28164c7dea18", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 18: no_dm_access: delete by a read token
--- request
POST /1.1/direct_messages/destroy.json
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
! WWW-Authenticate
! X-Access-Level
--- response_body chomp
{"errors":[{"code":93,"message":"This application is not allowed to access or delete your direct messages"}]}
--- error_log eval
qr/\[warn\] \S+ \*\d+ access to direct messages refused, reason: no_dm_access, action: delete, app: "8840", token: "2a4cfcd5d2747eab", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 19: no_dm_access: delete by a read-write token
--- request
DELETE /2/dm_events/1
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
! WWW-Authenticate
! X-Access-Level
--- response_body chomp
{"errors":[{"code":93,"message":"This application is not allowed to access or delete your direct messages"}]}
--- error_log eval
qr/\[warn\] \S+ \*\d+ access to direct messages refused, reason: no_dm_access, action: delete, app: "8840", token: "550f28164c7dea18", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 20: no_write_access: send by a read token
--- request
POST /1.1/direct_messages/new.json
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
! WWW-Authenticate
! X-Access-Level
--- response_body chomp
{"errors":[{"code":261,"message":"Application cannot perform write actions"}]}
--- error_log eval
qr/\[warn\] \S+ \*\d+ access to direct messages refused, reason: no_write_access, action: send, app: "8840", token: "2a4cfcd5d2747eab", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 21: no_dm_access: send by a read token under the 2019 rule
--- gate
dm_permission_send read-write-directmessages;
--- request
POST /1.1/direct_messages/new.json
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
! WWW-Authenticate
! X-Access-Level
--- response_body chomp
{"errors":[{"code":93,"message":"This application is not allowed to access or delete your direct messages"}]}
--- error_log eval
qr/\[warn\] \S+ \*\d+ access to direct messages refused, reason: no_dm_access, action: send, app: "8840", token: "2a4cfcd5d2747eab", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 22: no_dm_access: send by a read-write token under the 2019 rule
--- gate
dm_permission_send read-write-directmessages;
--- request
POST /1.1/direct_messages/new.json
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
! WWW-Authenticate
! X-Access-Level
--- response_body chomp
{"errors":[{"code":93,"message":"This application is not allowed to access or delete your direct messages"}]}
--- error_log eval
qr/\[warn\] \S+ \*\d+ access to direct messages refused, reason: no_dm_access, action: send, app: "8840", token: "550f28164c7dea18", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 23: passed: send by a read-write token
--- request
POST /1.1/direct_messages/new.json
--- more_headers
Authorization: Bearer t-rw
--- response_body chomp
origin
--- response_headers
! Cache-Control
! WWW-Authenticate
--- no_error_log
[alert]
direct messages refused



=== TEST 24: passed: read
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
origin
--- response_headers
! Cache-Control
! WWW-Authenticate
--- no_error_log
[alert]
direct messages refused



=== TEST 25: passed: delete
--- request
DELETE /2/dm_events/1
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
origin
--- response_headers
! Cache-Control
! WWW-Authenticate
--- no_error_log
[alert]
direct messages refused



=== TEST 26: passed: send under the 2019 rule
--- gate
dm_permission_send read-write-directmessages;
--- request
POST /1.1/direct_messages/new.json
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
origin
--- response_headers
! Cache-Control
! WWW-Authenticate
--- no_error_log
[alert]
direct messages refused



=== TEST 27: passed: OAuth 1.0a with the app's key
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: OAuth oauth_consumer_key="ck", oauth_token="t-dm", oauth_version="1.0"
--- response_body chomp
origin
--- response_headers
! Cache-Control
! WWW-Authenticate
--- no_error_log
[alert]
direct messages refused



=== TEST 28: passed: a token in the query
--- request
GET /1.1/direct_messages.json?access_token=t-dm
--- response_body chomp
origin
--- response_headers
! Cache-Control
! WWW-Authenticate
--- no_error_log
[alert]
direct messages refused



=== TEST 29: passed: a token in a form body
--- request
POST /1.1/direct_messages/destroy.json
access_token=t-dm&id=1
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- response_body chomp
origin
--- response_headers
! Cache-Control
! WWW-Authenticate
--- no_error_log
[alert]
direct messages refused
