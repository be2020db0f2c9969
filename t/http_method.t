# Why: frameworks behind nginx let a header or an argument say that the method
# is another one, each in ways of its own: whatever one of them may take for
# the method is judged with the real one, and the stricter class wins.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

# Reads and does not delete.
our $Token = '{"token":"t-dmr","app":"8840","user":9,"scopes":"dm.read"}';

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(tokens => $DmSuite::Tokens =~ s/\{"end".*/$main::Token/r);
    $block->set_value(config => 'dm_permission zone=t;
                         underscores_in_headers on;
                         location / { proxy_pass http://origin; }')
        unless defined $block->config;
});

our $Form = 'application/x-www-form-urlencoded';

our @Overrides = (
    'X-HTTP-Method-Override: DELETE',
    'X-HTTP-Method: delete',
    'x-method-override: Delete',
    "X-HTTP-Method-Override: \tDELETE\t",
    'X-HTTP-Method-Override: DELETE, GET',
    'X-HTTP-Method-Override: GET,DELETE',
    "X-HTTP-Method-Override: GET\nX-HTTP-Method-Override: DELETE",
    "X-HTTP-Method: GET\nX-Method-Override: DELETE",
    'X_HTTP_Method_Override: DELETE',
);

our @Arguments = qw( _method=DELETE _method=delete a=b&_method=DELETE
                     _method=GET&_method=DELETE a=b;_method=DELETE
                     %5fmethod=%44ELETE _METHOD=DELETE +_method=+DELETE
                     .method=DELETE _method[]=DELETE );

run_tests();

__DATA__

=== TEST 1: a read by its own method
--- request
GET /2/dm_events/1
--- more_headers
Authorization: Bearer t-dmr
--- response_body chomp
origin
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out
origin got GET /2/dm_events/1



=== TEST 2: a header that makes it a delete
--- request eval
[('GET /2/dm_events/1') x @main::Overrides]
--- more_headers eval
[map { "Authorization: Bearer t-dmr\n$_" } @main::Overrides]
--- error_code eval
[(403) x @main::Overrides]
--- error_log
reason: no_dm_access, action: delete
--- no_error_log
origin got



=== TEST 3: an argument that does
--- request eval
[map { "GET /2/dm_events/1?$_" } @main::Arguments]
--- more_headers
Authorization: Bearer t-dmr
--- error_code eval
[(403) x @main::Arguments]
--- error_log
reason: no_dm_access, action: delete
--- no_error_log
origin got



=== TEST 4: a field of a form that does
--- request eval
[map { "POST /2/dm_events/1\n$_" } @main::Arguments]
--- more_headers eval
"Authorization: Bearer t-dmr\nContent-Type: $main::Form"
--- error_code eval
[(403) x @main::Arguments]
--- error_log
reason: no_dm_access, action: delete
--- no_error_log
origin got



=== TEST 5: one that is milder changes nothing
--- request eval
["DELETE /2/dm_events/1?_method=GET", "DELETE /2/dm_events/1"]
--- more_headers
Authorization: Bearer t-dmr
X-HTTP-Method-Override: GET
--- error_code eval
[403, 403]
--- no_error_log
origin got



=== TEST 6: who may send may not read by it
--- request eval
["POST /2/dm_conversations", "POST /2/dm_conversations?_method=GET",
 "POST /2/dm_conversations?_method=PURGE"]
--- more_headers
Authorization: Bearer t-rw
--- error_code eval
[200, 403, 403]
--- no_error_log
[alert]



=== TEST 7: whose arguments only look like it
--- request eval
[map { "GET /2/dm_events/1?$_" }
     qw( _methods=DELETE a=_method=DELETE x_method=DELETE DELETE )]
--- more_headers
Authorization: Bearer t-dmr
X-HTTP-Methods: DELETE
--- error_code eval
[200, 200, 200, 200]
--- no_error_log
direct messages refused



=== TEST 8: more overrides than anybody counts
--- request
GET /2/dm_events/1
--- more_headers eval
"Authorization: Bearer t-dmr\n" . "X-HTTP-Method: GET\n" x 40
. "X-HTTP-Method: DELETE"
--- error_code: 403
--- no_error_log
origin got



=== TEST 9: what goes out with a subrequest
--- config
dm_permission zone=t;
location / { ssi on; root html; }
location /2/ { proxy_pass http://origin; }
--- user_files
>>> page.html
<!--# include virtual="/2/dm_events/1" -->
--- request
GET /page.html
--- more_headers
Authorization: Bearer t-dmr
X-HTTP-Method-Override: DELETE
--- error_log
reason: no_dm_access, action: delete
--- no_error_log
origin got
--- response_body_like: code":93



=== TEST 10: a preflight asks for nothing
--- request
OPTIONS /2/dm_events/1
--- more_headers
Origin: https://a.example
Access-Control-Request-Method: DELETE
--- response_body chomp
origin
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out
origin got OPTIONS /2/dm_events/1



=== TEST 11: OPTIONS that is none
--- request
OPTIONS /2/dm_events/1
--- more_headers eval
["Origin: https://a.example",
 "Access-Control-Request-Method: DELETE"]
--- error_code eval
[401, 401]
--- no_error_log
origin got



=== TEST 12: nor is any other method one
--- request
GET /2/dm_events/1
--- more_headers
Origin: https://a.example
Access-Control-Request-Method: DELETE
--- error_code: 401
--- no_error_log
origin got



=== TEST 13: a preflight that says it is something else
--- request eval
["OPTIONS /2/dm_events/1?_method=GET", "OPTIONS /2/dm_events/1"]
--- more_headers
Origin: https://a.example
Access-Control-Request-Method: GET
X-Method-Override: GET
--- error_code eval
[401, 401]
--- no_error_log
origin got



=== TEST 14: is judged by that alone
--- request
OPTIONS /2/dm_conversations
--- more_headers
Origin: https://a.example
Access-Control-Request-Method: GET
X-Method-Override: POST
Authorization: Bearer t-rw
--- response_body chomp
origin
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out
origin got OPTIONS /2/dm_conversations



=== TEST 15: or has a form
--- request
OPTIONS /2/dm_events/1
_method=GET
--- more_headers eval
"Origin: https://a.example\nAccess-Control-Request-Method: GET
Content-Type: $main::Form"
--- error_code: 401
--- no_error_log
origin got



=== TEST 16: or a path that cannot be read
--- request
OPTIONS /2/dm_events/%00
--- more_headers
Origin: https://a.example
Access-Control-Request-Method: GET
--- error_code: 400
--- no_error_log
origin got
