# Why: a reference that lags behind sends its reader the wrong way. Each
# directive, variable and message of the sources has its place in the docs,
# and the docs tell of no other.

use strict;
use warnings;

use Test::More;

my $src = 'ngx_dm_permission_module';

sub slurp {
    return join '', map { open my $fh, '<', $_ or die "$_: $!"; local $/; <$fh> }
                        @_;
}


# The string literals of C code, adjacent ones as the one that they are.
sub literals {
    my $code = shift;
    my @found;

    while ($code =~ /((?:"(?:[^"\\\n]|\\.)*"\s*)+)/g) {
        my $text = join '', $1 =~ /"((?:[^"\\\n]|\\.)*)"/g;
        push @found, $text =~ s/\\(?:x[0-9a-f]{2}|[a-z])/ /gr
                            =~ s/\\(.)/$1/gr;
    }

    return @found;
}


sub code {
    return slurp(@_) =~ s{/\*.*?\*/}{}gsr =~ s/^#\s*include.*//gmr
                     =~ s/%"\s*PRIu64/%lu"/gr;
}


# What a format makes, and what a line of the docs with its <places> tells of.
sub pattern {
    my $format = shift;

    return join '', map { /^%\w*[dLizu]/ ? '<\w+>' : /^%/ ? '.*' : quotemeta }
                    split /(%(?:\.?\*)?(?:uL|ui|uz|lu|V|Z|z?[dsu]))/, $format;
}


# Directives

my %context = (
    NGX_HTTP_DM_ALL    => 'http, server, location',
    NGX_HTTP_MAIN_CONF => 'http',
    NGX_HTTP_SRV_CONF  => 'server',
    NGX_HTTP_LOC_CONF  => 'location',
    NGX_HTTP_LIF_CONF  => 'if in location',
    NGX_HTTP_LMT_CONF  => 'limit_except',
);

my $module = code(glob "$src/http/*.c");
my $doc = slurp('docs/directives.md');
my (%source, %section);

while ($module =~ /\{\s*ngx_string\("(dm_permission\w*)"\),\s*((?:NGX_\w+\s*\|?\s*)+),/g) {
    my ($name, $flags) = ($1, $2);
    $source{$name} = join ', ', map { $context{$_} // () } split /\s*\|\s*/,
                                                               $flags;
}

while ($doc =~ /^## (dm_\w+)\n(.*?)(?=^##? |\z)/gms) {
    $section{$1} = $2;
}

ok(keys %source > 10, 'the table of directives is found');
is_deeply([sort keys %section], [sort keys %source],
          'a section for each directive, and no other');

for my $name (sort keys %section) {
    my ($context) = $section{$name} =~ /^    Context: (.*)/m;

    like($section{$name}, qr/^    Syntax:  $name[ ;]/m, "$name - Syntax");
    like($section{$name}, qr/^    Default: \S/m, "$name - Default");
    is($context, $source{$name}, "$name - Context");
    like($section{$name}, qr/^    $name\b.*;$/m, "$name - an example");
}

my $readme = slurp('README.md');

for my $name (sort keys %source) {
    like($readme, qr/`$name`/, "$name - in the README");
}


# Variables

my %var = map { $_ => 1 }
          code("$src/http/ngx_http_dm_variables.c")
          =~ /ngx_string\("(dm_permission_\w+)"\)/g;
my %told = map { $_ => 1 } $doc =~ /\$(dm_permission_\w+)/g;

ok(keys %var > 5, 'the table of variables is found');
is_deeply([sort keys %told], [sort keys %var],
          'each variable is told of, and no other');


# Version

my ($version) = slurp('docs/changes.md') =~ /^## (\S+)/m;
my ($packaged) = slurp('debian/changelog') =~ /\((.*?)\)/;

ok($version, 'the changes have a version');
is($packaged, $version, 'the package has it, too');


# Metrics

my $operations = slurp('docs/operations.md');
my $metrics = code("$src/http/ngx_http_dm_status_prometheus.c");
my %metric = map { $_ => 1 }
             $metrics =~ /^    \{ "(\w+)", (?:"|NULL)/gm,
             $metrics =~ /metric_help\(text, "(\w+)"/g;
my %listed = map { $_ => 1 } $operations =~ /^\| `dm_permission_(\w+)` \|/gm;

ok(keys %metric > 10, 'the metrics are found');
is_deeply([sort keys %listed], [sort keys %metric],
          'each metric is told of, and no other');

my %label = map { $_ => 1 } qw( zone instance job ),
            $metrics =~ /[{,](\w+)=\\"/g;

for my $name ('docs/alerts.yml', 'docs/grafana-dashboard.json',
              't/metrics/alerts_test.yml')
{
    my $text = slurp($name) =~ s/\\"/"/gr =~ s/group(?:s|: |.*name): \w+//gr
                            =~ s/job="\w+"//gr;
    my @asked = $text =~ /\bdm_permission_(\w+)/g;
    my @by = ($text =~ /(?<=[{,])(\w+)[!=]?[=~](?=")/g,
              map { split /, */ } $text =~ /\bby \((.*?)\)/g);

    ok(@asked > 10, "$name asks for metrics");
    is_deeply([grep { !$metric{$_} } @asked], [], "$name - for such as are");
    is_deeply([grep { !$label{$_} } @by], [], "$name - by their labels");
}


# Messages

my ($log) = $operations =~ /^## Error log\n(.*?)(?=^## )/ms;
my @lines = $log =~ /^\| `(.*?)` \|/gm;
my @logged;
my @errors;
my @whole;

# One call's format; of an end that may be missing, both that it makes.
sub format_of {
    my $call = shift;
    my $format = (literals($call))[0];

    push @logged, $format;

    if ($format =~ /%s\z/ && $call =~ /\? "(, [^"]*)" : ""\s*\z/) {
        my $end = $1;

        push @whole, map { $format =~ s/%s\z/$_/r } '', $end;
    }
}

format_of($1) while $module =~ /ngx_(?:conf_)?log_error\((.*?)\);/gs;

ok(@logged > 10, 'the messages are found');

my $core = code(glob "$src/core/dm_{record,load,image}*.c");

while ($core =~ /(?:(?:fail|refuse|skip|printf)\((?:[^"()]|\([^()]*\))*|return )(?=")(.*?)\)?;/gs) {
    format_of($1);
}

# and words that become a part of one
push @errors, grep { / / && /[a-z]{2}/ } literals($core),
              map { literals($_) }
              $module =~ /ngx_(?:snprintf|cpystrn)\((.*?)\);/gs;

for my $format (@logged) {
    my $re = pattern($format);

    # what begins with a number follows something else
    ok((grep { /^$re$/ || $format =~ /^%/ && /: $re$/ } @lines),
       "told of: $format");
}

for my $format (@errors) {
    my $re = pattern($format);

    ok((grep { /$re/ } @lines), "told of: $format");
}

my @said = map { /<,/ ? (s/<, .*?>//r, s/<(, .*?)>/$1/r) : $_ } @lines;

ok(@whole > 3, 'ends that may be missing are found');

for my $format (@whole) {
    my $re = pattern($format);

    ok((grep { /^(?:.*: )?$re$/ } @said), "told of: $format");
}

my %of_key = map { $_ => 1 } $core =~ /fail_key\([^;"]*"(.*?)"\)/g,
                             $core =~ /"(does not belong .*?)"/g;

ok(keys %of_key > 4, 'what may be wrong with a key is found');

for my $what (sort keys %of_key) {
    ok((grep { $_ eq qq(key "<key>" $what) } @lines), "told of: a key $what");
}

for my $line (@lines) {
    ok((grep { my $re = pattern($_); $line =~ /^$re$/ } @logged, @errors),
       "in the sources: $line");
}

while ($log =~ /^\|(.*)\|\n\|[- |]+\n((?:\|.*\n)+)/gm) {
    my ($head, $rows) = ($1, $2);
    my @columns = split /\|/, $head;

    like($head, qr/ cause \| what to do $/, 'a cause, and what to do');

    for my $row (split /\n/, $rows) {
        is((grep { /\w/ } split / \| /, $row), @columns, "all of it: $row");
    }
}

done_testing();
