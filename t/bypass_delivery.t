# Why: a delivery that takes another way through nginx is a delivery: as a
# subrequest, a mirror's copy, an internal redirect or over HTTP/2, and where
# somebody else has already said yes.  What reaches a webhook is what counts.

use lib 't/lib';
use File::Temp 'tempdir';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmDelivery;
use DmStatus;

our $Good = '{"for_user_id":"3","direct_message_events":[]}';
our $Bad = '{"for_user_id":"2","direct_message_events":[]}';
our $Socket = html_dir() . '/h2.sock';
our $Dir = tempdir(CLEANUP => 1);

our $Got = 'hook got POST /hook a.example  ' . ($Good =~ s/"/\\"/gr) . "\n";

system("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
       . " -subj /CN=localhost -keyout $Dir/key -out $Dir/cert 2>/dev/null");

# Status of a delivery over HTTP/2.
sub h2 {
    my ($body, @more) = @_;

    DmSuite::put($body, '>', "$Dir/body");

    return scalar `curl -s -m 10 -k --http2 --unix-socket $Socket -o $Dir/out \\
                   -w '%{http_version} %{http_code}' -H 'X-App: 8840' @more \\
                   --data-binary \@$Dir/body https://localhost/h`;
}

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(http_config => <<"CONF") if defined $block->h2;
    server {
        listen unix:$Socket ssl http2;
        ssl_certificate $Dir/cert;
        ssl_certificate_key $Dir/key;
        dm_permission zone=t;
        location /h {
            dm_permission_delivery app=\$http_x_app;
            @{[$block->h2]}
            proxy_pass \$dm_permission_webhook;
        }
    }
CONF
    $block->set_value(config => <<"CONF" . ($block->more // ''))
    dm_permission zone=t;
    location /h {
        dm_permission_delivery app=\$http_x_app;
        @{[$block->in // '']}
        proxy_pass \$dm_permission_webhook;
    }
    location /seen { dm_permission off; proxy_pass http://a.example; }
CONF
        unless defined $block->config;
    $block->set_value(more_headers => 'X-App: 8840') unless defined $block->more_headers;
    $block->set_value(grep_error_log => $DmDelivery::Got)
        unless defined $block->grep_error_log;
    $block->set_value(grep_error_log_out => '')
        unless defined $block->grep_error_log_out;
});

run_tests();

__DATA__

=== TEST 1: others allow it
--- in
satisfy any; allow all;
--- request eval
"POST /h\n$::Bad"
--- error_code: 403



=== TEST 2: and where they do, and the guard does, it goes
--- in
satisfy any; allow all;
--- request eval
"POST /h\n$::Good"
--- grep_error_log_out eval: $::Got



=== TEST 3: nobody is asked about what is refused
--- in
auth_request /seen/auth;
--- request eval
"POST /h\n$::Bad"
--- error_code: 403



=== TEST 4: nobody gets a copy of it
--- in
mirror /seen/copy;
--- request eval
"POST /h\n$::Bad"
--- error_code: 403



=== TEST 5: a page for errors does not get it
--- in
error_page 403 = /seen/error;
--- request eval
"POST /h\n$::Bad"
--- error_code: 403
--- response_body_like: "code":93



=== TEST 6: a copy is a delivery
--- more
location /main { dm_permission off; mirror /h; root html; }
--- request eval
"POST /main\n$::Bad"
--- error_code_like: ^40[45]$
--- error_log
delivery refused, reason: no_dm_access



=== TEST 7: and goes where it may
--- more
location /main { dm_permission off; mirror /h; root html; }
--- request eval
"POST /main\n$::Good"
--- error_code_like: ^40[45]$
--- grep_error_log_out eval: $::Got



=== TEST 8: what a page includes has no body, and is a challenge
--- config
dm_permission zone=t;
location /page { ssi on; ssi_types *; root html; }
location /h { dm_permission_delivery app=$arg_app; proxy_pass http://a.example/hook; }
--- user_files
>>> page.html
[<!--#include virtual="/h?app=8840" -->][<!--#include virtual="/h?app=none" -->]
--- request
GET /page.html
--- response_body_like
^\[hook\]\[\{"errors":.*"code":87.*\}\]
--- grep_error_log_out eval
"hook got GET /hook?app=8840 a.example  \n"



=== TEST 9: a webhook that sends nginx to another one
--- config
dm_permission zone=t;
location ~ ^/p/(?<dm_app>[^/]*)$ {
    dm_permission_delivery app=$dm_app;
    proxy_pass $dm_permission_webhook;
}
--- http_config eval
"    upstream evil.example { server unix:$::Socket; }
    server { listen unix:$::Socket; add_header X-Accel-Redirect /p/8840;
             location / { return 200; } }"
--- tokens
{"app":"1","webhooks":["http://evil.example/"]}
{"app":"8840","webhooks":["http://a.example/hook"]}
{"token":"1","app":"1","user":"3","access":"read-write-directmessages"}
{"token":"2","app":"8840","user":"3","access":"read-write-directmessages"}
--- request eval
"POST /p/1\n$::Good"
--- error_code: 400
--- error_log
delivery refused, reason: bad_delivery, action: read, app: "8840"



=== TEST 10: HTTP/2, with a length and without one
--- h2
--- init
package main;
is(h2($main::Good), '2 200', 'passed');
is(h2($main::Bad), '2 403', 'refused');
is(h2($main::Good, '-H Transfer-Encoding:chunked'), '2 200', 'passed');
is(h2($main::Bad, '-H Transfer-Encoding:chunked'), '2 403', 'refused');
--- request
GET /seen
--- grep_error_log_out eval
[$::Got . $::Got . "hook got GET /seen a.example  \n", "hook got GET /seen a.example  \n"]



=== TEST 11: HTTP/2, unbuffered, and too long
--- h2
proxy_request_buffering off;
dm_permission_delivery_body_max 100000;
--- init
package main;
my $long = $main::Good =~ s/\[\]/"['" . 'x' x 90_000 . "']"/er =~ tr/'/"/r;
is(h2($long), '2 200', 'passed');
is(h2($long, '-H Transfer-Encoding:chunked'), '2 200', 'passed');
is(h2($long =~ s/"3"/"2"/r, '-H Transfer-Encoding:chunked'), '2 403', 'refused');
like(h2($long =~ s/x/xxx/gr, '-H Transfer-Encoding:chunked'), qr/^2 400/, 'too long');
like(h2($long =~ s/x/xxx/gr), qr/^2 400/, 'too long');
--- request
GET /seen
--- grep_error_log eval: qr/hook got [A-Z]+ [^ ]+/
--- grep_error_log_out eval
["hook got POST /hook\nhook got POST /hook\nhook got GET /seen\n", "hook got GET /seen\n"]



=== TEST 12: it is decided once, however many are asked
--- in
satisfy any; allow all;
--- more
location = /status { dm_permission off; dm_permission_status; }
--- init
package main;
like(DmDelivery::post(8840, $main::Good), qr/ 200 /, 'passed');
like(DmDelivery::post(8840, $main::Bad), qr/ 403 /, 'refused');
is(DmStatus::value('deliveries.passed'), 1, 'counted once');
is(DmStatus::value('deliveries.no_dm_access'), 1, 'so is that');
--- request
GET /seen
--- grep_error_log eval: qr/hook got POST/
--- grep_error_log_out eval
["hook got POST\n", '']
