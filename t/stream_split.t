# Why: the ends of messages never line up with what nginx reads. Wherever the
# same body is cut, and however nginx buffers it, the same bytes are delivered.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmStream;

our @Messages = (
    [ 1, qq({"text":"caf\xc3\xa9 \\"direct_message\\":{}"}) ],
    [ 0, '{"direct_message":{"id":1,"text":"a"}}' ],
    [ 1, '' ],
    [ 1, qq({"a":1,\n "b":[1,2]}) ],
    [ 0, '{"a":{},"direct\u005fmessage":{}}' ],
    [ 0, qq({"delete":\n{"direct_message":{"id":1}}}) ],
    [ 1, '{"delete":{"status":{"id":1}}}' ],
    [ 1, '' ],
    [ 0, '{"a":1,"a":2}' ],
    [ 0, '{"long":"' . 'x' x 150 . '"}' ],
    [ 0, '{"no json"' ],
    [ 1, '{"last":1}' ],
);

our @Delimited = map { [ $_->[0], length $_->[1]
                                  ? length($_->[1]) + 2 . "\n$_->[1]" : '' ] }
                     @Messages;

sub text {
    return join '', map { "$_->[1]\r\n" } @_;
}

sub passed {
    return text(grep { $_->[0] } @_);
}

# The body in pieces that end where `cuts` say.
sub pieces {
    my ($body, $uri, @cuts) = @_;
    my $s = DmStream->open(uri => $uri);
    my $at = 0;

    for my $cut (@cuts, length $body) {
        $s->put(substr $body, $at, $cut - $at) if $cut > $at;
        $at = $cut;
    }

    return $s->close;
}

# In two at every byte, in one, and byte by byte.
sub split_everywhere {
    my ($uri, @messages) = @_;
    my ($body, $expect) = (text(@messages), passed(@messages));
    my @wrong = grep { pieces($body, $uri, $_) ne $expect } 0 .. length $body;

    is("@wrong", '', 'cut in two');
    is(pieces($body, $uri, 1 .. length $body), $expect, 'byte by byte');

    for my $n (3, 7, 64) {
        is(pieces($body, $uri, map { $_ * $n } 1 .. length($body) / $n),
           $expect, "in pieces of $n");
    }
}

run_tests();

__DATA__

=== TEST 1: as it comes
--- stream
dm_permission_stream_message_max 100;
proxy_buffering off;
--- init
package main;
split_everywhere('/', @main::Messages);
--- no_error_log
[alert]
[error]



=== TEST 2: into small buffers
--- stream
dm_permission_stream_message_max 100;
proxy_buffering off;
proxy_buffer_size 64;
--- init
package main;
split_everywhere('/', @main::Messages);
--- no_error_log
[alert]
[error]



=== TEST 3: with buffering
--- stream
dm_permission_stream_message_max 100;
--- init
package main;
split_everywhere('/', @main::Messages);
--- no_error_log
[alert]
[error]



=== TEST 4: with buffering, in many small ones
--- stream
dm_permission_stream_message_max 100;
proxy_buffer_size 64;
proxy_buffers 4 64;
proxy_busy_buffers_size 64;
--- init
package main;
split_everywhere('/', @main::Messages);
--- no_error_log
[alert]
[error]



=== TEST 5: behind lengths
--- stream
dm_permission_stream_message_max 100;
proxy_buffering off;
--- init
package main;
split_everywhere('/?delimited=length', @main::Delimited);
--- no_error_log
[alert]
[error]



=== TEST 6: behind lengths, into small buffers
--- stream
dm_permission_stream_message_max 100;
proxy_buffer_size 64;
proxy_buffers 4 64;
proxy_busy_buffers_size 64;
--- init
package main;
split_everywhere('/?delimited=length', @main::Delimited);
--- no_error_log
[alert]
[error]



=== TEST 7: in chunks of HTTP/1.1, each byte one
--- stream
dm_permission_stream_message_max 100;
proxy_http_version 1.1;
proxy_buffering off;
--- init
package main;
my $s = DmStream->open(head => "HTTP/1.1 200 OK\r\n"
                               . "Transfer-Encoding: chunked\r\n\r\n");
$s->put("1\r\n$_\r\n") for split //, text(@main::Messages);
$s->put("0\r\n\r\n");
is($s->end, passed(@main::Messages), 'filtered');
--- no_error_log
[alert]
[error]



=== TEST 8: for a token that may see everything, nothing is judged
--- stream
dm_permission_stream_message_max 100;
proxy_buffering off;
--- init
package main;
my $body = text(@main::Messages);
my @wrong;
for my $cut (0 .. length $body) {
    my $s = DmStream->open(token => 't-dm');
    $s->put(substr $body, 0, $cut) if $cut;
    $s->put(substr $body, $cut) if $cut < length $body;
    push @wrong, $cut if $s->close ne $body;
}
is("@wrong", '', 'cut in two');
--- no_error_log
[alert]
[error]



=== TEST 9: a last message without its end is judged when the origin closes
--- stream
proxy_buffering off;
--- init
package main;
my ($other, $direct) = ('{"a":1}', '{"direct_message":1}');
for ([ $other, $other ], [ $direct, '' ], [ '{"a"', '' ], [ "$other\r", "$other\r" ],
     [ "$direct\r\n$other", $other ], [ "$other\r\n$direct", "$other\r\n" ]) {
    is(DmStream->open->put($_->[0])->close, $_->[1], "sent $_->[0]");
}
is(DmStream->open(uri => '/?delimited=length')->put($_->[0])->close, $_->[1],
   "sent $_->[0]")
    for [ "9\n{\"a\":1}", "9\n{\"a\":1}" ], [ '9', '' ], [ "9\n", '' ];
--- no_error_log
[alert]
[error]
