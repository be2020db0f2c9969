# Why: the rule of 2011 and the rule of 2019 are one directive apart.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: the default
--- http_config
dm_permission zone=t;
dm_permission_action send;
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
Authorization: Bearer t-rw
--- response_body chomp
origin



=== TEST 2: http is inherited
--- http_config
dm_permission zone=t;
dm_permission_action send;
dm_permission_send read-write-directmessages;
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
Authorization: Bearer t-rw
--- error_code: 403
--- response_headers
Cache-Control: no-store
--- error_log
reason: no_dm_access, action: send



=== TEST 3: server is inherited
--- http_config
dm_permission zone=t;
dm_permission_action send;
--- config
dm_permission_send read-write-directmessages;
location / {
    proxy_pass http://origin;
}
location /l {
    proxy_pass http://origin;
}
--- request
GET /
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- response_headers
Cache-Control: no-store
--- error_log
reason: no_dm_access, action: send



=== TEST 4: a server's own value goes before that of http
--- http_config
dm_permission zone=t;
dm_permission_action send;
dm_permission_send read-write-directmessages;
--- config
dm_permission_send read-write;
location / {
    proxy_pass http://origin;
}
location /l {
    proxy_pass http://origin;
}
--- request
GET /
--- more_headers
Authorization: Bearer t-rw
--- response_body chomp
origin



=== TEST 5: a location's own value goes before that of the server
--- http_config
dm_permission zone=t;
dm_permission_action send;
dm_permission_send read-write;
--- config
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_send read-write-directmessages;
    proxy_pass http://origin;
}
--- request
GET /l
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- response_headers
Cache-Control: no-store
--- error_log
reason: no_dm_access, action: send



=== TEST 6: and is that location's only
--- http_config
dm_permission zone=t;
dm_permission_action send;
dm_permission_send read-write;
--- config
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_send read-write-directmessages;
    proxy_pass http://origin;
}
--- request
GET /
--- more_headers
Authorization: Bearer t-rw
--- response_body chomp
origin



=== TEST 7: back to what the outermost said
--- http_config
dm_permission zone=t;
dm_permission_action send;
dm_permission_send read-write-directmessages;
--- config
dm_permission_send read-write;
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_send read-write-directmessages;
    proxy_pass http://origin;
}
--- request
GET /l
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- response_headers
Cache-Control: no-store
--- error_log
reason: no_dm_access, action: send



=== TEST 8: an if inherits its location's
--- http_config
dm_permission zone=t;
dm_permission_action send;
--- config
dm_permission_send read-write-directmessages;
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
Authorization: Bearer t-rw
--- error_code: 403
--- response_headers
Cache-Control: no-store
--- error_log
reason: no_dm_access, action: send



=== TEST 9: limit_except inherits its location's
--- http_config
dm_permission zone=t;
dm_permission_action send;
--- config
dm_permission_send read-write-directmessages;
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
Authorization: Bearer t-rw
--- error_code: 403
--- response_headers
Cache-Control: no-store
--- error_log
reason: no_dm_access, action: send
