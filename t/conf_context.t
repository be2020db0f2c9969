# Why: a directive where it has no meaning must not be taken as if it had one.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: dm_permission: in an if of a location
--- config
location /x { if ($uri) { dm_permission zone=t; } }
--- must_die
--- error_log
[emerg]
"dm_permission" directive is not allowed here



=== TEST 2: dm_permission_dry_run: in an if of a location
--- config
location /x { if ($uri) { dm_permission_dry_run on; } }
--- must_die
--- error_log
[emerg]
"dm_permission_dry_run" directive is not allowed here



=== TEST 3: dm_permission_enforce_from: in an if of a location
--- config
location /x { if ($uri) { dm_permission_enforce_from 2011-07-14T00:00:00Z; } }
--- must_die
--- error_log
[emerg]
"dm_permission_enforce_from" directive is not allowed here



=== TEST 4: dm_permission_routes: in an if of a location
--- config
location /x { if ($uri) { dm_permission_routes twitter_2; } }
--- must_die
--- error_log
[emerg]
"dm_permission_routes" directive is not allowed here



=== TEST 5: dm_permission_route: in an if of a location
--- config
location /x { if ($uri) { dm_permission_route read GET /x; } }
--- must_die
--- error_log
[emerg]
"dm_permission_route" directive is not allowed here



=== TEST 6: dm_permission_action: in an if of a location
--- config
location /x { if ($uri) { dm_permission_action read; } }
--- must_die
--- error_log
[emerg]
"dm_permission_action" directive is not allowed here



=== TEST 7: dm_permission_send: in an if of a location
--- config
location /x { if ($uri) { dm_permission_send read-write; } }
--- must_die
--- error_log
[emerg]
"dm_permission_send" directive is not allowed here



=== TEST 8: dm_permission_credentials: in an if of a location
--- config
location /x { if ($uri) { dm_permission_credentials header; } }
--- must_die
--- error_log
[emerg]
"dm_permission_credentials" directive is not allowed here



=== TEST 9: dm_permission_unknown_token: in an if of a location
--- config
location /x { if ($uri) { dm_permission_unknown_token pass; } }
--- must_die
--- error_log
[emerg]
"dm_permission_unknown_token" directive is not allowed here



=== TEST 10: dm_permission_realm: in an if of a location
--- config
location /x { if ($uri) { dm_permission_realm a; } }
--- must_die
--- error_log
[emerg]
"dm_permission_realm" directive is not allowed here



=== TEST 11: dm_permission_log_level: in an if of a location
--- config
location /x { if ($uri) { dm_permission_log_level info; } }
--- must_die
--- error_log
[emerg]
"dm_permission_log_level" directive is not allowed here



=== TEST 12: dm_permission_message: in an if of a location
--- config
location /x { if ($uri) { dm_permission_message a; } }
--- must_die
--- error_log
[emerg]
"dm_permission_message" directive is not allowed here



=== TEST 13: dm_permission_access_level: in an if of a location
--- config
location /x { if ($uri) { dm_permission_access_level on; } }
--- must_die
--- error_log
[emerg]
"dm_permission_access_level" directive is not allowed here



=== TEST 14: dm_permission: in an if of a server
--- config
if ($uri) { dm_permission zone=t; }
--- must_die
--- error_log
[emerg]
"dm_permission" directive is not allowed here



=== TEST 15: dm_permission_dry_run: in an if of a server
--- config
if ($uri) { dm_permission_dry_run on; }
--- must_die
--- error_log
[emerg]
"dm_permission_dry_run" directive is not allowed here



=== TEST 16: dm_permission_enforce_from: in an if of a server
--- config
if ($uri) { dm_permission_enforce_from 2011-07-14T00:00:00Z; }
--- must_die
--- error_log
[emerg]
"dm_permission_enforce_from" directive is not allowed here



=== TEST 17: dm_permission_routes: in an if of a server
--- config
if ($uri) { dm_permission_routes twitter_2; }
--- must_die
--- error_log
[emerg]
"dm_permission_routes" directive is not allowed here



=== TEST 18: dm_permission_route: in an if of a server
--- config
if ($uri) { dm_permission_route read GET /x; }
--- must_die
--- error_log
[emerg]
"dm_permission_route" directive is not allowed here



=== TEST 19: dm_permission_action: in an if of a server
--- config
if ($uri) { dm_permission_action read; }
--- must_die
--- error_log
[emerg]
"dm_permission_action" directive is not allowed here



=== TEST 20: dm_permission_send: in an if of a server
--- config
if ($uri) { dm_permission_send read-write; }
--- must_die
--- error_log
[emerg]
"dm_permission_send" directive is not allowed here



=== TEST 21: dm_permission_credentials: in an if of a server
--- config
if ($uri) { dm_permission_credentials header; }
--- must_die
--- error_log
[emerg]
"dm_permission_credentials" directive is not allowed here



=== TEST 22: dm_permission_unknown_token: in an if of a server
--- config
if ($uri) { dm_permission_unknown_token pass; }
--- must_die
--- error_log
[emerg]
"dm_permission_unknown_token" directive is not allowed here



=== TEST 23: dm_permission_realm: in an if of a server
--- config
if ($uri) { dm_permission_realm a; }
--- must_die
--- error_log
[emerg]
"dm_permission_realm" directive is not allowed here



=== TEST 24: dm_permission_log_level: in an if of a server
--- config
if ($uri) { dm_permission_log_level info; }
--- must_die
--- error_log
[emerg]
"dm_permission_log_level" directive is not allowed here



=== TEST 25: dm_permission_message: in an if of a server
--- config
if ($uri) { dm_permission_message a; }
--- must_die
--- error_log
[emerg]
"dm_permission_message" directive is not allowed here



=== TEST 26: dm_permission_access_level: in an if of a server
--- config
if ($uri) { dm_permission_access_level on; }
--- must_die
--- error_log
[emerg]
"dm_permission_access_level" directive is not allowed here



=== TEST 27: dm_permission: in limit_except
--- config
location /x { limit_except GET { dm_permission zone=t; } }
--- must_die
--- error_log
[emerg]
"dm_permission" directive is not allowed here



=== TEST 28: dm_permission_dry_run: in limit_except
--- config
location /x { limit_except GET { dm_permission_dry_run on; } }
--- must_die
--- error_log
[emerg]
"dm_permission_dry_run" directive is not allowed here



=== TEST 29: dm_permission_enforce_from: in limit_except
--- config
location /x { limit_except GET { dm_permission_enforce_from 2011-07-14T00:00:00Z; } }
--- must_die
--- error_log
[emerg]
"dm_permission_enforce_from" directive is not allowed here



=== TEST 30: dm_permission_routes: in limit_except
--- config
location /x { limit_except GET { dm_permission_routes twitter_2; } }
--- must_die
--- error_log
[emerg]
"dm_permission_routes" directive is not allowed here



=== TEST 31: dm_permission_route: in limit_except
--- config
location /x { limit_except GET { dm_permission_route read GET /x; } }
--- must_die
--- error_log
[emerg]
"dm_permission_route" directive is not allowed here



=== TEST 32: dm_permission_action: in limit_except
--- config
location /x { limit_except GET { dm_permission_action read; } }
--- must_die
--- error_log
[emerg]
"dm_permission_action" directive is not allowed here



=== TEST 33: dm_permission_send: in limit_except
--- config
location /x { limit_except GET { dm_permission_send read-write; } }
--- must_die
--- error_log
[emerg]
"dm_permission_send" directive is not allowed here



=== TEST 34: dm_permission_credentials: in limit_except
--- config
location /x { limit_except GET { dm_permission_credentials header; } }
--- must_die
--- error_log
[emerg]
"dm_permission_credentials" directive is not allowed here



=== TEST 35: dm_permission_unknown_token: in limit_except
--- config
location /x { limit_except GET { dm_permission_unknown_token pass; } }
--- must_die
--- error_log
[emerg]
"dm_permission_unknown_token" directive is not allowed here



=== TEST 36: dm_permission_realm: in limit_except
--- config
location /x { limit_except GET { dm_permission_realm a; } }
--- must_die
--- error_log
[emerg]
"dm_permission_realm" directive is not allowed here



=== TEST 37: dm_permission_log_level: in limit_except
--- config
location /x { limit_except GET { dm_permission_log_level info; } }
--- must_die
--- error_log
[emerg]
"dm_permission_log_level" directive is not allowed here



=== TEST 38: dm_permission_message: in limit_except
--- config
location /x { limit_except GET { dm_permission_message a; } }
--- must_die
--- error_log
[emerg]
"dm_permission_message" directive is not allowed here



=== TEST 39: dm_permission_access_level: in limit_except
--- config
location /x { limit_except GET { dm_permission_access_level on; } }
--- must_die
--- error_log
[emerg]
"dm_permission_access_level" directive is not allowed here



=== TEST 40: dm_permission: in the main context
--- post_main_config
dm_permission zone=t;
--- config
--- must_die
--- error_log
[emerg]
"dm_permission" directive is not allowed here



=== TEST 41: dm_permission_dry_run: in the main context
--- post_main_config
dm_permission_dry_run on;
--- config
--- must_die
--- error_log
[emerg]
"dm_permission_dry_run" directive is not allowed here



=== TEST 42: dm_permission_enforce_from: in the main context
--- post_main_config
dm_permission_enforce_from 2011-07-14T00:00:00Z;
--- config
--- must_die
--- error_log
[emerg]
"dm_permission_enforce_from" directive is not allowed here



=== TEST 43: dm_permission_routes: in the main context
--- post_main_config
dm_permission_routes twitter_2;
--- config
--- must_die
--- error_log
[emerg]
"dm_permission_routes" directive is not allowed here



=== TEST 44: dm_permission_route: in the main context
--- post_main_config
dm_permission_route read GET /x;
--- config
--- must_die
--- error_log
[emerg]
"dm_permission_route" directive is not allowed here



=== TEST 45: dm_permission_action: in the main context
--- post_main_config
dm_permission_action read;
--- config
--- must_die
--- error_log
[emerg]
"dm_permission_action" directive is not allowed here



=== TEST 46: dm_permission_send: in the main context
--- post_main_config
dm_permission_send read-write;
--- config
--- must_die
--- error_log
[emerg]
"dm_permission_send" directive is not allowed here



=== TEST 47: dm_permission_credentials: in the main context
--- post_main_config
dm_permission_credentials header;
--- config
--- must_die
--- error_log
[emerg]
"dm_permission_credentials" directive is not allowed here



=== TEST 48: dm_permission_unknown_token: in the main context
--- post_main_config
dm_permission_unknown_token pass;
--- config
--- must_die
--- error_log
[emerg]
"dm_permission_unknown_token" directive is not allowed here



=== TEST 49: dm_permission_realm: in the main context
--- post_main_config
dm_permission_realm a;
--- config
--- must_die
--- error_log
[emerg]
"dm_permission_realm" directive is not allowed here



=== TEST 50: dm_permission_log_level: in the main context
--- post_main_config
dm_permission_log_level info;
--- config
--- must_die
--- error_log
[emerg]
"dm_permission_log_level" directive is not allowed here



=== TEST 51: dm_permission_message: in the main context
--- post_main_config
dm_permission_message a;
--- config
--- must_die
--- error_log
[emerg]
"dm_permission_message" directive is not allowed here



=== TEST 52: dm_permission_access_level: in the main context
--- post_main_config
dm_permission_access_level on;
--- config
--- must_die
--- error_log
[emerg]
"dm_permission_access_level" directive is not allowed here



=== TEST 53: dm_permission: in an upstream
--- http_config
upstream u { dm_permission zone=t; }
--- config
--- must_die
--- error_log
[emerg]
"dm_permission" directive is not allowed here



=== TEST 54: dm_permission_dry_run: in an upstream
--- http_config
upstream u { dm_permission_dry_run on; }
--- config
--- must_die
--- error_log
[emerg]
"dm_permission_dry_run" directive is not allowed here



=== TEST 55: dm_permission_enforce_from: in an upstream
--- http_config
upstream u { dm_permission_enforce_from 2011-07-14T00:00:00Z; }
--- config
--- must_die
--- error_log
[emerg]
"dm_permission_enforce_from" directive is not allowed here



=== TEST 56: dm_permission_routes: in an upstream
--- http_config
upstream u { dm_permission_routes twitter_2; }
--- config
--- must_die
--- error_log
[emerg]
"dm_permission_routes" directive is not allowed here



=== TEST 57: dm_permission_route: in an upstream
--- http_config
upstream u { dm_permission_route read GET /x; }
--- config
--- must_die
--- error_log
[emerg]
"dm_permission_route" directive is not allowed here



=== TEST 58: dm_permission_action: in an upstream
--- http_config
upstream u { dm_permission_action read; }
--- config
--- must_die
--- error_log
[emerg]
"dm_permission_action" directive is not allowed here



=== TEST 59: dm_permission_send: in an upstream
--- http_config
upstream u { dm_permission_send read-write; }
--- config
--- must_die
--- error_log
[emerg]
"dm_permission_send" directive is not allowed here



=== TEST 60: dm_permission_credentials: in an upstream
--- http_config
upstream u { dm_permission_credentials header; }
--- config
--- must_die
--- error_log
[emerg]
"dm_permission_credentials" directive is not allowed here



=== TEST 61: dm_permission_unknown_token: in an upstream
--- http_config
upstream u { dm_permission_unknown_token pass; }
--- config
--- must_die
--- error_log
[emerg]
"dm_permission_unknown_token" directive is not allowed here



=== TEST 62: dm_permission_realm: in an upstream
--- http_config
upstream u { dm_permission_realm a; }
--- config
--- must_die
--- error_log
[emerg]
"dm_permission_realm" directive is not allowed here



=== TEST 63: dm_permission_log_level: in an upstream
--- http_config
upstream u { dm_permission_log_level info; }
--- config
--- must_die
--- error_log
[emerg]
"dm_permission_log_level" directive is not allowed here



=== TEST 64: dm_permission_message: in an upstream
--- http_config
upstream u { dm_permission_message a; }
--- config
--- must_die
--- error_log
[emerg]
"dm_permission_message" directive is not allowed here



=== TEST 65: dm_permission_access_level: in an upstream
--- http_config
upstream u { dm_permission_access_level on; }
--- config
--- must_die
--- error_log
[emerg]
"dm_permission_access_level" directive is not allowed here



=== TEST 66: each of them in http, server and location
--- http_config
dm_permission zone=t;
dm_permission_dry_run on;
dm_permission_enforce_from 2011-07-14T00:00:00Z;
dm_permission_routes twitter_2;
dm_permission_route read GET /x;
dm_permission_action read;
dm_permission_send read-write;
dm_permission_credentials header;
dm_permission_unknown_token pass;
dm_permission_realm a;
dm_permission_log_level info;
dm_permission_message a;
dm_permission_access_level on;
--- config
dm_permission zone=t;
dm_permission_dry_run on;
dm_permission_enforce_from 2011-07-14T00:00:00Z;
dm_permission_routes twitter_2;
dm_permission_route read GET /x;
dm_permission_action read;
dm_permission_send read-write;
dm_permission_credentials header;
dm_permission_unknown_token pass;
dm_permission_realm a;
dm_permission_log_level info;
dm_permission_message a;
dm_permission_access_level on;
location / {
dm_permission zone=t;
dm_permission_dry_run on;
dm_permission_enforce_from 2011-07-14T00:00:00Z;
dm_permission_routes twitter_2;
dm_permission_route read GET /x;
dm_permission_action read;
dm_permission_send read-write;
dm_permission_credentials header;
dm_permission_unknown_token pass;
dm_permission_realm a;
dm_permission_log_level info;
dm_permission_message a;
dm_permission_access_level on;
return 204;
}
--- request
GET /
--- error_code: 204
