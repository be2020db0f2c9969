# Why: no worker waits for another when it writes.  What many write at once is
# still one whole record a line, of whole chains.

use lib 't/lib';
use POSIX ();
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmLedger;

our ($Clients, $Each) = (8, 100);

# So many requests over one connection, none of which waits for an answer:
# the lines are of several lengths.
sub client {
    my $s = DmSuite::client() // die "client: $!";

    for (1 .. $Each) {
        my $token = (qw( t-dm t-rw t-none ))[$_ % 3];
        my $last = $_ == $Each ? "Connection: close\r\n" : '';

        print $s "GET /2/dm_events HTTP/1.1\r\nHost: localhost\r\n"
                 . "Authorization: Bearer $token\r\n$last\r\n";
    }

    1 while sysread $s, my $buf, 65536;
    POSIX::_exit(0);
}

# How often the workers have written, to whatever it is, when all is said: a
# log is written after an answer.
sub writes {
    my ($n, $last, $same) = (0, -1, 0);

    DmSuite::wait_for('silence', sub {
        $n = written();
        $same = $n == $last ? $same + 1 : 0;
        $last = $n;
        return $same > 20;
    });

    return $n;
}

sub written {
    my $n = 0;

    for (DmSuite::workers(4)) {
        open my $fh, '<', "/proc/$_/io" or die "io: $!";
        $n += /^syscw: (\d+)/ ? $1 : 0 while <$fh>;
    }

    return $n;
}

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(config => <<"CONF");
    dm_permission zone=t;
    dm_permission_ledger $DmLedger::File;
    keepalive_requests 10000;
    location / { proxy_pass http://origin; }
    location /on/ { dm_permission_action read; proxy_pass http://origin; }
    location /off/ { dm_permission_action read; dm_permission_ledger off;
                     proxy_pass http://origin; }
    location = /ok { return 200; }
CONF
    $block->set_value(request => 'GET /ok');
});

master_on();
workers(4);

# what is tested is in init, which is run once
repeat_each(1);

run_tests();

__DATA__

=== TEST 1: many workers and many clients at once
--- init
package main;
my ($rounds, %workers) = (0);
DmSuite::wait_for('several workers', sub {
    my @clients = map { fork // die "fork: $!" or client() } 1 .. $main::Clients;
    waitpid $_, 0 for @clients;
    $rounds++;
    /-(\d+)/ and $workers{$1} = 1 for map { $_->{chain} } DmLedger::records('gate');
    return keys %workers > 1;
});
DmLedger::stop();
my @lines = DmLedger::lines();
my @bad = grep { !eval { JSON::PP::decode_json($_) } } @lines;
is_deeply(\@bad, [], 'each line is one record');
is(scalar(grep { /"kind":"gate"/ } @lines), $rounds * $main::Clients * $main::Each, 'all are there');
is_deeply([DmLedger::broken('', @lines)], [], 'whole chains');
my %ids = map { $_ => 1 } map { /"request":"([0-9a-f]{32})"/ } @lines;
is(scalar keys %ids, $rounds * $main::Clients * $main::Each, 'no two requests have one id');
system($ENV{TEST_NGINX_BINARY} || 'nginx', '-p', server_root() . '/', '-c', 'conf/nginx.conf');
DmSuite::wait_for('up', sub { DmSuite::answer('t-dm', '/ok') =~ / 200 / });
--- no_error_log
[alert]



=== TEST 2: a record is one write, beside those that there are without it
--- init
package main;
DmSuite::answer('t-rw', '/on/2/dm_events') for 1 .. 20;
my @writes = map {
    my $path = $_;
    my $before = writes();
    DmSuite::answer('t-rw', "$path/2/dm_events") for 1 .. 20;
    writes() - $before;
} '/off', '/on';
is(scalar DmLedger::records('gate'), 40, 'twenty records, and twenty before');
# valgrind writes once itself for what may block
is($writes[1] - $writes[0], DmSuite::runs_with(qr/valgrind/) ? 40 : 20, 'twenty writes');
--- no_error_log
[alert]
