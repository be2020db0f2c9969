# Why: before a guard refuses anything it has to be known what it would.  In a
# dry run everything goes on as it came, also what could not be judged, and
# each refusal that there would have been shows: in the log, the variables, the
# counts.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmDelivery;
use DmStatus;

our $Line = 'hook got POST /hook a.example  ';

sub vars {
    my ($status, $reason, $action, $app, $user) = @_;

    return "X-Vars: $status|$reason|$action|$app|$user|";
}

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(config => <<'CONF' . ($block->more // ''));
    dm_permission zone=t;
    dm_permission_delivery_body_max 200;
    location /h {
        dm_permission_dry_run on;
        dm_permission_delivery app=$http_x_app;
        add_header X-Vars "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_app|$dm_permission_user|$dm_permission_token" always;
        proxy_pass http://a.example/hook;
    }
    location /e {
        dm_permission_delivery app=$http_x_app;
        add_header X-Vars "$dm_permission_status|$dm_permission_reason|$dm_permission_action|$dm_permission_app|$dm_permission_user|$dm_permission_token" always;
        proxy_pass http://a.example/hook;
    }
CONF
    $block->set_value(grep_error_log => $DmDelivery::Got)
        if defined $block->grep_error_log_out;
});

run_tests();

__DATA__

=== TEST 1: what would be refused goes on, and shows
--- request eval
[map { "POST /h\n$_" } '{"for_user_id":"2","direct_message_events":[]}',
 '{"for_user_id":"12"}', '{"for_user_id":"3"}', '{"for_user_id":"3"}', '{"for_user_id":"3"}', '{"for_user_id":"3"}', '{', '{"for_user_id":"3"}']
--- more_headers eval
[map { "X-App: $_" } 8840, 8840, 66, 55, 77, 1, 8840, '1,2']
--- error_code eval
[(200) x 8]
--- response_headers eval
[main::vars('REJECTED_DRY_RUN', 'no_dm_access', 'read', 8840, 2),
 main::vars('REJECTED_DRY_RUN', 'not_subscribed', 'none', 8840, 12),
 main::vars('REJECTED_DRY_RUN', 'app_suspended', 'none', 66, 3),
 main::vars('REJECTED_DRY_RUN', 'wrong_destination', 'none', 55, 3),
 main::vars('REJECTED_DRY_RUN', 'wrong_signature', 'none', 77, 3),
 main::vars('REJECTED_DRY_RUN', 'unknown_app', 'none', 1, 3),
 main::vars('REJECTED_DRY_RUN', 'bad_delivery', 'read', 8840, ''),
 main::vars('REJECTED_DRY_RUN', 'bad_delivery', 'none', '', 3)]
--- response_body eval
[('hook') x 8]
--- error_log
delivery refused, reason:
, dry run



=== TEST 2: enforced, they are the same
--- request eval
[map { "POST /e\n$_" } '{"for_user_id":"2","direct_message_events":[]}', '{"for_user_id":"3"}']
--- more_headers eval
[map { "X-App: $_" } 8840, 8840]
--- error_code eval
[403, 200]
--- response_headers eval
[main::vars('REJECTED', 'no_dm_access', 'read', 8840, 2),
 main::vars('PASSED', 'passed', 'none', 8840, 3)]



=== TEST 3: what is too long goes on as well, whole
--- request eval
'POST /h
{"for_user_id":"3","a":"' . 'x' x 5000 . '"}'
--- more_headers
X-App: 8840
--- response_headers eval
main::vars('REJECTED_DRY_RUN', 'bad_delivery', 'read', '', '')
--- grep_error_log_out eval
$::Line . '{\"for_user_id\":\"3\",\"a\":\"' . 'x' x 5000 . "\\\"}\n"



=== TEST 4: in chunks, too, more than comes at once
--- raw_request eval
my $body = '{"for_user_id":"3","a":"' . 'x' x 100_000 . '"}';
"POST /h HTTP/1.1\r\nHost: localhost\r\nX-App: 8840\r\nConnection: close\r\n"
. "Transfer-Encoding: chunked\r\n\r\n" . sprintf("%x\r\n%s\r\n0\r\n\r\n", length $body, $body)
--- response_headers eval
main::vars('REJECTED_DRY_RUN', 'bad_delivery', 'read', 8840, '')
--- grep_error_log_out eval
$::Line . '{\"for_user_id\":\"3\",\"a\":\"' . 'x' x 100_000 . "\\\"}\n"



=== TEST 5: another method
--- request
PUT /h
{"for_user_id":"3"}
--- more_headers
X-App: 8840
--- response_headers eval
main::vars('REJECTED_DRY_RUN', 'bad_delivery', 'read', 8840, '')
--- grep_error_log_out eval
'hook got PUT /hook a.example  {\"for_user_id\":\"3\"}' . "\n"



=== TEST 6: the counts tell them apart
--- more
location = /status { dm_permission off; dm_permission_status; }
--- init
package main;
DmDelivery::post(8840, '{"for_user_id":"2","direct_message_events":[]}') for 1 .. 2;
DmDelivery::post(8840, '{"for_user_id":"3"}');
my $z = DmStatus::zone();
is($z->{deliveries}{no_dm_access}, 0, 'none was refused');
is($z->{deliveries}{passed}, 1, 'one passed');
is($z->{deliveries_dry_run}{no_dm_access}, 2, 'two would have been refused');
--- request
GET /status
--- no_error_log
[alert]
