# Why: the page for operators shows how a file is made from a database, how it
# is replaced and how a token is revoked. What is shown has to work, and what
# fails on the way must leave the file alone.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use Digest::SHA 'sha256_hex';

our $Table = "DM_PERMISSION=$DmSuite::Command docs/table/dm-table";


sub database {
    my $name = "$DmSuite::Dir/issuer.db";
    my $sha = sha256_hex('tok');
    my $other = sha256_hex('other');

    open my $db, '|-', "sqlite3 $name" or die "sqlite3: $!";
    print $db <<"SQL";
CREATE TABLE apps(id, name, consumer_key, first_party, suspended);
CREATE TABLE tokens(sha256, app, user_id, access, issued_via, expires, revoked);
INSERT INTO apps VALUES('8840', 'A "client"', NULL, 0, 0);
INSERT INTO tokens VALUES('$sha', '8840', 9223372036854775807,
    'read-write-directmessages', 'authorize', NULL, 0);
INSERT INTO tokens VALUES('$other', '8840', NULL, 'read', 'authorize',
    4102444800, 1);
SQL
    close $db or die 'sqlite3 failed';

    return $name;
}


sub publish {
    my ($command) = @_;

    return system("$Table publish " . DmSuite::file() . " $command");
}


sub export {
    return publish('sqlite3 -bail ' . database()
                   . ' ".read docs/table/export.sql"');
}

run_tests();

__DATA__

=== TEST 1: a database becomes the file
--- tokens
{"token":"tok","app":"8840","user":1,"access":"read"}
--- init
main::export() == 0 or die 'not published';
DmSuite::wait_answer('tok', 200);
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer tok
--- response_body chomp
origin
--- no_error_log
refused
skipped



=== TEST 2: a line that is appended revokes, behind a piece of one that was not
--- tokens
{"token":"tok","app":"8840","user":1,"access":"read-write-directmessages"}
{"end":{"records":1}}
--- init
DmSuite::put('{"token":"cut', '>>');
my $line = '{"token":"tok","app":"8840","user":1,"access":"read","revoked":true}';
system("echo '$line' | $main::Table append " . DmSuite::file()) == 0
    or die 'not appended';
DmSuite::wait_answer('tok', 401);
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer tok
--- error_code: 401
--- error_log
reason: revoked_token



=== TEST 3: a command that fails leaves the file alone
--- tokens
{"token":"tok","app":"8840","user":1,"access":"read-write-directmessages"}
--- init
main::publish("sh -c 'echo {; exit 3' 2>/dev/null") != 0 or die 'published';
main::publish("echo '{\"token\":\"tok\"}' 2>/dev/null") != 0 or die 'published';
my @left = glob DmSuite::file() . '.*';
"@left" eq DmSuite::file() . '.lock' or die "left behind: @left";
DmSuite::wait_answer('tok', 200);
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer tok
--- response_body chomp
origin
--- no_error_log
refused
skipped
