#!/usr/bin/perl
# Why: what carries the file to a node must not lose a change, nor bring an old
# one back, whatever is killed, trimmed, started late or away for a while.

use strict;
use warnings;

use Cwd qw( abs_path );
use File::Basename qw( dirname );
use File::Temp qw( tempdir );
use IO::Socket::INET;
use POSIX qw( WNOHANG );
use Test::More;
use Time::HiRes qw( sleep time );

my $top = abs_path(dirname(__FILE__) . '/../..');
my $dir = tempdir(CLEANUP => 1);
my $fleet = "$top/docs/fleet/dm-fleet";
my $module = "$top/build/ngx_http_dm_permission_module.so";
my $url = "unix://$dir/redis.sock";
my $port = $ENV{FLEET_PORT} // 8197;
my %process;
my %node;

chmod 0755, $dir;
$SIG{TERM} = $SIG{INT} = sub { exit 1 };

END {
    local $?;
    kill 'KILL', values %process;
    waitpid $_, 0 for values %process;
    stop_nginx($_) for keys %node;
}


sub start {
    my ($name, @command) = @_;
    my $pid = fork // die "fork: $!";

    if ($pid == 0) {
        open STDOUT, '>>', "$dir/$name.log";
        open STDERR, '>&', \*STDOUT;
        exec @command or die "$command[0]: $!";
    }

    $process{$name} = $pid;
}


sub stop {
    my ($name, $signal) = @_;

    kill $signal // 'TERM', $process{$name};
    waitpid delete $process{$name}, 0;
}


sub wait_for {
    my ($what, $look) = @_;
    my $until = time + 30;

    until ($look->()) {
        die "still not: $what" if time > $until;
        sleep 0.005;
    }
}


sub redis {
    open my $out, '-|', 'redis-cli', '-s', "$dir/redis.sock", @_ or die $!;
    local $/;
    return <$out> // '';
}


sub start_redis {
    start('redis', 'redis-server', '--port', 0, '--unixsocket',
          "$dir/redis.sock", '--dir', $dir, '--appendonly', 'yes',
          '--appendfsync', 'always', '--save', '');
    wait_for('redis', sub { redis('ping') =~ /PONG/ });
}


# Feeds a command that reads lines.
sub feed {
    my ($command, @lines) = @_;

    open my $in, '|-', $fleet, $command, $url, 'dm' or die "dm-fleet: $!";
    print $in "$_\n" for @lines;
    close $in or die "dm-fleet $command: $?";
}


sub token {
    my ($name, $access) = @_;

    $access = 'read-write-directmessages' if $access eq 'dm';
    return qq({"token":"$name","app":"1","user":1,"access":"$access"});
}


sub file { return "$dir/$_[0]/tokens.jsonl" }


sub follow { start("follow-$_[0]", $fleet, 'follow', $url, 'dm', file($_[0])) }


sub start_nginx {
    my $name = shift;
    my $base = "$dir/$name";
    my $user = $> == 0 ? 'user root;' : '';

    $node{$name} //= $port + keys %node;

    open my $conf, '>', "$base/nginx.conf" or die $!;
    print $conf <<"CONF";
$user
load_module $module;
worker_processes 1;
pid $base/nginx.pid;
error_log $base/error.log info;
events { }
http {
    access_log off;
    client_body_temp_path $base/b;
    proxy_temp_path $base/p;
    fastcgi_temp_path $base/f;
    uwsgi_temp_path $base/u;
    scgi_temp_path $base/s;
    dm_permission_table $base/tokens.jsonl zone=t:4m;
    server {
        listen 127.0.0.1:$node{$name};
        dm_permission zone=t;
        location / {
            alias $base/;
            try_files /origin =404;
        }
    }
}
CONF
    close $conf;
    open my $origin, '>', "$base/origin" or die $!;
    close $origin;

    system('nginx', '-p', "$base/", '-e', "$base/error.log", '-c',
           "$base/nginx.conf") == 0 or die 'nginx';
}


sub stop_nginx {
    my $name = shift;

    open my $in, '<', "$dir/$name/nginx.pid" or return;
    my $pid = <$in> + 0;
    kill 'TERM', $pid;
    wait_for('nginx gone', sub { !-e "$dir/$name/nginx.pid" });
}


sub status {
    my ($name, $token) = @_;
    my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$node{$name}")
        or return 0;

    print $s "GET /2/dm_events HTTP/1.0\r\nAuthorization: Bearer $token\r\n\r\n";
    return (<$s> // '') =~ m{^HTTP/1.1 (\d+)} ? $1 : 0;
}


# What a node answers, to whoever asks, but for the time.
sub answers {
    my $name = shift;
    my %answer;

    for my $request (map({ "Authorization: Bearer $_" } qw( t1 t2 t3 )), 'A: b') {
        my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$node{$name}")
            or return {};
        print $s "GET /2/dm_events HTTP/1.0\r\n$request\r\n\r\n";
        local $/;
        $answer{$request} = (<$s> // '') =~ s/^Date: .*\n//mr;
    }

    return \%answer;
}


sub in_force {
    my ($what, $code, $token, @names) = @_;

    for my $name (@names) {
        wait_for("$what on $name", sub { status($name, $token) == $code });
    }

    pass("$what on @names");
}


# What a fresh load of a node's file makes of each token.
sub holds {
    my $name = shift;
    my %last;

    open my $in, '<', file($name) or return {};

    while (<$in>) {
        /\A\{.*\}\n\z/ or die "broken line in $name: $_";
        $last{$1} = $2 if /"token": ?"(.*?)".*"access": ?"(.*?)"/;
    }

    return \%last;
}


mkdir "$dir/$_" for qw( a b c );
start_redis();

feed('snapshot', token('t1', 'dm'), token('t2', 'read'));

for my $name (qw( a b )) {
    is(system($fleet, 'fill', $url, 'dm', file($name)), 0, "$name is filled");
    start_nginx($name);
    follow($name);
    is(status($name, 't1'), 200, "$name lets in what the snapshot lets in");
    is(status($name, 't2'), 403, "and refuses what it refuses");
}

{
    my @took;

    # a machine may be busy for a second, not again and again
    for (1 .. 5) {
        feed('publish', token('t1', 'dm'));
        in_force('a grant', 200, 't1', qw( a b ));

        # as dm-fleet does, without the time that Python takes to start
        my $since = time;
        redis('xadd', 'dm', '*', 'line', token('t1', 'read'));
        in_force('a revocation', 403, 't1', qw( a b ));
        push @took, time - $since;
    }

    @took = sort { $a <=> $b } @took;
    note(sprintf 'published and in force everywhere after %.0f to %.0f ms',
         map { 1000 * $_ } @took[0, -1]);
    cmp_ok($took[0], '<', 1, 'is in force everywhere within a second');
}

{
    feed('publish', token('t2', 'dm'));
    in_force('another grant', 200, 't2', qw( a b ));
    my $before = answers('a');

    stop('redis', 'KILL');
    wait_for('said that Redis is away', sub {
        open my $in, '<', "$dir/follow-a.log" or die $!;
        grep { /^waiting: / } <$in>;
    });
    is(status('a', 't2'), 200, 'without Redis requests are answered');
    is(status('a', 't1'), 403, 'and refused');
    is_deeply(answers('a'), $before, 'as ever') for 1 .. 20;
    system('nginx', '-p', "$dir/a/", '-c', "$dir/a/nginx.conf", '-s', 'reload');
    is_deeply(answers('a'), $before, 'with a reload as well') for 1 .. 20;
    start_redis();
    feed('publish', token('t2', 'read'));
    in_force('what is published after an outage', 403, 't2', qw( a b ));
}

{
    stop('follow-b');
    stop_nginx('b');
    feed('publish', token('t1', 'dm'));
    in_force('while b is down, a change', 200, 't1', 'a');
    is(system($fleet, 'fill', $url, 'dm', file('b')), 0, 'b is filled again');
    start_nginx('b');
    is(status('b', 't1'), 200, 'b has caught up before it serves');
    follow('b');
}

{
    my $n = 400;
    my $feeder = fork // die "fork: $!";

    if ($feeder == 0) {
        feed('publish', map { token('k' . $_ % 50,
                                    $_ > $n - 50 || $_ % 3 ? 'dm' : 'read') }
                            1 .. $n);
        POSIX::_exit(0);
    }

    my $kills = 0;

    until (waitpid($feeder, WNOHANG) == $feeder) {
        stop('follow-b', 'KILL');
        $kills++;
        follow('b');
        sleep 0.05;
    }

    feed('publish', token('last', 'dm'));
    in_force("after $kills kills the last change", 200, 'last', qw( a b ));
    is_deeply(holds('b'), holds('a'), 'nothing is lost or left behind');
    is(status('b', "k$_"), 200, "k$_ is what it was last") for 0, 7, 49;
}

{
    stop('follow-b', 'KILL');
    open my $out, '>>', file('b') or die $!;
    print $out '{"token":"t1","app":"1","user":1,"access":"re';
    close $out;
    follow('b');
    feed('publish', token('t1', 'read'));
    in_force('behind half a line, a change', 403, 't1', qw( a b ));
    holds('b');
    is(system("$top/build/dm-permission", 'check', file('b')) >> 8, 0,
       'the half is gone');
}

{
    my $before = (stat file('a'))[1];

    feed('snapshot', token('t1', 'read'), token('t2', 'read'),
         token('last', 'read'));
    wait_for('another file', sub { (stat file('a'))[1] != $before });
    in_force('a new snapshot', 403, 'last', qw( a b ));
    is_deeply([sort keys %{ holds('a') }], [qw( last t1 t2 )],
              'a file begins anew with each snapshot');
}

{
    stop('follow-b');
    feed('publish', map { token('t2', $_ % 2 ? 'dm' : 'read') } 1 .. 5);
    feed('snapshot', token('t1', 'dm'), token('t2', 'dm'));
    feed('snapshot', token('t1', 'dm'), token('t2', 'dm'));
    feed('publish', token('t2', 'read'));
    redis('xtrim', 'dm', 'minid', redis('get', 'dm:snapshot') =~ s{/.*}{}sr);
    follow('b');
    in_force('what a trimmed stream no longer says', 200, 't1', 'b');
    in_force('and what it says', 403, 't2', 'b');
}

{
    stop('follow-b');
    feed('publish', token('t1', 'read'), token('t2', 'dm'));
    redis('xtrim', 'dm', 'maxlen', 1);
    follow('b');
    wait_for('said what is wrong', sub {
        open my $in, '<', "$dir/follow-b.log" or die $!;
        grep { /waiting: the stream was trimmed/ } <$in>;
    });
    is(status('b', 't2'), 403, 'what follows on something lost waits');
    feed('snapshot', token('t1', 'read'), token('t2', 'dm'));
    in_force('until there is a snapshot', 200, 't2', 'b');
    in_force('of all', 403, 't1', 'b');
}

{
    my ($before, $first) = (stat file('b'))[1];

    stop('follow-b');
    feed('snapshot', token('t1', 'dm'), token('t2', 'dm'));
    feed('publish', map({ token("n$_", 'dm') } 1 .. 200), token('t2', 'read'));
    follow('b');

    # as soon as can be
    my $until = time + 30;
    until ((stat file('b'))[1] != $before || time > $until) { }
    $first = holds('b')->{t2};

    is($first, 'read', 'a file that is in place does not go back in time');
}

{
    my $reader = $url =~ s{//}{//node:pw@}r;

    redis('acl', 'setuser', 'node', 'on', '>pw', '~*', '-@all',
          map { "+$_" } qw( xread xinfo get llen lindex ));
    isnt(system("echo '{}' | $fleet publish $reader dm 2>/dev/null"), 0,
         'who may only read cannot publish');
    is(system($fleet, 'fill', $reader, 'dm', file('c')), 0, 'c starts cold');
    start_nginx('c');
    is(status('c', 't1'), 200, 'c has the snapshot');
    is(status('c', 't2'), 403, 'and what came after it');
}

{
    stop("follow-$_") for qw( a b );
    feed('publish', token('t1', 'read'));
    redis('set', 'dm:snapshot', '999-0/1');
    follow($_) for qw( a b );
    in_force('beside a snapshot that is not there, a change', 403, 't1',
             qw( a b ));
}

{
    stop('redis', 'KILL');
    stop_nginx('a');
    is(system($fleet, 'fill', $url, 'dm', file('a')), 0,
       'a node that has a file starts without Redis');
    start_nginx('a');
    is(status('a', 't1'), 403, 'with what it knew');
}

done_testing();
