# Why: whoever guards a location means all that is in it, and no other; the
# routes of the gate have nothing to say there.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmDelivery;

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(grep_error_log => $DmDelivery::Got)
        if defined $block->grep_error_log_out;
});

run_tests();

__DATA__

=== TEST 1: no guard, no decision
--- config
dm_permission zone=t;
location / {
    proxy_pass http://a.example;
    add_header X-Reason "$dm_permission_reason$dm_permission_webhook";
}
--- request
POST /hook
{"for_user_id":"2","direct_message_events":[]}
--- more_headers
X-App: 8840
--- response_headers
X-Reason: not_guarded
--- response_body chomp
hook



=== TEST 2: a location inside inherits it
--- config
dm_permission zone=t;
location / {
    dm_permission_delivery app=$http_x_app;
    location /in { proxy_pass $dm_permission_webhook; }
}
--- request
POST /in
{"for_user_id":"2","direct_message_events":[]}
--- more_headers
X-App: 8840
--- error_code: 403
--- grep_error_log_out



=== TEST 3: and may have its own
--- config
dm_permission zone=t;
location / {
    dm_permission_delivery app=8840;
    location /in {
        dm_permission_delivery app=$http_x_app;
        proxy_pass $dm_permission_webhook;
    }
}
--- request
POST /in
{"for_user_id":"3"}
--- more_headers
X-App: none
--- error_code: 403
--- error_log
reason: unknown_app, action: none, app: "none"
--- grep_error_log_out



=== TEST 4: or be off
--- config
dm_permission zone=t;
location / {
    dm_permission_delivery app=$http_x_app;
    location /in { dm_permission off; proxy_pass http://a.example/off; }
}
--- request
POST /in
{}
--- response_body chomp
hook
--- grep_error_log_out
hook got POST /off a.example  {}



=== TEST 5: what is inside that, with a zone again, is guarded again
--- config
dm_permission zone=t;
location / {
    dm_permission_delivery app=$http_x_app;
    location /in {
        dm_permission off;
        location /in/side { dm_permission zone=t; proxy_pass http://a.example; }
    }
}
--- request
POST /in/side
{}
--- more_headers
X-App: 8840
--- error_code: 400
--- grep_error_log_out



=== TEST 6: an if has what its location has
--- config
dm_permission zone=t;
location / {
    dm_permission_delivery app=$http_x_app;
    if ($http_x_app) { proxy_pass http://a.example; }
}
--- request
POST /hook
{"for_user_id":"2","direct_message_events":[]}
--- more_headers
X-App: 8840
--- error_code: 403
--- grep_error_log_out



=== TEST 7: so has limit_except
--- config
dm_permission zone=t;
location / {
    dm_permission_delivery app=$http_x_app;
    limit_except GET { allow all; }
    proxy_pass http://a.example;
}
--- request
POST /hook
{"for_user_id":"2","direct_message_events":[]}
--- more_headers
X-App: 8840
--- error_code: 403
--- grep_error_log_out



=== TEST 8: the zone of http, and a table that is declared after it
--- config
location / {
    dm_permission_delivery app=$http_x_app;
    proxy_pass $dm_permission_webhook;
}
--- http_config
dm_permission zone=t;
--- request
POST /hook
{"for_user_id":"2","direct_message_events":[]}
--- more_headers
X-App: 8840
--- error_code: 403
--- grep_error_log_out



=== TEST 9: a webhook's path may be one of the gate's: it is not looked at
--- config
dm_permission zone=t;
location / {
    dm_permission_delivery app=$http_x_app;
    proxy_pass http://a.example;
}
--- request
POST /1.1/direct_messages/events/new.json%2500
{"for_user_id":"3","direct_message_events":[]}
--- more_headers
X-App: 8840
--- response_body chomp
hook
--- no_error_log
access to direct messages refused



=== TEST 10: nor an Authorization of the webhook's
--- config
dm_permission zone=t;
dm_permission_access_level on;
location / {
    dm_permission_delivery app=$http_x_app;
    proxy_pass $dm_permission_webhook;
    add_header X-Token "$dm_permission_token$dm_permission_access";
}
--- request
POST /1.1/direct_messages.json
{"for_user_id":"3"}
--- more_headers
X-App: 8840
Authorization: Bearer 3
--- response_headers
! X-Access-Level
! X-Token
--- response_body chomp
hook



=== TEST 11: the size is that of http
--- http_config
dm_permission_delivery_body_max 10;
--- request
POST /h
{"for_user_id":"3"}
--- more_headers
X-App: 8840
--- error_code: 400
--- grep_error_log_out



=== TEST 12: a server's goes before it, a location's before that
--- config
dm_permission zone=t;
dm_permission_delivery_body_max 10;
location / {
    dm_permission_delivery app=$http_x_app;
    dm_permission_delivery_body_max 19;
    proxy_pass $dm_permission_webhook;
}
--- http_config
dm_permission_delivery_body_max 9;
--- request
POST /h
{"for_user_id":"3"}
--- more_headers
X-App: 8840
--- response_body chomp
hook



=== TEST 13: the default is 1m
--- config
dm_permission zone=t;
location / {
    client_max_body_size 2m;
    dm_permission_delivery app=$http_x_app;
    proxy_pass $dm_permission_webhook;
}
--- request eval
[map { 'POST /h' . "\n" . '{"for_user_id":"3","a":"' . 'x' x ($_ - 26) . '"}' }
 1024 * 1024, 1024 * 1024 + 1]
--- more_headers eval
[("X-App: 8840") x 2]
--- error_code eval
[200, 400]



=== TEST 14: app from a header that comes twice
--- raw_request eval
"POST /h HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-App: 8840\r\n"
. "x-app: 8840\r\nContent-Length: 19\r\n\r\n{\"for_user_id\":\"3\"}"
--- error_code: 400
--- error_log
reason: bad_delivery, action: none, app: ""
--- grep_error_log_out



=== TEST 15: a header with two values
--- request
POST /h
{"for_user_id":"3"}
--- more_headers
X-App: 8840, 77
--- error_code: 400
--- grep_error_log_out



=== TEST 16: app from a header beside text, that comes twice
--- config
dm_permission zone=t;
location / {
    dm_permission_delivery app=88${HTTP_X_App};
    proxy_pass $dm_permission_webhook;
}
--- request
POST /h
{"for_user_id":"3"}
--- more_headers
X-App: 40
X-App: 40
--- error_code: 400
--- grep_error_log_out



=== TEST 17: app from an argument
--- config
dm_permission zone=t;
location / {
    dm_permission_delivery app=$arg_app;
    add_header X-Reason "$dm_permission_reason" always;
    proxy_pass $dm_permission_webhook;
}
--- request eval
[map { "POST /?$_\n{\"for_user_id\":\"3\"}" }
 'app=8840', 'app=8840&app=8840', 'app=8840&x&APP=77', 'b=1&app=8840&', 'app=',
 'app', '', 'app=8840&app', 'app=8840,77', 'xapp=1&app=8840', 'apps=1&app=8840']
--- error_code eval
[200, 400, 400, 200, 400, 400, 400, 200, 400, 200, 200]



=== TEST 18: app from a map, and from the path
--- http_config
map $uri $dm_of { default ""; ~^/of/(?<which>.*)$ $which; }
--- config
dm_permission zone=t;
location / {
    dm_permission_delivery app=$dm_of;
    proxy_pass $dm_permission_webhook;
}
--- request eval
[map { "POST $_\n{\"for_user_id\":\"3\"}" } '/of/8840', '/of/none', '/', '/of/']
--- error_code eval
[200, 403, 400, 400]



=== TEST 19: a signature from where it is said to be, and from nowhere else
--- config
dm_permission zone=t;
location / {
    dm_permission_delivery app=$http_x_app signature=sha256=$http_x_signed;
    add_header X-Reason "$dm_permission_reason" always;
    proxy_pass $dm_permission_webhook;
}
--- request eval
[("POST /\n{\"for_user_id\":\"12\"}") x 4]
--- more_headers eval
my $right = DmDelivery::signature('s77', '{"for_user_id":"12"}');
my $bare = $right =~ s/sha256=//r;
["X-App: 77\nX-Signed: $bare", "X-App: 77\nX-Signed: $right",
 "X-App: 77\nX-Twitter-Webhooks-Signature: $right",
 "X-App: 77\nX-Signed: " . ($bare =~ tr/A-Za-z/B-ZAb-za/r)]
--- error_code eval
[200, 403, 403, 403]
--- response_headers eval
["X-Reason: passed", ("X-Reason: wrong_signature") x 3]
