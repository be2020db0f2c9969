# Why: the file is the interface. A change must count without a reload, and
# one that is broken must leave the last good table where it was.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmStatus;
use Time::HiRes ();
use Time::Local;

our $Line = '{"token":"a","app":"1","user":1,"access":"%s"}' . "\n";


# Written now, with the time of `ahead` seconds later: not in force before it
# has rested. The clock of a file may be hundredths behind.
sub rested {
    my ($least, $ahead) = @_;
    my $began = Time::HiRes::time();

    DmSuite::put(sprintf($Line, 'read-write-directmessages'), '>');
    utime $began + $ahead, $began + $ahead, DmSuite::file() if $ahead;
    DmSuite::wait_answer('a', 200);

    my $took = Time::HiRes::time() - $began;
    die "in force after $took seconds" if $took < $least - 0.05;
}

# Until two looks at the file have been a second apart.
sub looked_each_second {
    my ($last, $time);

    DmSuite::wait_for('a look a second after another', sub {
        my ($y, $m, $d, $h, $min, $s) = DmStatus::value('last_check') =~ /(\d+)/g;

        ($last, $time) = ($time, timegm($s, $min, $h, $d, $m - 1, $y));

        return defined $last && $time - $last == 1;
    });
}

add_block_preprocessor(\&DmSuite::ask_for_a);

run_tests();

__DATA__

=== TEST 1: a line is appended
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
--- init
DmSuite::put(sprintf($main::Line, 'read'), '>>');
DmSuite::wait_answer('a', 403);
--- error_code: 403
--- error_log
reason: no_dm_access



=== TEST 2: another file is renamed to its name
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
--- init
DmSuite::put(sprintf($main::Line, 'read-write-directmessages'), '>',
             DmSuite::file() . '.new');
rename DmSuite::file() . '.new', DmSuite::file();
DmSuite::wait_answer('a', 200);



=== TEST 3: a directory on its way is switched
--- path
now/tokens.jsonl
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
--- init
my $dir = $DmSuite::Dir;
mkdir "$dir/b";
DmSuite::put(sprintf($main::Line, 'read-write-directmessages'), '>',
             "$dir/b/tokens.jsonl");
rename "$dir/now", "$dir/was";
symlink 'b', "$dir/next";
rename "$dir/next", "$dir/now";
DmSuite::wait_answer('a', 200);



=== TEST 4: it is written anew in place
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
--- init
DmSuite::put(sprintf($main::Line, 'read-write-directmessages'), '>');
DmSuite::wait_answer('a', 200);



=== TEST 5: a broken replacement changes nothing, the next good one counts
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
--- init
DmSuite::put(sprintf($main::Line, 'read') . sprintf($main::Line, 'raed'),
             '>', DmSuite::file() . '.new');
rename DmSuite::file() . '.new', DmSuite::file();
DmSuite::wait_log('is not read, read-write or read-write-directmessages'
                  . ' in line 2, the last table stays');
die 'the table went' unless DmSuite::answer('a') =~ / 403 /;
DmSuite::put(sprintf($main::Line, 'read-write-directmessages'), '>',
             DmSuite::file() . '.new');
rename DmSuite::file() . '.new', DmSuite::file();
DmSuite::wait_answer('a', 200);



=== TEST 6: it is removed, and comes back
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
--- init
unlink DmSuite::file();
DmSuite::wait_log('could not open "' . DmSuite::file()
                  . '", the last table stays (2: No such file or directory)');
die 'the table went' unless DmSuite::answer('a') =~ / 403 /;
DmSuite::put(sprintf($main::Line, 'read-write-directmessages'), '>');
DmSuite::wait_answer('a', 200);



=== TEST 7: it is emptied
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
--- gate
dm_permission_unknown_token deny;
--- init
DmSuite::put('', '>');
DmSuite::wait_answer('a', 403);
--- error_code: 403
--- error_log
reason: unknown_token



=== TEST 8: what is written in place has to rest for a second
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
--- table
zone=t:1m interval=1h
--- init
main::rested(1);



=== TEST 9: what comes under the name and was not moved there, for less
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
--- table
zone=t:1m interval=1h
--- init
unlink DmSuite::file();
main::rested(0.1);



=== TEST 10: the clock of its file system is ahead
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
--- table
zone=t:1m interval=1h
--- init
main::rested(1, 3600);



=== TEST 11: where no interval is said, it is a second
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
--- table
zone=t:1m
--- init
main::rested(1);
main::looked_each_second();



=== TEST 12: it is cut off in a line, and then made whole
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"b","app":"1","user":1,"access":"read"}
--- init
truncate DmSuite::file(), 60;
DmSuite::wait_log('json ends too early, at byte 11 in line 2, the last table stays');
die 'the table went' unless DmSuite::answer('b') =~ / 403 /;
DmSuite::put(sprintf($main::Line, 'read-write-directmessages'), '>');
DmSuite::wait_answer('a', 200);
