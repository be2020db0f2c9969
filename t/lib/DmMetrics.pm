# The text format of Prometheus, read strictly.

package DmMetrics;

use strict;
use warnings;


# What is wrong with a text, and its series by name and labels.
sub parse {
    my $text = shift;
    my (@wrong, %series, %type, %help, $family, %over);

    push @wrong, 'no newline at the end' unless $text =~ /\n\z/;

    for my $line (split /\n/, $text) {
        if ($line =~ /^# (HELP|TYPE) ([a-z][a-z0-9_]*) (\S.*)$/) {
            my ($what, $name, $rest) = ($1, $2, $3);
            my $seen = $what eq 'HELP' ? \%help : \%type;

            push @wrong, "$what of $name twice" if $seen->{$name};
            push @wrong, "no type: $line"
                if $what eq 'TYPE' && $rest !~ /^(?:counter|gauge)$/;
            push @wrong, "no sentence: $line"
                if $what eq 'HELP' && $rest !~ /^[A-Z].*\.$/;
            $seen->{$name} = $rest;
            next;
        }

        unless ($line =~ /^([a-z][a-z0-9_]*)\{((?:[a-z_]+="(?:[^"\\]|\\["\\n])*",?)+)\} (-?\d+(?:\.\d+)?)$/) {
            push @wrong, "no sample: $line";
            next;
        }

        my ($name, $labels, $value) = ($1, $2, $3);

        if (($family // '') ne $name) {
            push @wrong, "$name is in two places" if $over{$name}++;
            $family = $name;
        }

        push @wrong, "$name begins with something else"
            unless $name =~ /^dm_permission_/;
        push @wrong, "$name without help" unless $help{$name};
        push @wrong, "$name without type" unless $type{$name};
        push @wrong, "$name and _total do not go together"
            if ($name =~ /_total$/) != (($type{$name} // '') eq 'counter');
        push @wrong, "$name has a unit that is no base unit"
            if $name =~ /_(?:milli|micro|ms|minutes|hours|kilo|mega|percent)/;
        push @wrong, "$name\{$labels} twice"
            if exists $series{"$name\{$labels}"};
        push @wrong, "a comma too many: $line" if $labels =~ /,$/;
        push @wrong, "a label twice: $line"
            if $labels =~ /(?:^|,)([a-z_]+)=.*,\1=/;
        $series{"$name\{$labels}"} = $value;
    }

    return (\@wrong, \%series);
}

1;
