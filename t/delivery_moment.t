# Why: enforced, in a dry run, before the moment of enforcement and after it a
# delivery has the same reason and counts for the same app; only whether it
# leaves differs.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmStatus;
use DmDelivery;
use DmMoment;

# Reason, status, app, body: one for each row of the table.
our $Body = '{"for_user_id":"%s","direct_message_events":[]}';
our @Rows = (
    ['passed',            200, '8840', sprintf $Body, 3],
    ['bad_delivery',      400, '8840', '{"for_user_id":[]}'],
    ['bad_delivery',      400, '',     sprintf $Body, 3],
    ['unknown_app',       403, '9999', sprintf $Body, 3],
    ['app_suspended',     403, '66',   sprintf $Body, 3],
    ['wrong_destination', 403, '55',   sprintf $Body, 3],
    ['wrong_signature',   403, '77',   sprintf $Body, 12],
    ['not_subscribed',    403, '8840', sprintf $Body, 4],
    ['no_dm_access',      403, '8840', sprintf $Body, 2],
);

# What comes of each row, and what should: whether it left, what it counts as.
sub rows {
    my ($dry) = @_;
    my (@got, @want);

    for my $row (@Rows) {
        my ($reason, $status, $app, $body) = @$row;
        my $passes = $dry || $reason eq 'passed' ? 1 : 0;
        my $path = ($dry && $reason ne 'passed' ? 'deliveries_dry_run'
                                                : 'deliveries') . ".$reason";
        my $before = DmStatus::value($path);
        my $answer = DmDelivery::post($app, $body);

        push @got, [$reason, $answer =~ m{^HTTP/1.1 (\d+)},
                    $answer =~ /\r\n\r\nhook$/ ? 1 : 0,
                    DmStatus::value($path) - $before];
        push @want, [$reason, $passes ? 200 : $status, $passes, 1];
    }

    return (\@got, \@want);
}

add_block_preprocessor(sub {
    my $block = shift;
    my $more = $block->more_config // '';

    $block->set_value(config => <<"CONF");
    dm_permission zone=t;
    location = /status { dm_permission_status; }
    location /h {
        dm_permission_delivery app=\$http_x_app;
        $more
        proxy_pass http://a.example/hook;
    }
CONF
    $block->set_value(request => 'GET /status');
});

run_tests();

__DATA__

=== TEST 1: each row, enforced
--- init
package main;
is_deeply(rows(0), "each");
--- error_log
delivery refused, reason: no_dm_access, action: read, app: "8840", client
--- no_error_log
, dry run



=== TEST 2: each row, in a dry run
--- more_config
dm_permission_dry_run on;
--- init
package main;
is_deeply(rows(1), "each");
is_deeply(DmStatus::app('8840'), [1, 0, 3], 'an app that would break');
is_deeply(DmStatus::app('9999'), undef, 'one that nobody knows is none');
--- error_log
delivery refused, reason: bad_delivery, action: read, app: "", dry run, client
delivery refused, reason: unknown_app, action: read, app: "9999", dry run, client
delivery refused, reason: app_suspended, action: read, app: "66", dry run, client
delivery refused, reason: wrong_destination, action: read, app: "55", dry run, client
delivery refused, reason: wrong_signature, action: read, app: "77", dry run, client
delivery refused, reason: not_subscribed, action: read, app: "8840", dry run, client
delivery refused, reason: no_dm_access, action: read, app: "8840", dry run, client



=== TEST 3: before a moment, as in a dry run
--- more_config
dm_permission_enforce_from 2999-01-01T00:00:00Z;
--- init
package main;
is_deeply(rows(1), "each");



=== TEST 4: around it, on a connection that is kept alive
--- more_config
dm_permission_enforce_from 2999-01-01T00:00:00Z;
--- init
package main;
my $body = sprintf $main::Body, 2;
DmMoment::changes(403, "POST /h HTTP/1.1\r\nHost: x\r\nX-App: 8840\r\n"
                       . 'Content-Length: ' . length($body)
                       . "\r\n\r\n$body");
--- error_log
delivery refused, reason: no_dm_access, action: read, app: "8840", dry run, client
delivery refused, reason: no_dm_access, action: read, app: "8840", client
