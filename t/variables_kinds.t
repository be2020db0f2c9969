# Why: who reads a log or routes by a variable does not care which part of the
# module has decided: of streams, deliveries and what is not guarded each has
# its value, one and the same wherever it is used.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmStream;
use DmDelivery ();
use DmStatus;

our $All = join '|', map { "\$dm_permission_$_" } qw( status reason action
                         access app user token revision webhook );

# A log line, a header for the origin, a header for the client, a map, an if.
# To linger would be to log after the client has its answer.
our $Http = <<"CONF";
    log_format dm 'logged $All|';
    map \$dm_permission_reason \$dm_mapped { volatile; default other;
                                             passed of-passed;
                                             not_guarded of-none; }
CONF
our $Uses = <<"CONF";
    set \$dm_early none;
    if (\$dm_permission_app = 8840) { set \$dm_early \$dm_permission_access; }
    proxy_set_header X-Dm "$All|\$dm_mapped|\$dm_early";
    add_header X-Dm "$All|\$dm_mapped|\$dm_early" always;
    lingering_close off;
    access_log logs/error.log dm;
CONF

sub head_has {
    my ($text, $want, $name) = @_;

    like($text, qr/^X-Dm: \Q$want\E\r$/m, $name);
}

sub record {
    my ($token, $access, $more) = @_;

    DmSuite::put(qq({"token":"$token","app":"8840","user":3,)
                 . qq("access":"$access"$more}\n), '>>');
    DmStatus::wait_value('journal.applied', 1);
}

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(http_config => DmDelivery::hooks()
                      . DmDelivery::echo('$http_x_dm') . $main::Http);
});

run_tests();

__DATA__

=== TEST 1: of a stream
--- stream eval
"proxy_buffering off;$main::Uses"
--- init
package main;
my $s = DmStream->open(token => 't-rw');
my $want = 'PASSED|passed|read|read-write|8840|2|550f28164c7dea18|'
           . '2011-06-30/42||of-passed|read-write';
head_has($s->{asked}, $want, 'for the origin');
head_has($s->head . "\r\n", $want, 'for the client');
$s->close;
--- error_log
logged PASSED|passed|read|read-write|8840|2|550f28164c7dea18|2011-06-30/42||



=== TEST 2: of a stream that is refused
--- stream eval
"proxy_buffering off;$main::Uses"
--- init
package main;
my $s = DmStream->connect(token => 't-rev');
head_has($s->head . "\r\n", 'REJECTED|revoked_token|read|read|8840|4|'
         . 'c6be5267fea2eba3|2011-06-30/42||other|read', 'for the client');
--- error_log
logged REJECTED|revoked_token|read|read|8840|4|



=== TEST 3: of a stream that a dry run keeps open
--- gate
dm_permission_dry_run on;
--- stream eval
"proxy_buffering off;$main::Uses"
--- init
package main;
my $s = DmStream->open(token => 't-dm');
$s->head;
record('t-dm', 'read', ',"revoked":true');
$s->put("{}\r\n");
$s->close;
--- error_log
logged REJECTED_DRY_RUN|revoked_token|read|read-write-directmessages|8840|3|



=== TEST 4: of what is not guarded; once, whatever becomes of the table
--- location eval
$main::Uses
--- init
package main;
my $s = DmStream->connect(token => 't-r', uri => '/plain')->accept;
my $want = '|not_guarded|none|read|8840|1|2a4cfcd5d2747eab|2011-06-30/42|'
           . '|of-none|read';
head_has($s->{asked}, $want, 'for the origin');
record('t-r', 'read-write-directmessages', '');
$s->put("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
head_has($s->head . "\r\n", $want, 'for the client');
$s->close;
--- error_log
logged |not_guarded|none|read|8840|1|2a4cfcd5d2747eab|2011-06-30/42||



=== TEST 5: of a delivery, which is nobody's before its decision
--- tokens eval
$DmDelivery::Tokens
--- config eval
"dm_permission zone=t; location /h {
    dm_permission_delivery app=\$http_x_app;
    $main::Uses
    proxy_pass http://echo;
}"
--- request
POST /h
{"for_user_id":"3","direct_message_events":[]}
--- more_headers
X-App: 8840
--- response_body chomp
PASSED|passed|read||8840|3||2018-09-10/1|http://a.example/hook|of-passed|none
--- response_headers
X-Dm: PASSED|passed|read||8840|3||2018-09-10/1|http://a.example/hook|of-passed|none
--- error_log
logged PASSED|passed|read||8840|3||2018-09-10/1|http://a.example/hook|



=== TEST 6: of a delivery that is refused
--- tokens eval
$DmDelivery::Tokens
--- config eval
"dm_permission zone=t; location /h {
    dm_permission_delivery app=\$http_x_app;
    $main::Uses
    proxy_pass http://echo;
}"
--- request
POST /h
{"for_user_id":"2","direct_message_events":[]}
--- more_headers
X-App: 8840
--- error_code: 403
--- response_headers
X-Dm: REJECTED|no_dm_access|read||8840|2||2018-09-10/1|http://a.example/hook|other|none
--- error_log
logged REJECTED|no_dm_access|read||8840|2||2018-09-10/1|http://a.example/hook|



=== TEST 7: of a delivery in a dry run
--- tokens eval
$DmDelivery::Tokens
--- config eval
"dm_permission zone=t; dm_permission_dry_run on; location /h {
    dm_permission_delivery app=\$http_x_app;
    $main::Uses
    proxy_pass http://echo;
}"
--- request
POST /h
{"for_user_id":"2","direct_message_events":[]}
--- more_headers
X-App: 8840
--- response_body chomp
REJECTED_DRY_RUN|no_dm_access|read||8840|2||2018-09-10/1|http://a.example/hook|other|none
--- error_log
logged REJECTED_DRY_RUN|no_dm_access|read||8840|2||2018-09-10/1|http://a.example/hook|
