# Why: lines that are missing are found only where each chain says where it
# begins, what it follows, and that it ended; over reloads, rotation and the
# death of a process.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmLedger;

our $Name = qr/([0-9a-f]{8})-(\d+)-(\d+)-(\d+)-(\d+)/;

sub nginx {
    system($ENV{TEST_NGINX_BINARY} || 'nginx', '-p', server_root() . '/',
           '-c', 'conf/nginx.conf');
    DmSuite::wait_answer('t-dm', 200);
}

sub kinds {
    my $chain = shift;

    return join ' ', map { $_->{kind} } grep { $_->{chain} eq $chain }
                     DmLedger::records();
}

# Processes that start together take their places one after the other, and write
# their first lines as it comes.
sub in_order {
    my %is = map { $_->{chain} => 1 } @_;
    my %behind = map { $_->{prev} // '' => $_ } @_;
    my ($next) = grep { !$is{$_->{prev} // ''} } @_;
    my @order;

    for (; $next && @order < @_; $next = $behind{$next->{chain}}) {
        push @order, $next;
    }

    return @order;
}

sub opened {
    my $n = shift;
    my (%of, @groups);

    DmSuite::wait_for("$n chains", sub { $n <= DmLedger::records('open') });

    for (DmLedger::records('open')) {
        my ($group) = $_->{chain} =~ /^$main::Name\z/;

        push @groups, $group unless $of{$group};
        push @{ $of{$group} }, $_;
    }

    return map { in_order(@{ $of{$_} }) } @groups;
}

# Nothing is wrong with these lines; without them, with all.
sub whole {
    my ($what, @lines) = @_;

    @lines = DmLedger::lines() unless @lines;
    is_deeply([DmLedger::broken($main::Secret, @lines)], [], $what);
}

our $Secret = 'k3y';

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(key => "$main::Secret\n");
    $block->set_value(config => <<"CONF");
    dm_permission zone=t;
    dm_permission_ledger $DmLedger::File key=$DmLedger::Key;
    location / { proxy_pass http://origin; }
    location = /ok { return 200; }
CONF
    $block->set_value(request => 'GET /ok');
});

master_on();
workers(2);

# what is tested is in init, which is run once
repeat_each(1);

run_tests();

__DATA__

=== TEST 1: a chain for each worker, from its start to its end
--- init
package main;
my $before = time;
my @open = opened(2);
my @names = map { [$_->{chain} =~ /^$main::Name\z/] } @open;
is($names[0][0], $names[1][0], 'one group');
is_deeply([sort map { "$_->[1] of $_->[2]" } @names], ['0 of 2', '1 of 2'], 'numbered');
my @pids = sort { $a cmp $b } DmSuite::workers(2);
is_deeply([sort map { $_->[3] } @names], \@pids, 'of these processes');
cmp_ok(abs($names[$_][4] / 1000 - $before), '<', 60, 'that began now') for 0, 1;
is($open[0]{prev}, undef, 'the first follows none');
is($open[1]{prev}, $open[0]{chain}, 'the second the first');
DmSuite::answer('t-dm') for 1 .. 5;
DmLedger::stop();
like(kinds($_->{chain}), qr/^open( gate)* close\z/, 'open and closed') for @open;
is(scalar DmLedger::records('gate'), 5, 'five lines');
whole('chained');
nginx();
--- no_error_log
[alert]



=== TEST 2: a quick end is one, too
--- init
package main;
opened(2);
kill 'TERM', DmSuite::pid();
DmSuite::wait_for('gone', sub { !-e server_root() . '/logs/nginx.pid' });
is(scalar DmLedger::records('close'), 2, 'closed');
whole('chained');
nginx();
--- no_error_log
[alert]



=== TEST 3: after a start the first chain follows the last one in the file
--- init
package main;
opened(2);
DmLedger::stop();
my $last = (DmLedger::records())[-1]{chain};
nginx();
my @open = opened(4);
is($open[2]{prev}, $last, 'the one that closed last');
is($open[3]{prev}, $open[2]{chain}, 'and so on');
isnt(substr($open[2]{chain}, 0, 8), substr($open[0]{chain}, 0, 8), 'another group');
DmLedger::stop();
whole('chained');
nginx();
--- no_error_log
[alert]



=== TEST 4: over a reload
--- init
package main;
opened(2);
DmSuite::answer('t-dm');
DmSuite::reloaded(sub { s/worker_processes +2/worker_processes 3/ });
DmSuite::answer('t-dm');
my @open = opened(5);
is($open[$_]{prev}, $open[$_ - 1]{chain}, "chain $_ follows") for 1 .. 4;
is_deeply([sort map { $_->{chain} =~ /^$main::Name/ && "$2 of $3" } @open[2 .. 4]],
          ['0 of 3', '1 of 3', '2 of 3'], 'three');
is(scalar DmLedger::records('close'), 2, 'the old ones are closed');
DmLedger::stop();
whole('chained');
nginx();
--- no_error_log
[alert]



=== TEST 5: over a rotation, with requests before, between and behind it
--- init
package main;
my $old = "$DmLedger::Dir/ledger.1";
opened(2);
DmSuite::answer('t-dm') for 1 .. 4;
rename $DmLedger::File, $old;
DmSuite::answer('t-dm') for 1 .. 4;
is(scalar DmLedger::lines($old), 2 + 8, 'the old file until it is reopened');
kill 'USR1', DmSuite::pid();
DmSuite::wait_for('the new file', sub {
    DmSuite::answer('t-dm');
    -s $DmLedger::File;
});
my $lines = DmLedger::lines($old);
my %in;
# an idle worker may be given no connection while another is there to take it
DmSuite::wait_for('both workers in it', sub {
    DmSuite::answer('t-dm');
    $in{$_->{chain} =~ /^$main::Name\z/ && $4} = 1 for DmLedger::records();
    kill 2 == keys %in ? 'CONT' : 'STOP', keys %in;
    2 == keys %in;
});
is(scalar(grep { /"kind":"open"/ } DmLedger::lines()), 0, 'no chain begins there');
DmLedger::stop();
whole('chained over both', DmLedger::lines($old), DmLedger::lines());
my @wrong = DmLedger::broken($main::Secret, DmLedger::lines());
ok(@wrong > 0, 'and not without the first');
nginx();
--- no_error_log
[alert]



=== TEST 6: after a rotation a chain follows the one in the file before
--- init
package main;
my $last = (opened(2))[1]{chain};
rename $DmLedger::File, "$DmLedger::Dir/ledger.1";
kill 'USR1', DmSuite::pid();
DmSuite::wait_for('reopened', sub { -e $DmLedger::File });
DmSuite::reloaded(sub { });
is((opened(2))[0]{prev}, $last, 'that one');
--- no_error_log
[alert]



=== TEST 7: a process that is killed leaves its chain open
--- init
package main;
my @open = opened(2);
my ($pid) = $open[0]{chain} =~ /^$main::Name/ && $4;
kill 'KILL', $pid;
my @all = opened(3);
is($all[2]{prev}, $all[1]{chain}, 'the new one follows the last that was opened');
like($all[2]{chain}, qr/^\Q@{[$all[0]{chain} =~ m{^([0-9a-f]+-\d+-2-)}]}\E/, 'its number');
isnt($all[2]{chain}, $all[0]{chain}, 'not its name');
DmLedger::stop();
is_deeply([DmLedger::broken($main::Secret, DmLedger::lines())],
          ["not closed: $open[0]{chain}"], 'one is not closed');
nginx();
--- error_log
exited on signal 9



=== TEST 8: a new key is for new chains
--- init
package main;
opened(2);
DmSuite::put('another', '>', $DmLedger::Key);
DmSuite::reloaded(sub { });
my @open = opened(4);
DmLedger::stop();
my %new = map { $_->{chain} => 1 } @open[2, 3];
my @lines = DmLedger::lines();
my @of = map { my $new = $_; [grep { /"chain":"([^"]+)"/; !$new == !$new{$1} } @lines] } 0, 1;
whole('the old ones with the old one', @{ $of[0] });
is_deeply([DmLedger::broken('another', @{ $of[1] })], [], 'the new ones with the new one');
nginx();
--- no_error_log
[alert]



=== TEST 9: a key that gets lost is told at a reload, and the old one goes on
--- init
package main;
opened(2);
unlink $DmLedger::Key;
DmSuite::reload(sub { });
DmSuite::wait_log('could not open ledger key');
DmSuite::answer('t-dm');
is(scalar DmLedger::records('gate'), 1, 'recorded');
DmLedger::stop();
whole('chained');
DmSuite::put($main::Secret, '>', $DmLedger::Key);
chmod 0600, $DmLedger::Key;
nginx();
--- error_log
could not open ledger key



=== TEST 10: nginx -t writes nothing
--- init
package main;
opened(2);
my @lines = DmLedger::lines();
like(DmSuite::check(), qr/test is successful/, 'it succeeds');
is_deeply([DmLedger::lines()], \@lines, 'no line');
--- no_error_log
[alert]



=== TEST 11: nor does a process that records nothing
--- init
package main;
opened(2);
DmSuite::answer('t-dm') for 1 .. 3;
my %pid = map { $_->{chain} =~ /^$main::Name/ && ($4 => 1) } DmLedger::records();
is(keys %pid, 2, 'two workers, and no helper');
--- no_error_log
[alert]
