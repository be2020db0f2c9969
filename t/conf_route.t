# Why: a route that is mistyped guards nothing, silently, unless nginx -t says so.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

run_tests();

__DATA__

=== TEST 1: two arguments
--- config
dm_permission_route read GET;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission_route" directive



=== TEST 2: five arguments
--- config
dm_permission_route read GET ~ x y;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission_route" directive



=== TEST 3: an unknown action
--- config
dm_permission_route reed GET /x;
--- must_die
--- error_log
[emerg]
invalid value "reed" in "dm_permission_route" directive, it must be "read", "delete", "send" or "none"



=== TEST 4: auto is no action of a route
--- config
dm_permission_route auto GET /x;
--- must_die
--- error_log
[emerg]
invalid value "auto" in "dm_permission_route" directive, it must be "read", "delete", "send" or "none"



=== TEST 5: methods GETT
--- config
dm_permission_route read "GETT" /x;
--- must_die
--- error_log
[emerg]
invalid value "GETT" in "dm_permission_route" directive, it must be "*" or methods such as "GET,POST"



=== TEST 6: methods GET,
--- config
dm_permission_route read "GET," /x;
--- must_die
--- error_log
[emerg]
invalid value "GET," in "dm_permission_route" directive, it must be "*" or methods such as "GET,POST"



=== TEST 7: methods GET,,POST
--- config
dm_permission_route read "GET,,POST" /x;
--- must_die
--- error_log
[emerg]
invalid value "GET,,POST" in "dm_permission_route" directive, it must be "*" or methods such as "GET,POST"



=== TEST 8: methods ,GET
--- config
dm_permission_route read ",GET" /x;
--- must_die
--- error_log
[emerg]
invalid value ",GET" in "dm_permission_route" directive, it must be "*" or methods such as "GET,POST"



=== TEST 9: methods GET;POST
--- config
dm_permission_route read "GET;POST" /x;
--- must_die
--- error_log
[emerg]
invalid value "GET;POST" in "dm_permission_route" directive, it must be "*" or methods such as "GET,POST"



=== TEST 10: methods GET,*
--- config
dm_permission_route read "GET,*" /x;
--- must_die
--- error_log
[emerg]
invalid value "GET,*" in "dm_permission_route" directive, it must be "*" or methods such as "GET,POST"



=== TEST 11: methods any
--- config
dm_permission_route read "any" /x;
--- must_die
--- error_log
[emerg]
invalid value "any" in "dm_permission_route" directive, it must be "*" or methods such as "GET,POST"



=== TEST 12: no method
--- config
dm_permission_route read "" /x;
--- must_die
--- error_log
[emerg]
invalid value "" in "dm_permission_route" directive, it must be "*" or methods such as "GET,POST"



=== TEST 13: pattern empty
--- config
dm_permission_route read GET "";
--- must_die
--- error_log
[emerg]
invalid pattern "" in "dm_permission_route" directive: does not start with "/"



=== TEST 14: pattern x
--- config
dm_permission_route read GET "x";
--- must_die
--- error_log
[emerg]
invalid pattern "x" in "dm_permission_route" directive: does not start with "/"



=== TEST 15: pattern ~
--- config
dm_permission_route read GET "~";
--- must_die
--- error_log
[emerg]
invalid pattern "~" in "dm_permission_route" directive: does not start with "/"



=== TEST 16: pattern /x/*/y
--- config
dm_permission_route read GET "/x/*/y";
--- must_die
--- error_log
[emerg]
invalid pattern "/x/*/y" in "dm_permission_route" directive: "*" is not the last segment



=== TEST 17: pattern /x*
--- config
dm_permission_route read GET "/x*";
--- must_die
--- error_log
[emerg]
invalid pattern "/x*" in "dm_permission_route" directive: "*" is not a segment of its own



=== TEST 18: pattern /x/:
--- config
dm_permission_route read GET "/x/:";
--- must_die
--- error_log
[emerg]
invalid pattern "/x/:" in "dm_permission_route" directive: ":" without a name



=== TEST 19: pattern /x/:a-b
--- config
dm_permission_route read GET "/x/:a-b";
--- must_die
--- error_log
[emerg]
invalid pattern "/x/:a-b" in "dm_permission_route" directive: a name is letters, digits and "_"



=== TEST 20: pattern /x//y
--- config
dm_permission_route read GET "/x//y";
--- must_die
--- error_log
[emerg]
invalid pattern "/x//y" in "dm_permission_route" directive: empty segment



=== TEST 21: pattern /a/../b
--- config
dm_permission_route read GET "/a/../b";
--- must_die
--- error_log
[emerg]
invalid pattern "/a/../b" in "dm_permission_route" directive: dot segments never match



=== TEST 22: pattern /a/.
--- config
dm_permission_route read GET "/a/.";
--- must_die
--- error_log
[emerg]
invalid pattern "/a/." in "dm_permission_route" directive: dot segments never match



=== TEST 23: pattern /x?y=1
--- config
dm_permission_route read GET "/x?y=1";
--- must_die
--- error_log
[emerg]
invalid pattern "/x?y=1" in "dm_permission_route" directive: a query or a fragment is no part of a path



=== TEST 24: pattern /x#y
--- config
dm_permission_route read GET "/x#y";
--- must_die
--- error_log
[emerg]
invalid pattern "/x#y" in "dm_permission_route" directive: a query or a fragment is no part of a path



=== TEST 25: an operator that is none
--- config
dm_permission_route read GET = /x;
--- must_die
--- error_log
[emerg]
invalid value "=" in "dm_permission_route" directive, it must be "~" or "~*"



=== TEST 26: a regular expression that does not compile
--- config
dm_permission_route read GET ~ "(";
--- must_die
--- error_log
[emerg]
invalid pattern "(" in "dm_permission_route" directive: pcre



=== TEST 27: the same route twice
--- config
dm_permission_route read GET /x;
dm_permission_route read GET /x;
--- must_die
--- error_log
[emerg]
route "GET /x" in "dm_permission_route" directive is duplicate



=== TEST 28: the same methods in another order
--- config
dm_permission_route read GET,POST /x;
dm_permission_route read POST,GET /x;
--- must_die
--- error_log
[emerg]
route "POST,GET /x" in "dm_permission_route" directive is duplicate



=== TEST 29: the same route with another action
--- config
dm_permission_route read GET /x;
dm_permission_route send GET /x;
--- must_die
--- error_log
[emerg]
route "GET /x" in "dm_permission_route" directive is "send" here and "read" before



=== TEST 30: the same expression twice
--- config
dm_permission_route read GET ~ ^/x;
dm_permission_route read GET ~ ^/x;
--- must_die
--- error_log
[emerg]
route "GET ~ ^/x" in "dm_permission_route" directive is duplicate



=== TEST 31: dm_permission_action: no argument
--- config
dm_permission_action;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission_action" directive



=== TEST 32: dm_permission_action: two arguments
--- config
dm_permission_action read send;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "dm_permission_action" directive



=== TEST 33: dm_permission_action: an unknown action
--- config
dm_permission_action reed;
--- must_die
--- error_log
[emerg]
invalid value "reed" in "dm_permission_action" directive, it must be "read", "delete", "send", "none" or "auto"



=== TEST 34: dm_permission_action: an empty one
--- config
dm_permission_action "";
--- must_die
--- error_log
[emerg]
invalid value "" in "dm_permission_action" directive, it must be "read", "delete", "send", "none" or "auto"



=== TEST 35: dm_permission_action: an unknown variable
--- config
dm_permission_action $nothing_of_that_name;
--- must_die
--- error_log
[emerg]
unknown "nothing_of_that_name" variable



=== TEST 36: dm_permission_action: twice
--- config
dm_permission_action read;
dm_permission_action auto;
--- must_die
--- error_log
[emerg]
"dm_permission_action" directive is duplicate



=== TEST 37: dm_permission_action: auto twice
--- config
dm_permission_action auto;
dm_permission_action auto;
--- must_die
--- error_log
[emerg]
"dm_permission_action" directive is duplicate



=== TEST 38: pattern /direct%20messages
--- config
dm_permission_route read GET "/direct%20messages";
--- must_die
--- error_log
[emerg]
invalid pattern "/direct%20messages" in "dm_permission_route" directive: a path is decoded before it is compared



=== TEST 39: routes that no path tells apart
--- config
dm_permission_route read GET /x/:id;
dm_permission_route read GET /X/:user/;
--- must_die
--- error_log
[emerg]
route "GET /X/:user/" in "dm_permission_route" directive is duplicate



=== TEST 40: the same with another action
--- config
dm_permission_route read GET /x;
dm_permission_route delete GET /x/;
--- must_die
--- error_log
[emerg]
route "GET /x/" in "dm_permission_route" directive is "delete" here and "read" before



=== TEST 41: an expression is told from another by its case, and from a pattern
--- config
dm_permission zone=t;
dm_permission_route read GET /x;
dm_permission_route read GET ~ ^/x;
dm_permission_route read GET ~* ^/x;
dm_permission_route read GET ~ ^/X;
location / { return 200; }
--- request
GET /ok
--- no_error_log
[emerg]
