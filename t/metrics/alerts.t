#!/usr/bin/perl
# Why: an alert that cannot fire is worse than none, since somebody relies on
# it. Prometheus's own tool judges the rules, raises each, and reads what the
# dashboard asks.

use strict;
use warnings;

use File::Temp qw( tempdir );
use JSON::PP;
use Test::More;

my $dir = tempdir(CLEANUP => 1);
my $alerts = slurp('docs/alerts.yml');
my $tests = slurp('t/metrics/alerts_test.yml');
my $operations = slurp('docs/operations.md');


sub slurp {
    open my $in, '<', $_[0] or die "$_[0]: $!";
    local $/;
    return scalar <$in>;
}


sub promtool {
    my ($name, @args) = @_;
    my $text = `promtool @args 2>&1`;

    is($?, 0, $name) or diag($text);
}


promtool('the rules are rules', 'check', 'rules', 'docs/alerts.yml');
promtool('each is raised where it must be, and nowhere else',
         'test', 'rules', 't/metrics/alerts_test.yml');

my %raised = map { $_ => 1 }
             $tests =~ /alertname: (\w+)\n\s+exp_alerts:\n\s+- /g;
my %quiet = map { $_ => 1 } $tests =~ /alertname: (\w+), exp_alerts: \[\]/g;
my @rules = $alerts =~ /- alert: (\w+)/g;

cmp_ok(@rules, '>', 5, 'there are rules');

for my $name (@rules) {
    ok($raised{$name}, "$name is raised in a test");
    ok($quiet{$name}, "$name is not raised in another");
    ok($alerts =~ /runbook: 'operations\.md#\L$name'/, "$name says where");
    ok($operations =~ /^#+ $name$/m, "$name has its place in the docs");
}

# As rules, for there is no other way to have the tool read an expression.
my $dashboard = decode_json(slurp('docs/grafana-dashboard.json'));
my $n = 0;

open my $out, '>', "$dir/dashboard.yml" or die $!;
print $out "groups:\n  - name: dashboard\n    rules:\n";

for my $target (map { @{ $_->{targets} } } @{ $dashboard->{panels} }) {
    my $expr = $target->{expr} =~ s/\$__rate_interval/5m/gr;

    $n++;
    print $out "      - record: panel_$n\n        expr: >-\n          $expr\n";
}

close $out;

cmp_ok($n, '>', 10, 'the dashboard asks');
promtool('what can be answered', 'check', 'rules', "$dir/dashboard.yml");

done_testing();
