# Why: a change counts when it happens. With an interval of an hour, what is not
# notified is not seen.

use lib 't/lib';

# Directories of which nginx's user has not the right to know what is in them.
use DmPreload shut_directory => <<'C';
#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
int inotify_add_watch(int fd, const char *name, uint32_t mask)
{
    const char *last = strrchr(name, '/');
    int (*add)(int, const char *, uint32_t) = dlsym(RTLD_NEXT, __func__);
    if (last && strcmp(last, "/shut") == 0) { errno = EACCES; return -1; }
    return add(fd, name, mask);
}
C
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmChange;

sub could_not_watch {
    DmSuite::wait_log("could not watch \"$DmSuite::Dir/shut\", changes are seen"
                      . ' at intervals');
}

# More than the system keeps for who does not look.
sub burst {
    open my $fh, '<', '/proc/sys/fs/inotify/max_queued_events' or die "max: $!";
    my $most = <$fh>;

    while ($most > 0) {
        DmSuite::put('', '>', "$DmSuite::Dir/other");
        unlink "$DmSuite::Dir/other" or die "unlink: $!";
        $most -= 2;
    }
}

add_block_preprocessor(sub { shift->set_value(table => 'zone=t:1m interval=1h') });

spec_string(DmChange::spec() . do { local $/; <DATA> });
master_on();
run_tests();

__DATA__



=== TEST 12: its directory is moved, which the one above it may not tell
--- path
shut/now/tokens.jsonl
--- init
main::could_not_watch();
rename "$DmSuite::Dir/shut/now", "$DmSuite::Dir/shut/was" or die "rename: $!";
DmSuite::wait_log('could not open');
--- error_code: 403



=== TEST 13: its directory is removed, and another one has its place
--- path
shut/now/tokens.jsonl
--- init
main::could_not_watch();
DmChange::write_to('shut/next/tokens.jsonl', 1);
unlink "$DmSuite::Dir/shut/now/tokens.jsonl" or die "unlink: $!";
DmSuite::wait_log('could not open');
rename "$DmSuite::Dir/shut/next", "$DmSuite::Dir/shut/now" or die "rename: $!";
DmChange::seen();
DmSuite::put(DmChange::text(0) =~ s/\}/,"revoked":true}/r, '>>',
             "$DmSuite::Dir/shut/now/tokens.jsonl");
DmSuite::wait_answer('a', 401);
--- error_code: 401



=== TEST 14: so much has happened beside it that the system has lost count
--- init
my $helper = DmSuite::helper();
kill 'STOP', $helper;
main::burst();
DmSuite::put(DmChange::text(1), '>>');
kill 'CONT', $helper;
DmChange::seen();
