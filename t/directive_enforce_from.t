# Why: before its time as dry run, from its time on enforced, and only there.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmMoment ();

# before 1.19.10 a connection was closed after a hundred
our $Http = "keepalive_requests 100000;\n";

master_on();
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
dm_permission_enforce_from 2999-01-01T00:00:00Z;
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
dm_permission_enforce_from 2999-01-01T00:00:00Z;
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
dm_permission_enforce_from 2999-01-01T00:00:00Z;
--- config
dm_permission_enforce_from 2011-07-14T00:00:00Z;
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
dm_permission_enforce_from 2011-07-14T00:00:00Z;
--- config
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_enforce_from 2999-01-01T00:00:00Z;
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
dm_permission_enforce_from 2011-07-14T00:00:00Z;
--- config
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_enforce_from 2999-01-01T00:00:00Z;
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
dm_permission_enforce_from 2999-01-01T00:00:00Z;
--- config
dm_permission_enforce_from 2011-07-14T00:00:00Z;
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_enforce_from 2999-01-01T00:00:00Z;
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
dm_permission_enforce_from 2999-01-01T00:00:00Z;
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
dm_permission_enforce_from 2999-01-01T00:00:00Z;
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



=== TEST 10: the moment itself is enforced
--- http_config eval
$main::Http
--- gate
dm_permission_enforce_from 2999-01-01T00:00:00Z;
--- init
DmMoment::changes(401, "GET /2/dm_events HTTP/1.1\r\nHost: x\r\n\r\n");
--- request
GET /2/dm_events
--- error_code: 401
--- error_log
reason: no_credentials



=== TEST 11: an offset counts: the same moment, an hour behind
--- gate eval
use POSIX; POSIX::strftime("dm_permission_enforce_from %Y-%m-%dT%H:%M:%S-01:00;\n", gmtime)
--- request
GET /2/dm_events
--- response_body chomp
origin
--- error_log
reason: no_credentials, action: read, app: "", token: "", dry run



=== TEST 12: an offset counts: the same moment, an hour ahead
--- gate eval
use POSIX; POSIX::strftime("dm_permission_enforce_from %Y-%m-%dt%H:%M:%S.5+01:00;\n", gmtime)
--- request
GET /2/dm_events
--- error_code: 401
--- error_log
reason: no_credentials



=== TEST 13: dry run goes on after it
--- gate
dm_permission_dry_run on;
dm_permission_enforce_from 2011-07-14T00:00:00Z;
--- request
GET /2/dm_events
--- response_body chomp
origin
--- error_log
, dry run
