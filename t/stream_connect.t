# Why: a stream is opened by whoever has a valid token, whatever its level, and
# by nobody else. What it carries is not decided here.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmStream;
use DmStatus;

our $Body = "{\"text\":1}\r\n{\"direct_message\":{}}\r\n";
our $Text = "{\"text\":1}\r\n";

sub refused {
    my ($what, $code, $reason, %arg) = @_;
    my $s = DmStream->connect(header => "Connection: close\r\n", %arg);

    1 while $s->read(10) > 0;
    like($s->{got}, qr{^HTTP/1.1 $code }, "$what - status");
    like($s->{got}, qr{^X-Reason: $reason\r$}m, "$what - reason");
}

sub filtered {
    my ($what, $expect, %arg) = @_;

    is(DmStream->open(%arg)->put($main::Body)->close, $expect, $what);
}

run_tests();

__DATA__

=== TEST 1: by the token
--- stream
proxy_buffering off;
add_header X-Reason $dm_permission_reason always;
--- init
package main;
filtered('read', $main::Text, token => 't-r');
filtered('read-write', $main::Text, token => 't-rw');
filtered('read-write-directmessages', $main::Body, token => 't-dm');
filtered('app-only', $main::Text, token => 't-app');
refused('unknown', 403, 'unknown_token', token => 'nobody');
refused('revoked', 401, 'revoked_token', token => 't-rev');
refused('expired', 401, 'expired_token', token => 't-exp');
refused('suspended', 403, 'app_suspended', token => 't-sus');
refused('malformed', 400, 'bad_credentials', token => 'a b');
refused('missing', 401, 'no_credentials', token => '');
refused('twice', 400, 'ambiguous_credentials', uri => '/?access_token=t-rw');
--- error_log
access to direct messages refused, reason: revoked_token, action: read, app: "8840"
--- no_error_log
[alert]



=== TEST 2: by a form, which says how to frame, too
--- stream
proxy_buffering off;
--- init
package main;
my $s = DmStream->open(method => 'POST', header =>
    "Content-Type: application/x-www-form-urlencoded\r\n",
    token => '', body => 'access_token=t-rw&delimited=length&track=a');
like($s->{asked}, qr/^access_token=t-rw&delimited=length&track=a\z/m,
     'the origin has the form');
is($s->put("12\r\n$main::Text" . "22\n{\"direct_message\":1}\r\n")->close,
   "12\r\n$main::Text", 'framed, filtered');
--- no_error_log
[alert]
[error]



=== TEST 3: a token of an unknown table passes, and sees nothing
--- stream
proxy_buffering off;
dm_permission_unknown_token pass;
--- init
package main;
filtered('unknown', $main::Text, token => 'nobody');
--- no_error_log
[alert]
[error]



=== TEST 4: a route stays guarded, with its level
--- stream
proxy_buffering off;
add_header X-Reason $dm_permission_reason always;
--- init
package main;
refused('read-write', 403, 'no_dm_access', uri => '/1.1/direct_messages.json');
filtered('read-write-directmessages', $main::Body, token => 't-dm',
         uri => '/1.1/direct_messages.json');
--- no_error_log
[alert]



=== TEST 5: a preflight has no token
--- stream
proxy_buffering off;
--- init
package main;
my $s = DmStream->connect(token => '', method => 'OPTIONS', header =>
    "Origin: http://a\r\nAccess-Control-Request-Method: GET\r\n")->accept;
like($s->{asked}, qr/^OPTIONS /, 'passed');
is($s->put($DmStream::Head . $main::Body)->close, $main::Text,
   'and is filtered all the same');
--- no_error_log
[alert]
[error]



=== TEST 6: HEAD
--- stream
proxy_buffering off;
--- init
package main;
my $s = DmStream->connect(method => 'HEAD')->accept;
$s->put("HTTP/1.1 200 OK\r\nContent-Length: 9\r\nETag: \"a\"\r\n\r\n");
unlike($s->head, qr/^(?:Content-Length|ETag):/mi, 'no length, no tag');
--- no_error_log
[alert]
[error]



=== TEST 7: what was decided is counted, and what is open
--- stream
proxy_buffering off;
--- init
package main;
my $s = DmStream->open(token => 't-rw');
DmStatus::wait_value('streams.open', 1);
my $t = DmStream->open(token => 't-dm');
DmStatus::wait_value('streams.open', 2);
$s->put($main::Body . "{\r\n")->close;
$t->put($main::Body)->close;
DmStatus::wait_value('streams.open', 0);
my $zone = DmStatus::zone();
is($zone->{decisions}{read}{passed}, 2, 'passed');
is_deeply($zone->{streams}, { open => 0, delivered => 3, withheld => 1,
                              undecidable => 1, closed => 0 }, 'messages');
--- no_error_log
[alert]
[error]



=== TEST 8: under "satisfy any", what another check allows is not open
--- location
satisfy any;
allow all;
dm_permission_stream user;
proxy_buffering off;
add_header X-Reason $dm_permission_reason always;
--- init
package main;
refused('unknown', 403, 'unknown_token', token => 'nobody');
filtered('read-write', $main::Text);
--- no_error_log
[alert]



=== TEST 9: a subrequest is filtered, too
--- config eval
<<"CONF"
dm_permission zone=t;
location = /page {
    dm_permission off;
    default_type text/html;
    ssi on;
    return 200 '<!--#include virtual="/stream" -->-<!--#include virtual="/stream" -->';
}
location / {
    dm_permission_stream user;
    proxy_pass http://unix:$DmStream::Socket:;
}
location = /ok { dm_permission off; return 200 "ok"; }
CONF
--- init
package main;
my $s = DmStream->connect(uri => '/page');
for (1 .. 2) {
    $s->accept->put($DmStream::Head);
    $s->put($_) for split //, $main::Body;
    close $s->{origin};
}
is($s->end, "$main::Text-$main::Text", 'both');
--- no_error_log
[alert]
[error]
