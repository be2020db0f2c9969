#!/usr/bin/perl
# Why: a package is what reaches most machines, and they run something already.
# It must load, change nothing until it is told to, survive its upgrade, and go
# without a trace.  All of it happens in a copy of this machine that nobody else
# sees: an overlay over its root, in a mount namespace.

use strict;
use warnings;

use File::Temp qw( tempdir );
use IO::Socket::UNIX;
use POSIX qw( WNOHANG );
use Test::More;
use Time::HiRes qw( sleep time );

my $package = 'libnginx-mod-http-dm-permission';
my $link = '/etc/nginx/modules-enabled/50-mod-http-dm-permission.conf';
my $so = '/usr/lib/nginx/modules/ngx_http_dm_permission_module.so';
my $here = '/tmp/package';
my $site = '/etc/nginx/sites-enabled/existing';
my $table = '/etc/nginx/tokens.jsonl';
my $newer = "$here/newer.deb";

# Ends in this file again, as the first process behind a root of its own.
sub outside {
    my ($deb) = glob "$ENV{BUILD}/package/${package}_*.deb";
    my $dir = tempdir(CLEANUP => 1);

    plan skip_all => 'only root may install a package' if $> != 0;
    die "no package in $ENV{BUILD}/package" unless $deb;

    my $rc = system('unshare', '-m', '-p', '-f', '--kill-child', 'sh', '-c',
                    <<'SH', 'sh', $dir, $0, $deb, $here);
mount -t tmpfs none "$1" && mkdir "$1/upper" "$1/work" "$1/root" \
    && mount -t overlay none \
        -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root" \
    && mount -t proc none "$1/root/proc" \
    && mount --rbind /dev "$1/root/dev" || exit 77
rm -rf "$1/root$4"
mkdir -p "$1/root$4" "$1/root/run"
cp "$2" "$1/root$4/package.t"
cp "$3" "$1/root$4/package.deb"
exec chroot "$1/root" perl "$4/package.t" inside
SH

    plan skip_all => 'the kernel refuses a mount namespace with an overlay'
        if $rc >> 8 == 77 || $rc >> 8 == 1 && !namespaces();
    exit($rc >> 8 || ($rc ? 1 : 0));
}


sub namespaces {
    return system('unshare', '-m', '-p', '-f', 'true') == 0;
}


sub put {
    my ($name, $text) = @_;

    open my $out, '>', $name or die "$name: $!";
    print $out $text;
    close $out or die "$name: $!";
}


sub slurp {
    open my $in, '<', shift or return '';
    local $/;
    return scalar <$in> // '';
}


sub wait_for {
    my ($what, $look) = @_;
    my $until = time + 30;

    until ($look->()) {
        die "still not: $what" if time > $until;
        sleep 0.02;
    }
}


sub run {
    my $text = `$_[0] 2>&1`;

    return ($? >> 8, $text);
}


sub runs {
    my ($command, $name) = @_;
    my ($rc, $text) = run($command);

    is($rc, 0, $name) or diag($text);
}


# All that comes back, but for the date.
sub ask {
    my $request = shift;
    my $s = IO::Socket::UNIX->new("$here/site.sock") or return '';

    $request =~ s/\n/\r\n/g;
    print $s $request;
    local $/;

    return (<$s> // '') =~ s/^Date: .*\r\n//gmr;
}


sub with_token {
    my ($token, $request) = @_;

    return ask("$request HTTP/1.1\nHost: a\nConnection: close\n"
               . "Authorization: Bearer $token\n\n");
}


sub code { return with_token(@_) =~ m{^HTTP/1.1 (\d+)} ? $1 : 0 }


sub pid { return slurp('/run/nginx.pid') =~ /(\d+)/ ? $1 : 0 }


sub children {
    my $master = shift;

    return grep { slurp($_) =~ /^\d+ \(.*\) [^Z] $master / }
                glob '/proc/[0-9]*/stat';
}


sub start {
    # by the name that a master who is upgraded can execute
    runs('/usr/sbin/nginx', 'nginx starts');
    wait_for('workers', sub { pid() && children(pid()) });
}


# The first process of the namespace is the parent of all that has none.
sub stop {
    my $pid = shift // pid();

    kill 'QUIT', $pid;
    wait_for('the end of nginx', sub { waitpid $pid, WNOHANG });
}


# The inode of the module in a process.
sub loaded {
    return slurp("/proc/$_[0]/maps") =~ m{ (\d+) +\Q$so\E}m ? $1 : 0;
}


sub configure {
    my $guard = shift;

    put($site, <<"CONF");
$guard->{http}
server {
    listen unix:$here/site.sock;
    root $here/www;
    $guard->{server}
    location / { try_files \$uri =404; }
    location /api/ { proxy_pass http://unix:$here/origin.sock:/; }
    location ~ ^/(1.1|2)/ { proxy_pass http://unix:$here/origin.sock; }
    location /private/ { auth_basic a; auth_basic_user_file $here/users; }
    location /inside/ { internal; }
    location /ssi/ { ssi on; add_header X-Own yes; }
    location /moved { return 301 /; }
}
server {
    listen unix:$here/origin.sock;
    location / {
        default_type text/plain;
        return 200 "\$request_method \$request_uri \$http_authorization\\n";
    }
}
CONF
}


my @requests = (map({ "$_->[0] HTTP/1.1\nHost: a\nConnection: close\n"
                     . join('', map { "$_\n" } @$_[1 .. $#$_]) . "\n" }
    ['GET /a.txt'],
    ['HEAD /a.txt'],
    ['GET /a.html', 'Accept-Encoding: gzip'],
    ['GET /a.txt', 'Range: bytes=5-20'],
    ['GET /a.txt', 'Range: bytes=-7', 'If-Range: "x"'],
    ['GET /a.txt', 'If-Modified-Since: Thu, 30 Jun 2011 00:00:00 GMT'],
    ['GET /none'],
    ['POST /a.txt', 'Content-Length: 0'],
    ['GET /private/a.txt'],
    ['GET /inside/a.txt'],
    ['GET /ssi/a.html'],
    ['GET /moved'],
    ['GET /api/x?y=1', 'Authorization: Bearer t'],
    ['GET /2/dm_events', 'Authorization: Bearer t'],
    ['GET /1.1/direct_messages/events/list.json', 'Authorization: Bearer t'],
    ['DELETE /2/dm_events/1', 'Authorization: OAuth a'],
    ['POST /2/dm_conversations', "Content-Length: 2\n\n{}"],
    ['GET /1.1/..%2f;/direct_messages.json'],
    ['BREW /a.txt'],
    ['GET a'],
), "GET /a.txt\n", "nonsense\n\n",
   "GET /a.txt HTTP/1.1\nHost: a\n\nGET /2/dm_events HTTP/1.0\n\n");


# The lines of a log, but for their times, processes and order: two servers of
# a request log it at the same time.
sub log_of {
    my $text = slurp("/var/log/nginx/$_[0].log");

    $text =~ s{\[\S+:\d\d:\d\d:\d\d \S+\]|^\S+ [\d:]+|\d+#\d+: \*\d+}{}gm;

    return [sort split /\n/, $text];
}


# What a start of nginx does: its answers, its logs, its processes.
sub behaviour {
    my %did;

    put("/var/log/nginx/$_.log", '') for qw( access error );
    start();
    $did{answers} = [map { ask($_) } @requests];
    $did{processes} = children(pid());
    $did{shared} = () = slurp('/proc/' . pid() . '/maps') =~ / rw-s /g;
    stop();
    $did{$_} = log_of($_) for qw( access error );

    return \%did;
}


sub trace {
    my %at = map { $_ => 1 } grep { !m{^/var/(?:log|cache|lib/dpkg/)} }
             split /\n/, `find /etc /usr /var -xdev`;

    return [sort(keys %at), glob "/var/lib/dpkg/info/$package*"];
}


sub edition {
    my $deb = shift;

    runs("dpkg-deb -R $here/package.deb $here/newer"
         . " && sed -i 's/^Version: .*/&+newer/' $here/newer/DEBIAN/control"
         . " && dpkg-deb -Znone -b $here/newer $deb", 'a newer package');
}


sub prepare {
    put('/usr/sbin/policy-rc.d', "#!/bin/sh\nexit 101\n");
    chmod 0755, '/usr/sbin/policy-rc.d', $here;
    unlink glob('/etc/nginx/sites-enabled/*'), glob('/etc/nginx/conf.d/*');
    mkdir "$here/www$_" for '', qw( /private /inside /ssi );

    for my $name (map { ("$_/a.txt", "$_/a.html") }
                      map { "$here/www$_" } '', qw( /private /inside /ssi ))
    {
        put($name, "<!--# echo var=\"uri\" --> $name\n" x 50);
        utime 1309392000, 1309392000, $name;
    }

    put("$here/users", "a:{PLAIN}b\n");
    put($table, <<'JSONL');
{"token":"without","app":"1","user":1,"access":"read-write"}
{"token":"with","app":"1","user":1,"access":"read-write-directmessages"}
JSONL
    configure({ http => '', server => '' });

    # a machine may have it from elsewhere
    run("dpkg --purge $package");
    edition($newer);
}


sub inside {
    prepare();

    my $before = behaviour();
    my $trace = trace();

    my $answers = () = join('', @{ $before->{answers} })
                       =~ m{^HTTP/1\.1 [2345]}gm;

    # two have no version and are answered without a status, the last is two
    is($answers, @requests - 1, 'each request is answered');

    installs($before);
    decides();
    upgrades();
    leaves($before);
    is_deeply(trace(), $trace, 'nothing is left');
    done_testing();
}


sub installs {
    my $before = shift;

    runs("dpkg -i $here/package.deb", 'it installs');
    is((run("dpkg -V $package"))[1], '', 'all that it brings is in place');
    is(readlink $link, '/usr/share/nginx/modules-available/'
       . 'mod-http-dm-permission.conf', 'it is enabled');
    runs('nginx -t', 'and loads');
    runs("dm-permission check $table", 'the command runs');
    ok(-s "/usr/share/doc/$package/docs/installation.md",
       'the documents are there');
    ok(-s '/usr/share/bash-completion/completions/dm-permission'
       && -s '/usr/share/man/man8/dm-permission.8.gz',
       'completion and manual, too');

    start();
    ok(loaded(pid()), 'nginx has it in memory');
    stop();
    is_deeply(behaviour(), $before, 'and does what it did without');
}


sub decides {
    configure({ http => "dm_permission_table $table zone=t:1m;",
                server => 'dm_permission zone=t;' });
    start();
    is(code('with', 'GET /2/dm_events'), 200, 'configured, it lets in');
    like(with_token('without', 'GET /2/dm_events'),
         qr/^HTTP\/1.1 403 .*"code": ?93/s, 'and refuses');
    is(code('without', 'GET /a.txt'), 200, 'what is guarded');
}


sub upgrades {
    my $old = pid();
    my $was = loaded($old);

    runs("dpkg -i $newer", 'it upgrades while nginx runs');
    like((run("dpkg-query -W $package"))[1], qr/\+newer$/, 'to the newer');
    ok(-l $link, 'it stays enabled');

    my %workers = map { $_ => 1 } children($old);
    kill 'HUP', $old;
    wait_for('new workers', sub {
        my @now = children($old);
        return @now && !grep { $workers{$_} } @now;
    });
    is(code('without', 'GET /2/dm_events'), 403, 'a reload goes on refusing');
    is(loaded($old), $was, 'with the module that was loaded');

    kill 'USR2', $old;
    wait_for('another master', sub { pid() && pid() != $old
                                     && children(pid()) });
    stop($old);
    is(code('without', 'GET /2/dm_events'), 403,
       'so does the binary that takes over');
    is(loaded(pid()), (stat $so)[1], 'with the module of the package');
    stop();

    unlink $link;
    runs("dpkg -i --force-downgrade $here/package.deb", 'another edition');
    ok(!-l $link, 'does not enable what was disabled');
}


sub leaves {
    my $before = shift;

    runs("dpkg --purge $package && dpkg -i $newer", 'it comes back');
    ok(-l $link, 'enabled');
    runs("dpkg --remove $package", 'it is removed');
    ok(!-e $so && !-e $link, 'module and link are gone');
    like((run('nginx -t'))[1], qr/unknown directive "dm_permission_table"/,
         'a configuration that still names it is refused');

    configure({ http => '', server => '' });
    is_deeply(behaviour(), $before, 'another does what it did before');
    runs("dpkg -i $newer", 'installed again');
    ok(-l $link && !-e "$link.removed", 'it is enabled again');
    runs("dpkg --remove $package && dpkg --purge $package", 'it is purged');
}


@ARGV ? inside() : outside();
