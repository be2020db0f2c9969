# Why: an option that the shell does not complete is one that nobody finds,
# and the manual and the completion have to know what the command knows.

use strict;
use warnings;

use Cwd qw( getcwd );
use File::Temp qw( tempdir );
use Test::More;

my $build = $ENV{BUILD} // 'build';
my $top = getcwd();
my $completion = "$top/ngx_dm_permission_module/cli/dm-permission.bash";
my $manual = "$top/docs/dm-permission.8";
my $dir = tempdir(CLEANUP => 1);

$build = "$top/$build" if $build !~ m{^/};

for my $name (qw( tokens.jsonl token.key )) {
    open my $out, '>', "$dir/$name" or die "$name: $!";
}


# What the shell would offer for the last of the words.
sub complete {
    my @words = ('dm-permission', @_);
    my $line = join ' ', map { quotemeta } @words;
    my $script = <<'BASH';
        . /usr/share/bash-completion/bash_completion
        . "$1"; shift
        cd "$1"; shift
        COMP_WORDS=( "$@" ); COMP_CWORD=$(( $# - 1 ))
        COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9; COMP_KEY=9
        $(complete -p dm-permission | sed 's/.*-F \([^ ]*\).*/\1/')
        printf '%s\n' "${COMPREPLY[@]}"
BASH

    open my $from, '-|', 'bash', '--norc', '-c', $script, 'bash', $completion,
                         $dir, @words
        or die "bash: $!";
    chomp(my @offered = <$from>);

    return join ' ', sort grep { length } @offered;
}


sub offers {
    my ($want, @words) = @_;

    is complete(@words), join(' ', sort split ' ', $want),
       join ' ', map { length ? $_ : "''" } @words;
}


sub text {
    my ($name) = @_;

    open my $in, '<', $name or die "$name: $!";
    local $/;

    return <$in>;
}


offers('check compile explain ledger --help --version', '');
offers('check compile', 'c');
offers('--version', '--v');
offers('', 'nothing', '');

for my $command (qw( check compile )) {
    offers('--help', $command, '-');
    offers('tokens.jsonl token.key', $command, 't');
}

my $common = '--key --json --help';
my $period = '--since --until --list';

offers('verify who affected --help', 'ledger', '');
offers($common, 'ledger', 'verify', '--');
offers("--user $period $common", 'ledger', 'who', '--');
offers("--app $period $common", 'ledger', 'affected', '--');
offers('token.key', 'ledger', 'verify', '--key', 'token.');
offers('tokens.jsonl token.key', 'ledger', 'who', '');
offers('', 'ledger', 'who', '--user', '');
offers('', 'ledger', 'who', '--since', '');
offers('', 'ledger', 'who', '--until', '');
offers('', 'ledger', 'affected', '--app', '');

my %values = (
    '--method' => 'GET HEAD POST PUT DELETE PATCH OPTIONS',
    '--action' => 'read delete send none auto',
    '--send' => 'read-write read-write-directmessages',
    '--routes' => 'twitter_1 twitter_1.1 twitter_2 none',
    '--credentials' => 'header query body',
    '--unknown-token' => 'deny pass',
    '--stream' => 'user site off',
    '--dry-run' => 'on off',
    '--merge-slashes' => 'on off',
    '--batch' => 'tokens.jsonl token.key',
    '--body' => 'tokens.jsonl token.key',
    map { $_ => '' } qw( --target --form --header --route --at
                         --enforce-from ),
);

offers(join(' ', '--json --help', keys %values), 'explain', '-');
offers('tokens.jsonl token.key', 'explain', '--json', '');
offers('@token.key @tokens.jsonl', 'explain', '--header', '@t');

for my $option (sort keys %values) {
    offers($values{$option}, 'explain', $option, '');
}

# The command knows what is offered, and what is written of.

my $help = `$build/dm-permission explain --help`;
my %known = map { $_ => 1 } $help =~ /(--[a-z-]+)/g;

is join(' ', sort grep { $_ ne '--help' } keys %known),
   join(' ', sort '--json', keys %values), 'options of explain --help';

for my $option ('--json', sort keys %values) {
    my $name = substr $option, 1;

    like text($manual), qr/^\.It Fl \Q$name\E/m, "the manual has $option";
}

# Each option that is offered the command takes, be the value what it may.

for my $option (sort keys %values) {
    my $told = `$build/dm-permission explain $option x 2>&1 </dev/null`;

    unlike $told, qr/unrecognized|requires/, "the command has $option";
}

my $ledger = `$build/dm-permission ledger who --help`;

for my $option (qw( --key --since --until --list --json )) {
    my $name = substr $option, 1;

    like $ledger, qr/^  \Q$option\E /m, "ledger --help has $option";
    like text($manual), qr/^\.It Fl (?:-since Ar time , Fl )?\Q$name\E/m,
         "the manual has $option";
}

is `mandoc -T lint $manual`, '', 'the manual is well-formed';

done_testing();
