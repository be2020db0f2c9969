# Why: an operator who asks the command must be told what the gate would do,
# in the same words, by an exit status that a script can use, and never with
# the token.  That it decides as the module does is what t/model compares.

use strict;
use warnings;

use File::Temp qw( tempdir );
use Test::More;

my $build = $ENV{BUILD} // 'build';
my $dir = tempdir(CLEANUP => 1);
my $token = 'a-secret-token-of-somebody';


sub put {
    my ($name, $text) = @_;

    open my $out, '>', "$dir/$name" or die "$name: $!";
    print $out $text;
    close $out;

    return "$dir/$name";
}


my $file = put('tokens.jsonl', <<"JSONL");
{"table":{"revision":"r/1"}}
{"app":"8840","consumer_key":"ck"}
{"token":"$token","app":"8840","user":7,"access":"read-write","expires":2000000000}
JSONL


# Exit status, and what was written, to both.
sub run {
    my (@words) = @_;
    my $pid = open my $from, '-|';

    die "fork: $!" unless defined $pid;

    if ($pid == 0) {
        open STDERR, '>&', \*STDOUT;
        exec "$build/dm-permission", @words or die;
    }

    my $text = do { local $/; <$from> };
    close $from;

    return ($? >> 8, $text // '');
}


sub told {
    my ($want, $like, $name, @words) = @_;
    my ($status, $text) = run('explain', @words, $file);

    is $status, $want, "$name: exit status";
    like $text, $like, $name;
    unlike $text, qr/\Q$token\E/, "$name: without the token";
}


my @get = ('--method', 'GET', '--target');
my @bearer = ('--header', "Authorization: Bearer $token");

told(1, qr/^reason: +no_dm_access$/m, 'a refusal',
        @get, '/1.1/direct_messages.json', @bearer);
told(1, qr/^answer: +403, code 93, XML$/m, 'a refusal in XML',
        @get, '/1.1/direct_messages.xml/', @bearer);
told(0, qr/^answer: +passes, dry run$/m, 'a dry run',
        @get, '/1.1/direct_messages.json', @bearer, '--dry-run', 'on');
told(0, qr/^status: +REJECTED_DRY_RUN$/m, 'before the time of enforcement',
        @get, '/dm', @bearer, '--at', '2011-06-01T00:00:00Z',
        '--enforce-from', '2011-07-01T00:00:00Z', '--routes', 'none',
        '--route', 'read * /dm');
told(1, qr/^status: +REJECTED$/m, 'from then on',
        @get, '/dm', @bearer, '--at', '2011-07-01T00:00:00Z',
        '--enforce-from', '2011-07-01T00:00:00Z', '--routes', 'none',
        '--route', 'read * /dm');
told(1, qr/^reason: +expired_token$/m, 'as of a time',
        @get, '/2/dm_events', @bearer, '--at', '2033-05-18T03:33:20Z');
told(0, qr/^reason: +not_guarded$/m, 'not guarded',
        @get, '/1.1/statuses.json', @bearer);
told(0, qr/^reason: +not_guarded$/m, 'a set that is not in force',
        @get, '/2/dm_events', '--routes', 'twitter_1 twitter_1.1');
told(1, qr/^route: +twitter_1\.1, the tree direct_messages$/m, 'a tree',
        @get, '/1.1/direct_messages.json');
told(1, qr{^route: +twitter_2, /dm_events/:id$}m, 'a row',
        '--method', 'DELETE', '--target', '/2/dm_events/1');
told(1, qr{^route: +/own/:x$}m, 'a route of one\'s own',
        @get, '/own/1', '--route', 'read GET /own/:x');
told(1, qr{^route: +~ \^/o.n/\d\$$}m, 'a regular expression',
        @get, '/own/1', '--route', 'read GET ~ ^/o.n/1$');
told(1, qr{^reason: +no_credentials\n}m, 'one without case',
        @get, '/OWN/1', '--route', 'read GET ~* ^/own/');
told(1, qr/^route: +--action$/m, 'dm_permission_action',
        @get, '/', '--action', 'send');
told(1, qr/^method: +one that overrides/m, 'an override',
        @get, '/2/dm_events/1', '--header', 'X-HTTP-Method: DELETE');
told(1, qr/^reading: +\/1.1\/dm\nread by: +an origin/m, 'a reading',
        @get, '/1.1;x/dm');
told(1, qr/^reason: +ambiguous_uri$/m, 'a target that means two things',
        @get, '/1.1/dm/%25zz');
told(1, qr/^reason: +ambiguous_uri$/m, 'one that cannot be decoded',
        @get, '/1.1/dm/%c0%af');
told(1, qr/^route: +the target still changes/m, 'one that goes on changing',
        @get, '/%25252525');
told(1, qr/^answer: +400, by nginx itself/m, 'what nginx refuses',
        @get, '/1.1/../../dm', @bearer);
told(1, qr/^answer: +405, by nginx itself/m, 'a method that it refuses',
        '--method', 'TRACE', '--target', '/');
told(1, qr/^answer: +400, by nginx itself/m, 'a field that comes twice',
        @get, '/', @bearer, @bearer);
told(1, qr/^reason: +no_dm_access$/m, 'an absolute form',
        @get, 'http://x:80/1.1//direct_messages?a', @bearer);
told(0, qr{^uri: +//1.1/dm$}m, 'slashes that are not merged',
        @get, '//1.1/dm', '--merge-slashes', 'off', '--routes', 'none');
told(0, qr/^reason: +passed$/m, 'the 2011 rule', '--method', 'POST',
        '--target', '/2/dm_conversations', @bearer);
told(1, qr/^reason: +no_dm_access$/m, 'the 2019 rule', '--method', 'POST',
        '--target', '/2/dm_conversations', @bearer,
        '--send', 'read-write-directmessages');
told(1, qr/^reason: +unknown_token$/m, 'an unknown token',
        @get, '/2/dm_events', '--header', 'Authorization: Bearer x');
told(0, qr/^reason: +passed$/m, 'one that may pass',
        @get, '/2/dm_events', '--header', 'Authorization: Bearer x',
        '--unknown-token', 'pass');
told(1, qr/^credential: +query, Bearer$/m, 'a credential of the query',
        @get, "/2/dm_events?access_token=$token");
told(1, qr/^reason: +no_credentials$/m, 'one that does not count there',
        @get, "/2/dm_events?access_token=x", '--credentials', 'header body');
told(1, qr/^credential: +body, Bearer$/m, 'a credential of a form',
        @get, '/2/dm_events', '--form', "access_token=$token");
told(1, qr/^action: +delete$/m, 'an override of a form', '--method',
        'POST', '--target', '/2/dm_events/1', '--form', '_method=DELETE');
told(1, qr/^reason: +no_credentials$/m, 'a body that is no form',
        @get, '/2/dm_events', '--body', put('body', "access_token=$token"));
told(1, qr/^body: +there is one/m, 'a body that is not known',
        @get, '/2/dm_events', '--header', 'Content-Length: 5');
told(1, qr/^reason: +bad_credentials$/m, 'a form that is too long',
        @get, '/2/dm_events', '--body', put('long', 'a' x (1024 * 1024 + 1)),
        '--header', 'Content-Type: application/x-www-form-urlencoded');
told(0, qr/^route: +none, a stream is opened$/m, 'a stream',
        @get, '/stream', @bearer, '--stream', 'user');
told(1, qr/^token: +[0-9a-f]{16}\n.*^user: +7\n.*^access: +read-write$/ms,
        'a header of a file', @get, '/2/dm_events', '--header',
        '@' . put('header', "Accept: */*\r\nAuthorization: Bearer $token\n"));
told(1, qr/"code":93,"format":"json".*"set":"twitter_2"/, 'JSON',
        @get, '/2/dm_events', @bearer, '--json');
told(1, qr/"target":"\/\\\\x1b\\\\xff"/, 'bytes that no terminal is sent',
        @get, "/\e\xff", '--json');

told(2, qr/"maybe" of "--dry-run"/, 'a wrong word', '--dry-run', 'maybe');
told(2, qr/"x y" of "--route"/, 'a wrong route', '--route', 'x y');
told(2, qr/"--route": .*start/, 'a wrong pattern', '--route', 'read * x');
told(2, qr/"\(" of "--route": /, 'a wrong expression',
        '--route', 'read * ~ (');
told(2, qr/"soon" of "--at": not a time/, 'a wrong time', '--at', 'soon');
told(2, qr/"--method" and "--target"/, 'no request', '--json');
told(2, qr/"--header": no ":"/, 'no field', '--header', 'x');
told(2, qr/one FILE/, 'two files', @get, '/', $file);
told(2, qr/none: No such file/, 'no body', @get, '/', '--body', "$dir/none");

{
    my ($status, $text) = run('explain', @get, '/', "$dir/none");
    is $status, 3, 'no file: exit status';
    like $text, qr/none: No such file/, 'no file';

    ($status, $text) = run('explain', @get, '/', put('bad', "x\n"));
    is $status, 3, 'a file that nginx would not take: exit status';
    like $text, qr/bad:1: refused: /, 'a file that nginx would not take';
}

# A log as nginx writes it, and one by hand.
my $log = put('log', <<"JSONL");
{"id":1,"request":"GET /2/dm_events HTTP/1.1","http_authorization":"Bearer $token"}
{"id":"b","request_method":"GET","request_uri":"/","http_authorization":""}
{"method":"GET"}
{"method":"GET","target":"/2/dm_events","headers":[["Authorization","Bearer x"],["Authorization","Bearer x"]]}
{"method":"POST","target":"/2/dm_events/1","form":"_method=delete&access_token=x","headers":{"X-Y":"z"}}
{"request_method":"POST","request_uri":"/dm","http_x_http_method":"PUT","request_body":"oauth_token=x","content_type":"application/x-www-form-urlencoded"}
JSONL

told(1, qr/^1 REJECTED no_dm_access read 8840 [0-9a-f]{16} GET \/2\/dm_events
2 - not_guarded none - - GET \/
4 REJECTED nginx - - - GET \/2\/dm_events
5 REJECTED unknown_token delete - 2d711642b726b044 POST \/2\/dm_events\/1
6 REJECTED unknown_token read - 2d711642b726b044 POST \/dm$/m, 'a batch',
        '--batch', $log, '--route', 'read PUT /dm');
told(1, qr/log:3: no method or no target/, 'a line that is no request',
        '--batch', $log);
told(1, qr/^\{"line":2,"id":"b",.*\n\{"line":4,/m, 'a batch in JSON',
        '--batch', $log, '--json');
told(0, qr/^\{"line":1,"id":1,.*"reason":"not_guarded"/m,
        'a batch that is decided, whatever it comes to', '--batch',
        put('ok', qq({"id":1,"request":"GET / HTTP/1.1"}\n)), '--json');
told(3, qr/none: No such file/, 'no batch', '--batch', "$dir/none");

for my $command (qw( check compile explain )) {
    my ($status, $text) = run($command, '--help');

    is $status, 0, "$command --help: exit status";
    like $text, qr/^usage: dm-permission $command .*Exit status: /s,
         "$command --help";
}

is_deeply [run('--version')], [0, "dm-permission 0.1.0\n"], '--version';
like +(run('--help'))[1], qr/check.*compile.*explain/s, '--help';
is +(run('nothing'))[0], 2, 'no such command';
is +(run())[0], 2, 'no command';

done_testing();
