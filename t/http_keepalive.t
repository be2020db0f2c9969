# Why: a connection outlives a refusal.  A body that nobody read must not be
# taken for the next request, nor a refusal for the answer to it.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

our $Head = "Host: localhost\r\nAuthorization: Bearer t-rw\r\n";
our $Last = "GET /1.1/users/show.json HTTP/1.1\r\nHost: localhost\r\n"
            . "Connection: close\r\n\r\n";

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(config => 'dm_permission zone=t;
                                 location / { proxy_pass http://origin; }')
        unless defined $block->config;
    $block->set_value(grep_error_log => $DmSuite::Got);
});

run_tests();

__DATA__

=== TEST 1: the body of a refused request is not the next request
--- raw_request eval
my $body = "GET /1.1/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
"POST /1.1/direct_messages/destroy.json HTTP/1.1\r\n$::Head"
. "Content-Length: " . length($body) . "\r\n\r\n$body$::Last"
--- error_code: 403
--- response_headers
Connection: keep-alive
--- grep_error_log_out
origin got GET /1.1/users/show.json



=== TEST 2: nor is a chunked one
--- raw_request eval
"POST /1.1/direct_messages/destroy.json HTTP/1.1\r\n$::Head"
. "Transfer-Encoding: chunked\r\n\r\n5\r\nGET /\r\n0\r\n\r\n$::Last"
--- error_code: 403
--- grep_error_log_out
origin got GET /1.1/users/show.json



=== TEST 3: nor a form that was read for its token
--- raw_request eval
my $body = 'access_token=t-rw';
"POST /1.1/direct_messages/destroy.json HTTP/1.1\r\nHost: localhost\r\n"
. "Content-Type: application/x-www-form-urlencoded\r\n"
. "Content-Length: " . length($body) . "\r\n\r\n$body$::Last"
--- error_code: 403
--- grep_error_log_out
origin got GET /1.1/users/show.json



=== TEST 4: a form in chunks, refused for its token
--- raw_request eval
"POST /1.1/direct_messages/destroy.json HTTP/1.1\r\nHost: localhost\r\n"
. "Content-Type: application/x-www-form-urlencoded\r\n"
. "Transfer-Encoding: chunked\r\n\r\n"
. "7\r\naccess_\r\na\r\ntoken=t-rw\r\n0\r\n\r\n$::Last"
--- error_code: 403
--- response_headers
Connection: keep-alive
--- grep_error_log_out
origin got GET /1.1/users/show.json



=== TEST 5: a form that passes goes on whole
--- config
dm_permission zone=t;
location / { proxy_pass http://origin/$request_body; }
--- raw_request eval
my $body = 'access_token=t-dm&id=7';
"POST /1.1/direct_messages/destroy.json HTTP/1.1\r\nHost: localhost\r\n"
. "Content-Type: application/x-www-form-urlencoded\r\n"
. "Connection: close\r\nContent-Length: " . length($body) . "\r\n\r\n$body"
--- response_body chomp
origin
--- grep_error_log_out
origin got POST /access_token=t-dm&id=7



=== TEST 6: each of several pipelined requests has its own decision
--- raw_request eval
join '', map({ "GET /1.1/$_ HTTP/1.1\r\n$::Head\r\n" }
             qw( users/a direct_messages.json users/b dm/x direct_messages )),
         $::Last
--- response_body_like eval
qr/\Aorigin/
--- grep_error_log_out
origin got GET /1.1/users/a
origin got GET /1.1/users/b
origin got GET /1.1/users/show.json



=== TEST 7: the credential of one request is not that of the next
--- raw_request eval
"GET /1.1/direct_messages.json HTTP/1.1\r\nHost: localhost\r\n"
. "Authorization: Bearer t-dm\r\n\r\n"
. "GET /1.1/direct_messages/sent.json HTTP/1.1\r\nHost: localhost\r\n"
. "Connection: close\r\n\r\n"
--- response_body_like eval
qr/\Aorigin/
--- grep_error_log_out
origin got GET /1.1/direct_messages.json



=== TEST 8: HEAD has the header of GET and no body
--- raw_request eval
"HEAD /1.1/direct_messages.json HTTP/1.1\r\n$::Head\r\n$::Last"
--- error_code: 403
--- response_headers
Content-Type: application/json;charset=utf-8
Content-Length: 109
Cache-Control: no-store
--- response_body_unlike eval
qr/"code":93/
--- grep_error_log_out
origin got GET /1.1/users/show.json



=== TEST 9: HTTP/1.0
--- raw_request eval
"GET /1.1/direct_messages.json HTTP/1.0\r\nAuthorization: Bearer t-rw\r\n\r\n"
--- error_code: 403
--- grep_error_log_out



=== TEST 10: HTTP/0.9 has no header, and so no credential
--- raw_request eval
"GET /1.1/direct_messages.json\r\n"
--- ignore_response
--- grep_error_log_out
--- error_log
reason: no_credentials



=== TEST 11: two Authorization headers
--- raw_request eval
"GET /1.1/direct_messages.json HTTP/1.1\r\nHost: localhost\r\n"
. "Connection: close\r\nAuthorization: Bearer t-dm\r\n"
. "Authorization: Bearer t-rw\r\n\r\n"
--- error_code: 400
--- grep_error_log_out
