# What `dm-permission ledger` says of a ledger, without what differs from run
# to run: chains are letters in the order in which they were opened, times T.

package DmVerify;

use strict;
use warnings;

use Digest::SHA qw( hmac_sha256_hex sha256_hex );
use JSON::PP;

our $Old = "$DmLedger::Dir/old";
our $Command = ($ENV{BUILD} // 'build') . '/dm-permission ledger';
our (%Chain, %Letter);


sub opened {
    my $n = shift;

    DmSuite::wait_for("$n chains", sub { $n <= DmLedger::records('open') });
}


sub nginx {
    system($ENV{TEST_NGINX_BINARY} || 'nginx', '-p',
           main::server_root() . '/', '-c', 'conf/nginx.conf');
    DmSuite::wait_answer('t-dm', 200);
}


# As logrotate does; each worker has opened the new file when it is done.
sub rotate {
    my $pid = DmSuite::pid();

    rename $DmLedger::File, $Old or die "rename: $!";
    kill 'USR1', $pid;
    DmSuite::wait_for('reopened', sub {
        -e $DmLedger::File && !grep {
            my $child = $_;
            grep { (readlink($_) // '') eq $Old } glob "/proc/$child/fd/*";
        } DmSuite::children($pid);
    });
}


# Which chains there are: the order of their lines is not always the one in
# which they follow each other.
sub learn {
    my %behind = map { $_->{prev} // '' => $_->{chain} }
                 grep { $_->{kind} eq 'open' } map { decode_json($_) } @_;
    my ($letter, $chain) = ('A', '');

    %Chain = %Letter = ();

    while (defined($chain = $behind{$chain})) {
        $Letter{$chain} = $letter;
        $Chain{$letter++} = $chain;
    }
}


# A line's chain and number.
sub place {
    my $r = decode_json(shift);

    return $Letter{$r->{chain}}, $r->{seq};
}


# A line of the longest chain, its third: where it is, its number, its chain.
sub middle {
    my (%n, @at);

    $n{(place($_))[0]}++ for @_;
    my ($name) = sort { $n{$b} <=> $n{$a} || $a cmp $b } keys %n;
    @at = grep { join(' ', place($_[$_])) eq "$name 3" } 0 .. $#_;

    return $at[0], 3, $name;
}


# The chains of these lines, with macs that are right.
sub remade {
    my ($key, @lines) = @_;
    my %mac;

    for (@lines) {
        my ($chain) = /"chain":"([^"]+)"/;

        s/,"mac":"[0-9a-f]{64}"\}\z//;
        s/"prev":"[0-9a-f]{64}"\z/"prev":"$mac{$chain}"/ if $mac{$chain};
        $mac{$chain} = length $key ? hmac_sha256_hex($_, $key) : sha256_hex($_);
        $_ .= ",\"mac\":\"$mac{$chain}\"}";
    }

    return @lines;
}


sub run {
    my @out = split /\n/, `$Command @_ 2>&1`;

    return $? >> 8, @out;
}


sub rc {
    my ($question, @files) = @_;

    return (run($question, "--key $DmLedger::Key", @files))[0];
}


# What is said of files with these texts: without the counts, but for the last.
sub said {
    my ($key, @texts) = @_;
    my @names = map { "$DmLedger::Dir/f$_" } 0 .. $#texts;

    DmSuite::put($texts[$_], '>', $names[$_]) for 0 .. $#texts;
    my ($rc, @out) = run('verify', $key, @names);

    for my $line (@out) {
        $line =~ s/\Q$DmLedger::Dir\E\///g;
        $line =~ s/\d{4}-\d\d-\d\dT[\d:.]+Z/T/g;
        $line =~ s/\Q$_\E/$Letter{$_}/g for keys %Letter;
        $line =~ s/^intact:.*/intact/;

        # since when, and which one comes first, differs
        $line =~ s/^(chain . is missing), of which chain [A-D] tells,.*/$1/;
    }

    return [$rc, grep { !/^\d+ lines, / } @out];
}


sub says_text { said("--key $DmLedger::Key", @_) }

sub says { says_text(map { join '', map { "$_\n" } @$_ } @_) }


# The same, with a key of this text or with none.
sub says_key {
    my ($key, @files) = @_;
    my $name = "$DmLedger::Dir/another";

    DmSuite::put($key // '', '>', $name);
    chmod 0600, $name;

    return said(defined $key ? "--key $name" : '',
                map { join '', map { "$_\n" } @$_ } @files);
}


# A question's answer, with the key or with these: its rows without their times,
# and whether it is all.
sub asks {
    my ($question, @keys) = @_;
    my ($rc, @out) = run($question, (map { "--key $_" } @keys ? @keys : $DmLedger::Key),
                         $DmLedger::File);

    return [$rc, map { s/\s+/ /gr =~ s/ \d{4}-.*//r }
                 map { s/^(complete|not complete):.*/$1/r }
                 grep { /^(?:\d+ |none|complete|not complete)/ } @out];
}


sub json {
    my (undef, @out) = run(shift, "--json --key $DmLedger::Key $DmLedger::File");

    return JSON::PP->new->utf8->decode(join '', @out);
}

1;
