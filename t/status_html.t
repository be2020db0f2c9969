# Why: the page shows ids that others choose, to an operator who is logged in
# elsewhere. It must be whole by itself, and nothing in it may become markup.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmStatus;

our $Firefox = 'Accept: text/html,application/xhtml+xml,application/xml;'
               . 'q=0.9,image/avif,image/webp,*/*;q=0.8';

# What is wrong with the markup: each element ends in the right place.
sub markup {
    my $html = shift;
    my (@open, @wrong);

    push @wrong, 'no doctype' unless $html =~ s/\A<!doctype html>\n//;
    $html =~ s{<(style|script)>.*?</\1>}{}gs;

    while ($html =~ m{\G([^<]*)(?:<(/?)([a-z0-9]+)((?: [a-z-]+="[^"<>]*")*)>)?}gc) {
        my ($text, $end, $name) = ($1, $2, $3);

        push @wrong, "text: $text"
            if $text =~ />|&(?!(?:amp|lt|gt|quot|#39);)/;
        last unless defined $name;

        if ($end) {
            my $was = pop @open // 'nothing';
            push @wrong, "$name ends $was" if $was ne $name;

        } elsif ($name !~ /^(?:meta|br)$/) {
            push @open, $name;
        }
    }

    push @wrong, 'at ' . substr $html, pos $html // 0, 40
        if (pos $html // 0) < length $html;
    push @wrong, "open: @open" if @open;

    return CORE::join "\n", @wrong;
}

sub page {
    my ($header, $html) = DmStatus::get('', [$Firefox]);

    is(markup($html), '', 'markup');
    unlike($html, qr{https?:|//[a-z]|\bsrc=|\bhref=|url\(|\@import|<link},
           'nothing is loaded from elsewhere');
    unlike($html, qr/<[^>"]*(?:"[^"]*"[^>"]*)* on[a-z]+=/,
           'no handler in the markup');

    return $html;
}

# What the reader of the markup must not overlook.
{
    my $good = "<!doctype html>\n<p class=\"a\">a &amp; b<br></p>\n";

    is(markup($good), '', 'what is well-formed passes');
    isnt(markup($good =~ s/$_->[0]/$_->[1]/r), '', "found: $_->[1]")
        for ['</p>', '</div>'], ['</p>', ''], ['&amp;', '&'], ['"a"', 'a'],
            ['<br>', '<b>'], ['b<', 'b"><'], ['&amp;', '<'],
            ['<!doctype html>', ''];
}

run_tests();

__DATA__

=== TEST 1: what a browser asks for
--- request
GET /status
--- more_headers
Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8
--- response_headers
Content-Type: text/html; charset=utf-8
Cache-Control: no-store
Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
--- response_body_like chomp
\A<!doctype html>\n<html lang="en">



=== TEST 2: a table as it was loaded
--- init
package main;
my $html = page();

like($html, qr{<h2>Zone t <span class="badge good">ready</span></h2>}, 'zone');
like($html, qr{<dt>tokens</dt><dd>7</dd>}, 'tokens');
like($html, qr{<dt>revision</dt><dd>2011-06-30/42</dd>}, 'revision');
like($html, qr{<dt>last error</dt><dd>never</dd>}, 'no error');
like($html, qr{No app has asked yet}, 'no app');
like($html, qr{<meta name="viewport" content="width=device-width}, 'phone');
like($html, qr{<meta name="color-scheme" content="light dark">}, 'dark');
like($html, qr{prefers-color-scheme: dark}, 'colours');
like($html, qr{<noscript><meta http-equiv="refresh"}, 'without a script');
--- request
GET /status?format=html
--- response_headers
Content-Type: text/html; charset=utf-8



=== TEST 3: whom enforcement would break
--- gate
dm_permission_dry_run on;
--- init
package main;
DmSuite::answer('t-rw') for 1 .. 3;
DmSuite::answer('t-dm') for 1 .. 2;
my $html = page();

like($html, qr{<tr><td>8840</td>
    <td><span\ data-n="t.app.would.8840">3</span>\ <small\ data-r="t.app.would.8840"></small></td>
    <td><span\ data-n="t.app.rejected.8840">0</span>.*?</td>
    <td><span\ data-n="t.app.passed.8840">2</span>.*?</td></tr>}x, 'app');
like($html, qr{<tr><td>read</td><td>no_dm_access</td>
    <td><span\ data-n="t.read.no_dm_access.enforced">0</span>.*?</td>
    <td><span\ data-n="t.read.no_dm_access.dry_run">3</span>.*?</td></tr>}x,
     'reason');
unlike($html, qr{unknown_token}, 'what has not happened is not listed');
--- request
GET /status?format=html



=== TEST 4: names and ids are text
--- http_config eval
qq{dm_permission_table $DmSuite::Dir/tokens.jsonl 'zone=<b>"&amp;\xff:1m';}
--- tokens
{"table":{"revision":"</dd><script>"}}
{"token":"a","app":"<script>alert(1)</script>","user":1,"access":"read"}
{"token":"b","app":"\" onload=\"x","user":1,"access":"read"}
{"token":"c","app":"' &lt; &","user":1,"access":"read"}
--- init
package main;
DmSuite::answer($_) for qw( a b c );
my $html = page();

like($html, qr{<td>&lt;script&gt;alert\(1\)&lt;/script&gt;</td>}, 'script');
like($html, qr{<td>&quot; onload=&quot;x</td>}, 'quotes');
like($html, qr{<td>&#39; &amp;lt; &amp;</td>}, 'what is escaped already');
like($html, qr{<dd>&lt;/dd&gt;&lt;script&gt;</dd>}, 'revision');
like($html, qr{<h2>Zone &lt;b&gt;&quot;&amp;amp;\? <}, 'zone');
--- request
GET /status?format=html



=== TEST 5: an error, and its end
--- tokens
{"token":"a","app":"1","user":1,"access":"read"}
--- init
package main;
DmSuite::put("{}\n", '>>');
DmStatus::wait_value('journal.skipped', 1);
my $html = page();

like($html, qr{<span class="badge warn">error</span>}, 'badge');
like($html, qr{line 2: none of &quot;table&quot;, }, 'error');

DmSuite::put(qq({"token":"b","app":"1","access":"read"}\n), '>>');
DmStatus::wait_value('journal.applied', 1);
$html = page();

like($html, qr{<span class="badge good">ready</span>}, 'mended');
like($html, qr{<dt>last error</dt><dd><time}, 'not forgotten');
--- request
GET /status?format=html



=== TEST 6: a table that may not answer
--- table
zone=t:1m interval=20ms max_stale=1s
--- init
package main;
unlink DmSuite::file();
DmSuite::wait_for('not ready', sub { !DmStatus::value('ready') });
my $html = page();

like($html, qr{<span class="badge bad">not ready</span>}, 'badge');
like($html, qr{guarded requests are answered 503}, 'what it means');
--- request
GET /status?format=html



=== TEST 7: a ledger that cannot be written
--- gate
dm_permission_ledger /dev/full;
--- init
package main;
like(page(), qr{<div><dt>ledger records lost</dt>}, 'none is lost');
DmSuite::answer('t-dm');
DmStatus::wait_value('ledger.lost', 1);
like(page(), qr{<div class="bad"><dt>ledger records lost</dt>}, 'stands out');
--- request
GET /status?format=html



=== TEST 8: HEAD
--- request
HEAD /status?format=html
--- response_headers
Content-Type: text/html; charset=utf-8
--- response_body
