# Why: where a system has no notification, or no more of it to give, the
# interval has to be enough.

use lib 't/lib';
use DmPreload no_inotify => <<'C';
#include <errno.h>
int inotify_init1(int flags) { (void) flags; errno = EMFILE; return -1; }
C
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmChange;

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(init => "DmSuite::wait_log('no file notification, changes"
                              . " are seen at intervals');\n" . $block->init);
});

spec_string(DmChange::spec());
master_on();
run_tests();
