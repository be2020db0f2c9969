# Why: a variable is worth what the directives that take variables make of
# it, in whatever phase they look.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: log_format, a refusal
--- http_config
log_format dm '$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision';
--- config
dm_permission zone=t;
access_log logs/access.log dm;
location / {
    proxy_pass http://origin;
}
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- access_log
REJECTED|no_dm_access|read|read|8840|1|2a4cfcd5d2747eab|2011-06-30/42



=== TEST 2: log_format, passed
--- http_config
log_format dm '$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision';
--- config
dm_permission zone=t;
access_log logs/access.log dm;
location / {
    proxy_pass http://origin;
}
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
origin
--- access_log
PASSED|passed|read|read-write-directmessages|8840|3|fa21795a247845ba|2011-06-30/42



=== TEST 3: log_format, not guarded
--- http_config
log_format dm '$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_access|$dm_permission_app|$dm_permission_user|$dm_permission_token|$dm_permission_revision';
--- config
dm_permission zone=t;
access_log logs/access.log dm;
location / {
    proxy_pass http://origin;
}
--- request
GET /x
--- more_headers
Authorization: Bearer t-rw
--- response_body chomp
origin
--- access_log
|not_guarded|none|read-write|8840|2|550f28164c7dea18|2011-06-30/42



=== TEST 4: proxy_set_header, guarded
--- http_config
server {
    listen unix:$TEST_NGINX_SERVER_ROOT/html/echo.sock;
    return 200 "$http_x_level $http_x_app $http_x_status";
}
--- config
dm_permission zone=t;
location / {
    proxy_set_header X-Level $dm_permission_access;
    proxy_set_header X-App $dm_permission_app;
    proxy_set_header X-Status $dm_permission_status;
    proxy_pass http://unix:$TEST_NGINX_SERVER_ROOT/html/echo.sock:;
}
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
read-write-directmessages 8840 PASSED



=== TEST 5: proxy_set_header, not guarded
--- http_config
server {
    listen unix:$TEST_NGINX_SERVER_ROOT/html/echo.sock;
    return 200 "$http_x_level $http_x_app $http_x_status";
}
--- config
dm_permission zone=t;
location / {
    proxy_set_header X-Level $dm_permission_access;
    proxy_set_header X-App $dm_permission_app;
    proxy_set_header X-Status $dm_permission_status;
    proxy_pass http://unix:$TEST_NGINX_SERVER_ROOT/html/echo.sock:;
}
--- request
GET /x
--- more_headers
Authorization: Bearer t-rw
--- response_body eval
"read-write 8840 "



=== TEST 6: proxy_set_header, no token: a client's own header does not get through
--- http_config
server {
    listen unix:$TEST_NGINX_SERVER_ROOT/html/echo.sock;
    return 200 "$http_x_level $http_x_app $http_x_status";
}
--- config
dm_permission zone=t;
location / {
    proxy_set_header X-Level $dm_permission_access;
    proxy_set_header X-App $dm_permission_app;
    proxy_set_header X-Status $dm_permission_status;
    proxy_pass http://unix:$TEST_NGINX_SERVER_ROOT/html/echo.sock:;
}
--- request
GET /x
--- more_headers
X-Level: read-write-directmessages
--- response_body eval
"  "



=== TEST 7: if: the token's level is known before the decision
--- config
dm_permission zone=t;
location / {
    if ($dm_permission_access = read) {
        add_header X-Branch read;
    }
    proxy_pass http://origin;
}
--- request eval
["GET /x", "GET /x?access_token=t-r", "GET /x?access_token=t-rw"]
--- response_headers eval
["! X-Branch", "X-Branch: read", "! X-Branch"]
--- response_body eval
[("origin") x 3]
--- error_code eval
[(200) x 3]



=== TEST 8: if: status, reason and action are not known yet
--- config
dm_permission zone=t;
location / {
    set $early "[$dm_permission_status$dm_permission_reason$dm_permission_action]";
    add_header X-Early $early always;
    add_header X-Late $dm_permission_reason always;
    proxy_pass http://origin;
}
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- response_headers
X-Early: []
X-Late: no_dm_access



=== TEST 9: if: looking early does not change the decision, a form body's token counts
--- config
dm_permission zone=t;
location / {
    set $early "[$dm_permission_token]";
    add_header X-Early $early always;
    add_header X-Late $dm_permission_token always;
    proxy_pass http://origin;
}
--- request
POST /1.1/direct_messages/destroy.json
access_token=t-rw
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 403
--- response_headers
X-Early: []
X-Late: 550f28164c7dea18



=== TEST 10: map
--- http_config
map $dm_permission_reason $blame {
    default         token;
    ''              off;
    not_guarded     nobody;
    passed          nobody;
    no_credentials  client;
}
--- config
dm_permission zone=t;
add_header X-Blame $blame always;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /x", "GET /2/dm_events", "GET /2/dm_events?access_token=t-r",
 "GET /2/dm_events?access_token=t-dm"]
--- error_code eval
[200, 401, 403, 200]
--- response_headers eval
[map { "X-Blame: $_" } qw( nobody client token nobody )]



=== TEST 11: access_log if=: only what was refused
--- http_config
map $dm_permission_status $refused {
    default    0;
    ~^REJECTED 1;
}
log_format why '$request_uri $dm_permission_reason';
--- config
dm_permission zone=t;
access_log logs/access.log why if=$refused;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /x", "GET /2/dm_events", "GET /2/dm_events?access_token=t-dm"]
--- error_code eval
[200, 401, 200]
--- no_access_log
/x not_guarded
t-dm passed



=== TEST 12: a limit by app
--- http_config
limit_req_zone $dm_permission_app zone=apps:1m rate=1r/m;
--- config
dm_permission zone=t;
location / {
    limit_req zone=apps;
    limit_req_status 429;
    proxy_pass http://origin;
}
--- init
DmSuite::answer('t-r', '/x');
--- request eval
["GET /x?access_token=t-rw", "GET /x?access_token=t-sus2"]
--- error_code eval
[429, 200]



=== TEST 13: if: nor when the token has been looked up
--- config
dm_permission zone=t;
location / {
    set $level $dm_permission_access;
    set $early "$level [$dm_permission_status$dm_permission_reason$dm_permission_action]";
    add_header X-Early $early always;
    add_header X-Late $dm_permission_reason always;
    proxy_pass http://origin;
}
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- response_headers
X-Early: read []
X-Late: no_dm_access
