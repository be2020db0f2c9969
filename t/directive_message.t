# Why: the text of code 93 is the operator's, that of the other codes is not.

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
Authorization: Bearer t-r
--- error_code: 403
--- response_body chomp
{"errors":[{"code":93,"message":"This application is not allowed to access or delete your direct messages"}]}
--- error_log
reason: no_dm_access



=== TEST 2: http is inherited
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_message "One two";
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
Authorization: Bearer t-r
--- error_code: 403
--- response_body chomp
{"errors":[{"code":93,"message":"One two"}]}
--- error_log
reason: no_dm_access



=== TEST 3: server is inherited
--- http_config
dm_permission zone=t;
dm_permission_action read;
--- config
dm_permission_message "One two";
location / {
    proxy_pass http://origin;
}
location /l {
    proxy_pass http://origin;
}
--- request
GET /
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- response_body chomp
{"errors":[{"code":93,"message":"One two"}]}
--- error_log
reason: no_dm_access



=== TEST 4: a server's own value goes before that of http
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_message "One two";
--- config
dm_permission_message Two;
location / {
    proxy_pass http://origin;
}
location /l {
    proxy_pass http://origin;
}
--- request
GET /
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- response_body chomp
{"errors":[{"code":93,"message":"Two"}]}
--- error_log
reason: no_dm_access



=== TEST 5: a location's own value goes before that of the server
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_message Two;
--- config
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_message "One two";
    proxy_pass http://origin;
}
--- request
GET /l
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- response_body chomp
{"errors":[{"code":93,"message":"One two"}]}
--- error_log
reason: no_dm_access



=== TEST 6: and is that location's only
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_message Two;
--- config
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_message "One two";
    proxy_pass http://origin;
}
--- request
GET /
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- response_body chomp
{"errors":[{"code":93,"message":"Two"}]}
--- error_log
reason: no_dm_access



=== TEST 7: back to what the outermost said
--- http_config
dm_permission zone=t;
dm_permission_action read;
dm_permission_message "One two";
--- config
dm_permission_message Two;
location / {
    proxy_pass http://origin;
}
location /l {
    dm_permission_message "One two";
    proxy_pass http://origin;
}
--- request
GET /l
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- response_body chomp
{"errors":[{"code":93,"message":"One two"}]}
--- error_log
reason: no_dm_access



=== TEST 8: an if inherits its location's
--- http_config
dm_permission zone=t;
dm_permission_action read;
--- config
dm_permission_message "One two";
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
Authorization: Bearer t-r
--- error_code: 403
--- response_body chomp
{"errors":[{"code":93,"message":"One two"}]}
--- error_log
reason: no_dm_access



=== TEST 9: limit_except inherits its location's
--- http_config
dm_permission zone=t;
dm_permission_action read;
--- config
dm_permission_message "One two";
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
Authorization: Bearer t-r
--- error_code: 403
--- response_body chomp
{"errors":[{"code":93,"message":"One two"}]}
--- error_log
reason: no_dm_access



=== TEST 10: also for an unknown token, since its code is 93
--- gate
dm_permission_message "No";
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer nobody
--- error_code: 403
--- response_body chomp
{"errors":[{"code":93,"message":"No"}]}
--- error_log
reason: unknown_token



=== TEST 11: not for another code
--- gate
dm_permission_message "No";
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer t-app
--- error_code: 403
--- response_body chomp
{"errors":[{"code":220,"message":"Your credentials do not allow access to this resource"}]}
--- error_log
reason: app_only



=== TEST 12: escaped in JSON
--- gate
dm_permission_message 'Say "no" \ <é> & go';
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- response_body eval
"{\"errors\":[{\"code\":93,\"message\":\"Say \\\"no\\\" \\\\ <\xc3\xa9> & go\"}]}"
--- error_log
reason: no_dm_access



=== TEST 13: escaped in XML
--- gate
dm_permission_message 'Say "no" \ <é> & go';
--- request
GET /1/direct_messages.xml
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- response_body_like eval
qr/<error code="93">Say (?:"|&quot;)no(?:"|&quot;) \\ &lt;\xc3\xa9(?:>|&gt;) &amp; go<\/error>/
--- error_log
reason: no_dm_access
