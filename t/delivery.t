# Why: what leaves for the wrong app cannot be called back.  Each row of the
# table: what the sender is told, what is logged, and that nothing has reached
# a webhook.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmDelivery;

our $Code348 = q({"errors":[{"code":348,"message":"Client application is not )
               . q(permitted to access this user's webhook subscriptions"}]});

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(grep_error_log => $DmDelivery::Got);
    $block->set_value(grep_error_log_out => '')
        unless defined $block->grep_error_log_out;
});

run_tests();

__DATA__

=== TEST 1: passed
--- request
POST /h
{"for_user_id":"3","direct_message_events":[{"id":"1"}]}
--- more_headers
X-App: 8840
--- response_body chomp
hook
--- response_headers
! Cache-Control
--- no_error_log
delivery refused
--- grep_error_log_out
hook got POST /hook a.example  {\"for_user_id\":\"3\",\"direct_message_events\":[{\"id\":\"1\"}]}



=== TEST 2: not_ready
--- table
zone=t:1m interval=20ms max_stale=1s
--- init
unlink DmSuite::file();
DmSuite::wait_for('not ready', sub {
    DmSuite::answer('x', '/p/none') =~ m{^HTTP/1.1 503};
});
--- request
POST /h
{"for_user_id":"3"}
--- more_headers
X-App: 8840
--- error_code: 503
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
Retry-After: 1
--- response_body chomp
{"errors":[{"code":130,"message":"Over capacity"}]}
--- error_log eval
qr/\[info\] \S+ \*\d+ delivery refused, reason: not_ready, action: read, app: "", client: /



=== TEST 3: bad_delivery, for its body
--- request
POST /h
{"for_user_id":"3"
--- more_headers
X-App: 8840
--- error_code: 400
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
! Retry-After
! WWW-Authenticate
--- response_body chomp
{"errors":[{"code":214,"message":"Bad request"}]}
--- error_log eval
qr/\[info\] \S+ \*\d+ delivery refused, reason: bad_delivery, action: read, app: "8840", client: /



=== TEST 4: bad_delivery, for its app
--- request
POST /h
{"for_user_id":"3"}
--- error_code: 400
--- response_headers
Cache-Control: no-store
--- response_body chomp
{"errors":[{"code":214,"message":"Bad request"}]}
--- error_log eval
qr/\[info\] \S+ \*\d+ delivery refused, reason: bad_delivery, action: none, app: "", client: /



=== TEST 5: bad_delivery, for its method
--- request
PUT /h
{"for_user_id":"3"}
--- more_headers
X-App: 8840
--- error_code: 400
--- response_headers
Cache-Control: no-store
--- response_body chomp
{"errors":[{"code":214,"message":"Bad request"}]}
--- error_log eval
qr/\[info\] \S+ \*\d+ delivery refused, reason: bad_delivery, action: read, app: "8840", client: /



=== TEST 6: unknown_app
--- request
POST /h
{"for_user_id":"3"}
--- more_headers
X-App: 8841
--- error_code: 403
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
--- response_body chomp
{"errors":[{"code":87,"message":"Client is not permitted to perform this action"}]}
--- error_log eval
qr/\[info\] \S+ \*\d+ delivery refused, reason: unknown_app, action: none, app: "8841", client: /



=== TEST 7: app_suspended
--- request
POST /h
{"for_user_id":"3"}
--- more_headers
X-App: 66
--- error_code: 403
--- response_headers
Cache-Control: no-store
--- response_body chomp
{"errors":[{"code":87,"message":"Client is not permitted to perform this action"}]}
--- error_log eval
qr/\[warn\] \S+ \*\d+ delivery refused, reason: app_suspended, action: none, app: "66", client: /



=== TEST 8: wrong_destination, the app has no webhook
--- request
POST /h
{"for_user_id":"3"}
--- more_headers
X-App: 55
--- error_code: 403
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
--- response_body eval: $::Code348
--- error_log eval
qr/\[warn\] \S+ \*\d+ delivery refused, reason: wrong_destination, action: none, app: "55", client: /



=== TEST 9: wrong_destination, it goes elsewhere
--- config
dm_permission zone=t;
location / {
    dm_permission_delivery app=$http_x_app destination=http://$http_host$uri;
    proxy_pass http://$http_host$uri;
}
--- request
POST http://b.example/hook
{"for_user_id":"3"}
--- more_headers
X-App: 8840
--- error_code: 403
--- response_headers
Cache-Control: no-store
--- response_body eval: $::Code348
--- error_log eval
qr/\[warn\] \S+ \*\d+ delivery refused, reason: wrong_destination, action: none, app: "8840", client: /



=== TEST 10: wrong_signature
--- request
POST /h
{"for_user_id":"3"}
--- more_headers eval
"X-App: 77
X-Twitter-Webhooks-Signature: "
. DmDelivery::signature('s78', '{"for_user_id":"3"}') . "\n"
--- error_code: 403
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
--- response_body eval: $::Code348
--- error_log eval
qr/\[warn\] \S+ \*\d+ delivery refused, reason: wrong_signature, action: none, app: "77", client: /



=== TEST 11: not_subscribed
--- request
POST /h
{"for_user_id":"12","direct_message_events":[]}
--- more_headers
X-App: 8840
--- error_code: 403
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
--- response_body eval: $::Code348
--- error_log eval
qr/\[warn\] \S+ \*\d+ delivery refused, reason: not_subscribed, action: read, app: "8840", client: /



=== TEST 12: no_dm_access
--- request
POST /h
{"for_user_id":"2","direct_message_events":[]}
--- more_headers
X-App: 8840
--- error_code: 403
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
--- response_body chomp
{"errors":[{"code":93,"message":"This application is not allowed to access or delete your direct messages"}]}
--- error_log eval
qr/\[warn\] \S+ \*\d+ delivery refused, reason: no_dm_access, action: read, app: "8840", client: /



=== TEST 13: the operator's words, level, and XML for a path that asks for it
--- config
dm_permission zone=t;
dm_permission_message "No <messages>";
dm_permission_log_level error;
location / {
    dm_permission_delivery app=$http_x_app;
    proxy_pass $dm_permission_webhook;
}
--- request
POST /hook.xml
{"for_user_id":"2","direct_message_events":[]}
--- more_headers
X-App: 8840
--- error_code: 403
--- response_headers
Content-Type: application/xml;charset=utf-8
Cache-Control: no-store
--- response_body chomp
<?xml version="1.0" encoding="UTF-8"?><errors><error code="93">No &lt;messages&gt;</error></errors>
--- error_log eval
qr/\[error\] \S+ \*\d+ delivery refused, reason: no_dm_access, /



=== TEST 14: HEAD is no challenge, and has the refusal's header alone
--- request
HEAD /h
--- more_headers
X-App: 8840
--- error_code: 400
--- response_headers
Content-Length: 49
--- response_body



=== TEST 15: of an app that cannot be one nothing is logged
--- request eval
["POST /p/a%0Ab\n{\"for_user_id\":\"3\"}", "POST /p/a%22b\n{\"for_user_id\":\"3\"}",
 "POST /p/a%7Fb\n{\"for_user_id\":\"3\"}", "POST /p/%1Fb\n{\"for_user_id\":\"3\"}",
 "POST /p/" . 'a' x 65 . "\n{\"for_user_id\":\"3\"}"]
--- error_code eval
[(403) x 5]
--- error_log
reason: unknown_app, action: none, app: "", client
--- no_error_log eval
[qr/app: "[^"]/, qr/hook got/]



=== TEST 16: an app of the longest name
--- tokens eval
my $app = 'a' x 64;
qq({"app":"$app","webhooks":["http://a.example/hook"]}
{"token":"1","app":"$app","user":3,"access":"read"}
)
--- request
POST /h
{"for_user_id":"3"}
--- more_headers eval
'X-App: ' . 'a' x 64
--- response_body chomp
hook
--- grep_error_log_out
hook got POST /hook a.example  {\"for_user_id\":\"3\"}
