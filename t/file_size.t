# Why: an operator configures the size that the command prints, and nothing
# must be refused that it was printed for.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

# So many that one more takes a page more: no room is left over.
our $Tokens = 10018;
our $Tenth = 1001;

sub lines {
    my ($from, $to) = @_;

    return join '', map {
        qq({"token":"t$_","app":"1","user":$_,"access":)
        . qq("read-write-directmessages"}\n)
    } $from .. $to;
}


sub append {
    DmSuite::put(lines($Tokens + 1, $Tokens + $Tenth), '>>');
}


# Kilobytes, less so many pages of the usual size.
sub size {
    my ($less) = @_;
    my $name = DmSuite::file() . '.size';

    DmSuite::put(lines(1, $Tokens), '>', $name);
    my ($size) = `$DmSuite::Command check $name` =~ /^zone size: (\d+)k/m;
    unlink $name;

    return 'zone=t:' . ($size - 4 * ($less // 0)) . 'k interval=20ms';
}

run_tests();

__DATA__

=== TEST 1: a tenth more tokens have room
--- tokens eval
main::lines(1, $main::Tokens)
--- table eval
main::size()
--- init
main::append();
DmSuite::wait_answer('t' . ($main::Tokens + $main::Tenth), 200);
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer t11019
--- response_body chomp
origin
--- no_error_log
does not fit



=== TEST 2: at start, too
--- tokens eval
main::lines(1, $main::Tokens + $main::Tenth)
--- table eval
main::size()
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer t11019
--- response_body chomp
origin
--- no_error_log
does not fit



=== TEST 3: a page less is too little for a tenth, what was there answers on
--- tokens eval
main::lines(1, $main::Tokens)
--- table eval
main::size(1)
--- init
main::append();
DmSuite::wait_log('bytes, the zone has 798720, the last table stays');
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer t1
--- response_body chomp
origin



=== TEST 4: what needs no room counts all the same, however far behind
--- tokens eval
main::lines(1, $main::Tokens)
--- table eval
main::size(1)
--- init
main::append();
DmSuite::put(main::lines(20000, 24000)
             . '{"token":"t1","app":"1","user":1,"access":"read",'
             . qq("revoked":true}\n), '>>');
DmSuite::wait_answer('t1', 401);
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer t1
--- error_code: 401
--- error_log
reason: revoked_token



=== TEST 5: two pages in ten less are too little for the file
--- tokens eval
main::lines(1, $main::Tokens)
--- table eval
main::size(40)
--- must_die
--- error_log eval
qr/\[emerg\] .*tokens.jsonl": the table does not fit: it needs 802816 bytes, the zone has 638976$/



=== TEST 6: a journal that has no room at start refuses the file
--- tokens eval
main::lines(1, $main::Tokens) . qq({"end":{"records":$main::Tokens}}\n)
. main::lines(20000, 24000)
--- table eval
main::size()
--- must_die
--- error_log eval
qr/\[emerg\] .*tokens.jsonl": the table does not fit: it needs \d+ bytes, the zone has 802816$/



=== TEST 7: one that says the same again and again has room
--- tokens eval
main::lines(1, $main::Tokens) . qq({"end":{"records":$main::Tokens}}\n)
. main::lines(1, 4000) . main::lines(1, 4000)
. qq({"token":"t1","app":"1","user":1,"access":"read","revoked":true}\n)
--- table eval
main::size()
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer t1
--- error_code: 401
--- error_log
reason: revoked_token
--- no_error_log
does not fit
