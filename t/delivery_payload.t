# Why: whose events a body has, and of what kind, is all that stands between a
# user and an app that was not meant.  A body that two readers could read in
# two ways must reach none.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmDelivery;

# "reason body" a line: a request, its status and its reason each.
sub rows {
    my $block = shift;
    my (@request, @status, @reason);
    my %status = (passed => 200, bad_delivery => 400);

    for (split /\n/, $block->rows) {
        my ($reason, $body) = split / +/, $_, 2;
        push @request, "POST /h\n$body";
        push @status, $status{$reason} // 403;
        push @reason, "X-Reason: $reason";
    }

    $block->set_value(request => \@request);
    $block->set_value(more_headers => [("X-App: 8840") x @request]);
    $block->set_value(error_code => \@status);
    $block->set_value(response_headers => \@reason);
}

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(config => <<'CONF');
    dm_permission zone=t;
    location /h {
        dm_permission_delivery app=$http_x_app;
        add_header X-Reason "$dm_permission_reason" always;
        proxy_pass $dm_permission_webhook;
    }
CONF
    rows($block) if defined $block->rows;
});

run_tests();

__DATA__

=== TEST 1: the user, as a number and as a string
--- rows
passed          {"for_user_id":"1"}
passed          {"for_user_id":1}
passed          {"for_user_id":"\u0031"}
passed          {"for_user_id":18446744073709551615}
passed          {"for_user_id":"18446744073709551615"}
passed          {"for_user_id":"9007199254740993"}
passed          {"for_user_id":9007199254740993}
not_subscribed  {"for_user_id":9007199254740992}
not_subscribed  {"for_user_id":18446744073709551614}
not_subscribed  {"for_user_id":0}
bad_delivery    {"for_user_id":18446744073709551616}
bad_delivery    {"for_user_id":-1}
bad_delivery    {"for_user_id":1.0}
bad_delivery    {"for_user_id":1e0}
bad_delivery    {"for_user_id":"01"}
bad_delivery    {"for_user_id":" 1"}
bad_delivery    {"for_user_id":""}
bad_delivery    {"for_user_id":null}
bad_delivery    {"for_user_id":["1"]}
bad_delivery    {"for_user_id":{"id":"1"}}
bad_delivery    {"For_user_id":"1"}
bad_delivery    {"user":"1"}



=== TEST 2: what is no JSON object
--- rows
bad_delivery    {}
bad_delivery    []
bad_delivery    [{"for_user_id":"1"}]
bad_delivery    "1"
bad_delivery    null
bad_delivery    {"for_user_id":"1"}{"for_user_id":"1"}
bad_delivery    {"for_user_id":"1"},
bad_delivery    {"for_user_id":"1",}
bad_delivery    {for_user_id:"1"}
bad_delivery    {'for_user_id':'1'}
bad_delivery    for_user_id=1
passed           { "for_user_id" : "1" }



=== TEST 3: top-level keys that come twice
--- rows
bad_delivery    {"for_user_id":"1","for_user_id":"1"}
bad_delivery    {"for_user_id":"1","for_user_id":"2"}
bad_delivery    {"for_user_id":"1","for_user\u005fid":"2"}
bad_delivery    {"for_user_id":"1","favorite_events":[],"favorite_events":[]}
bad_delivery    {"direct_message_events":[],"for_user_id":"3","direct_message_events":[]}
passed          {"for_user_id":"1","a":{"b":1,"b":2}}



=== TEST 4: the kinds of events that are of direct messages
--- rows
no_dm_access    {"for_user_id":"2","direct_message_events":[]}
no_dm_access    {"for_user_id":"2","direct_message_indicate_typing_events":[]}
no_dm_access    {"for_user_id":"2","direct_message_mark_read_events":[]}
no_dm_access    {"for_user_id":"2","direct_message_events":null}
no_dm_access    {"direct_message_mark_read_events":{},"for_user_id":"2"}
no_dm_access    {"for_user_id":"2","direct\u005fmessage_events":[]}
no_dm_access    {"for_user_id":"2","\u0064irect_message_indicate_typing_events":[]}
no_dm_access    {"for_user_id":"2","tweet_create_events":[],"direct_message_events":[]}
no_dm_access    {"for_user_id":"2","direct_message_reaction_events":[]}
passed          {"for_user_id":"2","tweet_create_events":[{"text":"\"direct_message_events\":"}]}
passed          {"for_user_id":"2","favorite_events":[{"direct_message_events":[]}]}
passed          {"for_user_id":"2","follow_events":[],"users":{}}
passed          {"for_user_id":"3","direct_message_events":[]}
passed          {"for_user_id":"3","direct_message_indicate_typing_events":[]}
passed          {"for_user_id":"3","direct_message_mark_read_events":[]}



=== TEST 5: what the app holds of the user
--- rows
passed          {"for_user_id":"1","favorite_events":[]}
passed          {"for_user_id":"2","favorite_events":[]}
passed          {"for_user_id":"6","favorite_events":[]}
passed          {"for_user_id":"7","favorite_events":[]}
not_subscribed  {"for_user_id":"4","favorite_events":[]}
not_subscribed  {"for_user_id":"5","favorite_events":[]}
not_subscribed  {"for_user_id":"12","favorite_events":[]}
not_subscribed  {"for_user_id":"8840","favorite_events":[]}
no_dm_access    {"for_user_id":"1","direct_message_events":[]}
no_dm_access    {"for_user_id":"6","direct_message_events":[]}
passed          {"for_user_id":"7","direct_message_events":[]}
not_subscribed  {"for_user_id":"4","direct_message_events":[]}
not_subscribed  {"for_user_id":"5","direct_message_events":[]}
not_subscribed  {"for_user_id":"12","direct_message_events":[]}



=== TEST 6: the notice that a user has left
--- rows
passed          {"user_event":{"revoke":{"source":{"user_id":"4"}}}}
bad_delivery    {"user_event":{},"user_event":{}}
bad_delivery    {"user_event":{},"direct_message_events":[]}
bad_delivery    {"user_event":{},"favorite_events":[]}
bad_delivery    {"user_event":{},"for_user_id":"3","direct_message_events":[]}
bad_delivery    {"user_event":{},"for_user_id":"x"}
bad_delivery    {"user_events":{}}
not_subscribed  {"user_event":{},"for_user_id":"4"}



=== TEST 7: the notice of an app that signs
--- request
POST /h
{"user_event":{}}
--- more_headers eval
"X-App: 77
X-Twitter-Webhooks-Signature: "
. DmDelivery::signature('s77', '{"user_event":{}}') . "\n"
--- response_body chomp
hook
--- response_headers
X-Reason: passed



=== TEST 8: and without its signature
--- request
POST /h
{"user_event":{}}
--- more_headers
X-App: 77
--- error_code: 403
--- response_headers
X-Reason: wrong_signature
--- no_error_log
hook got



=== TEST 9: a flow that cannot grant direct messages, and the first party's
--- tokens
{"app":"8840","webhooks":["http://a.example/hook"]}
{"app":"1","first_party":true,"webhooks":["http://a.example/hook"]}
{"token":"1","app":"8840","user":"9","access":"read-write-directmessages","issued_via":"xauth"}
{"token":"2","app":"1","user":"9","access":"read-write-directmessages","issued_via":"xauth"}
--- request eval
[("POST /h\n{\"for_user_id\":\"9\",\"direct_message_events\":[]}") x 2]
--- more_headers eval
["X-App: 8840", "X-App: 1"]
--- error_code eval
[403, 200]
--- response_headers eval
["X-Reason: no_dm_access", "X-Reason: passed"]



=== TEST 10: a grant that ends is the end of its deliveries
--- init
die 'not passed' unless DmDelivery::post(8840, '{"for_user_id":"3"}') =~ / 200 /;
DmSuite::put('{"token":"3","app":"8840","user":3,"access":"read","revoked":true}'
             . "\n", '>>');
DmSuite::wait_for('revoked', sub {
    DmDelivery::post(8840, '{"for_user_id":"3"}') =~ / 403 /;
});
--- request
POST /h
{"for_user_id":"3"}
--- more_headers
X-App: 8840
--- error_code: 403
--- response_headers
X-Reason: not_subscribed
