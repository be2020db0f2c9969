# Why: whom enforcement would break is decided by these numbers. Each decision
# counts once, where it belongs, whoever counted it.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmStatus;

# What changes by a function.
sub difference {
    my ($paths, $do) = @_;
    my $before = DmStatus::zone();

    $do->();

    my $after = DmStatus::zone();

    return [map { DmStatus::at($after, $_) - DmStatus::at($before, $_) }
            @$paths];
}

run_tests();

__DATA__

=== TEST 1: each decision counts once
--- init
package main;
is_deeply(difference([qw( decisions.read.passed
                                decisions.read.no_dm_access
                                decisions.read.unknown_token
                                decisions.read.no_credentials
                                decisions.none.not_guarded
                                dry_run.read.no_dm_access )], sub {
    DmSuite::answer('t-dm') for 1 .. 3;
    DmSuite::answer('t-rw') for 1 .. 2;
    DmSuite::answer('nobody');
    DmSuite::answer('t-dm', '/2/tweets');
}), [3, 2, 1, 0, 2, 0], 'one for each, the page itself is not guarded');

is_deeply(DmStatus::app('8840'), [3, 2, 0], 'requests of the app');
--- request
GET /2/dm_events
--- error_code: 401



=== TEST 2: in a dry run
--- gate
dm_permission_dry_run on;
--- init
package main;
is_deeply(difference([qw( decisions.read.passed
                                decisions.read.no_dm_access
                                dry_run.read.no_dm_access
                                dry_run.read.unknown_token )], sub {
    DmSuite::answer('t-dm');
    DmSuite::answer('t-rw') for 1 .. 2;
    DmSuite::answer('nobody');
}), [1, 0, 2, 1], 'what passes passes, the rest would not');

is_deeply(DmStatus::app('8840'), [1, 0, 2], 'requests of the app');
--- request
GET /2/dm_events



=== TEST 3: those that would break come first, most requests first
--- gate
dm_permission_dry_run on;
--- tokens eval
CORE::join '', map { my $app = $_;
               map { qq({"token":"$_-$app","app":"$app","user":1,)
                     . qq("access":"$_"}\n) }
                   qw( read read-write-directmessages ) } 'a' .. 'e'
--- init
package main;
DmSuite::answer("read-$_->[0]") for map { ($_) x $_->[1] } ['a', 2], ['b', 5],
                                                           ['c', 2];
DmSuite::answer("read-write-directmessages-$_->[0]")
    for map { ($_) x $_->[1] } ['c', 1], ['d', 9];

is_deeply([map { $_->{app} } @{ DmStatus::zone()->{app_requests} }],
          [qw( b c a d )], 'order');
--- request
GET /status



=== TEST 4: a hundred apps by name, and the rest
--- tokens eval
CORE::join '', map { qq({"token":"t$_","app":"a$_","user":1,"access":"read"}\n) }
             1 .. 130
--- init
package main;
DmSuite::answer("t$_") for 1 .. 130;
DmSuite::answer("t7");

my $apps = DmStatus::zone()->{app_requests};
my $sum = 0;

$sum += $_->{rejected} for @$apps;
is(scalar @$apps, 101, 'bounded');
is_deeply($apps->[0], { app => 'a7', passed => 0, rejected => 2,
                        would_reject => 0 }, 'the busiest one');
is($apps->[100]{app}, 'other', 'the rest is the last one');
is($sum, 131, 'nothing is lost');
--- request
GET /status



=== TEST 5: an app of that very name is part of the rest
--- tokens
{"token":"a","app":"other","user":1,"access":"read"}
--- init
package main;
DmSuite::answer('a');

is_deeply(DmStatus::zone()->{app_requests},
          [{ app => 'other', passed => 0, rejected => 1, would_reject => 0 }],
          'once');
--- request
GET /status
