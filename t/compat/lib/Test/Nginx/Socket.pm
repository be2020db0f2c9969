# The part of Test::Nginx::Socket's interface that the suites use, on
# Test::Base: for machines where Test::Nginx itself is not installed.

package Test::Nginx::Socket;

use strict;
use warnings;

use Test::Base -Base;
use IO::Socket::INET;
use IO::Select;
use File::Path qw( remove_tree make_path );
use POSIX ();
use Time::HiRes qw( sleep time );

our @EXPORT = qw( run_tests repeat_each no_long_string no_shuffle log_level
                  add_block_preprocessor server_root html_dir server_port
                  no_root_location master_on workers add_cleanup_handler );

my $Nginx   = $ENV{TEST_NGINX_BINARY} || 'nginx';
my $Port    = $ENV{TEST_NGINX_SERVER_PORT} || $ENV{TEST_NGINX_PORT} || 1984;
my $Root    = $ENV{TEST_NGINX_SERVROOT} || "build/servroot";
my $Modules = $ENV{TEST_NGINX_LOAD_MODULES} || '';
my $Repeat  = 1;
my $Level   = 'debug';
my $Master  = 'off';
my $Workers = 1;
my $RootLocation = 1;
my $LogPos  = 0;
my @Before;
my @Cleanup;

$Root = POSIX::getcwd() . "/$Root" unless $Root =~ m{^/};

$ENV{TEST_NGINX_SERVER_PORT} = $Port;
$ENV{TEST_NGINX_SERVER_ROOT} = $Root;

sub no_long_string() { }
sub no_shuffle() { }
sub server_root() { $Root }
sub html_dir() { "$Root/html" }
sub server_port(;$) { $Port }
sub log_level(;$) { $Level = shift if @_; $Level }
sub repeat_each(;$) { $Repeat = shift if @_; $Repeat }
sub no_root_location() { $RootLocation = 0 }
sub master_on() { $Master = 'on' }
sub workers(;$) { $Workers = shift if @_; $Workers }
sub add_block_preprocessor(&) { unshift @Before, shift }
sub add_cleanup_handler($) { push @Cleanup, shift }


sub slurp($;$) {
    my ($name, $pos) = @_;

    open my $fh, '<', $name or return '';
    seek $fh, $pos, 0 if $pos;
    local $/;
    return scalar <$fh> // '';
}


sub expand($) {
    my $text = shift // '';

    $text =~ s/\$(TEST_NGINX_[A-Z_]+)/defined $ENV{$1} ? $ENV{$1} : "\$$1"/ge;

    return $text;
}


# The value for request number `i` of a block with several requests.
sub nth($$) {
    my ($value, $i) = @_;

    return ref $value eq 'ARRAY' ? $value->[$i] : $value;
}


# The patterns of a log section: its lines, or what an `eval` made of it.
sub patterns($) {
    my $value = shift;

    return () unless defined $value;
    return ($value) if ref $value eq 'Regexp';
    return @$value if ref $value;
    return grep { /\S/ } split /\n/, $value;
}


sub found($$) {
    my ($text, $pattern) = @_;

    return ref $pattern ? $text =~ /$pattern/m : index($text, $pattern) >= 0;
}


sub write_files($) {
    my $block = shift;
    my ($name, %file);

    remove_tree($Root);
    make_path("$Root/conf", "$Root/logs", "$Root/html", "$Root/tmp");

    for (split /^/, $block->user_files // '') {
        if (/^>>> (\S+)/) {
            $name = $1 =~ m{^/} ? $1 : "$Root/html/$1";
            $file{$name} = '';

        } elsif (defined $name) {
            $file{$name} .= $_;
        }
    }

    for $name (keys %file) {
        make_path($name =~ s{/[^/]*\z}{}r);
        open my $fh, '>', $name or die "$name: $!";
        print $fh expand($file{$name});
        close $fh;
    }
}


sub write_conf($) {
    my $block = shift;
    my $level = $block->log_level // $Level;
    my $load = join '', map { "load_module $_;\n" } split ' ', $Modules;
    my $main = expand($block->main_config);
    my $post = expand($block->post_main_config);
    my $http = expand($block->http_config);
    my $conf = expand($block->config);
    my $user = $> == 0 ? 'user root;' : '';
    my $location = $RootLocation ? "location / { root $Root/html; }" : '';

    open my $fh, '>', "$Root/conf/nginx.conf" or die "nginx.conf: $!";
    print $fh <<"EOF";
$load
$user
worker_processes $Workers;
daemon on;
master_process $Master;
error_log $Root/logs/error.log $level;
pid $Root/logs/nginx.pid;
$main
events { worker_connections 64; }
http {
    access_log $Root/logs/access.log;
    default_type text/plain;
    client_body_temp_path $Root/tmp/b;
    proxy_temp_path $Root/tmp/p;
    fastcgi_temp_path $Root/tmp/f;
    uwsgi_temp_path $Root/tmp/u;
    scgi_temp_path $Root/tmp/s;
    keepalive_timeout 10;
$http
    server {
        listen 127.0.0.1:$Port;
        server_name localhost;
        client_max_body_size 30M;
$conf
        $location
    }
}
$post
EOF
    close $fh;
}


sub start() {
    my $rc = system("$Nginx -p $Root/ -c conf/nginx.conf"
                    . " -g '' > $Root/logs/start.log 2>&1");

    return $rc if $rc != 0;

    for (1 .. 200) {
        my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                      PeerPort => $Port);
        return 0 if $s;
        sleep 0.02;
    }

    return 1;
}


sub stop() {
    my $pid = slurp("$Root/logs/nginx.pid");

    return unless $pid;
    chomp $pid;

    kill 'TERM', $pid;

    # nginx removes the file as it leaves; nobody may have reaped it yet
    for (1 .. 500) {
        return unless -e "$Root/logs/nginx.pid";
        sleep 0.01;
    }

    kill 'KILL', $pid;
}


sub request_text($$) {
    my ($block, $i) = @_;

    return $block->raw_request if defined $block->raw_request;

    my ($line, $body) = split /\n/, nth($block->request, $i), 2;
    my $headers = nth($block->more_headers, $i) // '';
    my $text;

    $body //= '';
    $body =~ s/\n\z//;
    $line .= ' HTTP/1.1' unless $line =~ m{ HTTP/\d};
    $headers =~ s/\r?\n/\r\n/g;
    $headers .= "\r\n" if length $headers && $headers !~ /\r\n\z/;

    $text = "$line\r\nHost: localhost\r\nConnection: close\r\n$headers";
    $text .= "Content-Length: " . length($body) . "\r\n" if length $body;

    return expand("$text\r\n$body");
}


sub exchange($) {
    my $text = shift;
    my $answer = '';
    my $until = time + 5;
    my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $Port)
        or return '';

    $s->syswrite($text);

    while (IO::Select->new($s)->can_read($until - time)) {
        sysread($s, my $buf, 65536) or last;
        $answer .= $buf;
    }

    return $answer;
}


sub unchunk($) {
    my $in = shift;
    my $out = '';

    while ($in =~ s/^([0-9a-fA-F]+)\r\n//) {
        last if hex $1 == 0;
        $out .= substr $in, 0, hex $1, '';
        $in =~ s/^\r\n//;
    }

    return $out;
}


sub check_headers($$$$) {
    my ($block, $name, $head, $i) = @_;
    my %header;
    my $like = nth($block->raw_response_headers_like, $i);
    my $unlike = nth($block->raw_response_headers_unlike, $i);

    for (split /\r\n/, $head) {
        push @{ $header{lc $1} }, $2 if /^([^:\s]+):\s*(.*)/;
    }

    like($head, qr/$like/s, "$name - raw header") if defined $like;
    unlike($head, qr/$unlike/s, "$name - raw header") if defined $unlike;

    for (split /\n/, nth($block->response_headers, $i) // '') {
        my ($key, $value) = /^!\s*(\S+)/ ? ($1, '')
                                         : /^([^:\s]+):\s*(.*)/;
        is(join(', ', @{ $header{lc $key} || [] }), expand($value),
           "$name - $key");
    }
}


sub check_answer($$$$) {
    my ($block, $name, $answer, $i) = @_;
    my ($head, $body) = split /\r\n\r\n/, $answer, 2;
    my ($code) = ($head // '') =~ m{^HTTP/\d\.\d (\d+)};
    my $expected = nth($block->response_body, $i);
    my $like = nth($block->response_body_like, $i);
    my $unlike = nth($block->response_body_unlike, $i);

    $head //= '';
    $body //= '';
    $body = unchunk($body) if $head =~ /^transfer-encoding:/mi;

    if (defined $block->error_code_like) {
        my $re = nth($block->error_code_like, $i) =~ s/\n\z//r;
        like($code // '', qr/$re/, "$name - status");

    } else {
        is($code // '', expand(nth($block->error_code, $i) // 200) =~ s/\s//gr,
           "$name - status");
    }

    check_headers($block, $name, $head, $i);

    if (ref $expected) {
        like($body, $expected, "$name - body");

    } elsif (defined $expected) {
        is($body, expand($expected), "$name - body");
    }

    s/\n\z// for grep { defined && !ref } $like, $unlike;

    like($body, qr/$like/sm, "$name - body") if defined $like;
    unlike($body, qr/$unlike/sm, "$name - body") if defined $unlike;
}


sub check_log($$$$) {
    my ($block, $name, $log, $i) = @_;
    my $grep = nth($block->grep_error_log, $i);

    for (patterns($block->error_log)) {
        ok(found($log, $_), "$name - logged: $_") || diag($log);
    }

    for (patterns($block->no_error_log)) {
        ok(!found($log, $_), "$name - not logged: $_") || diag($log);
    }

    if (defined $grep) {
        my $re = ref $grep ? $grep : qr/\Q$grep\E/;
        my $got = join '', map { /$re/ ? "$&\n" : () } split /\n/, $log;
        my $out = nth($block->grep_error_log_out, $i);

        ref $out ? like($got, $out, "$name - log")
                 : is($got, expand($out), "$name - log");
    }
}


sub check_access_log($$) {
    my ($block, $name) = @_;
    my $log = slurp("$Root/logs/access.log");

    for (patterns($block->access_log)) {
        ok(found($log, $_), "$name - in the access log: $_") || diag($log);
    }

    for (patterns($block->no_access_log)) {
        ok(!found($log, $_), "$name - not in the access log: $_")
            || diag($log);
    }
}


# What was logged since the last look, or since the start: then also what was
# written while the configuration was read.
sub new_log() {
    my $text = slurp("$Root/logs/error.log", $LogPos);
    my $first = $LogPos == 0 ? slurp("$Root/logs/start.log") : '';

    # of what is in the log already, standard error has a copy
    $first =~ s/^nginx: .*\n//mg;

    $LogPos += length $text;

    return $first . $text;
}


sub run_requests($$$) {
    my ($block, $name, $time) = @_;
    my $requests = ref $block->request eq 'ARRAY' ? @{ $block->request } : 1;

    for my $i (0 .. $requests - 1) {
        my $answer = exchange(request_text($block, $i));

        check_answer($block, $name, $answer, $i)
            unless defined $block->ignore_response;

        sleep $block->wait if $block->wait;

        check_log($block, $name, new_log(), $time);
        check_access_log($block, $name);
    }
}


sub must_die($$) {
    my ($block, $name) = @_;

    for my $time (0 .. $Repeat - 1) {
        my $rc = start();

        ok($rc != 0, "$name - refuses to start");
        check_log($block, $name, slurp("$Root/logs/error.log")
                                 . slurp("$Root/logs/start.log"), $time);
        stop() if $rc == 0;
        unlink "$Root/logs/error.log";
    }
}


sub run_block($) {
    my $block = shift;
    my $name = $block->name;

    $_->($block) for @Before;

    write_files($block);
    write_conf($block);
    $LogPos = 0;

    return must_die($block, $name) if defined $block->must_die;

    if (start() != 0) {
        ok(0, "$name - nginx starts");
        diag(slurp("$Root/logs/start.log"));
        return;
    }

    if (defined $block->init) {
        eval $block->init;
        die "$name: $@" if $@;
    }

    run_requests($block, $name, $_) for 0 .. $Repeat - 1;

    stop();
}


sub run_tests() {
    run_block($_) for blocks();
}


END {
    stop();
    $_->() for @Cleanup;
}

1;
