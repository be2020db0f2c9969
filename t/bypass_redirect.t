# Why: nginx looks at a request again under another URI: a refusal is not to be
# lost on the way, and a new URI not to be taken for the old one.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: no error_page for the code takes the place of a refusal
--- config
dm_permission zone=t;
error_page 403 =200 /sorry;
location / { proxy_pass http://origin; }
location = /sorry { return 200 sorry; }
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- response_body chomp
{"errors":[{"code":93,"message":"This application is not allowed to access or delete your direct messages"}]}
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 2: nor does a named location that would pass it on
--- config
dm_permission zone=t;
error_page 401 403 = @origin;
location / { proxy_pass http://origin; }
location @origin { proxy_pass http://origin; }
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 3: nor where the refusal comes under `satisfy any`
--- config
dm_permission zone=t;
error_page 403 = @origin;
location / { satisfy any; allow all; proxy_pass http://origin; }
location @origin { dm_permission off; proxy_pass http://origin; }
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 4: an error of another module leads to a guarded URI: it is guarded
--- config
dm_permission zone=t;
location / { proxy_pass http://origin; }
location = /gone { error_page 404 = /1.1/direct_messages.json; return 404; }
--- request
GET /gone
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 5: to a named location that passes the raw target on
--- config
dm_permission zone=t;
location / { error_page 418 = @origin; return 418; }
location @origin { proxy_pass http://origin; }
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 6: try_files to a named location
--- config
dm_permission zone=t;
location / { root html; try_files $uri @origin; }
location @origin { proxy_pass http://origin; }
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 7: try_files to a guarded URI
--- config
dm_permission zone=t;
location = /page { root html; try_files /none /1.1/direct_messages.json; }
location / { proxy_pass http://origin; }
--- request
GET /page
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 8: try_files of a reader who may
--- config
dm_permission zone=t;
location / { root html; try_files $uri @origin; }
location @origin { proxy_pass http://origin; }
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
origin
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out
origin got GET /1.1/direct_messages.json



=== TEST 9: X-Accel-Redirect to a guarded URI
--- http_config
server {
    listen unix:$TEST_NGINX_SERVER_ROOT/html/accel.sock;
    location / {
        add_header X-Accel-Redirect /1.1/direct_messages.json;
        return 200;
    }
}
--- config
dm_permission zone=t;
location = /page { proxy_pass http://unix:$TEST_NGINX_SERVER_ROOT/html/accel.sock; }
location / { proxy_pass http://origin; }
--- request
GET /page
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 10: X-Accel-Redirect to a named location with the raw target
--- http_config
server {
    listen unix:$TEST_NGINX_SERVER_ROOT/html/accel.sock;
    location / {
        add_header X-Accel-Redirect @origin;
        return 200;
    }
}
--- config
dm_permission zone=t;
dm_permission_dry_run on;
location / { proxy_pass http://unix:$TEST_NGINX_SERVER_ROOT/html/accel.sock; }
location @origin { dm_permission_dry_run off; proxy_pass http://origin; }
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 11: rewrite ... last to a guarded URI
--- config
dm_permission zone=t;
location = /page { rewrite ^ /1.1/direct_messages.json last; }
location / { proxy_pass http://origin; }
--- request
GET /page
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 12: rewrite ... break to a guarded URI
--- config
dm_permission zone=t;
location = /page {
    rewrite ^ /1.1/direct_messages.json break;
    proxy_pass http://origin;
}
--- request
GET /page
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 13: rewrite away from a guarded URI leaves what was asked for
--- config
dm_permission zone=t;
location /1.1/ {
    rewrite ^/1.1/(.*) /backend/$1 break;
    proxy_pass http://origin;
}
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 14: rewrite by the server, before a location is chosen
--- config
dm_permission zone=t;
rewrite ^/page$ /2/dm_events;
location / { proxy_pass http://origin; }
--- request
GET /page
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 15: an error_page after a refusal in a dry run still finds the gate
--- config
dm_permission zone=t;
location / { dm_permission_dry_run on; error_page 502 = @origin; proxy_pass http://127.0.0.1:1; }
location @origin { proxy_pass http://origin; }
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 16: an index that is a guarded URI
--- config
dm_permission zone=t;
location = / { index 1.1/direct_messages.json; root html; }
location / { proxy_pass http://origin; }
--- user_files
>>> 1.1/direct_messages.json
file
--- request
GET /
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 17: X-Accel-Redirect within a location, of a request that passed
--- http_config
server {
    listen unix:$TEST_NGINX_SERVER_ROOT/html/accel.sock;
    lingering_close off;
    access_log logs/error.log origin;
    location / { return 200 "origin"; }
    location /1.1/direct_messages/new {
        add_header X-Accel-Redirect /2/dm_events;
        return 200;
    }
}
--- config
dm_permission zone=t;
location / { proxy_pass http://unix:$TEST_NGINX_SERVER_ROOT/html/accel.sock; }
--- request
POST /1.1/direct_messages/new.json
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out
origin got POST /1.1/direct_messages/new.json



=== TEST 18: what is left of a rewrite is read in every way, too
--- config
dm_permission zone=t;
location /x/ { rewrite ^/x(/.*)$ $1 break; proxy_pass http://origin; }
--- request
GET /x/1.1/direct_messages.json;v=1
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 19: however long it is, and however short what was asked for
--- config eval
my $long = 'a' x 3000;
qq{dm_permission zone=t;
location = /x { rewrite ^ "/1.1/direct_messages.json;$long" break;
                proxy_pass http://origin; }}
--- request
GET /x
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- no_error_log
[alert]



=== TEST 20: the token of the URI that was left opens nothing
--- config
dm_permission zone=t;
location / { proxy_pass http://origin; }
location = /1.1/dm { root html; error_page 404 = /2/dm_events?access_token=x; }
--- request
GET /1.1/dm?access_token=t-dm
--- error_code: 403
--- error_log eval
'reason: unknown_token, action: read, app: "", token: "2d711642b726b044"'
--- no_error_log
origin got



=== TEST 21: nor is it told of
--- config
dm_permission zone=t;
location / { proxy_pass http://origin; }
location = /1.1/dm { root html; error_page 404 = /2/dm_events?a=b; }
--- request
GET /1.1/dm?access_token=t-dm
--- error_code: 401
--- error_log
reason: no_credentials, action: read, app: "", token: ""
--- no_error_log
origin got



=== TEST 22: what passed has not where nothing is guarded
--- config
dm_permission zone=t;
location = /page { root html; try_files /none /1.1/dm; }
location = /1.1/dm { root html; error_page 404 = /free; }
location = /free {
    proxy_pass http://origin;
    add_header X-Said "$dm_permission_status,$dm_permission_reason,$dm_permission_action";
}
--- request
GET /page
--- more_headers
Authorization: Bearer t-dm
--- response_headers
X-Said: ,not_guarded,none



=== TEST 23: a form is read for the URI that it comes to
--- config
dm_permission zone=t;
location / { proxy_pass http://origin; }
location = /free/dmx { root html; try_files /none /2/dm_conversations; }
--- request
POST /free/dmx
access_token=t-r
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 403
--- error_log
reason: no_write_access, action: send
--- no_error_log
origin got
