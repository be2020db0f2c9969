# Why: clients show the realm, and match on it.

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
--- error_code: 401
--- response_headers
WWW-Authenticate: OAuth realm="api"
--- error_log
reason: no_credentials



=== TEST 2: http is inherited
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_realm "one two";
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
WWW-Authenticate: OAuth realm="one two"
--- error_log
reason: no_credentials



=== TEST 3: server is inherited
--- http_config
dm_permission zone=t;
dm_permission_action read;
--- config
dm_permission_realm "one two";
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
WWW-Authenticate: OAuth realm="one two"
--- error_log
reason: no_credentials



=== TEST 4: a server's own value goes before that of http
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_realm "one two";
--- config
dm_permission_realm two;
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
WWW-Authenticate: OAuth realm="two"
--- error_log
reason: no_credentials



=== TEST 5: a location's own value goes before that of the server
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_realm two;
--- config
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_realm "one two";
    proxy_pass http://origin;
}
--- request
GET /l
--- error_code: 401
--- response_headers
WWW-Authenticate: OAuth realm="one two"
--- error_log
reason: no_credentials



=== TEST 6: and is that location's only
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_realm two;
--- config
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_realm "one two";
    proxy_pass http://origin;
}
--- request
GET /
--- error_code: 401
--- response_headers
WWW-Authenticate: OAuth realm="two"
--- error_log
reason: no_credentials



=== TEST 7: back to what the outermost said
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_realm "one two";
--- config
dm_permission_realm two;
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_realm "one two";
    proxy_pass http://origin;
}
--- request
GET /l
--- error_code: 401
--- response_headers
WWW-Authenticate: OAuth realm="one two"
--- error_log
reason: no_credentials



=== TEST 8: an if inherits its location's
--- http_config
dm_permission zone=t;
dm_permission_action read;
--- config
dm_permission_realm "one two";
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
WWW-Authenticate: OAuth realm="one two"
--- error_log
reason: no_credentials



=== TEST 9: limit_except inherits its location's
--- http_config
dm_permission zone=t;
dm_permission_action read;
--- config
dm_permission_realm "one two";
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
WWW-Authenticate: OAuth realm="one two"
--- error_log
reason: no_credentials



=== TEST 10: an empty one
--- gate
dm_permission_realm "";
--- request
GET /2/dm_events
--- error_code: 401
--- response_headers
WWW-Authenticate: OAuth realm=""
--- error_log
reason: no_credentials



=== TEST 11: beside any 401
--- gate
dm_permission_realm x;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer t-rev
--- error_code: 401
--- response_headers
WWW-Authenticate: OAuth realm="x"
--- error_log
reason: revoked_token
