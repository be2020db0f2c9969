# What the suites share: a table with a token for each row of the decision,
# and a gate before an origin that says so.  A block may say otherwise:
#
#   tokens   the token file
#   table    parameters of dm_permission_table
#   gate     directives beside "dm_permission zone=t;"
#   config   instead of all of the server
#
# "proxy_pass http://origin;" reaches a server that logs what it got, for a
# grep_error_log of $Got: what the client saw is not what counts.

package DmSuite;

use strict;
use warnings;

our $Tokens = <<'JSONL';
{"table":{"revision":"2011-06-30/42"}}
{"app":"8840","name":"Example","consumer_key":"ck","secret":"app-secret"}
{"app":"66","suspended":true}
{"token":"t-r","app":"8840","user":1,"access":"read"}
{"token":"t-rw","app":"8840","user":2,"access":"read-write"}
{"token":"t-dm","app":"8840","user":3,"access":"read-write-directmessages"}
{"token":"t-rev","app":"8840","user":4,"access":"read","revoked":true}
{"token":"t-exp","app":"8840","user":5,"access":"read","expires":1}
{"token":"t-sus","app":"66","user":6,"access":"read-write-directmessages"}
{"token":"t-app","app":"8840","access":"read-write"}
{"end":{"records":9}}
JSONL

our $Origin = <<'CONF';
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/o/; }
    location /o/ { dm_permission off; return 200 "origin"; }
CONF


our $Got = qr/origin got .*/;

# Shares the log with nginx, where it keeps its place in the order of things.
sub origin {
    my $socket = main::html_dir() . '/origin.sock';

    return <<"CONF";
    log_format origin 'origin got \$request';
    upstream origin { server unix:$socket; }
    server {
        listen unix:$socket;
        merge_slashes off;
        access_log logs/error.log origin;
        location / { return 200 "origin"; }
    }
CONF
}


sub file {
    return main::html_dir() . '/tokens.jsonl';
}


# Writes the token file, or adds to it with the mode '>>'.
sub put {
    my ($text, $mode, $name) = @_;

    open my $fh, $mode // '>', $name // file() or die "token file: $!";
    print $fh $text;
    close $fh or die "token file: $!";
}


sub prepare {
    my $block = shift;
    my $files = ">>> tokens.jsonl\n" . ($block->tokens // $Tokens);
    my $table = $block->table // 'zone=t:1m interval=20ms';
    my $gate = $block->gate // '';

    chomp $table;

    $block->set_value(user_files => $files . ($block->user_files // ''));
    $block->set_value(http_config => <<"CONF" . ($block->http_config // ''));
    dm_permission_table @{[file()]} $table;
@{[origin()]}
CONF
    $block->set_value(config => "dm_permission zone=t;\n$gate$Origin")
        unless defined $block->config;
}


sub import {
    main::repeat_each(2);
    main::no_long_string();
    main::no_root_location();

    # at debug nginx itself prints the request's header
    main::log_level('info');
    main::add_block_preprocessor(\&prepare);
}

1;
