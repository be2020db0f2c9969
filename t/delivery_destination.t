# Why: the place that a delivery goes to is the developer's to register and
# nobody else's to choose.  What is the same place and what is not, and where
# it goes then, as the sender's words and the table's have it.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmDelivery ();

our $Socket = html_dir() . '/hook.sock';
our $Body = '{"for_user_id":"1"}';

# "destination" a line, or a list: a request each.
sub sent {
    my ($block, $status, @to) = @_;

    $block->set_value(request => [("POST /h\n$Body") x @to]);
    $block->set_value(more_headers => [map { "X-App: 1\nX-To: $_" } @to]);
    $block->set_value(error_code => [($status) x @to]);
    $block->set_value(response_headers => [
        ('X-Reason: ' . ($status == 200 ? 'passed' : 'wrong_destination')) x @to]);
}

add_block_preprocessor(sub {
    my $block = shift;
    my $to = $block->to // '$dm_permission_webhook';
    my $destination = $block->destination // 'destination=$http_x_to';

    chomp($to, $destination);
    sent($block, 200, split /\n/, $block->same) if defined $block->same;
    sent($block, 403, split /\n/, $block->other) if defined $block->other;

    $block->set_value(tokens => qq({"app":"1","webhooks":[) . join(',', map { "\"$_\"" }
        split /\n/, $block->webhooks // "http://a.example/hook\n") . <<'JSONL');
]}
{"app":"2","webhooks":["http://another.example/hook"]}
{"token":"1","app":"1","user":1,"access":"read"}
JSONL
    $block->set_value(http_config => <<"CONF");
    log_format hook 'hook got \$request_method \$http_host \$request_uri';
    upstream a.example { server unix:$main::Socket; }
    upstream b.example { server unix:$main::Socket; }
    server { listen unix:$main::Socket; lingering_close off;
             access_log logs/error.log hook; location / { return 200 "\$http_host \$request_uri"; } }
CONF
    $block->set_value(config => <<"CONF");
    dm_permission zone=t;
    location / {
        dm_permission_delivery app=\$http_x_app $destination;
        add_header X-Reason "\$dm_permission_reason" always;
        add_header X-Webhook "\$dm_permission_webhook" always;
        proxy_pass $to;
    }
CONF
    $block->set_value(grep_error_log => qr/hook got .*/)
        if defined $block->grep_error_log_out;
});

run_tests();

__DATA__

=== TEST 1: the same, in other words
--- same
http://a.example/hook
HTTP://a.example/hook
http://A.Example/hook
http://a.example:80/hook
http://a.example:/hook
http://a.example/%68ook
http://a.example/hook?crc_token=x
http://a.example/hook#part
--- no_error_log
[error]



=== TEST 2: another scheme, host or port
--- other
https://a.example/hook
https://a.example:80/hook
ftp://a.example/hook
//a.example/hook
a.example/hook
http://b.example/hook
http://a.example./hook
http://a.example.b.example/hook
http://aa.example/hook
http://a.exampl/hook
http://a.example:8080/hook
http://a.example:443/hook
http://a.example:080x/hook
http://a.example:65616/hook
http://user@a.example/hook
http://a.example@b.example/hook
http://a.example:80@b.example/hook
http://a.example\@b.example/hook
http:///hook
http://[::1]/hook
--- no_error_log
hook got



=== TEST 3: another path
--- other
http://a.example
http://a.example/
http://a.example/Hook
http://a.example/hook/
http://a.example//hook
http://a.example/hook/x
http://a.example/hoo
http://a.example/./hook
http://a.example/x/../hook
http://a.example/hook%2f
http://a.example/hook%00
http://a.example/hook;x
http://a.example/%2568ook
http://a.example/hook%3f
--- no_error_log
hook got



=== TEST 4: a port and a query that are registered, and the path's root
--- webhooks
http://a.example:8080/hook
http://a.example/q?k=1
http://a.example
--- same
http://a.example:8080/hook
http://a.example/q
http://a.example/q?k=2
http://a.example
http://a.example/
--- to: http://a.example
--- no_error_log
[error]



=== TEST 5: none of these, though
--- webhooks
http://a.example:8080/hook
http://a.example/q?k=1
--- other
http://a.example/hook
http://a.example:80/hook
http://a.example:8080/q
http://a.example:8080
http://a.example/q%3fk=1
--- no_error_log
hook got



=== TEST 6: the webhook is the one that was meant, as it is registered
--- webhooks
http://a.example/one
http://A.example/two?k=1
http://b.example
--- request eval
[("POST /h?crc=1\n$::Body") x 3]
--- more_headers eval
[map { "X-App: 1\nX-To: $_" } 'http://a.example/one', 'http://a.example/%74wo?x', 'http://b.example/']
--- response_headers eval
[map { "X-Webhook: $_" } 'http://a.example/one', 'http://A.example/two?k=1', 'http://b.example/']
--- response_body eval
["a.example /one", "A.example /two?k=1", "b.example /"]



=== TEST 7: where none is told it is the first
--- destination:
--- webhooks
http://b.example/first
http://a.example/hook
--- request eval
"POST http://a.example/hook\n$::Body"
--- more_headers
X-App: 1
--- grep_error_log_out
hook got POST b.example /first



=== TEST 8: the webhook of what is refused is known, its first
--- other
http://b.example/hook
--- response_headers
X-Webhook: http://a.example/hook
--- no_error_log
hook got



=== TEST 9: a challenge goes where a delivery may, and nowhere else
--- request eval
[("GET /h?crc_token=1") x 3]
--- more_headers eval
["X-App: 1\nX-To: http://a.example/hook", "X-App: 1\nX-To: http://b.example/hook",
 "X-App: 2\nX-To: http://a.example/hook"]
--- error_code eval
[200, 403, 403]
--- to: $dm_permission_webhook$is_args$args
--- response_body_like eval
['^a.example /hook\?crc_token=1$', '"code":348', '"code":348']



=== TEST 10: an empty destination is none, and not the table's
--- request eval
"POST /h\n$::Body"
--- more_headers
X-App: 1
--- error_code: 403
--- response_headers
X-Reason: wrong_destination
--- grep_error_log_out



=== TEST 11: as a forward proxy: what the request line says, and what Host says
--- destination: destination=http://$http_host$request_uri
--- to: http://$http_host$request_uri
--- request eval
["POST http://a.example/hook\n$::Body", "POST /hook\n$::Body", "POST http://b.example/hook\n$::Body",
 "POST /other\n$::Body", "POST /hook%3f\n$::Body", "POST //hook\n$::Body",
 "POST /x/../hook\n$::Body"]
--- more_headers eval
[("X-App: 1") x 7]
--- error_code eval
[(403) x 7]
--- no_error_log
hook got
