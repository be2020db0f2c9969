# Why: a credential counts in the places that are named, and nowhere else.

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



=== TEST 2: http is inherited
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_credentials query body;
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
--- error_code: 401
--- response_headers
Cache-Control: no-store
--- error_log
reason: no_credentials



=== TEST 3: server is inherited
--- http_config
dm_permission zone=t;
dm_permission_action read;
--- config
dm_permission_credentials query body;
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
--- error_code: 401
--- response_headers
Cache-Control: no-store
--- error_log
reason: no_credentials



=== TEST 4: a server's own value goes before that of http
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_credentials query body;
--- config
dm_permission_credentials header;
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



=== TEST 5: a location's own value goes before that of the server
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_credentials header;
--- config
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_credentials query body;
    proxy_pass http://origin;
}
--- request
GET /l
--- more_headers
Authorization: Bearer t-dm
--- error_code: 401
--- response_headers
Cache-Control: no-store
--- error_log
reason: no_credentials



=== TEST 6: and is that location's only
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_credentials header;
--- config
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_credentials query body;
    proxy_pass http://origin;
}
--- request
GET /
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
origin



=== TEST 7: back to what the outermost said
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_credentials query body;
--- config
dm_permission_credentials header;
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_credentials query body;
    proxy_pass http://origin;
}
--- request
GET /l
--- more_headers
Authorization: Bearer t-dm
--- error_code: 401
--- response_headers
Cache-Control: no-store
--- error_log
reason: no_credentials



=== TEST 8: an if inherits its location's
--- http_config
dm_permission zone=t;
dm_permission_action read;
--- config
dm_permission_credentials query body;
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
--- error_code: 401
--- response_headers
Cache-Control: no-store
--- error_log
reason: no_credentials



=== TEST 9: limit_except inherits its location's
--- http_config
dm_permission zone=t;
dm_permission_action read;
--- config
dm_permission_credentials query body;
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
--- error_code: 401
--- response_headers
Cache-Control: no-store
--- error_log
reason: no_credentials



=== TEST 10: in the header, header is named
--- gate
dm_permission_credentials header;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
origin



=== TEST 11: in the header, query is named
--- gate
dm_permission_credentials query;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer t-dm
--- error_code: 401
--- error_log
reason: no_credentials



=== TEST 12: in the header, body is named
--- gate
dm_permission_credentials body;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer t-dm
--- error_code: 401
--- error_log
reason: no_credentials



=== TEST 13: in the query, header is named
--- gate
dm_permission_credentials header;
--- request
GET /2/dm_events?access_token=t-dm
--- error_code: 401
--- error_log
reason: no_credentials



=== TEST 14: in the query, query is named
--- gate
dm_permission_credentials query;
--- request
GET /2/dm_events?access_token=t-dm
--- response_body chomp
origin



=== TEST 15: in the query, body is named
--- gate
dm_permission_credentials body;
--- request
GET /2/dm_events?access_token=t-dm
--- error_code: 401
--- error_log
reason: no_credentials



=== TEST 16: in the body, header is named
--- gate
dm_permission_credentials header;
--- request
POST /1.1/direct_messages/destroy.json
access_token=t-dm
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 401
--- error_log
reason: no_credentials



=== TEST 17: in the body, query is named
--- gate
dm_permission_credentials query;
--- request
POST /1.1/direct_messages/destroy.json
access_token=t-dm
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 401
--- error_log
reason: no_credentials



=== TEST 18: in the body, body is named
--- gate
dm_permission_credentials body;
--- request
POST /1.1/direct_messages/destroy.json
access_token=t-dm
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- response_body chomp
origin



=== TEST 19: beside a named place, one in another is ambiguous
--- gate
dm_permission_credentials header;
--- request
GET /2/dm_events?access_token=t-dm
--- more_headers
Authorization: Bearer t-dm
--- error_code: 400
--- error_log
reason: ambiguous_credentials



=== TEST 20: two places of three
--- gate
dm_permission_credentials query header;
--- request
GET /2/dm_events?access_token=t-dm
--- response_body chomp
origin



=== TEST 21: a header as long as nginx takes it
--- request
GET /2/dm_events
--- more_headers eval
'Authorization: OAuth oauth_nonce="' . 'n' x 7000 . '", oauth_consumer_key="ck", oauth_token="t-dm"'
--- response_body chomp
origin
--- no_error_log
[alert]



=== TEST 22: a query that long, whose name is decoded
--- request eval
'GET /2/dm_events?oauth_nonce=' . '%6e' x 2000 . '&oauth_consumer_key=ck&oauth%5ftoken=t-dm'
--- response_body chomp
origin
--- no_error_log
[alert]



=== TEST 23: a form that long
--- request eval
"POST /1.1/direct_messages/destroy.json\noauth_nonce=" . '%6e' x 2000
. '&oauth_consumer_key=ck&oauth%5ftoken=t-dm'
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- response_body chomp
origin
--- no_error_log
[alert]
