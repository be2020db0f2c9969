# Why: over HTTP/2 a request has other headers, a refusal other framing, and
# many requests share a connection; the decision is to be the same.

use lib 't/lib';
use File::Temp 'tempdir';
use Test::Nginx::Socket 'no_plan';
use DmSuite;

our $Socket = html_dir() . '/h2.sock';
our $Dir = tempdir(CLEANUP => 1);

system("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
       . " -subj /CN=localhost -keyout $Dir/key -out $Dir/cert 2>/dev/null");

# Status, size of the body and what the header names, of each URI.
sub curl {
    my $uris = join ' ', map { "-o $Dir/out 'https://localhost$_'" }
                         split ' ', pop;
    my $each = '%{http_version} %{http_code} %{size_download}\n';

    return scalar `curl -s -m 10 -k --http2 --path-as-is \\
                   --unix-socket $Socket -w '$each' @_ $uris`;
}

sub expect {
    my ($got, $expected) = @_;

    die "got $got" unless $got eq $expected;
}

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(http_config => ($block->http_config // '') . <<"CONF");
    server {
        listen unix:$Socket ssl http2;
        ssl_certificate $Dir/cert;
        ssl_certificate_key $Dir/key;
        dm_permission zone=t;
        location / { proxy_pass http://origin; }
    }
CONF
    $block->set_value(request => 'GET /');
});

# the requests are those of init, which is run once
repeat_each(1);

run_tests();

__DATA__

=== TEST 1: refused
--- init
main::expect(main::curl('-H "Authorization: Bearer t-rw"',
                        '/1.1/direct_messages.json'), "2 403 109\n");
--- error_log
reason: no_dm_access, action: read, app: "8840"
--- no_error_log
origin got GET /1.1



=== TEST 2: passed
--- init
main::expect(main::curl('-H "Authorization: Bearer t-dm"',
                        '/1.1/direct_messages.json'), "2 200 6\n");
--- error_log
origin got GET /1.1/direct_messages.json
--- no_error_log
direct messages refused



=== TEST 3: several on one connection, one decision each
--- init
main::expect(main::curl('-H "Authorization: Bearer t-rw"',
                        '/1.1/users/a /1.1/dm /1.1/users/b /2/dm_events'),
             "2 200 6\n2 403 109\n2 200 6\n2 403 109\n");
--- error_log
origin got GET /1.1/users/a
origin got GET /1.1/users/b
--- no_error_log
origin got GET /1.1/dm
origin got GET /2/dm_events



=== TEST 4: HEAD
--- init
main::expect(main::curl('-I -H "Authorization: Bearer t-rw"',
                        '/1.1/direct_messages.json'), "2 403 0\n");
--- no_error_log
origin got HEAD



=== TEST 5: a form is read for its token
--- init
main::expect(main::curl('-d access_token=t-rw -d id=1',
                        '/1.1/direct_messages/destroy.json'), "2 403 109\n");
main::expect(main::curl('-d access_token=t-dm -d id=1',
                        '/1.1/direct_messages/destroy.json'), "2 200 6\n");
--- error_log
origin got POST /1.1/direct_messages/destroy.json
reason: no_dm_access, action: delete



=== TEST 6: a body that nobody reads does no harm to what follows
--- init
main::expect(main::curl('-H "Authorization: Bearer t-rw" -H "Content-Type: x/y" -d 0123456789',
                        '/1.1/direct_messages/destroy.json /1.1/users/a'),
             "2 403 109\n2 200 6\n");
--- no_error_log
origin got POST /1.1/direct_messages
[alert]



=== TEST 7: no credential
--- init
main::expect(main::curl('', '/1.1/direct_messages.json'), "2 401 63\n");
--- error_log
reason: no_credentials



=== TEST 8: a disguised path
--- init
main::expect(main::curl('-H "Authorization: Bearer t-rw"',
                        '/1.1;x/direct_messages.json /1.1/%64m'),
             "2 403 109\n2 403 109\n");
--- no_error_log
origin got GET /1.1
