# Why: tokens that the table does not have pass only where that was asked for.

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
Authorization: Bearer nobody
--- error_code: 403
--- response_headers
Cache-Control: no-store
--- error_log
reason: unknown_token



=== TEST 2: http is inherited
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_unknown_token pass;
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
Authorization: Bearer nobody
--- response_body chomp
origin



=== TEST 3: server is inherited
--- http_config
dm_permission zone=t;
dm_permission_action read;
--- config
dm_permission_unknown_token pass;
location / {
    proxy_pass http://origin;
}
location /l {
    proxy_pass http://origin;
}
--- request
GET /
--- more_headers
Authorization: Bearer nobody
--- response_body chomp
origin



=== TEST 4: a server's own value goes before that of http
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_unknown_token pass;
--- config
dm_permission_unknown_token deny;
location / {
    proxy_pass http://origin;
}
location /l {
    proxy_pass http://origin;
}
--- request
GET /
--- more_headers
Authorization: Bearer nobody
--- error_code: 403
--- response_headers
Cache-Control: no-store
--- error_log
reason: unknown_token



=== TEST 5: a location's own value goes before that of the server
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_unknown_token deny;
--- config
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_unknown_token pass;
    proxy_pass http://origin;
}
--- request
GET /l
--- more_headers
Authorization: Bearer nobody
--- response_body chomp
origin



=== TEST 6: and is that location's only
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_unknown_token deny;
--- config
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_unknown_token pass;
    proxy_pass http://origin;
}
--- request
GET /
--- more_headers
Authorization: Bearer nobody
--- error_code: 403
--- response_headers
Cache-Control: no-store
--- error_log
reason: unknown_token



=== TEST 7: back to what the outermost said
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_unknown_token pass;
--- config
dm_permission_unknown_token deny;
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_unknown_token pass;
    proxy_pass http://origin;
}
--- request
GET /l
--- more_headers
Authorization: Bearer nobody
--- response_body chomp
origin



=== TEST 8: an if inherits its location's
--- http_config
dm_permission zone=t;
dm_permission_action read;
--- config
dm_permission_unknown_token pass;
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
Authorization: Bearer nobody
--- response_body chomp
origin



=== TEST 9: limit_except inherits its location's
--- http_config
dm_permission zone=t;
dm_permission_action read;
--- config
dm_permission_unknown_token pass;
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
Authorization: Bearer nobody
--- response_body chomp
origin



=== TEST 10: pass is not for what is known: revoked
--- gate
dm_permission_unknown_token pass;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer t-rev
--- error_code: 401
--- error_log
reason: revoked_token



=== TEST 11: pass is not for no token
--- gate
dm_permission_unknown_token pass;
--- request
GET /2/dm_events
--- error_code: 401
--- error_log
reason: no_credentials



=== TEST 12: what passes so has a fingerprint and nothing else
--- gate
dm_permission_unknown_token pass;
add_header X-All "$dm_permission_status $dm_permission_reason [$dm_permission_access] [$dm_permission_app] [$dm_permission_user] $dm_permission_token";
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer nobody
--- response_headers
X-All: PASSED passed [] [] [] 6382b3cc881412b7
