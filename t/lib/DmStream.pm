# An origin of streams and a client, both in hand of the test: what the origin
# writes is one piece, since the next one is not written before nginx has
# taken it. A block's init drives them; a block may say:
#
#   stream    directives beside "dm_permission_stream user;" in the location
#   location  instead of all that is in it, but for proxy_pass
#   origin    where that leads, instead of straight to the test

package DmStream;

use strict;
use warnings;

use File::Temp qw( tempdir );
use IO::Select;
use IO::Socket::UNIX;
use Time::HiRes qw( sleep time );

use constant TIOCOUTQ => 0x5411;      # bytes that the peer has not taken

our $Dir = tempdir(CLEANUP => 1);
our $Socket = "$Dir/origin.sock";
our $Listen = IO::Socket::UNIX->new(Local => $Socket, Listen => 100)
    or die "origin: $!";
our $Head = "HTTP/1.1 200 OK\r\n\r\n";
our $End = '{"disconnect":{"code":6,"stream_name":"",'
           . "\"reason\":\"token revoked\"}}\r\n";

chmod 0755, $Dir;
chmod 0777, $Socket;


sub prepare {
    my $block = shift;
    my $location = $block->location // 'dm_permission_stream user;';

    $block->set_value(config => "dm_permission zone=t;\n"
                                . ($block->gate // '') . <<"CONF")
    location / {
        $location
        @{[$block->stream // '']}
        proxy_pass @{[$block->origin // "http://unix:$Socket:"]};
    }

    location = /ok { dm_permission off; dm_permission_stream off;
                     return 200 "ok"; }
CONF
        unless defined $block->config;

    unless (defined $block->request || defined $block->must_die) {
        $block->set_value(request => 'GET /ok');
        $block->set_value(response_body => 'ok');
    }
}


# A client of its own, or the command of one that writes what it gets.
sub connect {
    my ($class, %arg) = @_;
    my $self = bless { got => '' }, $class;

    $arg{token} //= 't-rw';
    $arg{uri} //= '/stream';
    $arg{method} //= 'GET';
    $arg{version} //= '1.1';
    $arg{header} //= '';
    $arg{body} //= '';

    if ($arg{command}) {
        open $self->{client}, '-|', $arg{command} or die "client: $!";
        $self->{raw} = 1;

    } else {
        $self->{client} = DmSuite::client() // die "client: $!";

        $arg{header} .= 'Content-Length: ' . length($arg{body}) . "\r\n"
            if length $arg{body};

        $self->{client}->syswrite("$arg{method} $arg{uri} HTTP/$arg{version}\r\n"
            . "Host: localhost\r\nAuthorization: Bearer $arg{token}\r\n"
            . "$arg{header}\r\n$arg{body}");
    }

    return $self;
}


# The request as the origin gets it.
sub accept {
    my $self = shift;
    my $text = '';

    IO::Select->new($Listen)->can_read(10) or die 'nobody asks the origin';
    $self->{origin} = $Listen->accept or die "origin: $!";

    until ($text =~ /\r\n\r\n/) {
        sysread $self->{origin}, $text, 1, length $text or die 'no request';
    }

    while ($text =~ /^content-length: (\d+).*?\r\n\r\n(.*)/ims
           && length $2 < $1)
    {
        sysread $self->{origin}, $text, 4096, length $text or die 'no body';
    }

    $self->{asked} = $text;

    return $self;
}


# Open, with the head of the response.
sub open {
    my ($class, %arg) = @_;
    my $self = $class->connect(%arg)->accept;

    $self->put($arg{head} // $Head);

    return $self;
}


sub taken {
    my $self = shift;

    ioctl $self->{origin}, TIOCOUTQ, my $left = pack 'i', 0
        or die "ioctl: $!";

    return unpack('i', $left) == 0;
}


# Writes one piece; what nginx does not want any more is no error.
sub put {
    my ($self, $piece) = @_;
    my $until = time + 20;
    my $n = 0;

    local $SIG{PIPE} = 'IGNORE';

    $n += syswrite($self->{origin}, $piece, length($piece) - $n, $n)
          // return $self
        while $n < length $piece;

    until ($self->taken) {
        die 'nginx does not read' if time > $until;
        sleep 0.0002;
    }

    return $self;
}


# Reads some; 0 at the end of the connection.
sub read {
    my ($self, $seconds) = @_;

    return -1 unless IO::Select->new($self->{client})->can_read($seconds);
    return sysread($self->{client}, $self->{got}, 1 << 18,
                   length $self->{got}) // 0;
}


sub head {
    my $self = shift;

    until ($self->{got} =~ /\r\n\r\n/) {
        $self->read(10) > 0 or die "no head: $self->{got}";
    }

    return $self->{got} =~ s/\r\n\r\n.*//sr;
}


# The body so far, and whether it has ended.
sub body {
    my $self = shift;
    my ($head, $in) = split /\r\n\r\n/, $self->{got}, 2;
    my ($out, $at) = ('', 0);

    return ($self->{got}, 0) if $self->{raw};
    return ('', 0) unless defined $in;
    return ($in, 0) unless $head =~ /^transfer-encoding: chunked/mi;

    while (substr($in, $at, 20) =~ /^([0-9a-f]+)\r\n/i) {
        my ($n, $from) = (hex $1, $at + length($1) + 2);

        return ($out, 1) if $n == 0;
        $out .= substr $in, $from, $n;
        $at = $from + $n + 2;
        last if $at > length $in;
    }

    return ($out, 0);
}


# Waits until the body is this one.
sub get {
    my ($self, $expect) = @_;
    my $until = time + 10;

    while (($self->body)[0] ne $expect && time < $until) {
        last if $self->read(1) == 0;
    }

    return $self->body;
}


# The whole body, which ends as the origin's does, or by itself.
sub end {
    my $self = shift;
    my $until = time + 20;

    while (!($self->body)[1] && time < $until) {
        last if $self->read(1) == 0;
    }

    return ($self->body)[0];
}


sub close {
    my $self = shift;

    CORE::close $self->{origin};

    return $self->end;
}


# For select().
sub bit {
    my $bits = '';

    vec($bits, fileno shift, 1) = 1;

    return $bits;
}


sub import {
    main::repeat_each(1);
    main::add_block_preprocessor(\&prepare);
}

1;
