# Why: clients read their level from the header, where it is sent.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: the default
--- http_config
dm_permission zone=t;
dm_permission_action read;
--- config
location / {
    proxy_pass http://origin;
}
location /l {
    proxy_pass http://origin;
}
--- request
GET /
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
origin
--- response_headers
! X-Access-Level



=== TEST 2: http is inherited
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_access_level on;
--- config
location / {
    proxy_pass http://origin;
}
location /l {
    proxy_pass http://origin;
}
--- request
GET /
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
origin
--- response_headers
X-Access-Level: read-write-directmessages



=== TEST 3: server is inherited
--- http_config
dm_permission zone=t;
dm_permission_action read;
--- config
dm_permission_access_level on;
location / {
    proxy_pass http://origin;
}
location /l {
    proxy_pass http://origin;
}
--- request
GET /
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
origin
--- response_headers
X-Access-Level: read-write-directmessages



=== TEST 4: a server's own value goes before that of http
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_access_level on;
--- config
dm_permission_access_level off;
location / {
    proxy_pass http://origin;
}
location /l {
    proxy_pass http://origin;
}
--- request
GET /
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
origin
--- response_headers
! X-Access-Level



=== TEST 5: a location's own value goes before that of the server
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_access_level off;
--- config
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_access_level on;
    proxy_pass http://origin;
}
--- request
GET /l
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
origin
--- response_headers
X-Access-Level: read-write-directmessages



=== TEST 6: and is that location's only
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_access_level off;
--- config
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_access_level on;
    proxy_pass http://origin;
}
--- request
GET /
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
origin
--- response_headers
! X-Access-Level



=== TEST 7: back to what the outermost said
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_access_level on;
--- config
dm_permission_access_level off;
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_access_level on;
    proxy_pass http://origin;
}
--- request
GET /l
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
origin
--- response_headers
X-Access-Level: read-write-directmessages



=== TEST 8: an if inherits its location's
--- http_config
dm_permission zone=t;
dm_permission_action read;
--- config
dm_permission_access_level on;
location / {
    proxy_pass http://origin;
}
location /l {
    proxy_pass http://origin;
}
location /if {
    if ($uri) {
        proxy_pass http://origin;
    }
}
--- request
GET /if
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
origin
--- response_headers
X-Access-Level: read-write-directmessages



=== TEST 9: limit_except inherits its location's
--- http_config
dm_permission zone=t;
dm_permission_action read;
--- config
dm_permission_access_level on;
location / {
    proxy_pass http://origin;
}
location /l {
    proxy_pass http://origin;
}
location /except {
    limit_except GET {
        deny 127.0.0.2;
    }
    proxy_pass http://origin;
}
--- request
POST /except
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
origin
--- response_headers
X-Access-Level: read-write-directmessages



=== TEST 10: on a refusal: read
--- gate
dm_permission_access_level on;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- response_headers
X-Access-Level: read
--- error_log
reason: no_dm_access



=== TEST 11: on a refusal: read-write
--- gate
dm_permission_access_level on;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- response_headers
X-Access-Level: read-write
--- error_log
reason: no_dm_access



=== TEST 12: on a route that is not guarded
--- gate
dm_permission_access_level on;
--- request
GET /1.1/statuses/home_timeline.json
--- more_headers
Authorization: Bearer t-rw
--- response_body chomp
origin
--- response_headers
X-Access-Level: read-write



=== TEST 13: none without a token
--- gate
dm_permission_access_level on;
--- request
GET /1.1/statuses/home_timeline.json
--- response_body chomp
origin
--- response_headers
! X-Access-Level



=== TEST 14: none for an unknown token
--- gate
dm_permission_access_level on;
--- request
GET /1.1/statuses/home_timeline.json
--- more_headers
Authorization: Bearer nobody
--- response_body chomp
origin
--- response_headers
! X-Access-Level



=== TEST 15: an upstream's own is replaced, never doubled
--- http_config
server {
    listen unix:$TEST_NGINX_SERVER_ROOT/html/level.sock;
    add_header X-Access-Level read-write-directmessages;
    add_header x-access-level read;
    return 200 "origin";
}
--- config
dm_permission zone=t;
dm_permission_access_level on;
location / {
    proxy_pass http://unix:$TEST_NGINX_SERVER_ROOT/html/level.sock:/;
}
--- request
GET /1.1/statuses
--- more_headers
Authorization: Bearer t-rw
--- response_body chomp
origin
--- response_headers
X-Access-Level: read-write



=== TEST 16: an upstream's own goes even where nothing is known
--- http_config
server {
    listen unix:$TEST_NGINX_SERVER_ROOT/html/level.sock;
    add_header X-Access-Level read-write-directmessages;
    add_header x-access-level read;
    return 200 "origin";
}
--- config
dm_permission zone=t;
dm_permission_access_level on;
location / {
    proxy_pass http://unix:$TEST_NGINX_SERVER_ROOT/html/level.sock:/;
}
--- request
GET /1.1/statuses
--- response_body chomp
origin
--- response_headers
! X-Access-Level



=== TEST 17: an upstream's own stays where it is off
--- http_config
server {
    listen unix:$TEST_NGINX_SERVER_ROOT/html/level.sock;
    add_header X-Access-Level read-write-directmessages;
    return 200 "origin";
}
--- config
dm_permission zone=t;
dm_permission_access_level off;
location / {
    proxy_pass http://unix:$TEST_NGINX_SERVER_ROOT/html/level.sock:/;
}
--- request
GET /1.1/statuses
--- response_body chomp
origin
--- response_headers
X-Access-Level: read-write-directmessages
