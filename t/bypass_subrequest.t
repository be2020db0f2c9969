# Why: subrequests skip the access phase; what a page, a mirror or a check
# fetches on the side is a request to the origin like any other.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: an SSI page includes nothing that its reader may not read
--- config
dm_permission zone=t;
location /page { ssi on; ssi_types *; root html; }
location / { proxy_pass http://origin; }
--- user_files
>>> page.html
[<!--#include virtual="/1.1/direct_messages.json" -->]
--- request
GET /page.html
--- more_headers
Authorization: Bearer t-rw
--- response_body_like chomp
^\[.*"code":93,.*\]$
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 2: an SSI page of a reader who may
--- config
dm_permission zone=t;
location /page { ssi on; ssi_types *; root html; }
location / { proxy_pass http://origin; }
--- user_files
>>> page.html
[<!--#include virtual="/1.1/direct_messages.json" -->]
--- request
GET /page.html
--- more_headers
Authorization: Bearer t-dm
--- response_body
[origin]
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out
origin got GET /1.1/direct_messages.json



=== TEST 3: several includes are decided one by one
--- config
dm_permission zone=t;
location /page { ssi on; ssi_types *; root html; }
location / { proxy_pass http://origin; }
--- user_files
>>> page.html
<!--#include virtual="/1.1/users/show.json" --><!--#include virtual="/1.1/direct_messages.json" --><!--#include virtual="/2/dm_events" -->
--- request
GET /page.html
--- more_headers
Authorization: Bearer t-rw
--- response_body_like chomp
^origin\{.*"code":93,.*\}\{.*"code":93,.*\}$
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out
origin got GET /1.1/users/show.json



=== TEST 4: an include to `set` is refused as well
--- config
dm_permission zone=t;
location /page { ssi on; ssi_types *; root html; }
location / { proxy_pass http://origin; }
--- user_files
>>> page.html
<!--#include virtual="/1.1/direct_messages.json" set="dm" -->[<!--#echo var="dm" encoding="none" -->]
--- request
GET /page.html
--- more_headers
Authorization: Bearer t-rw
--- response_body_unlike chomp
origin
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 5: a mirror sends no copy of what it may not
--- config
dm_permission zone=t;
location / {
    mirror /1.1/direct_messages.json;
    proxy_pass http://origin;
}
location /1.1/direct_messages { proxy_pass http://origin; }
--- request
GET /1.1/users/show.json
--- more_headers
Authorization: Bearer t-rw
--- response_body chomp
origin
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out
origin got GET /1.1/users/show.json



=== TEST 6: a refused request is not mirrored
--- config
dm_permission zone=t;
location / {
    mirror /copy;
    proxy_pass http://origin;
}
location = /copy {
    internal;
    dm_permission off;
    proxy_pass http://origin/copy$request_uri;
}
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 7: a mirror with the body of a form
--- config
dm_permission zone=t;
location / {
    mirror /copy;
    proxy_pass http://origin;
}
location = /copy {
    internal;
    dm_permission off;
    proxy_pass http://origin/copy;
}
--- request
POST /1.1/direct_messages/destroy.json
access_token=t-rw&id=1
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 8: auth_request asks nothing of a guarded URI without a right to
--- config
dm_permission zone=t;
location / {
    auth_request /1.1/direct_messages.json;
    proxy_pass http://origin;
}
location /1.1/direct_messages { proxy_pass http://origin; }
--- request
GET /1.1/users/show.json
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 9: what auth_request allows the gate may still refuse
--- config
dm_permission zone=t;
location / {
    auth_request /yes;
    proxy_pass http://origin;
}
location = /yes { internal; dm_permission off; return 204; }
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



=== TEST 10: add_before_body and add_after_body
--- config
dm_permission zone=t;
location = /page {
    default_type text/html;
    add_before_body /1.1/direct_messages.json;
    add_after_body /2/dm_events;
    proxy_pass http://origin;
}
location / { proxy_pass http://origin; }
--- request
GET /page
--- more_headers
Authorization: Bearer t-rw
--- response_body_unlike
origin.*origin
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out
origin got GET /page



=== TEST 11: slices
--- config
dm_permission zone=t;
location / {
    slice 1k;
    proxy_set_header Range $slice_range;
    proxy_pass http://origin;
}
--- request
GET /1.1/ton/data/dm/1/2/a.jpg
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 12: what is refused on the side is logged with its reason
--- config
dm_permission zone=t;
location /page { ssi on; ssi_types *; root html; }
location / { proxy_pass http://origin; }
--- user_files
>>> page.html
<!--#include virtual="/1.1/direct_messages.json" -->
--- request
GET /page.html
--- more_headers
Authorization: Bearer t-rw
--- error_log
access to direct messages refused, reason: no_dm_access, action: read, app: "8840"
