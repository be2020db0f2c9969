# Why: each row of the decision table is an answer that clients were written
# against; a wrong status, body or header breaks them or opens the gate.

use Test::Nginx::Socket 'no_plan';

our $Tokens = <<'EOF';
{"table":{"revision":"r1"}}
{"app":"8840","name":"Example","consumer_key":"ck"}
{"app":"66","suspended":true}
{"token":"t-r","app":"8840","user":1,"access":"read"}
{"token":"t-rw","app":"8840","user":2,"access":"read-write"}
{"token":"t-dm","app":"8840","user":3,"access":"read-write-directmessages"}
{"token":"t-rev","app":"8840","user":4,"access":"read","revoked":true}
{"token":"t-exp","app":"8840","user":5,"access":"read","expires":1}
{"token":"t-sus","app":"66","user":6,"access":"read"}
{"token":"t-app","app":"8840","access":"read-write"}
{"end":{"records":9}}
EOF

add_block_preprocessor(sub {
    my $block = shift;

    open my $fh, '>', "/tmp/dm-suite-$$.jsonl" or die;
    print $fh $Tokens;
    close $fh;

    $block->set_value(http_config => <<"EOF" . ($block->http_config // ''));
    dm_permission_table /tmp/dm-suite-$$.jsonl zone=t:1m;
EOF
    $block->set_value(config => $block->config // <<'EOF');
    dm_permission zone=t;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/o/; }
    location /o/ { dm_permission off; return 200 "origin"; }
EOF
});

repeat_each(2);
no_long_string();

# at debug nginx itself prints the request's header
log_level('info');
run_tests();

END { unlink "/tmp/dm-suite-$$.jsonl" }

__DATA__

=== TEST 1: not guarded
--- request
GET /1.1/statuses/home_timeline.json
--- response_body chomp
origin
--- no_error_log
[alert]



=== TEST 2: no credentials
--- request
GET /1.1/direct_messages.json
--- error_code: 401
--- response_headers
WWW-Authenticate: OAuth realm="api"
Cache-Control: no-store
--- response_body chomp
{"errors":[{"code":32,"message":"Could not authenticate you"}]}
--- no_error_log
[alert]



=== TEST 3: a read token may not read
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- response_headers
Content-Type: application/json;charset=utf-8
--- response_body chomp
{"errors":[{"code":93,"message":"This application is not allowed to access or delete your direct messages"}]}
--- error_log
reason: no_dm_access, action: read, app: "8840"
--- no_error_log
t-r



=== TEST 4: a read-write token may send
--- request
POST /1.1/direct_messages/new.json
--- more_headers
Authorization: Bearer t-rw
--- response_body chomp
origin
--- no_error_log
[alert]



=== TEST 5: a read token may not send
--- request
POST /1.1/direct_messages/new.json
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- response_body chomp
{"errors":[{"code":261,"message":"Application cannot perform write actions"}]}
--- error_log
reason: no_write_access



=== TEST 6: the direct-message level reads
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: OAuth oauth_consumer_key="ck", oauth_token="t-dm", oauth_version="1.0"
--- response_body chomp
origin
--- no_error_log
[alert]



=== TEST 7: another consumer key
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: OAuth oauth_consumer_key="other", oauth_token="t-dm"
--- error_code: 401
--- response_body chomp
{"errors":[{"code":89,"message":"Invalid or expired token"}]}
--- error_log
reason: consumer_mismatch



=== TEST 8: revoked
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-rev
--- error_code: 401
--- error_log
reason: revoked_token



=== TEST 9: expired
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-exp
--- error_code: 401
--- error_log
reason: expired_token



=== TEST 10: suspended app
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-sus
--- error_code: 403
--- response_body chomp
{"errors":[{"code":87,"message":"Client is not permitted to perform this action"}]}
--- error_log
reason: app_suspended



=== TEST 11: app-only token
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-app
--- error_code: 403
--- response_body chomp
{"errors":[{"code":220,"message":"Your credentials do not allow access to this resource"}]}
--- error_log
reason: app_only



=== TEST 12: unknown token
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer nobody
--- error_code: 403
--- error_log
reason: unknown_token



=== TEST 13: two credentials
--- request
GET /1.1/direct_messages.json?access_token=t-dm
--- more_headers
Authorization: Bearer t-dm
--- error_code: 400
--- response_body chomp
{"errors":[{"code":215,"message":"Bad Authentication data"}]}
--- error_log
reason: ambiguous_credentials



=== TEST 14: XML
--- request
GET /1.1/direct_messages.xml
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- response_headers
Content-Type: application/xml;charset=utf-8
--- response_body chomp
<?xml version="1.0" encoding="UTF-8"?><errors><error code="93">This application is not allowed to access or delete your direct messages</error></errors>
--- error_log
reason: no_dm_access



=== TEST 15: an undecodable path
--- request
GET /1.1/direct_messages%2500.json
--- more_headers
Authorization: Bearer t-dm
--- error_code: 400
--- error_log
reason: ambiguous_uri



=== TEST 16: a token in a form body
--- request
POST /1.1/direct_messages/destroy.json
access_token=t-rw&id=1
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 403
--- error_log
reason: no_dm_access, action: delete
