# Why: from May 2017 to September 2018 a webhook API sent users' messages to
# the wrong developers: two webhooks lay on one address and had one path, both
# were in use within minutes, one server sent to both.  Here they are again,
# behind TLS that goes by the name in its handshake, with connections that are
# kept, one worker, and a sender that gets it wrong in each way that there is.
# What each webhook was sent is what its own server has written down.

use lib 't/lib';
use File::Temp 'tempdir';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmDelivery ();
use DmLedger;

our $Tls = tempdir(CLEANUP => 1);
our $Html = html_dir();

# One authority, and a certificate for each webhook.
sub openssl {
    system("cd $Tls && openssl @_ 2>/dev/null") == 0 or die "openssl @_";
}

openssl('req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2',
        '-subj /CN=ca -keyout ca.key -out ca.crt');

for (qw( a.example b.example )) {
    openssl('req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes',
            "-subj /CN=$_ -keyout $_.key -out $_.csr");
    openssl("x509 -req -in $_.csr -CA ca.crt -CAkey ca.key -CAcreateserial",
            "-days 2 -out $_.crt");
}

# The address that both names have, and the two servers behind it.
our $Hooks = join '', <<"CONF", map { <<"SERVER" } qw( a b );
    log_format hook escape=none '\$http_host \$request_body';
    log_format tls '\$ssl_server_name \$http_host \$connection_requests';
    map \$ssl_server_name \$behind { a.example behind-a; b.example behind-b;
                                   default behind-a; }
    upstream answer { server unix:$Html/answer.sock; }
    server { listen unix:$Html/answer.sock; access_log off;
             location / { return 200 "hook"; } }
CONF
    upstream behind-$_ { server unix:$Html/$_.sock; }
    server {
        listen unix:$Html/$_.sock;
        access_log logs/$_.log hook;
        location / { proxy_pass http://answer; }
    }
    server {
        listen unix:$Html/tls.sock ssl;
        server_name $_.example;
        ssl_certificate $Tls/$_.example.crt;
        ssl_certificate_key $Tls/$_.example.key;
        access_log logs/tls.log tls;
        location / { proxy_pass http://\$behind; proxy_set_header Host \$http_host; }
    }
SERVER

# As docs/deliveries.md has it: an upstream for each host.
our $Each = join '', map { <<"CONF" } qw( a b );
    upstream $_.example { server unix:$Html/tls.sock; keepalive 8; }
CONF

# As it must not be: one for both.
our $Pool = "    upstream hooks { server unix:$Html/tls.sock; keepalive 8; }\n";

our $Proxy = <<"CONF";
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host \$http_host;
        proxy_ssl_trusted_certificate $Tls/ca.crt;
CONF

our $Guard = <<"CONF";
        dm_permission_delivery app=\$http_x_app
                               destination=https://\$http_host\$request_uri;
        dm_permission_ledger $DmLedger::File;
CONF

our %Secret = (a => 'of-a', b => 'of-b');
our %App = (a => '8840', b => '77');

# A delivery of a user's message: to whom it is addressed, in which words.
sub delivery {
    my ($id, $user, %d) = @_;
    my $of = $user == 2 ? 'b' : 'a';

    return { id => $id, user => $user, app => $App{$of}, host => "$of.example",
             path => '/hook', secret => $Secret{$of}, %d };
}

# All that is sent: what is meant for a and what for b in turn, a mistake in
# each round, of which the last field says what is to become of it.  User 1 has
# granted a access to direct messages, 2 has b, 3 has b but not to them.
our @Wrong = (
    ['wrong_destination', 1, app => $App{b}],
    ['wrong_destination', 1, host => 'b.example'],
    ['wrong_destination', 2, host => 'a.example'],
    ['wrong_destination', 1, path => '/other'],
    ['wrong_destination', 1, uri => 'https://a.example/hook', host => 'b.example'],
    ['wrong_signature', 1, app => $App{b}, host => 'b.example'],
    ['wrong_signature', 2, app => $App{a}, host => 'a.example'],
    ['not_subscribed', 1, app => $App{b}, host => 'b.example', secret => $Secret{b}],
    ['not_subscribed', 2, app => $App{a}, host => 'a.example', secret => $Secret{a}],
    ['no_dm_access', 3, app => $App{b}, host => 'b.example', secret => $Secret{b}],
);

our @Sent = map {
    my ($reason, $user, %d) = @{ $Wrong[$_] };

    ({ %{ delivery("a$_", 1) }, reason => 'passed' },
     { %{ delivery("wrong$_", $user, %d) }, reason => $reason },
     { %{ delivery("b$_", 2) }, reason => 'passed' });
} 0 .. $#Wrong;

# A post of it; the status of the answer.
sub send_one {
    my $d = shift;
    my $body = qq({"for_user_id":"$d->{user}","direct_message_events":)
               . qq([{"id":"$d->{id}"}]});
    my $answer = DmSuite::ask('POST ' . ($d->{uri} // $d->{path}) . " HTTP/1.0\r\n"
        . "Host: $d->{host}\r\nX-App: $d->{app}\r\nX-Twitter-Webhooks-Signature: "
        . DmDelivery::signature($d->{secret}, $body) . "\r\nContent-Length: "
        . length($body) . "\r\n\r\n$body");

    return $answer =~ m{^HTTP/1.1 (\d+)} ? $1 : 'none';
}

# The ids of what the server of a webhook was sent, and what else it was told.
sub got {
    my $name = shift;

    return [map { /"id":"(.*?)"/ ? $1 : () } DmLedger::lines(server_root() . "/logs/$name.log")];
}

sub handshakes {
    return map { [split] } DmLedger::lines(server_root() . '/logs/tls.log');
}

add_block_preprocessor(sub {
    my $block = shift;
    my $guard = defined $block->unguarded ? '' : $main::Guard;
    my $tls = $block->tls // 'proxy_ssl_server_name on; proxy_ssl_verify on;';
    my $to = $block->to // 'https://$http_host$request_uri';

    chomp $to;
    $block->set_value(tokens => <<'JSONL');
{"app":"8840","secret":"of-a","webhooks":["https://a.example/hook"]}
{"app":"77","secret":"of-b","webhooks":["https://b.example/hook"]}
{"token":"1","app":"8840","user":1,"access":"read-write-directmessages"}
{"token":"2","app":"77","user":2,"access":"read-write-directmessages"}
{"token":"3","app":"77","user":3,"access":"read-write"}
JSONL
    $block->set_value(http_config => $main::Hooks . ($block->pools // $main::Each));
    $block->set_value(config => <<"CONF");
    dm_permission zone=t;
    location / {
        $guard$main::Proxy
        $tls
        @{[$block->more // '']}
        proxy_pass $to;
    }
    location = /plain { dm_permission off; $main::Proxy proxy_pass $to; }
    location = /ok { dm_permission off; return 200; }
CONF
    $block->set_value(request => 'GET /ok');
});

# what is tested is in init, which is run once
repeat_each(1);

run_tests();

__DATA__

=== TEST 1: nothing crosses, and the ledger names each attempt
--- init
package main;
is(send_one($_), $_->{reason} eq 'passed' ? 200 : 403, $_->{id}) for @main::Sent;
is_deeply(got('a'), [map { "a$_" } 0 .. $#main::Wrong], 'a has what is for a');
is_deeply(got('b'), [map { "b$_" } 0 .. $#main::Wrong], 'b has what is for b');
is_deeply([grep { $_->[0] ne $_->[1] } handshakes()], [], 'over connections of their own');
cmp_ok((sort { $b <=> $a } map { $_->[2] } handshakes())[0], '>', 5, 'which are kept');
is_deeply([map { "$_->{decision} $_->{reason} $_->{app} $_->{user} @{$_->{events}}" }
               DmLedger::records('delivery')],
          [map { ($_->{reason} eq 'passed' ? 'passed' : 'rejected')
                 . " $_->{reason} $_->{app} $_->{user} $_->{id}" } @main::Sent],
          'all is in the ledger');
--- no_error_log
[error]
[alert]



=== TEST 2: to where the table says
--- to: $dm_permission_webhook
--- init
package main;
is(send_one($_), $_->{reason} eq 'passed' ? 200 : 403, $_->{id}) for @main::Sent;
is_deeply(got('a'), [map { "a$_" } 0 .. $#main::Wrong], 'a has what is for a');
is_deeply(got('b'), [map { "b$_" } 0 .. $#main::Wrong], 'b has what is for b');
--- no_error_log
[error]



=== TEST 3: the same without a guard: each mistake is a leak
--- unguarded
--- init
package main;
is(send_one($_), 200, $_->{id}) for @main::Sent;
my ($a, $b) = map { join ' ', @{ got($_) } } qw( a b );
is($a, join(' ', map { my $n = $_; my %d = @{ $main::Wrong[$n] }[2 .. $#{ $main::Wrong[$n] }];
                       my $of = $main::Wrong[$n][1] == 2 ? 'b' : 'a';
                       ("a$n", ($d{host} // "$of.example") eq 'a.example' ? "wrong$n" : ()) }
                 0 .. $#main::Wrong), 'a has what is not for it');
like($b, qr/\bwrong1\b.*\bwrong4\b.*\bwrong5\b.*\bwrong7\b.*\bwrong9\b/, 'so has b');
is_deeply([DmLedger::lines()], [], 'and nobody knows');
--- no_error_log
[error]



=== TEST 4: in a dry run it leaks, and is known
--- more
dm_permission_dry_run on;
--- init
package main;
is(send_one($_), 200, $_->{id}) for @main::Sent;
like(join(' ', @{ got('b') }), qr/\bwrong1\b.*\bwrong5\b.*\bwrong7\b.*\bwrong9\b/, 'b has it');
is_deeply([map { "$_->{decision} $_->{reason} @{$_->{events}}" } DmLedger::records('delivery')],
          [map { ($_->{reason} eq 'passed' ? 'passed' : 'rejected_dry_run')
                 . " $_->{reason} $_->{id}" } @main::Sent], 'all is in the ledger');
--- error_log
refused, reason: wrong_signature, action: read, app: "77", dry run



=== TEST 5: one pool of connections for both names, which nginx tells apart by address
--- pools eval: $::Pool
--- to: https://hooks
--- more
proxy_ssl_name $http_host;
--- init
package main;
is(send_one($_), $_->{reason} eq 'passed' ? 200 : 403, $_->{id}) for @main::Sent;
is_deeply(got('a'), [map { "a$_" } 0 .. $#main::Wrong], 'a has what is for a');
is_deeply(got('b'), [map { "b$_" } 0 .. $#main::Wrong], 'b has what is for b');
is_deeply([grep { $_->[0] ne $_->[1] } handshakes()], [], 'over connections of their own');
--- error_log
kept connection of upstream "hooks" is not used for a delivery, its handshake did not name "b.example"
--- no_error_log
[error]



=== TEST 6: the same pool without a guard: a has all, though nothing was misaddressed
--- unguarded
--- pools eval: $::Pool
--- to: https://hooks
--- more
proxy_ssl_name $http_host;
--- init
package main;
is(send_one($_), 200, $_->{id}) for grep { $_->{reason} eq 'passed' } @main::Sent;
is_deeply(got('a'), [map { ("a$_", "b$_") } 0 .. $#main::Wrong], 'a has what is for b');
is_deeply(got('b'), [], 'and b has nothing');
--- no_error_log
kept connection of upstream



=== TEST 7: what is kept is used for the name that it was opened for
--- pools eval: $::Pool
--- to: https://hooks
--- more
proxy_ssl_name $http_host;
--- init
package main;
send_one($_) for map { delivery(@$_) } ['1', 1], ['2', 1], ['3', 1, host => 'a.example:443'],
    ['4', 1, host => 'A.EXAMPLE'], ['5', 2], ['6', 2], ['7', 1];
is_deeply([map { "$_->[0] $_->[2]" } handshakes()],
          ['a.example 1', 'a.example 2', 'a.example 3', 'a.example 4',
           'b.example 1', 'b.example 2', 'a.example 1'], 'and for no other');
--- no_error_log
[error]



=== TEST 8: where names are not said each delivery has a connection of its own
--- pools eval: $::Pool
--- to: https://hooks
--- tls
--- more
proxy_ssl_name $http_host;
--- init
package main;
send_one(delivery($_, 1 + $_ % 2)) for 1 .. 6;
is_deeply([map { $_->[2] } handshakes()], [(1) x 6], 'so who was verified is who gets it');
--- no_error_log
[error]



=== TEST 9: unless there is but one that could be meant: an upstream's own
--- tls
--- init
package main;
send_one(delivery($_, 1)) for 1 .. 6;
is_deeply([map { $_->[2] } handshakes()], [1 .. 6], 'one connection');
--- no_error_log
[error]



=== TEST 10: or an address, which is no name
--- pools eval
$::Pool =~ s/hooks/127.0.0.1/r
--- to: https://127.0.0.1
--- tls
proxy_ssl_server_name on;
--- init
package main;
send_one(delivery($_, 1)) for 1 .. 6;
is_deeply([map { $_->[2] } handshakes()], [1 .. 6], 'one connection');
--- no_error_log
[error]



=== TEST 11: a connection that named nobody is not one for who is to be named
--- init
package main;
DmSuite::ask("GET /plain HTTP/1.0\r\nHost: a.example\r\n\r\n");
send_one(delivery(1, 1));
is_deeply([map { "$_->[0] $_->[2]" } handshakes()], ['- 1', 'a.example 1'], 'a new one');
--- no_error_log
[error]
