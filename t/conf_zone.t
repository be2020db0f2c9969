# Why: a gate that hangs on no table, or on the wrong one, must not start.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: no argument
--- config
dm_permission;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission" directive



=== TEST 2: two arguments
--- config
dm_permission zone=t off;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission" directive



=== TEST 3: a flag
--- config
dm_permission on;
--- must_die
--- error_log
[emerg]
invalid value "on" in "dm_permission" directive, it must be "zone=NAME" or "off"



=== TEST 4: off in another case
--- config
dm_permission OFF;
--- must_die
--- error_log
[emerg]
invalid value "OFF" in "dm_permission" directive, it must be "zone=NAME" or "off"



=== TEST 5: an empty name
--- config
dm_permission zone=;
--- must_die
--- error_log
[emerg]
invalid value "zone=" in "dm_permission" directive, it must be "zone=NAME" or "off"



=== TEST 6: a size where the zone is used
--- config
dm_permission zone=t:1m;
--- must_die
--- error_log
[emerg]
unknown zone "t:1m" in "dm_permission" directive



=== TEST 7: an unknown zone, with the line where it stands
--- config
dm_permission zone=u;
--- must_die
--- error_log eval
qr/\[emerg\] .*unknown zone "u" in "dm_permission" directive in \S+nginx.conf:\d+/



=== TEST 8: twice
--- config
dm_permission zone=t;
dm_permission zone=t;
--- must_die
--- error_log
[emerg]
"dm_permission" directive is duplicate



=== TEST 9: on and off
--- config
dm_permission zone=t;
dm_permission off;
--- must_die
--- error_log
[emerg]
"dm_permission" directive is duplicate



=== TEST 10: off and off
--- config
dm_permission off;
dm_permission off;
--- must_die
--- error_log
[emerg]
"dm_permission" directive is duplicate
