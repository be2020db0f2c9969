# Why: a client that reads slowly, or over HTTP/2 or TLS, gets the same bytes,
# and makes nginx keep no more of them than it keeps of anything.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmStream;

our $Key = "$DmStream::Dir/key";
our $Cert = "$DmStream::Dir/cert";

system("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
       . " -subj /CN=localhost -keyout $Key -out $Cert 2>/dev/null");

# Many messages of many sizes, and those of them that pass.
sub much {
    my $n = shift;
    my ($all, $passed) = ('', '');

    for my $i (1 .. $n) {
        my $message = sprintf '{"id":%d,"text":"%s"}' . "\r\n", $i,
                              'x' x ($i * 37 % 3000);

        if ($i % 7 == 0) {
            $message =~ s/id/direct_message/;

        } else {
            $passed .= $message;
        }

        $all .= $message;
    }

    return ($all, $passed);
}

# Writes while anything is taken: the bytes that were.
sub stuff {
    my ($s, $all) = @_;
    my $at = 0;

    $s->{origin}->blocking(0);

    while ($at < length $all
           && select(undef, my $w = DmStream::bit($s->{origin}), undef, 0.3))
    {
        $at += syswrite($s->{origin}, $all, 65536, $at) // last;
    }

    $s->{origin}->blocking(1);

    return $at;
}

sub slow {
    my ($token, %arg) = @_;
    my ($all, $passed) = much(8000);
    my $s = DmStream->open(token => $token, %arg);
    my $at = stuff($s, $all);

    ok($at < length $all, 'nginx stops reading');

    # the client reads on
    until ($at == length $all) {
        $s->read(10) if IO::Select->new($s->{client})->can_read(0);
        $at += stuff($s, substr $all, $at, 262144);
    }

    close $s->{origin};

    my $got = $s->end;
    ok($got eq ($token eq 't-dm' ? $all : $passed), "the bytes for $token")
        || diag(length $got, ' bytes');
}

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(http_config => ($block->http_config // '') . <<"CONF");
    server {
        listen 127.0.0.1:@{[server_port() + 1]} ssl http2;
        ssl_certificate $main::Cert;
        ssl_certificate_key $main::Key;
        location / {
            dm_permission zone=t;
            dm_permission_stream user;
            @{[$block->stream // '']}
            proxy_pass http://unix:$DmStream::Socket:;
        }
    }
CONF
});

run_tests();

__DATA__

=== TEST 1: slow
--- stream
proxy_buffering off;
--- init
package main;
slow('t-rw');
slow('t-dm');
--- no_error_log
[alert]
[error]



=== TEST 2: slow, with buffering that has no file to write to
--- stream
proxy_max_temp_file_size 0;
--- init
package main;
slow('t-rw');
slow('t-dm');
--- no_error_log
[alert]
[error]



=== TEST 3: slow, with buffering into a file
--- stream
proxy_max_temp_file_size 1m;
proxy_temp_file_write_size 16k;
--- init
package main;
slow('t-rw');
--- no_error_log
[alert]
[error]



=== TEST 4: more slices than are on their way at once
--- stream
proxy_buffering off;
proxy_buffer_size 64k;
proxy_buffers 4 64k;
proxy_busy_buffers_size 64k;
--- init
package main;
my $s = DmStream->open;
my $pair = "{\"a\":1}\r\n{\"direct_message\":1}\r\n";
$s->put($pair x 20000);
is($s->close, "{\"a\":1}\r\n" x 20000, 'all');
--- no_error_log
[alert]
[error]



=== TEST 5: with limit_rate, which holds back what could be sent
--- stream
proxy_buffering off;
limit_rate 400k;
--- init
package main;
my ($all, $passed) = much(300);
my $s = DmStream->open;
$s->put($all);
ok($s->close eq $passed, 'all');
--- no_error_log
[alert]
[error]



=== TEST 6: over TLS, and HTTP/2
--- stream
proxy_buffering off;
--- init
package main;
my ($all, $passed) = much(500);
my $port = server_port() + 1;
for my $version (qw( --http1.1 --http2 )) {
    my $s = DmStream->open(command => "exec curl -s -N -k -m 30 $version"
        . " -H 'Authorization: Bearer t-rw' https://127.0.0.1:$port/");
    $s->put("{\"a\":1}\r\n{\"b\"");
    is(($s->get("{\"a\":1}\r\n"))[0], "{\"a\":1}\r\n", "$version - at once");
    $s->put(":1}\r\n");
    $s->put($_) for unpack '(a1000)*', $all;
    ok($s->close eq "{\"a\":1}\r\n{\"b\":1}\r\n$passed", "$version - all");
}
--- no_error_log
[alert]
[error]



=== TEST 7: over HTTP/2, revoked
--- stream
proxy_buffering off;
--- init
package main;
my $port = server_port() + 1;
my $s = DmStream->open(command => "exec curl -s -N -k -m 30 --http2"
    . " -H 'Authorization: Bearer t-dm' https://127.0.0.1:$port/");
$s->put("{\"direct_message\":1}\r\n");
$s->get("{\"direct_message\":1}\r\n");
DmSuite::put('{"token":"t-dm","app":"8840","user":3,"access":"read","revoked":true}'
             . "\n", '>>');
is($s->end, "{\"direct_message\":1}\r\n$DmStream::End", 'told, ended');
--- no_error_log
[alert]
[error]
