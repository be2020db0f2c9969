# What the suites around the moment of enforcement share. A block has
#
#   dm_permission_enforce_from 2999-01-01T00:00:00Z;
#
# in its configuration, and its init sets the moment by a reload once nginx
# runs: soon enough, and where that was too soon for this machine, later.

package DmMoment;

use strict;
use warnings;

use IO::Select;
use POSIX 'strftime';
use Time::HiRes qw( sleep time );

our $Moment;


# Does what has to be done before the moment, with a moment that is still ahead
# when it is done. It returns what has to be closed if that was too late.
sub before {
    my $do = shift;

    for my $seconds (2, 4, 8, 16, 32) {
        $Moment = int(time + $seconds + 1);

        my $time = strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $Moment);

        DmSuite::reloaded(sub {
            s/(enforce_from) \S+;/$1 $time;/ or die 'no moment';
        });

        my @open = $do->();

        return @open if time < $Moment;
        $_->close for @open;
    }

    die 'nginx is not faster than half a minute';
}


sub passed {
    return time >= $Moment;
}


# nginx takes the time whenever something happens: what happens from then on is
# enforced.
sub wait_moment {
    sleep 0.01 until passed();
}


# The status of an answer on a connection that stays, its body and the times
# before and after it.
sub ask {
    my ($s, $text) = @_;
    my $before = time;
    my $got = '';

    syswrite $s, $text or die "request: $!";

    until ($got =~ /^content-length: (\d+).*?\r\n\r\n(.*)/ims
           && length $2 >= $1)
    {
        IO::Select->new($s)->can_read(10) or die "no answer: $got";
        sysread $s, $got, 4096, length $got or die "closed: $got";
    }

    return ($before, time, $got =~ m{^HTTP/1.1 (\d+)});
}


# Asks on one connection until five have been answered that were asked from the
# moment on: those that were answered before it, those, and the order.
sub around {
    my $text = shift;
    my (@early, @late, @order, $s);

    before(sub {
        $s = DmSuite::client() // die "client: $!";
        @early = @order = ((ask($s, $text))[2]);

        return ();
    });

    while (@late < 5) {
        my ($from, $until, $status) = ask($s, $text);

        push @early, $status if $until < $Moment;
        push @late, $status if $from >= $Moment;
        push @order, $status unless $order[-1] eq $status;
        sleep 0.01;
    }

    return (\@early, \@late, \@order);
}


# The same, tested; returns how many were refused in the dry run, and not.
sub changes {
    my ($refused, $text) = @_;
    my ($early, $late, $order) = around($text);

    main::is(join(' ', keys %{ { map { $_ => 1 } @$early } }), 200,
             'before the moment it passes');
    main::is(join(' ', keys %{ { map { $_ => 1 } @$late } }), $refused,
             'from the moment on it does not');
    main::is("@$order", "200 $refused", 'it changes once');
}


sub import {
    main::repeat_each(1);
    main::master_on();
    main::add_block_preprocessor(sub {
        my $block = shift;

        # before 1.19.10 a connection was closed after a hundred
        $block->set_value(http_config => ($block->http_config // '')
                          . 'keepalive_requests 100000;');
    });
}

1;
