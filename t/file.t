# Why: a typo in a snapshot must not pass, and a bad journal line must not stop
# the good ones behind it.

use Test::Nginx::Socket 'no_plan';

my $file = "/tmp/dm-sync-$$.jsonl";

sub put {
    my ($name, $text, $mode) = @_;
    open my $fh, $mode, $name or die "$name: $!";
    print $fh $text;
    close $fh;
}


add_block_preprocessor(sub {
    my $block = shift;

    unlink $file;
    put($file, $block->tokens // '', '>');

    $block->set_value(http_config =>
        "dm_permission_table $file zone=t:1m interval=20ms;");
    $block->set_value(config => <<'EOF');
    dm_permission zone=t;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/o/; }
    location /o/ { dm_permission off; return 200 "origin"; }
EOF
});

log_level('info');
no_long_string();
no_root_location();
run_tests();

END { unlink $file }

__DATA__

=== TEST 1: a bad line in the snapshot refuses the start
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"token":"b","app":"1","user":1,"access":"raed"}
{"end":{"records":2}}
--- must_die
--- error_log
in line 2



=== TEST 2: a count that does not match
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"end":{"records":2}}
--- must_die
--- error_log
in line 2



=== TEST 3: a bad journal line is skipped, the next one counts
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
{"end":{"records":1}}
{"token":"a","app":"1","user":1,"acess":"read"}
{"token":"a","app":"1","user":1,"access":"read-write-directmessages"}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- error_log
line 3 of
skipped



=== TEST 4: the first lowered token is named
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages","issued_via":"xauth"}
{"end":{"records":1}}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 403
--- error_log
token in line 1
reason: no_dm_access



=== TEST 5: a first-party app keeps the level, its record after the token
--- tokens
{"token":"a","app":"1","user":1,"access":"read-write-directmessages","issued_via":"xauth"}
{"app":"1","first_party":true}
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- response_body chomp
origin
--- no_error_log
token in line
