# Why: afterwards the ledger is all that is left of a decision.  Each has its
# line, with what applies of the fields in their order, and with no word that
# is anybody's secret.

use lib 't/lib';
use Digest::SHA 'sha256_hex';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmLedger;

our $Path = '/2/dm_events';

# The beginning of each line of a gate, and the end.
our $Gate = '{"v":1,"chain":"-","seq":%d,"time":"-","kind":"gate",%s'
            . '"revision":"2011-06-30/42","request":"-",%s"prev":"-","mac":"-"}';

sub gate {
    my ($seq, $said, $rest) = @_;

    return sprintf $Gate, $seq, $said =~ s/\bTOKEN\((.*?)\)/
                                    '"token":"' . substr(sha256_hex($1), 0, 16) . '"'/er,
                   $rest // '';
}

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(gate => ($block->gate // '')
        . "dm_permission_ledger $DmLedger::File"
        . (defined $block->key ? " key=$DmLedger::Key;" : ';'))
        unless defined $block->config;

    $block->set_value(request => 'GET /ok');
});

# what is tested is in init, which is run once
repeat_each(1);

run_tests();

__DATA__

=== TEST 1: passed: no status yet, and whose it is
--- init
package main;
DmSuite::answer('t-dm');
is_deeply([DmLedger::told()],
          [gate(2, '"action":"read","decision":"passed","reason":"passed",'
                   . '"app":"8840","user":"3",TOKEN(t-dm),')], 'one line');



=== TEST 2: rejected, each with its reason and status
--- init
package main;
DmSuite::answer($_) for qw( t-rw t-rev t-exp t-sus t-none t-app );
DmSuite::ask("GET $main::Path HTTP/1.0\r\n\r\n");
DmSuite::ask("GET $main::Path HTTP/1.0\r\nAuthorization: Bearer a b\r\n\r\n");
DmSuite::ask("POST /1.1/direct_messages/destroy.json HTTP/1.0\r\n"
              . "Authorization: Bearer t-r\r\nContent-Length: 0\r\n\r\n");
DmSuite::ask("POST /1.1/direct_messages/new.json HTTP/1.0\r\n"
              . "Authorization: Bearer t-r\r\nContent-Length: 0\r\n\r\n");

sub refused {
    my ($seq, $reason, $who, $status, $action) = @_;

    $action //= 'read';
    return gate($seq, qq("action":"$action","decision":"rejected","reason":)
                      . qq("$reason",$who), qq("status":$status,));
}

is_deeply([DmLedger::told()], [
    refused(2, 'no_dm_access', '"app":"8840","user":"2",TOKEN(t-rw),', 403),
    refused(3, 'revoked_token', '"app":"8840","user":"4",TOKEN(t-rev),', 401),
    refused(4, 'expired_token', '"app":"8840","user":"5",TOKEN(t-exp),', 401),
    refused(5, 'app_suspended', '"app":"66","user":"6",TOKEN(t-sus),', 403),
    refused(6, 'unknown_token', 'TOKEN(t-none),', 403),
    refused(7, 'app_only', '"app":"8840",TOKEN(t-app),', 403),
    refused(8, 'no_credentials', '', 401),
    refused(9, 'bad_credentials', '', 400),
    refused(10, 'no_dm_access', '"app":"8840","user":"1",TOKEN(t-r),', 403, 'delete'),
    refused(11, 'no_write_access', '"app":"8840","user":"1",TOKEN(t-r),', 403, 'send'),
], 'a line each');



=== TEST 3: in a dry run it says so, and that the request went on
--- gate
dm_permission_dry_run on;
--- init
package main;
DmSuite::answer('t-rw');
is_deeply([DmLedger::told()],
          [gate(2, '"action":"read","decision":"rejected_dry_run",'
                   . '"reason":"no_dm_access","app":"8840","user":"2",TOKEN(t-rw),')],
          'one line');



=== TEST 4: not ready: no revision has answered
--- table
zone=t:1m interval=20ms max_stale=1s
--- init
package main;
unlink DmSuite::file();
DmSuite::wait_answer('t-dm', 503);
like((DmLedger::told())[-1], qr/"decision":"rejected","reason":"not_ready","request":"-","status":503,"prev"/,
     'nothing is known');



=== TEST 5: what is not guarded has no line
--- init
package main;
DmSuite::answer('t-dm', '/1.1/users/show.json');
is_deeply([DmLedger::told()], [], 'none');



=== TEST 6: the request's id is the one that nginx gives it
--- gate
set $early $request_id;
add_header X-Ids $early,$request_id always;
--- init
package main;
my ($early, $id) = DmSuite::answer('t-rw') =~ /^X-Ids: ([0-9a-f]{32}),(.*)\r/m;
is_deeply([map { $_->{request} } DmLedger::records('gate')], [$early], 'the one that it had');
is($id, $early, 'and has');



=== TEST 7: the time is that of the decision, in UTC
--- init
package main;
use POSIX 'strftime';
my @between = (time - 1, time + 30);
DmSuite::answer('t-rw');
my ($time) = map { $_->{time} } DmLedger::records('gate');
like($time, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'RFC 3339');
my @texts = map { strftime('%Y-%m-%dT%H:%M:%S', gmtime $_) } @between;
ok($texts[0] le $time && $time le $texts[1], "$texts[0] <= $time <= $texts[1]");



=== TEST 8: a request that is decided twice has two lines, one decided once has one
--- config eval
"dm_permission zone=t;
dm_permission_ledger $DmLedger::File;
error_page 404 = /2/dm_events/1;
location / { proxy_pass http://origin; }
location = /2/dm_events { return 404; }
location = /2/dm_events/again { try_files /none /2/dm_events/1; }
location /2/dm_events/if { if (\$uri) { proxy_pass http://origin; } }"
--- init
package main;
DmSuite::answer('t-dm', "$main::Path$_") for '/again', '/if';
is_deeply([map { "$_->{seq} $_->{decision}" } DmLedger::records('gate')],
          ['2 passed', '3 passed', '4 passed'], 'three');
is(keys %{ { map { $_->{request} => 1 } DmLedger::records('gate') } }, 2, 'of two requests');



=== TEST 9: a location's own, none, and that of its server
--- config eval
"dm_permission zone=t;
dm_permission_ledger $DmLedger::File;
location / { proxy_pass http://origin; }
location /off/ { dm_permission_ledger off; rewrite ^/off(.*) \$1 break;
                 proxy_pass http://origin;
                 location /off/on/ { dm_permission_ledger $DmLedger::Dir/in;
                                     rewrite ^/off/on(.*) \$1 break;
                                     proxy_pass http://origin; } }
location /own/ { dm_permission_ledger $DmLedger::Dir/own;
                 rewrite ^/own(.*) \$1 break; proxy_pass http://origin; }"
--- init
package main;
DmSuite::answer('t-dm', "$_$main::Path") for '', '/off', '/own', '/off/on';
my @n = map { scalar grep { /"kind":"gate"/ } DmLedger::lines($_) }
        $DmLedger::File, "$DmLedger::Dir/own", "$DmLedger::Dir/in";
is_deeply(\@n, [1, 1, 1], 'one in each');



=== TEST 10: one file of two servers is one ledger
--- http_config eval
"dm_permission_ledger $DmLedger::File;"
--- config eval
"dm_permission zone=t;
dm_permission_ledger $DmLedger::File on_error=refuse;
location / { proxy_pass http://origin; }
location /1.1 { dm_permission_ledger $DmLedger::File; proxy_pass http://origin; }"
--- init
package main;
DmSuite::answer('t-dm', $_) for $main::Path, '/1.1/direct_messages.json', $main::Path;
is_deeply([map { "$_->{seq} $_->{kind}" } DmLedger::records()],
          ['1 open', '2 gate', '3 gate', '4 gate'], 'one chain');



=== TEST 11: with a key, and nothing of it nor of a token in any line or log
--- key: k3y-of-the-ledger
--- init
package main;
DmSuite::answer($_) for qw( t-dm t-rw t-none );
DmLedger::stop();
my @lines = DmLedger::lines();
is_deeply([DmLedger::broken('k3y-of-the-ledger', @lines)], [], 'chained with it');
my @wrong = DmLedger::broken('', @lines);
ok(@wrong > 0, 'not without it');
unlike("@lines", qr/t-dm|t-rw|t-none|k3y|app-secret/, 'no secret');
system($ENV{TEST_NGINX_BINARY} || 'nginx', '-p', server_root() . '/', '-c', 'conf/nginx.conf');
DmSuite::wait_answer('t-dm', 200);
--- no_error_log
k3y-of-the-ledger



=== TEST 12: the line is there before the answer
--- init
package main;
for my $n (1 .. 20) {
    DmSuite::answer('t-rw');
    my @have = DmLedger::records('gate');
    is(scalar @have, $n, "$n answers, $n lines");
}
--- no_error_log
[alert]
