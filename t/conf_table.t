# Why: the table is where a mistake refuses or admits everybody: each one is
# named by nginx -t, with the directive and the value.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: no zone
--- table
interval=1s
--- must_die
--- error_log
[emerg]
"dm_permission_table" must have the "zone" parameter



=== TEST 2: a file and nothing else
--- table

--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission_table" directive



=== TEST 3: a zone without a size
--- table
zone=t
--- must_die
--- error_log
[emerg]
invalid value "zone=t" in "dm_permission_table" directive, it must be "zone=NAME:SIZE"



=== TEST 4: a zone without a name
--- table
zone=:1m
--- must_die
--- error_log
[emerg]
invalid value "zone=:1m" in "dm_permission_table" directive, it must be "zone=NAME:SIZE"



=== TEST 5: a size that is none: zone=t:
--- table
zone=t:
--- must_die
--- error_log
[emerg]
invalid zone size "zone=t:" in "dm_permission_table" directive



=== TEST 6: a size that is none: zone=t:1x
--- table
zone=t:1x
--- must_die
--- error_log
[emerg]
invalid zone size "zone=t:1x" in "dm_permission_table" directive



=== TEST 7: a size that is none: zone=t:-1
--- table
zone=t:-1
--- must_die
--- error_log
[emerg]
invalid zone size "zone=t:-1" in "dm_permission_table" directive



=== TEST 8: a size that is none: zone=t:99999999999g
--- table
zone=t:99999999999g
--- must_die
--- error_log
[emerg]
invalid zone size "zone=t:99999999999g" in "dm_permission_table" directive



=== TEST 9: a size below the least
--- table
zone=t:63k
--- must_die
--- error_log
[emerg]
invalid zone size "zone=t:63k" in "dm_permission_table" directive, it must be at least 65536 bytes



=== TEST 10: two zones
--- table
zone=t:1m zone=u:1m
--- must_die
--- error_log
[emerg]
duplicate parameter "zone=u:1m" in "dm_permission_table" directive



=== TEST 11: two intervals
--- table
zone=t:1m interval=1s interval=2s
--- must_die
--- error_log
[emerg]
duplicate parameter "interval=2s" in "dm_permission_table" directive



=== TEST 12: two limits of age
--- table
zone=t:1m max_stale=1s max_stale=1s
--- must_die
--- error_log
[emerg]
duplicate parameter "max_stale=1s" in "dm_permission_table" directive



=== TEST 13: no interval: interval=0
--- table
zone=t:1m interval=0
--- must_die
--- error_log
[emerg]
invalid value "interval=0" in "dm_permission_table" directive, it must be a time of at least 10ms



=== TEST 14: no interval: interval=9ms
--- table
zone=t:1m interval=9ms
--- must_die
--- error_log
[emerg]
invalid value "interval=9ms" in "dm_permission_table" directive, it must be a time of at least 10ms



=== TEST 15: no interval: interval=
--- table
zone=t:1m interval=
--- must_die
--- error_log
[emerg]
invalid value "interval=" in "dm_permission_table" directive, it must be a time of at least 10ms



=== TEST 16: no interval: interval=x
--- table
zone=t:1m interval=x
--- must_die
--- error_log
[emerg]
invalid value "interval=x" in "dm_permission_table" directive, it must be a time of at least 10ms



=== TEST 17: no interval: interval=-1s
--- table
zone=t:1m interval=-1s
--- must_die
--- error_log
[emerg]
invalid value "interval=-1s" in "dm_permission_table" directive, it must be a time of at least 10ms



=== TEST 18: no limit of age: max_stale=0
--- table
zone=t:1m max_stale=0
--- must_die
--- error_log
[emerg]
invalid value "max_stale=0" in "dm_permission_table" directive, it must be a time of at least 1s



=== TEST 19: no limit of age: max_stale=500ms
--- table
zone=t:1m max_stale=500ms
--- must_die
--- error_log
[emerg]
invalid value "max_stale=500ms" in "dm_permission_table" directive, it must be a time of at least 1s



=== TEST 20: no limit of age: max_stale=
--- table
zone=t:1m max_stale=
--- must_die
--- error_log
[emerg]
invalid value "max_stale=" in "dm_permission_table" directive, it must be a time of at least 1s



=== TEST 21: no limit of age: max_stale=soon
--- table
zone=t:1m max_stale=soon
--- must_die
--- error_log
[emerg]
invalid value "max_stale=soon" in "dm_permission_table" directive, it must be a time of at least 1s



=== TEST 22: a parameter that is none
--- table
zone=t:1m foo=bar
--- must_die
--- error_log
[emerg]
invalid value "foo=bar" in "dm_permission_table" directive, it must be "zone=NAME:SIZE", "interval=TIME" or "max_stale=TIME"



=== TEST 23: a parameter that is misspelt
--- table
zone=t:1m intervall=1s
--- must_die
--- error_log
[emerg]
invalid value "intervall=1s" in "dm_permission_table" directive, it must be "zone=NAME:SIZE", "interval=TIME" or "max_stale=TIME"



=== TEST 24: a word
--- table
zone=t:1m on
--- must_die
--- error_log
[emerg]
invalid value "on" in "dm_permission_table" directive, it must be "zone=NAME:SIZE", "interval=TIME" or "max_stale=TIME"



=== TEST 25: an empty name
--- http_config
dm_permission_table "" zone=u:1m;
--- must_die
--- error_log
[emerg]
invalid value "" in "dm_permission_table" directive, it must be the name of a file



=== TEST 26: the same zone twice
--- http_config
dm_permission_table /dev/null zone=t:1m;
--- must_die
--- error_log
[emerg]
zone "t" of "dm_permission_table" is duplicate



=== TEST 27: the same zone with another size
--- http_config eval
"dm_permission_table " . DmSuite::file() . " zone=t:2m;"
--- must_die
--- error_log
[emerg]
zone "t" of "dm_permission_table" is duplicate



=== TEST 28: a zone of another module
--- http_config
limit_req_zone $uri zone=t:1m rate=1r/s;
--- must_die
--- error_log
[emerg]
the shared memory zone "t" is already declared for a different use



=== TEST 29: a zone that another module has taken
--- http_config
limit_req_zone $uri zone=u:1m rate=1r/s;
--- config
dm_permission zone=u;
--- must_die
--- error_log
[emerg]
unknown zone "u" in "dm_permission" directive



=== TEST 30: in a server
--- config
dm_permission_table /dev/null zone=u:1m;
--- must_die
--- error_log
[emerg]
"dm_permission_table" directive is not allowed here



=== TEST 31: in a location
--- config
location / { dm_permission_table /dev/null zone=u:1m; }
--- must_die
--- error_log
[emerg]
"dm_permission_table" directive is not allowed here



=== TEST 32: a zone too small for the file
--- table
zone=t:64k
--- tokens eval
join '', map { qq({"token":"t$_","app":"a$_","user":$_,"access":"read"}\n) }
    1 .. 1000
--- must_die
--- error_log eval
qr/\[emerg\] .*"dm_permission_table" refused "\S+tokens.jsonl": the table does not fit: it needs \d+ bytes, the zone has \d+$/
