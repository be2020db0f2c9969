# Why: a guard that is written wrongly must not look like one. Each mistake in
# its directives stops nginx -t and says what is wrong.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(config => "location / {\n" . $block->inside . '}')
        if defined $block->inside;
    $block->set_value(request => 'GET /');
    $block->set_value(must_die => '') unless defined $block->error_code;
});

run_tests();

__DATA__

=== TEST 1: no parameter
--- inside
dm_permission zone=t;
dm_permission_delivery;
--- error_log
invalid number of arguments in "dm_permission_delivery" directive



=== TEST 2: without app=
--- inside
dm_permission zone=t;
dm_permission_delivery destination=https://$host$uri signature=$http_x_s;
--- error_log
"dm_permission_delivery" must have the "app" parameter



=== TEST 3: an empty app=
--- inside
dm_permission zone=t;
dm_permission_delivery app=;
--- error_log
invalid value "app=" in "dm_permission_delivery" directive, it must be followed by a value



=== TEST 4: an empty destination=
--- inside
dm_permission zone=t;
dm_permission_delivery app=1 destination=;
--- error_log
invalid value "destination=" in "dm_permission_delivery" directive, it must be followed by a value



=== TEST 5: an empty signature=
--- inside
dm_permission zone=t;
dm_permission_delivery app=1 signature=;
--- error_log
invalid value "signature=" in "dm_permission_delivery" directive, it must be followed by a value



=== TEST 6: an unknown parameter
--- inside
dm_permission zone=t;
dm_permission_delivery app=1 apps=2;
--- error_log
invalid value "apps=2" in "dm_permission_delivery" directive, it must be "app=VALUE", "destination=VALUE" or "signature=VALUE"



=== TEST 7: app= twice
--- inside
dm_permission zone=t;
dm_permission_delivery app=1 app=1;
--- error_log
duplicate parameter "app=1" in "dm_permission_delivery" directive



=== TEST 8: destination= twice
--- inside
dm_permission zone=t;
dm_permission_delivery app=1 destination=$uri destination=$host;
--- error_log
duplicate parameter "destination=$host" in "dm_permission_delivery" directive



=== TEST 9: signature= twice
--- inside
dm_permission zone=t;
dm_permission_delivery app=1 signature=$http_a signature=$http_b;
--- error_log
duplicate parameter "signature=$http_b" in "dm_permission_delivery" directive



=== TEST 10: an unknown variable
--- inside
dm_permission zone=t;
dm_permission_delivery app=$nobody;
--- error_log
unknown "nobody" variable



=== TEST 11: twice
--- inside
dm_permission zone=t;
dm_permission_delivery app=1;
dm_permission_delivery app=2;
--- error_log
"dm_permission_delivery" directive is duplicate



=== TEST 12: without a zone
--- inside
dm_permission_delivery app=1;
--- error_log eval
qr/no "dm_permission zone=" in force for "dm_permission_delivery" directive in \S+nginx.conf:\d+/



=== TEST 13: with a zone that is turned off
--- config
dm_permission zone=t;
location / {
    dm_permission off;
    dm_permission_delivery app=1;
}
--- error_log
no "dm_permission zone=" in force for "dm_permission_delivery" directive in



=== TEST 14: a guard of its own where the outer one's zone is off
--- config
dm_permission zone=t;
location / {
    dm_permission_delivery app=1;
    location /in {
        dm_permission off;
        dm_permission_delivery app=2;
    }
}
--- error_log
no "dm_permission zone=" in force for "dm_permission_delivery" directive in



=== TEST 15: in http
--- http_config
dm_permission_delivery app=1;
--- config
--- error_log
"dm_permission_delivery" directive is not allowed here



=== TEST 16: in server
--- config
dm_permission_delivery app=1;
--- error_log
"dm_permission_delivery" directive is not allowed here



=== TEST 17: in an if
--- inside
dm_permission zone=t;
if ($uri) { dm_permission_delivery app=1; }
--- error_log
"dm_permission_delivery" directive is not allowed here



=== TEST 18: in limit_except
--- inside
dm_permission zone=t;
limit_except POST { dm_permission_delivery app=1; }
--- error_log
"dm_permission_delivery" directive is not allowed here



=== TEST 19: a size that is none
--- inside
dm_permission_delivery_body_max 1x;
--- error_log
invalid value "1x" in "dm_permission_delivery_body_max" directive, it must be a size of at least 1 byte



=== TEST 20: a size that lets nothing in
--- inside
dm_permission_delivery_body_max 0;
--- error_log
invalid value "0" in "dm_permission_delivery_body_max" directive, it must be a size of at least 1 byte



=== TEST 21: a negative size
--- inside
dm_permission_delivery_body_max -1;
--- error_log
invalid value "-1" in "dm_permission_delivery_body_max" directive



=== TEST 22: no size, and two
--- inside
dm_permission_delivery_body_max 1k 2k;
--- error_log
invalid number of arguments in "dm_permission_delivery_body_max" directive



=== TEST 23: a size twice
--- inside
dm_permission_delivery_body_max 1k;
dm_permission_delivery_body_max 2k;
--- error_log
"dm_permission_delivery_body_max" directive is duplicate



=== TEST 24: no warning of a path that the guard does not look at
--- config
dm_permission zone=t;
location /d/ {
    dm_permission_delivery app=1;
    proxy_pass http://origin/hook;
}
location / { return 404; }
--- error_code: 404
--- no_error_log
[warn]
