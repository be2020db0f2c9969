# Why: a stream lives for weeks. What it has carried must cost nothing, or the
# worker dies of its oldest clients.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmStream;
use DmStatus;

# Of every kind, and of many sizes; those that pass are counted.
sub much {
    my $delimited = shift;
    my ($all, $passed) = ('', 0);

    for my $i (1 .. 800) {
        my $message = sprintf '{"id":%d,"text":"%s"}' . "\r\n", $i,
                              'x' x ($i * 37 % 3000);
        my $kind = $i % 10;

        $message =~ s/id/direct_message/ if $kind == 3;
        $message =~ s/text/id/ if $kind == 5;
        $message =~ s/x"/xxxx"/ while $kind == 7 && length $message < 4500;
        $message = length($message) . "\n$message" if $delimited;
        $message .= "\r\n" if $kind == 8;

        $passed += length $message unless grep { $kind == $_ } 3, 5, 7;
        $all .= $message;
    }

    return ($all, $passed);
}

sub kilobytes {
    open my $fh, '<', '/proc/' . DmSuite::pid() . '/status' or die "status: $!";

    return (join '', <$fh>) =~ /^VmData:\s+(\d+)/m ? $1 : die 'no VmData';
}

sub not_more {
    my ($before, $most) = @_;
    my $more = kilobytes() - $before;

    # what is freed lies in a sanitizer's quarantine, to be caught there, and
    # under valgrind all memory is the one of valgrind
    if (DmSuite::runs_with(qr/libasan|valgrind/)) {
        pass('the memory is that of what looks after it');

    } else {
        cmp_ok($more, '<', $most, 'KB, what the process holds has not grown');
    }
}

# So often the same, as fast as it is taken; what comes out is only counted.
sub carry {
    my ($s, $times, $all) = @_;
    my $at = 0;

    while ($at < $times * length $all) {
        my ($r, $w) = map { DmStream::bit($s->{$_}) } qw( client origin );

        select($r, $w, undef, 10) > 0 or die "nothing moves, $at sent";

        $at += syswrite($s->{origin}, $all, 65536, $at % length $all) // 0
            if vec $w, fileno $s->{origin}, 1;

        $s->{count} += sysread $s->{client}, my $buf, 65536
            if vec $r, fileno $s->{client}, 1;
    }
}

sub lives {
    my ($uri, $megabytes) = @_;
    my ($all, $passed) = much($uri =~ /delimited/);
    my $times = int($megabytes * 1e6 / length $all);

    # a body without chunks ends with the connection
    my $s = DmStream->open(uri => $uri, version => '1.0');

    $s->{origin}->blocking(0);
    carry($s, 2, $all);

    my $before = kilobytes();

    carry($s, $times, $all);

    not_more($before, 256);
    close $s->{origin};

    while (my $n = sysread $s->{client}, my $buf, 65536) {
        $s->{count} += $n;
    }

    my $head = $s->{count} - ($times + 2) * $passed;
    ok($head > 0 && $head < 512, 'all has come that passes, and a head')
        || diag("$head bytes too many");
}

# Clients that go away: within a message, or with messages waiting for them.
sub leaves {
    my ($message, $rest) = @_;
    my $s = DmStream->open;

    $s->{origin}->blocking(0);

    while (select undef, my $w = DmStream::bit($s->{origin}), undef, 0.2) {
        last unless defined syswrite $s->{origin}, $message;
        last if $rest;
    }

    close $s->{client};
    close $s->{origin};
    DmStatus::wait_value('streams.open', 0);
}

run_tests();

__DATA__

=== TEST 1: with messages that span buffers
--- stream
proxy_buffering off;
proxy_buffer_size 1k;
dm_permission_stream_message_max 4k;
--- init
package main;
lives('/', 150);
--- no_error_log
[alert]
[error]



=== TEST 2: with buffering, and lengths
--- stream
dm_permission_stream_message_max 4k;
proxy_max_temp_file_size 0;
--- init
package main;
lives('/?delimited=length', 50);
--- no_error_log
[alert]
[error]



=== TEST 3: with clients that leave
--- stream
proxy_buffering off;
--- init
package main;
my $message = '{"text":"' . 'x' x 200000 . "\"}\r\n";
my $part = substr $message, 0, 150000;
leaves($message) for 1 .. 2;
leaves($part, 1) for 1 .. 2;
my $before = kilobytes();
leaves($message) for 1 .. 12;
leaves($part, 1) for 1 .. 12;
not_more($before, 1024);
--- no_error_log
[alert]
[emerg]
