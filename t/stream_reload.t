# Why: a stream is older than the configuration. A reload neither cuts it off
# nor loses sight of it.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmStream;
use Time::HiRes 'time';

our $Direct = "{\"direct_message\":{\"id\":1}}\r\n";
our $Text = "{\"text\":1}\r\n";
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

# Streams of one kind, and what becomes of them and of the old worker when
# nginx is reloaded: first while they are open, then when the last one ends.
sub outlives {
    my ($uri) = @_;
    my @streams = map { DmStream->open(token => 't-dm', uri => $uri)
                                ->put($main::Direct) } 1 .. 2;

    $_->get($main::Direct) for @streams;

    # the worker, the cache manager stops at once
    my ($worker) = DmSuite::workers(1);

    reload();
    DmSuite::wait_log("$worker#$worker: gracefully shutting down");

    my @said = ($streams[0]->put($main::Text)->close eq $main::Direct . $main::Text);

    # longer than all timers of the module together
    select undef, undef, undef, 1.2;
    push @said, scalar DmSuite::alive($worker);
    $streams[1]->put($main::Text);
    push @said, ($streams[1]->get($main::Direct . $main::Text))[0]
                eq $main::Direct . $main::Text;

    my $from = time;
    $streams[1]->close;
    DmSuite::gone($worker);
    push @said, time - $from < 15;

    return \@said;
}

# The same, where nginx does not wait for them.
sub times_out {
    my ($uri) = @_;
    my $s = DmStream->open(token => 't-dm', uri => $uri)->put($main::Direct);

    $s->get($main::Direct);

    my $from = time;
    my @old = reload();
    my $got = $s->end;
    my $ended = time - $from;

    DmSuite::gone(@old);

    return [ $got eq $main::Direct, $ended > 1 && $ended < 15,
             time - $from < 20 ];
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



=== TEST 2: the old worker waits for it, as for any response, and for nothing else
--- location eval
qq(dm_permission_stream user;
proxy_buffering off;
location /plain { dm_permission off; dm_permission_stream off;
                  proxy_buffering off; proxy_pass http://unix:$DmStream::Socket:; })
--- init
package main;
is_deeply(outlives('/plain'), [ 1, 1, 1, 1 ], 'nginx alone');
is_deeply(outlives('/'), [ 1, 1, 1, 1 ], 'filtered');
--- no_error_log
[alert]
[emerg]



=== TEST 3: worker_shutdown_timeout ends it, as any response
--- main_config
worker_shutdown_timeout 1500ms;
--- location eval
qq(dm_permission_stream user;
proxy_buffering off;
location /plain { dm_permission off; dm_permission_stream off;
                  proxy_buffering off; proxy_pass http://unix:$DmStream::Socket:; })
--- init
package main;
is_deeply(times_out('/plain'), [ 1, 1, 1 ], 'nginx alone');
is_deeply(times_out('/'), [ 1, 1, 1 ], 'filtered');
--- no_error_log
[emerg]



=== TEST 4: with no stream left, the timer keeps no worker
--- stream
proxy_buffering off;
--- init
package main;
DmStream->open(token => 't-dm')->put($main::Direct)->close;
my @old = reload();
DmSuite::gone(@old);
--- no_error_log
[alert]
[emerg]
