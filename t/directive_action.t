# Why: it overrides the routes, so that it must say what it means.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: an action for every path
--- config
dm_permission zone=t;
dm_permission_action read;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /x"]
--- error_code eval
[401]



=== TEST 2: none opens what the routes guard
--- config
dm_permission zone=t;
dm_permission_action none;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /2/dm_events"]
--- error_code eval
[200]



=== TEST 3: auto is the default
--- config
dm_permission zone=t;
dm_permission_action auto;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /x", "GET /2/dm_events"]
--- error_code eval
[200, 401]



=== TEST 4: http is inherited
--- http_config
dm_permission_action read;

--- config
dm_permission zone=t;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /x"]
--- error_code eval
[401]



=== TEST 5: a server's auto cancels it
--- http_config
dm_permission_action read;

--- config
dm_permission zone=t;
dm_permission_action auto;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /x", "GET /2/dm_events"]
--- error_code eval
[200, 401]



=== TEST 6: a location's own
--- config
dm_permission zone=t;
dm_permission_action read;
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_action none;
    proxy_pass http://origin;
}
--- request eval
["GET /x", "GET /l"]
--- error_code eval
[401, 200]



=== TEST 7: an if inherits its location's
--- config
dm_permission zone=t;
location / {
    proxy_pass http://origin;
}
location /if {
    dm_permission_action read;
    if ($uri) {
        proxy_pass http://origin;
    }
}
--- request eval
["GET /if", "GET /x"]
--- error_code eval
[401, 200]



=== TEST 8: limit_except inherits its location's
--- config
dm_permission zone=t;
location / {
    proxy_pass http://origin;
}
location /e {
    dm_permission_action read;
    limit_except GET {
        deny 127.0.0.2;
    }
    proxy_pass http://origin;
}
--- request eval
["POST /e", "GET /x"]
--- error_code eval
[401, 200]



=== TEST 9: a map
--- http_config
map "$request_method $uri" $dm_action {
    default             auto;
    "POST /outbox"      send;
    ~^GET./inbox        read;
    "GET /2/dm_events"  none;
}
--- config
dm_permission zone=t;
dm_permission_action $dm_action;
add_header X-Action $dm_permission_action always;
location / {
    proxy_pass http://origin;
}
--- request eval
["POST /outbox", "GET /inbox/1", "GET /2/dm_events", "DELETE /2/dm_events/1", "GET /"]
--- error_code eval
[401, 401, 200, 401, 200]
--- response_headers eval
["X-Action: send", "X-Action: read", "X-Action: none", "X-Action: delete", "X-Action: none"]



=== TEST 10: an empty value leaves it to the routes
--- gate
dm_permission_action $arg_a;
--- request eval
["GET /2/dm_events", "GET /2/users", "GET /2/users?a=read", "GET /2/users?a=auto"]
--- error_code eval
[401, 200, 401, 200]
--- no_error_log
[error]



=== TEST 11: a value that is no action leaves it to the routes, and is logged
--- gate
dm_permission_action $arg_a;
--- request
GET /2/dm_events?a=reed
--- error_code: 401
--- error_log
value "reed" of "dm_permission_action" is not an action, the routes decide
