/* What the commands say of themselves. */

#include <stdio.h>
#include <stdlib.h>

#include "dm_permission.h"


typedef struct {
    const char  *name;
    const char  *usage;
    const char  *text;
} dm_help_t;


static const dm_help_t  dm_helps[] = {

    { "check", "check FILE",
      "reads a token file as nginx would\n\n"
      "Prints its revision, tokens, apps, clamped and skipped lines, and the "
      "size of\nthe zone to configure.\n\n"
      "Exit status: 0 nginx would take it, 1 it would not, 2 usage.\n" },

    { "compile", "compile FILE > IMAGE",
      "writes the image of a token file to standard output\n\n"
      "Exit status: 0 written, 1 not, 2 usage.\n" },

    { "explain", "explain --method M --target T [OPTION]... FILE\n"
      "       dm-permission explain --batch LOG [OPTION]... FILE",
      "says what the gate would decide for a request, and why\n\n"
      "  --method M            the request's method\n"
      "  --target T            its target, as on the request line\n"
      "  --header 'N: V'       a field of its header; @FILE: those of a file\n"
      "  --form TEXT           its body, a form\n"
      "  --body FILE           its body, as its Content-Type says\n"
      "  --batch LOG           a request a line, as JSON; - is standard input\n"
      "  --json                an object a request\n"
      "  --at TIME             decides as of then (RFC 3339), not now\n\n"
      "As the directives dm_permission_NAME say it:\n\n"
      "  --routes SET..., --route 'ACTION METHODS PATTERN', --action ACTION,\n"
      "  --send LEVEL, --credentials SOURCE..., --unknown-token deny|pass,\n"
      "  --stream user|site|off, --dry-run on|off, --enforce-from TIME\n\n"
      "and as nginx's own does: --merge-slashes on|off.\n\n"
      "Exit status: 0 it passes, 1 it is refused, 2 usage, 3 the file is no "
      "good;\nwith --batch 0 all lines are decided, 1 not all.\n" },

    { "ledger", "ledger verify [--key FILE]... [--json] LEDGER...\n"
      "       dm-permission ledger who --user ID [OPTION]... LEDGER...\n"
      "       dm-permission ledger affected --app ID [OPTION]... LEDGER...",
      "checks ledgers, and asks them\n\n"
      "verify prints gaps and open chains; who, which apps received what of a "
      "user's\ndirect messages; affected, whose an app received. - is standard "
      "input.\n\n"
      "  --key FILE    the key that the ledger is written with; of several, "
      "the\n                oldest first\n"
      "  --since TIME  from then on (RFC 3339)\n"
      "  --until TIME  until then\n"
      "  --list        each delivery and message, too\n"
      "  --json        JSON\n\n"
      "Exit status: 0 intact, closed, without a gap, 1 not, 2 cannot be read, "
      "or usage.\n" },
};

#define DM_HELPS  (sizeof(dm_helps) / sizeof(dm_helps[0]))


int
dm_help(const char *name)
{
    size_t  i;

    for (i = 0; i < DM_HELPS; i++) {
        if (name && strcmp(dm_helps[i].name, name) == 0) {
            printf("usage: dm-permission %s\n\n%s: %s", dm_helps[i].usage,
                   name, dm_helps[i].text);
            return EXIT_SUCCESS;
        }
    }

    dm_usage(stdout);
    printf("\ndm-permission COMMAND --help says more; dm-permission --version "
           "its version.\n");

    return EXIT_SUCCESS;
}


void
dm_usage(FILE *out)
{
    size_t  i;

    for (i = 0; i < DM_HELPS; i++) {
        fprintf(out, "%s dm-permission %s\n", i == 0 ? "usage:" : "      ",
                dm_helps[i].usage);
    }
}
