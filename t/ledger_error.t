# Why: a ledger that cannot be written must not look like one with nothing in
# it.  Either the requests go on and it says how many it lacks, or they do not.
#
# The file is a link: to a device that is full, and then to a file, or it has
# a limit.  What is in the way is told of once.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmDelivery;
use DmLedger;

# a write beyond the limit of a file is to fail, and to kill nobody
$SIG{XFSZ} = 'IGNORE';

our $Gap = '{"v":1,"chain":"-","seq":%d,"time":"-","kind":"gap",%s"lost":%d,'
           . '"prev":"-","mac":"-"}';
our $Refused = '"decision":"rejected","reason":"not_ready",';

sub gap {
    return sprintf $Gap, @_;
}

# Of the lines that the ledger has now, all.
sub all {
    return map { DmLedger::plain($_) } grep { !/^#/ } DmLedger::lines();
}

sub seen {
    return map { "$_->{seq} $_->{kind}" . ($_->{decision} ? " $_->{decision}" : '') }
           map { JSON::PP::decode_json($_) } grep { /^\{.*\}\z/ } DmLedger::lines();
}

# There is room again.
sub works {
    my $to = "$DmLedger::Dir/file";

    unlink $DmLedger::File;
    symlink $to, $DmLedger::File or die "link: $!";
    kill 'USR1', DmSuite::pid();
    DmSuite::wait_for('reopened', sub { -e $to });
}

sub wait_gap {
    DmSuite::wait_for('a gap', sub { grep { /"kind":"gap"/ } DmLedger::lines() });
}

# nginx listens before it says who it is and opens its chain.
sub size {
    DmSuite::wait_for('a chain', sub {
        return DmSuite::pid()
               && grep { /"kind":"open".*\}$/ } DmLedger::lines();
    });

    return -s $DmLedger::File;
}

sub limit {
    my $bytes = shift;

    system('prlimit', '--pid', DmSuite::pid(), "--fsize=$bytes:") == 0
        or die 'no limit';
}

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(request => 'GET /ok');
    $block->set_value(more_headers => 'Authorization: Bearer t-dm');
    $block->set_value(config => "dm_permission zone=t;\n" . ($block->gate // '')
        . "dm_permission_ledger $DmLedger::File " . ($block->ledger // '') . ";\n"
        . <<'CONF') unless defined $block->config;
    location / { proxy_pass http://origin; }
    location /h { dm_permission_delivery app=$http_x_app;
                  proxy_pass $dm_permission_webhook; }
    location = /ok { return 200 "ok"; }
CONF

    $block->set_value(link => '/dev/full') unless defined $block->fill;
});

# what is tested is in init, which is run once
repeat_each(1);

run_tests();

__DATA__

=== TEST 1: pass: requests go on, and a gap says how many records there are not
--- tokens eval: $DmSuite::Tokens
--- init
package main;
is(DmSuite::answer($_->[0]) =~ m{^HTTP/1.1 (\d+)} && $1, $_->[1], $_->[0])
    for ['t-dm', 200], ['t-rw', 403], ['t-none', 403];
works();
wait_gap();
my @all = all();
is(@all, 2, 'nothing else, and nobody has asked for it');
is($all[1], gap(2, '', 3), 'a gap');
DmSuite::answer('t-dm');
DmLedger::stop();
is_deeply([seen()], ['1 open', '2 gap', '3 gate passed', '4 close'], 'and on');
is_deeply([DmLedger::broken('', DmLedger::lines())], [], 'chained');
system($ENV{TEST_NGINX_BINARY} || 'nginx', '-p', server_root() . '/', '-c', 'conf/nginx.conf');
DmSuite::wait_answer('t-dm', 200);
--- error_log eval
[qr/\[alert\] .* could not write to ledger "$DmLedger::File" \(28: No space left on device\)/,
 qr/\[alert\] .* ledger "$DmLedger::File" is written again, it lacks 3 records/]
--- grep_error_log chomp
could not write to ledger
--- grep_error_log_out eval
"could not write to ledger\n"



=== TEST 2: refuse: nothing goes in or out, whatever was decided
--- tokens eval: $DmSuite::Tokens
--- ledger
on_error=refuse
--- init
package main;
for (qw( t-dm t-rw t-none )) {
    my $answer = DmSuite::answer($_);
    like($answer, qr{^HTTP/1.1 503 .*\r\nCache-Control: no-store\r\n.*Retry-After: 1\r\n}s, $_)
        or like($answer, qr/Retry-After: 1\r\n.*Cache-Control: no-store/s, $_);
    like($answer, qr/\{"errors":\[\{"code":130,"message":"Over capacity"\}\]\}\z/, $_);
}
like(DmSuite::answer('t-dm', '/ok'), qr{^HTTP/1.1 200 }, 'what is not guarded goes on');
works();
wait_gap();
is((all())[1], gap(2, $main::Refused, 3), 'a gap of what was refused');
like(DmSuite::answer('t-dm'), qr{^HTTP/1.1 200 }, 'and on');
is_deeply([seen()], ['1 open', '2 gap rejected', '3 gate passed'], 'recorded');
--- error_log
refused, reason: not_ready, action: read, app: "8840"
it lacks 3 records
--- grep_error_log eval: qr/origin got .*/
--- grep_error_log_out eval
"origin got GET /2/dm_events\n"



=== TEST 3: refuse: nothing leaves
--- ledger
on_error=refuse
--- init
package main;
like(DmDelivery::post(8840, '{"for_user_id":"3"}'), qr{^HTTP/1.1 503 .*"code":130}s, 'POST');
like(DmSuite::ask("GET /h HTTP/1.0\r\nX-App: 8840\r\n\r\n"), qr{^HTTP/1.1 503 }, 'GET');
works();
DmSuite::wait_for('room', sub { DmDelivery::post(8840, '{"for_user_id":"3"}') =~ / 200 / });
is_deeply([seen()], ['1 open', '2 gap rejected', '3 delivery passed'], 'recorded');
--- grep_error_log eval: qr/hook got .*/
--- grep_error_log_out eval
["hook got POST /hook a.example  {\\\"for_user_id\\\":\\\"3\\\"}\n"]



=== TEST 4: refuse is not for a dry run, which refuses nobody
--- tokens eval: $DmSuite::Tokens
--- gate
dm_permission_dry_run on;
--- ledger
on_error=refuse
--- init
package main;
like(DmSuite::answer($_), qr{^HTTP/1.1 200 }, $_) for qw( t-dm t-rw );
works();
wait_gap();
is((all())[1], gap(2, '', 2), 'a gap of what went on');
--- error_log
it lacks 2 records



=== TEST 5: of one file that two locations treat in two ways there are two gaps
--- tokens eval: $DmSuite::Tokens
--- config eval
"dm_permission zone=t;
location / { dm_permission_ledger $DmLedger::File; proxy_pass http://origin; }
location /1.1/ { dm_permission_ledger $DmLedger::File on_error=refuse;
                 proxy_pass http://origin; }
location = /ok { return 200; }"
--- init
package main;
my $refused = '/1.1/direct_messages.json';
DmSuite::answer('t-dm') for 1 .. 3;
DmSuite::answer('t-dm', $refused) for 1, 2;
works();
DmSuite::wait_for('two gaps', sub { 2 == grep { /"gap"/ } DmLedger::lines() });
is_deeply([(all())[1, 2]], [gap(2, '', 3), gap(3, $main::Refused, 2)], 'two gaps');
--- no_error_log
[crit]



=== TEST 6: a request that comes first has the gap before it
--- tokens eval: $DmSuite::Tokens
--- init
package main;
DmSuite::answer('t-dm') for 1 .. 2;
works();
DmSuite::answer('t-rw');
is_deeply([seen()], ['1 open', '2 gap', '3 gate rejected'], 'in order');
is_deeply([grep { !/^not closed/ } DmLedger::broken('', DmLedger::lines())], [], 'chained');
--- no_error_log
[crit]



=== TEST 7: one that ends before there is room has no chain that looks whole
--- tokens eval: $DmSuite::Tokens
--- init
package main;
DmSuite::answer('t-dm');
my $root = server_root();
unlink $DmLedger::File;
symlink "$DmLedger::Dir/file", $DmLedger::File;
DmLedger::stop();
is_deeply([DmLedger::lines()], [], 'no line');
ok(-e "$root/logs/error.log", 'but an alert');
system($ENV{TEST_NGINX_BINARY} || 'nginx', '-p', "$root/", '-c', 'conf/nginx.conf');
DmSuite::wait_answer('t-dm', 200);
--- error_log
could not write to ledger



=== TEST 8: what is lost, and the gaps, are counted
--- tokens eval: $DmSuite::Tokens
--- config eval
"dm_permission zone=t;
dm_permission_ledger $DmLedger::File;
location / { proxy_pass http://origin; }
location = /status { dm_permission off; dm_permission_status; }
location = /ok { return 200; }"
--- init
package main;
DmSuite::answer('t-dm') for 1 .. 3;
works();
wait_gap();
DmSuite::answer('t-dm') for 1 .. 2;
my ($body) = DmSuite::answer('x', '/status') =~ /\r\n\r\n(.*)/s;
my ($zone) = values %{ JSON::PP::decode_json($body)->{zones} };
is_deeply($zone->{ledger}, { records => 2, gaps => 1, lost => 3 }, 'counted');
--- error_log
it lacks 3 records



=== TEST 9: a line that is cut off, and the next, which begins on its own
--- tokens eval: $DmSuite::Tokens
--- fill: 1000
--- init
package main;
my $at = size();
limit($at + 50);
DmSuite::answer('t-dm') for 1 .. 3;
is(-s $DmLedger::File, $at + 50, 'cut off');
limit('unlimited');
wait_gap();
DmSuite::answer('t-dm');
my @lines = grep { !/^#/ } DmLedger::lines();
like($lines[1], qr/^\{"v":1,"chain":.*[^}]\z/, 'a piece');
is(length $lines[1], 50, 'as long as there was room');
is(DmLedger::plain($lines[2]), gap(2, '', 3), 'a gap');
is(@lines, 4, 'and no more');
is_deeply([grep { !/^not closed/ } DmLedger::broken('', @lines[0, 2, 3])], [], 'chained');
--- error_log
could not write to ledger
it lacks 3 records



=== TEST 10: a line that lacks but its newline is one
--- tokens eval: $DmSuite::Tokens
--- fill: 1000
--- init
package main;
DmSuite::answer('t-dm');
my $at = size();
limit($at + length((DmLedger::lines())[-1]));
DmSuite::answer('t-dm');
is(-s $DmLedger::File, $at + length((DmLedger::lines())[-1]), 'all but its newline');
limit('unlimited');
DmSuite::answer('t-dm');
my @lines = grep { !/^#/ } DmLedger::lines();
is_deeply([seen()], ['1 open', map { "$_ gate passed" } 2 .. 4], 'nothing is lost');
is(@lines, 4, 'and no line is empty');
--- no_error_log
could not write to ledger



=== TEST 11: a newline that was all that there was room for is not written twice
--- tokens eval: $DmSuite::Tokens
--- fill: 1000
--- init
package main;
my $at = size();
limit($at + 50);
DmSuite::answer('t-dm');
limit($at + 51);
DmSuite::answer('t-dm');
is(-s $DmLedger::File, $at + 51, 'a newline');
limit('unlimited');
wait_gap();
my @lines = grep { !/^#/ } DmLedger::lines();
is(@lines, 3, 'a piece and a gap');
is(DmLedger::plain($lines[2]), gap(2, '', 2), 'no line is empty');
--- error_log
could not write to ledger
