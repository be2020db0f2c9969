# Why: a body comes in pieces, and no decision may be made on a part of it; of
# one that is too long the end is not waited for.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmDelivery;

our $Events = '{"for_user_id":"3","direct_message_events":[{"id":"1","text":"';
our $Line = 'hook got POST /hook a.example  ';

# A delivery of so many bytes in all.
sub body {
    my $size = shift;

    return $Events . 'x' x ($size - length($Events) - 4) . '"}]}';
}

# As the webhook's log has it.
sub logged {
    return $Line . (shift =~ s/"/\\"/gr) . "\n";
}

sub chunks {
    return join '', map { sprintf "%x\r\n%s\r\n", length, $_ } @_, '';
}

sub head {
    return "POST /h HTTP/1.1\r\nHost: localhost\r\nX-App: 8840\r\n"
           . join '', map { "$_\r\n" } @_, '';
}

# The same, part by part.
sub parts {
    return map { sprintf "%x\r\n%s\r\n", length, $_ } shift =~ /(.{1,9999})/gs;
}

# Sends the parts one by one; the pauses make it likely, no more, that nginx
# has read one before the next.  Returns the answer.
sub slowly {
    my $s = DmSuite::client() // die "connect: $!";

    local $SIG{PIPE} = 'IGNORE';

    for (@_) {
        print $s $_;
        $s->flush;
        select undef, undef, undef, 0.003;
    }

    local $/;
    return scalar(<$s>) // '';
}

sub expect {
    my ($got, $expected) = @_;

    die "got $got" unless $got =~ $expected;
}

# what is tested is in init, which is run once
repeat_each(1);

add_block_preprocessor(sub {
    my $block = shift;

    DmDelivery::at($block);
    $block->set_value(request => 'GET /h');
    $block->set_value(more_headers => 'X-App: 8840');
});

run_tests();

__DATA__

=== TEST 1: in pieces
--- init
my $body = main::body(100_000);
main::expect(main::slowly(main::head('Connection: close',
                                     'Content-Length: 100000'),
                          $body =~ /(.{1,9999})/g), qr/ 200 /);
--- error_log eval: main::logged(main::body(100_000))



=== TEST 2: byte by byte
--- init
main::expect(main::slowly(split //, main::head('Connection: close',
                                               'Content-Length: 80')
                                    . main::body(80)), qr/ 200 /);
--- error_log eval: main::logged(main::body(80))



=== TEST 3: in chunks, byte by byte
--- init
main::expect(main::slowly(split //, main::head('Connection: close',
                                               'Transfer-Encoding: chunked')
                                    . main::chunks(main::body(70) =~ /(.{1,20})/g)),
             qr/ 200 /);
--- error_log eval: main::logged(main::body(70))



=== TEST 4: in chunks, in pieces, and a length at the end
--- http_config eval
DmDelivery::echo('$content_length|$http_transfer_encoding|')
--- to: http://echo
--- init
main::expect(main::slowly(main::head('Connection: close',
                                     'Transfer-Encoding: chunked'),
                          main::parts(main::body(100_000)), "0\r\n\r\n"),
             qr/\r\n\r\n.*100000\|\|/s);



=== TEST 5: without buffering
--- more_config
proxy_request_buffering off;
proxy_http_version 1.1;
--- init
main::expect(main::slowly(main::head('Connection: close',
                                     'Content-Length: 100000'),
                          main::body(100_000) =~ /(.{1,9999})/g), qr/ 200 /);
main::expect(main::slowly(main::head('Connection: close',
                                     'Transfer-Encoding: chunked'),
                          main::parts(main::body(90_000)), "0\r\n\r\n"),
             qr/ 200 /);
--- error_log eval
[map { main::logged(main::body($_)) =~ s/1\.0/1.1/r =~ s/\n//r } 100_000, 90_000]



=== TEST 6: of what is refused nothing leaves without buffering, either
--- more_config
proxy_request_buffering off;
proxy_http_version 1.1;
--- init
main::expect(main::slowly(main::head('Connection: close',
                                     'Transfer-Encoding: chunked'),
                          main::parts(main::body(100_000) =~ s/"3"/"2"/r),
                          "0\r\n\r\n"), qr/ 403 /);
--- error_log
reason: no_dm_access
--- no_error_log
hook got POST



=== TEST 7: nor while a part of it is missing
--- more_config
proxy_request_buffering off;
client_body_timeout 50ms;
--- init
main::expect(main::slowly(main::head('Content-Length: 80'),
                          substr main::body(80), 0, 79), qr/^(?!.* 200 )/s);
main::expect(main::slowly(main::head('Transfer-Encoding: chunked'),
                          main::parts(main::body(80))), qr/^(?!.* 200 )/s);
--- no_error_log
hook got POST



=== TEST 8: as long as it may be, in chunks
--- more_config
dm_permission_delivery_body_max 50000;
--- init
main::expect(main::slowly(main::head('Connection: close',
                                     'Transfer-Encoding: chunked'),
                          main::parts(main::body(50_000)), "0\r\n\r\n"),
             qr/ 200 /);
--- error_log eval: main::logged(main::body(50_000))



=== TEST 9: a byte longer is refused before the end of it comes
--- more_config
dm_permission_delivery_body_max 50000;
--- init
main::expect(main::slowly(main::head('Transfer-Encoding: chunked'),
                          main::parts(main::body(50_001))),
             qr{^HTTP/1.1 400 .*\r\nConnection: close\r\n.*"code":214}s);
--- error_log
delivery refused, reason: bad_delivery
--- no_error_log
hook got POST



=== TEST 10: with a length that says so, before any of it comes
--- more_config
dm_permission_delivery_body_max 1000;
--- init
main::expect(main::slowly(main::head('Connection: close',
                                     'Content-Length: 1001')), qr/ 400 /);
--- error_log
delivery refused, reason: bad_delivery
--- no_error_log
hook got POST



=== TEST 11: a connection goes on after a delivery in chunks
--- init
my $text = main::slowly(main::head('Transfer-Encoding: chunked'),
                        main::parts(main::body(30_000)), "0\r\n\r\n"
                        . main::head('Connection: close', 'Content-Length: 80')
                        . main::body(80));
main::expect($text, qr{HTTP/1.1 200 .*HTTP/1.1 200 }s);
--- error_log eval
[main::logged(main::body(30_000)), main::logged(main::body(80))]



=== TEST 12: and after one that is refused
--- init
my $text = main::slowly(main::head('Content-Length: 4'), '{"a', '"'
                        . main::head('Connection: close', 'Content-Length: 80')
                        . main::body(80));
main::expect($text, qr{HTTP/1.1 400 .*HTTP/1.1 200 }s);
--- error_log eval: main::logged(main::body(80))



=== TEST 13: the sender is told to go on
--- init
my $text = main::slowly(main::head('Connection: close', 'Expect: 100-continue',
                                   'Content-Length: 80'), main::body(80));
main::expect($text, qr{^HTTP/1.1 100 .*HTTP/1.1 200 }s);
--- error_log eval: main::logged(main::body(80))



=== TEST 14: a webhook that fails, and the next, which gets the same body
--- http_config eval
my $dir = main::html_dir();
"upstream two { server unix:$dir/none.sock; server unix:$dir/hook.sock backup; }"
--- to: http://two/hook
--- init
main::expect(main::slowly(main::head('Connection: close',
                                     'Content-Length: 100000'),
                          main::body(100_000) =~ /(.{1,9999})/g), qr/ 200 /);
--- error_log eval: main::logged(main::body(100_000)) =~ s/a\.example/two/r
