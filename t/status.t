# Why: the page is what an operator looks at when something is wrong; what it
# says of a table must be so.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmStatus;

our $Line = '{"token":"new","app":"1","user":1,"access":"read"}' . "\n";
our $Time = qr/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

run_tests();

__DATA__

=== TEST 1: a table as it was loaded
--- init
package main;
my $z = DmStatus::zone();

is($z->{file}, DmSuite::file(), 'file');
is($z->{ready}, 1, 'ready');
is($z->{revision}, '2011-06-30/42', 'revision');
cmp_ok($z->{generation}, '>', 0, 'generation');
like($z->{$_}, $main::Time, $_) for qw( loaded last_check last_change );
is($z->{last_change}, $z->{loaded}, 'not changed since');
is($z->{last_error}, undef, 'no error');
is($z->{tokens}, 7, 'tokens');
is($z->{apps}, 2, 'apps');
is_deeply($z->{journal}, { applied => 0, skipped => 0 }, 'journal');
is($z->{clamped}, 0, 'clamped');
cmp_ok($z->{bytes}{used}, '>', 7 * 32, 'bytes used');
cmp_ok($z->{bytes}{used}, '<', $z->{bytes}{size}, 'less than there are');
cmp_ok($z->{bytes}{size}, '<', 512 * 1024, 'bytes of one state of two');
like($z->{age}, qr/^\d$/, 'age');
cmp_ok($z->{sync_seconds}, '>', 0, 'sync_seconds');
cmp_ok($z->{sync_seconds}, '<', 60, 'sync_seconds');
is_deeply($z->{streams}, { map { $_ => 0 } qw( open delivered withheld
                                               undecidable closed ) },
          'streams');
is_deeply($z->{ledger}, { records => 0, gaps => 0, lost => 0 }, 'ledger');
is_deeply($z->{app_requests}, [], 'no app');
is_deeply([sort keys %{ $z->{decisions} }], [qw( delete none read send )],
          'actions');
is($z->{decisions}{read}{no_dm_access}, 0, 'a counter that has not counted');
is($z->{decisions}{read}{bad_delivery}, undef, 'one that cannot');
is($z->{deliveries}{wrong_signature}, 0, 'deliveries');
--- request
GET /status
--- response_headers
Content-Type: application/json
Cache-Control: no-store
Vary: Accept
--- response_body_like eval
qr/\A\{\n  "time": "20.*\n\}\n\z/s
--- no_error_log
[error]



=== TEST 2: a time is the time
--- init
package main;
use Time::Local;

my ($y, $m, $d, $h, $min, $s) = DmStatus::page()->{time} =~ /(\d+)/g;
my $time = timegm($s, $min, $h, $d, $m - 1, $y);
my $now = time;

cmp_ok($time, '<=', $now, 'not to come');
cmp_ok($time, '>', $now - 60, 'not long ago');
--- request
GET /status
--- response_headers
Content-Type: application/json



=== TEST 3: the journal, applied and skipped
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
--- init
package main;
my $before = DmStatus::zone();

DmSuite::put($main::Line, '>>');
DmStatus::wait_value('journal.applied', 1);
my $z = DmStatus::zone();

is($z->{tokens}, 2, 'tokens');
is($z->{loaded}, $before->{loaded}, 'loaded is what it was');
is($z->{generation}, $before->{generation}, 'generation is what it was');
cmp_ok($z->{last_change}, 'gt', $before->{last_change}, 'last_change moves');
is($z->{last_error}, undef, 'no error');

DmSuite::put("{\"user\":1}\n", '>>');
DmStatus::wait_value('journal.skipped', 1);
my $bad = DmStatus::zone();

is($bad->{last_error}{line}, 3, 'line of the error');
is($bad->{last_error}{text}, 'none of "table", "app", "token", '
                             . '"token_sha256", "end"', 'text of the error');
like($bad->{last_error}{time}, $main::Time, 'time of the error');
is($bad->{last_change}, $z->{last_change}, 'a bad line changes nothing');
is($bad->{journal}{applied}, 1, 'one is applied still');

DmSuite::put($main::Line, '>>');
DmStatus::wait_value('journal.applied', 2);
is(DmStatus::value('last_error.line'), 3, 'the last error stays the last one');
--- request
GET /status



=== TEST 4: a file that is refused
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
--- init
package main;
my $before = DmStatus::zone();

DmSuite::put("{}\n", '>', DmSuite::file() . '.new');
rename DmSuite::file() . '.new', DmSuite::file();
DmStatus::wait_value('last_error.line', 1);
my $z = DmStatus::zone();

is($z->{tokens}, 1, 'the last table stays');
is($z->{loaded}, $before->{loaded}, 'loaded is what it was');

DmSuite::wait_for('age', sub { DmStatus::value('age') >= 1 });
DmSuite::wait_for('a look at it', sub {
    DmStatus::value('last_check') gt $before->{last_check}
});
is(DmStatus::value('ready'), 1, 'and answers');
is(DmSuite::logged('refused:'), 1, 'said once, however often it is looked at');

DmSuite::put($main::Line x 2, '>', DmSuite::file() . '.new');
rename DmSuite::file() . '.new', DmSuite::file();
DmSuite::wait_for('loaded', sub {
    DmStatus::value('loaded') gt $before->{loaded}
});
cmp_ok(DmStatus::value('age'), '<=', 1, 'in step again');
is(DmStatus::value('last_change'), DmStatus::value('loaded'), 'last_change');
cmp_ok(DmStatus::value('generation'), '>', $before->{generation},
       'generation');
--- request
GET /status



=== TEST 5: a file that is gone, and a table that is too old to answer
--- table
zone=t:1m interval=20ms max_stale=1s
--- init
package main;
unlink DmSuite::file();
DmSuite::wait_for('not ready', sub { !DmStatus::value('ready') });

is(DmStatus::value('last_error.text'),
   'could not open it: No such file or directory', 'text');
is(DmStatus::value('last_error.line'), undef, 'no line');
is(DmStatus::value('tokens'), 7, 'the table is there');
--- request
GET /status



=== TEST 6: a token that is lowered
--- tokens
{"table":{"revision":"\u00fc\"<&\\"}}
{"token":"a","app":"1","user":1,"access":"read-write-directmessages","issued_via":"xauth"}
--- init
package main;
is(DmStatus::value('clamped'), 1, 'clamped');
is(DmStatus::value('revision'), "\x{fc}\"<&\\", 'revision');
--- request
GET /status
--- response_headers
Content-Type: application/json



=== TEST 7: zones side by side, one of a name that needs care
--- http_config eval
qq{dm_permission_table $DmSuite::Dir/tokens.jsonl "zone=a\\"\\\\<&\xff\xc3\xa4\xed\xa0\x80:1m";}
--- init
package main;
my $zones = DmStatus::page()->{zones};

is_deeply([sort keys %$zones], ["a\"\\<&?\x{e4}???", 't'], 'names');
is($zones->{$_}{tokens}, 7, 'tokens') for keys %$zones;
--- request
GET /status
--- response_headers
Content-Type: application/json



=== TEST 8: HEAD
--- request
HEAD /status
--- response_headers
Content-Type: application/json
--- raw_response_headers_like chomp
Content-Length: [1-9]\d\d\d+
--- response_body



=== TEST 9: no other method
--- request
POST /status
x=1
--- error_code: 405



=== TEST 10: PUT neither
--- request
PUT /status
--- error_code: 405



=== TEST 11: a format by name
--- request
GET /status?format=json
--- more_headers
Accept: text/html
--- response_headers
Content-Type: application/json



=== TEST 12: one that there is not
--- request
GET /status?format=jso
--- error_code: 400



=== TEST 13: whatever the client wants
--- request
GET /status
--- more_headers
Accept: image/png
--- response_headers
Content-Type: application/json



=== TEST 14: no zone is needed where the page is
--- config
dm_permission off;
location = /status {
    dm_permission_status;
}
location / {
    return 200 "x";
}
--- request
GET /status
--- response_body_like chomp
"tokens": 7



=== TEST 15: an argument
--- config
location = /status {
    dm_permission_status on;
}
--- must_die
--- error_log
invalid number of arguments in "dm_permission_status" directive



=== TEST 16: twice
--- config
location = /status {
    dm_permission_status;
    dm_permission_status;
}
--- must_die
--- error_log
"dm_permission_status" directive is duplicate



=== TEST 17: not in a server
--- config
dm_permission_status;
--- must_die
--- error_log
"dm_permission_status" directive is not allowed here
