# What the suites share: a table with a token for each row of the decision,
# and a gate before an origin that says so.  A block may say otherwise:
#
#   tokens   the token file
#   path     its name, in a directory that each block finds empty
#   no_file  where it is not to be written
#   table    parameters of dm_permission_table
#   gate     directives beside "dm_permission zone=t;"
#   config   instead of all of the server
#
# "proxy_pass http://origin;" reaches a server that logs what it got, for a
# grep_error_log of $Got: what the client saw is not what counts.

package DmSuite;

use strict;
use warnings;

use File::Path qw( make_path remove_tree );
use File::Temp qw( tempdir );
use IO::Socket::INET;
use Time::HiRes qw( sleep time );

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

    location /o/ {
        dm_permission  off;
        add_header     X-Origin yes;
        return         200 "origin";
    }
CONF


our $Got = qr/origin got .*/;

# Shares the log with nginx, where it keeps its place in the order of things:
# to linger would be to log after the client has its answer.
sub origin {
    my $socket = main::html_dir() . '/origin.sock';

    return <<"CONF";
    log_format origin 'origin got \$request_method \$request_uri';
    upstream origin { server unix:$socket; }
    server {
        listen unix:$socket;
        dm_permission off;
        merge_slashes off;
        lingering_close off;
        access_log logs/error.log origin;
        location / { return 200 "origin"; }
    }
CONF
}


our $Dir = tempdir(CLEANUP => 1);
our $Command = ($ENV{BUILD} || 'build') . '/dm-permission';


sub file {
    return "$Dir/tokens.jsonl";
}


# Writes the token file, or adds to it with the mode '>>'.
sub put {
    my ($text, $mode, $name) = @_;

    open my $fh, $mode // '>', $name // file() or die "token file: $!";
    print $fh $text;
    close $fh or die "token file: $!";
}


# The image of a token file, made by the command that was built.
sub image {
    my $text = shift // $Tokens;
    my $name = "$Dir/to-compile.jsonl";

    put($text, '>', $name);

    my $image = qx{$Command compile $name 2>/dev/null};

    die 'not compiled' if $? != 0;
    unlink $name;

    return $image;
}


sub prepare {
    my $block = shift;
    my $table = $block->table // 'zone=t:1m interval=20ms';
    my $gate = $block->gate // '';
    my $path = $block->path // 'tokens.jsonl';

    chomp($table, $path);

    $path = "$Dir/$path" unless $path =~ m{^/};

    unless (defined $block->no_file) {
        remove_tree($Dir, { keep_root => 1 });
        make_path($path =~ s{/[^/]*\z}{}r);
        put($block->tokens // $Tokens, '>', $path);
    }

    $block->set_value(http_config => <<"CONF" . ($block->http_config // ''));
    dm_permission_table $path $table;
@{[origin()]}
CONF
    $block->set_value(config => "dm_permission zone=t;\n$gate$Origin")
        unless defined $block->config;
}


# What a block asks, and gets, where it says nothing else: whether a passes.
sub ask_for_a {
    my $block = shift;

    $block->set_value(request => 'GET /2/dm_events')
        unless defined $block->request;
    $block->set_value(more_headers => 'Authorization: Bearer a')
        unless defined $block->more_headers;
    $block->set_value(response_body => 'origin')
        unless defined $block->response_body || defined $block->error_code;
}


# Looks again and again, since what changes a table is not a request.
sub wait_for {
    my ($what, $look) = @_;
    my $until = time + 20;

    until ($look->()) {
        die "still not: $what" if time > $until;
        sleep 0.01;
    }
}


# A connection, or nothing.
sub client {
    return scalar IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                        PeerPort => main::server_port());
}


# Sends the text as it is; the answer.
sub ask {
    my $text = shift;
    my $s = client() or return '';

    print $s $text;
    local $/;

    return scalar(<$s>) // '';
}


sub answer {
    my ($token, $path) = @_;

    $path //= '/2/dm_events';

    return ask("GET $path HTTP/1.0\r\nAuthorization: Bearer $token\r\n\r\n");
}


sub wait_answer {
    my ($token, $code) = @_;

    wait_for("$token answered with $code",
             sub { answer($token) =~ m{^HTTP/1.1 $code} });
}


sub log_text {
    open my $fh, '<', main::server_root() . '/logs/error.log' or return '';
    local $/;

    return scalar(<$fh>) // '';
}


# How many times it is in the log.
sub logged {
    my $text = shift;

    return scalar(() = log_text() =~ /\Q$text\E/g);
}


sub wait_log {
    my $text = shift;

    wait_for("logged: $text", sub { logged($text) });
}


# nginx listens before it writes the file.
sub pid {
    my $pid;

    wait_for('nginx.pid', sub {
        open my $fh, '<', main::server_root() . '/logs/nginx.pid' or return 0;
        $pid = (<$fh> // 0) + 0;
    });

    return $pid;
}


# What `nginx -t` says of the configuration.
sub check {
    my $nginx = $ENV{TEST_NGINX_BINARY} || 'nginx';
    my $root = main::server_root();

    return scalar `$nginx -t -p $root/ -c $root/conf/nginx.conf 2>&1`;
}


# The processes that a master has started.
sub children {
    my $master = shift;
    my @found;

    for my $name (glob '/proc/[0-9]*/stat') {
        open my $fh, '<', $name or next;
        push @found, $1 if (<$fh> // '') =~ /^(\d+) \(.*\) [^Z] $master /;
    }

    return @found;
}


# Those of one kind, as the master calls them in its log: the title of a process
# is not to be seen under valgrind.
sub started {
    my $kind = shift;
    my %pid = map { $_ => 1 } log_text() =~ /: start $kind process (\d+)$/mg;

    return grep { $pid{$_} } children(pid());
}


sub workers {
    my $n = shift;
    my @found;

    wait_for("$n workers", sub { $n == (@found = started('worker')) });

    return @found;
}


sub helper {
    my $pid;

    wait_for('a helper', sub { ($pid) = started('cache manager') });

    return $pid;
}


# Whether nginx runs with what a pattern is of: a sanitizer's library, valgrind.
sub runs_with {
    my $what = shift;

    open my $maps, '<', '/proc/' . pid() . '/maps' or die "maps: $!";

    return scalar grep { $_ =~ $what } <$maps>;
}


# All that a process shares with others.
sub shared {
    my $pid = shift;
    my $text = '';

    open my $maps, '<', "/proc/$pid/maps" or die "maps: $!";
    open my $mem, '<:raw', "/proc/$pid/mem" or die "mem: $!";

    while (<$maps>) {
        /^([0-9a-f]+)-([0-9a-f]+) rw-s / or next;
        my ($from, $to) = map { no warnings 'portable'; hex } $1, $2;
        sysseek $mem, $from, 0 or die "mem: $!";
        sysread($mem, $text, $to - $from, length $text) or die "mem: $!";
    }

    return $text;
}


# Reloads with what the function makes of the configuration in $_; returns the
# processes that a reload which succeeds replaces.
sub reload {
    my $edit = shift;
    my $conf = main::server_root() . '/conf/nginx.conf';
    my @old;

    # a master that has no process yet misses a signal
    wait_for('processes', sub { @old = children(pid()) });

    open my $in, '<', $conf or die "nginx.conf: $!";
    local $_ = do { local $/; <$in> };
    $edit->();
    put($_, '>', "$conf.new");
    rename "$conf.new", $conf or die "nginx.conf: $!";
    kill 'HUP', pid();

    return @old;
}


# Those of the processes that are still there.
sub alive {
    my %now = map { $_ => 1 } children(pid());

    return grep { $now{$_} } @_;
}


sub gone {
    my @old = @_;

    wait_for('old processes gone', sub { children(pid()) && !alive(@old) });
}


# Until the last of them is gone, it may still answer.
sub reloaded {
    gone(reload(@_));
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
