# Why: a text goes into a header or a body as it is, and must not break it.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: dm_permission_realm: no argument
--- config
dm_permission_realm;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission_realm" directive



=== TEST 2: dm_permission_realm: two arguments
--- config
dm_permission_realm my api;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission_realm" directive



=== TEST 3: dm_permission_realm: a quote
--- config
dm_permission_realm 'a"b';
--- must_die
--- error_log
[emerg]
invalid value "a"b" in "dm_permission_realm" directive, it must be without control characters, quotes and backslashes



=== TEST 4: dm_permission_realm: a backslash
--- config
dm_permission_realm 'a\\b';
--- must_die
--- error_log
[emerg]
invalid value "a\b" in "dm_permission_realm" directive, it must be without control characters, quotes and backslashes



=== TEST 5: dm_permission_realm: twice
--- config
dm_permission_realm a;
dm_permission_realm a;
--- must_die
--- error_log
[emerg]
"dm_permission_realm" directive is duplicate



=== TEST 6: dm_permission_message: no argument
--- config
dm_permission_message;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission_message" directive



=== TEST 7: dm_permission_message: without the quotes
--- config
dm_permission_message not allowed;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission_message" directive



=== TEST 8: dm_permission_message: an empty one
--- config
dm_permission_message "";
--- must_die
--- error_log
[emerg]
invalid value "" in "dm_permission_message" directive, it must be UTF-8 text without control characters



=== TEST 9: dm_permission_message: a tab
--- config
dm_permission_message "a\tb";
--- must_die
--- error_log
[emerg]
in "dm_permission_message" directive, it must be UTF-8 text without control characters



=== TEST 10: dm_permission_message: twice
--- config
dm_permission_message a;
dm_permission_message a;
--- must_die
--- error_log
[emerg]
"dm_permission_message" directive is duplicate



=== TEST 11: dm_permission_message: no UTF-8
--- config eval
"dm_permission_message \xff;"
--- must_die
--- error_log
[emerg]
in "dm_permission_message" directive, it must be UTF-8 text without control characters



=== TEST 12: dm_permission_message: UTF-8 that is cut off
--- config eval
"dm_permission_message \xe2\x82;"
--- must_die
--- error_log
[emerg]
in "dm_permission_message" directive, it must be UTF-8 text without control characters
