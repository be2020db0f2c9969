# Why: a stream outlives the grant that opened it. Nothing of it may reach
# anybody after that, whether a message comes or not.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmStream;
use DmStatus;
use Time::HiRes 'time';

our $Text = "{\"text\":1}\r\n";
our $Direct = "{\"direct_message\":{\"id\":1}}\r\n";

sub record {
    my ($access, $more, $token, $app) = @_;

    $token //= 't-dm';
    $app //= '8840';

    return qq({"token":"$token","app":"$app","user":3,"access":"$access"$more}\n);
}

# Waits until the table has it.
sub journal {
    my ($line, $want) = @_;

    my $n = DmStatus::value('journal.applied');
    DmSuite::put($line, '>>');
    DmStatus::wait_value('journal.applied', $n + 1);
}

our $Read = 'read-write-directmessages';
our $Revoked = record($Read, ',"revoked":true');

run_tests();

__DATA__

=== TEST 1: a revoked token, without another message
--- stream
proxy_buffering off;
--- init
package main;
my $s = DmStream->open(token => 't-dm')->put($main::Direct);
$s->get($main::Direct);
journal($main::Revoked);
is($s->end, $main::Direct . $DmStream::End, 'told, ended');
DmStatus::wait_value('streams.closed', 1);
DmStatus::wait_value('streams.open', 0);
--- error_log
stream ended, reason: revoked_token, app: "8840", token: "
--- no_error_log
[alert]
[error]



=== TEST 2: an expired one
--- stream
proxy_buffering off;
--- init
package main;
journal(record($main::Read, ',"expires":' . int(time + 2)));
my $s = DmStream->open(token => 't-dm')->put($main::Direct);
is($s->end, $main::Direct . $DmStream::End, 'told, ended');
--- error_log
stream ended, reason: expired_token
--- no_error_log
[alert]
[error]



=== TEST 3: one that is gone
--- stream
proxy_buffering off;
--- init
package main;
my $s = DmStream->open(token => 't-dm')->put($main::Direct);
$s->get($main::Direct);
DmSuite::put(record($main::Read, '', 'another'), '>', DmSuite::file() . '.new');
rename DmSuite::file() . '.new', DmSuite::file();
is($s->end, $main::Direct . $DmStream::End, 'told, ended');
--- error_log
stream ended, reason: unknown_token
--- no_error_log
[alert]
[error]



=== TEST 4: a suspended app
--- stream
proxy_buffering off;
--- init
package main;
my $s = DmStream->open(token => 't-dm')->put($main::Direct);
$s->get($main::Direct);
journal("{\"app\":\"8840\",\"suspended\":true}\n");
is($s->end, $main::Direct . $DmStream::End, 'told, ended');
--- error_log
stream ended, reason: app_suspended
--- no_error_log
[alert]
[error]



=== TEST 5: a lowered token is filtered, a raised one is not any more
--- stream
proxy_buffering off;
--- init
package main;
my $s = DmStream->open(token => 't-dm')->put($main::Direct);
my $expect = $main::Direct;
is(($s->get($expect))[0], $expect, 'seen');
journal(record('read', ''));
$s->put($main::Direct . $main::Text);
$expect .= $main::Text;
is(($s->get($expect))[0], $expect, 'withheld');
journal(record($main::Read, ''));
$s->put($main::Direct);
is($s->close, $expect . $main::Direct, 'seen again');
--- no_error_log
[alert]
[error]
stream ended



=== TEST 6: what comes with the revocation is neither judged nor delivered
--- stream
proxy_buffering off;
--- init
package main;
my $s = DmStream->open(token => 't-dm')->put($main::Direct);
$s->get($main::Direct);
$s->put("{\"direct_");
journal($main::Revoked);
$s->put("message\":2}\r\n$main::Text$main::Direct");
is($s->end, $main::Direct . $DmStream::End, 'told, ended');
--- no_error_log
[alert]
[error]



=== TEST 7: a filtered stream goes on, and is never told
--- stream
proxy_buffering off;
dm_permission_stream_revoked filter;
--- init
package main;
my $s = DmStream->open(token => 't-dm')->put($main::Direct);
$s->get($main::Direct);
journal($main::Revoked);
$s->put($main::Text . $main::Direct . $main::Text);
is($s->close, $main::Direct . $main::Text x 2, 'filtered');
--- no_error_log
[alert]
[error]
stream ended



=== TEST 8: in a dry run nothing is withheld, and counted as if
--- gate
dm_permission_dry_run on;
--- stream
proxy_buffering off;
--- init
package main;
my $s = DmStream->open(token => 't-dm')->put($main::Direct);
$s->get($main::Direct);
journal($main::Revoked);
$s->put($main::Text . $main::Direct . "{\r\n");
is($s->close, $main::Direct . $main::Text . $main::Direct . "{\r\n", 'all');
my $t = DmStream->open(token => 'nobody')->put($main::Direct);
is($t->close, $main::Direct, 'an unknown token connects');
my $u = DmStream->open(token => 't-dm')->put($main::Direct);
is($u->close, $main::Direct, 'so does a revoked one');
is(DmSuite::logged('stream ended'), 1, 'said once, not of each message, nor of one that was let in');
DmStatus::wait_value('streams.open', 0);
is_deeply(DmStatus::value('streams'), { open => 0, delivered => 2,
    withheld => 3, undecidable => 1, closed => 0 }, 'counted');
is_deeply(DmStatus::app('8840'), [1, 0, 2], 'an app that would break');
--- error_log
stream ended, reason: revoked_token, app: "8840", token: "fa21795a247845ba", dry run
message of a stream cannot be judged, 3 bytes, dry run
--- no_error_log
[alert]
[error]



=== TEST 9: behind lengths
--- stream
proxy_buffering off;
--- init
package main;
my $text = length($main::Text) . "\n" . $main::Text;
my $s = DmStream->open(token => 't-dm', uri => '/?delimited=length')
        ->put($text . "12\n{");
journal($main::Revoked);
is($s->end, $text . length($DmStream::End) . "\r\n" . $DmStream::End,
   'told with a length');
--- no_error_log
[alert]
[error]



=== TEST 10: within a message that is being delivered
--- stream
proxy_buffering off;
dm_permission_stream_message_max 64;
--- init
package main;
my $long = '{"a":"' . 'x' x 100;
my $s = DmStream->open(token => 't-dm')->put($long);
is(($s->get($long))[0], $long, 'too long to be kept');
journal($main::Revoked);
is($s->end, $long, 'ended, not told');
--- no_error_log
[alert]
[error]



=== TEST 11: the connection goes on
--- stream
proxy_buffering off;
--- init
package main;
my $s = DmStream->open(token => 't-dm');
journal($main::Revoked);
is($s->end, $DmStream::End, 'told, ended');
$s->{got} = '';
$s->{client}->syswrite("GET /ok HTTP/1.1\r\nHost: a\r\n\r\n");
like($s->head, qr{^HTTP/1.1 200 }, 'the next request');
--- no_error_log
[alert]
[error]



=== TEST 12: the origin's connection does not: it has more to say
--- http_config eval
"upstream kept { server unix:$DmStream::Socket; keepalive 4; }"
--- stream
proxy_buffering off;
proxy_http_version 1.1;
proxy_set_header Connection "";
--- origin chomp
http://kept
--- init
package main;
for (1 .. 2) {
    my $s = DmStream->open(token => 't-dm', head => "HTTP/1.1 200 OK\r\n"
                           . "Content-Length: 100\r\n\r\n")->put($main::Text);
    $s->get($main::Text);
    journal($main::Revoked);
    is($s->end, $main::Text . $DmStream::End, 'told, ended');
    is(sysread($s->{origin}, my $buf, 1), 0, 'closed');
    journal(record($main::Read, ''));
}
--- no_error_log
[alert]
[error]



=== TEST 13: with buffering, and a chunked origin
--- stream
proxy_http_version 1.1;
--- init
package main;
my $s = DmStream->open(token => 't-dm', head => "HTTP/1.1 200 OK\r\n"
                       . "Transfer-Encoding: chunked\r\n\r\n");
$s->put(sprintf "%x\r\n%s\r\n", length $main::Text, $main::Text);
journal($main::Revoked);
like($s->end, qr/^(?:\Q$main::Text\E)?\Q$DmStream::End\E\z/, 'told, ended');
--- no_error_log
[alert]
[error]



=== TEST 14: the access log says why it ended
--- http_config
log_format why "ended $dm_permission_status $dm_permission_reason $dm_permission_app";
access_log logs/error.log why;
--- stream
proxy_buffering off;
--- init
package main;
my $s = DmStream->open(token => 't-dm');
journal($main::Revoked);
$s->end;
DmSuite::wait_log('ended REJECTED revoked_token 8840');
DmStream->open(token => 't-rw')->close;
DmSuite::wait_log('ended PASSED passed 8840');
--- no_error_log
[alert]
[error]



=== TEST 15: a client that does not read is not waited for by the others
--- stream
proxy_buffering off;
--- init
package main;
my $s = DmStream->open(token => 't-dm');
my $sent = '';
$s->{origin}->blocking(0);
my $much = $main::Text x 5000;
while (select(undef, my $w = DmStream::bit($s->{origin}), undef, 0.5)) {
    my $n = syswrite $s->{origin}, $much;
    last unless defined $n;
    $sent .= substr $much, 0, $n;
    $much = substr($much, $n) . substr($much, 0, $n);
}
my $t = DmStream->open(token => 't-dm')->put($main::Direct);
$t->get($main::Direct);
journal($main::Revoked);
is($t->end, $main::Direct . $DmStream::End, 'the other one');
my $got = $s->end;
is(substr($got, -length $DmStream::End), $DmStream::End, 'told at last');
substr($got, -length $DmStream::End) = '';
is($got, substr($sent, 0, length $got), 'what came before is whole');
is(substr($got, -2), "\r\n", 'and ends with a message');
--- no_error_log
[alert]
[error]
