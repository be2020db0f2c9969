# Why: a ledger that is written wrongly is found out when it is needed, which
# is too late.  Each mistake in its directive, and each key that is none, stops
# nginx -t and says what is wrong.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmLedger;

# Where a block's key is of another kind than a file of mode 0600: what makes
# it that.
our %Key = (
    missing   => sub { unlink @_ },
    directory => sub { unlink @_; mkdir $_[0] },
    pipe      => sub { unlink @_; system('mkfifo', @_) },
    '0640'    => sub { chmod 0640, @_ },
    '0604'    => sub { chmod 0604, @_ },
    '0601'    => sub { chmod 0601, @_ },
    '0602'    => sub { chmod 0602, @_ },
);

add_block_preprocessor(sub {
    my $block = shift;
    my $ledger = ($block->ledger // '') =~ s/\bDIR\b/$DmLedger::Dir/gr;

    $block->set_value(key => "k3y\n") unless defined $block->key;
    $block->set_value(config => "dm_permission zone=t;\n$ledger"
        . 'location = /ok { return 200; }') unless defined $block->config;
    $block->set_value(request => 'GET /ok');
    $block->set_value(must_die => '') unless defined $block->starts;
});

run_tests();

__DATA__

=== TEST 1: no file
--- ledger
dm_permission_ledger;
--- error_log
[emerg]
invalid number of arguments in "dm_permission_ledger" directive



=== TEST 2: an empty one
--- ledger
dm_permission_ledger "";
--- error_log
[emerg]
invalid value "" in "dm_permission_ledger" directive, it must be the name of a file



=== TEST 3: one that cannot be opened
--- ledger
dm_permission_ledger DIR/none/ledger;
--- error_log eval
qr/\[emerg\] .*could not open ledger "$DmLedger::Dir\/none\/ledger" in "dm_permission_ledger" directive \(2: No such file or directory\)/



=== TEST 4: off, and more
--- ledger
dm_permission_ledger off on_error=pass;
--- error_log
[emerg]
invalid value "on_error=pass" in "dm_permission_ledger" directive, it must be "off" alone



=== TEST 5: what begins like off is a file
--- starts
--- ledger
dm_permission_ledger DIR/office;
--- no_error_log
[emerg]



=== TEST 6: an unknown parameter
--- ledger
dm_permission_ledger DIR/ledger keys=DIR/key;
--- error_log
[emerg]
in "dm_permission_ledger" directive, it must be "key=FILE", "on_error=pass" or "on_error=refuse"



=== TEST 7: an unknown word
--- ledger
dm_permission_ledger DIR/ledger on_error=refused;
--- error_log
[emerg]
invalid value "on_error=refused" in "dm_permission_ledger" directive, it must be "key=FILE", "on_error=pass" or "on_error=refuse"



=== TEST 8: no word
--- ledger
dm_permission_ledger DIR/ledger on_error=;
--- error_log
[emerg]
invalid value "on_error=" in "dm_permission_ledger" directive, it must be "key=FILE"



=== TEST 9: on_error= twice
--- ledger
dm_permission_ledger DIR/ledger on_error=pass on_error=refuse;
--- error_log
[emerg]
duplicate parameter "on_error=refuse" in "dm_permission_ledger" directive



=== TEST 10: no key
--- ledger
dm_permission_ledger DIR/ledger key=;
--- error_log
[emerg]
invalid value "key=" in "dm_permission_ledger" directive, it must be "key=FILE"



=== TEST 11: key= twice
--- ledger
dm_permission_ledger DIR/ledger key=DIR/key key=DIR/key;
--- error_log
[emerg]
duplicate parameter "key=
in "dm_permission_ledger" directive



=== TEST 12: twice
--- ledger
dm_permission_ledger DIR/ledger;
dm_permission_ledger off;
--- error_log
[emerg]
"dm_permission_ledger" directive is duplicate



=== TEST 13: in an if
--- config
dm_permission zone=t;
location / { if ($uri) { dm_permission_ledger off; } }
--- error_log
[emerg]
"dm_permission_ledger" directive is not allowed here



=== TEST 14: one file with a key here and another there
--- ledger
dm_permission_ledger DIR/ledger key=DIR/key;
location / { dm_permission_ledger DIR/ledger key=DIR/../key; }
--- error_log eval
[qr/\[emerg\] .*ledger "$DmLedger::Dir\/ledger" in "dm_permission_ledger" directive has key "$DmLedger::Dir\/..\/key" here and "$DmLedger::Dir\/key" before/]



=== TEST 15: one file with a key here and none there
--- ledger
dm_permission_ledger DIR/ledger key=DIR/key;
location / { dm_permission_ledger DIR/ledger; }
--- error_log eval
[qr/\[emerg\] .*ledger "$DmLedger::Dir\/ledger" in "dm_permission_ledger" directive has key "" here and "$DmLedger::Dir\/key" before/]



=== TEST 16: one file with one key, and another without
--- starts
--- ledger
dm_permission_ledger DIR/ledger key=DIR/key;
location / { dm_permission_ledger DIR/ledger on_error=refuse key=DIR/key; }
location /a { dm_permission_ledger DIR/other; }
--- no_error_log
[emerg]



=== TEST 17: a key that is missing
--- as: missing
--- ledger
dm_permission_ledger DIR/ledger key=DIR/key;
--- error_log eval
qr/\[emerg\] .*could not open ledger key "$DmLedger::Key" in "dm_permission_ledger" directive \(2: No such file or directory\)/



=== TEST 18: one that is empty
--- key eval: ''
--- ledger
dm_permission_ledger DIR/ledger key=DIR/key;
--- error_log eval
qr/\[emerg\] .*ledger key "$DmLedger::Key" in "dm_permission_ledger" directive must have 1 to 4096 bytes/



=== TEST 19: one that is empty but for a newline
--- key eval: "\n\n"
--- ledger
dm_permission_ledger DIR/ledger key=DIR/key;
--- error_log eval
qr/\[emerg\] .*ledger key "$DmLedger::Key" in "dm_permission_ledger" directive must have 1 to 4096 bytes/



=== TEST 20: the longest
--- starts
--- key eval: 'x' x 4096 . "\n"
--- ledger
dm_permission_ledger DIR/ledger key=DIR/key;
--- no_error_log
[emerg]



=== TEST 21: a longer one
--- key eval: 'x' x 4097 . "\n"
--- ledger
dm_permission_ledger DIR/ledger key=DIR/key;
--- error_log eval
qr/\[emerg\] .*ledger key "$DmLedger::Key" in "dm_permission_ledger" directive must have 1 to 4096 bytes/



=== TEST 22: one that others may read
--- as: 0604
--- ledger
dm_permission_ledger DIR/ledger key=DIR/key;
--- error_log eval
qr/\[emerg\] .*ledger key "$DmLedger::Key" in "dm_permission_ledger" directive is open to others, its mode must be 0600 or 0640/



=== TEST 23: or write
--- as: 0602
--- ledger
dm_permission_ledger DIR/ledger key=DIR/key;
--- error_log
in "dm_permission_ledger" directive is open to others, its mode must be 0600 or 0640



=== TEST 24: or call a program
--- as: 0601
--- ledger
dm_permission_ledger DIR/ledger key=DIR/key;
--- error_log
in "dm_permission_ledger" directive is open to others, its mode must be 0600 or 0640



=== TEST 25: one that its group may read
--- starts
--- as: 0640
--- ledger
dm_permission_ledger DIR/ledger key=DIR/key;
--- no_error_log
[emerg]



=== TEST 26: a directory
--- as: directory
--- ledger
dm_permission_ledger DIR/ledger key=DIR/key;
--- error_log eval
qr/\[emerg\] .*ledger key "$DmLedger::Key" in "dm_permission_ledger" directive is not a file/



=== TEST 27: a pipe, which nobody waits for
--- as: pipe
--- ledger
dm_permission_ledger DIR/ledger key=DIR/key;
--- error_log eval
qr/\[emerg\] .*ledger key "$DmLedger::Key" in "dm_permission_ledger" directive is not a file/



=== TEST 28: no part of a key is told
--- key: k3y-of-the-ledger
--- as: 0604
--- ledger
dm_permission_ledger DIR/ledger key=DIR/key;
--- error_log
is open to others
--- no_error_log
k3y



=== TEST 29: a ledger that is a directory
--- ledger
dm_permission_ledger DIR;
--- error_log eval
qr/\[emerg\] .*could not open ledger "$DmLedger::Dir" in "dm_permission_ledger" directive \(21: Is a directory\)/



=== TEST 30: a ledger that is a pipe, which nobody waits for
--- as: pipe
--- ledger
dm_permission_ledger DIR/key;
--- error_log eval
qr/\[emerg\] .*could not open ledger "$DmLedger::Key" in "dm_permission_ledger" directive \(6: No such device or address\)/
