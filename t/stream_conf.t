# Why: a filter that is on by accident breaks responses, and one that is off by
# accident leaks them.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmStream;

our $Body = "{\"text\":1}\r\n{\"direct_message\":{}}\r\n";
our $Text = "{\"text\":1}\r\n";

sub gets {
    my ($uri, $expect) = @_;

    is(DmStream->open(uri => $uri)->put($main::Body)->close, $expect, $uri);
}

run_tests();

__DATA__

=== TEST 1: without a zone
--- config
location /a { dm_permission_stream user; }
--- must_die
--- error_log
[emerg]
"dm_permission_stream" in location "/a" requires "dm_permission" with a zone



=== TEST 2: with a zone that is cancelled
--- config
dm_permission zone=t;
dm_permission_stream site;
location /b { dm_permission off; }
--- must_die
--- error_log
[emerg]
"dm_permission_stream" in location "/b" requires "dm_permission" with a zone



=== TEST 3: a word that is none
--- config
location / { dm_permission zone=t; dm_permission_stream users; }
--- must_die
--- error_log
[emerg]
invalid value "users" in "dm_permission_stream" directive, it must be "user", "site" or "off"



=== TEST 4: twice
--- config
location / { dm_permission zone=t; dm_permission_stream user; dm_permission_stream user; }
--- must_die
--- error_log
[emerg]
"dm_permission_stream" directive is duplicate



=== TEST 5: a maximum that is none
--- config
dm_permission_stream_message_max 0;
--- must_die
--- error_log
[emerg]
invalid value "0" in "dm_permission_stream_message_max" directive, it must be a size of at least 1 byte



=== TEST 6: a maximum with a unit that is none
--- config
dm_permission_stream_message_max 1q;
--- must_die
--- error_log
[emerg]
invalid value "1q" in "dm_permission_stream_message_max" directive



=== TEST 7: an end that is none
--- config
dm_permission_stream_revoked closed;
--- must_die
--- error_log
[emerg]
invalid value "closed" in "dm_permission_stream_revoked" directive, it must be "close" or "filter"



=== TEST 8: off by default; inherited, overridden, cancelled
--- config eval
my $proxy = "proxy_buffering off; proxy_pass http://unix:$DmStream::Socket:;";
<<"CONF";
dm_permission zone=t;
location /off { $proxy }
location /on {
    dm_permission_stream user;
    $proxy
    location /on/inside { $proxy }
    location /on/off { dm_permission_stream off; $proxy }
    location /on/site { dm_permission_stream site; $proxy }
}
location = /ok { dm_permission off; return 200 "ok"; }
CONF
--- init
package main;
gets('/off', $main::Body);
gets('/on', $main::Text);
gets('/on/inside', $main::Text);
gets('/on/off', $main::Body);
gets('/on/site', $main::Text);
--- no_error_log
[alert]
[error]



=== TEST 9: the maximum is of a message, without its end
--- stream
proxy_buffering off;
dm_permission_stream_message_max 10;
--- init
package main;
my $s = DmStream->open;
$s->put("{\"a\":1234}\r\n{\"a\":12345}\r\n{\"b\":1}\r\n");
is($s->close, "{\"a\":1234}\r\n{\"b\":1}\r\n", 'filtered');
--- no_error_log
[alert]
[error]



=== TEST 10: the default one holds 256k
--- stream
proxy_buffering off;
--- init
package main;
my $s = DmStream->open;
my $fits = '{"a":"' . 'x' x (256 * 1024 - 8) . "\"}\r\n";
my $more = '{"a":"' . 'x' x (256 * 1024 - 7) . "\"}\r\n";
$s->put("$more$fits$more");
ok($s->close eq $fits, 'filtered');
--- no_error_log
[alert]
[error]
