# What the suites of the ledger share: the file, its lines and records, and a
# second opinion on whether they are chains.  A block may say:
#
#   key    of the ledger, to be written to its file
#   as     what becomes of that file: a key of the suite's %Key
#   link   where the name of the ledger leads
#   fill   how many lines of no record it begins with

package DmLedger;

use strict;
use warnings;

use Digest::SHA qw( hmac_sha256_hex sha256_hex );
use File::Path qw( remove_tree );
use File::Temp qw( tempdir );
use JSON::PP;

our $Dir = tempdir(CLEANUP => 1);
our $File = "$Dir/ledger";
our $Key = "$Dir/key";

# the workers may be somebody else's
chmod 0755, $Dir;


sub lines {
    open my $fh, '<', $_[0] // $File or return;

    return map { chomp; $_ } <$fh>;
}


# Of these kinds, or all.
sub records {
    my %kind = map { $_ => 1 } @_;

    return grep { !@_ || $kind{$_->{kind}} } map { decode_json($_) } lines();
}


# A line of the ledger without what differs from run to run.
sub plain {
    return shift =~ s/"(chain|time|request|prev|mac)":"[^"]*"/"$1":"-"/gr;
}


# The lines that tell of requests, those that open and close a chain cut out.
sub told {
    return map { plain($_) } grep { !/"kind":"(?:open|close)"/ } lines();
}


# What keeps the lines from being whole chains, each open from its first line
# and closed at its last; an empty list where nothing does.
sub broken {
    my ($key, @lines) = @_;
    my (%chain, @found);

    for (@lines) {
        my $r = eval { decode_json($_) };
        my ($text, $mac) = /\A(.*),"mac":"([0-9a-f]{64})"\}\z/;

        if (!$r || !$mac) {
            push @found, "no record: $_";
            next;
        }

        my $c = $chain{$r->{chain}} //= { seq => 0 };

        push @found, "mac: $_" if $mac ne (length $key
            ? hmac_sha256_hex($text, $key) : sha256_hex($text));
        push @found, "seq: $_" if $r->{seq} != ++$c->{seq};
        push @found, "open: $_" if ($r->{kind} eq 'open') != ($c->{seq} == 1);
        push @found, "prev: $_" if $c->{mac} && $r->{prev} ne $c->{mac};
        push @found, "closed: $_" if $c->{closed};

        $c->{mac} = $mac;
        $c->{closed} = $r->{kind} eq 'close';
    }

    return @found, map { "not closed: $_" }
                   grep { !$chain{$_}{closed} } sort keys %chain;
}


sub stop {
    my $pid = DmSuite::pid();

    kill 'QUIT', $pid;
    DmSuite::wait_for('nginx gone', sub {
        !-e main::server_root() . '/logs/nginx.pid';
    });

    # before 1.19.1 nginx leaves these, and cannot listen on them again
    unlink glob main::html_dir() . '/*.sock';
}


sub import {
    main::add_block_preprocessor(sub {
        my $block = shift;

        remove_tree($Dir, { keep_root => 1 });
        DmSuite::put($block->key =~ s/\n\z//r, '>', $Key)
            if defined $block->key;
        chmod 0600, $Key;
        $main::Key{$block->as =~ s/\n\z//r}->($Key) if defined $block->as;

        symlink $block->link, $File or die "link: $!" if defined $block->link;
        DmSuite::put('#' x 99 . "\n", '>>', $File) for 1 .. $block->fill // 0;
    });
}

1;
