# Why: a file that cannot be read must stop a start, not leave an empty table
# that refuses everybody.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: no such file
--- path
nowhere.jsonl
--- no_file
--- must_die
--- error_log eval
qr/\[emerg\] .*"dm_permission_table" cannot read "\S+nowhere.jsonl" \(2: No such file or directory\)/



=== TEST 2: no such directory
--- path
nowhere/tokens.jsonl
--- no_file
--- must_die
--- error_log eval
qr/\[emerg\] .*"dm_permission_table" cannot read "\S+nowhere\/tokens.jsonl" \(2: No such file or directory\)/



=== TEST 3: a directory
--- path
/etc
--- no_file
--- must_die
--- error_log eval
qr/\[emerg\] .*"dm_permission_table" cannot read "\S+etc" \(21: Is a directory\)/



=== TEST 4: a device
--- path
/dev/null
--- no_file
--- must_die
--- error_log eval
qr/\[emerg\] .*"dm_permission_table" cannot read "\/dev\/null" \(22: Invalid argument\)/



=== TEST 5: a name that goes through a file
--- path
/etc/passwd/x
--- no_file
--- must_die
--- error_log eval
qr/\[emerg\] .*"dm_permission_table" cannot read "\S+passwd\/x" \(20: Not a directory\)/
