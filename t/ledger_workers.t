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
    my $n = shift;
    my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                  PeerPort => server_port()) or die "client: $!";

    for (1 .. $Each) {
        my ($token, $app) = (qw( t-dm t-rw t-none ))[$_ % 3];
        my $last = $_ == $Each ? "Connection: close\r\n" : '';

        print $s "GET /2/dm_events HTTP/1.1\r\nHost: localhost\r\n"
                 . "Authorization: Bearer $token\r\n$last\r\n";
    }

    1 while sysread $s, my $buf, 65536;
    POSIX::_exit(0);
}

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(config => <<"CONF");
    dm_permission zone=t;
    dm_permission_ledger $DmLedger::File;
    keepalive_requests 10000;
    location / { proxy_pass http://origin; }
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
my @clients = map { my $n = $_; fork // die "fork: $!" or client($n) } 1 .. $main::Clients;
waitpid $_, 0 for @clients;
DmLedger::stop();
my @lines = DmLedger::lines();
my @bad = grep { !eval { JSON::PP::decode_json($_) } } @lines;
is_deeply(\@bad, [], 'each line is one record');
is(scalar(grep { /"kind":"gate"/ } @lines), $main::Clients * $main::Each, 'all are there');
is_deeply([DmLedger::broken('', @lines)], [], 'whole chains');
my %workers = map { /"kind":"gate"/ && /"chain":"[0-9a-f]+-(\d)/ ? ($1 => 1) : () } @lines;
cmp_ok(keys %workers, '>', 1, 'of several workers');
system($ENV{TEST_NGINX_BINARY} || 'nginx', '-p', server_root() . '/', '-c', 'conf/nginx.conf');
DmSuite::wait_for('up', sub { DmSuite::answer('t-dm', '/ok') =~ / 200 / });
--- no_error_log
[alert]
