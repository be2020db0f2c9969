# Why: where a system has no notification, or no more of it to give, the
# interval has to be enough.

# What nginx meets here: no more of them for its user.  It has to be known before
# Test::Nginx is, which keeps what it found at its own beginning.
BEGIN {
    my $dir = $ENV{BUILD} // 'build';
    my $library = "$dir/no_inotify.so";

    mkdir $dir;

    open my $cc, '|-', "cc -shared -fPIC -x c -o $library -" or die "cc: $!";
    print $cc <<'C';
#include <errno.h>
int inotify_init1(int flags) { (void) flags; errno = EMFILE; return -1; }
C
    close $cc or die 'no library';
    $ENV{LD_PRELOAD} = $library;
}

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmChange;

master_on();
run_tests();

__DATA__

=== TEST 1: a line is appended
--- init
DmSuite::wait_log('no file notification, changes are seen at intervals');
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
DmSuite::wait_log('no file notification, changes are seen at intervals');
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
DmSuite::wait_log('no file notification, changes are seen at intervals');
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
DmSuite::wait_log('no file notification, changes are seen at intervals');
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
DmSuite::wait_log('no file notification, changes are seen at intervals');
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
DmSuite::wait_log('no file notification, changes are seen at intervals');
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
DmSuite::wait_log('no file notification, changes are seen at intervals');
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
DmSuite::wait_log('no file notification, changes are seen at intervals');
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
DmSuite::wait_log('no file notification, changes are seen at intervals');
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
DmSuite::wait_log('no file notification, changes are seen at intervals');
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
DmSuite::wait_log('no file notification, changes are seen at intervals');
DmChange::directory_replaced();
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
[emerg]
