# Why: a table that nobody keeps in step any more must say so where the
# operator asked for it, and must go on where not.

use lib 't/lib';

# A clock that is years later once there is a file.
our $Later;
BEGIN { $Later = ($ENV{BUILD} // 'build') . "/later.$$" }
END { unlink $Later }

use DmPreload later => <<"C";
#include <dlfcn.h>
#include <sys/time.h>
#include <unistd.h>
int gettimeofday(struct timeval *restrict tv, void *restrict tz)
{
    int (*get)(struct timeval *, void *) = dlsym(RTLD_NEXT, __func__);
    int rc = get(tv, tz);
    if (access("$Later", F_OK) == 0) { tv->tv_sec += 100000000; }
    return rc;
}
C
use Test::Nginx::Socket 'no_plan';
use DmSuite;

# Three years without the file.
sub years {
    unlink DmSuite::file();
    DmSuite::wait_log('could not open');
    DmSuite::put('', '>', $Later);
}

add_block_preprocessor(sub { unlink $Later });

run_tests();

__DATA__

=== TEST 1: not_ready once the file has been gone for longer than max_stale
--- table
zone=t:1m interval=20ms max_stale=1s
--- init
unlink DmSuite::file();
DmSuite::wait_answer('t-dm', 503);
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-dm
--- error_code: 503
--- response_headers
Content-Type: application/json;charset=utf-8
Cache-Control: no-store
Retry-After: 1
! WWW-Authenticate
--- response_body chomp
{"errors":[{"code":130,"message":"Over capacity"}]}
--- error_log eval
qr/\[info\] \S+ \*\d+ access to direct messages refused, reason: not_ready, action: read, app: "", token: "", client: /



=== TEST 2: the same as XML
--- table
zone=t:1m interval=20ms max_stale=1s
--- init
unlink DmSuite::file();
DmSuite::wait_answer('t-dm', 503);
--- request
GET /1.1/direct_messages.xml
--- error_code: 503
--- response_headers
Content-Type: application/xml;charset=utf-8
Retry-After: 1
--- response_body chomp
<?xml version="1.0" encoding="UTF-8"?><errors><error code="130">Over capacity</error></errors>



=== TEST 3: what is not guarded passes
--- table
zone=t:1m interval=20ms max_stale=1s
--- init
unlink DmSuite::file();
DmSuite::wait_answer('t-dm', 503);
--- request
GET /1.1/statuses/home_timeline.json
--- response_body chomp
origin



=== TEST 4: ready again when the file is back
--- table
zone=t:1m interval=20ms max_stale=1s
--- init
rename DmSuite::file(), DmSuite::file() . '.away';
DmSuite::wait_answer('t-dm', 503);
rename DmSuite::file() . '.away', DmSuite::file();
DmSuite::wait_answer('t-dm', 200);
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
origin



=== TEST 5: a refused replacement ages, too
--- table
zone=t:1m interval=20ms max_stale=1s
--- init
DmSuite::put("no\n", '>', DmSuite::file() . '.new');
rename DmSuite::file() . '.new', DmSuite::file();
DmSuite::wait_answer('t-dm', 503);
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-dm
--- error_code: 503
--- error_log
reason: not_ready



=== TEST 6: max_stale may be years, which have to pass
--- table
zone=t:1m interval=20ms max_stale=3y
--- init
main::years();
DmSuite::wait_answer('t-dm', 503);
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-dm
--- error_code: 503
--- error_log
reason: not_ready



=== TEST 7: without max_stale the last table answers, however old it is
--- init
main::years();
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-dm
--- response_headers_like
Date: \w+, \d+ \w+ 20(?:29|[3-9]\d) .*
--- response_body chomp
origin
