# Why: nginx and the origin may read one path in two ways; the gate has to
# refuse what either of them would take for a guarded one.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

# Each as it stands on the request line, beside what makes it odd.
our @Guarded = map { split ' ', $_, 1 } qw(
    /1.1/direct_messages
    /1.1/direct_messages/
    /1.1/direct_messages.json
    /1.1/direct_messages.JSON
    /1.1/DIRECT_MESSAGES.json
    /1.1//direct_messages.json
    //1.1/direct_messages.json
    /1.1/./direct_messages.json
    /1.1/users/../direct_messages.json
    /x/..;/1.1/direct_messages.json
    /1.1;v=1/direct_messages.json
    /1.1/direct_messages;v=1
    /1.1/direct_messages.json;jsessionid=1
    /1.1%2fdirect_messages.json
    /1.1%2Fdirect_messages.json
    /1.1/%64irect_messages.json
    /1.1/%2564irect_messages.json
    /1.1/%252564irect_messages.json
    /1.1%5cdirect_messages.json
    /1.1\\direct_messages.json
    /1.1/users/%2e%2e/direct_messages.json
    /1.1/users/%2e%2e%2fdirect_messages.json
    /1.1/direct_messages%20
    /1.1/direct_messages.
    /1.1/direct_messages%2e
    /1.1/direct_messages%3fa=b
    /1.1/direct_messages.json?a=/../../users
    /1.1/direct_messages/unknown/thing
    /1.1/direct_messages.json/sent
    /direct_messages.json
    /1/direct_messages.rss
    /2/dm_events.json
    /2/dm_conversations/with/1/dm_events
    /1.1/dm
    /1.1/ton/data/dm/1/2/a.jpg
    http://localhost/1.1/direct_messages.json
);

our @Ambiguous = qw(
    /1.1/direct_messages%00.json
    /1.1/direct_messages%0a
    /1.1/direct_messages%23
    /1.1/direct_messages/%c0%ae
    /1.1/direct_messages/%ff
    /1.1/%25252564irect_messages.json
    /1.1/direct_messages/%2525252e
    /1.1/d%2509m
    /1.1/direct_%25messages
    /1.1/dm%25%2537
    /1.1/%25u0064m
);

our @Free = (qw(
    /1.1/users/direct_messages_settings.json
    /1.1/direct_messages_x.json
    /1.1/search.json?q=/1.1/direct_messages.json
    /1.1/statuses/%64m.json
    /3/direct_messages.json
    /1.1/ton/data/dmx/1
    /1.1/%ff
    /1.1/100%25
    /1.1/d%2523m%25
    /
), '/1.1/search.json?q#/1.1/direct_messages.json');

sub requests { [ map { "GET $_" } @_ ] }

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(config => 'dm_permission zone=t;
                         merge_slashes off;
                         location / { proxy_pass http://origin; }')
        unless defined $block->config;
});

run_tests();

__DATA__

=== TEST 1: what any reading takes for a guarded path is guarded
--- request eval
main::requests(@main::Guarded)
--- more_headers
Authorization: Bearer t-rw
--- error_code eval
[(403) x @main::Guarded]
--- no_error_log
origin got



=== TEST 2: and open to those who may
--- request eval
main::requests(@main::Guarded)
--- more_headers
Authorization: Bearer t-dm
--- error_code eval
[(200) x @main::Guarded]
--- no_error_log
[alert]



=== TEST 3: what cannot be read in one way is refused, whoever asks
--- request eval
main::requests(@main::Ambiguous)
--- more_headers
Authorization: Bearer t-dm
--- error_code eval
[(400) x @main::Ambiguous]
--- no_error_log
origin got



=== TEST 4: what only looks like it is nobody's business
--- request eval
main::requests(@main::Free)
--- error_code eval
[(200) x @main::Free]
--- no_error_log
direct messages refused



=== TEST 5: a row with an empty segment inside is none where nginx keeps it
--- request eval
[map { "POST /1.1/direct_messages/$_" } qw(/welcome_messages/rules/new
    .//welcome_messages/rules/new welcome_messages//rules/new/
    welcome_messages/rules/new// welcome_messages/rules/new/)]
--- more_headers
Authorization: Bearer t-rw
--- error_code eval
[(403) x 4, 200]



=== TEST 6: a path as long as nginx takes it, whatever becomes of it
--- request eval
[map { "GET $_" } '/1.1/direct_messages.json;' . 'a' x 7000,
    '/' . 'a' x 7000 . '/../1.1/direct_messages.json;v',
    '/1.1/direct_messages' . '%2520' x 1400]
--- more_headers
Authorization: Bearer t-rw
--- error_code eval
[403, 403, 403]
--- no_error_log
[alert]



=== TEST 7: where a "#" is the end of a query, nobody agrees
--- request eval
[map { "POST /2/dm_conversations$_" }
     '?#', '?a=b#&access_token=t-rw', '?a#&_method=GET', '?a#b',
     '#?access_token=t-rw']
--- more_headers
Authorization: Bearer t-dm
--- error_code eval
[(400) x 5]
--- error_log
reason: ambiguous_uri
--- no_error_log
origin got



=== TEST 8: nor do they where the operator says what is asked for
--- config
dm_permission zone=t;
dm_permission_action read;
location / { proxy_pass http://origin; }
--- request eval
['GET /x?a#&access_token=t-rw', 'GET /x?a']
--- more_headers
Authorization: Bearer t-dm
--- error_code eval
[400, 200]



=== TEST 9: a method behind it is one
--- config
dm_permission zone=t;
dm_permission_route delete DELETE /own;
location / { proxy_pass http://origin; }
--- request eval
['POST /own?a#&_method=DELETE', 'POST /own?a#&_method=PUT']
--- more_headers
Authorization: Bearer t-rw
--- error_code eval
[400, 200]
