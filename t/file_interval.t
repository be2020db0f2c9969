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

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(init => "DmSuite::wait_log('no file notification, changes"
                              . " are seen at intervals');\n" . $block->init);
});

spec_string(DmChange::spec());
master_on();
run_tests();
