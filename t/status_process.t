# Why: each process counts for itself. A reload and the death of a worker must
# take nothing away, and a page must not depend on who answers.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmStatus;

our $Line = '{"token":"b","app":"1","user":1,"access":"read"}' . "\n";

master_on();
workers(4);
run_tests();

__DATA__

=== TEST 1: the page adds up what all workers have counted
--- init
package main;
DmSuite::answer('t-dm') for 1 .. 200;

is(DmStatus::value('decisions.read.passed'), 200, "page $_") for 1 .. 20;
is_deeply(DmStatus::app('8840'), [200, 0, 0], 'app');
--- request
GET /status



=== TEST 2: a worker that is killed takes nothing away
--- init
package main;
DmSuite::answer('t-dm') for 1 .. 100;

my @old = DmSuite::workers(4);
kill 'KILL', @old;
DmSuite::gone(@old);
DmSuite::workers(4);

DmSuite::wait_answer('t-rw', 403);
is(DmStatus::value('decisions.read.passed'), 100, 'what they counted stays');
--- request
GET /status



=== TEST 3: nor does a reload, and the journal's numbers go on
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
--- init
package main;
DmSuite::put($main::Line . "{}\n", '>>');
DmStatus::wait_value('journal.skipped', 1);
DmSuite::answer('a') for 1 .. 50;
my $before = DmStatus::zone();

DmSuite::reloaded(sub { s/(?=location = .status)/set \$x 1;/ });
my $z = DmStatus::zone();
is($z->{decisions}{read}{no_dm_access}, 50, 'decisions');
is($z->{$_}, $before->{$_}, $_) for qw( loaded last_change generation tokens );
is($z->{last_error}{line}, 3, 'last error');

DmSuite::put($main::Line, '>>');
DmSuite::wait_for('a line more', sub {
    DmStatus::value('last_change') gt $before->{last_change}
});
is_deeply(DmStatus::value('journal'), { applied => 2, skipped => 1 },
          'journal');
--- request
GET /status
