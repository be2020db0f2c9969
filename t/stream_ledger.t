# Why: afterwards it must be known who received which direct message of a
# stream, from those who were let see it as from those who were not.

use lib 't/lib';
use JSON::PP;
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmStream;

our $Text = "{\"text\":1}\r\n";
our $Ledger = "$DmStream::Dir/ledger";

sub direct {
    return qq({"direct_message":{"id":$_[0]}}\r\n);
}

# What the ledger says of messages, without what differs from run to run.
sub told {
    open my $fh, '<', $main::Ledger or die "ledger: $!";

    return [map { join ' ', map { $_ // '-' }
                  @$_{qw( decision reason app user message bytes )} }
            grep { $_->{kind} eq 'stream' } map { decode_json($_) } <$fh>];
}

# No room is left: a request is told so, or the log.
sub full {
    my ($code, $token) = @_;

    unlink $main::Ledger;
    symlink '/dev/full', $main::Ledger or die "link: $!";
    kill 'USR1', DmSuite::pid();
    DmSuite::wait_for('full', sub {
        DmSuite::answer($token, '/stream') =~ m{^HTTP/1.1 $code}
        && DmSuite::logged('could not write to ledger');
    });
}

add_block_preprocessor(sub {
    my $block = shift;

    unlink $main::Ledger;
    $block->set_value(gate => ($block->gate // '')
        . "dm_permission_ledger $main::Ledger;")
        unless ($block->gate // '') =~ /dm_permission_ledger/;
});

run_tests();

__DATA__

=== TEST 1: withheld and delivered, and what could not be judged
--- stream
proxy_buffering off;
--- init
package main;
DmStream->open(token => 't-rw')
    ->put(direct(11) . $main::Text . "{\r\n" . "\r\n")->close;
my $all = $main::Text . direct(12) . "{\r\n";
is(DmStream->open(token => 't-dm')->put($all)->close, $all, 'all delivered');
is_deeply(told(), ['withheld no_dm_access 8840 2 11 ' . length direct(11),
                   'withheld no_dm_access 8840 2 - 3',
                   'delivered passed 8840 3 12 ' . length direct(12),
                   'delivered passed 8840 3 - 3'], 'a line for each');
--- no_error_log
[alert]
[error]



=== TEST 2: of a site stream, whose grant decided
--- location
dm_permission_stream site;
proxy_buffering off;
--- init
package main;
DmStream->open(token => 't-r')
    ->put(join '', map { "{\"for_user\":$_,\"message\":{\"delete\":"
                         . "{\"direct_message\":{\"id\":7}}}}\r\n" } 2, 3)->close;
is_deeply([map { s/ \d+\z//r } @{ told() }],
          ['withheld no_dm_access 8840 2 7', 'delivered passed 8840 3 7'],
          'a line for each');
--- no_error_log
[alert]
[error]



=== TEST 3: in a dry run
--- gate
dm_permission_dry_run on;
--- stream
proxy_buffering off;
--- init
package main;
DmStream->open(token => 't-rw')->put(direct(1))->close;
is_deeply([map { s/ \d+\z//r } @{ told() }],
          ['delivered no_dm_access 8840 2 1'], 'delivered all the same');
--- no_error_log
[alert]
[error]



=== TEST 4: what cannot be recorded is not delivered, where that is refused
--- gate eval
"dm_permission_ledger $::Ledger on_error=refuse;"
--- stream
proxy_buffering off;
--- init
package main;
my $stream = DmStream->open(token => 't-dm')->put(direct(1) . $main::Text);
$stream->get(direct(1) . $main::Text);
full('503', 't-dm');
is($stream->put(direct(2) . $main::Text)->close, direct(1) . $main::Text . $main::Text,
   'the second is withheld');
--- error_log
could not write to ledger



=== TEST 5: and goes on where it is not
--- gate eval
"dm_permission_ledger $::Ledger;"
--- stream
proxy_buffering off;
--- init
package main;
my $stream = DmStream->open(token => 't-dm')->put(direct(1) . $main::Text);
$stream->get(direct(1) . $main::Text);
full('401', 't-rev');
is($stream->put(direct(2) . $main::Text)->close,
   direct(1) . $main::Text . direct(2) . $main::Text, 'the second is delivered');
--- error_log
could not write to ledger
