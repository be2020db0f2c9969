# Why: under `satisfy any` one check that agrees opens what others refuse.  The
# gate must neither be opened by another check nor open what it closes.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: an address that is allowed does not open the gate
--- config
dm_permission zone=t;
location / {
    satisfy any;
    allow all;
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



=== TEST 2: nor do a user and a password
--- config
dm_permission zone=t;
dm_permission_credentials query;
location / {
    satisfy any;
    deny all;
    auth_basic api;
    auth_basic_user_file $TEST_NGINX_SERVER_ROOT/html/users;
    proxy_pass http://origin;
}
--- user_files
>>> users
u:{PLAIN}p
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Basic dTpw
--- error_code: 401
--- response_body chomp
{"errors":[{"code":32,"message":"Could not authenticate you"}]}
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 3: a token that passes does not open what is denied
--- config
dm_permission zone=t;
location / {
    satisfy any;
    deny all;
    proxy_pass http://origin;
}
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-dm
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 4: nor does a request that is not guarded
--- config
dm_permission zone=t;
location / {
    satisfy any;
    deny all;
    proxy_pass http://origin;
}
--- request
GET /1.1/statuses/home_timeline.json
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 5: both agree
--- config
dm_permission zone=t;
location / {
    satisfy any;
    allow all;
    proxy_pass http://origin;
}
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
origin
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out
origin got GET /1.1/direct_messages.json



=== TEST 6: under `satisfy all` each check may refuse
--- config
dm_permission zone=t;
location / {
    satisfy all;
    deny all;
    proxy_pass http://origin;
}
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-dm
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 7: under `satisfy any` an auth_request that agrees opens nothing
--- config
dm_permission zone=t;
location / {
    satisfy any;
    deny all;
    auth_request /yes;
    proxy_pass http://origin;
}
location = /yes {
    internal;
    dm_permission off;
    return 204;
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



=== TEST 8: a form body under `satisfy any`
--- config
dm_permission zone=t;
location / {
    satisfy any;
    allow all;
    proxy_pass http://origin;
}
--- request
POST /1.1/direct_messages/destroy.json
access_token=t-rw&id=1
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out
