# Why: a client that asked for XML parses the refusal as XML, whatever the
# reason.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: ambiguous_uri
--- request
GET /1.1/direct_messages%2500.xml
--- more_headers
Authorization: Bearer t-dm
--- error_code: 400
--- response_headers
Content-Type: application/xml;charset=utf-8
Cache-Control: no-store
! WWW-Authenticate
! X-Access-Level
--- response_body chomp
<?xml version="1.0" encoding="UTF-8"?><errors><error code="215">Bad Authentication data</error></errors>
--- error_log eval
qr/\[info\] \S+ \*\d+ access to direct messages refused, reason: ambiguous_uri, action: read, app: "", token: "", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 2: bad_credentials
--- request
GET /1.1/direct_messages.xml
--- more_headers
Authorization: OAuth oauth_token=t-dm
--- error_code: 400
--- response_headers
Content-Type: application/xml;charset=utf-8
Cache-Control: no-store
! WWW-Authenticate
! X-Access-Level
--- response_body chomp
<?xml version="1.0" encoding="UTF-8"?><errors><error code="215">Bad Authentication data</error></errors>
--- error_log eval
qr/\[info\] \S+ \*\d+ access to direct messages refused, reason: bad_credentials, action: read, app: "", token: "", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 3: no_credentials
--- request
GET /1.1/direct_messages.xml
--- error_code: 401
--- response_headers
Content-Type: application/xml;charset=utf-8
Cache-Control: no-store
WWW-Authenticate: OAuth realm="api"
! X-Access-Level
--- response_body chomp
<?xml version="1.0" encoding="UTF-8"?><errors><error code="32">Could not authenticate you</error></errors>
--- error_log eval
qr/\[info\] \S+ \*\d+ access to direct messages refused, reason: no_credentials, action: read, app: "", token: "", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 4: unknown_token
--- request
GET /1.1/direct_messages.xml
--- more_headers
Authorization: Bearer nobody
--- error_code: 403
--- response_headers
Content-Type: application/xml;charset=utf-8
Cache-Control: no-store
! WWW-Authenticate
! X-Access-Level
--- response_body chomp
<?xml version="1.0" encoding="UTF-8"?><errors><error code="93">This application is not allowed to access or delete your direct messages</error></errors>
--- error_log eval
qr/\[info\] \S+ \*\d+ access to direct messages refused, reason: unknown_token, action: read, app: "", token: "6382b3cc881412b7", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 5: expired_token
--- request
GET /1.1/direct_messages.xml
--- more_headers
Authorization: Bearer t-exp
--- error_code: 401
--- response_headers
Content-Type: application/xml;charset=utf-8
Cache-Control: no-store
WWW-Authenticate: OAuth realm="api"
! X-Access-Level
--- response_body chomp
<?xml version="1.0" encoding="UTF-8"?><errors><error code="89">Invalid or expired token</error></errors>
--- error_log eval
qr/\[warn\] \S+ \*\d+ access to direct messages refused, reason: expired_token, action: read, app: "8840", token: "a2748aa21ab55890", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 6: app_suspended
--- request
GET /1.1/direct_messages.xml
--- more_headers
Authorization: Bearer t-sus
--- error_code: 403
--- response_headers
Content-Type: application/xml;charset=utf-8
Cache-Control: no-store
! WWW-Authenticate
! X-Access-Level
--- response_body chomp
<?xml version="1.0" encoding="UTF-8"?><errors><error code="87">Client is not permitted to perform this action</error></errors>
--- error_log eval
qr/\[warn\] \S+ \*\d+ access to direct messages refused, reason: app_suspended, action: read, app: "66", token: "ff1f3af49f27431b", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 7: app_only
--- request
GET /1.1/direct_messages.xml
--- more_headers
Authorization: Bearer t-app
--- error_code: 403
--- response_headers
Content-Type: application/xml;charset=utf-8
Cache-Control: no-store
! WWW-Authenticate
! X-Access-Level
--- response_body chomp
<?xml version="1.0" encoding="UTF-8"?><errors><error code="220">Your credentials do not allow access to this resource</error></errors>
--- error_log eval
qr/\[warn\] \S+ \*\d+ access to direct messages refused, reason: app_only, action: read, app: "8840", token: "076c6298155ed362", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 8: no_dm_access, .xml
--- request
GET /1.1/direct_messages.xml
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- response_headers
Content-Type: application/xml;charset=utf-8
Cache-Control: no-store
! WWW-Authenticate
! X-Access-Level
--- response_body chomp
<?xml version="1.0" encoding="UTF-8"?><errors><error code="93">This application is not allowed to access or delete your direct messages</error></errors>
--- error_log eval
qr/\[warn\] \S+ \*\d+ access to direct messages refused, reason: no_dm_access, action: read, app: "8840", token: "2a4cfcd5d2747eab", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 9: no_dm_access, .rss
--- request
GET /1/direct_messages.rss
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- response_headers
Content-Type: application/xml;charset=utf-8
Cache-Control: no-store
! WWW-Authenticate
! X-Access-Level
--- response_body chomp
<?xml version="1.0" encoding="UTF-8"?><errors><error code="93">This application is not allowed to access or delete your direct messages</error></errors>
--- error_log eval
qr/\[warn\] \S+ \*\d+ access to direct messages refused, reason: no_dm_access, action: read, app: "8840", token: "2a4cfcd5d2747eab", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 10: no_dm_access, .atom
--- request
GET /1/direct_messages.atom
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- response_headers
Content-Type: application/xml;charset=utf-8
Cache-Control: no-store
! WWW-Authenticate
! X-Access-Level
--- response_body chomp
<?xml version="1.0" encoding="UTF-8"?><errors><error code="93">This application is not allowed to access or delete your direct messages</error></errors>
--- error_log eval
qr/\[warn\] \S+ \*\d+ access to direct messages refused, reason: no_dm_access, action: read, app: "8840", token: "2a4cfcd5d2747eab", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 11: no_dm_access, in upper case
--- request
GET /1/direct_messages.XML
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- response_headers
Content-Type: application/xml;charset=utf-8
Cache-Control: no-store
! WWW-Authenticate
! X-Access-Level
--- response_body chomp
<?xml version="1.0" encoding="UTF-8"?><errors><error code="93">This application is not allowed to access or delete your direct messages</error></errors>
--- error_log eval
qr/\[warn\] \S+ \*\d+ access to direct messages refused, reason: no_dm_access, action: read, app: "8840", token: "2a4cfcd5d2747eab", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 12: no_write_access
--- request
POST /1.1/direct_messages/new.xml
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- response_headers
Content-Type: application/xml;charset=utf-8
Cache-Control: no-store
! WWW-Authenticate
! X-Access-Level
--- response_body chomp
<?xml version="1.0" encoding="UTF-8"?><errors><error code="261">Application cannot perform write actions</error></errors>
--- error_log eval
qr/\[warn\] \S+ \*\d+ access to direct messages refused, reason: no_write_access, action: send, app: "8840", token: "2a4cfcd5d2747eab", client: /
--- no_error_log
[alert]
[crit]
dry run



=== TEST 13: any other format is JSON
--- request
GET /1/direct_messages.yaml
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



=== TEST 14: no format is JSON
--- request
GET /2/dm_events
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



=== TEST 15: a format in the query is none
--- request
GET /1.1/direct_messages?format=.xml
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
