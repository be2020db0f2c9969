# Why: what is refused must not leave, and a connection is something that
# leaves: who listens there learns that there was an event, and when.  The
# webhook is a socket of the test, in which nobody is seen who was not there.

use lib 't/lib';
use IO::Select;
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmDelivery ();
use DmLedger;

our $Listen = IO::Socket::INET->new(Listen => 100, LocalAddr => '127.0.0.1')
    or die "listen: $!";
our $Hook = '127.0.0.1:' . $Listen->sockport;

# Has anybody connected since the last look?  A connection is there for the
# listener before it is for nginx.
sub connections {
    my $n = 0;

    while (IO::Select->new($Listen)->can_read(0)) {
        $Listen->accept or die "accept: $!";
        $n++;
    }

    return $n;
}

# A delivery with something wrong, or nothing, in three ways to send a body.
sub ways {
    my ($app, $body, %d) = @_;
    my $head = "$d{method} /h HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
               . "X-App: $app\r\nX-To: " . ($d{to} // "http://$Hook/hook") . "\r\n"
               . 'X-Twitter-Webhooks-Signature: '
               . DmDelivery::signature($d{secret} // 'x', $body) . "\r\n";
    my $chunk = length $body ? sprintf("%x\r\n%s\r\n", length $body, $body) : '';

    return map { ("$head$_" =~ s{ /h }{ /h }r, "$head$_" =~ s{ /h }{ /u }r) }
           'Content-Length: ' . length($body) . "\r\n\r\n$body",
           "Transfer-Encoding: chunked\r\n\r\n${chunk}0\r\n\r\n";
}

our $Good = '{"for_user_id":"1","direct_message_events":[{"id":"1"}]}';

our @Refused = (
    ['bad_delivery', 1, '{"for_user_id":"1"'],
    ['bad_delivery', 1, ''],
    ['bad_delivery', 1, '{"for_user_id":"1","for_user_id":"1"}'],
    ['bad_delivery', 1, '{"for_user_id":"1","a":"' . 'x' x 2000 . '"}'],
    ['bad_delivery', '1,2', $Good],
    ['bad_delivery', 1, $Good, method => 'PUT'],
    ['bad_delivery', 1, $Good, method => 'GET'],
    ['bad_delivery', 1, $Good, method => 'DELETE'],
    ['unknown_app', 9, $Good],
    ['app_suspended', 's', $Good],
    ['wrong_destination', 2, $Good],
    ['wrong_destination', 1, $Good, to => 'http://another.example/hook'],
    ['wrong_signature', 1, $Good, secret => 'y'],
    ['not_subscribed', 1, $Good =~ s/"1"/"3"/r],
    ['no_dm_access', 1, $Good =~ s/"1"/"2"/r],
);

add_block_preprocessor(sub {
    my $block = shift;
    my $hook = '"webhooks":["http://' . $main::Hook . '/hook"]';

    $block->set_value(tokens => <<"JSONL");
{"app":"1","secret":"x",$hook}
{"app":"2","secret":"x","webhooks":["http://another.example/hook"]}
{"app":"s","secret":"x","suspended":true,$hook}
{"token":"1","app":"1","user":1,"access":"read-write-directmessages"}
{"token":"2","app":"1","user":2,"access":"read-write"}
JSONL
    $block->set_value(config => join '', 'dm_permission zone=t;',
        $block->more // '', map { <<"CONF" } 'h', 'u');
    location = /$_ {
        dm_permission_delivery app=\$http_x_app destination=\$http_x_to;
        dm_permission_delivery_body_max 1000;
        proxy_connect_timeout 1s;
        proxy_read_timeout 50ms;
        proxy_request_buffering @{[ $_ eq 'u' ? 'off' : 'on' ]};
        proxy_http_version 1.1;
        proxy_pass http://$main::Hook;
    }
CONF
    $block->set_value(config => $block->config . 'location = /ok { return 200; }');
    $block->set_value(request => 'GET /ok');
});

# what is tested is in init, which is run once
repeat_each(1);

run_tests();

__DATA__

=== TEST 1: one that passes has a connection
--- init
package main;
for my $text (ways(1, $main::Good, method => 'POST'), ways(1, '{"user_event":{}}', method => 'POST'),
              "GET /h HTTP/1.0\r\nX-App: 1\r\nX-To: http://$main::Hook/hook\r\n\r\n") {
    like(DmSuite::ask($text), qr{^HTTP/1.1 504 }, 'the webhook says nothing');
    is(connections(), 1, 'but was asked');
}



=== TEST 2: one that is refused has none
--- init
package main;
for (@main::Refused) {
    my ($reason, $app, $body, %d) = @$_;

    for my $text (ways($app, $body, method => 'POST', %d)) {
        like(DmSuite::ask($text), qr{^HTTP/1.1 40[03] .*"code":}s, $reason);
        is(connections(), 0, 'nobody was there');
    }
}
--- no_error_log
[error]
[alert]



=== TEST 3: nor while its body is on the way, whatever was read of it
--- init
package main;
for my $text (ways(1, $main::Good, method => 'POST')) {
    my $s = DmSuite::client();

    print $s $1 while $text =~ /(.{1,40})(?=.)/gs;
    DmSuite::answer('', '/ok');
    is(connections(), 0, 'not before its last byte');
    print $s substr $text, -1;
    like(join('', <$s>), qr{^HTTP/1.1 504 }, 'which comes');
    is(connections(), 1, 'then');
}



=== TEST 4: nor where the sender leaves before its end
--- init
package main;
for my $text (ways(1, $main::Good, method => 'POST')) {
    my $s = DmSuite::client();

    print $s substr $text, 0, -1;
    $s->shutdown(1);
    1 while sysread $s, my $buf, 4096;
    close $s;
    DmSuite::answer('', '/ok');
    is(connections(), 0, 'none');
}



=== TEST 5: in a dry run each has one
--- more
dm_permission_dry_run on;
--- init
package main;
for (grep { $_->[0] ne 'bad_delivery' } @main::Refused) {
    my ($reason, $app, $body, %d) = @$_;

    for my $text (ways($app, $body, method => 'POST', %d)) {
        like(DmSuite::ask($text), qr{^HTTP/1.1 504 }, $reason);
        is(connections(), 1, 'it goes on');
    }
}
