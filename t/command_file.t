# Why: the command reads a file twice, as nginx does: of a pipe the second
# reading would find nothing, and call an empty table good.

use strict;
use warnings;

use File::Temp qw( tempdir );
use POSIX qw( mkfifo );
use Test::More;

our $Dir = tempdir(CLEANUP => 1);
our $Command = ($ENV{BUILD} || 'build') . '/dm-permission';
our $Token = '{"token":"t","app":"1","user":1,"access":"read"}';

# Exit status, and both outputs together.
sub run {
    my $out = qx{timeout 20 $_[0] 2>&1};

    return ($? >> 8, $out);
}

sub refused {
    my ($command, $error, $name) = @_;
    my ($status, $out) = run($command);

    is($status, 1, "$name: refused");
    like($out, qr/^dm-permission: .*: $error$/m, "$name: $error");
    unlike($out, qr/tokens:/, "$name: nothing is counted");
}

open my $fh, '>', "$Dir/f" or die $!;
print $fh "$Token\n";
close $fh;
mkfifo("$Dir/fifo", 0600) or die $!;

our $Irregular = 'not a regular file: it is read twice';

for my $what (qw( check compile )) {
    my $command = "$Command $what";

    refused("cat $Dir/f | $command /dev/stdin", $Irregular, "$what a pipe");
    refused("$command $Dir/fifo", $Irregular, "$what a FIFO");
    refused("$command $Dir", $Irregular, "$what a directory");
    refused("$command /dev/null", $Irregular, "$what a device");
    refused("$command $Dir/none", 'No such file or directory',
            "$what what is not there");
}

my ($status, $out) = run("$Command check /dev/stdin < $Dir/f");

is($status, 0, 'a file as standard input');
like($out, qr/^tokens: +1$/m, 'is read');

done_testing();
