# Why: refusals of known tokens have the level that the operator's alarms expect.

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
Authorization: Bearer t-r
--- error_code: 403
--- error_log eval
qr/\[warn\] \S+ \*\d+ access to direct messages refused, reason: no_dm_access/



=== TEST 2: http is inherited
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_log_level error;
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
Authorization: Bearer t-r
--- error_code: 403
--- error_log eval
qr/\[error\] \S+ \*\d+ access to direct messages refused, reason: no_dm_access/



=== TEST 3: server is inherited
--- http_config
dm_permission zone=t;
dm_permission_action read;
--- config
dm_permission_log_level error;
location / {
    proxy_pass http://origin;
}
location /l {
    proxy_pass http://origin;
}
--- request
GET /
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- error_log eval
qr/\[error\] \S+ \*\d+ access to direct messages refused, reason: no_dm_access/



=== TEST 4: a server's own value goes before that of http
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_log_level error;
--- config
dm_permission_log_level notice;
location / {
    proxy_pass http://origin;
}
location /l {
    proxy_pass http://origin;
}
--- request
GET /
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- error_log eval
qr/\[notice\] \S+ \*\d+ access to direct messages refused, reason: no_dm_access/



=== TEST 5: a location's own value goes before that of the server
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_log_level notice;
--- config
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_log_level error;
    proxy_pass http://origin;
}
--- request
GET /l
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- error_log eval
qr/\[error\] \S+ \*\d+ access to direct messages refused, reason: no_dm_access/



=== TEST 6: and is that location's only
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_log_level notice;
--- config
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_log_level error;
    proxy_pass http://origin;
}
--- request
GET /
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- error_log eval
qr/\[notice\] \S+ \*\d+ access to direct messages refused, reason: no_dm_access/



=== TEST 7: back to what the outermost said
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_log_level error;
--- config
dm_permission_log_level notice;
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_log_level error;
    proxy_pass http://origin;
}
--- request
GET /l
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- error_log eval
qr/\[error\] \S+ \*\d+ access to direct messages refused, reason: no_dm_access/



=== TEST 8: an if inherits its location's
--- http_config
dm_permission zone=t;
dm_permission_action read;
--- config
dm_permission_log_level error;
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
Authorization: Bearer t-r
--- error_code: 403
--- error_log eval
qr/\[error\] \S+ \*\d+ access to direct messages refused, reason: no_dm_access/



=== TEST 9: limit_except inherits its location's
--- http_config
dm_permission zone=t;
dm_permission_action read;
--- config
dm_permission_log_level error;
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
Authorization: Bearer t-r
--- error_code: 403
--- error_log eval
qr/\[error\] \S+ \*\d+ access to direct messages refused, reason: no_dm_access/



=== TEST 10: info
--- gate
dm_permission_log_level info;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- error_log eval
qr/\[info\] \S+ \*\d+ access to direct messages refused, reason: no_dm_access/



=== TEST 11: what anyone can cause stays at info: a missing credential
--- gate
dm_permission_log_level error;
--- request
GET /2/dm_events
--- error_code_like: 40[013]
--- error_log eval
qr/\[info\] \S+ \*\d+ access to direct messages refused, reason: no_credentials/
--- no_error_log
[error]



=== TEST 12: what anyone can cause stays at info: a bad one
--- gate
dm_permission_log_level error;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a b
--- error_code_like: 40[013]
--- error_log eval
qr/\[info\] \S+ \*\d+ access to direct messages refused, reason: bad_credentials/
--- no_error_log
[error]



=== TEST 13: what anyone can cause stays at info: an unknown token
--- gate
dm_permission_log_level error;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer nobody
--- error_code_like: 40[013]
--- error_log eval
qr/\[info\] \S+ \*\d+ access to direct messages refused, reason: unknown_token/
--- no_error_log
[error]



=== TEST 14: a passed request is no line at all
--- gate
dm_permission_log_level error;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
origin
--- no_error_log
direct messages refused
