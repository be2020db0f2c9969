# Why: a reload must not open a gap. An unchanged zone keeps its table, a
# changed one is filled before it serves, and a bad file keeps the old workers.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use File::Copy ();

our $Line = '{"token":"a","app":"1","user":1,"access":"%s"}' . "\n";

add_block_preprocessor(sub {
    my $block = shift;

    DmSuite::ask_for_a($block);
    $block->set_value(gate => 'location = /v { dm_permission off;'
                              . ' return 200 "version 1"; }');
    $block->set_value(table => 'zone=t:1m interval=1h')
        unless defined $block->table;
});

master_on();
run_tests();

__DATA__

=== TEST 1: an unchanged zone keeps its table: the file is not even looked at
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
--- init
unlink DmSuite::file();
DmSuite::reloaded(sub { s/version 1/version 2/ });
--- no_error_log
[emerg]



=== TEST 2: another size is a new zone, filled from the file
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
--- init
DmSuite::put(sprintf($main::Line, 'read-write-directmessages'), '>',
             DmSuite::file() . '.new');
rename DmSuite::file() . '.new', DmSuite::file();
DmSuite::reloaded(sub { s/version 1/version 2/; s/zone=t:1m/zone=t:2m/ });
die 'not filled' unless DmSuite::answer('a') =~ / 200 /;
--- no_error_log
[emerg]



=== TEST 3: another file of the same zone is read
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
--- init
DmSuite::put(sprintf($main::Line, 'read-write-directmessages'), '>',
             "$DmSuite::Dir/other.jsonl");
DmSuite::reloaded(sub { s/version 1/version 2/; s/tokens.jsonl/other.jsonl/ });
die 'not read' unless DmSuite::answer('a') =~ / 200 /;
--- no_error_log
[emerg]



=== TEST 4: another file that is bad: the reload fails, everything stays
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
--- init
DmSuite::put(sprintf($main::Line, 'read') . sprintf($main::Line, 'raed'),
             '>', "$DmSuite::Dir/other.jsonl");
DmSuite::reload(sub { s/version 1/version 2/; s/tokens.jsonl/other.jsonl/ });
DmSuite::wait_log('is not read, read-write or read-write-directmessages'
                  . ' in line 2');
die 'reloaded' unless DmSuite::answer('a', '/v') =~ /version 1/;



=== TEST 5: and after that failure the file is still in charge
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
--- table
zone=t:1m interval=20ms
--- init
DmSuite::put("no\n", '>', "$DmSuite::Dir/other.jsonl");
DmSuite::reload(sub { s/tokens.jsonl/other.jsonl/ });
DmSuite::wait_log('not a json object in line 1');
DmSuite::put(sprintf($main::Line, 'read-write-directmessages'), '>>');
DmSuite::wait_answer('a', 200);



=== TEST 6: another size with a bad file: the reload fails, everything stays
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
--- init
DmSuite::put("no\n", '>', DmSuite::file() . '.new');
rename DmSuite::file() . '.new', DmSuite::file();
DmSuite::reload(sub { s/version 1/version 2/; s/zone=t:1m/zone=t:2m/ });
DmSuite::wait_log('not a json object in line 1');
die 'reloaded' unless DmSuite::answer('a', '/v') =~ /version 1/;



=== TEST 7: another file, and a reload that fails for another reason
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
--- table
zone=t:1m interval=20ms
--- init
DmSuite::put(sprintf($main::Line, 'read'), '>', "$DmSuite::Dir/other.jsonl");
DmSuite::put("no\n", '>', "$DmSuite::Dir/bad.jsonl");
DmSuite::reload(sub {
    s/tokens.jsonl/other.jsonl/;
    s{(http \{)}{$1 dm_permission_table $DmSuite::Dir/bad.jsonl zone=z:1m;};
    s{(dm_permission_table \S*/bad.*)(dm_permission_table \S*/other[^;]*;)}
     {$2$1}s;
});
DmSuite::wait_log('not a json object in line 1');
die 'another table' unless DmSuite::answer('a') =~ / 200 /;
DmSuite::put(sprintf($main::Line, 'read'), '>>');
DmSuite::wait_answer('a', 403);
--- error_code: 403



=== TEST 8: reloads that overtake the start of a helper
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
--- table
zone=t:1m interval=20ms
--- init
for (1 .. 10) {
    DmSuite::reload(sub { s/version \d+/version 2/ });
}
DmSuite::reloaded(sub { s/version 2/version 3/ });
DmSuite::put(sprintf($main::Line, 'read-write-directmessages'), '>>');
DmSuite::wait_answer('a', 200);
--- no_error_log
[emerg]



=== TEST 9: what changed during the reload is seen after it
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
--- table
zone=t:1m interval=20ms
--- init
DmSuite::reloaded(sub { s/version 1/version 2/ });
DmSuite::put(sprintf($main::Line, 'read-write-directmessages'), '>>');
DmSuite::wait_answer('a', 200);
--- no_error_log
[emerg]



=== TEST 10: the gate is turned off
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
--- init
DmSuite::reloaded(sub { s/version 1/version 2/; s/dm_permission zone=t;// });
--- no_error_log
[emerg]



=== TEST 11: another build of the module takes nothing over: the file is read
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
--- init
unlink DmSuite::file();
DmSuite::reload(sub {
    s{^(load_module )(\S*/ngx_http_dm_\S*);}{$1$DmSuite::Dir/other.so;}m
        && File::Copy::copy($2, "$DmSuite::Dir/other.so") or die "other.so: $!";
});
DmSuite::wait_log('"dm_permission_table" cannot read "'
                  . DmSuite::file() . '"');
die 'not kept' unless DmSuite::answer('a') =~ / 403 /;
DmSuite::put(sprintf($main::Line, 'read-write-directmessages'), '>');
DmSuite::reloaded(sub {});
