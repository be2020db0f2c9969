# Why: what is read while somebody writes may be half of one file and half of
# another. It is neither published nor, at a start, served.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(tokens => line('read'));
    $block->set_value(table => 'zone=t:32m interval=50ms');
});

sub line {
    return '{"token":"a","app":"1","user":1,"access":"' . shift . qq("}\n);
}


# So long that a process can be met while it reads.
sub long {
    return line('read-write-directmessages') . join '', map {
        qq({"token":"t$_","app":"1","user":$_,"access":"read"}\n)
    } 1 .. 60000;
}


sub opened {
    my ($pid, $file) = @_;

    return grep { (readlink // '') eq $file } glob "/proc/$pid/fd/*";
}


# Stops it while it has the file open; false if it was too fast.
sub stopped {
    my ($pid, $file) = @_;
    my $until = time + 5;

    until (opened($pid, $file)) {
        return 0 if time > $until || waitpid($pid, 1) > 0;
    }

    kill 'STOP', $pid;
    DmSuite::wait_for('it stopped', sub {
        open my $stat, '<', "/proc/$pid/stat" or return 0;
        return <$stat> =~ /\) [TZ] /;
    });

    return opened($pid, $file);
}


# While the helper reads another file, that is written anew in its place.
sub torn {
    my $helper = DmSuite::helper();

    DmSuite::put(long(), '>', DmSuite::file() . '.new');
    rename DmSuite::file() . '.new', DmSuite::file() or die "rename: $!";
    my $met = stopped($helper, DmSuite::file());
    my $old = DmSuite::answer('a') !~ / 200 /;
    DmSuite::put(line('read') =~ s/\}/,"revoked":true}/r, '>');
    kill 'CONT', $helper;
    DmSuite::wait_answer('a', 401);

    return $met && $old && DmSuite::logged('changed while it was read');
}


# The same while `nginx -t` reads one; what that says.
sub torn_at_start {
    my $nginx = $ENV{TEST_NGINX_BINARY} || 'nginx';
    my $root = main::server_root();
    my $file = "$DmSuite::Dir/other.jsonl";

    open my $conf, '<', "$root/conf/nginx.conf" or die "nginx.conf: $!";
    local $/;
    DmSuite::put(<$conf> =~ s/tokens.jsonl/other.jsonl/r, '>',
                 "$DmSuite::Dir/other.conf");
    DmSuite::put(long(), '>', $file);

    my $pid = fork // die "fork: $!";
    if ($pid == 0) {
        open STDERR, '>', "$DmSuite::Dir/said" or die "said: $!";
        exec $nginx, '-t', '-p', "$root/", '-c', "$DmSuite::Dir/other.conf";
        die "exec: $!";
    }
    my $met = stopped($pid, $file);
    DmSuite::put(line('read'), '>', $file);
    kill 'CONT', $pid;
    waitpid $pid, 0;

    open my $said, '<', "$DmSuite::Dir/said" or die "said: $!";

    return $met && <$said> =~ /\[emerg\] .*: it changed while it was read$/m;
}

master_on();
run_tests();

__DATA__

=== TEST 1: the table stays as it was, and takes the file once it is whole
--- init
DmSuite::wait_for('a file that changes while it is read', \&main::torn);
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 401
--- error_log
reason: revoked_token
--- no_error_log
[emerg]



=== TEST 2: nginx does not start with it
--- init
DmSuite::wait_for('a start with it', \&main::torn_at_start);
--- request
GET /2/dm_events
--- more_headers
Authorization: Bearer a
--- error_code: 403
