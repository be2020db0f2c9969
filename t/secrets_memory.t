# Why: a core of a worker, or of anything that maps the zone, must not give
# tokens away. The digests are looked for, too: a search that finds nothing of
# what must be there proves nothing.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use Digest::SHA qw( sha256 );

our $Token = '370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb';
our $Signature = 'tR3+Ty81lMeYAr/Fid0kMTYa/WM=';

sub ask {
    my ($path, $header) = @_;
    my $s = DmSuite::client();

    print $s "GET $path HTTP/1.0\r\n$header\r\n";
    return scalar <$s>;
}

sub look {
    my $memory = DmSuite::shared(DmSuite::pid());

    ok(index($memory, substr sha256($Token), 0, 16) >= 0, 'the digest is there');
    ok(index($memory, '2011-06-30/42') >= 0, 'the revision is there');
    ok(index($memory, $Token) < 0, 'the token is not');
    ok(index($memory, substr $Token, 0, 16) < 0, 'nor its beginning');
    ok(index($memory, substr $Token, -16) < 0, 'nor its end');
    ok(index($memory, $Signature) < 0, 'nor a signature');
    ok(index($memory, 'oauth_') < 0, 'nor a credential');
    ok(index($memory, 'no-secret-of-mine') < 0, 'nor what was sent beside it');
}

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(tokens => <<"JSONL");
{"table":{"revision":"2011-06-30/42"}}
{"app":"8840","consumer_key":"ck"}
{"token":"$Token","app":"8840","user":1,"access":"read-write"}
JSONL
});

run_tests();

__DATA__

=== TEST 1: a table that was read
--- init
main::look();
--- request
GET /1.1/users/show.json
--- response_body chomp
origin



=== TEST 2: after requests
--- init
for my $path ('/2/dm_events', '/2/dm_events?oauth_token=no-secret-of-mine') {
    for my $token ($main::Token, 'no-secret-of-mine', "$main::Token\x40") {
        main::ask($path, "Authorization: Bearer $token\r\n");
        main::ask($path, 'Authorization: OAuth oauth_consumer_key="ck", '
                         . "oauth_signature=\"$main::Signature\", "
                         . "oauth_token=\"$token\"\r\n");
    }
}
main::look();
--- request
GET /1.1/users/show.json
--- response_body chomp
origin



=== TEST 3: after a line of the journal
--- init
DmSuite::put("{\"token\":\"$main::Token\",\"app\":\"8840\",\"user\":1,"
             . "\"access\":\"read\",\"revoked\":true}\n", '>>');
DmSuite::wait_answer($main::Token, 401);
main::look();
--- request
GET /1.1/users/show.json
--- response_body chomp
origin
