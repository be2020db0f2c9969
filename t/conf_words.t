# Why: a word that is mistyped must not stand for another one.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: dm_permission_dry_run: no argument
--- config
dm_permission_dry_run;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission_dry_run" directive



=== TEST 2: dm_permission_dry_run: two arguments
--- config
dm_permission_dry_run on on;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission_dry_run" directive



=== TEST 3: dm_permission_dry_run: not one of its words
--- config
dm_permission_dry_run yes;
--- must_die
--- error_log
[emerg]
invalid value "yes" in "dm_permission_dry_run" directive, it must be "on" or "off"



=== TEST 4: dm_permission_dry_run: a longer word
--- config
dm_permission_dry_run ons;
--- must_die
--- error_log
[emerg]
invalid value "ons" in "dm_permission_dry_run" directive, it must be "on" or "off"



=== TEST 5: dm_permission_dry_run: twice
--- config
dm_permission_dry_run on;
dm_permission_dry_run on;
--- must_die
--- error_log
[emerg]
"dm_permission_dry_run" directive is duplicate



=== TEST 6: dm_permission_access_level: no argument
--- config
dm_permission_access_level;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission_access_level" directive



=== TEST 7: dm_permission_access_level: two arguments
--- config
dm_permission_access_level on on;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission_access_level" directive



=== TEST 8: dm_permission_access_level: not one of its words
--- config
dm_permission_access_level 1;
--- must_die
--- error_log
[emerg]
invalid value "1" in "dm_permission_access_level" directive, it must be "on" or "off"



=== TEST 9: dm_permission_access_level: a longer word
--- config
dm_permission_access_level ons;
--- must_die
--- error_log
[emerg]
invalid value "ons" in "dm_permission_access_level" directive, it must be "on" or "off"



=== TEST 10: dm_permission_access_level: twice
--- config
dm_permission_access_level on;
dm_permission_access_level on;
--- must_die
--- error_log
[emerg]
"dm_permission_access_level" directive is duplicate



=== TEST 11: dm_permission_send: no argument
--- config
dm_permission_send;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission_send" directive



=== TEST 12: dm_permission_send: two arguments
--- config
dm_permission_send read-write read-write;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission_send" directive



=== TEST 13: dm_permission_send: not one of its words
--- config
dm_permission_send read;
--- must_die
--- error_log
[emerg]
invalid value "read" in "dm_permission_send" directive, it must be "read-write" or "read-write-directmessages"



=== TEST 14: dm_permission_send: a word in another case
--- config
dm_permission_send READ-WRITE;
--- must_die
--- error_log
[emerg]
invalid value "READ-WRITE" in "dm_permission_send" directive, it must be "read-write" or "read-write-directmessages"



=== TEST 15: dm_permission_send: the beginning of a word
--- config
dm_permission_send read-writ;
--- must_die
--- error_log
[emerg]
invalid value "read-writ" in "dm_permission_send" directive, it must be "read-write" or "read-write-directmessages"



=== TEST 16: dm_permission_send: a longer word
--- config
dm_permission_send read-writes;
--- must_die
--- error_log
[emerg]
invalid value "read-writes" in "dm_permission_send" directive, it must be "read-write" or "read-write-directmessages"



=== TEST 17: dm_permission_send: twice
--- config
dm_permission_send read-write;
dm_permission_send read-write;
--- must_die
--- error_log
[emerg]
"dm_permission_send" directive is duplicate



=== TEST 18: dm_permission_unknown_token: no argument
--- config
dm_permission_unknown_token;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission_unknown_token" directive



=== TEST 19: dm_permission_unknown_token: two arguments
--- config
dm_permission_unknown_token deny deny;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission_unknown_token" directive



=== TEST 20: dm_permission_unknown_token: not one of its words
--- config
dm_permission_unknown_token allow;
--- must_die
--- error_log
[emerg]
invalid value "allow" in "dm_permission_unknown_token" directive, it must be "deny" or "pass"



=== TEST 21: dm_permission_unknown_token: a word in another case
--- config
dm_permission_unknown_token DENY;
--- must_die
--- error_log
[emerg]
invalid value "DENY" in "dm_permission_unknown_token" directive, it must be "deny" or "pass"



=== TEST 22: dm_permission_unknown_token: the beginning of a word
--- config
dm_permission_unknown_token den;
--- must_die
--- error_log
[emerg]
invalid value "den" in "dm_permission_unknown_token" directive, it must be "deny" or "pass"



=== TEST 23: dm_permission_unknown_token: a longer word
--- config
dm_permission_unknown_token denys;
--- must_die
--- error_log
[emerg]
invalid value "denys" in "dm_permission_unknown_token" directive, it must be "deny" or "pass"



=== TEST 24: dm_permission_unknown_token: twice
--- config
dm_permission_unknown_token deny;
dm_permission_unknown_token deny;
--- must_die
--- error_log
[emerg]
"dm_permission_unknown_token" directive is duplicate



=== TEST 25: dm_permission_log_level: no argument
--- config
dm_permission_log_level;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission_log_level" directive



=== TEST 26: dm_permission_log_level: two arguments
--- config
dm_permission_log_level warn warn;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission_log_level" directive



=== TEST 27: dm_permission_log_level: not one of its words
--- config
dm_permission_log_level debug;
--- must_die
--- error_log
[emerg]
invalid value "debug" in "dm_permission_log_level" directive, it must be "info", "notice", "warn" or "error"



=== TEST 28: dm_permission_log_level: a word in another case
--- config
dm_permission_log_level WARN;
--- must_die
--- error_log
[emerg]
invalid value "WARN" in "dm_permission_log_level" directive, it must be "info", "notice", "warn" or "error"



=== TEST 29: dm_permission_log_level: the beginning of a word
--- config
dm_permission_log_level war;
--- must_die
--- error_log
[emerg]
invalid value "war" in "dm_permission_log_level" directive, it must be "info", "notice", "warn" or "error"



=== TEST 30: dm_permission_log_level: a longer word
--- config
dm_permission_log_level warns;
--- must_die
--- error_log
[emerg]
invalid value "warns" in "dm_permission_log_level" directive, it must be "info", "notice", "warn" or "error"



=== TEST 31: dm_permission_log_level: twice
--- config
dm_permission_log_level warn;
dm_permission_log_level warn;
--- must_die
--- error_log
[emerg]
"dm_permission_log_level" directive is duplicate



=== TEST 32: dm_permission_routes: no set
--- config
dm_permission_routes;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission_routes" directive



=== TEST 33: dm_permission_routes: an unknown set
--- config
dm_permission_routes twitter_2 twitter_3;
--- must_die
--- error_log
[emerg]
invalid value "twitter_3" in "dm_permission_routes" directive, it must be "twitter_1", "twitter_1.1" or "twitter_2", or "none" alone



=== TEST 34: dm_permission_routes: none beside a set
--- config
dm_permission_routes none twitter_2;
--- must_die
--- error_log
[emerg]
invalid value "none" in "dm_permission_routes" directive, it must be "twitter_1", "twitter_1.1" or "twitter_2", or "none" alone



=== TEST 35: dm_permission_routes: a set beside none
--- config
dm_permission_routes twitter_2 none;
--- must_die
--- error_log
[emerg]
invalid value "none" in "dm_permission_routes" directive, it must be "twitter_1", "twitter_1.1" or "twitter_2", or "none" alone



=== TEST 36: dm_permission_routes: a set twice
--- config
dm_permission_routes twitter_2 twitter_2;
--- must_die
--- error_log
[emerg]
duplicate parameter "twitter_2" in "dm_permission_routes" directive



=== TEST 37: dm_permission_routes: twice
--- config
dm_permission_routes twitter_2;
dm_permission_routes none;
--- must_die
--- error_log
[emerg]
"dm_permission_routes" directive is duplicate



=== TEST 38: dm_permission_routes: none twice
--- config
dm_permission_routes none;
dm_permission_routes none;
--- must_die
--- error_log
[emerg]
"dm_permission_routes" directive is duplicate



=== TEST 39: dm_permission_credentials: no source
--- config
dm_permission_credentials;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission_credentials" directive



=== TEST 40: dm_permission_credentials: an unknown source
--- config
dm_permission_credentials cookie;
--- must_die
--- error_log
[emerg]
invalid value "cookie" in "dm_permission_credentials" directive, it must be "header", "query" or "body"



=== TEST 41: dm_permission_credentials: a source twice
--- config
dm_permission_credentials header body header;
--- must_die
--- error_log
[emerg]
duplicate parameter "header" in "dm_permission_credentials" directive



=== TEST 42: dm_permission_credentials: twice
--- config
dm_permission_credentials header;
dm_permission_credentials query;
--- must_die
--- error_log
[emerg]
"dm_permission_credentials" directive is duplicate
