# Why: a ledger answers for nothing that somebody could change, take away or
# add unseen. What nginx itself has written is broken in each way, and what the
# command says of it is compared as a whole.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmLedger;
use DmVerify;

our ($Secret, @Lines) = ('k3y');

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(key => "$main::Secret\n");
    $block->set_value(config => <<"CONF");
    dm_permission zone=t;
    dm_permission_ledger $DmLedger::File key=$DmLedger::Key;
    location / { proxy_pass http://origin; }
    location = /stream { dm_permission_stream user; proxy_pass http://origin; }
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

=== TEST 1: two workers, a reload, a rotation, and each way to break the ledger
--- init
package main;
DmVerify::opened(2);
DmSuite::answer($_) for ('t-dm', 't-rw', 'x') x 4;
DmVerify::rotate();
DmSuite::answer($_) for ('t-dm', 't-rw', 'x') x 4;
DmSuite::reloaded(sub { });
DmSuite::answer($_) for ('t-dm', 't-rw', 'x') x 4;
is_deeply([DmVerify::rc('verify', $DmVerify::Old, $DmLedger::File)], [1],
          'open while nginx runs');
DmLedger::stop();
our @old = DmLedger::lines($DmVerify::Old);
our @new = DmLedger::lines($DmLedger::File);
our @all = (@old, @new);
DmVerify::learn(@all);
is_deeply(DmVerify::says([@all]), [0, 'intact'], 'intact');
is_deeply(DmVerify::says([@new], [@old]), [0, 'intact'], 'in the other order');
# a line with one before it and one behind it, of the longest chain
my ($n, $seq, $name) = DmVerify::middle(@all);
my $missing = "line $seq of chain $name is missing, from T to T";
my @bad = @all;
for my $field (qw( v chain seq time kind action decision reason app user token
                   revision request prev mac )) {
    @bad = @all;
    next unless $bad[$n] =~ /"$field":"?(.)/g;
    substr($bad[$n], pos($bad[$n]) - 1, 1) = $1 eq '1' ? '2' : '1';
    my ($rc, @said) = @{ DmVerify::says([@bad]) };
    is($rc, 1, "$field changed");
    like($said[0], qr/^f0:@{[$n + 1]}: (?:no record of a ledger|the mac is wrong: changed, or written with another key)$/, "$field: the line");
    is_deeply([@said[1 .. $#said]], [$missing, 'not intact: 2 findings'], "$field: missing");
}
@bad = @all;
splice @bad, $n, 1;
is_deeply(DmVerify::says([@bad]), [1, $missing, 'not intact: 1 findings'], 'deleted');
@bad = @all;
splice @bad, $n, 0, 'hello';
is_deeply(DmVerify::says([@bad]), [1, "f0:@{[$n + 1]}: no record of a ledger", 'not intact: 1 findings'], 'inserted');
@bad = @all;
splice @bad, $n, 0, $all[$n];
is_deeply(DmVerify::says([@bad]),
          [1, "f0:@{[$n + 2]}: line $seq of chain $name was there already", 'not intact: 1 findings'], 'twice');
@bad = @all;
my ($next) = grep { $_ > $n && $all[$_] =~ /"chain":"$DmVerify::Chain{$name}"/ } 0 .. $#all;
@bad[$n, $next] = @bad[$next, $n];
is_deeply(DmVerify::says([@bad]),
          [1, "f0:@{[$next + 1]}: line $seq of chain $name is behind its line @{[$seq + 1]}", 'not intact: 1 findings'], 'moved');
@bad = @all;
my ($last, $end) = DmVerify::place(pop @bad);
is_deeply(DmVerify::says([@bad]),
          [1, "chain $last is open: what followed its line @{[$end - 1]} is not known, from T on", 'not intact: 1 findings'], 'cut');
is_deeply(DmVerify::says_text(join("\n", @all[0 .. $#all - 1]) . "\n" . substr($all[-1], 0, 99)),
          [1, 'f0:' . @all . ': a write was cut off here',
           "chain $last is open: what followed its line @{[$end - 1]} is not known, from T on", 'not intact: 2 findings'], 'cut within a line');
is_deeply([sort map { s/\d+/N/gr } @{ DmVerify::says([@old]) }[1 .. 2]],
          [map { "chain $_ is open: what followed its line N is not known, from T on" } 'A', 'B'], 'the later file dropped');
my ($rc, @said) = @{ DmVerify::says([@new]) };
is($rc, 1, 'the earlier file dropped');
is_deeply([sort map { s/\d+/N/gr =~ s/^lines N to N of chain (.) are/line N of chain $1 is/r } @said[0, 1]],
          [map { "line N of chain $_ is missing, up to T" } 'A', 'B'], 'and missed');
# the old workers may end before both of the new ones have begun
my @left = grep { !/"chain":"(?:$DmVerify::Chain{C}|$DmVerify::Chain{D})"/ } @all;
my @named = grep { "@left" =~ /"$DmVerify::Chain{$_}"/ } 'C', 'D';
is_deeply([sort grep { /is missing$/ } @{ DmVerify::says([@left]) }],
          [map { "chain $_ is missing" } @named], 'all that the reload started');
is_deeply(DmVerify::says([grep { !/"chain":"$DmVerify::Chain{A}"/ } @all]),
          [1, 'chain A is missing', 'not intact: 1 findings'], 'a worker');
($rc, @said) = @{ DmVerify::says([@old[0 .. $#old / 2], @new[@new / 2 .. $#new]]) };
is($rc, 1, 'two halves spliced');
ok((grep { /missing/ } @said), 'and the rest missed');
DmVerify::nginx();
--- no_error_log
[alert]



=== TEST 2: keys, clocks, and any byte
--- init
package main;
DmVerify::opened(2);
DmSuite::answer($_) for ('t-dm', 't-rw') x 4;
DmLedger::stop();
my @all = DmLedger::lines();
DmVerify::learn(@all);
is_deeply(DmVerify::says([@all]), [0, 'intact'], 'intact');
my $wrong = 'f0:1-' . @all . ': the mac is wrong: changed, or written with';
my @none = ('there is no record that counts', 'not intact: 2 findings');
is_deeply(DmVerify::says_key('other', [@all]),
          [1, "$wrong another key", $none[0], 'no mac is right: is it the key of this ledger?', $none[1]], 'another key');
is_deeply(DmVerify::says_key(undef, [@all]),
          [1, "$wrong a key", $none[0], 'no mac is right: a ledger that has a key is verified with --key', $none[1]], 'no key');
my @plain = DmVerify::remade('', @all);
is_deeply(DmVerify::says([@plain]),
          [1, 'f0:1-' . @all . ': written without the key', $none[0], 'no mac is right: is it the key of this ledger?', $none[1]], 'made anew without the key');
is_deeply(DmVerify::says_key(undef, [@plain]), [0, 'intact'], 'which is a ledger without a key');
my ($n, $seq, $name) = DmVerify::middle(@all);
my @bad = @all;
$bad[$n] =~ s/"time":"\d{4}/"time":"2001/;
is_deeply(DmVerify::says([DmVerify::remade($main::Secret, @bad)]),
          [1, 'f0:' . ($n + 1) . ": the clock went back from T to T before line $seq of chain $name", 'not intact: 1 findings'], 'a clock that went back');
my $text = join '', map { "$_\n" } @all;
srand 4711;
for (1 .. 60) {
    my $at = int rand length $text;
    my $copy = $text;
    substr($copy, $at, 1) ^= chr(1 + int rand 255);
    my ($rc) = @{ DmVerify::says_text($copy) };
    $rc == 1 or fail("byte $at changed unseen");
}
pass('any byte');
DmVerify::nginx();
--- no_error_log
[alert]



=== TEST 3: a worker that is killed
--- init
package main;
DmVerify::opened(2);
DmSuite::answer('t-dm') for 1 .. 8;
my @records = DmLedger::records('gate');
my $chain = $records[0]{chain};
my ($pid) = $chain =~ /-(\d+)-\d+\z/;
kill 'KILL', $pid;
DmVerify::opened(3);
DmSuite::answer('t-dm');
DmLedger::stop();
my @all = DmLedger::lines();
DmVerify::learn(@all);
my $seq = grep { /"chain":"$chain"/ } @all;
is_deeply(DmVerify::says([@all]),
          [1, "chain $DmVerify::Letter{$chain} is open: what followed its line $seq is not known, from T on", 'not intact: 1 findings'], 'open');
is_deeply([@{ DmVerify::asks('who --user 3') }[0, -1]], [1, 'not complete'], 'so who is not complete');
DmVerify::nginx();



=== TEST 4: who, and whom to notify
--- init
package main;
DmVerify::opened(2);
DmSuite::answer($_) for qw( t-dm t-dm t-rw t-r x );
DmSuite::answer('t-r', '/stream');
DmSuite::answer('t-dm', '/1.1/direct_messages/destroy.json');
is_deeply(DmVerify::asks('who --user 3'), [1, '8840 3 0 0 0 0', 'not complete'], 'nginx still runs');
DmLedger::stop();
is_deeply(DmVerify::asks('who --user 3'), [0, '8840 3 0 0 0 0', 'complete'], 'who');
is_deeply(DmVerify::asks('who --user 1'), [0, 'none', 'complete'], 'to connect to a stream is not to receive');
is_deeply(DmVerify::asks('affected --app 8840'), [0, '3 3 0 0 0 0', 'complete'], 'affected');
is_deeply(DmVerify::asks('affected --app 77'), [0, 'none', 'complete'], 'another app');
is_deeply(DmVerify::asks('who --user 3 --since 2011-11-11T00:00:00Z'), [1, '8840 3 0 0 0 0', 'not complete'], 'before it begins');
is_deeply(DmVerify::asks('who --user 3 --until 2999-11-11T00:00:00.5+01:00'), [1, '8840 3 0 0 0 0', 'not complete'], 'behind its end');
my $json = DmVerify::json('who --user 3 --list');
is_deeply([$json->{complete} + 0, @$json{qw( user incomplete n_findings )}], [1, '3', [], 0], 'JSON');
is(scalar @{ $json->{records} }, 3, 'records');
is($json->{apps}[0]{reads}, 3, 'reads');
is(DmVerify::json('verify')->{ledger}{intact}, 1, 'intact');
is_deeply([map { DmVerify::rc($_, $DmLedger::File) } 'verify --user 3', 'who', 'who --user x', 'affected', 'affected --app ""',
           'who --user 3 --since now', 'who --user 3 --since 2012-01-01T00:00:00Z --until 2011-01-01T00:00:00Z',
           'verify --nonsense', 'verify --json --json', 'nothing'], [(2) x 10], 'what is no question');
is_deeply([DmVerify::rc('verify'), DmVerify::rc('verify', '/nonexistent'), DmVerify::rc('verify', '/')], [2, 2, 2], 'what cannot be read');
chmod 0644, $DmLedger::Key;
is(DmVerify::rc('verify', $DmLedger::File), 2, 'a key that others can read');
unlink $DmLedger::Key;
is(DmVerify::rc('verify', $DmLedger::File), 2, 'no key');
DmSuite::put("k3y\n", '>', $DmLedger::Key);
chmod 0600, $DmLedger::Key;
DmVerify::nginx();
--- no_error_log
[alert]



=== TEST 5: a new key
--- init
package main;
DmVerify::opened(2);
DmSuite::answer('t-dm') for 1 .. 4;
my ($old, $new) = ("$DmLedger::Dir/old.key", $DmLedger::Key);
DmSuite::put("$main::Secret\n", '>', $old);
chmod 0600, $old;
DmSuite::put("another\n", '>', $new);
# an old worker is held until new ones are there: so its end tells of them
my $held = DmSuite::client();
syswrite $held, "GET /ok HTTP/1.1\r\nHost: x\r\n\r\nGET /ok";
sysread $held, my $status, 12;
my @old = DmSuite::reload(sub { });
DmVerify::opened(4);
close $held;
DmSuite::gone(@old);
DmSuite::answer('t-dm') for 1 .. 3;
DmLedger::stop();
is_deeply(DmVerify::asks('verify', $old, $new), [0, '15 lines, 15 records, 4 chains, 4 of them closed and whole, from'], 'both keys');
is_deeply(DmVerify::asks('verify', $old), [1, '15 lines, 8 records, 2 chains, 2 of them closed and whole, from'], 'the old one');
is_deeply(DmVerify::asks('verify', $new), [1, '15 lines, 7 records, 2 chains, 2 of them closed and whole, from'], 'the new one');
is((DmVerify::asks('verify', $new, $old))->[0], 1, 'in the wrong order');
for (['who --user 3', '8840'], ['affected --app 8840', '3']) {
    my ($question, $row) = @$_;
    is_deeply(DmVerify::asks($question, $old, $new), [0, "$row 7 0 0 0 0", 'complete'], "$question: both keys");
    is_deeply(DmVerify::asks($question, $old), [1, "$row 4 0 0 0 0", 'not complete'], 'the old one');
    is_deeply(DmVerify::asks($question, $new), [1, "$row 3 0 0 0 0", 'not complete'], 'the new one');
}
is(DmVerify::rc('verify' . " --key $old" x 31, $DmLedger::File), 0, 'as many as there may be');
is(DmVerify::rc('verify' . " --key $old" x 32, $DmLedger::File), 2, 'too many');
is(DmVerify::rc("verify --key $DmLedger::Dir/none", $DmLedger::File), 2, 'one that is not there');
DmSuite::put("$main::Secret\n", '>', $new);
DmVerify::nginx();
--- no_error_log
[alert]
