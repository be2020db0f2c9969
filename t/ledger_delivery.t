# Why: after a delivery went to the wrong app it must be known whose direct
# messages it had, which ones, and what it was made of, without a word of it.

use lib 't/lib';
use Digest::SHA 'sha256_hex';
use JSON::PP;
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmDelivery;
use DmLedger;

our $Body = '{"for_user_id":"3","direct_message_events":[{"id":"954491830116155396",'
            . '"message_create":{"message_data":{"text":"hush"}}}]}';

# A line of a delivery: what is decided, and what is said of the body.
sub delivery {
    my ($seq, $said, $rest) = @_;

    return qq({"v":1,"chain":"-","seq":$seq,"time":"-","kind":"delivery",$said)
           . qq("revision":"2018-09-10/1","request":"-",$rest"prev":"-","mac":"-"});
}

sub cargo {
    my ($body, $events) = @_;

    return '"bytes":' . length($body) . ','
           . (defined $events ? "\"events\":[$events]," : '')
           . '"body_sha256":"' . sha256_hex($body) . '",';
}

sub plain_keys {
    return join ' ', sort keys %{ $_[0] };
}

# The ids in the only line that there is of a delivery.
sub events {
    my ($line) = DmLedger::records('delivery');

    return $line->{events};
}

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(more_config => ($block->more_config // '')
        . "dm_permission_ledger $DmLedger::File;");
    DmDelivery::at($block) unless defined $block->config;
    $block->set_value(request => 'GET /ok');
    $block->set_value(error_code => 404);
});

# what is tested is in init, which is run once
repeat_each(1);

run_tests();

__DATA__

=== TEST 1: passed: whose, of which app, which messages, how much
--- init
package main;
DmDelivery::post(8840, $main::Body);
is_deeply([DmLedger::told()],
          [delivery(2, '"action":"read","decision":"passed","reason":"passed",'
                       . '"app":"8840","user":"3",',
                    cargo($main::Body, '"954491830116155396"'))], 'one line');
unlike(join('', DmLedger::lines()), qr/hush/, 'no content');



=== TEST 2: rejected: the same, and a status
--- init
package main;
my $body = $main::Body =~ s/"3"/"2"/r;
DmDelivery::post(8840, $body);
DmDelivery::post(8841, $main::Body);
DmDelivery::post(66, $main::Body);
DmDelivery::post(55, $main::Body);
DmDelivery::post(77, $main::Body);
DmDelivery::post(8840, $main::Body =~ s/"3"/"12"/r);

sub refused {
    my ($seq, $reason, $app, $user, $text) = @_;

    return delivery($seq, '"action":"read","decision":"rejected",'
                          . qq("reason":"$reason","app":"$app","user":"$user",),
                    '"status":403,' . cargo($text, '"954491830116155396"'));
}

is_deeply([DmLedger::told()],
          [refused(2, 'no_dm_access', 8840, 2, $body),
           refused(3, 'unknown_app', 8841, 3, $main::Body),
           refused(4, 'app_suspended', 66, 3, $main::Body),
           refused(5, 'wrong_destination', 55, 3, $main::Body),
           refused(6, 'wrong_signature', 77, 3, $main::Body),
           refused(7, 'not_subscribed', 8840, 12, $main::Body =~ s/"3"/"12"/r)],
          'a line each');



=== TEST 3: what is not understood is told by its digest
--- init
package main;
my @bodies = ('{', '[]', '{"for_user_id":"3","direct_message_events":[{"id":"1"}],"a":1,"a":1}', '');
DmDelivery::post(8840, $_) for @bodies;
my $seq = 2;
is_deeply([DmLedger::told()],
          [map { delivery($seq++, '"action":"read","decision":"rejected","reason":'
                                  . '"bad_delivery","app":"8840",',
                          '"status":400,' . cargo($_)) } @bodies], 'a line each');



=== TEST 4: a body that was not read has none
--- more_config
dm_permission_delivery_body_max 10;
--- init
package main;
DmDelivery::post(8840, $main::Body);
DmSuite::ask("PUT /h HTTP/1.0\r\nX-App: 8840\r\nContent-Length: 2\r\n\r\n{}");
DmSuite::ask("POST /h HTTP/1.1\r\nHost: localhost\r\nX-App: 8840\r\nTransfer-Encoding: chunked"
              . "\r\n\r\n2710\r\n" . 'x' x 10_000);
is_deeply([DmLedger::told()],
          [map { delivery($_, '"action":"read","decision":"rejected","reason":'
                              . '"bad_delivery",' . ($_ > 2 ? '"app":"8840",' : ''),
                          '"status":400,') } 2, 3, 4], 'three lines');



=== TEST 5: one that is encoded was, and is none that is understood
--- init
package main;
DmSuite::ask("POST /h HTTP/1.0\r\nX-App: 8840\r\nContent-Encoding: gzip\r\n"
              . 'Content-Length: ' . length($main::Body) . "\r\n\r\n$main::Body");
is_deeply([DmLedger::told()],
          [delivery(2, '"action":"read","decision":"rejected","reason":'
                       . '"bad_delivery","app":"8840",',
                    '"status":400,' . cargo($main::Body))], 'one line');



=== TEST 6: a challenge, a notice, and an event that is no direct message
--- init
package main;
my @bodies = ('{"user_event":{}}', '{"for_user_id":"2","favorite_events":[{"id":"1"}]}');
DmSuite::ask("GET /h?crc_token=x HTTP/1.0\r\nX-App: 8840\r\n\r\n");
DmDelivery::post(8840, $_) for @bodies;
is_deeply([DmLedger::told()],
          [delivery(2, '"decision":"passed","reason":"passed","app":"8840",', ''),
           delivery(3, '"decision":"passed","reason":"passed","app":"8840",',
                    cargo($bodies[0])),
           delivery(4, '"decision":"passed","reason":"passed","app":"8840","user":"2",',
                    cargo($bodies[1]))], 'three lines');



=== TEST 7: in a dry run
--- more_config
dm_permission_dry_run on;
--- init
package main;
DmDelivery::post(8840, $main::Body =~ s/"3"/"2"/r);
is_deeply([DmLedger::told()],
          [delivery(2, '"action":"read","decision":"rejected_dry_run",'
                       . '"reason":"no_dm_access","app":"8840","user":"2",',
                    cargo($main::Body =~ s/"3"/"2"/r, '"954491830116155396"'))],
          'one line');



=== TEST 8: ids as they come: strings, integers, and what has none
--- init
package main;
DmDelivery::post(8840, '{"direct_message_events":[{"id":"1"},{"id":2},{},{"id":null},'
                       . '{"id":[3]},4,{"id":"\"\\\\\\u000a\u00e9"},{"id":""},{"id":"1"}],'
                       . '"for_user_id":3,"direct_message_mark_read_events":[{"id":"9"}]}');
is_deeply(events(), ['1', '2', '', '', '', '', "\"\\\x{a}\x{e9}", '', '1'],
          'as many as there are');



=== TEST 9: more than a line usually has
--- init
package main;
my $events = join ',', map { "{\"id\":\"95449183011615$_\"}" } 1000 .. 6999;
DmDelivery::post(8840, "{\"for_user_id\":\"3\",\"direct_message_events\":[$events]}");
is_deeply(events(), [map { "95449183011615$_" } 1000 .. 6999], 'all of them');
DmDelivery::post(8840, $main::Body);
DmLedger::stop();
is_deeply([DmLedger::broken('', DmLedger::lines())], [], 'chained');
system($ENV{TEST_NGINX_BINARY} || 'nginx', '-p', server_root() . '/', '-c', 'conf/nginx.conf');
DmSuite::wait_for('up', sub { DmSuite::answer('x', '/ok') =~ / 404 / });



=== TEST 10: as many as a body can have, each as long as it may be and longer
--- init
package main;
my $events = '{"id":1}' . ',{"id":1}' x 116_000;
my $long = join ',', map { '{"id":"' . 'x' x $_ . '"}' } 255, 256, 257, 3000;
DmDelivery::post(8840, "{\"for_user_id\":\"3\",\"direct_message_events\":[$events]}");
is(scalar @{ events() }, 116_001, 'all of them');
DmDelivery::post(8840, "{\"for_user_id\":\"3\",\"direct_message_events\":[$long]}");
my (undef, $line) = DmLedger::records('delivery');
is_deeply([map { length } @{ $line->{events} }], [255, 256, 256, 256], 'cut');
is_deeply([grep { !/^not closed/ } DmLedger::broken('', DmLedger::lines())], [],
          'chained');



=== TEST 11: a delivery in a file of nginx's
--- more_config
client_body_in_file_only on;
dm_permission_dry_run on;
--- init
package main;
DmDelivery::post(8840, $main::Body);
is_deeply([map { "$_->{bytes} $_->{body_sha256}" } DmLedger::records('delivery')],
          [length($main::Body) . ' ' . sha256_hex($main::Body)], 'the same');



=== TEST 12: an app that cannot be one is not named
--- config eval
"dm_permission zone=t;
dm_permission_ledger $DmLedger::File;
location /h { dm_permission_delivery app=\$arg_app; proxy_pass http://a.example; }"
--- init
package main;
for ('a,b', 'a"b', "a\tb", 'a' x 65, '') {
    my $app = s/([^a-z,])/sprintf '%%%02x', ord $1/ger;
    DmSuite::ask("POST /h?app=$_ HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}") unless /\t/;
}
is_deeply([map { $_->{app} } DmLedger::records('delivery')], [(undef) x 4], 'no name');



=== TEST 13: what is decided after it in the same request has none of that
--- config eval
"dm_permission zone=t;
dm_permission_ledger $DmLedger::File;
location /h { dm_permission_delivery app=\$http_x_app;
              proxy_intercept_errors on; error_page 404 = /2/dm_events;
              proxy_pass http://127.0.0.1:\$TEST_NGINX_SERVER_PORT/gone; }
location /gone { dm_permission off; return 404; }
location / { root html; }"
--- init
package main;
DmDelivery::post(8840, $main::Body);
is_deeply([map { plain_keys($_) } DmLedger::records('gate')],
          ['action chain decision kind mac prev reason request revision seq status time v'],
          'a line of a gate');
