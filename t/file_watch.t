# Why: a change counts when it happens. With an interval of an hour, what is not
# notified is not seen.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmChange;

add_block_preprocessor(sub { shift->set_value(table => 'zone=t:1m interval=1h') });

master_on();
run_tests();

__DATA__

=== TEST 1: a line is appended
--- init
DmChange::appended();
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
[emerg]



=== TEST 2: another file is renamed to its name
--- init
DmChange::renamed();
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
[emerg]



=== TEST 3: it is written anew in place
--- init
DmChange::rewritten();
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
[emerg]



=== TEST 4: a line is changed in place, and its length is not
--- init
DmChange::edited();
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
[emerg]



=== TEST 5: it is cut short
--- tokens eval
DmChange::text(1) . DmChange::text(0)
--- init
DmChange::truncated();
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
[emerg]



=== TEST 6: it is removed, and comes back
--- init
DmChange::came_back();
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
[emerg]



=== TEST 7: its name is a link to another file
--- layout: linked
--- init
DmChange::link_switched();
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
[emerg]



=== TEST 8: a directory on its way is a link to a release
--- layout: released
--- path
current/tokens.jsonl
--- init
DmChange::release_switched();
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
[emerg]



=== TEST 9: a link on the way of its link is switched
--- layout: mounted
--- init
DmChange::data_switched();
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
[emerg]



=== TEST 10: after a switch, the new place is watched
--- layout: released
--- path
current/tokens.jsonl
--- init
DmChange::switched_and_appended();
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
[emerg]



=== TEST 11: a directory on its way is replaced
--- path
now/tokens.jsonl
--- init
DmChange::directory_replaced();
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
[emerg]
