# Why: a body is judged whole and goes on as it came, byte for byte; one that
# is too long, or is not what it seems, goes nowhere.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmDelivery;

our $Events = '{"for_user_id":"3","direct_message_events":[{"id":"1","text":"';
our $Line = 'hook got POST /hook a.example  ';

# A delivery of so many bytes in all.
sub body {
    my $size = shift;

    return $Events . 'x' x ($size - length($Events) - 4) . '"}]}';
}

# As the webhook's log has it.
sub logged {
    return $Line . (shift =~ s/"/\\"/gr) . "\n";
}

sub chunks {
    return join '', map { sprintf "%x\r\n%s\r\n", length, $_ } @_, '';
}

sub head {
    return "POST /h HTTP/1.1\r\nHost: localhost\r\nX-App: 8840\r\n"
           . join '', map { "$_\r\n" } @_, '';
}

add_block_preprocessor(sub {
    my $block = shift;

    DmDelivery::at($block);
    $block->set_value(grep_error_log => $DmDelivery::Got)
        if defined $block->grep_error_log_out;
});

run_tests();

__DATA__

=== TEST 1: byte for byte, odd bytes included
--- raw_request eval
my $body = "\t {\r\n \"for_user_id\" :\t\"3\",  \"direct_message_events\" : [ "
           . "{ \"id\":\"1\", \"text\":\"\xc3\xa9\\u00e9\\/\\\"\" } ] } \n";
main::head('Connection: close', 'Content-Length: ' . length $body) . $body
--- response_body chomp
hook
--- grep_error_log_out eval
$::Line . '\t {\r\n \"for_user_id\" :\t\"3\",  \"direct_message_events\" : [ '
. "{ \\\"id\\\":\\\"1\\\", \\\"text\\\":\\\"\xc3\xa9"
. '\\\\u00e9\\\\/\\\\\"\" } ] } \n' . "\n"



=== TEST 2: the headers of the sender
--- http_config eval
DmDelivery::echo('$http_content_type|$content_length|$http_x_app|$http_x_a_b|'
                 . '$http_x_twitter_webhooks_signature|$http_user_agent')
--- to: http://echo
--- request
POST /h
{"for_user_id":"3"}
--- more_headers
X-App: 8840
X-A-B:  c  d
Content-Type: application/json; charset=utf-8
X-Twitter-Webhooks-Signature: sha256=whatever
User-Agent: sender/1
--- response_body chomp
application/json; charset=utf-8|19|8840|c  d|sha256=whatever|sender/1



=== TEST 3: longer than a buffer, at once
--- raw_request eval
my $body = main::body(100_000);
main::head('Connection: close', 'Content-Length: 100000') . $body
--- grep_error_log_out eval: main::logged(main::body(100_000))



=== TEST 4: in chunks, at once
--- raw_request eval
main::head('Connection: close', 'Transfer-Encoding: chunked')
. main::chunks(main::body(50_000) =~ /(.{1,777})/g)
--- grep_error_log_out eval: main::logged(main::body(50_000))



=== TEST 5: as long as it may be
--- more_config
dm_permission_delivery_body_max 1000;
--- raw_request eval
main::head('Connection: close', 'Content-Length: 1000') . main::body(1000)
--- grep_error_log_out eval: main::logged(main::body(1000))



=== TEST 6: a byte longer
--- more_config
dm_permission_delivery_body_max 1000;
--- raw_request eval
main::head('Connection: close', 'Content-Length: 1001') . main::body(1001)
--- error_code: 400
--- response_body chomp
{"errors":[{"code":214,"message":"Bad request"}]}
--- error_log
delivery refused, reason: bad_delivery
--- grep_error_log_out



=== TEST 7: a byte longer, in chunks, all of it there at once
--- more_config
dm_permission_delivery_body_max 100;
--- raw_request eval
main::head('Connection: close', 'Transfer-Encoding: chunked')
. main::chunks(main::body(101))
--- error_code: 400
--- response_body chomp
{"errors":[{"code":214,"message":"Bad request"}]}
--- grep_error_log_out



=== TEST 8: a chunk that is none
--- raw_request eval
main::head('Connection: close', 'Transfer-Encoding: chunked') . "x\r\n"
--- error_code: 400
--- no_error_log
hook got
[alert]



=== TEST 9: no body
--- raw_request eval
main::head('Connection: close')
--- error_code: 400
--- response_body chomp
{"errors":[{"code":214,"message":"Bad request"}]}
--- no_error_log
hook got



=== TEST 10: an empty body
--- raw_request eval
main::head('Connection: close', 'Content-Length: 0')
--- error_code: 400
--- response_body chomp
{"errors":[{"code":214,"message":"Bad request"}]}
--- no_error_log
hook got



=== TEST 11: an empty body in chunks
--- raw_request eval
main::head('Connection: close', 'Transfer-Encoding: chunked') . "0\r\n\r\n"
--- error_code: 400
--- response_body chomp
{"errors":[{"code":214,"message":"Bad request"}]}
--- no_error_log
hook got



=== TEST 12: an encoded body is not what it seems
--- request eval
[("POST /h\n{\"for_user_id\":\"3\"}") x 3]
--- more_headers eval
["X-App: 8840\nContent-Encoding: gzip", "X-App: 8840\ncontent-encoding: br",
 "X-App: 8840\nContent-Encoding: identity"]
--- error_code eval
[(400) x 3]
--- no_error_log
hook got
