# Why: the sets say what is guarded at all.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: the default: all three
--- config
dm_permission zone=t;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /1/direct_messages.json", "GET /direct_messages", "GET /1.1/direct_messages.json", "GET /2/dm_events", "GET /2/users"]
--- error_code eval
[401, 401, 401, 401, 200]



=== TEST 2: only twitter_1
--- config
dm_permission zone=t;
dm_permission_routes twitter_1;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /1/direct_messages.json", "GET /1.1/direct_messages.json", "GET /2/dm_events"]
--- error_code eval
[401, 200, 200]



=== TEST 3: only twitter_1.1
--- config
dm_permission zone=t;
dm_permission_routes twitter_1.1;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /1/direct_messages.json", "GET /1.1/direct_messages.json", "GET /2/dm_events"]
--- error_code eval
[200, 401, 200]



=== TEST 4: only twitter_2
--- config
dm_permission zone=t;
dm_permission_routes twitter_2;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /1/direct_messages.json", "GET /1.1/direct_messages.json", "GET /2/dm_events"]
--- error_code eval
[200, 200, 401]



=== TEST 5: only twitter_1 twitter_2
--- config
dm_permission zone=t;
dm_permission_routes twitter_1 twitter_2;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /1/direct_messages.json", "GET /1.1/direct_messages.json", "GET /2/dm_events"]
--- error_code eval
[401, 200, 401]



=== TEST 6: only none
--- config
dm_permission zone=t;
dm_permission_routes none;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /1/direct_messages.json", "GET /1.1/direct_messages.json", "GET /2/dm_events"]
--- error_code eval
[200, 200, 200]



=== TEST 7: http is inherited
--- http_config
dm_permission_routes twitter_2;

--- config
dm_permission zone=t;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /1.1/direct_messages.json", "GET /2/dm_events"]
--- error_code eval
[200, 401]



=== TEST 8: a server's own value goes before that of http
--- http_config
dm_permission_routes twitter_2;

--- config
dm_permission zone=t;
dm_permission_routes twitter_1.1;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /1.1/direct_messages.json", "GET /2/dm_events"]
--- error_code eval
[401, 200]



=== TEST 9: a location's own value goes before that of the server
--- config
dm_permission zone=t;
dm_permission_routes none;
location / {
    proxy_pass http://origin;
}
location /2/ {
    dm_permission_routes twitter_2;
    proxy_pass http://origin;
}
--- request eval
["GET /1.1/direct_messages.json", "GET /2/dm_events"]
--- error_code eval
[200, 401]



=== TEST 10: none in a location
--- config
dm_permission zone=t;
location / {
    proxy_pass http://origin;
}
location /2/ {
    dm_permission_routes none;
    proxy_pass http://origin;
}
--- request eval
["GET /1.1/direct_messages.json", "GET /2/dm_events"]
--- error_code eval
[401, 200]



=== TEST 11: an if inherits its location's
--- config
dm_permission zone=t;
dm_permission_routes none;
location / {
    proxy_pass http://origin;
}
location /2/ {
    dm_permission_routes twitter_2;
    if ($uri) {
        proxy_pass http://origin;
    }
}
--- request eval
["GET /1.1/direct_messages.json", "GET /2/dm_events"]
--- error_code eval
[200, 401]



=== TEST 12: limit_except inherits its location's
--- config
dm_permission zone=t;
dm_permission_routes none;
location / {
    proxy_pass http://origin;
}
location /2/ {
    dm_permission_routes twitter_2;
    limit_except GET {
        deny 127.0.0.2;
    }
    proxy_pass http://origin;
}
--- request eval
["GET /1.1/direct_messages.json", "DELETE /2/dm_events/1"]
--- error_code eval
[200, 401]
