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
                  add_block_preprocessor server_root );

my $Nginx   = $ENV{TEST_NGINX_BINARY} || 'nginx';
my $Port    = $ENV{TEST_NGINX_PORT} || 1984;
my $Root    = $ENV{TEST_NGINX_SERVROOT} || "build/servroot";
my $Modules = $ENV{TEST_NGINX_LOAD_MODULES} || '';
my $Repeat  = 1;
my $Level   = 'debug';
my @Before;

$Root = POSIX::getcwd() . "/$Root" unless $Root =~ m{^/};

$ENV{TEST_NGINX_SERVER_PORT} = $Port;

sub no_long_string() { }
sub no_shuffle() { }
sub server_root() { $Root }
sub log_level(;$) { $Level = shift if @_; $Level }
sub repeat_each(;$) { $Repeat = shift if @_; $Repeat }
sub add_block_preprocessor(&) { push @Before, shift }


sub slurp_log() {
    open my $fh, '<', "$Root/logs/error.log" or return '';
    local $/;
    return scalar <$fh> // '';
}


sub expand($) {
    my $text = shift // '';

    $text =~ s/\$(TEST_NGINX_[A-Z_]+)/defined $ENV{$1} ? $ENV{$1} : "\$$1"/ge;

    return $text;
}


sub write_conf($) {
    my $block = shift;

    remove_tree($Root);
    make_path("$Root/conf", "$Root/logs", "$Root/html", "$Root/tmp");

    my $load = join '', map { "load_module $_;\n" } split ' ', $Modules;
    my $main = expand($block->main_config);
    my $http = expand($block->http_config);
    my $conf = expand($block->config);

    open my $fh, '>', "$Root/conf/nginx.conf" or die "nginx.conf: $!";
    print $fh <<"EOF";
$load
worker_processes 1;
daemon on;
master_process off;
error_log $Root/logs/error.log $Level;
pid $Root/logs/nginx.pid;
$main
events { worker_connections 64; }
http {
    access_log off;
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
        root $Root/html;
$conf
    }
}
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
    open my $fh, '<', "$Root/logs/nginx.pid" or return;
    my $pid = <$fh>;
    close $fh;

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


sub request_text($) {
    my $block = shift;

    return $block->raw_request if defined $block->raw_request;

    my ($line, $body) = split /\n/, $block->request, 2;
    my $headers = $block->more_headers // '';
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


sub check_answer($$$) {
    my ($block, $name, $answer) = @_;
    my ($head, $body) = split /\r\n\r\n/, $answer, 2;
    my %header;
    my ($code) = ($head // '') =~ m{^HTTP/\d\.\d (\d+)};

    for (split /\r\n/, $head // '') {
        push @{ $header{lc $1} }, $2 if /^([^:\s]+):\s*(.*)/;
    }

    $body = unchunk($body) if $header{'transfer-encoding'};

    is($code // '', expand($block->error_code // 200) =~ s/\s//gr,
       "$name - status");

    if (defined $block->response_body) {
        is($body // '', expand($block->response_body), "$name - body");
    }

    if (defined $block->response_body_like) {
        my $re = $block->response_body_like =~ s/\n\z//r;
        like($body // '', qr/$re/, "$name - body");
    }

    for (split /\n/, $block->response_headers // '') {
        my ($key, $value) = /^!\s*(\S+)/ ? ($1, '')
                                         : /^([^:\s]+):\s*(.*)/;
        is(join(', ', @{ $header{lc $key} || [] }), expand($value),
           "$name - $key");
    }
}


sub check_log($$$) {
    my ($block, $name, $log) = @_;

    for (grep { /\S/ } split /\n/, $block->error_log // '') {
        ok(index($log, expand($_)) >= 0, "$name - logged: $_");
    }

    for (grep { /\S/ } split /\n/, $block->no_error_log // '') {
        ok(index($log, expand($_)) < 0, "$name - not logged: $_");
    }
}


sub run_block($) {
    my $block = shift;
    my $name = $block->name;

    $_->($block) for @Before;

    write_conf($block);

    my $rc = start();

    if (defined $block->must_die) {
        open my $fh, '<', "$Root/logs/start.log";
        local $/;
        ok($rc != 0, "$name - refuses to start");
        check_log($block, $name, slurp_log() . (scalar(<$fh>) // ''));
        stop() if $rc == 0;
        return;
    }

    if ($rc != 0) {
        ok(0, "$name - nginx starts");
        diag(`cat $Root/logs/start.log`);
        return;
    }

    for (1 .. $Repeat) {
        check_answer($block, $name, exchange(request_text($block)));
    }

    stop();
    check_log($block, $name, slurp_log());
}


sub run_tests() {
    run_block($_) for blocks();
}


END { stop() }

1;
