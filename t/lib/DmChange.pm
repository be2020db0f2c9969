# What can happen to a token file, each until its effect is seen: a suite says
# whether that may take an hour's interval or a notification.  The token a has
# the level of direct messages in the end.

package DmChange;

use strict;
use warnings;

use File::Path qw( make_path remove_tree );

our $Line = '{"token":"a","app":"1","user":1,"access":"%s"}' . "\n";


sub text {
    return sprintf $Line, shift() ? 'read-write-directmessages' : 'read';
}


sub seen {
    DmSuite::wait_answer('a', 200);
}


sub write_to {
    my ($name, $may) = @_;

    make_path("$DmSuite::Dir/" . $name =~ s{/?[^/]*\z}{}r);
    DmSuite::put(text($may), '>', "$DmSuite::Dir/$name");
}


# A link, in one step, in the place of whatever has the name.
sub link_to {
    my ($to, $name) = @_;

    symlink $to, "$DmSuite::Dir/next" or die "symlink: $!";
    rename "$DmSuite::Dir/next", "$DmSuite::Dir/$name" or die "rename: $!";
}


sub appended {
    DmSuite::put(text(1), '>>');
    seen();
}


sub renamed {
    write_to('tokens.jsonl.new', 1);
    rename DmSuite::file() . '.new', DmSuite::file();
    seen();
}


sub rewritten {
    write_to('tokens.jsonl', 1);
    seen();
}


# By as many bytes as it had.
sub edited {
    DmSuite::put('{"token":"a","app":"1","user":1,"scopes":["dm.read"]}'
                 . "\n", '+<');
    seen();
}


sub truncated {
    DmSuite::wait_answer('a', 403);
    truncate DmSuite::file(), length text(1);
    seen();
}


sub came_back {
    unlink DmSuite::file();
    DmSuite::wait_log('could not open');
    die 'the table went' unless DmSuite::answer('a') =~ / 403 /;
    rewritten();
}


# tokens.jsonl is a link to another file.
sub link_switched {
    write_to('other.jsonl', 1);
    link_to('other.jsonl', 'tokens.jsonl');
    seen();
}


# A directory on its way is a link to a release.
sub release_switched {
    write_to('releases/42/tokens.jsonl', 1);
    link_to('releases/42', 'current');
    seen();
}


# And a link on the way of that link, as orchestrators mount data.
sub data_switched {
    write_to('..43/tokens.jsonl', 1);
    link_to('..43', '..data');
    seen();
}


# What is watched is what the way is now.
sub switched_and_appended {
    my $name = "$DmSuite::Dir/releases/42/tokens.jsonl";

    write_to('releases/42/tokens.jsonl', 0);
    DmSuite::put(text(0) =~ s/\}/,"revoked":true}/r, '>', $name);
    link_to('releases/42', 'current');
    DmSuite::wait_answer('a', 401);
    DmSuite::put(text(1), '>>', $name);
    seen();
}


sub directory_replaced {
    rename "$DmSuite::Dir/now", "$DmSuite::Dir/was" or die "rename: $!";
    write_to('now/tokens.jsonl', 1);
    seen();
}


# Where the file lies before the start:

sub linked {
    write_to('one.jsonl', 0);
    link_to('one.jsonl', 'tokens.jsonl');
}


sub released {
    write_to('releases/41/tokens.jsonl', 0);
    link_to('releases/41', 'current');
}


sub mounted {
    write_to('..42/tokens.jsonl', 0);
    link_to('..42', '..data');
    link_to('..data/tokens.jsonl', 'tokens.jsonl');
}


# All of this, a test each, in which the token passes if nothing else is said.
sub spec {
    local $/;

    return scalar <DATA>;
}


sub import {
    main::add_block_preprocessor(sub {
        my $block = shift;

        remove_tree($DmSuite::Dir, { keep_root => 1 });
        $block->set_value(tokens => text(0)) unless defined $block->tokens;
        DmSuite::ask_for_a($block);
        $block->set_value(no_error_log => '[emerg]');

        if (defined $block->layout) {
            DmChange->can($block->layout =~ s/\s//gr)->();
            $block->set_value(no_file => '');
        }
    });
}

1;

__DATA__

=== TEST 1: a line is appended
--- init
DmChange::appended();



=== TEST 2: another file is renamed to its name
--- init
DmChange::renamed();



=== TEST 3: it is written anew in place
--- init
DmChange::rewritten();



=== TEST 4: a line is changed in place, and its length is not
--- init
DmChange::edited();



=== TEST 5: it is cut short
--- tokens eval
DmChange::text(1) . DmChange::text(0)
--- init
DmChange::truncated();



=== TEST 6: it is removed, and comes back
--- init
DmChange::came_back();



=== TEST 7: its name is a link to another file
--- layout: linked
--- init
DmChange::link_switched();



=== TEST 8: a directory on its way is a link to a release
--- layout: released
--- path
current/tokens.jsonl
--- init
DmChange::release_switched();



=== TEST 9: a link on the way of its link is switched
--- layout: mounted
--- init
DmChange::data_switched();



=== TEST 10: after a switch, the new place is watched
--- layout: released
--- path
current/tokens.jsonl
--- init
DmChange::switched_and_appended();



=== TEST 11: a directory on its way is replaced
--- path
now/tokens.jsonl
--- init
DmChange::directory_replaced();
