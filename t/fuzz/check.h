/* What must hold, whatever the input. */

#ifndef DM_FUZZ_CHECK_H
#define DM_FUZZ_CHECK_H

#define check(condition)                                                      \
    do {                                                                      \
        if (!(condition)) {                                                   \
            __builtin_trap();                                                 \
        }                                                                     \
    } while (0)

#endif
