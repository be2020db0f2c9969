# Why: a date that is misread enforces a month too early or never.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: no argument
--- config
dm_permission_enforce_from;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission_enforce_from" directive



=== TEST 2: two arguments
--- config
dm_permission_enforce_from 2011-07-14 00:00:00Z;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission_enforce_from" directive



=== TEST 3: no time: tomorrow
--- config
dm_permission_enforce_from tomorrow;
--- must_die
--- error_log
[emerg]
invalid value "tomorrow" in "dm_permission_enforce_from" directive, it must be a time of RFC 3339, such as 2011-07-14T00:00:00Z



=== TEST 4: no time: 1310601600
--- config
dm_permission_enforce_from 1310601600;
--- must_die
--- error_log
[emerg]
invalid value "1310601600" in "dm_permission_enforce_from" directive, it must be a time of RFC 3339, such as 2011-07-14T00:00:00Z



=== TEST 5: no time: 2011-07-14
--- config
dm_permission_enforce_from 2011-07-14;
--- must_die
--- error_log
[emerg]
invalid value "2011-07-14" in "dm_permission_enforce_from" directive, it must be a time of RFC 3339, such as 2011-07-14T00:00:00Z



=== TEST 6: no time: 2011-07-14T00:00:00
--- config
dm_permission_enforce_from 2011-07-14T00:00:00;
--- must_die
--- error_log
[emerg]
invalid value "2011-07-14T00:00:00" in "dm_permission_enforce_from" directive, it must be a time of RFC 3339, such as 2011-07-14T00:00:00Z



=== TEST 7: no time: 2011-07-14T00:00Z
--- config
dm_permission_enforce_from 2011-07-14T00:00Z;
--- must_die
--- error_log
[emerg]
invalid value "2011-07-14T00:00Z" in "dm_permission_enforce_from" directive, it must be a time of RFC 3339, such as 2011-07-14T00:00:00Z



=== TEST 8: no time: 2011-02-29T00:00:00Z
--- config
dm_permission_enforce_from 2011-02-29T00:00:00Z;
--- must_die
--- error_log
[emerg]
invalid value "2011-02-29T00:00:00Z" in "dm_permission_enforce_from" directive, it must be a time of RFC 3339, such as 2011-07-14T00:00:00Z



=== TEST 9: no time: 2011-13-01T00:00:00Z
--- config
dm_permission_enforce_from 2011-13-01T00:00:00Z;
--- must_die
--- error_log
[emerg]
invalid value "2011-13-01T00:00:00Z" in "dm_permission_enforce_from" directive, it must be a time of RFC 3339, such as 2011-07-14T00:00:00Z



=== TEST 10: no time: 2011-00-01T00:00:00Z
--- config
dm_permission_enforce_from 2011-00-01T00:00:00Z;
--- must_die
--- error_log
[emerg]
invalid value "2011-00-01T00:00:00Z" in "dm_permission_enforce_from" directive, it must be a time of RFC 3339, such as 2011-07-14T00:00:00Z



=== TEST 11: no time: 2011-07-00T00:00:00Z
--- config
dm_permission_enforce_from 2011-07-00T00:00:00Z;
--- must_die
--- error_log
[emerg]
invalid value "2011-07-00T00:00:00Z" in "dm_permission_enforce_from" directive, it must be a time of RFC 3339, such as 2011-07-14T00:00:00Z



=== TEST 12: no time: 2011-07-14T24:00:00Z
--- config
dm_permission_enforce_from 2011-07-14T24:00:00Z;
--- must_die
--- error_log
[emerg]
invalid value "2011-07-14T24:00:00Z" in "dm_permission_enforce_from" directive, it must be a time of RFC 3339, such as 2011-07-14T00:00:00Z



=== TEST 13: no time: 2011-07-14T00:60:00Z
--- config
dm_permission_enforce_from 2011-07-14T00:60:00Z;
--- must_die
--- error_log
[emerg]
invalid value "2011-07-14T00:60:00Z" in "dm_permission_enforce_from" directive, it must be a time of RFC 3339, such as 2011-07-14T00:00:00Z



=== TEST 14: no time: 2011-07-14T00:00:61Z
--- config
dm_permission_enforce_from 2011-07-14T00:00:61Z;
--- must_die
--- error_log
[emerg]
invalid value "2011-07-14T00:00:61Z" in "dm_permission_enforce_from" directive, it must be a time of RFC 3339, such as 2011-07-14T00:00:00Z



=== TEST 15: no time: 2011-07-14T00:00:00.Z
--- config
dm_permission_enforce_from 2011-07-14T00:00:00.Z;
--- must_die
--- error_log
[emerg]
invalid value "2011-07-14T00:00:00.Z" in "dm_permission_enforce_from" directive, it must be a time of RFC 3339, such as 2011-07-14T00:00:00Z



=== TEST 16: no time: 2011-07-14T00:00:00+0200
--- config
dm_permission_enforce_from 2011-07-14T00:00:00+0200;
--- must_die
--- error_log
[emerg]
invalid value "2011-07-14T00:00:00+0200" in "dm_permission_enforce_from" directive, it must be a time of RFC 3339, such as 2011-07-14T00:00:00Z



=== TEST 17: no time: 2011-07-14T00:00:00+24:00
--- config
dm_permission_enforce_from 2011-07-14T00:00:00+24:00;
--- must_die
--- error_log
[emerg]
invalid value "2011-07-14T00:00:00+24:00" in "dm_permission_enforce_from" directive, it must be a time of RFC 3339, such as 2011-07-14T00:00:00Z



=== TEST 18: no time: 2011-07-14T00:00:00ZZ
--- config
dm_permission_enforce_from 2011-07-14T00:00:00ZZ;
--- must_die
--- error_log
[emerg]
invalid value "2011-07-14T00:00:00ZZ" in "dm_permission_enforce_from" directive, it must be a time of RFC 3339, such as 2011-07-14T00:00:00Z



=== TEST 19: no time: off
--- config
dm_permission_enforce_from off;
--- must_die
--- error_log
[emerg]
invalid value "off" in "dm_permission_enforce_from" directive, it must be a time of RFC 3339, such as 2011-07-14T00:00:00Z



=== TEST 20: an empty one
--- config
dm_permission_enforce_from "";
--- must_die
--- error_log
[emerg]
invalid value "" in "dm_permission_enforce_from" directive, it must be a time of RFC 3339, such as 2011-07-14T00:00:00Z



=== TEST 21: with a space
--- config
dm_permission_enforce_from "2011-07-14 00:00:00Z";
--- must_die
--- error_log
[emerg]
invalid value "2011-07-14 00:00:00Z" in "dm_permission_enforce_from" directive, it must be a time of RFC 3339, such as 2011-07-14T00:00:00Z



=== TEST 22: twice
--- config
dm_permission_enforce_from 2011-07-14T00:00:00Z;
dm_permission_enforce_from 2011-07-14T00:00:00Z;
--- must_die
--- error_log
[emerg]
"dm_permission_enforce_from" directive is duplicate
