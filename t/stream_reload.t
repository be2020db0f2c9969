# Why: a stream is older than the configuration. A reload neither cuts it off
# nor loses sight of it.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmStream;

our $Direct = "{\"direct_message\":{\"id\":1}}\r\n";
our $Revoked = '{"token":"t-dm","app":"8840","user":3,"access":"read",'
               . '"revoked":true}' . "\n";

# Reloaded: new processes answer.
sub reload {
    my %old = map { $_ => 1 } DmSuite::reload(sub { s/version 1/version 2/ });

    DmSuite::wait_for('new processes', sub {
        grep { !$old{$_} } DmSuite::children(DmSuite::pid());
    });
    DmSuite::wait_for('version 2', sub {
        DmSuite::answer('t-dm', '/v') =~ /version 2/;
    });

    return keys %old;
}

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(gate =>
                      'location = /v { dm_permission off; return 200 "version 1"; }');
});

master_on();
run_tests();

__DATA__

=== TEST 1: it goes on, and is judged by the table as it is
--- stream
proxy_buffering off;
--- init
package main;
my $s = DmStream->open(token => 't-dm')->put($main::Direct);
$s->get($main::Direct);
reload();
$s->put($main::Direct);
is(($s->get($main::Direct x 2))[0], $main::Direct x 2, 'it goes on');
DmSuite::put($main::Revoked, '>>');
is($s->end, $main::Direct x 2 . $DmStream::End, 'told, ended');
--- no_error_log
[alert]
[emerg]



=== TEST 2: worker_shutdown_timeout ends it, as any response
--- main_config
worker_shutdown_timeout 300ms;
--- stream
proxy_buffering off;
--- init
package main;
my $s = DmStream->open(token => 't-dm')->put($main::Direct);
$s->get($main::Direct);
my @old = reload();
is($s->end, $main::Direct, 'what there was');
DmSuite::wait_for('old processes gone', sub {
    my %now = map { $_ => 1 } DmSuite::children(DmSuite::pid());
    return !grep { $now{$_} } @old;
});
--- no_error_log
[emerg]



=== TEST 3: with no stream left, the timer keeps no worker
--- stream
proxy_buffering off;
--- init
package main;
DmStream->open(token => 't-dm')->put($main::Direct)->close;
my @old = reload();
DmSuite::wait_for('old processes gone', sub {
    my %now = map { $_ => 1 } DmSuite::children(DmSuite::pid());
    return !grep { $now{$_} } @old;
});
--- no_error_log
[alert]
[emerg]
