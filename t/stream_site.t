# Why: a site stream carries the messages of many users to one app. Each user's
# grant to that app decides, and it can end at any moment.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmStream;
use DmStatus;

our $Tokens = <<'JSONL';
{"app":"1"}
{"app":"2"}
{"token":"owner","app":"1","user":1,"access":"read"}
{"token":"alone","app":"1","access":"read"}
{"token":"a","app":"1","user":10,"access":"read-write-directmessages"}
{"token":"b","app":"1","user":11,"access":"read-write"}
{"token":"c","app":"2","user":11,"access":"read-write-directmessages"}
{"token":"d","app":"1","user":12,"access":"read-write-directmessages","revoked":true}
{"token":"e","app":"1","user":12,"access":"read"}
{"token":"f","app":"1","user":13,"access":"read-write-directmessages","expires":1}
{"token":"g","app":"1","user":14,"access":"read"}
{"token":"h","app":"1","user":14,"access":"read-write-directmessages"}
{"token":"i","app":"1","user":15,"access":"read-write-directmessages","issued_via":"xauth"}
{"token":"j","app":"1","user":"18446744073709551615","access":"read-write-directmessages"}
{"end":{"records":14}}
JSONL

sub direct {
    return qq({"for_user":$_[0],"message":{"direct_message":{"id":1}}}\r\n);
}

sub journal {
    my $n = DmStatus::value('journal.applied');

    DmSuite::put("$_[0]\n", '>>');
    DmStatus::wait_value('journal.applied', $n + 1);
}

sub passes {
    my ($what, $token, @messages) = @_;
    my $s = DmStream->open(token => $token);

    $s->put($_->[1]) for @messages;
    is($s->close, join('', map { $_->[0] ? $_->[1] : () } @messages), $what);
}

add_block_preprocessor(sub {
    my $block = shift;

    $block->set_value(tokens => $main::Tokens);
    $block->set_value(location =>
                      'dm_permission_stream site; proxy_buffering off;');
});

run_tests();

__DATA__

=== TEST 1: the grant of each user to the app
--- init
package main;
passes('of users', 'owner',
       [ 1, direct(10) ], [ 1, direct('"10"') ], [ 0, direct(11) ],
       [ 0, direct(12) ], [ 0, direct(13) ], [ 1, direct(14) ],
       [ 0, direct(15) ], [ 1, direct('18446744073709551615') ],
       [ 1, direct('"18446744073709551615"') ], [ 0, direct(1) ],
       [ 0, direct(99) ]);
passes('to an app-only token', 'alone', [ 1, direct(10) ], [ 0, direct(11) ]);
passes('of another app', 'c', [ 0, direct(10) ], [ 1, direct(11) ]);
--- no_error_log
[alert]
[error]



=== TEST 2: a message without a user is nobody's
--- init
package main;
passes('users', 'a', [ 0, "{\"direct_message\":{}}\r\n" ],
       [ 0, "{\"message\":{\"direct_message\":{}}}\r\n" ],
       [ 0, direct('null') ], [ 0, direct('-10') ], [ 0, direct('10.0') ],
       [ 0, direct('"010"') ], [ 0, direct('18446744073709551626') ],
       [ 0, direct('[10]') ], [ 0, direct('10,"for_user":10') ],
       [ 0, "{\"for_users\":[10],\"message\":{\"direct_message\":{}}}\r\n" ]);
--- no_error_log
[alert]
[error]



=== TEST 3: whatever is no direct message passes
--- init
package main;
passes('others', 'owner', map { [ 1, "$_\r\n" ] }
       '{"for_user":11,"message":{"text":"\"direct_message\":"}}',
       '{"for_user":11,"message":{"delete":{"status":{"id":1}}}}',
       '{"message":{"friends":[1,2]},"for_user":[]}',
       '{"control":{"control_uri":"/1.1/site/c/1"}}', '');
--- no_error_log
[alert]
[error]



=== TEST 4: notices that one is deleted, and disguises
--- init
package main;
passes('disguises', 'owner',
   map { my $json = $_; map { [ $_ == 10, $json =~ s/ID/$_/r . "\r\n" ] } 10, 11 }
       '{"for_user":ID,"message":{"delete":{"direct_message":{"id":1}}}}',
       '{"message":{"direct\u005fmessage":{}},"for_user":ID}',
       '{"m\u0065ssage" : {"a":[{}],"\u0064irect_message":1}, "for_us\u0065r":"ID"}');
--- no_error_log
[alert]
[error]



=== TEST 5: a grant that ends, or begins, in an open stream
--- init
package main;
my $s = DmStream->open(token => 'owner');
my $expect = '';
for my $step ([ '{"app":"1"}', 1, 0 ],
    [ '{"token":"a","app":"1","user":10,"access":"read"}', 0, 0 ],
    [ '{"token":"k","app":"1","user":10,"access":"read-write-directmessages"}', 1, 0 ],
    [ '{"token":"b","app":"1","user":11,"access":"read-write-directmessages"}', 1, 1 ],
    [ '{"token":"k","app":"1","user":10,"access":"read-write-directmessages","revoked":true}', 0, 1 ],
    [ '{"token":"k","app":"2","user":10,"access":"read-write-directmessages"}', 0, 1 ],
    [ '{"token":"b","app":"1","user":10,"access":"read-write-directmessages"}', 1, 0 ])
{
    journal($step->[0]);
    $s->put(direct(10) . direct(11) . "\r\n");
    $expect .= direct(10) x $step->[1] . direct(11) x $step->[2] . "\r\n";
    is(($s->get($expect))[0], $expect, $step->[0]);
}
journal('{"token":"owner","app":"1","user":1,"access":"read","revoked":true}');
is($s->end, $expect . $DmStream::End, 'the owner is out');
--- no_error_log
[alert]
[error]



=== TEST 6: what cannot be judged is withheld, whoever asks
--- stream
dm_permission_stream_message_max 64;
--- init
package main;
passes('undecidable', 'a', [ 0, "{\"for_user\":10,\"message\":{\"a\":1,\"a\":2}}\r\n" ],
       [ 0, "{\"for_user\":10\r\n" ], [ 0, '{"a":"' . 'x' x 99 . "\"}\r\n" ],
       [ 1, direct(10) ]);
--- no_error_log
[alert]
[error]
