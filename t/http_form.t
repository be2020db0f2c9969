# Why: what one reader takes for a form, or for a field of it, another does
# not: a credential that only some see beside the one that is judged would
# let the origin act for somebody else.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

our $Form = 'application/x-www-form-urlencoded';

our @Types = ($Form, uc $Form, "$Form;charset=utf-8", "$Form ; x",
              "\t$Form", "$Form, text/plain", "text/plain, $Form",
              "text/plain\nContent-Type: $Form",
              "$Form\nContent-Type: text/plain");

our @Others = ('text/plain', 'application/json', 'multipart/form-data');

our @Hidden = qw( a=b;access_token=t-rw a=b;oauth_token=t-rw
                  a=b&c;d;oauth%5ftoken=t-rw +access_token=t-rw
                  access.token=t-rw oauth.token=t-rw oauth%20token=t-rw
                  access_token[]=t-rw access_token%00=t-rw
                  access_token%00%zz=t-rw oauth_token[%=t-rw );

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(config => 'dm_permission zone=t;
                         location / { proxy_pass http://origin; }')
        unless defined $block->config;
});

run_tests();

__DATA__

=== TEST 1: whatever somebody may take for a form is read
--- request eval
[("POST /2/dm_conversations\noauth_token=t-rw") x @main::Types]
--- more_headers eval
[map { "Authorization: Bearer t-dm\nContent-Type: $_" } @main::Types]
--- error_code eval
[(400) x @main::Types]
--- error_log
reason: ambiguous_credentials
--- no_error_log
origin got



=== TEST 2: what nobody does is not
--- request eval
[("POST /2/dm_conversations\noauth_token=t-rw") x @main::Others]
--- more_headers eval
[map { "Authorization: Bearer t-dm\nContent-Type: $_" } @main::Others]
--- error_code eval
[(200) x @main::Others]
--- no_error_log
direct messages refused



=== TEST 3: a parameter of the query that only some see
--- request eval
[map { "GET /2/dm_events?$_" } @main::Hidden]
--- more_headers
Authorization: Bearer t-dm
--- error_code eval
[(400) x @main::Hidden]
--- error_log
reason: bad_credentials
--- no_error_log
origin got



=== TEST 4: a field of a form
--- request eval
[map { "POST /2/dm_conversations\n$_" } @main::Hidden]
--- more_headers eval
"Authorization: Bearer t-dm\nContent-Type: $main::Form"
--- error_code eval
[(400) x @main::Hidden]
--- error_log
reason: bad_credentials
--- no_error_log
origin got



=== TEST 5: what is no credential to anybody
--- request eval
[map { "GET /2/dm_events?$_" }
     qw( a=b;c=d a=access_token=t-rw access_tokens=t access-token=t
         a=b%3boauth_token=t xoauth_token=t a;b;c=oauth_token )]
--- more_headers
Authorization: Bearer t-dm
--- error_code eval
[(200) x 7]
--- no_error_log
direct messages refused



=== TEST 6: a mirror carries the form of its request
--- config
dm_permission zone=t;
location / { mirror /2/dm_events; proxy_pass http://origin; }
location /2/ { proxy_pass http://origin; }
--- request
POST /page
oauth_token=t-rw
--- more_headers eval
"Authorization: Bearer t-dm\nContent-Type: $main::Form"
--- error_log
reason: ambiguous_credentials
--- no_error_log
origin got POST /2/dm_events



=== TEST 7: a mirror of one that may
--- config
dm_permission zone=t;
location / { mirror /2/dm_events; proxy_pass http://origin; }
location /2/ { proxy_pass http://origin; }
--- request
POST /page
access_token=t-dm
--- more_headers eval
"Content-Type: $main::Form"
--- error_log
origin got POST /2/dm_events
--- no_error_log
direct messages refused



=== TEST 8: a form that is too long to be looked at is not searched in part
--- config
dm_permission zone=t;
location / { client_max_body_size 4m; proxy_pass http://origin; }
--- request eval
"POST /2/dm_conversations\na=" . 'x' x (1024 * 1024)
--- more_headers eval
"Authorization: Bearer t-dm\nContent-Type: $main::Form"
--- error_code: 400
--- error_log
reason: bad_credentials
--- no_error_log
origin got



=== TEST 9: a parameter of the header that only some see
--- request eval
[('GET /2/dm_events') x 4]
--- more_headers eval
[map { "Authorization: OAuth oauth_consumer_key=\"ck\", "
       . "oauth_token=\"t-dm\", $_" }
     'x="a,oauth_token=t-rw,b="', 'realm="a,oauth_token=t-rw,b="',
     'oauth_nonce="a&oauth_token&t-rw&b"', 'x="a=oauth_token=t-rw=b"']
--- error_code eval
[(400) x 4]
--- error_log
reason: bad_credentials
--- no_error_log
origin got



=== TEST 10: a form that is not the text that it seems
--- request eval
[("POST /2/dm_conversations\nfield=1") x 4]
--- more_headers eval
[map { "Authorization: Bearer t-dm\nContent-Type: $main::Form$_" }
     "\nContent-Encoding: gzip", ';charset=utf-16', '; Charset="IBM037"',
     ";charset=utf-8\nContent-Type: text/plain;charset=utf-7"]
--- error_code eval
[(400) x 4]
--- error_log
reason: bad_credentials
--- no_error_log
origin got



=== TEST 11: one that is
--- request
POST /2/dm_conversations
field=1
--- more_headers eval
"Authorization: Bearer t-dm\nContent-Type: $main::Form;charset=ISO-8859-1\n"
. "Content-Encoding: identity"
--- error_log
origin got POST /2/dm_conversations
--- no_error_log
direct messages refused



=== TEST 12: the form of what is not guarded is not read
--- config
dm_permission zone=t;
location / { root html; add_header X-Read "<$request_body>"; }
location = /own.html {
    root html;
    add_header X-Read "<$request_body>";
    dm_permission_route read GET /own.html;
}
--- user_files
>>> page.html
page
>>> own.html
own
--- request eval
["GET /page.html\naccess_token=t-dm", "GET /own.html\naccess_token=t-dm"]
--- more_headers eval
"Content-Type: $main::Form"
--- response_headers eval
["X-Read: <>", "X-Read: <access_token=t-dm>"]
--- no_error_log
direct messages refused



=== TEST 13: nor another body of what is
--- config
dm_permission zone=t;
location / {
    root html;
    add_header X-Read "<$request_body>";
    dm_permission_route read GET /own.html;
}
--- user_files
>>> own.html
own
--- request
GET /own.html
access_token=t-dm
--- more_headers
Authorization: Bearer t-dm
Content-Type: text/plain
--- response_headers
X-Read: <>



=== TEST 14: so a route for a method finds none in a form under another
--- config
dm_permission zone=t;
dm_permission_route delete DELETE /own;
location / { proxy_pass http://origin; }
--- request eval
["POST /own\n_method=DELETE", "DELETE /own"]
--- more_headers eval
"Content-Type: $main::Form"
--- error_code eval
[200, 401]
