# What the suites of the status page share: a location for it, and the page.

package DmStatus;

use strict;
use warnings;

use JSON::PP;


# The answer to a request for the page: its header and its body.
sub get {
    my ($args, $headers, $method) = @_;

    $args //= '';
    $headers = join '', map { "$_\r\n" } @{ $headers // [] };
    $method //= 'GET';

    return split /\r\n\r\n/,
                 DmSuite::ask("$method /status$args HTTP/1.0\r\n$headers\r\n"),
                 2;
}


sub page {
    my ($header, $body) = get(@_);

    return eval { JSON::PP->new->utf8->decode($body) };
}


# The zone t.
sub zone {
    my $page = page() // return {};

    return $page->{zones}{t};
}


# A path in a zone: "journal.applied".
sub at {
    my ($at, $path) = @_;

    $at = ref $at eq 'HASH' ? $at->{$_} : undef for split /\./, $path;

    return $at;
}


sub value {
    return at(zone(), shift);
}


sub wait_value {
    my ($path, $wanted) = @_;

    DmSuite::wait_for("$path is $wanted", sub {
        return (value($path) // '') eq $wanted;
    });
}


# The number of requests of an app.
sub app {
    my ($id, $zone) = @_;
    my ($app) = grep { $_->{app} eq $id } @{ ($zone // zone())->{app_requests} };

    return $app ? [@$app{qw( passed rejected would_reject )}] : undef;
}


sub import {
    main::add_block_preprocessor(sub {
        my $block = shift;

        $block->set_value(gate => ($block->gate // '')
                          . 'location = /status { dm_permission_status; }');
    });
}

1;
