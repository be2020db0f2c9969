# Why: own routes guard an API that has other paths.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: adds to the sets
--- config
dm_permission zone=t;
dm_permission_route read GET /api/x;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /api/x", "GET /api/y", "GET /2/dm_events"]
--- error_code eval
[401, 200, 401]



=== TEST 2: and stands alone where there are none
--- config
dm_permission zone=t;
dm_permission_routes none;
dm_permission_route read GET /api/x;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /api/x", "GET /2/dm_events"]
--- error_code eval
[401, 200]



=== TEST 3: http is inherited
--- http_config
dm_permission_route read GET /api/x;

--- config
dm_permission zone=t;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /api/x", "GET /api/y"]
--- error_code eval
[401, 200]



=== TEST 4: a server's own routes replace those of http
--- http_config
dm_permission_route read GET /api/x;

--- config
dm_permission zone=t;
dm_permission_route read GET /api/y;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /api/x", "GET /api/y"]
--- error_code eval
[200, 401]



=== TEST 5: a location's own routes replace those of the server
--- config
dm_permission zone=t;
dm_permission_route read GET /api/x;
location / {
    proxy_pass http://origin;
}
location /api/ {
    dm_permission_route read GET /api/y;
    proxy_pass http://origin;
}
--- request eval
["GET /api/x", "GET /api/y"]
--- error_code eval
[200, 401]



=== TEST 6: inherited where a location gives none
--- config
dm_permission zone=t;
dm_permission_route read GET /api/x;
location / {
    proxy_pass http://origin;
}
location /api/ {
    dm_permission_realm x;
    proxy_pass http://origin;
}
--- request eval
["GET /api/x", "GET /api/y"]
--- error_code eval
[401, 200]



=== TEST 7: an if inherits its location's
--- config
dm_permission zone=t;
location / {
    proxy_pass http://origin;
}
location /api/ {
    dm_permission_route read GET /api/x;
    if ($uri) {
        proxy_pass http://origin;
    }
}
--- request eval
["GET /api/x", "GET /api/y"]
--- error_code eval
[401, 200]



=== TEST 8: methods
--- config
dm_permission zone=t;
dm_permission_route read GET,POST /api/x;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /api/x", "HEAD /api/x", "POST /api/x", "PUT /api/x", "DELETE /api/x"]
--- error_code eval
[401, 401, 401, 200, 200]



=== TEST 9: any method, one without a name too
--- config
dm_permission zone=t;
dm_permission_route read * /api/x;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /api/x", "PATCH /api/x", "PURGE /api/x"]
--- error_code eval
[401, 401, 401]



=== TEST 10: methods in lower case
--- config
dm_permission zone=t;
dm_permission_route read get /api/x;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /api/x", "POST /api/x"]
--- error_code eval
[401, 200]



=== TEST 11: a named segment
--- config
dm_permission zone=t;
dm_permission_route read GET /api/v1/conversations/:id;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /api/v1/conversations/7", "GET /api/v1/conversations", "GET /api/v1/conversations/7/x", "GET /api/v1/conversations/7/"]
--- error_code eval
[401, 200, 200, 401]



=== TEST 12: a named segment in the middle
--- config
dm_permission zone=t;
dm_permission_route read GET /c/:id/m;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /c/7/m", "GET /c/7", "GET /c//m"]
--- error_code eval
[401, 200, 200]



=== TEST 13: the rest
--- config
dm_permission zone=t;
dm_permission_route read GET /dmx/*;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /dmx/1/2", "GET /dmx/1", "GET /dmx", "GET /dmxy/1"]
--- error_code eval
[401, 401, 200, 200]



=== TEST 14: the case of a path does not matter
--- config
dm_permission zone=t;
dm_permission_route read GET /api/X;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /API/x"]
--- error_code eval
[401]



=== TEST 15: a regular expression
--- config
dm_permission zone=t;
dm_permission_route read GET ~ ^/api/[xy]$;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /api/x", "GET /api/y", "GET /api/z"]
--- error_code eval
[401, 401, 200]



=== TEST 16: a regular expression without case
--- config
dm_permission zone=t;
dm_permission_route read GET ~* ^/API/x$;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /api/x", "GET /api/y"]
--- error_code eval
[401, 200]



=== TEST 17: every reading of the path
--- config
dm_permission zone=t;
dm_permission_route read GET /api/x;
location / {
    proxy_pass http://origin;
}
--- request eval
["GET /api/./x", "GET /api/%78", "GET /api/%2578", "GET /api/a/../x", "GET /api//x", "GET /api/x;p=1"]
--- error_code eval
[401, 401, 401, 401, 401, 401]



=== TEST 18: the strictest action of several
--- gate
dm_permission_route read * /api/x;
dm_permission_route delete DELETE /api/x;
dm_permission_route send POST /api/*;
add_header X-Action $dm_permission_action always;
--- request eval
["GET /api/x", "DELETE /api/x", "POST /api/x", "POST /api/z", "GET /api/z"]
--- error_code eval
[401, 401, 401, 401, 200]
--- response_headers eval
["X-Action: read", "X-Action: delete", "X-Action: read", "X-Action: send", "X-Action: none"]



=== TEST 19: none is accepted, with a warning, and takes nothing away
--- gate
dm_permission_route none GET /2/dm_events;
--- request
GET /2/dm_events
--- error_code: 401
--- grep_error_log eval
qr/action "none" in "dm_permission_route" directive has no effect/
--- grep_error_log_out eval
[qr/^action "none"/, ""]
