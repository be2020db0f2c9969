# Why: the gate itself: where it is on, where it is off, and what `off` cancels.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: the default
--- http_config
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
--- response_body chomp
origin



=== TEST 2: http is inherited
--- http_config
dm_permission_action read;
dm_permission zone=t;
--- config
location / {
    proxy_pass http://origin;
}
location /l {
    proxy_pass http://origin;
}
--- request
GET /
--- error_code: 401
--- response_headers
Cache-Control: no-store
--- error_log
reason: no_credentials



=== TEST 3: server is inherited
--- http_config
dm_permission_action read;
--- config
dm_permission zone=t;
location / {
    proxy_pass http://origin;
}
location /l {
    proxy_pass http://origin;
}
--- request
GET /
--- error_code: 401
--- response_headers
Cache-Control: no-store
--- error_log
reason: no_credentials



=== TEST 4: a server's own value goes before that of http
--- http_config
dm_permission_action read;
dm_permission zone=t;
--- config
dm_permission off;
location / {
    proxy_pass http://origin;
}
location /l {
    proxy_pass http://origin;
}
--- request
GET /
--- response_body chomp
origin



=== TEST 5: a location's own value goes before that of the server
--- http_config
dm_permission_action read;
dm_permission off;
--- config
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission zone=t;
    proxy_pass http://origin;
}
--- request
GET /l
--- error_code: 401
--- response_headers
Cache-Control: no-store
--- error_log
reason: no_credentials



=== TEST 6: and is that location's only
--- http_config
dm_permission_action read;
dm_permission off;
--- config
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission zone=t;
    proxy_pass http://origin;
}
--- request
GET /
--- response_body chomp
origin



=== TEST 7: back to what the outermost said
--- http_config
dm_permission_action read;
dm_permission zone=t;
--- config
dm_permission off;
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission zone=t;
    proxy_pass http://origin;
}
--- request
GET /l
--- error_code: 401
--- response_headers
Cache-Control: no-store
--- error_log
reason: no_credentials



=== TEST 8: an if inherits its location's
--- http_config
dm_permission_action read;
--- config
dm_permission zone=t;
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
--- error_code: 401
--- response_headers
Cache-Control: no-store
--- error_log
reason: no_credentials



=== TEST 9: limit_except inherits its location's
--- http_config
dm_permission_action read;
--- config
dm_permission zone=t;
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
--- error_code: 401
--- response_headers
Cache-Control: no-store
--- error_log
reason: no_credentials



=== TEST 10: a table alone changes nothing
--- config
location / {
    proxy_pass http://origin;
}
--- request
GET /2/dm_events
--- response_body chomp
origin
--- no_error_log
[emerg]
