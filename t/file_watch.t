# Why: a change counts when it happens. With an interval of an hour, what is not
# notified is not seen.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmChange;

add_block_preprocessor(sub { shift->set_value(table => 'zone=t:1m interval=1h') });

spec_string(DmChange::spec());
master_on();
run_tests();
