# Why: what a client asks of the origin, or the origin says of its response,
# may make a stream that nobody can look into, or one that is not what it says.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmStream;

our $Body = "{\"text\":1}\r\n{\"direct_message\":{}}\r\n";
our $Text = "{\"text\":1}\r\n";

our $Many = join '', map { "X-$_: $_\r\n" } 1 .. 50;

sub answer {
    my ($head, %arg) = @_;
    my $s = DmStream->open(header => "Connection: close\r\n", %arg,
                           head => "HTTP/1.1 $head\r\n\r\n");

    $s->put($arg{data} // $main::Body);
    $s->close;

    return $s;
}

run_tests();

__DATA__

=== TEST 1: the origin is not asked for what cannot be filtered
--- stream
proxy_buffering off;
--- init
package main;
my $s = DmStream->open(header =>
    "X-First: 1\r\naccept-encoding: gzip\r\n$main::Many"
    . "Range: bytes=0-9\r\nIf-Range: \"a\"\r\nX-Last: 1\r\n");
unlike($s->{asked}, qr/^(?:accept-encoding|range|if-range):/mi, 'hidden');
like($s->{asked}, qr/^X-First: 1\r\n\Q$main::Many\EX-Last: 1\r$/m,
     'all else in its order');
is($s->put($main::Body)->close, $main::Text, 'filtered');
--- no_error_log
[alert]
[error]



=== TEST 2: what is said of the whole is not said of what is left
--- stream
proxy_buffering off;
--- init
package main;
my $s = answer("200 OK\r\nContent-Length: " . length($main::Body) . "\r\nETag: \"a\"\r\n"
               . "Accept-Ranges: bytes\r\nX-Own: kept\r\n"
               . "Last-Modified: Thu, 30 Jun 2011 00:00:00 GMT");
unlike($s->head, qr/^(?:content-length|etag|accept-ranges|last-modified):/mi,
       'dropped');
like($s->head, qr/^X-Own: kept\r?$/m, 'others are not');
is(($s->body)[0], $main::Text, 'filtered');
--- no_error_log
[alert]
[error]



=== TEST 3: a range of a file is not taken out of it
--- config
dm_permission zone=t;
dm_permission_stream user;
location = /ok { dm_permission_stream off; return 200 "ok"; }
--- user_files eval
">>> file\n" . $main::Body
--- init
package main;
my $s = DmStream->connect(uri => '/file', header =>
    "Range: bytes=2-\r\nConnection: close\r\n");
is($s->end =~ s/\n\z//r, $main::Text =~ s/\n\z//r, 'the whole, filtered');
like($s->head, qr/^HTTP.1.1 200 /, 'status');
--- no_error_log
[alert]
[error]



=== TEST 4: an encoded response is refused
--- stream
proxy_buffering off;
--- init
package main;
like(answer("200 OK\r\nContent-Encoding: $_")->head, qr/^HTTP.1.1 502 /, $_)
    for 'gzip', 'br', 'GZIP', 'identity, gzip';
is((answer("200 OK\r\nContent-Encoding: identity")->body)[0], $main::Text,
   'not encoded');
unlike(answer("200 OK\r\nContent-Encoding: br")->{got}, qr/direct/,
       'nothing of it goes out');
--- error_log
stream comes encoded as "br", it cannot be filtered
--- no_error_log
[alert]



=== TEST 5: so is a part that nobody asked for
--- stream
proxy_buffering off;
--- init
package main;
my $s = answer("206 Partial Content\r\nContent-Range: bytes 0-36/37");
like($s->head, qr/^HTTP.1.1 502 /, 'refused');
unlike($s->{got}, qr/direct/, 'nothing of it goes out');
--- error_log
stream comes in a part, it cannot be filtered
--- no_error_log
[alert]



=== TEST 6: any other status passes unfiltered
--- stream
proxy_buffering off;
--- init
package main;
for (qw( 201 404 420 503 )) {
    my $s = answer("$_ Status\r\nETag: \"a\"\r\nContent-Encoding: br");
    like($s->head, qr/^HTTP.1.1 $_ .*^ETag: "a"\r.*/ms, "status $_");
    is($s->end, $main::Body, "$_ - body");
}
--- no_error_log
[alert]
[error]



=== TEST 7: the head goes at once, and a message does not wait for the next
--- stream
proxy_buffering off;
--- init
package main;
my $s = DmStream->open;
like($s->head, qr/^HTTP.1.1 200 /, 'head');
$s->put("{\"a\":1}\r\n");
is(($s->get("{\"a\":1}\r\n"))[0], "{\"a\":1}\r\n", 'message');
$s->put("\r\n");
is(($s->get("{\"a\":1}\r\n\r\n"))[0], "{\"a\":1}\r\n\r\n", 'keep-alive');
$s->put("{\"direct_message\":1}\r\n{\"b\"");
$s->put(":1}\r\n{");
is(($s->get("{\"a\":1}\r\n\r\n{\"b\":1}\r\n"))[0],
   "{\"a\":1}\r\n\r\n{\"b\":1}\r\n", 'the next, not its successor');
--- no_error_log
[alert]
[error]



=== TEST 8: nginx compresses what is left
--- stream
proxy_buffering off;
gzip on;
gzip_min_length 0;
gzip_types text/plain;
gzip_proxied any;
--- init
package main;
my $file = "$DmStream::Dir/gzip";
my $s = DmStream->open(header =>
    "Accept-Encoding: gzip\r\nConnection: close\r\n", head =>
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n");
$s->put($_) for split //, $main::Body x 3;
$s->close;
like($s->head, qr/^Content-Encoding: gzip\r?$/m, 'encoded');
DmSuite::put(($s->body)[0], '>:raw', $file);
is(scalar `gzip -dc $file`, $main::Text x 3, 'filtered');
--- no_error_log
[alert]
[error]



=== TEST 9: nginx decompresses what comes compressed, and the rest is filtered
--- stream
proxy_buffering off;
proxy_set_header Accept-Encoding gzip;
gunzip on;
--- init
package main;
my $file = "$DmStream::Dir/plain";
DmSuite::put($main::Body, '>:raw', $file);
my $s = answer("200 OK\r\nContent-Encoding: gzip", data => scalar `gzip -c $file`);
is($s->end, $main::Text, 'filtered');
--- no_error_log
[alert]
[error]



=== TEST 10: in a dry run what cannot be filtered goes out as it is
--- stream
proxy_buffering off;
dm_permission_dry_run on;
--- init
package main;
my $s = answer("200 OK\r\nContent-Encoding: br");
is(($s->body)[0], $main::Body, 'encoded');
$s = answer("206 Partial Content\r\nContent-Range: bytes 0-36/37");
like($s->head, qr/^HTTP.1.1 206 /, 'a part');
--- error_log
stream comes encoded as "br", it cannot be filtered, dry run
stream comes in a part, it cannot be filtered, dry run
--- no_error_log
[alert]



=== TEST 11: what comes behind another status first is not looked into
--- stream
proxy_buffering off;
proxy_http_version 1.1;
proxy_set_header Upgrade $http_upgrade;
proxy_set_header Connection upgrade;
--- init
package main;
for ("102 Processing", "101 Switching Protocols") {
    my $s = answer("$_\r\n\r\nHTTP/1.1 200 OK",
                   header => "Connection: upgrade\r\nUpgrade: websocket\r\n");
    like($s->head, qr/^HTTP.1.1 502 /, "$_ - refused");
    unlike($s->{got}, qr/direct/, "$_ - nothing of it goes out");
}
--- error_log
stream comes with status 102, it cannot be filtered
stream comes with status 101, it cannot be filtered
--- no_error_log
[alert]



=== TEST 12: without a status and a header it is filtered
--- stream
proxy_buffering off;
--- init
package main;
my $s = DmStream->connect->accept;
$s->{raw} = 1;
$s->put($main::Body)->close;
is($s->end, $main::Text, 'no direct message');
--- no_error_log
[alert]
