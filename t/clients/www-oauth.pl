# WWW::OAuth with the HTTP client of Perl itself.  argv[0]: the gate of the
# demo.

use strict;
use warnings;

use HTTP::Tiny;
use Test::More;
use WWW::OAuth;

my $gate = shift;

my %expected = (
    '101-read'            => [403, 403, 403],
    '102-read-write'      => [403, 200, 403],
    '103-direct-messages' => [200, 200, 200],
);

my @requests = (
    ['GET', '/1.1/direct_messages.json?count=2'],
    ['POST', '/1.1/direct_messages/new.json'],
    ['POST', '/1.1/direct_messages/destroy.json'],
);

for my $token (sort keys %expected) {
    my $oauth = WWW::OAuth->new(client_id => 'example-key',
                                client_secret => 's', token => $token,
                                token_secret => 'x');

    for my $i (0 .. $#requests) {
        my ($method, $path) = @{ $requests[$i] };
        my $header = $oauth->authorization_header({
            method => $method, url => $gate . $path,
        });
        my $answer = HTTP::Tiny->new->request($method, $gate . $path, {
            headers => { Authorization => $header },
        });

        is($answer->{status}, $expected{$token}[$i],
           "WWW::OAuth, $token: $method $path");
    }
}

done_testing();
