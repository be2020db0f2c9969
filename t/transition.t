# Why: the day of enforcement comes while everybody is connected.  Before the
# moment an answer is one of a dry run, from it on one of enforcement, on the
# connections and streams that there are; what is decided, said and counted is
# the same.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmStream;
use DmStatus;
use DmMoment;

our $Direct = "{\"direct_message\":{\"id\":1}}\r\n";
our $Text = "{\"text\":1}\r\n";
our $From = "dm_permission_enforce_from 2999-01-01T00:00:00Z;\n";

# Streams that have got a direct message before the moment.
sub streams {
    my @tokens = @_;

    return DmMoment::before(sub {
        my @open = map { DmStream->open(token => $_)->put($main::Direct) }
                       @tokens;

        $_->get($main::Direct) for @open;

        return @open;
    });
}

sub got {
    my ($s, $expect, $name) = @_;

    is(($s->get($expect))[0], $expect, $name);
}

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(gate => $main::From . ($block->gate // ''));
    $block->set_value(stream => 'proxy_buffering off;');
});

run_tests();

__DATA__

=== TEST 1: a connection that is kept alive
--- location
--- origin
http://origin
--- init
package main;
DmMoment::changes(403, "GET /2/dm_events HTTP/1.1\r\nHost: x\r\n"
                       . "Authorization: Bearer t-rw\r\n\r\n");
my $zone = DmStatus::zone();
my ($passed, $rejected, $would) = @{ DmStatus::app('8840', $zone) };
is($passed, 0, 'none is counted as passed');
is($would, DmStatus::at($zone, 'dry_run.read.no_dm_access'), 'for one reason');
cmp_ok($would, '>', 0, 'which some had');
is($rejected, DmStatus::at($zone, 'decisions.read.no_dm_access'), 'then, too');
cmp_ok($rejected, '>=', 5, 'which some had');
--- error_log
refused, reason: no_dm_access, action: read, app: "8840", token: "550f28164c7dea18", dry run, client
refused, reason: no_dm_access, action: read, app: "8840", token: "550f28164c7dea18", client



=== TEST 2: of a stream that is open direct messages are taken out
--- init
package main;
my ($s, $seen) = (streams('t-rw', 't-dm'));
$s->put($main::Direct);
DmMoment::wait_moment();
$s->put($main::Direct . $main::Text);
$seen->put($main::Direct);
my $all = $s->close;
like($all, qr/^(?:\Q$main::Direct\E)+\Q$main::Text\E$/, 'then, and not before');
cmp_ok(() = $all =~ /direct/g, '<=', 2, 'but for those before it');
is($seen->close, $main::Direct x 2, 'whoever may see them sees them');



=== TEST 3: a stream whose token may no longer be used ends
--- init
package main;
my ($s) = DmMoment::before(sub {
    my $s = DmStream->open(token => 't-dm')->put($main::Direct);

    $s->get($main::Direct);
    DmSuite::put(qq({"token":"t-dm","app":"8840","user":3,"revoked":true,)
                 . qq("access":"read-write-directmessages"}\n), '>>');
    DmSuite::wait_log('reason: revoked_token');
    $s->put($main::Text);
    $s->get($main::Direct . $main::Text);

    return $s;
});
is(DmStatus::value('streams.closed'), 0, 'in the dry run none is ended');
is($s->end, $main::Direct . $main::Text . $DmStream::End, 'told, ended');
is(DmMoment::passed(), 1, 'from the moment on');
DmStatus::wait_value('streams.closed', 1);
--- error_log eval
[qr/stream ended, reason: revoked_token, app: "8840", token: "fa21795a247845ba", dry run/,
 qr/stream ended, reason: revoked_token, app: "8840", token: "fa21795a247845ba"(?!, dry run)/]



=== TEST 4: a stream that the dry run alone has let in is filtered, the next one refused
--- init
package main;
my ($s) = streams('nobody');
DmMoment::wait_moment();
$s->put($main::Direct . $main::Text);
got($s, $main::Direct . $main::Text, 'filtered');
my $next = DmStream->connect(token => 'nobody');
like($next->head, qr{^HTTP/1.1 403}, 'refused');
is($s->close, $main::Direct . $main::Text, 'to its end');
--- error_log
reason: unknown_token, action: read, app: "", token: "6382b3cc881412b7", dry run
