# Why: the first row that fits is the answer.  A delivery that has two things
# wrong is told the one that comes first, whichever pair it is.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmDelivery;

# What makes a delivery fit each row and, as far as that goes, no row before it.
our %Fault = (
    bad_delivery      => sub { $_[0]{body} .= ',' },
    unknown_app       => sub { $_[0]{app} = 'none' },
    app_suspended     => sub { $_[0]{app} =~ s/\A(?!none)/s/ },
    wrong_destination => sub { $_[0]{to} = 'http://c.example/hook' },
    wrong_signature   => sub { $_[0]{secret} = 'another' },
    not_subscribed    => sub { $_[0]{body} =~ s/"1"/"2"/ },
    no_dm_access      => sub { $_[0]{body} =~ s/}/,"direct_message_events":[]}/ },
);

our @Rows = qw( bad_delivery unknown_app app_suspended wrong_destination
                wrong_signature not_subscribed no_dm_access );

our %Status = (map({ $_ => 403 } @Rows), bad_delivery => 400);

our @Pairs = map { my $i = $_; map { [$Rows[$i], $Rows[$_]] } $i .. $#Rows }
             0 .. $#Rows;

# The later fault comes first: one that is undone by the other shows.
our @Sent = map {
    my %d = (app => '1', body => '{"for_user_id":"1"}', secret => 'x',
             to => 'http://a.example/hook');

    my %once = map { $_ => 1 } @$_;

    $Fault{$_}->(\%d) for grep { $once{$_} } reverse @Rows;
    \%d;
} @Pairs;

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(tokens => <<'JSONL');
{"app":"1","secret":"x","webhooks":["http://a.example/hook"]}
{"app":"s1","secret":"x","suspended":true,"webhooks":["http://a.example/hook"]}
{"token":"1","app":"1","user":1,"access":"read-write"}
JSONL

    $block->set_value(config => <<'CONF');
    dm_permission zone=t;
    location / {
        dm_permission_delivery app=$http_x_app destination=$http_x_to;
        add_header X-Reason "$dm_permission_reason" always;
        proxy_pass $dm_permission_webhook;
    }
CONF
});

run_tests();

__DATA__

=== TEST 1: each pair of rows, a row with itself included
--- request eval
[map { "POST /\n$_->{body}" } @::Sent]
--- more_headers eval
[map { "X-App: $_->{app}
X-To: $_->{to}
X-Twitter-Webhooks-Signature: "
       . DmDelivery::signature($_->{secret}, $_->{body}) } @::Sent]
--- error_code eval
[map { $::Status{$_->[0]} } @::Pairs]
--- response_headers eval
[map { "X-Reason: $_->[0]" } @::Pairs]
--- no_error_log
hook got



=== TEST 2: with nothing wrong it passes
--- request
POST /
{"for_user_id":"1"}
--- more_headers eval
"X-App: 1
X-To: http://a.example/hook
X-Twitter-Webhooks-Signature: "
. DmDelivery::signature('x', '{"for_user_id":"1"}') . "\n"
--- response_body chomp
hook
--- response_headers
X-Reason: passed



=== TEST 3: what is not ready says so before anything else
--- table
zone=t:1m interval=20ms max_stale=1s
--- init
unlink DmSuite::file();
DmSuite::wait_for('not ready', sub {
    DmSuite::answer('x', '/') =~ m{^HTTP/1.1 503};
});
--- request eval
[map { "POST /\n$_->{body}" } @::Sent]
--- more_headers eval
[map { "X-App: $_->{app}\nX-To: $_->{to}" } @::Sent]
--- error_code eval
[(503) x @::Sent]
--- response_headers eval
[('X-Reason: not_ready') x @::Sent]
--- no_error_log
hook got
