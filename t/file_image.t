# Why: an image must mean what its file means, be followed by a journal as a
# file is, and be refused whole, with the reason, where anything is wrong.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

our $Line = '{"token":"a","app":"1","user":1,"access":"%s"}' . "\n";
our $Lowered = '{"token":"x","app":"1","user":1,"issued_via":"xauth",'
               . '"access":"read-write-directmessages"}' . "\n";

# The image with bytes put over it, and its checksum as it was.
sub spoiled {
    my ($at, $bytes) = @_;
    my $image = DmSuite::image();

    substr($image, $at, length $bytes) = $bytes;

    return $image;
}

run_tests();

__DATA__

=== TEST 1: what the file allows, its image allows
--- tokens eval: DmSuite::image()
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer t-dm
--- response_body chomp
origin
--- no_error_log
[error]



=== TEST 2: what the file refuses, its image refuses
--- tokens eval: DmSuite::image()
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer t-sus
--- error_code: 403
--- error_log
reason: app_suspended, action: read, app: "66"



=== TEST 3: the consumer key of its app counts
--- tokens eval: DmSuite::image()
--- request
GET /2/dm_events
--- more_headers
Authorization: OAuth oauth_token="t-dm", oauth_consumer_key="other"
--- error_code: 401
--- error_log
reason: consumer_mismatch



=== TEST 4: no token is in it
--- tokens eval: DmSuite::image()
--- init
for my $token ($DmSuite::Tokens =~ /"token":"(.*?)"/g) {
    die "$token is in the image"
        if index(DmSuite::image(), $token) >= 0;
}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer t-r
--- error_code: 403
--- error_log
reason: no_dm_access



=== TEST 5: a journal follows it, and its lines count from the image's end
--- tokens eval
DmSuite::image() . "junk\n" . sprintf $main::Line, 'read-write-directmessages'
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- grep_error_log eval
qr/line \d+ of "[^"]*" skipped: .*/
--- grep_error_log_out eval
["line 1 of \"" . DmSuite::file() . "\" skipped: not a json object\n", "", "", ""]



=== TEST 6: it is appended to while it serves
--- tokens eval: DmSuite::image()
--- init
DmSuite::put("junk\n", '>>');
DmSuite::wait_log('line 1 of "' . DmSuite::file() . '" skipped: not a json');
DmSuite::put('{"token":"t-dm","app":"8840","user":3,"access":"read",'
             . '"revoked":true}' . "\n", '>>');
DmSuite::wait_answer('t-dm', 401);
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer t-dm
--- error_code: 401
--- error_log
reason: revoked_token



=== TEST 7: it replaces a file, and a file replaces it
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
--- init
DmSuite::put(DmSuite::image(), '>', DmSuite::file() . '.new');
rename DmSuite::file() . '.new', DmSuite::file();
DmSuite::wait_answer('t-dm', 200);
DmSuite::put(sprintf($main::Line, 'read-write-directmessages'), '>',
             DmSuite::file() . '.new');
rename DmSuite::file() . '.new', DmSuite::file();
DmSuite::wait_answer('a', 200);
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer t-dm
--- error_code: 403
--- error_log
reason: unknown_token



=== TEST 8: a damaged one changes nothing while it serves
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
--- init
my $image = DmSuite::image();
substr($image, -1, 1) = chr(1 ^ ord substr $image, -1);
DmSuite::put($image, '>', DmSuite::file() . '.new');
rename DmSuite::file() . '.new', DmSuite::file();
DmSuite::wait_log('refused: the image is damaged: its checksum is another,'
                  . ' the last table stays');
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin



=== TEST 9: lowered tokens are told of, without a line
--- tokens eval: DmSuite::image($main::Lowered)
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer x
--- error_code: 403
--- grep_error_log eval
qr/"[^"]*": 1 token lowered.*/
--- grep_error_log_out eval
["\"" . DmSuite::file() . "\": 1 token lowered: direct messages are granted by the authorize flow only\n", "", "", ""]



=== TEST 10: it is not whole
--- tokens eval: substr DmSuite::image(), 0, 300
--- must_die
--- error_log eval
[
    '[emerg]',
    '"dm_permission_table" refused "',
    'tokens.jsonl": the image is truncated: it has 300 bytes of ',
]



=== TEST 11: it has hardly begun
--- tokens eval: substr DmSuite::image(), 0, 12
--- must_die
--- error_log
[emerg]
tokens.jsonl": the image is truncated: it has 12 bytes



=== TEST 12: it was damaged
--- tokens eval: main::spoiled(-1, 'x')
--- must_die
--- error_log
[emerg]
tokens.jsonl": the image is damaged: its checksum is another



=== TEST 13: a machine of another byte order made it
--- tokens eval: main::spoiled(8, pack 'N', unpack 'V', pack 'L', 0x01020304)
--- must_die
--- error_log
[emerg]
tokens.jsonl": the image was made by a machine of another byte order



=== TEST 14: a later version made it
--- tokens eval: main::spoiled(12, pack 'L', 2)
--- must_die
--- error_log
[emerg]
tokens.jsonl": the image is of version 2, not 1



=== TEST 15: its counts are wrong
--- tokens eval: main::spoiled(48, pack 'Q', 8)
--- must_die
--- error_log
[emerg]
tokens.jsonl": the image is damaged: its head contradicts itself



=== TEST 16: it was carried as text
--- tokens eval: DmSuite::image() =~ s/\r\n/\n/r
--- must_die
--- error_log
[emerg]
tokens.jsonl": neither text nor an image
