# What nginx meets of a system in a suite: functions that take the place of the
# system's own.
#
#   use lib 't/lib';
#   use DmPreload name => $source;      # a name for each suite
#   use Test::Nginx::Socket 'no_plan';  # keeps what it found at its beginning

package DmPreload;

use strict;
use warnings;


sub import {
    my (undef, $name, $source) = @_;
    my $dir = $ENV{BUILD} // 'build';
    my $library = "$dir/$name.so";

    mkdir $dir;

    open my $cc, '|-', "cc -shared -fPIC -D_GNU_SOURCE -x c -o $library -"
        or die "cc: $!";
    print $cc $source;
    close $cc or die 'no library';

    $ENV{LD_PRELOAD} = $library;
}

1;
