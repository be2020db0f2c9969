# Why: what answers in the gate's place, or asks the origin for another path
# than the one that was judged, is a hole that only the configuration can close:
# `nginx -t` says where it is, and does not cry where there is none.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

sub warned {
    my @got = DmSuite::check() =~ /\[warn\] \d+#\d+: (.*)/g;

    is(join("\n", sort @got), join("\n", sort @_), 'what nginx -t warns of');
}

sub mapped {
    return '"proxy_pass" in location "' . shift() . '" makes "' . shift()
           . '" of it after "dm_permission" has decided';
}

sub answered {
    return '"return" in location "' . shift()
           . '" answers before "dm_permission" can decide';
}

sub useless {
    like(DmSuite::check(), qr/\[warn\] .*: action "none" in "dm_permission_route" directive has no effect, a route only adds in .*:\d+\n/,
         'what nginx -t warns of');
}

run_tests();

__DATA__

=== TEST 1: a return with content
--- config
dm_permission zone=t;
location / { return 200 ok; }
--- init
main::warned(main::answered('/'));
--- request
GET /



=== TEST 2: in an `if`, after other codes
--- config
dm_permission zone=t;
location /x {
    set $a b;
    if ($uri ~ "^/(y)") { return 200 $1; }
    proxy_pass http://origin;
}
--- init
main::warned(main::answered('/x'));
--- request
GET /x



=== TEST 3: neither an error nor a redirect is content
--- config
dm_permission zone=t;
location / { return 404; }
location /x { return 301 /y; }
location /y { rewrite ^ /x redirect; }
location = /z { if ($uri) { return 403; } proxy_pass http://origin; }
--- init
main::warned();
--- request
GET /
--- error_code: 404



=== TEST 4: no gate, no word
--- config
location / { return 200 ok; }
location /x/ { dm_permission off; proxy_pass http://origin/1.1/; }
--- init
main::warned();
--- request
GET /



=== TEST 5: a prefix that is taken away
--- config
dm_permission zone=t;
location /x/ { proxy_pass http://origin/; }
--- init
main::warned(main::mapped('/x/', '/'));
--- request
GET /x/users/show.json
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out
origin got GET /users/show.json



=== TEST 6: a path in the place of another
--- config
dm_permission zone=t;
location = /page { proxy_pass http://origin/1.1/direct_messages.json; }
--- init
main::warned(main::mapped('/page', '/1.1/direct_messages.json'));
--- request
GET /page



=== TEST 7: each location that has one, nested ones too
--- config
dm_permission zone=t;
location /a/ { proxy_pass https://127.0.0.1:1/1/; }
location /b/ {
    proxy_pass http://origin;
    location /b/c/ { proxy_pass http://origin/2/; }
}
location ^~ /d { proxy_pass HTTP://origin?a=b; }
--- init
main::warned(main::mapped('/a/', '/1/'), main::mapped('/d', '?a=b'),
             main::mapped('/b/c/', '/2/'));
--- request
GET /b/users/show.json



=== TEST 8: through a socket
--- config
dm_permission zone=t;
location /x/ { proxy_pass http://unix:$TEST_NGINX_SERVER_ROOT/html/origin.sock:/1.1/; }
location /y/ { proxy_pass http://unix:$TEST_NGINX_SERVER_ROOT/html/origin.sock; }
--- init
main::warned(main::mapped('/x/', '/1.1/'));
--- request
GET /y/



=== TEST 9: what maps nothing
--- config
dm_permission zone=t;
location / { proxy_pass http://origin/; }
location /1.1/ { proxy_pass http://origin/1.1/; }
location /x/ { proxy_pass http://origin; }
location ~ ^/y { proxy_pass http://origin; }
location /z/ {
    if ($request_method = POST) { proxy_pass http://origin; }
    limit_except GET { proxy_pass http://origin; }
}
location @named { proxy_pass http://origin; }
--- init
main::warned();
--- request
GET /1.1/users/show.json



=== TEST 10: where the configuration says what the action is, the path does not count
--- config
dm_permission zone=t;
location /x/ { dm_permission_action read; proxy_pass http://origin/1.1/; }
location /y/ { dm_permission_routes none; proxy_pass http://origin/1.1/; }
location /z/ { dm_permission_action auto; proxy_pass http://origin/1.1/; }
--- init
main::warned(main::mapped('/z/', '/1.1/'));
--- request
GET /x/direct_messages.json
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 11: a route of the location's own does not make it less of a mapping
--- config
dm_permission zone=t;
location /x/ {
    dm_permission_routes none;
    dm_permission_route read GET /x/direct_messages.json;
    proxy_pass http://origin/1.1/;
}
--- init
main::warned(main::mapped('/x/', '/1.1/'));
--- request
GET /x/direct_messages.json
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 12: a destination with variables is known to the request only
--- config
dm_permission zone=t;
location /x/ { proxy_pass http://origin/1.1/$arg_a; }
--- init
main::warned();
--- request
GET /x/



=== TEST 13: a route that would only add nothing
--- config
dm_permission zone=t;
location / { dm_permission_route none GET /x; proxy_pass http://origin; }
--- init
main::useless();
--- request
GET /x
