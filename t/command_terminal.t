# Why: what is in a file was written by others, and a terminal obeys some of its
# bytes. The command sends it none of those, and its progress to nothing else.

use strict;
use warnings;

use Digest::SHA qw( sha256_hex );
use File::Temp qw( tempdir );
use Test::More;

my $dir = tempdir(CLEANUP => 1);
my $command = ($ENV{BUILD} || 'build') . '/dm-permission';

# a sequence, one of the eight-bit controls as UTF-8, and without, DEL
my $evil = "\e[2J\xc2\x9b2J\x9b2J\x7f";
my $token = '{"token":"t","app":"1","user":1,"access":"read"}';

sub put {
    my ($name, @lines) = @_;

    open my $out, '>', "$dir/$name" or die "$name: $!";
    print $out map { "$_\n" } @lines;
    close $out or die "$name: $!";

    return "$dir/$name";
}


# What a terminal is sent, and the exit status.
sub shown {
    my $shell = shift;

    open my $from, '-|', 'script', '-qec', $shell, '/dev/null'
        or die "script: $!";
    local $/;
    my $text = <$from> // '';
    close $from;

    return ($text, $? >> 8);
}


sub harmless {
    my ($name, $like, $shell) = @_;
    my ($text) = shown("$command $shell");

    like($text, $like, "$name is told of");
    # but DEL, which JSON does not escape and a terminal ignores
    unlike($text, qr/[\0-\x08\x0b\x0c\x0e-\x1f]|\xc2[\x80-\x9f]|\x9b/,
           "$name is sent nothing that a terminal obeys");
}


# A ledger without a key: a chain, and what an app received.
sub ledger {
    my $app = shift;
    my $chain = '0000002a-0-1-1-1309392000000';
    my $mac;

    return map {
        my $line = qq({"v":1,"chain":"$chain","seq":$_->[0],)
                   . qq("time":"2011-06-30T00:00:0$_->[0].000Z",$_->[1])
                   . ($mac ? qq(,"prev":"$mac") : '');

        $mac = sha256_hex($line);
        qq($line,"mac":"$mac"});
    } [1, '"kind":"open"'],
      [2, '"kind":"stream","action":"read","decision":"delivered",'
          . qq("reason":"passed","app":"$app","user":"3",)
          . qq("request":"$app","message":"$app")],
      [3, '"kind":"close"'];
}


open STDIN, '<', '/dev/null';

for my $line (qq({"$evil":1}), qq({"token":"$evil","app":"1"}),
              qq({"table":{"revision":"$evil"}}), qq({"app":"\\u009b2J"}), $evil)
{
    my $name = put('bad.jsonl', $line);
    my $said = $line =~ s/([^ -~])/sprintf '\\x%02x', ord $1/ger;

    harmless("check $said", qr/refused/, "check $name");
    harmless("compile $said", qr/refused/, "compile $name >/dev/null");
    harmless("a journal with $said", qr/skipped: +1/,
             'check ' . put('journal.jsonl', $token, '{"end":{"records":1}}',
                            $line));
}

my $good = put('good.jsonl', $token);

put('target', "/2/dm_events/$evil");
put('header', "Authorization: Bearer $evil");
harmless('explain', qr/target:/,
         "explain --method GET --target \"\$(cat $dir/target)\""
         . " --header \@$dir/header $good");
harmless('explain with C1', qr/\\xc2\\x9b/,
         "explain --method GET --target '/2/dm_events/\xc2\x9b' $good");
put('batch', qq({"id":"$evil","request":"GET /$evil HTTP/1.1"}),
             qq({"id":"\\u009b","request":"GET /\\u009b\\u001b HTTP/1.1"}));

for my $form ('', '--json') {
    harmless("explain --batch $form", qr/GET|target/,
             "explain --batch $dir/batch $form $good");
}

# as the module writes it: what is below a space escaped, the rest as it is
my $ledger = put('ledger', ledger("\\u001b[2J\xc2\x9b2J\x7f"));
my ($text) = shown("$command ledger verify $ledger");

like($text, qr/^intact/m, 'the ledger is one');

for my $question ('who --user 3', 'affected --app 1') {
    for my $form ('', '--list', '--json --list') {
        harmless("ledger $question $form", qr/complete/,
                 "ledger $question $form $ledger");
    }
}

harmless('ledger verify', qr/record/,
         'ledger verify ' . put('junk', $evil, qq({"chain":"$evil"})));

# Progress

like((shown("$command compile $good >/dev/null"))[0], qr/\r.*100%/,
     'progress of compile on a terminal');
like((shown("$command ledger verify $ledger >/dev/null"))[0], qr/\r.*\d%/,
     'of a ledger, too');
unlike((shown("$command compile $good 2>&1 >/dev/null | cat"))[0], qr/%/,
       'and nowhere else');
unlike((shown("$command ledger verify $ledger 2>&1 | cat"))[0], qr/%/,
       'of a ledger neither');
like((shown("$command compile $good"))[0], qr/an image is not for a terminal/,
     'a terminal is no place for an image');

done_testing();
