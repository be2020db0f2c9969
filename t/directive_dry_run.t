# Why: dry run lets everything pass, so it must be on only where it was turned on.

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
Cache-Control: no-store
--- error_log
reason: no_credentials



=== TEST 2: http is inherited
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_dry_run on;
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
--- error_log
, dry run



=== TEST 3: server is inherited
--- http_config
dm_permission zone=t;
dm_permission_action read;
--- config
dm_permission_dry_run on;
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
--- error_log
, dry run



=== TEST 4: a server's own value goes before that of http
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_dry_run on;
--- config
dm_permission_dry_run off;
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



=== TEST 5: a location's own value goes before that of the server
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_dry_run off;
--- config
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_dry_run on;
    proxy_pass http://origin;
}
--- request
GET /l
--- response_body chomp
origin
--- error_log
, dry run



=== TEST 6: and is that location's only
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_dry_run off;
--- config
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_dry_run on;
    proxy_pass http://origin;
}
--- request
GET /
--- error_code: 401
--- response_headers
Cache-Control: no-store
--- error_log
reason: no_credentials



=== TEST 7: back to what the outermost said
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_dry_run on;
--- config
dm_permission_dry_run off;
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_dry_run on;
    proxy_pass http://origin;
}
--- request
GET /l
--- response_body chomp
origin
--- error_log
, dry run



=== TEST 8: an if inherits its location's
--- http_config
dm_permission zone=t;
dm_permission_action read;
--- config
dm_permission_dry_run on;
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
--- response_body chomp
origin
--- error_log
, dry run



=== TEST 9: limit_except inherits its location's
--- http_config
dm_permission zone=t;
dm_permission_action read;
--- config
dm_permission_dry_run on;
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
--- response_body chomp
origin
--- error_log
, dry run



=== TEST 10: every refusal passes, with the reason of enforcement
--- gate
dm_permission_dry_run on;
add_header X-Why "$dm_permission_reason/$dm_permission_status";
--- request eval
["GET /1.1/direct_messages%2500", "GET /2/dm_events", "GET /2/dm_events?access_token=nobody",
 "GET /2/dm_events?access_token=t-rev", "GET /2/dm_events?access_token=t-exp",
 "GET /2/dm_events?access_token=t-sus", "GET /2/dm_events?access_token=t-app",
 "GET /2/dm_events?access_token=t-r", "POST /1.1/dm/new?access_token=t-r",
 "GET /2/dm_events?access_token=t%zz",
 "GET /2/dm_events?access_token=t-dm&oauth_token=t-dm",
 "GET /2/dm_events?access_token=t-dm", "GET /2/users"]
--- error_code eval
[(200) x 13]
--- response_body eval
[("origin") x 13]
--- response_headers eval
[map { "X-Why: $_" }
 "ambiguous_uri/REJECTED_DRY_RUN", "no_credentials/REJECTED_DRY_RUN",
 "unknown_token/REJECTED_DRY_RUN", "revoked_token/REJECTED_DRY_RUN",
 "expired_token/REJECTED_DRY_RUN", "app_suspended/REJECTED_DRY_RUN",
 "app_only/REJECTED_DRY_RUN", "no_dm_access/REJECTED_DRY_RUN",
 "no_write_access/REJECTED_DRY_RUN", "bad_credentials/REJECTED_DRY_RUN",
 "ambiguous_credentials/REJECTED_DRY_RUN", "passed/PASSED", "not_guarded/"]



=== TEST 11: the log line is the one of enforcement, and says so
--- gate
dm_permission_dry_run on;
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer t-r
--- response_body chomp
origin
--- error_log eval
qr/\[warn\] \S+ \*\d+ access to direct messages refused, reason: no_dm_access, action: read, app: "8840", token: "[0-9a-f]{16}", dry run, client: /
