# Why: `if` and `limit_except` answer a request with a configuration of their
# own, and a proxy of their own: the gate goes with the request, not with the
# block that it ends in.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: a proxy in an `if`
--- config
dm_permission zone=t;
location / {
    if ($http_x_way) { proxy_pass http://origin; }
    return 404;
}
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-rw
X-Way: a
--- error_code: 404
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 2: a proxy in an `if` that is the last word
--- config
dm_permission zone=t;
location / {
    root html;
    if ($http_x_way) { proxy_pass http://origin; }
}
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-rw
X-Way: a
--- error_code: 403
--- response_body chomp
{"errors":[{"code":93,"message":"This application is not allowed to access or delete your direct messages"}]}
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 3: of a reader who may
--- config
dm_permission zone=t;
location / {
    root html;
    if ($http_x_way) { proxy_pass http://origin; }
}
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-dm
X-Way: a
--- response_body chomp
origin
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out
origin got GET /1.1/direct_messages.json



=== TEST 4: an `if` under `satisfy any`
--- config
dm_permission zone=t;
location / {
    satisfy any;
    allow all;
    root html;
    if ($http_x_way) { proxy_pass http://origin; }
}
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-rw
X-Way: a
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 5: an `if` with a rewrite to a guarded URI
--- config
dm_permission zone=t;
location /page {
    if ($http_x_way) { rewrite ^ /1.1/direct_messages.json break; }
    proxy_pass http://origin;
}
--- request
GET /page
--- more_headers
Authorization: Bearer t-rw
X-Way: a
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 6: an `if` of the server that goes to a guarded URI
--- config
dm_permission zone=t;
if ($http_x_way) { rewrite ^ /2/dm_events last; }
location / { proxy_pass http://origin; }
--- request
GET /page
--- more_headers
Authorization: Bearer t-rw
X-Way: a
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 7: an `if` with an error that a named location passes on
--- config
dm_permission zone=t;
error_page 418 = @origin;
location / {
    if ($http_x_way) { return 418; }
    root html;
}
location @origin { proxy_pass http://origin; }
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-rw
X-Way: a
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 8: limit_except, and a method that it does not name
--- config
dm_permission zone=t;
location / {
    limit_except GET { proxy_pass http://origin; }
    root html;
}
--- request
POST /1.1/direct_messages/destroy.json
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- response_body chomp
{"errors":[{"code":93,"message":"This application is not allowed to access or delete your direct messages"}]}
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 9: limit_except that lets everybody in
--- config
dm_permission zone=t;
location / {
    satisfy any;
    deny all;
    limit_except GET { allow all; proxy_pass http://origin; }
}
--- request
POST /1.1/direct_messages/destroy.json
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- response_body chomp
{"errors":[{"code":93,"message":"This application is not allowed to access or delete your direct messages"}]}
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 10: a method that it names
--- config
dm_permission zone=t;
location / {
    limit_except GET { deny all; }
    proxy_pass http://origin;
}
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- response_body chomp
{"errors":[{"code":93,"message":"This application is not allowed to access or delete your direct messages"}]}
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 11: what limit_except denies, a token does not open
--- config
dm_permission zone=t;
location / {
    satisfy any;
    limit_except GET { deny all; }
    proxy_pass http://origin;
}
--- request
POST /1.1/direct_messages/destroy.json
--- more_headers
Authorization: Bearer t-dm
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 12: through limit_except with a token that may
--- config
dm_permission zone=t;
location / {
    limit_except GET { allow all; }
    proxy_pass http://origin;
}
--- request
POST /1.1/direct_messages/destroy.json
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
origin
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out
origin got POST /1.1/direct_messages/destroy.json
