# Why: under `satisfy any` the first check that agrees ends the access phase. A
# module that is loaded behind this one is asked before it.

use lib 't/lib';
use Test::Nginx::Socket;
use DmSuite;

our $Modules = '/usr/lib/nginx/modules';

# built for the distribution's nginx alone
add_block_preprocessor(sub {
    shift->set_value(main_config => <<"CONF");
load_module $main::Modules/ndk_http_module.so;
load_module $main::Modules/ngx_http_lua_module.so;
CONF
});

if (-e "$Modules/ngx_http_lua_module.so"
    && ($ENV{TEST_NGINX_BINARY} // 'nginx') !~ m{/build/nginx-})
{
    plan('no_plan');
    run_tests();

} else {
    plan(skip_all => 'needs the distribution\'s nginx with Lua');
}

__DATA__

=== TEST 1: a peer that agrees opens nothing
--- http_config
access_by_lua_no_postpone on;
--- config
dm_permission zone=t;
location / {
    satisfy any;
    access_by_lua_block { ngx.exit(ngx.OK) }
    proxy_pass http://origin;
}
--- request
GET /1.1/direct_messages.json
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 2: nor with a form, which is read in between
--- http_config
access_by_lua_no_postpone on;
--- config
dm_permission zone=t;
location / {
    satisfy any;
    access_by_lua_block { ngx.exit(ngx.OK) }
    proxy_pass http://origin;
}
--- request
POST /1.1/direct_messages/destroy.json
access_token=t-rw
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 3: nor for a subrequest of its own
--- config
dm_permission zone=t;
location = /page {
    content_by_lua_block {
        local res = ngx.location.capture("/2/dm_events")
        ngx.status = res.status
        ngx.print(res.body)
    }
}
location / { proxy_pass http://origin; }
--- request
GET /page
--- more_headers
Authorization: Bearer t-rw
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out



=== TEST 4: and what it refuses stays refused
--- config
dm_permission zone=t;
location / {
    access_by_lua_block { ngx.exit(403) }
    proxy_pass http://origin;
}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer t-dm
--- error_code: 403
--- grep_error_log eval
$DmSuite::Got
--- grep_error_log_out
