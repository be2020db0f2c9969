# Why: one line that is no sample, and the whole scrape is thrown away, with
# the alarms that hang on it.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use DmSuite;
use DmStatus;
use DmMetrics;

our $Good = <<'TEXT';
# HELP dm_permission_a_total Things.
# TYPE dm_permission_a_total counter
dm_permission_a_total{zone="t"} 1
dm_permission_a_total{zone="u",x="\"\\\n"} 1.5
TEXT

# What the reader of the format must not overlook.
our %Bad = (
    'no newline'  => sub { s/\n\z// },
    'two places'  => sub { s/(# HELP.*)/$1\ndm_permission_b{a="b"} 1/;
                           s/(a_total.*\n)(?=dm)/$1dm_permission_b{a="b"} 1\n/ },
    'no help'     => sub { s/^# HELP.*\n// },
    'no type'     => sub { s/# TYPE.*\n// },
    'type twice'  => sub { s/(# TYPE.*\n)/$1$1/ },
    'odd type'    => sub { s/counter/number/ },
    'total'       => sub { s/counter/gauge/ },
    'no total'    => sub { s/_total//g },
    'twice'       => sub { s/(dm.*"t".*\n)/$1$1/ },
    'label twice' => sub { s/x=/zone=/ },
    'quote'       => sub { s/zone="t"/zone="t"t"/ },
    'escape'      => sub { s/\\\\\\n/\\x/ },
    'backslash'   => sub { s/\\\\\\n/\\/ },
    'no labels'   => sub { s/\{zone="t"\}// },
    'comma'       => sub { s/"t"/"t",/ },
    'number'      => sub { s/ 1$/ one/m },
    'prefix'      => sub { s/dm_permission_/dm_/g },
    'empty line'  => sub { s/\n/\n\n/ },
);

sub metrics {
    my ($header, $text) = DmStatus::get('?format=prometheus');
    my ($wrong, $series) = DmMetrics::parse($text);

    is(CORE::join("\n", @$wrong), '', 'the format');
    promtool($text);

    return $series;
}

# The judge, where it is installed.
sub promtool {
    my $text = shift;
    my $name = html_dir() . '/metrics';

    return unless grep { -x "$_/promtool" } split /:/, $ENV{PATH};

    DmSuite::put($text, '>', $name);
    is(`promtool check metrics < $name 2>&1`, '', 'promtool');
}

{
    my ($wrong) = DmMetrics::parse($Good);
    is(CORE::join("\n", @$wrong), '', 'what is well-formed passes');

    for my $name (sort keys %Bad) {
        local $_ = $Good;
        $Bad{$name}->();
        my ($wrong) = DmMetrics::parse($_);
        isnt(scalar @$wrong, 0, "found: $name");
    }
}

run_tests();

__DATA__

=== TEST 1: a table as it was loaded
--- init
package main;
my $m = metrics();

is($m->{'dm_permission_table_tokens{zone="t"}'}, 7, 'tokens');
is($m->{'dm_permission_table_apps{zone="t"}'}, 2, 'apps');
is($m->{'dm_permission_table_ready{zone="t"}'}, 1, 'ready');
like($m->{'dm_permission_table_age_seconds{zone="t"}'}, qr/^\d$/, 'age');
like($m->{'dm_permission_table_loaded_timestamp_seconds{zone="t"}'},
     qr/^\d{10}\.\d{3}$/, 'loaded');
is($m->{'dm_permission_table_failed_timestamp_seconds{zone="t"}'}, '0.000',
   'no error');
like($m->{'dm_permission_table_sync_duration_seconds{zone="t"}'},
     qr/^\d+\.\d{6}$/, 'sync');
is($m->{'dm_permission_requests_total{zone="t",action="read",'
        . 'reason="no_dm_access",mode="dry_run"}'}, 0,
   'a counter that has not counted is there');
--- request
GET /status?format=prometheus
--- response_headers
Content-Type: text/plain; version=0.0.4; charset=utf-8
Cache-Control: no-store
--- response_body_like chomp
\A# HELP dm_permission_



=== TEST 2: what counts, counts
--- init
package main;
DmSuite::answer('t-rw') for 1 .. 3;
DmSuite::answer('t-dm');
DmSuite::put("{}\n", '>>');
DmStatus::wait_value('journal.skipped', 1);
my $m = metrics();

is($m->{'dm_permission_requests_total{zone="t",action="read",'
        . 'reason="no_dm_access",mode="enforced"}'}, 3, 'requests');
is($m->{'dm_permission_app_requests{zone="t",app="8840",result="rejected"}'},
   3, 'of an app');
is($m->{'dm_permission_app_requests{zone="t",app="8840",result="passed"}'},
   1, 'of an app that passed');
is($m->{'dm_permission_app_requests{zone="t",app="other",result="passed"}'},
   0, 'of the others');
is($m->{'dm_permission_journal_lines_total{zone="t",result="skipped"}'}, 1,
   'journal');
cmp_ok($m->{'dm_permission_table_failed_timestamp_seconds{zone="t"}'}, '>',
       1e9, 'the last error');
--- request
GET /status?format=prometheus



=== TEST 3: two zones, and names that need care
--- http_config eval
qq{dm_permission_table $DmSuite::Dir/tokens.jsonl "zone=a\\"\\\\\nb\xff{}:1m";}
--- tokens
{"token":"a","app":"x\"y\\z","user":1,"access":"read"}
{"token":"b","app":"other","user":1,"access":"read"}
--- init
package main;
DmSuite::answer($_) for qw( a b );
my $m = metrics();

is($m->{'dm_permission_table_tokens{zone="a\\"\\\\\\nb?{}"}'}, 2, 'zone');
is($m->{'dm_permission_app_requests{zone="t",app="x\\"y\\\\z",'
        . 'result="rejected"}'}, 1, 'app');
is($m->{'dm_permission_app_requests{zone="t",app="other",result="rejected"}'},
   1, 'an app of the name of the rest');
--- request
GET /status?format=prometheus



=== TEST 4: a page that is longer than any buffer
--- tokens eval
CORE::join '', map { qq({"token":"t$_","app":"$_) . '\\"' x 60
                     . qq(","user":1,"access":"read"}\n) } 100 .. 250
--- init
package main;
DmSuite::answer("t$_") for 100 .. 250;
my $m = metrics();
my @apps = grep { /_app_requests.*rejected/ } keys %$m;
my $sum = 0;

$sum += $m->{$_} for @apps;
is(scalar @apps, 101, 'apps');
is($sum, 151, 'nothing is lost');
--- request
GET /status?format=prometheus



=== TEST 5: what a scraper sends
--- request
GET /status
--- more_headers
Accept: application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1
--- response_headers
Content-Type: text/plain; version=0.0.4; charset=utf-8



=== TEST 6: HEAD
--- request
HEAD /status?format=prometheus
--- raw_response_headers_like chomp
Content-Length: [1-9]\d\d\d+
--- response_body
